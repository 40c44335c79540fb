//! Two at once: one wins, nobody works twice at a time, and the roster is whole.

use futures_util::future::join_all;
use tandem::grpc::pb;
use tandem::grpc::pb::RequestState;
use tonic::Status;

use super::{
    accepted, answer, approve, assign, now, offer, open_shift, shift_of, signed_up, standing, time_off,
    withdrawal,
};
use crate::harness::town::in_each_town;

/// How often each race is run: who comes first is for the door to say.
const ROUNDS: u32 = 8;

/// How many were done, of what was asked at once.
fn done<T>(told: &[Result<T, Status>]) -> usize {
    told.iter().filter(|told| told.is_ok()).count()
}

#[test]
fn of_two_who_are_approved_at_once_one_works_the_shift() {
    in_each_town(2, 0, async |town| {
        for date in 10..10 + ROUNDS {
            let shift = open_shift(town, date).await;
            let mut asked = Vec::new();
            for member in &town.clinicians {
                asked.push(signed_up(town, member, &shift).await.unwrap());
            }
            let told = join_all(asked.iter().map(|one| approve(&town.admin, town, one))).await;
            assert_eq!(done(&told), 1);
            let worker = now(town, &shift).await.responder_id;
            for one in &asked {
                let state = standing(town, one).await.state();
                let won = one.responder_id == worker;
                let expected = if won {
                    RequestState::Approved
                } else {
                    RequestState::Void
                };
                assert_eq!(state, expected);
            }
        }
    });
}

#[test]
fn an_approval_against_a_withdrawal_or_another_worker_is_one_or_the_other() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        for date in 10..10 + ROUNDS {
            let shift = open_shift(town, date).await;
            let asked = signed_up(town, ann, &shift).await.unwrap();
            let taking_back = withdrawal(town, &asked);
            let mut hers = ann.client.request();
            let (approved, taken_back) = tokio::join!(
                approve(&town.admin, town, &asked),
                hers.withdraw_request(taking_back)
            );
            assert_ne!(approved.is_ok(), taken_back.is_ok());
            let worker = now(town, &shift).await.responder_id;
            assert_eq!(worker == ann.id, approved.is_ok());

            let shift = open_shift(town, date + 10).await;
            let asked = signed_up(town, ann, &shift).await.unwrap();
            let (approved, assigned) =
                tokio::join!(approve(&town.admin, town, &asked), assign(town, &shift, &ben.id));
            assert_ne!(approved.is_ok(), assigned.is_ok());
            let state = standing(town, &asked).await.state();
            let expected = if approved.is_ok() {
                RequestState::Approved
            } else {
                RequestState::Void
            };
            assert_eq!(state, expected);
        }
    });
}

#[test]
fn a_swap_is_approved_once_and_both_shifts_have_somebody() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        for round in 0..ROUNDS {
            let (anns, bens) = (
                shift_of(town, ann, 3 + round).await,
                shift_of(town, ben, 15 + round).await,
            );
            let swap = accepted(town, (ann, &anns), ben, Some(&bens)).await.unwrap();
            let told = join_all((0..4).map(|_| approve(&town.admin, town, &swap))).await;
            assert_eq!(done(&told), 1);
            let workers = (
                now(town, &anns).await.responder_id,
                now(town, &bens).await.responder_id,
            );
            assert_eq!(workers, (ben.id.clone(), ann.id.clone()));
        }
    });
}

#[test]
fn of_accepting_and_taking_back_at_once_one_comes_first() {
    in_each_town(2, 0, async |town| {
        let [ann, ben] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        for round in 0..ROUNDS {
            let anns = shift_of(town, ann, 3 + round).await;
            let (mut hers, mut his) = (ann.client.request(), ben.client.request());
            let offered = hers.offer_swap(offer(town, (ann, &anns), ben, None)).await;
            let offered = offered.unwrap().into_inner().shift_request.unwrap();
            let yes = answer(town, &offered, pb::SwapAnswer::Accept);
            let back = withdrawal(town, &offered);
            let (said_yes, taken_back) = tokio::join!(his.answer_swap(yes), hers.withdraw_request(back));
            assert_ne!(said_yes.is_ok(), taken_back.is_ok());
            let state = standing(town, &offered).await.state();
            let expected = if said_yes.is_ok() {
                RequestState::Accepted
            } else {
                RequestState::Withdrawn
            };
            assert_eq!(state, expected);
        }
    });
}

#[test]
fn a_swap_against_another_plan_for_its_shift_leaves_one_of_the_two() {
    in_each_town(3, 0, async |town| {
        let [ann, ben, cleo] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        for round in 0..ROUNDS {
            let anns = shift_of(town, ann, 3 + round).await;
            let swap = accepted(town, (ann, &anns), ben, None).await.unwrap();
            let (swapped, assigned) =
                tokio::join!(approve(&town.admin, town, &swap), assign(town, &anns, &cleo.id));
            assert_ne!(swapped.is_ok(), assigned.is_ok());
            let worker = now(town, &anns).await.responder_id;
            assert_eq!(worker, if swapped.is_ok() { &*ben.id } else { &*cleo.id });
        }
    });
}

#[test]
fn time_off_against_a_shift_leaves_nobody_on_leave_at_work() {
    in_each_town(1, 0, async |town| {
        let ann = &town.clinicians[0];
        for round in 0..ROUNDS {
            let date = 3 + round;
            let shift = open_shift(town, date).await;
            let asked = time_off(town, ann, date, date + 1)
                .await
                .unwrap()
                .shift_request
                .unwrap();
            let (approved, assigned) =
                tokio::join!(approve(&town.admin, town, &asked), assign(town, &shift, &ann.id));
            assert!(approved.is_ok(), "{approved:?}");
            // Either she was on leave already, or the leave took her off the shift again.
            assert_eq!(now(town, &shift).await.responder_id, "", "{assigned:?}");
        }
    });
}
