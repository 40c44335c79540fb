//! The roster and the schedule.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, bad_names, invalid, mask, refused};
use crate::harness::town::point;

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = roster(world).await;
    rows.extend(schedule(world));
    rows
}

async fn roster<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &town.clinicians[0];
    let newcomer = |spoil: &dyn Fn(&mut pb::CreateResponderRequest)| {
        let mut request = pb::CreateResponderRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            discipline: "clinician".to_owned(),
            name: "Nora".to_owned(),
            call_sign: "B-99".to_owned(),
            ..Default::default()
        };
        spoil(&mut request);
        asks!(town.admin, roster.create_responder, request)
    };
    let base = |latitude, longitude| {
        Some(pb::Base {
            name: "South Patrol".to_owned(),
            location: Some(point(latitude, longitude)),
        })
    };
    let get = pb::GetResponderRequest {
        responder_id: anna.id.clone(),
    };
    let known = town.admin.roster().get_responder(get).await.unwrap();
    let known = known.into_inner().responder.unwrap();
    let update = |path: &str, expected_version| {
        let request = pb::UpdateResponderRequest {
            request_id: town.request_id(),
            responder: Some(known.clone()),
            update_mask: mask(path),
            expected_version,
        };
        asks!(town.admin, roster.update_responder, request)
    };
    let retire = pb::RetireResponderRequest {
        request_id: town.request_id(),
        responder_id: anna.id.clone(),
        expected_version: known.version,
    };
    let grant = |code: &str, valid_until: &str| {
        let request = pb::GrantCredentialRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            code: code.to_owned(),
            valid_until: valid_until.to_owned(),
            ..Default::default()
        };
        asks!(town.admin, roster.grant_credential, request)
    };
    let mut rows = vec![
        invalid(
            "CreateResponder: no id",
            "INVALID_ID",
            "agency_id",
            newcomer(&|it| it.agency_id = "BHR!".to_owned()),
        ),
        refused(
            "CreateResponder: no such agency",
            Code::NotFound,
            "NOT_FOUND",
            "agency_id",
            newcomer(&|it| it.agency_id = "nobody".to_owned()),
        ),
        invalid(
            "CreateResponder: an area that is no id",
            "INVALID_ID",
            "area_ids[0]",
            newcomer(&|it| it.area_ids = vec!["north".to_owned()]),
        ),
        refused(
            "CreateResponder: no such area",
            Code::NotFound,
            "NOT_FOUND",
            "area_ids",
            newcomer(&|it| it.area_ids = vec![NOBODY.to_owned()]),
        ),
        invalid(
            "CreateResponder: a base on null island",
            "INVALID_POINT",
            "base.location",
            newcomer(&|it| it.base = base(0.0, 0.0)),
        ),
        refused(
            "CreateResponder: another's call sign",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "call_sign",
            newcomer(&|it| it.call_sign = "clinician-0".to_owned()),
        ),
        invalid(
            "UpdateResponder: an unknown path",
            "INVALID_MASK",
            "update_mask",
            update("discipline", known.version),
        ),
        refused(
            "UpdateResponder: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update("name", known.version - 1),
        ),
        refused(
            "RetireResponder: on a call",
            Code::FailedPrecondition,
            "ON_A_CALL",
            "",
            asks!(town.admin, roster.retire_responder, retire),
        ),
        invalid(
            "GrantCredential: until some day",
            "INVALID_TIME",
            "valid_until",
            grant("SPANISH", "tomorrow"),
        ),
        invalid(
            "GrantCredential: until the 30th of February",
            "INVALID_TIME",
            "valid_until",
            grant("SPANISH", "2027-02-30"),
        ),
        refused(
            "GrantCredential: twice",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "code",
            grant("LCSW", ""),
        ),
    ];
    for (name, text, reason) in bad_names() {
        for field in ["name", "call_sign"] {
            let spoilt = newcomer(&|it| match field {
                "name" => it.name = text.clone(),
                _ => it.call_sign = text.clone(),
            });
            let name = format!("CreateResponder: a {field} {name}");
            rows.push(invalid(&name, reason, field, spoilt));
        }
    }
    rows
}

/// Name, reason, field, and start, end and zone of a shift.
const SHIFTS: &[(&str, &str, &str, [&str; 3])] = &[
    (
        "a start that the clocks skip",
        "LOCAL_TIME_SKIPPED",
        "local_start",
        ["2026-03-08T02:30", "2026-03-08T10:00", ""],
    ),
    (
        "an end that comes twice",
        "LOCAL_TIME_AMBIGUOUS",
        "local_end",
        ["2026-10-31T18:00", "2026-11-01T01:30", ""],
    ),
    (
        "an unknown zone",
        "UNKNOWN_ZONE",
        "zone",
        ["2026-06-03T09:00", "2026-06-03T17:00", "Mars/Olympus_Mons"],
    ),
    (
        "an end before the start",
        "INVALID_WINDOW",
        "local_end",
        ["2026-06-03T17:00", "2026-06-03T09:00", ""],
    ),
    (
        "no length",
        "INVALID_WINDOW",
        "local_end",
        ["2026-06-03T09:00", "2026-06-03T09:00", ""],
    ),
    (
        "a slip of a month",
        "INVALID_WINDOW",
        "local_end",
        ["2026-06-03T09:00", "2026-07-03T17:00", ""],
    ),
    (
        "words for a time",
        "INVALID_TIME",
        "local_start",
        ["nine", "2026-06-03T17:00", ""],
    ),
    (
        "an instant for a local time",
        "INVALID_TIME",
        "local_start",
        ["2026-06-03T09:00Z", "2026-06-03T17:00", ""],
    ),
];

fn schedule<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &*town.clinicians[0].id;
    let shift = |[start, end, zone]: [&str; 3], responder_id: &str, occurrence: i32| {
        let local = |local: &str, occurrence| pb::LocalTime {
            local: local.to_owned(),
            occurrence,
        };
        let request = pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            responder_id: responder_id.to_owned(),
            local_start: Some(local(start, occurrence)),
            local_end: Some(local(end, 0)).filter(|_| !end.is_empty()),
            zone: zone.to_owned(),
            ..Default::default()
        };
        asks!(town.admin, schedule.create_shift, request)
    };
    let day = ["2026-06-03T09:00", "2026-06-03T17:00", ""];
    let officer = &*town.officers[0].id;
    let publish = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: NOBODY.to_owned(),
        expected_version: 1,
        ..Default::default()
    };
    let mut rows = vec![
        refused(
            "CreateShift: it overlaps another of his",
            Code::FailedPrecondition,
            "SHIFT_OVERLAPS",
            "",
            shift(["2026-06-01T22:59", "2026-06-02T06:00", ""], anna, 0),
        ),
        invalid(
            "CreateShift: no end",
            "REQUIRED",
            "local_end",
            shift([day[0], "", ""], anna, 0),
        ),
        invalid(
            "CreateShift: the 999th time",
            "INVALID_ENUM",
            "local_start.occurrence",
            shift(day, anna, 999),
        ),
        invalid(
            "CreateShift: no id",
            "INVALID_ID",
            "responder_id",
            shift(day, "Anna", 0),
        ),
        refused(
            "CreateShift: another agency's officer",
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            shift(day, officer, 0),
        ),
        refused(
            "PublishShift: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(town.admin, schedule.publish_shift, publish),
        ),
    ];
    for (name, reason, field, times) in SHIFTS {
        let name = format!("CreateShift: {name}");
        rows.push(invalid(&name, reason, field, shift(*times, anna, 0)));
    }
    rows
}
