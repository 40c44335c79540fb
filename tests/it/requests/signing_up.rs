//! Open shifts that people sign up for.

use tandem::grpc::pb;
use tandem::grpc::pb::{EventKind, RequestState};

use super::{
    approve, decision, heard_since, hr, listed, now, open_shift, sign_up, signed_up, standing, withdrawal,
};
use crate::harness::town::{Town, in_each_town, reason, st_louis};

async fn open_to(town: &Town, place: usize) -> Vec<String> {
    let request = pb::ListOpenShiftsRequest::default();
    let his = town.clinicians[place]
        .client
        .request()
        .list_open_shifts(request)
        .await;
    let shifts = his.unwrap().into_inner().shifts.into_iter();
    shifts.map(|shift| shift.shift_id).collect()
}

#[test]
fn an_open_shift_goes_to_one_of_those_who_ask_and_each_hears_of_his_own_request() {
    in_each_town(3, 1, async |town| {
        let [ann, ben, cleo] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let hana = hr(town).await;
        let shift = open_shift(town, 10).await;
        assert_eq!(open_to(town, 0).await, std::slice::from_ref(&shift.shift_id));
        let officer = town.officers[0].client.request();
        let none = officer
            .clone()
            .list_open_shifts(pb::ListOpenShiftsRequest::default())
            .await;
        assert_eq!(none.unwrap().into_inner().shifts, [], "another agency's");
        let mut tokens = Vec::new();
        for who in [&ann.client, &ben.client, &cleo.client, &hana] {
            tokens.push(heard_since(who, "").await.1);
        }

        let of_ann = signed_up(town, ann, &shift).await.unwrap();
        let of_ben = signed_up(town, ben, &shift).await.unwrap();
        let head = town.store.head(&st_louis()).await.unwrap().revision;
        let done = approve(&hana, town, &of_ben).await.unwrap();
        assert_eq!(done.revision, head + 1, "all of it in one revision");
        assert_eq!(done.shifts, [now(town, &shift).await]);
        assert_eq!(done.shifts[0].responder_id, ben.id);
        assert_eq!(done.shift_request.unwrap().state(), RequestState::Approved);
        let beaten = standing(town, &of_ann).await;
        assert_eq!(
            (beaten.state(), &*beaten.reason),
            (RequestState::Void, "shift_taken")
        );

        use EventKind::{RequestApproved, RequestVoid, ShiftAssigned, ShiftRequested};
        let heard = async |who, place: usize| heard_since(who, &tokens[place]).await.0;
        assert_eq!(
            heard(&ann.client, 0).await,
            [vec![ShiftRequested], vec![RequestVoid]]
        );
        assert_eq!(
            heard(&ben.client, 1).await,
            [vec![ShiftRequested], vec![RequestApproved, ShiftAssigned]]
        );
        assert_eq!(heard(&cleo.client, 2).await, [] as [Vec<_>; 0]);
        assert_eq!(
            heard(&hana, 3).await.last().unwrap(),
            &[RequestApproved, ShiftAssigned, RequestVoid]
        );
        assert_eq!(listed(&ann.client).await, [beaten]);
        assert_eq!(listed(&cleo.client).await, []);
        assert_eq!(open_to(town, 0).await, [] as [String; 0]);
    });
}

#[test]
fn what_has_changed_since_it_was_read_is_read_again() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        let shift = open_shift(town, 10).await;
        let stale = pb::SignUpForShiftRequest {
            expected_version: 1,
            ..sign_up(town, ann, &shift)
        };
        let refused = ann.client.request().sign_up_for_shift(stale).await.unwrap_err();
        assert_eq!(reason(&refused), "STALE_VERSION");
        let asked = signed_up(town, ann, &shift).await.unwrap();
        let taken_back = ann
            .client
            .request()
            .withdraw_request(withdrawal(town, &asked))
            .await;
        let taken_back = taken_back.unwrap().into_inner().shift_request.unwrap();
        let refused = approve(&town.admin, town, &asked).await.unwrap_err();
        assert_eq!(reason(&refused), "STALE_VERSION");
        let refused = approve(&town.admin, town, &taken_back).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_IN_THIS_STATE");
    });
}

#[test]
fn a_decision_sent_again_gets_the_same_answer() {
    in_each_town(1, 0, async |town| {
        let shift = open_shift(town, 10).await;
        let asked = signed_up(town, &town.clinicians[0], &shift).await.unwrap();
        let decision = decision(town, &asked, pb::Decision::Approve);
        let first = town
            .admin
            .request()
            .decide_request(decision.clone())
            .await
            .unwrap();
        let again = town.admin.request().decide_request(decision).await.unwrap();
        assert_eq!(first.into_inner(), again.into_inner());
    });
}

#[test]
fn a_request_ends_when_its_shift_begins_and_is_filed_when_it_is_long_over() {
    in_each_town(1, 0, async |town| {
        let shift = open_shift(town, 2).await;
        let asked = signed_up(town, &town.clinicians[0], &shift).await.unwrap();
        town.turn(20 * 3600).await;
        assert_eq!(standing(town, &asked).await.state(), RequestState::Requested);
        town.turn(3600).await;
        let ended = standing(town, &asked).await;
        assert_eq!((ended.state(), &*ended.reason), (RequestState::Void, "begun"));
    });
}

#[test]
fn what_is_long_over_leaves_the_board_and_can_still_be_read() {
    in_each_town(1, 0, async |town| {
        let shift = open_shift(town, 10).await;
        let ann = &town.clinicians[0];
        let asked = signed_up(town, ann, &shift).await.unwrap();
        let on_board = async || {
            town.desk
                .center(&st_louis())
                .await
                .unwrap()
                .board()
                .requests
                .len()
        };
        let back = withdrawal(town, &asked);
        ann.client.request().withdraw_request(back).await.unwrap();
        assert_eq!(on_board().await, 1);
        town.turn(12 * 3600 - 60).await;
        // Filing waits for company: a call that nobody answers is company enough.
        town.open_call(1).await;
        town.turn(3600).await;
        assert_eq!(on_board().await, 0);
        assert_eq!(standing(town, &asked).await.state(), RequestState::Withdrawn);
    });
}
