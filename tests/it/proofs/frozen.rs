//! A frozen node: stopped while it holds the head, it does not stop the other; and when it goes on, it harms nothing.

use std::time::{Duration, Instant};

use tandem::board::Policy;
use tandem::cli::demo::Chance;
use tandem::grpc::pb;

use super::dispatcher::Habits;
use super::follower::token_for;
use super::load::under_load;
use super::programme::{Programme, Size};
use super::{chance, pass, prove_on_postgres, scale};
use crate::harness::town::Client;
use crate::harness::verbs::opening;

const DISPATCHERS: usize = 16;
/// How often a node is frozen while it holds the head.
const FREEZES: u64 = 2;
/// The other server writes again by then.
const WRITES_AGAIN: Duration = Duration::from_secs(5);
/// Whoever holds a transaction open for so long without a word is frozen: others take a millisecond.
const HOLDS: &str = "SELECT a.pid::text FROM pg_stat_activity a WHERE a.datname = current_database() \
    AND a.application_name = 'tandem' AND a.state = 'idle in transaction' \
    AND clock_timestamp() - a.state_change > interval '200 milliseconds' \
    AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.relation = 'heads'::regclass \
    AND l.mode = 'RowShareLock' AND l.granted)";

#[test]
fn a_node_that_is_frozen_while_it_holds_the_head_stops_nobody_and_harms_nothing() {
    prove_on_postgres(async |database| {
        let size = Size {
            servers: 2,
            dispatchers: DISPATCHERS,
            clinicians: 8,
            officers: 8,
        };
        let policy = Policy {
            offer_seconds: 2,
            hold_seconds: 2,
            filing_seconds: 10,
            ..Policy::default()
        };
        let chance = chance();
        let programme = Programme::open(database, size, policy).await;
        let store = database.store().await;
        let (_, header) = token_for(&store, 0, tandem::board::Role::Dispatcher, "probe", (None, None)).await;
        let frozen = async {
            for freeze in 0..FREEZES * scale().min(15) {
                let (wrote, tries) = freeze_once(&programme, &header, chance, freeze).await;
                say!("stopped {tries} times until it held the head; the other wrote again after {wrote:?}");
                assert!(wrote <= WRITES_AGAIN, "the other wrote again after {wrote:?}");
            }
        };
        let drawn = (chance, Habits::default());
        under_load(&programme, DISPATCHERS, drawn, frozen).await;
        store.close().await.unwrap();
        programme.holds().await;
    });
}

/// Stops the first server, again and again, until it is found to hold the head; gives how long it took until the other
/// wrote something, and after how many stops.
async fn freeze_once(
    programme: &Programme<'_>,
    header: &str,
    chance: Chance,
    freeze: u64,
) -> (Duration, u64) {
    for attempt in 1.. {
        let pause = chance.between(20_000, 60_000, &[&freeze.to_string(), &attempt.to_string()]);
        pass(Duration::from_micros(pause.unsigned_abs())).await;
        programme.signal(0, "STOP");
        let stopped = Instant::now();
        pass(Duration::from_millis(250)).await;
        if programme.database.texts(HOLDS).await.is_empty() {
            programme.signal(0, "CONT");
            continue;
        }
        let other = Client::connect(programme.address(1).unwrap(), header).await;
        writes(&other, &format!("other-{freeze}")).await;
        let wrote = stopped.elapsed();
        // Long enough for its session to be ended, and for the other to have gone far ahead.
        let frozen_for = if scale() > 1 { 30 } else { 6 };
        pass(Duration::from_secs(frozen_for).saturating_sub(stopped.elapsed())).await;
        programme.signal(0, "CONT");
        let back = Client::connect(programme.address(0).unwrap(), header).await;
        let again = Instant::now();
        writes(&back, &format!("back-{freeze}")).await;
        say!(
            "frozen for {frozen_for} s; it wrote again {:?} after it went on",
            again.elapsed()
        );
        return (wrote, attempt);
    }
    unreachable!("attempts do not end")
}

/// Opens a call, as often as it takes.
async fn writes(client: &Client, request_id: &str) {
    let call = pb::OpenCallRequest {
        location: None,
        ..opening(request_id.to_owned(), 1)
    };
    let mut breath = tokio::time::interval(Duration::from_millis(20));
    while client.dispatch().open_call(call.clone()).await.is_err() {
        breath.tick().await;
    }
}
