//! Time off, and what it uncovers.

use super::{day, decided, fate, officer, open, signed_up, withdrawn};
use crate::board::testing::{Town, kinds, local};
use crate::board::{EventKind, Reply};
use crate::id::{ResponderId, ShiftRequestId};
use crate::refusal::{Reason, Refusal};
use crate::request::RequestState;
use crate::request::command::{EndTimeOff, RequestTimeOff};
use crate::request::decide::{end_time_off, request_time_off};
use crate::shift::command::AssignShift;
use crate::shift::decide::{assign_shift, create_shift};
use crate::shift::{Shift, ShiftState};

fn vacation(him: ResponderId, from: u32, until: u32) -> RequestTimeOff {
    let midnight = |date: u32| local(&format!("2026-12-{date:02}T00:00"));
    RequestTimeOff {
        responder_id: him,
        from: midnight(from),
        until: Some(midnight(until)),
        zone: "America/Chicago".to_owned(),
        leave_kind: "vacation".to_owned(),
    }
}

fn asked(town: &mut Town, command: &RequestTimeOff) -> Result<(ShiftRequestId, Vec<Shift>), Refusal> {
    let (reply, events) = town.decide(request_time_off, command)?;
    assert_eq!(kinds(&events), [EventKind::ShiftRequested]);
    let Reply::Request(request, shifts) = reply else {
        panic!("not a request: {reply:?}")
    };
    Ok((request.id, shifts))
}

fn assigned(town: &mut Town, shift_id: crate::id::ShiftId, him: ResponderId) -> Result<(), Refusal> {
    let command = AssignShift {
        shift_id,
        expected_version: town.shift(shift_id).version,
        responder_id: Some(him),
        override_reason: String::new(),
    };
    town.decide(assign_shift, &command).map(drop)
}

#[test]
fn time_off_lists_what_it_uncovers_and_opens_it_when_it_is_approved() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let within = town.on_shift(ann, day(2));
    let draft = town.drafted(ann, day(3));
    let after = town.on_shift(ann, day(4));
    let (leave, shifts) = asked(&mut town, &vacation(ann, 1, 4)).expect("asked");
    let ids: Vec<_> = shifts.iter().map(|shift| shift.id).collect();
    assert_eq!(ids, [within, draft]);
    assert_eq!(
        town.shift(within).responder_id,
        Some(ann),
        "nothing before it is approved"
    );
    let (opened, events) = decided(&mut town, leave, true).expect("approved");
    assert_eq!(opened, [within, draft].map(|id| town.shift(id).clone()));
    use EventKind::{RequestApproved, ShiftLost, ShiftUnassigned};
    assert_eq!(
        kinds(&events),
        [RequestApproved, ShiftUnassigned, ShiftLost, ShiftUnassigned],
        "of a draft she never knew"
    );
    assert_eq!(town.shift(within).state, ShiftState::Published);
    let workers = [within, draft, after].map(|id| town.shift(id).responder_id);
    assert_eq!(workers, [None, None, Some(ann)]);
}

#[test]
fn what_has_begun_is_left_alone() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let begun = town.on_shift(ann, day(2));
    town.at = local("2026-12-02T10:00");
    let (leave, shifts) = asked(&mut town, &vacation(ann, 2, 4)).expect("asked");
    assert_eq!(shifts, []);
    decided(&mut town, leave, true).expect("approved");
    assert_eq!(town.shift(begun).responder_id, Some(ann));
}

#[test]
fn who_is_on_leave_is_put_on_no_shift_until_it_ends() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let (leave, _) = asked(&mut town, &vacation(ann, 1, 4)).expect("asked");
    let shift_id = open(&mut town, ann, day(2));
    let planned = town.planned(ann, day(3));
    decided(&mut town, leave, true).expect("approved");
    let reason = |refused: Result<(), Refusal>| refused.expect_err("refused").reason;
    assert_eq!(reason(assigned(&mut town, shift_id, ann)), Reason::OnLeave);
    assert_eq!(
        reason(signed_up(&mut town, ann, shift_id).map(drop)),
        Reason::OnLeave
    );
    assert_eq!(
        reason(town.decide(create_shift, &planned).map(drop)),
        Reason::OnLeave
    );
    town.at = local("2026-12-01T12:00");
    let end = EndTimeOff {
        shift_request_id: leave,
        expected_version: town.board.requests[&leave].version,
    };
    let (_, events) = town.decide(end_time_off, &end).expect("ended");
    assert_eq!(kinds(&events), [EventKind::TimeOffEnded]);
    assert_eq!(assigned(&mut town, shift_id, ann), Ok(()));
    let over = EndTimeOff {
        expected_version: town.board.requests[&leave].version,
        ..end
    };
    let refusal = town.decide(end_time_off, &over).expect_err("over");
    assert_eq!(refusal.reason, Reason::NotInThisState);
}

#[test]
fn a_leave_of_absence_has_no_end_and_a_vacation_has_one() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let endless = RequestTimeOff {
        until: None,
        ..vacation(ann, 1, 4)
    };
    let refusal = asked(&mut town, &endless).expect_err("it has an end");
    assert_eq!(refusal.reason, Reason::Required);
    let absence = RequestTimeOff {
        leave_kind: "leave_of_absence".to_owned(),
        ..endless
    };
    let (leave, _) = asked(&mut town, &absence).expect("asked");
    decided(&mut town, leave, true).expect("approved");
    let shift_id = open(&mut town, ann, day(31));
    assert_eq!(
        assigned(&mut town, shift_id, ann).expect_err("away").reason,
        Reason::OnLeave
    );
}

#[test]
fn time_off_contradicts_time_off_and_work_that_was_asked_for() {
    let mut town = Town::new();
    let (ann, ben) = (officer(&mut town, "2A1"), officer(&mut town, "2A2"));
    let (first, _) = asked(&mut town, &vacation(ann, 1, 4)).expect("asked");
    let again = asked(&mut town, &vacation(ann, 3, 6)).expect_err("refused");
    assert_eq!(again.reason, Reason::RequestsContradict);
    assert!(asked(&mut town, &vacation(ben, 3, 6)).is_ok(), "another's");
    assert!(
        asked(&mut town, &vacation(ann, 4, 6)).is_ok(),
        "what touches does not overlap"
    );
    let shift_id = open(&mut town, ann, day(2));
    let work = signed_up(&mut town, ann, shift_id).expect_err("refused");
    assert_eq!(work.reason, Reason::RequestsContradict);
    decided(&mut town, first, true).expect("approved");
    let again = asked(&mut town, &vacation(ann, 3, 4)).expect_err("refused");
    assert_eq!(again.reason, Reason::RequestsContradict, "a leave stands too");
}

#[test]
fn time_off_that_is_taken_back_or_declined_changes_nothing() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let shift_id = town.on_shift(ann, day(2));
    let (taken_back, _) = asked(&mut town, &vacation(ann, 1, 4)).expect("asked");
    withdrawn(&mut town, taken_back).expect("withdrawn");
    let (declined, _) = asked(&mut town, &vacation(ann, 1, 4)).expect("asked");
    decided(&mut town, declined, false).expect("declined");
    assert_eq!(fate(&town, declined).0, RequestState::Declined);
    assert_eq!(town.shift(shift_id).responder_id, Some(ann));
}
