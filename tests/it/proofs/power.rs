//! Power: what was not synced is gone, or a sync fails. What was acknowledged is there all the same, and nothing is half
//! there.

use std::time::Duration;

use tandem::board::Policy;
use tandem::cli::demo::Chance;
use tandem::store::Backend;

use super::dispatcher::Habits;
use super::load::under_load;
use super::programme::{Programme, Size};
use super::{chance, now, prove, scale};
use crate::harness::shim::shim;

const DISPATCHERS: usize = 8;
/// How often the power goes.
const CUTS: u64 = 5;
/// How many syncs fail, each in a run of its own: the first, the second, and so on.
const FAILURES: u64 = 10;
/// The power goes at one of so many writes and syncs: some hundred commits, and a checkpoint or two.
const OPERATIONS: i64 = 6_000;
/// If it has not gone by then, the load was too small.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn whatever_was_acknowledged_outlives_a_loss_of_power() {
    lose_power(CUTS * scale().min(10), 0, |chance, cut| {
        let drawn = |low, high, what| chance.between(low, high, &["cut", &cut.to_string(), what]);
        let at = drawn(1, OPERATIONS, "at");
        // In every other one some of what was not synced has reached the disk, torn by the sector.
        let tear = if cut % 2 == 0 {
            0
        } else {
            drawn(1, i64::MAX - 1, "tear")
        };
        vec![("TANDEM_POWER_CUT", at), ("TANDEM_POWER_TEAR", tear)]
    });
}

#[test]
fn a_sync_that_fails_is_never_taken_for_one_that_did_not() {
    let failures = FAILURES * scale().min(5);
    lose_power(failures, failures, |chance, failure| {
        let drawn = |low, high, what| chance.between(low, high, &["failure", &failure.to_string(), what]);
        let fails = i64::try_from(failure).unwrap() + 1;
        // What the sync should have kept is lost for good when the power goes a little later.
        let later = 150 * fails + drawn(1, 1_500, "later");
        vec![("TANDEM_SYNC_FAILS", fails), ("TANDEM_POWER_CUT", later)]
    });
}

/// Runs a programme whose server loses its power so many times, under load, each time as drawn; so many of its syncs fail.
fn lose_power(times: u64, failing: u64, drawn: impl Fn(Chance, u64) -> Vec<(&'static str, i64)>) {
    prove(async |database| {
        // PostgreSQL writes in processes of its own; that it syncs before it answers, durability.rs reads back.
        if database.backend() == Backend::Postgres {
            return;
        }
        let size = Size {
            servers: 1,
            dispatchers: DISPATCHERS,
            clinicians: 6,
            officers: 6,
        };
        let policy = Policy {
            offer_seconds: 2,
            hold_seconds: 2,
            filing_seconds: 10,
            ..Policy::default()
        };
        let chance = chance();
        let folder = tempfile::tempdir().unwrap();
        let (shim, says) = (shim("lose_power", folder.path()), folder.path().join("said"));
        let file = database.url().strip_prefix("sqlite:").unwrap();
        let programme = Programme::open(database, size, policy).await;
        programme.kill(0);
        let lost = async {
            for time in 0..times {
                let mut more = vec![
                    ("LD_PRELOAD".to_owned(), shim.clone()),
                    ("TANDEM_POWER_FILE".to_owned(), file.to_owned()),
                    ("TANDEM_POWER_SAYS".to_owned(), says.to_str().unwrap().to_owned()),
                ];
                let drawn = drawn(chance, time);
                more.extend(
                    drawn
                        .iter()
                        .map(|(name, value)| ((*name).to_owned(), value.to_string())),
                );
                if programme.start_with(0, &more).await.is_some() {
                    programme.history.serving(now());
                    assert!(
                        programme.ends_within(0, PATIENCE).await,
                        "the power goes: {drawn:?}"
                    );
                }
                programme.kill(0);
                programme.judge_what_is_left().await;
            }
            programme.start(0).await;
            programme.history.serving(now());
        };
        let habits = (chance, Habits::default());
        under_load(&programme, DISPATCHERS, habits, lost).await;
        let said = std::fs::read_to_string(&says).unwrap();
        let count = |what| said.lines().filter(|line| line.starts_with(what)).count();
        let attempts = programme.history.attempts();
        let [cuts, failures] = ["cut", "failed"].map(|what| u64::try_from(count(what)).unwrap());
        say!("the power went {cuts} times, {failures} syncs failed, {attempts} attempts");
        assert_eq!((cuts, failures), (times, failing));
        programme.holds().await;
    });
}
