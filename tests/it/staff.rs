//! What HR keeps, and what a responder reads of himself.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, Town, by_id, fields, in_each_town, reason};

fn person(town: &Town, discipline: &str, call_sign: &str) -> pb::CreateResponderRequest {
    pb::CreateResponderRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        discipline: discipline.to_owned(),
        name: "Nell Abara".to_owned(),
        call_sign: call_sign.to_owned(),
        ..Default::default()
    }
}

async fn grant(
    town: &Town,
    by: &Client,
    who: &Member,
    code: &str,
    last_day: &str,
) -> pb::GrantCredentialResponse {
    let request = pb::GrantCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        code: code.to_owned(),
        number: format!("MO-{code}"),
        issuer: String::new(),
        valid_until: last_day.to_owned(),
        valid_from: String::new(),
    };
    by.roster().grant_credential(request).await.unwrap().into_inner()
}

async fn me(of: &Member) -> pb::GetMeResponse {
    of.client
        .availability()
        .get_me(pb::GetMeRequest {})
        .await
        .unwrap()
        .into_inner()
}

async fn credentials(by: &Client, request: pb::ListCredentialsRequest) -> Vec<(String, String, String)> {
    let answer = by.roster().list_credentials(request).await.unwrap().into_inner();
    let told = answer.credentials.into_iter().map(|one| {
        let held = one.credential.unwrap();
        (one.holder.unwrap().call_sign, held.code, held.number)
    });
    told.collect()
}

#[test]
fn a_slip_of_a_discipline_or_of_a_call_signs_case_is_caught() {
    in_each_town(1, 0, async |town| {
        let mut roster = town.admin.roster();
        let slip = roster
            .create_responder(person(town, "clinican", "N-1"))
            .await
            .unwrap_err();
        assert_eq!(
            (reason(&slip), fields(&slip)),
            ("NOT_FOUND".to_owned(), vec!["discipline".to_owned()])
        );
        assert!(
            slip.message().ends_with("the policy knows clinician, officer"),
            "{slip}"
        );
        let taken = roster
            .create_responder(person(town, "clinician", "CLINICIAN-0"))
            .await
            .unwrap_err();
        assert_eq!(
            (reason(&taken), fields(&taken)),
            ("ALREADY_EXISTS".to_owned(), vec!["call_sign".to_owned()])
        );
        roster
            .create_responder(person(town, "officer", "N-1"))
            .await
            .unwrap();
    });
}

#[test]
fn papers_are_kept_in_capitals_and_hr_sees_what_lapses() {
    in_each_town(2, 0, async |town| {
        let hr = town.client(Role::Hr, "hana", None).await;
        let [first, second] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let past = grant(town, &hr, first, "lpc", "2026-05-31").await;
        assert!(past.lapsed_already);
        assert_eq!(past.credential.unwrap().code, "LPC");
        // The last day is valid to its end.
        assert!(
            !grant(town, &hr, second, "lmft", "2026-06-01")
                .await
                .lapsed_already
        );
        grant(town, &hr, second, "CIT", "2026-07-15").await;
        let gone = grant(town, &hr, second, "LMSW", "2026-06-02")
            .await
            .credential
            .unwrap();
        let revoke = pb::RevokeCredentialRequest {
            request_id: town.request_id(),
            responder_id: second.id.clone(),
            credential_id: gone.credential_id,
        };
        hr.roster().revoke_credential(revoke).await.unwrap();

        let lapsing = |before: &str| pb::ListCredentialsRequest {
            valid_until_before: before.to_owned(),
            ..Default::default()
        };
        let held =
            |sign: &str, code: &str, number: &str| (sign.to_owned(), code.to_owned(), number.to_owned());
        let (lpc, lmft) = (
            held("clinician-0", "LPC", "MO-lpc"),
            held("clinician-1", "LMFT", "MO-lmft"),
        );
        assert_eq!(
            credentials(&hr, lapsing("2026-06-01")).await,
            std::slice::from_ref(&lpc)
        );
        assert_eq!(credentials(&hr, lapsing("2026-07-15")).await, [lpc, lmft]);
        let by_day = credentials(&hr, pb::ListCredentialsRequest::default()).await;
        let codes: Vec<&str> = by_day.iter().map(|(_, code, _)| code.as_str()).collect();
        assert_eq!(codes, ["LPC", "LMFT", "LMSW", "CIT", "LCSW", "LCSW"]);

        // A page goes on where the one before ended.
        let mut token = String::new();
        let mut paged = Vec::new();
        loop {
            let request = pb::ListCredentialsRequest {
                page_size: 2,
                page_token: token.clone(),
                ..lapsing("2026-08-01")
            };
            let page = hr.roster().list_credentials(request).await.unwrap().into_inner();
            paged.extend(
                page.credentials
                    .into_iter()
                    .map(|one| one.credential.unwrap().code),
            );
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, ["LPC", "LMFT", "CIT"]);
        let slip = hr
            .roster()
            .list_credentials(lapsing("31.05.2026"))
            .await
            .unwrap_err();
        assert_eq!(
            (reason(&slip), fields(&slip)),
            ("INVALID_TIME".to_owned(), vec!["valid_until_before".to_owned()])
        );

        // Numbers are for those who keep the papers.
        for (role, sees) in [
            (Role::Hr, true),
            (Role::Supervisor, true),
            (Role::Admin, true),
            (Role::Dispatcher, false),
            (Role::Auditor, false),
            (Role::System, false),
        ] {
            let client = town.client(role, "reader", None).await;
            let (_, code, number) = credentials(&client, lapsing("2026-06-01")).await.remove(0);
            assert_eq!((code.as_str(), !number.is_empty()), ("LPC", sees), "{role:?}");
        }
        let own = me(first).await.responder.unwrap();
        assert!(own.credentials.iter().all(|held| held.number.is_empty()));
    });
}

#[test]
fn of_whom_he_must_not_meet_a_responder_learns_nothing() {
    in_each_town(1, 1, async |town| {
        let clinician = &town.clinicians[0];
        let start = pb::ListEventsRequest::default();
        let token = clinician
            .client
            .streaming()
            .list_events(start)
            .await
            .unwrap()
            .into_inner()
            .resume_token;
        let known = pb::GetResponderRequest {
            responder_id: clinician.id.clone(),
        };
        let known = town
            .admin
            .roster()
            .get_responder(known)
            .await
            .unwrap()
            .into_inner()
            .responder
            .unwrap();
        let update = pb::UpdateResponderRequest {
            request_id: town.request_id(),
            responder: Some(pb::Responder {
                must_not_meet_responder_ids: vec![town.officers[0].id.clone()],
                ..known.clone()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["must_not_meet_responder_ids".to_owned()],
            }),
            expected_version: known.version,
        };
        let updated = town
            .admin
            .roster()
            .update_responder(update)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(updated.responder.unwrap().must_not_meet_responder_ids.len(), 1);
        assert_eq!(
            me(clinician).await.responder.unwrap().must_not_meet_responder_ids,
            [""; 0]
        );
        let request = pb::ListEventsRequest {
            resume_token: token,
            ..Default::default()
        };
        let heard = clinician
            .client
            .streaming()
            .list_events(request)
            .await
            .unwrap()
            .into_inner();
        assert!(!heard.updates.is_empty());
        assert!(!format!("{heard:?}").contains(&town.officers[0].id));
    });
}

#[test]
fn a_responder_lists_his_own_published_shifts_and_no_other() {
    in_each_town(2, 0, async |town| {
        let [one, other] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let local = |local: &str| {
            Some(pb::LocalTime {
                local: local.to_owned(),
                occurrence: 0,
            })
        };
        let draft = pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            responder_id: one.id.clone(),
            local_start: local("2026-06-02T09:00"),
            local_end: local("2026-06-02T17:00"),
            ..Default::default()
        };
        town.admin.schedule().create_shift(draft).await.unwrap();
        let listed = async |request: pb::ListShiftsRequest| {
            let shifts = one
                .client
                .schedule()
                .list_shifts(request)
                .await?
                .into_inner()
                .shifts;
            let told = shifts
                .into_iter()
                .map(|shift| (shift.responder_id, shift.local_start));
            Ok::<Vec<_>, Status>(told.collect())
        };
        let own = [(one.id.clone(), "2026-06-01T06:00:00".to_owned())];
        let of_other = pb::ListShiftsRequest {
            responder_id: other.id.clone(),
            ..Default::default()
        };
        for request in [pb::ListShiftsRequest::default(), of_other] {
            let seen = listed(request).await.unwrap();
            assert_eq!(seen.len(), 1);
            assert_eq!(seen[0].0, own[0].0);
        }
        let drafts = pb::ListShiftsRequest {
            state: pb::ShiftState::Draft.into(),
            ..Default::default()
        };
        assert_eq!(listed(drafts).await.unwrap(), []);
    });
}

#[test]
fn a_responder_is_told_what_keeps_him_from_being_sent() {
    in_each_town(1, 1, async |town| {
        let officer = &town.officers[0];
        let kept = async || {
            me(officer)
                .await
                .not_sendable
                .map(|why| (why.rejection(), why.code))
        };
        assert_eq!(kept().await, None);
        town.sign_off(officer).await;
        assert_eq!(
            kept().await,
            Some((pb::Rejection::NotAvailable, "off".to_owned()))
        );
        town.set_duty(officer, pb::Duty::Available, "telephone").await;
        assert_eq!(kept().await, None, "a telephone seat is asked for as such");
        town.sign_on(officer).await;
        // Signing off has taken his position, and he has no base.
        assert_eq!(kept().await, Some((pb::Rejection::NoPosition, String::new())));
        let clinician = &town.clinicians[0];
        town.open_call(2).await;
        let busy = me(clinician).await.not_sendable.unwrap();
        assert_eq!(busy.rejection(), pb::Rejection::AlreadyAssigned);
        town.turn(12 * 3600).await;
        let off_shift = me(officer).await.not_sendable.unwrap();
        assert_eq!(off_shift.rejection(), pb::Rejection::NotOnShift);
    });
}

#[test]
fn whoever_owes_a_disposition_is_told_so_and_still_reads_what_he_needs_for_it() {
    in_each_town(2, 0, async |town| {
        let first = &town.clinicians[0];
        let request = pb::OpenCallRequest {
            clinical_context: Some(pb::ClinicalContext {
                narrative: "hears voices".to_owned(),
            }),
            ..town.call(2)
        };
        let opened = town
            .dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner();
        let (call, assignment) = (opened.call.unwrap(), opened.assignment.unwrap());
        town.accept(first, &assignment.assignment_id).await.unwrap();
        town.progress(first, &assignment.assignment_id, pb::Progress::OnScene)
            .await;
        town.turn(60).await;
        let clear = pb::ClearAssignmentRequest {
            request_id: town.request_id(),
            assignment_id: assignment.assignment_id.clone(),
            responder_id: first.id.clone(),
            disposition: None,
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        first.client.assignment().clear_assignment(clear).await.unwrap();
        town.turn(60).await;
        let read = async || {
            let request = pb::GetCallRequest {
                call: by_id(&call.call_id),
            };
            let answer = first
                .client
                .dispatch()
                .get_call(request)
                .await
                .unwrap()
                .into_inner();
            answer
                .texts
                .unwrap()
                .clinical_context
                .map(|context| context.narrative)
        };
        let owed = me(first).await.pending_dispositions;
        let numbers: Vec<u32> = owed.iter().map(|one| one.call.as_ref().unwrap().number).collect();
        assert_eq!(numbers, [call.number]);
        assert_eq!(read().await.as_deref(), Some("hears voices"));

        // Another is on the call since: he still owes his account, and reads what was there when he left.
        let join = pb::JoinCallRequest {
            request_id: town.request_id(),
            call: by_id(&call.call_id),
            responder_id: town.clinicians[1].id.clone(),
            progress: pb::Progress::OnScene.into(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        };
        let joined = town
            .dispatcher
            .dispatch()
            .join_call(join)
            .await
            .unwrap()
            .into_inner();
        assert_ne!(joined.assignment.unwrap().assignment_id, assignment.assignment_id);
        assert_eq!(me(first).await.pending_dispositions.len(), 1);
        assert_eq!(read().await.as_deref(), Some("hears voices"));

        let account = pb::RecordDispositionRequest {
            request_id: town.request_id(),
            assignment_id: assignment.assignment_id.clone(),
            responder_id: first.id.clone(),
            disposition: Some(pb::Disposition {
                code: "18".to_owned(),
                ..Default::default()
            }),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        first
            .client
            .assignment()
            .record_disposition(account)
            .await
            .unwrap();
        assert_eq!(me(first).await.pending_dispositions, []);
        let request = pb::GetCallRequest {
            call: by_id(&call.call_id),
        };
        let over = first.client.dispatch().get_call(request).await.unwrap_err();
        assert_eq!(reason(&over), "NOT_FOUND");
    });
}
