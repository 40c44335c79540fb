//! Time off, and leave that ends before its time.

use super::{asked, happening, standing, told, uncovered, unfit};
use crate::board::{Draft, EventKind, Reply};
use crate::refusal::{Reason, Refusal};
use crate::request::command::{EndTimeOff, RequestTimeOff};
use crate::request::{TimeOff, Wish, contradiction};

/// Asks for time off. The answer lists the shifts that it would uncover.
pub fn request_time_off(draft: &mut Draft<'_>, command: &RequestTimeOff) -> Result<Reply, Refusal> {
    let board = draft.board();
    let him = board.on_roster(command.responder_id, "responder_id")?;
    let kinds = &board.policy().leave_kinds;
    let kind = kinds.iter().find(|kind| kind.code == command.leave_kind);
    let Some(kind) = kind else {
        let known: Vec<&str> = kinds.iter().map(|kind| kind.code.as_str()).collect();
        let why = format!("no such kind of leave; the policy knows {}", known.join(", "));
        return Err(Refusal::field(Reason::NotFound, "leave_kind", why));
    };
    if command.until.is_none() && !kind.open_ended {
        let why = "leave of this kind has an end";
        return Err(Refusal::field(Reason::Required, "local_end", why));
    }
    let time_off = TimeOff {
        from: command.from,
        until: command.until,
        zone: command.zone.clone(),
        leave_kind: command.leave_kind.clone(),
        paid: kind.paid,
    };
    let Some(off) = time_off.window() else {
        let why = "time off ends after it starts";
        return Err(Refusal::field(Reason::InvalidWindow, "local_end", why));
    };
    let agency_id = him.agency_id.clone();
    let request = asked(draft, agency_id, command.responder_id, Wish::TimeOff(time_off));
    contradiction::check(draft.board(), &request)?;
    let shifts = uncovered(draft.board(), command.responder_id, &off, draft.at);
    draft.emit(happening(EventKind::ShiftRequested, &request));
    Ok(told(request, shifts))
}

/// Ends a leave now, or takes it away when it has not begun. Shifts that it has uncovered stay open.
pub fn end_time_off(draft: &mut Draft<'_>, command: &EndTimeOff) -> Result<Reply, Refusal> {
    let mut request = standing(draft.board(), command.shift_request_id, command.expected_version)?;
    let leave = request.leave().filter(|leave| leave.end > draft.at);
    let (Some(leave), Wish::TimeOff(time_off)) = (leave, &mut request.wish) else {
        return Err(unfit(&request));
    };
    time_off.until = Some(leave.start.max(draft.at));
    request.version += 1;
    draft.emit(happening(EventKind::TimeOffEnded, &request));
    Ok(told(request, Vec::new()))
}
