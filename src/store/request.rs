//! What people ask of the schedule.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::column::{from_json, from_word, id, json, word};
use super::entity::shift_requests;
use super::{Store, StoreError, rows};
use crate::id::{AgencyId, JurisdictionId, ResponderId, ShiftRequestId};
use crate::moment::Moment;
use crate::request::{RequestState, ShiftRequest};

/// Which requests to list. What is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Those of this responder, and swaps that were offered to him.
    pub responder_id: Option<ResponderId>,
    /// Those of this agency's schedule.
    pub agency_id: Option<AgencyId>,
    /// Those in one of these states.
    pub states: Vec<RequestState>,
}

impl Store {
    /// One request, also a filed one.
    pub async fn request(
        &self,
        jurisdiction_id: &JurisdictionId,
        request_id: ShiftRequestId,
    ) -> Result<Option<ShiftRequest>, StoreError> {
        shift_requests::Entity::find_by_id((jurisdiction_id.to_string(), request_id.to_string()))
            .one(&self.pools.reader)
            .await?
            .map(request)
            .transpose()
    }

    /// Requests, the latest first; those after `after`.
    pub async fn requests(
        &self,
        jurisdiction_id: &JurisdictionId,
        filter: &RequestFilter,
        after: Option<(Moment, ShiftRequestId)>,
        limit: u64,
    ) -> Result<Vec<ShiftRequest>, StoreError> {
        use shift_requests::Column;
        let rows = shift_requests::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .apply_if(filter.responder_id, |query, responder_id| {
                let his = responder_id.to_string();
                query.filter(
                    Condition::any()
                        .add(Column::ResponderId.eq(his.clone()))
                        .add(Column::PartnerId.eq(his)),
                )
            })
            .apply_if(filter.agency_id.as_ref(), |query, agency_id| {
                query.filter(Column::AgencyId.eq(agency_id.as_str()))
            })
            .apply_if((!filter.states.is_empty()).then_some(()), |query, ()| {
                query.filter(Column::State.is_in(filter.states.iter().map(word)))
            })
            .apply_if(after, |query, (asked, request_id)| {
                query.filter(
                    Condition::any().add(Column::RequestedAt.lt(asked.micros())).add(
                        Condition::all()
                            .add(Column::RequestedAt.eq(asked.micros()))
                            .add(Column::Id.lt(request_id.to_string())),
                    ),
                )
            })
            .order_by_desc(Column::RequestedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(&self.pools.reader)
            .await?;
        rows.into_iter().map(request).collect()
    }
}

/// The requests that are not filed.
pub(super) async fn read_standing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<ShiftRequestId, ShiftRequest>, StoreError> {
    let rows = shift_requests::Entity::find()
        .filter(shift_requests::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(shift_requests::Column::Filed.eq(false))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| request(row).map(|request| (request.id, request)))
        .collect()
}

pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    requests: &[&ShiftRequest],
) -> Result<(), StoreError> {
    let rows = requests.iter().map(|request| row(jurisdiction_id, request));
    rows::upsert::<shift_requests::Entity, _>(db, rows.collect()).await
}

fn request(row: shift_requests::Model) -> Result<ShiftRequest, StoreError> {
    let ended = row.ended.as_deref();
    let ended = ended.map(|text| from_json(text, "shift_requests.ended"));
    Ok(ShiftRequest {
        id: id(&row.id, "shift_requests.id")?,
        agency_id: id(&row.agency_id, "shift_requests.agency_id")?,
        responder_id: id(&row.responder_id, "shift_requests.responder_id")?,
        wish: from_json(&row.wish, "shift_requests.wish")?,
        state: from_word(row.state, "shift_requests.state")?,
        requested_at: Moment::from_micros(row.requested_at),
        requested_by: from_json(&row.requested_by, "shift_requests.requested_by")?,
        ended: ended.transpose()?,
        version: row.version.cast_unsigned(),
        filed: row.filed,
    })
}

fn row(jurisdiction_id: &JurisdictionId, request: &ShiftRequest) -> shift_requests::Model {
    shift_requests::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: request.id.to_string(),
        agency_id: request.agency_id.to_string(),
        responder_id: request.responder_id.to_string(),
        partner_id: request.partner().map(|id| id.to_string()),
        wish: json(&request.wish),
        state: word(&request.state),
        requested_at: request.requested_at.micros(),
        requested_by: json(&request.requested_by),
        ended: request.ended.as_ref().map(json),
        version: request.version.cast_signed(),
        filed: request.filed,
    }
}
