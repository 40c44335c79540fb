//! Jurisdictions, the heads of their journals and the boards at their floors.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::column::{from_json, id, json};
use super::entity::{floors, heads, jurisdictions};
use super::{KeptReply, ReplyKey, Store, StoreError, backend, journal, reply, rows};
use crate::board::{Board, Jurisdiction};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// Where a journal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last revision.
    pub revision: u64,
    /// The running hash of the journal up to it: 64 hexadecimal digits.
    pub hash: String,
    /// Counts the times that this journal was found to have lost its end, from 1. Tokens of another epoch are void.
    pub epoch: u64,
    /// When the last revision was recorded; nothing later is recorded before it.
    pub last_at: Moment,
    /// The journal holds what follows this revision.
    pub floor_revision: u64,
}

/// The board where the journal begins.
#[derive(Clone, Debug)]
pub(super) struct Floor {
    pub(super) hash: String,
    pub(super) board: Board,
}

impl Store {
    /// Every jurisdiction, by id.
    pub async fn jurisdictions(&self) -> Result<Vec<Jurisdiction>, StoreError> {
        let rows = jurisdictions::Entity::find()
            .order_by_asc(jurisdictions::Column::Id)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(jurisdiction).collect()
    }

    /// Creates a jurisdiction with an empty board at revision 0, and keeps the answers to the request for it. One that
    /// exists is a [`StoreError::Conflict`].
    pub async fn create_jurisdiction(
        &self,
        jurisdiction: &Jurisdiction,
        at: Moment,
        replies: &[KeptReply],
    ) -> Result<Head, StoreError> {
        let head = Head {
            revision: 0,
            hash: journal::GENESIS.to_owned(),
            epoch: 1,
            last_at: at,
            floor_revision: 0,
        };
        let floor = Floor {
            hash: head.hash.clone(),
            board: Board::new(jurisdiction.clone(), at),
        };
        let transaction = backend::begin_write(&self.pools.writer).await?;
        rows::insert::<jurisdictions::Entity, _>(&transaction, vec![jurisdiction_row(jurisdiction)]).await?;
        rows::insert::<heads::Entity, _>(&transaction, vec![head_row(&jurisdiction.id, &head)]).await?;
        save_floor(&transaction, &floor).await?;
        reply::save(&transaction, &jurisdiction.id, replies).await?;
        transaction.commit().await.map_err(StoreError::of_commit)?;
        Ok(head)
    }

    /// What was answered to this request, if that is kept.
    pub async fn kept_reply(
        &self,
        jurisdiction_id: &JurisdictionId,
        key: ReplyKey,
    ) -> Result<Option<KeptReply>, StoreError> {
        let mut kept = reply::read(&self.pools.reader, jurisdiction_id, std::slice::from_ref(&key)).await?;
        Ok(kept.remove(&key))
    }

    /// Where the journal of a jurisdiction ends.
    pub async fn head(&self, jurisdiction_id: &JurisdictionId) -> Result<Head, StoreError> {
        read_head(&self.pools.reader, jurisdiction_id).await
    }
}

pub(super) async fn read_head<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Head, StoreError> {
    let row = heads::Entity::find_by_id(jurisdiction_id.to_string())
        .one(db)
        .await?;
    head(row, jurisdiction_id)
}

/// Reads the head and holds it until the transaction ends: this lock is the order of writes. SQLite has no such clause;
/// there the transaction itself is the lock.
pub(super) async fn lock_head<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Head, StoreError> {
    let row = heads::Entity::find()
        .filter(heads::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .lock_exclusive()
        .one(db)
        .await?;
    head(row, jurisdiction_id)
}

pub(super) async fn save_head<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    head: &Head,
) -> Result<(), StoreError> {
    rows::upsert::<heads::Entity, _>(db, vec![head_row(jurisdiction_id, head)]).await
}

pub(super) async fn read_jurisdiction<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Jurisdiction, StoreError> {
    jurisdictions::Entity::find_by_id(jurisdiction_id.to_string())
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NoSuchJurisdiction(jurisdiction_id.clone()))
        .and_then(jurisdiction)
}

pub(super) async fn save_jurisdiction<C: ConnectionTrait>(
    db: &C,
    jurisdiction: &Jurisdiction,
) -> Result<(), StoreError> {
    rows::upsert::<jurisdictions::Entity, _>(db, vec![jurisdiction_row(jurisdiction)]).await
}

pub(super) async fn read_floor<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Floor, StoreError> {
    let row = floors::Entity::find_by_id(jurisdiction_id.to_string())
        .one(db)
        .await?
        .ok_or_else(|| StoreError::NoSuchJurisdiction(jurisdiction_id.clone()))?;
    let board: Board = from_json(&row.board, "floors.board")?;
    if board.revision != row.revision.cast_unsigned() {
        return Err(StoreError::corrupt("floors.revision", "not that of its board"));
    }
    Ok(Floor {
        hash: row.hash,
        board,
    })
}

pub(super) async fn save_floor<C: ConnectionTrait>(db: &C, floor: &Floor) -> Result<(), StoreError> {
    let row = floors::Model {
        jurisdiction_id: floor.board.jurisdiction.id.to_string(),
        revision: floor.board.revision.cast_signed(),
        hash: floor.hash.clone(),
        board: json(&floor.board),
    };
    rows::upsert::<floors::Entity, _>(db, vec![row]).await
}

fn head(row: Option<heads::Model>, jurisdiction_id: &JurisdictionId) -> Result<Head, StoreError> {
    let row = row.ok_or_else(|| StoreError::NoSuchJurisdiction(jurisdiction_id.clone()))?;
    Ok(Head {
        revision: row.revision.cast_unsigned(),
        hash: row.hash,
        epoch: row.epoch.cast_unsigned(),
        last_at: Moment::from_micros(row.last_at),
        floor_revision: row.floor_revision.cast_unsigned(),
    })
}

fn head_row(jurisdiction_id: &JurisdictionId, head: &Head) -> heads::Model {
    heads::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        revision: head.revision.cast_signed(),
        hash: head.hash.clone(),
        epoch: head.epoch.cast_signed(),
        last_at: head.last_at.micros(),
        floor_revision: head.floor_revision.cast_signed(),
    }
}

fn jurisdiction(row: jurisdictions::Model) -> Result<Jurisdiction, StoreError> {
    Ok(Jurisdiction {
        id: id(&row.id, "jurisdictions.id")?,
        name: row.name,
        zone: row.zone,
        policy: from_json(&row.policy, "jurisdictions.policy")?,
        version: row.version.cast_unsigned(),
    })
}

fn jurisdiction_row(jurisdiction: &Jurisdiction) -> jurisdictions::Model {
    jurisdictions::Model {
        id: jurisdiction.id.to_string(),
        name: jurisdiction.name.clone(),
        zone: jurisdiction.zone.clone(),
        policy: json(&jurisdiction.policy),
        version: jurisdiction.version.cast_signed(),
    }
}
