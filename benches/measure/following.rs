//! From a commit to its subscribers: 1 to 10,000 dispatchers who watch everything, over a hundred connections to a server
//! of its own process. And by way of another server of the same database.

use std::time::Duration;

use tandem::clock::Clock;
use tandem::id::ResponderId;
use tokio::time::{Interval, MissedTickBehavior};
use tonic::transport::Channel;

use crate::ground::caller::{Header, a_call, cancel, connections, dispatchers, open, set_duty};
use crate::ground::city::{city, found};
use crate::ground::databases::{on_postgres, on_sqlite};
use crate::ground::figures::{Latencies, aim, count as number, millis, whole};
use crate::ground::process::Process;
use crate::ground::sheet::Sheet;
use crate::ground::spread::spread;
use crate::ground::watching::{CONNECTIONS, Watchers};
use crate::ground::{count, short};
use crate::harness::Database;
use crate::town::id;

/// The least time between two commits.
const PACE: Duration = Duration::from_millis(7);

/// What is committed.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Duty,
    Call,
}

/// Where and by whom things happen.
struct Stage<'a> {
    to: &'a Channel,
    header: &'a Header,
    responder_id: ResponderId,
}

pub(crate) fn measure() {
    let mut sheet = Sheet::new(
        &format!("From commit to subscriber (all watch everything, {CONNECTIONS} connections)"),
        [
            "watchers, what, database",
            "commits",
            "p50",
            "p99",
            "messages/s",
            "aim",
        ],
    );
    for row in on_sqlite(one_server).into_iter().chain(on_postgres(two_servers)) {
        sheet.row(row);
    }
    sheet.note(
        "Each watcher shows a token of his own. A latency runs from the moment inside the door (before the commit is \
         synced) to the decoded message. Commits are paced so that each is delivered before the next; messages/s says \
         how fast one commit spreads (p50 of the last watcher). Server and watchers share the machine. \
         Bare streams carry an update as large as that of a duty status, with nothing behind it.",
    );
    sheet.print();
}

async fn one_server(database: &Database) -> Vec<[String; 6]> {
    let sizes: &[usize] = if short() {
        &[1, 100]
    } else {
        &[1, 100, 1_000, 10_000]
    };
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let town = city(40, now);
    found(&store, &town, now).await;
    let most = *sizes.last().unwrap();
    let headers = dispatchers(&store, &town.board.jurisdiction.id, now, most).await;
    let server = Process::tandem(database.url());
    let to = connections(server.address, 1).await.remove(0);
    let stage = Stage {
        to: &to,
        header: &headers[0],
        responder_id: id(1),
    };
    let mut rows = Vec::new();
    for many in sizes {
        rows.push(bare(&headers[..*many]).await);
        for what in [Happening::Duty, Happening::Call] {
            let commits = commits(*many);
            let watchers = Watchers::open(server.address, &headers[..*many], None, None, 0).await;
            let spread = play(&watchers, &stage, what, commits).await;
            let (_, mut latencies) = watchers.close().await;
            let (p50, p99) = (latencies.percentile(50), latencies.percentile(99));
            let within = |p50_millis: Option<u64>, p99_millis: u64| {
                let fast = p50_millis.is_none_or(|millis| p50 < Duration::from_millis(millis));
                let text = p50_millis.map_or_else(String::new, |millis| format!("p50 under {millis} ms, "));
                let met = fast && p99 < Duration::from_millis(p99_millis);
                aim(&format!("{text}p99 under {p99_millis} ms"), met)
            };
            let aim = match many {
                1_000 => within(Some(5), 50),
                10_000 => within(None, 250),
                _ => String::new(),
            };
            rows.push([
                format!("{many}, {what:?}, {:?}", database.backend()),
                commits.to_string(),
                millis(p50),
                millis(p99),
                whole(number(*many) / spread.as_secs_f64()),
                aim,
            ]);
        }
    }
    store.close().await.unwrap();
    rows
}

/// The same number of streams of the bare server.
async fn bare(headers: &[Header]) -> [String; 6] {
    let server = Process::echo();
    let to = connections(server.address, 1).await.remove(0);
    let updates = commits(headers.len());
    let watchers = Watchers::open(server.address, headers, None, None, 0).await;
    let mut reached = Latencies::default();
    let mut pace = paced();
    for heard in 1..=updates {
        pace.tick().await;
        let started = std::time::Instant::now();
        spread(&to).await;
        watchers.all_heard(heard).await;
        reached.add(started.elapsed());
    }
    let (_, mut latencies) = watchers.close().await;
    [
        format!("{}, bare tonic streams", headers.len()),
        updates.to_string(),
        millis(latencies.percentile(50)),
        millis(latencies.percentile(99)),
        whole(number(headers.len()) / reached.percentile(50).as_secs_f64()),
        String::new(),
    ]
}

fn paced() -> Interval {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}

fn commits(watchers: usize) -> usize {
    count(if watchers > 1_000 { 20 } else { 200 }, 4)
}

/// Commits at one server, watchers at the other.
async fn two_servers(database: &Database) -> Vec<[String; 6]> {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let town = city(40, now);
    found(&store, &town, now).await;
    let headers = dispatchers(&store, &town.board.jurisdiction.id, now, 100).await;
    let (here, there) = (Process::tandem(database.url()), Process::tandem(database.url()));
    let to = connections(here.address, 1).await.remove(0);
    let stage = Stage {
        to: &to,
        header: &headers[0],
        responder_id: id(1),
    };
    let mut rows = Vec::new();
    for (place, server) in [("this server", &here), ("the other server", &there)] {
        let commits = count(100, 4);
        let watchers = Watchers::open(server.address, &headers, None, None, 0).await;
        let spread = play(&watchers, &stage, Happening::Duty, commits).await;
        let (_, mut latencies) = watchers.close().await;
        let (p50, p99) = (latencies.percentile(50), latencies.percentile(99));
        let aim = match place {
            "the other server" => aim("p99 under 350 ms", p99 < Duration::from_millis(350)),
            _ => String::new(),
        };
        rows.push([
            format!("{}, Duty, {:?}, at {place}", headers.len(), database.backend()),
            commits.to_string(),
            millis(p50),
            millis(p99),
            whole(number(headers.len()) / spread.as_secs_f64()),
            aim,
        ]);
    }
    store.close().await.unwrap();
    rows
}

/// Commits, each when the one before has been heard by all; gives the median time that one took to reach all.
async fn play(watchers: &Watchers, stage: &Stage<'_>, what: Happening, commits: usize) -> Duration {
    let mut spread = Latencies::default();
    let mut pace = paced();
    let mut updates = 0;
    for _ in 0..commits {
        pace.tick().await;
        let started = std::time::Instant::now();
        updates += 1;
        match what {
            Happening::Duty => {
                set_duty(stage.to, stage.header, stage.responder_id).await;
                watchers.all_heard(updates).await;
                spread.add(started.elapsed());
            }
            Happening::Call => {
                let opened = open(stage.to, stage.header, a_call()).await;
                watchers.all_heard(updates).await;
                spread.add(started.elapsed());
                cancel(stage.to, stage.header, &opened).await;
                updates += 1;
                watchers.all_heard(updates).await;
            }
        }
    }
    spread.percentile(50)
}
