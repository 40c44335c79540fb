//! What a request would make of the schedule.

use crate::board::{Board, Draft};
use crate::id::{ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::request::{ShiftRequest, Wish};
use crate::shift::call_back::discipline_of;
use crate::shift::handing::{Handing, judge};
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// The shifts as they would be, if all of it can be done as the schedule stands.
pub(in crate::request) fn outcome(
    draft: &mut Draft<'_>,
    request: &ShiftRequest,
    word: &Code,
) -> Result<Vec<Handing>, Refusal> {
    let board = draft.board();
    let him = request.responder_id;
    let passing = match &request.wish {
        Wish::SignUp(shift) => vec![(shift_of(board, shift.shift_id)?, Some(him))],
        Wish::Swap(swap) => {
            let given = (shift_of(board, swap.given.shift_id)?, Some(swap.to));
            let mut passing = vec![given];
            if let Some(returned) = &swap.returned {
                passing.push((shift_of(board, returned.shift_id)?, Some(him)));
            }
            passing
        }
        Wish::TimeOff(_) => {
            let off = request.off();
            let shifts = off
                .map(|off| uncovered(board, him, &off, draft.at))
                .unwrap_or_default();
            shifts.into_iter().map(|shift| (shift, None)).collect()
        }
    };
    let of_their_discipline = passing
        .iter()
        .try_for_each(|(shift, to)| check_discipline(board, shift, *to));
    let judged = judge(draft, passing, word)?;
    of_their_discipline?;
    let eligible = judged.into_iter().map(|handing| handing.asked_for(word));
    eligible.collect()
}

/// Nobody asks for work of another discipline than his own.
fn check_discipline(board: &Board, shift: &Shift, to: Option<ResponderId>) -> Result<(), Refusal> {
    let asking = to.and_then(|id| board.responders.get(&id));
    let other = discipline_of(board, shift)
        .filter(|needed| asking.is_some_and(|responder| responder.discipline != *needed));
    other.map_or(Ok(()), |needed| {
        let why = format!("the shift is for the discipline {needed}");
        Err(Refusal::field(Reason::NotQualified, "responder_id", why)
            .with("qualification", needed)
            .with("shift_id", shift.id))
    })
}

/// His shifts that nobody would work while he is off, by start. What has begun is left alone.
pub fn uncovered(board: &Board, responder_id: ResponderId, off: &Window, at: Moment) -> Vec<Shift> {
    let his = board.shifts.of(responder_id, *off);
    his.filter(|shift| shift.state != ShiftState::Cancelled && shift.planned.start > at)
        .cloned()
        .collect()
}

fn shift_of(board: &Board, id: ShiftId) -> Result<Shift, Refusal> {
    let shift = board.shifts.get(&id).cloned();
    shift.ok_or_else(|| Refusal::not_found("shift", id))
}
