//! What can become of a call beside its usual course.

use super::call::NOTES;
use super::faults::Faults;
use super::field::{code, id, optional_code, words};
use super::{Stamped, pb, reported};
use crate::dispatch::command::{LinkCalls, ReopenCall};
use crate::travel::TravelTimes;

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
