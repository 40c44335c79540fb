//! When they work: shifts as windows, and the civil times they are entered in.

pub mod civil;
pub mod command;
pub mod date;
pub mod decide;
pub mod pattern;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::{ExternalReference, Reporter};
use crate::id::{AgencyId, AreaId, PatternId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use date::LocalDate;

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
    /// When it really began.
    pub actual_start: Option<Moment>,
    /// When it really ended.
    pub actual_end: Option<Moment>,
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
    /// Who works it at this moment, if it is published and somebody does.
    pub fn on_duty_at(&self, at: Moment) -> Option<ResponderId> {
        let counts = self.state == ShiftState::Published && self.planned.contains(at);
        self.responder_id.filter(|_| counts)
    }
}
