//! Assignments, each with its members.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::column::{from_word, id, micros, moment, some_id, word};
use super::entity::{assignments, members};
use super::{Store, StoreError, member, rows};
use crate::board::Board;
use crate::dispatch::{Assignment, Member};
use crate::id::{AssignmentId, CallId, JurisdictionId, ResponderId};
use crate::moment::{Moment, Window};

/// Which assignments to list. What is empty does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// Those of this call.
    pub call_id: Option<CallId>,
    /// Those that this responder is or was a member of.
    pub responder_id: Option<ResponderId>,
    /// Those that have not ended, or those that have.
    pub open: Option<bool>,
    /// Those made in this window.
    pub made: Option<Window>,
}

impl Store {
    /// One assignment.
    pub async fn assignment(
        &self,
        jurisdiction_id: &JurisdictionId,
        assignment_id: AssignmentId,
    ) -> Result<Option<Assignment>, StoreError> {
        read(&self.pools.reader, jurisdiction_id, assignment_id).await
    }

    /// Assignments, newest first by making and id, those after `after`.
    pub async fn assignments(
        &self,
        jurisdiction_id: &JurisdictionId,
        filter: &AssignmentFilter,
        after: Option<(Moment, AssignmentId)>,
        limit: u64,
    ) -> Result<Vec<Assignment>, StoreError> {
        use assignments::Column;
        let db = &self.pools.reader;
        let rows = assignments::Entity::find()
            .filter(Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .apply_if(filter.call_id, |query, call_id| {
                query.filter(Column::CallId.eq(call_id.to_string()))
            })
            .apply_if(filter.responder_id, |query, responder_id| {
                let with_him = Query::select()
                    .column(members::Column::AssignmentId)
                    .from(members::Entity)
                    .and_where(members::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
                    .and_where(members::Column::ResponderId.eq(responder_id.to_string()))
                    .to_owned();
                query.filter(Column::Id.in_subquery(with_him))
            })
            .apply_if(filter.open, |query, open| {
                query.filter(if open {
                    Column::EndedAt.is_null()
                } else {
                    Column::EndedAt.is_not_null()
                })
            })
            .apply_if(filter.made, |query, window| {
                query
                    .filter(Column::MadeAt.gte(window.start.micros()))
                    .filter(Column::MadeAt.lt(window.end.micros()))
            })
            .apply_if(after, |query, (made_at, assignment_id)| {
                query.filter(
                    Condition::any().add(Column::MadeAt.lt(made_at.micros())).add(
                        Condition::all()
                            .add(Column::MadeAt.eq(made_at.micros()))
                            .add(Column::Id.lt(assignment_id.to_string())),
                    ),
                )
            })
            .order_by_desc(Column::MadeAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(db)
            .await?;
        with_members(db, jurisdiction_id, rows).await
    }
}

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    assignment_id: AssignmentId,
) -> Result<Option<Assignment>, StoreError> {
    let row = assignments::Entity::find_by_id((jurisdiction_id.to_string(), assignment_id.to_string()))
        .one(db)
        .await?;
    let rows = row.into_iter().collect();
    Ok(with_members(db, jurisdiction_id, rows).await?.pop())
}

/// The assignments of a call that are not on the board, oldest first.
pub(super) async fn read_filed_of_call<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    call_id: CallId,
) -> Result<Vec<Assignment>, StoreError> {
    let rows = assignments::Entity::find()
        .filter(assignments::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(assignments::Column::CallId.eq(call_id.to_string()))
        .filter(assignments::Column::Filed.eq(true))
        .order_by_asc(assignments::Column::MadeAt)
        .order_by_asc(assignments::Column::Id)
        .all(db)
        .await?;
    with_members(db, jurisdiction_id, rows).await
}

/// The assignments that are on the board.
pub(super) async fn read_standing<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<BTreeMap<AssignmentId, Assignment>, StoreError> {
    let rows = assignments::Entity::find()
        .filter(assignments::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(assignments::Column::Filed.eq(false))
        .all(db)
        .await?;
    let assignments = with_members(db, jurisdiction_id, rows).await?;
    Ok(assignments
        .into_iter()
        .map(|assignment| (assignment.id, assignment))
        .collect())
}

/// Files the assignments of these calls: they leave the board with their call, and do not come back when only the call
/// does.
pub(super) async fn file_of_calls<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    filed_calls: &BTreeSet<CallId>,
) -> Result<(), StoreError> {
    let ids: Vec<String> = filed_calls.iter().map(CallId::to_string).collect();
    for some in ids.chunks(rows::IDS_A_STATEMENT) {
        assignments::Entity::update_many()
            .col_expr(assignments::Column::Filed, Expr::val(true))
            .filter(assignments::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(assignments::Column::CallId.is_in(some))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Writes assignments and their members. Those that this board does not show are filed.
pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    board: &Board,
    assignments: &[&Assignment],
) -> Result<(), StoreError> {
    if assignments.is_empty() {
        return Ok(());
    }
    let jurisdiction_id = &board.jurisdiction.id;
    let rows = assignments
        .iter()
        .map(|assignment| {
            let filed = !board.assignments.contains_key(&assignment.id);
            row(jurisdiction_id, assignment, filed)
        })
        .collect();
    rows::upsert::<assignments::Entity, _>(db, rows).await?;
    member::save(db, jurisdiction_id, assignments).await
}

async fn with_members<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    rows: Vec<assignments::Model>,
) -> Result<Vec<Assignment>, StoreError> {
    let mut of: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for some in rows.chunks(rows::IDS_A_STATEMENT) {
        let found = members::Entity::find()
            .filter(members::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(members::Column::AssignmentId.is_in(some.iter().map(|row| row.id.as_str())))
            .order_by_asc(members::Column::AssignmentId)
            .order_by_asc(members::Column::Place)
            .all(db)
            .await?;
        for row in found {
            let assignment_id = row.assignment_id.clone();
            of.entry(assignment_id).or_default().push(member::member(row)?);
        }
    }
    rows.into_iter()
        .map(|row| {
            let members = of.remove(&row.id).unwrap_or_default();
            assignment(row, members)
        })
        .collect()
}

fn assignment(row: assignments::Model, members: Vec<Member>) -> Result<Assignment, StoreError> {
    Ok(Assignment {
        id: id(&row.id, "assignments.id")?,
        call_id: id(&row.call_id, "assignments.call_id")?,
        outcome: from_word(row.outcome, "assignments.outcome")?,
        match_id: some_id(row.match_id.as_deref(), "assignments.match_id")?,
        members,
        held_until: moment(row.held_until),
        override_reason: row.override_reason,
        override_text_id: some_id(row.override_text_id.as_deref(), "assignments.override_text_id")?,
        degraded: row.degraded,
        made_at: Moment::from_micros(row.made_at),
        ended_at: moment(row.ended_at),
        version: row.version.cast_unsigned(),
    })
}

fn row(jurisdiction_id: &JurisdictionId, assignment: &Assignment, filed: bool) -> assignments::Model {
    assignments::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        id: assignment.id.to_string(),
        call_id: assignment.call_id.to_string(),
        outcome: word(&assignment.outcome),
        match_id: assignment.match_id.map(|id| id.to_string()),
        held_until: micros(assignment.held_until),
        override_reason: assignment.override_reason.clone(),
        override_text_id: assignment.override_text_id.map(|id| id.to_string()),
        degraded: assignment.degraded,
        made_at: assignment.made_at.micros(),
        ended_at: micros(assignment.ended_at),
        filed,
        version: assignment.version.cast_signed(),
    }
}
