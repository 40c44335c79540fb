//! Off shift: what nobody can say of himself.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, mask, refused};
use crate::harness::town::NOON;

/// A change of one field of Anna's, and the field that is blamed.
type Spoilt = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    fn(&mut pb::OffShift, &mut pb::OffShiftWords),
);

fn first(off_shift: &mut pb::OffShift) -> &mut pb::WeekTime {
    &mut off_shift.unavailable[0]
}

const SPOILT: &[Spoilt] = &[
    (
        "no day of the week",
        "unavailable",
        "INVALID_ENUM",
        "off_shift.unavailable[0].weekday",
        |it, _| {
            first(it).weekday = 0;
        },
    ),
    (
        "an eighth day",
        "unavailable",
        "INVALID_ENUM",
        "off_shift.unavailable[0].weekday",
        |it, _| {
            first(it).weekday = 8;
        },
    ),
    (
        "half past",
        "unavailable",
        "INVALID_TIME",
        "off_shift.unavailable[0].local_start",
        |it, _| {
            first(it).local_start = "10.30".to_owned();
        },
    ),
    (
        "midnight as 24:00",
        "unavailable",
        "INVALID_TIME",
        "off_shift.unavailable[0].local_end",
        |it, _| {
            first(it).local_end = "24:00".to_owned();
        },
    ),
    (
        "51 times a week",
        "unavailable",
        "TOO_MANY",
        "off_shift.unavailable",
        |it, _| {
            it.unavailable = vec![it.unavailable[0].clone(); 51];
        },
    ),
    (
        "a zone by its letters",
        "zone",
        "UNKNOWN_ZONE",
        "off_shift.zone",
        |it, _| it.zone = "CST".to_owned(),
    ),
    (
        "an American date",
        "opted_out_until",
        "INVALID_TIME",
        "off_shift.opted_out_until",
        |it, _| {
            it.opted_out_until = "6/9/2026".to_owned();
        },
    ),
    (
        "until yesterday",
        "opted_out_until",
        "INVALID_TIME",
        "off_shift.opted_out_until",
        |it, _| {
            it.opted_out_until = "2026-05-31".to_owned();
        },
    ),
    (
        "six ways to reach her",
        "contact_preferences",
        "TOO_MANY",
        "off_shift.contact_preferences",
        |it, _| {
            it.contact_preferences = vec!["phone".to_owned(); 6];
        },
    ),
    (
        "a way that is a sentence",
        "contact_preferences",
        "INVALID_TEXT",
        "off_shift.contact_preferences[0]",
        |it, _| it.contact_preferences = vec!["ring twice".to_owned()],
    ),
    (
        "a note of 501 characters",
        "note",
        "INVALID_TEXT",
        "words.note",
        |_, it| it.note = "ä".repeat(501),
    ),
    ("a blank note", "note", "INVALID_TEXT", "words.note", |_, it| {
        it.note = " \u{2003}".to_owned()
    }),
    (
        "a note with an escape",
        "note",
        "INVALID_TEXT",
        "words.note",
        |_, it| {
            it.note = "\u{1b}[2Jring".to_owned();
        },
    ),
    (
        "a number in words",
        "phone",
        "INVALID_TEXT",
        "words.phone",
        |_, it| it.phone = "her mother".to_owned(),
    ),
    ("its version", "version", "INVALID_MASK", "update_mask", |_, _| {}),
];

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &town.clinicians[0];
    let update = |path: &str, spoil: &dyn Fn(&mut pb::UpdateOffShiftRequest)| {
        let mut request = pb::UpdateOffShiftRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            off_shift: Some(pb::OffShift {
                unavailable: vec![pb::WeekTime {
                    weekday: pb::Weekday::Tuesday.into(),
                    local_start: "10:00".to_owned(),
                    local_end: "14:00".to_owned(),
                }],
                ..Default::default()
            }),
            words: Some(pb::OffShiftWords::default()),
            update_mask: mask(path),
            expected_version: 0,
        };
        spoil(&mut request);
        asks!(anna.client, availability.update_off_shift, request)
    };
    let spoilt = SPOILT.iter().map(|(name, path, reason, field, spoil)| {
        let spoiling = |it: &mut pb::UpdateOffShiftRequest| {
            spoil(it.off_shift.as_mut().unwrap(), it.words.as_mut().unwrap());
        };
        invalid(
            &format!("UpdateOffShift: {name}"),
            reason,
            field,
            update(path, &spoiling),
        )
    });
    let mut rows: Vec<Row<'a>> = spoilt.collect();
    rows.extend([
        invalid(
            "UpdateOffShift: nothing is named",
            "REQUIRED",
            "update_mask",
            update("zone", &|it| it.update_mask = None),
        ),
        invalid(
            "UpdateOffShift: without what it is from now on",
            "REQUIRED",
            "off_shift",
            update("zone", &|it| it.off_shift = None),
        ),
        invalid(
            "UpdateOffShift: without the words",
            "REQUIRED",
            "words",
            update("note", &|it| it.words = None),
        ),
        refused(
            "UpdateOffShift: a version that never was",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update("unavailable", &|it| it.expected_version = 1),
        ),
    ]);
    rows.extend(arrivals(world));
    rows
}

fn arrivals<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let now = NOON.micros() / 1_000_000 + 60;
    let declare = |spoil: &dyn Fn(&mut pb::DeclareArrivalRequest)| {
        let mut request = pb::DeclareArrivalRequest {
            request_id: town.request_id(),
            responder_id: town.clinicians[0].id.clone(),
            expected_at: at(now + 1800, 0),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        spoil(&mut request);
        asks!(town.dispatcher, availability.declare_arrival, request)
    };
    vec![
        invalid(
            "DeclareArrival: without a time",
            "REQUIRED",
            "expected_at",
            declare(&|it| it.expected_at = None),
        ),
        invalid(
            "DeclareArrival: coming and not coming",
            "INVALID_TIME",
            "expected_at",
            declare(&|it| it.withdrawn = true),
        ),
        invalid(
            "DeclareArrival: a minute ago",
            "INVALID_TIME",
            "expected_at",
            declare(&|it| it.expected_at = at(now - 60, 0)),
        ),
        invalid(
            "DeclareArrival: next week",
            "INVALID_TIME",
            "expected_at",
            declare(&|it| it.expected_at = at(now + 7 * 86_400, 0)),
        ),
        refused(
            "DeclareArrival: whoever is signed on",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            declare(&|_| {}),
        ),
        refused(
            "DeclareArrival: no such responder",
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            declare(&|it| it.responder_id = NOBODY.to_owned()),
        ),
        refused(
            "GetOffShift: no such responder",
            Code::NotFound,
            "NOT_FOUND",
            "",
            asks!(
                town.dispatcher,
                availability.get_off_shift,
                pb::GetOffShiftRequest {
                    responder_id: NOBODY.to_owned(),
                }
            ),
        ),
    ]
}
