//! Races: sixty-four dispatchers over forty responders. Nobody is on two calls at any revision, and whoever loses gets
//! an answer or a place in the queue.

use std::sync::atomic::Ordering;
use std::time::Instant;

use tandem::board::Policy;

use super::dispatcher::{Dispatcher, Habits};
use super::programme::{Programme, Size};
use super::{chance, prove, scale, servers_on};

const DISPATCHERS: usize = 64;
/// Attempts to open, accept or join.
const TRIES: u64 = 20_000;

#[test]
fn sixty_four_dispatchers_over_forty_responders_put_nobody_in_two_calls() {
    prove(async |database| {
        let size = Size {
            servers: servers_on(database),
            dispatchers: DISPATCHERS,
            clinicians: 20,
            officers: 20,
        };
        let policy = Policy {
            filing_seconds: 60,
            ..Policy::default()
        };
        let chance = chance();
        let programme = Programme::open(database, size, policy).await;
        let began = Instant::now();
        let tries = TRIES * scale();
        let habits = Habits {
            messy: 20,
            ..Habits::default()
        };
        let raced = (0..DISPATCHERS).map(async |number| {
            let dispatcher = Dispatcher::new(&programme, number, chance, habits);
            let mut round = 0;
            while programme.tries.load(Ordering::Relaxed) < tries {
                dispatcher.serve_a_call(round).await.unwrap();
                round += 1;
            }
        });
        futures_util::future::join_all(raced).await;
        let attempts = programme.history.attempts();
        say!(
            "{:?}: {tries} attempts to open, accept or join, {attempts} in all, in {:?}",
            database.backend(),
            began.elapsed()
        );
        programme.holds().await;
    });
}
