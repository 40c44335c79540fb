//! Shifts.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    StreamTrait,
};

use super::column::{count, from_json, from_word, id, json, micros, moment, some_id, word};
use super::entity::shifts;
use super::{Store, StoreError, rows};
use crate::board::Shifts;
use crate::id::{AgencyId, JurisdictionId, PatternId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::shift::{Origin, Shift, ShiftState};

/// Which shifts to list. What is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct ShiftFilter {
    /// Those that share a moment with this window.
    pub overlapping: Option<Window>,
    /// Those of this responder.
    pub responder_id: Option<ResponderId>,
    /// Those of this agency.
    pub agency_id: Option<AgencyId>,
    /// Those that were made from this pattern.
    pub pattern_id: Option<PatternId>,
    /// Those in one of these states.
    pub states: Vec<ShiftState>,
}

impl Store {
    /// One shift, also a filed one.
    pub async fn shift(
        &self,
        jurisdiction_id: &JurisdictionId,
        shift_id: ShiftId,
    ) -> Result<Option<Shift>, StoreError> {
        shifts::Entity::find_by_id((jurisdiction_id.to_string(), shift_id.to_string()))
            .one(&self.pools.reader)
            .await?
            .map(shift)
            .transpose()
    }

    /// Shifts by planned start and id, those after `after`.
    pub async fn shifts(
        &self,
        jurisdiction_id: &JurisdictionId,
        filter: &ShiftFilter,
        after: Option<(Moment, ShiftId)>,
        limit: u64,
    ) -> Result<Vec<Shift>, StoreError> {
        use shifts::Column;
        let rows = shifts::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .apply_if(filter.overlapping, |query, window| {
                query
                    .filter(Column::StartsAt.lt(window.end.micros()))
                    .filter(Column::EndsAt.gt(window.start.micros()))
            })
            .apply_if(filter.responder_id, |query, responder_id| {
                query.filter(Column::ResponderId.eq(responder_id.to_string()))
            })
            .apply_if(filter.agency_id.as_ref(), |query, agency_id| {
                query.filter(Column::AgencyId.eq(agency_id.as_str()))
            })
            .apply_if(filter.pattern_id, |query, pattern_id| {
                query.filter(Column::PatternId.eq(pattern_id.to_string()))
            })
            .apply_if((!filter.states.is_empty()).then_some(()), |query, ()| {
                query.filter(Column::State.is_in(filter.states.iter().map(word)))
            })
            .apply_if(after, |query, (start, shift_id)| {
                query.filter(
                    Condition::any().add(Column::StartsAt.gt(start.micros())).add(
                        Condition::all()
                            .add(Column::StartsAt.eq(start.micros()))
                            .add(Column::Id.gt(shift_id.to_string())),
                    ),
                )
            })
            .order_by_asc(Column::StartsAt)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(shift).collect()
    }
}

/// The shifts that are not filed.
pub(super) async fn read_standing<C: ConnectionTrait + StreamTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Shifts, StoreError> {
    let rows = shifts::Entity::find()
        .filter(shifts::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(shifts::Column::Filed.eq(false));
    let standing = rows::read(db, rows, shift);
    Ok(standing.await?.into_iter().collect())
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    shifts: &[&Shift],
) -> Result<(), StoreError> {
    let rows = shifts.iter().map(|shift| row(jurisdiction_id, shift)).collect();
    rows::upsert::<shifts::Entity, _>(db, rows).await
}

fn shift(row: shifts::Model) -> Result<Shift, StoreError> {
    let origin = origin(&row)?;
    let acknowledged = row.acknowledged.as_deref();
    let acknowledged = acknowledged.map(|text| from_json(text, "shifts.acknowledged"));
    Ok(Shift {
        origin,
        acknowledged: acknowledged.transpose()?,
        id: id(&row.id, "shifts.id")?,
        agency_id: id(&row.agency_id, "shifts.agency_id")?,
        responder_id: some_id(row.responder_id.as_deref(), "shifts.responder_id")?,
        state: from_word(row.state, "shifts.state")?,
        planned: Window {
            start: Moment::from_micros(row.starts_at),
            end: Moment::from_micros(row.ends_at),
        },
        zone: row.zone,
        area_id: some_id(row.area_id.as_deref(), "shifts.area_id")?,
        actual_start: moment(row.actual_start),
        actual_end: moment(row.actual_end),
        held_over: row
            .held_over
            .as_deref()
            .map(|text| from_json(text, "shifts.held_over"))
            .transpose()?,
        absences: from_json(&row.absences, "shifts.absences")?,
        required_qualifications: from_json(&row.required_qualifications, "shifts.required_qualifications")?,
        override_reason: row.override_reason,
        external_references: from_json(&row.external_references, "shifts.external_references")?,
        version: row.version.cast_unsigned(),
        filed: row.filed,
    })
}

fn origin(row: &shifts::Model) -> Result<Option<Origin>, StoreError> {
    let shifts::Model {
        pattern_id: Some(pattern_id),
        pattern_date: Some(date),
        pattern_place: Some(place),
        made: Some(made),
        ..
    } = row
    else {
        return Ok(None);
    };
    Ok(Some(Origin {
        pattern_id: id(pattern_id, "shifts.pattern_id")?,
        date: id(date, "shifts.pattern_date")?,
        place: count(i64::from(*place), "shifts.pattern_place")?,
        made: from_json(made, "shifts.made")?,
    }))
}

fn row(jurisdiction_id: &JurisdictionId, shift: &Shift) -> shifts::Model {
    let origin = shift.origin.as_ref();
    shifts::Model {
        pattern_id: origin.map(|origin| origin.pattern_id.to_string()),
        pattern_date: origin.map(|origin| origin.date.to_string()),
        pattern_place: origin.map(|origin| origin.place.cast_signed()),
        made: origin.map(|origin| json(&origin.made)),
        acknowledged: shift.acknowledged.as_ref().map(json),
        jurisdiction_id: jurisdiction_id.to_string(),
        id: shift.id.to_string(),
        agency_id: shift.agency_id.to_string(),
        responder_id: shift.responder_id.map(|id| id.to_string()),
        state: word(&shift.state),
        starts_at: shift.planned.start.micros(),
        ends_at: shift.planned.end.micros(),
        zone: shift.zone.clone(),
        area_id: shift.area_id.map(|id| id.to_string()),
        actual_start: micros(shift.actual_start),
        actual_end: micros(shift.actual_end),
        held_over: shift.held_over.as_ref().map(json),
        absences: json(&shift.absences),
        external_references: json(&shift.external_references),
        required_qualifications: json(&shift.required_qualifications),
        override_reason: shift.override_reason.clone(),
        version: shift.version.cast_signed(),
        filed: shift.filed,
    }
}
