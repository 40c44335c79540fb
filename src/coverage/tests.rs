//! Coverage of small towns, and against a count that tries everything.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::board::ServiceArea;
use crate::board::testing::{Town, ZONE, agency, local, window};
use crate::geo::Point;
use crate::id::PatternId;
use crate::roster::outline::outline;
use crate::shift::civil::WallClock;
use crate::shift::date::LocalDate;
use crate::shift::pattern::{Cadence, Pattern, Phase, Post, Recurrence};
use crate::triage::{CLINICIAN, OFFICER};

const SPANISH: &str = "LANG_ES";

impl Town {
    fn area(&mut self, name: &str, west: i32) -> AreaId {
        let east = west + 1;
        let text = format!(
            r#"{{"type":"Polygon","coordinates":[[[{west},38],[{east},38],[{east},39],[{west},39],[{west},38]]]}}"#
        );
        let area = ServiceArea {
            id: AreaId::next(&mut self.ids, self.at),
            name: name.to_owned(),
            outline: outline(&text).expect("an outline"),
            removed: false,
        };
        let id = area.id;
        self.board.areas.insert(id, area);
        id
    }

    /// A post of every day, that nobody takes yet.
    fn wants(&mut self, discipline: &str, hours: (u32, u32), (minimum, wanted): (u32, u32)) -> &mut Post {
        let first_on: LocalDate = "2026-11-01".parse().expect("a date");
        let id = PatternId::next(&mut self.ids, self.at);
        let pattern = Pattern {
            id,
            agency_id: agency("bhr"),
            name: discipline.to_owned(),
            discipline: discipline.to_owned(),
            zone: ZONE.to_owned(),
            phases: vec![Phase {
                first_on,
                cadence: Cadence {
                    starts_on: first_on,
                    recurrence: Recurrence::Rule("FREQ=DAILY".parse().expect("a rule")),
                    except_dates: BTreeSet::new(),
                    extra_dates: BTreeSet::new(),
                },
                post: Post {
                    start_minute: hours.0 * 60,
                    length_minutes: (hours.1 - hours.0) * 60,
                    area_id: None,
                    required_qualifications: BTreeSet::new(),
                    minimum,
                    wanted,
                    places: Vec::new(),
                    turn_days: 7,
                },
            }],
            exceptions: BTreeMap::new(),
            retired_at: None,
            version: 1,
        };
        let pattern = self.board.patterns.entry(id).or_insert(pattern);
        &mut pattern.phases[0].post
    }

    /// A licensed clinician, or officer, on shift.
    fn works(&mut self, discipline: &str, planned: Window) -> ResponderId {
        let call_sign = format!("{discipline}{}", self.board.responders.len());
        let (id, code) = match discipline {
            CLINICIAN => (self.clinician(&call_sign), "LCSW"),
            _ => (self.officer(&call_sign), "CIT"),
        };
        self.grant(id, code);
        self.on_shift(id, planned);
        id
    }

    fn lapses(&mut self, responder_id: ResponderId, code: &str, at: Moment) {
        let him = self.board.responders.get_mut(&responder_id).expect("he is there");
        let paper = him.credentials.values_mut().find(|paper| paper.code == code);
        paper.expect("a paper").lapses_at = Some(at);
    }

    fn plan(&self, window: Window) -> Plan {
        let areas = self.board.areas.keys().copied().map(Some);
        let rows = [None].into_iter().chain(areas).collect();
        Plan::of(&self.board, window, rows, [].into_iter())
    }

    fn coverage(&self, window: Window, step_minutes: u32) -> Coverage {
        coverage(&self.plan(window), step_minutes).expect("a coverage")
    }
}

fn heads(discipline: &str) -> Counted {
    Counted::Heads(discipline.to_owned())
}

/// Minimum, wanted, scheduled and missing of a measure, step by step.
fn numbers(area: &AreaCoverage, counted: &Counted, qualification: Option<&str>) -> Vec<[u32; 4]> {
    let of_step = |step: &Step| {
        let one = step.strengths.iter().find(|one| {
            one.measure.counted == *counted && one.measure.qualification.as_deref() == qualification
        });
        let one = one.expect("measured");
        [one.minimum, one.wanted, one.scheduled, one.missing_wanted]
    };
    area.steps.iter().map(of_step).collect()
}

fn spanish() -> BTreeSet<Code> {
    [SPANISH.to_owned()].into()
}

/// From eight to twelve, in two steps.
fn morning() -> Window {
    window("2026-12-01T08:00", "2026-12-01T12:00")
}

#[test]
fn a_licence_that_lapses_during_a_shift_ends_his_part_in_it() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (1, 1));
    let anna = town.works(CLINICIAN, window("2026-12-01T08:00", "2026-12-01T16:00"));
    town.lapses(anna, "LCSW", local("2026-12-01T10:30"));
    let found = town.coverage(morning(), 60);
    let seen = numbers(&found.areas[0], &heads(CLINICIAN), None);
    assert_eq!(seen, [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1], [1, 1, 0, 1]]);
    let gap = &found.gaps[0];
    assert_eq!(gap.window.start, local("2026-12-01T10:30"));
    assert_eq!(gap.strength.level(), Level::BelowMinimum);
    let lapse = &found.lapses[0];
    assert_eq!(
        (lapse.responder_id, lapse.called.call_sign.as_str()),
        (anna, "clinician0")
    );
    assert_eq!(lapse.lapse.lapses_at, Some(local("2026-12-01T10:30")));
    assert_eq!(lapse.lapse.qualification, "BEHAVIORAL_HEALTH");
}

#[test]
fn a_step_is_as_bad_as_its_worst_moment() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (1, 2));
    town.works(CLINICIAN, window("2026-12-01T08:00", "2026-12-01T09:59"));
    town.works(CLINICIAN, window("2026-12-01T08:00", "2026-12-01T16:00"));
    town.works(CLINICIAN, window("2026-12-01T10:00", "2026-12-01T16:00"));
    let found = town.coverage(morning(), 120);
    let seen = numbers(&found.areas[0], &heads(CLINICIAN), None);
    assert_eq!(seen, [[1, 2, 1, 1], [1, 2, 2, 0]], "a minute is enough");
    let gaps: Vec<(Window, Level)> = found
        .gaps
        .iter()
        .map(|gap| (gap.window, gap.strength.level()))
        .collect();
    assert_eq!(
        gaps,
        [(window("2026-12-01T09:59", "2026-12-01T10:00"), Level::BelowWanted)]
    );
}

#[test]
fn a_gap_goes_on_where_shifts_change_and_nothing_gets_better() {
    let mut town = Town::new();
    town.wants(OFFICER, (8, 16), (1, 3));
    town.works(OFFICER, window("2026-12-01T08:00", "2026-12-01T10:00"));
    town.works(OFFICER, window("2026-12-01T10:00", "2026-12-01T11:00"));
    let found = town.coverage(morning(), 60);
    let gaps: Vec<(Window, Level, u32)> = found
        .gaps
        .iter()
        .map(|gap| (gap.window, gap.strength.level(), gap.strength.scheduled))
        .collect();
    let expected = [
        (
            window("2026-12-01T08:00", "2026-12-01T11:00"),
            Level::BelowWanted,
            1,
        ),
        (
            window("2026-12-01T11:00", "2026-12-01T12:00"),
            Level::BelowMinimum,
            0,
        ),
    ];
    assert_eq!(gaps, expected);
}

#[test]
fn who_serves_two_areas_stands_in_both_and_in_the_whole_once() {
    let mut town = Town::new();
    let (north, south) = (town.area("North", -91), town.area("South", -92));
    town.wants(CLINICIAN, (8, 16), (1, 1)).area_id = Some(north);
    town.wants(CLINICIAN, (8, 16), (1, 1)).area_id = Some(south);
    let anna = town.works(CLINICIAN, morning());
    let ben = town.works(CLINICIAN, morning());
    let serves = |town: &mut Town, id, areas: &[AreaId]| {
        let him = town.board.responders.get_mut(&id).expect("he is there");
        him.area_ids = areas.iter().copied().collect();
    };
    serves(&mut town, anna, &[north, south]);
    serves(&mut town, ben, &[north]);
    let seen = |town: &Town| {
        let found = town.coverage(morning(), 240);
        [None, Some(north), Some(south)].map(|row| {
            let area = found.areas.iter().find(|area| area.area_id == row);
            numbers(area.expect("a row"), &heads(CLINICIAN), None)[0]
        })
    };
    assert_eq!(
        seen(&town),
        [[2, 2, 2, 0], [1, 1, 2, 0], [1, 1, 1, 0]],
        "he moves to the south"
    );
    serves(&mut town, anna, &[north]);
    assert_eq!(
        seen(&town),
        [[2, 2, 2, 1], [1, 1, 2, 0], [1, 1, 0, 1]],
        "two in the north leave the south empty, and the whole knows"
    );
}

#[test]
fn one_with_two_qualifications_fills_one_of_two_places() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (0, 1)).required_qualifications = spanish();
    town.wants(CLINICIAN, (8, 16), (0, 1)).required_qualifications = ["YOUTH".to_owned()].into();
    let anna = town.works(CLINICIAN, morning());
    town.grant(anna, SPANISH);
    town.grant(anna, "YOUTH");
    town.works(CLINICIAN, morning());
    let found = town.coverage(morning(), 240);
    let of = |qualification| numbers(&found.areas[0], &heads(CLINICIAN), qualification)[0];
    assert_eq!(of(Some(SPANISH)), [0, 1, 1, 0]);
    assert_eq!(of(Some("YOUTH")), [0, 1, 1, 0]);
    assert_eq!(of(None), [0, 2, 2, 1], "counts are not enough");
}

#[test]
fn a_pair_is_two_who_may_meet_and_either_brings_the_language() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (1, 2)).required_qualifications = spanish();
    town.wants(OFFICER, (8, 16), (1, 2));
    let (anna, ben) = (town.works(CLINICIAN, morning()), town.works(CLINICIAN, morning()));
    let (otto, _) = (town.works(OFFICER, morning()), town.works(OFFICER, morning()));
    town.grant(otto, SPANISH);
    let seen = |town: &Town, qualification| {
        numbers(
            &town.coverage(morning(), 240).areas[0],
            &Counted::Pairs,
            qualification,
        )[0]
    };
    assert_eq!(
        (seen(&town, None), seen(&town, Some(SPANISH))),
        ([1, 2, 2, 0], [1, 2, 1, 1])
    );
    for clinician in [anna, ben] {
        let her = town.board.responders.get_mut(&clinician).expect("she is there");
        her.must_not_meet = [otto].into();
    }
    assert_eq!(
        (seen(&town, None), seen(&town, Some(SPANISH))),
        ([1, 2, 1, 1], [1, 2, 0, 2])
    );
}

#[test]
fn too_many_numbers_are_refused_and_tell_how_many() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (1, 1));
    let year = window("2026-12-01T00:00", "2027-12-01T00:00");
    let refusal = coverage(&town.plan(year), 15).expect_err("too many");
    assert_eq!(refusal.reason, Reason::TooMany);
    assert!(coverage(&town.plan(year), 60).is_ok());
}

#[test]
fn only_steps_that_differ_are_told() {
    let mut town = Town::new();
    town.wants(CLINICIAN, (8, 16), (1, 1));
    let before = town.coverage(morning(), 60);
    assert_eq!(before.since(&before), []);
    town.works(CLINICIAN, window("2026-12-01T10:00", "2026-12-01T11:00"));
    let north = town.area("North", -91);
    let after = town.coverage(morning(), 60);
    let told: Vec<(Option<AreaId>, usize)> = after
        .since(&before)
        .iter()
        .map(|area| (area.area_id, area.steps.len()))
        .collect();
    assert_eq!(told, [(None, 1), (Some(north), 4)]);
    let gone: Vec<(Option<AreaId>, usize)> = before
        .since(&after)
        .iter()
        .map(|area| (area.area_id, area.steps.len()))
        .collect();
    assert_eq!(gone, [(None, 1), (Some(north), 0)]);
}

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

// Against a count that tries everything, at every quarter of an hour.

#[derive(Clone, Debug)]
struct Worker {
    clinician: bool,
    areas: usize,
    shift: (u32, u32),
    shift_area: usize,
    licensed_until: u32,
    spanish_until: u32,
}

#[derive(Clone, Debug)]
struct Wish {
    clinician: bool,
    area: usize,
    hours: (u32, u32),
    spanish: bool,
    minimum: u32,
    more: u32,
}

fn hours() -> impl Strategy<Value = (u32, u32)> {
    (0u32..4, 1u32..5).prop_map(|(start, length)| (start, start + length))
}

prop_compose! {
    fn worker()(
        clinician in any::<bool>(),
        areas in 0usize..4,
        shift in hours(),
        shift_area in 0usize..4,
        licensed_until in 1u32..30,
        spanish_until in 0u32..30,
    ) -> Worker {
        Worker { clinician, areas, shift, shift_area, licensed_until, spanish_until }
    }
}

prop_compose! {
    fn wish()(
        clinician in any::<bool>(),
        area in 0usize..3,
        hours in hours(),
        spanish in any::<bool>(),
        minimum in 0u32..2,
        more in 0u32..2,
    ) -> Wish {
        Wish { clinician, area, hours, spanish, minimum, more }
    }
}

/// The areas with these bits.
fn areas_of(bits: usize, areas: &[AreaId]) -> BTreeSet<AreaId> {
    let chosen = areas
        .iter()
        .enumerate()
        .filter(|(place, _)| bits >> place & 1 == 1);
    chosen.map(|(_, id)| *id).collect()
}

fn quarter(number: u32) -> Moment {
    local("2026-12-01T00:00").plus_seconds(i64::from(number) * 900)
}

/// How many of the places can be filled at most, each by another.
fn filled<P, Q>(people: &mut Vec<P>, places: &[Q], fits: &impl Fn(&P, &Q) -> bool) -> u32 {
    let Some((first, rest)) = places.split_first() else {
        return 0;
    };
    let mut best = filled(people, rest, fits);
    for place in 0..people.len() {
        if fits(&people[place], first) {
            let taken = people.remove(place);
            best = best.max(1 + filled(people, rest, fits));
            people.insert(place, taken);
        }
    }
    best
}

/// One who is there: his areas, whether he speaks it, who he is.
type Present = (BTreeSet<AreaId>, bool, usize);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_quarter_is_as_one_counts_who_tries_everything(
        workers in prop::collection::vec(worker(), 1..6),
        wishes in prop::collection::vec(wish(), 1..4),
        apart in prop::collection::vec(any::<bool>(), 36),
    ) {
        let mut town = Town::new();
        let areas = [town.area("North", -91), town.area("South", -92)];
        let discipline = |clinician| if clinician { CLINICIAN } else { OFFICER };
        let area = |place: usize| place.checked_sub(1).map(|place| areas[place]);
        for wish in &wishes {
            let headcount = (wish.minimum, wish.minimum + wish.more);
            let post = town.wants(discipline(wish.clinician), wish.hours, headcount);
            post.area_id = area(wish.area);
            if wish.spanish {
                post.required_qualifications = spanish();
            }
        }
        let mut ids = Vec::new();
        for worker in &workers {
            let planned = Window {
                start: quarter(worker.shift.0 * 4),
                end: quarter(worker.shift.1 * 4),
            };
            let kind = discipline(worker.clinician);
            let id = town.works(kind, planned);
            town.lapses(id, if worker.clinician { "LCSW" } else { "CIT" }, quarter(worker.licensed_until));
            town.grant(id, SPANISH);
            town.lapses(id, SPANISH, quarter(worker.spanish_until));
            let shift = town.board.shifts.values_mut().find(|shift| shift.responder_id == Some(id));
            shift.expect("his").area_id = area(worker.shift_area.min(2));
            ids.push(id);
        }
        let may_meet = |one: usize, other: usize| !apart[one * 6 + other] && !apart[other * 6 + one];
        for (place, id) in ids.iter().enumerate() {
            let him = town.board.responders.get_mut(id).expect("he is there");
            him.area_ids = areas_of(workers[place].areas, &areas);
            let others = ids.iter().enumerate().filter(|(other, _)| *other != place);
            him.must_not_meet =
                others.filter(|(other, _)| apart[place * 6 + other]).map(|(_, id)| *id).collect();
        }
        let day = Window { start: quarter(0), end: quarter(32) };
        let found = town.coverage(day, 15);

        for row in &found.areas {
            for (number, step) in (0u32..).zip(&row.steps) {
                let in_row = |set: &BTreeSet<AreaId>| {
                    row.area_id.is_none_or(|id| set.is_empty() || set.contains(&id))
                };
                let present = |clinician: bool| -> Vec<Present> {
                    let those = workers.iter().enumerate().filter(|(_, one)| {
                        one.clinician == clinician
                            && (one.shift.0 * 4..one.shift.1 * 4).contains(&number)
                            && number < one.licensed_until
                    });
                    let placed = those.map(|(place, one)| {
                        let own = areas_of(one.areas, &areas);
                        let set = area(one.shift_area.min(2)).map_or(own, |id| [id].into());
                        (set, number < one.spanish_until, place)
                    });
                    placed.filter(|(set, ..)| in_row(set)).collect()
                };
                let places = |clinician: bool, least: bool| -> Vec<(Option<AreaId>, bool)> {
                    let open = wishes.iter().filter(|wish| {
                        wish.clinician == clinician
                            && (wish.hours.0 * 4..wish.hours.1 * 4).contains(&number)
                            && row.area_id.is_none_or(|id| area(wish.area) == Some(id))
                    });
                    let each = open.flat_map(|wish| {
                        let count = if least { wish.minimum } else { wish.minimum + wish.more };
                        std::iter::repeat_n((area(wish.area), wish.spanish), count as usize)
                    });
                    each.collect()
                };
                for one in &step.strengths {
                    let asks = one.measure.qualification.is_some();
                    let (scheduled, missing) = match &one.measure.counted {
                        Counted::Heads(discipline) => {
                            let clinician = discipline == CLINICIAN;
                            let mut people = present(clinician);
                            people.retain(|(_, speaks, _)| !asks || *speaks);
                            let missing = |least| {
                                let mut open = places(clinician, least);
                                open.retain(|(_, spanish)| !asks || *spanish);
                                let fits = |(set, speaks, _): &Present, place: &(Option<AreaId>, bool)| {
                                    let there = row.area_id.is_some()
                                        || place.0.is_none_or(|id| set.is_empty() || set.contains(&id));
                                    there && (!place.1 || *speaks)
                                };
                                open.len() as u32 - filled(&mut people.clone(), &open, &fits)
                            };
                            (people.len() as u32, [missing(true), missing(false)])
                        }
                        Counted::Pairs => {
                            let meets = |one: &BTreeSet<AreaId>, other: &BTreeSet<AreaId>| {
                                row.area_id.is_some()
                                    || one.is_empty()
                                    || other.is_empty()
                                    || one.intersection(other).next().is_some()
                            };
                            let fits = |one: &Present, other: &Present| {
                                meets(&one.0, &other.0)
                                    && (!asks || one.1 || other.1)
                                    && may_meet(one.2, other.2)
                            };
                            let scheduled = filled(&mut present(true), &present(false), &fits);
                            let missing = |least| {
                                type Place = (Option<AreaId>, bool);
                                let fits = |one: &Place, other: &Place| {
                                    let apart = one.0.is_some() && other.0.is_some() && one.0 != other.0;
                                    !apart && (!asks || one.1 || other.1)
                                };
                                let pairs = filled(&mut places(true, least), &places(false, least), &fits);
                                pairs.saturating_sub(scheduled)
                            };
                            (scheduled, [missing(true), missing(false)])
                        }
                    };
                    let told = (one.scheduled, [one.missing_minimum, one.missing_wanted]);
                    prop_assert_eq!(told, (scheduled, missing), "{:?} in {:?} at {}", one, row.area_id, number);
                    let in_a_gap = found.gaps.iter().any(|gap| {
                        gap.area_id == row.area_id
                            && gap.strength.measure == one.measure
                            && gap.window.contains(step.window.start)
                            && gap.strength.level() == one.level()
                    });
                    prop_assert_eq!(in_a_gap, one.level() != Level::Covered);
                }
            }
        }
    }
}
