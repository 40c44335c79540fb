//! When they work: shifts as windows, and the civil times they are entered in.

pub mod call_back;
pub mod civil;
pub mod clocking;
pub mod command;
pub mod date;
pub mod decide;
pub(crate) mod handing;
pub mod on_call;
pub mod pattern;
pub mod rules;
pub(crate) mod staffing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::{ExternalReference, Reporter};
use crate::id::{AgencyId, AreaId, PatternId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::triage::Code;
use date::LocalDate;

/// How many qualifications a shift may require.
pub const MOST_REQUIRED: usize = 20;

/// A planned stretch of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// The agency that plans it.
    pub agency_id: AgencyId,
    /// Who works it; none for an open shift.
    pub responder_id: Option<ResponderId>,
    /// Only published shifts count.
    pub state: ShiftState,
    /// The planned window.
    pub planned: Window,
    /// The zone it was entered in, an IANA name.
    pub zone: String,
    /// The area it is for; none means the responder's own.
    pub area_id: Option<AreaId>,
    /// What whoever works it must be qualified for throughout, beside what the policy requires.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub required_qualifications: BTreeSet<Code>,
    /// Why he works it although he is not qualified throughout, or a rule of work is broken; empty when nothing was
    /// overridden.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub override_reason: Code,
    /// When it really began.
    pub actual_start: Option<Moment>,
    /// When it really ended.
    pub actual_end: Option<Moment>,
    /// Why its end lies beyond the one that was planned; none while nobody was held over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_over: Option<HeldOver>,
    /// Who called in that he cannot work it, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// Its names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// The place of a pattern that it was made for; none when it was planned by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who has said that its responder knows of it, since it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
    /// Counts the changes, from 1.
    pub version: u64,
    /// Long past: kept in the tables, no longer on the board.
    pub filed: bool,
}

/// Where a shift comes from: one place of a pattern on one date. No two shifts have the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The pattern.
    pub pattern_id: PatternId,
    /// The date on which it begins by the pattern, whatever it has become since.
    pub date: LocalDate,
    /// The place, from 0.
    pub place: u32,
    /// As the last publication made it: what differs from it was changed by hand.
    pub made: Made,
}

/// What a publication makes of a shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// From when to when.
    pub planned: Window,
    /// Who works it; none for an open shift.
    pub responder_id: Option<ResponderId>,
    /// The area it is for.
    pub area_id: Option<AreaId>,
    /// What whoever works it must be qualified for throughout.
    pub required_qualifications: BTreeSet<Code>,
    /// The pattern no longer has it.
    pub withdrawn: bool,
}

/// That the responder of a shift knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// When he said so.
    pub at: Moment,
    /// Who says so, and how.
    pub by: Reporter,
}

/// That whoever works a shift stays beyond its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldOver {
    /// The end that was planned before.
    pub from: Moment,
    /// Why, a code.
    pub reason: Code,
    /// By whom.
    pub by: Reporter,
    /// When that was said.
    pub at: Moment,
}

/// That somebody cannot work a shift that was his.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Who.
    pub responder_id: ResponderId,
    /// What kind of absence it is, a code such as `sick`.
    pub kind: Code,
    /// Who said so, and how.
    pub by: Reporter,
    /// When.
    pub at: Moment,
}

/// Where a shift stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ShiftState {
    /// Planned, seen by HR alone.
    Draft,
    /// In force.
    Published,
    /// Withdrawn.
    Cancelled,
}

impl Shift {
    /// How long a shift that is over stays on the board, seconds: 35 days. The rules of work look at four weeks, and at the
    /// weekends of the weeks in which those begin.
    pub const STAYS_SECONDS: i64 = (28 + 7) * 86_400;

    /// When it leaves the board; it stays in the tables.
    pub fn files_at(&self) -> Moment {
        self.planned.end.plus_seconds(Shift::STAYS_SECONDS)
    }

    /// Who works it at this moment, if it is published and somebody does.
    pub fn on_duty_at(&self, at: Moment) -> Option<ResponderId> {
        let counts = self.state == ShiftState::Published && self.planned.contains(at);
        self.responder_id.filter(|_| counts)
    }

    /// Whether somebody can still ask for it: in force, with nobody on it, and not begun.
    pub fn is_open_at(&self, at: Moment) -> bool {
        self.state == ShiftState::Published && self.responder_id.is_none() && at < self.planned.start
    }

    /// It is somebody else's from now on, or nobody's: what was known of whoever worked it no longer holds of it.
    pub fn pass_to(&mut self, responder_id: Option<ResponderId>) {
        if self.responder_id != responder_id {
            (self.actual_start, self.actual_end) = (None, None);
            self.held_over = None;
        }
        self.responder_id = responder_id;
        self.acknowledged = None;
    }
}
