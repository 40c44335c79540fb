//! Sending whom a dispatcher names, whatever the match says.

use std::collections::BTreeSet;

use super::call::permit;
use super::sending::{
    current_assignment, held_members, match_beside, new_assignment, new_member, outcome_of, tell_offers,
};
use super::words::remark;
use super::{call_of, call_reply, exit, may_be_sent_away, settle};
use crate::board::{Draft, EventKind, Flag, Reply};
use crate::dispatch::command::AssignManually;
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Call, MemberState, TextClass};
use crate::id::ResponderId;
use crate::matching::Held;
use crate::refusal::{Reason, Refusal};
use crate::triage::{Code, Slot};

/// Sends named people, whatever the match says: recorded as an override, with its reason. Someone who is on another
/// call is not taken from it: that is a plan, and plans do not break promise 1.
pub fn assign_manually(draft: &mut Draft<'_>, command: &AssignManually) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(draft.board(), &call, CallVerb::Send)?;
    let named: BTreeSet<ResponderId> = command.members.iter().map(|(id, _)| *id).collect();
    if named.len() != command.members.len() {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            "members",
            "a responder is named twice",
        ));
    }
    for (place, (responder_id, slot_id)) in command.members.iter().enumerate() {
        check_named(draft, &call, place, *responder_id, slot_id)?;
    }
    let (slots, held) = asked(draft, &call, command);
    let beside = match_beside(draft, &call, &slots, held, &command.travel);
    let (match_id, report) = (beside.id, beside.report.clone());
    draft.keep_match(beside);
    if command.replace {
        for (place, (_, slot_id)) in command.members.iter().enumerate() {
            vacate(draft, &call, place, slot_id, &named)?;
        }
    }
    let current = current_assignment(draft.board(), &call);
    let mut assignment = current.unwrap_or_else(|| new_assignment(draft, call.id));
    let mut sent = Vec::new();
    for (place, (responder_id, slot_id)) in command.members.iter().enumerate() {
        let already = assignment
            .active_members()
            .any(|member| member.responder_id == *responder_id);
        if already {
            continue;
        }
        if assignment
            .active_members()
            .any(|member| member.slot_id == *slot_id)
        {
            return Err(Refusal::field(
                Reason::NotInThisState,
                format!("members[{place}].slot_id"),
                "someone fills this slot; say `replace`",
            ));
        }
        let staged = call
            .slots
            .iter()
            .any(|slot| slot.slot_id == *slot_id && slot.staged);
        let leg = command.travel.legs.get(responder_id).copied().flatten();
        let member = new_member(draft, *responder_id, (slot_id.clone(), staged), leg)?;
        assignment.members.push(member);
        call.declined.remove(responder_id);
        call.course.replaced.remove(responder_id);
        sent.push(*responder_id);
    }
    assignment.match_id = Some(match_id);
    call.match_id = Some(match_id);
    assignment.override_reason.clone_from(&command.reason);
    if remark(draft, &mut call, TextClass::Operational, &command.words) {
        assignment.override_text_id = call.remarks.last().map(|remark| remark.text_id);
    }
    assignment.outcome = outcome_of(&assignment);
    call.assignment_id = Some(assignment.id);
    tell_offers(draft, assignment, &sent, [Flag::Overridden]);
    settle(draft, call);
    call_reply(draft, command.call_id, Some(report))
}

/// The question that the match would have been asked: the named places, with those who stay in the others.
fn asked(draft: &Draft<'_>, call: &Call, command: &AssignManually) -> (Vec<Slot>, Vec<Held>) {
    let named = |slot_id: &Code| command.members.iter().any(|(_, named)| named == slot_id);
    let mut slots = call.slots.clone();
    slots.retain(|slot| named(&slot.slot_id));
    let current = current_assignment(draft.board(), call);
    let mut held = current.as_ref().map(held_members).unwrap_or_default();
    held.retain(|held| !named(&held.slot_id));
    (slots, held)
}

fn check_named(
    draft: &Draft<'_>,
    call: &Call,
    place: usize,
    responder_id: ResponderId,
    slot_id: &Code,
) -> Result<(), Refusal> {
    let field = |name: &str| format!("members[{place}].{name}");
    let responder = draft.board().on_roster(responder_id, &field("responder_id"))?;
    let slot = call
        .slots
        .iter()
        .find(|slot| slot.slot_id == *slot_id)
        .ok_or_else(|| Refusal::field(Reason::NotFound, field("slot_id"), "the call has no such slot"))?;
    if slot.discipline != responder.discipline {
        return Err(Refusal::field(
            Reason::NotFound,
            field("slot_id"),
            "the slot is for another discipline",
        ));
    }
    match draft.board().active_assignment(responder_id) {
        Some(other) if other.call_id != call.id => Err(Refusal::field(
            Reason::AlreadyAssigned,
            field("responder_id"),
            "he is on another call",
        )
        .with("call_id", other.call_id)),
        Some(_) | None => Ok(()),
    }
}

/// Whoever fills this slot makes room for the one who is named; whoever is there already is not sent away by a plan.
fn vacate(
    draft: &mut Draft<'_>,
    call: &Call,
    named_at: usize,
    slot_id: &Code,
    named: &BTreeSet<ResponderId>,
) -> Result<(), Refusal> {
    let Some(assignment) = current_assignment(draft.board(), call) else {
        return Ok(());
    };
    let filled = assignment.members.iter().position(|member| {
        member.state.is_active() && member.slot_id == *slot_id && !named.contains(&member.responder_id)
    });
    let Some(place) = filled else { return Ok(()) };
    may_be_sent_away(draft, call, &assignment.members[place])
        .map_err(|refusal| refusal.at_field(format!("members[{named_at}].slot_id")))?;
    let left = (MemberState::Reassigned, EventKind::MemberReassigned);
    exit(draft, assignment, place, left, "replaced", None);
    Ok(())
}
