//! The end of a licence is announced in time, to whom it concerns.

use std::time::Duration;

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tandem::store::Token;
use tonic::Streaming;

use super::grant;
use crate::harness::on_each_database;
use crate::harness::town::{Client, Member, Town, st_louis};

const DAY: i64 = 86_400;

/// What whoever has a token for a year shows.
async fn lasting(town: &Town, role: Role, who: Option<&Member>) -> String {
    let responder_id = who.map(|who| who.id.parse().unwrap());
    let subject = who.map_or(role.as_str(), |who| &who.id);
    let token = town.token(role, subject, responder_id, Some(st_louis()));
    let year = Token {
        expires_at: token.created_at.plus_seconds(365 * DAY),
        ..token
    };
    town.header_of(year).await
}

/// A stream of what is announced.
async fn announcements(of: &Client) -> Streaming<pb::WatchAssignmentsResponse> {
    let filter = pb::EventFilter {
        kinds: [pb::EventKind::CredentialExpiring, pb::EventKind::CredentialLapsed]
            .map(i32::from)
            .to_vec(),
        ..Default::default()
    };
    let request = pb::WatchAssignmentsRequest {
        filter: Some(filter),
        checkpoint_seconds: 15,
        ..Default::default()
    };
    let mut stream = of
        .streaming()
        .watch_assignments(request)
        .await
        .unwrap()
        .into_inner();
    let first = stream.message().await.unwrap().unwrap().heard;
    assert!(matches!(first, Some(Heard::Snapshot(_))));
    stream
}

/// The next announcement on a stream: what, of which credential, and how many days before.
async fn next(stream: &mut Streaming<pb::WatchAssignmentsResponse>) -> (pb::EventKind, String, u32) {
    let update = async {
        loop {
            if let Some(Heard::Update(update)) = stream.message().await.unwrap().unwrap().heard {
                return update;
            }
        }
    };
    let update = tokio::time::timeout(Duration::from_secs(20), update)
        .await
        .unwrap();
    let [event] = &update.events[..] else {
        panic!("one at a time: {update:?}")
    };
    let Some(pb::event::After::Responder(holder)) = &event.after else {
        panic!("of whom: {event:?}")
    };
    let about = |held: &&pb::Credential| held.credential_id == event.credential_id;
    let held = holder.credentials.iter().find(about).unwrap();
    (event.kind(), held.code.clone(), held.noticed_days.unwrap())
}

#[test]
fn the_end_of_a_licence_is_announced_to_hr_and_to_himself_also_when_nobody_was_at_work() {
    on_each_database(async |database| {
        let first = Town::open(database, 1, 0).await;
        let anna = &first.clinicians[0];
        grant(&first, anna, "LPC", "", "2026-08-31").await;
        let mut headers = Vec::new();
        for (role, who) in [
            (Role::Hr, None),
            (Role::Supervisor, None),
            (Role::Responder, Some(anna)),
        ] {
            headers.push(lasting(&first, role, who).await);
        }
        let mut heard = Vec::new();
        for header in &headers {
            heard.push(announcements(&first.showing(header)).await);
        }
        // The third of July: 60 days before the first of September.
        first.turn(32 * DAY).await;
        for stream in &mut heard {
            let told = next(stream).await;
            assert_eq!(told, (pb::EventKind::CredentialExpiring, "LPC".to_owned(), 60));
        }
        drop(heard);

        // While no server runs, 30 and 7 days before come and go: whoever comes back tells the latest, once.
        let clock = first.clock.clone();
        let second = Town::beside(database, &first).await;
        first.close().await;
        let mut heard = Vec::new();
        for header in &headers {
            heard.push(announcements(&second.showing(header)).await);
        }
        clock.turn(clock.now().plus_seconds(57 * DAY));
        second.settle().await;
        second.settle().await;
        second.turn(3 * DAY).await;
        for stream in &mut heard {
            let told = [next(stream).await, next(stream).await];
            assert_eq!(
                told,
                [
                    (pb::EventKind::CredentialExpiring, "LPC".to_owned(), 7),
                    (pb::EventKind::CredentialLapsed, "LPC".to_owned(), 0),
                ]
            );
        }
        second.close().await;
    });
}
