//! The board as the tables have it.

use sea_orm::{ConnectionTrait, StreamTrait};

use super::jurisdiction::{Head, read_head, read_jurisdiction};
use super::{
    Store, StoreError, alert, assignment, backend, call, duty, off_shift, on_call, pattern, request, roster,
    shift, timesheet,
};
use crate::board::Board;
use crate::id::JurisdictionId;

impl Store {
    /// The head and the board at it, from one moment of the tables. It equals the board that the events made.
    pub async fn load(&self, jurisdiction_id: &JurisdictionId) -> Result<(Head, Board), StoreError> {
        let transaction = backend::begin_read(&self.pools.reader).await?;
        let loaded = read(&transaction, jurisdiction_id).await?;
        transaction.rollback().await?;
        Ok(loaded)
    }
}

pub(super) async fn read<C: ConnectionTrait + StreamTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<(Head, Board), StoreError> {
    let head = read_head(db, jurisdiction_id).await?;
    let board = Board {
        revision: head.revision,
        at: head.last_at,
        jurisdiction: read_jurisdiction(db, jurisdiction_id).await?,
        agencies: roster::read_agencies(db, jurisdiction_id).await?,
        areas: roster::read_areas(db, jurisdiction_id).await?,
        responders: roster::read_responders(db, jurisdiction_id).await?,
        shifts: shift::read_standing(db, jurisdiction_id).await?,
        patterns: pattern::read_all(db, jurisdiction_id).await?,
        requests: request::read_standing(db, jurisdiction_id).await?,
        timesheets: timesheet::read_standing(db, jurisdiction_id).await?,
        on_call: on_call::read_all(db, jurisdiction_id).await?,
        off_shift: off_shift::read_all(db, jurisdiction_id).await?,
        duty: duty::read_statuses(db, jurisdiction_id).await?,
        calls: call::read_standing(db, jurisdiction_id).await?,
        assignments: assignment::read_standing(db, jurisdiction_id).await?,
        alerts: alert::read_standing(db, jurisdiction_id).await?,
        turns: duty::read_turns(db, jurisdiction_id).await?,
        last_call_number: call::last_number(db, jurisdiction_id).await?,
    };
    Ok((head, board))
}
