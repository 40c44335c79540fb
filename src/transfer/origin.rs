//! Which place of which pattern a shift was made for. With it a roster that comes in elsewhere is one that patterns can
//! be published over.

use std::collections::BTreeMap;

use super::pattern::{local_date, number};
use super::table::Cells;
use super::value::name;
use crate::id::AgencyId;
use crate::printable::NAME;
use crate::refusal::Reason;
use crate::shift::date::LocalDate;
use crate::shift::pattern::MOST_PLACES;

/// What a row says of where a shift comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginRow {
    /// The name of the pattern; it is of the shift's agency.
    pub pattern: String,
    /// The date on which it begins by the pattern.
    pub date: LocalDate,
    /// The place, from 0.
    pub place: u32,
    /// Whether somebody has changed it since it was made.
    pub by_hand: bool,
}

/// The places of patterns that a file has a shift for, and in which row.
pub(super) type Said = BTreeMap<(Option<AgencyId>, String, LocalDate, u32), u32>;

/// Reads it, if the row says any.
pub(super) fn read(
    cells: &mut Cells<'_>,
    agency_id: Option<&AgencyId>,
    said: &mut Said,
) -> Option<Option<OriginRow>> {
    let Some(pattern) = cells.some("pattern", |cell| name(cell, NAME))? else {
        return Some(None);
    };
    let last = u32::try_from(MOST_PLACES - 1).unwrap_or(u32::MAX);
    let date = cells.needed("pattern_date", local_date);
    let place = cells.needed("pattern_place", |cell| number(cell, 0..=last));
    let by_hand = cells.some("by_hand", |cell| match cell.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err((Reason::InvalidEnum, "`yes`, `no` or nothing".to_owned())),
    });
    let origin = OriginRow {
        pattern,
        date: date?,
        place: place?,
        by_hand: by_hand?.unwrap_or(false),
    };
    let made_for = (
        agency_id.cloned(),
        origin.pattern.clone(),
        origin.date,
        origin.place,
    );
    if let Some(before) = said.insert(made_for, cells.number) {
        let told = format!("row {before} is for this place of the pattern");
        cells.note("pattern", Reason::AlreadyExists, told);
    }
    Some(Some(origin))
}
