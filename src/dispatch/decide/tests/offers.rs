//! Offers: made, answered, solved again.

use super::super::{call, member, overriding, sending};
use super::world::{World, kinds, reference};
use crate::board::{AlertKind, EventKind, Reply};
use crate::dispatch::command::{
    AcceptOffer, AcknowledgeReceipt, AssignManually, CancelCall, DeclineOffer, MatchCall, RetriageCall,
    UpdateCall,
};
use crate::dispatch::{CallState, MemberState};
use crate::id::{CallId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::triage::{Acuity, CLINICIAN, OFFICER};

impl World {
    pub(super) fn accept(&mut self, call_id: CallId, responder_id: ResponderId) -> Result<(), Refusal> {
        let command = AcceptOffer {
            assignment_id: self.assignment_id(call_id),
            responder_id,
        };
        self.decide(member::accept_offer, &command).map(|_| ())
    }

    pub(super) fn decline(
        &mut self,
        call_id: CallId,
        responder_id: ResponderId,
    ) -> Result<Vec<EventKind>, Refusal> {
        let command = DeclineOffer {
            assignment_id: self.assignment_id(call_id),
            responder_id,
            reason: "unsafe".to_owned(),
        };
        self.decide(member::decline_offer, &command)
            .map(|(_, events)| kinds(&events))
    }

    pub(super) fn match_again(&mut self, call_id: CallId) -> Vec<EventKind> {
        let travel = self.travel();
        let command = MatchCall { call_id, travel };
        let (_, events) = self.decide(sending::match_open_slots, &command).expect("a match");
        kinds(&events)
    }

    pub(super) fn manually(&self, call_id: CallId, responder_id: ResponderId, slot: &str) -> AssignManually {
        AssignManually {
            call_id,
            members: vec![(responder_id, slot.to_owned())],
            replace: false,
            reason: "knows_the_person".to_owned(),
            words: String::new(),
            travel: self.travel(),
        }
    }
}

#[test]
fn an_urgent_call_is_offered_to_the_nearest_pair() {
    let mut world = World::new();
    let call_id = world.call();
    let pair = world.assignment(call_id).active_responders();
    assert_eq!(pair, [world.near_clinician, world.near_officer].into());
    assert_eq!(world.state(call_id), CallState::Offered);
}

#[test]
fn a_call_is_assigned_when_both_have_accepted() {
    let mut world = World::new();
    let call_id = world.call();
    world.accept(call_id, world.near_clinician).expect("accepted");
    assert_eq!(world.state(call_id), CallState::Offered);
    world.accept(call_id, world.near_officer).expect("accepted");
    assert_eq!(world.state(call_id), CallState::Assigned);
}

#[test]
fn accepting_twice_has_one_effect() {
    let mut world = World::new();
    let call_id = world.call();
    world.accept(call_id, world.near_clinician).expect("accepted");
    let before = world.board.clone();
    world
        .accept(call_id, world.near_clinician)
        .expect("accepted already");
    assert_eq!(before, world.board);
}

#[test]
fn an_offer_cannot_be_accepted_at_or_after_its_deadline() {
    let mut world = World::new();
    let call_id = world.call();
    let clinician = world.near_clinician;
    let refusal = world.turn(60).accept(call_id, clinician).expect_err("expired");
    assert_eq!(refusal.reason, Reason::OfferExpired);
}

#[test]
fn a_decline_holds_the_other_half_and_solves_only_the_open_one() {
    let mut world = World::new();
    let call_id = world.call();
    let told = world.decline(call_id, world.near_officer).expect("declined");
    assert!(told.contains(&EventKind::HalfHeld), "{told:?}");
    assert_eq!(
        world.assignment(call_id).held_until,
        Some(world.at.plus_seconds(30))
    );
    let told = world.match_again(call_id);
    assert!(
        told.contains(&EventKind::OfferMade) && told.contains(&EventKind::HoldEnded),
        "{told:?}"
    );
    let pair = world.assignment(call_id).active_responders();
    assert_eq!(pair, [world.near_clinician, world.far_officer].into());
    assert!(
        world.assignment(call_id).degraded,
        "a half solved again is degraded"
    );
}

#[test]
fn one_who_declined_is_not_asked_again_for_this_call() {
    let mut world = World::new();
    let call_id = world.call();
    world.decline(call_id, world.near_officer).expect("declined");
    world.match_again(call_id);
    world.decline(call_id, world.far_officer).expect("declined");
    assert_eq!(world.match_again(call_id), [], "nobody is left to ask");
}

#[test]
fn an_order_is_acknowledged_and_cannot_be_declined() {
    let mut world = World::new().policy(|policy| {
        policy.ordered_disciplines.insert(OFFICER.to_owned());
    });
    let call_id = world.call();
    let refusal = world.decline(call_id, world.near_officer).expect_err("ordered");
    assert_eq!(refusal.reason, Reason::OrderedNotAsked);
    world.accept(call_id, world.near_officer).expect("acknowledged");
    world
        .decline(call_id, world.near_clinician)
        .expect("asked, not ordered");
}

#[test]
fn a_call_without_a_pair_waits_and_a_person_is_told() {
    let mut world = World::new();
    world.sign_off(world.near_officer);
    world.sign_off(world.far_officer);
    let call_id = world.call();
    assert_eq!(world.state(call_id), CallState::Waiting);
    assert!(
        world.board.active_memberships().next().is_none(),
        "no half is sent"
    );
    let alerts: Vec<_> = world.board.alerts.values().map(|alert| alert.kind).collect();
    assert_eq!(alerts, [AlertKind::CallWaiting]);
}

#[test]
fn a_waiting_call_is_offered_when_someone_becomes_free() {
    let mut world = World::new();
    let officers = [world.near_officer, world.far_officer];
    let duty = world.board.duty[&officers[0]].clone();
    for officer in officers {
        world.sign_off(officer);
    }
    let call_id = world.call();
    assert_eq!(
        world.match_again(call_id),
        [],
        "the same answer is not told again"
    );
    world.board.duty.insert(officers[1], duty);
    let told = world.match_again(call_id);
    assert!(
        told.contains(&EventKind::OfferMade) && told.contains(&EventKind::AlertEnded),
        "{told:?}"
    );
    assert_eq!(world.state(call_id), CallState::Offered);
}

#[test]
fn two_calls_never_share_a_responder() {
    let mut world = World::new();
    let (first, second, third) = (world.call(), world.call(), world.call());
    assert_eq!(world.assignment(first).active_responders().len(), 2);
    assert_eq!(world.assignment(second).active_responders().len(), 2);
    assert_eq!(world.state(third), CallState::Waiting);
}

#[test]
fn a_known_external_reference_gives_back_its_call() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.external_references.insert(reference("P-1"));
    let call_id = world.opened(&open);
    let before = world.board.clone();
    assert_eq!(world.opened(&open), call_id);
    assert_eq!(before, world.board);
}

#[test]
fn a_weapon_makes_the_response_officer_led_with_the_clinician_staged() {
    let mut world = World::new();
    let mut open = world.open(2);
    open.hazards.insert("weapon".to_owned());
    let call_id = world.opened(&open);
    let assignment = world.assignment(call_id);
    let staged = |id| assignment.member(id).expect("a member").staged;
    assert!(staged(world.near_clinician) && !staged(world.near_officer));
}

#[test]
fn a_level_that_the_policy_does_not_know_is_refused_by_field() {
    let mut world = World::new();
    let refusal = world
        .decide(call::open_call, &world.open(9))
        .expect_err("unknown");
    assert_eq!(refusal.reason, Reason::UnknownAcuity);
    assert_eq!(refusal.violations[0].field, "acuity");
}

#[test]
fn a_call_without_a_point_waits_for_a_telephone_seat() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.point = None;
    let call_id = world.opened(&open);
    assert_eq!(world.state(call_id), CallState::Waiting);
    world
        .board
        .duty
        .get_mut(&world.far_clinician)
        .expect("duty")
        .secondary = "telephone".to_owned();
    world.match_again(call_id);
    assert_eq!(
        world.assignment(call_id).active_responders(),
        [world.far_clinician].into()
    );
}

#[test]
fn a_dispatcher_may_send_whom_he_names_but_not_take_him_from_another_call() {
    let mut world = World::new();
    let first = world.call();
    world.sign_off(world.far_officer);
    world.sign_off(world.far_clinician);
    let second = world.call();
    let taken = world.manually(second, world.near_officer, OFFICER);
    let refusal = world
        .decide(overriding::assign_manually, &taken)
        .expect_err("taken");
    assert_eq!(refusal.reason, Reason::AlreadyAssigned);
    // Off duty, and named all the same: recorded as an override.
    let named = world.manually(second, world.far_officer, OFFICER);
    world.decide(overriding::assign_manually, &named).expect("sent");
    assert_eq!(world.assignment(second).override_reason, "knows_the_person");
    assert_eq!(world.assignment(first).active_responders().len(), 2);
}

#[test]
fn whoever_is_replaced_is_reassigned_and_free() {
    let mut world = World::new();
    let call_id = world.call();
    let mut named = world.manually(call_id, world.far_officer, OFFICER);
    named.members.push((world.near_clinician, CLINICIAN.to_owned()));
    let refusal = world
        .decide(overriding::assign_manually, &named)
        .expect_err("the slot is filled");
    assert_eq!(refusal.violations[0].field, "members[0].slot_id");
    named.replace = true;
    world
        .decide(overriding::assign_manually, &named)
        .expect("replaced");
    assert_eq!(
        world.member_state(call_id, world.near_officer),
        MemberState::Reassigned
    );
    assert_eq!(
        world.assignment(call_id).active_responders(),
        [world.near_clinician, world.far_officer].into()
    );
}

#[test]
fn cancelling_a_call_releases_everyone() {
    let mut world = World::new();
    let call_id = world.call();
    let cancel = CancelCall {
        call_id,
        reason: "caller_withdrew".to_owned(),
    };
    world.decide(call::cancel_call, &cancel).expect("cancelled");
    assert_eq!(world.state(call_id), CallState::Cancelled);
    assert!(world.board.active_memberships().next().is_none());
}

#[test]
fn a_lower_level_takes_back_the_offer_that_is_no_longer_needed() {
    let mut world = World::new();
    let call_id = world.call();
    world.accept(call_id, world.near_clinician).expect("accepted");
    let retriage = RetriageCall {
        call_id,
        expected_version: None,
        acuity: Acuity {
            level: 2,
            ..world.of(call_id).acuity.clone()
        },
    };
    world.decide(call::retriage_call, &retriage).expect("judged anew");
    assert_eq!(
        world.member_state(call_id, world.near_officer),
        MemberState::Cancelled
    );
    assert_eq!(world.state(call_id), CallState::Assigned);
}

#[test]
fn an_older_update_of_another_system_does_not_overwrite_a_newer_one() {
    let mut world = World::new();
    let call_id = world.call();
    let update = |version| UpdateCall {
        call_id,
        expected_version: None,
        source_version: Some(version),
        source_reference: None,
        incident_type: Some("SUICTHRT".to_owned()),
        hazards: None,
        point: None,
        address: None,
        clinical_narrative: None,
        approach: None,
        callback: None,
        person_references: None,
        asked_qualifications: None,
        external_references: [].into(),
    };
    world.decide(call::update_call, &update(5)).expect("newer");
    let refusal = world.decide(call::update_call, &update(4)).expect_err("older");
    assert_eq!(refusal.reason, Reason::StaleSource);
}

#[test]
fn a_receipt_is_noted_once() {
    let mut world = World::new();
    let call_id = world.call();
    let receipt = |seen| AcknowledgeReceipt {
        assignment_id: world.assignment_id(call_id),
        responder_id: world.near_officer,
        seen,
    };
    let (delivered, seen) = (receipt(false), receipt(true));
    let (_, events) = world
        .decide(member::acknowledge_receipt, &delivered)
        .expect("noted");
    assert_eq!(kinds(&events), [EventKind::OfferDelivered]);
    let (reply, events) = world.decide(member::acknowledge_receipt, &seen).expect("noted");
    assert_eq!(kinds(&events), [EventKind::OfferSeen]);
    assert!(matches!(reply, Reply::Assignment(_)));
    let (_, events) = world
        .decide(member::acknowledge_receipt, &seen)
        .expect("noted already");
    assert_eq!(kinds(&events), []);
}
