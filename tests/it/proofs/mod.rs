//! Proofs: the promises under races, crashes and repeated requests, against `tandem serve` in processes of its own.
//! On SQLite one server, on PostgreSQL two on one database.
//!
//! How to try harder, and how to draw again what a run drew, docs/trust.md says.

/// What a proof has seen, for whoever reads the run: past the test runner's capture, which swallows what passing tests print.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{}\n", format_args!($($words)*)));
    }};
}

mod clock;
mod crashes;
mod dispatcher;
mod farewell;
#[cfg(feature = "faults")]
mod faults;
mod follower;
mod frozen;
mod hiring;
mod load;
mod messy;
mod mutation;
mod power;
mod programme;
mod races;
mod replays;
mod stalled;
mod streams;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tandem::cli::demo::Chance;
use tandem::moment::Moment;
use tandem::store::Backend;

use crate::harness::{Database, on_each_database, on_postgres};

/// The seed of this run: the one that was given, or a fresh one. It is printed.
fn chance() -> Chance {
    let seed = number("TANDEM_PROOF_SEED").unwrap_or_else(|| now().micros().unsigned_abs() % 1_000_000);
    say!("seed {seed}: TANDEM_PROOF_SEED={seed} repeats this schedule");
    Chance::new(seed)
}

/// How much more than in CI is tried.
fn scale() -> u64 {
    number("TANDEM_PROOF_SCALE").unwrap_or(1)
}

fn number(variable: &str) -> Option<u64> {
    let said = std::env::var(variable).ok()?;
    Some(said.parse().expect("a number"))
}

/// Now, by the wall clock: these servers run on real time.
fn now() -> Moment {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap())
}

/// Lets real time pass, where time itself is part of what is tried.
async fn pass(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}

/// How many servers work on a database of this kind.
fn servers_on(database: &Database) -> usize {
    match database.backend() {
        Backend::Sqlite => 1,
        Backend::Postgres => 2,
    }
}

/// Runs a proof over each database. One at a time: they measure, and they load the machine.
fn prove(proof: impl AsyncFn(&Database)) {
    let _one_at_a_time = one_at_a_time();
    on_each_database(proof);
}

/// The same over PostgreSQL alone, for what needs two servers on one database.
fn prove_on_postgres(proof: impl AsyncFn(&Database)) {
    let _one_at_a_time = one_at_a_time();
    on_postgres(proof);
}

/// Held by whatever measures, or loads the machine on purpose.
pub(crate) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static PROVING: Mutex<()> = Mutex::new(());
    PROVING.lock().unwrap_or_else(PoisonError::into_inner)
}
