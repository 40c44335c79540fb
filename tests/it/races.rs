//! Races: many callers, few responders, nobody twice.

use std::collections::BTreeSet;

use tandem::board::Board;
use tandem::grpc::pb;

use crate::harness::town::{NOON, Town, by_id, in_each_town, st_louis};

const CALLERS: usize = 64;
const ROUNDS: usize = 4;

/// A caller who never stops: opens a call, lets whoever is offered accept, lets someone join, clears.
async fn caller(town: &Town, number: usize) -> usize {
    let everyone: Vec<_> = town.clinicians.iter().chain(&town.officers).collect();
    let mut served = 0;
    for round in 0..ROUNDS {
        let opened = town.open_call(3).await;
        let call = opened.call.unwrap();
        let state = call.state();
        assert!(
            matches!(state, pb::CallState::Offered | pb::CallState::Waiting),
            "a loser has a place in the queue, not {state:?}"
        );
        let joining = everyone[(number * 7 + round * 13) % everyone.len()];
        let join = pb::JoinCallRequest {
            request_id: town.request_id(),
            call: by_id(&call.call_id),
            responder_id: joining.id.clone(),
            progress: pb::Progress::OnScene.into(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        };
        if round % 2 == 0 {
            town.dispatcher
                .dispatch()
                .join_call(join)
                .await
                .expect("a fact is never refused");
        }
        let now = town.get_call(&call.call_id).await;
        let Some(assignment) = now.assignment else {
            continue;
        };
        served += 1;
        for member in &assignment.members {
            let id = &member.responder.as_ref().unwrap().responder_id;
            let member = everyone.iter().find(|one| one.id == *id).unwrap();
            // He may have been taken by another call meanwhile: that is an answer too.
            let _ = town.accept(member, &assignment.assignment_id).await;
            town.clear(member, &assignment.assignment_id, "15").await;
        }
    }
    served
}

/// Replays the journal and looks at every revision.
async fn assert_nobody_twice(town: &Town) {
    let store = &town.store;
    let (_, now) = store.load(&st_louis()).await.unwrap();
    let mut board = Board::new(now.jurisdiction.clone(), NOON);
    let mut revisions = 0;
    loop {
        let page = store.entries(&st_louis(), board.revision, 500).await.unwrap();
        if page.is_empty() {
            break;
        }
        for (entry, _) in page {
            assert_eq!(entry.revision, board.revision + 1, "no gaps");
            board.follow(&entry);
            revisions += 1;
            let mut active = BTreeSet::new();
            for (id, state) in board.active_memberships() {
                assert!(
                    active.insert(id),
                    "{id} twice at {}, once {state:?}",
                    board.revision
                );
            }
        }
    }
    assert!(revisions > CALLERS * ROUNDS, "{revisions} revisions");
}

#[test]
fn sixty_four_callers_over_forty_responders_put_nobody_in_two_calls() {
    in_each_town(20, 20, async |town| {
        let served: usize = futures_util::future::join_all((0..CALLERS).map(|number| caller(town, number)))
            .await
            .into_iter()
            .sum();
        assert!(served >= CALLERS, "{served} assignments");
        town.settle().await;
        assert_nobody_twice(town).await;
    });
}
