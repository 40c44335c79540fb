//! How many calls there are in each hour of the week: a gap at the peak is another thing than one at four in the morning.
//!
//! Hours are those of the wall clock. How often each one came is counted too: an hour that clocks skipped did not come that
//! week, and one that came twice counts twice. So the rate of Sunday's two o'clock is right also in a year with a March.

use std::collections::BTreeMap;

use crate::geo::{Outline, Point};
use crate::id::AreaId;
use crate::moment::{Moment, Window};
use crate::shift::civil::{CivilFault, WallClock};

/// The hours of a week; the first is Monday's from midnight on.
pub const HOURS: usize = 168;
/// Every zone's clocks are a multiple of it away from UTC, and change at one.
const QUARTER_SECONDS: i64 = 900;
const HOUR_SECONDS: u64 = 3600;
const WEEK_QUARTERS: usize = HOURS * 4;

/// Calls by hour of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    calls: Vec<u32>,
    minutes: Vec<u32>,
}

impl Demand {
    /// How many calls came in this hour of the week.
    pub fn calls(&self, hour: usize) -> u32 {
        self.calls.get(hour).copied().unwrap_or_default()
    }

    /// How many come in a thousand such hours, to the nearest; none while the hour has never come.
    pub fn per_1000_hours(&self, hour: usize) -> u32 {
        let minutes = u64::from(self.minutes.get(hour).copied().unwrap_or_default());
        let calls = u64::from(self.calls(hour)) * 60 * 1000;
        let rate = (calls + minutes / 2).checked_div(minutes);
        rate.and_then(|rate| u32::try_from(rate).ok()).unwrap_or_default()
    }
}

/// The demand of a jurisdiction, as it has been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The time that was looked at.
    pub window: Window,
    whole: Demand,
    areas: BTreeMap<AreaId, Demand>,
    /// That of an area of which nothing is known yet.
    none: Demand,
}

impl History {
    /// From the calls in this window. One without a point is nobody's area's; one in two areas is both's.
    pub fn of(
        calls: &[(Moment, Option<Point>)],
        outlines: &BTreeMap<AreaId, Outline>,
        window: Window,
        zone: &str,
    ) -> Result<History, CivilFault> {
        let clock = WallClock::of(zone)?;
        let hours = Hours::of(window, &clock);
        let none = Demand {
            calls: vec![0; HOURS],
            minutes: hours.minutes(),
        };
        let mut history = History {
            window: hours.window(),
            whole: none.clone(),
            areas: outlines.keys().map(|id| (*id, none.clone())).collect(),
            none,
        };
        for (at, point) in calls.iter().filter(|(at, _)| history.window.contains(*at)) {
            let hour = clock.hour_of_week(*at);
            let inside = |outline: &Outline| point.is_some_and(|point| outline.contains(point));
            history.whole.calls[hour] += 1;
            for (area_id, _) in outlines.iter().filter(|(_, outline)| inside(outline)) {
                if let Some(demand) = history.areas.get_mut(area_id) {
                    demand.calls[hour] += 1;
                }
            }
        }
        Ok(history)
    }

    /// The demand of an area, or of the whole.
    pub fn in_row(&self, area_id: Option<AreaId>) -> &Demand {
        match area_id {
            Some(id) => self.areas.get(&id).unwrap_or(&self.none),
            None => &self.whole,
        }
    }
}

/// Which hour of the week each quarter of a window lies in.
#[derive(Clone, Debug)]
pub struct Hours {
    start: Moment,
    of_quarter: Vec<usize>,
}

impl Hours {
    /// Of a window, widened to whole quarters.
    pub fn of(window: Window, clock: &WallClock) -> Hours {
        let quarter = QUARTER_SECONDS * 1_000_000;
        let start = Moment::from_micros(window.start.micros().div_euclid(quarter) * quarter);
        let starts = std::iter::successors(Some(start), |at| Some(at.plus_seconds(QUARTER_SECONDS)));
        let of_quarter = starts
            .take_while(|at| *at < window.end)
            .map(|at| clock.hour_of_week(at))
            .collect();
        Hours { start, of_quarter }
    }

    fn window(&self) -> Window {
        let quarters = i64::try_from(self.of_quarter.len()).unwrap_or_default();
        Window {
            start: self.start,
            end: self.start.plus_seconds(quarters * QUARTER_SECONDS),
        }
    }

    /// How often each hour of the week came, minutes.
    fn minutes(&self) -> Vec<u32> {
        let mut minutes = vec![0; HOURS];
        for hour in &self.of_quarter {
            minutes[*hour] += 15;
        }
        minutes
    }

    /// How many whole quarters lie before `at`, and how many seconds of the next.
    fn place(&self, at: Moment) -> (usize, u64) {
        let seconds = self.start.seconds_until(at).max(0).unsigned_abs();
        let quarter = QUARTER_SECONDS.unsigned_abs();
        let whole = usize::try_from(seconds / quarter).unwrap_or(usize::MAX);
        (whole.min(self.of_quarter.len()), seconds % quarter)
    }
}

/// What is to be expected in a window, by what has been.
#[derive(Clone, Debug)]
pub struct Expected<'h> {
    hours: &'h Hours,
    /// Calls in a thousand hours, by quarter.
    rates: Vec<u32>,
    /// What has come before each quarter: rates times seconds.
    before: Vec<u64>,
}

impl<'h> Expected<'h> {
    /// In these hours, by this demand.
    pub fn new(hours: &'h Hours, demand: &Demand) -> Expected<'h> {
        let by_hour: Vec<u32> = (0..HOURS).map(|hour| demand.per_1000_hours(hour)).collect();
        let rates: Vec<u32> = hours.of_quarter.iter().map(|hour| by_hour[*hour]).collect();
        let mut sum = 0;
        let mut before = vec![0];
        for rate in &rates {
            sum += u64::from(*rate) * QUARTER_SECONDS.unsigned_abs();
            before.push(sum);
        }
        Expected { hours, rates, before }
    }

    /// How many calls, in thousandths, to the nearest.
    pub fn thousandths(&self, window: &Window) -> u64 {
        let until = |at: Moment| {
            let (whole, seconds) = self.hours.place(at);
            let rate = self.rates.get(whole).copied().unwrap_or_default();
            self.before.get(whole).copied().unwrap_or_default() + u64::from(rate) * seconds
        };
        let calls = until(window.end).saturating_sub(until(window.start));
        (calls + HOUR_SECONDS / 2) / HOUR_SECONDS
    }

    /// How many calls a thousand hours have like the busiest one that it touches.
    pub fn busiest(&self, window: &Window) -> u32 {
        let (first, _) = self.hours.place(window.start);
        let (last, part) = self.hours.place(window.end);
        let quarters = last - first + usize::from(part > 0);
        // After a week every hour has come.
        let touched = self.rates.iter().skip(first).take(quarters.min(WEEK_QUARTERS));
        touched.copied().max().unwrap_or_default()
    }
}
