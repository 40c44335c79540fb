//! The roster in and out: tables from other systems, tables for them, calendars, FHIR.
//!
//! # How a table comes in
//!
//! [`table`] decodes the bytes and finds the columns that the [`mapping`] names; [`responder`], [`credential`], [`shift`]
//! and [`pattern`] read their rows, and gather every fault of every row. What is read is an [`Import`]: rows that are well formed,
//! in the order of the file.
//!
//! # Nothing is half-applied
//!
//! One revision with ten thousand events would hold up the dispatchers behind it and be too large for a stream, so an import
//! is one operation in several revisions:
//! 1. It is *rehearsed*: every part is decided on a copy of the board, by the same [`apply::import_part`] that decides it
//!    later. One bad row, and nothing at all is done (unless the caller has said that the good ones are to be applied).
//! 2. Its parts (some hundred rows each) go through the recorder's roster lane one after the other, behind facts and
//!    dispatch. Other roster work of this node waits meanwhile, so what was rehearsed is what is applied.
//! 3. A last part keeps the whole report under the `request_id`.
//!
//! Each part is a transaction and is kept under `request_id/part`, with the digest of the whole file. An import that was
//! cut in the middle (a crash, the database gone) is finished by sending the same request again: parts that were done
//! answer what they answered then, the others are done now, and the report is that of the whole. Where the client goes
//! away the import goes on. Only another node, or an edit between a crash and its repetition, can make a row unfit after
//! its rehearsal; such a row is left out whole and stands in the report. Between two parts of a file in which people swap
//! shifts or call signs, both may have the same for a moment; the last part leaves what the rehearsal saw.
//!
//! # Whose word counts
//!
//! The import is the master of what it brings, but for what a person has changed by hand since: that is *held*
//! ([`crate::roster::Imported`]), stays as it is, is told in the report, and is given back by `ReleaseHold`. A credential that
//! was revoked by hand and a shift that was cancelled by hand stay so as well. Nobody is retired because he is missing
//! from a file.

pub mod apply;
pub mod calendar;
pub mod credential;
pub mod export;
pub mod fhir;
pub mod mapping;
pub mod origin;
pub mod pattern;
pub mod responder;
pub mod shift;
pub mod table;
#[cfg(test)]
mod tests;
mod turns;
pub mod value;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::board::ExternalReference;
use crate::id::AgencyId;
use crate::moment::{Moment, Window};
use crate::refusal::Reason;

use credential::CredentialRow;
use mapping::Mapping;
use pattern::PatternRow;
use responder::ResponderRow;
use shift::ShiftRow;
use table::Table;

/// The largest file, bytes.
pub const FILE_BYTES: usize = 8 * 1024 * 1024;
/// The most rows of a file.
pub const ROWS: usize = 20_000;
/// How many rows make one part of an import: one transaction.
pub const ROWS_A_PART: usize = 100;
/// How many bad rows, and how many held fields, a report names; it counts all.
pub const MOST_NAMED: usize = 200;

/// What a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// People, a row each.
    Responders,
    /// Their papers, a row each.
    Credentials,
    /// Their shifts, a row each.
    Shifts,
    /// Patterns of shifts, a row each part of one.
    Patterns,
}

impl Kind {
    fn columns(self) -> &'static [Column] {
        match self {
            Kind::Responders => responder::COLUMNS,
            Kind::Credentials => credential::COLUMNS,
            Kind::Shifts => shift::COLUMNS,
            Kind::Patterns => pattern::COLUMNS,
        }
    }

    /// The columns that are read in a table of this kind.
    pub fn fields(self) -> Vec<&'static str> {
        let read = self.columns().iter().filter(|column| column.read);
        read.map(|column| column.name).collect()
    }

    /// The columns that we write, in this order.
    pub fn written(self) -> Vec<&'static str> {
        let written = self.columns().iter().filter(|column| column.written);
        written.map(|column| column.name).collect()
    }
}

/// A column of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    read: bool,
    written: bool,
}

impl Column {
    /// One that an export writes and an import reads.
    pub(crate) const fn both(name: &'static str) -> Column {
        Column {
            name,
            read: true,
            written: true,
        }
    }

    /// One that an import reads: another way to say what a written one says.
    pub(crate) const fn read(name: &'static str) -> Column {
        Column {
            name,
            read: true,
            written: false,
        }
    }

    /// One that an export writes for whoever reads it; it comes in by another door.
    pub(crate) const fn written(name: &'static str) -> Column {
        Column {
            name,
            read: false,
            written: true,
        }
    }
}

/// One thing that is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// Its number as a spreadsheet counts: the header is row 1.
    pub row: u32,
    /// The column, as the file calls it; empty when the whole row is meant.
    pub column: String,
    /// Why.
    pub reason: Reason,
    /// In plain words.
    pub detail: String,
}

/// One field that is held by hand against the import, where the file says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRow {
    /// The row.
    pub row: u32,
    /// Who or what it is: a call sign, and what beside it tells which of his papers or shifts.
    pub whose: String,
    /// The field: a column of ours.
    pub field: String,
    /// Since when; none when that stands in the journal alone.
    pub since: Option<Moment>,
    /// By whom; empty when that stands in the journal alone.
    pub by: String,
}

/// A row that is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    /// Its number as a spreadsheet counts.
    pub number: u32,
    /// What it says.
    pub says: T,
}

/// The rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// People.
    Responders(Vec<Row<ResponderRow>>),
    /// Papers.
    Credentials(Vec<Row<CredentialRow>>),
    /// Shifts.
    Shifts(Vec<Row<ShiftRow>>),
    /// Parts of patterns.
    Patterns(Vec<Row<PatternRow>>),
}

impl Rows {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Rows::Responders(rows) => rows.len(),
            Rows::Credentials(rows) => rows.len(),
            Rows::Shifts(rows) => rows.len(),
            Rows::Patterns(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A period of one agency that the file replaces whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// Whose shifts.
    pub agency_id: AgencyId,
    /// Those that start in it.
    pub period: Window,
}

/// A file that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its well-formed rows, in the order of the file.
    pub rows: Rows,
    /// What each of our columns is called in the file.
    pub columns: BTreeMap<&'static str, String>,
    /// The one agency whose roster the caller keeps; none when he keeps all.
    pub bound_to: Option<AgencyId>,
    /// The period that it replaces.
    pub replace: Option<Replace>,
    /// Which row brings which name of another system.
    pub named: BTreeMap<ExternalReference, usize>,
    /// Rows, by number, that the rehearsal found unfit: they are left out.
    pub left_out: BTreeSet<u32>,
}

impl Import {
    /// One without rows.
    pub fn nothing() -> Import {
        Import {
            rows: Rows::Responders(Vec::new()),
            columns: BTreeMap::new(),
            bound_to: None,
            replace: None,
            named: BTreeMap::new(),
            left_out: BTreeSet::new(),
        }
    }
}

/// A file as it is read: the import, every fault of every other row, and how many rows there are.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What can be applied.
    pub import: Import,
    /// What cannot, in the order of the file.
    pub faults: Vec<RowFault>,
    /// All rows, good and bad.
    pub row_count: u32,
}

/// What is known beside the file.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The jurisdiction's zone.
    pub zone: &'a str,
    /// The zones of the areas that have one of their own, by the area's name.
    pub area_zones: &'a BTreeMap<String, String>,
    /// The one agency whose roster the caller keeps.
    pub bound_to: Option<&'a AgencyId>,
    /// The period that the file replaces.
    pub replace: Option<&'a Replace>,
}

/// Reads a file of this kind. An error is a fault of the file as a whole, in plain words.
pub fn read(
    kind: Kind,
    bytes: &[u8],
    mapping: &Mapping,
    around: Surroundings<'_>,
) -> Result<Reading, table::TableFault> {
    let table = Table::parse(bytes, kind, mapping)?;
    let mut faults = table.uneven();
    let row_count = u32::try_from(table.len() + faults.len()).unwrap_or(u32::MAX);
    let mut named = BTreeMap::new();
    let rows = match kind {
        Kind::Responders => Rows::Responders(gather(&table, &mut faults, &mut named, |cells| {
            responder::read(cells, mapping)
        })),
        Kind::Credentials => Rows::Credentials(gather(&table, &mut faults, &mut named, |cells| {
            credential::read(cells, mapping, around.zone)
        })),
        Kind::Shifts => {
            let mut said = origin::Said::new();
            Rows::Shifts(gather(&table, &mut faults, &mut named, |cells| {
                shift::read(cells, mapping, around, &mut said)
            }))
        }
        Kind::Patterns => {
            let mut said = pattern::Said::new();
            Rows::Patterns(gather(&table, &mut faults, &mut named, |cells| {
                pattern::read(cells, mapping, around, &mut said)
            }))
        }
    };
    faults.sort_by_key(|fault| fault.row);
    Ok(Reading {
        import: Import {
            rows,
            columns: table.columns().clone(),
            bound_to: around.bound_to.cloned(),
            replace: around.replace.cloned(),
            named,
            left_out: BTreeSet::new(),
        },
        faults,
        row_count,
    })
}

/// What may be named by other systems.
pub(crate) trait Named {
    /// Its names.
    fn names(&self) -> &BTreeSet<ExternalReference>;
}

fn gather<T: Named>(
    table: &Table,
    faults: &mut Vec<RowFault>,
    named: &mut BTreeMap<ExternalReference, usize>,
    mut read: impl FnMut(&mut table::Cells<'_>) -> Option<T>,
) -> Vec<Row<T>> {
    let mut rows: Vec<Row<T>> = Vec::new();
    for mut cells in table.rows() {
        let says = read(&mut cells);
        let Some(says) = says.filter(|_| cells.faults.is_empty()) else {
            faults.append(&mut cells.faults);
            continue;
        };
        let twice = says.names().iter().find_map(|name| named.get(name));
        if let Some(before) = twice.and_then(|place| rows.get(*place)) {
            let told = format!("row {} has the same name in the other system", before.number);
            faults.push(cells.fault(cells.name_field(), Reason::AlreadyExists, told));
            continue;
        }
        named.extend(says.names().iter().map(|name| (name.clone(), rows.len())));
        rows.push(Row {
            number: cells.number,
            says,
        });
    }
    rows
}
