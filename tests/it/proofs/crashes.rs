//! Crashes: `kill -9` under load, again and again. What was acknowledged is there, what was refused is not, what is
//! unknown is there once or not at all and asking again tells which, and no offer outlives its deadline.

use std::time::Duration;

use tandem::board::Policy;
use tandem::cli::demo::Chance;

use super::dispatcher::Habits;
use super::load::under_load;
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
        let habits = Habits {
            twice: 5,
            messy: 20,
            ..Habits::default()
        };
        let killed = kills(&programme, chance);
        let slowest = under_load(&programme, DISPATCHERS, (chance, habits), killed).await;
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
