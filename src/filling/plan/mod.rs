//! The roster of a board as a problem: its open shifts of a period are places, its responders people, and what they work
//! already stands. The one place where what HR keeps meets the search; whoever adds a reason why somebody cannot work adds
//! it to `Gathering::unfit`, and a limit of work to `rules::limits`.
//!
//! The shifts of four weeks before and after the period are read too, and stay: rest, hours and nights reach over its
//! edges, and a fair share is a share of all of it.

mod calendar;
mod gathering;
mod habits;
mod outcome;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use outcome::{Outcome, ShiftOutcome, Stopped};

use super::problem::{Fault, Problem};
use super::{Go, Progress, Suggestion, appraise, propose, suggest};
use crate::board::Board;
use crate::id::{AgencyId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::shift::Shift;
use crate::shift::date::LocalDate;
use calendar::Calendar;
use gathering::Gathering;

/// How many shifts are planned at once at most.
pub const MOST_SHIFTS: usize = 5_000;
/// The search is the same for the same roster.
const SEED: u64 = 1;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Shifts that start in it.
    pub period: Window,
    /// Of this agency; none means all.
    pub agency_id: Option<AgencyId>,
    /// Shifts that stay as they are.
    pub pinned: BTreeSet<ShiftId>,
    /// What people would like.
    pub preferences: Vec<Preference>,
    /// What the soft rules weigh.
    pub costs: Costs,
}

/// What somebody would like about a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// Who.
    pub responder_id: ResponderId,
    /// The day, by the jurisdiction's clock.
    pub date: LocalDate,
    /// Whether he would like to work then, or not to.
    pub to_work: bool,
}

/// What the soft rules weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// A shift that stays open.
    pub open: u32,
    /// A planned shift that is taken from somebody.
    pub change: u32,
    /// The first night beyond a fair share.
    pub night: u32,
    /// The first weekend beyond a fair share.
    pub weekend: u32,
    /// A shift without the one he works with by habit.
    pub apart: u32,
    /// A preference that is not met.
    pub preference: u32,
}

impl Default for Costs {
    fn default() -> Costs {
        Costs {
            open: 1_000,
            change: 50,
            night: 5,
            weekend: 5,
            apart: 4,
            preference: 10,
        }
    }
}

/// A problem, and whom and what its indexes mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    problem: Problem,
    shifts: Vec<Shift>,
    responder_ids: Vec<ResponderId>,
}

impl Plan {
    /// Of the shifts that are asked about and have not begun; none where the calendar ends.
    pub fn of(board: &Board, asked: &Asked, at: Moment) -> Option<Plan> {
        let calendar = Calendar::around(&asked.period, &board.jurisdiction.zone)?;
        let gathering = Gathering {
            board,
            asked,
            at,
            calendar,
        };
        Some(gathering.gathered())
    }

    /// Of one open shift.
    pub fn of_shift(board: &Board, shift: &Shift, costs: Costs, at: Moment) -> Option<Plan> {
        let asked = Asked {
            period: Window {
                start: shift.planned.start,
                end: shift.planned.start.plus_seconds(1),
            },
            agency_id: Some(shift.agency_id.clone()),
            pinned: BTreeSet::new(),
            preferences: Vec::new(),
            costs,
        };
        let mut plan = Plan::of(board, &asked, at)?;
        for (place, one) in plan.problem.places.iter_mut().zip(&plan.shifts) {
            place.fixed |= one.id != shift.id;
        }
        Some(plan)
    }

    /// How many shifts there are to plan.
    pub fn shift_count(&self) -> usize {
        let places = self.problem.places.iter();
        places.filter(|place| !place.fixed).count()
    }

    /// Looks for the best roster until the watch says stop.
    ///
    /// # Errors
    /// A [`Fault`] of the problem: one of ours.
    pub fn proposed(&self, watch: &mut dyn FnMut(&Progress) -> Go) -> Result<Outcome, Fault> {
        let standing = appraise(&self.problem)?;
        let proposal = propose(&self.problem, SEED, watch)?;
        Ok(self.outcome(&proposal, &standing))
    }

    /// Who could take this shift.
    ///
    /// # Errors
    /// A [`Fault`] of the problem, or that it is none of its shifts.
    pub fn suggested(&self, shift_id: ShiftId) -> Result<Suggestion, Fault> {
        let place = self.shifts.iter().position(|shift| shift.id == shift_id);
        suggest(&self.problem, place.unwrap_or(usize::MAX))
    }
}
