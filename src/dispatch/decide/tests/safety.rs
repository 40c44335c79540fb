//! Safety: check-ins and emergencies.

use super::super::deadline::meet_deadlines;
use super::super::{member, safety};
use super::world::{World, kinds};
use crate::board::{AlertKind, EventKind};
use crate::dispatch::SafetyState;
use crate::dispatch::command::{AcknowledgeAlert, CheckIn, MeetDeadlines, RaiseEmergency, ReportProgress};
use crate::dispatch::lifecycle::Progress;
use crate::id::{CallId, ResponderId};

impl World {
    pub(super) fn on_scene(&mut self, call_id: CallId, responder_id: ResponderId) {
        let command = ReportProgress {
            assignment_id: self.assignment_id(call_id),
            responder_id,
            progress: Progress::OnScene,
        };
        self.decide(member::report_progress, &command).expect("a fact");
    }

    fn safety_of(&self, call_id: CallId, responder_id: ResponderId) -> SafetyState {
        self.assignment(call_id)
            .member(responder_id)
            .expect("a member")
            .safety
            .state
    }

    fn due(&mut self) -> Vec<EventKind> {
        kinds(&self.decide(meet_deadlines, &MeetDeadlines).expect("met").1)
    }
}

#[test]
fn a_check_in_is_due_then_overdue_and_any_word_starts_it_anew() {
    let mut world = World::new();
    let call_id = world.call();
    let officer = world.near_officer;
    world.on_scene(call_id, world.near_clinician);
    world.on_scene(call_id, officer);
    let told = world.turn(1200).due();
    assert_eq!(told, [EventKind::CheckInDue, EventKind::CheckInDue]);
    let word = CheckIn {
        responder_id: officer,
    };
    world.decide(safety::check_in, &word).expect("heard");
    let told = world.turn(60).due();
    assert_eq!(told, [EventKind::CheckInOverdue, EventKind::AlertRaised]);
    assert_eq!(world.safety_of(call_id, officer), SafetyState::Ok);
    assert_eq!(
        world.safety_of(call_id, world.near_clinician),
        SafetyState::Overdue
    );
    let late = CheckIn {
        responder_id: world.near_clinician,
    };
    world.decide(safety::check_in, &late).expect("heard");
    assert!(world.board.alerts.is_empty(), "the alert's cause is gone");
}

#[test]
fn an_emergency_reaches_the_partner_and_one_alert_stands() {
    let mut world = World::new();
    let call_id = world.call();
    let raise = RaiseEmergency {
        responder_id: world.near_officer,
    };
    let (_, events) = world
        .decide(safety::raise_emergency, &raise)
        .expect("never refused");
    assert!(
        events
            .iter()
            .all(|event| event.audience.contains(&world.near_clinician))
    );
    assert_eq!(
        world.safety_of(call_id, world.near_officer),
        SafetyState::Emergency
    );
    let (_, events) = world
        .decide(safety::raise_emergency, &raise)
        .expect("never refused");
    assert_eq!(kinds(&events), []);
}

#[test]
fn an_emergency_needs_no_call() {
    let mut world = World::new();
    let raise = RaiseEmergency {
        responder_id: world.near_officer,
    };
    world
        .decide(safety::raise_emergency, &raise)
        .expect("never refused");
    assert!(
        world
            .board
            .alerts
            .values()
            .any(|alert| alert.kind == AlertKind::Emergency)
    );
}

#[test]
fn a_check_in_does_not_end_an_emergency_that_nobody_has_seen() {
    let mut world = World::new();
    let call_id = world.call();
    let officer = world.near_officer;
    let raise = RaiseEmergency {
        responder_id: officer,
    };
    world
        .decide(safety::raise_emergency, &raise)
        .expect("never refused");
    let word = CheckIn {
        responder_id: officer,
    };
    world.decide(safety::check_in, &word).expect("noted");
    assert_eq!(world.safety_of(call_id, officer), SafetyState::Emergency);
    let alert_id = world.board.alerts.values().next().expect("an alert").id;
    world
        .decide(safety::acknowledge_alert, &AcknowledgeAlert { alert_id })
        .expect("seen");
    world.decide(safety::check_in, &word).expect("heard");
    assert_eq!(world.safety_of(call_id, officer), SafetyState::Ok);
}
