//! What becomes of requests when the schedule changes.
//!
//! One place for all of it, after every command: whatever a command did to shifts and people, the requests that are bound to
//! them move or are void in the same revision.

use std::collections::BTreeMap;

use super::decide::{happening, outcome, step, voided};
use super::{Bound, ShiftRequest, Step, Wish};
use crate::board::{After, Board, Draft, Event, EventKind};
use crate::id::{ResponderId, ShiftId};
use crate::refusal::Refusal;
use crate::shift::ShiftState;
use crate::triage::Code;

/// What becomes of one request.
enum Fate {
    Stays,
    /// A shift of it has another window.
    Moves(Wish),
    /// What it asked for is no longer there, for this reason.
    Void(&'static str),
}

/// Lets requests follow what this decision has changed so far.
pub fn follow(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let changed = Changed::by(draft);
    if changed.shifts.is_empty() && changed.people.is_empty() {
        return Ok(());
    }
    let pending = draft
        .board()
        .requests
        .values()
        .filter(|request| request.is_pending());
    let concerned: Vec<(ShiftRequest, EventKind)> = pending
        .filter_map(|request| Some((request.clone(), changed.cause(request)?)))
        .collect();
    for (request, cause) in concerned {
        let told = match fate(draft, &request) {
            Fate::Stays => continue,
            Fate::Moves(wish) => {
                let mut moved = step(request, Step::Move)?;
                moved.wish = wish;
                happening(EventKind::RequestMoved, &moved)
            }
            Fate::Void(reason) => voided(draft, request, reason)?,
        };
        draft.emit(told.implied_by(cause));
    }
    Ok(())
}

/// What a decision has changed, and by which kind of event.
#[derive(Default)]
struct Changed {
    shifts: BTreeMap<ShiftId, EventKind>,
    /// Who has left.
    people: BTreeMap<ResponderId, EventKind>,
}

impl Changed {
    fn by(draft: &Draft<'_>) -> Changed {
        let mut changed = Changed::default();
        for event in draft.happened() {
            changed.note(event);
        }
        changed
    }

    fn note(&mut self, event: &Event) {
        match &event.after {
            After::Shift(shift) => {
                self.shifts.entry(shift.id).or_insert(event.kind);
            }
            After::Responder(responder) => {
                let left = responder.retired_at.map(|_| (responder.id, event.kind));
                self.people.extend(left);
            }
            After::Jurisdiction(_)
            | After::Agency(_)
            | After::Area(_)
            | After::Pattern(_)
            | After::Request(_)
            | After::Timesheet(_)
            | After::OnCallList(_)
            | After::OffShift(_)
            | After::Duty(..)
            | After::Call(_)
            | After::Assignment(_)
            | After::Alert(_) => {}
        }
    }

    /// What of it concerns this request.
    fn cause(&self, request: &ShiftRequest) -> Option<EventKind> {
        let bound = request.bound();
        let of_shifts = bound
            .iter()
            .find_map(|(shift, _)| self.shifts.get(&shift.shift_id));
        let of_people = || {
            request
                .parties()
                .iter()
                .find_map(|who| self.people.get(who))
                .copied()
        };
        of_shifts.copied().or_else(of_people)
    }
}

fn fate(draft: &mut Draft<'_>, request: &ShiftRequest) -> Fate {
    if let Some(reason) = why_void(draft.board(), request) {
        return Fate::Void(reason);
    }
    let wish = as_planned(draft.board(), &request.wish);
    if wish == request.wish {
        return Fate::Stays;
    }
    let moved = ShiftRequest {
        wish,
        ..request.clone()
    };
    match outcome(draft, &moved, &Code::new()) {
        Ok(_) => Fate::Moves(moved.wish),
        Err(_) => Fate::Void("does_not_fit"),
    }
}

/// Why what is asked for is no longer there, if it is not.
fn why_void(board: &Board, request: &ShiftRequest) -> Option<&'static str> {
    let has_left = |id: &ResponderId| {
        let who = board.responders.get(id);
        who.is_none_or(|who| who.retired_at.is_some())
    };
    if request.parties().iter().any(has_left) {
        return Some("retired");
    }
    request.bound().into_iter().find_map(|(bound, holder)| {
        let Some(shift) = board.shifts.get(&bound.shift_id) else {
            return Some("over");
        };
        if shift.state == ShiftState::Cancelled {
            Some("shift_cancelled")
        } else if shift.responder_id != holder {
            Some(if holder.is_none() {
                "shift_taken"
            } else {
                "shift_lost"
            })
        } else {
            None
        }
    })
}

/// The wish with its shifts where they are planned now. What the other has accepted were other times.
fn as_planned(board: &Board, wish: &Wish) -> Wish {
    let planned = |bound: &Bound| {
        board
            .shifts
            .get(&bound.shift_id)
            .map_or_else(|| bound.clone(), Bound::to)
    };
    let mut now = wish.clone();
    match &mut now {
        Wish::SignUp(shift) => *shift = planned(shift),
        Wish::Swap(swap) => {
            let (given, returned) = (planned(&swap.given), swap.returned.as_ref().map(planned));
            if (&given, &returned) != (&swap.given, &swap.returned) {
                (swap.given, swap.returned, swap.accepted) = (given, returned, None);
            }
        }
        Wish::TimeOff(_) => {}
    }
    now
}
