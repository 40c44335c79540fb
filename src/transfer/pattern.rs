//! Rows about patterns: what one holds from its beginning, from a date on (`holds_from`), or on one date alone
//! (`holds_on`). A pattern is known by its agency and its name.

use std::collections::{BTreeMap, BTreeSet};

use super::mapping::Mapping;
use super::table::Cells;
use super::value::{Found, Whom, code, date, name, time};
use super::{Column, Named, Surroundings, turns};
use crate::board::ExternalReference;
use crate::id::AgencyId;
use crate::printable::NAME;
use crate::refusal::Reason;
use crate::shift::date::LocalDate;
use crate::shift::pattern::command::End;
use crate::shift::pattern::{
    Cadence, LONGEST_CYCLE, MOST_DATES, MOST_PLACES, Recurrence, Rotation, USUAL_TURN_DAYS,
};
use crate::triage::Code;

/// The columns, in the order in which we write them.
pub(super) const COLUMNS: &[Column] = &[
    Column::both("agency"),
    Column::both("name"),
    Column::both("discipline"),
    Column::both("zone"),
    Column::both("holds_from"),
    Column::both("holds_on"),
    Column::both("start_date"),
    Column::both("rrule"),
    Column::both("cycle_days"),
    Column::both("days_on"),
    Column::both("except_dates"),
    Column::both("extra_dates"),
    Column::both("local_start"),
    Column::read("local_end"),
    Column::both("duration_minutes"),
    Column::both("area"),
    Column::both("required_qualifications"),
    Column::both("minimum"),
    Column::both("wanted"),
    Column::both("places"),
    Column::both("turn_days"),
];

/// What a row says about a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternRow {
    /// The agency that plans it.
    pub agency_id: AgencyId,
    /// Its name.
    pub name: String,
    /// The discipline of those who work it.
    pub discipline: Code,
    /// The zone of its wall clock.
    pub zone: String,
    /// For which of its dates.
    pub holds: Holds,
    /// What is to be manned then.
    pub post: PostRow,
}

/// For which dates of a pattern a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// From its beginning, on these dates.
    Always(Cadence),
    /// From this date on, on these dates.
    From(LocalDate, Cadence),
    /// On this date alone.
    On(LocalDate),
}

/// What a row says is to be manned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// When it begins, minutes after midnight.
    pub start_minute: u32,
    /// When it ends.
    pub end: End,
    /// The name of its area; none: each responder's own.
    pub area: Option<String>,
    /// What each who works it must be qualified for, in capitals.
    pub required_qualifications: BTreeSet<Code>,
    /// With fewer it is not manned.
    pub minimum: u32,
    /// How many are wanted.
    pub wanted: u32,
    /// Who takes each place, in turn.
    pub places: Vec<Vec<Whom>>,
    /// After how many days it is the next one's turn.
    pub turn_days: u32,
}

impl Named for PatternRow {
    fn names(&self) -> &BTreeSet<ExternalReference> {
        const NONE: &BTreeSet<ExternalReference> = &BTreeSet::new();
        NONE
    }
}

/// The parts that a file has said something of, and in which row.
pub(super) type Said = BTreeMap<(AgencyId, String, Part), u32>;

/// Which part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Always,
    From(LocalDate),
    On(LocalDate),
}

/// Reads a row; what is wrong with it is noted there.
pub(super) fn read(
    cells: &mut Cells<'_>,
    mapping: &Mapping,
    around: Surroundings<'_>,
    said: &mut Said,
) -> Option<PatternRow> {
    let agency_id = cells.agency();
    if agency_id == Some(None) {
        cells.note("agency", Reason::Required, "it must say which agency plans it");
    }
    let its_name = cells.needed("name", |cell| name(cell, NAME));
    let discipline = cells.needed("discipline", code);
    let zone = cells.zone(mapping, around);
    let holds = holds(cells, mapping);
    let post = post(cells, mapping);
    let row = PatternRow {
        agency_id: agency_id??,
        name: its_name?,
        discipline: discipline?,
        zone: zone?,
        holds: holds?,
        post: post?,
    };
    let part = match &row.holds {
        Holds::Always(_) => Part::Always,
        Holds::From(date, _) => Part::From(*date),
        Holds::On(date) => Part::On(*date),
    };
    let before = said.insert((row.agency_id.clone(), row.name.clone(), part), cells.number);
    if let Some(before) = before {
        let told = format!("row {before} says what holds then");
        cells.note("name", Reason::AlreadyExists, told);
    }
    Some(row)
}

fn holds(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<Holds> {
    let from = cells.some("holds_from", local_date)?;
    let on = cells.some("holds_on", local_date)?;
    match (from, on) {
        (Some(_), Some(_)) => {
            let told = "it holds from a date on, or on one date: not both";
            cells.note("holds_on", Reason::InvalidWindow, told);
            None
        }
        (None, Some(on)) => Some(Holds::On(on)),
        (Some(from), None) => Some(Holds::From(from, cadence(cells, mapping)?)),
        (None, None) => Some(Holds::Always(cadence(cells, mapping)?)),
    }
}

fn cadence(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<Cadence> {
    let starts_on = cells.needed("start_date", local_date);
    let recurrence = recurrence(cells, mapping);
    let except_dates = cells.dates("except_dates", mapping);
    let extra_dates = cells.dates("extra_dates", mapping);
    Some(Cadence {
        starts_on: starts_on?,
        recurrence: recurrence?,
        except_dates: except_dates?,
        extra_dates: extra_dates?,
    })
}

fn recurrence(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<Recurrence> {
    let rule = cells.some("rrule", |cell| {
        cell.parse()
            .map_err(|fault: crate::shift::pattern::RuleFault| (Reason::InvalidRecurrence, fault.to_string()))
    })?;
    let cycle_days = cells.some("cycle_days", |cell| number(cell, 1..=LONGEST_CYCLE))?;
    match (rule, cycle_days) {
        (Some(rule), None) => Some(Recurrence::Rule(rule)),
        (None, Some(cycle_days)) => {
            let days = cells.list("days_on", mapping).unwrap_or_default();
            let worked = days.iter().map(|day| number(day, 1..=cycle_days));
            let days_on = cells.take("days_on", worked.collect::<Found<BTreeSet<u32>>>())?;
            if days_on.is_empty() {
                cells.note("days_on", Reason::Required, "at least one day is worked");
            }
            Some(Recurrence::Rotation(Rotation { cycle_days, days_on }))
        }
        (Some(_), Some(_)) | (None, None) => {
            let told = "it comes again by `rrule`, or by `cycle_days` and `days_on`: one of them";
            cells.note("rrule", Reason::InvalidRecurrence, told);
            None
        }
    }
}

fn post(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<PostRow> {
    let most = u32::try_from(MOST_PLACES).unwrap_or(u32::MAX);
    let start_minute = cells.needed("local_start", minute);
    let end = end(cells);
    let area = cells
        .get("area")
        .filter(|area| !area.is_empty())
        .map(str::to_owned);
    let required_qualifications = match cells.get("required_qualifications") {
        Some(_) => cells.codes("required_qualifications", mapping),
        None => Some(BTreeSet::new()),
    };
    let places = places(cells, mapping);
    let minimum = cells.some("minimum", |cell| number(cell, 0..=most));
    let wanted = cells.some("wanted", |cell| number(cell, 0..=most));
    let turn_days = cells.some("turn_days", |cell| number(cell, 1..=LONGEST_CYCLE));
    let places = places?;
    let as_many = u32::try_from(places.len()).unwrap_or(u32::MAX).max(1);
    Some(PostRow {
        start_minute: start_minute?,
        end: end?,
        area,
        required_qualifications: required_qualifications?,
        minimum: minimum?.unwrap_or_default(),
        wanted: wanted?.unwrap_or(as_many),
        places,
        turn_days: turn_days?.unwrap_or(USUAL_TURN_DAYS),
    })
}

fn end(cells: &mut Cells<'_>) -> Option<End> {
    let at = cells.some("local_end", minute)?;
    let after = cells.some("duration_minutes", |cell| number(cell, 1..=36 * 60))?;
    match (at, after) {
        (Some(at), None) => Some(End::At(at)),
        (None, Some(after)) => Some(End::After(after)),
        (Some(_), Some(_)) | (None, None) => {
            let told =
                "it says when it ends (`local_end`) or how long it is (`duration_minutes`): one of them";
            cells.note("duration_minutes", Reason::InvalidWindow, told);
            None
        }
    }
}

fn places(cells: &mut Cells<'_>, mapping: &Mapping) -> Option<Vec<Vec<Whom>>> {
    let places = cells.list("places", mapping).unwrap_or_default();
    if places.len() > MOST_PLACES {
        cells.note("places", Reason::TooMany, format!("at most {MOST_PLACES}"));
    }
    let in_turn = |place: &String| -> Found<Vec<Whom>> {
        let people = turns::read(place);
        if people.len() > MOST_PLACES {
            return Err((Reason::TooMany, format!("at most {MOST_PLACES} in turn")));
        }
        people
            .into_iter()
            .map(|one| name(&one, NAME).map(|one| Whom::called(one, mapping)))
            .collect()
    };
    let read = places.iter().map(in_turn).collect();
    cells.take("places", read)
}

pub(super) fn local_date(cell: &str) -> Found<LocalDate> {
    date(cell)?
        .parse()
        .map_err(|fault: crate::shift::date::NoDate| (Reason::InvalidTime, fault.to_string()))
}

/// Minutes after midnight.
fn minute(cell: &str) -> Found<u32> {
    let clock = time(cell)?;
    let parts: Vec<u32> = clock.split(':').filter_map(|part| part.parse().ok()).collect();
    match parts[..] {
        [hour, minute] => Ok(hour * 60 + minute),
        _ => Err((
            Reason::InvalidTime,
            "a pattern is planned by the minute".to_owned(),
        )),
    }
}

pub(super) fn number(cell: &str, range: std::ops::RangeInclusive<u32>) -> Found<u32> {
    let told = || {
        let told = format!("a whole number from {} to {}", range.start(), range.end());
        (Reason::OutOfRange, told)
    };
    let number = cell.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(told)
}

impl Cells<'_> {
    /// What it says in a column that it must have.
    pub(super) fn needed<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Found<T>,
    ) -> Option<T> {
        match self.get(field) {
            None | Some("") => {
                self.note(field, Reason::Required, "it must not be empty");
                None
            }
            Some(cell) => self.take(field, read(cell)),
        }
    }

    /// What it says in a column, if anything.
    pub(super) fn some<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Found<T>,
    ) -> Option<Option<T>> {
        match self.get(field) {
            None | Some("") => Some(None),
            Some(cell) => self.take(field, read(cell).map(Some)),
        }
    }

    fn dates(&mut self, field: &'static str, mapping: &Mapping) -> Option<BTreeSet<LocalDate>> {
        let dates = self.list(field, mapping).unwrap_or_default();
        if dates.len() > MOST_DATES {
            self.note(field, Reason::TooMany, format!("at most {MOST_DATES}"));
        }
        let read = dates.iter().map(|date| local_date(date)).collect();
        self.take(field, read)
    }
}
