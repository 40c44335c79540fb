//! What a server holds in memory: idle, with a roster of 50,000, and for each who watches.

use std::time::Duration;

use tandem::clock::Clock;

use crate::ground::caller::dispatchers;
use crate::ground::city::{city, found};
use crate::ground::count;
use crate::ground::databases::on_sqlite;
use crate::ground::figures::{aim, whole};
use crate::ground::process::Process;
use crate::ground::sheet::Sheet;
use crate::ground::watching::{CONNECTIONS, Watchers};
use crate::harness::Database;

pub(crate) fn measure() {
    let mut sheet = Sheet::new("Memory of a server (resident)", ["what", "figure", "aim"]);
    for row in on_sqlite(watched).into_iter().chain(on_sqlite(crowded)) {
        sheet.row(row);
    }
    sheet.note(format!(
        "On SQLite. A watcher is a dispatcher with a token of his own and one open stream, {CONNECTIONS} connections in all; \
         his bytes are the growth of the resident memory divided by the watchers.",
    ));
    sheet.print();
}

async fn watched(database: &Database) -> Vec<[String; 3]> {
    let many = count(10_000, 100);
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let idle = {
        let server = Process::tandem(database.url());
        settled(&server).await
    };
    let town = city(40, now);
    found(&store, &town, now).await;
    let headers = dispatchers(&store, &town.board.jurisdiction.id, now, many).await;
    let server = Process::tandem(database.url());
    let before = settled(&server).await;
    let watchers = Watchers::open(server.address, &headers, None, None, 0).await;
    let with = settled(&server).await;
    watchers.close().await;
    store.close().await.unwrap();
    let bytes = f64::from(with.saturating_sub(before)) * 1024.0 / f64::from(u32::try_from(many).unwrap());
    vec![
        [
            "idle, an empty database".to_owned(),
            mebibytes(idle),
            aim("under 40 MiB", idle < 40 * 1024),
        ],
        ["40 responders".to_owned(), mebibytes(before), String::new()],
        [format!("with {many} watchers"), mebibytes(with), String::new()],
        [
            "each watcher".to_owned(),
            format!("{} bytes", whole(bytes)),
            aim("under 32 KiB", bytes < 32.0 * 1024.0),
        ],
    ]
}

async fn crowded(database: &Database) -> Vec<[String; 3]> {
    let people = count(50_000, 500);
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    found(&store, &city(people, now), now).await;
    store.close().await.unwrap();
    let server = Process::tandem(database.url());
    let held = settled(&server).await;
    let name = format!("{people} responders, all on shift");
    vec![[name, mebibytes(held), aim("under 200 MiB", held < 200 * 1024)]]
}

/// What it holds once it holds no more than a moment before.
async fn settled(server: &Process) -> u32 {
    let mut pace = tokio::time::interval(Duration::from_millis(500));
    let mut held = server.resident_kib();
    for _ in 0..20 {
        pace.tick().await;
        pace.tick().await;
        let now = server.resident_kib();
        if now.abs_diff(held) < 64 {
            return now;
        }
        held = now;
    }
    held
}

fn mebibytes(kib: u32) -> String {
    format!("{:.1} MiB", f64::from(kib) / 1024.0)
}
