//! Who comes from home says when he will be there.

use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, NOON, Town, heard_since, in_each_town, reason, token_of};

async fn declares(
    town: &Town,
    by: &Client,
    who: &Member,
    in_seconds: Option<i64>,
) -> Result<pb::DeclareArrivalResponse, Status> {
    let now = town.clock.now().micros() / 1_000_000;
    let request = pb::DeclareArrivalRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        expected_at: in_seconds.map(|ahead| prost_types::Timestamp {
            seconds: now + ahead,
            nanos: 0,
        }),
        withdrawn: in_seconds.is_none(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    Ok(by.availability().declare_arrival(request).await?.into_inner())
}

/// When the dispatcher's board has him come, seconds after noon; none when it has not, or he is not on it.
async fn expected(town: &Town, who: &Member) -> Option<i64> {
    let board = town
        .dispatcher
        .availability()
        .get_board(pb::GetBoardRequest {})
        .await;
    let shown = board.unwrap().into_inner().board.unwrap().responders;
    let his = shown
        .into_iter()
        .find(|one| one.responder.as_ref().unwrap().responder_id == who.id)?;
    Some(his.arrival?.expected_at.unwrap().seconds - NOON.micros() / 1_000_000)
}

/// What the floor was told of arrivals since this token: the kind, the flags, and what made it necessary.
async fn told(town: &Town, since: &str) -> Vec<(pb::EventKind, Vec<pb::Flag>, pb::EventKind)> {
    let arrivals = [pb::EventKind::ArrivalDeclared, pb::EventKind::ArrivalEnded];
    let events = heard_since(&town.dispatcher, since).await.into_iter();
    events
        .filter(|event| arrivals.contains(&event.kind()))
        .map(|event| (event.kind(), event.flags().collect(), event.implied_by()))
        .collect()
}

#[test]
fn a_declared_arrival_is_on_the_board_until_he_signs_on() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let start = token_of(&town.dispatcher).await;
        let on_duty = declares(town, &anna.client, anna, Some(600)).await.unwrap_err();
        assert_eq!(reason(&on_duty), "NOT_IN_THIS_STATE");
        // Long after her shift she is at home, and on no board.
        town.turn(14 * 3600).await;
        let home = 14 * 3600;
        assert_eq!(expected(town, anna).await, None);
        declares(town, &anna.client, anna, Some(1800)).await.unwrap();
        assert_eq!(expected(town, anna).await, Some(home + 1800));
        // She has told the dispatcher on the phone that it takes longer.
        declares(town, &town.dispatcher, anna, Some(2400)).await.unwrap();
        assert_eq!(expected(town, anna).await, Some(home + 2400));
        town.turn(1900).await;
        assert_eq!(
            expected(town, anna).await,
            Some(home + 2400),
            "the new time counts"
        );
        town.sign_on(anna).await;
        assert_eq!(expected(town, anna).await, None);
        town.turn(3600).await;
        use pb::EventKind::{ArrivalDeclared, ArrivalEnded, DutyChanged, Unspecified};
        let declared = (ArrivalDeclared, vec![], Unspecified);
        assert_eq!(
            told(town, &start).await,
            [declared.clone(), declared, (ArrivalEnded, vec![], DutyChanged)]
        );
    });
}

#[test]
fn whoever_does_not_come_is_told_of_when_his_time_has_passed_or_he_says_so() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let start = token_of(&town.dispatcher).await;
        town.turn(14 * 3600).await;
        declares(town, &anna.client, anna, Some(1800)).await.unwrap();
        town.turn(1800).await;
        assert_eq!(expected(town, anna).await, None);
        declares(town, &anna.client, anna, Some(1800)).await.unwrap();
        let first = declares(town, &anna.client, anna, None).await.unwrap();
        assert_eq!(first.off_shift.unwrap().arrival, None);
        let again = declares(town, &anna.client, anna, None).await.unwrap();
        assert_eq!(
            again.revision, first.revision,
            "there is nothing left to take back"
        );
        use pb::EventKind::{ArrivalDeclared, ArrivalEnded, Unspecified};
        let declared = (ArrivalDeclared, vec![], Unspecified);
        let late = (ArrivalEnded, vec![pb::Flag::NotArrived], Unspecified);
        assert_eq!(
            told(town, &start).await,
            [
                declared.clone(),
                late,
                declared,
                (ArrivalEnded, vec![], Unspecified)
            ]
        );
    });
}
