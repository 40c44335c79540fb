//! The journal as its rows are, kept while its floor moves.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::Database;

/// One row of the journal, as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) operation_id: String,
    pub(crate) events: Vec<Value>,
}

/// Rows by revision.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    pub(crate) rows: BTreeMap<u64, Row>,
}

impl Journal {
    /// What stands in the database after this revision, with its gaps.
    pub(crate) async fn read(database: &Database, after: u64) -> Journal {
        let rows = format!(
            "SELECT revision || '|' || operation_id || '|' || events FROM journal WHERE revision > {after}"
        );
        let rows = database.texts(&rows).await.into_iter().map(|row| {
            let parts: Vec<&str> = row.splitn(3, '|').collect();
            let row = Row {
                operation_id: parts[1].to_owned(),
                events: serde_json::from_str(parts[2]).unwrap(),
            };
            (parts[0].parse().unwrap(), row)
        });
        Journal { rows: rows.collect() }
    }

    /// The last revision.
    pub(crate) fn head(&self) -> u64 {
        self.rows.last_key_value().map_or(0, |(revision, _)| *revision)
    }
}

/// Copies the rows of the journal before they go: whoever moves the floor looks first.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    journal: Journal,
}

impl Keeper {
    /// Takes what has been added since the last look. A row that has gone before it was seen is a fault of the test.
    pub(crate) async fn look(&mut self, database: &Database) {
        let added = Journal::read(database, self.journal.head()).await;
        for (revision, row) in added.rows {
            let next = self.journal.head() + 1;
            assert_eq!(revision, next, "a row of the journal was not seen");
            self.journal.rows.insert(revision, row);
        }
    }

    /// What was kept. The audit, which outlives the journal, must know the same operations at the same revisions.
    pub(crate) async fn whole(mut self, database: &Database) -> Journal {
        let audit = database
            .texts("SELECT revision || '|' || operation_id FROM audit ORDER BY revision")
            .await;
        // Deadlines go on being met, so the journal may have grown since.
        self.look(database).await;
        let kept = self.journal.rows.iter().take(audit.len());
        let kept: Vec<String> = kept
            .map(|(revision, row)| format!("{revision}|{}", row.operation_id))
            .collect();
        assert_eq!(kept, audit, "what was kept is what the audit says");
        self.journal
    }
}
