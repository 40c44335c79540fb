//! The jurisdiction, its agencies and areas.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, bad_names, invalid, mask, refused};
use crate::harness::town::st_louis;

/// Outlines that are none.
const BAD_OUTLINES: [(&str, &str); 6] = [
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
    for (name, text, reason) in bad_names() {
        let name = format!("CreateAgency: a name {name}");
        rows.push(invalid(&name, reason, "name", agency("third", &text)));
    }
    rows
}

fn outlines<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let put = |name: &str, outline: &str| {
        let part = pb::PutServiceAreaRequest {
            request_id: town.request_id(),
            jurisdiction_id: st_louis().to_string(),
            name: name.to_owned(),
            geojson_chunk: outline.to_owned(),
        };
        asks!(town.admin, admin.put_service_area, tokio_stream::iter([part]))
    };
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let mut rows = vec![
        invalid("PutServiceArea: no name", "REQUIRED", "name", put("", square)),
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
    for (name, outline) in BAD_OUTLINES {
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
