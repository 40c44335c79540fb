//! A table from bytes: text, rows, and the cells of the columns that are ours.
//!
//! UTF-8 with or without a mark; what is no UTF-8 is read as Windows-1252, as spreadsheets save it. Line ends and quotes as
//! RFC 4180 has them. Sizes are bounded before anything is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;

use csv::StringRecord;

use super::mapping::Mapping;
use super::{FILE_BYTES, Kind, ROWS, RowFault};
use crate::refusal::Reason;

/// The longest cell, characters: the places of a pattern are many names. A longer one is a quote that was left open.
const CELL: usize = 100_000;
/// The most columns.
const COLUMNS: usize = 200;

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct TableFault {
    /// Why.
    pub reason: Reason,
    /// In plain words.
    pub detail: String,
}

fn fault(reason: Reason, detail: impl Into<String>) -> TableFault {
    TableFault {
        reason,
        detail: detail.into(),
    }
}

/// A table whose columns are known.
#[derive(Debug)]
pub struct Table {
    rows: Vec<(u32, StringRecord)>,
    uneven: Vec<RowFault>,
    /// Our column, and the place of theirs.
    places: BTreeMap<&'static str, usize>,
    columns: BTreeMap<&'static str, String>,
    constants: BTreeMap<&'static str, String>,
    widths: BTreeMap<&'static str, usize>,
    /// Blanks around a cell of another system mean nothing; in our own they are part of the name.
    trimmed: bool,
}

impl Table {
    /// From the bytes of a file.
    pub fn parse(bytes: &[u8], kind: Kind, mapping: &Mapping) -> Result<Table, TableFault> {
        let text = text_of(bytes)?;
        let delimiter = mapping
            .delimiter
            .and_then(|one| u8::try_from(one).ok())
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let unreadable = |error: csv::Error| fault(Reason::InvalidText, format!("no table: {error}"));
        let header = records.next().transpose().map_err(unreadable)?.ok_or_else(|| {
            fault(
                Reason::Required,
                "the file is empty; its first row names the columns",
            )
        })?;
        let header = names_of(&header)?;
        let mut table = Table {
            rows: Vec::new(),
            uneven: Vec::new(),
            places: places(kind, mapping, &header)?,
            columns: BTreeMap::new(),
            constants: ours(kind, &mapping.constants),
            widths: ours(kind, &mapping.widths),
            trimmed: !mapping.is_ours(),
        };
        let named = table
            .places
            .iter()
            .filter_map(|(field, place)| Some((*field, header.get(*place)?.clone())));
        table.columns = named.collect();
        for (place, record) in records.enumerate() {
            let number = u32::try_from(place + 2).unwrap_or(u32::MAX);
            let record = record.map_err(unreadable)?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if table.rows.len() + table.uneven.len() == ROWS {
                return Err(fault(Reason::TooMany, format!("a file has at most {ROWS} rows")));
            }
            match shape_fault(&record, header.len()) {
                Some(detail) => table.uneven.push(RowFault {
                    row: number,
                    column: String::new(),
                    reason: Reason::InvalidText,
                    detail,
                }),
                None => table.rows.push((number, record)),
            }
        }
        Ok(table)
    }

    /// The faults of rows that have another shape than the header.
    pub fn uneven(&self) -> Vec<RowFault> {
        self.uneven.clone()
    }

    /// How many rows have the shape of the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What each of our columns is called in the file.
    pub fn columns(&self) -> &BTreeMap<&'static str, String> {
        &self.columns
    }

    /// The rows that have the shape of the header.
    pub fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(|(number, record)| Cells {
            number: *number,
            table: self,
            record,
            faults: Vec::new(),
        })
    }
}

/// One row, and what is found wrong with it.
#[derive(Debug)]
pub struct Cells<'t> {
    /// Its number as a spreadsheet counts.
    pub number: u32,
    table: &'t Table,
    record: &'t StringRecord,
    /// What is wrong with it.
    pub faults: Vec<RowFault>,
}

impl<'t> Cells<'t> {
    /// What it says in a column of ours; `None`: the file has no such column.
    pub fn get(&self, field: &'static str) -> Option<&'t str> {
        let cell = match self.table.places.get(field) {
            Some(place) => self.record.get(*place).unwrap_or_default(),
            None => self.table.constants.get(field)?,
        };
        let cell = if self.table.trimmed { cell.trim() } else { cell };
        Some(unguarded(cell))
    }

    /// The column in which it says how another system calls it.
    pub fn name_field(&self) -> &'static str {
        let known = self.table.places.contains_key("reference");
        if known { "reference" } else { "external_references" }
    }

    /// How many digits a column of ours has.
    pub fn width(&self, field: &str) -> Option<usize> {
        self.table.widths.get(field).copied()
    }

    /// A fault of this row.
    pub fn fault(&self, field: &'static str, reason: Reason, detail: impl Into<String>) -> RowFault {
        let called = self.table.columns.get(field);
        RowFault {
            row: self.number,
            column: called.cloned().unwrap_or_else(|| field.to_owned()),
            reason,
            detail: detail.into(),
        }
    }

    /// Notes a fault of this row.
    pub fn note(&mut self, field: &'static str, reason: Reason, detail: impl Into<String>) {
        let found = self.fault(field, reason, detail);
        self.faults.push(found);
    }

    /// The value, or its fault among the others.
    pub fn take<T>(&mut self, field: &'static str, found: Result<T, (Reason, String)>) -> Option<T> {
        match found {
            Ok(value) => Some(value),
            Err((reason, detail)) => {
                self.note(field, reason, detail);
                None
            }
        }
    }
}

/// A cell that a spreadsheet would take for a formula stands behind an apostrophe in our exports; here that goes again.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if super::export::is_formula(rest) => rest,
        Some(_) | None => cell,
    }
}

fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, TableFault> {
    if bytes.len() > FILE_BYTES {
        let told = format!("a file has at most {FILE_BYTES} bytes");
        return Err(fault(Reason::MessageTooLarge, told));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let told = "it is UTF-16; save it as `CSV UTF-8`";
        return Err(fault(Reason::InvalidText, told));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(fault(Reason::InvalidText, "it has NUL bytes: it is no text"));
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    })
}

fn names_of(header: &StringRecord) -> Result<Vec<String>, TableFault> {
    if header.len() > COLUMNS {
        return Err(fault(
            Reason::TooMany,
            format!("a file has at most {COLUMNS} columns"),
        ));
    }
    let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    if names.iter().any(|name| name.chars().count() > CELL) {
        return Err(fault(Reason::InvalidText, "the first row names no columns"));
    }
    Ok(names)
}

/// Where our columns are. Every one that the mapping names must be there, once.
fn places(
    kind: Kind,
    mapping: &Mapping,
    header: &[String],
) -> Result<BTreeMap<&'static str, usize>, TableFault> {
    let mut places = BTreeMap::new();
    let mut missing = Vec::new();
    for field in kind.fields() {
        let theirs = if mapping.is_ours() {
            Some(field)
        } else {
            mapping.columns.get(field).map(String::as_str)
        };
        let Some(theirs) = theirs else { continue };
        let mut found = header.iter().enumerate().filter(|(_, name)| *name == theirs);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                let told = format!("two columns are called `{theirs}`");
                return Err(fault(Reason::AlreadyExists, told));
            }
            (Some((place, _)), None) => {
                places.insert(field, place);
            }
            (None, _) if mapping.is_ours() => {}
            (None, _) => missing.push(theirs),
        }
    }
    let listed = |names: &mut dyn Iterator<Item = &str>| {
        let shown: Vec<String> = names
            .take(40)
            .map(|name| name.chars().take(40).collect())
            .collect();
        shown.join(", ")
    };
    let there = listed(&mut header.iter().map(String::as_str));
    if !missing.is_empty() {
        let told = format!("there is no column {}; there are: {there}", missing.join(", "));
        return Err(fault(Reason::Required, told));
    }
    if places.is_empty() {
        let told = format!(
            "no column is known; there are: {there}; known are: {}",
            kind.fields().join(", ")
        );
        return Err(fault(Reason::Required, told));
    }
    Ok(places)
}

fn ours<T: Clone>(kind: Kind, given: &BTreeMap<String, T>) -> BTreeMap<&'static str, T> {
    let fields = kind.fields().into_iter();
    fields
        .filter_map(|field| Some((field, given.get(field)?.clone())))
        .collect()
}

fn shape_fault(record: &StringRecord, columns: usize) -> Option<String> {
    if record
        .iter()
        .any(|cell| cell.len() > CELL && cell.chars().count() > CELL)
    {
        return Some(format!(
            "a cell has more than {CELL} characters: is a quote left open?"
        ));
    }
    (record.len() != columns).then(|| {
        format!(
            "it has {} cells and the first row {columns}: is a quote missing?",
            record.len()
        )
    })
}
