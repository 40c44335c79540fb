//! The whole life of a call, through the real door.

use tandem::grpc::pb;

use crate::harness::town::{by_id, in_each_town, reason, scene};

#[test]
fn the_nearest_pair_is_offered_accepts_arrives_clears_and_the_call_closes() {
    in_each_town(2, 2, async |town| {
        let opened = town.open_call(3).await;
        let call = opened.call.unwrap();
        let assignment_id = opened.assignment.unwrap().assignment_id;
        let report = opened.report.unwrap();
        let sent: Vec<_> = report
            .chosen
            .iter()
            .map(|one| one.responder.clone().unwrap().responder_id)
            .collect();
        assert_eq!(sent, [town.clinicians[0].id.clone(), town.officers[0].id.clone()]);
        assert_eq!(report.runners_up.len(), 3);
        assert_eq!(call.state(), pb::CallState::Offered);
        for member in [&town.clinicians[0], &town.officers[0]] {
            town.accept(member, &assignment_id).await.unwrap();
            town.progress(member, &assignment_id, pb::Progress::OnScene).await;
            town.clear(member, &assignment_id, "15").await;
        }
        let closed = town.get_call(&call.call_id).await.call.unwrap();
        assert_eq!(closed.state(), pb::CallState::Closed);
    });
}

#[test]
fn a_declined_half_is_solved_again_while_the_other_is_held() {
    in_each_town(2, 2, async |town| {
        let opened = town.open_call(3).await;
        let assignment_id = opened.assignment.unwrap().assignment_id;
        town.accept(&town.clinicians[0], &assignment_id).await.unwrap();
        town.decline(&town.officers[0], &assignment_id).await.unwrap();
        town.settle().await;
        let now = town
            .get_call(&opened.call.unwrap().call_id)
            .await
            .assignment
            .unwrap();
        assert_eq!(now.assignment_id, assignment_id);
        let state_of = |id: &str| {
            let is = |member: &&pb::Member| member.responder.as_ref().unwrap().responder_id == id;
            now.members.iter().find(is).unwrap().state()
        };
        assert_eq!(state_of(&town.clinicians[0].id), pb::MemberState::Accepted);
        assert_eq!(state_of(&town.officers[1].id), pb::MemberState::Offered);
        assert!(now.degraded);
    });
}

#[test]
fn an_offer_ends_at_its_deadline_and_the_call_goes_on() {
    in_each_town(1, 1, async |town| {
        let opened = town.open_call(3).await;
        let call_id = opened.call.unwrap().call_id;
        let assignment_id = opened.assignment.unwrap().assignment_id;
        town.turn(60).await;
        let refused = town.accept(&town.officers[0], &assignment_id).await.unwrap_err();
        assert_eq!(reason(&refused), "OFFER_EXPIRED");
        let waiting = town.get_call(&call_id).await.call.unwrap();
        assert_eq!(waiting.state(), pb::CallState::Waiting, "nobody is left to ask");
    });
}

#[test]
fn a_waiting_call_is_offered_the_moment_someone_becomes_free() {
    in_each_town(1, 1, async |town| {
        let first = town.open_call(3).await;
        let second = town.open_call(3).await.call.unwrap();
        assert_eq!(second.state(), pb::CallState::Waiting);
        let assignment_id = first.assignment.unwrap().assignment_id;
        for member in [&town.clinicians[0], &town.officers[0]] {
            town.accept(member, &assignment_id).await.unwrap();
            town.clear(member, &assignment_id, "21").await;
        }
        town.settle().await;
        let offered = town.get_call(&second.call_id).await.call.unwrap();
        assert_eq!(offered.state(), pb::CallState::Offered);
    });
}

#[test]
fn the_same_request_again_has_one_effect_and_the_same_answer() {
    in_each_town(1, 1, async |town| {
        let request = town.call(3);
        let mut dispatch = town.dispatcher.dispatch();
        let first = dispatch.open_call(request.clone()).await.unwrap().into_inner();
        town.turn(5).await;
        let again = dispatch.open_call(request.clone()).await.unwrap().into_inner();
        assert_eq!(first, again);
        let other_body = pb::OpenCallRequest {
            source: "988".to_owned(),
            ..request
        };
        let refused = dispatch.open_call(other_body).await.unwrap_err();
        assert_eq!(reason(&refused), "REQUEST_ID_REUSED");
    });
}

#[test]
fn a_jurisdiction_asked_for_again_is_the_same_one() {
    in_each_town(0, 0, async |town| {
        let request = pb::CreateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction_id: "kansas-city".to_owned(),
            name: "Kansas City".to_owned(),
            zone: "America/Chicago".to_owned(),
        };
        let mut installer = town.installer().await.admin();
        let first = installer.create_jurisdiction(request.clone()).await.unwrap();
        town.turn(5).await;
        let again = installer.create_jurisdiction(request.clone()).await.unwrap();
        assert_eq!(first.into_inner(), again.into_inner());
        let other_body = pb::CreateJurisdictionRequest {
            name: "KCMO".to_owned(),
            ..request.clone()
        };
        let refused = installer.create_jurisdiction(other_body).await.unwrap_err();
        assert_eq!(reason(&refused), "REQUEST_ID_REUSED");
        let another = pb::CreateJurisdictionRequest {
            request_id: town.request_id(),
            ..request
        };
        let refused = installer.create_jurisdiction(another).await.unwrap_err();
        assert_eq!(reason(&refused), "ALREADY_EXISTS");
    });
}

#[test]
fn a_dry_run_says_whom_and_records_nothing() {
    in_each_town(1, 1, async |town| {
        let before = town.store.checksum().await.unwrap();
        let request = pb::OpenCallRequest {
            dry_run: true,
            ..town.call(3)
        };
        let answer = town
            .dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(answer.report.unwrap().chosen.len(), 2);
        assert_eq!(town.store.checksum().await.unwrap(), before);
    });
}

#[test]
fn a_match_explains_itself_and_gives_the_same_answer_again_whatever_has_changed() {
    in_each_town(2, 2, async |town| {
        let call_id = town.open_call(3).await.call.unwrap().call_id;
        for member in town.clinicians.iter().chain(&town.officers) {
            town.sign_off(member).await;
        }
        let request = pb::ExplainMatchRequest {
            call_id,
            match_id: String::new(),
            runners_up: Some(50),
        };
        let explained = town
            .dispatcher
            .dispatch()
            .explain_match(request)
            .await
            .unwrap()
            .into_inner();
        assert!(explained.replayed_identically);
        assert_eq!(
            explained.report.unwrap().runners_up.len(),
            3,
            "two by two, less the chosen one"
        );
    });
}

#[test]
fn clinical_words_are_for_dispatchers_and_the_assigned_clinician_alone() {
    in_each_town(2, 2, async |town| {
        let request = pb::OpenCallRequest {
            clinical_context: Some(pb::ClinicalContext {
                narrative: "hears voices".to_owned(),
            }),
            approach_notes: Some("side door".to_owned()),
            ..town.call(3)
        };
        let opened = town
            .dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner();
        let call_id = opened.call.unwrap().call_id;
        let read = async |client: &crate::harness::town::Client| {
            let request = pb::GetCallRequest {
                call: by_id(&call_id),
            };
            let answer = client.dispatch().get_call(request).await?;
            Ok::<_, tonic::Status>(answer.into_inner().texts.unwrap())
        };
        let clinical = |texts: &pb::CallTexts| texts.clinical_context.is_some();
        assert!(clinical(&read(&town.dispatcher).await.unwrap()));
        assert!(clinical(&read(&town.clinicians[0].client).await.unwrap()));
        let officers = read(&town.officers[0].client).await.unwrap();
        assert!(!clinical(&officers));
        assert_eq!(officers.approach_notes.as_deref(), Some("side door"));
        for other in [&town.clinicians[1], &town.officers[1]] {
            let refused = read(&other.client).await.unwrap_err();
            assert_eq!(
                reason(&refused),
                "NOT_FOUND",
                "who is not on the call does not learn that there is one"
            );
        }
    });
}

#[test]
fn a_call_without_a_point_goes_to_a_telephone_seat_and_is_sent_to_when_it_is_found() {
    in_each_town(2, 1, async |town| {
        town.set_duty(&town.clinicians[1], pb::Duty::Available, "telephone")
            .await;
        let request = pb::OpenCallRequest {
            location: None,
            ..town.call(3)
        };
        let opened = town
            .dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner();
        let call = opened.call.unwrap();
        assert_eq!(opened.report.unwrap().outcome(), pb::Outcome::Telephone);
        let update = pb::UpdateCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["location".to_owned()],
            }),
            expected_version: Some(call.version),
            location: Some(scene()),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        town.dispatcher.dispatch().update_call(update).await.unwrap();
        town.settle().await;
        let sent = town.get_call(&call.call_id).await.assignment.unwrap();
        let sent: Vec<_> = sent
            .members
            .iter()
            .map(|member| member.slot_id.as_str())
            .collect();
        assert!(
            sent.contains(&"clinician") && sent.contains(&"officer"),
            "{sent:?}"
        );
    });
}
