//! How a stream ends: with its reason, and soon.

use std::time::Duration;

use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tonic::Streaming;

use super::{heard, watch};
use crate::harness::town::{in_each_town, reason};

#[test]
fn rights_that_end_in_mid_stream_end_the_stream_with_the_reason() {
    in_each_town(1, 1, async |town| {
        let token = town.token(
            tandem::board::Role::Dispatcher,
            "temp",
            None,
            Some(crate::harness::town::st_louis()),
        );
        let until = town.clock.now().plus_seconds(60);
        let short = tandem::store::Token {
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
        let token = town.token(
            tandem::board::Role::Dispatcher,
            "temp",
            None,
            Some(crate::harness::town::st_louis()),
        );
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
