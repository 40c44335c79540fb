//! Times that were reported wrong are corrected.

use super::super::amending::amend_times;
use super::world::{World, assignment_in, kinds};
use crate::board::EventKind;
use crate::dispatch::command::{AmendTimes, AmendedStep, MergedMembers};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallTime, MemberState, SafetyState};
use crate::id::{CallId, ResponderId};
use crate::moment::Moment;
use crate::refusal::Reason;

impl World {
    pub(super) fn amending(
        &self,
        call_id: CallId,
        responder_id: ResponderId,
        steps: &[(MemberState, Moment)],
    ) -> AmendTimes {
        let steps = steps.iter().map(|(state, occurred_at)| AmendedStep {
            assignment_id: self.assignment_id(call_id),
            responder_id,
            state: *state,
            occurred_at: *occurred_at,
        });
        AmendTimes {
            call_id,
            steps: steps.collect(),
            opened_at: None,
            closed_at: None,
            reason: "misheard".to_owned(),
        }
    }

    /// Which fields an amendment is refused for.
    pub(super) fn faults(&mut self, command: &AmendTimes) -> Vec<(String, Reason)> {
        let refused = self.decide(amend_times, command).expect_err("refused");
        let faults = refused.violations.into_iter().map(|one| (one.field, one.reason));
        faults.collect()
    }

    /// En route, ten minutes later there.
    fn arrived(&mut self) -> (CallId, ResponderId) {
        let (call_id, officer) = (self.call(), self.near_officer);
        self.accept(call_id, officer).expect("accepted");
        self.progress(call_id, officer, Progress::EnRoute);
        self.turn(600).progress(call_id, officer, Progress::OnScene);
        (call_id, officer)
    }
}

#[test]
fn a_corrected_step_keeps_what_stood_there_and_who_says_otherwise() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let there = world.at.plus_seconds(-200);
    let command = world.amending(call_id, officer, &[(MemberState::OnScene, there)]);
    let (_, events) = world.turn(60).decide(amend_times, &command).expect("amended");
    assert_eq!(kinds(&events), [EventKind::TimesAmended]);
    assert_eq!(events[0].subject, Some(officer));
    let step = &assignment_in(&events[0]).member(officer).expect("a member").steps[&MemberState::OnScene];
    assert_eq!(step.occurred_at, there);
    assert_eq!(
        assignment_in(&events[0])
            .member(officer)
            .expect("a member")
            .state_since,
        there,
        "since when he is there"
    );
    let amendment = &step.amendments[0];
    assert_eq!(
        (amendment.was, &*amendment.reason, &*amendment.reporter.subject),
        (there.plus_seconds(200), "misheard", "test")
    );
    let (_, events) = world.decide(amend_times, &command).expect("so already");
    assert_eq!(kinds(&events), []);
}

#[test]
fn the_check_in_timer_runs_by_the_corrected_time() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let arrived = world.at;
    let safety = |world: &World| {
        world
            .assignment(call_id)
            .member(officer)
            .expect("a member")
            .safety
            .clone()
    };
    assert_eq!(safety(&world).next_at, Some(arrived.plus_seconds(1200)));
    let earlier = world.amending(
        call_id,
        officer,
        &[(MemberState::OnScene, arrived.plus_seconds(-300))],
    );
    world.decide(amend_times, &earlier).expect("amended");
    assert_eq!(safety(&world).next_at, Some(arrived.plus_seconds(900)));
    let later = world.amending(
        call_id,
        officer,
        &[(MemberState::OnScene, arrived.plus_seconds(60))],
    );
    world.turn(60).decide(amend_times, &later).expect("amended");
    assert_eq!(safety(&world).next_at, Some(arrived.plus_seconds(1260)));
    assert_eq!(safety(&world).state, SafetyState::Ok);
}

#[test]
fn the_order_stays_a_possible_one_and_nothing_lies_ahead() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let now = world.at;
    let fault = |place: usize, reason| (format!("steps[{place}].occurred_at"), reason);
    let before = [(MemberState::OnScene, now.plus_seconds(-601))];
    let command = world.amending(call_id, officer, &before);
    assert_eq!(world.faults(&command), [fault(0, Reason::StepsOutOfOrder)]);
    let command = world.amending(call_id, officer, &[(MemberState::EnRoute, now.plus_seconds(61))]);
    assert_eq!(world.faults(&command), [fault(0, Reason::InvalidTime)]);
    let crossed = [
        (MemberState::EnRoute, now.plus_seconds(-100)),
        (MemberState::OnScene, now.plus_seconds(-200)),
    ];
    let command = world.amending(call_id, officer, &crossed);
    assert_eq!(
        world.faults(&command),
        [
            fault(0, Reason::StepsOutOfOrder),
            fault(1, Reason::StepsOutOfOrder)
        ]
    );
    let command = world.amending(call_id, officer, &[(MemberState::Transporting, now)]);
    assert_eq!(
        world.faults(&command),
        [("steps[0].state".to_owned(), Reason::NotFound)]
    );
    let refused = world.decide(amend_times, &command).expect_err("never reported");
    assert!(refused.detail.contains("ReportProgress"), "{}", refused.detail);
    let a_little = [(MemberState::OnScene, now.plus_seconds(60))];
    let command = world.amending(call_id, officer, &a_little);
    world
        .decide(amend_times, &command)
        .expect("believed, as in any report");
    let command = world.amending(call_id, world.far_officer, &[(MemberState::OnScene, now)]);
    assert_eq!(
        world.faults(&command),
        [("steps[0].responder_id".to_owned(), Reason::NotFound)]
    );
    let together = [
        (MemberState::EnRoute, now.plus_seconds(-300)),
        (MemberState::OnScene, now.plus_seconds(-200)),
    ];
    let command = world.amending(call_id, officer, &together);
    world.decide(amend_times, &command).expect("possible together");
}

#[test]
fn the_calls_own_times_lie_around_everything_that_happens_on_it() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let opened = world.of(call_id).opened_at;
    let mut command = world.amending(call_id, officer, &[]);
    command.opened_at = Some(opened.plus_seconds(1));
    assert_eq!(
        world.faults(&command),
        [("opened_at".to_owned(), Reason::StepsOutOfOrder)]
    );
    command.opened_at = Some(opened.plus_seconds(-90));
    command.closed_at = Some(world.at);
    assert_eq!(
        world.faults(&command),
        [("closed_at".to_owned(), Reason::NotInThisState)]
    );
    command.closed_at = None;
    world.decide(amend_times, &command).expect("amended");
    let call = world.of(call_id);
    assert_eq!(call.opened_at, opened.plus_seconds(-90));
    let amended = &call.amendments[0];
    assert_eq!((amended.time, amended.amendment.was), (CallTime::Opened, opened));
}

#[test]
fn of_a_call_that_is_over_a_supervisor_corrects_the_times() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    for who in [world.near_clinician, officer] {
        world.clear(call_id, who, Some("15"));
    }
    let command = world.amending(
        call_id,
        officer,
        &[(MemberState::OnScene, world.at.plus_seconds(-5))],
    );
    let refused = world.decide(amend_times, &command).expect_err("a dispatcher");
    assert_eq!(refused.reason, Reason::RoleForbidden);
}

#[test]
fn who_corrects_by_the_merged_call_corrects_where_the_membership_went() {
    let mut world = World::new();
    let (merged, officer) = world.arrived();
    let there = world.at.plus_seconds(-120);
    let command = world.amending(merged, officer, &[(MemberState::OnScene, there)]);
    let survivor = world.call();
    world
        .merge(merged, survivor, Some(MergedMembers::Follow))
        .expect("merged");
    let former = world.assignment(merged).member(officer).expect("a trace");
    assert_eq!(
        former.steps.keys().copied().collect::<Vec<_>>(),
        [MemberState::Reassigned],
        "each step stands once"
    );
    world
        .decide(amend_times, &command)
        .expect("a dispatcher may: the call goes on");
    let arrived = |world: &World| {
        let his = world.assignment(survivor).member(officer).expect("a member");
        his.steps[&MemberState::OnScene].occurred_at
    };
    assert_eq!(arrived(&world), there);
    let again = AmendTimes {
        call_id: survivor,
        steps: vec![AmendedStep {
            occurred_at: there.plus_seconds(30),
            ..command.steps[0].clone()
        }],
        ..command
    };
    world
        .decide(amend_times, &again)
        .expect("the new call, the old assignment");
    assert_eq!(arrived(&world), there.plus_seconds(30));
}

#[test]
fn who_corrects_by_the_first_call_corrects_what_went_with_the_second() {
    let mut world = World::new();
    let (first, officer) = world.arrived();
    let there = world.at.plus_seconds(-120);
    let command = world.amending(first, officer, &[(MemberState::OnScene, there)]);
    let split = world.splitting(first, &[officer]);
    world
        .decide(super::super::splitting::split_call, &split)
        .expect("split");
    world.decide(amend_times, &command).expect("amended");
    let on = world.board.active_assignment(officer).expect("on the second");
    let his = on.member(officer).expect("a member");
    assert_eq!(his.steps[&MemberState::OnScene].occurred_at, there);
}

#[test]
fn no_step_is_moved_beyond_the_end_of_its_call_unless_the_end_moves_with_it() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    for who in [world.near_clinician, officer] {
        world.clear(call_id, who, Some("15"));
    }
    let closed_at = world.of(call_id).closed_at.expect("closed");
    world.as_supervisor();
    world.turn(600);
    let later = closed_at.plus_seconds(60);
    let mut command = world.amending(call_id, officer, &[(MemberState::Cleared, later)]);
    assert_eq!(
        world.faults(&command),
        [("steps[0].occurred_at".to_owned(), Reason::StepsOutOfOrder)]
    );
    command.closed_at = Some(later);
    world.decide(amend_times, &command).expect("both moved");
}

#[test]
fn no_step_is_moved_before_its_call_unless_the_call_moves_with_it() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let before = world.of(call_id).opened_at.plus_seconds(-60);
    let mut command = world.amending(call_id, officer, &[(MemberState::Offered, before)]);
    let out_of_order = [("steps[0].occurred_at".to_owned(), Reason::StepsOutOfOrder)];
    assert_eq!(world.faults(&command), out_of_order);
    command.opened_at = Some(before);
    world.decide(amend_times, &command).expect("both moved");
}

#[test]
fn a_correction_of_an_earlier_step_leaves_the_check_in_timer_alone() {
    let mut world = World::new();
    let (call_id, officer) = world.arrived();
    let arrived_at = world.at;
    world.turn(300).progress(call_id, officer, Progress::OnScene);
    let next_at = |world: &World| {
        world
            .assignment(call_id)
            .member(officer)
            .expect("on it")
            .safety
            .next_at
    };
    let heard = next_at(&world);
    let command = world.amending(
        call_id,
        officer,
        &[(MemberState::EnRoute, arrived_at.plus_seconds(-30))],
    );
    world.decide(amend_times, &command).expect("amended");
    assert_eq!(next_at(&world), heard);
}
