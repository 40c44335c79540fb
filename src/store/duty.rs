//! Duty statuses, and whose turn it is.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, StreamTrait};

use super::column::{from_json, from_word, id, json, micros, moment, word};
use super::entity::{duty_statuses, turns};
use super::{StoreError, rows};
use crate::board::{DutyStatus, Turn};
use crate::id::{JurisdictionId, ResponderId};
use crate::moment::Moment;

pub(super) async fn read_statuses<C: ConnectionTrait + StreamTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<ResponderId, DutyStatus>, StoreError> {
    let rows = duty_statuses::Entity::find()
        .filter(duty_statuses::Column::JurisdictionId.eq(jurisdiction_id.as_str()));
    let statuses = rows::read(db, rows, |row| {
        let responder_id = id(&row.responder_id, "duty_statuses.responder_id")?;
        let active_on = row.active_on.as_deref();
        let duty = DutyStatus {
            primary: from_word(row.status, "duty_statuses.status")?,
            secondary: row.reason,
            since: Moment::from_micros(row.since),
            expires_at: moment(row.expires_at),
            active_on: active_on
                .map(|text| from_json(text, "duty_statuses.active_on"))
                .transpose()?,
            on_since: moment(row.on_since),
            reporter: from_json(&row.reporter, "duty_statuses.reporter")?,
        };
        Ok((responder_id, duty))
    });
    Ok(statuses.await?.into_iter().collect())
}

pub(super) async fn save_statuses<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    statuses: &BTreeMap<ResponderId, &DutyStatus>,
) -> Result<(), StoreError> {
    let rows = statuses
        .iter()
        .map(|(responder_id, duty)| duty_statuses::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            responder_id: responder_id.to_string(),
            status: word(&duty.primary),
            reason: duty.secondary.clone(),
            since: duty.since.micros(),
            expires_at: micros(duty.expires_at),
            active_on: duty.active_on.as_ref().map(json),
            on_since: micros(duty.on_since),
            reporter: json(&duty.reporter),
        })
        .collect();
    rows::upsert::<duty_statuses::Entity, _>(db, rows).await
}

pub(super) async fn read_turns<C: ConnectionTrait + StreamTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<ResponderId, Turn>, StoreError> {
    let rows = turns::Entity::find().filter(turns::Column::JurisdictionId.eq(jurisdiction_id.as_str()));
    let turns = rows::read(db, rows, |row| {
        let turn = Turn {
            last_sent_at: moment(row.last_sent_at),
            last_freed_at: moment(row.last_freed_at),
        };
        Ok((id(&row.responder_id, "turns.responder_id")?, turn))
    });
    Ok(turns.await?.into_iter().collect())
}

pub(super) async fn save_turns<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    turns: &BTreeMap<ResponderId, Turn>,
) -> Result<(), StoreError> {
    let rows = turns
        .iter()
        .map(|(responder_id, turn)| turns::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            responder_id: responder_id.to_string(),
            last_sent_at: micros(turn.last_sent_at),
            last_freed_at: micros(turn.last_freed_at),
        })
        .collect();
    rows::upsert::<turns::Entity, _>(db, rows).await
}
