use super::*;
use crate::board::testing::{Town, agency, kinds, local, paper, window};
use crate::board::{EventKind, Reply};
use crate::filling::Unfit;
use crate::filling::{Obstacle, Rule, STEPS_BETWEEN_LOOKS, Term};
use crate::id::AreaId;
use crate::roster::decide::grant_credential;
use crate::shift::command::AssignShift;
use crate::shift::decide::{assign_shift, create_shift};
use crate::shift::rules::{Severity, WorkRuleKind, usual};

/// Windows of shifts of December 2026: the date, the hour of the start, the length in hours.
fn of(date: u32, hour: u32, hours: i64) -> Window {
    let start = local(&format!("2026-12-{date:02}T{hour:02}:00"));
    Window {
        start,
        end: start.plus_seconds(hours * 3600),
    }
}

/// A clinician who may work.
fn clinician(town: &mut Town, call_sign: &str) -> ResponderId {
    let him = town.clinician(call_sign);
    town.grant(him, "LCSW");
    him
}

/// A draft of the clinicians' agency that nobody works yet.
fn open(town: &mut Town, of: ResponderId, planned: Window) -> ShiftId {
    let mut command = town.planned(of, planned);
    command.responder_id = None;
    let (reply, _) = town.decide(create_shift, &command).expect("a draft");
    let Reply::Shift(shift) = reply else {
        panic!("not a shift: {reply:?}")
    };
    shift.id
}

fn december() -> Asked {
    Asked {
        period: window("2026-12-01T00:00", "2027-01-01T00:00"),
        agency_id: Some(agency("bhr")),
        pinned: BTreeSet::new(),
        preferences: Vec::new(),
        costs: Costs::default(),
    }
}

/// What is proposed after so many looks.
fn proposed(town: &Town, asked: &Asked, looks: u64) -> Outcome {
    let plan = Plan::of(&town.board, asked, town.at).expect("within the calendar");
    let mut watch = |progress: &Progress| {
        if progress.steps < looks * STEPS_BETWEEN_LOOKS {
            Go::On
        } else {
            Go::Stop
        }
    };
    plan.proposed(&mut watch).expect("a problem that can be asked")
}

/// Who would work it: none when it stays open; what is not told stays as it is.
fn works(outcome: &Outcome, shift_id: ShiftId) -> Option<Option<ResponderId>> {
    let told = outcome.shifts.iter().find(|one| one.shift.id == shift_id)?;
    Some(told.responder_id)
}

fn stopped(outcome: &Outcome, shift_id: ShiftId) -> Vec<(ResponderId, Obstacle)> {
    let told = outcome
        .shifts
        .iter()
        .find(|one| one.shift.id == shift_id)
        .expect("told of");
    let stopped = told.stopped.iter();
    stopped
        .map(|one| (one.responder_id, one.obstacle.clone()))
        .collect()
}

/// Every rule refuses, so that whoever assigns what was proposed is told of the first that it breaks. Of weekends a fair share
/// costs, and is not refused.
fn strict(town: &mut Town) {
    town.board.jurisdiction.policy.work_rules = usual();
    for rule in &mut town.board.jurisdiction.policy.work_rules {
        rule.severity = match rule.kind {
            WorkRuleKind::WeekendsAboveMedian => Severity::Report,
            WorkRuleKind::RestMinutes
            | WorkRuleKind::StretchMinutes
            | WorkRuleKind::WeekMinutes
            | WorkRuleKind::FourWeekMinutes
            | WorkRuleKind::ConsecutiveNights => Severity::Refuse,
        };
        rule.limit = match rule.kind {
            WorkRuleKind::WeekMinutes => 48 * 60,
            WorkRuleKind::FourWeekMinutes => 150 * 60,
            WorkRuleKind::ConsecutiveNights => 3,
            WorkRuleKind::RestMinutes | WorkRuleKind::StretchMinutes | WorkRuleKind::WeekendsAboveMedian => {
                rule.limit
            }
        };
    }
}

#[test]
fn what_is_proposed_can_be_assigned_without_breaking_a_rule_of_work() {
    let mut town = Town::new();
    strict(&mut town);
    let people: Vec<ResponderId> = (0..5)
        .map(|number| clinician(&mut town, &format!("C{number}")))
        .collect();
    // What stands before and after: rest, hours and nights reach over the edges.
    town.on_shift(people[0], window("2026-11-30T22:00", "2026-12-01T06:00"));
    town.on_shift(people[1], window("2026-11-29T09:00", "2026-11-29T21:00"));
    let mut shifts = Vec::new();
    for date in 1..=28 {
        for (hour, hours) in [(7, 8), (15, 8), (23, 8)] {
            shifts.push(open(&mut town, people[0], of(date, hour, hours)));
        }
    }
    let outcome = proposed(&town, &december(), 20);
    let filled = shifts
        .iter()
        .filter(|shift| works(&outcome, **shift).flatten().is_some());
    // Five people may work 150 hours each in 28 days: 93 shifts of eight hours, and there are 84.
    assert!(filled.count() >= 80, "nearly all can be filled");
    for one in &outcome.shifts {
        let Some(responder_id) = one.responder_id else {
            assert_eq!(one.stopped.len(), 5, "everyone has a reason");
            continue;
        };
        let command = AssignShift {
            shift_id: one.shift.id,
            expected_version: one.shift.version,
            responder_id: Some(responder_id),
            override_reason: String::new(),
        };
        let (_, events) = town.decide(assign_shift, &command).expect("allowed");
        assert_eq!(kinds(&events), [EventKind::ShiftAssigned]);
    }
}

#[test]
fn whoever_is_not_qualified_to_the_end_is_passed_over_by_name() {
    let mut town = Town::new();
    let lapsing = town.clinician("C1");
    let mut licence = paper(lapsing, "LCSW");
    let ends = local("2026-12-11T00:00");
    licence.valid_until = Some(("2026-12-10".to_owned(), ends));
    town.decide(grant_credential, &licence).expect("granted");
    let without = town.clinician("C2");
    let (before, across) = (
        open(&mut town, lapsing, of(9, 9, 8)),
        open(&mut town, lapsing, of(10, 22, 8)),
    );
    let outcome = proposed(&town, &december(), 2);
    assert_eq!(works(&outcome, before), Some(Some(lapsing)));
    assert_eq!(works(&outcome, across), Some(None));
    let code = || "BEHAVIORAL_HEALTH".to_owned();
    let mut expected = [
        (lapsing, Obstacle::Unfit(Unfit::QualificationLapses(code(), ends))),
        (without, Obstacle::Unfit(Unfit::NotQualified(code()))),
    ];
    expected.sort_by_key(|(responder_id, _)| *responder_id);
    assert_eq!(stopped(&outcome, across), expected);
}

#[test]
fn whoever_is_on_leave_is_neither_proposed_nor_suggested() {
    let mut town = Town::new();
    let (away, there) = (clinician(&mut town, "C1"), clinician(&mut town, "C2"));
    let (within, after) = (
        open(&mut town, away, of(9, 9, 8)),
        open(&mut town, away, of(11, 9, 8)),
    );
    town.on_leave(away, window("2026-12-08T00:00", "2026-12-11T00:00"));
    let mut asked = december();
    asked.preferences = [(there, "2026-12-09"), (there, "2026-12-11")]
        .map(|(responder_id, date)| Preference {
            responder_id,
            date: date.parse().expect("a date"),
            to_work: false,
        })
        .into();
    let outcome = proposed(&town, &asked, 2);
    assert_eq!(
        works(&outcome, within),
        Some(Some(there)),
        "though she would rather not"
    );
    assert_eq!(works(&outcome, after), Some(Some(away)));
    let plan = Plan::of_shift(&town.board, town.shift(within), Costs::default(), town.at).expect("a plan");
    let suggestion = plan.suggested(within).expect("one of its shifts");
    let able: Vec<_> = suggestion
        .able
        .iter()
        .map(|(person, _)| plan.responder_id(*person))
        .collect();
    assert_eq!(able, [Some(there)]);
    let why: Vec<_> = plan
        .stopped(&suggestion.stopped)
        .into_iter()
        .map(|one| (one.responder_id, one.obstacle))
        .collect();
    assert_eq!(why, [(away, Obstacle::Unfit(Unfit::OnLeave))]);
}

#[test]
fn what_is_planned_stays_unless_more_is_gained_than_a_change_costs() {
    let mut town = Town::new();
    let (one, other) = (clinician(&mut town, "C1"), clinician(&mut town, "C2"));
    let shift = town.on_shift(one, of(2, 9, 8));
    let mut asked = december();
    asked.preferences = vec![Preference {
        responder_id: one,
        date: "2026-12-02".parse().expect("a date"),
        to_work: false,
    }];
    assert_eq!(works(&proposed(&town, &asked, 2), shift), None, "it stays");
    asked.costs.preference = asked.costs.change + 1;
    let moved = proposed(&town, &asked, 2);
    assert_eq!(works(&moved, shift), Some(Some(other)));
    assert_eq!(moved.cost.of(Term::Changes), 50);
    assert_eq!(moved.standing_cost.of(Term::Wishes), 51);
    asked.pinned.insert(shift);
    assert_eq!(works(&proposed(&town, &asked, 2), shift), None, "it is pinned");
    asked.pinned.clear();
    let mut overridden = town.shift(shift).clone();
    overridden.override_reason = "sole_cover".to_owned();
    town.board.shifts.put(shift, Some(overridden.clone()));
    assert_eq!(
        works(&proposed(&town, &asked, 2), shift),
        None,
        "a supervisor has said so"
    );
    overridden.override_reason.clear();
    town.board.shifts.put(shift, Some(overridden));
    town.at = local("2026-12-02T10:00");
    assert_eq!(works(&proposed(&town, &asked, 2), shift), None, "it has begun");
}

#[test]
fn a_second_shift_of_one_day_takes_its_rest_and_its_hours() {
    let mut town = Town::new();
    let him = clinician(&mut town, "C1");
    // Two short shifts on each of five days are 40 of his 48 hours.
    for date in 7..=11 {
        for hour in [6, 18] {
            town.on_shift(him, of(date, hour, 4));
        }
    }
    strict(&mut town);
    let long = open(&mut town, him, of(12, 12, 9));
    let short = open(&mut town, him, of(13, 12, 8));
    let between = open(&mut town, him, of(9, 11, 2));
    let outcome = proposed(&town, &december(), 2);
    assert_eq!(outcome.shifts.len(), 3, "what he works stays");
    assert_eq!(works(&outcome, short), Some(Some(him)));
    let hours = stopped(&outcome, long);
    assert!(
        matches!(&hours[..], [(_, Obstacle::Breaks(Rule::MostMinutes, _))]),
        "{hours:?}"
    );
    assert!(
        matches!(
            &stopped(&outcome, between)[..],
            [(_, Obstacle::Unfit(Unfit::Works(_)))]
        ),
        "he works or rests all of that day"
    );
}

#[test]
fn a_place_is_for_its_discipline_its_area_and_its_agency() {
    let mut town = Town::new();
    let him = clinician(&mut town, "C1");
    let officer = town.officer("2A1");
    town.grant(officer, "CIT");
    town.on_shift(officer, of(2, 9, 8));
    let shift = open(&mut town, him, of(2, 9, 8));
    let outcome = proposed(&town, &december(), 1);
    assert_eq!(works(&outcome, shift), Some(Some(him)));
    assert_eq!(
        outcome.cost.total(),
        0,
        "where the officer works is not for this agency to fill"
    );
    let mut elsewhere = town.shift(shift).clone();
    let (here, there) = (
        AreaId::next(&mut town.ids, town.at),
        AreaId::next(&mut town.ids, town.at),
    );
    elsewhere.area_id = Some(there);
    town.board.shifts.put(shift, Some(elsewhere));
    let mut local_man = town.him(him).clone();
    local_man.area_ids = [here].into();
    town.board.responders.insert(him, local_man);
    let mut everyone = december();
    everyone.agency_id = None;
    let outcome = proposed(&town, &everyone, 1);
    assert_eq!(
        stopped(&outcome, shift),
        [(him, Obstacle::Unfit(Unfit::OtherArea))],
        "the officer is not concerned"
    );
}

#[test]
fn who_works_with_him_by_habit_is_suggested_first() {
    let mut town = Town::new();
    let (one, other) = (clinician(&mut town, "C1"), clinician(&mut town, "C2"));
    let officer = town.officer("2A1");
    for date in [1, 3, 5] {
        town.on_shift(officer, of(date, 9, 8));
        town.on_shift(other, of(date, 9, 8));
    }
    town.on_shift(officer, of(8, 9, 8));
    let shift = open(&mut town, one, of(8, 9, 8));
    let plan = Plan::of_shift(&town.board, town.shift(shift), Costs::default(), town.at).expect("a plan");
    let suggestion = plan.suggested(shift).expect("one of its shifts");
    let ranked: Vec<(Option<ResponderId>, i64)> = suggestion
        .able
        .iter()
        .map(|(person, cost)| (plan.responder_id(*person), cost.total()))
        .collect();
    assert_eq!(ranked, [(Some(other), -4), (Some(one), 0)]);
}

#[test]
fn the_night_in_which_clocks_change_is_as_long_as_it_is() {
    let period = window("2026-11-01T00:00", "2026-11-02T00:00");
    let calendar = Calendar::around(&period, "America/Chicago").expect("within the calendar");
    // From Saturday 22:00 to Sunday 06:00 are nine hours: at 02:00 clocks are set back.
    let night = window("2026-10-31T22:00", "2026-11-01T06:00");
    assert_eq!(calendar.minutes(&night), [120, 420, 0]);
    let day = calendar.day(night.start).expect("a day of it");
    assert_eq!(calendar.night(&night), Some(day + 1));
    assert_eq!(
        calendar.weekend(&night),
        calendar.weekend(&window("2026-11-01T09:00", "2026-11-01T17:00"))
    );
    assert_eq!(
        calendar.weekend(&window("2026-11-02T09:00", "2026-11-02T17:00")),
        None
    );
    let monday = calendar.day_of("2026-11-02".parse().expect("a date"));
    assert!(
        calendar
            .weeks()
            .any(|(from, to)| Some(from) == monday && to == from + 7)
    );
}
