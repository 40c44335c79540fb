//! Times that were reported wrong are corrected.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::moment::Moment;
use tonic::Status;

use super::{kinds_since, mark, of, opened};
use crate::harness::town::{Client, Member, Town, fields, in_each_town, reason, st_louis};

fn timestamp(at: Moment) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp {
        seconds: at.micros().div_euclid(1_000_000),
        nanos: 0,
    })
}

async fn amend(
    town: &Town,
    by: &Client,
    (call_id, assignment_id): (&str, &str),
    member: &Member,
    steps: &[(pb::MemberState, Moment)],
) -> Result<pb::AmendTimesResponse, Status> {
    let step = |(state, at): &(pb::MemberState, Moment)| pb::AmendedStep {
        assignment_id: assignment_id.to_owned(),
        responder_id: member.id.clone(),
        state: (*state).into(),
        occurred_at: timestamp(*at),
    };
    let request = pb::AmendTimesRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        steps: steps.iter().map(step).collect(),
        reason: "misheard".to_owned(),
        channel: pb::Channel::Radio.into(),
        ..Default::default()
    };
    Ok(by.dispatch().amend_times(request).await?.into_inner())
}

#[test]
fn a_corrected_arrival_keeps_both_times_and_moves_the_check_in() {
    in_each_town(2, 1, async |town| {
        let (call_id, assignment_id) = opened(town).await;
        let ids = (&*call_id, &*assignment_id);
        let (clinician, officer) = (&town.clinicians[0], &town.officers[0]);
        for member in [clinician, officer] {
            town.accept(member, &assignment_id).await.unwrap();
        }
        town.progress(officer, &assignment_id, pb::Progress::EnRoute)
            .await;
        town.turn(900).await;
        town.progress(officer, &assignment_id, pb::Progress::OnScene)
            .await;
        let arrived = town.clock.now();
        let (his, others) = (
            mark(&officer.client).await,
            mark(&town.clinicians[1].client).await,
        );
        let there = arrived.plus_seconds(-600);
        let answer = amend(
            town,
            &town.dispatcher,
            ids,
            officer,
            &[(pb::MemberState::OnScene, there)],
        )
        .await
        .unwrap();
        let now = answer.assignment.unwrap();
        let member = of(&now, officer).unwrap();
        let step = member.steps.last().unwrap();
        assert_eq!(step.occurred_at, timestamp(there));
        let amendment = &step.amendments[0];
        assert_eq!(
            (&amendment.was, &*amendment.reason),
            (&timestamp(arrived), "misheard")
        );
        assert_eq!(amendment.reporter.as_ref().unwrap().subject, "dana");
        assert_eq!(member.next_check_in_at, timestamp(there.plus_seconds(1200)));
        let heard = kinds_since(&officer.client, &his).await;
        assert_eq!(heard, [[pb::EventKind::TimesAmended]]);
        let heard = kinds_since(&town.clinicians[1].client, &others).await;
        assert!(heard.is_empty(), "it does not concern him");
        town.turn(600).await;
        let due = town.get_call(&call_id).await.assignment.unwrap();
        assert_eq!(of(&due, officer).unwrap().safety(), pb::SafetyState::Due);
    });
}

#[test]
fn what_cannot_have_been_so_is_refused_by_its_field() {
    in_each_town(1, 1, async |town| {
        let (call_id, assignment_id) = opened(town).await;
        let officer = &town.officers[0];
        town.progress(officer, &assignment_id, pb::Progress::EnRoute)
            .await;
        town.turn(300).await;
        town.progress(officer, &assignment_id, pb::Progress::OnScene)
            .await;
        let now = town.clock.now();
        for (state, at, why) in [
            (
                pb::MemberState::OnScene,
                now.plus_seconds(-301),
                "STEPS_OUT_OF_ORDER",
            ),
            (pb::MemberState::EnRoute, now.plus_seconds(61), "INVALID_TIME"),
        ] {
            let ids = (&*call_id, &*assignment_id);
            let refused = amend(town, &town.dispatcher, ids, officer, &[(state, at)])
                .await
                .unwrap_err();
            assert_eq!(
                (&*reason(&refused), fields(&refused)),
                (why, vec!["steps[0].occurred_at".to_owned()])
            );
        }
    });
}

#[test]
fn of_a_call_that_is_over_and_filed_a_supervisor_corrects_the_times() {
    in_each_town(1, 1, async |town| {
        let filing = pb::Policy {
            filing_seconds: 60,
            ..Default::default()
        };
        town.set_policy("filing_seconds", filing).await;
        let (call_id, assignment_id) = opened(town).await;
        let ids = (&*call_id, &*assignment_id);
        let (clinician, officer) = (&town.clinicians[0], &town.officers[0]);
        for member in [clinician, officer] {
            town.progress(member, &assignment_id, pb::Progress::OnScene).await;
            town.turn(60).await;
            town.clear(member, &assignment_id, "15").await;
        }
        town.turn(60).await;
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert!(center.board().calls.is_empty(), "it is filed");
        let steps = [(pb::MemberState::Cleared, town.clock.now().plus_seconds(-70))];
        let refused = amend(town, &town.dispatcher, ids, officer, &steps)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "ROLE_FORBIDDEN");
        let supervisor = town.client(Role::Supervisor, "sue", None).await;
        let answer = amend(town, &supervisor, ids, officer, &steps).await.unwrap();
        assert_eq!(answer.call.unwrap().state(), pb::CallState::Closed);
        assert!(center.board().calls.is_empty() && center.board().assignments.is_empty());
        let read = town.get_call(&call_id).await.assignment.unwrap();
        assert_eq!(answer.assignment.unwrap().version, read.version);
        let cleared = of(&read, officer).unwrap().steps.last().unwrap();
        assert_eq!(cleared.amendments.len(), 1, "history keeps both");
        // Its own times, too: opened a minute earlier than was written down.
        let call = town.get_call(&call_id).await.call.unwrap();
        let opened_at = call.opened_at.unwrap();
        let request = pb::AmendTimesRequest {
            request_id: town.request_id(),
            call_id: call_id.clone(),
            opened_at: Some(prost_types::Timestamp {
                seconds: opened_at.seconds - 60,
                nanos: 0,
            }),
            reason: "late_entry".to_owned(),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        let amended = supervisor.dispatch().amend_times(request).await.unwrap();
        let call = amended.into_inner().call.unwrap();
        assert_eq!(call.opened_at.unwrap().seconds, opened_at.seconds - 60);
        assert_eq!(call.amendments[0].time(), pb::CallTime::Opened);
        let was = call.amendments[0].amendment.as_ref().unwrap().was.unwrap();
        assert_eq!(was, opened_at);
    });
}
