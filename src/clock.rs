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
            Maker::Process { started, origin, .. } => {
                let elapsed = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
                Moment::from_micros(origin.load(Ordering::Relaxed).saturating_add(elapsed))
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

    /// The database says that it is `at`.
    pub fn set_right(&self, at: Moment) {
        if let Maker::Process {
            origin,
            follows_database: true,
            ..
        } = &*self.0
        {
            let ahead = at.micros().saturating_sub(self.now().micros());
            origin.fetch_add(ahead, Ordering::Relaxed);
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

#[expect(clippy::disallowed_methods, reason = "this is the clock port")]
fn wall_clock() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    Moment::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
