//! One member is replaced by another; his partner stays as he is.

use super::super::member;
use super::super::reassigning::reassign;
use super::world::{World, kinds};
use crate::board::{EventKind, Flag};
use crate::dispatch::CallKey;
use crate::dispatch::command::{JoinCall, Reassign};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState};
use crate::id::{CallId, ResponderId};
use crate::refusal::Reason;

impl World {
    fn reassigning(&self, call_id: CallId, old: ResponderId, new: Option<ResponderId>) -> Reassign {
        Reassign {
            call_id,
            responder_id: old,
            replacement: new,
            reason: "shift_ends".to_owned(),
            release_anyway: false,
            no_replacement: false,
            travel: self.travel(),
        }
    }

    /// A call whose pair has said yes.
    fn assigned(&mut self) -> CallId {
        let call_id = self.call();
        for who in [self.near_clinician, self.near_officer] {
            self.accept(call_id, who).expect("accepted");
        }
        call_id
    }
}

#[test]
fn the_next_best_is_offered_the_place_and_the_partner_stays_as_he_is() {
    let mut world = World::new();
    let call_id = world.assigned();
    let partner = world.assignment(call_id).member(world.near_clinician).cloned();
    let command = world.reassigning(call_id, world.near_officer, None);
    let (_, events) = world.turn(5).decide(reassign, &command).expect("reassigned");
    assert_eq!(
        kinds(&events),
        [
            EventKind::MemberReassigned,
            EventKind::OfferMade,
            EventKind::CallProgressed
        ],
        "nobody is held: the place is not open"
    );
    let old = world
        .assignment(call_id)
        .member(world.near_officer)
        .expect("a trace");
    assert_eq!(old.state, MemberState::Reassigned);
    assert_eq!(old.exit.as_ref().map(|exit| &*exit.reason), Some("shift_ends"));
    let new = world
        .assignment(call_id)
        .member(world.far_officer)
        .expect("he is asked");
    assert_eq!((new.state, &*new.slot_id), (MemberState::Offered, "officer"));
    assert_eq!(new.eta_seconds, Some(500));
    assert_eq!(
        world.assignment(call_id).member(world.near_clinician).cloned(),
        partner
    );
    assert!(
        world.of(call_id).course.replaced.contains(&world.near_officer),
        "not again, and not because he declined"
    );
}

#[test]
fn a_named_one_takes_the_place_whatever_a_match_would_say() {
    let mut world = World::new();
    let call_id = world.assigned();
    world.sign_off(world.far_officer);
    let command = world.reassigning(call_id, world.near_officer, Some(world.far_officer));
    let (_, events) = world.decide(reassign, &command).expect("reassigned");
    assert!(events[1].flags.contains(&Flag::Overridden));
    assert_eq!(world.assignment(call_id).override_reason, "shift_ends");
    assert_eq!(
        world.member_state(call_id, world.far_officer),
        MemberState::Offered
    );
}

#[test]
fn a_plan_takes_nobody_from_a_call_and_puts_nobody_in_anothers_place() {
    let mut world = World::new();
    let (call_id, _) = (world.assigned(), world.call());
    for (named, expected) in [
        (world.far_officer, Reason::AlreadyAssigned),
        (world.near_officer, Reason::AlreadyAssigned),
        (world.far_clinician, Reason::NotFound),
    ] {
        let command = world.reassigning(call_id, world.near_officer, Some(named));
        let refused = world.decide(reassign, &command).expect_err("refused");
        assert_eq!(refused.reason, expected);
        assert_eq!(refused.violations[0].field, "replacement_responder_id");
    }
    let command = world.reassigning(call_id, world.far_officer, None);
    let refused = world.decide(reassign, &command).expect_err("not on it");
    assert_eq!(refused.reason, Reason::NotAMember);
}

#[test]
fn one_who_is_there_is_not_sent_away_by_a_plan() {
    let mut world = World::new();
    let call_id = world.assigned();
    world.progress(call_id, world.near_officer, Progress::OnScene);
    let command = world.reassigning(call_id, world.near_officer, None);
    let refused = world.decide(reassign, &command).expect_err("he is there");
    assert_eq!(refused.reason, Reason::MemberOnScene);
}

#[test]
fn when_nobody_can_be_had_he_stays_unless_he_is_released_anyway() {
    let mut world = World::new();
    let call_id = world.assigned();
    world.sign_off(world.far_officer);
    let mut command = world.reassigning(call_id, world.near_officer, None);
    let refused = world.decide(reassign, &command).expect_err("nobody");
    assert_eq!(refused.reason, Reason::NobodyAvailable);
    command.release_anyway = true;
    world.decide(reassign, &command).expect("released");
    assert!(world.board.active_assignment(world.near_officer).is_none());
    assert_eq!(
        world.member_state(call_id, world.near_clinician),
        MemberState::Accepted
    );
    assert_eq!(world.assignment(call_id).held_until, None);
    assert!(
        world.of(call_id).waiting_since.is_some(),
        "his place is waited for, and his partner goes on"
    );
    assert_eq!(world.state(call_id), CallState::Offered);
}

/// A pair on the way, and the far officer beside them.
fn one_too_many(world: &mut World) -> CallId {
    let call_id = world.assigned();
    let join = JoinCall {
        call: CallKey::Id(call_id),
        responder_id: world.far_officer,
        progress: Progress::EnRoute,
    };
    world.decide(member::join_call, &join).expect("a fact");
    let joined = world.assignment(call_id).member(world.far_officer);
    assert_eq!(joined.expect("a member").slot_id, "joined");
    call_id
}

#[test]
fn one_who_is_beside_the_places_is_released_and_never_replaced() {
    let mut world = World::new();
    let call_id = one_too_many(&mut world);
    let mut command = world.reassigning(call_id, world.far_officer, None);
    let refused = world.decide(reassign, &command).expect_err("there is no place");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::NotInThisState, "no_replacement")
    );
    command.release_anyway = true;
    let (_, events) = world.decide(reassign, &command).expect("released");
    assert_eq!(kinds(&events), [EventKind::MemberCancelled]);
    let left = world
        .assignment(call_id)
        .member(world.far_officer)
        .expect("a trace");
    assert_eq!(left.state, MemberState::Cancelled);
    assert_eq!(left.exit.as_ref().map(|exit| &*exit.reason), Some("shift_ends"));
    assert_eq!(left.disposition_due_at, None);
    assert_eq!(world.state(call_id), CallState::Assigned, "nobody else is asked");
}

#[test]
fn of_two_for_one_place_either_can_be_released_and_the_other_has_it() {
    let mut world = World::new();
    let call_id = one_too_many(&mut world);
    let mut command = world.reassigning(call_id, world.near_officer, None);
    command.no_replacement = true;
    world.decide(reassign, &command).expect("released");
    assert_eq!(
        world.member_state(call_id, world.near_officer),
        MemberState::Cancelled
    );
    let heir = world
        .assignment(call_id)
        .member(world.far_officer)
        .expect("a member");
    assert_eq!(&*heir.slot_id, "officer");
    assert_eq!(world.state(call_id), CallState::Assigned);
    let mut command = world.reassigning(call_id, world.far_officer, None);
    command.no_replacement = true;
    let refused = world.decide(reassign, &command).expect_err("he is needed");
    assert_eq!(refused.reason, Reason::NobodyAvailable);
}
