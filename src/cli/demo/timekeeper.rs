//! How time passes for the demonstration.

use std::time::Duration;

use super::Fault;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::moment::Moment;

/// Whoever says when it goes on.
pub enum Timekeeper {
    /// Turns the clock of a server in this process, and waits until it has done what is due.
    Cranked {
        /// The server's desk.
        desk: Desk,
        /// World seconds in one second; none is as fast as it goes.
        speed: Option<f64>,
    },
    /// Waits, as everyone must whose server keeps its own time.
    Waiting(Clock),
}

impl Timekeeper {
    /// The time.
    pub(super) fn now(&self) -> Moment {
        match self {
            Timekeeper::Cranked { desk, .. } => desk.clock().now(),
            Timekeeper::Waiting(clock) => clock.now(),
        }
    }

    /// Goes on to `at`. `idle` says that nothing is under way, so that nobody wants to watch it pass.
    pub(super) async fn go_on_to(&self, at: Moment, idle: bool) -> Result<(), Fault> {
        match self {
            Timekeeper::Cranked { desk, speed } => {
                if let Some(speed) = speed.filter(|_| !idle) {
                    let micros = at.micros().saturating_sub(self.now().micros()).max(0);
                    #[expect(clippy::cast_precision_loss, reason = "a pause need not be exact")]
                    let seconds = micros as f64 / 1e6 / speed;
                    tokio::time::sleep(Duration::try_from_secs_f64(seconds)?).await;
                }
                desk.clock().turn(at);
                self.settle().await
            }
            Timekeeper::Waiting(clock) => {
                clock.wait_until(at).await;
                Ok(())
            }
        }
    }

    /// Waits until the server has done what is due, so that what is asked next comes after it; where the server is
    /// another process it does so in its own time.
    pub(super) async fn settle(&self) -> Result<(), Fault> {
        match self {
            Timekeeper::Cranked { desk, .. } => {
                desk.settle()
                    .await
                    .map_err(|refusal| format!("the server could not settle: {refusal}"))?;
                Ok(())
            }
            Timekeeper::Waiting(_) => Ok(()),
        }
    }
}
