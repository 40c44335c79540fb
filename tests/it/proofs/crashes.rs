//! Crashes: `kill -9` under load, again and again. What was acknowledged is there, what was refused is not, what is
//! unknown is there once or not at all and asking again tells which, and no offer outlives its deadline.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tandem::board::Policy;
use tandem::cli::demo::Chance;

use super::dispatcher::{Dispatcher, Habits};
use super::programme::{Programme, Size};
use super::{chance, now, prove, scale, servers_on};

const DISPATCHERS: usize = 16;
/// Kills on each database.
const KILLS: u64 = 20;
/// A server that is started again says SERVING within this time.
const SERVING_WITHIN: Duration = Duration::from_secs(2);

#[test]
fn kills_under_load_lose_nothing_acknowledged_and_leave_no_offer_standing() {
    prove(async |database| {
        let size = Size {
            servers: servers_on(database),
            dispatchers: DISPATCHERS,
            clinicians: 10,
            officers: 10,
        };
        let policy = Policy {
            offer_seconds: 1,
            hold_seconds: 1,
            filing_seconds: 60,
            ..Policy::default()
        };
        let chance = chance();
        let programme = Programme::open(database, size, policy).await;
        let over = AtomicBool::new(false);
        let worked = (0..DISPATCHERS).map(async |number| {
            let habits = Habits {
                twice: 5,
                ..Habits::default()
            };
            let dispatcher = Dispatcher::new(&programme, number, chance, habits);
            let mut round = 0;
            while !over.load(Ordering::Relaxed) {
                dispatcher.serve_a_call(round).await.unwrap();
                round += 1;
            }
        });
        let killed = async {
            let slowest = kills(&programme, chance).await;
            over.store(true, Ordering::Relaxed);
            slowest
        };
        let work = futures_util::future::join_all(worked);
        let (_, slowest) = futures_util::future::join(work, killed).await;
        say!(
            "{:?}: {} kills, {} attempts, SERVING again after {slowest:?} at worst",
            database.backend(),
            how_many(),
            programme.history.attempts(),
        );
        assert!(slowest <= SERVING_WITHIN, "SERVING after {slowest:?}");
        programme.holds().await;
    });
}

fn how_many() -> u64 {
    KILLS * scale().min(10)
}

/// Kills one server or all, and starts them again; gives the longest time until one served.
async fn kills(programme: &Programme<'_>, chance: Chance) -> Duration {
    let mut slowest = Duration::ZERO;
    for kill in 0..how_many() {
        let drawn = |low, high, what| chance.between(low, high, &["kill", &kill.to_string(), what]);
        let after = programme.history.attempts() + drawn(20, 200, "after").unsigned_abs();
        let mut look = tokio::time::interval(Duration::from_millis(1));
        while programme.history.attempts() < after {
            look.tick().await;
        }
        let first = usize::try_from(drawn(0, 63, "which")).unwrap() % programme.servers();
        let all = programme.servers() == 1 || drawn(0, 2, "all") == 0;
        let dying: Vec<usize> = (0..programme.servers())
            .filter(|one| all || *one == first)
            .collect();
        for server in &dying {
            programme.kill(*server);
        }
        if all {
            programme.judge_what_is_left().await;
        }
        for server in dying {
            slowest = slowest.max(programme.start(server).await);
            if all {
                programme.history.serving(now());
            }
        }
    }
    slowest
}
