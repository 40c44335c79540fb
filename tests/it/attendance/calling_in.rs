//! A sick call opens a shift at once, and says who could be called back.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use super::{get, heard, kinds, planned, shift_of, token};
use crate::harness::town::{Client, Member, Town, in_each_town};
use crate::requests::{approve, time_off};

async fn call_in(
    town: &Town,
    by: &Client,
    who: &Member,
    shift: &pb::Shift,
) -> Result<pb::ReportSickResponse, Status> {
    let request = pb::ReportSickRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        responder_id: who.id.clone(),
        kind: String::new(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    Ok(by.schedule().report_sick(request).await?.into_inner())
}

fn call_signs(could: &[pb::CallBack]) -> Vec<&str> {
    could
        .iter()
        .map(|one| one.responder.as_ref().unwrap().call_sign.as_str())
        .collect()
}

#[test]
fn a_sick_call_opens_the_shift_in_one_revision_and_says_who_could_be_called_back() {
    in_each_town(5, 1, async |town| {
        let hr = town.client(Role::Hr, "hana", None).await;
        let [sick, rested, tired, busy, expired] = &town.clinicians[..] else {
            panic!("five clinicians")
        };
        let shift = planned(town, Some(sick), "2026-06-03T09:00", "2026-06-03T17:00").await;
        planned(town, Some(tired), "2026-06-03T19:00", "2026-06-03T23:00").await;
        planned(town, Some(busy), "2026-06-03T16:00", "2026-06-03T20:00").await;
        let held = pb::GetResponderRequest {
            responder_id: expired.id.clone(),
        };
        let known = town.admin.roster().get_responder(held).await.unwrap();
        let paper = known.into_inner().responder.unwrap().credentials.remove(0);
        let revoke = pb::RevokeCredentialRequest {
            request_id: town.request_id(),
            responder_id: expired.id.clone(),
            credential_id: paper.credential_id,
        };
        town.admin.roster().revoke_credential(revoke).await.unwrap();
        let (before, office) = (token(&sick.client).await, token(&hr).await);

        let told = call_in(town, &town.dispatcher, sick, &shift).await.unwrap();
        let open = told.shift.unwrap();
        assert_eq!(
            (&*open.responder_id, open.state()),
            ("", pb::ShiftState::Published)
        );
        let absence = &open.absences[0];
        assert_eq!((&absence.responder_id, &*absence.kind), (&sick.id, "sick"));
        assert_eq!(absence.reporter.as_ref().unwrap().subject, "dana");
        // Not the one who works meanwhile, the one without a licence, the officer, or herself.
        assert_eq!(call_signs(&told.call_backs), ["clinician-1", "clinician-2"]);
        assert_eq!(
            told.call_backs[0].responder.as_ref().unwrap().responder_id,
            rested.id
        );
        assert_eq!(told.call_backs[0].rest_after_minutes, None);
        assert_eq!(told.call_backs[0].rest_before_minutes, Some(34 * 60));
        assert_eq!(told.call_backs[1].rest_after_minutes, Some(120));
        assert_eq!(told.call_backs[1].planned_minutes, (17 + 4) * 60);

        let listed = pb::GetCallBacksRequest {
            shift_id: shift.shift_id.clone(),
        };
        let listed = hr.schedule().get_call_backs(listed).await.unwrap().into_inner();
        assert_eq!(listed.call_backs, told.call_backs);

        let office = heard(&hr, &office).await;
        let [update] = &office[..] else {
            panic!("one revision: {office:?}")
        };
        assert_eq!(
            kinds(update),
            [pb::EventKind::ShiftUncovered, pb::EventKind::ShiftLost]
        );
        let [update] = &heard(&sick.client, &before).await[..] else {
            panic!("one revision")
        };
        assert_eq!(kinds(update), [pb::EventKind::ShiftLost]);

        // Said again it changes nothing.
        let again = call_in(town, &sick.client, sick, &shift).await.unwrap();
        assert_eq!(again.revision, told.revision);
        assert_eq!(again.shift.unwrap().version, open.version);
        assert_eq!(
            again.call_backs,
            [],
            "who else is free is not for a responder to know"
        );
    });
}

#[test]
fn whoever_is_on_leave_is_not_called_back() {
    in_each_town(3, 0, async |town| {
        let [sick, away, there] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let shift = planned(town, Some(sick), "2026-06-03T09:00", "2026-06-03T17:00").await;
        let off = time_off(town, away, 2, 5).await.unwrap().shift_request.unwrap();
        approve(&town.admin, town, &off).await.unwrap();
        let told = call_in(town, &town.dispatcher, sick, &shift).await.unwrap();
        let could = told
            .call_backs
            .iter()
            .map(|one| &one.responder.as_ref().unwrap().responder_id);
        assert_eq!(could.collect::<Vec<_>>(), [&there.id]);
    });
}

#[test]
fn whoever_falls_sick_on_duty_is_signed_off_and_why_is_not_for_the_next_one_to_know() {
    in_each_town(2, 0, async |town| {
        let [sick, other] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let shift = shift_of(town, sick).await;
        town.turn(3600).await;
        town.sign_off(other).await;
        let mine = call_in(town, &sick.client, sick, &shift).await.unwrap();
        assert_eq!(mine.shift.unwrap().absences, []);
        let nobody = town.open_call(2).await;
        assert!(nobody.assignment.is_none(), "she is not sent");
        let open = get(town, &shift.shift_id).await;
        assert_eq!(
            (open.actual_start, open.actual_end),
            (None, None),
            "it is nobody's now"
        );

        // The other one takes it over when his own is called off.
        let own = shift_of(town, other).await;
        let cancel = pb::CancelShiftRequest {
            request_id: town.request_id(),
            shift_id: own.shift_id,
            expected_version: own.version,
        };
        town.admin.schedule().cancel_shift(cancel).await.unwrap();
        let before = token(&other.client).await;
        let assign = pb::AssignShiftRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id.clone(),
            expected_version: open.version,
            responder_id: other.id.clone(),
            override_reason: String::new(),
        };
        let assigned = town.admin.schedule().assign_shift(assign).await.unwrap();
        assert_eq!(assigned.into_inner().shift.unwrap().absences.len(), 1);
        let told = format!("{:?}", heard(&other.client, &before).await);
        let list = pb::ListShiftsRequest::default();
        let listed = other.client.schedule().list_shifts(list).await.unwrap();
        let me = other
            .client
            .availability()
            .get_me(pb::GetMeRequest {})
            .await
            .unwrap();
        for seen in [
            told,
            format!("{:?}", listed.into_inner()),
            format!("{:?}", me.into_inner()),
        ] {
            assert!(seen.contains(&shift.shift_id), "{seen}");
            assert!(!seen.contains(&sick.id), "{seen}");
        }
    });
}
