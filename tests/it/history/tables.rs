//! What the tables say, read from the database and not from a server.

use std::collections::BTreeMap;

use tandem::board::Entry;
use tandem::id::JurisdictionId;
use tandem::moment::Moment;

use crate::harness::Database;

/// How many entries are read at once.
const PAGE: u64 = 1000;

/// Which request: subject, method, `request_id`.
pub(crate) type Key = (String, String, String);

/// A kept reply, as far as it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The digest of the body that was answered.
    pub(crate) body: String,
    /// The revision at which it was done.
    pub(crate) revision: u64,
}

/// The tables of one jurisdiction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// The journal from its first entry on.
    pub(crate) entries: Vec<Entry>,
    /// The replies.
    pub(crate) kept: BTreeMap<Key, Kept>,
    /// What `tandem check` finds.
    pub(crate) differences: Vec<String>,
    /// When they were read, by the wall clock; none: what is still open is not judged.
    pub(crate) read_at: Option<Moment>,
}

impl Tables {
    /// Reads them. The journal must reach back to its first entry.
    pub(crate) async fn read(database: &Database, jurisdiction_id: &JurisdictionId, now: Moment) -> Tables {
        let store = database.store().await;
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let after = entries.last().map_or(0, |entry| entry.revision);
            let page = store.entries(jurisdiction_id, after, PAGE).await.unwrap();
            if page.is_empty() {
                break;
            }
            entries.extend(page.into_iter().map(|(entry, _)| entry));
        }
        let differences = store.check(jurisdiction_id).await.unwrap().differences;
        store.close().await.unwrap();
        let rows = database
            .texts("SELECT subject || '/' || method || '/' || request_id || '/' || fingerprint || '/' || revision FROM replies")
            .await;
        Tables {
            entries,
            kept: rows.iter().map(|row| kept(row)).collect(),
            differences,
            read_at: Some(now),
        }
    }
}

fn kept(row: &str) -> (Key, Kept) {
    let parts: Vec<&str> = row.split('/').collect();
    let [subject, method, request_id, body, revision] = parts[..] else {
        panic!("a slash in {row}")
    };
    let key = (subject.to_owned(), method.to_owned(), request_id.to_owned());
    let kept = Kept {
        body: body.to_owned(),
        revision: revision.parse().unwrap(),
    };
    (key, kept)
}
