//! Signing up for an open shift.

use super::{asked, happening, outcome, told};
use crate::board::{Draft, EventKind, Reply};
use crate::refusal::Refusal;
use crate::request::command::SignUpForShift;
use crate::request::{Bound, Wish, contradiction};
use crate::shift::decide::shift_of;
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// Asks to work an open shift.
pub fn sign_up_for_shift(draft: &mut Draft<'_>, command: &SignUpForShift) -> Result<Reply, Refusal> {
    let shift = shift_of(draft, command.shift_id, command.expected_version)?;
    if !shift.is_open_at(draft.at) {
        let (state, told) = why_not_open(&shift);
        return Err(Refusal::state(told, state));
    }
    let wish = Wish::SignUp(Bound::to(&shift));
    let request = asked(draft, shift.agency_id, command.responder_id, wish);
    outcome(draft, &request, &Code::new())?;
    contradiction::check(draft.board(), &request)?;
    draft.emit(happening(EventKind::ShiftRequested, &request));
    Ok(told(request, Vec::new()))
}

fn why_not_open(shift: &Shift) -> (&'static str, &'static str) {
    match (shift.state, shift.responder_id) {
        (ShiftState::Draft, _) => ("DRAFT", "the shift is a draft; nobody signs up for it yet"),
        (ShiftState::Cancelled, _) => ("CANCELLED", "the shift is cancelled"),
        (ShiftState::Published, Some(_)) => ("TAKEN", "somebody works the shift already"),
        (ShiftState::Published, None) => ("BEGUN", "the shift has begun; ask whoever plans it"),
    }
}
