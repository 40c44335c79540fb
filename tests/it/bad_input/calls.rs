//! Opening a call.

use tandem::grpc::pb;

use super::{BAD_POINTS, Row, World, asks, invalid, reference};
use crate::harness::town::point;

/// A name, the reason, the field, and what makes a good request a bad one.
type Spoilt<T> = (&'static str, &'static str, &'static str, fn(&mut T));

const OPENED: &[Spoilt<pb::OpenCallRequest>] = &[
    ("no request_id", "REQUIRED", "request_id", |call| {
        call.request_id.clear()
    }),
    (
        "a request_id with a space",
        "INVALID_TEXT",
        "request_id",
        |call| call.request_id = "a b".to_owned(),
    ),
    ("a long request_id", "INVALID_TEXT", "request_id", |call| {
        call.request_id = "r".repeat(65)
    }),
    ("no source", "REQUIRED", "source", |call| call.source.clear()),
    ("a source with a space", "INVALID_TEXT", "source", |call| {
        call.source = "nine one one".to_owned()
    }),
    ("a type of 4 KiB", "INVALID_TEXT", "incident_type", |call| {
        call.incident_type = "t".repeat(4096)
    }),
    ("no acuity", "REQUIRED", "acuity", |call| call.acuity = None),
    ("no scheme", "REQUIRED", "acuity.scheme", |call| {
        call.acuity.as_mut().unwrap().scheme.clear()
    }),
    ("a level of 256", "VALUE_OUT_OF_RANGE", "acuity.level", |call| {
        call.acuity.as_mut().unwrap().level = 256
    }),
    ("an unknown level", "UNKNOWN_ACUITY", "acuity", |call| {
        call.acuity.as_mut().unwrap().level = 9
    }),
    ("an unknown scheme", "UNKNOWN_ACUITY", "acuity", |call| {
        call.acuity.as_mut().unwrap().scheme = "tea_leaves".to_owned()
    }),
    ("a channel of 0", "INVALID_ENUM", "channel", |call| {
        call.channel = 0
    }),
    ("a channel of 999", "INVALID_ENUM", "channel", |call| {
        call.channel = 999
    }),
    ("the system's own channel", "INVALID_ENUM", "channel", |call| {
        call.channel = pb::Channel::System.into()
    }),
    ("an address with a NUL", "INVALID_TEXT", "address.text", |call| {
        call.address = Some(pb::Address {
            text: "12 Olive\0 St".to_owned(),
        })
    }),
    (
        "notes that read backwards",
        "INVALID_TEXT",
        "approach_notes",
        |call| call.approach_notes = Some("door \u{2066}edis".to_owned()),
    ),
    (
        "a blank narrative",
        "INVALID_TEXT",
        "clinical_context.narrative",
        |call| {
            call.clinical_context = Some(pb::ClinicalContext {
                narrative: " \n ".to_owned(),
            })
        },
    ),
    (
        "a narrative without an end",
        "INVALID_TEXT",
        "clinical_context.narrative",
        |call| {
            call.clinical_context = Some(pb::ClinicalContext {
                narrative: "n".repeat(4001),
            })
        },
    ),
    ("ten thousand hazards", "TOO_MANY", "hazards", |call| {
        call.hazards = vec!["weapon".to_owned(); 10_000]
    }),
    ("one bad hazard", "INVALID_TEXT", "hazards[1]", |call| {
        call.hazards = vec!["weapon".to_owned(), "a dog".to_owned()]
    }),
    ("an empty person", "REQUIRED", "person_references[0]", |call| {
        call.person_references = vec![String::new()]
    }),
    (
        "a need of nobody",
        "REQUIRED",
        "asked_qualifications[0].discipline",
        |call| {
            call.asked_qualifications = vec![pb::AskedQualification {
                discipline: String::new(),
                qualification: "SPANISH".to_owned(),
            }]
        },
    ),
    (
        "a reference of no system",
        "REQUIRED",
        "external_references[0].system",
        |call| {
            call.external_references = vec![pb::ExternalReference {
                system: String::new(),
                ..reference("1")
            }]
        },
    ),
    (
        "a narrative where a reference stands",
        "INVALID_TEXT",
        "person_references[0]",
        |call| call.person_references = vec!["hears voices".to_owned()],
    ),
    ("exchanged, and in range", "INVALID_POINT", "location", |call| {
        call.location = Some(point(-89.9, 38.63))
    }),
];

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let dana = &world.town.dispatcher;
    let mut rows = Vec::new();
    for (name, reason, field, spoil) in OPENED {
        let mut call = world.town.call(3);
        spoil(&mut call);
        let name = format!("OpenCall: {name}");
        rows.push(invalid(
            &name,
            reason,
            field,
            asks!(dana, dispatch.open_call, call),
        ));
    }
    for (name, latitude, longitude) in BAD_POINTS {
        let call = pb::OpenCallRequest {
            location: Some(point(latitude, longitude)),
            ..world.town.call(3)
        };
        let name = format!("OpenCall: {name}");
        rows.push(invalid(
            &name,
            "INVALID_POINT",
            "location",
            asks!(dana, dispatch.open_call, call),
        ));
    }
    let trial = pb::OpenCallRequest {
        dry_run: true,
        location: Some(point(0.0, 0.0)),
        ..world.town.call(3)
    };
    rows.push(invalid(
        "OpenCall: a dry run is looked at as well",
        "INVALID_POINT",
        "location",
        asks!(dana, dispatch.open_call, trial),
    ));
    rows
}
