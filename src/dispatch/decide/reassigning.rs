//! One member is replaced by another; his partner stays as he is.

use super::call::{is_seated, permit};
use super::places::places_follow;
use super::sending::{
    current_assignment, held_members, match_and_offer, match_beside, new_member, outcome_of, tell_offers,
};
use super::settle::settle;
use super::{call_of, call_reply, exit, may_be_sent_away};
use crate::board::{Board, Draft, EventKind, Flag, Reply};
use crate::dispatch::command::Reassign;
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Assignment, Call, Member, MemberState};
use crate::id::ResponderId;
use crate::matching::{Chosen, Report};
use crate::refusal::{Reason, Refusal};
use crate::travel::Leg;
use crate::triage::Slot;

const NOBODY: &str =
    "nobody can be had in his place; with release_anyway he goes all the same, and the place waits";

/// Who takes the place, and how far away he is.
struct Replacement {
    responder_id: ResponderId,
    leg: Option<Leg>,
    named: bool,
}

/// Replaces one member by a named responder or by the next best, in one revision: the one ends REASSIGNED, the other is
/// offered the place or ordered to it. When nobody can be had the member stays, unless he is to be released anyway. Whoever
/// was replaced is not asked again for this call, save by name. One who is on scene is not sent away by a plan. With
/// `no_replacement`, and always when he fills none of the call's places, he is released and nobody is looked for.
pub fn reassign(draft: &mut Draft<'_>, command: &Reassign) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(draft.board(), &call, CallVerb::Send)?;
    let (assignment, place) = replaced(draft.board(), &call, command.responder_id)?;
    let member = assignment.members[place].clone();
    may_be_sent_away(draft, &call, &member)?;
    let Some(slot) = slot_of(&call, &member) else {
        // He fills no place, so none is empty when he goes.
        return surplus(draft, call, assignment, place, command);
    };
    if command.no_replacement {
        return hand_over(draft, call, assignment, place, command);
    }
    // It chooses the next best, and of a named one it keeps which rules he breaks.
    let mut held = held_members(&assignment);
    held.retain(|held| held.responder_id != member.responder_id);
    let asked = match_beside(draft, &call, std::slice::from_ref(&slot), held, &command.travel);
    let replacement = match command.replacement {
        Some(responder_id) => Some(named(draft, &member, responder_id, command)?),
        None => asked.report.chosen.first().map(best),
    };
    if replacement.is_none() && !command.release_anyway {
        return Err(Refusal::new(Reason::NobodyAvailable, NOBODY).with("responder_id", command.responder_id));
    }
    let left = (MemberState::Reassigned, EventKind::MemberReassigned);
    let without = exit(draft, assignment, place, left, &command.reason, None);
    call.course.replaced.insert(command.responder_id);
    let report = match replacement {
        Some(replacement) => {
            let report = asked.report.clone();
            call.match_id = Some(asked.id);
            draft.keep_match(asked);
            send(draft, call, without, (slot, replacement), &report, command)?;
            Some(report)
        }
        None => {
            settle(draft, call);
            match_and_offer(draft, call_of(draft, command.call_id)?, &command.travel)
        }
    };
    call_reply(draft, command.call_id, report)
}

/// Releases one who fills none of the call's places.
fn surplus(
    draft: &mut Draft<'_>,
    call: Call,
    assignment: Assignment,
    place: usize,
    command: &Reassign,
) -> Result<Reply, Refusal> {
    if command.replacement.is_some() || !(command.no_replacement || command.release_anyway) {
        let why =
            "he fills none of the call's places, so nobody replaces him: release him with no_replacement";
        return Err(Refusal::field(Reason::NotInThisState, "no_replacement", why));
    }
    release_one(draft, assignment, place, &command.reason);
    settle(draft, call);
    call_reply(draft, command.call_id, None)
}

/// Releases one whose place is taken by a partner of his discipline who fills none.
fn hand_over(
    draft: &mut Draft<'_>,
    call: Call,
    mut assignment: Assignment,
    place: usize,
    command: &Reassign,
) -> Result<Reply, Refusal> {
    let left = &assignment.members[place];
    let (discipline, slot_id) = (left.discipline.clone(), left.slot_id.clone());
    let seated = is_seated(&call, left);
    let heir = assignment.members.iter().position(|member| {
        member.state.is_committed()
            && member.discipline == discipline
            && is_seated(&call, member) == seated
            && slot_of(&call, member).is_none()
    });
    let Some(heir) = heir else {
        let why = "he fills a place that the call needs, and nobody on it is there to take it";
        return Err(Refusal::field(Reason::NobodyAvailable, "no_replacement", why));
    };
    assignment.members[heir].slot_id = slot_id;
    release_one(draft, assignment, place, &command.reason);
    settle(draft, call);
    places_follow(draft, command.call_id, EventKind::MemberCancelled, |_| false);
    call_reply(draft, command.call_id, None)
}

fn release_one(draft: &mut Draft<'_>, assignment: Assignment, place: usize, reason: &str) {
    let left = (MemberState::Cancelled, EventKind::MemberCancelled);
    exit(draft, assignment, place, left, reason, None);
}

fn replaced(board: &Board, call: &Call, responder_id: ResponderId) -> Result<(Assignment, usize), Refusal> {
    let found = current_assignment(board, call).and_then(|assignment| {
        let place = assignment.active_place(responder_id)?;
        Some((assignment, place))
    });
    found.ok_or_else(|| {
        Refusal::new(Reason::NotAMember, "this responder is not on the call")
            .with("responder_id", responder_id)
    })
}

fn best(chosen: &Chosen) -> Replacement {
    Replacement {
        responder_id: chosen.responder_id,
        leg: Some(chosen.leg()),
        named: false,
    }
}

/// The one whom the dispatcher names, whatever a match would say of him; but nobody is taken from a call by a plan.
fn named(
    draft: &Draft<'_>,
    member: &Member,
    responder_id: ResponderId,
    command: &Reassign,
) -> Result<Replacement, Refusal> {
    let refused = |reason, why: &str| Refusal::field(reason, "replacement_responder_id", why);
    let responder = draft
        .board()
        .on_roster(responder_id, "replacement_responder_id")?;
    if responder.discipline != member.discipline {
        return Err(refused(Reason::NotFound, "he is of another discipline"));
    }
    if let Some(on) = draft.board().active_assignment(responder_id) {
        return Err(refused(Reason::AlreadyAssigned, "he is on a call").with("call_id", on.call_id));
    }
    Ok(Replacement {
        responder_id,
        leg: command.travel.legs.get(&responder_id).copied().flatten(),
        named: true,
    })
}

/// The place of the call that he fills; none for one who is beside them.
fn slot_of(call: &Call, member: &Member) -> Option<Slot> {
    let mut slots = call.slots.iter();
    slots.find(|slot| slot.slot_id == member.slot_id).cloned()
}

fn send(
    draft: &mut Draft<'_>,
    mut call: Call,
    mut assignment: Assignment,
    (slot, replacement): (Slot, Replacement),
    report: &Report,
    command: &Reassign,
) -> Result<(), Refusal> {
    let Replacement {
        responder_id,
        leg,
        named,
    } = replacement;
    let member = new_member(draft, responder_id, (slot.slot_id, slot.staged), leg)?;
    assignment.members.push(member);
    assignment.outcome = outcome_of(&assignment);
    assignment.match_id = call.match_id;
    call.declined.remove(&responder_id);
    call.course.replaced.remove(&responder_id);
    let flag = if named {
        assignment.override_reason.clone_from(&command.reason);
        Some(Flag::Overridden)
    } else {
        assignment.degraded |= report.degraded;
        report.degraded.then_some(Flag::Degraded)
    };
    tell_offers(draft, assignment, &[responder_id], flag);
    settle(draft, call);
    Ok(())
}
