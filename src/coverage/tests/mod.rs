//! Coverage of small towns.

mod drawn;
mod expected;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::board::ServiceArea;
use crate::board::testing::{Town, ZONE, agency, local, window};
use crate::id::PatternId;
use crate::roster::outline::outline;
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
            zone: None,
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
