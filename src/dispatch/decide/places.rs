//! The places of a call, and how its members follow them.

use super::settle::open_slots;
use super::{Told, exit, put_assignment, safety};
use crate::board::{Board, Draft, EventKind};
use crate::dispatch::{Assignment, Call, Member, MemberState};
use crate::id::CallId;
use crate::triage;

/// Whether the call has an open place that it did not have.
pub(super) fn needs_more(board: &Board, call: &Call, before: &[triage::Slot]) -> bool {
    let had = |slot: &triage::Slot| before.iter().any(|before| before.slot_id == slot.slot_id);
    open_slots_of(board, call).iter().any(|slot| !had(slot))
}

/// Members follow the places of their call. Offers for places that are no longer needed are taken back; whoever has
/// accepted stays until he clears or a dispatcher replaces him: nobody is pulled off a call by a form. Whoever is not
/// there yet learns whether he has to wait at a distance, also one beside the places, if others of his discipline have to;
/// nobody is told to go in for a place of which `safe` does not say so.
pub(super) fn places_follow(
    draft: &mut Draft<'_>,
    call_id: CallId,
    cause: EventKind,
    safe: impl Fn(&triage::Slot) -> bool,
) {
    let Some(slots) = draft.board().calls.get(&call_id).map(|call| call.slots.clone()) else {
        return;
    };
    let needed = |member: &Member| slots.iter().find(|slot| slot.slot_id == member.slot_id);
    let waits = |member: &Member| match needed(member) {
        Some(slot) => slot.staged || (member.staged && !safe(slot)),
        None => {
            member.staged
                || slots
                    .iter()
                    .any(|slot| slot.staged && slot.discipline == member.discipline)
        }
    };
    release(draft, call_id, "no_longer_needed", cause, |member| {
        member.state == MemberState::Offered && needed(member).is_none()
    });
    while let Some((mut assignment, place)) = place_of(draft, call_id, |member| {
        let arrived = member.state >= MemberState::OnScene;
        !arrived && waits(member) != member.staged
    }) {
        let member = &mut assignment.members[place];
        member.staged = !member.staged;
        let responder_id = member.responder_id;
        let told = Told::as_kind(EventKind::StagingChanged).implied_by(Some(cause));
        put_assignment(draft, assignment, responder_id, told);
    }
    while let Some((mut assignment, place)) = place_of(draft, call_id, |member| {
        safety::sooner(draft, call_id, member).is_some()
    }) {
        let member = &mut assignment.members[place];
        member.safety.next_at = safety::sooner(draft, call_id, member);
        let responder_id = member.responder_id;
        let told = Told::as_kind(EventKind::CheckInChanged).implied_by(Some(cause));
        put_assignment(draft, assignment, responder_id, told);
    }
    super::settle_by_id(draft, call_id);
}

/// Releases the active members for whom `which` holds.
pub(super) fn release(
    draft: &mut Draft<'_>,
    call_id: CallId,
    reason: &str,
    implied_by: EventKind,
    which: impl Fn(&Member) -> bool,
) {
    while let Some((assignment, place)) = place_of(draft, call_id, &which) {
        let left = (MemberState::Cancelled, EventKind::MemberCancelled);
        exit(draft, assignment, place, left, reason, Some(implied_by));
    }
}

/// The first active member of the call for whom `which` holds: the assignment, and his place in it.
pub(super) fn place_of(
    draft: &Draft<'_>,
    call_id: CallId,
    which: impl Fn(&Member) -> bool,
) -> Option<(Assignment, usize)> {
    let board = draft.board();
    let assignment = board
        .assignments
        .get(&board.calls.get(&call_id)?.assignment_id?)?;
    let place = assignment
        .members
        .iter()
        .position(|member| member.state.is_active() && which(member))?;
    Some((assignment.clone(), place))
}

/// The call's open places, on this board.
pub(super) fn open_slots_of(board: &Board, call: &Call) -> Vec<triage::Slot> {
    let assignment = call.assignment_id.and_then(|id| board.assignments.get(&id));
    open_slots(call, assignment)
}
