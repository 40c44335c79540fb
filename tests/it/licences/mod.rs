//! Licences through the real door: nobody is sent beyond his, and everyone who should hears of its end in time.

mod announcing;

use tandem::board::Role;
use tandem::grpc::pb;

use crate::harness::town::{Client, Member, Town, fields, in_each_town, point, reason, scene};

/// A paper for him from day to day; either may be empty.
async fn grant(
    town: &Town,
    who: &Member,
    code: &str,
    from: &str,
    until: &str,
) -> pb::GrantCredentialResponse {
    let request = pb::GrantCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        code: code.to_owned(),
        number: "MO-1".to_owned(),
        issuer: String::new(),
        valid_until: until.to_owned(),
        valid_from: from.to_owned(),
    };
    let granted = town.admin.roster().grant_credential(request).await.unwrap();
    granted.into_inner()
}

async fn person(town: &Town, who: &Member) -> pb::Responder {
    let request = pb::GetResponderRequest {
        responder_id: who.id.clone(),
    };
    let known = town.admin.roster().get_responder(request).await.unwrap();
    known.into_inner().responder.unwrap()
}

/// Takes the licence that he was hired with, and grants one through this day.
async fn licensed_until(town: &Town, who: &Member, until: &str) -> pb::Credential {
    let hired_with = person(town, who).await.credentials.remove(0);
    let revoke = pb::RevokeCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        credential_id: hired_with.credential_id,
    };
    town.admin.roster().revoke_credential(revoke).await.unwrap();
    grant(town, who, "LPC", "", until).await.credential.unwrap()
}

async fn renew(town: &Town, who: &Member, credential_id: &str, until: &str) -> pb::Credential {
    let request = pb::UpdateCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        credential: Some(pb::Credential {
            credential_id: credential_id.to_owned(),
            valid_until: until.to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["valid_until".to_owned()],
        }),
        expected_version: person(town, who).await.version,
    };
    let renewed = town.admin.roster().update_credential(request).await.unwrap();
    renewed.into_inner().credential.unwrap()
}

/// An open shift of the clinicians' agency that requires these.
async fn open_shift(town: &Town, start: &str, end: &str, required: &[&str]) -> pb::Shift {
    let local = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            occurrence: 0,
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        local_start: local(start),
        local_end: local(end),
        required_qualifications: required.iter().map(|code| (*code).to_owned()).collect(),
        ..Default::default()
    };
    let created = town.admin.schedule().create_shift(request).await.unwrap();
    created.into_inner().shift.unwrap()
}

fn assigning(town: &Town, shift: &pb::Shift, who: Option<&Member>) -> pb::AssignShiftRequest {
    pb::AssignShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        responder_id: who.map(|who| who.id.clone()).unwrap_or_default(),
        override_reason: String::new(),
    }
}

async fn publish(town: &Town, shift: &pb::Shift) -> pb::PublishShiftResponse {
    let request = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        ..Default::default()
    };
    let published = town.admin.schedule().publish_shift(request).await.unwrap();
    published.into_inner()
}

/// He says where he is, so that his position is never what keeps him.
async fn show(who: &Member) {
    let position = pb::ReportedPosition {
        responder_id: who.id.clone(),
        location: Some(point(scene().latitude + 0.01, scene().longitude)),
        ..Default::default()
    };
    let request = pb::ReportPositionRequest {
        positions: vec![position],
    };
    who.client.availability().report_position(request).await.unwrap();
}

/// Opens a call for a clinician alone and calls it off again: why this one was not sent, if he was not.
async fn kept(town: &Town, who: &Member) -> Option<(pb::Rejection, String)> {
    show(who).await;
    let opened = town.open_call(2).await;
    let report = opened.report.unwrap();
    let cancel = pb::CancelCallRequest {
        request_id: town.request_id(),
        call_id: opened.call.unwrap().call_id,
        reason: "exercise".to_owned(),
        channel: pb::Channel::Cad.into(),
        occurred_at: None,
    };
    town.dispatcher.dispatch().cancel_call(cancel).await.unwrap();
    let his = |one: &pb::Rejected| one.responder.as_ref().unwrap().responder_id == who.id;
    let rejected = report.rejections.into_iter().find(his);
    rejected.map(|one| (one.rejection(), one.code))
}

fn behavioral_health(rejection: pb::Rejection) -> Option<(pb::Rejection, String)> {
    Some((rejection, "BEHAVIORAL_HEALTH".to_owned()))
}

#[test]
fn a_licence_that_lapses_during_a_shift_never_leads_to_a_match_after_it_lapses() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let licence = licensed_until(town, anna, "2026-06-01").await;
        let night = open_shift(town, "2026-06-01T23:00", "2026-06-02T07:00", &[]).await;
        let request = assigning(town, &night, Some(anna));
        let assigned = town.admin.schedule().assign_shift(request).await.unwrap();
        let published = publish(town, &assigned.into_inner().shift.unwrap()).await;
        let midnight = published.lapses[0].lapses_at.unwrap();
        assert_eq!(Some(midnight), licence.lapses_at, "it is published all the same");
        assert_eq!(published.lapses[0].qualification, "BEHAVIORAL_HEALTH");

        assert_eq!(kept(town, anna).await, None, "at noon");
        let to_midnight = midnight.seconds - town.clock.now().micros() / 1_000_000;
        // The way takes some two minutes and the scene forty: an hour before midnight there is time for that.
        town.turn(to_midnight - 3600).await;
        assert_eq!(kept(town, anna).await, None);
        for before in [2400, 600, 1] {
            let now = town.clock.now().micros() / 1_000_000;
            town.turn(midnight.seconds - before - now).await;
            let lapses = behavioral_health(pb::Rejection::QualificationLapses);
            assert_eq!(kept(town, anna).await, lapses, "{before} s before midnight");
        }
        // One that waits is matched again and again, and never with her.
        show(anna).await;
        let waiting = town.open_call(2).await.call.unwrap();
        for _ in 0..8 {
            town.turn(300).await;
            show(anna).await;
            town.settle().await;
            let call = town.get_call(&waiting.call_id).await.call.unwrap();
            assert_eq!(call.state(), pb::CallState::Waiting);
        }
        assert_eq!(
            kept(town, anna).await,
            behavioral_health(pb::Rejection::NotQualified)
        );
        renew(town, anna, &licence.credential_id, "2028-06-01").await;
        town.settle().await;
        let call = town.get_call(&waiting.call_id).await.call.unwrap();
        assert_eq!(
            call.state(),
            pb::CallState::Offered,
            "renewed, she is sent at once"
        );
    });
}

#[test]
fn a_licence_counts_from_its_first_day_on_and_not_while_it_is_suspended() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let licence = licensed_until(town, anna, "").await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        let found = async |verification: pb::Verification| {
            let request = pb::SetCredentialVerificationRequest {
                request_id: town.request_id(),
                responder_id: anna.id.clone(),
                credential_id: licence.credential_id.clone(),
                expected_version: person(town, anna).await.version,
                verification: verification.into(),
                reason: "board_order".to_owned(),
            };
            let mut roster = supervisor.roster();
            let found = roster.set_credential_verification(request).await.unwrap();
            found.into_inner().credential.unwrap()
        };
        let not_qualified = behavioral_health(pb::Rejection::NotQualified);
        let suspended = found(pb::Verification::Suspended).await;
        let by = suspended.verified_by.unwrap();
        assert_eq!((by.subject.as_str(), by.role()), ("sam", pb::Role::Supervisor));
        assert_eq!(kept(town, anna).await, not_qualified);
        grant(town, anna, "LCSW", "2026-06-02", "").await;
        assert_eq!(kept(town, anna).await, not_qualified, "that one begins tomorrow");
        found(pb::Verification::Verified).await;
        assert_eq!(kept(town, anna).await, None, "reinstated");

        found(pb::Verification::Suspended).await;
        let day = open_shift(town, "2026-06-01T23:00", "2026-06-02T07:00", &[]).await;
        let request = assigning(town, &day, Some(anna));
        let assigned = town.admin.schedule().assign_shift(request).await.unwrap();
        publish(town, &assigned.into_inner().shift.unwrap()).await;
        town.turn(12 * 3600 - 1).await;
        assert_eq!(kept(town, anna).await, not_qualified, "a second before midnight");
        town.turn(1).await;
        assert_eq!(kept(town, anna).await, None, "her first day has begun");
        let own = anna
            .client
            .availability()
            .get_me(pb::GetMeRequest {})
            .await
            .unwrap();
        let own = own.into_inner().responder.unwrap().credentials;
        let hers = own
            .iter()
            .find(|held| held.credential_id == licence.credential_id)
            .unwrap();
        assert_eq!(hers.verification(), pb::Verification::Suspended);
        assert_eq!(
            (&hers.verified_by, &*hers.verification_reason),
            (&None, ""),
            "by whom is not for her"
        );
    });
}

#[test]
fn a_call_that_asks_for_a_language_a_specialty_or_an_authority_gets_who_has_it() {
    in_each_town(2, 2, async |town| {
        // The nearer ones of each do not have it.
        let (far_clinician, far_officer) = (&town.clinicians[1], &town.officers[1]);
        grant(town, far_clinician, "LANG_ES", "", "").await;
        grant(town, far_clinician, "SPEC_PERINATAL", "", "").await;
        grant(town, far_officer, "POST", "", "").await;
        for (discipline, qualification, expected) in [
            ("clinician", "SPANISH", far_clinician),
            ("clinician", "PERINATAL", far_clinician),
            ("officer", "CUSTODY", far_officer),
        ] {
            let request = pb::OpenCallRequest {
                asked_qualifications: vec![pb::AskedQualification {
                    discipline: discipline.to_owned(),
                    qualification: qualification.to_owned(),
                }],
                ..town.call(3)
            };
            let opened = town.dispatcher.dispatch().open_call(request).await.unwrap();
            let opened = opened.into_inner();
            let sent = opened.report.unwrap().chosen.into_iter();
            let ids: Vec<String> = sent.map(|one| one.responder.unwrap().responder_id).collect();
            assert_eq!(ids.len(), 2);
            assert!(ids.contains(&expected.id), "{qualification}");
            let cancel = pb::CancelCallRequest {
                request_id: town.request_id(),
                call_id: opened.call.unwrap().call_id,
                reason: "exercise".to_owned(),
                channel: pb::Channel::Cad.into(),
                occurred_at: None,
            };
            town.dispatcher.dispatch().cancel_call(cancel).await.unwrap();
        }
    });
}

#[test]
fn hr_sees_what_lapses_what_is_lost_by_it_and_the_shifts_beyond_it() {
    in_each_town(2, 0, async |town| {
        let [anna, bert] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        grant(town, anna, "LANG_ES", "", "2026-06-10").await;
        // He keeps the licence without end that he was hired with.
        grant(town, bert, "LPC", "", "2026-07-15").await;
        grant(town, bert, "POST", "", "2026-05-31").await;
        let shift = open_shift(town, "2026-06-11T08:00", "2026-06-11T16:00", &[]).await;
        let request = assigning(town, &shift, Some(anna));
        let assigned = town.admin.schedule().assign_shift(request).await.unwrap();
        publish(town, &assigned.into_inner().shift.unwrap()).await;
        let hr = town.client(Role::Hr, "hana", None).await;
        let listed = async |request: pb::ListExpiringRequest| {
            hr.roster().list_expiring(request).await.unwrap().into_inner()
        };
        let all = listed(pb::ListExpiringRequest::default()).await;
        let [spanish, licence] = &all.credentials[..] else {
            panic!("two lapse: {all:#?}")
        };
        assert_eq!(spanish.holder.as_ref().unwrap().call_sign, "clinician-0");
        assert_eq!(spanish.credential.as_ref().unwrap().number, "MO-1");
        assert_eq!((&*spanish.title, &*spanish.renewed_until), ("Speaks Spanish", ""));
        assert_eq!(spanish.lost_qualifications, ["LANG_ES", "SPANISH"]);
        assert_eq!(
            (spanish.shift_count, &spanish.shifts[0].shift_id),
            (1, &shift.shift_id)
        );
        assert_eq!(licence.renewed_until, "2028-07-15", "two years on");
        assert_eq!(
            licence.lost_qualifications,
            ["LPC"],
            "the other licence treats on"
        );

        let within = |within_days| pb::ListExpiringRequest {
            within_days,
            ..Default::default()
        };
        assert_eq!(
            listed(within(10)).await.credentials,
            std::slice::from_ref(spanish)
        );
        assert_eq!(listed(within(9)).await.credentials, []);
        let mut paged = pb::ListExpiringRequest {
            page_size: 1,
            ..Default::default()
        };
        let first = listed(paged.clone()).await;
        assert_eq!(first.credentials, std::slice::from_ref(spanish));
        paged.page_token = first.next_page_token;
        let second = listed(paged).await;
        assert_eq!(second.credentials, std::slice::from_ref(licence));
        assert_eq!(second.next_page_token, "");
        let of_police = pb::ListExpiringRequest {
            agency_id: "slmpd".to_owned(),
            ..Default::default()
        };
        assert_eq!(listed(of_police).await.credentials, []);
        let request = pb::ListExpiringRequest::default();
        let told = town.dispatcher.roster().list_expiring(request).await.unwrap();
        let told = told.into_inner().credentials.remove(0);
        assert_eq!(told.credential.unwrap().number, "", "not for a dispatcher");
    });
}

#[test]
fn who_is_put_on_a_shift_is_qualified_throughout_or_a_supervisor_answers_for_it() {
    in_each_town(2, 0, async |town| {
        let [anna, bert] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let hr = town.client(Role::Hr, "hana", None).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        let night = open_shift(town, "2026-06-02T22:00", "2026-06-03T06:00", &["spanish"]).await;
        let asked = async |by: &Client, request: &pb::AssignShiftRequest| {
            by.schedule().assign_shift(request.clone()).await
        };
        let mut request = assigning(town, &night, Some(anna));
        let refused = asked(&hr, &request).await.unwrap_err();
        assert_eq!(
            (reason(&refused), fields(&refused)),
            ("NOT_QUALIFIED".to_owned(), vec!["responder_id".to_owned()])
        );
        grant(town, anna, "LANG_ES", "", "2026-06-02").await;
        let refused = asked(&hr, &request).await.unwrap_err();
        assert_eq!(reason(&refused), "QUALIFICATION_LAPSES");
        assert_eq!(
            refused.message(),
            "SPANISH lapses at 2026-06-03T00:00:00 in America/Chicago"
        );
        request.override_reason = "sole_cover".to_owned();
        let refused = asked(&hr, &request).await.unwrap_err();
        assert_eq!(reason(&refused), "ROLE_FORBIDDEN");
        let answer = asked(&supervisor, &request).await.unwrap().into_inner();
        assert_eq!(answer.lapses[0].qualification, "SPANISH");
        let again = asked(&supervisor, &request).await.unwrap().into_inner();
        assert_eq!(again, answer, "asked again it says the same");
        let shift = answer.shift.unwrap();
        assert_eq!(shift.override_reason, "sole_cover");

        let token = async |of: &Client| {
            let start = pb::ListEventsRequest::default();
            let now = of.streaming().list_events(start).await.unwrap();
            now.into_inner().resume_token
        };
        let told = async |of: &Client, resume_token: String| {
            let request = pb::ListEventsRequest {
                resume_token,
                ..Default::default()
            };
            let heard = of.streaming().list_events(request).await.unwrap().into_inner();
            let events = heard.updates.into_iter().flat_map(|update| update.events);
            events
                .map(|event| (event.kind(), event.flags))
                .collect::<Vec<_>>()
        };
        let (of_anna, of_bert) = (token(&anna.client).await, token(&bert.client).await);
        let published = publish(town, &shift).await;
        assert_eq!(published.lapses.len(), 1);
        grant(town, bert, "LANG_ES", "", "").await;
        let request = assigning(town, &published.shift.unwrap(), Some(bert));
        let answer = asked(&hr, &request).await.unwrap().into_inner();
        assert_eq!(answer.lapses, []);
        let shift = answer.shift.unwrap();
        assert_eq!((&shift.responder_id, &*shift.override_reason), (&bert.id, ""));

        let flags = [pb::Flag::Overridden, pb::Flag::QualificationLapses];
        assert_eq!(
            told(&anna.client, of_anna).await,
            [
                (pb::EventKind::ShiftPublished, flags.map(i32::from).to_vec()),
                (pb::EventKind::ShiftLost, Vec::new()),
            ]
        );
        assert_eq!(
            told(&bert.client, of_bert).await,
            [
                (pb::EventKind::CredentialGranted, Vec::new()),
                (pb::EventKind::ShiftAssigned, Vec::new()),
            ]
        );
    });
}
