//! What a refusal says to a person: what happened, in his words, and what to do now.

use tandem::board::Role;
use tandem::grpc::pb;

use crate::harness::town::{in_each_town, reason, st_louis};

fn local(local: &str) -> Option<pb::LocalTime> {
    Some(pb::LocalTime {
        local: local.to_owned(),
        occurrence: 0,
    })
}

#[test]
fn a_refusal_speaks_of_call_numbers_call_signs_and_local_times() {
    in_each_town(1, 1, async |town| {
        let opened = town.open_call(3).await;
        let (call, assignment) = (opened.call.unwrap(), opened.assignment.unwrap());
        let officer = &town.officers[0];
        town.accept(officer, &assignment.assignment_id).await.unwrap();
        town.progress(officer, &assignment.assignment_id, pb::Progress::OnScene)
            .await;
        let late = town
            .decline(officer, &assignment.assignment_id)
            .await
            .unwrap_err();
        assert_eq!(
            late.message(),
            format!(
                "officer-0 is ON_SCENE on call {}, and this does not fit; read the assignment again",
                call.number
            )
        );
        let cancel = pb::CancelCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            reason: "duplicate".to_owned(),
            channel: pb::Channel::Cad.into(),
            occurred_at: None,
        };
        let standing = town.dispatcher.dispatch().cancel_call(cancel).await.unwrap_err();
        assert!(
            standing
                .message()
                .starts_with(&format!("call {} is ON_SCENE", call.number)),
            "{standing}"
        );

        let unknown = pb::OpenCallRequest {
            acuity: Some(pb::Acuity {
                scheme: "marcus_alert".to_owned(),
                level: 9,
            }),
            ..town.call(3)
        };
        let unknown = town.dispatcher.dispatch().open_call(unknown).await.unwrap_err();
        assert!(
            unknown.message().ends_with("it knows marcus_alert 1, 2, 3, 4"),
            "{unknown}"
        );

        let shift = |start: &str, end: &str| pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "slmpd".to_owned(),
            responder_id: officer.id.clone(),
            local_start: local(start),
            local_end: local(end),
            ..Default::default()
        };
        let twice = shift("2026-06-01T20:00", "2026-06-02T04:00");
        let twice = town.admin.schedule().create_shift(twice).await.unwrap_err();
        assert!(
            twice
                .message()
                .contains("from 2026-06-01T06:00 to 2026-06-01T23:00 in America/Chicago"),
            "{twice}"
        );
        let fold = shift("2026-11-01T01:30", "2026-11-01T09:00");
        let fold = town.admin.schedule().create_shift(fold).await.unwrap_err();
        assert!(
            fold.message()
                .ends_with("say in `occurrence` whether the FIRST or the SECOND is meant"),
            "{fold}"
        );

        let hr = town.client(Role::Hr, "hana", None).await;
        let forbidden = hr.dispatch().open_call(town.call(3)).await.unwrap_err();
        assert_eq!(reason(&forbidden), "ROLE_FORBIDDEN");
        assert!(
            forbidden
                .message()
                .ends_with("may: dispatcher, supervisor, system"),
            "{forbidden}"
        );

        let jurisdiction = pb::GetJurisdictionRequest {
            jurisdiction_id: st_louis().to_string(),
        };
        let mut admin = town.admin.admin();
        let mut known = admin
            .get_jurisdiction(jurisdiction)
            .await
            .unwrap()
            .into_inner()
            .jurisdiction
            .unwrap();
        if let Some(policy) = &mut known.policy {
            policy.offer_seconds = 7200;
        }
        let policy = pb::UpdateJurisdictionRequest {
            request_id: town.request_id(),
            expected_version: known.version,
            jurisdiction: Some(known),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["policy.offer_seconds".to_owned()],
            }),
        };
        let refused = admin.update_jurisdiction(policy).await.unwrap_err();
        let told = format!("{:?}", tonic_types::StatusExt::get_details_bad_request(&refused));
        assert!(told.contains("1 to 3600 seconds, not 7200"), "{told}");
    });
}

#[test]
fn a_hazard_is_added_whatever_else_has_changed_and_takes_none_away() {
    in_each_town(1, 1, async |town| {
        let request = pb::OpenCallRequest {
            hazards: vec!["dog".to_owned()],
            ..town.call(3)
        };
        let call = town
            .dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner()
            .call
            .unwrap();
        let update = |paths: &[&str], hazards: &[&str], expected_version| pb::UpdateCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            update_mask: Some(prost_types::FieldMask {
                paths: paths.iter().map(|&path| path.to_owned()).collect(),
            }),
            hazards: hazards.iter().map(|&hazard| hazard.to_owned()).collect(),
            incident_type: "MNTL".to_owned(),
            expected_version,
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        let mut dispatch = town.dispatcher.dispatch();
        let added = dispatch
            .update_call(update(&["hazards"], &["weapon"], None))
            .await
            .unwrap()
            .into_inner();
        let call_now = added.call.unwrap();
        assert_eq!(call_now.hazards, ["dog", "weapon"]);
        let both = dispatch
            .update_call(update(&["hazards", "incident_type"], &[], None))
            .await
            .unwrap_err();
        assert_eq!(reason(&both), "REQUIRED", "anything else is ordered by a version");
        let read = update(&["hazards"], &["fire"], Some(call_now.version));
        let replaced = dispatch.update_call(read).await.unwrap().into_inner();
        assert_eq!(replaced.call.unwrap().hazards, ["fire"]);
    });
}
