//! What can become of a call beside its usual course.

use super::call::{ADDRESS, NOTES, text_of_address};
use super::faults::{Fault, Faults};
use super::field::{code, id, known, optional_code, optional_id, point, required, timestamp, words};
use super::{Stamped, pb, reported};
use crate::dispatch::MemberState;
use crate::dispatch::command::{
    AmendTimes, AmendedStep, LinkCalls, MergeCalls, MergedMembers, Reassign, ReopenCall, SplitCall,
};
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

/// SplitCall.
pub(crate) fn split_call(request: &pb::SplitCallRequest) -> Stamped<SplitCall> {
    let pb::SplitCallRequest {
        request_id,
        call_id,
        expected_version,
        acuity,
        incident_type,
        asked_qualifications,
        responder_ids,
        person_references,
        external_references,
        reason,
        channel,
        occurred_at,
        location,
        address,
        callback,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let acuity = faults.acuity("acuity", acuity.as_ref());
    let incident_type = faults.take("incident_type", optional_code(incident_type));
    let asked_qualifications = faults.asked(asked_qualifications);
    let responder_ids = faults.take_each("responder_ids", 10, responder_ids, |one| id(one));
    let person_references = faults.persons(person_references);
    let external_references = faults.references("external_references", external_references);
    let reason = faults.take("reason", code(reason));
    let point = faults.take_if("location", location.as_ref(), point);
    let address = faults.take("address.text", words(text_of_address(address.as_ref()), ADDRESS));
    let callback = match callback {
        Some(callback) => faults.contact("callback", callback).map(Some),
        None => Some(None),
    };
    faults.end(|| {
        let split = SplitCall {
            call_id: call_id?,
            expected_version: *expected_version,
            acuity: acuity?,
            incident_type: incident_type?,
            point: point?,
            address: address?,
            callback: callback?,
            asked_qualifications: asked_qualifications?,
            responder_ids: responder_ids?,
            person_references: person_references?,
            external_references: external_references?,
            reason: reason?,
            travel: TravelTimes::default(),
        };
        Some((stamp?, split))
    })
}

/// Reassign.
pub(crate) fn reassign(request: &pb::ReassignRequest) -> Stamped<Reassign> {
    let pb::ReassignRequest {
        request_id,
        call_id,
        responder_id,
        replacement_responder_id,
        reason,
        release_anyway,
        no_replacement,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    let replacement = faults.take("replacement_responder_id", optional_id(replacement_responder_id));
    let reason = faults.take("reason", code(reason));
    if *no_replacement && !replacement_responder_id.is_empty() {
        let why = "either someone takes his place, or nobody does";
        faults.note("no_replacement", Reason::OutOfRange, why);
    }
    faults.end(|| {
        let reassign = Reassign {
            call_id: call_id?,
            responder_id: responder_id?,
            replacement: replacement?,
            reason: reason?,
            release_anyway: *release_anyway,
            no_replacement: *no_replacement,
            travel: TravelTimes::default(),
        };
        Some((stamp?, reassign))
    })
}

/// AmendTimes.
pub(crate) fn amend_times(request: &pb::AmendTimesRequest) -> Stamped<AmendTimes> {
    let pb::AmendTimesRequest {
        request_id,
        call_id,
        steps,
        opened_at,
        closed_at,
        reason,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    if steps.is_empty() && opened_at.is_none() && closed_at.is_none() {
        faults.note("steps", Reason::Required, "name at least one time");
    }
    let steps = faults.take_parts("steps", 50, steps, |faults, field, step| {
        let pb::AmendedStep {
            assignment_id,
            responder_id,
            state,
            occurred_at,
        } = step;
        let assignment_id = faults.take(format!("{field}.assignment_id"), id(assignment_id));
        let responder_id = faults.take(format!("{field}.responder_id"), id(responder_id));
        let state = faults.take(format!("{field}.state"), member_state(*state));
        let at = required(occurred_at.as_ref()).and_then(timestamp);
        let occurred_at = faults.take(format!("{field}.occurred_at"), at);
        Some(AmendedStep {
            assignment_id: assignment_id?,
            responder_id: responder_id?,
            state: state?,
            occurred_at: occurred_at?,
        })
    });
    let opened_at = faults.take_if("opened_at", opened_at.as_ref(), timestamp);
    let closed_at = faults.take_if("closed_at", closed_at.as_ref(), timestamp);
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let amend = AmendTimes {
            call_id: call_id?,
            steps: steps?,
            opened_at: opened_at?,
            closed_at: closed_at?,
            reason: reason?,
        };
        Some((stamp?, amend))
    })
}

/// A state of a member; the contract has the same names.
fn member_state(value: i32) -> Result<MemberState, Fault> {
    let name = known::<pb::MemberState>(value, "state")?.as_str_name();
    MemberState::ALL
        .into_iter()
        .find(|state| name.strip_prefix("MEMBER_STATE_") == Some(state.as_str()))
        .ok_or_else(|| Fault::new(Reason::InvalidEnum, "not a known state"))
}
