//! Durable commands a second through the recorder, beside the bare database that writes the same rows, one command a
//! transaction, with the same durability; on PostgreSQL behind one head row, as the order of a journal demands.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tandem::board::{Channel, Duty, Role};
use tandem::clock::Clock;
use tandem::desk::{Asked, Center, Desk};
use tandem::dispatch::command::{DutyChange, SetDutyStatus};
use tandem::moment::Moment;
use tandem::store::Backend;

use crate::ground::bare::Bare;
use crate::ground::city::{city, found};
use crate::ground::count;
use crate::ground::databases::on_each;
use crate::ground::figures::{aim, median, ratio, whole};
use crate::ground::sheet::Sheet;
use crate::harness::Database;
use crate::town::id;

const CALLERS: [u32; 4] = [1, 8, 64, 512];

pub(crate) fn measure() {
    let (lasting, rounds) = (lasting(), rounds());
    let mut sheet = Sheet::new(
        &format!("The recorder: durable commands a second (median of {rounds} rounds of {lasting:?})"),
        ["database, callers", "bare", "recorder", "ratio", "aim"],
    );
    for row in on_each(over) {
        sheet.row(row);
    }
    sheet.note(
        "A command is a duty status set by its responder: rows in journal, audit, duty and replies, and the head moved. \
         Bare: the same rows by prepared statements, one transaction a command; on SQLite all callers share the one \
         connection that may write, on PostgreSQL each has his own (64 at most) and takes the head row first.",
    );
    sheet.print();
}

fn lasting() -> Duration {
    count(Duration::from_secs(3), Duration::from_millis(200))
}

fn rounds() -> usize {
    count(3, 1)
}

async fn over(database: &Database) -> Vec<[String; 5]> {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-60);
    let town = city(512, now);
    found(&store, &town, now).await;
    let desk = Desk::open(store.clone(), Clock::process(), [1; 16], 72)
        .await
        .unwrap();
    let center = desk.center(&town.board.jurisdiction.id).await.unwrap();
    let bare = Bare::over(database).await;
    let mut rows = Vec::new();
    for callers in CALLERS {
        let (mut of_bare, mut of_recorder) = (Vec::new(), Vec::new());
        for round in 0..rounds() {
            // Side by side, so that both meet the same machine.
            of_bare.push(bare.rate(callers, lasting(), round).await);
            of_recorder.push(recorded(&center, callers, round).await);
        }
        let (bare, recorded) = (median(of_bare), median(of_recorder));
        let wanted = match (callers, database.backend()) {
            (1, Backend::Sqlite | Backend::Postgres) => Some(0.6),
            (64, Backend::Sqlite) => Some(1.5),
            (64, Backend::Postgres) => Some(3.0),
            (_, Backend::Sqlite | Backend::Postgres) => None,
        };
        let reached = recorded / bare;
        let aim = wanted.map(|wanted| aim(&format!("at least {wanted}x"), reached >= wanted));
        rows.push([
            format!("{:?}, {callers}", database.backend()),
            whole(bare),
            whole(recorded),
            ratio(reached),
            aim.unwrap_or_default(),
        ]);
    }
    desk.close();
    desk.closed().await;
    store.close().await.unwrap();
    rows
}

/// So many callers, each of whom sets his own duty status again and again.
async fn recorded(center: &Arc<Center>, callers: u32, round: usize) -> f64 {
    let (started, lasting) = (Instant::now(), lasting());
    let tasks: Vec<_> = (1..=callers)
        .map(|n| {
            let center = Arc::clone(center);
            tokio::spawn(async move {
                let mut done = 0_u32;
                while started.elapsed() < lasting {
                    let request_id = format!("recorded-{callers}-{round}-{done}");
                    center.ask(asked(n, request_id), set_duty(n)).await.unwrap();
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    f64::from(done) / started.elapsed().as_secs_f64()
}

fn asked(n: u32, request_id: String) -> Asked {
    Asked {
        subject: id(n).to_string(),
        role: Role::Responder,
        request_id,
        fingerprint: "0123456789abcdef".repeat(4),
        channel: Channel::App,
        occurred_at: None::<Moment>,
    }
}

fn set_duty(n: u32) -> SetDutyStatus {
    let change = DutyChange {
        responder_id: id(n),
        primary: Duty::Available,
        secondary: String::new(),
        expires_at: None,
        active_on: None,
    };
    SetDutyStatus {
        changes: vec![change],
    }
}
