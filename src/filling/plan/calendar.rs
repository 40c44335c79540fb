//! The civil days of a plan, counted from 0, by the jurisdiction's clock.

use crate::moment::{Moment, Window};
use crate::shift::civil::nearest;
use crate::shift::date::LocalDate;
use crate::shift::rules::{date_in, nights_of};

/// How many days around the period are read, before and after it: the rules of work look at 28 days.
const AROUND: i64 = 29;
const SATURDAY: i64 = 5;
const WEEK: i64 = 7;

/// The days around a period.
pub(super) struct Calendar<'z> {
    zone: &'z str,
    first: LocalDate,
    /// When each day begins, and at last when the last one ends.
    midnights: Vec<Moment>,
}

impl<'z> Calendar<'z> {
    /// The days of the period, and those that its rules look at; none where the calendar ends.
    pub(super) fn around(period: &Window, zone: &'z str) -> Option<Calendar<'z>> {
        let first = date_in(zone, period.start)?.plus_days(-AROUND)?;
        let last = date_in(zone, period.end)?.plus_days(AROUND)?;
        let midnights = first.through(last).map(|date| nearest(date, 0, zone).ok());
        Some(Calendar {
            zone,
            first,
            midnights: midnights.collect::<Option<_>>()?,
        })
    }

    /// How many days there are.
    pub(super) fn days(&self) -> usize {
        self.midnights.len().saturating_sub(1)
    }

    /// All of it.
    pub(super) fn whole(&self) -> Window {
        let end = |midnight: Option<&Moment>| midnight.copied().unwrap_or(Moment::LAST);
        Window {
            start: end(self.midnights.first()),
            end: end(self.midnights.last()),
        }
    }

    /// The day of a moment.
    pub(super) fn day(&self, at: Moment) -> Option<usize> {
        let begun = self.midnights.partition_point(|midnight| *midnight <= at);
        begun.checked_sub(1).filter(|day| *day < self.days())
    }

    /// The day of a date.
    pub(super) fn day_of(&self, date: LocalDate) -> Option<usize> {
        let day = usize::try_from(self.first.days_until(date)).ok()?;
        (day < self.days()).then_some(day)
    }

    /// The weekday of a day: 0 is Monday.
    fn weekday(&self, day: usize) -> usize {
        (usize::try_from(self.first.weekday()).unwrap_or(0) + day) % 7
    }

    /// The weeks that begin in it, Monday to Sunday.
    pub(super) fn weeks(&self) -> impl Iterator<Item = (usize, usize)> {
        let first_monday = (7 - self.weekday(0)) % 7;
        let days = self.days();
        let mondays = (first_monday..days).step_by(7);
        mondays.map(move |monday| (monday, (monday + 7).min(days)))
    }

    /// Minutes after the midnight of its day.
    pub(super) fn minute(&self, at: Moment) -> u32 {
        let midnight = self.day(at).and_then(|day| self.midnights.get(day));
        let seconds = midnight.map_or(0, |midnight| midnight.seconds_until(at));
        u32::try_from(seconds / 60).unwrap_or(0)
    }

    /// How many minutes of a window lie on the day on which it starts, on the next, and later.
    pub(super) fn minutes(&self, window: &Window) -> [u32; 3] {
        let Some(day) = self.day(window.start) else {
            return [0; 3];
        };
        let mut from = window.start;
        [day + 1, day + 2, day + 3].map(|next| {
            let midnight = self.midnights.get(next).copied().unwrap_or(window.end);
            let until = midnight.min(window.end).max(from);
            let minutes = from.seconds_until(until) / 60;
            from = until;
            u32::try_from(minutes).unwrap_or(0)
        })
    }

    /// The number of the night that it is work in. The night before the first day is 0.
    pub(super) fn night(&self, window: &Window) -> Option<usize> {
        let night = nights_of(window, self.zone)?.next()?;
        usize::try_from(self.first.days_until(night) + 1).ok()
    }

    /// The number of the weekend, Saturday and Sunday, in which it is work.
    pub(super) fn weekend(&self, window: &Window) -> Option<usize> {
        let day = self.day(window.start)?;
        let weekday = i64::try_from(self.weekday(day)).ok()?;
        let monday = i64::try_from(day).ok()? - weekday;
        let saturday = usize::try_from(monday + SATURDAY).ok()?;
        let begins = self.midnights.get(saturday)?;
        // Numbered by the day after it, which no other weekend has.
        (window.end > *begins).then(|| usize::try_from(monday + WEEK).unwrap_or(0))
    }
}
