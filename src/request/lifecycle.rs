//! The life of a request: one table for all kinds of them.

use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RequestState {
    /// Asked, and to be decided.
    Requested,
    /// A swap that the other has to accept.
    Offered,
    /// A swap that the other has accepted, and to be decided.
    Accepted,
    /// Done.
    Approved,
    /// Not done: by whoever decides, or because the other would not swap.
    Declined,
    /// Taken back by whoever asked.
    Withdrawn,
    /// What it asked for is no longer there.
    Void,
}

/// What can be done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The other would swap.
    Accept,
    /// Its shift moves. What the other has accepted were other times.
    Move,
    /// Whoever decides says yes.
    Approve,
    /// Whoever decides, or the other, says no.
    Decline,
    /// Whoever asked takes it back.
    Withdraw,
    /// The schedule has gone on without it.
    Void,
}

impl RequestState {
    /// Every state.
    pub const ALL: [RequestState; 7] = [
        RequestState::Requested,
        RequestState::Offered,
        RequestState::Accepted,
        RequestState::Approved,
        RequestState::Declined,
        RequestState::Withdrawn,
        RequestState::Void,
    ];

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            RequestState::Requested => "REQUESTED",
            RequestState::Offered => "OFFERED",
            RequestState::Accepted => "ACCEPTED",
            RequestState::Approved => "APPROVED",
            RequestState::Declined => "DECLINED",
            RequestState::Withdrawn => "WITHDRAWN",
            RequestState::Void => "VOID",
        }
    }

    /// Whether somebody still has to say something.
    pub fn is_pending(self) -> bool {
        match self {
            RequestState::Requested | RequestState::Offered | RequestState::Accepted => true,
            RequestState::Approved
            | RequestState::Declined
            | RequestState::Withdrawn
            | RequestState::Void => false,
        }
    }
}

/// Where a step leads; none: it cannot be taken there.
pub fn next(state: RequestState, step: Step) -> Option<RequestState> {
    use RequestState::{Accepted, Approved, Declined, Offered, Requested, Void, Withdrawn};
    match (state, step) {
        (Requested | Accepted, Step::Approve) => Some(Approved),
        (Offered, Step::Accept) => Some(Accepted),
        (Requested, Step::Move) => Some(Requested),
        (Offered | Accepted, Step::Move) => Some(Offered),
        (Requested | Offered | Accepted, Step::Decline) => Some(Declined),
        (Requested | Offered | Accepted, Step::Withdraw) => Some(Withdrawn),
        (Requested | Offered | Accepted, Step::Void) => Some(Void),
        (Offered, Step::Approve) | (Requested | Accepted, Step::Accept) => None,
        (
            Approved | Declined | Withdrawn | Void,
            Step::Accept | Step::Move | Step::Approve | Step::Decline | Step::Withdraw | Step::Void,
        ) => None,
    }
}
