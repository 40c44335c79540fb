//! On-call lists, and who was called by them.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::column::{count, from_json, id, json, micros, moment, some_id};
use super::entity::{call_back_attempts as attempts, on_call_lists as lists};
use super::{Store, StoreError, rows};
use crate::id::{JurisdictionId, OnCallListId};
use crate::shift::on_call::{Attempt, OnCallList};

impl Store {
    /// Who was called by a list, the latest first, from before the attempt of this number on.
    pub async fn call_back_attempts(
        &self,
        jurisdiction_id: &JurisdictionId,
        list_id: OnCallListId,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<Attempt>, StoreError> {
        let found = attempts::Entity::find()
            .filter(attempts::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(attempts::Column::ListId.eq(list_id.to_string()))
            .apply_if(before, |query, before| {
                query.filter(attempts::Column::Number.lt(i64::from(before)))
            })
            .order_by_desc(attempts::Column::Number)
            .limit(limit)
            .all(&self.pools.reader)
            .await?;
        let attempt = |row: attempts::Model| from_json(&row.attempt, "call_back_attempts.attempt");
        found.into_iter().map(attempt).collect()
    }
}

/// All lists, also retired ones.
pub(super) async fn read_all<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<OnCallListId, OnCallList>, StoreError> {
    let rows = lists::Entity::find()
        .filter(lists::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| list(row).map(|list| (list.id, list)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    lists: &[&OnCallList],
) -> Result<(), StoreError> {
    let rows = lists.iter().map(|list| row(jurisdiction_id, list));
    rows::upsert::<lists::Entity, _>(db, rows.collect()).await
}

pub(super) async fn save_attempts<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    attempts: &BTreeMap<(OnCallListId, u32), &Attempt>,
) -> Result<(), StoreError> {
    let rows = attempts
        .iter()
        .map(|((list_id, number), attempt)| attempts::Model {
            jurisdiction_id: jurisdiction_id.to_string(),
            list_id: list_id.to_string(),
            number: i64::from(*number),
            attempt: json(attempt),
        });
    rows::upsert::<attempts::Entity, _>(db, rows.collect()).await
}

fn list(row: lists::Model) -> Result<OnCallList, StoreError> {
    Ok(OnCallList {
        id: id(&row.id, "on_call_lists.id")?,
        agency_id: id(&row.agency_id, "on_call_lists.agency_id")?,
        name: row.name,
        discipline: row.discipline,
        area_id: some_id(row.area_id.as_deref(), "on_call_lists.area_id")?,
        rotation: from_json(&row.rotation, "on_call_lists.rotation")?,
        stints: from_json(&row.stints, "on_call_lists.stints")?,
        attempts: from_json(&row.attempts, "on_call_lists.attempts")?,
        attempt_count: count(row.attempt_count, "on_call_lists.attempt_count")?,
        retired_at: moment(row.retired_at),
        version: row.version.cast_unsigned(),
    })
}

fn row(jurisdiction_id: &JurisdictionId, list: &OnCallList) -> lists::Model {
    lists::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: list.id.to_string(),
        agency_id: list.agency_id.to_string(),
        name: list.name.clone(),
        discipline: list.discipline.clone(),
        area_id: list.area_id.map(|id| id.to_string()),
        rotation: json(&list.rotation),
        stints: json(&list.stints),
        attempts: json(&list.attempts),
        attempt_count: i64::from(list.attempt_count),
        retired_at: micros(list.retired_at),
        version: list.version.cast_signed(),
    }
}
