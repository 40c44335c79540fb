//! The way to a recorder: three lanes with a bounded number of places each.
//!
//! Facts wait for a place; plans are turned away when there is none; roster work comes behind both, so that an import
//! does not hold up a dispatch.

use tokio::sync::{mpsc, oneshot};

use super::super::caller::{Answer, Asked};
use super::super::command::{Command, Lane};
use crate::refusal::{Reason, Refusal};
use crate::sabotage::{Fault, put_in};

/// How many commands one transaction may take.
const BATCH: usize = 64;
/// How many commands may wait in each lane.
const WAITING: usize = 1024;
pub(super) type Verdict = Result<Answer, Refusal>;

/// A command that waits, and where its answer goes.
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) command: Command,
    pub(super) answer: oneshot::Sender<Verdict>,
}

/// The way to a recorder.
#[derive(Debug)]
pub(in crate::desk) struct Door {
    facts: mpsc::Sender<Job>,
    dispatch: mpsc::Sender<Job>,
    roster: mpsc::Sender<Job>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job")
            .field("method", &self.command.method())
            .finish_non_exhaustive()
    }
}

impl Door {
    /// Waits for its turn and its answer.
    pub(in crate::desk) async fn ask(&self, asked: Asked, command: Command) -> Verdict {
        let (answer, answered) = oneshot::channel();
        let lane = command.lane();
        let job = Job {
            asked,
            command,
            answer,
        };
        let gone = || Refusal::new(Reason::ShuttingDown, "the server is going down");
        let full = |sent: Result<(), mpsc::error::TrySendError<Job>>| match sent {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                Err(Refusal::new(Reason::Overloaded, "too much waits already"))
            }
            Err(mpsc::error::TrySendError::Closed(_)) => Err(gone()),
        };
        match lane {
            Lane::Fact => self.facts.send(job).await.map_err(|_| gone())?,
            Lane::Dispatch => full(self.dispatch.try_send(job))?,
            Lane::Roster => full(self.roster.try_send(job))?,
        }
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// The other side of the door.
pub(super) struct Lanes {
    facts: mpsc::Receiver<Job>,
    dispatch: mpsc::Receiver<Job>,
    roster: mpsc::Receiver<Job>,
}

impl Lanes {
    pub(super) async fn first(&mut self) -> Option<Job> {
        tokio::select! {
            biased;
            Some(job) = self.facts.recv() => Some(job),
            Some(job) = self.dispatch.recv() => Some(job),
            Some(job) = self.roster.recv() => Some(job),
            else => None,
        }
    }

    /// What waits behind the first, the most pressing lane first. Roster work takes the last places, one at a time.
    pub(super) fn drain(&mut self, first: Job) -> Vec<Job> {
        let mut batch = vec![first];
        // A number that is drawn is good for one entry.
        let most = if put_in(Fault::RevisionFromSequence) {
            1
        } else {
            BATCH
        };
        while batch.len() < most {
            let next = self.facts.try_recv().or_else(|_| self.dispatch.try_recv());
            match next.or_else(|_| self.roster.try_recv()) {
                Ok(job) => batch.push(job),
                Err(_) => break,
            }
        }
        batch
    }

    pub(super) fn close(&mut self) {
        self.facts.close();
        self.dispatch.close();
        self.roster.close();
    }
}

/// A door and what is behind it.
pub(super) fn door() -> (Door, Lanes) {
    let (facts, facts_in) = mpsc::channel(WAITING);
    let (dispatch, dispatch_in) = mpsc::channel(WAITING);
    let (roster, roster_in) = mpsc::channel(WAITING);
    let door = Door {
        facts,
        dispatch,
        roster,
    };
    let lanes = Lanes {
        facts: facts_in,
        dispatch: dispatch_in,
        roster: roster_in,
    };
    (door, lanes)
}
