//! What must hold when something is away: the database, the board's memory of a call, the responder himself.

use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;

use crate::harness::on_each_database;
use crate::harness::town::{Town, by_id, in_each_town, reason, st_louis};

fn reference(value: &str) -> pb::ExternalReference {
    pb::ExternalReference {
        system: "cad".to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

#[test]
fn an_emergency_is_heard_while_the_database_takes_nothing_and_recorded_afterwards() {
    on_each_database(async |database| {
        let town = Town::open(database, 1, 1).await;
        town.open_call(3).await;
        let request = pb::WatchAssignmentsRequest::default();
        let mut stream = town
            .dispatcher
            .streaming()
            .watch_assignments(request)
            .await
            .unwrap()
            .into_inner();
        stream.message().await.unwrap();
        let raise = pb::RaiseEmergencyRequest {
            request_id: town.request_id(),
            responder_id: town.officers[0].id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        // Another process holds the head.
        let other = database.store().await;
        let holding = other.begin(&st_louis()).await.unwrap();
        let mut officer = town.officers[0].client.dispatch();
        let cried = officer.raise_emergency(raise.clone()).await.unwrap().into_inner();
        assert!(!cried.recorded);
        let heard = stream.message().await.unwrap().unwrap().heard.unwrap();
        let Heard::Update(update) = heard else {
            panic!("the cry was expected")
        };
        assert!(update.not_recorded);
        // Whoever comes on a moment later hears it too.
        let request = pb::WatchAssignmentsRequest::default();
        let watching = town.dispatcher.streaming().watch_assignments(request).await;
        let mut late = watching.unwrap().into_inner();
        late.message().await.unwrap();
        let heard = late.message().await.unwrap().unwrap().heard.unwrap();
        assert_eq!(heard, Heard::Update(update));
        holding.rollback().await.unwrap();
        let recorded = officer.raise_emergency(raise).await.unwrap().into_inner();
        assert!(recorded.recorded);
        other.close().await.unwrap();
        town.close().await;
    });
}

#[test]
fn a_call_that_left_the_board_is_found_by_any_of_its_references_and_takes_remarks() {
    in_each_town(1, 1, async |town| {
        let opening = |references: &[&str]| pb::OpenCallRequest {
            external_references: references.iter().map(|value| reference(value)).collect(),
            ..town.call(3)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let opened = dispatch
            .open_call(opening(&["B1", "B2"]))
            .await
            .unwrap()
            .into_inner();
        let call_id = opened.call.unwrap().call_id;
        let cancel = pb::CancelCallRequest {
            request_id: town.request_id(),
            call_id: call_id.clone(),
            reason: "duplicate".to_owned(),
            channel: pb::Channel::Cad.into(),
            ..Default::default()
        };
        dispatch.cancel_call(cancel).await.unwrap();
        town.turn(43_200).await;
        assert!(
            !town
                .desk
                .center(&st_louis())
                .await
                .unwrap()
                .board()
                .calls
                .contains_key(&call_id.parse().unwrap())
        );
        for references in [&["B2"][..], &["A0", "B1"]] {
            let known = dispatch
                .open_call(opening(references))
                .await
                .unwrap()
                .into_inner();
            assert!(known.existing);
            assert_eq!(known.call.unwrap().call_id, call_id);
        }
        let remark = pb::AddRemarkRequest {
            request_id: town.request_id(),
            call_id,
            class: pb::RemarkClass::Operational.into(),
            body: "the caller rang again".to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        let remarked = dispatch.add_remark(remark).await.unwrap().into_inner();
        assert_eq!(remarked.call.unwrap().remark_count, 1);
    });
}

#[test]
fn whoever_has_left_reads_nothing_more() {
    in_each_town(1, 1, async |town| {
        let leaving = &town.officers[0];
        let retire = pb::RetireResponderRequest {
            request_id: town.request_id(),
            responder_id: leaving.id.clone(),
            expected_version: 2,
        };
        town.admin.roster().retire_responder(retire).await.unwrap();
        let refused = leaving
            .client
            .availability()
            .get_me(pb::GetMeRequest {})
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "RIGHTS_CHANGED");
    });
}

#[test]
fn whoever_has_cleared_does_not_read_what_is_written_afterwards() {
    in_each_town(1, 1, async |town| {
        let opened = town.open_call(3).await;
        let (call_id, assignment) = (opened.call.unwrap().call_id, opened.assignment.unwrap());
        let (clinician, officer) = (&town.clinicians[0], &town.officers[0]);
        let address = async |words: &str| {
            let read = pb::GetCallRequest {
                call: by_id(&call_id),
            };
            let call = town
                .dispatcher
                .dispatch()
                .get_call(read)
                .await
                .unwrap()
                .into_inner()
                .call;
            let update = pb::UpdateCallRequest {
                request_id: town.request_id(),
                call_id: call_id.clone(),
                update_mask: Some(prost_types::FieldMask {
                    paths: vec!["address".to_owned()],
                }),
                expected_version: Some(call.unwrap().version),
                address: Some(pb::Address {
                    text: words.to_owned(),
                }),
                channel: pb::Channel::Cad.into(),
                ..Default::default()
            };
            town.dispatcher.dispatch().update_call(update).await.unwrap();
        };
        let reads = async |member: &crate::harness::town::Member| {
            let read = pb::GetCallRequest {
                call: by_id(&call_id),
            };
            let texts = member
                .client
                .dispatch()
                .get_call(read)
                .await
                .unwrap()
                .into_inner()
                .texts;
            texts.unwrap().address.map(|address| address.text)
        };
        address("12 Elm St").await;
        town.accept(clinician, &assignment.assignment_id).await.unwrap();
        town.accept(officer, &assignment.assignment_id).await.unwrap();
        town.clear(clinician, &assignment.assignment_id, "15").await;
        assert_eq!(reads(clinician).await, Some("12 Elm St".to_owned()));
        town.turn(1).await;
        address("4 Oak St").await;
        assert_eq!(reads(officer).await, Some("4 Oak St".to_owned()));
        assert_eq!(reads(clinician).await, None);
    });
}

#[test]
fn a_fact_with_an_absurd_time_is_recorded_and_clamped() {
    in_each_town(1, 1, async |town| {
        let raise = pb::RaiseEmergencyRequest {
            request_id: town.request_id(),
            responder_id: town.officers[0].id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: Some(prost_types::Timestamp {
                seconds: i64::MAX,
                nanos: -5,
            }),
        };
        let raised = town.officers[0]
            .client
            .dispatch()
            .raise_emergency(raise)
            .await
            .unwrap();
        assert!(raised.into_inner().recorded);
    });
}
