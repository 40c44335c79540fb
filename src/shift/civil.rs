//! Civil time: wall clocks, zones, gaps and folds. The only place that knows the time zone database.
//!
//! A wall-clock time is not a moment. It may never come (clocks skip it) or come twice (clocks are set back), and
//! [`Resolved`] has a case for each, so that no caller can forget them.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::moment::Moment;

/// The release of the time zone database that is built in.
pub const TZDB_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// Years in which wall-clock times are accepted.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

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
    #[error("no such zone in the time zone database {TZDB_VERSION}")]
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

/// Whether this is a zone of the time zone database, by its exact name.
pub fn is_zone(name: &str) -> bool {
    zone(name).is_ok()
}

/// The moment of a wall-clock time in a zone.
pub fn resolve(local: &str, occurrence: Option<Occurrence>, zone_name: &str) -> Result<Moment, CivilFault> {
    match look_up(parse(local)?, zone(zone_name)?) {
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
    let zone = zone(zone_name)?;
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
    let next = day
        .filter(|_| shaped(date, "0000-00-00"))
        .filter(|day| YEARS.contains(&day.year()))
        .and_then(|day| day.checked_add_days(Days::new(1)))
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .ok_or(CivilFault::Malformed)?;
    // The longest gap on record is a whole day (Samoa, 2011-12-30).
    let minutes = 0..=25 * 60;
    minutes
        .map(|minute| look_up(next + chrono::Duration::minutes(minute), zone))
        .find_map(|resolved| match resolved {
            Resolved::One(moment) => Some(moment),
            Resolved::Fold { first, .. } => Some(first),
            Resolved::Gap => None,
        })
        .ok_or(CivilFault::Malformed)
}

/// The civil day after this one, both `YYYY-MM-DD`.
pub fn next_day(date: &str) -> Option<String> {
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let next = day.checked_add_days(Days::new(1))?;
    Some(next.format("%Y-%m-%d").to_string())
}

/// The wall-clock time of a moment in a zone, `YYYY-MM-DDTHH:MM:SS`.
pub fn to_local(at: Moment, zone_name: &str) -> Option<String> {
    let zone = zone(zone_name).ok()?;
    let utc = chrono::DateTime::from_timestamp_micros(at.micros())?;
    Some(utc.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S").to_string())
}

fn zone(name: &str) -> Result<Tz, CivilFault> {
    name.parse::<Tz>()
        .ok()
        .filter(|zone| zone.name() == name)
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
fn shaped(text: &str, pattern: &str) -> bool {
    let fits = |(byte, expected): (u8, u8)| match expected {
        b'0' => byte.is_ascii_digit(),
        _ => byte == expected,
    };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

fn look_up(local: NaiveDateTime, zone: Tz) -> Resolved {
    let moment = |at: chrono::DateTime<Tz>| Moment::from_micros(at.timestamp_micros());
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(at) => Resolved::One(moment(at)),
        chrono::LocalResult::None => Resolved::Gap,
        chrono::LocalResult::Ambiguous(one, other) => {
            let (one, other) = (moment(one), moment(other));
            Resolved::Fold {
                first: one.min(other),
                second: one.max(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zone, wall-clock time, and what it means: a UTC time, `gap`, or two UTC times.
    const TRANSITIONS: &[(&str, &str, &str)] = &[
        ("America/Chicago", "2026-03-08T01:59:59", "2026-03-08T07:59:59"),
        ("America/Chicago", "2026-03-08T02:30", "gap"),
        ("America/Chicago", "2026-03-08T03:00", "2026-03-08T08:00:00"),
        ("America/Chicago", "2026-11-01T00:59:59", "2026-11-01T05:59:59"),
        (
            "America/Chicago",
            "2026-11-01T01:30",
            "2026-11-01T06:30:00 2026-11-01T07:30:00",
        ),
        ("America/Chicago", "2026-11-01T02:00", "2026-11-01T08:00:00"),
        ("America/Phoenix", "2026-03-08T02:30", "2026-03-08T09:30:00"),
        ("America/Adak", "2026-03-08T02:30", "gap"),
        (
            "Australia/Lord_Howe",
            "2026-04-05T01:45",
            "2026-04-04T14:45:00 2026-04-04T15:15:00",
        ),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "gap"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30:00"),
        ("America/Havana", "2026-03-08T00:30", "gap"),
        (
            "America/Havana",
            "2026-11-01T00:30",
            "2026-11-01T04:30:00 2026-11-01T05:30:00",
        ),
        ("Europe/London", "2026-03-29T01:30", "gap"),
        (
            "Europe/London",
            "2026-10-25T01:30",
            "2026-10-25T00:30:00 2026-10-25T01:30:00",
        ),
        ("Pacific/Apia", "2011-12-30T12:00", "gap"),
        ("Asia/Kathmandu", "2026-03-08T02:30", "2026-03-07T20:45:00"),
        ("Asia/Kolkata", "2026-11-01T01:30", "2026-10-31T20:00:00"),
        (
            "Pacific/Chatham",
            "2026-04-05T03:00",
            "2026-04-04T13:15:00 2026-04-04T14:15:00",
        ),
        // Midnight itself is skipped, or clocks go back over it into the day before.
        ("Asia/Beirut", "2024-03-31T00:00", "gap"),
        ("Asia/Beirut", "2024-10-27T00:00", "2024-10-26T22:00:00"),
        (
            "Asia/Beirut",
            "2024-10-26T23:30",
            "2024-10-26T20:30:00 2024-10-26T21:30:00",
        ),
        ("America/Santiago", "2024-09-08T00:30", "gap"),
        (
            "America/Santiago",
            "2024-04-06T23:30",
            "2024-04-07T02:30:00 2024-04-07T03:30:00",
        ),
        // Casablanca sets its clocks back for Ramadan.
        (
            "Africa/Casablanca",
            "2024-03-10T02:30",
            "2024-03-10T01:30:00 2024-03-10T02:30:00",
        ),
        ("Africa/Casablanca", "2024-04-14T02:30", "gap"),
        (
            "America/Adak",
            "2026-11-01T01:30",
            "2026-11-01T10:30:00 2026-11-01T11:30:00",
        ),
        ("UTC", "2026-11-01T01:30", "2026-11-01T01:30:00"),
    ];

    #[test]
    fn gaps_and_folds_are_what_the_zones_say() {
        for (zone_name, local, meaning) in TRANSITIONS {
            let utc = |moment: Moment| to_local(moment, "UTC").expect("UTC");
            let resolved = look_up(parse(local).expect(local), zone(zone_name).expect(zone_name));
            let found = match resolved {
                Resolved::One(moment) => utc(moment),
                Resolved::Gap => "gap".to_owned(),
                Resolved::Fold { first, second } => format!("{} {}", utc(first), utc(second)),
            };
            assert_eq!(found, *meaning, "{local} in {zone_name}");
        }
    }

    #[test]
    fn a_night_shift_is_seven_or_nine_hours_long_when_clocks_change() {
        let hours = |start: &str, end: &str| {
            let at = |local| resolve(local, None, "America/Chicago").expect("a moment");
            at(start).seconds_until(at(end)) / 3600
        };
        assert_eq!(hours("2026-03-07T22:00", "2026-03-08T06:00"), 7);
        assert_eq!(hours("2026-10-31T22:00", "2026-11-01T06:00"), 9);
        assert_eq!(hours("2026-06-01T22:00", "2026-06-02T06:00"), 8);
    }

    #[test]
    fn a_fold_must_be_said() {
        let local = "2026-11-01T01:30";
        let at = |occurrence| resolve(local, occurrence, "America/Chicago");
        assert_eq!(at(None), Err(CivilFault::Ambiguous));
        let (first, second) = (at(Some(Occurrence::First)), at(Some(Occurrence::Second)));
        assert_eq!(first.expect("first").seconds_until(second.expect("second")), 3600);
    }

    #[test]
    fn a_day_ends_at_the_first_moment_of_the_next() {
        let ends = |date, zone| to_local(end_of_day(date, zone).expect("a day"), "UTC").expect("UTC");
        assert_eq!(ends("2026-06-30", "America/Chicago"), "2026-07-01T05:00:00");
        // Midnight of 8 March does not exist in Havana: the day starts at one.
        assert_eq!(ends("2026-03-07", "America/Havana"), "2026-03-08T05:00:00");
        // That of 1 November comes twice there: the day starts at the first.
        assert_eq!(ends("2026-10-31", "America/Havana"), "2026-11-01T04:00:00");
        // In Beirut the hour before midnight comes twice: the day ends after the second.
        assert_eq!(ends("2024-10-26", "Asia/Beirut"), "2024-10-26T22:00:00");
        assert_eq!(ends("2024-03-30", "Asia/Beirut"), "2024-03-30T22:00:00");
        // Samoa had no 30 December 2011.
        assert_eq!(ends("2011-12-29", "Pacific/Apia"), "2011-12-30T10:00:00");
    }

    #[test]
    fn what_is_no_local_time_or_no_zone_is_told_apart() {
        for local in [
            "",
            "2026-03-08",
            "2026-03-08T02:30Z",
            "2026-13-01T00:00",
            "1969-01-01T00:00",
            "2026-03-08 02:30",
            "2026- 3-08T02:30",
            "+026-03-08T02:30",
            "2026-3-008T02:30",
            "2026-03-08T24:00",
            "2026-03-08T02:60",
            "2026-03-08T02:30:60",
            "2026-02-29T00:00",
            "2101-01-01T00:00",
            "２０２６-03-08T02:30",
        ] {
            assert_eq!(resolve(local, None, "UTC"), Err(CivilFault::Malformed), "{local}");
        }
        for zone in ["", "CST", "america/chicago", "America/St_Louis", "+05:00"] {
            assert_eq!(
                resolve("2026-03-08T12:00", None, zone),
                Err(CivilFault::UnknownZone),
                "{zone}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn every_moment_is_found_again_by_its_wall_clock(
            seconds in 0_i64..4_102_444_800,
            zone_name in proptest::sample::select(chrono_tz::TZ_VARIANTS.map(Tz::name).to_vec()),
        ) {
            let at = Moment::from_seconds(seconds);
            let local = to_local(at, zone_name).expect("a zone");
            let found = [None, Some(Occurrence::First), Some(Occurrence::Second)]
                .map(|occurrence| resolve(&local, occurrence, zone_name));
            proptest::prop_assert!(found.contains(&Ok(at)), "{} in {}: {:?}", local, zone_name, found);
        }

        #[test]
        fn a_day_ends_where_the_next_date_begins(days in 0_i64..47_000, zone_name in proptest::sample::select(chrono_tz::TZ_VARIANTS.map(Tz::name).to_vec())) {
            let date = to_local(Moment::from_seconds(days * 86_400), "UTC").expect("UTC")[..10].to_owned();
            let end = end_of_day(&date, zone_name).expect("a day");
            let local = |moment| to_local(moment, zone_name).expect("a zone");
            proptest::prop_assert!(local(end)[..10] > date[..], "{} starts a later date", local(end));
            let last = local(end.plus_seconds(-60));
            proptest::prop_assert!(last[..10] <= date[..], "{} is not of a later date", last);
        }
    }
}
