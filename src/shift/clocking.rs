//! When shifts really begin and end: whoever works one signs on and off.
//!
//! A break is a part of the shift: it runs from the first signing on to the last signing off. What lies beside all shifts is
//! of none. Early and late are shown and never refused.

use std::collections::BTreeSet;

use super::{Shift, ShiftState};
use crate::board::{After, Board, Draft, EventKind, Flag, Happening};
use crate::id::{ResponderId, ShiftId};
use crate::moment::{Moment, Window};

/// A stretch of duty: in a shift, or beside all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The shift; none beside all.
    pub shift_id: Option<ShiftId>,
    /// From when to when.
    pub span: Window,
}

/// He has signed on: the shift that he is on now, or that begins soon enough, has begun, or goes on after a break.
pub fn signed_on(draft: &mut Draft<'_>, responder_id: ResponderId, at: Moment) {
    let early = i64::from(draft.board().policy().early_sign_on_seconds);
    let soon = Window {
        end: Window::at(at.plus_seconds(early)).end,
        ..Window::at(at)
    };
    let begins = published_of(draft.board(), responder_id, soon).next().cloned();
    let Some(mut shift) = begins else { return };
    let mut flags = BTreeSet::new();
    if shift.actual_start.is_none() {
        shift.actual_start = Some(at);
        flags = unpunctual(draft.board(), shift.planned.start, at);
    } else if shift.actual_end.take().is_none() {
        return;
    }
    note(draft, shift, responder_id, flags);
}

/// He has signed off after this time of duty: each shift in it has ended, for now. Gives what he worked.
pub fn signed_off(draft: &mut Draft<'_>, responder_id: ResponderId, on: Window) -> Vec<Stretch> {
    let found = stretches(draft.board(), responder_id, on);
    for Stretch { shift_id, span } in &found {
        let worked = shift_id.and_then(|id| draft.board().shifts.get(&id)).cloned();
        let Some(mut shift) = worked else { continue };
        shift.actual_start = shift.actual_start.or(Some(span.start));
        shift.actual_end = Some(span.end);
        let flags = unpunctual(draft.board(), shift.planned.end, span.end);
        note(draft, shift, responder_id, flags);
    }
    found
}

/// A time of duty, cut into his shifts and what lies beside them. A shift takes what was early by little; what goes on beyond
/// its end is a part of it, up to the next one's start. Nothing is lost and nothing comes twice.
pub fn stretches(board: &Board, responder_id: ResponderId, on: Window) -> Vec<Stretch> {
    let early = i64::from(board.policy().early_sign_on_seconds);
    let around = Window {
        end: on.end.plus_seconds(early),
        ..on
    };
    let mut shifts = published_of(board, responder_id, around).peekable();
    let mut found = Vec::new();
    let mut from = on.start;
    while let Some(shift) = shifts.next() {
        let start = if from.plus_seconds(early) < shift.planned.start {
            shift.planned.start.min(on.end)
        } else {
            from
        };
        let next = shifts.peek().map(|next| next.planned.start);
        let end = next.map_or(on.end, |next| next.clamp(start, on.end));
        for (shift_id, span) in [
            (
                None,
                Window {
                    start: from,
                    end: start,
                },
            ),
            (Some(shift.id), Window { start, end }),
        ] {
            if span.start < span.end {
                found.push(Stretch { shift_id, span });
            }
        }
        from = end;
    }
    if from < on.end {
        found.push(Stretch {
            shift_id: None,
            span: Window { start: from, ..on },
        });
    }
    found
}

/// His shifts in force that share a moment with a window, by start.
fn published_of(board: &Board, responder_id: ResponderId, window: Window) -> impl Iterator<Item = &Shift> {
    let his = board.shifts.of(responder_id, window);
    his.filter(|shift| shift.state == ShiftState::Published)
}

fn unpunctual(board: &Board, planned: Moment, at: Moment) -> BTreeSet<Flag> {
    let punctual = i64::from(board.policy().punctual_seconds);
    let flag = if at < planned.plus_seconds(-punctual) {
        Some(Flag::Early)
    } else if planned.plus_seconds(punctual) < at {
        Some(Flag::Late)
    } else {
        None
    };
    flag.into_iter().collect()
}

fn note(draft: &mut Draft<'_>, mut shift: Shift, responder_id: ResponderId, flags: BTreeSet<Flag>) {
    shift.version += 1;
    let clocked = Happening::new(EventKind::ShiftClocked, After::Shift(Box::new(shift)));
    draft.emit(clocked.to(responder_id).flagged(flags));
}
