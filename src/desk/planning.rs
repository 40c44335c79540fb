//! Searches for a roster: on threads of their own, a few at once, so that no dispatch waits for them. A search ends when its
//! time is over, when nobody waits for it any more, or when the server closes.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::Desk;
use super::center::Center;
use super::fault::internal;
use crate::board::Board;
use crate::filling::plan::{Asked, Costs, MOST_SHIFTS, Outcome, Plan, Stopped};
use crate::filling::{Cost, Go, Progress};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::shift::{Shift, ShiftState};

/// A search under way. Whoever drops it ends it.
pub struct Search {
    stop: Arc<AtomicBool>,
    progress: watch::Receiver<Option<Searched>>,
    outcome: JoinHandle<Result<Outcome, Refusal>>,
    began: Instant,
    /// The revision of the board that it read.
    pub revision: u64,
    /// When it was read.
    pub at: Moment,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug)]
pub struct Searched {
    /// By its own count.
    pub progress: Progress,
    /// After so long.
    pub elapsed: Duration,
}

/// Who could take a shift, the cheapest first.
#[derive(Debug)]
pub struct Suggested {
    /// Those who could, with what it would cost.
    pub able: Vec<(ResponderId, Cost)>,
    /// The others of the agency.
    pub stopped: Vec<Stopped>,
    /// The revision of the board that was read.
    pub revision: u64,
}

/// The places of searches: half of what this machine can do at once, and one at least.
pub(super) fn search_places() -> Arc<Semaphore> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    Arc::new(Semaphore::new((cores / 2).max(1)))
}

impl Desk {
    /// Looks for a roster for so long.
    pub fn search(&self, center: &Center, asked: Asked, limit: Duration) -> Result<Search, Refusal> {
        let place = Arc::clone(&self.0.search_places)
            .try_acquire_owned()
            .map_err(|_| {
                let told =
                    "as many searches are under way as this server takes; ask again when one has ended";
                Refusal::new(Reason::Overloaded, told)
            })?;
        let board = center.board().clone();
        check_named(&board, &asked)?;
        let (revision, at, began) = (board.revision, self.clock().now(), Instant::now());
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, closing) = (Arc::clone(&stop), self.0.closing.subscribe());
        let (seen, progress) = watch::channel(None);
        let outcome = tokio::task::spawn_blocking(move || {
            let _place = place;
            let plan = Plan::of(&board, &asked, at).ok_or_else(beyond_the_calendar)?;
            if plan.shift_count() > MOST_SHIFTS {
                let told =
                    format!("at most {MOST_SHIFTS} shifts are planned at once: ask for a shorter period");
                return Err(Refusal::field(Reason::TooMany, "to", told));
            }
            let outcome = plan.proposed(&mut |progress| {
                let elapsed = began.elapsed();
                seen.send_replace(Some(Searched {
                    progress: *progress,
                    elapsed,
                }));
                if elapsed >= limit || stopped.load(Ordering::Relaxed) || *closing.borrow() {
                    Go::Stop
                } else {
                    Go::On
                }
            });
            outcome.map_err(|fault| internal(&fault))
        });
        Ok(Search {
            stop,
            progress,
            outcome,
            began,
            revision,
            at,
        })
    }
}

impl Search {
    /// How far it has come; none before the first roster is there.
    pub fn seen(&self) -> Option<Searched> {
        *self.progress.borrow()
    }

    /// How long it has been going.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// What it has found, when it has ended.
    pub async fn ended(&mut self) -> Result<Outcome, Refusal> {
        (&mut self.outcome).await.map_err(|gone| internal(&gone))?
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Center {
    /// Who could take this shift, as things stand.
    pub fn suggested(&self, shift_id: ShiftId, costs: Costs) -> Result<Suggested, Refusal> {
        let at = self.clock.now();
        let board = self.board();
        let shift = board.shifts.get(&shift_id);
        let shift = shift.ok_or_else(|| Refusal::not_found("shift", shift_id))?;
        check_open(shift, at)?;
        let plan = Plan::of_shift(&board, shift, costs, at).ok_or_else(beyond_the_calendar)?;
        let suggestion = plan.suggested(shift_id).map_err(|fault| internal(&fault))?;
        let able = suggestion.able.iter();
        Ok(Suggested {
            able: able
                .filter_map(|(person, cost)| Some((plan.responder_id(*person)?, *cost)))
                .collect(),
            stopped: plan.stopped(&suggestion.stopped),
            revision: board.revision,
        })
    }
}

/// Everyone and everything that is named is there.
fn check_named(board: &Board, asked: &Asked) -> Result<(), Refusal> {
    for (place, preference) in asked.preferences.iter().enumerate() {
        if !board.responders.contains_key(&preference.responder_id) {
            let field = format!("preferences[{place}].responder_id");
            return Err(Refusal::field(Reason::NotFound, field, "no such responder"));
        }
    }
    let unknown = asked
        .pinned
        .iter()
        .find(|pinned| !board.shifts.contains_key(pinned));
    match unknown {
        Some(unknown) => Err(Refusal::not_found("shift", unknown).at_field("pinned_shift_ids")),
        None => Ok(()),
    }
}

/// Nobody works it, and somebody could.
fn check_open(shift: &Shift, at: Moment) -> Result<(), Refusal> {
    if shift.state == ShiftState::Cancelled {
        Err(Refusal::state("the shift is cancelled", "CANCELLED"))
    } else if shift.responder_id.is_some() {
        Err(Refusal::state("somebody works it", "ASSIGNED"))
    } else if shift.planned.start <= at {
        Err(Refusal::state("it has begun", "BEGUN"))
    } else {
        Ok(())
    }
}

fn beyond_the_calendar() -> Refusal {
    Refusal::field(
        Reason::InvalidTime,
        "from",
        "the calendar reaches from 1970 to 2100",
    )
}
