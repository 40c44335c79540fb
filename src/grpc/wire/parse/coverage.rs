//! What is asked of coverage.

use std::collections::BTreeSet;

use super::super::super::pb;
use super::faults::{Fault, Faults};
use super::field::{id, required, timestamp};
use super::streaming::checkpoint;
use crate::coverage::{MOST_DAYS, MOST_WEEKS, STEP_MINUTES};
use crate::desk::{Rows, Survey};
use crate::id::AreaId;
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};

/// How long a step is unless it is said, minutes.
const STEP: u32 = 60;
/// How many weeks are looked back on unless it is said.
const WEEKS: u32 = 52;
/// How many areas can be named.
const MOST_AREAS: usize = 50;
/// The years of the calendar: 1970 to 2100.
const YEARS: (Moment, Moment) = (Moment::from_seconds(0), Moment::from_seconds(4_133_980_800));

/// GetCoverage.
pub(crate) fn get_coverage(request: &pb::GetCoverageRequest) -> Result<Survey, Refusal> {
    let mut faults = Faults::default();
    let survey = faults.survey("", request);
    faults.end(|| survey)
}

/// WatchCoverage: what, and how often to hear something.
pub(crate) fn watch_coverage(request: &pb::WatchCoverageRequest) -> Result<(Survey, u32), Refusal> {
    let pb::WatchCoverageRequest {
        coverage,
        checkpoint_seconds,
    } = request;
    let mut faults = Faults::default();
    let checkpoint_seconds = faults.take("checkpoint_seconds", checkpoint(*checkpoint_seconds));
    let coverage = faults.take("coverage", required(coverage.as_ref()));
    let survey = coverage.and_then(|coverage| faults.survey("coverage.", coverage));
    faults.end(|| Some((survey?, checkpoint_seconds?)))
}

impl Faults {
    fn survey(&mut self, within: &str, request: &pb::GetCoverageRequest) -> Option<Survey> {
        let pb::GetCoverageRequest {
            from,
            to,
            step_minutes,
            area_ids,
            whole_only,
            demand_weeks,
        } = request;
        let field = |name: &str| format!("{within}{name}");
        let start = self.take(field("from"), required(from.as_ref()).and_then(in_the_calendar));
        let end = self.take(field("to"), required(to.as_ref()).and_then(in_the_calendar));
        let both = start.zip(end).map(|(start, end)| span(start, end));
        let window = both.and_then(|both| self.take(field("to"), both));
        let step = number(*step_minutes, STEP, STEP_MINUTES, "minutes");
        let step_minutes = self.take(field("step_minutes"), step);
        let weeks = number(*demand_weeks, WEEKS, 1..=MOST_WEEKS, "weeks");
        let demand_weeks = self.take(field("demand_weeks"), weeks);
        let areas: Option<BTreeSet<AreaId>> =
            self.take_each(&field("area_ids"), MOST_AREAS, area_ids, |text| id(text));
        let rows = self.take(field("whole_only"), rows(*whole_only, areas?));
        Some(Survey {
            window: window?,
            step_minutes: step_minutes?,
            rows: rows?,
            demand_weeks: demand_weeks?,
        })
    }
}

fn in_the_calendar(at: &prost_types::Timestamp) -> Result<Moment, Fault> {
    let (first, last) = YEARS;
    let at = timestamp(at)?;
    let within = (first..=last).contains(&at);
    within
        .then_some(at)
        .ok_or_else(|| Fault::new(Reason::InvalidTime, "not in the years 1970 to 2100"))
}

fn span(start: Moment, end: Moment) -> Result<Window, Fault> {
    let longest = start.plus_seconds(MOST_DAYS * 86_400);
    if start < end && end <= longest {
        Ok(Window { start, end })
    } else {
        let why = format!("after `from`, by at most {MOST_DAYS} days");
        Err(Fault::new(Reason::InvalidWindow, why))
    }
}

fn number(said: u32, unsaid: u32, range: std::ops::RangeInclusive<u32>, unit: &str) -> Result<u32, Fault> {
    match said {
        0 => Ok(unsaid),
        said if range.contains(&said) => Ok(said),
        _ => {
            let why = format!("0, or {} to {} {unit}", range.start(), range.end());
            Err(Fault::new(Reason::OutOfRange, why))
        }
    }
}

fn rows(whole_only: bool, areas: BTreeSet<AreaId>) -> Result<Rows, Fault> {
    match (whole_only, areas.is_empty()) {
        (false, true) => Ok(Rows::Everything),
        (true, true) => Ok(Rows::Whole),
        (false, false) => Ok(Rows::Areas(areas)),
        (true, false) => Err(Fault::new(
            Reason::OutOfRange,
            "the whole alone, or areas: not both",
        )),
    }
}
