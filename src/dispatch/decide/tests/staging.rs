//! Levels and distances when calls become one or two: nobody is sent in by paperwork.

use super::super::call::update_call;
use super::super::merging::merge_calls;
use super::super::splitting::split_call;
use super::world::{World, kinds};
use crate::board::{Event, EventKind, Flag, Reply, ResponseRule};
use crate::dispatch::command::{MergeCalls, MergedMembers, SplitCall, UpdateCall};
use crate::dispatch::lifecycle::Progress;
use crate::id::CallId;
use crate::triage::{Acuity, Response};

impl World {
    fn of_level(&mut self, level: u8) -> CallId {
        let open = self.open(level);
        self.opened(&open)
    }

    fn joined_as_one(&mut self, merged: CallId, survivor: CallId) -> Vec<Event> {
        let command = MergeCalls {
            call_id: survivor,
            merged_call_ids: vec![merged],
            members: Some(MergedMembers::Follow),
            reason: "duplicate".to_owned(),
            words: String::new(),
            travel: self.travel(),
        };
        self.decide(merge_calls, &command).expect("merged").1
    }

    fn waits_at_a_distance(&self, call_id: CallId, who: crate::id::ResponderId) -> bool {
        self.assignment(call_id).member(who).expect("a member").staged
    }
}

#[test]
fn the_more_urgent_judgement_survives_a_merge_and_nobody_is_sent_in() {
    for level in [1, 2, 3] {
        let mut world = World::new();
        let merged = world.of_level(4);
        let clinician = world.near_clinician;
        world.accept(merged, clinician).expect("accepted");
        assert!(world.waits_at_a_distance(merged, clinician));
        let survivor = world.of_level(level);
        let events = world.joined_as_one(merged, survivor);
        let now = world.of(survivor);
        assert_eq!((now.acuity.level, now.response), (4, Response::OfficerLed));
        assert!(world.waits_at_a_distance(survivor, clinician));
        assert!(
            kinds(&events)
                .iter()
                .filter(|kind| **kind == EventKind::StagingChanged)
                .count()
                <= 1,
            "only for one who was to go in until now"
        );
        let told = world.progress(survivor, clinician, Progress::OnScene);
        assert!(told[0].flags.contains(&Flag::EnteredWhileStaged));
    }
}

#[test]
fn who_comes_to_a_more_urgent_call_hears_that_he_waits() {
    let mut world = World::new();
    let merged = world.of_level(2);
    let clinician = world.near_clinician;
    world.accept(merged, clinician).expect("accepted");
    let survivor = world.of_level(4);
    let events = world.joined_as_one(merged, survivor);
    assert_eq!(world.of(survivor).acuity.level, 4, "it stays as it is");
    assert!(world.waits_at_a_distance(survivor, clinician));
    let told = events
        .iter()
        .find(|event| event.kind == EventKind::StagingChanged)
        .expect("told");
    assert_eq!(
        (told.subject, told.implied_by),
        (Some(clinician), Some(EventKind::CallMerged))
    );
}

#[test]
fn levels_of_two_schemes_are_compared_by_their_responses() {
    let rule = |level, response| ResponseRule {
        scheme: "la_county".to_owned(),
        level,
        response,
    };
    let mut world = World::new().policy(|policy| {
        policy
            .responses
            .extend([rule(9, Response::Telephone), rule(1, Response::OfficerLed)]);
    });
    for (level, expected) in [(9, "marcus_alert"), (1, "la_county")] {
        let survivor = world.of_level(3);
        let mut open = world.open(3);
        open.acuity = Acuity {
            scheme: "la_county".to_owned(),
            level,
        };
        let merged = world.opened(&open);
        world.joined_as_one(merged, survivor);
        assert_eq!(world.of(survivor).acuity.scheme, expected);
    }
}

#[test]
fn who_waits_at_a_distance_goes_on_waiting_on_the_second_call() {
    let mut world = World::new();
    let first = world.of_level(4);
    let clinician = world.near_clinician;
    world.accept(first, clinician).expect("accepted");
    let command = SplitCall {
        acuity: Acuity {
            level: 3,
            ..world.of(first).acuity.clone()
        },
        ..world.splitting(first, &[clinician])
    };
    let (Reply::Call(second, ..), _) = world.decide(split_call, &command).expect("split") else {
        panic!("a call")
    };
    assert!(world.waits_at_a_distance(second.id, clinician));
    let words = UpdateCall {
        address: Some("12 Elm, rear".to_owned()),
        ..world.updating(second.id)
    };
    world.decide(update_call, &words).expect("updated");
    assert!(
        world.waits_at_a_distance(second.id, clinician),
        "an address makes nothing safe"
    );
}
