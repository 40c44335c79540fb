//! One member is replaced by another; his partner stays as he is.

use tandem::grpc::pb;
use tonic::Status;

use super::{kinds_since, mark, of, opened};
use crate::harness::town::{Member, Town, by_id, fields, in_each_town, reason};

async fn reassign(
    town: &Town,
    call_id: &str,
    old: &Member,
    new: Option<&Member>,
    release_anyway: bool,
) -> Result<pb::ReassignResponse, Status> {
    let request = pb::ReassignRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        responder_id: old.id.clone(),
        replacement_responder_id: new.map(|new| new.id.clone()).unwrap_or_default(),
        reason: "shift_ends".to_owned(),
        release_anyway,
        no_replacement: false,
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    let answer = town.dispatcher.dispatch().reassign(request).await?;
    Ok(answer.into_inner())
}

#[test]
fn the_next_best_takes_his_place_and_each_hears_his_part_in_one_update() {
    in_each_town(3, 2, async |town| {
        let (call_id, assignment_id) = opened(town).await;
        let (clinician, old, new) = (&town.clinicians[0], &town.officers[0], &town.officers[1]);
        for member in [clinician, old] {
            town.accept(member, &assignment_id).await.unwrap();
        }
        let stranger = &town.clinicians[2];
        let mut marks = Vec::new();
        for member in [clinician, old, new, stranger] {
            marks.push(mark(&member.client).await);
        }
        let partner = of(&town.get_call(&call_id).await.assignment.unwrap(), clinician).cloned();
        let answer = reassign(town, &call_id, old, None, false).await.unwrap();
        let now = answer.assignment.unwrap();
        assert_eq!(of(&now, new).unwrap().state(), pb::MemberState::Offered);
        let left = of(&now, old).unwrap();
        assert_eq!(
            (left.state(), &*left.exit_reason),
            (pb::MemberState::Reassigned, "shift_ends")
        );
        assert_eq!(
            of(&now, clinician).cloned(),
            partner,
            "the partner stays as he is"
        );
        let report = answer.report.unwrap();
        assert_eq!(report.chosen[0].responder.as_ref().unwrap().responder_id, new.id);
        let explain = pb::ExplainMatchRequest {
            call_id: call_id.clone(),
            ..Default::default()
        };
        let explained = town.dispatcher.dispatch().explain_match(explain).await.unwrap();
        assert!(explained.into_inner().replayed_identically);
        for (member, mark, kind) in [
            (clinician, &marks[0], Some(pb::EventKind::OfferMade)),
            (old, &marks[1], Some(pb::EventKind::MemberReassigned)),
            (new, &marks[2], Some(pb::EventKind::OfferMade)),
            (stranger, &marks[3], None),
        ] {
            let heard = kinds_since(&member.client, mark).await;
            assert_eq!(heard.len(), usize::from(kind.is_some()));
            assert!(kind.is_none_or(|kind| heard[0].contains(&kind)), "{heard:?}");
        }
        let refused = town.accept(old, &assignment_id).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_IN_THIS_STATE");
        town.accept(new, &assignment_id).await.unwrap();
        let call = town.get_call(&call_id).await.call.unwrap();
        assert_eq!(call.state(), pb::CallState::Assigned);
    });
}

#[test]
fn nobody_is_taken_from_another_call_and_nobody_leaves_an_empty_place_unasked() {
    in_each_town(2, 2, async |town| {
        let (call_id, assignment_id) = opened(town).await;
        opened(town).await;
        let (old, other) = (&town.officers[0], &town.officers[1]);
        town.accept(old, &assignment_id).await.unwrap();
        let taken = reassign(town, &call_id, old, Some(other), false)
            .await
            .unwrap_err();
        assert_eq!(
            (&*reason(&taken), fields(&taken)),
            ("ALREADY_ASSIGNED", vec!["replacement_responder_id".to_owned()])
        );
        let nobody = reassign(town, &call_id, old, None, false).await.unwrap_err();
        assert_eq!(reason(&nobody), "NOBODY_AVAILABLE");
        let standing = town.get_call(&call_id).await.assignment.unwrap();
        assert_eq!(
            of(&standing, old).unwrap().state(),
            pb::MemberState::Accepted,
            "he stays"
        );
        let released = reassign(town, &call_id, old, None, true).await.unwrap();
        let now = released.assignment.unwrap();
        assert_eq!(of(&now, old).unwrap().state(), pb::MemberState::Reassigned);
        assert_eq!(now.held_until, None);
        // A dispatcher's act frees nobody else: a minute later his partner is still on the way.
        let clinician = &town.clinicians[0];
        town.progress(clinician, &assignment_id, pb::Progress::EnRoute)
            .await;
        town.turn(60).await;
        let later = town.get_call(&call_id).await.assignment.unwrap();
        assert_eq!(of(&later, clinician).unwrap().state(), pb::MemberState::EnRoute);
    });
}

#[test]
fn one_too_many_is_released_and_nobody_is_asked_for_him() {
    in_each_town(1, 3, async |town| {
        let (call_id, assignment_id) = opened(town).await;
        let (clinician, officer, joined) = (&town.clinicians[0], &town.officers[0], &town.officers[1]);
        for member in [clinician, officer] {
            town.accept(member, &assignment_id).await.unwrap();
        }
        let join = pb::JoinCallRequest {
            request_id: town.request_id(),
            call: by_id(&call_id),
            responder_id: joined.id.clone(),
            progress: pb::Progress::EnRoute.into(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        };
        town.dispatcher.dispatch().join_call(join).await.unwrap();
        let refused = reassign(town, &call_id, joined, None, false).await.unwrap_err();
        assert_eq!(
            (&*reason(&refused), fields(&refused)),
            ("NOT_IN_THIS_STATE", vec!["no_replacement".to_owned()])
        );
        let request = pb::ReassignRequest {
            request_id: town.request_id(),
            call_id: call_id.clone(),
            responder_id: officer.id.clone(),
            reason: "two_are_enough".to_owned(),
            no_replacement: true,
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        let answer = town
            .dispatcher
            .dispatch()
            .reassign(request)
            .await
            .unwrap()
            .into_inner();
        let now = answer.assignment.unwrap();
        let left = of(&now, officer).unwrap();
        assert_eq!(
            (left.state(), &*left.exit_reason),
            (pb::MemberState::Cancelled, "two_are_enough")
        );
        assert_eq!(of(&now, joined).unwrap().slot_id, "officer", "he has the place");
        town.settle().await;
        let now = town.get_call(&call_id).await.assignment.unwrap();
        assert!(of(&now, &town.officers[2]).is_none());
    });
}

#[test]
fn a_reassignment_and_a_clear_at_once_leave_him_free_once() {
    in_each_town(1, 3, async |town| {
        for _ in 0..8 {
            let (call_id, assignment_id) = opened(town).await;
            let (old, new) = (&town.officers[0], &town.officers[1]);
            town.accept(old, &assignment_id).await.unwrap();
            let (cleared, reassigned) = tokio::join!(
                town.clear(old, &assignment_id, "21"),
                reassign(town, &call_id, old, Some(new), false)
            );
            let his = of(&cleared, old).unwrap().state();
            match reassigned {
                Ok(_) => assert_eq!(his, pb::MemberState::Reassigned, "noted, and free"),
                Err(refused) => {
                    assert_eq!(reason(&refused), "NOT_A_MEMBER");
                    assert_eq!(his, pb::MemberState::Cleared);
                }
            }
            let now = town.get_call(&call_id).await;
            if now.call.unwrap().state() == pb::CallState::Offered {
                super::cancel(town, &call_id).await;
            } else {
                town.clear(&town.clinicians[0], &assignment_id, "21").await;
            }
            town.settle().await;
        }
    });
}
