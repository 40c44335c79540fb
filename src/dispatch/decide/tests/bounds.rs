//! What one call may come to hold, and whose its words stay.

use std::collections::BTreeSet;

use super::super::amending::amend_times;
use super::super::call::{add_remark, cancel_call};
use super::super::merging::merge_calls;
use super::super::reopening::reopen_call;
use super::super::splitting::split_call;
use super::world::World;
use crate::board::Reply;
use crate::dispatch::command::{AddRemark, CancelCall, MergedMembers};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{MemberState, TextClass};
use crate::refusal::Reason;

const FOLLOW: Option<MergedMembers> = Some(MergedMembers::Follow);

#[test]
fn a_merge_makes_no_call_with_more_of_a_kind_than_an_event_carries() {
    let mut world = World::new();
    let (merged, survivor) = (world.call(), world.call());
    let mut fill = |call_id, many: std::ops::Range<u32>| {
        let call = world.board.calls.get_mut(&call_id).expect("a call");
        call.person_references = many.map(|n| format!("p-{n}")).collect();
    };
    fill(survivor, 0..150);
    fill(merged, 100..201);
    let command = world.merging(merged, survivor, FOLLOW);
    let refused = world.decide(merge_calls, &command).expect_err("201 of them");
    assert_eq!(refused.reason, Reason::TooMany);
    assert_eq!(refused.violations[0].field, "merged_call_ids");
    let call = world.board.calls.get_mut(&merged).expect("a call");
    call.person_references.remove("p-200");
    world.decide(merge_calls, &command).expect("200 of them");
    assert_eq!(world.of(survivor).person_references.len(), 200);
}

#[test]
fn a_time_is_corrected_twenty_times_and_no_more() {
    let mut world = World::new();
    let (call_id, officer) = (world.call(), world.near_officer);
    world.progress(call_id, officer, Progress::OnScene);
    let there = world.at;
    let mut faults = Vec::new();
    for seconds in 1..=21 {
        let at = there.plus_seconds(seconds);
        let mut command = world.amending(call_id, officer, &[(MemberState::OnScene, at)]);
        command.opened_at = Some(there.plus_seconds(-seconds));
        match world.turn(30).decide(amend_times, &command) {
            Ok(_) => assert!(seconds <= 20, "corrected {seconds} times"),
            Err(refused) => faults.extend(refused.violations.into_iter().map(|one| (one.field, one.reason))),
        }
    }
    let too_many = |field: &str| (field.to_owned(), Reason::TooMany);
    assert_eq!(faults, [too_many("steps[0].occurred_at"), too_many("opened_at")]);
}

#[test]
fn a_correction_reaches_no_further_back_than_a_report_is_believed() {
    let mut world = World::new().policy(|policy| policy.believed_past_seconds = 600);
    let (call_id, officer) = (world.call(), world.near_officer);
    world.progress(call_id, officer, Progress::OnScene);
    let opened = world.of(call_id).opened_at;
    let (just, beyond) = (opened.plus_seconds(-600), opened.plus_seconds(-601));
    let mut command = world.amending(call_id, officer, &[(MemberState::OnScene, beyond)]);
    command.opened_at = Some(beyond);
    let invalid = |field: &str| (field.to_owned(), Reason::InvalidTime);
    assert_eq!(
        world.faults(&command),
        [invalid("steps[0].occurred_at"), invalid("opened_at")]
    );
    command.steps.clear();
    command.opened_at = Some(just);
    world.decide(amend_times, &command).expect("just within");
    command.opened_at = Some(just.plus_seconds(-1));
    assert_eq!(
        world.faults(&command),
        [invalid("opened_at")],
        "it is counted from where the call was first opened: corrections do not creep"
    );
}

#[test]
fn words_that_move_keep_their_author_and_their_time() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.clinical_narrative = "one account".to_owned();
    world.as_responder();
    let merged = world.opened(&open);
    let (said_at, said_by) = (world.at, world.of(merged).opened_by.clone());
    world.as_dispatcher();
    world.turn(60);
    let survivor = world.opened(&open);
    world.turn(60).merge(merged, survivor, FOLLOW).expect("merged");
    let [remark] = &*world.of(survivor).remarks else {
        panic!("one account has its place, the other is a remark");
    };
    assert_eq!((&remark.author, remark.recorded_at), (&said_by, said_at));
    assert_eq!(remark.from_call_number, Some(world.of(merged).number));
    assert_eq!(remark.was, Some(TextClass::Clinical));
}

#[test]
fn words_that_come_back_are_there_once() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.approach = "dog behind the door".to_owned();
    open.address = "12 Elm".to_owned();
    let first = world.opened(&open);
    let command = world.splitting(first, &[]);
    let (Reply::Call(second, ..), _) = world.decide(split_call, &command).expect("split") else {
        panic!("not a call");
    };
    assert_eq!(second.approach_text_id, world.of(first).approach_text_id);
    world.merge(second.id, first, FOLLOW).expect("merged back");
    let texts: Vec<_> = world.of(first).text_ids().collect();
    let each: BTreeSet<_> = texts.iter().collect();
    assert_eq!(texts.len(), each.len(), "{texts:?}");
    assert_eq!(world.of(first).remarks, []);
}

#[test]
fn a_call_takes_five_hundred_remarks_and_is_taken_up_again_twenty_times() {
    let mut world = World::new();
    let call_id = world.cancelled();
    for time in 0..=20 {
        let reopened = world.decide(reopen_call, &world.reopening(call_id));
        assert_eq!(
            reopened.map(|_| ()).map_err(|refused| refused.reason),
            if time < 20 { Ok(()) } else { Err(Reason::TooMany) }
        );
        let cancel = CancelCall {
            call_id,
            reason: "caller_withdrew".to_owned(),
        };
        // After the last it is over already.
        let _ = world.decide(cancel_call, &cancel);
    }
    let said = world.of(call_id).remarks.len();
    let command = AddRemark {
        call_id,
        class: TextClass::Operational,
        body: "x".to_owned(),
    };
    for _ in said..500 {
        world.decide(add_remark, &command).expect("a remark");
    }
    let refused = world.decide(add_remark, &command).expect_err("the 501st");
    assert_eq!(
        (refused.reason, &*refused.violations[0].field),
        (Reason::TooMany, "body")
    );
}
