//! What becomes of people on the way when the call turns out otherwise.

use super::super::{call, duty, overriding, safety, sending};
use super::world::{World, kinds};
use crate::board::{AlertKind, Duty, EventKind, Flag};
use crate::dispatch::command::{
    CancelCall, DutyChange, RaiseEmergency, RetriageCall, SetDutyStatus, UpdateCall,
};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState};
use crate::id::{CallId, ResponderId};
use crate::matching::Rejection;
use crate::refusal::Reason;
use crate::triage::{Acuity, CLINICIAN, OFFICER};

impl World {
    fn judge(&mut self, call_id: CallId, level: u8) -> Vec<EventKind> {
        let acuity = Acuity {
            level,
            ..self.of(call_id).acuity.clone()
        };
        let retriage = RetriageCall {
            call_id,
            expected_version: None,
            acuity,
        };
        kinds(&self.decide(call::retriage_call, &retriage).expect("judged").1)
    }

    /// An update that changes nothing yet.
    pub(super) fn updating(&self, call_id: CallId) -> UpdateCall {
        UpdateCall {
            call_id,
            expected_version: Some(self.of(call_id).version),
            source_version: None,
            source_reference: None,
            incident_type: None,
            hazards: None,
            point: None,
            address: None,
            clinical_narrative: None,
            approach: None,
            callback: None,
            person_references: None,
            asked_qualifications: None,
            external_references: std::collections::BTreeSet::new(),
        }
    }

    fn sees(&mut self, call_id: CallId, hazard: &str) -> Vec<EventKind> {
        let update = UpdateCall {
            hazards: Some([hazard.to_owned()].into()),
            ..self.updating(call_id)
        };
        kinds(&self.decide(call::update_call, &update).expect("noted").1)
    }

    fn duty(&self, responder_id: ResponderId) -> Duty {
        self.board.duty[&responder_id].primary
    }
}

fn available(responder_id: ResponderId) -> SetDutyStatus {
    SetDutyStatus {
        changes: vec![DutyChange {
            responder_id,
            primary: Duty::Available,
            secondary: String::new(),
            expires_at: None,
            active_on: None,
        }],
    }
}

#[test]
fn one_slot_is_refilled_and_the_partner_stays() {
    let mut world = World::new();
    let call_id = world.call();
    world.on_scene(call_id, world.near_officer);
    let mut named = world.manually(call_id, world.far_clinician, CLINICIAN);
    named.replace = true;
    world
        .decide(overriding::assign_manually, &named)
        .expect("replaced");
    let states = [world.near_clinician, world.far_clinician, world.near_officer]
        .map(|responder_id| world.member_state(call_id, responder_id));
    assert_eq!(
        states,
        [
            MemberState::Reassigned,
            MemberState::Offered,
            MemberState::OnScene
        ]
    );
}

#[test]
fn whoever_is_on_scene_is_not_sent_away_by_a_plan() {
    let mut world = World::new();
    let call_id = world.call();
    world.on_scene(call_id, world.near_officer);
    let mut named = world.manually(call_id, world.far_officer, OFFICER);
    named.replace = true;
    let refusal = world
        .decide(overriding::assign_manually, &named)
        .expect_err("he is there");
    assert_eq!(refusal.reason, Reason::MemberOnScene);
    assert_eq!(refusal.violations[0].field, "members[0].slot_id");
}

#[test]
fn an_override_keeps_what_the_match_says_of_it() {
    let mut world = World::new();
    world.sign_off(world.far_officer);
    let call_id = world.call();
    let mut named = world.manually(call_id, world.far_officer, OFFICER);
    named.replace = true;
    let (reply, _) = world.decide(overriding::assign_manually, &named).expect("sent");
    let crate::board::Reply::Call(call, Some(assignment), Some(report)) = reply else {
        panic!("no report: {reply:?}")
    };
    assert!(call.match_id.is_some() && assignment.match_id == call.match_id);
    let broken = report
        .rejections
        .iter()
        .find(|rejected| rejected.responder_id == world.far_officer);
    assert_eq!(
        broken.expect("he breaks a rule").rejection,
        Rejection::NotSignedOn
    );
}

#[test]
fn a_new_judgement_never_strips_a_call_of_those_on_the_way() {
    for (first, then) in [(3, 1), (2, 3)] {
        let mut world = World::new();
        let open = world.open(first);
        let call_id = world.opened(&open);
        world.progress(call_id, world.near_clinician, Progress::EnRoute);
        if first == 3 {
            world.progress(call_id, world.near_officer, Progress::EnRoute);
        }
        world.sign_off(world.far_officer);
        if then == 3 {
            world.sign_off(world.near_officer);
        }
        let going = world.assignment(call_id).active_responders();
        assert!(!world.judge(call_id, then).contains(&EventKind::HalfHeld));
        world.match_again(call_id);
        world.turn(60).meet();
        assert_eq!(
            world.assignment(call_id).active_responders(),
            going,
            "{first} to {then}"
        );
        let told = world
            .board
            .alerts
            .values()
            .any(|alert| alert.kind == AlertKind::CallWaiting);
        assert!(told, "a person is told that a place is open");
    }
}

#[test]
fn a_weapon_seen_on_the_way_tells_the_clinician_to_wait_at_a_distance() {
    let mut world = World::new();
    let call_id = world.call();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.progress(call_id, clinician, Progress::EnRoute);
    assert!(world.sees(call_id, "weapon").contains(&EventKind::StagingChanged));
    let staged = |world: &World, id| world.assignment(call_id).member(id).expect("a member").staged;
    assert!(staged(&world, clinician) && !staged(&world, officer));
    let events = world.progress(call_id, clinician, Progress::OnScene);
    assert!(
        events[0].flags.contains(&Flag::EnteredWhileStaged),
        "recorded, and flagged"
    );
}

#[test]
fn a_staged_clinician_enters_unflagged_when_the_officer_is_there() {
    let mut world = World::new();
    let open = world.open(4);
    let call_id = world.opened(&open);
    world.progress(call_id, world.near_officer, Progress::OnScene);
    let events = world.progress(call_id, world.near_clinician, Progress::OnScene);
    assert!(events[0].flags.is_empty());
}

#[test]
fn an_unknown_hazard_is_flagged() {
    let mut world = World::new();
    let mut open = world.open(2);
    open.hazards = ["wepon".to_owned()].into();
    let call_id = world.opened(&open);
    assert!(world.of(call_id).flags.contains(&Flag::UnknownHazard));
    world.sees(call_id, "animal");
    assert!(!world.of(call_id).flags.contains(&Flag::UnknownHazard));
}

#[test]
fn a_call_that_is_live_again_sends_nobody_until_it_is_judged_anew() {
    let mut world = World::new();
    let call_id = world.call();
    let (assignment_id, officer) = (world.assignment_id(call_id), world.near_officer);
    let cancel = CancelCall {
        call_id,
        reason: "caller_withdrew".to_owned(),
    };
    world.decide(call::cancel_call, &cancel).expect("cancelled");
    world.progress(call_id, officer, Progress::OnScene);
    assert_eq!(world.state(call_id), CallState::OnScene);
    assert_eq!(world.assignment_id(call_id), assignment_id);
    assert_eq!(world.of(call_id).cancel_reason, "");
    assert_eq!(sending::calls_to_match(&world.board), []);
    let alerts: Vec<AlertKind> = world.board.alerts.values().map(|alert| alert.kind).collect();
    assert_eq!(alerts, [AlertKind::CallLiveAgain]);
    world.judge(call_id, 3);
    assert_eq!(sending::calls_to_match(&world.board), [call_id]);
}

#[test]
fn a_talk_by_telephone_can_be_called_off() {
    let mut world = World::new();
    world
        .board
        .duty
        .get_mut(&world.far_clinician)
        .expect("duty")
        .secondary = "telephone".to_owned();
    let open = world.open(1);
    let call_id = world.opened(&open);
    world.progress(call_id, world.far_clinician, Progress::OnScene);
    let cancel = CancelCall {
        call_id,
        reason: "caller_withdrew".to_owned(),
    };
    world.decide(call::cancel_call, &cancel).expect("cancelled");
    assert_eq!(world.state(call_id), CallState::Cancelled);
}

#[test]
fn one_in_an_emergency_is_not_sent_until_someone_has_seen_it() {
    let mut world = World::new();
    let raise = RaiseEmergency {
        responder_id: world.near_officer,
    };
    let (_, events) = world.decide(safety::raise_emergency, &raise).expect("raised");
    assert_eq!(kinds(&events), [EventKind::EmergencyRaised]);
    let call_id = world.call();
    let sent = world.assignment(call_id).active_responders();
    assert_eq!(sent, [world.near_clinician, world.far_officer].into());
}

#[test]
fn a_device_that_did_not_receive_its_offer_is_told_of_until_it_is_heard() {
    let mut world = World::new();
    world.call();
    world.turn(60).meet();
    let silent = |world: &World| {
        let alerts = world.board.alerts.values();
        alerts
            .filter(|alert| alert.kind == AlertKind::DeviceSilent)
            .count()
    };
    assert_eq!(silent(&world), 2);
    world.as_responder();
    world
        .decide(duty::set_duty_status, &available(world.near_officer))
        .expect("set");
    assert_eq!(silent(&world), 1);
}

#[test]
fn a_queued_tap_does_not_undo_what_was_said_since() {
    let mut world = World::new();
    let officer = world.near_officer;
    let mut meal = available(officer);
    meal.changes[0].primary = Duty::NotAvailable;
    world.turn(600);
    world.decide(duty::set_duty_status, &meal).expect("set");
    let earlier = world.at.plus_seconds(-300);
    world.as_of(earlier);
    let (_, events) = world
        .decide(duty::set_duty_status, &available(officer))
        .expect("noted");
    assert!(events[0].flags.contains(&Flag::Superseded));
    assert_eq!(world.duty(officer), Duty::NotAvailable);
}

#[test]
fn his_own_app_does_not_take_him_from_another_systems_call() {
    let mut world = World::new();
    let officer = world.near_officer;
    let mut taken = available(officer);
    taken.changes[0].primary = Duty::NotAvailable;
    taken.changes[0].active_on = Some(super::world::reference("26-114"));
    world.decide(duty::set_duty_status, &taken).expect("taken");
    world.as_responder();
    let refusal = world
        .decide(duty::set_duty_status, &available(officer))
        .expect_err("not his to say");
    assert_eq!(refusal.violations[0].field, "changes[0].primary");
    world.as_dispatcher();
    world
        .decide(duty::set_duty_status, &available(officer))
        .expect("freed");
    assert_eq!(world.duty(officer), Duty::Available);
}

#[test]
fn whoever_is_on_no_call_when_his_shift_is_over_is_signed_off() {
    let mut world = World::new();
    let call_id = world.call();
    world.accept(call_id, world.near_officer).expect("accepted");
    world.accept(call_id, world.near_clinician).expect("accepted");
    world.turn(12 * 3600).meet();
    assert_eq!(world.duty(world.far_officer), Duty::NotAvailable);
    assert_eq!(world.board.duty[&world.far_officer].secondary, "shift_over");
    assert_eq!(
        world.duty(world.near_officer),
        Duty::Available,
        "his call goes on"
    );
    world.clear(call_id, world.near_officer, Some("15"));
    world.turn(1).meet();
    assert_eq!(world.duty(world.near_officer), Duty::NotAvailable);
}
