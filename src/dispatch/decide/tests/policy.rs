//! Every threshold acts: each is changed, and a story comes out otherwise.

use std::collections::BTreeSet;

use super::super::{call, duty, reopening, safety};
use super::world::{START, World, point};
use crate::board::{CheckInRule, Duty, Holiday, MARCUS_ALERT, Policy, Position, Reply, Turn};
use crate::dispatch::MemberState;
use crate::dispatch::command::{CheckIn, DutyChange, SetDutyStatus};
use crate::dispatch::lifecycle::Progress;
use crate::geo::Point;
use crate::hours::account::account;
use crate::moment::Window;
use crate::request::command::RequestTimeOff;
use crate::request::decide::request_time_off;
use crate::shift::civil::resolve;
use crate::shift::command::CreateShift;
use crate::shift::decide::create_shift;
use crate::shift::on_call::Outcome;
use crate::shift::on_call::command::{CreateOnCallList, RecordCallBackAttempt};
use crate::shift::on_call::decide::{create_on_call_list, record_call_back_attempt};
use crate::travel;
use crate::triage::{CLINICIAN, OFFICER, Response};

/// A threshold's name, another value for it, and a story that feels it, told in words.
type Case = (&'static str, fn(&mut Policy), fn(World) -> String);

const CASES: &[Case] = &[
    (
        "travel_speed_kilometers_per_hour",
        |policy| policy.travel_speed_kilometers_per_hour = 80,
        ways,
    ),
    (
        "travel_detour_percent",
        |policy| policy.travel_detour_percent = 200,
        ways,
    ),
    (
        "travel_limit_seconds",
        |policy| policy.travel_limit_seconds = 250,
        a_call,
    ),
    (
        "position_fresh_seconds",
        |policy| policy.position_fresh_seconds = 30,
        ways,
    ),
    (
        "position_usable_seconds",
        |policy| policy.position_usable_seconds = 300,
        ways,
    ),
    (
        "expected_on_scene_seconds",
        |policy| policy.expected_on_scene_seconds = 60,
        a_call_before_the_shift_ends,
    ),
    (
        "allow_shift_overrun",
        |policy| policy.allow_shift_overrun = true,
        a_call_before_the_shift_ends,
    ),
    (
        "send_conditionally_available",
        |policy| policy.send_conditionally_available = true,
        a_call_in_conditional_duty,
    ),
    (
        "rest_seconds",
        |policy| policy.rest_seconds = 600,
        a_call_after_another,
    ),
    ("offer_seconds", |policy| policy.offer_seconds = 20, a_call),
    ("hold_seconds", |policy| policy.hold_seconds = 10, a_decline),
    (
        "escalation_seconds",
        |policy| policy.escalation_seconds = 15,
        a_call_that_waits,
    ),
    (
        "disposition_due_seconds",
        |policy| policy.disposition_due_seconds = 60,
        a_life,
    ),
    (
        "check_in_grace_seconds",
        |policy| policy.check_in_grace_seconds = 5,
        a_silence,
    ),
    (
        "believed_past_seconds",
        |policy| policy.believed_past_seconds = 60,
        |world| an_arrival(world, -600),
    ),
    (
        "believed_future_seconds",
        |policy| policy.believed_future_seconds = 5,
        |world| an_arrival(world, 30),
    ),
    ("filing_seconds", |policy| policy.filing_seconds = 60, a_life),
    (
        "reopen_seconds",
        |policy| policy.reopen_seconds = 60,
        a_call_taken_up_again,
    ),
    ("runners_up", |policy| policy.runners_up = 1, a_call),
    (
        "position_report_seconds",
        |policy| policy.position_report_seconds = 5,
        reports,
    ),
    (
        "stationary_report_seconds",
        |policy| policy.stationary_report_seconds = 90,
        reports,
    ),
    (
        "responses",
        |policy| policy.responses[2].response = Response::ClinicianOnly,
        a_call,
    ),
    (
        "officer_required_hazards",
        |policy| policy.officer_required_hazards = BTreeSet::new(),
        a_call_with_a_weapon,
    ),
    (
        "known_hazards",
        |policy| policy.known_hazards.clear(),
        a_call_with_a_dog,
    ),
    (
        "required_qualifications",
        |policy| policy.required_qualifications.clear(),
        a_call_for_the_unqualified,
    ),
    (
        "credential_kinds",
        |policy| policy.credential_kinds.clear(),
        a_call,
    ),
    (
        "unverified_credentials_count",
        |policy| policy.unverified_credentials_count = false,
        a_call,
    ),
    (
        "ordered_disciplines",
        |policy| policy.ordered_disciplines = [OFFICER.to_owned()].into(),
        a_call,
    ),
    (
        "check_ins",
        |policy| policy.check_ins.retain(|rule| !at_level_three(rule)),
        a_silence,
    ),
    (
        "work_rules",
        |policy| policy.work_rules.clear(),
        a_shift_without_rest_before_it,
    ),
    ("leave_kinds", |policy| policy.leave_kinds.clear(), a_vacation),
    (
        "holidays",
        |policy| policy.holidays.push(new_years_day()),
        a_shift_on_new_years_day,
    ),
    (
        "early_sign_on_seconds",
        |policy| policy.early_sign_on_seconds = 60,
        an_early_start,
    ),
    (
        "punctual_seconds",
        |policy| policy.punctual_seconds = 3600,
        an_early_start,
    ),
    (
        "overtime_rules",
        |policy| policy.overtime_rules[0].minutes = 60,
        a_day_of_work,
    ),
    (
        "pay_period_start",
        |policy| policy.pay_period_start = "2026-01-05".parse().expect("a date"),
        a_day_of_work,
    ),
    (
        "pay_period_days",
        |policy| policy.pay_period_days = 7,
        a_day_of_work,
    ),
    (
        "payroll_due_days",
        |policy| policy.payroll_due_days = 5,
        a_day_of_work,
    ),
    (
        "no_answer_is_charged",
        |policy| policy.no_answer_is_charged = false,
        |world| a_call_back(world, Outcome::NoAnswer),
    ),
    (
        "not_available_is_charged",
        |policy| policy.not_available_is_charged = true,
        |world| a_call_back(world, Outcome::NotAvailable),
    ),
];

#[test]
fn every_threshold_is_felt() {
    for (name, change, story) in CASES {
        let usual = story(World::new());
        assert_eq!(story(World::new()), usual, "{name}: a story has one outcome");
        assert_ne!(story(World::new().policy(change)), usual, "{name} is not felt");
    }
    let policy = serde_json::to_value(Policy::default()).expect("a policy");
    let thresholds: BTreeSet<&str> = policy
        .as_object()
        .expect("of thresholds")
        .keys()
        .map(String::as_str)
        .collect();
    let felt: BTreeSet<&str> = CASES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(felt, thresholds, "each threshold has its story");
}

fn at_level_three(rule: &CheckInRule) -> bool {
    rule.scheme == MARCUS_ALERT && rule.level == 3
}

/// How things stand, but for the policy itself.
fn told(mut world: World) -> String {
    world.board.jurisdiction.policy = Policy::default();
    format!("{:?}", world.board)
}

fn ways(world: World) -> String {
    let heard = |seconds_ago: i64| Position {
        point: Point::from_degrees(38.65, -90.2).expect("a point"),
        at: START.plus_seconds(-seconds_ago),
        accuracy_meters: None,
        stationary: false,
    };
    let positions = [
        (world.near_clinician, heard(60)),
        (world.near_officer, heard(600)),
    ];
    let measured = travel::measure(&world.board, &positions.into(), point(), START);
    format!("{measured:?}")
}

fn a_call(world: World) -> String {
    let open = world.open(3);
    opened(world, &open)
}

fn opened(mut world: World, open: &crate::dispatch::command::OpenCall) -> String {
    let (reply, _) = world.decide(call::open_call, open).expect("opened");
    let Reply::Call(_, _, report) = reply else {
        panic!("not a call: {reply:?}")
    };
    format!("{report:?} {}", told(world))
}

fn a_call_before_the_shift_ends(mut world: World) -> String {
    for mut shift in world.board.shifts.clone().values().cloned() {
        shift.planned.end = START.plus_seconds(1800);
        world.board.shifts.put(shift.id, Some(shift));
    }
    a_call(world)
}

fn a_shift_without_rest_before_it(mut world: World) -> String {
    let standing = world.board.shifts.values().next().expect("a shift").clone();
    let ends = standing.planned.end;
    let command = CreateShift {
        agency_id: standing.agency_id,
        responder_id: standing.responder_id,
        planned: Window {
            start: ends.plus_seconds(3600),
            end: ends.plus_seconds(2 * 3600),
        },
        zone: standing.zone,
        area_id: None,
        required_qualifications: BTreeSet::new(),
        external_references: BTreeSet::new(),
        override_reason: String::new(),
    };
    let planned = world.decide(create_shift, &command);
    format!("{planned:?}")
}

fn a_vacation(mut world: World) -> String {
    let command = RequestTimeOff {
        responder_id: world.near_clinician,
        from: START.plus_seconds(86_400),
        until: Some(START.plus_seconds(2 * 86_400)),
        zone: "UTC".to_owned(),
        leave_kind: "vacation".to_owned(),
    };
    format!("{:?}", world.decide(request_time_off, &command))
}

fn new_years_day() -> Holiday {
    Holiday {
        date: "2027-01-01".parse().expect("a date"),
        name: "New Year's Day".to_owned(),
    }
}

fn a_shift_on_new_years_day(mut world: World) -> String {
    let standing = world.board.shifts.values().next().expect("a shift").clone();
    let night = ("2026-12-31T22:00", "2027-01-01T06:00");
    let local = |time| resolve(time, None, &world.board.jurisdiction.zone).expect("a local time");
    let command = CreateShift {
        agency_id: standing.agency_id,
        responder_id: standing.responder_id,
        planned: Window {
            start: local(night.0),
            end: local(night.1),
        },
        zone: standing.zone,
        area_id: None,
        required_qualifications: BTreeSet::new(),
        external_references: BTreeSet::new(),
        override_reason: String::new(),
    };
    let planned = world.decide(create_shift, &command);
    format!("{planned:?}")
}

/// Whose turn it is after calling the first of two.
fn a_call_back(mut world: World, outcome: Outcome) -> String {
    let hers = world.board.shift_at(world.near_clinician, START);
    let shift = hers.expect("a shift").clone();
    let create = CreateOnCallList {
        agency_id: shift.agency_id,
        name: "nights".to_owned(),
        discipline: CLINICIAN.to_owned(),
        area_id: None,
        rotation: vec![world.near_clinician, world.far_clinician],
    };
    let (reply, _) = world.decide(create_on_call_list, &create).expect("a list");
    let Reply::OnCallList(list) = reply else {
        panic!("not a list: {reply:?}")
    };
    let attempt = RecordCallBackAttempt {
        list_id: list.id,
        shift_id: shift.id,
        responder_id: world.near_clinician,
        outcome,
    };
    let (reply, _) = world.decide(record_call_back_attempt, &attempt).expect("a fact");
    let Reply::OnCallList(list) = reply else {
        panic!("not a list: {reply:?}")
    };
    format!("{:?}", list.rotation)
}

fn a_call_in_conditional_duty(mut world: World) -> String {
    for duty in world.board.duty.values_mut() {
        duty.primary = Duty::ConditionallyAvailable;
    }
    a_call(world)
}

fn a_call_taken_up_again(mut world: World) -> String {
    let call_id = world.cancelled();
    world.turn(600);
    let taken_up = world.decide(reopening::reopen_call, &world.reopening(call_id));
    format!("{taken_up:?} {}", told(world))
}

fn a_call_after_another(mut world: World) -> String {
    let freed = Turn {
        last_sent_at: None,
        last_freed_at: Some(START.plus_seconds(-60)),
    };
    world.board.turns.insert(world.near_clinician, freed);
    a_call(world)
}

fn a_call_with_a_weapon(world: World) -> String {
    let mut open = world.open(2);
    open.hazards = ["weapon".to_owned()].into();
    opened(world, &open)
}

fn a_call_with_a_dog(world: World) -> String {
    let mut open = world.open(2);
    open.hazards = ["animal".to_owned()].into();
    opened(world, &open)
}

fn a_call_for_the_unqualified(mut world: World) -> String {
    for responder in world.board.responders.values_mut() {
        responder.credentials.clear();
    }
    a_call(world)
}

fn a_decline(mut world: World) -> String {
    let call_id = world.call();
    world.decline(call_id, world.near_officer).expect("declined");
    told(world)
}

fn a_call_that_waits(mut world: World) -> String {
    world.sign_off(world.near_officer);
    world.sign_off(world.far_officer);
    world.call();
    told(world)
}

fn a_life(mut world: World) -> String {
    let call_id = world.call();
    world.clear(call_id, world.near_clinician, None);
    world.clear(call_id, world.near_officer, Some("15"));
    let cleared = format!("{:?}", world.board.assignments);
    world.clear(call_id, world.near_clinician, Some("15"));
    world.turn(120).meet();
    assert!(world.board.active_memberships().next().is_none());
    format!("{cleared} {}", told(world))
}

fn a_silence(mut world: World) -> String {
    let call_id = world.call();
    let (silent, speaking) = (world.near_officer, world.near_clinician);
    for responder_id in [silent, speaking] {
        world.progress(call_id, responder_id, Progress::OnScene);
    }
    world.turn(1200).meet();
    world
        .decide(
            safety::check_in,
            &CheckIn {
                responder_id: speaking,
            },
        )
        .expect("heard");
    world.turn(10).meet();
    told(world)
}

fn an_arrival(mut world: World, seconds: i64) -> String {
    let call_id = world.call();
    world.turn(1200).as_of(START.plus_seconds(1200 + seconds));
    world.progress(call_id, world.near_officer, Progress::OnScene);
    let member = world
        .assignment(call_id)
        .member(world.near_officer)
        .expect("a member");
    assert_eq!(member.state, MemberState::OnScene, "a fact is never refused");
    told(world)
}

/// Half an hour before his shift he signs on.
fn an_early_start(mut world: World) -> String {
    world.sign_off(world.near_officer);
    world.turn(-5400);
    let on = SetDutyStatus {
        changes: vec![DutyChange {
            responder_id: world.near_officer,
            primary: Duty::Available,
            secondary: String::new(),
            expires_at: None,
            active_on: None,
        }],
    };
    let (_, events) = world.decide(duty::set_duty_status, &on).expect("a fact");
    format!("{events:?}")
}

/// He signs off after eight hours: what is recorded, what it counts as, and by when payroll should have it.
fn a_day_of_work(mut world: World) -> String {
    world.turn(8 * 3600);
    let off = SetDutyStatus {
        changes: vec![DutyChange {
            responder_id: world.near_officer,
            primary: Duty::NotAvailable,
            secondary: "off".to_owned(),
            expires_at: None,
            active_on: None,
        }],
    };
    world.decide(duty::set_duty_status, &off).expect("a fact");
    let board = &world.board;
    let sheets: Vec<_> = board.timesheets.values().collect();
    let lines = account(board.policy(), &board.jurisdiction.zone, OFFICER, &sheets);
    format!("{:?} {sheets:?} {lines:?}", board.agencies)
}

fn reports(world: World) -> String {
    let policy = world.board.policy();
    [true, false]
        .map(|stationary| policy.next_report_after_seconds(stationary).to_string())
        .join(" ")
}
