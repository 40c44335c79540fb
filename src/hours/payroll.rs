//! Pay periods: which day lies in which, which hours payroll has, and what it has forgotten to fetch.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::ConfirmPayroll;
use crate::board::{After, Agency, Board, Draft, EventKind, Happening, Policy, Reply};
use crate::id::AgencyId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::shift::civil::start_of;
use crate::shift::date::LocalDate;

/// How many pay periods an agency shows: a year of fortnights.
const MOST_KEPT: usize = 26;

/// A pay period of an agency in which somebody has worked, under its first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayPeriod {
    /// The day after its last.
    pub end_day: LocalDate,
    /// By when payroll should have its hours.
    pub due_at: Moment,
    /// When payroll said that it has them; none while it has not, or since they have changed.
    pub taken_at: Option<Moment>,
    /// When it was announced that nobody has fetched them.
    pub unfetched_at: Option<Moment>,
}

/// An agency's pay periods, the latest, by first day.
pub type PayPeriods = BTreeMap<LocalDate, PayPeriod>;

/// The pay period of a day: its first day, and the day after its last.
pub fn period_of(policy: &Policy, day: LocalDate) -> (LocalDate, LocalDate) {
    let long = i64::from(policy.pay_period_days.max(1));
    let first = day.plus_days(-policy.pay_period_start.days_until(day).rem_euclid(long));
    let first = first.unwrap_or(day);
    (first, first.plus_days(long).unwrap_or(first))
}

/// Hours of this period are new, or others: payroll has to fetch them (again).
pub(super) fn is_owed(draft: &mut Draft<'_>, agency_id: &AgencyId, first: LocalDate, end_day: LocalDate) {
    let board = draft.board();
    let Some(mut agency) = board.agencies.get(agency_id).cloned() else {
        return;
    };
    let known = agency.pay_periods.get(&first);
    if known.is_some_and(|period| period.taken_at.is_none()) {
        return;
    }
    let grace = i64::from(board.policy().payroll_due_days);
    let zone = &board.jurisdiction.zone;
    let usual = end_day.plus_days(grace).and_then(|day| start_of(day, zone));
    // What changes after payroll had it is due as long after the change.
    let late = draft.at.plus_seconds(grace * 86_400);
    let due_at = match known {
        None => usual.unwrap_or(late),
        Some(_) => usual.map_or(late, |usual| usual.max(late)),
    };
    let period = PayPeriod {
        end_day,
        due_at,
        taken_at: None,
        unfetched_at: None,
    };
    agency.pay_periods.insert(first, period);
    while agency.pay_periods.len() > MOST_KEPT {
        agency.pay_periods.pop_first();
    }
    put(draft, EventKind::PayrollChanged, agency);
}

/// Payroll has the hours of these days: of each pay period that lies in them.
pub fn confirm_payroll(draft: &mut Draft<'_>, command: &ConfirmPayroll) -> Result<Reply, Refusal> {
    let known = draft.board().agencies.get(&command.agency_id).cloned();
    let mut agency = known.ok_or_else(|| Refusal::field(Reason::NotFound, "agency_id", "no such agency"))?;
    let at = draft.at;
    let mut found = false;
    for (first, period) in &mut agency.pay_periods {
        if command.from <= *first && period.end_day <= command.until {
            found = true;
            period.taken_at = period.taken_at.or(Some(at));
        }
    }
    if !found {
        let told = "no pay period in which anybody has worked lies in these days";
        return Err(Refusal::field(Reason::NotFound, "from_date", told));
    }
    put(draft, EventKind::PayrollChanged, agency.clone());
    Ok(Reply::Agency(agency))
}

/// When the next announcement is due that nobody has fetched the hours of a pay period.
pub fn next_due(board: &Board) -> Option<Moment> {
    let periods = board
        .agencies
        .values()
        .flat_map(|agency| agency.pay_periods.values());
    periods
        .filter(|period| waits(period))
        .map(|period| period.due_at)
        .min()
}

/// Announces each pay period whose hours nobody has fetched in time, once.
pub fn announce_unfetched(draft: &mut Draft<'_>) {
    let at = draft.at;
    let due: Vec<(AgencyId, LocalDate)> = draft
        .board()
        .agencies
        .values()
        .flat_map(|agency| agency.pay_periods.iter().map(move |period| (agency, period)))
        .filter(|(_, (_, period))| waits(period) && period.due_at <= at)
        .map(|(agency, (first, _))| (agency.id.clone(), *first))
        .collect();
    for (agency_id, first) in due {
        if let Some(mut agency) = draft.board().agencies.get(&agency_id).cloned() {
            if let Some(period) = agency.pay_periods.get_mut(&first) {
                period.unfetched_at = Some(at);
            }
            put(draft, EventKind::PayrollUnfetched, agency);
        }
    }
}

fn waits(period: &PayPeriod) -> bool {
    period.taken_at.is_none() && period.unfetched_at.is_none()
}

fn put(draft: &mut Draft<'_>, kind: EventKind, agency: Agency) {
    draft.emit(Happening::new(kind, After::Agency(agency)));
}
