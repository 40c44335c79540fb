//! A fault that is put in on purpose: revisions come from a sequence, and other nodes' entries are followed by a cursor
//! over them. What is committed after a higher number was seen is never seen.

use super::super::feed::Recorded;
use super::{Decisions, Recorder};
use crate::store::{StoreError, Writing};

impl Recorder {
    /// Follows what is visible after the last revision that is known here.
    pub(super) async fn follow_what_is_visible(&mut self) -> Result<(), StoreError> {
        let visible = self.store.entries(&self.id, self.head.revision, 1024).await?;
        let recorded: Vec<Recorded> = visible.into_iter().map(Recorded::from).collect();
        for one in &recorded {
            self.working.follow(&one.entry);
            self.head.revision = one.entry.revision;
        }
        self.shown.publish(recorded);
        Ok(())
    }

    /// Gives the one entry that has been decided the number that is drawn for it.
    pub(super) async fn renumber(
        &mut self,
        writing: &mut Writing,
        decisions: &mut Decisions,
    ) -> Result<(), StoreError> {
        for entry in &mut decisions.entries[decisions.written.entries..] {
            entry.revision = writing.draw_revision().await?;
            self.working.revision = entry.revision;
        }
        Ok(())
    }
}
