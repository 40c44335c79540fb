//! Recording, correcting and approving what was worked.

use super::command::{AddHours, ApproveHours, CorrectHours, ReopenHours};
use super::payroll::{is_owed, period_of};
use super::{Approval, Correction, Entry, Timesheet, WorkKind, Worked};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{ResponderId, TimesheetId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::shift::civil::{local_date, start_of};
use crate::shift::clocking::Stretch;

/// No time of work is longer than this, hours: what is longer is a slip of a date.
const LONGEST_HOURS: i64 = 36;
/// How long after its period a timesheet stays on the board and can be corrected, days.
const OPEN_DAYS: i64 = 62;

/// He has signed off, and this lies behind him. A shift is one time of work: what was recorded of it before goes on.
pub fn record(draft: &mut Draft<'_>, responder_id: ResponderId, stretches: &[Stretch]) {
    for Stretch { shift_id, span } in stretches {
        let Some(mut sheet) = sheet_for(draft, responder_id, span.start) else {
            continue;
        };
        let shift = shift_id.and_then(|id| draft.board().shifts.get(&id));
        let held_from = shift.and_then(|shift| Some(shift.held_over.as_ref()?.from));
        let before = sheet
            .worked
            .iter_mut()
            .find(|worked| shift_id.is_some() && worked.shift_id == *shift_id && !worked.entry.void);
        match before {
            Some(worked) => {
                worked.entry.span.end = worked.entry.span.end.max(span.end);
                worked.held_from = held_from;
            }
            None => sheet.worked.push(Worked {
                number: sheet.next_number(),
                entry: Entry {
                    kind: shift_id.map_or(WorkKind::CallBack, |_| WorkKind::Shift),
                    span: *span,
                    void: false,
                },
                shift_id: *shift_id,
                held_from,
                corrections: Vec::new(),
            }),
        }
        // What somebody approved was less than this.
        sheet.approval = None;
        put(draft, EventKind::HoursRecorded, sheet);
    }
}

/// Adds a time of work that nobody recorded.
pub fn add_hours(draft: &mut Draft<'_>, command: &AddHours) -> Result<Reply, Refusal> {
    let known = draft.board().responders.contains_key(&command.responder_id);
    if !known {
        return Err(Refusal::field(
            Reason::NotFound,
            "responder_id",
            "no such responder",
        ));
    }
    check_span(draft, &command.span)?;
    let sheet = sheet_for(draft, command.responder_id, command.span.start);
    let mut sheet = sheet.ok_or_else(|| Refusal::field(Reason::InvalidTime, "start", "out of reach"))?;
    if files_at(&sheet, &draft.board().jurisdiction.zone).is_none_or(|at| at <= draft.at) {
        let told = format!("its pay period is over for more than {OPEN_DAYS} days");
        return Err(Refusal::field(Reason::InvalidTime, "start", told));
    }
    check_open(&sheet)?;
    let entry = Entry {
        kind: command.kind,
        span: command.span,
        void: false,
    };
    check_free(draft, &sheet, None, &entry)?;
    sheet.worked.push(Worked {
        number: sheet.next_number(),
        entry,
        shift_id: None,
        held_from: None,
        corrections: vec![correction(draft, None, &command.reason)],
    });
    Ok(put(draft, EventKind::HoursCorrected, sheet))
}

/// Corrects a time of work, or takes it away. What stood there stays readable.
pub fn correct_hours(draft: &mut Draft<'_>, command: &CorrectHours) -> Result<Reply, Refusal> {
    let mut sheet = sheet_of(draft, command.timesheet_id, command.expected_version)?;
    check_open(&sheet)?;
    let place = sheet
        .worked
        .iter()
        .position(|worked| worked.number == command.number);
    let place = place.ok_or_else(|| Refusal::field(Reason::NotFound, "number", "no such time of work"))?;
    let was = sheet.worked[place].entry;
    let entry = match command.to {
        None => Entry { void: true, ..was },
        Some((kind, span)) => Entry {
            kind,
            span,
            void: false,
        },
    };
    if entry == was {
        return Err(Refusal::state("it is so already", "UNCHANGED"));
    }
    if !entry.void {
        check_span(draft, &entry.span)?;
        let zone = &draft.board().jurisdiction.zone;
        if !local_date(entry.span.start, zone).is_ok_and(|day| sheet.covers(day)) {
            let told = "it begins on no day of this timesheet; take it away here, and add it there";
            return Err(Refusal::field(Reason::InvalidTime, "start", told));
        }
        check_free(draft, &sheet, Some(command.number), &entry)?;
    }
    let made = correction(draft, Some(was), &command.reason);
    sheet.worked[place].entry = entry;
    sheet.worked[place].corrections.push(made);
    Ok(put(draft, EventKind::HoursCorrected, sheet))
}

/// Says that a timesheet is right. From then on it is corrected only after it was opened again.
pub fn approve_hours(draft: &mut Draft<'_>, command: &ApproveHours) -> Result<Reply, Refusal> {
    let mut sheet = sheet_of(draft, command.timesheet_id, command.expected_version)?;
    check_open(&sheet)?;
    sheet.approval = Some(Approval {
        by: draft.reporter.clone(),
        at: draft.at,
    });
    Ok(put(draft, EventKind::HoursJudged, sheet))
}

/// Opens an approved timesheet again.
pub fn reopen_hours(draft: &mut Draft<'_>, command: &ReopenHours) -> Result<Reply, Refusal> {
    let mut sheet = sheet_of(draft, command.timesheet_id, command.expected_version)?;
    if sheet.approval.take().is_none() {
        return Err(Refusal::state("the timesheet is not approved", "OPEN"));
    }
    Ok(put(draft, EventKind::HoursJudged, sheet))
}

/// Timesheets that can no longer be changed, and since when. That is asked often, so most are told apart by the date.
pub fn closed(board: &Board, at: Moment) -> impl Iterator<Item = (Moment, TimesheetId)> + '_ {
    let zone = &board.jurisdiction.zone;
    let today = local_date(at, zone).ok();
    let is_old =
        move |sheet: &&Timesheet| today.is_some_and(|day| sheet.end_day.days_until(day) >= OPEN_DAYS);
    let old = board.timesheets.values().filter(is_old);
    old.filter_map(|sheet| Some((files_at(sheet, zone)?, sheet.id)))
}

/// When a timesheet leaves the board.
fn files_at(sheet: &Timesheet, zone: &str) -> Option<Moment> {
    start_of(sheet.end_day.plus_days(OPEN_DAYS)?, zone)
}

/// A timesheet long past leaves the board.
pub fn file(draft: &mut Draft<'_>, id: TimesheetId) {
    if let Some(mut sheet) = draft.board().timesheets.get(&id).cloned() {
        sheet.filed = true;
        sheet.version += 1;
        let filed = After::Timesheet(Box::new(sheet));
        draft.emit(Happening::new(EventKind::HoursRecorded, filed));
    }
}

/// His timesheet for work that begins then: the one that is there, or a new one for the pay period.
fn sheet_for(draft: &mut Draft<'_>, responder_id: ResponderId, start: Moment) -> Option<Timesheet> {
    let board = draft.board();
    let day = local_date(start, &board.jurisdiction.zone).ok()?;
    let his = |sheet: &&Timesheet| sheet.responder_id == responder_id && sheet.covers(day);
    if let Some(sheet) = board.timesheets.values().find(his) {
        return Some(sheet.clone());
    }
    let (first, end_day) = period_of(board.policy(), day);
    // Whatever the policy was: no day is on two timesheets.
    let others = || {
        board
            .timesheets
            .values()
            .filter(|sheet| sheet.responder_id == responder_id)
    };
    let ended = others()
        .map(|sheet| sheet.end_day)
        .filter(|end| *end <= day)
        .max();
    let begins = others()
        .map(|sheet| sheet.first_day)
        .filter(|first| day < *first)
        .min();
    let agency_id = board.responders.get(&responder_id)?.agency_id.clone();
    let (at, first_day) = (draft.at, ended.map_or(first, |ended| ended.max(first)));
    Some(Timesheet {
        id: TimesheetId::next(draft.ids, at),
        responder_id,
        agency_id,
        first_day,
        end_day: begins.map_or(end_day, |begins| begins.min(end_day)),
        worked: Vec::new(),
        approval: None,
        version: 0,
        filed: false,
    })
}

fn sheet_of(draft: &Draft<'_>, id: TimesheetId, expected_version: u64) -> Result<Timesheet, Refusal> {
    let sheet = draft.board().timesheets.get(&id).cloned();
    let sheet = sheet.ok_or_else(|| Refusal::not_found("timesheet", id))?;
    if sheet.version == expected_version {
        Ok(sheet)
    } else {
        Err(Refusal::stale(expected_version, sheet.version))
    }
}

fn check_open(sheet: &Timesheet) -> Result<(), Refusal> {
    match &sheet.approval {
        None => Ok(()),
        Some(_) => Err(Refusal::new(
            Reason::HoursApproved,
            "the timesheet is approved; open it again first",
        )
        .with("timesheet_id", sheet.id)),
    }
}

fn check_span(draft: &Draft<'_>, span: &Window) -> Result<(), Refusal> {
    let seconds = span.start.seconds_until(span.end);
    if !(1..=LONGEST_HOURS * 3600).contains(&seconds) {
        let told = format!("it ends after it starts, and within {LONGEST_HOURS} hours");
        return Err(Refusal::field(Reason::InvalidWindow, "end", told));
    }
    if span.end > draft.at {
        return Err(Refusal::field(
            Reason::InvalidTime,
            "end",
            "nobody has worked in the future",
        ));
    }
    Ok(())
}

/// Work does not overlap work, nor standing by standing by.
fn check_free(
    draft: &Draft<'_>,
    sheet: &Timesheet,
    except: Option<u32>,
    entry: &Entry,
) -> Result<(), Refusal> {
    let on_call = |kind: WorkKind| kind == WorkKind::OnCall;
    let his = draft.board().timesheets.values();
    let mut others = his
        .filter(|other| other.responder_id == sheet.responder_id)
        .flat_map(|other| other.counting().map(move |worked| (other, worked)))
        .filter(|(other, worked)| other.id != sheet.id || Some(worked.number) != except)
        .filter(|(_, worked)| on_call(worked.entry.kind) == on_call(entry.kind));
    match others.find(|(_, worked)| worked.entry.span.overlaps(&entry.span)) {
        None => Ok(()),
        Some((other, worked)) => Err(Refusal::new(
            Reason::HoursOverlap,
            "another time of work of his overlaps this one",
        )
        .with("timesheet_id", other.id)
        .with("number", worked.number)),
    }
}

fn correction(draft: &Draft<'_>, was: Option<Entry>, reason: &str) -> Correction {
    Correction {
        was,
        reason: reason.to_owned(),
        by: draft.reporter.clone(),
        at: draft.at,
    }
}

fn put(draft: &mut Draft<'_>, kind: EventKind, mut sheet: Timesheet) -> Reply {
    sheet.version += 1;
    let after = After::Timesheet(Box::new(sheet.clone()));
    draft.emit(Happening::new(kind, after).to(sheet.responder_id));
    is_owed(draft, &sheet.agency_id, sheet.first_day, sheet.end_day);
    Reply::Timesheet(Box::new(sheet))
}
