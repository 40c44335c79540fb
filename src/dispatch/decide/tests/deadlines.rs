//! Deadlines: nothing outlives its own.

use super::super::deadline::{meet_deadlines, next_deadline};
use super::super::{member, safety, sending};
use super::world::{START, World, kinds};
use crate::board::{AlertKind, Duty, EventKind};
use crate::dispatch::command::{AcknowledgeAlert, ClearAssignment, DeclineOffer, MatchCall, MeetDeadlines};
use crate::dispatch::{CallState, MemberState};

impl World {
    pub(super) fn meet(&mut self) -> Vec<EventKind> {
        let (_, events) = self.decide(meet_deadlines, &MeetDeadlines).expect("met");
        kinds(&events)
    }
}

#[test]
fn an_offer_times_out_at_its_deadline_and_not_before() {
    let mut world = World::new();
    let call_id = world.call();
    assert_eq!(next_deadline(&world.board), Some(START.plus_seconds(60)));
    assert_eq!(world.turn(59).meet(), []);
    let told = world.turn(1).meet();
    assert_eq!(
        told.iter()
            .filter(|kind| **kind == EventKind::OfferTimedOut)
            .count(),
        2
    );
    assert_eq!(
        world.member_state(call_id, world.near_officer),
        MemberState::TimedOut
    );
    assert_eq!(world.state(call_id), CallState::Open, "it is matched next");
}

#[test]
fn a_held_half_is_released_when_the_other_cannot_be_found() {
    let mut world = World::new();
    let call_id = world.call();
    world.sign_off(world.far_officer);
    let decline = DeclineOffer {
        assignment_id: world.assignment_id(call_id),
        responder_id: world.near_officer,
        reason: "busy".to_owned(),
    };
    world.decide(member::decline_offer, &decline).expect("declined");
    assert_eq!(world.turn(29).meet(), []);
    let told = world.turn(1).meet();
    assert!(told.contains(&EventKind::MemberCancelled), "{told:?}");
    assert!(world.board.active_memberships().next().is_none(), "both are free");
}

#[test]
fn a_waiting_call_is_escalated_every_minute_until_a_person_acknowledges() {
    let mut world = World::new();
    world.sign_off(world.near_officer);
    world.sign_off(world.far_officer);
    let call_id = world.call();
    for _ in 0..3 {
        assert_eq!(world.turn(60).meet(), [EventKind::Escalated]);
    }
    let alert = world.board.alerts.values().next().expect("an alert").clone();
    assert_eq!(alert.escalations, 3);
    let acknowledge = AcknowledgeAlert { alert_id: alert.id };
    world
        .decide(safety::acknowledge_alert, &acknowledge)
        .expect("seen");
    assert_eq!(world.turn(600).meet(), []);
    let travel = world.travel();
    let again = MatchCall { call_id, travel };
    let (_, events) = world
        .decide(sending::match_open_slots, &again)
        .expect("still nobody");
    assert_eq!(kinds(&events), [], "seen once is seen");
}

#[test]
fn an_open_call_that_nobody_matched_is_said_to_wait_within_five_seconds() {
    let mut world = World::new();
    let call_id = world.call();
    world.turn(60).meet();
    assert_eq!(world.state(call_id), CallState::Open);
    assert_eq!(world.turn(4).meet(), []);
    let told = world.turn(1).meet();
    assert!(told.contains(&EventKind::CallWaiting), "{told:?}");
}

#[test]
fn a_duty_status_ends_by_itself() {
    let mut world = World::new();
    let officer = world.near_officer;
    let until = world.at.plus_seconds(900);
    world.board.duty.get_mut(&officer).expect("duty").expires_at = Some(until);
    assert_eq!(
        world.turn(900).meet(),
        [
            EventKind::DutyExpired,
            EventKind::ShiftClocked,
            EventKind::HoursRecorded,
            EventKind::PayrollChanged
        ]
    );
    assert_eq!(world.board.duty[&officer].primary, Duty::NotAvailable);
}

#[test]
fn a_disposition_that_is_not_given_in_time_is_overdue_once() {
    let mut world = World::new();
    let call_id = world.call();
    for responder_id in [world.near_clinician, world.near_officer] {
        let clear = ClearAssignment {
            assignment_id: world.assignment_id(call_id),
            responder_id,
            disposition: None,
        };
        world.decide(member::clear_assignment, &clear).expect("free");
    }
    let told = world.turn(3600).meet();
    assert_eq!(
        told.iter()
            .filter(|kind| **kind == EventKind::DispositionOverdue)
            .count(),
        2
    );
    let overdue = world
        .board
        .alerts
        .values()
        .all(|alert| alert.kind == AlertKind::DispositionOverdue);
    assert!(overdue);
    assert!(!world.turn(1).meet().contains(&EventKind::DispositionOverdue));
}

#[test]
fn a_closed_call_leaves_the_board_after_the_filing_time() {
    let mut world = World::new();
    let call_id = world.call();
    let cancel = crate::dispatch::command::CancelCall {
        call_id,
        reason: "test".to_owned(),
    };
    world
        .decide(super::super::call::cancel_call, &cancel)
        .expect("cancelled");
    world.turn(43_200).meet();
    assert!(!world.board.calls.contains_key(&call_id));
    assert!(world.board.assignments.is_empty());
}

#[test]
fn a_shift_that_is_over_leaves_the_board_after_thirty_five_days() {
    let mut world = World::new();
    let over = 12 * 3600;
    assert!(
        !world
            .turn(over + 35 * 86_400 - 1)
            .meet()
            .contains(&EventKind::ShiftFiled)
    );
    assert_eq!(world.board.shifts.len(), 4);
    let told = world.turn(1).meet();
    assert_eq!(
        told.iter().filter(|kind| **kind == EventKind::ShiftFiled).count(),
        4
    );
    assert!(world.board.shifts.is_empty());
}
