//! Where responders are: latest known, in memory, never journaled.
//!
//! A ping replaces the latest and never waits for the database; changed ones are written every two seconds in one
//! statement. None is kept after sign-off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::center::Center;
use crate::board::{Board, Duty, Position};
use crate::geo::Point;
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::travel::Positions;

/// No position is older than this, whatever a device says.
const EARLIEST: Moment = Moment::from_seconds(0);

/// A position as a device reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionReport {
    /// Whose.
    pub responder_id: ResponderId,
    /// Where.
    pub point: Point,
    /// When, by the device; none means now.
    pub occurred_at: Option<Moment>,
    /// Radius of the fix in metres.
    pub accuracy_meters: Option<u32>,
    /// Whether the device does not move.
    pub stationary: bool,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the latest now.
    Latest {
        /// Whether the device dated it ahead of our clock, so that it was taken as of now.
        clamped: bool,
    },
    /// A newer one is known.
    Older,
    /// He has signed off: no position of his is kept.
    SignedOff,
}

/// The latest position of each, and which have changed since they were last written or shown.
#[derive(Debug)]
pub(super) struct Latest(Mutex<State>);

#[derive(Debug)]
struct State {
    positions: Positions,
    /// Counts reports; each position has the count at which it came.
    count: u64,
    came: BTreeMap<ResponderId, u64>,
    unwritten: BTreeSet<ResponderId>,
    forgotten: BTreeSet<ResponderId>,
}

impl Latest {
    pub(super) fn new(positions: Positions) -> Latest {
        Latest(Mutex::new(State {
            positions,
            count: 0,
            came: BTreeMap::new(),
            unwritten: BTreeSet::new(),
            forgotten: BTreeSet::new(),
        }))
    }

    /// All of them.
    pub(super) fn all(&self) -> Positions {
        self.state().positions.clone()
    }

    /// Those that have come after the first `count` reports, and how many there have been.
    pub(super) fn since(&self, count: u64) -> (Positions, u64) {
        let state = self.state();
        let changed = state
            .positions
            .iter()
            .filter(|(id, _)| state.came.get(*id).is_some_and(|came| *came > count))
            .map(|(id, position)| (*id, *position))
            .collect();
        (changed, state.count)
    }

    pub(super) fn forget(&self, responder_id: ResponderId) {
        let mut state = self.state();
        state.positions.remove(&responder_id);
        state.came.remove(&responder_id);
        state.unwritten.remove(&responder_id);
        state.forgotten.insert(responder_id);
    }

    /// Whether it is the latest now; `false`: a newer one is known.
    fn take(&self, responder_id: ResponderId, position: Position) -> bool {
        let mut state = self.state();
        if let Some(known) = state.positions.get(&responder_id)
            && known.at > position.at
        {
            return false;
        }
        state.count += 1;
        let count = state.count;
        state.positions.insert(responder_id, position);
        state.came.insert(responder_id, count);
        state.unwritten.insert(responder_id);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Center {
    /// Takes a report. A time ahead of our clock is clamped to it, so that it cannot outlast the reports that follow; one
    /// before 1970 is no fix of any device, and counts as of then.
    pub fn report_position(&self, report: PositionReport) -> Result<Taken, Refusal> {
        {
            let board = self.board();
            if !board.responders.contains_key(&report.responder_id) {
                return Err(Refusal::not_found("responder", report.responder_id));
            }
            check_not_exchanged(&board, report.point)?;
            let signed_on = board
                .duty
                .get(&report.responder_id)
                .is_some_and(|duty| duty.primary != Duty::NotAvailable);
            if !signed_on && board.active_assignment(report.responder_id).is_none() {
                return Ok(Taken::SignedOff);
            }
        }
        let now = self.clock.now();
        let said = report.occurred_at.unwrap_or(now);
        let position = Position {
            point: report.point,
            at: said.min(now).max(EARLIEST),
            accuracy_meters: report.accuracy_meters,
            stationary: report.stationary,
        };
        Ok(if self.shown.latest.take(report.responder_id, position) {
            Taken::Latest { clamped: said > now }
        } else {
            Taken::Older
        })
    }

    /// How long a device should wait before its next report, seconds.
    pub fn next_report_after_seconds(&self, stationary: bool) -> u32 {
        self.board().policy().next_report_after_seconds(stationary)
    }

    /// The latest positions.
    pub fn positions(&self) -> Positions {
        self.shown.latest.all()
    }

    /// Positions that have come after the first `count` reports, and how many there have been.
    pub fn positions_since(&self, count: u64) -> (Positions, u64) {
        self.shown.latest.since(count)
    }

    /// Writes what has changed. What cannot be written now is tried again next time.
    pub(super) async fn flush_positions(&self) {
        let (changed, forgotten) = {
            let mut state = self.shown.latest.state();
            let ids = std::mem::take(&mut state.unwritten);
            let changed: Positions = ids
                .into_iter()
                .filter_map(|id| Some((id, *state.positions.get(&id)?)))
                .collect();
            (changed, std::mem::take(&mut state.forgotten))
        };
        for responder_id in &forgotten {
            if let Err(error) = self.store.forget_position(self.id(), *responder_id).await {
                tracing::warn!(%error, "a position could not be forgotten");
                self.shown.latest.state().forgotten.insert(*responder_id);
            }
        }
        if changed.is_empty() {
            return;
        }
        if let Err(error) = self.store.save_positions(self.id(), &changed).await {
            tracing::warn!(%error, "positions could not be written");
            self.shown.latest.state().unwritten.extend(changed.into_keys());
        }
    }
}

fn check_not_exchanged(board: &Board, point: Point) -> Result<(), Refusal> {
    if board.seems_exchanged(point) {
        return Err(Refusal::field(
            Reason::InvalidPoint,
            "location",
            "latitude and longitude seem to be exchanged",
        ));
    }
    Ok(())
}
