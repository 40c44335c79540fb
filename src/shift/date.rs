//! Civil dates: a day on the calendar, in no zone.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// Years that a civil date may have: 47,847 days in all, so no walk from day to day is long.
pub const YEARS: RangeInclusive<i32> = 1970..=2100;

/// A date `YYYY-MM-DD` between 1970 and 2100.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalDate(NaiveDate);

/// A text that is no such date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date `YYYY-MM-DD` between 1970 and 2100")]
pub struct NoDate;

impl LocalDate {
    /// The first Sunday of 2026: a day from which weeks can be counted.
    pub const A_SUNDAY: LocalDate = LocalDate(match NaiveDate::from_ymd_opt(2026, 1, 4) {
        Some(date) => date,
        None => NaiveDate::MIN,
    });

    /// The date of this year, month and day, if there is one.
    pub fn new(year: i32, month: u32, day: u32) -> Option<LocalDate> {
        NaiveDate::from_ymd_opt(year, month, day)
            .filter(|date| YEARS.contains(&date.year()))
            .map(LocalDate)
    }

    /// So many days later (earlier, when negative); none beyond the calendar.
    pub fn plus_days(self, days: i64) -> Option<LocalDate> {
        let moved = if days < 0 {
            self.0.checked_sub_days(Days::new(days.unsigned_abs()))
        } else {
            self.0.checked_add_days(Days::new(days.unsigned_abs()))
        };
        moved.filter(|date| YEARS.contains(&date.year())).map(LocalDate)
    }

    /// So many months later; of a month that is shorter the last day. None beyond the calendar.
    pub fn plus_months(self, months: u32) -> Option<LocalDate> {
        let moved = self.0.checked_add_months(Months::new(months));
        moved.filter(|date| YEARS.contains(&date.year())).map(LocalDate)
    }

    /// Days from this date to `later`; negative when that is earlier.
    pub fn days_until(self, later: LocalDate) -> i64 {
        (later.0 - self.0).num_days()
    }

    /// Every date from this one to the last, both included.
    pub fn through(self, last: LocalDate) -> impl Iterator<Item = LocalDate> {
        std::iter::successors(Some(self), |date| date.plus_days(1)).take_while(move |date| *date <= last)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The day of the week: 0 is Monday, 6 Sunday.
    pub fn weekday(self) -> u32 {
        self.0.weekday().num_days_from_monday()
    }

    /// The last day of its month.
    pub fn month_days(self) -> u32 {
        u32::from(self.0.num_days_in_month())
    }

    /// Midnight, on the wall clock.
    pub(super) fn day_start(self) -> NaiveDateTime {
        self.0.and_time(NaiveTime::MIN)
    }
}

impl FromStr for LocalDate {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<LocalDate, NoDate> {
        // The parser alone would take signs and blanks too.
        if !super::civil::shaped(text, "0000-00-00") {
            return Err(NoDate);
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| NoDate)?;
        LocalDate::new(date.year(), date.month(), date.day()).ok_or(NoDate)
    }
}

impl TryFrom<String> for LocalDate {
    type Error = NoDate;

    fn try_from(text: String) -> Result<LocalDate, NoDate> {
        text.parse()
    }
}

impl From<LocalDate> for String {
    fn from(date: LocalDate) -> String {
        date.to_string()
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
