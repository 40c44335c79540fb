//! A snapshot holds what the stream after it would tell of, and nothing else.

use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tonic::Status;

use crate::harness::town::{Client, Town, fields, in_each_town, point, reason, scene};

async fn area(town: &Town, name: &str, south: f64, north: f64) -> String {
    let ring = [
        [-90.3, south],
        [-90.1, south],
        [-90.1, north],
        [-90.3, north],
        [-90.3, south],
    ];
    let piece = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: "st-louis".to_owned(),
        name: name.to_owned(),
        geojson_chunk: format!(r#"{{"type":"Polygon","coordinates":[{ring:?}]}}"#),
        zone: String::new(),
    };
    let pieces = tokio_stream::once(piece);
    let put = town.admin.admin().put_service_area(pieces).await.unwrap();
    put.into_inner().service_area.unwrap().area_id
}

async fn snapshot(client: &Client, filter: pb::EventFilter) -> Result<pb::Snapshot, Status> {
    let request = pb::WatchAssignmentsRequest {
        filter: Some(filter),
        ..Default::default()
    };
    let mut stream = client.streaming().watch_assignments(request).await?.into_inner();
    let heard = stream.message().await?.unwrap().heard.unwrap();
    let Heard::Snapshot(snapshot) = heard else {
        panic!("a snapshot comes first, not {heard:?}")
    };
    Ok(snapshot)
}

fn of_responder(id: &str) -> pb::EventFilter {
    pb::EventFilter {
        responder_ids: vec![id.to_owned()],
        ..Default::default()
    }
}

fn of_call(id: &str) -> pb::EventFilter {
    pb::EventFilter {
        call_ids: vec![id.to_owned()],
        ..Default::default()
    }
}

fn of_agency(id: &str) -> pb::EventFilter {
    pb::EventFilter {
        agency_ids: vec![id.to_owned()],
        ..Default::default()
    }
}

fn of_area(id: &str) -> pb::EventFilter {
    pb::EventFilter {
        area_ids: vec![id.to_owned()],
        ..Default::default()
    }
}

#[test]
fn a_snapshot_obeys_the_filter() {
    in_each_town(2, 1, async |town| {
        let south = area(town, "south", 38.5, 38.66).await;
        let north = area(town, "north", 38.66, 38.8).await;
        let paired = town.open_call(3).await.call.unwrap();
        let alone = pb::OpenCallRequest {
            location: Some(point(38.70, scene().longitude)),
            ..town.call(2)
        };
        let opened = town
            .dispatcher
            .dispatch()
            .open_call(alone)
            .await
            .unwrap()
            .into_inner();
        let (alone, of_alone) = (opened.call.unwrap(), opened.assignment.unwrap());
        let sent_alone = of_alone.members[0].responder.clone().unwrap().responder_id;
        let officer = &town.officers[0];
        let raise = pb::RaiseEmergencyRequest {
            request_id: town.request_id(),
            responder_id: officer.id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        officer.client.dispatch().raise_emergency(raise).await.unwrap();
        let both = [paired.number, alone.number];
        let cases = [
            (pb::EventFilter::default(), &both[..], 1),
            (of_responder(&officer.id), &both[..1], 1),
            (of_responder(&sent_alone), &both[1..], 0),
            (of_call(&paired.call_id), &both[..1], 1),
            (of_call(&alone.call_id), &both[1..], 0),
            (of_agency("slmpd"), &both[..1], 1),
            (of_agency("bhr"), &both[..], 1),
            (of_area(&south), &both[..1], 1),
            (of_area(&north), &both[1..], 0),
            (
                pb::EventFilter {
                    area_ids: vec![north.clone()],
                    ..of_agency("slmpd")
                },
                &[],
                0,
            ),
        ];
        for (filter, calls, alerts) in cases {
            let said = format!("{filter:?}");
            let seen = snapshot(&town.dispatcher, filter).await.unwrap();
            let numbers: Vec<u32> = seen.calls.iter().map(|call| call.number).collect();
            assert_eq!(numbers, calls, "{said}");
            let mut of: Vec<&str> = seen.assignments.iter().map(|one| one.call_id.as_str()).collect();
            of.sort_unstable();
            let mut shown: Vec<&str> = seen.calls.iter().map(|call| call.call_id.as_str()).collect();
            shown.sort_unstable();
            assert_eq!(of, shown, "{said}");
            assert_eq!(seen.alerts.len(), alerts, "{said}");
        }
    });
}

#[test]
fn a_filter_that_names_nobody_is_refused_by_field_and_a_filed_call_is_known() {
    in_each_town(1, 1, async |town| {
        let nobody = "01987654-3210-7000-8000-000000000001";
        for (filter, field) in [
            (of_responder(nobody), "filter.responder_ids"),
            (of_call(nobody), "filter.call_ids"),
            (of_agency("ems"), "filter.agency_ids"),
            (of_area(nobody), "filter.area_ids"),
        ] {
            let refused = snapshot(&town.dispatcher, filter.clone()).await.unwrap_err();
            assert_eq!(
                (reason(&refused), fields(&refused)),
                ("NOT_FOUND".to_owned(), vec![field.to_owned()])
            );
            let listing = pb::ListEventsRequest {
                filter: Some(filter),
                ..Default::default()
            };
            let refused = town
                .dispatcher
                .streaming()
                .list_events(listing)
                .await
                .unwrap_err();
            assert_eq!(fields(&refused), [field]);
        }
        let hidden = snapshot(&town.officers[0].client, of_call(nobody)).await.unwrap();
        assert_eq!(hidden.calls, []);
        let call = town.open_call(1).await.call.unwrap();
        let cancel = pb::CancelCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            reason: "duplicate".to_owned(),
            channel: pb::Channel::Cad.into(),
            occurred_at: None,
        };
        town.dispatcher.dispatch().cancel_call(cancel).await.unwrap();
        town.turn(43_200).await;
        let filed = snapshot(&town.dispatcher, of_call(&call.call_id)).await.unwrap();
        assert_eq!(filed.calls, []);
    });
}
