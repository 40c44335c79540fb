//! Coverage: read off the board at once, counted where nobody waits for it, and followed as it changes.
//!
//! A watcher keeps what he was shown. When something was recorded the plan is read anew, and if it differs it is counted anew
//! and the steps that differ go out. So he has no cursor, and nothing to resume: whoever asks again starts from how things
//! stand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::caller::Caller;
use super::center::Center;
use super::fault::{internal, refused};
use super::feed::Listening;
use super::{Desk, told_to_close};
use crate::board::Board;
use crate::coverage::{AreaCoverage, Coverage, History, Hours, Plan, coverage};
use crate::geo::Outline;
use crate::id::AreaId;
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::shift::civil::{CivilFault, WallClock};
use crate::shift::{Shift, ShiftState};
use crate::store::ShiftFilter;

/// How many calls are looked back on at most.
const MOST_CALLS: u64 = 200_000;
/// How many shifts are read at once.
const PAGE: u64 = 1_000;
/// How long a watcher waits at least between two looks.
const CONFLATION: Duration = Duration::from_secs(1);
const HOUR_SECONDS: i64 = 3600;
const WEEK_SECONDS: i64 = 7 * 86_400;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Survey {
    /// From when to when.
    pub window: Window,
    /// How long a step is, minutes.
    pub step_minutes: u32,
    /// Where.
    pub rows: Rows,
    /// How many weeks of calls are looked back on.
    pub demand_weeks: u32,
}

/// Which rows are asked for.
#[derive(Clone, Debug)]
pub enum Rows {
    /// The whole, and every area.
    Everything,
    /// The whole alone.
    Whole,
    /// These areas alone.
    Areas(BTreeSet<AreaId>),
}

/// A coverage, and what calls are to be expected beside it.
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// The revision that was read.
    pub revision: u64,
    /// When.
    pub at: Moment,
    /// What was found.
    pub coverage: Coverage,
    /// The calls that have been.
    pub history: Arc<History>,
    /// The hours of the window.
    pub hours: Arc<Hours>,
    /// The zone of these hours.
    pub zone: String,
    /// How areas are called.
    pub area_names: BTreeMap<AreaId, String>,
}

/// Something for a watcher.
#[derive(Debug)]
pub enum Seen {
    /// The steps that have changed; all gaps and lapses stand in the coverage itself.
    Changed(Vec<AreaCoverage>),
    /// Nothing has changed.
    Nothing,
}

impl Rows {
    /// The rows on this board, the whole first.
    fn on(&self, board: &Board) -> Result<Vec<Option<AreaId>>, Refusal> {
        match self {
            Rows::Everything => {
                let areas = board.areas.keys().copied().map(Some);
                Ok([None].into_iter().chain(areas).collect())
            }
            Rows::Whole => Ok(vec![None]),
            Rows::Areas(ids) => {
                let known = |id: &AreaId| match board.areas.contains_key(id) {
                    true => Ok(Some(*id)),
                    false => Err(Refusal::not_found("area", id).at_field("area_ids")),
                };
                ids.iter().map(known).collect()
            }
        }
    }
}

impl Center {
    /// The coverage as things stand.
    pub async fn survey(&self, survey: &Survey) -> Result<Surveyed, Refusal> {
        self.surveyed(survey).await.map(|(found, _)| found)
    }

    async fn surveyed(&self, survey: &Survey) -> Result<(Surveyed, Arc<Plan>), Refusal> {
        survey.rows.on(&self.board())?;
        let over = self.shifts_over(survey.window).await?;
        let (history, hours) = self.demand(survey).await?;
        let (revision, zone, area_names, plan) = {
            let board = self.board();
            let plan = Plan::of(&board, survey.window, survey.rows.on(&board)?, over.iter());
            let zone = board.jurisdiction.zone.clone();
            (board.revision, zone, area_names(&board), Arc::new(plan))
        };
        let found = Surveyed {
            revision,
            zone,
            area_names,
            at: self.clock.now(),
            coverage: self.count(Arc::clone(&plan), survey.step_minutes).await?,
            history,
            hours,
        };
        Ok((found, plan))
    }

    /// Counts on a thread of its own, one coverage after the other.
    async fn count(&self, plan: Arc<Plan>, step_minutes: u32) -> Result<Coverage, Refusal> {
        let _alone = self.surveying.lock().await;
        let counted = tokio::task::spawn_blocking(move || coverage(&plan, step_minutes)).await;
        counted.map_err(|error| internal(&error))?
    }

    /// Published shifts of the window that are over: those that are filed no longer stand on the board.
    async fn shifts_over(&self, window: Window) -> Result<Vec<Shift>, Refusal> {
        let until = window.end.min(self.clock.now());
        let filter = ShiftFilter {
            overlapping: Some(Window {
                start: window.start,
                end: until,
            }),
            states: vec![ShiftState::Published],
            ..ShiftFilter::default()
        };
        let mut found: Vec<Shift> = Vec::new();
        if until <= window.start {
            return Ok(found);
        }
        loop {
            let after = found.last().map(|shift| (shift.planned.start, shift.id));
            let page = self.store.shifts(self.id(), &filter, after, PAGE).await;
            let page = page.map_err(refused)?;
            let last = page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            found.extend(page);
            if last {
                return Ok(found);
            }
        }
    }

    /// The calls of the weeks before now, as far back as any are known. Whole hours alone: two calls in the first minutes of an
    /// hour are no rate.
    async fn demand(&self, survey: &Survey) -> Result<(Arc<History>, Arc<Hours>), Refusal> {
        let until = hour_of(self.clock.now());
        let asked = until.plus_seconds(-i64::from(survey.demand_weeks) * WEEK_SECONDS);
        let first = self.store.first_opening(self.id()).await.map_err(refused)?;
        let mut looked = Window {
            start: hour_of(first.unwrap_or(until)).max(asked).min(until),
            end: until,
        };
        let calls = self.store.openings(self.id(), looked, MOST_CALLS).await;
        let calls = calls.map_err(refused)?;
        if calls.len() as u64 == MOST_CALLS
            && let Some((oldest, _)) = calls.last()
        {
            looked.start = hour_of(*oldest).plus_seconds(HOUR_SECONDS);
        }
        let (zone, outlines) = {
            let board = self.board();
            let outlines = board.areas.values().map(|area| (area.id, area.outline.clone()));
            (
                board.jurisdiction.zone.clone(),
                outlines.collect::<BTreeMap<AreaId, Outline>>(),
            )
        };
        let window = survey.window;
        let counted = tokio::task::spawn_blocking(move || -> Result<_, CivilFault> {
            let history = History::of(&calls, &outlines, looked, &zone)?;
            let hours = Hours::of(window, &WallClock::of(&zone)?);
            Ok((Arc::new(history), Arc::new(hours)))
        });
        let counted = counted.await.map_err(|error| internal(&error))?;
        counted.map_err(|fault| internal(&fault))
    }
}

fn area_names(board: &Board) -> BTreeMap<AreaId, String> {
    let areas = board.areas.values();
    areas.map(|area| (area.id, area.name.clone())).collect()
}

/// The full hour before.
fn hour_of(at: Moment) -> Moment {
    let hour = HOUR_SECONDS * 1_000_000;
    Moment::from_micros(at.micros().div_euclid(hour) * hour)
}

/// One who watches a coverage, and what he was shown.
pub struct CoverageWatch {
    desk: Desk,
    center: Arc<Center>,
    caller: Caller,
    survey: Survey,
    checkpoint_seconds: i64,
    plan: Arc<Plan>,
    shown: Surveyed,
    looked_at: Instant,
    last_sent_at: Moment,
    listening: Listening,
}

impl CoverageWatch {
    /// Starts from how things stand.
    pub async fn start(
        desk: &Desk,
        center: &Arc<Center>,
        caller: &Caller,
        survey: Survey,
        checkpoint_seconds: u32,
    ) -> Result<CoverageWatch, Refusal> {
        // The bell hangs before anything is read: what comes in between is heard.
        let listening = Listening::to_everything(&center.shown);
        let (shown, plan) = center.surveyed(&survey).await?;
        Ok(CoverageWatch {
            desk: desk.clone(),
            center: Arc::clone(center),
            caller: caller.clone(),
            survey,
            checkpoint_seconds: i64::from(checkpoint_seconds),
            plan,
            shown,
            looked_at: Instant::now(),
            last_sent_at: center.clock.now(),
            listening,
        })
    }

    /// What he was shown.
    pub fn shown(&self) -> &Surveyed {
        &self.shown
    }

    /// The next thing for him; an error ends the stream and says why.
    pub async fn next(&mut self) -> Result<Seen, Refusal> {
        loop {
            self.desk.still_allowed(&self.caller, &self.center)?;
            let seen = self.look().await?;
            let checkpoint_at = self.last_sent_at.plus_seconds(self.checkpoint_seconds);
            let now = self.center.clock.now();
            if let Some(seen) = seen.or_else(|| (now >= checkpoint_at).then_some(Seen::Nothing)) {
                self.last_sent_at = now;
                return Ok(seen);
            }
            let wake_at = checkpoint_at.min(self.caller.expires_at);
            let mut closing = self.center.closing.clone();
            tokio::select! {
                () = told_to_close(&mut closing) => {
                    return Err(Refusal::new(Reason::ShuttingDown, "the server is going down; ask again"));
                }
                () = self.rung_again() => {}
                () = self.center.clock.wait_until(wake_at) => {}
            }
        }
    }

    /// The bell, and then what is left of the pause since the last look: an import rings it a thousand times.
    async fn rung_again(&self) {
        self.listening.rung().await;
        tokio::time::sleep_until(self.looked_at + CONFLATION).await;
    }

    async fn look(&mut self) -> Result<Option<Seen>, Refusal> {
        let plan = {
            let board = self.center.board();
            if board.revision == self.shown.revision {
                return Ok(None);
            }
            self.shown.revision = board.revision;
            self.shown.area_names = area_names(&board);
            let rows = self.survey.rows.on(&board)?;
            Plan::of(&board, self.survey.window, rows, self.plan.shifts())
        };
        self.looked_at = Instant::now();
        self.shown.at = self.center.clock.now();
        if plan == *self.plan {
            return Ok(None);
        }
        self.plan = Arc::new(plan);
        let counted = self
            .center
            .count(Arc::clone(&self.plan), self.survey.step_minutes)
            .await?;
        let before = std::mem::replace(&mut self.shown.coverage, counted);
        let changed = self.shown.coverage.since(&before);
        let same_lapses = self.shown.coverage.lapses == before.lapses;
        let same_gaps = self.shown.coverage.gaps == before.gaps;
        Ok((!changed.is_empty() || !same_gaps || !same_lapses).then_some(Seen::Changed(changed)))
    }
}
