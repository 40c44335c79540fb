//! What can become of a call beside its usual course.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, invalid, refused};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = merging(world);
    rows.extend(linking(world));
    rows.extend(reopening(world));
    rows
}

fn merging<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let (busy, waiting) = (&*world.busy.call_id, &*world.waiting.call_id);
    let merge = |merged: &[&str], survivor: &str, members: i32, reason: &str| {
        let request = pb::MergeCallsRequest {
            request_id: world.town.request_id(),
            call_id: survivor.to_owned(),
            merged_call_ids: merged.iter().map(|id| (*id).to_owned()).collect(),
            members,
            reason: reason.to_owned(),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        asks!(world.town.dispatcher, dispatch.merge_calls, request)
    };
    let (follow, release) = (
        pb::MergedMembers::Follow.into(),
        pb::MergedMembers::Release.into(),
    );
    vec![
        invalid(
            "MergeCalls: into itself",
            "SAME_CALL",
            "merged_call_ids[0]",
            merge(&[busy], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: one twice",
            "SAME_CALL",
            "merged_call_ids[1]",
            merge(&[busy, busy], waiting, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: none",
            "REQUIRED",
            "merged_call_ids",
            merge(&[], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: eleven",
            "TOO_MANY",
            "merged_call_ids",
            merge(&[NOBODY; 11], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: members of 3",
            "INVALID_ENUM",
            "members",
            merge(&[waiting], busy, 3, "duplicate"),
        ),
        invalid(
            "MergeCalls: no reason",
            "REQUIRED",
            "reason",
            merge(&[waiting], busy, follow, ""),
        ),
        refused(
            "MergeCalls: an unknown call",
            Code::NotFound,
            "NOT_FOUND",
            "merged_call_ids[0]",
            merge(&[NOBODY], busy, follow, "duplicate"),
        ),
        refused(
            "MergeCalls: into an unknown call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            merge(&[busy], NOBODY, follow, "duplicate"),
        ),
        refused(
            "MergeCalls: members, and no word of them",
            Code::FailedPrecondition,
            "MEMBERS_UNDECIDED",
            "",
            merge(&[busy], waiting, 0, "duplicate"),
        ),
        refused(
            "MergeCalls: releasing one who is on scene",
            Code::FailedPrecondition,
            "MEMBER_ON_SCENE",
            "",
            merge(&[busy], waiting, release, "duplicate"),
        ),
    ]
}

fn linking<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let link = |one: &str, other: &str, reason: &str| {
        let request = pb::LinkCallsRequest {
            request_id: world.town.request_id(),
            call_id: one.to_owned(),
            other_call_id: other.to_owned(),
            reason: reason.to_owned(),
            remove: false,
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        asks!(world.town.dispatcher, dispatch.link_calls, request)
    };
    let (busy, waiting) = (&*world.busy.call_id, &*world.waiting.call_id);
    vec![
        invalid(
            "LinkCalls: with itself",
            "SAME_CALL",
            "other_call_id",
            link(busy, busy, "same_person"),
        ),
        invalid(
            "LinkCalls: no reason",
            "REQUIRED",
            "reason",
            link(busy, waiting, ""),
        ),
        invalid(
            "LinkCalls: a reason in words",
            "INVALID_TEXT",
            "reason",
            link(busy, waiting, "the same man"),
        ),
        invalid(
            "LinkCalls: no id",
            "INVALID_ID",
            "other_call_id",
            link(busy, "17", "same_person"),
        ),
        refused(
            "LinkCalls: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            link(busy, NOBODY, "same_person"),
        ),
    ]
}

fn reopening<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let reopen = |call_id: &str, note: &str| {
        let request = pb::ReopenCallRequest {
            request_id: world.town.request_id(),
            call_id: call_id.to_owned(),
            note: note.to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        asks!(world.town.dispatcher, dispatch.reopen_call, request)
    };
    vec![
        refused(
            "ReopenCall: one that is open",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            reopen(&world.waiting.call_id, ""),
        ),
        refused(
            "ReopenCall: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            reopen(NOBODY, ""),
        ),
        invalid(
            "ReopenCall: too many words",
            "INVALID_TEXT",
            "note",
            reopen(&world.waiting.call_id, &"n".repeat(1001)),
        ),
    ]
}
