//! Rows about people. A column that the file lacks says nothing; an empty cell says "none".

use std::collections::BTreeSet;

use super::mapping::Mapping;
use super::table::Cells;
use super::value::{code, line, name};
use super::{Column, Named};
use crate::board::ExternalReference;
use crate::geo::Point;
use crate::id::AgencyId;
use crate::printable::{CALL_SIGN, COST_CODE, NAME};
use crate::refusal::Reason;
use crate::roster::Base;
use crate::triage::Code;

/// The columns, in the order in which we write them.
pub(super) const COLUMNS: &[Column] = &[
    Column::both("external_references"),
    Column::read("reference"),
    Column::both("agency"),
    Column::both("discipline"),
    Column::both("name"),
    Column::both("call_sign"),
    Column::both("base_name"),
    Column::both("base_latitude"),
    Column::both("base_longitude"),
    Column::both("areas"),
    Column::both("must_not_meet"),
    Column::both("position"),
    Column::both("cost_code"),
];

/// The most areas, or people he must not meet.
const MOST: usize = 100;

/// What a row says about someone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponderRow {
    /// How other systems call him.
    pub references: BTreeSet<ExternalReference>,
    /// Who employs him.
    pub agency_id: Option<AgencyId>,
    /// His discipline.
    pub discipline: Option<Code>,
    /// His name.
    pub name: Option<String>,
    /// His call sign.
    pub call_sign: Option<String>,
    /// Where he starts from; `Some(None)`: nowhere.
    pub base: Option<Option<Base>>,
    /// The names of the areas that he serves.
    pub areas: Option<BTreeSet<String>>,
    /// The call signs of those whom he must not meet.
    pub must_not_meet: Option<BTreeSet<String>>,
    /// What payroll calls his work.
    pub position: Option<String>,
    /// What his hours are charged to.
    pub cost_code: Option<String>,
}

impl Named for ResponderRow {
    fn names(&self) -> &BTreeSet<ExternalReference> {
        &self.references
    }
}

/// Reads a row; what is wrong with it is noted there.
pub(super) fn read(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<ResponderRow> {
    let references = cells.references(mapping, "employee");
    let agency_id = cells.of("agency", |cell| {
        cell.parse()
            .map_err(|_| (Reason::InvalidId, "it is no agency's id".to_owned()))
    });
    let discipline = cells.of("discipline", code);
    let his_name = cells.of("name", |cell| name(cell, NAME));
    let call_sign = cells.of("call_sign", |cell| name(cell, CALL_SIGN));
    let base = base(cells);
    let areas = names(cells, "areas", mapping);
    let must_not_meet = names(cells, "must_not_meet", mapping);
    let position = cells.of("position", |cell| line(cell, NAME));
    let cost_code = cells.of("cost_code", |cell| line(cell, COST_CODE));
    let row = ResponderRow {
        references: references?,
        agency_id,
        discipline,
        name: his_name,
        call_sign,
        base,
        areas,
        must_not_meet,
        position,
        cost_code,
    };
    if row.references.is_empty() && row.call_sign.is_none() {
        cells.note(
            cells.name_field(),
            Reason::Required,
            "nothing says who it is: a name in the other system, or a call sign",
        );
    }
    Some(row)
}

impl Cells<'_> {
    /// What it says in a column, if the file has it; a fault is noted.
    pub(super) fn of<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<T, (Reason, String)>,
    ) -> Option<T> {
        let cell = self.get(field)?;
        self.take(field, read(cell))
    }
}

fn base(cells: &mut Cells<'_>) -> Option<Option<Base>> {
    let its_name = cells.get("base_name")?;
    let latitude = cells.get("base_latitude").unwrap_or_default();
    let longitude = cells.get("base_longitude").unwrap_or_default();
    if [its_name, latitude, longitude].iter().all(|cell| cell.is_empty()) {
        return Some(None);
    }
    let its_name = cells.take("base_name", name(its_name, NAME));
    let degrees = |cell: &str| {
        let told = "not degrees such as 38.63".to_owned();
        cell.trim()
            .parse::<f64>()
            .map_err(|_| (Reason::InvalidPoint, told))
    };
    let latitude = cells.take("base_latitude", degrees(latitude));
    let longitude = cells.take("base_longitude", degrees(longitude));
    let point =
        Point::from_degrees(latitude?, longitude?).map_err(|fault| (Reason::InvalidPoint, fault.to_string()));
    let point = cells.take("base_latitude", point);
    Some(Some(Base {
        name: its_name?,
        point: point?,
    }))
}

fn names(cells: &mut Cells<'_>, field: &'static str, mapping: &Mapping) -> Option<BTreeSet<String>> {
    let parts = cells.list(field, mapping)?;
    if parts.len() > MOST {
        cells.note(field, Reason::TooMany, format!("at most {MOST}"));
    }
    let read = parts.into_iter().map(|part| name(&part, NAME));
    let read: Result<BTreeSet<String>, _> = read.collect();
    cells.take(field, read)
}
