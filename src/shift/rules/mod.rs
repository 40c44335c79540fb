//! What a plan owes to those who work it: rest, an end to the shift, hours, nights, weekends.
//!
//! Each rule is policy: its limit, and how much it weighs. Shifts that touch are one stretch of work: nobody rests between
//! them. Drafts count like shifts in force, for they are meant to be; what is cancelled does not.

mod hours;
mod nights;
#[cfg(test)]
mod tests;
mod weekends;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::civil::{nearest, to_local};
use super::date::LocalDate;
use super::{Shift, ShiftState};
use crate::board::Board;
use crate::id::{ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::roster::Responder;
pub(crate) use nights::nights_of;
use weekends::Fairness;

/// How much of a local time tells the minute: `2026-06-01T06:00`.
const MINUTES: usize = 16;
/// So many broken rules a refusal tells of; a plan of one shift breaks at most six.
const MOST_TOLD: usize = 10;

/// A rule of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkRule {
    /// What it is about.
    pub kind: WorkRuleKind,
    /// The limit, in the kind's own measure.
    pub limit: u32,
    /// What becomes of a plan that goes beyond it.
    pub severity: Severity,
}

/// What a rule is about. The name says the measure of its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkRuleKind {
    /// At least so many minutes of rest between two stretches of work.
    RestMinutes,
    /// At most so many minutes of work at a stretch.
    StretchMinutes,
    /// At most so many minutes in a week, Monday to Sunday by the jurisdiction's clock.
    WeekMinutes,
    /// At most so many minutes in any 28 days.
    FourWeekMinutes,
    /// At most so many nights one after the other. A night is at least three hours of work between 23:00 and 06:00 by the
    /// jurisdiction's clock: what Directive 2003/88/EC, article 2, calls night work.
    ConsecutiveNights,
    /// In four weeks at most so many weekends more than the median of the colleagues of his agency and discipline.
    WeekendsAboveMedian,
}

impl WorkRuleKind {
    /// Every kind.
    pub const ALL: [WorkRuleKind; 6] = [
        WorkRuleKind::RestMinutes,
        WorkRuleKind::StretchMinutes,
        WorkRuleKind::WeekMinutes,
        WorkRuleKind::FourWeekMinutes,
        WorkRuleKind::ConsecutiveNights,
        WorkRuleKind::WeekendsAboveMedian,
    ];

    /// Whether its limit is the least there may be; of every other it is the most.
    fn is_at_least(self) -> bool {
        self == WorkRuleKind::RestMinutes
    }

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            WorkRuleKind::RestMinutes => "REST_MINUTES",
            WorkRuleKind::StretchMinutes => "STRETCH_MINUTES",
            WorkRuleKind::WeekMinutes => "WEEK_MINUTES",
            WorkRuleKind::FourWeekMinutes => "FOUR_WEEK_MINUTES",
            WorkRuleKind::ConsecutiveNights => "CONSECUTIVE_NIGHTS",
            WorkRuleKind::WeekendsAboveMedian => "WEEKENDS_ABOVE_MEDIAN",
        }
    }
}

/// The rules of a jurisdiction that has set none.
pub fn usual() -> Vec<WorkRule> {
    [
        (WorkRuleKind::RestMinutes, 10 * 60, Severity::Warn),
        (WorkRuleKind::StretchMinutes, 16 * 60, Severity::Report),
        (WorkRuleKind::WeekMinutes, 60 * 60, Severity::Report),
        (WorkRuleKind::FourWeekMinutes, 171 * 60, Severity::Report),
        (WorkRuleKind::ConsecutiveNights, 6, Severity::Report),
        (WorkRuleKind::WeekendsAboveMedian, 1, Severity::Report),
    ]
    .map(|(kind, limit, severity)| WorkRule {
        kind,
        limit,
        severity,
    })
    .into()
}

/// What becomes of a plan that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// It is done, and told.
    Report,
    /// It is done by a supervisor who says why.
    Warn,
    /// It is not done.
    Refuse,
}

/// A rule that a plan breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Breach {
    /// The rule.
    pub rule: WorkRule,
    /// What the plan comes to, in the rule's measure.
    pub found: u32,
    /// The shifts that come to it.
    pub shift_ids: BTreeSet<ShiftId>,
}

/// The rules of a board, asked about shifts as they lie on it: whoever asks before a change lays it there first. What is
/// counted of many at once is counted once, however many shifts are asked about.
pub struct Rules<'b> {
    board: &'b Board,
    fairness: Fairness<'b>,
}

impl<'b> Rules<'b> {
    /// Those of this board.
    pub fn of(board: &'b Board) -> Rules<'b> {
        Rules {
            board,
            fairness: Fairness::of(board),
        }
    }

    /// Every rule that this shift breaks when this responder works it, in the order of the policy.
    pub fn broken_by(&mut self, responder: &Responder, shift: &Shift) -> Vec<Breach> {
        let board = self.board;
        let plan = Plan::of(board, responder.id, shift);
        let rules = board.policy().work_rules.iter();
        rules
            .filter_map(|rule| self.breach(responder, &plan, *rule))
            .collect()
    }

    fn breach(&mut self, responder: &Responder, plan: &Plan<'_>, rule: WorkRule) -> Option<Breach> {
        let (found, shift_ids) = match rule.kind {
            WorkRuleKind::RestMinutes => hours::shortest_rest(plan)?,
            WorkRuleKind::StretchMinutes => hours::stretch(plan),
            WorkRuleKind::WeekMinutes => hours::fullest_week(plan)?,
            WorkRuleKind::FourWeekMinutes => hours::fullest_four_weeks(plan),
            WorkRuleKind::ConsecutiveNights => nights::run(plan)?,
            WorkRuleKind::WeekendsAboveMedian => self.fairness.above_median(responder, plan)?,
        };
        let broken = if rule.kind.is_at_least() {
            found < rule.limit
        } else {
            found > rule.limit
        };
        broken.then_some(Breach {
            rule,
            found,
            shift_ids,
        })
    }
}

/// The refusal of a plan for the rules that it breaks: of each the numbers and the shifts, of the first for programs too.
/// The board has the plan; what is `unborn` on it has no id that anyone knows.
pub(super) fn refusal(board: &Board, breaches: &BTreeSet<&Breach>, unborn: &BTreeSet<ShiftId>) -> Refusal {
    let zone = &board.jurisdiction.zone;
    let start = |id: &ShiftId| {
        let at = board.shifts.get(id)?.planned.start;
        Some(to_local(at, zone)?.get(..MINUTES)?.to_owned())
    };
    let told = breaches.iter().map(|breach| {
        let bound = if breach.rule.kind.is_at_least() {
            "at least"
        } else {
            "at most"
        };
        let starts: BTreeSet<String> = breach.shift_ids.iter().filter_map(start).collect();
        let starts: Vec<String> = starts.into_iter().collect();
        format!(
            "{} {}, {bound} {}: shifts of {}",
            breach.rule.kind.as_str(),
            breach.found,
            breach.rule.limit,
            starts.join(", ")
        )
    });
    let told: Vec<String> = told.take(MOST_TOLD).collect();
    let refusal = Refusal::new(
        Reason::WorkRuleBroken,
        format!("a rule of work would be broken: {} ({zone})", told.join("; ")),
    );
    let Some(first) = breaches.first() else {
        return refusal;
    };
    let shift_ids: Vec<String> = first
        .shift_ids
        .difference(unborn)
        .map(ToString::to_string)
        .collect();
    let whose = first
        .shift_ids
        .first()
        .and_then(|id| board.shifts.get(id)?.responder_id);
    refusal
        .with("responder_id", whose.map(|id| id.to_string()).unwrap_or_default())
        .with("rule", first.rule.kind.as_str())
        .with("limit", first.rule.limit)
        .with("measured", first.found)
        .with("shift_ids", shift_ids.join(" "))
}

/// What a rule finds: how much, and the shifts that come to it.
type Found = (u32, BTreeSet<ShiftId>);

/// What one responder is to work around the shift that is asked about.
struct Plan<'a> {
    zone: &'a str,
    /// By start; no two overlap.
    pieces: Vec<Piece>,
    /// The piece that is asked about.
    asked: Piece,
}

/// One shift of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    window: Window,
    shift_id: ShiftId,
}

impl Piece {
    fn of(shift: &Shift) -> Piece {
        Piece {
            window: shift.planned,
            shift_id: shift.id,
        }
    }
}

impl<'a> Plan<'a> {
    fn of(board: &'a Board, responder_id: ResponderId, shift: &Shift) -> Plan<'a> {
        let around = Window {
            start: shift.planned.start.plus_seconds(-Shift::STAYS_SECONDS),
            end: shift.planned.end.plus_seconds(Shift::STAYS_SECONDS),
        };
        let his = board.shifts.of(responder_id, around);
        Plan {
            zone: &board.jurisdiction.zone,
            pieces: his.filter(counts).map(Piece::of).collect(),
            asked: Piece::of(shift),
        }
    }

    fn date(&self, at: Moment) -> Option<LocalDate> {
        date_in(self.zone, at)
    }

    fn span(&self, date: LocalDate, from: u32, to: u32) -> Option<Window> {
        span_in(self.zone, date, from, to)
    }
}

/// The date that the wall clock shows.
pub(crate) fn date_in(zone: &str, at: Moment) -> Option<LocalDate> {
    to_local(at, zone)?.get(..10)?.parse().ok()
}

/// From one time on the wall clock to another, minutes after the midnight of this date.
fn span_in(zone: &str, date: LocalDate, from: u32, to: u32) -> Option<Window> {
    Some(Window {
        start: nearest(date, from, zone).ok()?,
        end: nearest(date, to, zone).ok()?,
    })
}

/// A draft is meant to be worked; what is cancelled is not.
fn counts(shift: &&Shift) -> bool {
    shift.state != ShiftState::Cancelled
}

/// Whole minutes that the two share.
fn shared_minutes(one: &Window, other: &Window) -> u32 {
    let (start, end) = (one.start.max(other.start), one.end.min(other.end));
    u32::try_from(start.seconds_until(end) / 60).unwrap_or_default()
}
