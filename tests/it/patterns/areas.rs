//! Some regions span two zones.

use std::collections::BTreeSet;

use tandem::grpc::pb;

use super::{by_rule, create, creation, post, publication, publish, shifts_of};
use crate::harness::town::{Town, in_each_town, st_louis};

async fn put_area(town: &Town, zone: &str) -> String {
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let area = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: st_louis().to_string(),
        name: "West".to_owned(),
        geojson_chunk: square.to_owned(),
        zone: zone.to_owned(),
    };
    let mut admin = town.admin.admin();
    let put = admin.put_service_area(tokio_stream::iter([area])).await.unwrap();
    let area = put.into_inner().service_area.unwrap();
    assert_eq!(area.zone, zone);
    area.area_id
}

#[test]
fn work_in_an_area_is_planned_on_the_clock_of_its_own_zone() {
    in_each_town(0, 0, async |town| {
        let area_id = put_area(town, "America/Denver").await;
        let of = |area_id: &str, zone: &str, local_start: &str, local_end: &str| {
            let local = |at: &str| {
                Some(pb::LocalTime {
                    local: at.to_owned(),
                    occurrence: 0,
                })
            };
            pb::CreateShiftRequest {
                request_id: town.request_id(),
                agency_id: "bhr".to_owned(),
                local_start: local(local_start),
                local_end: local(local_end),
                zone: zone.to_owned(),
                area_id: area_id.to_owned(),
                ..Default::default()
            }
        };
        // 09:00 is an hour later in the mountains than in St. Louis.
        let nine_in_chicago = 1_780_927_200;
        for (area, zone, expected, start) in [
            (&*area_id, "", "America/Denver", nine_in_chicago + 3600),
            (
                &*area_id,
                "America/New_York",
                "America/New_York",
                nine_in_chicago - 3600,
            ),
            ("", "", "America/Chicago", nine_in_chicago),
        ] {
            let request = of(area, zone, "2026-06-08T09:00", "2026-06-08T17:00");
            let created = town.admin.schedule().create_shift(request).await.unwrap();
            let shift = created.into_inner().shift.unwrap();
            assert_eq!(
                (&*shift.zone, shift.planned_start.unwrap().seconds),
                (expected, start)
            );

            let there = pb::Post {
                area_id: area.to_owned(),
                ..post("09:00", "17:00", &[])
            };
            let request = pb::CreatePatternRequest {
                zone: zone.to_owned(),
                ..creation(town, by_rule("2026-06-08", "FREQ=DAILY;COUNT=1"), there)
            };
            let pattern = create(town, request).await;
            assert_eq!(pattern.zone, expected);
            let on = publication(town, &pattern, "2026-06-08", "2026-06-08");
            publish(&town.admin, on).await.unwrap();
            let [shift] = &shifts_of(town, &pattern).await[..] else {
                panic!("one shift")
            };
            assert_eq!(shift.planned_start.unwrap().seconds, start);
        }
        // What is planned already stays on the clock that it was planned on.
        put_area(town, "").await;
        let list = pb::ListPatternsRequest::default();
        let listed = town
            .admin
            .pattern()
            .list_patterns(list)
            .await
            .unwrap()
            .into_inner();
        let zones: BTreeSet<&str> = listed.patterns.iter().map(|one| &*one.zone).collect();
        assert_eq!(
            zones,
            ["America/Chicago", "America/Denver", "America/New_York"].into()
        );
    });
}
