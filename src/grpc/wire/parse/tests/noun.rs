//! What each noun of the contract refuses: a good message with one part spoilt has one fault.

use super::*;

#[test]
fn jurisdictions_and_areas_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        admin::create_jurisdiction,
        pb::CreateJurisdictionRequest {
            request_id: "r-1".into(),
            jurisdiction_id: "st-louis".into(),
            name: "St. Louis".into(),
            zone: "America/Chicago".into(),
        },
        |asked| asked.request_id.clear() => "request_id", Required;
        |asked| asked.jurisdiction_id.clear() => "jurisdiction_id", Required;
        |asked| asked.jurisdiction_id = "St. Louis".into() => "jurisdiction_id", InvalidId;
        |asked| asked.jurisdiction_id = "a".repeat(41) => "jurisdiction_id", InvalidId;
        |asked| asked.name = "\u{2067}".into() => "name", InvalidText;
        |asked| asked.zone.clear() => "zone", Required;
        |asked| asked.zone = "UTC+6".into() => "zone", UnknownZone;
        |asked| asked.zone = "america/chicago".into() => "zone", UnknownZone;
    );
    spoilt!(
        admin::put_service_area,
        pb::PutServiceAreaRequest {
            request_id: "r-1".into(),
            jurisdiction_id: "st-louis".into(),
            name: "Downtown".into(),
            geojson_chunk: String::new(),
            zone: "America/Denver".into(),
        },
        |asked| asked.request_id = "a b".into() => "request_id", InvalidText;
        |asked| asked.name.clear() => "name", Required;
        |asked| asked.zone = "Mountain".into() => "zone", UnknownZone;
    );
    spoilt!(
        admin::remove_service_area,
        pb::RemoveServiceAreaRequest {
            request_id: "r-1".into(),
            jurisdiction_id: "st-louis".into(),
            area_id: ID.into(),
        },
        |asked| asked.area_id = "Downtown".into() => "area_id", InvalidId;
    );
}

#[test]
fn responders_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        roster::create_responder,
        pb::CreateResponderRequest {
            request_id: "r-1".into(),
            agency_id: "slmpd".into(),
            discipline: "officer".into(),
            name: "A. Officer".into(),
            call_sign: "2C14".into(),
            base: Some(pb::Base {
                name: "Central".into(),
                location: location(38.63, -90.2),
            }),
            area_ids: vec![ID.into(); 100],
            must_not_meet_responder_ids: vec![ID.into(); 100],
            external_references: vec![
                pb::ExternalReference {
                    system: "cad".into(),
                    kind: "unit".into(),
                    value: "14".into(),
                };
                20
            ],
            position: "Officer".into(),
            cost_code: "c".repeat(64),
        },
        |asked| asked.position = "p".repeat(129) => "position", InvalidText;
        |asked| asked.cost_code = "c".repeat(65) => "cost_code", InvalidText;
        |asked| asked.agency_id = "SLMPD".into() => "agency_id", InvalidId;
        |asked| asked.discipline.clear() => "discipline", Required;
        |asked| asked.discipline = "d".repeat(65) => "discipline", InvalidText;
        |asked| asked.name = "n".repeat(129) => "name", InvalidText;
        |asked| asked.call_sign = "c".repeat(33) => "call_sign", InvalidText;
        |asked| asked.base = Some(pb::Base { name: "Central".into(), location: None })
            => "base.location", Required;
        |asked| asked.base = Some(pb::Base { name: String::new(), location: location(38.63, -90.2) })
            => "base.name", Required;
        |asked| asked.area_ids.push(ID.into()) => "area_ids", TooMany;
        |asked| asked.area_ids[99] = "north".into() => "area_ids[99]", InvalidId;
        |asked| asked.must_not_meet_responder_ids.push(ID.into()) => "must_not_meet_responder_ids", TooMany;
        |asked| asked.external_references.push(pb::ExternalReference::default())
            => "external_references", TooMany;
        |asked| asked.external_references[3].system = "the CAD".into()
            => "external_references[3].system", InvalidText;
        |asked| asked.external_references[3].value = "v".repeat(129)
            => "external_references[3].value", InvalidText;
    );
}

#[test]
fn credentials_are_refused_for_each_part_that_is_at_fault() {
    let grant = |request: &_| credential::grant_credential(request, "America/Chicago");
    spoilt!(
        grant,
        pb::GrantCredentialRequest {
            request_id: "r-1".into(),
            responder_id: ID.into(),
            code: "LCSW".into(),
            number: "n".repeat(64),
            issuer: "i".repeat(128),
            valid_until: "2028-02-29".into(),
            valid_from: "2026-03-01".into(),
        },
        |asked| asked.responder_id.clear() => "responder_id", Required;
        |asked| asked.code = "L.C.S.W.".into() => "code", InvalidText;
        |asked| asked.number.push('n') => "number", InvalidText;
        |asked| asked.issuer.push('i') => "issuer", InvalidText;
        |asked| asked.valid_until = "2027-02-29".into() => "valid_until", InvalidTime;
        |asked| asked.valid_until = "2028-2-9".into() => "valid_until", InvalidTime;
        |asked| asked.valid_until = "2028-02-29T00:00".into() => "valid_until", InvalidTime;
        |asked| asked.valid_from = "03/01/2026".into() => "valid_from", InvalidTime;
    );
    spoilt!(
        credential::revoke_credential,
        pb::RevokeCredentialRequest {
            request_id: "r-1".into(),
            responder_id: ID.into(),
            credential_id: ID.into(),
        },
        |asked| asked.credential_id = "LCSW".into() => "credential_id", InvalidId;
    );
    spoilt!(
        |request: &_| credential::update_credential(request, "America/Chicago"),
        pb::UpdateCredentialRequest {
            request_id: "r-1".into(),
            responder_id: ID.into(),
            credential: Some(pb::Credential {
                credential_id: ID.into(),
                valid_until: "2028-02-29".into(),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["valid_until".into(), "number".into()] }),
            expected_version: 1,
        },
        |asked| asked.credential = None => "credential", Required;
        |asked| asked.credential.as_mut().unwrap().credential_id.clear() => "credential.credential_id", Required;
        |asked| asked.credential.as_mut().unwrap().valid_until = "2027-02-29".into()
            => "credential.valid_until", InvalidTime;
        |asked| asked.credential.as_mut().unwrap().number = "n".repeat(65) => "credential.number", InvalidText;
        |asked| asked.update_mask = None => "update_mask", Required;
    );
    spoilt!(
        credential::set_credential_verification,
        pb::SetCredentialVerificationRequest {
            request_id: "r-1".into(),
            responder_id: ID.into(),
            credential_id: ID.into(),
            expected_version: 1,
            verification: pb::Verification::Suspended.into(),
            reason: "board_order".into(),
        },
        |asked| asked.verification = 0 => "verification", InvalidEnum;
        |asked| asked.verification = pb::Verification::Revoked.into() => "verification", InvalidEnum;
        |asked| asked.reason = "he said so".into() => "reason", InvalidText;
    );
    spoilt!(
        credential::list_expiring,
        pb::ListExpiringRequest { within_days: 730, ..Default::default() },
        |asked| asked.within_days = 731 => "within_days", OutOfRange;
        |asked| asked.agency_id = "-".into() => "agency_id", InvalidId;
    );
}

#[test]
fn shifts_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        schedule::list_shifts,
        pb::ListShiftsRequest {
            from: Some(prost_types::Timestamp { seconds: 100, nanos: 0 }),
            to: Some(prost_types::Timestamp { seconds: 200, nanos: 0 }),
            state: pb::ShiftState::Unspecified.into(),
            ..Default::default()
        },
        |asked| asked.to = asked.from => "to", InvalidWindow;
        |asked| asked.from = Some(prost_types::Timestamp { seconds: 100, nanos: -1 }) => "from", InvalidTime;
        |asked| asked.agency_id = "-".into() => "agency_id", InvalidId;
        |asked| asked.state = 4 => "state", InvalidEnum;
    );
    spoilt!(
        schedule::publish_shift,
        pb::PublishShiftRequest {
            request_id: "r-1".into(),
            shift_id: ID.into(),
            expected_version: 1,
            ..Default::default()
        },
        |asked| asked.shift_id = "1".into() => "shift_id", InvalidId;
        |asked| asked.override_reason = "no one else".into() => "override_reason", InvalidText;
    );
    spoilt!(
        schedule::assign_shift,
        pb::AssignShiftRequest {
            request_id: "r-1".into(),
            shift_id: ID.into(),
            expected_version: 1,
            ..Default::default()
        },
        |asked| asked.responder_id = "Anna".into() => "responder_id", InvalidId;
        |asked| asked.override_reason = "no one else".into() => "override_reason", InvalidText;
    );
}

#[test]
fn duty_statuses_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        availability::set_duty_status,
        pb::SetDutyStatusRequest {
            request_id: "r-1".into(),
            changes: vec![
                pb::DutyChange {
                    responder_id: ID.into(),
                    primary: pb::Duty::Available.into(),
                    ..Default::default()
                };
                500
            ],
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.channel = 5 => "channel", InvalidEnum;
        |asked| asked.changes.clear() => "changes", Required;
        |asked| asked.changes.push(pb::DutyChange::default()) => "changes", TooMany;
        |asked| asked.changes[7].responder_id.clear() => "changes[7].responder_id", Required;
        |asked| asked.changes[7].primary = 0 => "changes[7].primary", InvalidEnum;
        |asked| asked.changes[7].secondary = "at lunch".into() => "changes[7].secondary", InvalidText;
        |asked| asked.changes[7].expires_at = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 })
            => "changes[7].expires_at", InvalidTime;
        |asked| asked.changes[7].active_on = Some(pb::ExternalReference {
            system: "cad".into(),
            kind: "incident".into(),
            value: String::new(),
        }) => "changes[7].active_on.value", Required;
    );
    spoilt!(
        availability::list_available,
        pb::ListAvailableRequest {
            location: location(38.63, -90.2),
            discipline: String::new(),
            qualifications: vec!["CIT".into(); 20],
            include_ineligible: true,
        },
        |asked| asked.location = None => "location", Required;
        |asked| asked.location = location(-90.2, 38.63) => "location", InvalidPoint;
        |asked| asked.discipline = "police officer".into() => "discipline", InvalidText;
        |asked| asked.qualifications.push("CIT".into()) => "qualifications", TooMany;
    );
}

#[test]
fn calls_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        call::open_call,
        super::call(),
        |asked| asked.requested_by = "an officer".into() => "requested_by", InvalidText;
        |asked| asked.acuity = None => "acuity", Required;
        |asked| asked.address = Some(pb::Address { text: "a".repeat(513) }) => "address.text", InvalidText;
        |asked| asked.approach_notes = Some("n".repeat(1001)) => "approach_notes", InvalidText;
        |asked| asked.callback = Some(pb::Contact { phone: "ext x".into(), name: String::new() })
            => "callback.phone", InvalidText;
        |asked| asked.callback = Some(pb::Contact { phone: "555 0147".into(), name: "n\nm".into() })
            => "callback.name", InvalidText;
        |asked| asked.person_references = vec!["p".into(); 21] => "person_references", TooMany;
        |asked| asked.person_references = vec![String::new()] => "person_references[0]", Required;
        |asked| asked.asked_qualifications = vec![pb::AskedQualification {
            discipline: "clinician".into(),
            qualification: String::new(),
        }] => "asked_qualifications[0].qualification", Required;
        |asked| asked.asked_qualifications = vec![pb::AskedQualification::default(); 21]
            => "asked_qualifications", TooMany;
    );
    spoilt!(
        call_verb::add_remark,
        pb::AddRemarkRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            class: pb::RemarkClass::Clinical.into(),
            body: "b".repeat(4000),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.class = 0 => "class", InvalidEnum;
        |asked| asked.body.push('b') => "body", InvalidText;
        |asked| asked.body.clear() => "body", Required;
        |asked| asked.body = "\n\t".into() => "body", InvalidText;
    );
    spoilt!(
        call_verb::cancel_call,
        pb::CancelCallRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            reason: "caller_withdrew".into(),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.reason.clear() => "reason", Required;
        |asked| asked.reason = "she hung up".into() => "reason", InvalidText;
    );
    spoilt!(
        call::explain_match,
        pb::ExplainMatchRequest {
            call_id: ID.into(),
            match_id: String::new(),
            runners_up: Some(50),
        },
        |asked| asked.match_id = "latest".into() => "match_id", InvalidId;
        |asked| asked.runners_up = Some(51) => "runners_up", OutOfRange;
    );
}

#[test]
fn members_named_by_hand_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        call_verb::assign_manually,
        pb::AssignManuallyRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            members: vec![
                pb::NamedMember {
                    responder_id: ID.into(),
                    slot_id: "officer".into(),
                };
                10
            ],
            replace: false,
            reason: "knows_the_person".into(),
            note: "n".repeat(1000),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.members.clear() => "members", Required;
        |asked| asked.members.push(pb::NamedMember::default()) => "members", TooMany;
        |asked| asked.members[2].responder_id = "2C14".into() => "members[2].responder_id", InvalidId;
        |asked| asked.members[2].slot_id.clear() => "members[2].slot_id", Required;
        |asked| asked.reason.clear() => "reason", Required;
        |asked| asked.note.push('n') => "note", InvalidText;
    );
    spoilt!(
        call_verb::join_call,
        pb::JoinCallRequest {
            request_id: "r-1".into(),
            call: Some(pb::CallKey {
                key: Some(pb::call_key::Key::Number(12)),
            }),
            responder_id: ID.into(),
            progress: pb::Progress::OnScene.into(),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.progress = 0 => "progress", InvalidEnum;
        |asked| asked.progress = 6 => "progress", InvalidEnum;
        |asked| asked.call = Some(pb::CallKey { key: None }) => "call", Required;
        |asked| asked.call = Some(pb::CallKey {
            key: Some(pb::call_key::Key::CallId("12".into())),
        }) => "call.call_id", InvalidId;
    );
}

#[test]
fn assignments_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        assignment::decline_offer,
        pb::DeclineOfferRequest {
            request_id: "r-1".into(),
            assignment_id: ID.into(),
            responder_id: ID.into(),
            reason: "too_far".into(),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.assignment_id.clear() => "assignment_id", Required;
        |asked| asked.responder_id = "me".into() => "responder_id", InvalidId;
        |asked| asked.reason.clear() => "reason", Required;
    );
    spoilt!(
        assignment::clear_assignment,
        pb::ClearAssignmentRequest {
            request_id: "r-1".into(),
            assignment_id: ID.into(),
            responder_id: ID.into(),
            disposition: None,
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.disposition = Some(pb::Disposition::default()) => "disposition.code", Required;
        |asked| asked.disposition = Some(pb::Disposition {
            code: "15".into(),
            behavioral_outcome: String::new(),
            answers: vec![pb::Answer::default(); 51],
        }) => "disposition.answers", TooMany;
    );
    spoilt!(
        assignment::record_disposition,
        pb::RecordDispositionRequest {
            request_id: "r-1".into(),
            assignment_id: ID.into(),
            responder_id: ID.into(),
            disposition: Some(pb::Disposition { code: "15".into(), ..Default::default() }),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.disposition = None => "disposition", Required;
    );
    spoilt!(
        assignment::list_assignments,
        pb::ListAssignmentsRequest::default(),
        |asked| asked.call_id = "7".into() => "call_id", InvalidId;
        |asked| asked.page_size = -1 => "page_size", OutOfRange;
    );
}

#[test]
fn filters_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        streaming::watch_assignments,
        pb::WatchAssignmentsRequest {
            filter: Some(pb::EventFilter {
                responder_ids: vec![ID.into(); 500],
                call_ids: vec![ID.into(); 500],
                agency_ids: vec!["slmpd".into(); 50],
                kinds: Vec::new(),
                area_ids: vec![ID.into(); 50],
            }),
            ..Default::default()
        },
        |asked| filter(asked).responder_ids.push(ID.into()) => "filter.responder_ids", TooMany;
        |asked| filter(asked).call_ids[1] = "7".into() => "filter.call_ids[1]", InvalidId;
        |asked| filter(asked).agency_ids.push("slmpd".into()) => "filter.agency_ids", TooMany;
        |asked| filter(asked).area_ids.push(ID.into()) => "filter.area_ids", TooMany;
        |asked| filter(asked).area_ids[1] = "south".into() => "filter.area_ids[1]", InvalidId;
    );
}

fn filter(request: &mut pb::WatchAssignmentsRequest) -> &mut pb::EventFilter {
    request.filter.get_or_insert_default()
}
