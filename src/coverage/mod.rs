//! Coverage: what was wanted, what is scheduled, and where the two part.
//!
//! *Wanted* (and its *minimum*) is what the posts of patterns ask for, whether they have been published or not. *Scheduled* is
//! who works a published shift and holds what the policy requires of his discipline at that very moment: a licence that lapses
//! at midnight ends his part at midnight, whatever the shift says. Whom a match would refuse is not counted.
//!
//! # Rows
//!
//! One row for each service area, and one for the *whole*. In an area's row stands what is wanted for that area, and everyone
//! whose shift is for it, or whose shift is for none and who serves it himself (or all): as a match sees it. Who serves two
//! areas so stands in both rows; in the whole he counts once. A post without an area is wanted in the whole alone.
//!
//! # Measures
//!
//! Heads of a discipline, and of those the ones with a qualification that posts ask for beside the policy's; *pairs* of a
//! clinician and an officer who may meet and have an area in common, and of those the ones in which either brings such a
//! qualification. A pair takes both: five clinicians who all must not meet the one officer are no pair.
//!
//! What is missing is not a difference of counts. It is how many of the wanted places stay empty when everyone scheduled is
//! put where he fits, as well as can be (`fitting`): one clinician with two languages fills one of two places, and two in the
//! north fill none in the south.
//!
//! # Time
//!
//! Everything is exact: it changes where a shift or an occurrence begins or ends and where a paper begins or lapses. A step of a
//! request is as bad as its worst moment, each measure for itself, and its numbers are those of that moment.
//!
//! # Limits
//!
//! A shift planned by hand adds to what is scheduled, and never to what is wanted: while nobody works it, it has no
//! discipline. The past is seen with the papers and patterns of today.

mod demand;
mod fitting;
mod plan;
mod row;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::ops::RangeInclusive;

pub use demand::{Demand, Expected, HOURS, History, Hours};
pub use plan::Plan;

use crate::board::Called;
use crate::id::{AreaId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::roster::Lapse;
use crate::triage::Code;
use row::Row;

/// How many days are looked at at most.
pub const MOST_DAYS: i64 = 400;
/// How long a step may be, minutes.
pub const STEP_MINUTES: RangeInclusive<u32> = 5..=44_640;
/// How many weeks of calls are looked back on at most.
pub const MOST_WEEKS: u32 = 104;
/// How many numbers there are at most: steps, times rows, times measures.
pub const MOST_NUMBERS: usize = 50_000;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Those of a discipline.
    Heads(Code),
    /// A clinician and an officer who may meet, each counted once.
    Pairs,
}

/// What is counted, and with which qualification beside the policy's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Measure {
    /// What.
    pub counted: Counted,
    /// With what; of a pair either may bring it.
    pub qualification: Option<Code>,
}

/// One measure at one moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strength {
    /// What is counted.
    pub measure: Measure,
    /// Fewer are not enough.
    pub minimum: u32,
    /// So many are wanted.
    pub wanted: u32,
    /// So many are there.
    pub scheduled: u32,
    /// How many places of the minimum stay empty.
    pub missing_minimum: u32,
    /// How many wanted places stay empty.
    pub missing_wanted: u32,
}

/// How well a measure is covered, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As wanted.
    Covered,
    /// Fewer than wanted.
    BelowWanted,
    /// Fewer than the minimum.
    BelowMinimum,
}

impl Strength {
    /// How well it is covered.
    pub fn level(&self) -> Level {
        match (self.missing_minimum, self.missing_wanted) {
            (0, 0) => Level::Covered,
            (0, _) => Level::BelowWanted,
            (_, _) => Level::BelowMinimum,
        }
    }

    /// The larger the worse.
    fn badness(&self) -> (u32, u32, Reverse<u32>) {
        (self.missing_minimum, self.missing_wanted, Reverse(self.scheduled))
    }

    /// Takes the other's numbers when they are worse.
    fn worsen(&mut self, other: &Strength) {
        if other.badness() > self.badness() {
            self.clone_from(other);
        }
    }
}

/// A stretch of time, each measure at its worst moment in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From when to when.
    pub window: Window,
    /// By measure.
    pub strengths: Vec<Strength>,
}

/// The steps of a service area, or of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaCoverage {
    /// The area; none is the whole.
    pub area_id: Option<AreaId>,
    /// In order, without a gap between them.
    pub steps: Vec<Step>,
}

/// A stretch in which something is wanting, to the microsecond. Its numbers are those of its worst moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// From when to when.
    pub window: Window,
    /// Where; none is the whole.
    pub area_id: Option<AreaId>,
    /// What.
    pub strength: Strength,
}

/// A qualification that someone does not hold through the whole of his shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftLapse {
    /// The shift.
    pub shift_id: ShiftId,
    /// From when to when it is planned.
    pub planned: Window,
    /// Who works it.
    pub responder_id: ResponderId,
    /// How he is called.
    pub called: Called,
    /// What he does not hold, and from when on.
    pub lapse: Lapse,
}

/// What was wanted, what is scheduled, and where the two part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The whole first, then areas by id.
    pub areas: Vec<AreaCoverage>,
    /// By start, then area and measure.
    pub gaps: Vec<Gap>,
    /// By start of the shift.
    pub lapses: Vec<ShiftLapse>,
}

/// The coverage of a plan, in steps of so many minutes.
pub fn coverage(plan: &Plan, step_minutes: u32) -> Result<Coverage, Refusal> {
    let rows = plan.rows()?;
    let steps = steps(plan.window, step_minutes);
    let numbers = rows.iter().map(Row::width).sum::<usize>() * steps.len();
    if numbers > MOST_NUMBERS {
        let why = format!(
            "{numbers} numbers, of {} steps; at most {MOST_NUMBERS}: take longer steps, a shorter time or fewer areas",
            steps.len()
        );
        return Err(Refusal::field(Reason::TooMany, "step_minutes", why).with("most", MOST_NUMBERS));
    }
    let mut found = Coverage {
        areas: Vec::new(),
        gaps: Vec::new(),
        lapses: plan.lapses(),
    };
    for row in &rows {
        let stretches = row.stretches(plan.window);
        found.gaps.extend(gaps(row.area_id, &stretches));
        found.areas.push(AreaCoverage {
            area_id: row.area_id,
            steps: in_steps(&steps, &stretches),
        });
    }
    found.gaps.sort_unstable();
    Ok(found)
}

fn steps(window: Window, minutes: u32) -> Vec<Window> {
    let after = |start: Moment| start.plus_seconds(i64::from(minutes) * 60);
    let starts = std::iter::successors(Some(window.start), |start| Some(after(*start)));
    starts
        .take_while(|start| *start < window.end)
        .map(|start| Window {
            start,
            end: after(start).min(window.end),
        })
        .collect()
}

/// Each step with the worst of what lies in it. Both are in order.
fn in_steps(steps: &[Window], stretches: &[Step]) -> Vec<Step> {
    let mut first = 0;
    let worst_of = |window: &Window| {
        while stretches
            .get(first)
            .is_some_and(|stretch| stretch.window.end <= window.start)
        {
            first += 1;
        }
        let inside = stretches[first..]
            .iter()
            .take_while(|stretch| stretch.window.start < window.end);
        let mut worst: Vec<Strength> = Vec::new();
        for stretch in inside {
            if worst.is_empty() {
                worst.clone_from(&stretch.strengths);
            }
            for (so_far, here) in worst.iter_mut().zip(&stretch.strengths) {
                so_far.worsen(here);
            }
        }
        Step {
            window: *window,
            strengths: worst,
        }
    };
    steps.iter().map(worst_of).collect()
}

/// The stretches of each measure in which it is covered equally badly, joined where they touch.
fn gaps(area_id: Option<AreaId>, stretches: &[Step]) -> Vec<Gap> {
    let width = stretches.first().map_or(0, |first| first.strengths.len());
    let mut found: Vec<Gap> = Vec::new();
    for measure in 0..width {
        let mut open: Option<Gap> = None;
        for stretch in stretches {
            let here = &stretch.strengths[measure];
            let goes_on = |gap: &&mut Gap| gap.strength.level() == here.level();
            if let Some(gap) = open.as_mut().filter(goes_on) {
                gap.window.end = stretch.window.end;
                gap.strength.worsen(here);
                continue;
            }
            found.extend(open.take());
            open = (here.level() != Level::Covered).then(|| Gap {
                window: stretch.window,
                area_id,
                strength: here.clone(),
            });
        }
        found.extend(open);
    }
    found
}

impl Coverage {
    /// What in this differs from what was before: of each area the steps that do. An area that is no more has none.
    pub fn since(&self, before: &Coverage) -> Vec<AreaCoverage> {
        let row = |of: &Coverage, id: Option<AreaId>| of.areas.iter().position(|area| area.area_id == id);
        let changed = self.areas.iter().filter_map(|area| {
            let known = row(before, area.area_id).map(|place| before.areas[place].steps.as_slice());
            let mut steps = area.steps.clone();
            let mut place = 0..;
            steps.retain(|step| {
                let stood = known
                    .zip(place.next())
                    .and_then(|(known, place)| known.get(place));
                stood != Some(step)
            });
            (!steps.is_empty()).then_some(AreaCoverage {
                area_id: area.area_id,
                steps,
            })
        });
        let gone = before
            .areas
            .iter()
            .filter(|area| row(self, area.area_id).is_none());
        let gone = gone.map(|area| AreaCoverage {
            area_id: area.area_id,
            steps: Vec::new(),
        });
        changed.chain(gone).collect()
    }
}
