//! A second call made out of one: two people in crisis.

use tandem::grpc::pb;
use tonic::Status;

use super::{kinds_since, mark, of};
use crate::harness::town::{Member, Town, by_id, contact, fields, in_each_town, reason};

fn reference(value: &str) -> pb::ExternalReference {
    pb::ExternalReference {
        system: "cad".to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

async fn split(
    town: &Town,
    call_id: &str,
    going: &[&Member],
    external_references: Vec<pb::ExternalReference>,
) -> Result<pb::SplitCallResponse, Status> {
    let request = pb::SplitCallRequest {
        request_id: town.request_id(),
        call_id: call_id.to_owned(),
        acuity: Some(pb::Acuity {
            scheme: "marcus_alert".to_owned(),
            level: 3,
        }),
        incident_type: "WELFARE".to_owned(),
        responder_ids: going.iter().map(|member| member.id.clone()).collect(),
        external_references,
        reason: "second_person".to_owned(),
        channel: pb::Channel::Phone.into(),
        ..Default::default()
    };
    let answer = town.dispatcher.dispatch().split_call(request).await?;
    Ok(answer.into_inner())
}

#[test]
fn two_people_in_crisis_are_two_calls_with_a_pair_each() {
    in_each_town(2, 2, async |town| {
        let request = pb::OpenCallRequest {
            external_references: vec![reference("1"), reference("2")],
            address: Some(pb::Address {
                text: "12 Elm".to_owned(),
            }),
            callback: contact("+1 314 555 0147", "Marisol"),
            ..town.call(3)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let opened = dispatch.open_call(request.clone()).await.unwrap().into_inner();
        let first = opened.call.unwrap();
        let old = opened.assignment.unwrap().assignment_id;
        let (clinician, officer) = (&town.clinicians[0], &town.officers[0]);
        for member in [clinician, officer] {
            town.progress(member, &old, pb::Progress::OnScene).await;
        }
        let before = mark(&officer.client).await;
        let answer = split(town, &first.call_id, &[officer], vec![reference("2")])
            .await
            .unwrap();
        let (second, sent) = (answer.call.unwrap(), answer.assignment.unwrap());
        assert_ne!(second.number, first.number);
        assert_eq!(second.links[0].call_id, first.call_id);
        assert_eq!(second.incident_type, "WELFARE");
        assert_eq!(of(&sent, officer).unwrap().state(), pb::MemberState::OnScene);
        let asked = of(&sent, &town.clinicians[1]).unwrap();
        assert_eq!(
            asked.state(),
            pb::MemberState::Offered,
            "the second lacks a clinician"
        );
        town.settle().await;
        let now = town.get_call(&first.call_id).await;
        let asked = now.assignment.unwrap();
        let asked = of(&asked, &town.officers[1]).unwrap();
        assert_eq!(
            asked.state(),
            pb::MemberState::Offered,
            "the first lacks an officer"
        );
        assert_eq!(now.call.unwrap().external_references, [reference("1")]);
        // Its reference leads to the second now, and who is on it reads where it is.
        let again = pb::OpenCallRequest {
            request_id: town.request_id(),
            external_references: vec![reference("2")],
            ..request
        };
        let known = dispatch.open_call(again).await.unwrap().into_inner();
        assert_eq!(known.call.unwrap().call_id, second.call_id);
        let read = pb::GetCallRequest {
            call: by_id(&second.call_id),
        };
        let read = officer
            .client
            .dispatch()
            .get_call(read)
            .await
            .unwrap()
            .into_inner();
        let texts = read.texts.unwrap();
        assert_eq!(texts.address.unwrap().text, "12 Elm");
        assert_eq!(texts.callback, contact("+1 314 555 0147", "Marisol"));
        let heard = kinds_since(&officer.client, &before).await;
        let moves = |kinds: &[pb::EventKind]| {
            kinds
                .iter()
                .filter(|kind| **kind == pb::EventKind::MemberMoved)
                .count()
        };
        assert_eq!(moves(&heard[0]), 2, "{heard:?}");
        // What he says by the old assignment counts for the new one.
        let cleared = town.clear(officer, &old, "15").await;
        assert_eq!(cleared.assignment_id, sent.assignment_id);
    });
}

#[test]
fn who_has_not_answered_does_not_go_along() {
    in_each_town(1, 1, async |town| {
        let call_id = town.open_call(3).await.call.unwrap().call_id;
        let refused = split(town, &call_id, &[&town.officers[0]], Vec::new())
            .await
            .unwrap_err();
        assert_eq!(
            (&*reason(&refused), fields(&refused)),
            ("NOT_IN_THIS_STATE", vec!["responder_ids[0]".to_owned()])
        );
        let second = split(town, &call_id, &[], Vec::new())
            .await
            .unwrap()
            .call
            .unwrap();
        assert_eq!(second.state(), pb::CallState::Waiting, "nobody is left for it");
    });
}

#[test]
fn a_second_call_elsewhere_has_its_own_place_address_and_callback() {
    in_each_town(2, 2, async |town| {
        let (call_id, assignment_id) = super::opened(town).await;
        let officer = &town.officers[0];
        town.accept(officer, &assignment_id).await.unwrap();
        let elsewhere = Some(pb::Location {
            latitude: 38.66,
            longitude: -90.3,
        });
        let request = pb::SplitCallRequest {
            request_id: town.request_id(),
            call_id: call_id.clone(),
            acuity: town.call(3).acuity,
            responder_ids: vec![officer.id.clone()],
            reason: "second_person".to_owned(),
            channel: pb::Channel::Phone.into(),
            location: elsewhere,
            address: Some(pb::Address {
                text: "9 Oak".to_owned(),
            }),
            callback: contact("+1 314 555 0199", "Ana"),
            ..Default::default()
        };
        let before = of(&town.get_call(&call_id).await.assignment.unwrap(), officer)
            .unwrap()
            .eta_seconds;
        let answer = town.dispatcher.dispatch().split_call(request).await.unwrap();
        let answer = answer.into_inner();
        let second = answer.call.unwrap();
        assert_eq!(second.location, elsewhere);
        let now = of(answer.assignment.as_ref().unwrap(), officer)
            .unwrap()
            .eta_seconds;
        assert!(now.is_some() && now != before, "his way is measured anew");
        let texts = town.get_call(&second.call_id).await.texts.unwrap();
        assert_eq!(texts.address.unwrap().text, "9 Oak");
        assert_eq!(texts.callback, contact("+1 314 555 0199", "Ana"));
    });
}
