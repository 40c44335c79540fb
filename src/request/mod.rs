//! What people ask of the schedule, and what becomes of it: to work an open shift, to swap shifts, to have time off.
//!
//! A request is bound to its shifts, not to times: when a shift moves, the request moves with it, and when a shift is no
//! longer what was asked for, the request is void and says why. That is decided in one place, after every command
//! ([`follow`]), so no change of a shift can forget it. Nothing is promised by asking: whoever decides judges
//! the schedule as it stands then, and what is approved changes it in the same revision.
//!
//! Time off that is approved is a leave: whoever has it is put on no shift meanwhile. It is a plan like any other: who signs
//! on all the same is there.

pub mod command;
mod contradiction;
pub mod decide;
mod following;
mod lifecycle;
mod partners;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use following::follow;
pub use lifecycle::{RequestState, Step, next};
pub use partners::{Partner, partners};

use crate::board::{Board, Reporter};
use crate::id::{AgencyId, ResponderId, ShiftId, ShiftRequestId};
use crate::moment::{Moment, Window};
use crate::shift::Shift;
use crate::triage::Code;

/// What somebody asks of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRequest {
    /// Its id.
    pub id: ShiftRequestId,
    /// The agency whose schedule it is about.
    pub agency_id: AgencyId,
    /// Who asks.
    pub responder_id: ResponderId,
    /// What for.
    pub wish: Wish,
    /// Where it stands.
    pub state: RequestState,
    /// When it was asked.
    pub requested_at: Moment,
    /// Who says so, and how.
    pub requested_by: Reporter,
    /// How it ended; none while it is pending.
    pub ended: Option<Ending>,
    /// Counts the changes, from 1.
    pub version: u64,
    /// Long over: kept in the tables, no longer on the board.
    pub filed: bool,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// To work an open shift.
    SignUp(Bound),
    /// To give a shift to a colleague, for one of his or for nothing.
    Swap(Swap),
    /// Not to work.
    TimeOff(TimeOff),
}

/// A shift for a shift, or for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// What he gives.
    pub given: Bound,
    /// To whom.
    pub to: ResponderId,
    /// What he gets for it, if anything.
    pub returned: Option<Bound>,
    /// That the other has said yes, to these times.
    pub accepted: Option<Acceptance>,
}

/// That somebody has said yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// When.
    pub at: Moment,
    /// Who says so, and how.
    pub by: Reporter,
}

/// Time off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOff {
    /// The first moment of it.
    pub from: Moment,
    /// The first moment after it; none: until further notice.
    pub until: Option<Moment>,
    /// The zone it was entered in, an IANA name.
    pub zone: String,
    /// The kind of leave, a code of the policy.
    pub leave_kind: Code,
    /// Whether it is paid, by the policy when it was asked for.
    pub paid: bool,
}

/// A shift that a request is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The shift.
    pub shift_id: ShiftId,
    /// When it is, as the request knows: it follows when the shift moves.
    pub planned: Window,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When.
    pub at: Moment,
    /// By whom, and how.
    pub by: Reporter,
    /// Why, a code; empty when nobody said.
    pub reason: Code,
}

impl ShiftRequest {
    /// Whether somebody still has to say something.
    pub fn is_pending(&self) -> bool {
        self.state.is_pending()
    }

    /// The shifts that it is bound to, and who has to work each for it to make sense; of an open one nobody.
    pub fn bound(&self) -> Vec<(&Bound, Option<ResponderId>)> {
        match &self.wish {
            Wish::SignUp(shift) => vec![(shift, None)],
            Wish::Swap(swap) => {
                let given = (&swap.given, Some(self.responder_id));
                let returned = swap.returned.iter().map(|shift| (shift, Some(swap.to)));
                std::iter::once(given).chain(returned).collect()
            }
            Wish::TimeOff(_) => Vec::new(),
        }
    }

    /// With whom he would swap.
    pub fn partner(&self) -> Option<ResponderId> {
        match &self.wish {
            Wish::Swap(swap) => Some(swap.to),
            Wish::SignUp(_) | Wish::TimeOff(_) => None,
        }
    }

    /// Whom it concerns: who asks, and with whom he would swap.
    pub fn parties(&self) -> BTreeSet<ResponderId> {
        self.partner().into_iter().chain([self.responder_id]).collect()
    }

    /// When he would not work.
    pub fn off(&self) -> Option<Window> {
        match &self.wish {
            Wish::TimeOff(time_off) => time_off.window(),
            Wish::SignUp(_) | Wish::Swap(_) => None,
        }
    }

    /// When he is on leave by it.
    pub fn leave(&self) -> Option<Window> {
        self.off().filter(|_| self.state == RequestState::Approved)
    }
}

impl TimeOff {
    /// From when to when; none when nothing is left of it.
    pub fn window(&self) -> Option<Window> {
        let end = self.until.unwrap_or(Moment::LAST);
        (self.from < end).then_some(Window {
            start: self.from,
            end,
        })
    }
}

impl Bound {
    /// To this shift, as it stands.
    pub fn to(shift: &Shift) -> Bound {
        Bound {
            shift_id: shift.id,
            planned: shift.planned,
        }
    }
}

impl Board {
    /// The leave that he has in this window, if any.
    pub fn leave_of(&self, responder_id: ResponderId, window: &Window) -> Option<&ShiftRequest> {
        let mut on_leave = self.on_leave(*window);
        on_leave.find(|request| request.responder_id == responder_id)
    }

    /// The leaves that share a moment with this window.
    pub fn on_leave(&self, window: Window) -> impl Iterator<Item = &ShiftRequest> {
        let meanwhile = move |leave: Window| leave.overlaps(&window);
        self.requests
            .values()
            .filter(move |request| request.leave().is_some_and(meanwhile))
    }
}
