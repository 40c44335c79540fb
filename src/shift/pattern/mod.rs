//! Patterns: shifts that come again, in dates on the calendar and times on the wall clock.
//!
//! A pattern has *phases*: from its first date on, each says on which dates there is work (its [`Cadence`]) and what is to
//! be manned then (its [`Post`]). An edit of "this and later" begins a phase, one of "this one" leaves an *exception*
//! for that date. The pattern stays one and the same thing, so that an occurrence has one name for ever: pattern, date and
//! place.
//!
//! # Rules
//!
//! A cadence is a rotation (a cycle of days, and which of them are worked) or a rule in this part of RFC 5545:
//!
//! ```text
//! rule     = ["RRULE:"] part *(";" part)      in any case; FREQ comes once, no part comes twice
//! part     = "FREQ=" ("DAILY" / "WEEKLY" / "MONTHLY" / "YEARLY")
//!          / "INTERVAL=" 1..366
//!          / "COUNT=" 1..9999                 counted from the first date, dates taken out included
//!          / "UNTIL=" YYYYMMDD                a date, itself included; not together with COUNT
//!          / "BYDAY=" day *("," day)
//!          / "BYMONTHDAY=" monthday *("," monthday)   1..31 or -31..-1 from the end; not with WEEKLY
//!          / "BYMONTH=" 1..12 *("," 1..12)
//!          / "WKST=" weekday
//! day      = [ordinal] weekday                either every day has an ordinal or none has; ordinals only with
//!                                             MONTHLY, and with YEARLY beside BYMONTH: of that month
//! ordinal  = 1..5 / -5..-1
//! weekday  = "MO" / "TU" / "WE" / "TH" / "FR" / "SA" / "SU"
//! ```
//!
//! What a rule leaves open its first date says, as in RFC 5545: weekday, day of the month, month. The first date itself
//! is an occurrence only if the rule says so. Every other part of RFC 5545 is refused by its name.
//!
//! # Bounds
//!
//! Dates lie between 1970 and 2100, so an expansion looks at 47,847 dates at most, and never beyond the period that was
//! asked for; a publication spans at most [`MOST_DAYS`] days, with at most [`MOST_PLACES`] places on each, and changes
//! at most [`MOST_CHANGES`] shifts.
//!
//! # Wall clock and time
//!
//! Start and end are read on the wall clock, also when a duration is given: eight hours from 22:00 end when clocks show
//! 06:00. A time that clocks skip is the first moment after the gap, one that comes twice the first of the two. So
//! 14-22, 22-06 and 06-14 touch on every day of every zone; the night in which clocks change has 7 or 9 hours. A shift
//! that lies in a gap as a whole is none.

mod cadence;
pub mod command;
pub mod decide;
mod edit;
mod post;
mod publication;
mod rule;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use cadence::{Cadence, Recurrence, Rotation};
pub use post::Post;
pub use publication::{Before, Change, Publication, ShiftChange, publish_pattern};
pub use rule::{Rule, RuleFault};

use super::civil::CivilFault;
use super::date::LocalDate;
use crate::id::{AgencyId, PatternId};
use crate::moment::{Moment, Window};
use crate::triage::Code;

/// How many days one publication spans at most.
pub const MOST_DAYS: i64 = 400;
/// How many places a post has at most.
pub const MOST_PLACES: usize = 50;
/// How many shifts one publication changes at most.
pub const MOST_CHANGES: usize = 1_000;
/// How many dates are put in or taken out at most, each.
pub const MOST_DATES: usize = 500;
/// How long a cycle, or a turn, is at most, days.
pub const LONGEST_CYCLE: u32 = 366;
/// How long a turn is when nobody says, days.
pub const USUAL_TURN_DAYS: u32 = 7;
/// How many phases and exceptions a pattern has at most, each.
pub const MOST_PARTS: usize = 200;

/// Shifts that come again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Its id.
    pub id: PatternId,
    /// The agency that plans it.
    pub agency_id: AgencyId,
    /// Its name.
    pub name: String,
    /// The discipline of those who work it.
    pub discipline: Code,
    /// The zone of its wall clock, an IANA name.
    pub zone: String,
    /// What holds from which date on, in order. Never empty; the first holds from the beginning.
    pub phases: Vec<Phase>,
    /// What holds on single dates instead.
    pub exceptions: BTreeMap<LocalDate, Post>,
    /// When it was retired: it has no occurrences since.
    pub retired_at: Option<Moment>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A stretch of a pattern's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The first date for which it holds.
    pub first_on: LocalDate,
    /// On which dates there is work.
    pub cadence: Cadence,
    /// What is to be manned then.
    pub post: Post,
}

/// One day's work of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence<'p> {
    /// The date on which it begins, on the wall clock.
    pub date: LocalDate,
    /// From when to when.
    pub window: Window,
    /// What is to be manned.
    pub post: &'p Post,
    /// The date from which the turns of its places are counted.
    pub turns_from: LocalDate,
}

impl Pattern {
    /// What is worked on the dates from `from` to `to`, both included; nothing once it is retired.
    pub fn occurrences(&self, from: LocalDate, to: LocalDate) -> Result<Vec<Occurrence<'_>>, CivilFault> {
        if self.retired_at.is_some() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for (place, phase) in self.phases.iter().enumerate() {
            let first = if place == 0 {
                from
            } else {
                from.max(phase.first_on)
            };
            let next = self.phases.get(place + 1);
            let last = next.map_or(Some(to), |next| next.first_on.plus_days(-1));
            let Some(last) = last else { continue };
            for date in phase.cadence.dates(first, last.min(to)) {
                let post = self.exceptions.get(&date).unwrap_or(&phase.post);
                let window = post.window(date, &self.zone)?;
                if window.start < window.end {
                    found.push(Occurrence {
                        date,
                        window,
                        post,
                        turns_from: phase.cadence.starts_on,
                    });
                }
            }
        }
        Ok(found)
    }

    /// The phase that holds on this date.
    pub fn phase_on(&self, date: LocalDate) -> &Phase {
        let later = self.phases.iter().rev().find(|phase| phase.first_on <= date);
        later.unwrap_or(&self.phases[0])
    }

    /// Whether the cadence has this date.
    pub fn recurs_on(&self, date: LocalDate) -> bool {
        !self.phase_on(date).cadence.dates(date, date).is_empty()
    }
}
