//! What can be asked about patterns.

use std::collections::BTreeSet;

use super::{Cadence, Post};
use crate::id::{AgencyId, AreaId, PatternId, ResponderId};
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// Creates a pattern. No shift is made before it is published.
#[derive(Clone, Debug)]
pub struct CreatePattern {
    /// The agency that plans it.
    pub agency_id: AgencyId,
    /// Its name.
    pub name: String,
    /// The discipline of those who work it.
    pub discipline: Code,
    /// The zone of its wall clock.
    pub zone: String,
    /// On which dates.
    pub cadence: Cadence,
    /// What is to be manned then.
    pub post: Post,
}

/// Changes a pattern. Shifts follow when it is published again.
#[derive(Clone, Debug)]
pub struct UpdatePattern {
    /// Which.
    pub pattern_id: PatternId,
    /// The version the caller read.
    pub expected_version: u64,
    /// For which of its dates.
    pub scope: Scope,
    /// What changes.
    pub change: PatternChange,
}

/// For which dates a change holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// For this one alone.
    ThisOne(LocalDate),
    /// For this one and every later one.
    ThisAndLater(LocalDate),
    /// For all.
    All,
}

/// What changes of a pattern; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct PatternChange {
    /// Its name.
    pub name: Option<String>,
    /// On which dates.
    pub cadence: Option<Cadence>,
    /// What is to be manned.
    pub post: PostChange,
}

/// What changes of a post; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct PostChange {
    /// When it begins, minutes after midnight. Without a new end its length stays.
    pub start_minute: Option<u32>,
    /// When it ends.
    pub end: Option<End>,
    /// The area.
    pub area_id: Option<Option<AreaId>>,
    /// The qualifications.
    pub required_qualifications: Option<BTreeSet<Code>>,
    /// With fewer it is not manned.
    pub minimum: Option<u32>,
    /// How many are wanted.
    pub wanted: Option<u32>,
    /// Who takes each place.
    pub places: Option<Vec<Vec<ResponderId>>>,
    /// After how many days it is the next one's turn.
    pub turn_days: Option<u32>,
}

/// When a post ends, on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// When clocks next show this, minutes after midnight; a whole day later when it is the start.
    At(u32),
    /// So many minutes after the start.
    After(u32),
}

impl End {
    /// How long a post is that begins at this minute.
    pub fn length_from(self, start_minute: u32) -> u32 {
        let day = crate::shift::civil::DAY_MINUTES;
        match self {
            End::After(minutes) => minutes,
            End::At(minute) => match (minute + day - start_minute % day) % day {
                0 => day,
                minutes => minutes,
            },
        }
    }
}

/// Retires a pattern: it has no occurrences any more. What it would leave behind a publication cancels.
#[derive(Clone, Debug)]
pub struct RetirePattern {
    /// Which.
    pub pattern_id: PatternId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Sets one part of a pattern as it is, the others stay: what a table says.
#[derive(Clone, Debug)]
pub struct SetPatternPart {
    /// Which pattern.
    pub pattern_id: PatternId,
    /// Which part, and what it says.
    pub part: PatternPart,
}

/// One part of a pattern.
#[derive(Clone, Debug)]
pub enum PatternPart {
    /// What holds from its beginning.
    Always(Cadence, Post),
    /// What holds from this date on.
    From(LocalDate, Cadence, Post),
    /// What holds on this date alone.
    On(LocalDate, Post),
}

/// Brings the shifts of a period in line with the pattern.
#[derive(Clone, Debug)]
pub struct PublishPattern {
    /// Which.
    pub pattern_id: PatternId,
    /// The version the caller read.
    pub expected_version: u64,
    /// The first date.
    pub from: LocalDate,
    /// The last date.
    pub to: LocalDate,
    /// Why it is done although rules of work are broken: a supervisor's word. Empty for none.
    pub override_reason: Code,
    /// Only to be told what it would do: what the rules of work say is told, and stands against nothing.
    pub dry_run: bool,
}
