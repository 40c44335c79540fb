//! Somebody cannot work a shift that was his: it is open at once.

use super::duty;
use crate::board::{Draft, EventKind, Reply};
use crate::refusal::Refusal;
use crate::shift::call_back::call_backs;
use crate::shift::command::ReportSick;
use crate::shift::decide::{put, state_refusal, tell_lost};
use crate::shift::{Absence, Shift, ShiftState};

/// Opens a shift whose responder calls in, and says who could be called back. He is signed off if he was on for it. Said again
/// it changes nothing.
pub fn report_sick(draft: &mut Draft<'_>, command: &ReportSick) -> Result<Reply, Refusal> {
    let responder_id = command.responder_id;
    let standing = |draft: &Draft<'_>| {
        let shift = draft.board().shifts.get(&command.shift_id).cloned();
        shift.ok_or_else(|| Refusal::not_found("shift", command.shift_id))
    };
    let shift = standing(draft)?;
    if shift.responder_id != Some(responder_id) {
        let told_before = shift.absences.iter().any(|one| one.responder_id == responder_id);
        return if told_before {
            Ok(uncovered(draft, shift))
        } else {
            Err(Refusal::not_found("shift", command.shift_id))
        };
    }
    if shift.state != ShiftState::Published {
        return Err(state_refusal(&shift));
    }
    if shift.planned.end <= draft.at {
        return Err(Refusal::state("the shift is over", "OVER"));
    }
    let kind = EventKind::ShiftUncovered;
    if shift.actual_start.is_some() {
        duty::leaves(draft, responder_id, &command.kind, kind);
    }
    let mut shift = standing(draft)?;
    shift.absences.push(Absence {
        responder_id,
        kind: command.kind.clone(),
        by: draft.reporter.clone(),
        at: draft.occurred_at().0,
    });
    shift.pass_to(None);
    shift.override_reason.clear();
    shift.version += 1;
    put(draft, kind, shift.clone(), None);
    tell_lost(draft, responder_id, shift.clone(), kind);
    Ok(uncovered(draft, shift))
}

fn uncovered(draft: &Draft<'_>, shift: Shift) -> Reply {
    let could = call_backs(draft.board(), &shift, draft.at);
    Reply::Uncovered(Box::new(shift), could.could)
}
