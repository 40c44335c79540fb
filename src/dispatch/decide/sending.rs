//! Sending whom the match chose.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::settle::open_slots;
use super::{Told, assignment_of, call_of, call_reply, enter, put_assignment, responder_of, safety, settle};
use crate::board::{AlertKind, Board, Draft, EventKind, Flag, Reply};
use crate::dispatch::command::MatchCall;
use crate::dispatch::{Assignment, Call, CallState, Member, MemberState, Outcome, Safety};
use crate::id::{AssignmentId, CallId, MatchId, ResponderId};
use crate::matching::{self, Held, Report, StoredMatch};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::travel::{Leg, TravelTimes};
use crate::triage::{CLINICIAN, Code, OFFICER, Slot};

/// Looks for people for a call's open places. A call that is not live, or complete, has none: nothing happens.
pub fn match_open_slots(draft: &mut Draft<'_>, command: &MatchCall) -> Result<Reply, Refusal> {
    let call = call_of(draft, command.call_id)?;
    if !call.state.is_live() {
        return Ok(Reply::Done);
    }
    match match_and_offer(draft, call, &command.travel) {
        Some(report) => call_reply(draft, command.call_id, Some(report)),
        None => Ok(Reply::Done),
    }
}

/// Matches the open places of a call and offers them. `None`: it has no open places.
///
/// A waiting call is matched again and again; only an answer that differs in kind is kept and told.
pub(super) fn match_and_offer(draft: &mut Draft<'_>, mut call: Call, travel: &TravelTimes) -> Option<Report> {
    let current = current_assignment(draft.board(), &call);
    let slots = open_slots(&call, current.as_ref());
    if slots.is_empty() {
        return None;
    }
    let held = current.as_ref().map(held_members).unwrap_or_default();
    let situation = matching::gather(draft.board(), &call, &slots, held, travel, draft.at);
    let report = matching::match_call(&situation);
    let found = !report.chosen.is_empty();
    let told_before = told(&call, current.as_ref());
    if found || !told_before {
        let id = MatchId::next(draft.ids, draft.at);
        draft.keep_match(StoredMatch {
            id,
            situation,
            report: report.clone(),
        });
        call.match_id = Some(id);
    }
    if found {
        offer(draft, call, current, &report);
    } else if !told_before {
        wait(draft, call, current.as_ref());
    }
    Some(report)
}

/// What the match says of these places, beside what a person decides of them: kept, it explains the one by the other.
pub(super) fn match_beside(
    draft: &mut Draft<'_>,
    call: &Call,
    slots: &[Slot],
    held: Vec<Held>,
    travel: &TravelTimes,
) -> StoredMatch {
    let situation = matching::gather(draft.board(), call, slots, held, travel, draft.at);
    let report = matching::match_call(&situation);
    StoredMatch {
        id: MatchId::next(draft.ids, draft.at),
        situation,
        report,
    }
}

/// Nobody can be sent: the call waits, and a person is told until he says that he has seen it.
pub(super) fn wait(draft: &mut Draft<'_>, mut call: Call, current: Option<&Assignment>) {
    let id = call.id;
    let nobody = current.is_none_or(|assignment| assignment.active_members().next().is_none());
    call.waiting_since = call.waiting_since.or(Some(draft.at));
    if nobody {
        call.state = CallState::Waiting;
        call.state_since = draft.at;
    }
    settle(draft, call);
    safety::raise_alert(draft, AlertKind::CallWaiting, safety::About::call(id));
}

pub(super) fn current_assignment(board: &Board, call: &Call) -> Option<Assignment> {
    let assignment = board.assignments.get(&call.assignment_id?)?;
    assignment.active_members().next()?;
    Some(assignment.clone())
}

pub(super) fn held_members(assignment: &Assignment) -> Vec<Held> {
    assignment
        .active_members()
        .map(|member| Held {
            slot_id: member.slot_id.clone(),
            responder_id: member.responder_id,
            seconds: if member.state >= MemberState::OnScene {
                0
            } else {
                member.eta_seconds.unwrap_or(0)
            },
            staged: member.staged,
        })
        .collect()
}

fn offer(draft: &mut Draft<'_>, mut call: Call, current: Option<Assignment>, report: &Report) {
    let resolved_half = current.is_some();
    let mut assignment = current.unwrap_or_else(|| new_assignment(draft, call.id));
    assignment.match_id = call.match_id;
    assignment.outcome = report.outcome;
    assignment.degraded |= report.degraded || resolved_half;
    call.assignment_id = Some(assignment.id);
    let mut sent = Vec::new();
    for chosen in &report.chosen {
        let place = (chosen.slot_id.clone(), chosen.staged);
        if let Ok(member) = new_member(draft, chosen.responder_id, place, Some(chosen.leg())) {
            assignment.members.push(member);
            sent.push(chosen.responder_id);
        }
    }
    let flags = assignment.degraded.then_some(Flag::Degraded);
    tell_offers(draft, assignment, &sent, flags);
    settle(draft, call);
}

/// One event for each who is asked, so that each finds his own; all carry the whole assignment.
pub(super) fn tell_offers(
    draft: &mut Draft<'_>,
    assignment: Assignment,
    sent: &[ResponderId],
    flags: impl IntoIterator<Item = Flag> + Clone,
) {
    let id = assignment.id;
    let mut assignment = Some(assignment);
    for responder_id in sent {
        let Some(now) = assignment
            .take()
            .or_else(|| draft.board().assignments.get(&id).cloned())
        else {
            return;
        };
        let ordered = now.member(*responder_id).is_some_and(|member| member.ordered);
        let kind = if ordered {
            EventKind::OrderGiven
        } else {
            EventKind::OfferMade
        };
        put_assignment(
            draft,
            now,
            *responder_id,
            Told::as_kind(kind).flagged(flags.clone()),
        );
    }
}

pub(super) fn new_assignment(draft: &mut Draft<'_>, call_id: CallId) -> Assignment {
    Assignment {
        id: AssignmentId::next(draft.ids, draft.at),
        call_id,
        outcome: Outcome::Waiting,
        match_id: None,
        members: Vec::new(),
        held_until: None,
        override_reason: Code::new(),
        override_text_id: None,
        degraded: false,
        made_at: draft.at,
        ended_at: None,
        version: 0,
    }
}

pub(super) fn new_member(
    draft: &Draft<'_>,
    responder_id: ResponderId,
    (slot_id, staged): (Code, bool),
    leg: Option<Leg>,
) -> Result<Member, Refusal> {
    let responder = responder_of(draft, responder_id)?;
    let policy = draft.board().policy();
    let mut member = Member {
        slot_id,
        responder_id,
        agency_id: responder.agency_id,
        ordered: policy.ordered_disciplines.contains(&responder.discipline),
        discipline: responder.discipline,
        state: MemberState::Offered,
        state_since: draft.at,
        answer_by: Some(draft.at.plus_seconds(i64::from(policy.offer_seconds))),
        delivered_at: None,
        seen_at: None,
        eta_seconds: leg.map(|leg| leg.seconds),
        distance_meters: leg.map(|leg| leg.meters),
        basis: leg.map(|leg| leg.basis),
        staged,
        steps: BTreeMap::new(),
        exit: None,
        safety: Safety::OK,
        disposition: None,
        disposition_due_at: None,
        disposition_overdue: false,
    };
    enter(draft, &mut member, MemberState::Offered, &BTreeSet::new());
    Ok(member)
}

/// What is sent, in one word.
pub(super) fn outcome_of(assignment: &Assignment) -> Outcome {
    let has = |discipline: &str| {
        assignment
            .members
            .iter()
            .any(|member| member.state.has_part() && member.discipline == discipline)
    };
    match (has(CLINICIAN), has(OFFICER)) {
        (true, true) => Outcome::Pair,
        (true, false) => Outcome::ClinicianOnly,
        (false, true) => Outcome::OfficerOnly,
        (false, false) => Outcome::Waiting,
    }
}

/// The half that was held is let go: nobody could be found for the other.
pub(super) fn release_held(draft: &mut Draft<'_>, assignment_id: AssignmentId) -> Result<(), Refusal> {
    let assignment = assignment_of(draft, assignment_id)?;
    let call_id = assignment.call_id;
    super::places::release(draft, call_id, "half_unfilled", EventKind::HalfHeld, |_| true);
    super::settle_by_id(draft, call_id);
    Ok(())
}

/// Whether matching this call now would give something to record.
pub fn would_answer(board: &Board, call_id: CallId, travel: &TravelTimes, at: Moment) -> bool {
    let Some(call) = board.calls.get(&call_id) else {
        return false;
    };
    let current = current_assignment(board, call);
    let slots = open_slots(call, current.as_ref());
    if slots.is_empty() || !call.state.is_live() {
        return false;
    }
    if !told(call, current.as_ref()) {
        return true;
    }
    let held = current.as_ref().map(held_members).unwrap_or_default();
    let situation = matching::gather(board, call, &slots, held, travel, at);
    !matching::match_call(&situation).chosen.is_empty()
}

/// Whether it is known already that this call has open places: it waits for them, or a half is held for them.
fn told(call: &Call, current: Option<&Assignment>) -> bool {
    call.waiting_since.is_some() || current.is_some_and(|assignment| assignment.held_until.is_some())
}

/// Calls with open places that may be filled, the most urgent first, then the oldest.
pub fn calls_to_match(board: &Board) -> Vec<CallId> {
    let mut open: Vec<&Call> = board
        .calls
        .values()
        .filter(|call| call.state.is_live())
        .filter(|call| !super::places::open_slots_of(board, call).is_empty())
        .collect();
    // Levels of different schemes do not compare; the responses that the policy gives them do.
    open.sort_by_key(|call| {
        (
            Reverse((call.response, call.acuity.level)),
            call.first_reported_at(),
            call.id,
        )
    });
    open.into_iter().map(|call| call.id).collect()
}
