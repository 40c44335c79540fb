//! Rows about shifts: either `local_start` and `local_end`, or `date`, `start_time` and `end_time`, where an end that is
//! not after the start is of the next day.

use std::collections::BTreeSet;

use super::mapping::Mapping;
use super::origin::{OriginRow, Said};
use super::table::Cells;
use super::value::{Whom, date, local, moment, occurrence, time};
use super::{Column, Named, Surroundings};
use crate::board::ExternalReference;
use crate::id::AgencyId;
use crate::moment::Window;
use crate::refusal::Reason;
use crate::shift::ShiftState;
use crate::shift::date::LocalDate;
use crate::shift::decide::window_fault;
use crate::triage::Code;

/// The columns, in the order in which we write them.
pub(super) const COLUMNS: &[Column] = &[
    Column::both("external_references"),
    Column::read("reference"),
    Column::both("agency"),
    Column::both("responder"),
    Column::both("local_start"),
    Column::both("start_occurrence"),
    Column::both("local_end"),
    Column::both("end_occurrence"),
    Column::read("date"),
    Column::read("start_time"),
    Column::read("end_time"),
    Column::both("zone"),
    Column::both("area"),
    Column::both("state"),
    Column::both("required_qualifications"),
    Column::both("pattern"),
    Column::both("pattern_date"),
    Column::both("pattern_place"),
    Column::both("by_hand"),
];

/// What a row says about a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftRow {
    /// How other systems call it.
    pub references: BTreeSet<ExternalReference>,
    /// The agency that plans it; none: the responder's.
    pub agency_id: Option<AgencyId>,
    /// Who works it; none: an open shift.
    pub responder: Option<Whom>,
    /// When.
    pub planned: Window,
    /// On the clocks of which zone.
    pub zone: String,
    /// The name of its area; `Some(None)`: the responder's own.
    pub area: Option<Option<String>>,
    /// Whether it is in force, a draft, or cancelled.
    pub state: ShiftState,
    /// What whoever works it must be qualified for, in capitals.
    pub required_qualifications: Option<BTreeSet<Code>>,
    /// The place of a pattern that it was made for.
    pub origin: Option<OriginRow>,
}

impl Named for ShiftRow {
    fn names(&self) -> &BTreeSet<ExternalReference> {
        &self.references
    }
}

/// Reads a row; what is wrong with it is noted there.
pub(super) fn read(
    cells: &mut Cells<'_>,
    mapping: &Mapping,
    around: Surroundings<'_>,
    said: &mut Said,
) -> Option<ShiftRow> {
    let references = cells.references(mapping, "shift");
    let agency_id = cells.agency();
    let responder = cells.whom(mapping);
    let zone = cells.zone(mapping, around);
    let planned = planned(cells, zone.as_deref());
    let area = cells
        .get("area")
        .map(|area| Some(area.to_owned()).filter(|area| !area.is_empty()));
    let state = cells.get("state").unwrap_or_default().to_ascii_lowercase();
    let state = cells.take(
        "state",
        match state.as_str() {
            "" | "published" => Ok(ShiftState::Published),
            "draft" => Ok(ShiftState::Draft),
            "cancelled" => Ok(ShiftState::Cancelled),
            _ => {
                let told = "`published`, `draft` or `cancelled`";
                Err((Reason::InvalidEnum, told.to_owned()))
            }
        },
    );
    let required_qualifications = cells.codes("required_qualifications", mapping);
    let its_agency = agency_id.as_ref().and_then(Option::as_ref);
    let origin = super::origin::read(cells, its_agency, said);
    let row = ShiftRow {
        references: references?,
        agency_id: agency_id?,
        responder: responder?,
        planned: planned?,
        zone: zone?,
        area,
        state: state?,
        required_qualifications,
        origin: origin?,
    };
    if row.agency_id.is_none() && row.responder.is_none() {
        cells.note(
            "agency",
            Reason::Required,
            "an open shift says which agency plans it",
        );
    }
    check_period(cells, &row, around);
    Some(row)
}

/// What a file replaces it replaces whole: its rows are of that agency and start in that period.
fn check_period(cells: &mut Cells<'_>, row: &ShiftRow, around: Surroundings<'_>) {
    let Some(replace) = around.replace else { return };
    if row
        .agency_id
        .as_ref()
        .is_some_and(|agency| *agency != replace.agency_id)
    {
        let told = format!("the file replaces shifts of {}", replace.agency_id);
        cells.note("agency", Reason::OutOfRange, told);
    }
    if !replace.period.contains(row.planned.start) {
        let told = "it starts outside of the period that the file replaces";
        cells.note(start_field(cells), Reason::OutOfRange, told);
    }
}

fn start_field(cells: &Cells<'_>) -> &'static str {
    if cells.get("local_start").is_some() {
        "local_start"
    } else {
        "date"
    }
}

fn planned(cells: &mut Cells<'_>, zone: Option<&str>) -> Option<Window> {
    let (start_field, end_field, start, end) = if cells.get("local_start").is_some() {
        let start = cells.of("local_start", local);
        let Some(cell) = cells.get("local_end") else {
            cells.note("local_end", Reason::Required, "no column says when it ends");
            return None;
        };
        let end = cells.take("local_end", local(cell));
        ("local_start", "local_end", start?, end?)
    } else {
        let (start, end) = by_day(cells)?;
        ("start_time", "end_time", start, end)
    };
    let first = cells.take(
        "start_occurrence",
        occurrence(cells.get("start_occurrence").unwrap_or_default()),
    );
    let last = cells.take(
        "end_occurrence",
        occurrence(cells.get("end_occurrence").unwrap_or_default()),
    );
    let zone = zone?;
    let start = cells.take(start_field, moment(&start, first?, zone));
    let end = cells.take(end_field, moment(&end, last?, zone));
    let window = Window {
        start: start?,
        end: end?,
    };
    let fault = window_fault(&window).map(|told| (Reason::InvalidWindow, told));
    cells.take(end_field, fault.map_or(Ok(window), Err))
}

fn by_day(cells: &mut Cells<'_>) -> Option<(String, String)> {
    for field in ["date", "start_time", "end_time"] {
        if cells.get(field).is_none() {
            let told =
                "no column says when: `local_start` and `local_end`, or `date`, `start_time` and `end_time`";
            cells.note(field, Reason::Required, told);
        }
    }
    let day = cells.of("date", date);
    let start = cells.of("start_time", time);
    let end = cells.of("end_time", time);
    let (day, start, end) = (day?, start?, end?);
    let last_day = if end > start {
        Some(day.clone())
    } else {
        let date: Option<LocalDate> = day.parse().ok();
        date.and_then(|date| date.plus_days(1))
            .map(|next| next.to_string())
    };
    let told = || (Reason::InvalidTime, "there is no next day".to_owned());
    let last_day = cells.take("date", last_day.ok_or_else(told))?;
    Some((format!("{day}T{start}"), format!("{last_day}T{end}")))
}
