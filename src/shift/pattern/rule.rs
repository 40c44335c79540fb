//! A rule of RFC 5545, as far as the grammar of this folder goes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::shift::date::LocalDate;

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Parts of RFC 5545 that are outside of the grammar.
const OUTSIDE: [&str; 7] = [
    "BYSETPOS",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "RSCALE",
];
const LONGEST: usize = 512;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    const ALL: [(Frequency, &'static str); 4] = [
        (Frequency::Daily, "DAILY"),
        (Frequency::Weekly, "WEEKLY"),
        (Frequency::Monthly, "MONTHLY"),
        (Frequency::Yearly, "YEARLY"),
    ];
}

/// A weekday, with which of its kind in the month; 0 for every one.
type OrdinalDay = (u32, i32);

/// A rule: on which dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    frequency: Frequency,
    interval: u32,
    count: Option<u32>,
    until: Option<LocalDate>,
    days: BTreeSet<OrdinalDay>,
    month_days: BTreeSet<i32>,
    months: BTreeSet<u32>,
    week_start: u32,
}

/// Why a text is no rule of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {why}")]
pub struct RuleFault {
    /// The part at fault.
    pub part: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

fn fault<T>(part: &'static str, why: &'static str) -> Result<T, RuleFault> {
    Err(RuleFault { part, why })
}

impl FromStr for Rule {
    type Err = RuleFault;

    fn from_str(text: &str) -> Result<Rule, RuleFault> {
        if text.len() > LONGEST {
            return fault("RRULE", "it is longer than 512 characters");
        }
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut frequency = None;
        let mut rule = Rule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            days: BTreeSet::new(),
            month_days: BTreeSet::new(),
            months: BTreeSet::new(),
            week_start: 0,
        };
        let mut named = BTreeSet::new();
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return fault(
                    "RRULE",
                    "each part is NAME=VALUE, and parts are kept apart by semicolons",
                );
            };
            if !named.insert(name) {
                return fault("RRULE", "a part comes twice");
            }
            match name {
                "FREQ" => frequency = Some(frequency_of(value)?),
                "INTERVAL" => rule.interval = number("INTERVAL", value, 1, 366)?.unsigned_abs(),
                "COUNT" => rule.count = Some(number("COUNT", value, 1, 9999)?.unsigned_abs()),
                "UNTIL" => rule.until = Some(until_of(value)?),
                "BYDAY" => rule.days = list(value, day_of)?,
                "BYMONTHDAY" => rule.month_days = list(value, month_day_of)?,
                "BYMONTH" => rule.months = list(value, month_of)?,
                "WKST" => rule.week_start = weekday_of("WKST", value)?,
                other => return Err(outside(other)),
            }
        }
        let Some(frequency) = frequency else {
            return fault("FREQ", "it must be there");
        };
        rule.frequency = frequency;
        rule.fits_together().map(|()| rule)
    }
}

fn outside(name: &str) -> RuleFault {
    let known = OUTSIDE.iter().find(|known| **known == name);
    RuleFault {
        part: known.copied().unwrap_or("RRULE"),
        why: known.map_or(
            "a part that RFC 5545 does not know",
            |_| "outside of the rules that Tandem knows",
        ),
    }
}

fn frequency_of(value: &str) -> Result<Frequency, RuleFault> {
    let found = Frequency::ALL.iter().find(|(_, name)| *name == value);
    match found {
        Some((frequency, _)) => Ok(*frequency),
        None => fault(
            "FREQ",
            "DAILY, WEEKLY, MONTHLY or YEARLY; others are outside of the rules that Tandem knows",
        ),
    }
}

fn number(part: &'static str, value: &str, least: i32, most: i32) -> Result<i32, RuleFault> {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if plain && (least..=most).contains(&number) => Ok(number),
        Ok(_) | Err(_) => fault(part, "not a number within its bounds"),
    }
}

fn until_of(value: &str) -> Result<LocalDate, RuleFault> {
    let part = |range| value.get(range).unwrap_or_default();
    let date = format!("{}-{}-{}", part(0..4), part(4..6), part(6..8));
    match date.parse() {
        Ok(date) if value.len() == 8 => Ok(date),
        Ok(_) | Err(_) => fault("UNTIL", "a date YYYYMMDD between 1970 and 2100, without a time"),
    }
}

fn list<T: Ord>(value: &str, one: impl Fn(&str) -> Result<T, RuleFault>) -> Result<BTreeSet<T>, RuleFault> {
    value.split(',').map(one).collect()
}

fn weekday_of(part: &'static str, value: &str) -> Result<u32, RuleFault> {
    match (0..).zip(WEEKDAYS).find(|(_, name)| *name == value) {
        Some((weekday, _)) => Ok(weekday),
        None => fault(part, "a weekday is MO, TU, WE, TH, FR, SA or SU"),
    }
}

fn day_of(value: &str) -> Result<OrdinalDay, RuleFault> {
    let Some((ordinal, weekday)) = value
        .len()
        .checked_sub(2)
        .and_then(|at| value.split_at_checked(at))
    else {
        return fault("BYDAY", "a weekday is MO, TU, WE, TH, FR, SA or SU");
    };
    let weekday = weekday_of("BYDAY", weekday)?;
    if ordinal.is_empty() {
        return Ok((weekday, 0));
    }
    match number("BYDAY", ordinal, -5, 5)? {
        0 => fault("BYDAY", "an ordinal is 1 to 5, or -5 to -1 from the end"),
        ordinal => Ok((weekday, ordinal)),
    }
}

fn month_day_of(value: &str) -> Result<i32, RuleFault> {
    match number("BYMONTHDAY", value, -31, 31)? {
        0 => fault("BYMONTHDAY", "a day is 1 to 31, or -31 to -1 from the end"),
        day => Ok(day),
    }
}

fn month_of(value: &str) -> Result<u32, RuleFault> {
    Ok(number("BYMONTH", value, 1, 12)?.unsigned_abs())
}

impl Rule {
    fn fits_together(&self) -> Result<(), RuleFault> {
        let ordinals = self.days.iter().filter(|(_, ordinal)| *ordinal != 0).count();
        let of_a_month = match self.frequency {
            Frequency::Daily | Frequency::Weekly => false,
            Frequency::Monthly => true,
            Frequency::Yearly => !self.months.is_empty(),
        };
        if self.count.is_some() && self.until.is_some() {
            return fault("COUNT", "it does not go together with UNTIL");
        }
        if self.frequency == Frequency::Weekly && !self.month_days.is_empty() {
            return fault("BYMONTHDAY", "it does not go together with FREQ=WEEKLY");
        }
        if ordinals > 0 && !of_a_month {
            return fault(
                "BYDAY",
                "ordinals go with FREQ=MONTHLY, and with FREQ=YEARLY beside BYMONTH",
            );
        }
        if ordinals > 0 && ordinals < self.days.len() {
            return fault("BYDAY", "either every day has an ordinal or none has");
        }
        Ok(())
    }

    /// The dates from `from` to `to`, both included, of the rule that begins on `start`.
    pub fn dates(&self, start: LocalDate, from: LocalDate, to: LocalDate) -> Vec<LocalDate> {
        let end = self.until.map_or(to, |until| until.min(to));
        let whole = self.said_by(start);
        let mut found = Vec::new();
        let mut counted = 0;
        // What is counted is counted from the start; else what lies before the period is passed over.
        let first = if self.count.is_some() {
            0
        } else {
            self.round_of(start, from)
        };
        for round in first.. {
            let (begins, dates) = self.round(start, round);
            if begins.is_none_or(|begins| begins > end) {
                break;
            }
            for date in dates.into_iter().filter(|date| whole.admits(*date)) {
                if date < start {
                    continue;
                }
                counted += 1;
                if date > end || self.count.is_some_and(|count| counted > count) {
                    return found;
                }
                if date >= from {
                    found.push(date);
                }
            }
        }
        found
    }

    /// The rule with what its first date says for it.
    fn said_by(&self, start: LocalDate) -> Rule {
        let mut whole = self.clone();
        if self.days.is_empty() && self.month_days.is_empty() {
            match self.frequency {
                Frequency::Daily => {}
                Frequency::Weekly => whole.days = [(start.weekday(), 0)].into(),
                Frequency::Monthly => whole.month_days = [day_number(start.day())].into(),
                Frequency::Yearly => {
                    whole.month_days = [day_number(start.day())].into();
                    if self.months.is_empty() {
                        whole.months = [start.month()].into();
                    }
                }
            }
        }
        whole
    }

    fn admits(&self, date: LocalDate) -> bool {
        let from_end = day_number(date.month_days()) - day_number(date.day()) + 1;
        let is_day = |(weekday, ordinal): &OrdinalDay| {
            let nth = if *ordinal < 0 {
                -((from_end - 1) / 7 + 1)
            } else {
                (day_number(date.day()) - 1) / 7 + 1
            };
            *weekday == date.weekday() && (*ordinal == 0 || *ordinal == nth)
        };
        (self.months.is_empty() || self.months.contains(&date.month()))
            && (self.month_days.is_empty()
                || self.month_days.contains(&day_number(date.day()))
                || self.month_days.contains(&-from_end))
            && (self.days.is_empty() || self.days.iter().any(is_day))
    }

    /// Where the rounds of days, weeks, months or years are counted from: days before the start.
    fn lead(&self, start: LocalDate) -> i64 {
        i64::from((start.weekday() + 7 - self.week_start) % 7)
    }

    /// A round that is not after the one in which `date` lies.
    fn round_of(&self, start: LocalDate, date: LocalDate) -> i64 {
        let days = start.days_until(date);
        let apart = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => (days + self.lead(start)).div_euclid(7),
            Frequency::Monthly => months_between(start, date),
            Frequency::Yearly => i64::from(date.year() - start.year()),
        };
        apart.div_euclid(i64::from(self.interval)).max(0)
    }

    /// The first date of a round (none beyond the calendar) and all of them in order.
    fn round(&self, start: LocalDate, round: i64) -> (Option<LocalDate>, Vec<LocalDate>) {
        let ahead = round * i64::from(self.interval);
        let days = |offset: i64, length: i64| -> Vec<LocalDate> {
            (offset..offset + length)
                .filter_map(|day| start.plus_days(day))
                .collect()
        };
        let whole = |first: Option<LocalDate>, last: Option<LocalDate>| {
            let dates = first.zip(last).map(|(first, last)| first.through(last).collect());
            (first, dates.unwrap_or_default())
        };
        match self.frequency {
            Frequency::Daily => (start.plus_days(ahead), days(ahead, 1)),
            Frequency::Weekly => {
                let dates = days(ahead * 7 - self.lead(start), 7);
                (dates.first().copied(), dates)
            }
            Frequency::Monthly => {
                let months = i64::from(start.year()) * 12 + i64::from(start.month()) - 1 + ahead;
                let month = u32::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
                let first = year_of(months.div_euclid(12)).and_then(|year| LocalDate::new(year, month, 1));
                let last = first.and_then(|first| first.plus_days(i64::from(first.month_days()) - 1));
                whole(first, last)
            }
            Frequency::Yearly => {
                let year = year_of(i64::from(start.year()) + ahead);
                let of = |month, day| year.and_then(|year| LocalDate::new(year, month, day));
                whole(of(1, 1), of(12, 31))
            }
        }
    }
}

fn day_number(day: u32) -> i32 {
    day.cast_signed()
}

fn year_of(year: i64) -> Option<i32> {
    i32::try_from(year).ok()
}

fn months_between(start: LocalDate, date: LocalDate) -> i64 {
    let months = |date: LocalDate| i64::from(date.year()) * 12 + i64::from(date.month());
    months(date) - months(start)
}

impl fmt::Display for Rule {
    /// In one spelling: parts in the order of the grammar, without those that say nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = Frequency::ALL.iter().find(|(known, _)| *known == self.frequency);
        write!(f, "FREQ={}", frequency.map_or("", |(_, name)| name))?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", until.to_string().replace('-', ""))?;
        }
        let days = self.days.iter().map(|(weekday, ordinal)| {
            let name = WEEKDAYS.get(*weekday as usize).copied().unwrap_or_default();
            if *ordinal == 0 {
                name.to_owned()
            } else {
                format!("{ordinal}{name}")
            }
        });
        write_list(f, "BYDAY", days)?;
        write_list(f, "BYMONTHDAY", self.month_days.iter().map(ToString::to_string))?;
        write_list(f, "BYMONTH", self.months.iter().map(ToString::to_string))?;
        if self.week_start != 0 {
            let name = WEEKDAYS
                .get(self.week_start as usize)
                .copied()
                .unwrap_or_default();
            write!(f, ";WKST={name}")?;
        }
        Ok(())
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, name: &str, all: impl Iterator<Item = String>) -> fmt::Result {
    let all: Vec<String> = all.collect();
    if all.is_empty() {
        Ok(())
    } else {
        write!(f, ";{name}={}", all.join(","))
    }
}

impl TryFrom<String> for Rule {
    type Error = RuleFault;

    fn try_from(text: String) -> Result<Rule, RuleFault> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> String {
        rule.to_string()
    }
}
