//! Requests that cannot both be granted.
//!
//! What a request would mean for somebody is a *claim*: he works then, or is off then, or a shift changes hands. The other
//! side of a swap claims nothing for himself until he has accepted it.

use super::{RequestState, ShiftRequest, Wish};
use crate::board::Board;
use crate::id::{ResponderId, ShiftId, ShiftRequestId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};

enum Claim {
    Works(ResponderId, Window),
    Off(ResponderId, Window),
    Passes(ShiftId),
}

/// Refuses what contradicts another request that is pending, or a leave.
pub(super) fn check(board: &Board, asked: &ShiftRequest) -> Result<(), Refusal> {
    check_claims(board, &claims(asked), Some(asked.id))
}

/// Refuses a shift that is to change hands already.
pub(super) fn check_passing(board: &Board, shift_id: ShiftId) -> Result<(), Refusal> {
    check_claims(board, &[Claim::Passes(shift_id)], None)
}

/// Refuses claims that contradict those of a request, other than whose they are.
fn check_claims(board: &Board, own: &[Claim], of: Option<ShiftRequestId>) -> Result<(), Refusal> {
    let other = board.requests.values().find(|other| {
        let stands = other.is_pending() || other.leave().is_some();
        let against = |theirs: &Claim| own.iter().any(|one| one.contradicts(theirs));
        stands && Some(other.id) != of && claims(other).iter().any(against)
    });
    match other {
        None => Ok(()),
        Some(other) => Err(Refusal::new(
            Reason::RequestsContradict,
            "another request stands against it; withdraw that one, or wait until it is decided",
        )
        .with("shift_request_id", other.id)),
    }
}

fn claims(request: &ShiftRequest) -> Vec<Claim> {
    let him = request.responder_id;
    match &request.wish {
        Wish::SignUp(shift) => vec![Claim::Works(him, shift.planned)],
        Wish::TimeOff(time_off) => {
            let off = time_off.window();
            off.map(|window| Claim::Off(him, window)).into_iter().collect()
        }
        Wish::Swap(swap) => {
            let accepted = request.state == RequestState::Accepted;
            let taken = accepted.then_some(Claim::Works(swap.to, swap.given.planned));
            let returned = swap
                .returned
                .iter()
                .flat_map(|shift| [Claim::Works(him, shift.planned), Claim::Passes(shift.shift_id)]);
            let passes = Claim::Passes(swap.given.shift_id);
            std::iter::once(passes).chain(taken).chain(returned).collect()
        }
    }
}

impl Claim {
    fn contradicts(&self, other: &Claim) -> bool {
        match (self, other) {
            (
                Claim::Works(one, window) | Claim::Off(one, window),
                Claim::Works(other, at) | Claim::Off(other, at),
            ) => one == other && window.overlaps(at),
            (Claim::Passes(one), Claim::Passes(other)) => one == other,
            (Claim::Passes(_), Claim::Works(..) | Claim::Off(..))
            | (Claim::Works(..) | Claim::Off(..), Claim::Passes(_)) => false,
        }
    }
}
