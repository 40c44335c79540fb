//! The words of a call: who reads them, and that they stand nowhere else.

use tandem::board::Role;
use tandem::grpc::pb;

use crate::harness::town::{Client, by_id, contact, fields, in_each_town, reason};

async fn texts(client: &Client, call_id: &str) -> pb::CallTexts {
    let request = pb::GetCallRequest { call: by_id(call_id) };
    let answer = client.dispatch().get_call(request).await.unwrap();
    answer.into_inner().texts.unwrap()
}

async fn remarks(client: &Client, call_id: &str) -> Vec<String> {
    let request = pb::ListRemarksRequest {
        call_id: call_id.to_owned(),
        ..Default::default()
    };
    let answer = client.dispatch().list_remarks(request).await.unwrap();
    answer
        .into_inner()
        .remarks
        .into_iter()
        .map(|remark| remark.body)
        .collect()
}

#[test]
fn a_telephone_seat_reads_whom_to_call_back_and_an_auditor_does_not() {
    in_each_town(1, 1, async |town| {
        let seat = &town.clinicians[0];
        town.set_duty(seat, pb::Duty::Available, "telephone").await;
        let opening = |callback| pb::OpenCallRequest {
            location: None,
            callback,
            ..town.call(1)
        };
        let mut dispatch = town.dispatcher.dispatch();
        let bad = opening(contact("her mother", ""));
        let refused = dispatch.open_call(bad).await.unwrap_err();
        assert_eq!(
            (reason(&refused), fields(&refused)),
            ("INVALID_TEXT".to_owned(), vec!["callback.phone".to_owned()])
        );
        let start = pb::ListEventsRequest::default();
        let token = town
            .dispatcher
            .streaming()
            .list_events(start)
            .await
            .unwrap()
            .into_inner()
            .resume_token;
        let callback = contact("+1 314 555 0147 x2", "Marisol");
        let opened = dispatch
            .open_call(opening(callback.clone()))
            .await
            .unwrap()
            .into_inner();
        let call = opened.call.unwrap();
        assert_eq!(
            opened.assignment.unwrap().outcome,
            i32::from(pb::Outcome::Telephone)
        );

        let auditor = town.client(Role::Auditor, "ada", None).await;
        for (reader, reads) in [
            (&town.dispatcher, &callback),
            (&seat.client, &callback),
            (&auditor, &None),
        ] {
            assert_eq!(texts(reader, &call.call_id).await.callback, *reads);
        }
        let update = |callback, expected_version| pb::UpdateCallRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["callback".to_owned()],
            }),
            expected_version: Some(expected_version),
            callback,
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        let other = contact("911", "");
        let updated = dispatch
            .update_call(update(other.clone(), call.version))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(texts(&seat.client, &call.call_id).await.callback, other);
        let version = updated.call.unwrap().version;
        dispatch.update_call(update(None, version)).await.unwrap();
        assert_eq!(texts(&seat.client, &call.call_id).await.callback, None);

        // It is in no event, and in no table but that of the texts.
        let listing = pb::ListEventsRequest {
            resume_token: token,
            ..Default::default()
        };
        let told = town
            .dispatcher
            .streaming()
            .list_events(listing)
            .await
            .unwrap()
            .into_inner();
        assert!(!told.updates.is_empty());
        assert!(!format!("{told:?}").contains("Marisol"));
        let entries = town
            .store
            .entries(&crate::harness::town::st_louis(), 0, 10_000)
            .await
            .unwrap();
        let journal =
            serde_json::to_string(&entries.iter().map(|(entry, _)| entry).collect::<Vec<_>>()).unwrap();
        assert!(!journal.contains("Marisol") && !journal.contains("0147"));
    });
}

#[test]
fn the_words_of_an_override_are_a_remark_that_whoever_is_sent_reads() {
    in_each_town(2, 1, async |town| {
        let call = town.open_call(2).await.call.unwrap();
        let knows_her = &town.clinicians[1];
        let assign = pb::AssignManuallyRequest {
            request_id: town.request_id(),
            call_id: call.call_id.clone(),
            members: vec![pb::NamedMember {
                responder_id: knows_her.id.clone(),
                slot_id: call.slots[0].slot_id.clone(),
            }],
            replace: true,
            reason: "knows_the_person".to_owned(),
            note: "she trusts him since March".to_owned(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let assigned = town
            .dispatcher
            .dispatch()
            .assign_manually(assign)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(assigned.call.unwrap().remark_count, 1);
        let auditor = town.client(Role::Auditor, "ada", None).await;
        for reader in [&town.dispatcher, &knows_her.client, &auditor] {
            assert_eq!(
                remarks(reader, &call.call_id).await,
                ["she trusts him since March"]
            );
        }
    });
}
