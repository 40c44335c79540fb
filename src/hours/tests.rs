//! What was worked, what it counts as, and what payroll has of it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::account::{HourKind, Line, account};
use super::command::{AddHours, ApproveHours, ConfirmPayroll, CorrectHours, ReopenHours};
use super::decide::{add_hours, approve_hours, correct_hours, reopen_hours};
use super::payroll::{announce_unfetched, confirm_payroll, next_due, period_of};
use super::{Entry, Timesheet, WorkKind, Worked};
use crate::board::testing::{Town, ZONE, agency, kinds, local, window};
use crate::board::{Draft, Event, EventKind, OvertimeRule, Policy, Reply};
use crate::id::{Ids, ResponderId, TimesheetId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::shift::date::LocalDate;
use crate::triage::{CLINICIAN, OFFICER};

fn day(text: &str) -> LocalDate {
    text.parse().expect("a date")
}

fn worked(kind: WorkKind, span: Window) -> Worked {
    Worked {
        number: 1,
        entry: Entry {
            kind,
            span,
            void: false,
        },
        shift_id: None,
        held_from: None,
        corrections: Vec::new(),
    }
}

fn sheet(worked: Vec<Worked>) -> Timesheet {
    let mut ids = Ids::new([1; 16]);
    let at = local("2026-11-23T12:00");
    Timesheet {
        id: TimesheetId::next(&mut ids, at),
        responder_id: ResponderId::next(&mut ids, at),
        agency_id: agency("bhr"),
        first_day: day("2026-01-04"),
        end_day: day("2026-12-31"),
        worked,
        approval: None,
        version: 1,
        filed: false,
    }
}

/// Without any overtime.
fn boundless() -> Policy {
    Policy {
        overtime_rules: Vec::new(),
        ..Policy::default()
    }
}

fn counted(policy: &Policy, discipline: &str, worked: Vec<Worked>) -> Vec<(String, HourKind, u32)> {
    let lines = account(policy, ZONE, discipline, &[&sheet(worked)]);
    lines
        .into_iter()
        .map(
            |Line {
                 day, kind, minutes, ..
             }| (day.to_string(), kind, minutes),
        )
        .collect()
}

#[test]
fn a_shift_over_midnight_is_split_by_day_and_days_have_as_many_hours_as_clocks_show() {
    let of = |start: &str, end: &str| {
        let shift = worked(WorkKind::Shift, window(start, end));
        let counted = counted(&boundless(), CLINICIAN, vec![shift]);
        counted
            .into_iter()
            .map(|(day, _, minutes)| (day, minutes))
            .collect::<Vec<_>>()
    };
    let lines = |lines: &[(&str, u32)]| -> Vec<(String, u32)> {
        lines
            .iter()
            .map(|(day, minutes)| ((*day).to_owned(), *minutes))
            .collect()
    };
    assert_eq!(
        of("2026-06-01T22:00", "2026-06-02T06:00"),
        lines(&[("2026-06-01", 120), ("2026-06-02", 360)])
    );
    // Clocks are set forward, and back.
    assert_eq!(
        of("2026-03-07T22:00", "2026-03-08T06:00"),
        lines(&[("2026-03-07", 120), ("2026-03-08", 300)])
    );
    assert_eq!(
        of("2026-03-08T00:00", "2026-03-09T00:00"),
        lines(&[("2026-03-08", 23 * 60)])
    );
    assert_eq!(
        of("2026-11-01T00:00", "2026-11-02T00:00"),
        lines(&[("2026-11-01", 25 * 60)])
    );
}

#[test]
fn what_lies_beyond_the_work_period_is_overtime_and_police_have_one_of_four_weeks() {
    let days = |count: i64| -> Vec<Worked> {
        let first = window("2026-06-07T08:00", "2026-06-07T18:00");
        (0..count)
            .map(|day| {
                let shifted = |at: Moment| at.plus_seconds(day * 86_400);
                let span = Window {
                    start: shifted(first.start),
                    end: shifted(first.end),
                };
                worked(WorkKind::Shift, span)
            })
            .collect()
    };
    let overtime = |discipline: &str, count: i64| {
        let lines = counted(&Policy::default(), discipline, days(count));
        lines
            .into_iter()
            .filter(|(_, kind, _)| *kind == HourKind::Overtime)
            .map(|(day, _, minutes)| (day, minutes))
            .collect::<Vec<_>>()
    };
    // Ten hours a day from a Sunday on: forty hours are over on Wednesday, and the next week begins anew.
    let a_week = ["2026-06-11", "2026-06-12", "2026-06-13"].map(|day| (day.to_owned(), 600));
    assert_eq!(overtime(CLINICIAN, 11), a_week);
    assert_eq!(overtime(OFFICER, 17), []);
    // The four weeks of police begin on the 24th of May: 171 hours are over in the last of them.
    assert_eq!(
        period_of(&Policy::default(), day("2026-06-07")).0,
        day("2026-06-07")
    );
    let rule = OvertimeRule {
        discipline: OFFICER.to_owned(),
        period_days: 28,
        minutes: 60 * 60,
    };
    let police = Policy {
        overtime_rules: vec![rule],
        ..Policy::default()
    };
    let lines = counted(&police, OFFICER, days(7));
    let beyond: u32 = lines
        .iter()
        .filter(|(_, kind, _)| *kind == HourKind::Overtime)
        .map(|(.., minutes)| minutes)
        .sum();
    assert_eq!(beyond, 10 * 60);
}

#[test]
fn standing_by_counts_apart_and_not_while_he_works() {
    let night = worked(WorkKind::OnCall, window("2026-06-01T18:00", "2026-06-02T06:00"));
    let called = worked(WorkKind::CallBack, window("2026-06-01T20:00", "2026-06-01T21:30"));
    let mut shift = worked(WorkKind::Shift, window("2026-06-01T06:00", "2026-06-01T16:00"));
    shift.held_from = Some(local("2026-06-01T14:00"));
    let no_time = Policy {
        overtime_rules: vec![OvertimeRule {
            discipline: String::new(),
            period_days: 7,
            minutes: 11 * 60,
        }],
        ..Policy::default()
    };
    let expected = [
        ("2026-06-01", HourKind::Regular, 480),
        ("2026-06-01", HourKind::HoldOver, 120),
        ("2026-06-01", HourKind::CallBack, 60),
        ("2026-06-01", HourKind::OnCall, 270),
        ("2026-06-01", HourKind::Overtime, 30),
        ("2026-06-02", HourKind::OnCall, 360),
    ];
    let expected = expected.map(|(day, kind, minutes)| (day.to_owned(), kind, minutes));
    assert_eq!(counted(&no_time, CLINICIAN, vec![night, called, shift]), expected);
}

/// The minutes of these, one by one.
fn minutes(worked: &[Worked], of: impl Fn(WorkKind) -> bool) -> BTreeSet<i64> {
    let counting = worked.iter().filter(|one| !one.entry.void && of(one.entry.kind));
    counting
        .flat_map(|one| {
            let minute = |at: Moment| at.micros().div_euclid(60_000_000);
            minute(one.entry.span.start)..minute(one.entry.span.end)
        })
        .collect()
}

fn any_work() -> impl Strategy<Value = Worked> {
    let kind = prop_oneof![
        Just(WorkKind::Shift),
        Just(WorkKind::CallBack),
        Just(WorkKind::OnCall)
    ];
    (
        kind,
        0_i64..40 * 86_400,
        1_i64..100_000,
        0_i64..100_000,
        any::<bool>(),
    )
        .prop_map(|(kind, start, long, held, void)| {
            // Over the night in which clocks are set back.
            let start = local("2026-10-10T12:00").plus_seconds(start);
            let mut one = worked(
                kind,
                Window {
                    start,
                    end: start.plus_seconds(long),
                },
            );
            one.entry.void = void && held % 4 == 0;
            one.held_from = (held % 3 == 0).then(|| start.plus_seconds(held));
            one
        })
}

proptest! {
    #[test]
    fn every_minute_that_was_worked_counts_once_and_no_other_does(
        work in prop::collection::vec(any_work(), 0..12),
        (limit, days) in (0_u32..6000, 1_u32..28),
    ) {
        let rule = OvertimeRule { discipline: String::new(), period_days: days, minutes: limit };
        let policy = Policy { overtime_rules: vec![rule], ..Policy::default() };
        let at_work = minutes(&work, |kind| kind != WorkKind::OnCall);
        let on_call = minutes(&work, |kind| kind == WorkKind::OnCall);
        let mut sums: BTreeMap<bool, usize> = BTreeMap::new();
        for (_, kind, minutes) in counted(&policy, CLINICIAN, work) {
            prop_assert!(minutes > 0);
            *sums.entry(kind == HourKind::OnCall).or_default() += minutes as usize;
        }
        prop_assert_eq!(sums.get(&false).copied().unwrap_or(0), at_work.len());
        let standing_by = on_call.difference(&at_work).count();
        prop_assert_eq!(sums.get(&true).copied().unwrap_or(0), standing_by);
    }
}

/// A timesheet with a forgotten morning on it.
fn added(town: &mut Town, responder_id: ResponderId) -> (Timesheet, Vec<Event>) {
    let command = AddHours {
        responder_id,
        kind: WorkKind::CallBack,
        span: window("2026-11-23T08:00", "2026-11-23T10:00"),
        reason: "forgot_to_sign_on".to_owned(),
    };
    let (reply, events) = town.decide(add_hours, &command).expect("added");
    (of(reply), events)
}

fn of(reply: Reply) -> Timesheet {
    let Reply::Timesheet(sheet) = reply else {
        panic!("not a timesheet: {reply:?}")
    };
    *sheet
}

fn correct(town: &mut Town, sheet: &Timesheet, to: Option<Window>) -> Result<Timesheet, Refusal> {
    let command = CorrectHours {
        timesheet_id: sheet.id,
        expected_version: sheet.version,
        number: 1,
        to: to.map(|span| (WorkKind::CallBack, span)),
        reason: "misread".to_owned(),
    };
    town.decide(correct_hours, &command).map(|(reply, _)| of(reply))
}

#[test]
fn what_stood_there_stays_readable_and_what_is_approved_is_opened_first() {
    let mut town = Town::new();
    let anna = town.clinician("C1");
    let (sheet, _) = added(&mut town, anna);
    assert_eq!(
        (sheet.first_day, sheet.end_day),
        (day("2026-11-22"), day("2026-12-06"))
    );
    let longer = window("2026-11-23T08:00", "2026-11-23T11:00");
    let sheet = correct(&mut town, &sheet, Some(longer)).expect("corrected");
    let was = sheet.worked[0].corrections[1].was.expect("something");
    assert_eq!(was.span, window("2026-11-23T08:00", "2026-11-23T10:00"));
    assert_eq!(sheet.worked[0].entry.span, longer);
    let unchanged = correct(&mut town, &sheet, Some(longer)).expect_err("so already");
    assert_eq!(unchanged.reason, Reason::NotInThisState);
    let another_day = window("2026-11-20T08:00", "2026-11-20T09:00");
    let elsewhere = correct(&mut town, &sheet, Some(another_day)).expect_err("on another timesheet");
    assert_eq!(elsewhere.reason, Reason::InvalidTime);

    let approve = ApproveHours {
        timesheet_id: sheet.id,
        expected_version: sheet.version,
    };
    let (reply, events) = town.decide(approve_hours, &approve).expect("approved");
    assert_eq!(kinds(&events), [EventKind::HoursJudged]);
    let sheet = of(reply);
    let refused = correct(&mut town, &sheet, None).expect_err("approved");
    assert_eq!(refused.reason, Reason::HoursApproved);
    let reopen = ReopenHours {
        timesheet_id: sheet.id,
        expected_version: sheet.version,
    };
    let sheet = of(town.decide(reopen_hours, &reopen).expect("open").0);
    let sheet = correct(&mut town, &sheet, None).expect("taken away");
    assert_eq!(sheet.counting().count(), 0);
    assert_eq!(sheet.worked[0].corrections.len(), 3);
}

#[test]
fn he_is_not_paid_twice_for_one_hour() {
    let mut town = Town::new();
    let anna = town.clinician("C1");
    added(&mut town, anna);
    let command = |kind, span| AddHours {
        responder_id: anna,
        kind,
        span,
        reason: "forgot".to_owned(),
    };
    let into = window("2026-11-23T09:00", "2026-11-23T11:00");
    let twice = town.decide(add_hours, &command(WorkKind::Shift, into));
    assert_eq!(twice.expect_err("overlaps").reason, Reason::HoursOverlap);
    town.decide(add_hours, &command(WorkKind::OnCall, into))
        .expect("standing by meanwhile");
    let to_come = window("2026-11-23T11:00", "2026-11-23T13:00");
    let ahead = town.decide(add_hours, &command(WorkKind::Shift, to_come));
    assert_eq!(ahead.expect_err("not yet").reason, Reason::InvalidTime);
    let long_ago = window("2026-08-01T08:00", "2026-08-01T10:00");
    let late = town.decide(add_hours, &command(WorkKind::Shift, long_ago));
    assert_eq!(late.expect_err("filed").reason, Reason::InvalidTime);
}

/// Announces what is due, as the steward has it done.
fn announce(draft: &mut Draft<'_>, (): &()) -> Result<Reply, Refusal> {
    announce_unfetched(draft);
    Ok(Reply::Done)
}

#[test]
fn what_payroll_has_not_fetched_is_announced_once_and_what_changes_later_is_owed_again() {
    let mut town = Town::new();
    let anna = town.clinician("C1");
    let (sheet, events) = added(&mut town, anna);
    assert_eq!(
        kinds(&events),
        [EventKind::HoursCorrected, EventKind::PayrollChanged]
    );
    // Three days after the fortnight.
    assert_eq!(next_due(&town.board), Some(local("2026-12-09T00:00")));
    town.at = local("2026-12-20T00:00");
    let (_, events) = town.decide(announce, &()).expect("announced");
    assert_eq!(kinds(&events), [EventKind::PayrollUnfetched]);
    let (_, events) = town.decide(announce, &()).expect("announced");
    assert_eq!(kinds(&events), []);
    assert_eq!(next_due(&town.board), None);

    let confirm = |until: &str| ConfirmPayroll {
        agency_id: agency("bhr"),
        from: day("2026-11-22"),
        until: day(until),
    };
    let half = town.decide(confirm_payroll, &confirm("2026-12-01"));
    assert_eq!(half.expect_err("half of it").reason, Reason::NotFound);
    town.decide(confirm_payroll, &confirm("2026-12-06"))
        .expect("taken");
    let longer = window("2026-11-23T08:00", "2026-11-23T11:00");
    correct(&mut town, &sheet, Some(longer)).expect("corrected");
    assert_eq!(next_due(&town.board), Some(local("2026-12-23T00:00")));
}
