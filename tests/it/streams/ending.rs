//! How a stream ends: with its reason, and soon.

use std::time::Duration;

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tonic::Streaming;

use super::{heard, watch};
use crate::harness::town::{in_each_town, point, reason, st_louis};
use tandem::store::Token;

#[test]
fn rights_that_end_in_mid_stream_end_the_stream_with_the_reason() {
    in_each_town(1, 1, async |town| {
        let token = town.token(Role::Dispatcher, "temp", None, Some(st_louis()));
        let until = town.clock.now().plus_seconds(60);
        let short = Token {
            expires_at: until,
            ..token
        };
        let client = town.client_with(short).await;
        let mut stream = watch(&client, &pb::EventFilter::default(), "").await;
        heard(&mut stream).await;
        town.turn(61).await;
        let ended = loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ends with its reason"),
                Err(status) => break status,
            }
        };
        assert_eq!(reason(&ended), "RIGHTS_CHANGED");
    });
}

/// How a stream ends; what comes before is passed over.
async fn the_end(stream: &mut Streaming<pb::WatchAssignmentsResponse>) -> String {
    loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it ends with its reason"),
            Err(status) => return reason(&status),
        }
    }
}

#[test]
fn a_revoked_token_ends_a_quiet_stream_within_two_seconds() {
    in_each_town(1, 1, async |town| {
        let token = town.token(Role::Dispatcher, "temp", None, Some(st_louis()));
        let id = token.id;
        let client = town.client_with(token).await;
        let mut stream = watch(&client, &pb::EventFilter::default(), "").await;
        heard(&mut stream).await;
        let mut others = watch(&town.dispatcher, &pb::EventFilter::default(), "").await;
        heard(&mut others).await;
        assert!(town.store.revoke_token(id, town.clock.now()).await.unwrap());
        let ended = tokio::time::timeout(Duration::from_secs(2), the_end(&mut stream));
        assert_eq!(ended.await.expect("in time"), "RIGHTS_CHANGED");
        let mut streaming = client.streaming();
        let again = streaming.list_events(pb::ListEventsRequest::default()).await;
        assert_eq!(reason(&again.unwrap_err()), "TOKEN_EXPIRED");
        town.open_call(3).await;
        assert!(
            matches!(heard(&mut others).await, Heard::Update(_)),
            "nobody else feels it"
        );
    });
}

#[test]
fn a_responder_who_is_retired_is_told_at_once() {
    in_each_town(1, 1, async |town| {
        let leaving = &town.officers[0];
        let mut stream = watch(&leaving.client, &pb::EventFilter::default(), "").await;
        heard(&mut stream).await;
        let get = pb::GetResponderRequest {
            responder_id: leaving.id.clone(),
        };
        let mut roster = town.admin.roster();
        let known = roster
            .get_responder(get)
            .await
            .unwrap()
            .into_inner()
            .responder
            .unwrap();
        let retire = pb::RetireResponderRequest {
            request_id: town.request_id(),
            responder_id: leaving.id.clone(),
            expected_version: known.version,
        };
        roster.retire_responder(retire).await.unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(2), the_end(&mut stream));
        assert_eq!(ended.await.expect("in time"), "RIGHTS_CHANGED");
    });
}

#[test]
fn positions_are_taken_no_longer_than_the_right_to_send_them() {
    in_each_town(1, 0, async |town| {
        let him = &town.clinicians[0];
        let responder_id = him.id.parse().unwrap();
        let token = town.token(Role::Responder, &him.id, Some(responder_id), Some(st_louis()));
        let phone = town
            .client_with(Token {
                expires_at: town.clock.now().plus_seconds(60),
                ..token
            })
            .await;
        let (send, sent) = tokio::sync::mpsc::channel(4);
        let mut positions = phone.availability();
        let sending = positions.report_positions(tokio_stream::wrappers::ReceiverStream::new(sent));
        let moves = async {
            let center = town.desk.center(&st_louis()).await.unwrap();
            let at = |latitude| pb::ReportPositionsRequest {
                position: Some(pb::ReportedPosition {
                    responder_id: him.id.clone(),
                    location: Some(point(latitude, -90.2)),
                    ..Default::default()
                }),
            };
            let before = center.positions();
            send.send(at(38.61)).await.unwrap();
            let mut look = tokio::time::interval(Duration::from_millis(5));
            while center.positions() == before {
                look.tick().await;
            }
            town.turn(61).await;
            let taken = center.positions();
            send.send(at(38.65)).await.unwrap();
            send.closed().await;
            assert!(center.positions() == taken, "no longer his to move");
        };
        let (ended, ()) = futures_util::future::join(sending, moves).await;
        assert_eq!(reason(&ended.unwrap_err()), "RIGHTS_CHANGED");
    });
}

#[test]
fn whoever_still_sends_is_told_when_the_server_goes_down() {
    in_each_town(1, 0, async |town| {
        let (send, sent) = tokio::sync::mpsc::channel::<pb::ReportPositionsRequest>(1);
        let mut positions = town.clinicians[0].client.availability();
        let sending = positions.report_positions(tokio_stream::wrappers::ReceiverStream::new(sent));
        let closing = async { town.desk.close() };
        let (ended, ()) = futures_util::future::join(sending, closing).await;
        assert_eq!(reason(&ended.unwrap_err()), "SHUTTING_DOWN");
        drop(send);
    });
}
