//! What each minute of work counts as.
//!
//! Every minute that was worked counts once, as one kind, on the civil day in the jurisdiction's zone on which it lay: a shift
//! over midnight is split by day, and on days when clocks change there are more or fewer minutes. Both ends of a time of work
//! count to their whole minute, so times that touch still touch. Whatever lies beyond the limit of a work period is overtime,
//! by the order in which it was worked. Standing by is counted apart, while he did not work, and towards no limit.

use std::collections::BTreeMap;

use super::{Timesheet, WorkKind, Worked};
use crate::board::{OvertimeRule, Policy};
use crate::moment::{Moment, Window};
use crate::shift::civil::{local_date, start_of};
use crate::shift::date::LocalDate;

/// What a minute counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HourKind {
    /// A shift as it was planned.
    Regular,
    /// Beyond the end that was planned, by a supervisor's word.
    HoldOver,
    /// Beside all shifts.
    CallBack,
    /// Standing by.
    OnCall,
    /// Beyond the limit of the work period, whatever it would be else.
    Overtime,
}

/// Minutes of one kind on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The day.
    pub day: LocalDate,
    /// What they count as.
    pub kind: HourKind,
    /// Whether they are of an approved timesheet.
    pub approved: bool,
    /// How many.
    pub minutes: u32,
}

/// A time that counts as one kind.
#[derive(Clone, Copy, Debug)]
struct Piece {
    kind: HourKind,
    approved: bool,
    span: Window,
}

/// What the minutes of one responder's timesheets count as, by day and kind. For the right overtime they reach back to the
/// beginning of the work period that the first day lies in.
pub fn account(policy: &Policy, zone: &str, discipline: &str, sheets: &[&Timesheet]) -> Vec<Line> {
    let all = sheets
        .iter()
        .flat_map(|sheet| sheet.counting().map(|worked| (*sheet, worked)));
    let (on_call, at_work): (Vec<_>, Vec<_>) =
        all.partition(|(_, worked)| worked.entry.kind == WorkKind::OnCall);
    let pieces = |of: Vec<(&Timesheet, &Worked)>| of.into_iter().flat_map(pieces).collect();
    let at_work = once(pieces(at_work), &[]);
    let busy: Vec<Window> = at_work.iter().map(|piece| piece.span).collect();
    let standing_by = once(pieces(on_call), &busy);
    let mut lines: BTreeMap<(LocalDate, HourKind, bool), u32> = BTreeMap::new();
    let mut count = |day: LocalDate, piece: &Piece| {
        *lines.entry((day, piece.kind, piece.approved)).or_default() += minutes_of(&piece.span);
    };
    let rule = policy.overtime_rule(discipline);
    let mut done: BTreeMap<i64, u32> = BTreeMap::new();
    for (day, piece) in at_work.iter().flat_map(|piece| by_day(zone, piece)) {
        let Some(rule) = rule else {
            count(day, &piece);
            continue;
        };
        let so_far = done
            .entry(rule.period_of(policy.pay_period_start, day))
            .or_default();
        let parts = piece.cut_after(rule.minutes.saturating_sub(*so_far));
        *so_far += minutes_of(&piece.span);
        parts.iter().flatten().for_each(|part| count(day, part));
    }
    for (day, piece) in standing_by.iter().flat_map(|piece| by_day(zone, piece)) {
        count(day, &piece);
    }
    lines
        .into_iter()
        .map(|((day, kind, approved), minutes)| Line {
            day,
            kind,
            approved,
            minutes,
        })
        .collect()
}

impl Piece {
    fn during(self, start: Moment, end: Moment) -> Option<Piece> {
        let span = Window { start, end };
        (start < end).then_some(Piece { span, ..self })
    }

    /// What of it lies within so many minutes, and what beyond as overtime.
    fn cut_after(self, minutes: u32) -> [Option<Piece>; 2] {
        let at = self.span.start.plus_seconds(i64::from(minutes) * 60);
        let cut = at.clamp(self.span.start, self.span.end);
        let overtime = Piece {
            kind: HourKind::Overtime,
            ..self
        };
        [
            self.during(self.span.start, cut),
            overtime.during(cut, self.span.end),
        ]
    }
}

impl OvertimeRule {
    /// The number of the work period that a day lies in.
    fn period_of(&self, start: LocalDate, day: LocalDate) -> i64 {
        start
            .days_until(day)
            .div_euclid(i64::from(self.period_days.max(1)))
    }
}

/// A time of work by what it would count as, in whole minutes.
fn pieces((sheet, worked): (&Timesheet, &Worked)) -> impl Iterator<Item = Piece> + use<> {
    let kind = match worked.entry.kind {
        WorkKind::Shift => HourKind::Regular,
        WorkKind::CallBack => HourKind::CallBack,
        WorkKind::OnCall => HourKind::OnCall,
    };
    let (start, end) = (whole(worked.entry.span.start), whole(worked.entry.span.end));
    let held = worked.held_from.filter(|_| worked.entry.kind == WorkKind::Shift);
    let held = held.map_or(end, |from| whole(from).clamp(start, end));
    let piece = Piece {
        kind,
        approved: sheet.approval.is_some(),
        span: Window { start, end },
    };
    let held_over = Piece {
        kind: HourKind::HoldOver,
        ..piece
    };
    [piece.during(start, held), held_over.during(held, end)]
        .into_iter()
        .flatten()
}

/// Pieces by start, without what was before them already or lies in one of these windows, which are by start too.
fn once(mut pieces: Vec<Piece>, without: &[Window]) -> Vec<Piece> {
    pieces.sort_unstable_by_key(|piece| (piece.span.start, piece.span.end, piece.kind));
    let mut reached = Moment::from_micros(i64::MIN);
    let mut found = Vec::new();
    for piece in pieces {
        let mut start = piece.span.start.max(reached);
        for gone in without.iter().filter(|gone| gone.overlaps(&piece.span)) {
            found.extend(piece.during(start, gone.start.min(piece.span.end)));
            start = start.max(gone.end);
        }
        found.extend(piece.during(start, piece.span.end));
        reached = reached.max(piece.span.end);
    }
    found
}

/// A piece, cut at each midnight.
fn by_day(zone: &str, piece: &Piece) -> Vec<(LocalDate, Piece)> {
    let mut parts = Vec::new();
    let (mut start, end) = (piece.span.start, piece.span.end);
    while start < end {
        let Ok(day) = local_date(start, zone) else { break };
        let midnight = day.plus_days(1).and_then(|next| start_of(next, zone));
        let until = midnight.map_or(end, |midnight| midnight.min(end));
        parts.extend(piece.during(start, until).map(|part| (day, part)));
        start = until.max(start.plus_seconds(60));
    }
    parts
}

fn whole(at: Moment) -> Moment {
    const MINUTE: i64 = 60 * 1_000_000;
    Moment::from_micros(at.micros().div_euclid(MINUTE) * MINUTE)
}

fn minutes_of(span: &Window) -> u32 {
    u32::try_from(span.start.seconds_until(span.end) / 60).unwrap_or_default()
}
