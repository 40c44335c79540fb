//! On call, and who is called back in turn: through the real door.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Member, Town, heard_since, in_each_town, reason, token_of};

/// A list of clinicians of the agency `bhr`, in this order.
pub(crate) async fn list(town: &Town, name: &str, rotation: &[&Member]) -> pb::OnCallList {
    let request = pb::CreateOnCallListRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        name: name.to_owned(),
        discipline: "clinician".to_owned(),
        area_id: String::new(),
        responder_ids: rotation.iter().map(|one| one.id.clone()).collect(),
    };
    let created = town.admin.on_call().create_on_call_list(request).await.unwrap();
    created.into_inner().on_call_list.unwrap()
}

/// Puts somebody on call on a day of June 2026, from one hour to another.
pub(crate) fn planning(
    town: &Town,
    list: &pb::OnCallList,
    who: &Member,
    day: u32,
    hours: (u32, u32),
) -> pb::PlanOnCallRequest {
    let local = |hour: u32| {
        Some(pb::LocalTime {
            local: format!("2026-06-{day:02}T{hour:02}:00"),
            occurrence: 0,
        })
    };
    pb::PlanOnCallRequest {
        request_id: town.request_id(),
        on_call_list_id: list.on_call_list_id.clone(),
        expected_version: list.version,
        responder_id: who.id.clone(),
        local_start: local(hours.0),
        local_end: local(hours.1),
        zone: String::new(),
    }
}

/// An open shift of the clinicians' agency on the tenth of June, in force.
pub(crate) async fn open(town: &Town) -> pb::Shift {
    let local = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            occurrence: 0,
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        local_start: local("2026-06-10T09:00"),
        local_end: local("2026-06-10T17:00"),
        ..Default::default()
    };
    let created = town.admin.schedule().create_shift(request).await.unwrap();
    let draft = created.into_inner().shift.unwrap();
    let publish = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: draft.shift_id,
        expected_version: draft.version,
        ..Default::default()
    };
    let published = town.admin.schedule().publish_shift(publish).await.unwrap();
    published.into_inner().shift.unwrap()
}

async fn called(
    town: &Town,
    list: &pb::OnCallList,
    shift: &pb::Shift,
    who: &Member,
    outcome: pb::CallBackOutcome,
) -> Result<pb::OnCallList, Status> {
    let request = pb::RecordCallBackAttemptRequest {
        request_id: town.request_id(),
        on_call_list_id: list.on_call_list_id.clone(),
        shift_id: shift.shift_id.clone(),
        responder_id: who.id.clone(),
        outcome: outcome.into(),
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    };
    let noted = town
        .dispatcher
        .on_call()
        .record_call_back_attempt(request)
        .await?;
    Ok(noted.into_inner().on_call_list.unwrap())
}

async fn call_backs(town: &Town, shift: &pb::Shift) -> pb::GetCallBacksResponse {
    let request = pb::GetCallBacksRequest {
        shift_id: shift.shift_id.clone(),
    };
    let told = town.dispatcher.schedule().get_call_backs(request).await.unwrap();
    told.into_inner()
}

fn asked(told: &pb::GetCallBacksResponse) -> Vec<&str> {
    let could = told.call_backs.iter();
    could
        .map(|one| &*one.responder.as_ref().unwrap().call_sign)
        .collect()
}

#[test]
fn people_are_called_back_in_turn_and_whoever_had_his_turn_is_last() {
    in_each_town(4, 0, async |town| {
        let [zero, one, two, _] = &town.clinicians[..] else {
            panic!("four clinicians")
        };
        let shift = open(town).await;
        assert_eq!(call_backs(town, &shift).await.on_call_list_id, "");
        // The fourth is on no list, and comes behind those who are.
        let nights = list(town, "nights", &[two, zero, one]).await;
        let told = call_backs(town, &shift).await;
        assert_eq!(told.on_call_list_id, nights.on_call_list_id);
        assert_eq!(
            asked(&told),
            ["clinician-2", "clinician-0", "clinician-1", "clinician-3"]
        );
        let places: Vec<_> = told.call_backs.iter().map(|one| one.rotation_place).collect();
        assert_eq!(places, [Some(1), Some(2), Some(3), None]);

        use pb::CallBackOutcome::{Accepted, NoAnswer, Unspecified, WrongNumber};
        let charged = called(town, &nights, &shift, two, NoAnswer).await.unwrap();
        assert_eq!(charged.responder_ids, [&*zero.id, &*one.id, &*two.id]);
        let spared = called(town, &nights, &shift, zero, WrongNumber).await.unwrap();
        assert_eq!(
            spared.responder_ids, charged.responder_ids,
            "it was not his doing"
        );
        let told = call_backs(town, &shift).await;
        assert_eq!(
            asked(&told),
            ["clinician-1", "clinician-3", "clinician-0", "clinician-2"]
        );
        let outcomes: Vec<_> = told.call_backs.iter().map(pb::CallBack::last_outcome).collect();
        assert_eq!(outcomes, [Unspecified, Unspecified, WrongNumber, NoAnswer]);
        let taken = called(town, &nights, &shift, one, Accepted).await.unwrap();
        assert_eq!(taken.responder_ids, [&*zero.id, &*two.id, &*one.id]);
        assert_eq!(
            asked(&call_backs(town, &shift).await).len(),
            4,
            "nobody is put on it by that"
        );

        // Who was called is kept for good, in pages.
        let mut page = pb::ListCallBackAttemptsRequest {
            on_call_list_id: nights.on_call_list_id.clone(),
            page_size: 2,
            page_token: String::new(),
        };
        let mut all = Vec::new();
        loop {
            let listed = town
                .admin
                .on_call()
                .list_call_back_attempts(page.clone())
                .await
                .unwrap();
            let listed = listed.into_inner();
            all.extend(listed.attempts);
            if listed.next_page_token.is_empty() {
                break;
            }
            page.page_token = listed.next_page_token;
        }
        let told: Vec<_> = all
            .iter()
            .map(|one| (one.number, one.outcome(), one.charged))
            .collect();
        assert_eq!(
            told,
            [(3, Accepted, true), (2, WrongNumber, false), (1, NoAnswer, true)]
        );
        assert_eq!(all[2].reporter.as_ref().unwrap().subject, "dana");

        // By a list that is retired nobody is called any more.
        let retire = pb::RetireOnCallListRequest {
            request_id: town.request_id(),
            on_call_list_id: nights.on_call_list_id.clone(),
            expected_version: taken.version,
        };
        town.admin.on_call().retire_on_call_list(retire).await.unwrap();
        assert_eq!(call_backs(town, &shift).await.on_call_list_id, "");
        let refused = called(town, &nights, &shift, two, Accepted).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_IN_THIS_STATE");
    });
}

#[test]
fn whoever_is_on_call_then_is_called_before_whose_turn_it_is() {
    in_each_town(3, 0, async |town| {
        let [zero, one, two] = &town.clinicians[..] else {
            panic!("three clinicians")
        };
        let shift = open(town).await;
        let nights = list(town, "nights", &[zero, one, two]).await;
        let mut office = town.admin.on_call();
        let other_day = planning(town, &nights, one, 11, (6, 18));
        let planned = office.plan_on_call(other_day).await.unwrap().into_inner();
        let that_day = planning(town, &planned.on_call_list.unwrap(), two, 10, (6, 18));
        office.plan_on_call(that_day).await.unwrap();
        let told = call_backs(town, &shift).await;
        assert_eq!(asked(&told), ["clinician-2", "clinician-0", "clinician-1"]);
        let on_call: Vec<_> = told.call_backs.iter().map(|one| one.on_call).collect();
        assert_eq!(on_call, [true, false, false]);
        // Not asked, by his own word, he is not called although he is on call.
        let opt_out = pb::UpdateOffShiftRequest {
            request_id: town.request_id(),
            responder_id: two.id.clone(),
            off_shift: Some(pb::OffShift {
                opted_out_until: "2026-06-30".to_owned(),
                ..Default::default()
            }),
            words: None,
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["opted_out_until".to_owned()],
            }),
            expected_version: 0,
        };
        two.client.availability().update_off_shift(opt_out).await.unwrap();
        assert_eq!(
            asked(&call_backs(town, &shift).await),
            ["clinician-0", "clinician-1"]
        );
    });
}

#[test]
fn somebody_hears_of_his_own_on_call_time_and_of_nobody_elses() {
    in_each_town(2, 0, async |town| {
        let [anna, other] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        let hr = town.client(Role::Hr, "hana", None).await;
        let nights = list(town, "nights", &[anna, other]).await;
        let (hers, his, office) = (
            token_of(&anna.client).await,
            token_of(&other.client).await,
            token_of(&hr).await,
        );
        let mut keeper = hr.on_call();
        let planned = keeper
            .plan_on_call(planning(town, &nights, anna, 10, (6, 18)))
            .await
            .unwrap();
        let planned = planned.into_inner().on_call_list.unwrap();
        let planned = keeper
            .plan_on_call(planning(town, &planned, other, 10, (6, 18)))
            .await
            .unwrap();
        let planned = planned.into_inner().on_call_list.unwrap();
        let shift = open(town).await;
        called(town, &nights, &shift, other, pb::CallBackOutcome::Declined)
            .await
            .unwrap();
        let standing = called(town, &nights, &shift, anna, pb::CallBackOutcome::NotAvailable)
            .await
            .unwrap();
        let cancel = pb::CancelOnCallRequest {
            request_id: town.request_id(),
            on_call_list_id: nights.on_call_list_id.clone(),
            expected_version: standing.version,
            responder_id: anna.id.clone(),
            start: planned.stints[0].start,
            end: planned.stints[0].end,
        };
        keeper.cancel_on_call(cancel).await.unwrap();

        use pb::EventKind::{CallBackAttempted, OnCallCancelled, OnCallPlanned};
        let kinds = |events: &[pb::Event]| events.iter().map(pb::Event::kind).collect::<Vec<_>>();
        let to_her = heard_since(&anna.client, &hers).await;
        assert_eq!(
            kinds(&to_her),
            [OnCallPlanned, CallBackAttempted, OnCallCancelled]
        );
        let Some(pb::event::After::OnCallList(seen)) = &to_her[1].after else {
            panic!("a list: {to_her:?}")
        };
        assert_eq!(
            (seen.stints.len(), seen.attempts.len(), seen.responder_ids.len()),
            (1, 1, 0)
        );
        assert!(!format!("{to_her:?}").contains(&other.id));
        assert_eq!(
            kinds(&heard_since(&other.client, &his).await),
            [OnCallPlanned, CallBackAttempted]
        );
        let of_lists = |event: &&pb::Event| matches!(event.after, Some(pb::event::After::OnCallList(_)));
        let told = heard_since(&hr, &office).await;
        assert_eq!(told.iter().filter(of_lists).count(), 5);

        let listing = pb::ListOnCallListsRequest::default();
        let hers = anna
            .client
            .on_call()
            .list_on_call_lists(listing.clone())
            .await
            .unwrap();
        assert_eq!(hers.into_inner().on_call_lists, [], "she is on call no longer");
        let his = other.client.on_call().list_on_call_lists(listing).await.unwrap();
        let his = his.into_inner().on_call_lists;
        assert_eq!((his.len(), his[0].stints.len()), (1, 1));
        assert!(!format!("{his:?}").contains(&anna.id));
    });
}
