//! Calls by hour of the week.

use super::*;
use crate::geo::Point;
use crate::shift::civil::WallClock;

/// Four weeks with the night in which clocks are set back, and one with that in which they are set forward.
#[test]
fn an_hour_that_comes_twice_has_come_twice() {
    let calls = |times: &[&str]| -> Vec<(Moment, Option<Point>)> {
        times.iter().map(|time| (local(time), None)).collect()
    };
    let none = BTreeMap::new();
    let autumn = window("2026-10-05T00:00", "2026-11-02T00:00");
    let times = ["2026-10-11T01:10", "2026-10-18T01:20", "2026-10-18T03:20"];
    let history = History::of(&calls(&times), &none, autumn, ZONE).expect("a zone");
    let sunday = 6 * 24;
    let demand = history.in_row(None);
    assert_eq!(
        (demand.calls(sunday + 1), demand.per_1000_hours(sunday + 1)),
        (2, 400),
        "in five hours"
    );
    assert_eq!(demand.per_1000_hours(sunday + 3), 250, "in four");
    let spring = window("2027-03-08T00:00", "2027-03-15T00:00");
    let history = History::of(&[], &none, spring, ZONE).expect("a zone");
    assert_eq!(
        history.in_row(None).per_1000_hours(sunday + 2),
        0,
        "it never came"
    );
}

#[test]
fn a_call_is_in_each_area_that_its_point_lies_in() {
    let mut town = Town::new();
    let (north, south) = (town.area("North", -91), town.area("South", -92));
    let outlines = town
        .board
        .areas
        .values()
        .map(|area| (area.id, area.outline.clone()))
        .collect();
    let point = Point::from_degrees(38.5, -90.5).expect("a point");
    let at = local("2026-11-02T00:30");
    let calls = [(at, Some(point)), (at, None)];
    let week = window("2026-11-02T00:00", "2026-11-09T00:00");
    let history = History::of(&calls, &outlines, week, ZONE).expect("a zone");
    let first = |row| history.in_row(row).calls(0);
    assert_eq!((first(None), first(Some(north)), first(Some(south))), (2, 1, 0));
}

#[test]
fn what_is_expected_is_the_sum_of_the_parts_of_hours() {
    let calls: Vec<(Moment, Option<Point>)> = [("2026-11-02T15:10", 4), ("2026-11-02T16:10", 1)]
        .into_iter()
        .flat_map(|(time, count)| std::iter::repeat_n((local(time), None), count))
        .collect();
    let week = window("2026-11-02T00:00", "2026-11-09T00:00");
    let history = History::of(&calls, &BTreeMap::new(), week, ZONE).expect("a zone");
    let ahead = window("2026-12-07T00:00", "2026-12-21T00:00");
    let hours = Hours::of(ahead, &WallClock::of(ZONE).expect("a zone"));
    let expected = Expected::new(&hours, history.in_row(None));
    let of = |start, end| {
        let window = window(start, end);
        (expected.thousandths(&window), expected.busiest(&window))
    };
    assert_eq!(of("2026-12-07T15:50", "2026-12-07T16:30"), (667 + 500, 4000));
    assert_eq!(of("2026-12-07T16:00", "2026-12-07T17:00"), (1000, 1000));
    assert_eq!(of("2026-12-07T04:00", "2026-12-07T05:00"), (0, 0));
    assert_eq!(of("2026-12-07T00:00", "2026-12-21T00:00"), (10_000, 4000));
}
