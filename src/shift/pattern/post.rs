//! What is to be manned on each date of a pattern.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{AreaId, ResponderId};
use crate::moment::Window;
use crate::shift::civil::{CivilFault, nearest};
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// What is to be manned: from when to when, where, by how many and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// When it begins, minutes after midnight on the wall clock.
    pub start_minute: u32,
    /// How long it is, minutes on the wall clock.
    pub length_minutes: u32,
    /// The area it is for; none means each responder's own.
    pub area_id: Option<AreaId>,
    /// What each who works it must be qualified for.
    pub required_qualifications: BTreeSet<Code>,
    /// With fewer it is not manned.
    pub minimum: u32,
    /// How many are wanted: so many places it has.
    pub wanted: u32,
    /// Who takes each place, in turn; a place with nobody, or beyond the list, is open.
    pub places: Vec<Vec<ResponderId>>,
    /// After how many days it is the next one's turn.
    pub turn_days: u32,
}

impl Post {
    /// From when to when on this date. Empty where clocks skip all of it.
    pub fn window(&self, date: LocalDate, zone: &str) -> Result<Window, CivilFault> {
        let end = self.start_minute.saturating_add(self.length_minutes);
        Ok(Window {
            start: nearest(date, self.start_minute, zone)?,
            end: nearest(date, end, zone)?,
        })
    }

    /// Whose turn it is at a place on this date.
    pub fn on_turn(&self, place: u32, turns_from: LocalDate, date: LocalDate) -> Option<ResponderId> {
        let list = self.places.get(usize::try_from(place).ok()?)?;
        let turns = turns_from
            .days_until(date)
            .div_euclid(i64::from(self.turn_days.max(1)));
        let length = i64::try_from(list.len()).ok().filter(|length| *length > 0)?;
        list.get(usize::try_from(turns.rem_euclid(length)).ok()?).copied()
    }
}
