//! The journal, its running hash, and the audit.
//!
//! The hash of an entry covers the hash before it and the entry itself, so that two journals with one hash at one
//! revision are the same up to there. A standby that was promoted without the last commits, or a restored backup, is
//! found out by it.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::column::{from_json, from_word, id, json, word};
use super::entity::{audit, floors, journal};
use super::{Store, StoreError, rows};
use crate::board::{Cause, Entry};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// The hash before the first entry.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Store {
    /// At most `limit` entries after this revision, in order, each with the running hash at it.
    pub async fn entries(
        &self,
        jurisdiction_id: &JurisdictionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<(Entry, String)>, StoreError> {
        read(&self.pools.reader, jurisdiction_id, after, Some(limit)).await
    }

    /// The running hash at this revision: the floor's, or that of an entry. `None`: the journal does not reach there.
    pub async fn hash_at(
        &self,
        jurisdiction_id: &JurisdictionId,
        revision: u64,
    ) -> Result<Option<String>, StoreError> {
        hash_at(&self.pools.reader, jurisdiction_id, revision).await
    }
}

/// Entries after this revision, in order, each with the hash that stands beside it.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    after: u64,
    limit: Option<u64>,
) -> Result<Vec<(Entry, String)>, StoreError> {
    let rows = rows_after(db, jurisdiction_id, after, limit).await?;
    rows.into_iter().map(entry).collect()
}

async fn rows_after<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    after: u64,
    limit: Option<u64>,
) -> Result<Vec<journal::Model>, StoreError> {
    let rows = journal::Entity::find()
        .filter(journal::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(journal::Column::Revision.gt(after.cast_signed()))
        .order_by_asc(journal::Column::Revision)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows)
}

/// An entry as it stands in the journal.
pub(super) struct Written {
    /// The entry.
    pub(super) entry: Entry,
    /// The running hash beside it.
    pub(super) hash: String,
    /// The text that this hash covers: the events as they were written, which a later version may spell otherwise.
    text: String,
}

impl Written {
    /// The running hash after it, were it written now.
    pub(super) fn hash_after(&self, before: &str) -> String {
        hash_of(before, &self.text)
    }
}

/// As `read`, with what each hash covers.
pub(super) async fn read_written<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    after: u64,
    limit: u64,
) -> Result<Vec<Written>, StoreError> {
    let written = |row: journal::Model| {
        let events = row.events.clone();
        let (entry, hash) = entry(row)?;
        let bare = json(&Entry {
            events: Vec::new(),
            ..entry.clone()
        });
        let head = bare
            .strip_suffix("[]}")
            .ok_or_else(|| StoreError::corrupt("journal", "an entry does not end with its events"))?;
        Ok(Written {
            text: format!("{head}{events}}}"),
            entry,
            hash,
        })
    };
    let rows = rows_after(db, jurisdiction_id, after, Some(limit)).await?;
    rows.into_iter().map(written).collect()
}

/// Appends entries, each with its hash and its row in the audit; gives back the hashes.
pub(super) async fn append<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    before: &str,
    entries: &[Entry],
) -> Result<Vec<String>, StoreError> {
    let mut hashes: Vec<String> = Vec::with_capacity(entries.len());
    let mut journal_rows = Vec::with_capacity(entries.len());
    let mut audit_rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let hash = hash_after(hashes.last().map_or(before, String::as_str), entry);
        journal_rows.push(row(jurisdiction_id, entry, hash.clone()));
        audit_rows.push(audit::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            operation_id: entry.operation_id.to_string(),
            revision: entry.revision.cast_signed(),
            at: entry.at.micros(),
            subject: entry.cause.subject.clone(),
            role: word(&entry.cause.role),
            method: entry.cause.method.clone(),
        });
        hashes.push(hash);
    }
    rows::insert::<journal::Entity, _>(db, journal_rows).await?;
    rows::insert::<audit::Entity, _>(db, audit_rows).await?;
    Ok(hashes)
}

/// The running hash of a journal after one more entry; it begins with 64 zeros.
pub fn hash_after(before: &str, entry: &Entry) -> String {
    hash_of(before, &json(entry))
}

fn hash_of(before: &str, text: &str) -> String {
    let digest = Sha256::new()
        .chain_update(before.as_bytes())
        .chain_update(text.as_bytes())
        .finalize();
    hex::encode(digest)
}

fn entry(row: journal::Model) -> Result<(Entry, String), StoreError> {
    let entry = Entry {
        revision: row.revision.cast_unsigned(),
        at: Moment::from_micros(row.at),
        operation_id: id(&row.operation_id, "journal.operation_id")?,
        request_id: row.request_id,
        cause: Cause {
            subject: row.subject,
            role: from_word(row.role, "journal.role")?,
            method: row.method,
        },
        events: from_json(&row.events, "journal.events")?,
    };
    Ok((entry, row.hash))
}

fn row(jurisdiction_id: &JurisdictionId, entry: &Entry, hash: String) -> journal::Model {
    journal::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        revision: entry.revision.cast_signed(),
        at: entry.at.micros(),
        operation_id: entry.operation_id.to_string(),
        request_id: entry.request_id.clone(),
        subject: entry.cause.subject.clone(),
        role: word(&entry.cause.role),
        method: entry.cause.method.clone(),
        events: json(&entry.events),
        hash,
    }
}

/// The running hash at a revision: that of the entry, or of the floor.
pub(super) async fn hash_at<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    revision: u64,
) -> Result<Option<String>, StoreError> {
    let key = (jurisdiction_id.to_string(), revision.cast_signed());
    if let Some(row) = journal::Entity::find_by_id(key).one(db).await? {
        return Ok(Some(row.hash));
    }
    let floor = floors::Entity::find_by_id(jurisdiction_id.to_string())
        .one(db)
        .await?;
    Ok(floor
        .filter(|floor| floor.revision == revision.cast_signed())
        .map(|floor| floor.hash))
}
