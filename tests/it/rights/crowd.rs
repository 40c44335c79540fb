//! A network comes back: everyone shows a token that the server has not read yet, all at once.

use futures_util::future::join_all;
use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use crate::harness::on_each_database_to_damage;
use crate::harness::town::{Client, Town, reason, st_louis};

/// More than one reading takes.
const CROWD: usize = 1_200;

#[test]
fn in_a_crowd_each_is_known_for_who_he_is_and_a_damaged_token_harms_its_holder_alone() {
    on_each_database_to_damage(async |database| {
        let town = Town::open(database, 1, 0).await;
        let mut crowd = Vec::new();
        for place in 0..CROWD {
            let subject = format!("person-{place}");
            let token = town.token(Role::Dispatcher, &subject, None, Some(st_louis()));
            crowd.push(town.client_with(token).await);
        }
        let damage = "UPDATE tokens SET role = 'sheriff' WHERE subject = 'person-7'";
        assert_eq!(database.execute(damage).await.unwrap(), 1);
        let taken_back = "UPDATE tokens SET revoked_at = 1 WHERE subject = 'person-8'";
        assert_eq!(database.execute(taken_back).await.unwrap(), 1);
        let gone = "DELETE FROM tokens WHERE subject = 'person-9'";
        assert_eq!(database.execute(gone).await.unwrap(), 1);

        let asked = crowd.iter().map(responders_seen_by);
        for (place, heard) in join_all(asked).await.into_iter().enumerate() {
            let expected = match place {
                7 => Err((Code::Internal, "INTERNAL".to_owned())),
                8 => Err((Code::Unauthenticated, "TOKEN_EXPIRED".to_owned())),
                9 => Err((Code::Unauthenticated, "UNAUTHENTICATED".to_owned())),
                _ => Ok(1),
            };
            assert_eq!(heard, expected, "person-{place}");
        }
        town.close().await;
    });
}

async fn responders_seen_by(client: &Client) -> Result<usize, (Code, String)> {
    let board = client.availability().get_board(pb::GetBoardRequest {}).await;
    board
        .map(|board| board.into_inner().board.unwrap().responders.len())
        .map_err(|status| (status.code(), reason(&status)))
}
