//! The way to a recorder: four lanes with a bounded number of places each.
//!
//! What is urgent and what happened wait for a place; plans and roster work are turned away when there is none. The lane that
//! presses more comes first, but no lane stands still for another: whoever floods one holds up the others a little.

use tokio::sync::{mpsc, oneshot};

use super::super::caller::{Answer, Asked};
use super::super::command::{Command, Lane};
use crate::refusal::{Reason, Refusal};
use crate::sabotage::{Fault, put_in};

/// How many commands one transaction may take.
const BATCH: usize = 64;
/// Of so many places of a transaction one is for a plan first, however many facts wait.
const PLACES_A_PLAN: usize = 4;
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
    urgent: mpsc::Sender<Job>,
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
            Lane::Urgent => self.urgent.send(job).await.map_err(|_| gone())?,
            Lane::Fact => self.facts.send(job).await.map_err(|_| gone())?,
            Lane::Dispatch => full(self.dispatch.try_send(job))?,
            Lane::Roster => full(self.roster.try_send(job))?,
        }
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// The other side of the door.
pub(super) struct Lanes {
    urgent: mpsc::Receiver<Job>,
    facts: mpsc::Receiver<Job>,
    dispatch: mpsc::Receiver<Job>,
    roster: mpsc::Receiver<Job>,
}

impl Lanes {
    pub(super) async fn first(&mut self) -> Option<Job> {
        tokio::select! {
            biased;
            Some(job) = self.urgent.recv() => Some(job),
            Some(job) = self.facts.recv() => Some(job),
            Some(job) = self.dispatch.recv() => Some(job),
            Some(job) = self.roster.recv() => Some(job),
            else => None,
        }
    }

    /// What waits behind the first.
    pub(super) fn drain(&mut self, first: Job) -> Vec<Job> {
        let mut batch = vec![first];
        // A number that is drawn is good for one entry.
        let most = if put_in(Fault::RevisionFromSequence) {
            1
        } else {
            BATCH
        };
        while batch.len() < most
            && let Some(next) = self.next(batch.len())
        {
            batch.push(next);
        }
        batch
    }

    /// Who takes this place of a transaction: the most pressing lane in which somebody waits, save that every so often a plan
    /// comes before facts, and roster work takes the last place.
    fn next(&mut self, place: usize) -> Option<Job> {
        let Lanes {
            urgent,
            facts,
            dispatch,
            roster,
        } = self;
        let order = if place == BATCH - 1 {
            [urgent, roster, facts, dispatch]
        } else if place.is_multiple_of(PLACES_A_PLAN) {
            [urgent, dispatch, facts, roster]
        } else {
            [urgent, facts, dispatch, roster]
        };
        order.into_iter().find_map(|lane| lane.try_recv().ok())
    }

    pub(super) fn close(&mut self) {
        self.urgent.close();
        self.facts.close();
        self.dispatch.close();
        self.roster.close();
    }
}

/// A door and what is behind it.
pub(super) fn door() -> (Door, Lanes) {
    let (urgent, urgent_in) = mpsc::channel(WAITING);
    let (facts, facts_in) = mpsc::channel(WAITING);
    let (dispatch, dispatch_in) = mpsc::channel(WAITING);
    let (roster, roster_in) = mpsc::channel(WAITING);
    let door = Door {
        urgent,
        facts,
        dispatch,
        roster,
    };
    let lanes = Lanes {
        urgent: urgent_in,
        facts: facts_in,
        dispatch: dispatch_in,
        roster: roster_in,
    };
    (door, lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::command::{MatchCall, MeetDeadlines, SetDutyStatus};
    use crate::id::CallId;
    use crate::roster::command::CreateAgency;
    use crate::travel::TravelTimes;

    fn waits(lane: &mpsc::Sender<Job>, command: impl Into<Command>, how_many: usize) {
        let command = command.into();
        for _ in 0..how_many {
            let job = Job {
                asked: Asked::by_system(),
                command: command.clone(),
                answer: oneshot::channel().0,
            };
            lane.try_send(job).unwrap();
        }
    }

    #[test]
    fn a_flood_of_facts_leaves_room_for_plans_roster_work_and_whoever_cries_for_help() {
        let (door, mut lanes) = door();
        let matching = MatchCall {
            call_id: CallId::nobodys(),
            travel: TravelTimes::default(),
        };
        let founding = CreateAgency {
            id: "bhr".parse().unwrap(),
            name: "BHR".to_owned(),
        };
        waits(&door.facts, SetDutyStatus { changes: Vec::new() }, WAITING);
        waits(&door.dispatch, matching, 40);
        waits(&door.roster, founding, 3);
        waits(&door.urgent, MeetDeadlines, 2);

        let first = lanes.next(0).unwrap();
        let batch = lanes.drain(first);
        let methods: Vec<&str> = batch.iter().map(|job| job.command.method()).collect();
        let count = |method| methods.iter().filter(|one| **one == method).count();
        assert_eq!(methods[..2], ["MeetDeadlines"; 2]);
        assert_eq!(methods.last(), Some(&"CreateAgency"));
        assert_eq!(
            (methods.len(), count("MatchCall"), count("SetDutyStatus")),
            (BATCH, 15, 46)
        );
    }
}
