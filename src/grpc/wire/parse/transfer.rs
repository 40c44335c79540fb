//! Tables, calendars and schedules.

use prost::Message as _;
use sha2::{Digest, Sha256};

use super::faults::{Fault, Faults};
use super::field::{code, id, known, optional_id, request_id, required, timestamp};
use super::page::Page;
use super::{Stamped, desk_work, pb};
use crate::desk::Wished;
use crate::id::{AgencyId, CalendarAddressId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::ReleaseHold;
use crate::transfer::calendar::CalendarOf;
use crate::transfer::export::Wanted;
use crate::transfer::mapping::Mapping;
use crate::transfer::{Kind, Replace};

/// The longest window, days.
const DAYS: i64 = 400;
/// The most fields of a responder.
const FIELDS: usize = 20;

/// What is asked of a table.
#[derive(Debug)]
pub(crate) struct ImportAsked {
    pub(crate) kind: Kind,
    pub(crate) mapping: Mapping,
    pub(crate) replace: Option<Replace>,
    pub(crate) wished: Wished,
}

/// ImportRoster: its first message without its bytes, and the bytes of all.
pub(crate) fn import_roster(request: &pb::ImportRosterRequest, bytes: &[u8]) -> Stamped<ImportAsked> {
    let pb::ImportRosterRequest {
        request_id,
        kind: its_kind,
        mapping_toml,
        dry_run,
        apply_good_rows,
        replace_period,
        csv_chunk: _,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id).map(|mut stamp| {
        // The same bytes in other parts are the same file.
        let body = Sha256::new()
            .chain_update(request.encode_to_vec())
            .chain_update(bytes);
        stamp.fingerprint = hex::encode(body.finalize());
        stamp
    });
    let its_kind = faults.take("kind", kind(*its_kind));
    let mapping = its_kind.and_then(|kind| {
        let parsed = Mapping::parse(mapping_toml, kind);
        faults.take(
            "mapping_toml",
            parsed.map_err(|detail| Fault::new(Reason::InvalidText, detail)),
        )
    });
    let replace = match replace_period {
        Some(replace) => faults.replace(replace).map(Some),
        None => Some(None),
    };
    if replace_period.is_some() && its_kind.is_some_and(|kind| kind != Kind::Shifts) {
        faults.note(
            "replace_period",
            Reason::InvalidWindow,
            "only shifts have a period",
        );
    }
    if replace_period.is_some() && *apply_good_rows {
        let told = "a period is replaced whole or not at all: a bad row would cancel its shift";
        faults.note("apply_good_rows", Reason::InvalidWindow, told);
    }
    faults.end(|| {
        let asked = ImportAsked {
            kind: its_kind?,
            mapping: mapping?,
            replace: replace?,
            wished: Wished {
                dry_run: *dry_run,
                apply_good_rows: *apply_good_rows,
            },
        };
        Some((stamp?, asked))
    })
}

fn kind(value: i32) -> Result<Kind, Fault> {
    match known::<pb::RosterKind>(value, "kind")? {
        pb::RosterKind::Responders => Ok(Kind::Responders),
        pb::RosterKind::Credentials => Ok(Kind::Credentials),
        pb::RosterKind::Shifts => Ok(Kind::Shifts),
        pb::RosterKind::Patterns => Ok(Kind::Patterns),
        pb::RosterKind::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known kind")),
    }
}

impl Faults {
    fn replace(&mut self, replace: &pb::ReplacePeriod) -> Option<Replace> {
        let pb::ReplacePeriod { agency_id, from, to } = replace;
        let agency_id = self.take("replace_period.agency_id", id(agency_id));
        let period = self.whole_window(
            "replace_period.from",
            from.as_ref(),
            "replace_period.to",
            to.as_ref(),
        );
        Some(Replace {
            agency_id: agency_id?,
            period: period?,
        })
    }

    /// A window both of whose ends are said.
    pub(super) fn whole_window(
        &mut self,
        from_field: &str,
        from: Option<&prost_types::Timestamp>,
        to_field: &str,
        to: Option<&prost_types::Timestamp>,
    ) -> Option<Window> {
        let start = self.take(from_field, required(from).and_then(timestamp));
        let end = self.take(to_field, required(to).and_then(timestamp));
        let window = Window {
            start: start?,
            end: end?,
        };
        let seconds = window.start.seconds_until(window.end);
        if (1..=DAYS * 86_400).contains(&seconds) {
            Some(window)
        } else {
            let told = format!("it ends after it starts, and at most {DAYS} days later");
            self.take(to_field, Err(Fault::new(Reason::InvalidWindow, told)))
        }
    }

    fn calendar(&mut self, of: Option<&pb::CalendarOf>) -> Option<CalendarOf> {
        use pb::calendar_of::Of;
        match of.and_then(|of| of.of.as_ref()) {
            Some(Of::ResponderId(text)) => self.take("of.responder_id", id(text)).map(CalendarOf::Responder),
            Some(Of::AreaId(text)) => self.take("of.area_id", id(text)).map(CalendarOf::Area),
            None => {
                self.note("of", Reason::Required, "say whose: responder_id or area_id");
                None
            }
        }
    }
}

/// ExportRoster.
pub(crate) fn export_roster(request: &pb::ExportRosterRequest) -> Result<Wanted, Refusal> {
    let pb::ExportRosterRequest {
        kind: its_kind,
        agency_id,
    } = request;
    let mut faults = Faults::default();
    let its_kind = faults.take("kind", kind(*its_kind));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    faults.end(|| {
        Some(Wanted {
            kind: its_kind?,
            agency_id: agency_id?,
        })
    })
}

/// ReleaseHold.
pub(crate) fn release_hold(request: &pb::ReleaseHoldRequest) -> Stamped<ReleaseHold> {
    let pb::ReleaseHoldRequest {
        request_id,
        responder_id,
        fields,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    if fields.is_empty() {
        faults.note("fields", Reason::Required, "name at least one field");
    }
    let fields = faults.take_each("fields", FIELDS, fields, |field| code(field));
    faults.end(|| {
        let release = ReleaseHold {
            responder_id: responder_id?,
            expected_version: *expected_version,
            fields: fields?,
        };
        Some((stamp?, release))
    })
}

/// GetCalendar.
pub(crate) fn get_calendar(request: &pb::GetCalendarRequest) -> Result<CalendarOf, Refusal> {
    let pb::GetCalendarRequest { of } = request;
    let mut faults = Faults::default();
    let of = faults.calendar(of.as_ref());
    faults.end(|| of)
}

/// CreateCalendarAddress.
pub(crate) fn create_calendar_address(
    request: &pb::CreateCalendarAddressRequest,
) -> Result<(String, CalendarOf), Refusal> {
    let pb::CreateCalendarAddressRequest { request_id: text, of } = request;
    let mut faults = Faults::default();
    let text = faults.take("request_id", request_id(text));
    let of = faults.calendar(of.as_ref());
    faults.end(|| Some((text?, of?)))
}

/// ListCalendarAddresses.
pub(crate) fn list_calendar_addresses(request: &pb::ListCalendarAddressesRequest) -> Result<Page, Refusal> {
    let pb::ListCalendarAddressesRequest {
        page_size,
        page_token,
    } = request;
    let mut faults = Faults::default();
    let filter = pb::ListCalendarAddressesRequest::default();
    let page = faults.page("calendar_addresses", &filter, *page_size, page_token);
    faults.end(|| page)
}

/// RevokeCalendarAddress.
pub(crate) fn revoke_calendar_address(
    request: &pb::RevokeCalendarAddressRequest,
) -> Result<CalendarAddressId, Refusal> {
    let pb::RevokeCalendarAddressRequest {
        request_id: text,
        calendar_address_id,
    } = request;
    let mut faults = Faults::default();
    let text = faults.take("request_id", request_id(text));
    let address_id = faults.take("calendar_address_id", id(calendar_address_id));
    faults.end(|| text.and(address_id))
}

/// ExportSchedule.
pub(crate) fn export_schedule(
    request: &pb::ExportScheduleRequest,
) -> Result<(Option<AgencyId>, Window), Refusal> {
    let pb::ExportScheduleRequest { from, to, agency_id } = request;
    let mut faults = Faults::default();
    let window = faults.whole_window("from", from.as_ref(), "to", to.as_ref());
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    faults.end(|| Some((agency_id?, window?)))
}
