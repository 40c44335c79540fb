//! Rows about papers. Without a number, one paper of a code.

use std::collections::BTreeSet;

use super::mapping::Mapping;
use super::table::Cells;
use super::value::{Whom, code, date, line, number};
use super::{Column, Named};
use crate::board::ExternalReference;
use crate::moment::Moment;
use crate::printable::{NAME, NUMBER};
use crate::refusal::Reason;
use crate::roster::dates_fault;
use crate::shift::civil::{CivilFault, end_of_day, start_of_day};
use crate::triage::Code;

/// The columns, in the order in which we write them.
pub(super) const COLUMNS: &[Column] = &[
    Column::both("responder"),
    Column::both("code"),
    Column::both("number"),
    Column::both("issuer"),
    Column::both("valid_from"),
    Column::both("valid_until"),
    Column::written("verification"),
];

/// What a row says about a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRow {
    /// Whose it is.
    pub whose: Whom,
    /// What it is, in capitals.
    pub code: Code,
    /// Its number; may be empty.
    pub number: String,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Its first civil day and the moment at which that begins; `Some(None)`: it has none.
    pub valid_from: Option<Option<(String, Moment)>>,
    /// Its last civil day and the moment at which that ends; `Some(None)`: it does not end.
    pub valid_until: Option<Option<(String, Moment)>>,
}

impl Named for CredentialRow {
    fn names(&self) -> &BTreeSet<ExternalReference> {
        const NONE: &BTreeSet<ExternalReference> = &BTreeSet::new();
        NONE
    }
}

/// Reads a row; what is wrong with it is noted there. `zone` is the jurisdiction's, in which days end.
pub(super) fn read(cells: &mut Cells<'_>, mapping: &Mapping, zone: &str) -> Option<CredentialRow> {
    let whose = cells.whom(mapping);
    if whose == Some(None) {
        cells.note("responder", Reason::Required, "it must say whose it is");
    }
    if cells.get("code").is_none() {
        cells.note("code", Reason::Required, "no column says what it is");
    }
    let its_code = cells.of("code", |cell| code(cell).map(|code| code.to_ascii_uppercase()));
    let width = cells.width("number");
    let its_number =
        number(cells.get("number").unwrap_or_default(), width).and_then(|text| line(&text, NUMBER));
    let its_number = cells.take("number", its_number);
    let issuer = cells.of("issuer", |cell| line(cell, NAME));
    let valid_from = cells.of("valid_from", |cell| day(cell, |day| start_of_day(day, zone)));
    let valid_until = cells.of("valid_until", |cell| day(cell, |day| end_of_day(day, zone)));
    let moment = |day: &Option<Option<(String, Moment)>>| day.as_ref()?.as_ref().map(|(_, at)| *at);
    if let Some(told) = dates_fault(moment(&valid_from), moment(&valid_until)) {
        cells.note("valid_until", Reason::InvalidWindow, told);
    }
    Some(CredentialRow {
        whose: whose??,
        code: its_code?,
        number: its_number?,
        issuer,
        valid_from,
        valid_until,
    })
}

/// A civil day, if the cell has one, and the moment that it stands for.
fn day(
    cell: &str,
    moment: impl Fn(&str) -> Result<Moment, CivilFault>,
) -> Result<Option<(String, Moment)>, (Reason, String)> {
    if cell.is_empty() {
        return Ok(None);
    }
    let day = date(cell)?;
    match moment(&day) {
        Ok(at) => Ok(Some((day, at))),
        Err(fault) => Err((Reason::InvalidTime, fault.to_string())),
    }
}
