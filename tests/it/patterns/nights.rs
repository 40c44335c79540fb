//! The nights in which clocks change.

use tandem::grpc::pb;

use super::{by_rule, create, creation, post, publication, publish, shifts_of};
use crate::harness::town::in_each_town;

/// A zone, the date on which a night begins, and how many half hours 14-22, 22-06 and 06-14 have from then on.
const NIGHTS: &[(&str, &str, [i64; 3])] = &[
    ("America/Chicago", "2027-03-13", [16, 14, 16]),
    ("America/Chicago", "2026-10-31", [16, 18, 16]),
    ("America/Chicago", "2026-10-24", [16, 16, 16]),
    ("Australia/Lord_Howe", "2027-04-03", [16, 17, 16]),
    ("Australia/Lord_Howe", "2026-10-03", [16, 15, 16]),
    ("Asia/Kathmandu", "2027-03-13", [16, 16, 16]),
    ("Asia/Kathmandu", "2026-10-31", [16, 16, 16]),
    // By the newest release clocks are no longer set back there.
    ("America/Vancouver", "2026-10-31", [16, 16, 16]),
];

#[test]
fn neighbours_touch_and_the_night_is_as_long_as_it_is() {
    in_each_town(0, 0, async |town| {
        for (zone, date, half_hours) in NIGHTS {
            let mut windows = Vec::new();
            for (start, end) in [("14:00", "22:00"), ("22:00", "06:00"), ("06:00", "14:00")] {
                let request = pb::CreatePatternRequest {
                    zone: (*zone).to_owned(),
                    ..creation(town, by_rule(date, "FREQ=DAILY;COUNT=2"), post(start, end, &[]))
                };
                let pattern = create(town, request).await;
                let to = if *date > "2027" {
                    "2027-04-05"
                } else {
                    "2026-11-02"
                };
                publish(&town.admin, publication(town, &pattern, date, to))
                    .await
                    .unwrap();
                let shifts = shifts_of(town, &pattern).await;
                assert_eq!(shifts.len(), 2, "{zone} {date}");
                for shift in shifts {
                    assert!(shift.local_start.ends_with(&format!("{start}:00")), "{shift:?}");
                    assert!(shift.local_end.ends_with(&format!("{end}:00")), "{shift:?}");
                    let seconds = |at: Option<prost_types::Timestamp>| at.unwrap().seconds;
                    windows.push((seconds(shift.planned_start), seconds(shift.planned_end)));
                }
            }
            windows.sort_unstable();
            for pair in windows.windows(2) {
                assert_eq!(pair[0].1, pair[1].0, "{zone} {date}: no overlap and no gap");
            }
            // The first morning lies before the night.
            let lengths: Vec<i64> = windows[1..4]
                .iter()
                .map(|(start, end)| (end - start) / 1800)
                .collect();
            assert_eq!(lengths, half_hours, "{zone} {date}");
        }
    });
}

#[test]
fn a_duration_is_read_on_the_wall_clock_too() {
    in_each_town(0, 0, async |town| {
        let night = pb::Post {
            duration_minutes: 480,
            ..post("22:00", "", &[])
        };
        let pattern = create(
            town,
            creation(town, by_rule("2026-10-31", "FREQ=DAILY;COUNT=1"), night),
        )
        .await;
        let told = pattern.phases[0].post.as_ref().unwrap();
        assert_eq!((&*told.local_end, told.duration_minutes), ("06:00", 480));
        publish(
            &town.admin,
            publication(town, &pattern, "2026-10-31", "2026-10-31"),
        )
        .await
        .unwrap();
        let shift = shifts_of(town, &pattern).await.remove(0);
        let hours = (shift.planned_end.unwrap().seconds - shift.planned_start.unwrap().seconds) / 3600;
        assert_eq!((hours, &*shift.local_end), (9, "2026-11-01T06:00:00"));
    });
}
