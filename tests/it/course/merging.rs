//! Several calls about one incident continue as one of them.

use tandem::grpc::pb;
use tonic::Status;

use super::{heard_since, kinds_since, mark, of, opened};
use crate::harness::town::{Member, Town, by_id, contact, in_each_town, reason, st_louis};

const FOLLOW: pb::MergedMembers = pb::MergedMembers::Follow;
const RELEASE: pb::MergedMembers = pb::MergedMembers::Release;

async fn merge(
    town: &Town,
    merged: &str,
    survivor: &str,
    members: pb::MergedMembers,
) -> Result<pb::MergeCallsResponse, Status> {
    let request = pb::MergeCallsRequest {
        request_id: town.request_id(),
        call_id: survivor.to_owned(),
        merged_call_ids: vec![merged.to_owned()],
        members: members.into(),
        reason: "duplicate".to_owned(),
        note: "one man, two callers".to_owned(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let answer = town.dispatcher.dispatch().merge_calls(request).await?;
    Ok(answer.into_inner())
}

async fn remarks(town: &Town, call_id: &str) -> Vec<String> {
    let request = pb::ListRemarksRequest {
        call_id: call_id.to_owned(),
        ..Default::default()
    };
    let listed = town.dispatcher.dispatch().list_remarks(request).await.unwrap();
    let bodies = listed.into_inner().remarks.into_iter().map(|one| one.body);
    bodies.collect()
}

#[test]
fn a_duplicate_goes_on_as_the_first_with_its_people_words_and_references() {
    in_each_town(2, 2, async |town| {
        let known = pb::ExternalReference {
            system: "cad".to_owned(),
            kind: "incident".to_owned(),
            value: "26-4711".to_owned(),
        };
        let request = pb::OpenCallRequest {
            external_references: vec![known.clone()],
            clinical_context: Some(pb::ClinicalContext {
                narrative: "hears voices".to_owned(),
            }),
            callback: contact("+1 314 555 0147", "Marisol"),
            ..town.call(3)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let duplicate = dispatch.open_call(request.clone()).await.unwrap().into_inner();
        let (merged, old) = (
            duplicate.call.unwrap().call_id,
            duplicate.assignment.unwrap().assignment_id,
        );
        let (survivor, _) = opened(town).await;
        let remark = pb::AddRemarkRequest {
            request_id: town.request_id(),
            call_id: merged.clone(),
            class: pb::RemarkClass::Operational.into(),
            body: "side door".to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        dispatch.add_remark(remark).await.unwrap();
        let officer = &town.officers[0];
        town.accept(officer, &old).await.unwrap();
        town.progress(officer, &old, pb::Progress::EnRoute).await;
        let before = mark(&officer.client).await;

        let answer = merge(town, &merged, &survivor, FOLLOW).await.unwrap();
        let now = answer.assignment.unwrap();
        let moved = of(&now, officer).unwrap();
        assert_eq!(
            (moved.state(), &*moved.slot_id, moved.steps.len()),
            (pb::MemberState::EnRoute, "officer", 3)
        );
        assert_eq!(
            remarks(town, &survivor).await,
            ["side door", "one man, two callers"]
        );
        let gone = town.get_call(&merged).await;
        let gone_call = gone.call.unwrap();
        assert_eq!(gone_call.state(), pb::CallState::Merged);
        assert_eq!(gone_call.merged_into_call_id, survivor);
        assert_eq!(
            gone_call.external_references,
            std::slice::from_ref(&known),
            "they stay readable"
        );
        let trace = gone.assignment.unwrap();
        let trace = of(&trace, officer).unwrap();
        assert_eq!(
            (trace.exit_reason.as_str(), trace.moved_to_assignment_id.as_str()),
            ("call_merged", now.assignment_id.as_str())
        );
        let again = dispatch
            .open_call(pb::OpenCallRequest {
                request_id: town.request_id(),
                ..request
            })
            .await
            .unwrap()
            .into_inner();
        assert!(again.existing, "its reference is known");
        assert_eq!(again.call.unwrap().call_id, survivor);
        // The clinician on the call that goes on reads the words of the other one; so does who came with it.
        let read = async |member: &Member, call_id: &str| {
            let request = pb::GetCallRequest { call: by_id(call_id) };
            let answer = member.client.dispatch().get_call(request).await.unwrap();
            answer.into_inner()
        };
        let clinician = &town.clinicians[1];
        assert!(of(&now, clinician).is_some());
        let texts = read(clinician, &survivor).await.texts.unwrap();
        assert_eq!(texts.clinical_context.unwrap().narrative, "hears voices");
        assert_eq!(texts.callback, contact("+1 314 555 0147", "Marisol"));
        let texts = read(officer, &survivor).await.texts.unwrap();
        assert!(texts.clinical_context.is_none());
        let where_to = read(officer, &merged).await.call.unwrap();
        assert_eq!(
            where_to.merged_into_call_id, survivor,
            "he may read where it went"
        );
        // He hears of it in one update, and his next report by the old assignment counts for the new one.
        let heard = kinds_since(&officer.client, &before).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        let moves = heard[0]
            .iter()
            .filter(|kind| **kind == pb::EventKind::MemberMoved);
        assert_eq!(moves.count(), 2);
        let reported = town.progress(officer, &old, pb::Progress::OnScene).await;
        assert_eq!(reported.assignment_id, now.assignment_id);
        assert_eq!(of(&reported, officer).unwrap().state(), pb::MemberState::OnScene);
    });
}

#[test]
fn who_is_not_concerned_by_a_merge_hears_nothing() {
    in_each_town(3, 2, async |town| {
        let ((merged, _), (survivor, _)) = (opened(town).await, opened(town).await);
        town.settle().await;
        let third = &town.clinicians[2].client;
        let before = mark(third).await;
        merge(town, &merged, &survivor, FOLLOW).await.unwrap();
        assert!(heard_since(third, &before).await.updates.is_empty());
    });
}

#[test]
fn a_merge_says_what_becomes_of_members_and_frees_nobody_on_scene() {
    in_each_town(2, 2, async |town| {
        let ((merged, old), (survivor, _)) = (opened(town).await, opened(town).await);
        let undecided = merge(town, &merged, &survivor, pb::MergedMembers::Unspecified).await;
        assert_eq!(reason(&undecided.unwrap_err()), "MEMBERS_UNDECIDED");
        let officer = &town.officers[0];
        town.progress(officer, &old, pb::Progress::OnScene).await;
        let clinician = &town.clinicians[0];
        town.accept(clinician, &old).await.unwrap();
        let answer = merge(town, &merged, &survivor, RELEASE).await.unwrap();
        assert_eq!(answer.call.unwrap().state(), pb::CallState::OnScene);
        let now = answer.assignment.unwrap();
        assert_eq!(of(&now, officer).unwrap().state(), pb::MemberState::OnScene);
        assert!(of(&now, clinician).is_none(), "he was on the way: he is free");
        let back = merge(town, &survivor, &merged, FOLLOW).await;
        assert_eq!(reason(&back.unwrap_err()), "CALL_MERGED");
        let again = merge(town, &merged, &survivor, FOLLOW).await.unwrap();
        assert_eq!(again.revision, answer.revision, "it is so already");
    });
}

#[test]
fn a_waiting_call_that_is_merged_rings_no_more() {
    in_each_town(1, 1, async |town| {
        let ((survivor, _), (merged, _)) = (opened(town).await, opened(town).await);
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert_eq!(center.board().alerts.len(), 1, "the second waits");
        let answer = merge(town, &merged, &survivor, pb::MergedMembers::Unspecified).await;
        assert!(answer.unwrap().report.is_none(), "nobody was lacking");
        assert!(center.board().alerts.is_empty());
        let before = mark(&town.dispatcher).await;
        town.turn(50).await;
        assert!(heard_since(&town.dispatcher, &before).await.updates.is_empty());
    });
}

#[test]
fn a_fact_of_a_merged_call_long_filed_finds_the_one_that_went_on() {
    in_each_town(2, 2, async |town| {
        let filing = pb::Policy {
            filing_seconds: 60,
            ..Default::default()
        };
        town.set_policy("filing_seconds", filing).await;
        let ((merged, old), (survivor, _)) = (opened(town).await, opened(town).await);
        let officer = &town.officers[0];
        town.accept(officer, &old).await.unwrap();
        let moved = merge(town, &merged, &survivor, FOLLOW)
            .await
            .unwrap()
            .assignment
            .unwrap();
        for member in &moved.members {
            let everyone = town.clinicians.iter().chain(&town.officers);
            let id = &member.responder.as_ref().unwrap().responder_id;
            let is_active = member.state() as i32 <= pb::MemberState::AtDestination as i32;
            for who in everyone.filter(|one| one.id == *id && is_active) {
                town.clear(who, &moved.assignment_id, "15").await;
            }
        }
        town.turn(61).await;
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert!(center.board().calls.is_empty(), "both are filed");
        let late = town.progress(officer, &old, pb::Progress::OnScene).await;
        assert_eq!(late.assignment_id, moved.assignment_id, "noted where he was");
        let join = pb::JoinCallRequest {
            request_id: town.request_id(),
            call: by_id(&merged),
            responder_id: officer.id.clone(),
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
        let call = joined.call.unwrap();
        assert_eq!(
            (call.call_id, pb::CallState::try_from(call.state).unwrap()),
            (survivor, pb::CallState::OnScene)
        );
        let center = town.desk.center(&st_louis()).await.unwrap();
        assert_eq!(center.board().calls.len(), 1, "the merged one stays filed");
    });
}

#[test]
fn a_merge_and_an_acceptance_at_once_leave_nobody_twice_and_nobody_lost() {
    in_each_town(2, 2, async |town| {
        let officer = &town.officers[0];
        for _ in 0..8 {
            let ((merged, old), (survivor, _)) = (opened(town).await, opened(town).await);
            let (accepted, merging) = tokio::join!(
                town.accept(officer, &old),
                merge(town, &merged, &survivor, FOLLOW)
            );
            let now = merging.unwrap().assignment.unwrap();
            match accepted {
                Ok(_) => {
                    let his = of(&now, officer).expect("he came along");
                    assert_eq!(his.state(), pb::MemberState::Accepted);
                }
                Err(refused) => assert_eq!(reason(&refused), "CALL_MERGED", "it says where it went"),
            }
            super::cancel(town, &survivor).await;
            town.settle().await;
        }
    });
}

#[test]
fn a_merge_and_a_clear_at_once_free_him_whichever_comes_first() {
    in_each_town(2, 2, async |town| {
        let officer = &town.officers[0];
        for _ in 0..8 {
            let ((merged, old), (survivor, _)) = (opened(town).await, opened(town).await);
            town.progress(officer, &old, pb::Progress::OnScene).await;
            let (cleared, merging) = tokio::join!(
                town.clear(officer, &old, "15"),
                merge(town, &merged, &survivor, FOLLOW)
            );
            assert_eq!(of(&cleared, officer).unwrap().state(), pb::MemberState::Cleared);
            merging.unwrap();
            let now = town.get_call(&survivor).await.assignment.unwrap();
            for member in &now.members {
                let everyone = town.clinicians.iter().chain(&town.officers);
                let id = &member.responder.as_ref().unwrap().responder_id;
                let is_active = member.state() as i32 <= pb::MemberState::AtDestination as i32;
                for who in everyone.filter(|one| one.id == *id && is_active) {
                    town.clear(who, &now.assignment_id, "15").await;
                }
            }
            town.settle().await;
        }
    });
}

#[test]
fn each_incident_of_a_merged_call_counts_its_own_versions() {
    in_each_town(2, 2, async |town| {
        let incident = |value: &str| pb::ExternalReference {
            system: "cad".to_owned(),
            kind: "incident".to_owned(),
            value: value.to_owned(),
        };
        let mut calls = Vec::new();
        for (value, source_version) in [("a", 7), ("b", 4)] {
            let request = pb::OpenCallRequest {
                external_references: vec![incident(value)],
                source_version,
                ..town.call(3)
            };
            let opened = town.dispatcher.dispatch().open_call(request).await.unwrap();
            calls.push(opened.into_inner().call.unwrap().call_id);
        }
        merge(town, &calls[1], &calls[0], FOLLOW).await.unwrap();
        let update = async |whose: Option<&str>, version: u64| {
            let request = pb::UpdateCallRequest {
                request_id: town.request_id(),
                call_id: calls[0].clone(),
                update_mask: Some(prost_types::FieldMask {
                    paths: vec!["incident_type".to_owned()],
                }),
                incident_type: "EDP".to_owned(),
                source_version: Some(version),
                source_reference: whose.map(incident),
                channel: pb::Channel::Cad.into(),
                ..Default::default()
            };
            town.dispatcher.dispatch().update_call(request).await
        };
        let call = update(Some("b"), 5).await.unwrap().into_inner().call.unwrap();
        assert_eq!((call.source_version, call.origins[0].source_version), (7, 5));
        update(Some("a"), 8).await.unwrap();
        let stale = update(Some("b"), 5).await.unwrap_err();
        assert_eq!(reason(&stale), "STALE_SOURCE");
        let unsaid = update(None, 9).await.unwrap_err();
        assert_eq!(
            (&*reason(&unsaid), crate::harness::town::fields(&unsaid)),
            ("REQUIRED", vec!["source_reference".to_owned()])
        );
    });
}

#[test]
fn remarks_of_both_calls_are_one_list_and_say_where_they_come_from() {
    in_each_town(2, 2, async |town| {
        let say = async |call_id: &str, body: &str| {
            let request = pb::AddRemarkRequest {
                request_id: town.request_id(),
                call_id: call_id.to_owned(),
                class: pb::RemarkClass::Operational.into(),
                body: body.to_owned(),
                channel: pb::Channel::Phone.into(),
                occurred_at: None,
            };
            town.dispatcher.dispatch().add_remark(request).await.unwrap();
            town.turn(1).await;
        };
        let mut calls = Vec::new();
        for phone in ["+1 314 555 0147", "+1 314 555 0148"] {
            let request = pb::OpenCallRequest {
                callback: contact(phone, "Marisol"),
                ..town.call(3)
            };
            let opened = town.dispatcher.dispatch().open_call(request).await.unwrap();
            calls.push(opened.into_inner().call.unwrap());
            town.turn(1).await;
        }
        let (survivor, merged) = (&calls[0], &calls[1]);
        say(&survivor.call_id, "first").await;
        say(&merged.call_id, "second").await;
        say(&survivor.call_id, "third").await;
        let before = mark(&town.dispatcher).await;
        merge(town, &merged.call_id, &survivor.call_id, FOLLOW)
            .await
            .unwrap();
        let request = pb::ListRemarksRequest {
            call_id: merged.call_id.clone(),
            ..Default::default()
        };
        let listed = town.dispatcher.dispatch().list_remarks(request).await.unwrap();
        let listed: Vec<_> = listed
            .into_inner()
            .remarks
            .into_iter()
            .map(|one| (one.body, one.from_call_number, one.was))
            .collect();
        let came = merged.number;
        let expected = [
            ("+1 314 555 0148, Marisol", came, "callback"),
            ("first", 0, ""),
            ("second", came, ""),
            ("third", 0, ""),
            ("one man, two callers", 0, ""),
        ];
        assert_eq!(
            listed,
            expected.map(|(body, number, was)| (body.to_owned(), number, was.to_owned()))
        );
        let heard = heard_since(&town.dispatcher, &before).await.updates;
        let grown = heard[0]
            .events
            .iter()
            .find(|one| one.kind() == pb::EventKind::CallUpdated);
        let flags: Vec<_> = grown.unwrap().flags().collect();
        assert_eq!(flags, [pb::Flag::RemarksAdded], "what to read again");
    });
}

#[test]
fn who_had_cleared_before_the_merge_reads_nothing_of_the_other_call() {
    in_each_town(2, 2, async |town| {
        let (survivor, old) = opened(town).await;
        let crew = [&town.clinicians[0], &town.officers[0]];
        for member in crew {
            town.accept(member, &old).await.unwrap();
            town.progress(member, &old, pb::Progress::OnScene).await;
            let clear = pb::ClearAssignmentRequest {
                request_id: town.request_id(),
                assignment_id: old.clone(),
                responder_id: member.id.clone(),
                channel: pb::Channel::App.into(),
                ..Default::default()
            };
            member.client.assignment().clear_assignment(clear).await.unwrap();
            town.set_duty(member, pb::Duty::NotAvailable, "meal").await;
        }
        let request = pb::OpenCallRequest {
            clinical_context: Some(pb::ClinicalContext {
                narrative: "hears voices".to_owned(),
            }),
            address: Some(pb::Address {
                text: "12 Elm".to_owned(),
            }),
            callback: contact("+1 314 555 0147", "Marisol"),
            ..town.call(3)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let merged = dispatch.open_call(request).await.unwrap().into_inner();
        let merged = merged.call.unwrap().call_id;
        merge(town, &merged, &survivor, FOLLOW).await.unwrap();
        for member in crew {
            let request = pb::GetCallRequest {
                call: by_id(&survivor),
            };
            let read = member
                .client
                .dispatch()
                .get_call(request)
                .await
                .unwrap()
                .into_inner();
            assert_eq!(read.texts.unwrap(), pb::CallTexts::default());
        }
    });
}

#[test]
fn who_waits_is_not_forgotten_in_a_call_that_only_waits_for_accounts() {
    in_each_town(1, 1, async |town| {
        let (survivor, old) = opened(town).await;
        let crew = [&town.clinicians[0], &town.officers[0]];
        for member in crew {
            town.accept(member, &old).await.unwrap();
            let clear = pb::ClearAssignmentRequest {
                request_id: town.request_id(),
                assignment_id: old.clone(),
                responder_id: member.id.clone(),
                channel: pb::Channel::App.into(),
                ..Default::default()
            };
            let mut assignments = member.client.assignment();
            assignments.clear_assignment(clear).await.unwrap();
            town.set_duty(member, pb::Duty::NotAvailable, "meal").await;
        }
        let waiting = town.open_call(3).await.call.unwrap();
        assert_eq!(waiting.state(), pb::CallState::Waiting);
        let goes_on = merge(town, &waiting.call_id, &survivor, FOLLOW).await.unwrap();
        assert_eq!(goes_on.call.unwrap().state(), pb::CallState::Waiting);
        for member in crew {
            town.sign_on(member).await;
            town.place(member, 0).await;
        }
        town.turn(5).await;
        let offered = town.get_call(&survivor).await.call.unwrap();
        assert_eq!(offered.state(), pb::CallState::Offered);
    });
}
