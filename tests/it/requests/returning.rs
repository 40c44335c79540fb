//! Who left and comes back.

use tandem::grpc::pb;

use crate::harness::town::{Member, Town, in_each_town, reason};

async fn read(town: &Town, member: &Member) -> pb::Responder {
    let request = pb::GetResponderRequest {
        responder_id: member.id.clone(),
    };
    let found = town.admin.roster().get_responder(request).await.unwrap();
    found.into_inner().responder.unwrap()
}

#[test]
fn whoever_comes_back_can_be_planned_again_and_that_he_was_away_can_be_read() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        let retire = pb::RetireResponderRequest {
            request_id: town.request_id(),
            responder_id: ann.id.clone(),
            expected_version: read(town, ann).await.version,
        };
        let left = town.admin.roster().retire_responder(retire).await.unwrap();
        let left = left.into_inner().responder.unwrap();
        town.turn(3600).await;
        let rehire = pb::RehireResponderRequest {
            request_id: town.request_id(),
            responder_id: ann.id.clone(),
            expected_version: left.version,
            call_sign: String::new(),
        };
        let back = town
            .admin
            .roster()
            .rehire_responder(rehire.clone())
            .await
            .unwrap();
        let back = back.into_inner().responder.unwrap();
        let [away] = &back.departures[..] else {
            panic!("{back:?}")
        };
        assert_eq!((away.retired_at, back.retired_at), (left.retired_at, None));
        assert_eq!(back.credentials, left.credentials);
        super::shift_of(town, ann, 10).await;
        let again = pb::RehireResponderRequest {
            request_id: town.request_id(),
            expected_version: back.version,
            ..rehire
        };
        let refused = town.admin.roster().rehire_responder(again).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_IN_THIS_STATE");
    });
}
