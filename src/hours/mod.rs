//! What people have really worked, for payroll.
//!
//! A *timesheet* holds what one responder has worked in one pay period: each time he signs off, what lies behind him is recorded,
//! by shift or beside all. People correct it with a reason, and what stood there stays readable; then it is approved. What a
//! minute counts as (regular, held over, overtime, ...) is worked out from it and from the policy by [`account`], never kept.

pub mod account;
pub mod command;
pub mod decide;
pub mod payroll;
pub mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::board::Reporter;
use crate::id::{AgencyId, ResponderId, ShiftId, TimesheetId};
use crate::moment::{Moment, Window};
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// What one responder has worked in one pay period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timesheet {
    /// Its id.
    pub id: TimesheetId,
    /// Who.
    pub responder_id: ResponderId,
    /// Who employed him then.
    pub agency_id: AgencyId,
    /// The first day of the pay period. Work belongs to the period in which it begins.
    pub first_day: LocalDate,
    /// The day after the last.
    pub end_day: LocalDate,
    /// What he has worked, in the order in which it was recorded.
    pub worked: Vec<Worked>,
    /// Who approved it; none while nobody has.
    pub approval: Option<Approval>,
    /// Counts the changes, from 1.
    pub version: u64,
    /// Long past: kept in the tables, no longer on the board.
    pub filed: bool,
}

/// One time of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    /// Its number on the timesheet, from 1.
    pub number: u32,
    /// As it stands now.
    pub entry: Entry,
    /// The shift; none beside all.
    pub shift_id: Option<ShiftId>,
    /// From here on he was held over.
    pub held_from: Option<Moment>,
    /// What became of it by hand, the earliest first.
    pub corrections: Vec<Correction>,
}

/// A time of work, as it stands or stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it was.
    pub kind: WorkKind,
    /// From when to when.
    pub span: Window,
    /// It counts no longer.
    pub void: bool,
}

/// What a time of work was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WorkKind {
    /// A shift.
    Shift,
    /// Work beside all shifts.
    CallBack,
    /// Standing by: counted apart, and not while he works.
    OnCall,
}

/// A change by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What stood there before; none when nothing did.
    pub was: Option<Entry>,
    /// Why, a code.
    pub reason: Code,
    /// By whom.
    pub by: Reporter,
    /// When.
    pub at: Moment,
}

/// That a timesheet is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// By whom.
    pub by: Reporter,
    /// When.
    pub at: Moment,
}

impl Timesheet {
    /// Whether work that begins on this day belongs to it.
    pub fn covers(&self, day: LocalDate) -> bool {
        self.first_day <= day && day < self.end_day
    }

    /// What counts of it.
    pub fn counting(&self) -> impl Iterator<Item = &Worked> {
        self.worked.iter().filter(|worked| !worked.entry.void)
    }

    fn next_number(&self) -> u32 {
        self.worked.last().map_or(1, |last| last.number + 1)
    }
}
