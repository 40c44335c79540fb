//! The stream of the whole board.

use tandem::grpc::pb;

use crate::harness::town::in_each_town;

#[test]
fn the_board_is_followed_with_its_changes_and_positions() {
    in_each_town(1, 1, async |town| {
        use pb::watch_board_response::Heard as OnBoard;
        let request = pb::WatchBoardRequest {
            checkpoint_seconds: 15,
        };
        let mut stream = town
            .dispatcher
            .availability()
            .watch_board(request)
            .await
            .unwrap()
            .into_inner();
        let first = stream.message().await.unwrap().unwrap().heard.unwrap();
        let OnBoard::Board(board) = first else {
            panic!("the board comes first")
        };
        assert_eq!(board.responders.len(), 2);
        assert!(
            board
                .responders
                .iter()
                .all(|responder| responder.position.is_some())
        );
        let opened = town.open_call(3).await;
        loop {
            let Some(OnBoard::Update(update)) = stream.message().await.unwrap().unwrap().heard else {
                continue;
            };
            assert_eq!(update.revision, opened.revision);
            break;
        }
    });
}

#[test]
fn the_board_forgets_where_someone_is_when_he_signs_off() {
    in_each_town(1, 1, async |town| {
        use pb::watch_board_response::Heard as OnBoard;
        let request = pb::WatchBoardRequest::default();
        let mut availability = town.dispatcher.availability();
        let mut stream = availability.watch_board(request).await.unwrap().into_inner();
        stream.message().await.unwrap().unwrap();
        let gone = &town.clinicians[0];
        town.sign_off(gone).await;
        let positions = loop {
            if let Some(OnBoard::Positions(positions)) = stream.message().await.unwrap().unwrap().heard {
                break positions;
            }
        };
        assert_eq!(positions.forgotten_responder_ids, std::slice::from_ref(&gone.id));
        assert_eq!(positions.positions, []);
    });
}
