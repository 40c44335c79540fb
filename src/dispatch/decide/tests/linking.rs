//! Related calls that stay apart.

use super::super::linking::link_calls;
use super::world::{World, kinds};
use crate::board::EventKind;
use crate::dispatch::command::LinkCalls;
use crate::id::CallId;
use crate::refusal::Reason;

fn link(call_id: CallId, other_call_id: CallId, remove: bool) -> LinkCalls {
    LinkCalls {
        call_id,
        other_call_id,
        reason: "same_address".to_owned(),
        remove,
    }
}

#[test]
fn a_link_stands_on_both_calls_and_goes_from_both() {
    let mut world = World::new();
    let (one, other) = (world.call(), world.call());
    let (_, events) = world
        .decide(link_calls, &link(one, other, false))
        .expect("linked");
    assert_eq!(kinds(&events), [EventKind::CallLinked; 2]);
    assert!(world.of(one).links.contains_key(&other) && world.of(other).links.contains_key(&one));
    let (_, events) = world
        .decide(link_calls, &link(other, one, false))
        .expect("linked");
    assert_eq!(kinds(&events), [], "it is so already");
    let (_, events) = world
        .decide(link_calls, &link(other, one, true))
        .expect("unlinked");
    assert_eq!(kinds(&events), [EventKind::CallUnlinked; 2]);
    assert!(world.of(one).links.is_empty() && world.of(other).links.is_empty());
    let (_, events) = world
        .decide(link_calls, &link(one, other, true))
        .expect("unlinked");
    assert_eq!(kinds(&events), []);
}

#[test]
fn who_is_on_a_linked_call_hears_of_it_and_nobody_else() {
    let mut world = World::new();
    let (first, second) = (world.call(), world.call());
    let (_, events) = world
        .decide(link_calls, &link(first, second, false))
        .expect("linked");
    let pair = |clinician, officer| [clinician, officer].into();
    assert_eq!(events[0].audience, pair(world.near_clinician, world.near_officer));
    assert_eq!(events[1].audience, pair(world.far_clinician, world.far_officer));
}

#[test]
fn a_call_is_not_related_to_itself_and_has_at_most_fifty_links() {
    let mut world = World::new();
    let one = world.call();
    let refused = world
        .decide(link_calls, &link(one, one, false))
        .expect_err("itself");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::SameCall, "other_call_id")
    );
    for _ in 0..50 {
        let other = world.call();
        world
            .decide(link_calls, &link(other, one, false))
            .expect("linked");
    }
    let other = world.call();
    let refused = world
        .decide(link_calls, &link(other, one, false))
        .expect_err("too many");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::TooMany, "other_call_id")
    );
}
