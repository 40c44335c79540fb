//! Changing a call, and sending by hand.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, invalid, mask, reference, refused};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let dana = &town.dispatcher;
    let update = |path: &str| pb::UpdateCallRequest {
        request_id: town.request_id(),
        call_id: world.waiting.call_id.clone(),
        update_mask: mask(path),
        expected_version: Some(world.waiting.version),
        incident_type: "WELFARE".to_owned(),
        channel: pb::Channel::Phone.into(),
        ..Default::default()
    };
    let good = || update("incident_type");
    let spoilt = |spoil: fn(&mut pb::UpdateCallRequest)| {
        let mut request = good();
        spoil(&mut request);
        asks!(dana, dispatch.update_call, request)
    };
    let cancel = |call_id: &str, reason: &str| pb::CancelCallRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        reason: reason.to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let retriage = |scheme: &str, expected_version| pb::RetriageCallRequest {
        request_id: town.request_id(),
        call_id: world.waiting.call_id.clone(),
        expected_version,
        acuity: Some(pb::Acuity {
            scheme: scheme.to_owned(),
            level: 3,
        }),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let remark = |class: i32, body: &str| pb::AddRemarkRequest {
        request_id: town.request_id(),
        call_id: world.busy.call_id.clone(),
        class,
        body: body.to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let operational = pb::RemarkClass::Operational.into();
    let assign = |members: &[(&str, &str)]| {
        let member = |(responder_id, slot_id): &(&str, &str)| pb::NamedMember {
            responder_id: (*responder_id).to_owned(),
            slot_id: (*slot_id).to_owned(),
        };
        let request = pb::AssignManuallyRequest {
            request_id: town.request_id(),
            call_id: world.waiting.call_id.clone(),
            members: members.iter().map(member).collect(),
            reason: "knows_him".to_owned(),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        asks!(dana, dispatch.assign_manually, request)
    };
    let free = &*town.clinicians[1].id;
    let alert = |alert_id: &str| pb::AcknowledgeAlertRequest {
        request_id: town.request_id(),
        alert_id: alert_id.to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    vec![
        invalid(
            "UpdateCall: an unknown path",
            "INVALID_MASK",
            "update_mask",
            asks!(dana, dispatch.update_call, update("call_id")),
        ),
        invalid(
            "UpdateCall: no path",
            "REQUIRED",
            "update_mask",
            spoilt(|it| it.update_mask = None),
        ),
        invalid(
            "UpdateCall: no version",
            "REQUIRED",
            "expected_version",
            spoilt(|it| it.expected_version = None),
        ),
        invalid(
            "UpdateCall: no place where one is named",
            "REQUIRED",
            "location",
            asks!(dana, dispatch.update_call, update("location")),
        ),
        invalid(
            "UpdateCall: no id",
            "INVALID_ID",
            "call_id",
            spoilt(|it| it.call_id = "B-17".to_owned()),
        ),
        refused(
            "UpdateCall: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            spoilt(|it| it.expected_version = Some(1)),
        ),
        refused(
            "UpdateCall: a stale version of the source",
            Code::Aborted,
            "STALE_SOURCE",
            "",
            spoilt(|it| it.source_version = Some(0)),
        ),
        refused(
            "UpdateCall: another call's reference",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "external_references",
            spoilt(|it| it.external_references = vec![reference("77")]),
        ),
        refused(
            "UpdateCall: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            spoilt(|it| it.call_id = NOBODY.to_owned()),
        ),
        refused(
            "CancelCall: with someone on scene",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            asks!(
                dana,
                dispatch.cancel_call,
                cancel(&world.busy.call_id, "duplicate")
            ),
        ),
        invalid(
            "CancelCall: no reason",
            "REQUIRED",
            "reason",
            asks!(dana, dispatch.cancel_call, cancel(&world.waiting.call_id, "")),
        ),
        invalid(
            "RetriageCall: an unknown scheme",
            "UNKNOWN_ACUITY",
            "acuity",
            asks!(dana, dispatch.retriage_call, retriage("tea_leaves", None)),
        ),
        refused(
            "RetriageCall: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            asks!(dana, dispatch.retriage_call, retriage("marcus_alert", Some(1))),
        ),
        invalid(
            "AddRemark: a class of 0",
            "INVALID_ENUM",
            "class",
            asks!(dana, dispatch.add_remark, remark(0, "words")),
        ),
        invalid(
            "AddRemark: a class of 999",
            "INVALID_ENUM",
            "class",
            asks!(dana, dispatch.add_remark, remark(999, "words")),
        ),
        invalid(
            "AddRemark: no words",
            "REQUIRED",
            "body",
            asks!(dana, dispatch.add_remark, remark(operational, "")),
        ),
        invalid(
            "AddRemark: blank words",
            "INVALID_TEXT",
            "body",
            asks!(dana, dispatch.add_remark, remark(operational, "\t\n ")),
        ),
        invalid("AssignManually: nobody", "REQUIRED", "members", assign(&[])),
        invalid(
            "AssignManually: no id",
            "INVALID_ID",
            "members[0].responder_id",
            assign(&[("Anna", "clinician")]),
        ),
        refused(
            "AssignManually: one twice",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "members",
            assign(&[(free, "clinician"), (free, "officer")]),
        ),
        refused(
            "AssignManually: someone unknown",
            Code::NotFound,
            "NOT_FOUND",
            "members[0].responder_id",
            assign(&[(NOBODY, "clinician")]),
        ),
        refused(
            "AssignManually: one who is on a call",
            Code::Aborted,
            "ALREADY_ASSIGNED",
            "members[0].responder_id",
            assign(&[(&town.clinicians[0].id, "clinician")]),
        ),
        invalid(
            "AcknowledgeAlert: no id",
            "INVALID_ID",
            "alert_id",
            asks!(dana, dispatch.acknowledge_alert, alert("the red one")),
        ),
        refused(
            "AcknowledgeAlert: no such alert",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(dana, dispatch.acknowledge_alert, alert(NOBODY)),
        ),
    ]
}
