//! Approved hours as a table for payroll.

use std::collections::BTreeMap;

use super::Timesheet;
use super::account::{HourKind, Line, account};
use crate::board::Board;
use crate::id::ResponderId;
use crate::roster::Responder;
use crate::shift::civil::start_of;
use crate::shift::date::LocalDate;
use crate::transfer::export::{cell, line, names};

const COLUMNS: [&str; 9] = [
    "responder_id",
    "external_references",
    "agency",
    "name",
    "position",
    "cost_code",
    "date",
    "kind",
    "minutes",
];

/// One row for each responder, day and kind: what was approved of the days from the first to the one before the last. Same
/// hours, same bytes.
pub fn table(board: &Board, sheets: &[Timesheet], (from, until): (LocalDate, LocalDate)) -> Vec<u8> {
    let mut of: BTreeMap<ResponderId, Vec<&Timesheet>> = BTreeMap::new();
    for sheet in sheets {
        of.entry(sheet.responder_id).or_default().push(sheet);
    }
    let mut rows: Vec<[String; COLUMNS.len()]> = Vec::new();
    for (responder_id, his) in of {
        let Some(him) = board.responders.get(&responder_id) else {
            continue;
        };
        let zone = &board.jurisdiction.zone;
        let lines = account(board.policy(), zone, &him.discipline, &his);
        let asked = lines
            .iter()
            .filter(|one| one.approved && from <= one.day && one.day < until);
        rows.extend(asked.map(|one| row(him, one)));
    }
    rows.sort();
    let mut text = String::new();
    line(&mut text, COLUMNS.into_iter());
    for row in &rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    text.into_bytes()
}

/// How many timesheets with work in these days are not approved.
pub fn unapproved(board: &Board, sheets: &[Timesheet], (from, until): (LocalDate, LocalDate)) -> u32 {
    let zone = &board.jurisdiction.zone;
    let (Some(start), Some(end)) = (start_of(from, zone), start_of(until, zone)) else {
        return 0;
    };
    let within = |sheet: &&Timesheet| {
        let mut spans = sheet.counting().map(|worked| worked.entry.span);
        spans.any(|span| span.start < end && start < span.end)
    };
    let waiting = sheets.iter().filter(|sheet| sheet.approval.is_none());
    u32::try_from(waiting.filter(within).count()).unwrap_or(u32::MAX)
}

fn row(him: &Responder, one: &Line) -> [String; COLUMNS.len()] {
    let kind = match one.kind {
        HourKind::Regular => "regular",
        HourKind::HoldOver => "hold_over",
        HourKind::CallBack => "call_back",
        HourKind::OnCall => "on_call",
        HourKind::Overtime => "overtime",
    };
    [
        him.id.to_string(),
        names(&him.external_references),
        him.agency_id.to_string(),
        cell(&him.name),
        cell(&him.employment.position),
        cell(&him.employment.cost_code),
        one.day.to_string(),
        kind.to_owned(),
        one.minutes.to_string(),
    ]
}
