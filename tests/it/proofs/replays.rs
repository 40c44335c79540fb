//! Replays: a request that is sent again has one effect and hears the same bytes, and a stored match gives its answer
//! again, whatever has changed since.

use std::process::Command;
use std::sync::atomic::Ordering;

use tandem::board::Policy;
use tandem::store::Backend;

use super::dispatcher::{Dispatcher, Habits};
use super::programme::{Programme, Size};
use super::{chance, prove, scale, servers_on};
use crate::harness::{Database, of_the_other_kind};

const DISPATCHERS: usize = 16;
/// Attempts to open, accept or join.
const TRIES: u64 = 3_000;
/// At least so many matches are replayed.
const MATCHES: u64 = 1_000;

#[test]
fn what_is_asked_again_is_answered_with_the_same_bytes_whatever_has_changed() {
    prove(async |database| {
        let size = Size {
            servers: servers_on(database),
            dispatchers: DISPATCHERS,
            clinicians: 10,
            officers: 10,
        };
        let policy = Policy {
            filing_seconds: 60,
            ..Policy::default()
        };
        let chance = chance();
        let programme = Programme::open(database, size, policy).await;
        let habits = Habits {
            twice: 10,
            other_body: 5,
            remembered: 10,
            messy: 20,
            ..Habits::default()
        };
        let dispatchers: Vec<_> = (0..DISPATCHERS)
            .map(|number| Dispatcher::new(&programme, number, chance, habits))
            .collect();
        let worked = dispatchers.iter().map(async |dispatcher| {
            let mut round = 0;
            while programme.tries.load(Ordering::Relaxed) < TRIES * scale() {
                dispatcher.serve_a_call(round).await.unwrap();
                round += 1;
            }
        });
        futures_util::future::join_all(worked).await;
        let (matches, before) = replayed(database);

        programme.change_everything().await;
        for server in 0..programme.servers() {
            programme.kill(server);
        }
        assert_eq!(
            replayed(database),
            (matches, before.clone()),
            "in a process of today"
        );
        assert!(matches >= MATCHES * scale(), "{matches} matches");
        if let Some(other) = of_the_other_kind(database) {
            copy_matches(database, &other).await;
            assert_eq!(replayed(&other), (matches, before), "from another database");
        }

        // The servers of today have never heard any of it.
        for server in 0..programme.servers() {
            programme.start(server).await;
        }
        let mut again = 0;
        for dispatcher in &dispatchers {
            let remembered = std::mem::take(&mut *dispatcher.remembered.lock().unwrap());
            for (server, request) in remembered.iter().enumerate() {
                dispatcher.send_again(server, request).await;
            }
            again += remembered.len();
        }
        say!(
            "{:?}: {} attempts, {again} of them asked again at the end, {matches} matches replayed",
            database.backend(),
            programme.history.attempts(),
        );
        drop(dispatchers);
        programme.holds().await;
    });
}

/// What `tandem replay` says in a process of its own: how many matches, and the digest of their answers.
fn replayed(database: &Database) -> (u64, String) {
    let said = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .args(["replay", "--database", database.url(), "--log", "warn"])
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    (words[1].parse().unwrap(), words[words.len() - 1].to_owned())
}

/// Carries the matches, and the jurisdiction that they belong to, into another database.
async fn copy_matches(from: &Database, to: &Database) {
    let hex = match from.backend() {
        Backend::Sqlite => "hex(content)",
        Backend::Postgres => "encode(content, 'hex')",
    };
    let blob = |hex: &str| match to.backend() {
        Backend::Sqlite => format!("X'{hex}'"),
        Backend::Postgres => format!("'\\x{hex}'"),
    };
    let columns = "jurisdiction_id, id, call_id, at, policy_version, content";
    let rows = format!(
        "SELECT jurisdiction_id || '|' || id || '|' || call_id || '|' || at || '|' || policy_version || '|' || {hex} \
         FROM matches"
    );
    let rows: Vec<String> = from
        .texts(&rows)
        .await
        .iter()
        .map(|row| {
            let row: Vec<&str> = row.split('|').collect();
            format!(
                "('{}', '{}', '{}', {}, {}, {})",
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                blob(row[5])
            )
        })
        .collect();
    let store = (from.store().await, to.store().await);
    for jurisdiction in store.0.jurisdictions().await.unwrap() {
        store
            .1
            .create_jurisdiction(&jurisdiction, super::now(), &[])
            .await
            .unwrap();
    }
    store.0.close().await.unwrap();
    store.1.close().await.unwrap();
    for some in rows.chunks(50) {
        let insert = format!("INSERT INTO matches ({columns}) VALUES {}", some.join(", "));
        to.execute(&insert).await.unwrap();
    }
}
