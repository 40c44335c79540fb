//! One member is replaced by another; his partner stays as he is.

use super::call::permit;
use super::sending::{
    current_assignment, held_members, match_and_offer, new_member, outcome_of, tell_offers,
};
use super::settle::settle;
use super::{call_of, call_reply, exit};
use crate::board::{Board, Draft, EventKind, Flag, Reply};
use crate::dispatch::command::Reassign;
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Assignment, Call, Member, MemberState};
use crate::id::{MatchId, ResponderId};
use crate::matching::{self, Report, StoredMatch};
use crate::refusal::{Reason, Refusal};
use crate::travel::Leg;
use crate::triage::Slot;

/// Who takes the place, and why he.
struct Replacement {
    responder_id: ResponderId,
    leg: Option<Leg>,
    staged: bool,
    /// The match that chose him; none when he was named.
    matched: Option<(MatchId, Report)>,
}

/// Replaces one member by a named responder or by the next best, in one revision: the one ends REASSIGNED, the other is
/// offered the place or ordered to it. When nobody can be had the member stays, unless he is to be released anyway. Whoever
/// was replaced is not asked again for this call, save by name.
pub fn reassign(draft: &mut Draft<'_>, command: &Reassign) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(&call, CallVerb::Send)?;
    let (assignment, place) = replaced(draft.board(), &call, command.responder_id)?;
    let member = assignment.members[place].clone();
    let replacement = match command.replacement {
        Some(responder_id) => Some(named(draft, &call, &member, responder_id, command)?),
        None => next_best(draft, &call, &assignment, &member, command),
    };
    if replacement.is_none() && !command.release_anyway {
        return Err(
            Refusal::new(Reason::NobodyAvailable, "nobody can be had in his place")
                .with("responder_id", command.responder_id),
        );
    }
    let left = (MemberState::Reassigned, EventKind::MemberReassigned);
    let assignment_id = assignment.id;
    exit(draft, assignment, place, left, &command.reason, None);
    call.declined.insert(command.responder_id);
    let now = draft.board().assignments.get(&assignment_id).cloned();
    let report = match (replacement, now) {
        (Some(replacement), Some(now)) => send(draft, call, now, &member, replacement, command)?,
        (None, _) | (_, None) => {
            settle(draft, call);
            match_and_offer(draft, call_of(draft, command.call_id)?, &command.travel)
        }
    };
    call_reply(draft, command.call_id, report)
}

fn replaced(board: &Board, call: &Call, responder_id: ResponderId) -> Result<(Assignment, usize), Refusal> {
    let found = current_assignment(board, call).and_then(|assignment| {
        let place = assignment
            .members
            .iter()
            .rposition(|member| member.responder_id == responder_id && member.state.is_active())?;
        Some((assignment, place))
    });
    found.ok_or_else(|| {
        Refusal::new(Reason::NotAMember, "this responder is not on the call")
            .with("responder_id", responder_id)
    })
}

/// The one whom the dispatcher names, whatever a match would say of him; but nobody is taken from a call by a plan.
fn named(
    draft: &Draft<'_>,
    call: &Call,
    member: &Member,
    responder_id: ResponderId,
    command: &Reassign,
) -> Result<Replacement, Refusal> {
    let refused = |reason, why: &str| Refusal::field(reason, "replacement_responder_id", why);
    let Some(responder) = draft.board().responders.get(&responder_id) else {
        return Err(refused(Reason::NotFound, "no such responder"));
    };
    if responder.retired_at.is_some() {
        return Err(refused(Reason::Retired, "he is retired"));
    }
    if responder.discipline != member.discipline {
        return Err(refused(Reason::NotFound, "he is of another discipline"));
    }
    if let Some(on) = draft.board().active_assignment(responder_id) {
        return Err(refused(Reason::AlreadyAssigned, "he is on a call").with("call_id", on.call_id));
    }
    Ok(Replacement {
        responder_id,
        leg: command.travel.legs.get(&responder_id).copied().flatten(),
        staged: slot_of(draft.board(), call, member).staged,
        matched: None,
    })
}

fn next_best(
    draft: &mut Draft<'_>,
    call: &Call,
    assignment: &Assignment,
    member: &Member,
    command: &Reassign,
) -> Option<Replacement> {
    let slot = slot_of(draft.board(), call, member);
    let mut held = held_members(assignment);
    held.retain(|held| held.responder_id != member.responder_id);
    let situation = matching::gather(draft.board(), call, &[slot], held, &command.travel, draft.at);
    let report = matching::match_call(&situation);
    let chosen = report.chosen.first()?.clone();
    let id = MatchId::next(draft.ids, draft.at);
    draft.keep_match(StoredMatch {
        id,
        situation,
        report: report.clone(),
    });
    Some(Replacement {
        responder_id: chosen.responder_id,
        leg: Some(Leg {
            seconds: chosen.seconds,
            meters: chosen.meters,
            basis: chosen.basis,
            age_seconds: None,
        }),
        staged: chosen.staged,
        matched: Some((id, report)),
    })
}

/// The place that he fills. One who is beside the places has one of his own.
fn slot_of(board: &Board, call: &Call, member: &Member) -> Slot {
    let standing = call.slots.iter().find(|slot| slot.slot_id == member.slot_id);
    standing.cloned().unwrap_or_else(|| Slot {
        slot_id: member.slot_id.clone(),
        discipline: member.discipline.clone(),
        qualifications: board.policy().required_of(&member.discipline).cloned().collect(),
        staged: member.staged,
        telephone: false,
    })
}

fn send(
    draft: &mut Draft<'_>,
    mut call: Call,
    mut assignment: Assignment,
    left: &Member,
    replacement: Replacement,
    command: &Reassign,
) -> Result<Option<Report>, Refusal> {
    let Replacement {
        responder_id,
        leg,
        staged,
        matched,
    } = replacement;
    let member = new_member(draft, responder_id, (left.slot_id.clone(), staged), leg)?;
    assignment.members.push(member);
    assignment.outcome = outcome_of(&assignment);
    call.declined.remove(&responder_id);
    let mut flags = Vec::new();
    let report = match matched {
        Some((match_id, report)) => {
            call.match_id = Some(match_id);
            assignment.match_id = Some(match_id);
            assignment.degraded |= report.degraded;
            flags.extend(report.degraded.then_some(Flag::Degraded));
            Some(report)
        }
        None => {
            assignment.override_reason.clone_from(&command.reason);
            flags.push(Flag::Overridden);
            None
        }
    };
    tell_offers(draft, assignment, &[responder_id], flags);
    settle(draft, call);
    Ok(report)
}
