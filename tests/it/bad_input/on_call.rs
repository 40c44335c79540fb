//! On-call lists, and who is called by them.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, mask, refused};
use crate::on_call::{list, planning};

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let listed = list(world.town, "nights", &[&world.town.clinicians[0]]).await;
    let mut rows = lists(world, &listed);
    rows.extend(stints(world, &listed));
    rows.extend(attempts(world, &listed));
    rows
}

fn lists<'a>(world: &World<'a>, listed: &pb::OnCallList) -> Vec<Row<'a>> {
    let town = world.town;
    let (anna, officer) = (&town.clinicians[0], &town.officers[0]);
    let create = |spoil: &dyn Fn(&mut pb::CreateOnCallListRequest)| {
        let mut request = pb::CreateOnCallListRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            name: "days".to_owned(),
            discipline: "clinician".to_owned(),
            area_id: String::new(),
            responder_ids: vec![anna.id.clone()],
        };
        spoil(&mut request);
        asks!(town.admin, on_call.create_on_call_list, request)
    };
    let update = |path: &str, spoil: &dyn Fn(&mut pb::UpdateOnCallListRequest)| {
        let mut request = pb::UpdateOnCallListRequest {
            request_id: town.request_id(),
            on_call_list: Some(listed.clone()),
            update_mask: mask(path),
            expected_version: listed.version,
        };
        spoil(&mut request);
        asks!(town.admin, on_call.update_on_call_list, request)
    };
    vec![
        invalid(
            "CreateOnCallList: without a name",
            "REQUIRED",
            "name",
            create(&|it| it.name.clear()),
        ),
        invalid(
            "CreateOnCallList: 201 turns",
            "TOO_MANY",
            "responder_ids",
            create(&|it| it.responder_ids = vec![NOBODY.to_owned(); 201]),
        ),
        refused(
            "CreateOnCallList: a name that it has",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "name",
            create(&|it| it.name = "nights".to_owned()),
        ),
        refused(
            "CreateOnCallList: two turns for one",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "responder_ids[1]",
            create(&|it| it.responder_ids = vec![anna.id.clone(); 2]),
        ),
        refused(
            "CreateOnCallList: an officer among clinicians",
            Code::NotFound,
            "NOT_FOUND",
            "responder_ids[0]",
            create(&|it| it.responder_ids = vec![officer.id.clone()]),
        ),
        refused(
            "CreateOnCallList: no such agency",
            Code::NotFound,
            "NOT_FOUND",
            "agency_id",
            create(&|it| it.agency_id = "nobody".to_owned()),
        ),
        refused(
            "CreateOnCallList: a discipline that no call asks for",
            Code::NotFound,
            "NOT_FOUND",
            "discipline",
            create(&|it| it.discipline = "plumber".to_owned()),
        ),
        refused(
            "CreateOnCallList: no such area",
            Code::NotFound,
            "NOT_FOUND",
            "area_id",
            create(&|it| it.area_id = NOBODY.to_owned()),
        ),
        invalid(
            "UpdateOnCallList: its agency",
            "INVALID_MASK",
            "update_mask",
            update("agency_id", &|_| {}),
        ),
        invalid(
            "UpdateOnCallList: without the list",
            "REQUIRED",
            "on_call_list",
            update("name", &|it| it.on_call_list = None),
        ),
        refused(
            "UpdateOnCallList: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update("name", &|it| it.expected_version = 0),
        ),
        refused(
            "RetireOnCallList: no such list",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(
                town.admin,
                on_call.retire_on_call_list,
                pb::RetireOnCallListRequest {
                    request_id: town.request_id(),
                    on_call_list_id: NOBODY.to_owned(),
                    expected_version: 1,
                }
            ),
        ),
    ]
}

fn stints<'a>(world: &World<'a>, listed: &pb::OnCallList) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &town.clinicians[0];
    let plan = |spoil: &dyn Fn(&mut pb::PlanOnCallRequest)| {
        let mut request = planning(town, listed, anna, 10, (6, 18));
        spoil(&mut request);
        asks!(town.admin, on_call.plan_on_call, request)
    };
    let cancel = |spoil: &dyn Fn(&mut pb::CancelOnCallRequest)| {
        let mut request = pb::CancelOnCallRequest {
            request_id: town.request_id(),
            on_call_list_id: listed.on_call_list_id.clone(),
            expected_version: listed.version,
            responder_id: anna.id.clone(),
            start: at(1_781_000_000, 0),
            end: at(1_781_100_000, 0),
        };
        spoil(&mut request);
        asks!(town.admin, on_call.cancel_on_call, request)
    };
    vec![
        invalid(
            "PlanOnCall: backwards",
            "INVALID_WINDOW",
            "local_end",
            plan(&|it| it.local_end.clone_from(&it.local_start)),
        ),
        invalid(
            "PlanOnCall: a zone of its own making",
            "UNKNOWN_ZONE",
            "zone",
            plan(&|it| it.zone = "CST".to_owned()),
        ),
        invalid(
            "PlanOnCall: while clocks skip it",
            "LOCAL_TIME_SKIPPED",
            "local_start",
            plan(&|it| it.local_start.as_mut().unwrap().local = "2027-03-14T02:30".to_owned()),
        ),
        refused(
            "PlanOnCall: an officer among clinicians",
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            plan(&|it| it.responder_id.clone_from(&town.officers[0].id)),
        ),
        invalid(
            "CancelOnCall: backwards",
            "INVALID_WINDOW",
            "end",
            cancel(&|it| it.end = it.start),
        ),
        refused(
            "CancelOnCall: whoever is not on call then",
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            cancel(&|_| {}),
        ),
    ]
}

fn attempts<'a>(world: &World<'a>, listed: &pb::OnCallList) -> Vec<Row<'a>> {
    let town = world.town;
    let attempt = |spoil: &dyn Fn(&mut pb::RecordCallBackAttemptRequest)| {
        let mut request = pb::RecordCallBackAttemptRequest {
            request_id: town.request_id(),
            on_call_list_id: listed.on_call_list_id.clone(),
            shift_id: NOBODY.to_owned(),
            responder_id: town.clinicians[0].id.clone(),
            outcome: pb::CallBackOutcome::NoAnswer.into(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        spoil(&mut request);
        asks!(town.dispatcher, on_call.record_call_back_attempt, request)
    };
    vec![
        invalid(
            "RecordCallBackAttempt: without what came of it",
            "INVALID_ENUM",
            "outcome",
            attempt(&|it| it.outcome = 0),
        ),
        invalid(
            "RecordCallBackAttempt: without a channel",
            "INVALID_ENUM",
            "channel",
            attempt(&|it| it.channel = 0),
        ),
        refused(
            "RecordCallBackAttempt: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            attempt(&|_| {}),
        ),
        refused(
            "RecordCallBackAttempt: no such list",
            Code::NotFound,
            "NOT_FOUND",
            "",
            attempt(&|it| it.on_call_list_id = NOBODY.to_owned()),
        ),
    ]
}
