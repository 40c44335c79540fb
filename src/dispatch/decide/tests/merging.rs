//! Several calls about one incident continue as one of them.

use super::super::merging::merge_calls;
use super::super::{call, member, safety};
use super::facts::given;
use super::world::{World, kinds, reference};
use crate::board::{After, AlertKind, Event, EventKind};
use crate::dispatch::CallKey;
use crate::dispatch::command::{
    AddRemark, ClearAssignment, JoinCall, MergeCalls, MergedMembers, RaiseEmergency, RecordDisposition,
};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState, TextClass};
use crate::id::CallId;
use crate::refusal::{Reason, Refusal};

impl World {
    pub(super) fn merging(
        &self,
        merged: CallId,
        survivor: CallId,
        members: Option<MergedMembers>,
    ) -> MergeCalls {
        MergeCalls {
            call_id: survivor,
            merged_call_ids: vec![merged],
            members,
            reason: "duplicate".to_owned(),
            words: String::new(),
            travel: self.travel(),
        }
    }

    pub(super) fn merge(
        &mut self,
        merged: CallId,
        survivor: CallId,
        members: Option<MergedMembers>,
    ) -> Result<Vec<Event>, Refusal> {
        let command = self.merging(merged, survivor, members);
        self.decide(merge_calls, &command).map(|(_, events)| events)
    }

    /// Two calls: the near pair is asked for the first, the far pair for the second.
    fn two_calls(&mut self) -> (CallId, CallId) {
        (self.call(), self.call())
    }
}

const FOLLOW: Option<MergedMembers> = Some(MergedMembers::Follow);
const RELEASE: Option<MergedMembers> = Some(MergedMembers::Release);

#[test]
fn who_follows_takes_the_place_that_was_only_offered_and_keeps_his_times() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    let officer = world.near_officer;
    world.accept(merged, officer).expect("accepted");
    world.turn(30).progress(merged, officer, Progress::OnScene);
    let before = world
        .assignment(merged)
        .member(officer)
        .expect("a member")
        .clone();
    let events = world.turn(10).merge(merged, survivor, FOLLOW).expect("merged");
    let now = world.assignment(survivor).member(officer).expect("he moved");
    assert_eq!(now, &before, "as he is: state, times, slot and check-in timer");
    assert!(before.safety.next_at.is_some());
    assert_eq!(
        world.member_state(survivor, world.far_officer),
        MemberState::Cancelled,
        "the offer of his place is withdrawn"
    );
    assert_eq!(world.state(survivor), CallState::OnScene);
    let old = world.assignment(merged).member(officer).expect("a trace");
    assert_eq!(old.state, MemberState::Reassigned);
    let exit = old.exit.as_ref().expect("an exit");
    assert_eq!(
        (&*exit.reason, exit.moved_to),
        ("call_merged", Some(world.assignment_id(survivor)))
    );
    assert_eq!(world.state(merged), CallState::Merged);
    assert_eq!(world.of(merged).merged_into_call_id, Some(survivor));
    let moved = kinds(&events)
        .into_iter()
        .filter(|kind| *kind == EventKind::MemberMoved);
    assert_eq!(moved.count(), 2, "where he leaves and where he is");
    assert!(
        events
            .iter()
            .all(|event| event.kind != EventKind::MemberReassigned)
    );
}

#[test]
fn who_follows_to_a_full_call_is_there_beside_the_others() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    for (call_id, clinician, officer) in [
        (merged, world.near_clinician, world.near_officer),
        (survivor, world.far_clinician, world.far_officer),
    ] {
        world.accept(call_id, clinician).expect("accepted");
        world.accept(call_id, officer).expect("accepted");
    }
    world.merge(merged, survivor, FOLLOW).expect("merged");
    let assignment = world.assignment(survivor);
    let slots: Vec<_> = assignment.active_members().map(|one| &*one.slot_id).collect();
    assert_eq!(slots, ["clinician", "officer", "joined", "joined"]);
    assert_eq!(world.state(survivor), CallState::Assigned);
}

#[test]
fn nobody_is_freed_or_held_by_accident() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    let refused = world.merge(merged, survivor, None).expect_err("who is on it?");
    assert_eq!(refused.reason, Reason::MembersUndecided);
    world.progress(merged, world.near_officer, Progress::OnScene);
    world.merge(merged, survivor, RELEASE).expect("merged");
    assert_eq!(
        world.member_state(survivor, world.near_officer),
        MemberState::OnScene,
        "he is there: he goes on"
    );
    assert_eq!(
        world.member_state(merged, world.near_clinician),
        MemberState::Cancelled
    );
}

#[test]
fn who_is_released_is_free_and_may_be_asked_for_the_call_that_goes_on() {
    let mut world = World::new();
    for who in [world.far_clinician, world.far_officer] {
        world.sign_off(who);
    }
    let (merged, survivor) = world.two_calls();
    assert_eq!(world.state(survivor), CallState::Waiting);
    world.accept(merged, world.near_officer).expect("accepted");
    let events = world.merge(merged, survivor, RELEASE).expect("merged");
    assert_eq!(
        world.state(survivor),
        CallState::Offered,
        "matched in the same revision"
    );
    assert_eq!(
        world.member_state(survivor, world.near_officer),
        MemberState::Offered
    );
    let last = events.last().expect("events").kind;
    assert_eq!(last, EventKind::AlertEnded, "nothing rings any more");
    assert!(world.board.alerts.is_empty());
}

#[test]
fn what_is_known_of_the_merged_call_is_known_of_the_one_that_goes_on() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.external_references = [reference("1")].into();
    open.person_references = ["p-1".to_owned()].into();
    open.hazards = ["weapon".to_owned()].into();
    open.clinical_narrative = "first words".to_owned();
    let merged = world.opened(&open);
    let survivor = world.call();
    let said = AddRemark {
        call_id: merged,
        class: TextClass::Operational,
        body: "side door".to_owned(),
    };
    world.decide(call::add_remark, &said).expect("said");
    world.merge(merged, survivor, FOLLOW).expect("merged");
    let now = world.of(survivor);
    assert_eq!(now.external_references, [reference("1")].into());
    assert!(now.person_references.contains("p-1") && now.hazards.contains("weapon"));
    let came = world.of(merged).remarks[0].from_call(world.of(merged).number);
    assert_eq!(now.remarks, [came]);
    assert_eq!(now.clinical_text_id, world.of(merged).clinical_text_id);
    let gone = world.of(merged);
    assert!(gone.external_references.is_empty(), "one name, one call");
    assert_eq!(
        gone.course.former_references,
        [reference("1")].into(),
        "but it stays readable"
    );
    let again = world.opened(&open);
    assert_eq!(again, survivor, "its reference leads to the one that goes on");
    world.decide(call::add_remark, &said).expect("said");
    assert_eq!(world.of(survivor).remarks.len(), 2);
}

#[test]
fn words_without_a_place_of_their_own_become_remarks() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.clinical_narrative = "one account".to_owned();
    open.approach = "dog behind the door".to_owned();
    let (merged, survivor) = (world.opened(&open), world.opened(&open));
    world.merge(merged, survivor, FOLLOW).expect("merged");
    let classes: Vec<_> = world.of(survivor).remarks.iter().map(|one| one.class).collect();
    assert_eq!(classes, [TextClass::Clinical, TextClass::OfficerSafety]);
}

#[test]
fn a_call_merges_into_a_live_call_other_than_itself_and_once() {
    let mut world = World::new();
    let (one, other) = world.two_calls();
    let refused = world.merge(one, one, FOLLOW).expect_err("itself");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::SameCall, "merged_call_ids[0]")
    );
    world.merge(one, other, FOLLOW).expect("merged");
    assert_eq!(world.merge(one, other, FOLLOW).expect("so already"), []);
    let refused = world.merge(other, one, FOLLOW).expect_err("a cycle");
    assert_eq!(refused.reason, Reason::CallMerged);
    assert!(
        refused
            .facts
            .contains(&("merged_into_call_id", other.to_string()))
    );
    let third = world.call();
    let refused = world.merge(one, third, FOLLOW).expect_err("it went elsewhere");
    assert_eq!(refused.reason, Reason::CallMerged);
    world.merge(other, third, FOLLOW).expect("merged");
    assert_eq!(
        world
            .merge(one, third, FOLLOW)
            .expect("so already, by way of the other"),
        []
    );
}

#[test]
fn a_fact_of_a_merged_call_is_a_fact_of_the_one_that_goes_on() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.accept(merged, clinician).expect("accepted");
    world.accept(merged, officer).expect("accepted");
    let old = world.assignment_id(merged);
    world.merge(merged, survivor, FOLLOW).expect("merged");
    // His app has not heard of it yet.
    world.progress(merged, officer, Progress::OnScene);
    assert_eq!(world.member_state(survivor, officer), MemberState::OnScene);
    let clear = ClearAssignment {
        assignment_id: old,
        responder_id: clinician,
        disposition: None,
    };
    world.decide(member::clear_assignment, &clear).expect("a fact");
    assert_eq!(world.member_state(survivor, clinician), MemberState::Cleared);
    let join = JoinCall {
        call: CallKey::Id(merged),
        responder_id: world.far_clinician,
        progress: Progress::EnRoute,
    };
    world.decide(member::join_call, &join).expect("a fact");
    assert_eq!(
        world.member_state(survivor, world.far_clinician),
        MemberState::EnRoute
    );
    assert_eq!(world.state(merged), CallState::Merged);
}

#[test]
fn one_released_by_a_merge_who_arrives_is_on_the_call_that_goes_on() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    world.accept(merged, world.near_officer).expect("accepted");
    world.merge(merged, survivor, RELEASE).expect("merged");
    world.progress(merged, world.near_officer, Progress::OnScene);
    assert_eq!(
        world.member_state(survivor, world.near_officer),
        MemberState::OnScene
    );
    assert_eq!(world.state(merged), CallState::Merged);
}

#[test]
fn one_who_accepts_too_late_hears_as_which_call_it_goes_on() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    world.merge(merged, survivor, FOLLOW).expect("merged");
    let refused = world.accept(merged, world.near_officer).expect_err("withdrawn");
    assert_eq!(refused.reason, Reason::CallMerged);
    let number = world.of(survivor).number.to_string();
    assert!(
        refused.detail.contains(&format!("continues as call {number}")),
        "{}",
        refused.detail
    );
    assert!(refused.facts.contains(&("merged_into_call_number", number)));
}

#[test]
fn an_emergency_goes_with_him_and_an_account_stays_owed_where_it_was() {
    let mut world = World::new().policy(|policy| policy.disposition_due_seconds = 1);
    let (merged, survivor) = world.two_calls();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.progress(merged, officer, Progress::OnScene);
    let raise = RaiseEmergency {
        responder_id: officer,
    };
    world.decide(safety::raise_emergency, &raise).expect("a fact");
    world.clear(merged, clinician, None);
    world.turn(1);
    world
        .decide(
            super::super::deadline::meet_deadlines,
            &crate::dispatch::command::MeetDeadlines,
        )
        .expect("met");
    assert_eq!(world.board.alerts.len(), 2, "an emergency and an account overdue");
    let events = world.merge(merged, survivor, FOLLOW).expect("merged");
    let alert = |world: &World, kind| world.board.alerts.values().find(|one| one.kind == kind).cloned();
    let emergency = alert(&world, AlertKind::Emergency).expect("it stands");
    assert_eq!(
        (emergency.call_id, emergency.assignment_id),
        (Some(survivor), Some(world.assignment_id(survivor)))
    );
    let overdue = alert(&world, AlertKind::DispositionOverdue).expect("it stands");
    assert_eq!(
        overdue.call_id,
        Some(merged),
        "he gives it for the call that he was on"
    );
    for event in events.iter().filter(|event| event.kind == EventKind::CallMerged) {
        assert!(matches!(event.after, After::Call(_)));
    }
    assert_eq!(world.of(merged).files_at, None, "it stays at hand until then");
    let account = RecordDisposition {
        assignment_id: world.assignment_id(merged),
        responder_id: clinician,
        disposition: given("15"),
    };
    world
        .decide(member::record_disposition, &account)
        .expect("a fact");
    assert!(alert(&world, AlertKind::DispositionOverdue).is_none());
    assert!(world.of(merged).files_at.is_some());
    assert_eq!(world.state(merged), CallState::Merged);
}

#[test]
fn each_of_those_concerned_hears_of_a_merge_and_nobody_else() {
    let mut world = World::new();
    let (merged, survivor) = world.two_calls();
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.accept(merged, officer).expect("accepted");
    let events = world.merge(merged, survivor, FOLLOW).expect("merged");
    let of = |kind| events.iter().find(|event| event.kind == kind).expect("told");
    assert_eq!(of(EventKind::CallMerged).audience, [clinician, officer].into());
    let grown = of(EventKind::CallUpdated);
    assert_eq!(grown.implied_by, Some(EventKind::CallMerged));
    assert_eq!(grown.audience, [officer, world.far_clinician].into());
}

#[test]
fn a_merge_that_makes_a_call_more_urgent_says_so_and_looks_after_whoever_is_there() {
    let mut world = World::new();
    let survivor = world.opened(&world.open(2));
    let clinician = world
        .assignment(survivor)
        .active_responders()
        .pop_first()
        .expect("one is asked");
    world.progress(survivor, clinician, Progress::OnScene);
    let next_at = |world: &World| {
        world
            .assignment(survivor)
            .member(clinician)
            .expect("on it")
            .safety
            .next_at
    };
    assert_eq!(next_at(&world), None, "level 2 has no check-ins");
    let merged = world.opened(&world.open(4));
    let command = world.merging(merged, survivor, Some(MergedMembers::Follow));
    let (_, events) = world.turn(60).decide(merge_calls, &command).expect("merged");
    assert!(kinds(&events).contains(&EventKind::CallRetriaged));
    assert!(kinds(&events).contains(&EventKind::CheckInChanged));
    assert!(next_at(&world).is_some_and(|next_at| next_at > world.at));
}

#[test]
fn whoever_was_only_asked_for_a_merged_call_does_not_rest_from_it() {
    let mut world = World::new().policy(|policy| policy.rest_seconds = 1800);
    let merged = world.call();
    let asked = world.assignment(merged).active_responders();
    let survivor = world.opened(&world.open(3));
    let command = world.merging(merged, survivor, Some(MergedMembers::Follow));
    world.decide(merge_calls, &command).expect("merged");
    for who in asked {
        assert_eq!(world.board.turns[&who].last_freed_at, None);
    }
}
