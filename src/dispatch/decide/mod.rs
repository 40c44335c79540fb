//! One command, one board, one decision. Plans may be refused; facts never are.
//!
//! Each command changes members or the call and then lets the call *settle*: its state follows from its members, in one
//! place, whatever moved them.

pub mod amending;
mod bounds;
pub mod call;
pub mod deadline;
pub mod duty;
pub mod holding_over;
pub mod linking;
pub mod member;
pub mod merging;
mod moving;
mod naming;
pub mod overriding;
mod places;
pub mod reassigning;
pub mod reopening;
pub mod safety;
pub mod sending;
mod settle;
pub mod sick_call;
pub mod splitting;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

use super::{Assignment, Call, Exit, Member, MemberState, Safety, Step};
use crate::board::{After, Board, Draft, EventKind, Flag, Happening, Reply};
use crate::id::{AssignmentId, CallId, ResponderId};
use crate::matching::Report;
use crate::refusal::{Reason, Refusal};
use crate::roster::Responder;
use settle::settle;

fn call_of(draft: &Draft<'_>, call_id: CallId) -> Result<Call, Refusal> {
    draft
        .board()
        .calls
        .get(&call_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("call", call_id))
}

fn assignment_of(draft: &Draft<'_>, assignment_id: AssignmentId) -> Result<Assignment, Refusal> {
    draft
        .board()
        .assignments
        .get(&assignment_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("assignment", assignment_id))
}

fn responder_of(draft: &Draft<'_>, responder_id: ResponderId) -> Result<Responder, Refusal> {
    draft
        .board()
        .responders
        .get(&responder_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("responder", responder_id))
}

/// A call as it is said on the radio.
fn radio_name(board: &Board, call_id: CallId) -> String {
    let number = board.calls.get(&call_id).map(|call| call.number);
    number.map_or_else(|| "a call".to_owned(), |number| format!("call {number}"))
}

/// A responder as he is called on the radio.
fn call_sign(board: &Board, responder_id: ResponderId) -> String {
    let known = board.responders.get(&responder_id);
    known.map_or_else(
        || "this responder".to_owned(),
        |responder| responder.call_sign.clone(),
    )
}

/// The assignment and where in it this responder's latest membership stands. Whoever speaks of one that has gone on
/// elsewhere means that one: he may not have heard of it yet.
fn membership(
    draft: &Draft<'_>,
    assignment_id: AssignmentId,
    responder_id: ResponderId,
) -> Result<(Assignment, usize), Refusal> {
    let mut assignment = assignment_of(draft, assignment_id)?;
    // It ends: each move goes to a membership that began with it, so none leads back.
    loop {
        let place = assignment.place_of(responder_id).ok_or_else(|| {
            let told = format!(
                "{} has no part in this assignment of {}; JoinCall puts on the call whoever is there",
                call_sign(draft.board(), responder_id),
                radio_name(draft.board(), assignment.call_id),
            );
            Refusal::new(Reason::NotAMember, told).with("responder_id", responder_id)
        })?;
        let moved_to = assignment.members[place]
            .exit
            .as_ref()
            .and_then(|exit| exit.moved_to);
        match moved_to.and_then(|id| draft.board().assignments.get(&id)) {
            Some(next) => assignment = next.clone(),
            None => return Ok((assignment, place)),
        }
    }
}

/// The call as which this one continues: itself, unless it was merged.
fn survivor_of(draft: &Draft<'_>, mut call: Call) -> Call {
    while let Some(next) = call
        .merged_into_call_id
        .and_then(|id| draft.board().calls.get(&id))
    {
        call = next.clone();
    }
    call
}

/// How a member's change is told.
struct Told {
    kind: EventKind,
    flags: BTreeSet<Flag>,
    implied_by: Option<EventKind>,
}

impl Told {
    fn as_kind(kind: EventKind) -> Told {
        Told {
            kind,
            flags: BTreeSet::new(),
            implied_by: None,
        }
    }

    fn flagged(mut self, flags: impl IntoIterator<Item = Flag>) -> Told {
        self.flags.extend(flags);
        self
    }

    fn implied_by(mut self, cause: Option<EventKind>) -> Told {
        self.implied_by = cause;
        self
    }
}

/// Puts a changed assignment on the board and tells everyone in it. It ends when its last member has left. Gives it back as
/// it was put: one of a filed call is off the board again.
fn put_assignment(
    draft: &mut Draft<'_>,
    mut assignment: Assignment,
    subject: ResponderId,
    told: Told,
) -> Assignment {
    assignment.version += 1;
    let active = assignment.active_responders();
    assignment.ended_at = if active.is_empty() {
        assignment.ended_at.or(Some(draft.at))
    } else {
        None
    };
    if active.is_empty() {
        assignment.held_until = None;
    }
    let mut happening = Happening::new(told.kind, After::Assignment(Box::new(assignment.clone())))
        .to(subject)
        .seen_by(active)
        .flagged(told.flags);
    if let Some(cause) = told.implied_by {
        happening = happening.implied_by(cause);
    }
    draft.emit(happening);
    assignment
}

/// Puts a changed call on the board and tells everyone who is on it. Gives it back as it was put: a filed call is off the
/// board again.
fn put_call(draft: &mut Draft<'_>, call: Call, kind: EventKind) -> Call {
    put_call_flagged(draft, call, kind, BTreeSet::new())
}

/// The same, and says what is unusual or new about it.
fn put_call_flagged(draft: &mut Draft<'_>, mut call: Call, kind: EventKind, flags: BTreeSet<Flag>) -> Call {
    call.version += 1;
    let concerned = concerned(draft, &call);
    let told = Happening::new(kind, After::Call(Box::new(call.clone())));
    draft.emit(told.seen_by(concerned).flagged(flags));
    call
}

/// Everyone who is on the call, or has cleared it in its present assignment.
fn concerned(draft: &Draft<'_>, call: &Call) -> BTreeSet<ResponderId> {
    call.assignment_id
        .and_then(|id| draft.board().assignments.get(&id))
        .map(|assignment| assignment.concerned().collect())
        .unwrap_or_default()
}

/// Notes a step with its times; a step that was noted before keeps its first times.
fn note_step(draft: &Draft<'_>, member: &mut Member, state: MemberState, flags: &BTreeSet<Flag>) {
    let (occurred_at, clamped) = draft.occurred_at();
    member.steps.entry(state).or_insert_with(|| Step {
        occurred_at,
        recorded_at: draft.at,
        reporter: draft.reporter.clone(),
        flags: flags.iter().copied().chain(clamped).collect(),
        amendments: Vec::new(),
    });
}

/// Brings a member into a state, and notes the step.
fn enter(draft: &Draft<'_>, member: &mut Member, state: MemberState, flags: &BTreeSet<Flag>) {
    member.state = state;
    member.state_since = draft.at;
    if state != MemberState::Offered {
        member.answer_by = None;
    }
    if state.is_active() {
        member.exit = None;
    } else {
        member.safety = Safety {
            next_at: None,
            ..member.safety.clone()
        };
    }
    note_step(draft, member, state, flags);
}

/// A member leaves before clearing: `state` says how, `reason` why. Gives back the assignment as it stands then.
fn exit(
    draft: &mut Draft<'_>,
    mut assignment: Assignment,
    place: usize,
    (state, kind): (MemberState, EventKind),
    reason: &str,
    implied_by: Option<EventKind>,
) -> Assignment {
    let at = draft.at;
    let member = &mut assignment.members[place];
    enter(draft, member, state, &BTreeSet::new());
    member.safety = Safety::OK;
    member.exit = Some(Exit {
        reason: reason.to_owned(),
        at,
        moved_to: None,
    });
    let subject = member.responder_id;
    let told = Told::as_kind(kind).implied_by(implied_by);
    let left = put_assignment(draft, assignment, subject, told);
    safety::heard_from(draft, subject);
    left
}

/// Whoever is on scene is not sent away by a plan. One in a telephone seat is nowhere, so he can be.
fn may_be_sent_away(draft: &Draft<'_>, call: &Call, member: &Member) -> Result<(), Refusal> {
    if member.state < MemberState::OnScene || call::is_seated(call, member) {
        return Ok(());
    }
    let who = call_sign(draft.board(), member.responder_id);
    let why = format!("{who} is there already: clear him first, or let the other one join");
    Err(Refusal::new(Reason::MemberOnScene, why).with("responder_id", member.responder_id))
}

/// Promise 1: whoever is about to be on this call leaves any other call, in the same revision.
fn preempt_elsewhere(
    draft: &mut Draft<'_>,
    responder_id: ResponderId,
    except: Option<CallId>,
    reason: &str,
    implied_by: EventKind,
) {
    let elsewhere = draft
        .board()
        .active_assignment(responder_id)
        .filter(|assignment| Some(assignment.call_id) != except)
        .cloned();
    let Some(assignment) = elsewhere else { return };
    let call_id = assignment.call_id;
    let Some(place) = assignment.active_place(responder_id) else {
        return;
    };
    let left = (MemberState::Preempted, EventKind::MemberPreempted);
    exit(draft, assignment, place, left, reason, Some(implied_by));
    settle_by_id(draft, call_id);
}

fn settle_by_id(draft: &mut Draft<'_>, call_id: CallId) {
    if let Some(call) = draft.board().calls.get(&call_id).cloned() {
        settle(draft, call);
    }
}

/// The assignment as it stands now.
fn assignment_reply(draft: &Draft<'_>, assignment: &Assignment) -> Reply {
    let now = draft
        .board()
        .assignments
        .get(&assignment.id)
        .unwrap_or(assignment);
    Reply::Assignment(Box::new(now.clone()))
}

/// The call and its assignment as they stand now, with the report of a match if there was one.
fn call_reply(draft: &Draft<'_>, call_id: CallId, report: Option<Report>) -> Result<Reply, Refusal> {
    Ok(reply_with(draft, call_of(draft, call_id)?, report))
}

/// The same of a call that may be off the board again, as it was put.
fn reply_with(draft: &Draft<'_>, call: Call, report: Option<Report>) -> Reply {
    let assignment = call
        .assignment_id
        .and_then(|id| draft.board().assignments.get(&id));
    let assignment = assignment.cloned().map(Box::new);
    Reply::Call(Box::new(call), assignment, report.map(Box::new))
}
