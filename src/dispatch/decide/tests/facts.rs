//! Facts: what happened in the field is recorded, whoever reports it and however late.

use super::super::{call, duty, member};
use super::world::{World, assignment_in, kinds, reference};
use crate::board::{Duty, EventKind, Flag};
use crate::dispatch::CallKey;
use crate::dispatch::command::{
    CancelCall, ClearAssignment, DeclineOffer, DutyChange, GivenDisposition, JoinCall, RecordDisposition,
    ReportProgress, SetDutyStatus,
};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState};
use crate::id::{CallId, ResponderId};
use crate::refusal::Reason;

impl World {
    pub(super) fn progress(
        &mut self,
        call_id: CallId,
        responder_id: ResponderId,
        progress: Progress,
    ) -> Vec<crate::board::Event> {
        let command = ReportProgress {
            assignment_id: self.assignment_id(call_id),
            responder_id,
            progress,
        };
        self.decide(member::report_progress, &command).expect("a fact").1
    }

    pub(super) fn join(&mut self, call_id: CallId, responder_id: ResponderId) -> Vec<EventKind> {
        let command = JoinCall {
            call: CallKey::Id(call_id),
            responder_id,
            progress: Progress::OnScene,
        };
        kinds(&self.decide(member::join_call, &command).expect("a fact").1)
    }

    pub(super) fn clear(&mut self, call_id: CallId, responder_id: ResponderId, code: Option<&str>) {
        let command = ClearAssignment {
            assignment_id: self.assignment_id(call_id),
            responder_id,
            disposition: code.map(given),
        };
        self.decide(member::clear_assignment, &command).expect("a fact");
    }
}

pub(super) fn given(code: &str) -> GivenDisposition {
    GivenDisposition {
        code: code.to_owned(),
        behavioral_outcome: "safety_plan".to_owned(),
        answers: Vec::new(),
    }
}

#[test]
fn on_scene_by_radio_needs_no_acceptance() {
    let mut world = World::new();
    let call_id = world.call();
    world.progress(call_id, world.near_officer, Progress::OnScene);
    assert_eq!(
        world.member_state(call_id, world.near_officer),
        MemberState::OnScene
    );
    assert_eq!(world.state(call_id), CallState::OnScene);
}

#[test]
fn a_late_on_scene_with_a_wrong_phone_clock_is_recorded_and_flagged() {
    let mut world = World::new();
    let call_id = world.call();
    let next_year = world.at.plus_seconds(366 * 86_400);
    let officer = world.near_officer;
    let events = world
        .as_of(next_year)
        .progress(call_id, officer, Progress::OnScene);
    assert!(events[0].flags.contains(&Flag::OccurredAtClamped));
    assert_eq!(events[0].reported.occurred_at, world.at);
    let step = &assignment_in(&events[0]).member(officer).expect("a member").steps[&MemberState::OnScene];
    assert!(step.flags.contains(&Flag::OccurredAtClamped));
    let earlier = world.at.plus_seconds(-600);
    let clinician = world.near_clinician;
    let events = world
        .as_of(earlier)
        .progress(call_id, clinician, Progress::OnScene);
    assert_eq!(
        events[0].reported.occurred_at, earlier,
        "ten minutes late is believed"
    );
}

#[test]
fn one_who_timed_out_and_arrives_is_on_the_call() {
    let mut world = World::new();
    let call_id = world.call();
    let officer = world.near_officer;
    let decline = DeclineOffer {
        assignment_id: world.assignment_id(call_id),
        responder_id: officer,
        reason: "busy".to_owned(),
    };
    world.decide(member::decline_offer, &decline).expect("declined");
    let events = world.progress(call_id, officer, Progress::OnScene);
    assert!(events.iter().any(|event| event.flags.contains(&Flag::AfterExit)));
    assert_eq!(world.member_state(call_id, officer), MemberState::OnScene);
}

#[test]
fn a_fact_that_puts_him_on_another_call_ends_the_first_in_the_same_revision() {
    let mut world = World::new();
    let (first, second) = (world.call(), world.call());
    let officer = world.near_officer;
    let command = JoinCall {
        call: CallKey::Id(second),
        responder_id: officer,
        progress: Progress::OnScene,
    };
    let (_, events) = world.decide(member::join_call, &command).expect("a fact");
    let preempted = events
        .iter()
        .find(|event| event.kind == EventKind::MemberPreempted)
        .expect("he left the first");
    assert_eq!(preempted.implied_by, Some(EventKind::MemberJoined));
    assert_eq!(world.member_state(first, officer), MemberState::Preempted);
    assert_eq!(world.member_state(second, officer), MemberState::OnScene);
}

#[test]
fn an_officer_taken_by_the_dispatch_system_leaves_our_call() {
    let mut world = World::new();
    let call_id = world.call();
    let taken = SetDutyStatus {
        changes: vec![DutyChange {
            responder_id: world.near_officer,
            primary: Duty::NotAvailable,
            secondary: "on_call".to_owned(),
            expires_at: None,
            active_on: Some(reference("X-9")),
        }],
    };
    let (_, events) = world.decide(duty::set_duty_status, &taken).expect("a fact");
    let preempted = events
        .iter()
        .find(|event| event.kind == EventKind::MemberPreempted)
        .expect("he left");
    assert_eq!(preempted.implied_by, Some(EventKind::DutyChanged));
    assert!(
        world.assignment(call_id).held_until.is_some(),
        "the clinician is held"
    );
}

#[test]
fn joining_a_cancelled_call_makes_it_live_again() {
    let mut world = World::new();
    let call_id = world.call();
    let cancel = CancelCall {
        call_id,
        reason: "duplicate".to_owned(),
    };
    world.decide(call::cancel_call, &cancel).expect("cancelled");
    world.join(call_id, world.far_officer);
    assert_eq!(world.state(call_id), CallState::OnScene);
    assert_eq!(world.of(call_id).closed_at, None);
}

#[test]
fn a_step_behind_is_noted_and_nothing_goes_back() {
    let mut world = World::new();
    let call_id = world.call();
    let officer = world.near_officer;
    world.progress(call_id, officer, Progress::OnScene);
    let events = world.progress(call_id, officer, Progress::EnRoute);
    assert!(events[0].flags.contains(&Flag::OutOfOrder));
    assert_eq!(world.member_state(call_id, officer), MemberState::OnScene);
    assert!(
        world.progress(call_id, officer, Progress::EnRoute).is_empty(),
        "noted once"
    );
}

#[test]
fn clearing_frees_at_once_and_the_call_closes_when_each_agency_has_given_its_account() {
    let mut world = World::new();
    let call_id = world.call();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.progress(call_id, clinician, Progress::OnScene);
    world.progress(call_id, officer, Progress::OnScene);
    world.clear(call_id, officer, None);
    assert!(world.board.active_assignment(officer).is_none(), "free");
    world.clear(call_id, clinician, Some("15"));
    assert_eq!(world.state(call_id), CallState::Clearing);
    let account = RecordDisposition {
        assignment_id: world.assignment_id(call_id),
        responder_id: officer,
        disposition: given("18"),
    };
    world
        .decide(member::record_disposition, &account)
        .expect("recorded");
    assert_eq!(world.state(call_id), CallState::Closed);
}

#[test]
fn one_who_has_cleared_is_not_replaced() {
    let mut world = World::new();
    let call_id = world.call();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.progress(call_id, clinician, Progress::OnScene);
    world.progress(call_id, officer, Progress::OnScene);
    world.clear(call_id, officer, None);
    assert_eq!(super::super::sending::calls_to_match(&world.board), []);
}

#[test]
fn duty_changes_are_all_or_none() {
    let mut world = World::new();
    let retired = world.far_officer;
    let at = world.at;
    world
        .board
        .responders
        .get_mut(&retired)
        .expect("known")
        .retired_at = Some(at);
    let change = |responder_id| DutyChange {
        responder_id,
        primary: Duty::NotAvailable,
        secondary: "meal".to_owned(),
        expires_at: None,
        active_on: None,
    };
    let both = SetDutyStatus {
        changes: vec![change(world.near_officer), change(retired)],
    };
    let refusal = world
        .decide(duty::set_duty_status, &both)
        .expect_err("one is retired");
    assert_eq!(refusal.reason, Reason::Retired);
    assert_eq!(refusal.violations[0].field, "changes[1].responder_id");
}
