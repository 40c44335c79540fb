//! What other nodes have written, and what to believe when that cannot be known.

use std::collections::BTreeSet;

use super::super::feed::Recorded;
use super::{Decisions, Recorder};
use crate::board::Entry;
use crate::id::OperationId;
use crate::sabotage::{Fault, put_in};
use crate::store::{Head, StoreError, Writing, hash_after};

/// How many entries are read at once when another node has written.
const PAGE: u64 = 1024;

impl Recorder {
    /// Takes the head, and applies what other nodes have written since. A head that does not follow ours is another
    /// history (a promoted standby, a restored backup): a new epoch begins, and is committed before anything else.
    pub(super) async fn caught_up(&mut self) -> Result<Writing, StoreError> {
        let mut writing = self.store.begin(&self.id).await?;
        #[cfg(feature = "faults")]
        if put_in(Fault::RevisionFromSequence) {
            self.follow_what_is_visible().await?;
            return Ok(writing);
        }
        let head = writing.head().clone();
        if head.epoch == self.head.epoch && head.revision > self.head.revision + PAGE {
            // Far behind, as after a freeze: nobody waits while all that is read.
            writing.rollback().await?;
            self.reaches(&head).await?;
            writing = self.store.begin(&self.id).await?;
        }
        let head = writing.head().clone();
        if head == self.head {
            return Ok(writing);
        }
        if put_in(Fault::NoHeadLock) {
            self.working.revision = head.revision;
            self.head = head;
            return Ok(writing);
        }
        if head.revision >= self.head.revision && head.epoch == self.head.epoch {
            let entries = writing.entries_after(self.head.revision).await?;
            if self.follow(entries, &head) {
                return Ok(writing);
            }
        }
        let begun_elsewhere = head.epoch > self.head.epoch;
        if !begun_elsewhere {
            writing.start_epoch();
        }
        writing.commit().await?;
        self.rebuild().await?;
        self.store.begin(&self.id).await
    }

    /// Looks for commits of other nodes while nothing waits.
    pub(super) async fn look_around(&mut self) {
        let seen = async {
            #[cfg(feature = "faults")]
            if put_in(Fault::RevisionFromSequence) {
                return self.follow_what_is_visible().await;
            }
            let head = self.store.head(&self.id).await?;
            if !self.reaches(&head).await? {
                // Another history: whoever listens here must know, also if nothing is ever written here.
                self.caught_up().await?.rollback().await?;
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = seen.await {
            tracing::warn!(%error, "could not look for other nodes' commits");
        }
    }

    /// Follows the journal page by page up to this head. `false`: it does not lead there.
    async fn reaches(&mut self, head: &Head) -> Result<bool, StoreError> {
        if head.epoch != self.head.epoch || head.revision < self.head.revision {
            return Ok(false);
        }
        if head.revision == self.head.revision {
            return Ok(head.hash == self.head.hash);
        }
        while self.head.revision < head.revision {
            let entries = self.store.entries(&self.id, self.head.revision, PAGE).await?;
            let Some((last, hash)) = entries.last() else {
                return Ok(false);
            };
            let upto = Head {
                revision: last.revision,
                hash: hash.clone(),
                last_at: last.at,
                ..head.clone()
            };
            let entries = entries.into_iter().map(|(entry, _)| entry).collect();
            if !self.follow(entries, &upto) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Follows entries of other nodes if they continue our history up to this head.
    fn follow(&mut self, entries: Vec<Entry>, head: &Head) -> bool {
        let mut hash = self.head.hash.clone();
        let mut recorded = Vec::with_capacity(entries.len());
        for entry in entries {
            hash = hash_after(&hash, &entry);
            recorded.push(Recorded::from((entry, hash.clone())));
        }
        if hash != head.hash || head.epoch != self.head.epoch {
            return false;
        }
        for one in &recorded {
            self.working.follow(&one.entry);
        }
        self.head = head.clone();
        self.shown.publish(recorded);
        true
    }

    /// Takes everything from the tables: what was shown before is another epoch's.
    async fn rebuild(&mut self) -> Result<(), StoreError> {
        let (head, board) = self.store.load(&self.id).await?;
        tracing::error!(
            jurisdiction = %self.id,
            revision = head.revision,
            epoch = head.epoch,
            "the journal has another history: a new epoch"
        );
        self.head = head;
        self.working = board.clone();
        self.shown.start_epoch(board, &self.head);
        Ok(())
    }

    /// The connection was lost at COMMIT: asks a new one whether the batch is in the journal.
    pub(super) async fn find_out(&self, decisions: &Decisions, text: String) -> Result<Head, StoreError> {
        let unknown = || StoreError::UnknownOutcome(text.clone());
        let first = decisions.entries.first().ok_or_else(unknown)?;
        let there = self.store.entries(&self.id, first.revision - 1, PAGE).await?;
        let ours: BTreeSet<OperationId> = decisions.entries.iter().map(|entry| entry.operation_id).collect();
        let found = there
            .iter()
            .take_while(|(entry, _)| ours.contains(&entry.operation_id));
        let found: Vec<_> = found.collect();
        if found.len() == ours.len() {
            let (last, hash) = found.last().ok_or_else(unknown)?;
            let head = self.store.head(&self.id).await?;
            Ok(Head {
                revision: last.revision,
                hash: hash.clone(),
                last_at: last.at,
                ..head
            })
        } else {
            Err(StoreError::Unavailable(text))
        }
    }
}
