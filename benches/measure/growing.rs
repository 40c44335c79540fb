//! What grows with what: match, commit and start-up against responders, events in the journal and open calls, and the
//! straight line through each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tandem::board::{After, Channel, Duty, EventKind, Role};
use tandem::clock::Clock;
use tandem::desk::{Asked, Center, Desk};
use tandem::dispatch::CallState;
use tandem::dispatch::command::{DutyChange, SetDutyStatus};
use tandem::matching::{gather, match_call};
use tandem::moment::Moment;
use tandem::store::Store;
use tandem::triage::{Response, slots};

use crate::ground::city::{append, city, event, found};
use crate::ground::databases::on_sqlite;
use crate::ground::figures::{Latencies, Line, median_time, millis};
use crate::ground::sheet::Sheet;
use crate::ground::{count, short};
use crate::harness::Database;
use crate::town::{NOW, Town, id, numbered, point};

/// What one size of something costs.
struct Cost {
    size: u32,
    matched: Duration,
    committed: Duration,
    started: Duration,
}

pub(crate) fn measure() {
    let full: [(&str, &[u32]); 3] = [
        (
            "responders on shift",
            &[500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000],
        ),
        (
            "events in the journal",
            &[1_000, 10_000, 50_000, 100_000, 200_000],
        ),
        ("open calls that wait", &[10, 100, 500, 1_000, 2_000, 5_000]),
    ];
    let small: [(&str, &[u32]); 3] = [
        ("responders on shift", &[50, 100, 200]),
        ("events in the journal", &[100, 200, 400]),
        ("open calls that wait", &[2, 4, 8]),
    ];
    for (of, sizes) in if short() { small } else { full } {
        let mut sheet = Sheet::new(
            &format!("Growth with {of} (SQLite, in process)"),
            [of, "match", "commit", "start-up"],
        );
        let mut costs = Vec::new();
        for size in sizes {
            costs.extend(on_sqlite(async |database| {
                vec![cost_of(database, of, *size).await]
            }));
        }
        for cost in &costs {
            let [matched, committed, started] = [cost.matched, cost.committed, cost.started].map(millis);
            sheet.row([cost.size.to_string(), matched, committed, started]);
        }
        for (what, time) in [
            ("match", (|cost| cost.matched) as fn(&Cost) -> Duration),
            ("commit", |cost| cost.committed),
            ("start-up", |cost| cost.started),
        ] {
            let points: Vec<_> = costs
                .iter()
                .map(|cost| (f64::from(cost.size), time(cost).as_secs_f64() * 1000.0))
                .collect();
            sheet.note(format!("{what}: {}", Line::through(&points).words(of)));
        }
        sheet.print();
    }
}

async fn cost_of(database: &Database, of: &str, size: u32) -> Cost {
    let store = database.store().await;
    let people = if of.starts_with("responders") { size } else { 40 };
    let mut town = city(people, NOW);
    if of.starts_with("open calls") {
        wait(&mut town, size);
    }
    found(&store, &town, NOW).await;
    if of.starts_with("events") {
        happen(&store, &town, size).await;
    }
    let started = start_up(database).await;
    let desk = Desk::open(store.clone(), Clock::cranked(NOW), [1; 16], 72)
        .await
        .unwrap();
    let center = desk.center(&town.board.jurisdiction.id).await.unwrap();
    desk.settle().await.unwrap();
    let matched = matched(&center, &town);
    let committed = committed(&center).await;
    desk.close();
    desk.closed().await;
    store.close().await.unwrap();
    Cost {
        size,
        matched,
        committed,
        started,
    }
}

/// Calls that nobody can be sent to: everyone is off duty.
fn wait(town: &mut Town, calls: u32) {
    for n in 1..=40 {
        town.duty(n).primary = Duty::NotAvailable;
    }
    let slots = slots(Response::Pair, &[], true, town.board.policy());
    for n in 1..=calls {
        let mut call = town.call.clone();
        call.id = numbered(n);
        call.number = n;
        call.state = CallState::Waiting;
        call.waiting_since = Some(NOW);
        call.slots = slots.clone();
        town.board.calls.insert(call.id, call);
    }
}

/// So many entries of one event each.
async fn happen(store: &Store, town: &Town, entries: u32) {
    let (_, mut board) = store.load(&town.board.jurisdiction.id).await.unwrap();
    let duty = town.board.duty[&id(1)].clone();
    let one = [event(EventKind::DutyChanged, After::Duty(id(1), duty), NOW)];
    append(store, &mut board, (0..entries).map(|_| &one[..]), NOW).await;
}

/// From an opened database to a desk that answers.
async fn start_up(database: &Database) -> Duration {
    let mut times = Latencies::default();
    for _ in 0..3 {
        let started = Instant::now();
        let store = database.store().await;
        let desk = Desk::open(store.clone(), Clock::cranked(NOW), [2; 16], 72)
            .await
            .unwrap();
        times.add(started.elapsed());
        desk.close();
        desk.closed().await;
        store.close().await.unwrap();
    }
    times.percentile(50)
}

/// Travel, gathering and the match, on the readers' board.
fn matched(center: &Arc<Center>, town: &Town) -> Duration {
    let slots = slots(Response::Pair, &[], true, town.board.policy());
    median_time(count(31, 3), || {
        let travel = center.travel_to(point());
        let board = center.board();
        let situation = gather(&board, &town.call, &slots, Vec::new(), &travel, NOW);
        match_call(&situation)
    })
}

/// A duty status set, alone in its transaction.
async fn committed(center: &Arc<Center>) -> Duration {
    let mut times = Latencies::default();
    for n in 0..count(101, 3) {
        let change = DutyChange {
            responder_id: id(1),
            primary: Duty::NotAvailable,
            secondary: String::new(),
            expires_at: None,
            active_on: None,
        };
        let asked = Asked {
            subject: "dana".to_owned(),
            role: Role::Dispatcher,
            request_id: format!("grown-{n}"),
            fingerprint: String::new(),
            channel: Channel::Radio,
            occurred_at: None::<Moment>,
        };
        let started = Instant::now();
        let command = SetDutyStatus {
            changes: vec![change],
        };
        center.ask(asked, command).await.unwrap();
        times.add(started.elapsed());
    }
    times.percentile(50)
}
