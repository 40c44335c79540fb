//! Whoever works a shift stays beyond its end: a supervisor's word.

use super::duty;
use crate::board::{Draft, EventKind, Reply};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::shift::command::HoldOver;
use crate::shift::decide::{check_overlap, shift_of, staff, state_refusal, window_fault};
use crate::shift::staffing::Staffing;
use crate::shift::{HeldOver, ShiftState};

/// Moves the end of a shift in force for whoever works it, and with it the end of his duty, so that a match sees him.
pub fn hold_over(draft: &mut Draft<'_>, command: &HoldOver) -> Result<Reply, Refusal> {
    let mut shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if shift.state != ShiftState::Published {
        return Err(state_refusal(&shift));
    }
    let Some(responder_id) = shift.responder_id else {
        return Err(Refusal::state("nobody works this shift", "OPEN"));
    };
    let was = shift.planned;
    let until = command.until;
    if until <= was.end.max(draft.at) {
        let told = "a later end than the shift has now, in the future";
        return Err(Refusal::field(Reason::InvalidTime, "until", told));
    }
    shift.planned.end = until;
    if let Some(told) = window_fault(&shift.planned) {
        return Err(Refusal::field(Reason::InvalidWindow, "until", told));
    }
    check_overlap(draft.board(), &shift, |state| state != ShiftState::Cancelled)?;
    let from = shift.held_over.take().map_or(was.end, |before| before.from);
    shift.held_over = Some(HeldOver {
        from,
        reason: command.reason.clone(),
        by: draft.reporter.clone(),
        at: draft.at,
    });
    shift.acknowledged = None;
    shift.version += 1;
    let kind = EventKind::ShiftHeldOver;
    // A supervisor's word already: what it breaks is told.
    let staffing = Staffing::of(draft, &shift);
    staff(draft, kind, &shift, Some(responder_id), &staffing, None);
    let extension = Window {
        start: was.end,
        end: until,
    };
    duty::stays_on(draft, responder_id, &extension, kind);
    Ok(staffing.reply(shift))
}
