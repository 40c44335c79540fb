//! Alerts.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::column::{count, from_json, from_word, id, json, micros, moment, some_id, word};
use super::entity::alerts;
use super::{Store, StoreError, rows};
use crate::board::Alert;
use crate::id::{AlertId, JurisdictionId};
use crate::moment::Moment;

impl Store {
    /// One alert, also one that has ended.
    pub async fn alert(
        &self,
        jurisdiction_id: &JurisdictionId,
        alert_id: AlertId,
    ) -> Result<Option<Alert>, StoreError> {
        read(&self.pools.reader, jurisdiction_id, alert_id).await
    }
}

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    alert_id: AlertId,
) -> Result<Option<Alert>, StoreError> {
    alerts::Entity::find_by_id((jurisdiction_id.to_string(), alert_id.to_string()))
        .one(db)
        .await?
        .map(alert)
        .transpose()
}

/// The alerts that have not ended.
pub(super) async fn read_standing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<AlertId, Alert>, StoreError> {
    let rows = alerts::Entity::find()
        .filter(alerts::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(alerts::Column::EndedAt.is_null())
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| alert(row).map(|alert| (alert.id, alert)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    alerts: &[&Alert],
) -> Result<(), StoreError> {
    let rows = alerts.iter().map(|alert| row(jurisdiction_id, alert)).collect();
    rows::upsert::<alerts::Entity, _>(db, rows).await
}

fn alert(row: alerts::Model) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: id(&row.id, "alerts.id")?,
        kind: from_word(row.kind, "alerts.kind")?,
        call_id: some_id(row.call_id.as_deref(), "alerts.call_id")?,
        assignment_id: some_id(row.assignment_id.as_deref(), "alerts.assignment_id")?,
        responder_id: some_id(row.responder_id.as_deref(), "alerts.responder_id")?,
        raised_at: Moment::from_micros(row.raised_at),
        escalates_at: Moment::from_micros(row.escalates_at),
        escalations: count(row.escalations, "alerts.escalations")?,
        ended_at: moment(row.ended_at),
        acknowledged_by: row
            .acknowledged_by
            .map(|text| from_json(&text, "alerts.acknowledged_by"))
            .transpose()?,
    })
}

fn row(jurisdiction_id: &JurisdictionId, alert: &Alert) -> alerts::Model {
    alerts::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: alert.id.to_string(),
        kind: word(&alert.kind),
        call_id: alert.call_id.map(|id| id.to_string()),
        assignment_id: alert.assignment_id.map(|id| id.to_string()),
        responder_id: alert.responder_id.map(|id| id.to_string()),
        raised_at: alert.raised_at.micros(),
        escalates_at: alert.escalates_at.micros(),
        escalations: i64::from(alert.escalations),
        ended_at: micros(alert.ended_at),
        acknowledged_by: alert.acknowledged_by.as_ref().map(json),
    }
}
