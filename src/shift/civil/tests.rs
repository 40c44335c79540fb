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
        "2025-11-02T00:30",
        "2025-11-02T04:30:00 2025-11-02T05:30:00",
    ),
    // Since 2026 clocks are not set back there, nor in Vancouver: only the newer database knows.
    ("America/Havana", "2026-11-01T00:30", "2026-11-01T04:30:00"),
    ("America/Vancouver", "2026-11-01T01:30", "2026-11-01T08:30:00"),
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
        let resolved = look_up(parse(local).expect(local), &zone(zone_name).expect(zone_name));
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
    // That of 2 November 2025 comes twice there: the day starts at the first.
    assert_eq!(ends("2025-11-01", "America/Havana"), "2025-11-02T04:00:00");
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

#[test]
fn the_two_databases_know_the_same_zones() {
    let named: std::collections::BTreeSet<String> =
        DATABASE.available().map(|name| name.to_string()).collect();
    let mut known: std::collections::BTreeSet<String> = zone_names().map(str::to_owned).collect();
    // The zone of machines that nobody has set up.
    known.insert("Factory".to_owned());
    assert_eq!(named, known, "a zone is new: take a chrono-tz that knows it");
}

#[test]
fn the_older_database_agrees_where_clocks_have_not_been_changed_since() {
    use chrono::TimeZone as _;
    for zone_name in [
        "America/Chicago",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/New_York",
        "Europe/London",
    ] {
        let older: Tz = zone_name.parse().expect("a zone");
        for hours in 0..5 * 366 * 24 {
            let at = Moment::from_seconds(1_767_225_600 + hours * 3600);
            let utc = chrono::DateTime::from_timestamp_micros(at.micros()).expect("a time");
            let local = older
                .from_utc_datetime(&utc.naive_utc())
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string();
            assert_eq!(to_local(at, zone_name), Some(local), "{zone_name}");
        }
    }
}

#[test]
fn a_time_in_a_gap_is_the_first_moment_after_it_and_one_in_a_fold_the_first() {
    let at = |date: &str, minutes, zone| {
        let found = nearest(date.parse().expect("a date"), minutes, zone).expect("a zone");
        to_local(found, "UTC").expect("UTC")
    };
    for minutes in [120, 121, 150, 179, 180] {
        assert_eq!(
            at("2026-03-08", minutes, "America/Chicago"),
            "2026-03-08T08:00:00",
            "{minutes}"
        );
    }
    assert_eq!(
        at("2026-03-07", 24 * 60 + 150, "America/Chicago"),
        "2026-03-08T08:00:00"
    );
    assert_eq!(at("2026-11-01", 90, "America/Chicago"), "2026-11-01T06:30:00");
    assert_eq!(
        at("2026-10-04", 130, "Australia/Lord_Howe"),
        "2026-10-03T15:30:00"
    );
    assert_eq!(at("2011-12-30", 720, "Pacific/Apia"), "2011-12-30T10:00:00");
}

proptest::proptest! {
    #[test]
    fn every_moment_is_found_again_by_its_wall_clock(
        seconds in 0_i64..4_102_444_800,
        zone_name in proptest::sample::select(zone_names().collect::<Vec<_>>()),
    ) {
        let at = Moment::from_seconds(seconds);
        let local = to_local(at, zone_name).expect("a zone");
        let found = [None, Some(Occurrence::First), Some(Occurrence::Second)]
            .map(|occurrence| resolve(&local, occurrence, zone_name));
        proptest::prop_assert!(found.contains(&Ok(at)), "{} in {}: {:?}", local, zone_name, found);
    }

    #[test]
    fn a_day_ends_where_the_next_date_begins(days in 0_i64..47_000, zone_name in proptest::sample::select(zone_names().collect::<Vec<_>>())) {
        let date = to_local(Moment::from_seconds(days * 86_400), "UTC").expect("UTC")[..10].to_owned();
        let end = end_of_day(&date, zone_name).expect("a day");
        let local = |moment| to_local(moment, zone_name).expect("a zone");
        proptest::prop_assert!(local(end)[..10] > date[..], "{} starts a later date", local(end));
        let last = local(end.plus_seconds(-60));
        proptest::prop_assert!(last[..10] <= date[..], "{} is not of a later date", last);
    }
}
