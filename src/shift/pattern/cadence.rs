//! On which dates there is work.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::rule::Rule;
use crate::shift::date::LocalDate;

/// On which dates there is work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// The first date: rules, cycles and turns are counted from it, and nothing but `extra_dates` lies before it.
    pub starts_on: LocalDate,
    /// By what it comes again.
    pub recurrence: Recurrence,
    /// Dates that are taken out (EXDATE).
    pub except_dates: BTreeSet<LocalDate>,
    /// Dates that are put in (RDATE).
    pub extra_dates: BTreeSet<LocalDate>,
}

/// By what it comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recurrence {
    /// By a rule of RFC 5545.
    Rule(Rule),
    /// By a cycle of days.
    Rotation(Rotation),
}

/// A cycle of days, and which of them are worked: 2-2-3 (Pitman) has 14 days, four on and four off has 8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// How long the cycle is, days.
    pub cycle_days: u32,
    /// Which of its days are worked; day 1 is the first date.
    pub days_on: BTreeSet<u32>,
}

impl Cadence {
    /// The dates from `from` to `to`, both included, in order.
    pub fn dates(&self, from: LocalDate, to: LocalDate) -> BTreeSet<LocalDate> {
        let mut dates: BTreeSet<LocalDate> = match &self.recurrence {
            Recurrence::Rule(rule) => rule.dates(self.starts_on, from, to).into_iter().collect(),
            Recurrence::Rotation(rotation) => {
                let dates = from.max(self.starts_on).through(to);
                dates
                    .filter(|date| rotation.admits(self.starts_on, *date))
                    .collect()
            }
        };
        let within = |date: &&LocalDate| (from..=to).contains(*date);
        dates.extend(self.extra_dates.iter().filter(within));
        dates.retain(|date| !self.except_dates.contains(date));
        dates
    }
}

impl Rotation {
    fn admits(&self, start: LocalDate, date: LocalDate) -> bool {
        let ahead = u32::try_from(start.days_until(date)).unwrap_or_default();
        let day = ahead.checked_rem(self.cycle_days).unwrap_or_default() + 1;
        self.days_on.contains(&day)
    }
}
