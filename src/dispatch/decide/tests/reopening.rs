//! A call that was over is taken up again.

use super::super::call::cancel_call;
use super::super::reopening::reopen_call;
use super::world::{World, kinds};
use crate::board::EventKind;
use crate::dispatch::command::{CancelCall, ReopenCall};
use crate::dispatch::{CallState, MemberState};
use crate::id::CallId;
use crate::refusal::Reason;

impl World {
    pub(super) fn reopening(&self, call_id: CallId) -> ReopenCall {
        ReopenCall {
            call_id,
            words: "he is back".to_owned(),
            travel: self.travel(),
        }
    }

    pub(super) fn cancelled(&mut self) -> CallId {
        let call_id = self.call();
        let cancel = CancelCall {
            call_id,
            reason: "caller_withdrew".to_owned(),
        };
        self.decide(cancel_call, &cancel).expect("cancelled");
        call_id
    }
}

#[test]
fn a_reopened_call_keeps_its_times_and_asks_everyone_anew() {
    let mut world = World::new();
    let call_id = world.call();
    for who in [world.near_clinician, world.near_officer] {
        world.clear(call_id, who, Some("15"));
    }
    assert_eq!(world.state(call_id), CallState::Closed);
    let closed = world.of(call_id).clone();
    world.turn(3600);
    let (_, events) = world
        .decide(reopen_call, &world.reopening(call_id))
        .expect("reopened");
    assert_eq!(events[0].kind, EventKind::CallReopened);
    assert!(events[0].audience.is_empty(), "those who were on it have left");
    let now = world.of(call_id);
    assert_eq!(now.state, CallState::Offered, "matched in the same revision");
    assert_eq!((now.number, now.opened_at), (closed.number, closed.opened_at));
    assert_eq!((now.closed_at, now.files_at, now.remarks.len()), (None, None, 1));
    assert_ne!(now.assignment_id, closed.assignment_id);
    let former = &world.board.assignments[&closed.assignment_id.expect("the former")];
    assert_eq!(former.members[0].state, MemberState::Cleared);
}

#[test]
fn a_reopened_call_that_nobody_can_take_waits() {
    let mut world = World::new();
    let call_id = world.cancelled();
    for who in [world.near_officer, world.far_officer] {
        world.sign_off(who);
    }
    let (_, events) = world
        .decide(reopen_call, &world.reopening(call_id))
        .expect("reopened");
    assert_eq!(
        kinds(&events),
        [
            EventKind::CallReopened,
            EventKind::CallWaiting,
            EventKind::AlertRaised
        ]
    );
}

#[test]
fn a_call_is_reopened_within_the_policys_time_and_not_after() {
    let mut world = World::new().policy(|policy| policy.reopen_seconds = 600);
    let call_id = world.cancelled();
    let refused = world
        .turn(601)
        .decide(
            reopen_call,
            &ReopenCall {
                call_id,
                words: String::new(),
                travel: Default::default(),
            },
        )
        .expect_err("too late");
    assert_eq!(refused.reason, Reason::ReopenTooLate);
    world.turn(-1);
    world
        .decide(reopen_call, &world.reopening(call_id))
        .expect("reopened");
    let refused = world
        .decide(reopen_call, &world.reopening(call_id))
        .expect_err("open");
    assert_eq!(refused.reason, Reason::NotInThisState, "the second is told");
}
