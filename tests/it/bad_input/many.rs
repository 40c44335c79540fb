//! Ten thousand of what may come more than once, and texts without an end.

use tandem::grpc::pb;
use tonic::{Code, Status};

use super::{Row, World, asks, invalid, reference, refused};
use crate::harness::town::{point, st_louis};

const MANY: usize = 10_000;

/// A field, and what makes a good request one with too many of it.
type Spoilt<T> = (&'static str, fn(&mut T));

fn many<T: Clone>(one: T) -> Vec<T> {
    vec![one; MANY]
}

fn texts() -> Vec<String> {
    many("c".to_owned())
}

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = lists(world);
    rows.extend(rules(world));
    rows.extend(texts_without_end(world));
    rows
}

fn lists<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (dana, root, anna) = (&town.dispatcher, &town.admin, &town.clinicians[0].client);
    let mut rows = Vec::new();
    let opened: [Spoilt<pb::OpenCallRequest>; 3] = [
        ("person_references", |call| call.person_references = texts()),
        ("asked_qualifications", |call| {
            call.asked_qualifications = many(pb::AskedQualification::default());
        }),
        ("external_references", |call| {
            call.external_references = many(reference("1"))
        }),
    ];
    for (field, spoil) in opened {
        let mut call = town.call(3);
        spoil(&mut call);
        let asked = asks!(dana, dispatch.open_call, call);
        rows.push(invalid(
            &format!("OpenCall: ten thousand {field}"),
            "TOO_MANY",
            field,
            asked,
        ));
    }
    let hired: [Spoilt<pb::CreateResponderRequest>; 3] = [
        ("area_ids", |one| one.area_ids = texts()),
        ("must_not_meet_responder_ids", |one| {
            one.must_not_meet_responder_ids = texts()
        }),
        ("external_references", |one| {
            one.external_references = many(reference("1"))
        }),
    ];
    for (field, spoil) in hired {
        let mut newcomer = pb::CreateResponderRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            discipline: "clinician".to_owned(),
            name: "Nora".to_owned(),
            call_sign: "B-99".to_owned(),
            ..Default::default()
        };
        spoil(&mut newcomer);
        let name = format!("CreateResponder: ten thousand {field}");
        let asked = asks!(root, roster.create_responder, newcomer);
        rows.push(invalid(&name, "TOO_MANY", field, asked));
    }
    let filters: [(&'static str, pb::EventFilter); 4] = [
        (
            "filter.responder_ids",
            pb::EventFilter {
                responder_ids: texts(),
                ..Default::default()
            },
        ),
        (
            "filter.agency_ids",
            pb::EventFilter {
                agency_ids: texts(),
                ..Default::default()
            },
        ),
        (
            "filter.area_ids",
            pb::EventFilter {
                area_ids: texts(),
                ..Default::default()
            },
        ),
        (
            "filter.kinds",
            pb::EventFilter {
                kinds: many(1),
                ..Default::default()
            },
        ),
    ];
    for (field, filter) in filters {
        let request = pb::WatchAssignmentsRequest {
            filter: Some(filter),
            ..Default::default()
        };
        let name = format!("WatchAssignments: ten thousand in {field}");
        let asked = asks!(dana, streaming.watch_assignments, request);
        rows.push(invalid(&name, "TOO_MANY", field, asked));
    }
    let changes = pb::SetDutyStatusRequest {
        request_id: town.request_id(),
        changes: many(pb::DutyChange::default()),
        channel: pb::Channel::Cad.into(),
        occurred_at: None,
    };
    let positions = pb::ReportPositionRequest {
        positions: many(pb::ReportedPosition::default()),
    };
    let wanted = pb::ListAvailableRequest {
        location: Some(point(38.63, -90.2)),
        qualifications: texts(),
        ..Default::default()
    };
    let states = pb::ListCallsRequest {
        states: many(pb::CallState::Open.into()),
        ..Default::default()
    };
    let members = pb::AssignManuallyRequest {
        request_id: town.request_id(),
        call_id: world.waiting.call_id.clone(),
        members: many(pb::NamedMember::default()),
        reason: "knows_him".to_owned(),
        channel: pb::Channel::Phone.into(),
        ..Default::default()
    };
    let paths = pb::UpdateCallRequest {
        request_id: town.request_id(),
        call_id: world.waiting.call_id.clone(),
        expected_version: Some(world.waiting.version),
        update_mask: Some(prost_types::FieldMask {
            paths: (0..MANY).map(|number| format!("path_{number}")).collect(),
        }),
        channel: pb::Channel::Phone.into(),
        ..Default::default()
    };
    rows.extend([
        invalid("SetDutyStatus: ten thousand", "TOO_MANY", "changes", {
            asks!(dana, availability.set_duty_status, changes)
        }),
        invalid("ReportPosition: ten thousand", "TOO_MANY", "positions", {
            asks!(anna, availability.report_position, positions)
        }),
        invalid("ListAvailable: ten thousand", "TOO_MANY", "qualifications", {
            asks!(dana, availability.list_available, wanted)
        }),
        invalid("ListCalls: ten thousand states", "TOO_MANY", "states", {
            asks!(dana, dispatch.list_calls, states)
        }),
        invalid("AssignManually: ten thousand", "TOO_MANY", "members", {
            asks!(dana, dispatch.assign_manually, members)
        }),
        invalid("UpdateCall: ten thousand paths", "INVALID_MASK", "update_mask", {
            asks!(dana, dispatch.update_call, paths)
        }),
    ]);
    rows
}

/// A request to change the policy: these paths of it, to this.
pub(super) fn policy<'a>(
    world: &World<'a>,
    paths: &[&str],
    policy: pb::Policy,
) -> pb::UpdateJurisdictionRequest {
    pb::UpdateJurisdictionRequest {
        request_id: world.town.request_id(),
        jurisdiction: Some(pb::Jurisdiction {
            jurisdiction_id: st_louis().to_string(),
            policy: Some(policy),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|path| format!("policy.{path}")).collect(),
        }),
        expected_version: 1,
    }
}

fn rules<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let codes = [
        "jurisdiction.policy.officer_required_hazards",
        "jurisdiction.policy.known_hazards",
        "jurisdiction.policy.ordered_disciplines",
        "jurisdiction.policy.responses",
        "jurisdiction.policy.required_qualifications",
        "jurisdiction.policy.credential_kinds",
        "jurisdiction.policy.check_ins",
    ];
    let rows = codes.into_iter().map(|field| {
        let list = field.rsplit('.').next().unwrap();
        let all = pb::Policy {
            officer_required_hazards: texts(),
            known_hazards: texts(),
            ordered_disciplines: texts(),
            responses: many(pb::ResponseRule::default()),
            required_qualifications: many(pb::Requirement::default()),
            credential_kinds: many(pb::CredentialKind::default()),
            check_ins: many(pb::CheckInRule::default()),
            ..Default::default()
        };
        let request = policy(world, &[list], all);
        let name = format!("UpdateJurisdiction: ten thousand {list}");
        invalid(
            &name,
            "TOO_MANY",
            field,
            asks!(root, admin.update_jurisdiction, request),
        )
    });
    rows.collect()
}

fn too_large<'a>(name: &str, asked: impl Future<Output = Result<(), Status>> + 'a) -> Row<'a> {
    refused(name, Code::ResourceExhausted, "MESSAGE_TOO_LARGE", "", asked)
}

/// What is larger than a message may be is not read at all.
fn texts_without_end<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (dana, root) = (&town.dispatcher, &town.admin);
    let endless = || "n".repeat(1024 * 1024);
    let newcomer = pb::CreateResponderRequest {
        request_id: town.request_id(),
        name: endless(),
        ..Default::default()
    };
    let agency = pb::CreateAgencyRequest {
        request_id: town.request_id(),
        name: endless(),
        ..Default::default()
    };
    let call = pb::OpenCallRequest {
        clinical_context: Some(pb::ClinicalContext { narrative: endless() }),
        ..town.call(3)
    };
    let remark = |body: String| pb::AddRemarkRequest {
        request_id: town.request_id(),
        call_id: world.busy.call_id.clone(),
        class: pb::RemarkClass::Clinical.into(),
        body,
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let token = pb::ListEventsRequest {
        resume_token: endless(),
        ..Default::default()
    };
    vec![
        too_large("CreateResponder: a name of 1 MiB", {
            asks!(root, roster.create_responder, newcomer)
        }),
        too_large("CreateAgency: a name of 1 MiB", {
            asks!(root, admin.create_agency, agency)
        }),
        too_large("OpenCall: a narrative of 1 MiB", {
            asks!(dana, dispatch.open_call, call)
        }),
        too_large("ListEvents: a token of 1 MiB", {
            asks!(dana, streaming.list_events, token)
        }),
        too_large(
            "AddRemark: words of 1 MiB",
            asks!(dana, dispatch.add_remark, remark(endless())),
        ),
        invalid("AddRemark: words of 200 kB", "INVALID_TEXT", "body", {
            asks!(dana, dispatch.add_remark, remark("n".repeat(200_000)))
        }),
    ]
}
