//! What goes out comes in again as the same.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::id::JurisdictionId;

use super::{File, exported};
use crate::harness::town::{Client, Town, in_each_town, point, scene, st_louis};

const KINDS: [pb::RosterKind; 3] = [
    pb::RosterKind::Responders,
    pb::RosterKind::Credentials,
    pb::RosterKind::Shifts,
];

/// Another programme with the same agencies and areas, and nobody in it.
async fn elsewhere(town: &Town) -> Client {
    let id: JurisdictionId = "kansas-city".parse().unwrap();
    let mut admin = town.installer().await.admin();
    let jurisdiction = pb::CreateJurisdictionRequest {
        request_id: town.request_id(),
        jurisdiction_id: id.to_string(),
        name: "Kansas City".to_owned(),
        zone: "America/Chicago".to_owned(),
    };
    admin.create_jurisdiction(jurisdiction).await.unwrap();
    for agency_id in ["bhr", "slmpd"] {
        let agency = pb::CreateAgencyRequest {
            request_id: town.request_id(),
            jurisdiction_id: id.to_string(),
            agency_id: agency_id.to_owned(),
            name: agency_id.to_owned(),
        };
        admin.create_agency(agency).await.unwrap();
    }
    area(town, &id).await;
    let token = town.token(Role::Hr, "kim", None, Some(id));
    town.client_with(token).await
}

async fn area(town: &Town, id: &JurisdictionId) -> String {
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let area = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: id.to_string(),
        name: "North, and \"Old\" town".to_owned(),
        geojson_chunk: square.to_owned(),
    };
    let mut admin = town.installer().await.admin();
    let put = admin.put_service_area(tokio_stream::iter([area])).await.unwrap();
    put.into_inner().service_area.unwrap().area_id
}

#[test]
fn a_roster_that_went_out_comes_in_elsewhere_as_the_same_bytes() {
    in_each_town(2, 2, async |town| {
        let area_id = area(town, &st_louis()).await;
        let somebody = pb::CreateResponderRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            discipline: "clinician".to_owned(),
            name: "=Zoë \"Z\", O'Neill ".to_owned(),
            call_sign: "-Cedar 4".to_owned(),
            base: Some(pb::Base {
                name: "South".to_owned(),
                location: Some(point(scene().latitude + 0.000_000_1, scene().longitude)),
            }),
            area_ids: vec![area_id.clone()],
            must_not_meet_responder_ids: vec![town.officers[1].id.clone()],
            external_references: ["7", "a/b"]
                .map(|value| pb::ExternalReference {
                    system: "hr".to_owned(),
                    kind: "employee".to_owned(),
                    value: value.to_owned(),
                })
                .into(),
        };
        town.admin.roster().create_responder(somebody).await.unwrap();
        let shifts = "agency,responder,local_start,local_end,start_occurrence,area\n\
             bhr,hr/employee/7,2026-11-01 01:30,2026-11-01 09:00,second,\"North, and \"\"Old\"\" town\"\n";
        let file = File::of(town, pb::RosterKind::Shifts, "", shifts);
        assert_eq!(file.report(&town.admin).await.created_count, 1);

        let other = elsewhere(town).await;
        for kind in KINDS {
            let text = exported(&town.admin, kind).await;
            let file = File::of(town, kind, "", text.clone());
            let report = file.report(&other).await;
            assert!(report.applied && report.row_count > 3, "{report:?}");
            assert_eq!(exported(&other, kind).await, text);
        }
    });
}
