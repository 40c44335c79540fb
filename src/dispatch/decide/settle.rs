//! A call's state follows from its members.

use super::{Told, put_assignment, put_call, safety};
use crate::board::{AlertKind, Board, Draft, EventKind};
use crate::dispatch::{Assignment, Call, CallState, Member, MemberState};
use crate::id::CallId;
use crate::triage::Slot;

/// Lets a call follow its members. `call` may carry changes of its own; it goes onto the board if anything differs.
///
/// Whoever has to be found again is found by the next match, not here: a call that has lost its people is `OPEN` until
/// that match has answered.
pub(super) fn settle(draft: &mut Draft<'_>, mut call: Call) {
    let assignment = call
        .assignment_id
        .and_then(|id| draft.board().assignments.get(&id))
        .cloned();
    let state = state_of(draft.board(), &call, assignment.as_ref());
    if state != call.state {
        call.state = state;
        call.state_since = draft.at;
    }
    let over = matches!(
        state,
        CallState::Closed | CallState::Cancelled | CallState::Merged
    );
    if over && call.closed_at.is_none() {
        call.closed_at = Some(draft.at);
        let filing = i64::from(draft.board().policy().filing_seconds);
        call.files_at = Some(draft.at.plus_seconds(filing));
    } else if over && call.files_at.is_none() && !call.filed && !owes_account(draft.board(), call.id) {
        let filing = i64::from(draft.board().policy().filing_seconds);
        call.files_at = Some(draft.at.plus_seconds(filing));
    } else if !over {
        call.closed_at = None;
        call.files_at = None;
    }
    let open = open_slots(&call, assignment.as_ref());
    let complete = open.is_empty();
    let live = call.state.is_live();
    let call_id = call.id;
    if !live || complete {
        call.waiting_since = None;
    }
    if draft.board().calls.get(&call_id) != Some(&call) {
        let kind = match state {
            CallState::Waiting => EventKind::CallWaiting,
            CallState::Closed => EventKind::CallClosed,
            CallState::Open
            | CallState::Offered
            | CallState::Assigned
            | CallState::OnScene
            | CallState::Clearing
            | CallState::Cancelled
            | CallState::Merged => EventKind::CallProgressed,
        };
        put_call(draft, call, kind);
    }
    if !live || complete {
        safety::end_call_alert(draft, call_id, AlertKind::CallWaiting);
    }
    if !live {
        safety::end_call_alert(draft, call_id, AlertKind::CallLiveAgain);
    }
    if let Some(assignment) = assignment {
        hold(draft, assignment, live, &open);
    }
}

/// The slots that nobody fills: no active member, and nobody who has been and cleared.
pub(crate) fn open_slots(call: &Call, assignment: Option<&Assignment>) -> Vec<Slot> {
    let filled = |slot: &Slot| {
        assignment.is_some_and(|assignment| {
            assignment
                .members
                .iter()
                .any(|member| member.slot_id == slot.slot_id && member.state.has_part())
        })
    };
    call.slots.iter().filter(|slot| !filled(slot)).cloned().collect()
}

/// Whether anybody who was on the call still has to say how it ended.
pub(super) fn owes_account(board: &Board, call_id: CallId) -> bool {
    let mut of_call = board.assignments.values().filter(|one| one.call_id == call_id);
    of_call.any(|one| one.members.iter().any(Member::owes_disposition))
}

/// Whether an account of how it ended is lacking from those who were sent before: the call was taken up again since.
fn owes_from_before(board: &Board, call: &Call) -> bool {
    let mut of_call = board.assignments.values().filter(|one| one.call_id == call.id);
    of_call.any(|one| Some(one.id) != call.assignment_id && one.members.iter().any(Member::owes_disposition))
}

fn state_of(board: &Board, call: &Call, assignment: Option<&Assignment>) -> CallState {
    if matches!(call.state, CallState::Cancelled | CallState::Merged) {
        return call.state;
    }
    let members = assignment.map(|a| a.members.as_slice()).unwrap_or_default();
    let active = || members.iter().filter(|member| member.state.is_active());
    if active().any(|member| member.state >= MemberState::OnScene) {
        return CallState::OnScene;
    }
    if active().next().is_some() {
        let complete = open_slots(call, assignment).is_empty();
        return if complete && active().all(|member| member.state.is_committed()) {
            CallState::Assigned
        } else {
            CallState::Offered
        };
    }
    let mut cleared = members
        .iter()
        .filter(|m| m.state == MemberState::Cleared)
        .peekable();
    if cleared.peek().is_none() {
        return if call.state == CallState::Waiting {
            CallState::Waiting
        } else {
            CallState::Open
        };
    }
    // Each agency gives its own account of how it ended.
    let accounted = cleared.all(|member| {
        members
            .iter()
            .any(|other| other.agency_id == member.agency_id && other.disposition.is_some())
    });
    if accounted && !owes_from_before(board, call) {
        CallState::Closed
    } else {
        CallState::Clearing
    }
}

/// Those who are left before the scene are held for a while when a half that was lost has to be solved again. A place that
/// a new judgement has added, or that a dispatcher has emptied, is only waited for: whoever is on the way already goes on.
fn hold(draft: &mut Draft<'_>, mut assignment: Assignment, live: bool, open: &[Slot]) {
    let lost = open.iter().any(|slot| {
        let mut members = assignment.members.iter();
        let last = members.rfind(|member| member.slot_id == slot.slot_id);
        last.is_some_and(|member| member.state != MemberState::Reassigned)
    });
    let waiting_half = live
        && lost
        && assignment.active_members().next().is_some()
        && assignment
            .active_members()
            .all(|member| member.state < MemberState::OnScene);
    if waiting_half == assignment.held_until.is_some() {
        return;
    }
    let Some(first) = assignment.active_members().next().map(|m| m.responder_id) else {
        return;
    };
    if waiting_half {
        let seconds = i64::from(draft.board().policy().hold_seconds);
        assignment.held_until = Some(draft.at.plus_seconds(seconds));
        put_assignment(draft, assignment, first, Told::as_kind(EventKind::HalfHeld));
    } else {
        assignment.held_until = None;
        put_assignment(draft, assignment, first, Told::as_kind(EventKind::HoldEnded));
    }
}
