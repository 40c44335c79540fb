//! One transaction that writes a jurisdiction: the head is held from its begin to its end.

use std::collections::BTreeMap;

use sea_orm::DatabaseTransaction;

use super::jurisdiction::{Head, lock_head, read_head, save_head};
use super::latest::Latest;
use super::reply::{self, KeptReply, ReplyKey};
use super::{Store, StoreError, alert, assignment, backend, call, journal, off_shift, stored_match, text};
use crate::board::{Board, Entry, Recalled};
use crate::dispatch::{Named, Text};
use crate::id::{CallId, JurisdictionId};
use crate::matching::StoredMatch;
use crate::moment::Moment;
use crate::roster::Note;
use crate::sabotage::{Fault, put_in};

/// An open write of one jurisdiction. Nobody else writes it meanwhile, on any node. Dropped without
/// [`Writing::commit`], it leaves everything as it was.
#[derive(Debug)]
pub struct Writing {
    transaction: DatabaseTransaction,
    jurisdiction_id: JurisdictionId,
    head: Head,
    moved: bool,
    /// Something failed in it. PostgreSQL would not let it be committed; SQLite would, half done.
    spoilt: bool,
}

/// What one transaction records.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// What happened, with consecutive revisions from the head's next on.
    pub entries: &'a [Entry],
    /// The board after the last of them.
    pub board: &'a Board,
    /// Texts to keep.
    pub texts: &'a [Text],
    /// Words about people off shift, to keep.
    pub notes: &'a [Note],
    /// Matches to keep.
    pub matches: &'a [StoredMatch],
    /// Answers to keep.
    pub replies: &'a [KeptReply],
}

impl Store {
    /// Begins to write a jurisdiction: waits for its head and holds it.
    ///
    /// Never drop this future half-way, nor that of any method of [`Writing`]: the driver would give the connection back
    /// to its pool inside an open transaction. The recorder is a task of its own that no client can cancel.
    pub async fn begin(&self, jurisdiction_id: &JurisdictionId) -> Result<Writing, StoreError> {
        let transaction = backend::begin_write(&self.pools.writer).await?;
        let head = if put_in(Fault::NoHeadLock) || put_in(Fault::RevisionFromSequence) {
            read_head(&transaction, jurisdiction_id).await?
        } else {
            lock_head(&transaction, jurisdiction_id).await?
        };
        Ok(Writing {
            transaction,
            jurisdiction_id: jurisdiction_id.clone(),
            head,
            moved: false,
            spoilt: false,
        })
    }
}

impl Writing {
    /// Where the journal ends, with everything appended here.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The database's clock, where nodes share one (PostgreSQL).
    pub async fn database_time(&self) -> Result<Option<Moment>, StoreError> {
        backend::database_time(&self.transaction).await
    }

    /// What other nodes have written after this revision.
    pub async fn entries_after(&self, revision: u64) -> Result<Vec<Entry>, StoreError> {
        if revision >= self.head.revision {
            return Ok(Vec::new());
        }
        let entries = journal::read(&self.transaction, &self.jurisdiction_id, revision, None).await?;
        Ok(entries.into_iter().map(|(entry, _)| entry).collect())
    }

    /// The answers kept for these requests.
    pub async fn replies(&self, keys: &[ReplyKey]) -> Result<BTreeMap<ReplyKey, KeptReply>, StoreError> {
        reply::read(&self.transaction, &self.jurisdiction_id, keys).await
    }

    /// What a command names and the board no longer has: a call with those of its assignments that have left the board,
    /// or an alert with its call. It sees what the tables hold and what was appended here.
    pub async fn recall(&self, named: &Named) -> Result<Option<Recalled>, StoreError> {
        let (db, at) = (&self.transaction, &self.jurisdiction_id);
        match named {
            Named::Reference(reference) => {
                let call_id = call::id_by_reference(db, at, reference).await?;
                self.recall_call(call_id).await
            }
            Named::Call(call_id) => self.recall_call(Some(*call_id)).await,
            Named::Number(number) => {
                let call_id = call::id_by_number(db, at, *number).await?;
                self.recall_call(call_id).await
            }
            Named::Assignment(assignment_id) => {
                let assignment = assignment::read(db, at, *assignment_id).await?;
                self.recall_call(assignment.map(|assignment| assignment.call_id))
                    .await
            }
            Named::Alert(alert_id) => {
                let Some(alert) = alert::read(db, at, *alert_id).await? else {
                    return Ok(None);
                };
                let of_call = self.recall_call(alert.call_id).await?.unwrap_or_default();
                Ok(Some(Recalled {
                    alert: Some(alert),
                    ..of_call
                }))
            }
        }
    }

    async fn recall_call(&self, call_id: Option<CallId>) -> Result<Option<Recalled>, StoreError> {
        let (db, at) = (&self.transaction, &self.jurisdiction_id);
        let Some(call_id) = call_id else { return Ok(None) };
        let Some(call) = call::read(db, at, call_id).await? else {
            return Ok(None);
        };
        Ok(Some(Recalled {
            call: Some(call),
            assignments: assignment::read_filed_of_call(db, at, call_id).await?,
            alert: None,
        }))
    }

    /// Records a batch: the journal, the audit, every row that the events change, texts, notes, matches and answers. Gives the
    /// running hash at each entry.
    ///
    /// After an error the write is spoilt: it can only be dropped.
    pub async fn append(&mut self, batch: &Batch<'_>) -> Result<Vec<String>, StoreError> {
        if self.spoilt {
            return Err(spoilt());
        }
        (self.moved, self.spoilt) = (true, true);
        let (db, at) = (&self.transaction, &self.jurisdiction_id);
        let mut revision = self.head.revision;
        let mut last_at = self.head.last_at;
        for entry in batch.entries {
            if entry.revision != revision + 1 || entry.at < last_at || entry.events.is_empty() {
                let why = format!("revision {} does not follow {revision}", entry.revision);
                return Err(StoreError::Corrupt(why));
            }
            revision = entry.revision;
            last_at = entry.at;
        }
        let hashes = journal::append(db, at, &self.head.hash, batch.entries).await?;
        Latest::of(batch.entries, batch.board)
            .save(db, batch.board)
            .await?;
        text::save(db, at, revision, batch.texts).await?;
        off_shift::save_notes(db, at, batch.notes).await?;
        stored_match::save(db, at, batch.matches).await?;
        reply::save(db, at, batch.replies).await?;
        self.head = Head {
            revision,
            hash: hashes.last().unwrap_or(&self.head.hash).clone(),
            last_at,
            ..self.head.clone()
        };
        self.spoilt = false;
        Ok(hashes)
    }

    /// A fault: the next revision is drawn from a sequence.
    #[cfg(feature = "faults")]
    pub(crate) async fn draw_revision(&mut self) -> Result<u64, StoreError> {
        let drawn = backend::ask(&self.transaction, "SELECT nextval('drawn_revision')").await?;
        let drawn: u64 = drawn
            .parse()
            .map_err(|error| StoreError::corrupt("drawn_revision", error))?;
        self.head.revision = drawn - 1;
        Ok(drawn)
    }

    /// This journal has lost its end since the last epoch: what was handed out before is void from now on.
    pub fn start_epoch(&mut self) {
        self.head.epoch += 1;
        self.moved = true;
    }

    /// Moves the head and commits. [`StoreError::UnknownOutcome`]: once or not at all; every other error: not at all.
    pub async fn commit(self) -> Result<Head, StoreError> {
        if self.spoilt {
            self.transaction.rollback().await?;
            return Err(spoilt());
        }
        if self.moved {
            save_head(&self.transaction, &self.jurisdiction_id, &self.head).await?;
        }
        if put_in(Fault::AnswerBeforeCommit) {
            tokio::spawn(async move {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                self.transaction.commit().await
            });
            return Ok(self.head);
        }
        self.transaction.commit().await.map_err(StoreError::of_commit)?;
        Ok(self.head)
    }

    /// Takes everything back and waits until that is done.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

fn spoilt() -> StoreError {
    StoreError::Conflict("something has failed in this write".to_owned())
}
