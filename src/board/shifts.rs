//! The shifts of a board, found by id, by who works them and by when they begin.
//!
//! A year of shifts lies on a board, and of each match, deadline and rule only a few of them are asked for: none walks
//! all. What is kept beside the shifts only finds them: two boards are equal when their shifts are.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::shift::Shift;

/// No id sorts before it.
const LEAST: ShiftId = ShiftId::nobodys();

/// Shifts by id. It reads as a map; it changes by [`Shifts::put`] alone.
#[derive(Clone, Debug, Default)]
pub struct Shifts {
    by_id: BTreeMap<ShiftId, Shift>,
    by_start: BTreeSet<(Moment, ShiftId)>,
    by_responder: BTreeSet<(ResponderId, Moment, ShiftId)>,
    /// No shift has been longer, seconds rounded up: whoever asks for a window looks so far before it.
    longest_seconds: i64,
}

impl Shifts {
    /// Puts one in its place, or takes it away; what stood there before.
    pub fn put(&mut self, id: ShiftId, now: Option<Shift>) -> Option<Shift> {
        let before = self.by_id.remove(&id);
        if let Some(before) = &before {
            self.by_start.remove(&(before.planned.start, id));
            if let Some(responder_id) = before.responder_id {
                self.by_responder
                    .remove(&(responder_id, before.planned.start, id));
            }
        }
        if let Some(now) = now {
            let Window { start, end } = now.planned;
            self.longest_seconds = self.longest_seconds.max(start.seconds_until(end) + 1);
            self.by_start.insert((start, id));
            if let Some(responder_id) = now.responder_id {
                self.by_responder.insert((responder_id, start, id));
            }
            self.by_id.insert(id, now);
        }
        before
    }

    /// Those that share a moment with the window, by start.
    pub fn within(&self, window: Window) -> impl Iterator<Item = &Shift> {
        let from = self.earliest_start(window);
        let begun = self.by_start.range((from, LEAST)..(window.end, LEAST));
        begun
            .filter_map(|(_, id)| self.by_id.get(id))
            .filter(move |shift| shift.planned.overlaps(&window))
    }

    /// His that share a moment with the window, by start.
    pub fn of(&self, responder_id: ResponderId, window: Window) -> impl Iterator<Item = &Shift> {
        let from = self.earliest_start(window);
        let begun = self
            .by_responder
            .range((responder_id, from, LEAST)..(responder_id, window.end, LEAST));
        begun
            .filter_map(|(_, _, id)| self.by_id.get(id))
            .filter(move |shift| shift.planned.overlaps(&window))
    }

    /// His that end after this moment, by start.
    pub fn of_from(&self, responder_id: ResponderId, from: Moment) -> impl Iterator<Item = &Shift> {
        let end = Moment::LAST;
        self.of(responder_id, Window { start: from, end })
    }

    /// Those that begin before this moment, by start.
    pub fn begun_before(&self, at: Moment) -> impl Iterator<Item = &Shift> {
        let begun = self.by_start.range(..(at, LEAST));
        begun.filter_map(|(_, id)| self.by_id.get(id))
    }

    fn earliest_start(&self, window: Window) -> Moment {
        window.start.plus_seconds(-self.longest_seconds).min(window.end)
    }
}

impl Deref for Shifts {
    type Target = BTreeMap<ShiftId, Shift>;

    fn deref(&self) -> &BTreeMap<ShiftId, Shift> {
        &self.by_id
    }
}

impl PartialEq for Shifts {
    fn eq(&self, other: &Shifts) -> bool {
        self.by_id == other.by_id
    }
}

impl Eq for Shifts {}

impl Extend<Shift> for Shifts {
    fn extend<I: IntoIterator<Item = Shift>>(&mut self, shifts: I) {
        for shift in shifts {
            self.put(shift.id, Some(shift));
        }
    }
}

impl FromIterator<Shift> for Shifts {
    fn from_iter<I: IntoIterator<Item = Shift>>(shifts: I) -> Shifts {
        let mut all = Shifts::default();
        all.extend(shifts);
        all
    }
}

impl Serialize for Shifts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_id.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shifts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shifts, D::Error> {
        let by_id = BTreeMap::<ShiftId, Shift>::deserialize(deserializer)?;
        Ok(by_id.into_values().collect())
    }
}
