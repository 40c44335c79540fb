//! What members say, duty and positions.

use tandem::grpc::pb;
use tonic::Code;

use super::{BAD_POINTS, NOBODY, Row, World, asks, at, invalid, refused};
use crate::harness::town::{Member, NOON, by_id, point};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = said(world);
    rows.extend(duty(world));
    rows
}

fn said<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let channel = pb::Channel::App.into();
    let accept = |assignment_id: &str, member: &Member| {
        let request = pb::AcceptOfferRequest {
            request_id: town.request_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: member.id.clone(),
            channel,
            occurred_at: None,
        };
        asks!(member.client, assignment.accept_offer, request)
    };
    let anna = &town.clinicians[0];
    let progress = |step: i32| {
        let request = pb::ReportProgressRequest {
            request_id: town.request_id(),
            assignment_id: world.busy_assignment_id.clone(),
            responder_id: anna.id.clone(),
            progress: step,
            channel,
            occurred_at: None,
        };
        asks!(anna.client, assignment.report_progress, request)
    };
    let join = pb::JoinCallRequest {
        request_id: town.request_id(),
        call: by_id(&world.waiting.call_id),
        responder_id: anna.id.clone(),
        progress: 999,
        channel,
        occurred_at: None,
    };
    let decline = pb::DeclineOfferRequest {
        request_id: town.request_id(),
        assignment_id: world.busy_assignment_id.clone(),
        responder_id: anna.id.clone(),
        reason: "busy".to_owned(),
        channel,
        occurred_at: None,
    };
    let account = |disposition| {
        let request = pb::RecordDispositionRequest {
            request_id: town.request_id(),
            assignment_id: world.busy_assignment_id.clone(),
            responder_id: anna.id.clone(),
            disposition,
            channel,
            occurred_at: None,
        };
        asks!(anna.client, assignment.record_disposition, request)
    };
    vec![
        refused(
            "AcceptOffer: after its deadline",
            Code::FailedPrecondition,
            "OFFER_EXPIRED",
            "",
            accept(&world.expired_assignment_id, &town.officers[1]),
        ),
        refused(
            "AcceptOffer: someone else's offer",
            Code::FailedPrecondition,
            "NOT_A_MEMBER",
            "",
            accept(&world.expired_assignment_id, &town.officers[0]),
        ),
        refused(
            "AcceptOffer: no such assignment",
            Code::NotFound,
            "NOT_FOUND",
            "",
            accept(NOBODY, anna),
        ),
        invalid(
            "AcceptOffer: no id",
            "INVALID_ID",
            "assignment_id",
            accept("mine", anna),
        ),
        refused(
            "DeclineOffer: on scene",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            asks!(anna.client, assignment.decline_offer, decline),
        ),
        invalid("ReportProgress: 0", "INVALID_ENUM", "progress", progress(0)),
        invalid("ReportProgress: 999", "INVALID_ENUM", "progress", progress(999)),
        invalid(
            "JoinCall: 999",
            "INVALID_ENUM",
            "progress",
            asks!(anna.client, dispatch.join_call, join),
        ),
        invalid(
            "RecordDisposition: none",
            "REQUIRED",
            "disposition",
            account(None),
        ),
        invalid(
            "RecordDisposition: no code",
            "REQUIRED",
            "disposition.code",
            account(Some(pb::Disposition::default())),
        ),
    ]
}

fn duty<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &town.clinicians[0];
    let dana = &town.dispatcher;
    let change = |responder_id: &str, primary: i32| pb::DutyChange {
        responder_id: responder_id.to_owned(),
        primary,
        ..Default::default()
    };
    let set = |changes: Vec<pb::DutyChange>| {
        let request = pb::SetDutyStatusRequest {
            request_id: town.request_id(),
            changes,
            channel: pb::Channel::Cad.into(),
            occurred_at: None,
        };
        asks!(dana, availability.set_duty_status, request)
    };
    let available = pb::Duty::Available.into();
    let past = pb::DutyChange {
        expires_at: at(NOON.micros() / 1_000_000, 0),
        ..change(&anna.id, available)
    };
    let report = |latitude, longitude| pb::ReportedPosition {
        responder_id: anna.id.clone(),
        location: Some(point(latitude, longitude)),
        ..Default::default()
    };
    let positions = |positions| {
        asks!(
            anna.client,
            availability.report_position,
            pb::ReportPositionRequest { positions }
        )
    };
    let mut rows = vec![
        invalid("SetDutyStatus: nothing", "REQUIRED", "changes", set(Vec::new())),
        invalid(
            "SetDutyStatus: 0",
            "INVALID_ENUM",
            "changes[0].primary",
            set(vec![change(&anna.id, 0)]),
        ),
        invalid(
            "SetDutyStatus: 999",
            "INVALID_ENUM",
            "changes[1].primary",
            set(vec![change(&anna.id, available), change(&anna.id, 999)]),
        ),
        invalid(
            "SetDutyStatus: no id",
            "INVALID_ID",
            "changes[0].responder_id",
            set(vec![change("Anna", available)]),
        ),
        invalid(
            "SetDutyStatus: until a moment ago",
            "INVALID_TIME",
            "changes[0].expires_at",
            set(vec![past]),
        ),
        invalid(
            "SetDutyStatus: too many",
            "TOO_MANY",
            "changes",
            set(vec![change(&anna.id, available); 501]),
        ),
        refused(
            "SetDutyStatus: all or none",
            Code::NotFound,
            "NOT_FOUND",
            "changes[1].responder_id",
            set(vec![change(&anna.id, available), change(NOBODY, available)]),
        ),
        invalid(
            "ReportPosition: nothing",
            "REQUIRED",
            "positions",
            positions(Vec::new()),
        ),
        invalid(
            "ReportPosition: exchanged, and in range",
            "INVALID_POINT",
            "positions[0].location",
            positions(vec![report(-89.9, 38.63)]),
        ),
        invalid(
            "ReportPosition: too many",
            "TOO_MANY",
            "positions",
            positions(vec![report(38.63, -90.2); 501]),
        ),
        invalid("ReportPositions: nothing", "REQUIRED", "position", {
            let parts = tokio_stream::iter([pb::ReportPositionsRequest { position: None }]);
            asks!(anna.client, availability.report_positions, parts)
        }),
        invalid("ListAvailable: nowhere", "REQUIRED", "location", {
            let request = pb::ListAvailableRequest::default();
            asks!(dana, availability.list_available, request)
        }),
    ];
    for (name, latitude, longitude) in BAD_POINTS {
        let field = "positions[1].location";
        let both = vec![report(38.64, -90.21), report(latitude, longitude)];
        let name = format!("ReportPosition: {name}");
        rows.push(invalid(&name, "INVALID_POINT", field, positions(both)));
    }
    rows
}
