//! A time of duty is cut into shifts and what lies beside them.

use proptest::prelude::*;

use crate::board::testing::{Town, local, window};
use crate::moment::Window;
use crate::shift::clocking::{Stretch, stretches};

/// The stretches of a time of duty: the number of the shift, counted from the first, and the span.
fn cut(shifts: &[Window], on: Window) -> Vec<(Option<usize>, Window)> {
    let mut town = Town::new();
    let officer = town.officer("1A10");
    let ids: Vec<_> = shifts
        .iter()
        .map(|shift| town.on_shift(officer, *shift))
        .collect();
    let number = |stretch: &Stretch| {
        let id = stretch.shift_id?;
        ids.iter().position(|known| *known == id)
    };
    let found = stretches(&town.board, officer, on);
    found
        .iter()
        .map(|stretch| (number(stretch), stretch.span))
        .collect()
}

#[test]
fn a_shift_takes_what_is_early_by_little_and_what_goes_on_beyond_it() {
    let day = window("2026-11-24T06:00", "2026-11-24T14:00");
    let evening = window("2026-11-24T15:00", "2026-11-24T23:00");
    let of = |from: &str, to: &str| window(&format!("2026-11-24T{from}"), &format!("2026-11-24T{to}"));
    for (on, expected) in [
        (of("05:30", "14:10"), vec![(Some(0), of("05:30", "14:10"))]),
        // Two hours before is no early start.
        (
            of("04:00", "14:00"),
            vec![(None, of("04:00", "06:00")), (Some(0), of("06:00", "14:00"))],
        ),
        (
            of("05:55", "23:00"),
            vec![(Some(0), of("05:55", "15:00")), (Some(1), of("15:00", "23:00"))],
        ),
        (of("05:30", "05:50"), vec![(Some(0), of("05:30", "05:50"))]),
        (of("02:00", "03:00"), vec![(None, of("02:00", "03:00"))]),
        // Whoever comes when his shift is over works beside it.
        (of("14:00", "14:20"), vec![(Some(1), of("14:00", "14:20"))]),
        (of("23:00", "23:40"), vec![(None, of("23:00", "23:40"))]),
    ] {
        assert_eq!(cut(&[day, evening], on), expected, "{on:?}");
    }
}

proptest! {
    #[test]
    fn of_a_time_of_duty_nothing_is_lost_and_nothing_comes_twice(
        gaps in prop::collection::vec((0_i64..8 * 60, 1_i64..14 * 60), 0..5),
        (start, minutes) in (-600_i64..3000, 1_i64..3000),
    ) {
        let origin = local("2026-11-24T06:00");
        let mut at = origin;
        let shifts: Vec<Window> = gaps
            .iter()
            .map(|(gap, long)| {
                let start = at.plus_seconds(gap * 60);
                at = start.plus_seconds(long * 60);
                Window { start, end: at }
            })
            .collect();
        let from = origin.plus_seconds(start * 60);
        let on = Window { start: from, end: from.plus_seconds(minutes * 60) };
        let found = cut(&shifts, on);
        let mut reached = on.start;
        for (number, span) in &found {
            prop_assert_eq!(span.start, reached);
            prop_assert!(span.start < span.end);
            reached = span.end;
            if number.is_none() {
                // What lies beside all shifts touches none of them.
                prop_assert!(shifts.iter().all(|shift| !shift.overlaps(span)), "{:?}", span);
            }
        }
        prop_assert_eq!(reached, on.end);
        let mut numbers: Vec<usize> = found.iter().filter_map(|(number, _)| *number).collect();
        let all = numbers.len();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), all, "each shift once");
    }
}
