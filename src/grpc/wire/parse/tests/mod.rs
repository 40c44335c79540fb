//! What the edge lets in: a good message becomes the command, of a bad one every fault is told at once.

/// A good message with one part spoilt has exactly this fault; unspoilt it has none.
macro_rules! spoilt {
    ($parse:expr, $good:expr, $($spoil:expr => $field:literal, $reason:ident);+ $(;)?) => {{
        let parse = $parse;
        parse(&$good).expect("good");
        $(
            let mut request = $good;
            spoil(&mut request, $spoil);
            check(parse(&request), $field, Reason::$reason);
        )+
    }};
}

mod course;
mod field;
mod noun;
mod whole;

use std::fmt::Debug;

use prost_types::FieldMask;

use super::*;
use crate::board::Policy;
use crate::refusal::Reason;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn spoil<M>(request: &mut M, spoil: impl FnOnce(&mut M)) {
    spoil(request);
}

fn channel() -> i32 {
    pb::Channel::Radio.into()
}

fn location(latitude: f64, longitude: f64) -> Option<pb::Location> {
    Some(pb::Location { latitude, longitude })
}

fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    })
}

/// A good call; each test spoils a part of it.
fn call() -> pb::OpenCallRequest {
    pb::OpenCallRequest {
        request_id: "r-1".into(),
        source: "911".into(),
        incident_type: "EDP".into(),
        acuity: Some(pb::Acuity {
            scheme: "marcus_alert".into(),
            level: 3,
        }),
        hazards: vec!["weapon".into()],
        location: location(38.627, -90.199),
        channel: pb::Channel::Cad.into(),
        ..Default::default()
    }
}

fn position(location: Option<pb::Location>) -> pb::ReportPositionsRequest {
    pb::ReportPositionsRequest {
        position: Some(pb::ReportedPosition {
            responder_id: ID.into(),
            location,
            ..Default::default()
        }),
    }
}

/// The fields at fault, and why.
fn faults<T: Debug>(parsed: Result<T, Refusal>) -> Vec<(String, Reason)> {
    let refusal = parsed.expect_err("a refusal");
    let faults = refusal.violations.into_iter();
    faults
        .map(|violation| (violation.field, violation.reason))
        .collect()
}

#[track_caller]
fn check<T: Debug>(parsed: Result<T, Refusal>, field: &str, reason: Reason) {
    assert_eq!(faults(parsed), [(field.to_owned(), reason)]);
}

#[test]
fn a_good_call_becomes_the_command() {
    let (stamp, (open, dry_run)) = call::open_call(&call()).expect("good");
    assert_eq!(
        (&*stamp.request_id, stamp.channel, stamp.occurred_at),
        ("r-1", Channel::Cad, None)
    );
    assert_eq!(
        (&*open.source, &*open.incident_type, open.acuity.level),
        ("911", "EDP", 3)
    );
    let point = open.point.expect("a point");
    assert_eq!((point.latitude(), point.longitude()), (38.627, -90.199));
    assert!(open.hazards.contains("weapon") && !dry_run);
}

#[test]
fn a_call_may_have_no_point_yet() {
    let request = pb::OpenCallRequest {
        location: None,
        ..call()
    };
    let (_, (open, _)) = call::open_call(&request).expect("good");
    assert_eq!(open.point, None);
}

#[test]
fn every_fault_is_told_at_once() {
    let request = pb::OpenCallRequest {
        request_id: String::new(),
        source: "nine one one".into(),
        acuity: Some(pb::Acuity {
            scheme: String::new(),
            level: 256,
        }),
        hazards: vec!["weapon".into(), "a knife".into()],
        location: location(f64::NAN, 0.0),
        channel: 0,
        ..call()
    };
    let expected = [
        ("request_id", Reason::Required),
        ("channel", Reason::InvalidEnum),
        ("source", Reason::InvalidText),
        ("acuity.scheme", Reason::Required),
        ("acuity.level", Reason::OutOfRange),
        ("hazards[1]", Reason::InvalidText),
        ("location", Reason::InvalidPoint),
    ];
    let expected = expected.map(|(field, reason)| (field.to_owned(), reason));
    assert_eq!(faults(call::open_call(&request)), expected);
}

#[test]
fn a_mask_names_fields_that_can_be_changed() {
    let update = |paths: &[&str]| pb::UpdateCallRequest {
        request_id: "r-1".into(),
        call_id: ID.into(),
        update_mask: mask(paths),
        expected_version: Some(1),
        incident_type: "SUICIDE".into(),
        hazards: vec!["not a code".into()],
        channel: pb::Channel::Radio.into(),
        ..Default::default()
    };
    for path in ["state", "incident_type.code", "*", "number"] {
        check(
            call::update_call(&update(&[path])),
            "update_mask",
            Reason::InvalidMask,
        );
    }
    check(call::update_call(&update(&[])), "update_mask", Reason::Required);
    // What the mask does not name is not looked at.
    let (_, update) = call::update_call(&update(&["incident_type"])).expect("good");
    assert_eq!(
        (update.incident_type.as_deref(), update.hazards),
        (Some("SUICIDE"), None)
    );
}

#[test]
fn an_update_says_which_version_was_read() {
    let request = pb::UpdateCallRequest {
        request_id: "r-1".into(),
        call_id: ID.into(),
        update_mask: mask(&["incident_type"]),
        incident_type: "SUICIDE".into(),
        channel: pb::Channel::Radio.into(),
        ..Default::default()
    };
    check(call::update_call(&request), "expected_version", Reason::Required);
}

#[test]
fn one_threshold_changes_and_the_others_stay() {
    let update = |path: &str| pb::UpdateJurisdictionRequest {
        request_id: "r-1".into(),
        jurisdiction: Some(pb::Jurisdiction {
            jurisdiction_id: "st-louis".into(),
            policy: Some(pb::Policy {
                offer_seconds: 45,
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&[path]),
        expected_version: 1,
    };
    let present = Policy::default();
    let (_, changed) = admin::update_jurisdiction(&update("policy.offer_seconds"), &present).expect("good");
    let expected = Policy {
        offer_seconds: 45,
        ..Policy::default()
    };
    assert_eq!((changed.name, changed.policy), (None, Some(expected)));
    for path in ["policy.no_such_seconds", "zone", "version"] {
        check(
            admin::update_jurisdiction(&update(path), &present),
            "update_mask",
            Reason::InvalidMask,
        );
    }
}

#[test]
fn every_threshold_of_the_contract_can_be_changed_alone() {
    use prost::Message as _;
    let set = prost_types::FileDescriptorSet::decode(crate::grpc::DESCRIPTORS).expect("a descriptor set");
    let messages = set.file.iter().flat_map(|file| &file.message_type);
    let policy = messages
        .into_iter()
        .find(|message| message.name() == "Policy")
        .expect("Policy");
    let mut declared: Vec<&str> = policy.field.iter().map(|field| field.name()).collect();
    let mut known = super::policy::PATHS.to_vec();
    declared.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, declared);
}

#[test]
fn a_page_token_is_good_for_its_list_and_filter_alone() {
    let of = |responder_id: &str, page_token: &str, page_size| pb::ListShiftsRequest {
        responder_id: responder_id.into(),
        page_size,
        page_token: page_token.into(),
        ..Default::default()
    };
    let (_, page) = schedule::list_shifts(&of("", "", 2)).expect("good");
    let mut rows = vec!["a", "b", "c"];
    let token = page.cut(&mut rows, |row| (*row).to_owned());
    assert_eq!(rows, ["a", "b"]);
    let (_, next) = schedule::list_shifts(&of("", &token, 50)).expect("good");
    assert_eq!(next.after.as_deref(), Some("b"));

    let refused = Reason::InvalidPageToken;
    check(schedule::list_shifts(&of(ID, &token, 2)), "page_token", refused);
    for damaged in ["?", "AAAA", &token[1..], &format!("{token}AAAA")] {
        check(schedule::list_shifts(&of("", damaged, 2)), "page_token", refused);
    }
    let other_list = pb::ListCallsRequest {
        page_token: token,
        ..Default::default()
    };
    check(call::list_calls(&other_list), "page_token", refused);
}

#[test]
fn a_page_has_at_most_500_rows_and_never_fewer_than_one() {
    let size = |page_size| {
        schedule::list_shifts(&pb::ListShiftsRequest {
            page_size,
            ..Default::default()
        })
    };
    for (asked, given) in [(0, 100), (1, 1), (500, 500), (501, 500), (i32::MAX, 500)] {
        assert_eq!(size(asked).expect("good").1.size, given);
    }
    check(size(-1), "page_size", Reason::OutOfRange);
}

#[test]
fn the_same_body_has_the_same_fingerprint_and_another_has_another() {
    let fingerprint = |request: &pb::OpenCallRequest| call::open_call(request).expect("good").0.fingerprint;
    let other = pb::OpenCallRequest {
        dry_run: true,
        ..call()
    };
    assert_eq!(fingerprint(&call()), fingerprint(&call()));
    assert_ne!(fingerprint(&call()), fingerprint(&other));
}

#[test]
fn a_checkpoint_interval_is_the_clients_within_bounds() {
    let every = |checkpoint_seconds| streaming::watch_board(&pb::WatchBoardRequest { checkpoint_seconds });
    for (asked, given) in [(0, 15), (15, 15), (300, 300)] {
        assert_eq!(every(asked).expect("good").checkpoint_seconds, given);
    }
    for asked in [1, 14, 301, u32::MAX] {
        check(every(asked), "checkpoint_seconds", Reason::OutOfRange);
    }
}

#[test]
fn a_subscriber_can_ask_for_every_kind_of_event() {
    let wish = |kinds: Vec<i32>| {
        streaming::list_events(&pb::ListEventsRequest {
            filter: Some(pb::EventFilter {
                kinds,
                ..Default::default()
            }),
            ..Default::default()
        })
    };
    let named = crate::board::EventKind::ALL.iter().map(|kind| {
        let name = format!("EVENT_KIND_{}", kind.as_str());
        pb::EventKind::from_str_name(&name)
            .expect("of the contract")
            .into()
    });
    let all: Vec<i32> = named.collect();
    let last = *all.iter().max().expect("some");
    let (asked, token, _) = wish(all.clone()).expect("good");
    assert_eq!((asked.filter.kinds.len(), token), (all.len(), None));
    for value in [0, last + 1, -1] {
        check(wish(vec![value]), "filter.kinds[0]", Reason::InvalidEnum);
    }
}
