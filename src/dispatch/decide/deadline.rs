//! What has come due. A deadline is a field of the row it belongs to, so it survives every restart.

use super::{Told, assignment_of, duty, exit, member, put_assignment, put_call, safety, sending};
use crate::board::{After, AlertKind, Board, Draft, Duty, EXPIRED, EventKind, Happening, Reply, SHIFT_OVER};
use crate::dispatch::command::MeetDeadlines;
use crate::dispatch::{Assignment, Call, CallState, Member, MemberState};
use crate::hours::{self, payroll};
use crate::id::{
    AlertId, AssignmentId, CallId, CredentialId, ResponderId, ShiftId, ShiftRequestId, TimesheetId,
};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::request::ShiftRequest;
use crate::request::decide::{file as file_request, files_at, over_at, run_out};
use crate::roster::Responder;
use crate::roster::decide::{announce_lapse, miss_arrival};
use crate::shift::{Shift, ShiftState};

/// An open call that has not been answered by a match for this long is said to wait.
const UNANSWERED_SECONDS: i64 = 5;

/// One thing that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Offer(AssignmentId, usize),
    Hold(AssignmentId),
    CheckIn(AssignmentId, usize),
    Disposition(AssignmentId, usize),
    Unanswered(CallId),
    Alert(AlertId),
    Duty(ResponderId),
    ShiftOver(ResponderId),
    Lapse(ResponderId, CredentialId),
    Payroll,
    Arrival(ResponderId),
    CallFiling(CallId),
    ShiftFiling(ShiftId),
    RequestOver(ShiftRequestId),
    RequestFiling(ShiftRequestId),
    TimesheetFiling(TimesheetId),
}

/// Does everything that has come due, the earliest first.
pub fn meet_deadlines(draft: &mut Draft<'_>, _: &MeetDeadlines) -> Result<Reply, Refusal> {
    let mut due: Vec<(Moment, Due)> = deadlines(draft.board())
        .chain(shift_filings(draft.board(), draft.at))
        .chain(request_filings(draft.board()))
        .chain(timesheet_filings(draft.board(), draft.at))
        .filter(|(moment, _)| *moment <= draft.at)
        .collect();
    due.sort_unstable();
    for (moment, deadline) in due {
        meet(draft, deadline, moment)?;
    }
    Ok(Reply::Done)
}

/// When something is due next. Filing a shift, a request or a timesheet waits for company: it hurries nobody.
pub fn next_deadline(board: &Board) -> Option<Moment> {
    deadlines(board).map(|(moment, _)| moment).min()
}

fn deadlines(board: &Board) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let of_assignments = board.assignments.values().flat_map(of_assignment);
    let of_calls = board.calls.values().filter_map(of_call);
    // Paper that is late is told once: it hurries nobody.
    let of_alerts = board
        .alerts
        .values()
        .filter(|alert| alert.kind != AlertKind::DispositionOverdue)
        .map(|alert| (alert.escalates_at, Due::Alert(alert.id)));
    let of_duty = board
        .duty
        .iter()
        .filter_map(|(id, duty)| Some((duty.expires_at?, Due::Duty(*id))));
    let of_arrivals = board.off_shift.values().filter_map(|said| {
        Some((
            said.arrival.as_ref()?.expected_at,
            Due::Arrival(said.responder_id),
        ))
    });
    of_assignments
        .chain(of_arrivals)
        .chain(of_calls)
        .chain(of_alerts)
        .chain(of_duty)
        .chain(of_shifts(board))
        .chain(board.requests.values().filter_map(of_request))
        .chain(board.responders.values().flat_map(of_credentials))
        .chain(payroll::next_due(board).map(|at| (at, Due::Payroll)))
}

/// Whoever is still signed on when his shift is over is signed off, unless he is on a call: then that goes on.
fn of_shifts(board: &Board) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let assigned = board.assigned();
    let signed_on = board
        .duty
        .iter()
        .filter(|(_, duty)| duty.primary != Duty::NotAvailable);
    signed_on
        .filter(move |(id, _)| !assigned.contains_key(id))
        .filter_map(|(id, duty)| Some((end_of_work(board, *id, duty.since)?, Due::ShiftOver(*id))))
}

/// The ends of his credentials are announced while he is on the roster.
fn of_credentials(responder: &Responder) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let standing = responder.retired_at.is_none();
    let held = responder.credentials.values().filter(move |_| standing);
    held.filter_map(|credential| {
        let due = Due::Lapse(responder.id, credential.id);
        Some((credential.next_notice_at()?, due))
    })
}

/// When the work that he signed on for ends: shifts that follow each other without a gap are one.
fn end_of_work(board: &Board, responder_id: ResponderId, signed_on_at: Moment) -> Option<Moment> {
    let his = board.shifts.of_from(responder_id, signed_on_at);
    let mut planned = his
        .filter(|shift| shift.state == ShiftState::Published)
        .map(|shift| shift.planned);
    let first = planned.next()?;
    let following = planned.scan(first.end, |ends, window| {
        (window.start <= *ends).then(|| {
            *ends = window.end.max(*ends);
            *ends
        })
    });
    Some(following.last().unwrap_or(first.end))
}

fn of_assignment(assignment: &Assignment) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let id = assignment.id;
    let hold = assignment.held_until.map(|until| (until, Due::Hold(id)));
    let of_members = assignment
        .members
        .iter()
        .enumerate()
        .flat_map(move |(place, member)| of_member(id, place, member));
    of_members.chain(hold)
}

fn of_member(id: AssignmentId, place: usize, member: &Member) -> impl Iterator<Item = (Moment, Due)> + use<> {
    let offer = (member.state == MemberState::Offered)
        .then_some(member.answer_by)
        .flatten()
        .map(|by| (by, Due::Offer(id, place)));
    let check_in = member.safety.next_at.map(|at| (at, Due::CheckIn(id, place)));
    let disposition = member
        .disposition_due_at
        .filter(|_| !member.disposition_overdue)
        .map(|at| (at, Due::Disposition(id, place)));
    offer.into_iter().chain(check_in).chain(disposition)
}

fn of_call(call: &Call) -> Option<(Moment, Due)> {
    if call.state == CallState::Open {
        let at = call.state_since.plus_seconds(UNANSWERED_SECONDS);
        return Some((at, Due::Unanswered(call.id)));
    }
    Some((call.files_at?, Due::CallFiling(call.id)))
}

fn shift_filings(board: &Board, at: Moment) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let begun = board.shifts.begun_before(at.plus_seconds(-Shift::STAYS_SECONDS));
    begun.map(|shift| (shift.files_at(), Due::ShiftFiling(shift.id)))
}

/// A request that nobody decides is over when its shift begins.
fn of_request(request: &ShiftRequest) -> Option<(Moment, Due)> {
    Some((over_at(request)?, Due::RequestOver(request.id)))
}

fn request_filings(board: &Board) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let ended = board.requests.values();
    ended.filter_map(|request| Some((files_at(board, request)?, Due::RequestFiling(request.id))))
}

fn timesheet_filings(board: &Board, at: Moment) -> impl Iterator<Item = (Moment, Due)> + '_ {
    let closed = hours::decide::closed(board, at);
    closed.map(|(files_at, id)| (files_at, Due::TimesheetFiling(id)))
}

/// Meets one deadline of this moment, if what came before it has left it due.
fn meet(draft: &mut Draft<'_>, due: Due, moment: Moment) -> Result<(), Refusal> {
    if !still_due(draft, due) {
        return Ok(());
    }
    match due {
        Due::Offer(id, place) => {
            let assignment = assignment_of(draft, id)?;
            let (call_id, responder_id) = (assignment.call_id, assignment.members[place].responder_id);
            let silent = assignment.members[place].delivered_at.is_none();
            let left = (MemberState::TimedOut, EventKind::OfferTimedOut);
            exit(draft, assignment, place, left, "no_answer", None);
            member::not_again(draft, call_id, responder_id);
            if silent {
                let about = safety::About::member(call_id, id, responder_id);
                safety::raise_alert(draft, AlertKind::DeviceSilent, about);
            }
        }
        Due::Hold(id) => sending::release_held(draft, id)?,
        Due::CheckIn(id, place) => safety::check_in_timer(draft, id, place)?,
        Due::Disposition(id, place) => disposition_overdue(draft, assignment_of(draft, id)?, place),
        Due::Unanswered(id) => {
            let call = super::call_of(draft, id)?;
            sending::wait(draft, call, None);
        }
        Due::Alert(id) => {
            if let Some(alert) = draft.board().alerts.get(&id).cloned() {
                safety::escalate(draft, alert);
            }
        }
        Due::Duty(id) => duty::expire(draft, id, EXPIRED, moment),
        Due::ShiftOver(id) => {
            let ended_at = duty::went_on_until(draft, id, moment);
            duty::expire(draft, id, SHIFT_OVER, ended_at);
        }
        Due::Lapse(id, credential_id) => announce_lapse(draft, id, credential_id),
        Due::Arrival(id) => miss_arrival(draft, id),
        Due::CallFiling(id) => {
            let mut call = super::call_of(draft, id)?;
            call.filed = true;
            put_call(draft, call, EventKind::CallFiled);
        }
        Due::Payroll => payroll::announce_unfetched(draft),
        Due::ShiftFiling(id) => file_shift(draft, id),
        Due::RequestOver(id) => run_out(draft, id)?,
        Due::RequestFiling(id) => file_request(draft, id),
        Due::TimesheetFiling(id) => hours::decide::file(draft, id),
    }
    Ok(())
}

fn still_due(draft: &Draft<'_>, due: Due) -> bool {
    let board = draft.board();
    let listed = |(moment, other): (Moment, Due)| other == due && moment <= draft.at;
    match due {
        Due::Offer(id, _) | Due::Hold(id) | Due::CheckIn(id, _) | Due::Disposition(id, _) => board
            .assignments
            .get(&id)
            .is_some_and(|assignment| of_assignment(assignment).any(listed)),
        Due::Unanswered(id) | Due::CallFiling(id) => {
            board.calls.get(&id).and_then(of_call).is_some_and(listed)
        }
        Due::Alert(id) => board.alerts.contains_key(&id),
        Due::Duty(id) => board.duty.get(&id).is_some_and(|duty| duty.expires_at.is_some()),
        Due::ShiftOver(id) => {
            let duty = board.duty.get(&id);
            duty.is_some_and(|duty| duty.primary != Duty::NotAvailable)
                && board.active_assignment(id).is_none()
        }
        Due::Lapse(id, _) => board
            .responders
            .get(&id)
            .is_some_and(|responder| of_credentials(responder).any(listed)),
        Due::Payroll => payroll::next_due(board).is_some_and(|at| at <= draft.at),
        Due::Arrival(id) => board
            .off_shift
            .get(&id)
            .is_some_and(|said| said.arrival.is_some()),
        Due::ShiftFiling(id) => board.shifts.contains_key(&id),
        Due::RequestOver(id) => board.requests.get(&id).and_then(of_request).is_some_and(listed),
        Due::RequestFiling(id) => board.requests.contains_key(&id),
        Due::TimesheetFiling(id) => board.timesheets.contains_key(&id),
    }
}

fn disposition_overdue(draft: &mut Draft<'_>, mut assignment: Assignment, place: usize) {
    let member = &mut assignment.members[place];
    member.disposition_overdue = true;
    let responder_id = member.responder_id;
    let (call_id, id) = (assignment.call_id, assignment.id);
    let told = Told::as_kind(EventKind::DispositionOverdue);
    put_assignment(draft, assignment, responder_id, told);
    let about = safety::About::member(call_id, id, responder_id);
    safety::raise_alert(draft, AlertKind::DispositionOverdue, about);
}

fn file_shift(draft: &mut Draft<'_>, id: ShiftId) {
    if let Some(mut shift) = draft.board().shifts.get(&id).cloned() {
        shift.filed = true;
        shift.version += 1;
        draft.emit(Happening::new(
            EventKind::ShiftFiled,
            After::Shift(Box::new(shift)),
        ));
    }
}
