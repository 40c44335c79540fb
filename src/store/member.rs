//! Memberships as rows. Their partial unique index is the second wall of "at most one active membership a responder".

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::column::{count, from_json, from_word, id, json, micros, moment, some_id, word};
use super::entity::members;
use super::{StoreError, backend, rows};
use crate::dispatch::{Assignment, Exit, Member, MemberState, Safety};
use crate::id::JurisdictionId;
use crate::moment::Moment;

/// Writes the members of these assignments in place of those that stood there. All old rows go before the first new
/// one comes: one who moves from one assignment to another within a batch is never in two.
pub(super) async fn save<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
    assignments: &[&Assignment],
) -> Result<(), StoreError> {
    for some in assignments.chunks(rows::IDS_A_STATEMENT) {
        let ids = some.iter().map(|assignment| assignment.id.to_string());
        members::Entity::delete_many()
            .filter(members::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
            .filter(members::Column::AssignmentId.is_in(ids))
            .exec(db)
            .await?;
    }
    let rows = assignments
        .iter()
        .flat_map(|assignment| {
            (0..)
                .zip(&assignment.members)
                .map(|(place, member)| row(jurisdiction_id, assignment, place, member))
        })
        .collect();
    rows::insert::<members::Entity, _>(db, rows).await
}

pub(super) fn member(row: members::Model) -> Result<Member, StoreError> {
    let state = from_word(row.state, "members.state")?;
    let moved_to = some_id(
        row.moved_to_assignment_id.as_deref(),
        "members.moved_to_assignment_id",
    )?;
    Ok(Member {
        slot_id: row.slot_id,
        responder_id: id(&row.responder_id, "members.responder_id")?,
        discipline: row.discipline,
        agency_id: id(&row.agency_id, "members.agency_id")?,
        state,
        state_since: Moment::from_micros(row.state_since),
        ordered: row.ordered,
        answer_by: moment(row.answer_by),
        delivered_at: moment(row.delivered_at),
        seen_at: moment(row.seen_at),
        eta_seconds: row
            .eta_seconds
            .map(|seconds| count(seconds, "members.eta_seconds"))
            .transpose()?,
        distance_meters: row
            .distance_meters
            .map(|meters| count(meters, "members.distance_meters"))
            .transpose()?,
        basis: row
            .basis
            .map(|basis| from_word(basis, "members.basis"))
            .transpose()?,
        staged: row.staged,
        steps: from_json(&row.steps, "members.steps")?,
        exit: row
            .exit_reason
            .zip(moment(row.exit_at))
            .map(|(reason, at)| Exit { reason, at, moved_to }),
        safety: Safety {
            state: from_word(row.safety_state, "members.safety_state")?,
            next_at: moment(row.safety_next_at),
            checked_in_at: moment(row.checked_in_at),
        },
        disposition: row
            .disposition
            .map(|text| from_json(&text, "members.disposition"))
            .transpose()?,
        disposition_due_at: moment(row.disposition_due_at),
        disposition_overdue: row.disposition_overdue,
    })
}

/// The index that lets nobody be in two active memberships, whatever the code does.
const ONE_ACTIVE: &str = "members_one_active";

/// Where that wall has a hole: rows whose `active` is not that of their state, which the index would overlook; or no index.
pub(super) async fn unguarded<C: ConnectionTrait>(
    db: &C,
    jurisdiction_id: &JurisdictionId,
) -> Result<Vec<String>, StoreError> {
    let active = MemberState::ALL.iter().filter(|state| state.is_active());
    let active: Vec<String> = active.map(word).collect();
    let overlooked = Condition::all()
        .add(members::Column::Active.eq(false))
        .add(members::Column::State.is_in(active.clone()));
    let invented = Condition::all()
        .add(members::Column::Active.eq(true))
        .add(members::Column::State.is_not_in(active));
    let rows = members::Entity::find()
        .filter(members::Column::JurisdictionId.eq(jurisdiction_id.as_str()))
        .filter(Condition::any().add(overlooked).add(invented))
        .all(db)
        .await?;
    let mut found: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let members::Model {
                assignment_id,
                responder_id,
                state,
                active,
                ..
            } = row;
            format!("assignment {assignment_id}: member {responder_id} is {state} and its column active says {active}")
        })
        .collect();
    if !backend::has_unique_index(db, ONE_ACTIVE).await? {
        found.push(format!("the index {ONE_ACTIVE} is missing, or is not unique"));
    }
    Ok(found)
}

fn row(
    jurisdiction_id: &JurisdictionId,
    assignment: &Assignment,
    place: i32,
    member: &Member,
) -> members::Model {
    members::Model {
        jurisdiction_id: jurisdiction_id.to_string(),
        assignment_id: assignment.id.to_string(),
        place,
        slot_id: member.slot_id.clone(),
        responder_id: member.responder_id.to_string(),
        agency_id: member.agency_id.to_string(),
        discipline: member.discipline.clone(),
        state: word(&member.state),
        active: member.state.is_active(),
        state_since: member.state_since.micros(),
        ordered: member.ordered,
        answer_by: micros(member.answer_by),
        delivered_at: micros(member.delivered_at),
        seen_at: micros(member.seen_at),
        eta_seconds: member.eta_seconds.map(i64::from),
        distance_meters: member.distance_meters.map(i64::from),
        basis: member.basis.as_ref().map(word),
        staged: member.staged,
        steps: json(&member.steps),
        exit_reason: member.exit.as_ref().map(|exit| exit.reason.clone()),
        exit_at: member.exit.as_ref().map(|exit| exit.at.micros()),
        safety_state: word(&member.safety.state),
        safety_next_at: micros(member.safety.next_at),
        checked_in_at: micros(member.safety.checked_in_at),
        disposition: member.disposition.as_ref().map(json),
        disposition_due_at: micros(member.disposition_due_at),
        disposition_overdue: member.disposition_overdue,
        moved_to_assignment_id: member
            .exit
            .as_ref()
            .and_then(|exit| exit.moved_to)
            .map(|id| id.to_string()),
    }
}
