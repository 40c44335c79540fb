//! Who turns the clock: the demonstration itself, in lock-step with its server, or nobody.

use std::time::Duration;

use super::Trouble;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::moment::Moment;

/// Makes it be a moment.
pub enum Timekeeper {
    /// The server's clock is cranked by hand. The next tick comes when every answer to the last has been seen.
    Cranked {
        /// The server's desk, which knows when all that is due has been done.
        desk: Desk,
        /// World seconds in a real one; none: as fast as it goes.
        speed: Option<u32>,
    },
    /// Real time, on a server that may be anywhere.
    Real(Clock),
}

impl Timekeeper {
    /// Waits for, or makes, this moment.
    pub async fn turn(&self, at: Moment) -> Result<(), Trouble> {
        match self {
            Timekeeper::Cranked { desk, speed } => {
                if let Some(speed) = speed {
                    let seconds = desk.clock().now().seconds_until(at).max(0);
                    let real = Duration::from_secs(u64::try_from(seconds)?) / (*speed).max(1);
                    tokio::time::sleep(real).await;
                }
                desk.clock().turn(at);
                self.settle().await
            }
            Timekeeper::Real(clock) => {
                clock.wait_until(at).await;
                Ok(())
            }
        }
    }

    /// Everything that is due has been done. In real time it is done when it is done.
    pub async fn settle(&self) -> Result<(), Trouble> {
        match self {
            Timekeeper::Cranked { desk, .. } => {
                desk.settle().await.map_err(|refusal| refusal.to_string().into())
            }
            Timekeeper::Real(_) => Ok(()),
        }
    }
}
