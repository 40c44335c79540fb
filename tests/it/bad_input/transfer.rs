//! Tables that cannot be read, periods that are none, calendars of nobody.

use tandem::grpc::pb;
use tandem::grpc::pb::calendar_of::Of;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, refused, tolerated};

/// A table of two, one of whom is called as somebody else is.
const TABLE: &str = "external_references,agency,discipline,name,call_sign\n\
    x/employee/1,bhr,clinician,Ana,Cedar 9\nx/employee/2,bhr,clinician,Bo,clinician-0\n";

fn table(world: &World<'_>, text: impl Into<Vec<u8>>) -> pb::ImportRosterRequest {
    pb::ImportRosterRequest {
        request_id: world.town.request_id(),
        kind: pb::RosterKind::Responders.into(),
        csv_chunk: text.into(),
        ..Default::default()
    }
}

fn period(agency_id: &str, from: i64, to: i64) -> Option<pb::ReplacePeriod> {
    Some(pb::ReplacePeriod {
        agency_id: agency_id.to_owned(),
        from: at(from, 0),
        to: at(to, 0),
    })
}

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = tables(world);
    rows.extend(files(world));
    rows.extend(calendars(world));
    rows
}

fn tables<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let of = |change: &dyn Fn(&mut pb::ImportRosterRequest)| {
        let mut request = table(world, TABLE);
        change(&mut request);
        asks!(root, transfer.import_roster, tokio_stream::iter([request]))
    };
    let shifts = |request: &mut pb::ImportRosterRequest, period| {
        request.kind = pb::RosterKind::Shifts.into();
        request.replace_period = period;
    };
    let june = 1_780_333_200;
    vec![
        tolerated("ImportRoster: a bad row", of(&|_| {})),
        tolerated("ImportRoster: a dry run", of(&|it| it.dry_run = true)),
        invalid("ImportRoster: nothing at all", "REQUIRED", "kind", {
            let none = tokio_stream::iter([] as [pb::ImportRosterRequest; 0]);
            asks!(root, transfer.import_roster, none)
        }),
        invalid(
            "ImportRoster: no request_id",
            "REQUIRED",
            "request_id",
            of(&|it| it.request_id.clear()),
        ),
        invalid(
            "ImportRoster: of no kind",
            "INVALID_ENUM",
            "kind",
            of(&|it| it.kind = 0),
        ),
        invalid(
            "ImportRoster: a mapping that is no TOML",
            "INVALID_TEXT",
            "mapping_toml",
            of(&|it| it.mapping_toml = "name: Full Name".to_owned()),
        ),
        invalid(
            "ImportRoster: a mapping of an unknown column",
            "INVALID_TEXT",
            "mapping_toml",
            of(&|it| it.mapping_toml = "[columns]\nsalary = \"Pay\"".to_owned()),
        ),
        invalid(
            "ImportRoster: a mapping without end",
            "INVALID_TEXT",
            "mapping_toml",
            of(&|it| it.mapping_toml = "# ".repeat(20_000)),
        ),
        invalid(
            "ImportRoster: a period of people",
            "INVALID_WINDOW",
            "replace_period",
            of(&|it| it.replace_period = period("bhr", june, june + 60)),
        ),
        invalid(
            "ImportRoster: a period of patterns",
            "INVALID_WINDOW",
            "replace_period",
            of(&|it| {
                it.kind = pb::RosterKind::Patterns.into();
                it.replace_period = period("bhr", june, june + 60);
            }),
        ),
        invalid(
            "ImportRoster: a period that ends before it starts",
            "INVALID_WINDOW",
            "replace_period.to",
            of(&|it| shifts(it, period("bhr", june, june - 60))),
        ),
        invalid(
            "ImportRoster: a period of two years",
            "INVALID_WINDOW",
            "replace_period.to",
            of(&|it| shifts(it, period("bhr", june, june + 730 * 86_400))),
        ),
        invalid(
            "ImportRoster: a period and its good rows",
            "INVALID_WINDOW",
            "apply_good_rows",
            of(&|it| {
                shifts(it, period("bhr", june, june + 60));
                it.apply_good_rows = true;
            }),
        ),
        refused(
            "ImportRoster: a period of no agency",
            Code::NotFound,
            "NOT_FOUND",
            "replace_period.agency_id",
            of(&|it| shifts(it, period("nobody", june, june + 60))),
        ),
    ]
}

fn files<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let of = |text: Vec<u8>| {
        let parts: Vec<_> = text.chunks(200_000).map(|part| table(world, part)).collect();
        let parts = if parts.is_empty() {
            vec![table(world, text)]
        } else {
            parts
        };
        asks!(root, transfer.import_roster, tokio_stream::iter(parts))
    };
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(TABLE.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let many = format!("call_sign\n{}", "a\n".repeat(20_001));
    let field = "csv_chunk";
    vec![
        invalid("ImportRoster: an empty file", "REQUIRED", field, of(Vec::new())),
        invalid("ImportRoster: UTF-16", "INVALID_TEXT", field, of(utf16)),
        invalid(
            "ImportRoster: NUL bytes",
            "INVALID_TEXT",
            field,
            of(b"call_sign\n\0\n".to_vec()),
        ),
        invalid(
            "ImportRoster: no column of ours",
            "REQUIRED",
            field,
            of(b"Emp No,Full Name\n1,Ana\n".to_vec()),
        ),
        refused(
            "ImportRoster: two columns of one name",
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            field,
            of(b"call_sign,call_sign\na,b\n".to_vec()),
        ),
        invalid(
            "ImportRoster: columns without end",
            "TOO_MANY",
            field,
            of("a,".repeat(300).into_bytes()),
        ),
        invalid(
            "ImportRoster: rows without end",
            "TOO_MANY",
            field,
            of(many.into_bytes()),
        ),
        refused(
            "ImportRoster: bytes without end",
            Code::ResourceExhausted,
            "MESSAGE_TOO_LARGE",
            field,
            of(vec![b'a'; 8 * 1024 * 1024 + 1]),
        ),
    ]
}

fn calendars<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (root, anna) = (&town.admin, &town.clinicians[0]);
    let other = &town.officers[0];
    let of = |of| Some(pb::CalendarOf { of: Some(of) });
    let read = |of| pb::GetCalendarRequest { of };
    let release = |fields: &[&str], expected_version| {
        let request = pb::ReleaseHoldRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            expected_version,
        };
        asks!(root, transfer.release_hold, request)
    };
    let export = |kind: pb::RosterKind, agency_id: &str| {
        let request = pb::ExportRosterRequest {
            kind: kind.into(),
            agency_id: agency_id.to_owned(),
        };
        asks!(root, transfer.export_roster, request)
    };
    let schedule = |from, to| {
        let request = pb::ExportScheduleRequest {
            from,
            to,
            agency_id: String::new(),
        };
        asks!(root, transfer.export_schedule, request)
    };
    let denied = Code::PermissionDenied;
    vec![
        invalid(
            "ExportRoster: of no kind",
            "INVALID_ENUM",
            "kind",
            export(pb::RosterKind::Unspecified, ""),
        ),
        refused(
            "ExportRoster: of no agency",
            Code::NotFound,
            "NOT_FOUND",
            "agency_id",
            export(pb::RosterKind::Shifts, "nobody"),
        ),
        invalid("ReleaseHold: of nothing", "REQUIRED", "fields", release(&[], 2)),
        refused(
            "ReleaseHold: of what is not held",
            Code::NotFound,
            "NOT_FOUND",
            "fields",
            release(&["name"], 2),
        ),
        refused(
            "ReleaseHold: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            release(&["name"], 99),
        ),
        invalid("GetCalendar: of nobody", "REQUIRED", "of", {
            asks!(root, transfer.get_calendar, read(None))
        }),
        invalid("GetCalendar: no id", "INVALID_ID", "of.responder_id", {
            asks!(
                root,
                transfer.get_calendar,
                read(of(Of::ResponderId("anna".to_owned())))
            )
        }),
        refused("GetCalendar: of a stranger", Code::NotFound, "NOT_FOUND", "", {
            asks!(
                root,
                transfer.get_calendar,
                read(of(Of::ResponderId(NOBODY.to_owned())))
            )
        }),
        refused("GetCalendar: of nowhere", Code::NotFound, "NOT_FOUND", "", {
            asks!(
                root,
                transfer.get_calendar,
                read(of(Of::AreaId(NOBODY.to_owned())))
            )
        }),
        refused("GetCalendar: another's", denied, "NOT_YOURS", "", {
            asks!(
                anna.client,
                transfer.get_calendar,
                read(of(Of::ResponderId(other.id.clone())))
            )
        }),
        refused(
            "GetCalendar: an area's, by a responder",
            denied,
            "NOT_YOURS",
            "",
            {
                asks!(
                    anna.client,
                    transfer.get_calendar,
                    read(of(Of::AreaId(NOBODY.to_owned())))
                )
            },
        ),
        invalid(
            "CreateCalendarAddress: no request_id",
            "REQUIRED",
            "request_id",
            {
                let request = pb::CreateCalendarAddressRequest {
                    request_id: String::new(),
                    of: of(Of::ResponderId(anna.id.clone())),
                };
                asks!(anna.client, transfer.create_calendar_address, request)
            },
        ),
        refused("RevokeCalendarAddress: none", Code::NotFound, "NOT_FOUND", "", {
            let request = pb::RevokeCalendarAddressRequest {
                request_id: town.request_id(),
                calendar_address_id: NOBODY.to_owned(),
            };
            asks!(root, transfer.revoke_calendar_address, request)
        }),
        invalid(
            "ListCalendarAddresses: a negative page",
            "VALUE_OUT_OF_RANGE",
            "page_size",
            {
                let request = pb::ListCalendarAddressesRequest {
                    page_size: -1,
                    page_token: String::new(),
                };
                asks!(root, transfer.list_calendar_addresses, request)
            },
        ),
        invalid(
            "ExportSchedule: no window",
            "REQUIRED",
            "from",
            schedule(None, None),
        ),
        invalid(
            "ExportSchedule: of two years",
            "INVALID_WINDOW",
            "to",
            schedule(at(0, 0), at(730 * 86_400, 0)),
        ),
    ]
}
