//! The roster as tables that import again to the same roster.
//!
//! UTF-8, line ends of RFC 4180, one order whatever the ids: the same roster is the same bytes. Of those who have left, of
//! what was revoked or cancelled, and of shifts long over nothing is written; but a shift of a pattern that a hand has
//! cancelled is, or publishing would make it again. Lists have a line break between their
//! parts. A cell that a spreadsheet would take for a formula stands behind an apostrophe, which an import takes away.

use std::collections::BTreeSet;

use super::Kind;
use super::turns;
use super::value::written;
use crate::board::{Board, ExternalReference};
use crate::id::{AgencyId, ResponderId};
use crate::moment::Moment;
use crate::roster::{Responder, Verification};
use crate::shift::civil::{Occurrence, resolve, to_local};
use crate::shift::date::LocalDate;
use crate::shift::pattern::{Cadence, Pattern, Post, Recurrence};
use crate::shift::{Origin, Shift, ShiftState};

/// What a table is about, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is about.
    pub kind: Kind,
    /// Only of this agency; none means all.
    pub agency_id: Option<AgencyId>,
}

/// A table of what the board has.
pub fn table(board: &Board, wanted: &Wanted) -> Vec<u8> {
    let mut rows = match wanted.kind {
        Kind::Responders => responders(board, wanted),
        Kind::Credentials => credentials(board, wanted),
        Kind::Shifts => shifts(board, wanted),
        Kind::Patterns => patterns(board, wanted),
    };
    rows.sort();
    let mut text = String::new();
    line(&mut text, wanted.kind.written().into_iter());
    for row in &rows {
        line(&mut text, row.iter().skip(1).map(String::as_str));
    }
    text.into_bytes()
}

/// Whether a spreadsheet would take a text for a formula; one that is guarded already counts as one.
pub(super) fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t'])
}

/// A cell, guarded.
pub(crate) fn cell(text: &str) -> String {
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(crate) fn line<'t>(text: &mut String, cells: impl Iterator<Item = &'t str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        let plain = !cell.contains([',', '"', '\n', '\r']) && !cell.starts_with(' ') && !cell.ends_with(' ');
        if plain {
            text.push_str(cell);
        } else {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push_str("\r\n");
}

fn listed(parts: impl IntoIterator<Item = String>) -> String {
    let parts: BTreeSet<String> = parts.into_iter().collect();
    parts.into_iter().collect::<Vec<_>>().join("\n")
}

pub(crate) fn names(references: &BTreeSet<ExternalReference>) -> String {
    cell(&listed(references.iter().map(written)))
}

fn present<'b>(board: &'b Board, wanted: &Wanted) -> impl Iterator<Item = &'b Responder> {
    let agency_id = wanted.agency_id.clone();
    let there = board.responders.values().filter(|one| one.retired_at.is_none());
    there.filter(move |one| agency_id.as_ref().is_none_or(|agency| *agency == one.agency_id))
}

/// Each row begins with what it is sorted by.
fn responders(board: &Board, wanted: &Wanted) -> Vec<Vec<String>> {
    let called = |id: &ResponderId| Some(board.responders.get(id)?.call_sign.clone());
    let there = |id: &&ResponderId| {
        board
            .responders
            .get(id)
            .is_some_and(|one| one.retired_at.is_none())
    };
    present(board, wanted)
        .map(|one| {
            let areas = one
                .area_ids
                .iter()
                .filter_map(|id| Some(board.areas.get(id)?.name.clone()));
            let apart = one.must_not_meet.iter().filter(there).filter_map(called);
            let base = one.base.as_ref();
            let point = base.map(|base| base.point);
            let degrees = |of: fn(crate::geo::Point) -> f64| point.map(|point| of(point).to_string());
            vec![
                format!("{}\n{}", one.agency_id, one.call_sign),
                names(&one.external_references),
                one.agency_id.to_string(),
                one.discipline.clone(),
                cell(&one.name),
                cell(&one.call_sign),
                cell(base.map_or("", |base| &base.name)),
                degrees(crate::geo::Point::latitude).unwrap_or_default(),
                degrees(crate::geo::Point::longitude).unwrap_or_default(),
                cell(&listed(areas)),
                cell(&listed(apart)),
                cell(&one.employment.position),
                cell(&one.employment.cost_code),
            ]
        })
        .collect()
}

/// How a table names a responder.
fn whom(responder: &Responder) -> String {
    cell(&called(responder))
}

fn called(responder: &Responder) -> String {
    let by_name = responder.external_references.first().map(written);
    by_name.unwrap_or_else(|| responder.call_sign.clone())
}

fn credentials(board: &Board, wanted: &Wanted) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for holder in present(board, wanted) {
        for paper in holder
            .credentials
            .values()
            .filter(|paper| paper.revoked_at.is_none())
        {
            let valid_until = paper.valid_until.clone().unwrap_or_default();
            rows.push(vec![
                format!(
                    "{}\n{}\n{}\n{valid_until}",
                    holder.call_sign, paper.code, paper.number
                ),
                whom(holder),
                cell(&paper.code),
                cell(&paper.number),
                cell(&paper.issuer),
                paper.valid_from.clone().unwrap_or_default(),
                valid_until,
                match paper.verification() {
                    Verification::Unverified => "unverified",
                    Verification::Verified => "verified",
                    Verification::Suspended => "suspended",
                    Verification::Revoked => "revoked",
                }
                .to_owned(),
            ]);
        }
    }
    rows
}

fn shifts(board: &Board, wanted: &Wanted) -> Vec<Vec<String>> {
    let of_agency = |shift: &&Shift| {
        wanted
            .agency_id
            .as_ref()
            .is_none_or(|agency| *agency == shift.agency_id)
    };
    let taken_back = |shift: &Shift| was_made(board, shift).is_some() && shift.is_changed_by_hand();
    let standing = board
        .shifts
        .values()
        .filter(|shift| shift.state != ShiftState::Cancelled || taken_back(shift));
    let mut rows = Vec::new();
    for shift in standing.filter(of_agency) {
        let responder = shift.responder_id.and_then(|id| board.responders.get(&id));
        if responder.is_some_and(|one| one.retired_at.is_some()) {
            continue;
        }
        let area = shift.area_id.and_then(|id| board.areas.get(&id));
        let (start, first) = wall_clock(shift.planned.start, &shift.zone);
        let (end, last) = wall_clock(shift.planned.end, &shift.zone);
        let called = responder.map(|one| one.call_sign.clone()).unwrap_or_default();
        let references = names(&shift.external_references);
        let area = area.map_or("", |area| &area.name);
        let mut row = vec![
            format!(
                "{start}\n{first}\n{}\n{called}\n{area}\n{references}\n{end}",
                shift.agency_id
            ),
            references,
            shift.agency_id.to_string(),
            responder.map(whom).unwrap_or_default(),
            start,
            first.to_owned(),
            end,
            last.to_owned(),
            shift.zone.clone(),
            cell(area),
            match shift.state {
                ShiftState::Draft => "draft",
                ShiftState::Published => "published",
                ShiftState::Cancelled => "cancelled",
            }
            .to_owned(),
            cell(&listed(shift.required_qualifications.iter().cloned())),
        ];
        row.extend(origin(board, shift));
        rows.push(row);
    }
    rows
}

/// The place of a pattern in use that it was made for.
fn was_made<'b>(board: &'b Board, shift: &'b Shift) -> Option<(&'b Origin, &'b Pattern)> {
    let origin = shift.origin.as_ref()?;
    let pattern = board.patterns.get(&origin.pattern_id)?;
    pattern.retired_at.is_none().then_some((origin, pattern))
}

/// That place, and whether somebody has changed the shift since.
fn origin(board: &Board, shift: &Shift) -> [String; 4] {
    match was_made(board, shift) {
        Some((origin, pattern)) => [
            cell(&pattern.name),
            origin.date.to_string(),
            origin.place.to_string(),
            if shift.is_changed_by_hand() { "yes" } else { "" }.to_owned(),
        ],
        None => Default::default(),
    }
}

/// Each part of each pattern in use. Whoever has left has no turn any more.
fn patterns(board: &Board, wanted: &Wanted) -> Vec<Vec<String>> {
    let of_agency = |one: &&Pattern| wanted.agency_id.as_ref().is_none_or(|id| *id == one.agency_id);
    let standing = board.patterns.values().filter(|one| one.retired_at.is_none());
    let mut rows = Vec::new();
    for pattern in standing.filter(of_agency) {
        for (place, phase) in pattern.phases.iter().enumerate() {
            let from = (place > 0).then_some(phase.first_on);
            rows.push(part(
                board,
                pattern,
                (from, None),
                Some(&phase.cadence),
                &phase.post,
            ));
        }
        for (date, post) in &pattern.exceptions {
            rows.push(part(board, pattern, (None, Some(*date)), None, post));
        }
    }
    rows
}

fn part(
    board: &Board,
    pattern: &Pattern,
    (from, on): (Option<LocalDate>, Option<LocalDate>),
    cadence: Option<&Cadence>,
    post: &Post,
) -> Vec<String> {
    let said = |date: Option<LocalDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let (rule, cycle_days, days_on) = match cadence.map(|cadence| &cadence.recurrence) {
        Some(Recurrence::Rule(rule)) => (rule.to_string(), String::new(), String::new()),
        Some(Recurrence::Rotation(rotation)) => {
            let days: Vec<String> = rotation.days_on.iter().map(u32::to_string).collect();
            (String::new(), rotation.cycle_days.to_string(), days.join("\n"))
        }
        None => Default::default(),
    };
    let dates = |of: fn(&Cadence) -> &BTreeSet<LocalDate>| {
        let dates = cadence.map(of).into_iter().flatten();
        listed(dates.map(LocalDate::to_string))
    };
    let area = post.area_id.and_then(|id| board.areas.get(&id));
    vec![
        format!(
            "{}\n{}\n{}\n{}\n{}",
            pattern.agency_id,
            pattern.name,
            pattern.id,
            said(on),
            said(from)
        ),
        pattern.agency_id.to_string(),
        cell(&pattern.name),
        pattern.discipline.clone(),
        pattern.zone.clone(),
        said(from),
        said(on),
        said(cadence.map(|cadence| cadence.starts_on)),
        rule,
        cycle_days,
        days_on,
        dates(|cadence| &cadence.except_dates),
        dates(|cadence| &cadence.extra_dates),
        format!("{:02}:{:02}", post.start_minute / 60, post.start_minute % 60),
        post.length_minutes.to_string(),
        cell(area.map_or("", |area| &area.name)),
        cell(&listed(post.required_qualifications.iter().cloned())),
        post.minimum.to_string(),
        post.wanted.to_string(),
        cell(&places(board, post)),
        post.turn_days.to_string(),
    ]
}

fn places(board: &Board, post: &Post) -> String {
    let places = post.places.iter().map(|people| {
        let people = people.iter().filter_map(|id| board.responders.get(id));
        let there = people.filter(|one| one.retired_at.is_none());
        turns::written(&there.map(called).collect::<Vec<_>>())
    });
    places.collect::<Vec<_>>().join("\n")
}

/// A moment on the wall clock, and which of two it is when the clock shows it twice.
fn wall_clock(at: Moment, zone: &str) -> (String, &'static str) {
    let local = to_local(at, zone).unwrap_or_default();
    let local = local.strip_suffix(":00").map(str::to_owned).unwrap_or(local);
    let which = if resolve(&local, None, zone).is_ok() {
        ""
    } else if resolve(&local, Some(Occurrence::First), zone) == Ok(at) {
        "first"
    } else {
        "second"
    };
    (local, which)
}
