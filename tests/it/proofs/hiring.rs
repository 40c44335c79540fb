//! How people come into a programme.

use tandem::grpc::pb;
use tandem::shift::civil::to_local;

use super::now;
use super::programme::Person;
use crate::harness::town::{Client, scene};

/// Someone with a credential, on shift, signed on, at a base by the scene.
pub(super) async fn hire(
    admin: &Client,
    radio: &Client,
    place: usize,
    discipline: &str,
    code: &str,
) -> Person {
    let agency_id = discipline.to_owned();
    let request_id = |what: &str| format!("{what}-{discipline}-{place}");
    let responder = pb::CreateResponderRequest {
        request_id: request_id("hire"),
        agency_id: agency_id.clone(),
        discipline: discipline.to_owned(),
        name: request_id("name"),
        call_sign: request_id("sign"),
        base: Some(pb::Base {
            name: "base".to_owned(),
            location: Some(scene()),
        }),
        ..Default::default()
    };
    let created = admin
        .roster()
        .create_responder(responder)
        .await
        .unwrap()
        .into_inner();
    let responder_id = created.responder.unwrap().responder_id;
    let credential = pb::GrantCredentialRequest {
        request_id: request_id("paper"),
        responder_id: responder_id.clone(),
        code: code.to_owned(),
        ..Default::default()
    };
    let granted = admin
        .roster()
        .grant_credential(credential)
        .await
        .unwrap()
        .into_inner();
    let local = |seconds| {
        Some(pb::LocalTime {
            local: to_local(now().plus_seconds(seconds), "UTC").unwrap(),
            occurrence: 0,
        })
    };
    let shift = pb::CreateShiftRequest {
        request_id: request_id("shift"),
        agency_id,
        responder_id: responder_id.clone(),
        local_start: local(-3600),
        local_end: local(20 * 3600),
        ..Default::default()
    };
    let created = admin.schedule().create_shift(shift).await.unwrap().into_inner();
    let shift = created.shift.unwrap();
    let publish = pb::PublishShiftRequest {
        request_id: request_id("publish"),
        shift_id: shift.shift_id,
        expected_version: shift.version,
        ..Default::default()
    };
    let published = admin
        .schedule()
        .publish_shift(publish)
        .await
        .unwrap()
        .into_inner();
    let duty = pb::SetDutyStatusRequest {
        request_id: request_id("duty"),
        changes: vec![pb::DutyChange {
            responder_id: responder_id.clone(),
            primary: pb::Duty::Available.into(),
            ..Default::default()
        }],
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    radio.availability().set_duty_status(duty).await.unwrap();
    Person {
        responder_id,
        credential_id: granted.credential.unwrap().credential_id,
        shift_id: published.shift.unwrap().shift_id,
    }
}
