//! Calls, and the names that other systems have for them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::column::{count, from_json, from_word, id, json, micros, moment, point, some_id, word};
use super::entity::{assignments, call_references, calls, members};
use super::{Store, StoreError, rows};
use crate::board::ExternalReference;
use crate::dispatch::{Call, CallKey, CallState};
use crate::geo::Point;
use crate::id::{CallId, JurisdictionId, ResponderId};
use crate::moment::{Moment, Window};
use crate::triage::Acuity;

/// Which calls to list. What is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Those in one of these states.
    pub states: Vec<CallState>,
    /// Those opened in this window.
    pub opened: Option<Window>,
    /// The one with this short number.
    pub number: Option<u32>,
    /// The one with this name in another system.
    pub external_reference: Option<ExternalReference>,
    /// Those that this responder was ever a member of.
    pub responder_id: Option<ResponderId>,
}

impl Store {
    /// One call, also a filed one.
    pub async fn call(
        &self,
        jurisdiction_id: &JurisdictionId,
        call_id: CallId,
    ) -> Result<Option<Call>, StoreError> {
        read(&self.pools.reader, jurisdiction_id, call_id).await
    }

    /// One call, by what people say; also a filed one.
    pub async fn call_by_key(
        &self,
        jurisdiction_id: &JurisdictionId,
        key: &CallKey,
    ) -> Result<Option<Call>, StoreError> {
        let db = &self.pools.reader;
        let call_id = match key {
            CallKey::Id(call_id) => Some(*call_id),
            CallKey::Number(number) => id_by_number(db, jurisdiction_id, *number).await?,
            CallKey::Reference(reference) => id_by_reference(db, jurisdiction_id, reference).await?,
        };
        match call_id {
            Some(call_id) => read(db, jurisdiction_id, call_id).await,
            None => Ok(None),
        }
    }

    /// When and where calls were opened in this window, the latest first and so many at most; without those that were merged
    /// into others.
    pub async fn openings(
        &self,
        jurisdiction_id: &JurisdictionId,
        window: Window,
        limit: u64,
    ) -> Result<Vec<(Moment, Option<Point>)>, StoreError> {
        use calls::Column;
        let rows: Vec<(i64, Option<i32>, Option<i32>)> = calls::Entity::find()
            .select_only()
            .columns([Column::OpenedAt, Column::LatE7, Column::LonE7])
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(Column::OpenedAt.gte(window.start.micros()))
            .filter(Column::OpenedAt.lt(window.end.micros()))
            .filter(Column::State.ne(word(&CallState::Merged)))
            .order_by_desc(Column::OpenedAt)
            .limit(limit)
            .into_tuple()
            .all(&self.pools.reader)
            .await?;
        let opening = |(at, lat_e7, lon_e7)| (Moment::from_micros(at), point(lat_e7, lon_e7));
        Ok(rows.into_iter().map(opening).collect())
    }

    /// When the first call was opened.
    pub async fn first_opening(
        &self,
        jurisdiction_id: &JurisdictionId,
    ) -> Result<Option<Moment>, StoreError> {
        let first: Option<i64> = calls::Entity::find()
            .select_only()
            .column(calls::Column::OpenedAt)
            .filter(calls::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .order_by_asc(calls::Column::OpenedAt)
            .limit(1)
            .into_tuple()
            .one(&self.pools.reader)
            .await?;
        Ok(first.map(Moment::from_micros))
    }

    /// Calls, newest first by opening and id, those after `after`.
    pub async fn calls(
        &self,
        jurisdiction_id: &JurisdictionId,
        filter: &CallFilter,
        after: Option<(Moment, CallId)>,
        limit: u64,
    ) -> Result<Vec<Call>, StoreError> {
        use calls::Column;
        let db = &self.pools.reader;
        let rows = calls::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .apply_if((!filter.states.is_empty()).then_some(()), |query, ()| {
                query.filter(Column::State.is_in(filter.states.iter().map(word)))
            })
            .apply_if(filter.opened, |query, window| {
                query
                    .filter(Column::OpenedAt.gte(window.start.micros()))
                    .filter(Column::OpenedAt.lt(window.end.micros()))
            })
            .apply_if(filter.number, |query, number| {
                query.filter(Column::Number.eq(i64::from(number)))
            })
            .apply_if(filter.external_reference.as_ref(), |query, reference| {
                query.filter(Column::Id.in_subquery(with_name(jurisdiction_id, reference)))
            })
            .apply_if(filter.responder_id, |query, responder_id| {
                query.filter(Column::Id.in_subquery(with_him(jurisdiction_id, responder_id)))
            })
            .apply_if(after, |query, (opened_at, call_id)| {
                query.filter(
                    Condition::any().add(Column::OpenedAt.lt(opened_at.micros())).add(
                        Condition::all()
                            .add(Column::OpenedAt.eq(opened_at.micros()))
                            .add(Column::Id.lt(call_id.to_string())),
                    ),
                )
            })
            .order_by_desc(Column::OpenedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(db)
            .await?;
        with_references(db, jurisdiction_id, rows).await
    }
}

/// The ids of the calls with this name in another system.
fn with_name(jurisdiction_id: &JurisdictionId, reference: &ExternalReference) -> SelectStatement {
    use call_references::Column;
    Query::select()
        .column(Column::CallId)
        .from(call_references::Entity)
        .and_where(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .and_where(Column::System.eq(reference.system.as_str()))
        .and_where(Column::Kind.eq(reference.kind.as_str()))
        .and_where(Column::Value.eq(reference.value.as_str()))
        .to_owned()
}

/// The ids of the calls in whose assignments he is named.
fn with_him(jurisdiction_id: &JurisdictionId, responder_id: ResponderId) -> SelectStatement {
    let his = Query::select()
        .column(members::Column::AssignmentId)
        .from(members::Entity)
        .and_where(members::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .and_where(members::Column::ResponderId.eq(responder_id.to_string()))
        .to_owned();
    Query::select()
        .column(assignments::Column::CallId)
        .from(assignments::Entity)
        .and_where(assignments::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .and_where(assignments::Column::Id.in_subquery(his))
        .to_owned()
}

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    call_id: CallId,
) -> Result<Option<Call>, StoreError> {
    let row = calls::Entity::find_by_id((jurisdiction_id.to_string(), call_id.to_string()))
        .one(db)
        .await?;
    let rows = row.into_iter().collect();
    Ok(with_references(db, jurisdiction_id, rows).await?.pop())
}

/// The call that another system knows by this name.
pub(super) async fn id_by_reference<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    reference: &ExternalReference,
) -> Result<Option<CallId>, StoreError> {
    let key = (
        jurisdiction_id.to_string(),
        reference.system.clone(),
        reference.kind.clone(),
        reference.value.clone(),
    );
    let row = call_references::Entity::find_by_id(key).one(db).await?;
    row.map(|row| id(&row.call_id, "call_references.call_id"))
        .transpose()
}

/// The call that has this short number.
pub(super) async fn id_by_number<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    number: u32,
) -> Result<Option<CallId>, StoreError> {
    let found: Option<String> = calls::Entity::find()
        .select_only()
        .column(calls::Column::Id)
        .filter(calls::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(calls::Column::Number.eq(i64::from(number)))
        .into_tuple()
        .one(db)
        .await?;
    found.map(|found| id(&found, "calls.id")).transpose()
}

/// The calls that are not filed.
pub(super) async fn read_standing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<CallId, Call>, StoreError> {
    let rows = calls::Entity::find()
        .filter(calls::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(calls::Column::Filed.eq(false))
        .all(db)
        .await?;
    let calls = with_references(db, jurisdiction_id, rows).await?;
    Ok(calls.into_iter().map(|call| (call.id, call)).collect())
}

/// The highest short number ever given; 0 when there was none.
pub(super) async fn last_number<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<u32, StoreError> {
    let highest: Option<i64> = calls::Entity::find()
        .select_only()
        .column(calls::Column::Number)
        .filter(calls::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .order_by_desc(calls::Column::Number)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    count(highest.unwrap_or(0), "calls.number")
}

/// Writes calls, and the names of each in place of those that stood there. A name that another call has is a
/// [`StoreError::Conflict`].
pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    calls: &[&Call],
) -> Result<(), StoreError> {
    let rows = calls.iter().map(|call| row(jurisdiction_id, call)).collect();
    rows::upsert::<calls::Entity, _>(db, rows).await?;
    for some in calls.chunks(rows::IDS_A_STATEMENT) {
        call_references::Entity::delete_many()
            .filter(call_references::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(call_references::Column::CallId.is_in(some.iter().map(|call| call.id.to_string())))
            .exec(db)
            .await?;
    }
    let names = calls
        .iter()
        .flat_map(|call| {
            call.external_references
                .iter()
                .map(|reference| call_references::Model {
                    jurisdiction_id: jurisdiction_id.to_string(),
                    system: reference.system.clone(),
                    kind: reference.kind.clone(),
                    value: reference.value.clone(),
                    call_id: call.id.to_string(),
                })
        })
        .collect();
    rows::insert::<call_references::Entity, _>(db, names).await
}

async fn with_references<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    rows: Vec<calls::Model>,
) -> Result<Vec<Call>, StoreError> {
    let mut names: BTreeMap<String, BTreeSet<ExternalReference>> = BTreeMap::new();
    for some in rows.chunks(rows::IDS_A_STATEMENT) {
        let found = call_references::Entity::find()
            .filter(call_references::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(call_references::Column::CallId.is_in(some.iter().map(|row| row.id.as_str())))
            .all(db)
            .await?;
        for row in found {
            names.entry(row.call_id).or_default().insert(ExternalReference {
                system: row.system,
                kind: row.kind,
                value: row.value,
            });
        }
    }
    rows.into_iter()
        .map(|row| {
            let references = names.remove(&row.id).unwrap_or_default();
            call(row, references)
        })
        .collect()
}

fn call(row: calls::Model, external_references: BTreeSet<ExternalReference>) -> Result<Call, StoreError> {
    let level =
        u8::try_from(row.acuity_level).map_err(|error| StoreError::corrupt("calls.acuity_level", error))?;
    Ok(Call {
        id: id(&row.id, "calls.id")?,
        number: count(row.number, "calls.number")?,
        state: from_word(row.state, "calls.state")?,
        state_since: Moment::from_micros(row.state_since),
        source: row.source,
        requested_by: row.requested_by,
        incident_type: row.incident_type,
        acuity: Acuity {
            scheme: row.acuity_scheme,
            level,
        },
        response: from_word(row.response, "calls.response")?,
        hazards: from_json(&row.hazards, "calls.hazards")?,
        point: point(row.lat_e7, row.lon_e7),
        address_text_id: some_id(row.address_text_id.as_deref(), "calls.address_text_id")?,
        clinical_text_id: some_id(row.clinical_text_id.as_deref(), "calls.clinical_text_id")?,
        approach_text_id: some_id(row.approach_text_id.as_deref(), "calls.approach_text_id")?,
        callback_text_id: some_id(row.callback_text_id.as_deref(), "calls.callback_text_id")?,
        person_references: from_json(&row.person_references, "calls.person_references")?,
        asked_qualifications: from_json(&row.asked_qualifications, "calls.asked_qualifications")?,
        slots: from_json(&row.slots, "calls.slots")?,
        external_references,
        source_version: row.source_version.cast_unsigned(),
        opened_at: Moment::from_micros(row.opened_at),
        opened_by: from_json(&row.opened_by, "calls.opened_by")?,
        closed_at: moment(row.closed_at),
        cancel_reason: row.cancel_reason,
        waiting_since: moment(row.waiting_since),
        declined: from_json(&row.declined, "calls.declined")?,
        assignment_id: some_id(row.assignment_id.as_deref(), "calls.assignment_id")?,
        match_id: some_id(row.match_id.as_deref(), "calls.match_id")?,
        remarks: from_json(&row.remarks, "calls.remarks")?,
        flags: from_json(&row.flags, "calls.flags")?,
        files_at: moment(row.files_at),
        filed: row.filed,
        version: row.version.cast_unsigned(),
        merged_into_call_id: some_id(row.merged_into_call_id.as_deref(), "calls.merged_into_call_id")?,
        links: from_json(&row.links, "calls.links")?,
        amendments: from_json(&row.amendments, "calls.amendments")?,
        course: from_json(&row.course, "calls.course")?,
    })
}

fn row(jurisdiction_id: &JurisdictionId, call: &Call) -> calls::Model {
    calls::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: call.id.to_string(),
        number: i64::from(call.number),
        state: word(&call.state),
        state_since: call.state_since.micros(),
        source: call.source.clone(),
        requested_by: call.requested_by.clone(),
        incident_type: call.incident_type.clone(),
        acuity_scheme: call.acuity.scheme.clone(),
        acuity_level: i32::from(call.acuity.level),
        response: word(&call.response),
        hazards: json(&call.hazards),
        lat_e7: call.point.map(|point| point.e7().0),
        lon_e7: call.point.map(|point| point.e7().1),
        address_text_id: call.address_text_id.map(|id| id.to_string()),
        clinical_text_id: call.clinical_text_id.map(|id| id.to_string()),
        approach_text_id: call.approach_text_id.map(|id| id.to_string()),
        callback_text_id: call.callback_text_id.map(|id| id.to_string()),
        person_references: json(&call.person_references),
        asked_qualifications: json(&call.asked_qualifications),
        slots: json(&call.slots),
        source_version: call.source_version.cast_signed(),
        opened_at: call.opened_at.micros(),
        opened_by: json(&call.opened_by),
        closed_at: micros(call.closed_at),
        cancel_reason: call.cancel_reason.clone(),
        waiting_since: micros(call.waiting_since),
        declined: json(&call.declined),
        assignment_id: call.assignment_id.map(|id| id.to_string()),
        match_id: call.match_id.map(|id| id.to_string()),
        remarks: json(&call.remarks),
        flags: json(&call.flags),
        files_at: micros(call.files_at),
        filed: call.filed,
        version: call.version.cast_signed(),
        merged_into_call_id: call.merged_into_call_id.map(|id| id.to_string()),
        links: json(&call.links),
        amendments: json(&call.amendments),
        course: json(&call.course),
    }
}
