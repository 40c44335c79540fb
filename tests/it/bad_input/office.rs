//! The jurisdiction, its agencies and areas.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, bad_names, invalid, mask, refused};
use crate::harness::town::st_louis;

/// Outlines that are none.
const BAD_OUTLINES: [(&str, &str); 15] = [
    (
        "that crosses itself",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,39],[-90,38],[-91,39],[-91,38]]]}"#,
    ),
    (
        "that does not close",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39]]]}"#,
    ),
    (
        "that is a point",
        r#"{"type":"Point","coordinates":[-90.2,38.6]}"#,
    ),
    (
        "off the map",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,95],[-91,38]]]}"#,
    ),
    (
        "with a hole outside",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]],[[-80,38],[-79,38],[-79,39],[-80,38]]]}"#,
    ),
    (
        "with a hole that crosses it",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]],[[-90.5,38.5],[-89,38.5],[-89,38.6],[-90.5,38.5]]]}"#,
    ),
    (
        "that goes back the way it came",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-90,38],[-91,38]]]}"#,
    ),
    (
        "on one line",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-89,38],[-91,38]]]}"#,
    ),
    (
        "of two corners",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-91,38]]]}"#,
    ),
    (
        "with a place of no coordinates",
        r#"{"type":"Polygon","coordinates":[[[],[],[],[]]]}"#,
    ),
    ("without a ring", r#"{"type":"MultiPolygon","coordinates":[[]]}"#),
    (
        "of two features",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null},{"type":"Feature","properties":{},"geometry":null}]}"#,
    ),
    (
        "beyond all numbers",
        r#"{"type":"Polygon","coordinates":[[[-91,38],[1e400,38],[-90,39],[-91,38]]]}"#,
    ),
    ("that is no GeoJSON", "downtown"),
    ("that is empty", ""),
];

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = jurisdiction(world).await;
    rows.extend(outlines(world));
    rows
}

async fn jurisdiction<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let root = &town.admin;
    let installer = town.installer().await;
    let create = |id: &str, zone: &str| {
        let request = pb::CreateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction_id: id.to_owned(),
            name: "Another".to_owned(),
            zone: zone.to_owned(),
        };
        asks!(installer, admin.create_jurisdiction, request)
    };
    let agency = |id: &str, name: &str| {
        let request = pb::CreateAgencyRequest {
            request_id: town.request_id(),
            jurisdiction_id: st_louis().to_string(),
            agency_id: id.to_owned(),
            name: name.to_owned(),
        };
        asks!(root, admin.create_agency, request)
    };
    let update = |path: &str, expected_version, policy| {
        let jurisdiction = pb::Jurisdiction {
            jurisdiction_id: st_louis().to_string(),
            policy: Some(policy),
            ..Default::default()
        };
        let request = pb::UpdateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction: Some(jurisdiction),
            update_mask: mask(path),
            expected_version,
        };
        asks!(root, admin.update_jurisdiction, request)
    };
    let offer = |seconds| pb::Policy {
        offer_seconds: seconds,
        ..Default::default()
    };
    let usable = pb::Policy {
        position_usable_seconds: 10,
        ..Default::default()
    };
    let mut rows = vec![
        invalid(
            "CreateJurisdiction: no id",
            "INVALID_ID",
            "jurisdiction_id",
            create("Kansas City", "America/Chicago"),
        ),
        invalid(
            "CreateJurisdiction: an unknown zone",
            "UNKNOWN_ZONE",
            "zone",
            create("kansas-city", "America/Kansas_City"),
        ),
        refused(
            "CreateJurisdiction: there is one",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "jurisdiction_id",
            create("st-louis", "America/Chicago"),
        ),
        invalid(
            "CreateAgency: no id",
            "INVALID_ID",
            "agency_id",
            agency("a b", "AB"),
        ),
        refused(
            "CreateAgency: there is one",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            "agency_id",
            agency("bhr", "BHR"),
        ),
        invalid(
            "UpdateJurisdiction: an unknown path",
            "INVALID_MASK",
            "update_mask",
            update("policy.patience", 1, offer(60)),
        ),
        refused(
            "UpdateJurisdiction: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update("policy.offer_seconds", 99, offer(60)),
        ),
        invalid(
            "UpdateJurisdiction: out of its range",
            "INVALID_POLICY",
            "jurisdiction.policy.offer_seconds",
            update("policy.offer_seconds", 1, offer(0)),
        ),
        invalid(
            "UpdateJurisdiction: against what stands",
            "INVALID_POLICY",
            "jurisdiction.policy.position_usable_seconds",
            update("policy.position_usable_seconds", 1, usable),
        ),
    ];
    for (name, path, policy) in contradictions() {
        let request = super::many::policy(world, &[path], policy);
        let field = CONTRADICTED
            .into_iter()
            .find(|field| field.ends_with(path))
            .unwrap();
        let name = format!("UpdateJurisdiction: {name}");
        let asked = asks!(root, admin.update_jurisdiction, request);
        rows.push(invalid(&name, "INVALID_POLICY", field, asked));
    }
    for (name, text, reason) in bad_names() {
        let name = format!("CreateAgency: a name {name}");
        rows.push(invalid(&name, reason, "name", agency("third", &text)));
    }
    rows
}

const CONTRADICTED: [&str; 7] = [
    "jurisdiction.policy.position_fresh_seconds",
    "jurisdiction.policy.responses",
    "jurisdiction.policy.check_ins",
    "jurisdiction.policy.runners_up",
    "jurisdiction.policy.travel_detour_percent",
    "jurisdiction.policy.escalation_seconds",
    "jurisdiction.policy.believed_past_seconds",
];

/// Policies that contradict themselves or what stands: what they say, the path, and the values.
fn contradictions() -> Vec<(&'static str, &'static str, pb::Policy)> {
    let response = pb::ResponseRule {
        scheme: "marcus_alert".to_owned(),
        level: 3,
        response: pb::Response::Pair.into(),
    };
    let check_in = |seconds| pb::CheckInRule {
        scheme: "marcus_alert".to_owned(),
        level: 3,
        discipline: "officer".to_owned(),
        seconds,
    };
    let of = |change: &dyn Fn(&mut pb::Policy)| {
        let mut policy = pb::Policy::default();
        change(&mut policy);
        policy
    };
    vec![
        (
            "fresh for less than a report takes",
            "position_fresh_seconds",
            of(&|it| it.position_fresh_seconds = 1),
        ),
        (
            "fresh for longer than usable",
            "position_fresh_seconds",
            of(&|it| it.position_fresh_seconds = u32::MAX),
        ),
        ("no response at all", "responses", of(&|_| {})),
        (
            "two responses to one level",
            "responses",
            of(&|it| it.responses = vec![response.clone(); 2]),
        ),
        (
            "a check-in every 0 seconds",
            "check_ins",
            of(&|it| it.check_ins = vec![check_in(0)]),
        ),
        (
            "two check-ins at one level",
            "check_ins",
            of(&|it| it.check_ins = vec![check_in(60), check_in(90)]),
        ),
        (
            "runners-up without an end",
            "runners_up",
            of(&|it| it.runners_up = u32::MAX),
        ),
        (
            "a way shorter than the straight line",
            "travel_detour_percent",
            of(&|it| it.travel_detour_percent = 99),
        ),
        (
            "an escalation after more than a minute",
            "escalation_seconds",
            of(&|it| it.escalation_seconds = 61),
        ),
        (
            "reports believed for ever",
            "believed_past_seconds",
            of(&|it| it.believed_past_seconds = u32::MAX),
        ),
    ]
}

fn outlines<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let put_in = |name: &str, outline: &str, zone: &str| {
        let part = pb::PutServiceAreaRequest {
            request_id: town.request_id(),
            jurisdiction_id: st_louis().to_string(),
            name: name.to_owned(),
            geojson_chunk: outline.to_owned(),
            zone: zone.to_owned(),
        };
        asks!(town.admin, admin.put_service_area, tokio_stream::iter([part]))
    };
    let put = |name: &str, outline: &str| put_in(name, outline, "");
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let mut rows = vec![
        invalid("PutServiceArea: no name", "REQUIRED", "name", put("", square)),
        invalid("PutServiceArea: an unknown zone", "UNKNOWN_ZONE", "zone", {
            put_in("the north", square, "Mars/Olympus_Mons")
        }),
        invalid("PutServiceArea: nothing at all", "REQUIRED", "name", {
            let none = tokio_stream::iter([] as [pb::PutServiceAreaRequest; 0]);
            asks!(town.admin, admin.put_service_area, none)
        }),
        refused(
            "RemoveServiceArea: no such area",
            Code::NotFound,
            "NOT_FOUND",
            "",
            {
                let request = pb::RemoveServiceAreaRequest {
                    request_id: town.request_id(),
                    jurisdiction_id: st_louis().to_string(),
                    area_id: NOBODY.to_owned(),
                };
                asks!(town.admin, admin.remove_service_area, request)
            },
        ),
    ];
    let nested = "[".repeat(100_000);
    let deep = [("of brackets in brackets", &*nested)];
    for (name, outline) in BAD_OUTLINES.into_iter().chain(deep) {
        let name = format!("PutServiceArea: an outline {name}");
        let field = "geojson_chunk";
        rows.push(invalid(
            &name,
            "INVALID_OUTLINE",
            field,
            put("the north", outline),
        ));
    }
    rows
}
