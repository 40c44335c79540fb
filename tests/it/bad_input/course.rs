//! What can become of a call beside its usual course.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, invalid, refused};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = linking(world);
    rows.extend(reopening(world));
    rows
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
