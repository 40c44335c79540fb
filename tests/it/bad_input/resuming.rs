//! Tokens that are not what they were when they were given: every bit counts, through the real door.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use super::{Row, World, asks, invalid, refused};
use crate::harness::town::{Client, Town, fields, in_each_town, reason, st_louis};

/// A token is a version, an epoch, a revision, the journal's hash, whose it is, and a check over these.
const EPOCH: usize = 1;
const REVISION: usize = 9;
const HASH: usize = 17;
const CHECK: usize = 33;

/// A token with these bytes in it, and a check that fits: whoever knows the form can make one.
fn forged(token: &str, place: usize, bytes: &[u8]) -> String {
    let mut forged = URL_SAFE_NO_PAD.decode(token).unwrap();
    forged[place..place + bytes.len()].copy_from_slice(bytes);
    let check = Sha256::digest(&forged[..CHECK]);
    forged[CHECK..].copy_from_slice(&check[..8]);
    URL_SAFE_NO_PAD.encode(forged)
}

fn watch(resume_token: &str) -> pb::WatchAssignmentsRequest {
    pb::WatchAssignmentsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    }
}

fn list(resume_token: &str) -> pb::ListEventsRequest {
    pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    }
}

async fn token_of(client: &Client) -> String {
    let listed = client.streaming().list_events(list("")).await.unwrap();
    listed.into_inner().resume_token
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let dana = &town.dispatcher;
    let same_name = town.client(Role::Supervisor, "dana", None).await;
    let token = token_of(dana).await;
    let soon = town.clock.now().plus_seconds(1);
    town.store.prune(&st_louis(), soon).await.unwrap();
    let epoch_of_another = forged(&token, EPOCH, &9_u64.to_be_bytes());
    let (field, unusable) = ("resume_token", "INVALID_RESUME_TOKEN");
    let mut rows = vec![
        invalid("WatchAssignments: another role's token", unusable, field, {
            asks!(same_name, streaming.watch_assignments, watch(&token))
        }),
        invalid("ListEvents: another role's token", unusable, field, {
            asks!(same_name, streaming.list_events, list(&token))
        }),
        invalid("ListEvents: a token of another version", unusable, field, {
            asks!(dana, streaming.list_events, list(&forged(&token, 0, &[2])))
        }),
        invalid("ListEvents: a token with a tail", unusable, field, {
            asks!(dana, streaming.list_events, list(&format!("{token}AAAA")))
        }),
        invalid("ListEvents: a padded token", unusable, field, {
            asks!(dana, streaming.list_events, list(&format!("{token}=")))
        }),
        invalid("ListEvents: a page of calls", unusable, field, {
            asks!(dana, streaming.list_events, list(&"AAAA".repeat(20)))
        }),
    ];
    let out_of_range = [
        (
            "of another epoch",
            epoch_of_another,
            "RESUME_TOKEN_OF_ANOTHER_EPOCH",
        ),
        (
            "of another history",
            forged(&token, HASH, b"fadedfad"),
            "RESUME_TOKEN_OF_ANOTHER_EPOCH",
        ),
        (
            "of a revision that had another hash",
            forged(&token, REVISION, &5_u64.to_be_bytes()),
            "RESUME_TOKEN_OF_ANOTHER_EPOCH",
        ),
    ];
    for (name, token, reason) in out_of_range {
        let watched = asks!(dana, streaming.watch_assignments, watch(&token));
        let listed = asks!(dana, streaming.list_events, list(&token));
        let code = Code::OutOfRange;
        rows.push(refused(
            &format!("WatchAssignments: a token {name}"),
            code,
            reason,
            "",
            watched,
        ));
        rows.push(refused(
            &format!("ListEvents: a token {name}"),
            code,
            reason,
            "",
            listed,
        ));
    }
    rows
}

async fn refused_as_damaged(town: &Town, token: &str, what: &str) {
    let refused = town.dispatcher.streaming().list_events(list(token)).await;
    let refused = refused.map(|_| what).unwrap_err();
    assert_eq!(
        (refused.code(), &*reason(&refused), fields(&refused)),
        (
            Code::InvalidArgument,
            "INVALID_RESUME_TOKEN",
            vec!["resume_token".to_owned()]
        ),
        "{what}"
    );
}

#[test]
fn every_flipped_bit_of_a_token_is_found_at_the_door() {
    in_each_town(0, 0, async |town| {
        let token = token_of(&town.dispatcher).await;
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused_as_damaged(town, &URL_SAFE_NO_PAD.encode(flipped), &format!("bit {bit}")).await;
        }
        for place in 0..token.len() {
            for other in ["A", "_", "=", "é"] {
                let damaged = format!("{}{other}{}", &token[..place], &token[place + 1..]);
                if damaged != token {
                    refused_as_damaged(town, &damaged, &format!("{other} at {place}")).await;
                }
            }
            refused_as_damaged(town, &token[..place.max(1)], &format!("the first {place}")).await;
        }
        let whole = town.dispatcher.streaming().list_events(list(&token)).await;
        assert!(whole.unwrap().into_inner().caught_up);
    });
}

#[test]
fn a_token_far_ahead_of_the_journal_is_waited_for_and_no_longer_than_that() {
    in_each_town(0, 0, async |town| {
        let token = token_of(&town.dispatcher).await;
        for revision in [u64::MAX, i64::MAX.cast_unsigned(), 1 << 40] {
            let ahead = forged(&token, REVISION, &revision.to_be_bytes());
            let mut streaming = town.dispatcher.streaming();
            let asked = tokio::spawn(async move { streaming.list_events(list(&ahead)).await });
            let mut asked = std::pin::pin!(asked);
            let refused = loop {
                tokio::select! {
                    answered = &mut asked => break answered.unwrap().unwrap_err(),
                    () = town.turn(1) => {}
                }
            };
            assert_eq!(
                (refused.code(), &*reason(&refused)),
                (Code::Unavailable, "NODE_BEHIND"),
                "revision {revision}"
            );
        }
    });
}
