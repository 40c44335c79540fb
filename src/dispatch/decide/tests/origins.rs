//! Names and records of other systems, and related calls, when calls become one.

use super::super::call::{open_call, update_call};
use super::super::linking::link_calls;
use super::super::splitting::split_call;
use super::world::{World, reference};
use crate::board::EventKind;
use crate::dispatch::command::{LinkCalls, MergedMembers, UpdateCall};
use crate::id::CallId;
use crate::refusal::{Reason, Refusal};

const FOLLOW: Option<MergedMembers> = Some(MergedMembers::Follow);

impl World {
    fn known_as(&mut self, value: &str, version: u64) -> CallId {
        let mut open = self.open(3);
        open.external_references = [reference(value)].into();
        open.source_version = version;
        self.opened(&open)
    }

    fn told_by(&mut self, call_id: CallId, whose: Option<&str>, version: u64) -> Result<(), Refusal> {
        let update = UpdateCall {
            expected_version: None,
            source_version: Some(version),
            source_reference: whose.map(reference),
            ..self.updating(call_id)
        };
        self.decide(update_call, &update).map(|_| ())
    }
}

#[test]
fn each_record_of_another_system_counts_its_own_versions() {
    let mut world = World::new();
    let (survivor, merged) = (world.known_as("a", 7), world.known_as("b", 4));
    world.merge(merged, survivor, FOLLOW).expect("merged");
    world.told_by(survivor, Some("b"), 5).expect("newer than 4");
    world.told_by(survivor, Some("a"), 8).expect("newer than 7");
    let refused = world.told_by(survivor, Some("b"), 5).expect_err("told already");
    assert_eq!(refused.reason, Reason::StaleSource);
    assert!(refused.facts.contains(&("known_source_version", "5".to_owned())));
    let refused = world.told_by(survivor, None, 9).expect_err("whose?");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::Required, "source_reference")
    );
    let named_beside = UpdateCall {
        expected_version: None,
        source_version: Some(6),
        external_references: [reference("b"), reference("b2")].into(),
        ..world.updating(survivor)
    };
    world
        .decide(update_call, &named_beside)
        .expect("its own name says whose");
    let refused = world
        .told_by(survivor, Some("b2"), 6)
        .expect_err("the same record");
    assert_eq!(refused.reason, Reason::StaleSource);
    let refused = world.told_by(survivor, Some("c"), 9).expect_err("not its name");
    assert_eq!(refused.reason, Reason::NotFound);
}

#[test]
fn a_call_opened_at_the_desk_takes_the_versions_of_the_one_that_comes() {
    let mut world = World::new();
    let (survivor, merged) = (world.call(), world.known_as("b", 100));
    world.merge(merged, survivor, FOLLOW).expect("merged");
    let refused = world.told_by(survivor, None, 99).expect_err("older");
    assert_eq!(refused.reason, Reason::StaleSource);
    world.told_by(survivor, None, 101).expect("newer");
}

#[test]
fn a_record_that_goes_with_the_second_call_keeps_its_version() {
    let mut world = World::new();
    let (first, merged) = (world.known_as("a", 7), world.known_as("b", 4));
    world.merge(merged, first, FOLLOW).expect("merged");
    let mut command = world.splitting(first, &[]);
    command.external_references = [reference("b")].into();
    world.decide(split_call, &command).expect("split");
    let second = world.board.call_by_reference(&reference("b")).expect("it").id;
    let refused = world.told_by(second, None, 4).expect_err("told already");
    assert_eq!(refused.reason, Reason::StaleSource);
    world.told_by(second, None, 5).expect("newer");
    world
        .told_by(first, None, 8)
        .expect("the only record that is left");
}

#[test]
fn a_new_name_beside_a_known_one_is_added_while_the_call_is_not_over() {
    let mut world = World::new();
    let known = world.known_as("a", 1);
    let mut both = world.open(3);
    both.external_references = [reference("a"), reference("a2")].into();
    assert_eq!(world.opened(&both), known);
    assert_eq!(world.of(known).external_references, both.external_references);
    let (_, events) = world.decide(open_call, &both).expect("so already");
    assert!(events.is_empty());
    for who in [world.near_clinician, world.near_officer] {
        world.clear(known, who, Some("15"));
    }
    both.external_references.insert(reference("next"));
    assert_eq!(world.opened(&both), known);
    assert!(
        !world.of(known).external_references.contains(&reference("next")),
        "it is over: the name is free for another call"
    );
}

#[test]
fn related_calls_are_related_to_the_one_that_goes_on() {
    let mut world = World::new();
    let (merged, survivor) = (world.call(), world.call());
    let other = world.turn(60).call();
    for one in [survivor, other] {
        let link = LinkCalls {
            call_id: merged,
            other_call_id: one,
            reason: "same_address".to_owned(),
            remove: false,
        };
        world.decide(link_calls, &link).expect("linked");
    }
    let events = world.merge(merged, survivor, FOLLOW).expect("merged");
    assert!(world.of(merged).links.is_empty());
    assert_eq!(
        world.of(survivor).links,
        [(other, "same_address".to_owned())].into()
    );
    assert_eq!(
        world.of(other).links,
        [(survivor, "same_address".to_owned())].into()
    );
    let told = events.iter().find(|event| event.kind == EventKind::CallLinked);
    assert_eq!(told.expect("told").implied_by, Some(EventKind::CallMerged));
    world.merge(survivor, other, FOLLOW).expect("merged");
    assert_eq!(
        world.of(other).course.first_reported_at,
        Some(world.of(merged).opened_at),
        "when the first caller rang"
    );
}
