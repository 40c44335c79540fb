//! What can become of a call beside its usual course.

use super::call::NOTES;
use super::faults::{Fault, Faults};
use super::field::{code, id, optional_code, words};
use super::{Stamped, pb, reported};
use crate::dispatch::command::{LinkCalls, MergeCalls, MergedMembers, ReopenCall};
use crate::refusal::Reason;
use crate::travel::TravelTimes;

/// MergeCalls.
pub(crate) fn merge_calls(request: &pb::MergeCallsRequest) -> Stamped<MergeCalls> {
    let pb::MergeCallsRequest {
        request_id,
        call_id,
        merged_call_ids,
        members,
        reason,
        note,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    if merged_call_ids.is_empty() {
        faults.note("merged_call_ids", Reason::Required, "name at least one");
    }
    let merged_call_ids = faults.take_each("merged_call_ids", 10, merged_call_ids, |one| id(one));
    let members = faults.take("members", merged_members(*members));
    let reason = faults.take("reason", code(reason));
    let note = faults.take("note", words(note, NOTES));
    faults.end(|| {
        let merge = MergeCalls {
            call_id: call_id?,
            merged_call_ids: merged_call_ids?,
            members: members?,
            reason: reason?,
            words: note?,
            travel: TravelTimes::default(),
        };
        Some((stamp?, merge))
    })
}

/// What becomes of members. Not said is allowed: there may be none.
fn merged_members(value: i32) -> Result<Option<MergedMembers>, Fault> {
    match pb::MergedMembers::try_from(value) {
        Ok(pb::MergedMembers::Unspecified) => Ok(None),
        Ok(pb::MergedMembers::Follow) => Ok(Some(MergedMembers::Follow)),
        Ok(pb::MergedMembers::Release) => Ok(Some(MergedMembers::Release)),
        Err(_) => Err(Fault::new(Reason::InvalidEnum, "not known")),
    }
}

/// LinkCalls.
pub(crate) fn link_calls(request: &pb::LinkCallsRequest) -> Stamped<LinkCalls> {
    let pb::LinkCallsRequest {
        request_id,
        call_id,
        other_call_id,
        reason,
        remove,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let other_call_id = faults.take("other_call_id", id(other_call_id));
    let reason = if *remove {
        faults.take("reason", optional_code(reason))
    } else {
        faults.take("reason", code(reason))
    };
    faults.end(|| {
        let link = LinkCalls {
            call_id: call_id?,
            other_call_id: other_call_id?,
            reason: reason?,
            remove: *remove,
        };
        Some((stamp?, link))
    })
}

/// ReopenCall.
pub(crate) fn reopen_call(request: &pb::ReopenCallRequest) -> Stamped<ReopenCall> {
    let pb::ReopenCallRequest {
        request_id,
        call_id,
        note,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let note = faults.take("note", words(note, NOTES));
    faults.end(|| {
        let reopen = ReopenCall {
            call_id: call_id?,
            words: note?,
            travel: TravelTimes::default(),
        };
        Some((stamp?, reopen))
    })
}
