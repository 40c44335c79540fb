//! The policy's rules of work as limits of the search. All are kept, whatever their severity: a proposal needs no override.
//! How weekends compare with those of colleagues is a matter of fairness here: it costs.

use super::calendar::Calendar;
use crate::board::Policy;
use crate::filling::problem::{Limits, Period};
use crate::shift::Shift;
use crate::shift::rules::WorkRuleKind;

/// So many civil days are touched by any 28 times 24 hours.
const FOUR_WEEKS: usize = 29;

fn limit(policy: &Policy, kind: WorkRuleKind) -> Option<u32> {
    let rule = policy.work_rules.iter().find(|rule| rule.kind == kind);
    rule.map(|rule| rule.limit)
}

/// What everyone is held to.
pub(super) fn limits(policy: &Policy, calendar: &Calendar<'_>) -> Limits {
    let rest = limit(policy, WorkRuleKind::RestMinutes).unwrap_or(0);
    // Shifts that touch are one stretch. The search makes none, so that no stretch is longer than its one shift.
    let apart = u32::from(limit(policy, WorkRuleKind::StretchMinutes).is_some());
    let period = |(from, to), most| Period {
        from,
        to,
        least: 0,
        most,
    };
    let week = limit(policy, WorkRuleKind::WeekMinutes);
    let weeks = week
        .into_iter()
        .flat_map(|most| calendar.weeks().map(move |week| period(week, most)));
    let four_weeks = limit(policy, WorkRuleKind::FourWeekMinutes);
    let ends = FOUR_WEEKS..=calendar.days();
    let spans = four_weeks
        .into_iter()
        .flat_map(|most| ends.clone().map(move |to| period((to - FOUR_WEEKS, to), most)));
    Limits {
        rest_minutes: rest.max(apart),
        most_nights: limit(policy, WorkRuleKind::ConsecutiveNights),
        periods: weeks.chain(spans).collect(),
        ..Limits::default()
    }
}

/// What somebody works beside what the search knows takes its minutes from every period that it lies in.
pub(super) fn work_beside(limits: &mut Limits, first_day: Option<usize>, minutes: [u32; 3]) {
    let Some(first_day) = first_day else { return };
    for (day, minutes) in (first_day..).zip(minutes) {
        for period in &mut limits.periods {
            if (period.from..period.to).contains(&day) {
                period.most = period.most.saturating_sub(minutes);
            }
        }
    }
}

/// Whether it is longer by itself than a stretch of work may be.
pub(super) fn is_too_long(policy: &Policy, shift: &Shift) -> bool {
    let minutes = shift.planned.start.seconds_until(shift.planned.end) / 60;
    limit(policy, WorkRuleKind::StretchMinutes).is_some_and(|most| minutes > i64::from(most))
}
