//! What is asked of a call beside opening and changing it.

use super::call::{NARRATIVE, NOTES, progress, text_class};
use super::faults::Faults;
use super::field::{code, filled, id, words};
use super::{Stamped, pb, reported};
use crate::dispatch::command::{
    AcknowledgeAlert, AddRemark, AssignManually, CancelCall, CheckIn, JoinCall, RaiseEmergency, RetriageCall,
};
use crate::refusal::Reason;
use crate::travel::TravelTimes;

/// RetriageCall.
pub(crate) fn retriage_call(request: &pb::RetriageCallRequest) -> Stamped<RetriageCall> {
    let pb::RetriageCallRequest {
        request_id,
        call_id,
        expected_version,
        acuity,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let acuity = faults.acuity("acuity", acuity.as_ref());
    faults.end(|| {
        let retriage = RetriageCall {
            call_id: call_id?,
            expected_version: *expected_version,
            acuity: acuity?,
        };
        Some((stamp?, retriage))
    })
}

/// CancelCall.
pub(crate) fn cancel_call(request: &pb::CancelCallRequest) -> Stamped<CancelCall> {
    let pb::CancelCallRequest {
        request_id,
        call_id,
        reason,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let cancel = CancelCall {
            call_id: call_id?,
            reason: reason?,
        };
        Some((stamp?, cancel))
    })
}

/// AddRemark.
pub(crate) fn add_remark(request: &pb::AddRemarkRequest) -> Stamped<AddRemark> {
    let pb::AddRemarkRequest {
        request_id,
        call_id,
        class,
        body,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    let class = faults.take("class", text_class(*class));
    let body = faults.take("body", filled(words(body, NARRATIVE)));
    faults.end(|| {
        let remark = AddRemark {
            call_id: call_id?,
            class: class?,
            body: body?,
        };
        Some((stamp?, remark))
    })
}

/// AssignManually.
pub(crate) fn assign_manually(request: &pb::AssignManuallyRequest) -> Stamped<AssignManually> {
    let pb::AssignManuallyRequest {
        request_id,
        call_id,
        members,
        replace,
        reason,
        note,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call_id = faults.take("call_id", id(call_id));
    if members.is_empty() {
        faults.note("members", Reason::Required, "name at least one");
    }
    let members = faults.take_parts("members", 10, members, |faults, field, member| {
        let pb::NamedMember {
            responder_id,
            slot_id,
        } = member;
        let responder_id = faults.take(format!("{field}.responder_id"), id(responder_id));
        let slot_id = faults.take(format!("{field}.slot_id"), code(slot_id));
        Some((responder_id?, slot_id?))
    });
    let reason = faults.take("reason", code(reason));
    let note = faults.take("note", words(note, NOTES));
    faults.end(|| {
        let assign = AssignManually {
            call_id: call_id?,
            members: members?,
            replace: *replace,
            reason: reason?,
            words: note?,
            travel: TravelTimes::default(),
        };
        Some((stamp?, assign))
    })
}

/// JoinCall.
pub(crate) fn join_call(request: &pb::JoinCallRequest) -> Stamped<JoinCall> {
    let pb::JoinCallRequest {
        request_id,
        call,
        responder_id,
        progress: step,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let call = faults.call_key("call", call.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    let progress = faults.take("progress", progress(*step));
    faults.end(|| {
        let join = JoinCall {
            call: call?,
            responder_id: responder_id?,
            progress: progress?,
        };
        Some((stamp?, join))
    })
}

/// AcknowledgeAlert.
pub(crate) fn acknowledge_alert(request: &pb::AcknowledgeAlertRequest) -> Stamped<AcknowledgeAlert> {
    let pb::AcknowledgeAlertRequest {
        request_id,
        alert_id,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let alert_id = faults.take("alert_id", id(alert_id));
    faults.end(|| Some((stamp?, AcknowledgeAlert { alert_id: alert_id? })))
}

/// RaiseEmergency.
pub(crate) fn raise_emergency(request: &pb::RaiseEmergencyRequest) -> Stamped<RaiseEmergency> {
    let pb::RaiseEmergencyRequest {
        request_id,
        responder_id,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| {
        let responder_id = responder_id?;
        Some((stamp?, RaiseEmergency { responder_id }))
    })
}

/// CheckIn.
pub(crate) fn check_in(request: &pb::CheckInRequest) -> Stamped<CheckIn> {
    let pb::CheckInRequest {
        request_id,
        responder_id,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| {
        let responder_id = responder_id?;
        Some((stamp?, CheckIn { responder_id }))
    })
}
