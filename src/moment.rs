//! A moment in time: whole microseconds since 1970-01-01T00:00:00Z.
//!
//! The pure part of Tandem never reads a clock: it is handed a [`Moment`]. Microseconds are what every
//! database keeps exactly, so a moment that went through a table is the moment that came out.

use serde::{Deserialize, Serialize};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Microseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The last moment that a protobuf `Timestamp` can hold (9999-12-31T23:59:59Z).
    pub const LAST: Moment = Moment(253_402_300_799 * MICROS_PER_SECOND);

    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Moment(micros)
    }

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Moment(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment and `seconds` more (fewer, when negative); stops at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Moment(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Whole seconds from this moment to `later`, rounded towards zero; negative when `later` is earlier.
    pub const fn seconds_until(self, later: Moment) -> i64 {
        later.0.saturating_sub(self.0) / MICROS_PER_SECOND
    }
}

/// A span of time `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// The first moment inside.
    pub start: Moment,
    /// The first moment after it.
    pub end: Moment,
}

impl Window {
    /// The shortest that contains a moment.
    pub fn at(moment: Moment) -> Window {
        Window {
            start: moment,
            end: Moment(moment.0.saturating_add(1)),
        }
    }

    /// Whether `at` lies inside.
    pub fn contains(&self, at: Moment) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether the two share a moment.
    pub fn overlaps(&self, other: &Window) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The part of it that lies in the other; none when they share no moment.
    pub fn within(&self, other: &Window) -> Option<Window> {
        let shared = Window {
            start: self.start.max(other.start),
            end: self.end.min(other.end),
        };
        (shared.start < shared.end).then_some(shared)
    }
}
