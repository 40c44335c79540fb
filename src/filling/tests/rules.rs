//! Each rule by itself: what a proposal does because of it, and what it says.

use super::fill;
use super::small::hours;
use crate::filling::{
    Assigned, Bond, Fault, Heads, Obstacle, Period, Person, Place, Problem, Rule, Standing, Term, Unfit,
    Wish, appraise, suggest,
};

const DAY: usize = 0;
const NIGHT: usize = 1;

/// A week of open day shifts, 09:00 to 17:00, a head each.
pub(super) fn week(people: usize) -> Problem {
    Problem {
        days: 7,
        places: (0..7).map(|day| place(day, DAY)).collect(),
        people: vec![Person::default(); people],
        ..Problem::default()
    }
}

fn place(day: usize, kind: usize) -> Place {
    let start = day as i64 * 24 + if kind == NIGHT { 22 } else { 9 };
    Place {
        window: hours(start, start + 8),
        day,
        kind,
        minutes: if kind == NIGHT { [120, 360, 0] } else { [480, 0, 0] },
        night: (kind == NIGHT).then_some(day),
        weekend: (day % 7 >= 5).then_some(day / 7),
        crew: None,
        heads: Heads::one(100),
        fixed: false,
    }
}

fn standing(place: usize, pinned: bool) -> Standing {
    Standing { place, pinned }
}

/// How many places are open, once it has been filled.
fn open(problem: &Problem) -> usize {
    fill(problem, 4).open.len()
}

#[test]
fn a_limit_leaves_places_open_and_says_which_limit() {
    let mut problem = week(1);
    assert_eq!(open(&problem), 0);
    let limits = &mut problem.people[0].limits;
    limits.longest_run = Some(5);
    assert_eq!(open(&problem), 1);
    problem.people[0].limits.most_weekends = Some(0);
    let proposal = fill(&problem, 4);
    let obstacles = |place: usize| {
        let open = proposal.open.iter().find(|open| open.place == place).unwrap();
        (open.missing, open.obstacles.clone())
    };
    assert_eq!(
        obstacles(5),
        (1, vec![(0, Obstacle::Breaks(Rule::LongestRun, 1))])
    );
    assert_eq!(
        obstacles(6),
        (1, vec![(0, Obstacle::Breaks(Rule::MostWeekends, 1))])
    );
    problem.people[0].limits.periods = vec![Period {
        from: 0,
        to: 7,
        least: 0,
        most: 3 * 480,
    }];
    let proposal = fill(&problem, 4);
    assert_eq!(proposal.cost.of(Term::Missing), 400);
    assert!(proposal.open.iter().all(|open| {
        let over = Obstacle::Breaks(Rule::MostMinutes, 480);
        open.place > 4 || open.obstacles == [(0, over)]
    }));
}

#[test]
fn rest_and_successions_keep_a_day_shift_from_following_a_night() {
    let mut problem = week(1);
    problem.places = vec![place(0, NIGHT), place(1, DAY)];
    assert_eq!(open(&problem), 0);
    // From 06:00 to 09:00 are three hours.
    problem.people[0].limits.rest_minutes = 180;
    assert_eq!(open(&problem), 0);
    problem.people[0].limits.rest_minutes = 600;
    let proposal = fill(&problem, 2);
    assert_eq!(proposal.open.len(), 1);
    assert_eq!(
        proposal.open[0].obstacles,
        [(0, Obstacle::Breaks(Rule::Rest, 420))]
    );
    problem.people[0].limits.rest_minutes = 0;
    problem.barred.insert((NIGHT, DAY));
    let proposal = fill(&problem, 2);
    assert_eq!(
        proposal.open[0].obstacles,
        [(0, Obstacle::Breaks(Rule::Succession, 1))]
    );
}

#[test]
fn who_is_not_fit_for_a_place_leaves_it_open_and_says_why() {
    let mut problem = week(2);
    problem.places.truncate(1);
    let lacks = Unfit::NotQualified("LCSW".to_owned());
    problem.people[0].unfit = [(0, Unfit::NotHis)].into();
    problem.people[1].unfit = [(0, lacks.clone())].into();
    let stopped = vec![(0, Obstacle::Unfit(Unfit::NotHis)), (1, Obstacle::Unfit(lacks))];
    assert_eq!(fill(&problem, 1).open[0].obstacles, stopped);
    assert_eq!(suggest(&problem, 0).unwrap().stopped, stopped);
    problem.people[0].unfit.clear();
    assert_eq!(open(&problem), 0);
}

#[test]
fn nights_in_a_row_and_what_a_night_brings_to_the_next_week_are_counted() {
    let mut problem = week(1);
    problem.places = [0, 1, 2, 4].map(|day| place(day, NIGHT)).to_vec();
    problem.people[0].limits.most_nights = Some(2);
    let proposal = fill(&problem, 2);
    let obstacle = Obstacle::Breaks(Rule::MostNights, 1);
    assert_eq!(proposal.open.len(), 1);
    assert_eq!(proposal.open[0].obstacles, [(0, obstacle)]);
    problem.people[0].limits.most_nights = None;
    // Six of the eight hours of the night of day 2 are worked on day 3.
    let period = |most| Period {
        from: 3,
        to: 7,
        least: 0,
        most,
    };
    problem.people[0].limits.periods = vec![period(839)];
    assert_eq!(open(&problem), 1);
    problem.people[0].limits.periods = vec![period(840)];
    assert_eq!(open(&problem), 0);
}

#[test]
fn published_shifts_move_only_for_more_than_a_change_costs_and_pinned_ones_never() {
    let mut problem = week(2);
    problem.places.truncate(1);
    problem.people[0].standing = vec![standing(0, false)];
    problem.people[0].wishes = vec![Wish {
        day: 0,
        kind: None,
        wanted: false,
        weight: 10,
    }];
    problem.weights.change = 10;
    assert_eq!(fill(&problem, 2).taken_away, []);
    problem.weights.change = 9;
    let moved = fill(&problem, 2);
    assert_eq!(moved.taken_away, [Assigned { person: 0, place: 0 }]);
    assert_eq!(moved.assigned, [Assigned { person: 1, place: 0 }]);
    assert_eq!((moved.cost.of(Term::Changes), moved.cost.total()), (9, 9));
    problem.people[0].standing = vec![standing(0, true)];
    assert_eq!(fill(&problem, 2).assigned, [Assigned { person: 0, place: 0 }]);
}

#[test]
fn what_stands_against_the_rules_is_reported_and_nothing_is_added_to_it() {
    let mut problem = week(1);
    problem.people[0].limits.longest_run = Some(2);
    problem.people[0].standing = (0..4).map(|day| standing(day, true)).collect();
    problem.people[0].unfit = [(0, Unfit::NotHis)].into();
    let proposal = fill(&problem, 4);
    let broken = |rule| proposal.broken(rule);
    assert_eq!((broken(Rule::LongestRun), broken(Rule::Fit)), (2, 1));
    let days: Vec<usize> = proposal.assigned.iter().map(|one| one.place).collect();
    assert_eq!(days, [0, 1, 2, 3, 5, 6]);
}

#[test]
fn nights_and_weekends_are_shared() {
    let mut problem = week(2);
    problem.places = [0, 2, 4, 6].map(|day| place(day, NIGHT)).to_vec();
    problem.people[0].standing = vec![standing(0, false), standing(1, false), standing(2, false)];
    problem.weights.nights = 5;
    let appraised = appraise(&problem).unwrap();
    // A fair share is two; the fourth night has nobody yet.
    assert_eq!(
        (appraised.cost.of(Term::Nights), appraised.cost.of(Term::Missing)),
        (5, 100)
    );
    let proposal = fill(&problem, 4);
    assert_eq!(proposal.cost.total(), 0);
    problem.weights.change = 6;
    let proposal = fill(&problem, 4);
    assert_eq!(
        (proposal.taken_away.len(), proposal.cost.of(Term::Nights)),
        (0, 5)
    );
}

#[test]
fn pairs_ride_together() {
    let mut problem = week(4);
    // Two teams with two seats each, on one day.
    problem.places = (0..4).map(|_| place(0, DAY)).collect();
    for (index, place) in problem.places.iter_mut().enumerate() {
        place.crew = Some(index / 2);
    }
    problem.bonds = vec![
        Bond {
            one: 0,
            other: 3,
            weight: 4,
        },
        Bond {
            one: 1,
            other: 2,
            weight: 4,
        },
    ];
    let proposal = fill(&problem, 4);
    assert_eq!(proposal.cost.total(), 0);
    problem.people[0].standing = vec![standing(0, true)];
    problem.people[3].standing = vec![standing(2, true)];
    let proposal = fill(&problem, 4);
    assert_eq!(proposal.cost.of(Term::Pairs), 16);
    // Whoever would ride with his partner is suggested before others.
    problem.people[3].standing = vec![];
    let able = suggest(&problem, 1).unwrap().able;
    let costs: Vec<(usize, i64)> = able.iter().map(|(who, cost)| (*who, cost.total())).collect();
    assert_eq!(costs, [(3, -4), (1, 4), (2, 4)]);
}

#[test]
fn a_place_has_no_more_people_than_it_may() {
    let mut problem = week(3);
    problem.places.truncate(1);
    for person in &mut problem.people {
        person.wishes = vec![Wish {
            day: 0,
            kind: Some(DAY),
            wanted: true,
            weight: 1,
        }];
    }
    assert_eq!(fill(&problem, 2).assigned.len(), 1);
    problem.places[0].heads.most = 2;
    assert_eq!(fill(&problem, 2).assigned.len(), 2);
    problem.people[1].standing = vec![standing(0, false)];
    problem.places[0].heads.most = 1;
    let suggestion = suggest(&problem, 0).unwrap();
    let stopped = [(0, Obstacle::Full), (1, Obstacle::HasIt), (2, Obstacle::Full)];
    assert_eq!(suggestion.stopped, stopped);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let faults = |change: fn(&mut Problem)| {
        let mut problem = week(1);
        change(&mut problem);
        appraise(&problem).unwrap_err()
    };
    assert_eq!(faults(|it| it.days = 6), Fault::NoSuchDay(6));
    assert_eq!(
        faults(|it| it.places[3].window = hours(9, 8)),
        Fault::Backwards(3)
    );
    assert_eq!(
        faults(|it| it.people[0].standing = vec![standing(9, true)]),
        Fault::NoSuchPlace(9)
    );
    let twice = |it: &mut Problem| {
        it.places[1].day = 0;
        it.people[0].standing = vec![standing(0, true), standing(1, false)];
    };
    assert_eq!(faults(twice), Fault::TwoOnOneDay(0, 0));
    let bond = Bond {
        one: 0,
        other: 1,
        weight: 1,
    };
    let mut problem = week(1);
    problem.bonds = vec![bond];
    assert_eq!(appraise(&problem).unwrap_err(), Fault::NoSuchPerson(1));
    assert_eq!(suggest(&week(1), 7).unwrap_err(), Fault::NoSuchPlace(7));
}
