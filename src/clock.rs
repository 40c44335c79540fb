//! The clock port. Nothing else in Tandem reads the time of day; what only measures how long the process has waited (a
//! timeout, the age of a cached token) goes by the monotonic clock where it stands.
//!
//! Three makers: the process's monotonic clock, started from the wall clock once (SQLite); the same, set right by the
//! database's clock at every batch (PostgreSQL: many nodes, one time); and one cranked by hand (tests, demo).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::moment::Moment;

/// Where `now` comes from.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Maker>);

#[derive(Debug)]
enum Maker {
    Process {
        started: Instant,
        /// Micros since the epoch at `started`; moved by [`Clock::set_right`].
        origin: AtomicI64,
        /// Micros by which it runs ahead of that, so as not to fall behind a journal; see [`Clock::not_before`].
        ahead: AtomicI64,
        follows_database: bool,
    },
    Cranked(watch::Sender<Moment>),
}

impl Clock {
    /// The process's own clock. A later step of the wall clock does not move it.
    pub fn process() -> Clock {
        Clock::started(false)
    }

    /// The process's clock, set right by the database's at every batch.
    pub fn database() -> Clock {
        Clock::started(true)
    }

    fn started(follows_database: bool) -> Clock {
        Clock(Arc::new(Maker::Process {
            started: Instant::now(),
            origin: AtomicI64::new(wall_clock().micros()),
            ahead: AtomicI64::new(0),
            follows_database,
        }))
    }

    /// A clock that stands still until it is turned.
    pub fn cranked(at: Moment) -> Clock {
        Clock(Arc::new(Maker::Cranked(watch::Sender::new(at))))
    }

    /// The time.
    pub fn now(&self) -> Moment {
        match &*self.0 {
            Maker::Process {
                started,
                origin,
                ahead,
                ..
            } => {
                let since = origin.load(Ordering::Relaxed).saturating_add(elapsed(*started));
                Moment::from_micros(since.saturating_add(ahead.load(Ordering::Relaxed)))
            }
            Maker::Cranked(at) => *at.borrow(),
        }
    }

    /// Whether the database's clock is the master of this one.
    pub fn follows_database(&self) -> bool {
        matches!(
            &*self.0,
            Maker::Process {
                follows_database: true,
                ..
            }
        )
    }

    /// The database says that it is `at`. What this clock runs ahead for the journal's sake it gives up as far as it can
    /// without going back.
    pub fn set_right(&self, at: Moment) {
        if let Maker::Process {
            started,
            origin,
            ahead,
            follows_database: true,
        } = &*self.0
        {
            let before = self.now().micros();
            origin.store(at.micros().saturating_sub(elapsed(*started)), Ordering::Relaxed);
            let most = ahead.load(Ordering::Relaxed);
            let still = before.saturating_sub(at.micros()).clamp(0, most);
            ahead.store(still, Ordering::Relaxed);
        }
    }

    /// The journal has an entry of `at`, and time does not run backwards in it. A clock that is behind goes on from there,
    /// so that deadlines keep their length; what it says is suspect as long as it does (`true`). One cranked by hand stays
    /// where it was put.
    pub fn not_before(&self, at: Moment) -> bool {
        let behind = at.micros().saturating_sub(self.now().micros());
        match &*self.0 {
            Maker::Process { ahead, .. } => {
                if behind > 0 {
                    ahead.fetch_add(behind, Ordering::Relaxed);
                }
                ahead.load(Ordering::Relaxed) > 0
            }
            Maker::Cranked(_) => behind > 0,
        }
    }

    /// Turns a cranked clock to `at`; never back. The others do not turn.
    pub fn turn(&self, at: Moment) {
        if let Maker::Cranked(now) = &*self.0 {
            now.send_if_modified(|now| {
                let forward = at > *now;
                *now = (*now).max(at);
                forward
            });
        }
    }

    /// Waits until `at` has come.
    pub async fn wait_until(&self, at: Moment) {
        match &*self.0 {
            Maker::Process { .. } => {
                let micros = at.micros().saturating_sub(self.now().micros());
                let wait = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
                tokio::time::sleep(wait).await;
            }
            Maker::Cranked(now) => {
                let mut now = now.subscribe();
                // The sender lives as long as `self`.
                let _ = now.wait_for(|now| *now >= at).await;
            }
        }
    }
}

/// Looks whether the wall clock is set while the process works. No time here moves with it; whoever looks after the
/// machine wants to know.
#[derive(Debug)]
pub struct WallClock {
    started: Instant,
    /// Micros from the epoch to `started`, by the wall clock as it was last seen.
    origin: i64,
}

/// A smaller step is a correction, not a setting, seconds.
const STEP_SECONDS: i64 = 2;

impl WallClock {
    /// Looks from now on.
    pub fn watched() -> WallClock {
        WallClock {
            started: Instant::now(),
            origin: wall_clock().micros(),
        }
    }

    /// By how many seconds it was set since it was last looked at, when by more than two.
    pub fn step(&mut self) -> Option<i64> {
        let origin = wall_clock().micros().saturating_sub(elapsed(self.started));
        let seconds = origin.saturating_sub(self.origin) / 1_000_000;
        self.origin = origin;
        (seconds.abs() > STEP_SECONDS).then_some(seconds)
    }
}

/// Micros since then.
fn elapsed(since: Instant) -> i64 {
    i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is the clock port")]
fn wall_clock() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    Moment::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const MOMENT: i64 = 1_000_000;

    fn apart(one: Moment, other: Moment) -> i64 {
        (one.micros() - other.micros()).abs()
    }

    #[test]
    fn a_clock_behind_the_journal_goes_on_from_there_and_says_so() {
        let clock = Clock::process();
        let now = clock.now();
        assert!(!clock.not_before(now));
        let last = now.plus_seconds(HOUR);
        assert!(clock.not_before(last));
        assert!(clock.now() >= last && apart(clock.now(), last) < MOMENT);
        assert!(clock.not_before(last), "it stays suspect");
    }

    #[test]
    fn a_clock_that_is_set_right_gives_up_what_it_ran_ahead_without_going_back() {
        let clock = Clock::database();
        let right = clock.now();
        let last = right.plus_seconds(HOUR);
        clock.not_before(last);
        clock.set_right(right);
        assert!(
            apart(clock.now(), last) < MOMENT,
            "the database is behind: the journal's time goes on"
        );
        assert!(clock.not_before(last));
        clock.set_right(last.plus_seconds(1));
        assert!(apart(clock.now(), last.plus_seconds(1)) < MOMENT);
        assert!(!clock.not_before(last), "the database has caught up");
        clock.set_right(right);
        assert!(
            apart(clock.now(), right) < MOMENT,
            "its master moves it, also back"
        );
    }
}
