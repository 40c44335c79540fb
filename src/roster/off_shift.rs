//! What holds of a responder while he is off shift: when he is not to be asked to work, how he is reached, and when he said that
//! he will be there. It is his own word: it keeps him out of what Tandem suggests, and forbids nobody to assign him.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::{Board, Reporter};
use crate::id::ResponderId;
use crate::moment::{Moment, Window};
use crate::shift::civil::{local_date, nearest};
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// What holds of one responder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffShift {
    /// Whose.
    pub responder_id: ResponderId,
    /// The zone of its wall clock and its days, an IANA name.
    pub zone: String,
    /// Times of the week at which he does not work.
    pub unavailable: Vec<WeekTime>,
    /// Until when he is not to be asked at all.
    pub opted_out: Option<OptOut>,
    /// How he would like to be reached, the best first.
    pub contact_preferences: Vec<Code>,
    /// Which words there are. They are kept in a table of their own.
    pub noted: BTreeSet<NoteKind>,
    /// When he said that he will be there; none when he has not, or is.
    pub arrival: Option<Arrival>,
    /// Counts the changes but those of the arrival, from 1; 0 when there was none yet.
    pub version: u64,
}

/// A time of the week, on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekTime {
    /// The day on which it begins: 0 is Monday, 6 Sunday.
    pub weekday: u32,
    /// When it begins, minutes after midnight.
    pub start_minute: u32,
    /// When it ends, minutes after the same midnight: at most a day after it begins.
    pub end_minute: u32,
}

/// That somebody is not to be asked to work for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// The last day of it.
    pub last_day: LocalDate,
    /// When that day ends.
    pub ends_at: Moment,
}

/// That somebody who is not there yet is coming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// When he will be there.
    pub expected_at: Moment,
    /// When he said so.
    pub declared_at: Moment,
    /// Who says so, and how.
    pub by: Reporter,
}

/// What words about somebody off shift are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NoteKind {
    /// A note to the dispatcher.
    ToDispatcher,
    /// The number at which he is reached.
    Phone,
}

/// Words about somebody off shift, kept in a table of their own and never in an event, a log or an error. Newer ones take the
/// place of older ones, and empty ones leave nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Whom they are about.
    pub responder_id: ResponderId,
    /// What they are for.
    pub kind: NoteKind,
    /// The words; empty when they are taken back.
    pub body: String,
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Note")
            .field("responder_id", &self.responder_id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Why somebody is not to be asked to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unavailable {
    /// A time of the week at which he does not work.
    WeekTime(Window),
    /// He has opted out until then.
    OptedOut(Moment),
}

impl Unavailable {
    /// Whether work in this window is what he is not to be asked for.
    pub fn touches(&self, window: &Window) -> bool {
        match self {
            Unavailable::WeekTime(away) => away.overlaps(window),
            Unavailable::OptedOut(until) => window.start < *until,
        }
    }
}

impl OffShift {
    /// Of one who has said nothing yet.
    pub fn unsaid(responder_id: ResponderId, zone: &str) -> OffShift {
        OffShift {
            responder_id,
            zone: zone.to_owned(),
            unavailable: Vec::new(),
            opted_out: None,
            contact_preferences: Vec::new(),
            noted: BTreeSet::new(),
            arrival: None,
            version: 0,
        }
    }

    /// Why he is not to be asked for work in some part of this window.
    fn unavailable_within(&self, window: &Window) -> Vec<Unavailable> {
        let opted_out = self
            .opted_out
            .map(|opted_out| Unavailable::OptedOut(opted_out.ends_at));
        let of_date = |date| {
            self.unavailable
                .iter()
                .filter_map(move |time| time.on(date, &self.zone))
        };
        let of_week = self.dates(window).flat_map(of_date).map(Unavailable::WeekTime);
        let all = opted_out.into_iter().chain(of_week);
        all.filter(|one| one.touches(window)).collect()
    }

    /// The dates on which a time of the week may begin that reaches into this window.
    fn dates(&self, window: &Window) -> impl Iterator<Item = LocalDate> {
        let date = |at| local_date(at, &self.zone).ok();
        let first = date(window.start).map(|first| first.plus_days(-1).unwrap_or(first));
        let both = first.zip(date(window.end));
        both.into_iter().flat_map(|(first, last)| first.through(last))
    }
}

impl WeekTime {
    /// When it is in the week of this date, if it begins on it.
    fn on(&self, date: LocalDate, zone: &str) -> Option<Window> {
        if date.weekday() != self.weekday {
            return None;
        }
        Some(Window {
            start: nearest(date, self.start_minute, zone).ok()?,
            end: nearest(date, self.end_minute, zone).ok()?,
        })
    }
}

/// Why he is not to be asked for work in some part of this window; empty when he may be.
pub fn unavailable(board: &Board, responder_id: ResponderId, window: &Window) -> Vec<Unavailable> {
    let his = board.off_shift.get(&responder_id);
    his.map(|his| his.unavailable_within(window)).unwrap_or_default()
}
