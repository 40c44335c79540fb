//! A call that was over is taken up again.

use tandem::grpc::pb;

use super::{cancel, kinds_since, mark, reopen};
use crate::harness::town::{in_each_town, reason, st_louis};

#[test]
fn a_closed_call_is_open_again_and_is_offered_at_once() {
    in_each_town(2, 2, async |town| {
        let opened = town.open_call(3).await;
        let call = opened.call.unwrap();
        let former = opened.assignment.unwrap().assignment_id;
        let pair = [&town.clinicians[0], &town.officers[0]];
        for member in pair {
            town.clear(member, &former, "15").await;
        }
        let before = mark(&town.clinicians[0].client).await;
        let answer = reopen(town, &call.call_id).await.unwrap();
        let again = answer.call.unwrap();
        assert_eq!(again.state(), pb::CallState::Offered);
        assert_eq!((again.number, again.opened_at), (call.number, call.opened_at));
        assert_eq!((again.closed_at, again.remark_count), (None, 1));
        assert_ne!(again.assignment_id, former);
        assert_eq!(answer.report.unwrap().chosen.len(), 2);
        assert_eq!(answer.assignment.unwrap().assignment_id, again.assignment_id);
        let heard = kinds_since(&town.clinicians[0].client, &before).await;
        assert_eq!(heard.len(), 1, "in one revision");
        assert!(heard[0].contains(&pb::EventKind::OfferMade));
        let refused = reopen(town, &call.call_id).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_IN_THIS_STATE");
    });
}

#[test]
fn a_filed_call_is_taken_up_from_the_tables_within_the_policys_time() {
    in_each_town(1, 1, async |town| {
        let filing = pb::Policy {
            filing_seconds: 60,
            ..Default::default()
        };
        town.set_policy("filing_seconds", filing).await;
        let reopening = pb::Policy {
            reopen_seconds: 600,
            ..Default::default()
        };
        town.set_policy("reopen_seconds", reopening).await;
        let call_id = town.open_call(3).await.call.unwrap().call_id;
        cancel(town, &call_id).await;
        town.turn(600).await;
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert!(center.board().calls.is_empty(), "it is filed");
        let answer = reopen(town, &call_id).await.unwrap();
        assert_eq!(answer.call.unwrap().state(), pb::CallState::Offered);
        assert_eq!(center.board().assignments.len(), 1, "the former one stays filed");
        cancel(town, &call_id).await;
        town.turn(601).await;
        let refused = reopen(town, &call_id).await.unwrap_err();
        assert_eq!(reason(&refused), "REOPEN_TOO_LATE");
    });
}

#[test]
fn of_two_who_reopen_one_call_while_others_clear_it_one_is_told() {
    in_each_town(2, 2, async |town| {
        for _ in 0..8 {
            let opened = town.open_call(3).await;
            let call_id = opened.call.unwrap().call_id;
            let assignment_id = opened.assignment.unwrap().assignment_id;
            let (clinician, officer) = (&town.clinicians[0], &town.officers[0]);
            town.clear(clinician, &assignment_id, "15").await;
            let (_, one, other) = tokio::join!(
                town.clear(officer, &assignment_id, "15"),
                reopen(town, &call_id),
                reopen(town, &call_id),
            );
            let mut done = 0;
            for answer in [one, other] {
                match answer {
                    Ok(_) => done += 1,
                    Err(refused) => assert_eq!(reason(&refused), "NOT_IN_THIS_STATE"),
                }
            }
            assert!(done <= 1, "a call is reopened once");
            let now = town.get_call(&call_id).await.call.unwrap();
            let expected = if done == 1 {
                pb::CallState::Offered
            } else {
                pb::CallState::Closed
            };
            assert_eq!(now.state(), expected);
            if done == 1 {
                cancel(town, &call_id).await;
            }
        }
    });
}
