//! Patterns of shifts.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::column::{from_json, id, json, micros, moment};
use super::entity::patterns;
use super::{StoreError, rows};
use crate::id::{JurisdictionId, PatternId};
use crate::shift::pattern::Pattern;

/// All patterns, also retired ones.
pub(super) async fn read_all<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<PatternId, Pattern>, StoreError> {
    let rows = patterns::Entity::find()
        .filter(patterns::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| pattern(row).map(|pattern| (pattern.id, pattern)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    patterns: &[&Pattern],
) -> Result<(), StoreError> {
    let rows = patterns.iter().map(|pattern| row(jurisdiction_id, pattern));
    rows::upsert::<patterns::Entity, _>(db, rows.collect()).await
}

fn pattern(row: patterns::Model) -> Result<Pattern, StoreError> {
    let pattern = Pattern {
        id: id(&row.id, "patterns.id")?,
        agency_id: id(&row.agency_id, "patterns.agency_id")?,
        name: row.name,
        discipline: row.discipline,
        zone: row.zone,
        phases: from_json(&row.phases, "patterns.phases")?,
        exceptions: from_json(&row.exceptions, "patterns.exceptions")?,
        retired_at: moment(row.retired_at),
        version: row.version.cast_unsigned(),
    };
    if pattern.phases.is_empty() {
        return Err(StoreError::corrupt("patterns.phases", "there is none"));
    }
    Ok(pattern)
}

fn row(jurisdiction_id: &JurisdictionId, pattern: &Pattern) -> patterns::Model {
    patterns::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: pattern.id.to_string(),
        agency_id: pattern.agency_id.to_string(),
        name: pattern.name.clone(),
        discipline: pattern.discipline.clone(),
        zone: pattern.zone.clone(),
        phases: json(&pattern.phases),
        exceptions: json(&pattern.exceptions),
        retired_at: micros(pattern.retired_at),
        version: pattern.version.cast_signed(),
    }
}
