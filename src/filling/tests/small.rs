//! Small problems of every sort, so small that all their rosters can be tried.

use proptest::prelude::*;

use crate::filling::{Bond, Heads, Limits, Period, Person, Place, Problem, Standing, Unfit, Weights, Wish};
use crate::moment::{Moment, Window};

pub(super) const PEOPLE: usize = 2;

/// From one hour to another.
pub(super) fn hours(from: i64, to: i64) -> Window {
    Window {
        start: Moment::from_seconds(from * 3600),
        end: Moment::from_seconds(to * 3600),
    }
}

fn place(days: usize) -> impl Strategy<Value = Place> {
    let heads = (0_u32..3, 1_u32..4, 0_u32..30, 0_u32..5);
    let marks = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    (0..days, 0_usize..3, heads, marks).prop_map(move |(day, kind, heads, marks)| {
        let start = day as i64 * 24 + [6, 14, 22][kind];
        let (night, weekend, crew, fixed) = marks;
        Place {
            window: hours(start, start + 8),
            day,
            kind,
            minutes: if kind == 2 { [120, 360, 0] } else { [480, 0, 0] },
            night: (night && kind == 2).then_some(day),
            weekend: (weekend && day > 0).then_some(day / 2),
            crew: crew.then_some(day * 3 + kind),
            heads: Heads {
                wanted: heads.0,
                most: heads.1,
                missing: heads.2,
                over: heads.3,
            },
            fixed,
        }
    })
}

fn limits(days: usize) -> impl Strategy<Value = Limits> {
    let period = (0..days, 0_u32..3, 1_u32..5);
    let runs = (
        prop::option::of(1_u32..4),
        0_u32..3,
        0_u32..3,
        prop::option::of(1_u32..3),
    );
    (
        prop::sample::select(vec![0, 480, 600, 1000]),
        runs,
        prop::collection::vec(period, 0..3),
        prop::option::of(0_u32..3),
        prop::collection::btree_map(0_usize..3, 0_u32..3, 0..2),
    )
        .prop_map(
            move |(rest_minutes, runs, periods, most_weekends, most_of_kind)| Limits {
                rest_minutes,
                most_nights: runs.3,
                longest_run: runs.0,
                shortest_run: runs.1,
                shortest_off: runs.2,
                periods: periods
                    .into_iter()
                    .map(|(from, least, most)| Period {
                        from,
                        to: days,
                        least: least * 480,
                        most: most * 480,
                    })
                    .collect(),
                most_weekends,
                most_of_kind,
            },
        )
}

fn person(days: usize) -> impl Strategy<Value = Person> {
    let wish = (0..days, prop::option::of(0_usize..3), any::<bool>(), 0_u32..9);
    (
        prop::collection::btree_map(0_usize..5, Just(Unfit::NotHis), 0..3),
        prop::collection::vec(wish, 0..4),
        limits(days),
    )
        .prop_map(|(unfit, wishes, limits)| Person {
            unfit,
            standing: Vec::new(),
            wishes: wishes
                .into_iter()
                .map(|(day, kind, wanted, weight)| Wish {
                    day,
                    kind,
                    wanted,
                    weight,
                })
                .collect(),
            limits,
        })
}

/// A problem with something standing, pinned or not, whether it keeps the rules or not.
pub(super) fn problem() -> impl Strategy<Value = Problem> {
    (2_usize..5).prop_flat_map(|days| {
        let stands = prop::collection::vec((0..PEOPLE, 0_usize..5, any::<bool>()), 0..3);
        (
            prop::collection::vec(place(days), 1..6),
            prop::collection::vec(person(days), PEOPLE),
            prop::option::of(0_u32..9),
            prop::collection::btree_set((0_usize..3, 0_usize..3), 0..3),
            (0_u32..5, 0_u32..5, 0_u32..20),
            stands,
        )
            .prop_map(move |(places, people, bond, barred, weights, stands)| {
                let mut problem = Problem {
                    days,
                    places,
                    people,
                    bonds: bond
                        .map(|weight| Bond {
                            one: 0,
                            other: 1,
                            weight,
                        })
                        .into_iter()
                        .collect(),
                    barred,
                    weights: Weights {
                        nights: weights.0,
                        weekends: weights.1,
                        change: weights.2,
                    },
                };
                for (person, place, pinned) in stands {
                    stand(&mut problem, person, place, pinned);
                }
                problem
            })
    })
}

fn stand(problem: &mut Problem, person: usize, place: usize, pinned: bool) {
    let Some(day) = problem.places.get(place).map(|place| place.day) else {
        return;
    };
    let standing = &mut problem.people[person].standing;
    if standing.iter().all(|one| problem.places[one.place].day != day) {
        standing.push(Standing { place, pinned });
    }
}
