//! What a single field may hold.

use prost_types::Timestamp;

use super::*;
use crate::dispatch::CallKey;
use crate::moment::Moment;

fn shift(local_start: &str, local_end: &str, occurrence: i32, zone: &str) -> pb::CreateShiftRequest {
    let local = |local: &str| {
        Some(pb::LocalTime {
            local: local.into(),
            occurrence,
        })
    };
    pb::CreateShiftRequest {
        request_id: "r-1".into(),
        agency_id: "slmpd".into(),
        local_start: local(local_start),
        local_end: local(local_end),
        zone: zone.into(),
        ..Default::default()
    }
}

#[test]
fn what_is_no_point_is_refused() {
    let cases = [
        (f64::NAN, -90.2),
        (38.6, f64::INFINITY),
        (91.0, -181.0),
        (38.6, 180.000_1),
        (0.0, 0.0),
        (-90.2, 38.6), // exchanged
    ];
    for (latitude, longitude) in cases {
        let at = location(latitude, longitude);
        check(
            availability::report_positions(&position(at)),
            "position.location",
            Reason::InvalidPoint,
        );
        check(
            call::open_call(&pb::OpenCallRequest {
                location: at,
                ..call()
            }),
            "location",
            Reason::InvalidPoint,
        );
    }
    check(
        availability::report_positions(&position(None)),
        "position.location",
        Reason::Required,
    );
}

#[test]
fn an_enum_is_neither_unspecified_nor_unknown() {
    for value in [0, 999, -1] {
        let request = pb::OpenCallRequest {
            channel: value,
            ..call()
        };
        check(call::open_call(&request), "channel", Reason::InvalidEnum);
        let request = pb::ListCallsRequest {
            states: vec![value],
            ..Default::default()
        };
        check(call::list_calls(&request), "states[0]", Reason::InvalidEnum);
    }
}

#[test]
fn nobody_reports_in_the_name_of_the_system() {
    let request = pb::OpenCallRequest {
        channel: pb::Channel::System.into(),
        ..call()
    };
    check(call::open_call(&request), "channel", Reason::InvalidEnum);
}

#[test]
fn a_name_is_one_line_of_text() {
    let cases = [
        ("", Reason::Required),
        ("   ", Reason::InvalidText),
        ("\u{3000}", Reason::InvalidText),
        ("St.\0Louis", Reason::InvalidText),
        ("St.\nLouis", Reason::InvalidText),
        ("St. \u{202e}siuoL", Reason::InvalidText),
    ];
    let agency = |name: String| pb::CreateAgencyRequest {
        request_id: "r-1".into(),
        agency_id: "slmpd".into(),
        name,
        ..Default::default()
    };
    for (name, reason) in cases {
        check(admin::create_agency(&agency(name.into())), "name", reason);
    }
    check(
        admin::create_agency(&agency("ä".repeat(129))),
        "name",
        Reason::InvalidText,
    );
    // Characters count, not bytes.
    admin::create_agency(&agency("ä".repeat(128))).expect("good");
}

#[test]
fn a_narrative_may_have_lines_but_no_control_characters() {
    let told = |narrative: &str| pb::OpenCallRequest {
        clinical_context: Some(pb::ClinicalContext {
            narrative: narrative.into(),
        }),
        ..call()
    };
    call::open_call(&told("one\nand two")).expect("good");
    for narrative in ["one\0two", "one\u{1b}[2Jtwo", &"a".repeat(4001)] {
        let field = "clinical_context.narrative";
        check(call::open_call(&told(narrative)), field, Reason::InvalidText);
    }
}

#[test]
fn what_is_no_id_is_refused() {
    let get = |text: &str| {
        let key = pb::call_key::Key::CallId(text.to_owned());
        call::get_call(&pb::GetCallRequest {
            call: Some(pb::CallKey { key: Some(key) }),
        })
    };
    check(get(""), "call.call_id", Reason::Required);
    for text in [
        "abc",
        "0",
        "01890a5d-ac96-774b-bcce-b302099a805",
        &ID.replace('-', ""),
        "'; drop table",
    ] {
        check(get(text), "call.call_id", Reason::InvalidId);
    }
    let known = CallKey::Id(ID.parse().expect("an id"));
    assert_eq!(get(ID).expect("good"), known);
    check(
        call::get_call(&pb::GetCallRequest { call: None }),
        "call",
        Reason::Required,
    );
}

#[test]
fn a_request_id_has_1_to_64_visible_characters() {
    let asked = |request_id: &str| pb::OpenCallRequest {
        request_id: request_id.into(),
        ..call()
    };
    call::open_call(&asked(&"r".repeat(64))).expect("good");
    for request_id in [" ", "a b", "ä", &"r".repeat(65)] {
        check(
            call::open_call(&asked(request_id)),
            "request_id",
            Reason::InvalidText,
        );
    }
}

#[test]
fn a_reported_time_is_a_moment_however_absurd() {
    let happened = |seconds, nanos| pb::OpenCallRequest {
        occurred_at: Some(Timestamp { seconds, nanos }),
        ..call()
    };
    let (stamp, _) = call::open_call(&happened(-1, 999_999_999)).expect("good");
    assert_eq!(stamp.occurred_at, Some(Moment::from_micros(-1)));
    let last = Moment::LAST.micros();
    for (seconds, nanos, micros) in [
        (0, -1, 0),
        (0, 2_000_000_000, 999_999),
        (i64::MAX, 0, last),
        (i64::MIN, 0, -last),
    ] {
        let (stamp, _) = call::open_call(&happened(seconds, nanos)).expect("a fact");
        assert_eq!(stamp.occurred_at, Some(Moment::from_micros(micros)));
    }
}

#[test]
fn a_list_that_is_too_long_is_refused_whole() {
    let request = pb::OpenCallRequest {
        hazards: vec!["not a code".into(); 51],
        ..call()
    };
    check(call::open_call(&request), "hazards", Reason::TooMany);
    let reported = position(location(38.6, -90.2)).position.expect("one");
    let batch = |count| pb::ReportPositionRequest {
        positions: vec![reported.clone(); count],
    };
    check(
        availability::report_position(&batch(501)),
        "positions",
        Reason::TooMany,
    );
    check(
        availability::report_position(&batch(0)),
        "positions",
        Reason::Required,
    );
    assert_eq!(
        availability::report_position(&batch(500)).expect("good").len(),
        500
    );
}

#[test]
fn a_wall_clock_time_that_does_not_exist_or_exists_twice_is_refused() {
    let chicago = "America/Chicago";
    let usual = "Europe/Berlin";
    let spring = shift("2026-03-08T02:30", "2026-03-08T09:00", 0, chicago);
    check(
        schedule::create_shift(&spring, |_| usual),
        "local_start",
        Reason::LocalTimeSkipped,
    );
    let autumn = shift("2026-10-31T22:00", "2026-11-01T01:30", 0, chicago);
    check(
        schedule::create_shift(&autumn, |_| usual),
        "local_end",
        Reason::LocalTimeAmbiguous,
    );
    let nowhere = shift("2026-03-08T09:00", "2026-03-08T17:00", 0, "CST");
    check(
        schedule::create_shift(&nowhere, |_| usual),
        "zone",
        Reason::UnknownZone,
    );
    let unknown = shift("2026-03-08T09:00", "2026-03-08T17:00", 999, chicago);
    let twice = ["local_start.occurrence", "local_end.occurrence"];
    let twice = twice.map(|field| (field.to_owned(), Reason::InvalidEnum));
    assert_eq!(faults(schedule::create_shift(&unknown, |_| usual)), twice);
}

#[test]
fn a_shift_without_a_zone_is_entered_in_the_jurisdictions() {
    let here = shift("2026-07-01T09:00", "2026-07-01T17:00", 0, "");
    let (_, create) = schedule::create_shift(&here, |_| "America/Chicago").expect("good");
    assert_eq!(create.zone, "America/Chicago");
    // 14:00 UTC: summer time is five hours behind.
    assert_eq!(create.planned.start, Moment::from_micros(1_782_914_400_000_000));
}
