//! What is shown in place of a token.

use tandem::grpc::pb;
use tonic::{Code, Request, Status};

use super::{Row, World, refused};
use crate::harness::town::{Town, st_louis};

/// Asks for the board and shows these headers, each of which is `authorization`.
async fn shown(town: &Town, headers: Vec<String>) -> Result<(), Status> {
    let mut request = Request::new(pb::GetBoardRequest {});
    for header in headers {
        request
            .metadata_mut()
            .append("authorization", header.parse().unwrap());
    }
    let mut stranger = town.stranger().availability();
    stranger.get_board(request).await.map(drop)
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let token = || town.token(tandem::board::Role::Dispatcher, "paula", None, Some(st_louis()));
    let good = town.header_of(token()).await;
    let other = town.header_of(token()).await;
    let expired = tandem::store::Token {
        expires_at: town.clock.now(),
        ..token()
    };
    let expired = town.header_of(expired).await;
    let revoked = tandem::store::Token {
        revoked_at: Some(town.clock.now()),
        ..token()
    };
    let revoked = town.header_of(revoked).await;
    let (start, secret) = good.rsplit_once('_').unwrap();
    let damaged = format!("{start}_{}", super::damaged(secret));
    let unauthenticated: [(&str, Vec<String>); 11] = [
        ("nothing", vec![]),
        ("two tokens", vec![good.clone(), other.clone()]),
        ("one token twice", vec![good.clone(), good.clone()]),
        (
            "a good token after another scheme",
            vec!["Basic cm9vdDo=".to_owned(), good.clone()],
        ),
        ("two tokens in one header", vec![format!("{good}, {other}")]),
        ("another scheme", vec!["Basic cm9vdDo=".to_owned()]),
        ("a scheme alone", vec!["Bearer ".to_owned()]),
        ("a token without its scheme", vec![good.replace("Bearer ", "")]),
        ("another's secret", vec![damaged]),
        ("half a token", vec![good[..good.len() / 2].to_owned()]),
        (
            "a token of 8 KiB",
            vec![format!("Bearer tdm_{}", "a".repeat(8192))],
        ),
    ];
    let mut rows = Vec::new();
    for (name, headers) in unauthenticated {
        let name = format!("GetBoard: {name}");
        let asked = shown(town, headers);
        rows.push(refused(
            &name,
            Code::Unauthenticated,
            "UNAUTHENTICATED",
            "",
            asked,
        ));
    }
    for (name, header) in [
        ("a token that has expired", expired),
        ("a token that was revoked", revoked),
    ] {
        let name = format!("GetBoard: {name}");
        let asked = shown(town, vec![header]);
        rows.push(refused(&name, Code::Unauthenticated, "TOKEN_EXPIRED", "", asked));
    }
    rows
}
