//! Load: dispatchers who serve one call after the other while something is done to the servers.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all};
use tandem::cli::demo::Chance;

use super::dispatcher::{Dispatcher, Habits};
use super::programme::Programme;

/// Dispatchers work until `meanwhile` has come to its end, and its outcome; fails if one of them hears what no client should.
pub(super) async fn under_load<T>(
    programme: &Programme<'_>,
    dispatchers: usize,
    (chance, habits): (Chance, Habits),
    meanwhile: impl Future<Output = T>,
) -> T {
    let over = AtomicBool::new(false);
    let worked = (0..dispatchers).map(async |number| {
        let dispatcher = Dispatcher::new(programme, number, chance, habits);
        let mut round = 0;
        while !over.load(Ordering::Relaxed) {
            dispatcher.serve_a_call(round).await.unwrap();
            round += 1;
        }
    });
    let meanwhile = async {
        let outcome = meanwhile.await;
        over.store(true, Ordering::Relaxed);
        outcome
    };
    let (_, outcome) = join(join_all(worked), meanwhile).await;
    outcome
}
