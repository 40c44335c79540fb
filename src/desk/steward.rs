//! The steward: no offer outlives its deadline, no waiting call is forgotten.
//!
//! He looks at the board whenever something was recorded, whenever a deadline has come, and at least every few seconds
//! while a call waits (someone may have come nearer). What he finds he asks of the recorder like anyone else; asked
//! twice, or by two nodes, it has one effect.

use std::sync::Arc;
use std::time::Duration;

use super::caller::Asked;
use super::center::Center;
use super::feed::Listening;
use super::told_to_close;
use crate::board::Board;
use crate::dispatch::command::{MatchCall, MeetDeadlines};
use crate::dispatch::decide::deadline::next_deadline;
use crate::dispatch::decide::sending::{calls_to_match, would_answer};
use crate::id::CallId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::travel::TravelTimes;

/// While a call waits it is matched again at least this often, seconds.
const REMATCH_SECONDS: i64 = 5;
/// Filing and pruning have no hurry, seconds.
const HOUSEKEEPING_SECONDS: i64 = 3600;
/// How often positions are written.
const FLUSH: Duration = Duration::from_secs(2);
/// After a fault of the store.
const BREATH: Duration = Duration::from_secs(1);
/// A bound on one attendance: each round has asked for something.
const ROUNDS: usize = 64;

/// Keeps a center until the server closes.
pub(super) async fn keep(center: Arc<Center>) {
    let listening = Listening::to_everything(&center.shown);
    let mut closing = center.closing.clone();
    let mut flush = tokio::time::interval(FLUSH);
    flush.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut housekeeping = center.clock.now();
    loop {
        if let Err(refusal) = center.attend().await {
            tracing::warn!(%refusal, "what is due could not be done; trying again");
            tokio::time::sleep(BREATH).await;
        }
        let now = center.clock.now();
        if now >= housekeeping {
            housekeeping = now.plus_seconds(HOUSEKEEPING_SECONDS);
            center.prune(now).await;
        }
        let wake = wake_at(&center.board(), now).min(housekeeping);
        loop {
            tokio::select! {
                () = told_to_close(&mut closing) => {
                    center.flush_positions().await;
                    return;
                }
                () = listening.rung() => break,
                () = center.clock.wait_until(wake) => break,
                _ = flush.tick() => center.flush_positions().await,
            }
        }
    }
}

fn wake_at(board: &Board, now: Moment) -> Moment {
    let waiting = !calls_to_match(board).is_empty();
    let rematch = waiting.then(|| now.plus_seconds(REMATCH_SECONDS));
    let housekeeping = now.plus_seconds(HOUSEKEEPING_SECONDS);
    next_deadline(board)
        .into_iter()
        .chain(rematch)
        .min()
        .map_or(housekeeping, |wake| wake.min(housekeeping))
}

impl Center {
    /// Does everything that is due now: deadlines, and matches of calls with open places.
    pub(super) async fn attend(&self) -> Result<(), Refusal> {
        let _one_at_a_time = self.attending.lock().await;
        for _ in 0..ROUNDS {
            let before = self.board().revision;
            let mut asked = self.is_due();
            if asked {
                self.ask(Asked::by_system(), MeetDeadlines).await?;
            }
            let calls = calls_to_match(&self.board());
            let mut broken = Ok(());
            for call_id in calls {
                match self.match_again(call_id).await {
                    Ok(one) => asked |= one,
                    // Something is wrong with this call: those behind it wait for their people all the same.
                    Err(refusal) if refusal.reason == Reason::Internal => broken = Err(refusal),
                    Err(refusal) => return Err(refusal),
                }
                // Under load each match waits for its turn: a deadline does not wait for all of them.
                if self.is_due() {
                    asked = true;
                    break;
                }
            }
            broken?;
            // What others do meanwhile rings the bell again.
            if !asked || self.board().revision == before {
                return Ok(());
            }
        }
        tracing::warn!(jurisdiction = %self.id(), "more and more comes due; going on at the next bell");
        Ok(())
    }

    fn is_due(&self) -> bool {
        next_deadline(&self.board()).is_some_and(|due| due <= self.clock.now())
    }

    /// Matches a call again, if the recorder would have something to record; says whether he was asked.
    async fn match_again(&self, call_id: CallId) -> Result<bool, Refusal> {
        let point = self.board().calls.get(&call_id).and_then(|call| call.point);
        let travel = point.map_or_else(TravelTimes::default, |point| self.travel_to(point));
        let worth_asking = would_answer(&self.board(), call_id, &travel, self.clock.now());
        if worth_asking {
            self.ask(Asked::by_system(), MatchCall { call_id, travel })
                .await?;
        }
        Ok(worth_asking)
    }

    async fn prune(&self, now: Moment) {
        let before = now.plus_seconds(-self.journal_seconds);
        if let Err(error) = self.store.prune(self.id(), before).await {
            tracing::warn!(%error, "the journal could not be pruned; trying again in an hour");
        }
    }
}
