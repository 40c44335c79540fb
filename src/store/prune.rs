//! Moving the floor: what is older goes, and the board where the journal now begins is kept.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entity::{journal as journal_rows, replies};
use super::jurisdiction::{Floor, Head, lock_head, read_floor, save_floor, save_head};
use super::{Store, StoreError, backend, journal};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// How many entries are read at once.
const PAGE: u64 = 500;

impl Store {
    /// Moves the floor up to the last entry before this moment, and drops entries and answers older than it.
    ///
    /// The new floor's board is made before the head is taken: what it is made of no longer changes.
    pub async fn prune(&self, jurisdiction_id: &JurisdictionId, before: Moment) -> Result<Head, StoreError> {
        let old = read_floor(&self.pools.reader, jurisdiction_id).await?;
        let old_revision = old.board.revision;
        let new = self.floor_before(jurisdiction_id, old, before).await?;

        let transaction = backend::begin_write(&self.pools.writer).await?;
        let mut head = lock_head(&transaction, jurisdiction_id).await?;
        if head.floor_revision != old_revision {
            // Another node has moved it meanwhile.
            transaction.rollback().await?;
            return Ok(head);
        }
        if new.board.revision > old_revision {
            head.floor_revision = new.board.revision;
            save_floor(&transaction, &new).await?;
            save_head(&transaction, jurisdiction_id, &head).await?;
            journal_rows::Entity::delete_many()
                .filter(journal_rows::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
                .filter(journal_rows::Column::Revision.lte(new.board.revision.cast_signed()))
                .exec(&transaction)
                .await?;
        }
        replies::Entity::delete_many()
            .filter(replies::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(replies::Column::At.lt(before.micros()))
            .exec(&transaction)
            .await?;
        transaction.commit().await.map_err(StoreError::of_commit)?;
        Ok(head)
    }

    async fn floor_before(
        &self,
        jurisdiction_id: &JurisdictionId,
        mut floor: Floor,
        before: Moment,
    ) -> Result<Floor, StoreError> {
        loop {
            let after = floor.board.revision;
            let page = journal::read(&self.pools.reader, jurisdiction_id, after, Some(PAGE)).await?;
            let page_is_last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            for (entry, hash) in page {
                if entry.at >= before {
                    return Ok(floor);
                }
                floor.board.follow(&entry);
                floor.hash = hash;
            }
            if page_is_last {
                return Ok(floor);
            }
        }
    }
}
