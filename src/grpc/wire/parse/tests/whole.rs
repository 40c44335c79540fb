//! A fault does not hide the next one, wherever it stands.

use super::*;

fn told<T: Debug>(parsed: Result<T, Refusal>, expected: &[(&str, Reason)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(field, reason)| ((*field).to_owned(), *reason))
        .collect();
    assert_eq!(faults(parsed), expected);
}

#[test]
fn a_mask_tells_every_path_that_cannot_be_changed() {
    let request = pb::UpdateResponderRequest {
        request_id: "r-1".into(),
        responder: Some(pb::Responder {
            responder_id: ID.into(),
            ..Default::default()
        }),
        update_mask: mask(&["agency_id", "name", "version"]),
        expected_version: 1,
    };
    let expected = [
        ("update_mask", Reason::InvalidMask),
        ("update_mask", Reason::InvalidMask),
        // What the mask names rightly is looked at all the same.
        ("responder.name", Reason::Required),
    ];
    told(roster::update_responder(&request), &expected);
}

#[test]
fn a_mask_of_nonsense_is_not_told_without_end() {
    let paths: Vec<String> = (0..10_000).map(|place| format!("nonsense_{place}")).collect();
    let request = pb::UpdateCallRequest {
        request_id: "r-1".into(),
        call_id: ID.into(),
        expected_version: Some(1),
        update_mask: Some(FieldMask { paths }),
        channel: pb::Channel::Cad.into(),
        ..Default::default()
    };
    assert_eq!(faults(call::update_call(&request)).len(), 20);
}

#[test]
fn every_list_of_a_policy_is_looked_at() {
    let rule = pb::ResponseRule {
        scheme: "marcus_alert".into(),
        level: 256,
        response: 0,
    };
    let request = pb::UpdateJurisdictionRequest {
        request_id: "r-1".into(),
        jurisdiction: Some(pb::Jurisdiction {
            jurisdiction_id: "st-louis".into(),
            policy: Some(pb::Policy {
                responses: vec![rule],
                officer_required_hazards: vec!["a knife".into()],
                required_qualifications: vec![pb::Requirement::default()],
                credential_kinds: vec![pb::CredentialKind {
                    qualifications: vec![String::new()],
                    ..pb::CredentialKind::default()
                }],
                ordered_disciplines: vec![String::new()],
                check_ins: vec![pb::CheckInRule {
                    scheme: "marcus_alert".into(),
                    level: 1000,
                    discipline: "officer".into(),
                    seconds: 600,
                }],
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&["policy"]),
        expected_version: 1,
    };
    let policy = |field: &str| format!("jurisdiction.policy.{field}");
    let expected = [
        (policy("responses[0].level"), Reason::OutOfRange),
        (policy("responses[0].response"), Reason::InvalidEnum),
        (policy("officer_required_hazards[0]"), Reason::InvalidText),
        (policy("required_qualifications[0].discipline"), Reason::Required),
        (
            policy("required_qualifications[0].qualification"),
            Reason::Required,
        ),
        (policy("credential_kinds[0].code"), Reason::Required),
        (policy("credential_kinds[0].title"), Reason::Required),
        (policy("credential_kinds[0].qualifications[0]"), Reason::Required),
        (policy("ordered_disciplines[0]"), Reason::Required),
        (policy("check_ins[0].level"), Reason::OutOfRange),
    ];
    let found = faults(admin::update_jurisdiction(&request, &Policy::default()));
    assert_eq!(found, expected);
}

#[test]
fn both_parts_of_every_answer_are_looked_at() {
    let answer = |question: &str, value: &str| pb::Answer {
        question: question.into(),
        value: value.into(),
    };
    let request = pb::RecordDispositionRequest {
        request_id: "r-1".into(),
        assignment_id: ID.into(),
        responder_id: ID.into(),
        disposition: Some(pb::Disposition {
            code: "15".into(),
            behavioral_outcome: "safety plan".into(),
            answers: vec![
                answer("transported", "no"),
                answer("", &"a".repeat(129)),
                answer("use of force", ""),
            ],
        }),
        channel: pb::Channel::App.into(),
        occurred_at: None,
    };
    let expected = [
        ("disposition.behavioral_outcome", Reason::InvalidText),
        ("disposition.answers[1].question", Reason::Required),
        ("disposition.answers[1].value", Reason::InvalidText),
        ("disposition.answers[2].question", Reason::InvalidText),
        ("disposition.answers[2].value", Reason::Required),
    ];
    told(assignment::record_disposition(&request), &expected);
}

#[test]
fn local_times_are_looked_at_without_a_zone_too() {
    let local = |local: &str, occurrence| pb::LocalTime {
        local: local.into(),
        occurrence,
    };
    let request = |start, end| pb::CreateShiftRequest {
        request_id: "r-1".into(),
        agency_id: "slmpd".into(),
        zone: "CST".into(),
        local_start: start,
        local_end: end,
        ..Default::default()
    };
    let zone = ("zone", Reason::UnknownZone);
    told(
        schedule::create_shift(&request(None, Some(local("tomorrow", 0))), |_| "America/Chicago"),
        &[
            zone,
            ("local_start", Reason::Required),
            ("local_end", Reason::InvalidTime),
        ],
    );
    // A skipped time is at fault only where a zone skips it.
    let skipped = request(
        Some(local("2026-03-08T02:30", 0)),
        Some(local("2026-03-08T09:00", 3)),
    );
    told(
        schedule::create_shift(&skipped, |_| "America/Chicago"),
        &[zone, ("local_end.occurrence", Reason::InvalidEnum)],
    );
}
