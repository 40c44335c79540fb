//! Said twice, said all at once, and said late.

use tandem::grpc::pb;
use tonic::Code;
use tonic_types::StatusExt;

use super::{at, mask};
use crate::harness::town::{NOON, fields, in_each_town, point, reason, st_louis};

#[test]
fn one_request_id_has_one_body() {
    in_each_town(1, 1, async |town| {
        let request = town.call(3);
        let mut dispatch = town.dispatcher.dispatch();
        dispatch.open_call(request.clone()).await.unwrap();
        town.settle().await;
        town.positions_are_written().await;
        let before = town.store.checksum().await.unwrap();
        let other = pb::OpenCallRequest {
            hazards: vec!["dog".to_owned()],
            ..request
        };
        let refused = dispatch.open_call(other).await.unwrap_err();
        assert_eq!(
            (refused.code(), &*reason(&refused)),
            (Code::AlreadyExists, "REQUEST_ID_REUSED")
        );
        assert_eq!(town.store.checksum().await.unwrap(), before);
    });
}

#[test]
fn accepted_twice_is_accepted_once_and_answered_the_same() {
    in_each_town(1, 1, async |town| {
        let assignment_id = town.open_call(3).await.assignment.unwrap().assignment_id;
        let officer = &town.officers[0];
        let first = town.accept(officer, &assignment_id).await.unwrap();
        town.settle().await;
        let head = town.store.head(&st_louis()).await.unwrap().revision;
        let again = town.accept(officer, &assignment_id).await.unwrap();
        assert_eq!(again, first);
        assert_eq!(town.store.head(&st_louis()).await.unwrap().revision, head);
    });
}

#[test]
fn every_fault_of_a_message_is_told_at_once() {
    in_each_town(0, 0, async |town| {
        let request = pb::OpenCallRequest {
            location: Some(point(f64::NAN, 0.0)),
            address: Some(pb::Address {
                text: "\0".to_owned(),
            }),
            hazards: vec!["a dog".to_owned(); 3],
            ..Default::default()
        };
        let refused = town.dispatcher.dispatch().open_call(request).await.unwrap_err();
        assert_eq!(
            fields(&refused),
            [
                "request_id",
                "channel",
                "source",
                "incident_type",
                "acuity",
                "hazards[0]",
                "hazards[1]",
                "hazards[2]",
                "location",
                "address.text"
            ]
        );
        let dozens = pb::OpenCallRequest {
            hazards: vec!["a dog".to_owned(); 50],
            ..town.call(3)
        };
        let refused = town.dispatcher.dispatch().open_call(dozens).await.unwrap_err();
        assert_eq!(fields(&refused).len(), 20, "what is told has a bound");
        assert!(refused.details().len() < 4096);
        for violation in refused.get_details_bad_request().unwrap().field_violations {
            assert!(
                violation.description.starts_with("INVALID_TEXT: "),
                "{violation:?}"
            );
        }
    });
}

#[test]
fn thresholds_that_contradict_are_told_all_at_once() {
    in_each_town(0, 0, async |town| {
        let policy = pb::Policy {
            position_report_seconds: 600,
            position_fresh_seconds: 300,
            position_usable_seconds: 200,
            offer_seconds: 0,
            escalation_seconds: 61,
            ..Default::default()
        };
        let paths = [
            "policy.position_report_seconds",
            "policy.position_fresh_seconds",
            "policy.position_usable_seconds",
            "policy.offer_seconds",
            "policy.escalation_seconds",
            "policy.responses",
        ];
        let jurisdiction = pb::Jurisdiction {
            jurisdiction_id: st_louis().to_string(),
            policy: Some(policy),
            ..Default::default()
        };
        let request = pb::UpdateJurisdictionRequest {
            request_id: town.request_id(),
            jurisdiction: Some(jurisdiction),
            update_mask: mask("").map(|_| prost_types::FieldMask {
                paths: paths.map(str::to_owned).to_vec(),
            }),
            expected_version: 1,
        };
        let before = town.store.checksum().await.unwrap();
        let refused = town.admin.admin().update_jurisdiction(request).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_POLICY");
        let mut blamed = fields(&refused);
        blamed.sort();
        let expected = [
            "escalation_seconds",
            "offer_seconds",
            "position_fresh_seconds",
            "position_usable_seconds",
            "responses",
        ];
        assert_eq!(blamed, expected.map(|name| format!("jurisdiction.policy.{name}")));
        assert_eq!(town.store.checksum().await.unwrap(), before);
    });
}

/// The field is right: what a phone with a wrong clock reports late is recorded and flagged, never refused.
#[test]
fn a_late_on_scene_with_a_wrong_clock_is_recorded_and_flagged() {
    let noon = NOON.micros() / 1_000_000;
    let (an_hour, a_year) = (3600, 31_536_000);
    for (clock, suspect) in [
        (noon - 60, false),
        (noon - a_year, true),
        (noon + an_hour, true),
        (0, true),
    ] {
        in_each_town(1, 1, async |town| {
            let assignment_id = town.open_call(3).await.assignment.unwrap().assignment_id;
            let officer = &town.officers[0];
            town.accept(officer, &assignment_id).await.unwrap();
            town.clear(officer, &assignment_id, "15").await;
            let late = pb::ReportProgressRequest {
                request_id: town.request_id(),
                assignment_id,
                responder_id: officer.id.clone(),
                progress: pb::Progress::OnScene.into(),
                channel: pb::Channel::App.into(),
                occurred_at: at(clock, 0),
            };
            let answer = officer.client.assignment().report_progress(late).await.unwrap();
            let members = answer.into_inner().assignment.unwrap().members;
            let mine = |member: &&pb::Member| member.responder.as_ref().unwrap().responder_id == officer.id;
            let member = members.iter().find(mine).unwrap();
            assert_eq!(
                member.state(),
                pb::MemberState::Cleared,
                "his state does not go back"
            );
            let step = member
                .steps
                .iter()
                .find(|step| step.state() == pb::MemberState::OnScene);
            let flags: Vec<_> = step.unwrap().flags().collect();
            assert!(flags.contains(&pb::Flag::AfterClear), "{flags:?}");
            let clamped = flags.contains(&pb::Flag::OccurredAtClamped);
            assert_eq!(clamped, suspect, "{clock}: {flags:?}");
        });
    }
}
