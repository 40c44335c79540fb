//! A call that was over is taken up again.

use super::super::call::{cancel_call, retriage_call, update_call};
use super::super::member::{record_disposition, report_progress};
use super::super::overriding::assign_manually;
use super::super::places::open_slots_of;
use super::super::reopening::reopen_call;
use super::facts::given;
use super::world::{World, kinds};
use crate::board::EventKind;
use crate::dispatch::command::{
    AssignManually, CancelCall, RecordDisposition, ReopenCall, ReportProgress, RetriageCall, UpdateCall,
};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState};
use crate::id::CallId;
use crate::refusal::Reason;
use crate::travel::TravelTimes;

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
    let now = world.of(call_id);
    assert_eq!(
        events[0].audience,
        world.assignment(call_id).active_responders(),
        "whoever is asked now; those who were on it have left"
    );
    let before = &now.course.reopenings[0];
    assert_eq!(
        (
            before.was,
            before.closed_at,
            before.reopened_at,
            &*before.reopened_by.subject
        ),
        (CallState::Closed, closed.closed_at, world.at, "test")
    );
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
    assert_eq!(world.of(call_id).course.reopenings[0].reason, "caller_withdrew");
    let refused = world
        .decide(reopen_call, &world.reopening(call_id))
        .expect_err("open");
    assert_eq!(refused.reason, Reason::NotInThisState, "the second is told");
}

/// Everyone has left, one account is lacking.
fn clearing(world: &mut World) -> CallId {
    let call_id = world.call();
    for who in [world.near_clinician, world.near_officer] {
        world.progress(call_id, who, Progress::OnScene);
    }
    world.clear(call_id, world.near_clinician, Some("15"));
    world.clear(call_id, world.near_officer, None);
    assert_eq!(world.state(call_id), CallState::Clearing);
    call_id
}

#[test]
fn a_call_that_everyone_has_left_is_reopened_and_the_account_stays_owed() {
    let mut world = World::new();
    let call_id = clearing(&mut world);
    let (former, officer) = (world.assignment_id(call_id), world.near_officer);
    world
        .decide(reopen_call, &world.reopening(call_id))
        .expect("reopened");
    assert_eq!(world.state(call_id), CallState::Offered);
    let sent = world.assignment(call_id).clone();
    for member in sent.active_members() {
        world.clear(call_id, member.responder_id, Some("15"));
    }
    assert_eq!(
        world.state(call_id),
        CallState::Clearing,
        "one account of the first time is lacking"
    );
    let late = RecordDisposition {
        assignment_id: former,
        responder_id: officer,
        disposition: given("18"),
    };
    world.decide(record_disposition, &late).expect("a fact");
    assert_eq!(world.state(call_id), CallState::Closed);
}

#[test]
fn a_call_that_everyone_has_left_says_how_people_are_sent_again() {
    let mut world = World::new();
    let call_id = clearing(&mut world);
    let judge = RetriageCall {
        call_id,
        expected_version: None,
        acuity: world.of(call_id).acuity.clone(),
    };
    let refused = world
        .decide(retriage_call, &judge)
        .expect_err("everyone has left");
    assert_eq!(refused.reason, Reason::NotInThisState);
    assert!(
        refused.detail.contains("ReopenCall") && refused.detail.contains("AssignManually"),
        "{}",
        refused.detail
    );
    let armed = UpdateCall {
        hazards: Some(["weapon".to_owned()].into()),
        ..world.updating(call_id)
    };
    world.decide(update_call, &armed).expect("it needs nobody more");
    let named = AssignManually {
        call_id,
        members: vec![(world.far_officer, "officer".to_owned())],
        replace: false,
        reason: "he_is_back".to_owned(),
        words: String::new(),
        travel: world.travel(),
    };
    world.decide(assign_manually, &named).expect("sent");
    assert_eq!(world.state(call_id), CallState::Offered);
}

#[test]
fn what_needs_more_people_than_were_there_is_not_written_down_and_forgotten() {
    let mut world = World::new();
    let open = world.open(2);
    let call_id = world.opened(&open);
    world.clear(call_id, world.near_clinician, None);
    assert_eq!(world.state(call_id), CallState::Clearing);
    let armed = UpdateCall {
        hazards: Some(["weapon".to_owned()].into()),
        ..world.updating(call_id)
    };
    let refused = world
        .decide(update_call, &armed)
        .expect_err("nobody would be asked");
    assert!(refused.detail.contains("ReopenCall"), "{}", refused.detail);
    world
        .decide(reopen_call, &world.reopening(call_id))
        .expect("reopened");
    let armed = UpdateCall {
        hazards: Some(["weapon".to_owned()].into()),
        ..world.updating(call_id)
    };
    world.decide(update_call, &armed).expect("written down");
}

#[test]
fn a_late_word_of_the_last_crew_does_not_fill_the_places_of_a_call_that_waits_anew() {
    let mut world = World::new();
    let (call_id, clinician, officer) = (world.call(), world.near_clinician, world.near_officer);
    let former = world.assignment_id(call_id);
    let other = world.call();
    world.join(other, officer);
    world.clear(call_id, clinician, Some("15"));
    world.turn(60);
    let nobody = ReopenCall {
        travel: TravelTimes::default(),
        ..world.reopening(call_id)
    };
    world.decide(reopen_call, &nobody).expect("reopened");
    assert_eq!(world.state(call_id), CallState::Waiting);

    let late = ReportProgress {
        assignment_id: former,
        responder_id: officer,
        progress: Progress::OnScene,
    };
    world.decide(report_progress, &late).expect("a fact");
    assert_ne!(world.assignment_id(call_id), former);
    let open: Vec<String> = open_slots_of(&world.board, world.of(call_id))
        .into_iter()
        .map(|slot| slot.discipline)
        .collect();
    assert_eq!(open, ["clinician"], "he is there, and still needs his partner");
}
