//! Times that were reported wrong are corrected. What stood there before stays readable, with who says otherwise and why.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::MOST_CORRECTIONS;
use super::call::permit;
use super::{Told, call_of, membership, put_assignment, put_call, safety, survivor_of};
use crate::board::{Draft, EventKind, Reply, Role};
use crate::dispatch::command::{AmendTimes, AmendedStep};
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{
    Amendment, Assignment, Call, CallAmendment, CallState, CallTime, Member, MemberState, Step,
};
use crate::id::{AssignmentId, ResponderId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal, Violation};

const TOO_OFTEN: &str = "it was corrected too often already";

/// Corrects when steps were taken, or when the call was opened and closed. The order must stay a possible one, and nothing
/// lies further ahead than a report is believed. Check-in timers follow the corrected times; deadlines that have been met stay met.
pub fn amend_times(draft: &mut Draft<'_>, command: &AmendTimes) -> Result<Reply, Refusal> {
    let named = call_of(draft, command.call_id)?;
    let steps: Vec<AmendedStep> = command
        .steps
        .iter()
        .map(|step| where_it_stands(draft, step))
        .collect();
    let mut call = meant(draft, named, &steps, command);
    permit(draft.board(), &call, CallVerb::Amend)?;
    let over = !call.state.is_live() && call.state != CallState::Clearing;
    if over && draft.reporter.role == Role::Dispatcher {
        return Err(Refusal::new(
            Reason::RoleForbidden,
            "of a call that is over a supervisor corrects the times",
        ));
    }
    let mut amending = Amending {
        reason: &command.reason,
        assignments: BTreeMap::new(),
        touched: BTreeSet::new(),
        timers: BTreeSet::new(),
        faults: Vec::new(),
    };
    for (place, step) in steps.iter().enumerate() {
        amending.step(draft, &call, place, step);
    }
    for (place, step) in steps.iter().enumerate() {
        amending.check_order(place, step);
        let opened_at = command.opened_at.unwrap_or(call.opened_at);
        amending.check_bounds(place, step, opened_at, command.closed_at.or(call.closed_at));
    }
    let before = call.amendments.len();
    amending.of_call(draft, &mut call, command);
    if let Some(first) = amending.faults.first() {
        return Err(Refusal {
            violations: amending.faults.clone(),
            ..Refusal::new(first.reason, format!("{}: {}", first.field, first.detail))
        });
    }
    if call.amendments.len() > before {
        call = put_call(draft, call, EventKind::TimesAmended);
    }
    let Amending {
        mut assignments,
        touched,
        timers,
        ..
    } = amending;
    for (assignment_id, responder_id) in touched {
        let Some(mut assignment) = assignments.remove(&assignment_id) else {
            continue;
        };
        for member in &mut assignment.members {
            let runs = timers.contains(&(assignment_id, responder_id)) && member.state.is_active();
            if runs && member.responder_id == responder_id {
                safety::timer_anew(draft, call.id, member);
            }
        }
        let told = Told::as_kind(EventKind::TimesAmended);
        let put = put_assignment(draft, assignment, responder_id, told);
        assignments.insert(assignment_id, put);
    }
    let assignment = call.assignment_id.and_then(|id| {
        let standing = draft.board().assignments.get(&id).cloned();
        assignments.remove(&id).or(standing)
    });
    Ok(Reply::Call(Box::new(call), assignment.map(Box::new), None))
}

/// The step, in the assignment where the membership stands now: whoever speaks of one that has gone on elsewhere means that
/// one, as in reports from the field.
fn where_it_stands(draft: &Draft<'_>, step: &AmendedStep) -> AmendedStep {
    let standing = membership(draft, step.assignment_id, step.responder_id).ok();
    AmendedStep {
        assignment_id: standing.map_or(step.assignment_id, |(assignment, _)| assignment.id),
        ..step.clone()
    }
}

/// The call that is meant: the named one; or the one as which it continues, or into which all of the named memberships went
/// with a part that was split off.
fn meant(draft: &Draft<'_>, named: Call, steps: &[AmendedStep], command: &AmendTimes) -> Call {
    let board = draft.board();
    let call_of = |id: AssignmentId| board.assignments.get(&id).map(|one| one.call_id);
    let survivor = survivor_of(draft, named.clone());
    let stand = steps.iter().map(|step| call_of(step.assignment_id));
    let stand: BTreeSet<_> = stand.collect();
    let were = command.steps.iter().map(|step| call_of(step.assignment_id));
    let mut were = were.chain([Some(named.id)]);
    let meant = match stand.first() {
        None => survivor.id,
        Some(Some(one)) if stand.len() == 1 => *one,
        Some(_) => named.id,
    };
    let spoken_of = meant == survivor.id || were.all(|id| id == Some(named.id));
    let other = board.calls.get(&meant).filter(|_| spoken_of);
    other.cloned().unwrap_or(named)
}

/// Whether it lies further ahead than a report is believed.
fn lies_ahead(draft: &Draft<'_>, at: Moment) -> bool {
    let believed = i64::from(draft.board().policy().believed_future_seconds);
    at > draft.at.plus_seconds(believed)
}

/// Whether it lies further before the call was opened than a report is believed.
fn lies_behind(draft: &Draft<'_>, call: &Call, at: Moment) -> bool {
    let believed = i64::from(draft.board().policy().believed_past_seconds);
    let opened = call.amendments.iter().find(|one| one.time == CallTime::Opened);
    let opened_at = opened.map_or(call.opened_at, |first| first.amendment.was);
    at < opened_at.plus_seconds(-believed)
}

/// Corrections in the making.
struct Amending<'a> {
    reason: &'a str,
    /// The assignments in question, as corrected so far.
    assignments: BTreeMap<AssignmentId, Assignment>,
    /// Whose times are corrected.
    touched: BTreeSet<(AssignmentId, ResponderId)>,
    /// Whose check-in timers run by them.
    timers: BTreeSet<(AssignmentId, ResponderId)>,
    faults: Vec<Violation>,
}

impl Amending<'_> {
    fn fault(&mut self, field: String, reason: Reason, detail: &str) {
        let detail = detail.to_owned();
        self.faults.push(Violation {
            field,
            reason,
            detail,
        });
    }

    fn amendment(&self, draft: &Draft<'_>, was: Moment) -> Amendment {
        Amendment {
            was,
            reason: self.reason.to_owned(),
            reporter: draft.reporter.clone(),
            amended_at: draft.at,
        }
    }

    fn step(&mut self, draft: &Draft<'_>, call: &Call, place: usize, asked: &AmendedStep) {
        let field = |name: &str| format!("steps[{place}].{name}");
        if lies_behind(draft, call, asked.occurred_at) {
            let why = "it lies further before the call than a report is believed";
            return self.fault(field("occurred_at"), Reason::InvalidTime, why);
        }
        let standing = draft.board().assignments.get(&asked.assignment_id);
        let Some(standing) = standing.filter(|standing| standing.call_id == call.id) else {
            let of = draft.board().assignments.get(&asked.assignment_id);
            let why = match of.and_then(|one| draft.board().calls.get(&one.call_id)) {
                Some(other) => format!("his part is one of call {}: correct it there", other.number),
                None => "the call has no such assignment".to_owned(),
            };
            return self.fault(field("assignment_id"), Reason::NotFound, &why);
        };
        if lies_ahead(draft, asked.occurred_at) {
            let why = "it lies ahead";
            return self.fault(field("occurred_at"), Reason::InvalidTime, why);
        }
        let mut assignment = self
            .assignments
            .remove(&asked.assignment_id)
            .unwrap_or_else(|| standing.clone());
        if assignment.member(asked.responder_id).is_none() {
            let why = "he has no part in the assignment";
            self.fault(field("responder_id"), Reason::NotFound, why);
        } else if let Some(member) = member_with_mut(&mut assignment, asked) {
            let is_latest = member.state == asked.state;
            if let Some(step) = member.steps.get_mut(&asked.state)
                && step.occurred_at != asked.occurred_at
            {
                if step.amendments.len() >= MOST_CORRECTIONS {
                    self.fault(field("occurred_at"), Reason::TooMany, TOO_OFTEN);
                } else {
                    step.amendments.push(self.amendment(draft, step.occurred_at));
                    step.occurred_at = asked.occurred_at;
                    if is_latest {
                        member.state_since = asked.occurred_at;
                        self.timers.insert((asked.assignment_id, asked.responder_id));
                    }
                    self.touched.insert((asked.assignment_id, asked.responder_id));
                }
            }
        } else {
            let why = "he has not taken this step; ReportProgress with occurred_at notes one that was never reported";
            self.fault(field("state"), Reason::NotFound, why);
        }
        self.assignments.insert(asked.assignment_id, assignment);
    }

    /// Each corrected step against the others of its membership. Steps that nobody corrects are left as they are, however
    /// they were reported.
    fn check_order(&mut self, place: usize, asked: &AmendedStep) {
        let member = self
            .assignments
            .get(&asked.assignment_id)
            .and_then(|assignment| member_with(assignment, asked));
        if member.is_some_and(|member| out_of_order(member, asked.state)) {
            let field = format!("steps[{place}].occurred_at");
            let why = "a step comes after the one before it, and before the one after it";
            self.fault(field, Reason::StepsOutOfOrder, why);
        }
    }

    /// A corrected step against the beginning and the end of its call, as corrected. One who was on his way before the call was
    /// opened (he met it on the street, or came with another call) is not held to its beginning.
    fn check_bounds(
        &mut self,
        place: usize,
        asked: &AmendedStep,
        opened_at: Moment,
        closed_at: Option<Moment>,
    ) {
        let member = self
            .assignments
            .get(&asked.assignment_id)
            .and_then(|assignment| member_with(assignment, asked));
        let field = format!("steps[{place}].occurred_at");
        let faulted = self.faults.iter().any(|fault| fault.field == field);
        let moved = self.touched.contains(&(asked.assignment_id, asked.responder_id));
        let Some(member) = member.filter(|_| moved && !faulted) else {
            return;
        };
        let before =
            |(state, step): (&MemberState, &Step)| *state != asked.state && step.occurred_at < opened_at;
        let why = if closed_at.is_some_and(|end| asked.occurred_at > end) {
            "it lies after the call was closed; correct closed_at with it"
        } else if asked.occurred_at < opened_at && !member.steps.iter().any(before) {
            "it lies before the call was opened; correct opened_at with it"
        } else {
            return;
        };
        self.fault(field, Reason::StepsOutOfOrder, why);
    }

    /// When anything happened on the call, with what is corrected.
    fn times_of(&self, draft: &Draft<'_>, call: &Call) -> BTreeSet<Moment> {
        let standing = draft.board().assignments.values();
        standing
            .filter(|standing| standing.call_id == call.id)
            .map(|standing| self.assignments.get(&standing.id).unwrap_or(standing))
            .flat_map(|assignment| &assignment.members)
            .flat_map(|member| member.steps.values())
            .map(|step| step.occurred_at)
            .collect()
    }

    fn of_call(&mut self, draft: &Draft<'_>, call: &mut Call, command: &AmendTimes) {
        let times = self.times_of(draft, call);
        let corrected = |time| call.amendments.iter().filter(|one| one.time == time).count();
        let [openings, closings] = [CallTime::Opened, CallTime::Closed].map(corrected);
        let (first, last) = (times.first().copied(), times.last().copied());
        let opened_at = command.opened_at.unwrap_or(call.opened_at);
        let closed_at = command.closed_at.or(call.closed_at);
        if let Some(asked) = command.opened_at {
            let late = first.is_some_and(|first| asked > first) || closed_at.is_some_and(|end| asked > end);
            if lies_ahead(draft, asked) {
                self.fault("opened_at".to_owned(), Reason::InvalidTime, "it lies ahead");
            } else if lies_behind(draft, call, asked) {
                let why = "it lies further before the call than a report is believed";
                self.fault("opened_at".to_owned(), Reason::InvalidTime, why);
            } else if asked != call.opened_at && openings >= MOST_CORRECTIONS {
                self.fault("opened_at".to_owned(), Reason::TooMany, TOO_OFTEN);
            } else if late {
                let why = "a call is opened before anything happens on it";
                self.fault("opened_at".to_owned(), Reason::StepsOutOfOrder, why);
            } else if asked != call.opened_at {
                let amendment = self.amendment(draft, call.opened_at);
                let time = CallTime::Opened;
                call.amendments.push(CallAmendment { time, amendment });
                call.opened_at = asked;
                // Nobody reported it before it was opened.
                call.course.first_reported_at = call.course.first_reported_at.filter(|first| *first < asked);
            }
        }
        if let Some(asked) = command.closed_at {
            let early = last.is_some_and(|last| asked < last) || asked < opened_at;
            let Some(standing) = call.closed_at else {
                let why = "the call is not over";
                return self.fault("closed_at".to_owned(), Reason::NotInThisState, why);
            };
            if lies_ahead(draft, asked) {
                self.fault("closed_at".to_owned(), Reason::InvalidTime, "it lies ahead");
            } else if asked != standing && closings >= MOST_CORRECTIONS {
                self.fault("closed_at".to_owned(), Reason::TooMany, TOO_OFTEN);
            } else if early {
                let why = "a call is closed after everything that happens on it";
                self.fault("closed_at".to_owned(), Reason::StepsOutOfOrder, why);
            } else if asked != standing {
                let amendment = self.amendment(draft, standing);
                let time = CallTime::Closed;
                call.amendments.push(CallAmendment { time, amendment });
                call.closed_at = Some(asked);
            }
        }
    }
}

/// Of one who came more than once, the latest membership in which he took this step.
fn member_with<'a>(assignment: &'a Assignment, asked: &AmendedStep) -> Option<&'a Member> {
    let is = |member: &&Member| {
        member.responder_id == asked.responder_id && member.steps.contains_key(&asked.state)
    };
    assignment.members.iter().rfind(is)
}

fn member_with_mut<'a>(assignment: &'a mut Assignment, asked: &AmendedStep) -> Option<&'a mut Member> {
    let is = |member: &&mut Member| {
        member.responder_id == asked.responder_id && member.steps.contains_key(&asked.state)
    };
    assignment.members.iter_mut().rfind(is)
}

fn out_of_order(member: &Member, state: MemberState) -> bool {
    let Some(step) = member.steps.get(&state) else {
        return false;
    };
    member.steps.iter().any(|(other_state, other)| {
        if precedes((*other_state, other), (state, step)) {
            other.occurred_at > step.occurred_at
        } else {
            *other_state != state && other.occurred_at < step.occurred_at
        }
    })
}

/// Which of two steps comes first: in the order of the way to clearing. Exits have no place on it; they stand where they
/// were recorded.
fn precedes(one: (MemberState, &Step), other: (MemberState, &Step)) -> bool {
    let on_the_way = |state: MemberState| state <= MemberState::Cleared;
    if on_the_way(one.0) && on_the_way(other.0) {
        one.0 < other.0
    } else {
        (one.1.recorded_at, one.0) < (other.1.recorded_at, other.0)
    }
}
