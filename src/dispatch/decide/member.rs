//! What members say: yes, no, where they are, that they have left, how it ended.

use std::collections::BTreeSet;

use super::call::goes_on_as;
use super::sending::{current_assignment, new_assignment, new_member, outcome_of};
use super::{
    Told, assignment_reply, call_of, call_reply, call_sign, enter, exit, membership, note_step,
    preempt_elsewhere, put_assignment, radio_name, responder_of, safety, settle, settle_by_id, survivor_of,
};
use crate::board::{Draft, EventKind, Flag, Reply};
use crate::dispatch::command::{
    AcceptOffer, AcknowledgeReceipt, CallKey, ClearAssignment, DeclineOffer, GivenDisposition, JoinCall,
    RecordDisposition, ReportProgress,
};
use crate::dispatch::lifecycle::{self, CallVerb, MemberVerb, Progress, Transition};
use crate::dispatch::{Assignment, Call, CallState, Disposition, Member, MemberState};
use crate::id::{CallId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::sabotage::{Fault, put_in};
use crate::triage::{Code, OFFICER};

/// The slot of one who joined beyond the places that the call has.
pub(super) const BEYOND_SLOTS: &str = "joined";

/// Says yes to an offer, or acknowledges an order.
pub fn accept_offer(draft: &mut Draft<'_>, command: &AcceptOffer) -> Result<Reply, Refusal> {
    let (mut assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let member = &mut assignment.members[place];
    let late =
        member.answer_by.is_some_and(|answer_by| draft.at >= answer_by) && !put_in(Fault::NoExpiryCheck);
    if member.state == MemberState::TimedOut || (member.state == MemberState::Offered && late) {
        let told = format!(
            "the offer of {} has expired; ask the dispatcher, or join the call when you are on it",
            radio_name(draft.board(), assignment.call_id)
        );
        return Err(Refusal::new(Reason::OfferExpired, told));
    }
    match plan(draft, assignment.call_id, member, MemberVerb::Accept)? {
        Transition::To(state) | Transition::Again(state) => {
            enter(draft, member, state, &BTreeSet::new());
            member.seen_at = member.seen_at.or(Some(draft.at));
            let call_id = assignment.call_id;
            let told = Told::as_kind(EventKind::OfferAccepted);
            put_assignment(draft, assignment.clone(), command.responder_id, told);
            safety::heard_from(draft, command.responder_id);
            settle_by_id(draft, call_id);
        }
        Transition::Noted | Transition::Already => {}
    }
    Ok(assignment_reply(draft, &assignment))
}

/// Says no, or gives a place back before being on scene: only that half is solved again.
pub fn decline_offer(draft: &mut Draft<'_>, command: &DeclineOffer) -> Result<Reply, Refusal> {
    let (assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let member = &assignment.members[place];
    let state = plan(draft, assignment.call_id, member, MemberVerb::Decline)?;
    if member.ordered && member.state.is_active() {
        return Err(Refusal::new(
            Reason::OrderedNotAsked,
            "an order cannot be declined; ask a dispatcher",
        ));
    }
    if let Transition::To(state) = state {
        let left = (state, EventKind::OfferDeclined);
        exit(draft, assignment.clone(), place, left, &command.reason, None);
        not_again(draft, assignment.call_id, command.responder_id);
    }
    Ok(assignment_reply(draft, &assignment))
}

/// This responder is not asked again for this call.
pub(super) fn not_again(draft: &mut Draft<'_>, call_id: CallId, responder_id: ResponderId) {
    if let Some(mut call) = draft.board().calls.get(&call_id).cloned() {
        call.declined.insert(responder_id);
        settle(draft, call);
    }
}

/// An offer reached its device, or was seen. Said twice, the first time counts.
pub fn acknowledge_receipt(draft: &mut Draft<'_>, command: &AcknowledgeReceipt) -> Result<Reply, Refusal> {
    let (mut assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let member = &mut assignment.members[place];
    let known = (member.delivered_at, member.seen_at);
    member.delivered_at = member.delivered_at.or(Some(draft.at));
    if command.seen {
        member.seen_at = member.seen_at.or(Some(draft.at));
    }
    if known != (member.delivered_at, member.seen_at) {
        let kind = if command.seen {
            EventKind::OfferSeen
        } else {
            EventKind::OfferDelivered
        };
        put_assignment(
            draft,
            assignment.clone(),
            command.responder_id,
            Told::as_kind(kind),
        );
        safety::heard_from(draft, command.responder_id);
    }
    Ok(assignment_reply(draft, &assignment))
}

/// A step from the field. Never refused: what does not fit is noted and flagged.
pub fn report_progress(draft: &mut Draft<'_>, command: &ReportProgress) -> Result<Reply, Refusal> {
    let (assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let assignment = progress(draft, assignment, place, command.progress)?;
    Ok(assignment_reply(draft, &assignment))
}

fn progress(
    draft: &mut Draft<'_>,
    mut assignment: Assignment,
    place: usize,
    step: Progress,
) -> Result<Assignment, Refusal> {
    let mut flags = BTreeSet::new();
    let secured = assignment
        .active_members()
        .any(|member| member.discipline == OFFICER && member.state >= MemberState::OnScene);
    let member = &mut assignment.members[place];
    match lifecycle::member(member.state, MemberVerb::Progress(step)) {
        Ok(Transition::To(state)) => {
            if step == Progress::OnScene && member.staged && !secured {
                flags.insert(Flag::EnteredWhileStaged);
            }
            enter(draft, member, state, &flags);
        }
        Ok(Transition::Again(state)) => return again(draft, assignment, place, (step, state)),
        Ok(Transition::Noted) => {
            flags.insert(if member.state == MemberState::Cleared {
                Flag::AfterClear
            } else {
                Flag::OutOfOrder
            });
            if member.steps.contains_key(&step.state()) {
                return Ok(assignment);
            }
            note_step(draft, member, step.state(), &flags);
        }
        Ok(Transition::Already) | Err(lifecycle::IllegalTransition) => return Ok(assignment),
    }
    put_progress(draft, assignment.clone(), place, flags);
    settle_by_id(draft, assignment.call_id);
    Ok(assignment)
}

/// He had left, and the field says that he is on the call all the same. He is: in this assignment, or in the one that
/// has taken its place.
fn again(
    draft: &mut Draft<'_>,
    mut assignment: Assignment,
    place: usize,
    (step, state): (Progress, MemberState),
) -> Result<Assignment, Refusal> {
    let (call_id, responder_id) = (assignment.call_id, assignment.members[place].responder_id);
    let call = call_of(draft, call_id)?;
    // A live call may look for its people anew without having found any: what its last crew was sent for is over.
    let anew = call.state.is_live() && call.assignment_id != Some(assignment.id);
    let replaced =
        current_assignment(draft.board(), &call).is_some_and(|current| current.id != assignment.id);
    if call.state == CallState::Merged || anew || replaced {
        let joining = JoinCall {
            call: CallKey::Id(call_id),
            responder_id,
            progress: step,
        };
        join_call(draft, &joining)?;
        let joined = draft.board().active_assignment(responder_id);
        return Ok(joined.cloned().unwrap_or(assignment));
    }
    let kind = EventKind::MemberProgressed;
    preempt_elsewhere(draft, responder_id, Some(call_id), "on_another_call", kind);
    let discipline = assignment.members[place].discipline.clone();
    let mut call = super::call::revive(draft, call, &discipline);
    call.assignment_id = Some(assignment.id);
    let flags = BTreeSet::from([Flag::AfterExit]);
    enter(draft, &mut assignment.members[place], state, &flags);
    put_progress(draft, assignment.clone(), place, flags);
    settle(draft, call);
    Ok(assignment)
}

fn put_progress(draft: &mut Draft<'_>, mut assignment: Assignment, place: usize, flags: BTreeSet<Flag>) {
    let responder_id = assignment.members[place].responder_id;
    safety::sign_of_life(draft, assignment.call_id, &mut assignment.members[place]);
    let told = Told::as_kind(EventKind::MemberProgressed).flagged(flags);
    put_assignment(draft, assignment, responder_id, told);
    safety::heard_from(draft, responder_id);
}

/// A responder is on a call without an offer. Never refused: he leaves any other call, and a call that was over is
/// live again; a merged one is joined as the one as which it continues.
pub fn join_call(draft: &mut Draft<'_>, command: &JoinCall) -> Result<Reply, Refusal> {
    let named = draft.board().call_by_key(&command.call).cloned();
    let call = survivor_of(draft, named.ok_or_else(|| command.call.not_found())?);
    let responder = responder_of(draft, command.responder_id)?;
    // Recorded whatever the call's state is; the table says so, and this keeps it asked.
    if lifecycle::call(call.state, CallVerb::Join).is_err() {
        let told = format!(
            "call {} is {} and cannot be joined",
            call.number,
            call.state.as_str()
        );
        return Err(Refusal::state(told, call.state.as_str()));
    }
    let current = call
        .assignment_id
        .and_then(|id| draft.board().assignments.get(&id))
        .cloned();
    if let Some(assignment) = current.as_ref()
        && let Some(place) = assignment.active_place(command.responder_id)
    {
        progress(draft, assignment.clone(), place, command.progress)?;
        return call_reply(draft, call.id, None);
    }
    let kind = EventKind::MemberJoined;
    preempt_elsewhere(draft, responder.id, None, "joined_another_call", kind);
    let mut call = super::call::revive(draft, call, &responder.discipline);
    let live = current.filter(|assignment| assignment.active_members().next().is_some());
    let mut assignment = live.unwrap_or_else(|| new_assignment(draft, call.id));
    call.assignment_id = Some(assignment.id);
    let slot = place_for(&call, &assignment, &responder.discipline);
    let mut member = new_member(draft, responder.id, slot, None)?;
    member.steps.clear();
    enter(draft, &mut member, command.progress.state(), &BTreeSet::new());
    member.answer_by = None;
    member.ordered = false;
    safety::sign_of_life(draft, call.id, &mut member);
    assignment.members.push(member);
    assignment.outcome = outcome_of(&assignment);
    put_assignment(draft, assignment, responder.id, Told::as_kind(kind));
    let call_id = call.id;
    settle(draft, call);
    call_reply(draft, call_id, None)
}

/// The open slot of his discipline, or a place beyond the slots.
fn place_for(call: &Call, assignment: &Assignment, discipline: &str) -> (Code, bool) {
    super::settle::open_slots(call, Some(assignment))
        .into_iter()
        .find(|slot| slot.discipline == discipline && !slot.telephone)
        .map_or_else(
            || (BEYOND_SLOTS.to_owned(), false),
            |slot| (slot.slot_id, slot.staged),
        )
}

/// Left the call: free at once, whatever paper is still due. Never refused.
pub fn clear_assignment(draft: &mut Draft<'_>, command: &ClearAssignment) -> Result<Reply, Refusal> {
    let (mut assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let call_id = assignment.call_id;
    let due = i64::from(draft.board().policy().disposition_due_seconds);
    let due_at = draft.at.plus_seconds(due);
    let given = command
        .disposition
        .as_ref()
        .map(|given| disposition(draft, given));
    let mut flags = BTreeSet::new();
    let member = &mut assignment.members[place];
    match lifecycle::member(member.state, MemberVerb::Clear) {
        Ok(Transition::To(state) | Transition::Again(state)) => {
            enter(draft, member, state, &flags);
            member.disposition_due_at = Some(due_at);
        }
        Ok(Transition::Noted) => {
            flags.insert(Flag::AfterExit);
            note_step(draft, member, MemberState::Cleared, &flags);
        }
        Ok(Transition::Already) | Err(lifecycle::IllegalTransition) => {
            if given.is_none() || member.disposition.is_some() {
                return Ok(assignment_reply(draft, &assignment));
            }
        }
    }
    if let Some(given) = given {
        account_for(&mut assignment, place, given);
    }
    let told = Told::as_kind(EventKind::MemberCleared).flagged(flags);
    put_assignment(draft, assignment.clone(), command.responder_id, told);
    safety::heard_from(draft, command.responder_id);
    safety::end_disposition_alert(draft, &assignment);
    settle_by_id(draft, call_id);
    Ok(assignment_reply(draft, &assignment))
}

/// Records how it ended by a member's account. The call closes when each agency has given its own.
pub fn record_disposition(draft: &mut Draft<'_>, command: &RecordDisposition) -> Result<Reply, Refusal> {
    let (mut assignment, place) = membership(draft, command.assignment_id, command.responder_id)?;
    let given = disposition(draft, &command.disposition);
    account_for(&mut assignment, place, given);
    let told = Told::as_kind(EventKind::DispositionRecorded);
    put_assignment(draft, assignment.clone(), command.responder_id, told);
    safety::end_disposition_alert(draft, &assignment);
    settle_by_id(draft, assignment.call_id);
    Ok(assignment_reply(draft, &assignment))
}

/// One account for each agency is enough: its other members owe none.
fn account_for(assignment: &mut Assignment, place: usize, given: Disposition) {
    let agency_id = assignment.members[place].agency_id.clone();
    assignment.members[place].disposition = Some(given);
    for member in &mut assignment.members {
        if member.agency_id == agency_id {
            member.disposition_due_at = None;
        }
    }
}

fn disposition(draft: &Draft<'_>, given: &GivenDisposition) -> Disposition {
    Disposition {
        code: given.code.clone(),
        behavioral_outcome: given.behavioral_outcome.clone(),
        answers: given.answers.clone(),
        reporter: draft.reporter.clone(),
        recorded_at: draft.at,
    }
}

fn plan(
    draft: &Draft<'_>,
    call_id: CallId,
    member: &Member,
    verb: MemberVerb,
) -> Result<Transition, Refusal> {
    lifecycle::member(member.state, verb).map_err(|_| {
        let board = draft.board();
        let merged = board.calls.get(&call_id);
        if let Some((call, survivor)) = merged.and_then(|call| Some((call, call.merged_into_call_id?))) {
            let refusal = goes_on_as(board, call, survivor);
            return Refusal {
                detail: format!("{}: he is no longer asked for it", refusal.detail),
                ..refusal
            };
        }
        let told = format!(
            "{} is {} on {}, and this does not fit; read the assignment again",
            call_sign(draft.board(), member.responder_id),
            member.state.as_str(),
            radio_name(draft.board(), call_id),
        );
        Refusal::state(told, member.state.as_str())
    })
}
