//! A call is found by what people say: its number on the radio, its name in the CAD, who was sent to it and when.

use tandem::grpc::pb;
use tandem::grpc::pb::call_key::Key;

use crate::harness::town::{Client, NOON, Town, fields, in_each_town, reason};

fn named(key: Key) -> Option<pb::CallKey> {
    Some(pb::CallKey { key: Some(key) })
}

fn of_cad(value: &str) -> pb::ExternalReference {
    pb::ExternalReference {
        system: "cad".to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

async fn get(client: &Client, key: Key) -> Result<pb::Call, tonic::Status> {
    let request = pb::GetCallRequest { call: named(key) };
    let answer = client.dispatch().get_call(request).await?;
    Ok(answer.into_inner().call.unwrap())
}

async fn listed(town: &Town, request: pb::ListCallsRequest) -> Vec<u32> {
    let answer = town.dispatcher.dispatch().list_calls(request).await.unwrap();
    answer.into_inner().calls.iter().map(|call| call.number).collect()
}

#[test]
fn a_responder_joins_by_the_number_that_he_heard_also_when_the_call_has_left_the_board() {
    in_each_town(1, 2, async |town| {
        // A clinician alone is sent; the officer only hears of it.
        let referred = pb::OpenCallRequest {
            external_references: vec![of_cad("24-7")],
            ..town.call(2)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let opened = dispatch.open_call(referred).await.unwrap().into_inner();
        let call = opened.call.unwrap();
        let officer = &town.officers[1];
        let join = |key: Key| pb::JoinCallRequest {
            request_id: town.request_id(),
            call: named(key),
            responder_id: officer.id.clone(),
            progress: pb::Progress::OnScene.into(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        };
        let unseen = get(&officer.client, Key::Number(call.number)).await.unwrap_err();
        assert_eq!(
            (reason(&unseen), fields(&unseen)),
            ("NOT_FOUND".to_owned(), vec!["call.number".to_owned()])
        );
        let mut radio = officer.client.dispatch();
        let joined = radio
            .join_call(join(Key::Number(call.number)))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(joined.call.unwrap().call_id, call.call_id);
        let seen = get(&officer.client, Key::ExternalReference(of_cad("24-7")))
            .await
            .unwrap();
        assert_eq!(seen.number, call.number);

        let assignment_id = joined.assignment.unwrap().assignment_id;
        town.clear(officer, &assignment_id, "18").await;
        let cancel = pb::CancelCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            reason: "duplicate".to_owned(),
            channel: pb::Channel::Cad.into(),
            occurred_at: None,
        };
        dispatch.cancel_call(cancel).await.unwrap();
        town.turn(43_200).await;
        let filed = get(&town.dispatcher, Key::Number(call.number)).await.unwrap();
        assert_eq!(filed.call_id, call.call_id);
        let again = radio
            .join_call(join(Key::Number(call.number)))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(again.call.unwrap().state, i32::from(pb::CallState::OnScene));

        for (key, field) in [
            (Key::Number(4711), "call.number"),
            (Key::ExternalReference(of_cad("none")), "call.external_reference"),
        ] {
            for refused in [
                radio.join_call(join(key.clone())).await.unwrap_err(),
                get(&town.dispatcher, key).await.unwrap_err(),
            ] {
                assert_eq!(
                    (reason(&refused), fields(&refused)),
                    ("NOT_FOUND".to_owned(), vec![field.to_owned()])
                );
            }
        }
        let unnamed = dispatch
            .get_call(pb::GetCallRequest { call: None })
            .await
            .unwrap_err();
        assert_eq!(
            (reason(&unnamed), fields(&unnamed)),
            ("REQUIRED".to_owned(), vec!["call".to_owned()])
        );
    });
}

#[test]
fn lists_are_narrowed_by_number_reference_responder_and_time() {
    in_each_town(1, 1, async |town| {
        let first = pb::OpenCallRequest {
            external_references: vec![of_cad("24-1")],
            ..town.call(3)
        };
        let first = town
            .dispatcher
            .dispatch()
            .open_call(first)
            .await
            .unwrap()
            .into_inner()
            .call
            .unwrap();
        town.turn(10).await;
        let second = town.open_call(3).await.call.unwrap();
        let officer = &town.officers[0];
        assert_eq!(
            listed(town, pb::ListCallsRequest::default()).await,
            [second.number, first.number]
        );
        let by_number = pb::ListCallsRequest {
            number: Some(second.number),
            ..Default::default()
        };
        assert_eq!(listed(town, by_number).await, [second.number]);
        let by_name = pb::ListCallsRequest {
            external_reference: Some(of_cad("24-1")),
            ..Default::default()
        };
        assert_eq!(listed(town, by_name).await, [first.number]);
        let by_responder = pb::ListCallsRequest {
            responder_id: officer.id.clone(),
            ..Default::default()
        };
        assert_eq!(listed(town, by_responder.clone()).await, [first.number]);
        let both = pb::ListCallsRequest {
            number: Some(second.number),
            ..by_responder
        };
        assert_eq!(listed(town, both).await, [0; 0]);

        let made = async |made_from: i64, made_to: i64| {
            let at = |seconds: i64| {
                let seconds = NOON.micros() / 1_000_000 + seconds;
                Some(prost_types::Timestamp { seconds, nanos: 0 })
            };
            let request = pb::ListAssignmentsRequest {
                made_from: at(made_from),
                made_to: at(made_to),
                ..Default::default()
            };
            let answer = town
                .dispatcher
                .assignment()
                .list_assignments(request)
                .await
                .unwrap();
            answer.into_inner().assignments.len()
        };
        assert_eq!(
            (made(0, 1).await, made(1, 3600).await, made(-60, 0).await),
            (1, 0, 0)
        );
    });
}
