//! Who is held over, who calls in, and who could be called back.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use super::many::policy;
use super::{NOBODY, Row, World, asks, at, invalid, refused};

/// A draft of Anna's for the day after: it begins an hour after the shift that she is on.
async fn draft_of_anna(world: &World<'_>) -> pb::Shift {
    let town = world.town;
    let local = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            occurrence: 0,
        })
    };
    let draft = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        responder_id: town.clinicians[0].id.clone(),
        local_start: local("2026-06-02T00:00"),
        local_end: local("2026-06-02T08:00"),
        override_reason: "sole_cover".to_owned(),
        ..Default::default()
    };
    let supervisor = town.client(Role::Supervisor, "sam", None).await;
    let created = supervisor.schedule().create_shift(draft).await.unwrap();
    created.into_inner().shift.unwrap()
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let draft = draft_of_anna(world).await;
    let hers = pb::ListShiftsRequest {
        responder_id: town.clinicians[0].id.clone(),
        state: pb::ShiftState::Published.into(),
        ..Default::default()
    };
    let listed = town.admin.schedule().list_shifts(hers).await.unwrap();
    let shift = listed.into_inner().shifts.remove(0);
    let mut rows = held_over(world, &shift).await;
    rows.extend(called_in(world, &shift, &draft));
    let a_day = pb::Policy {
        early_sign_on_seconds: 86_400,
        ..Default::default()
    };
    rows.push(invalid(
        "UpdateJurisdiction: a day is early",
        "INVALID_POLICY",
        "jurisdiction.policy.early_sign_on_seconds",
        asks!(
            town.admin,
            admin.update_jurisdiction,
            policy(world, &["early_sign_on_seconds"], a_day)
        ),
    ));
    rows
}

async fn held_over<'a>(world: &World<'a>, shift: &pb::Shift) -> Vec<Row<'a>> {
    let town = world.town;
    let supervisor = town.client(Role::Supervisor, "sam", None).await;
    let end = shift.planned_end.unwrap().seconds;
    let hold = |spoil: &dyn Fn(&mut pb::HoldOverRequest)| {
        let mut request = pb::HoldOverRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id.clone(),
            expected_version: shift.version,
            until: at(end + 1800, 0),
            reason: "short_staffed".to_owned(),
        };
        spoil(&mut request);
        asks!(supervisor, schedule.hold_over, request)
    };
    vec![
        invalid(
            "HoldOver: without a reason",
            "REQUIRED",
            "reason",
            hold(&|it| it.reason.clear()),
        ),
        invalid(
            "HoldOver: without an end",
            "REQUIRED",
            "until",
            hold(&|it| it.until = None),
        ),
        invalid(
            "HoldOver: to the end it has",
            "INVALID_TIME",
            "until",
            hold(&|it| it.until = at(end, 0)),
        ),
        invalid(
            "HoldOver: for two days",
            "INVALID_WINDOW",
            "until",
            hold(&|it| it.until = at(end + 2 * 86_400, 0)),
        ),
        refused(
            "HoldOver: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            hold(&|it| it.expected_version = 0),
        ),
        refused(
            "HoldOver: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            hold(&|it| it.shift_id = NOBODY.to_owned()),
        ),
        refused(
            "HoldOver: into the next one",
            Code::FailedPrecondition,
            "SHIFT_OVERLAPS",
            "",
            hold(&|it| it.until = at(end + 7200, 0)),
        ),
    ]
}

fn called_in<'a>(world: &World<'a>, shift: &pb::Shift, draft: &pb::Shift) -> Vec<Row<'a>> {
    let town = world.town;
    let sick = |spoil: &dyn Fn(&mut pb::ReportSickRequest)| {
        let mut request = pb::ReportSickRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id.clone(),
            responder_id: town.clinicians[0].id.clone(),
            kind: String::new(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        spoil(&mut request);
        asks!(town.dispatcher, schedule.report_sick, request)
    };
    let could = |shift_id: &str| {
        let request = pb::GetCallBacksRequest {
            shift_id: shift_id.to_owned(),
        };
        asks!(town.dispatcher, schedule.get_call_backs, request)
    };
    vec![
        refused(
            "ReportSick: another's shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            sick(&|it| it.responder_id.clone_from(&town.clinicians[1].id)),
        ),
        invalid(
            "ReportSick: a diagnosis for a kind",
            "INVALID_TEXT",
            "kind",
            sick(&|it| it.kind = "has the flu".to_owned()),
        ),
        invalid(
            "ReportSick: nobody says how she said so",
            "INVALID_ENUM",
            "channel",
            sick(&|it| it.channel = 0),
        ),
        refused(
            "ReportSick: a draft",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            sick(&|it| it.shift_id.clone_from(&draft.shift_id)),
        ),
        refused(
            "GetCallBacks: somebody works it",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            could(&shift.shift_id),
        ),
        refused(
            "GetCallBacks: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            could(NOBODY),
        ),
    ]
}
