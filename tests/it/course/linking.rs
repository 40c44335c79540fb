//! Related calls that stay apart.

use tandem::grpc::pb;

use super::{cancel, kinds_since, mark};
use crate::harness::town::{Town, in_each_town, st_louis};

async fn link(town: &Town, one: &str, other: &str, remove: bool) -> pb::LinkCallsResponse {
    let request = pb::LinkCallsRequest {
        request_id: town.request_id(),
        call_id: one.to_owned(),
        other_call_id: other.to_owned(),
        reason: "same_person".to_owned(),
        remove,
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let answer = town.dispatcher.dispatch().link_calls(request).await.unwrap();
    answer.into_inner()
}

#[test]
fn a_link_is_read_from_both_calls_and_made_once() {
    in_each_town(2, 2, async |town| {
        let one = town.open_call(3).await.call.unwrap().call_id;
        let other = town.open_call(3).await.call.unwrap().call_id;
        let links = |call: pb::Call| -> Vec<(String, String)> {
            let plain = |link: pb::CallLink| (link.call_id, link.reason);
            call.links.into_iter().map(plain).collect()
        };
        let to = |call_id: &str| vec![(call_id.to_owned(), "same_person".to_owned())];
        let linked = link(town, &one, &other, false).await;
        assert_eq!(links(linked.call.unwrap()), to(&other));
        assert_eq!(links(town.get_call(&other).await.call.unwrap()), to(&one));
        assert_eq!(
            link(town, &other, &one, false).await.revision,
            linked.revision,
            "it is so already"
        );
        link(town, &other, &one, true).await;
        for call_id in [&one, &other] {
            assert_eq!(links(town.get_call(call_id).await.call.unwrap()), []);
        }
    });
}

#[test]
fn a_call_long_over_is_linked_all_the_same() {
    in_each_town(2, 2, async |town| {
        let filing = pb::Policy {
            filing_seconds: 60,
            ..Default::default()
        };
        town.set_policy("filing_seconds", filing).await;
        let over = town.open_call(3).await.call.unwrap().call_id;
        cancel(town, &over).await;
        town.turn(60).await;
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert!(center.board().calls.is_empty(), "it is filed");
        let fresh = town.open_call(3).await.call.unwrap().call_id;
        link(town, &over, &fresh, false).await;
        let read = town.get_call(&over).await.call.unwrap();
        assert_eq!(read.links[0].call_id, fresh);
        assert_eq!(
            center.board().calls.len(),
            1,
            "the link does not bring it back to the board"
        );
    });
}

#[test]
fn a_link_is_heard_by_those_on_the_calls_alone() {
    in_each_town(3, 2, async |town| {
        let one = town.open_call(3).await.call.unwrap().call_id;
        let other = town.open_call(3).await.call.unwrap().call_id;
        town.settle().await;
        let mut marks = Vec::new();
        for member in &town.clinicians {
            marks.push(mark(&member.client).await);
        }
        link(town, &one, &other, false).await;
        let linked = vec![vec![pb::EventKind::CallLinked]];
        for (member, mark) in town.clinicians.iter().zip(&marks).take(2) {
            assert_eq!(kinds_since(&member.client, mark).await, linked);
        }
        let third = &town.clinicians[2].client;
        assert_eq!(kinds_since(third, &marks[2]).await, Vec::<Vec<_>>::new());
    });
}
