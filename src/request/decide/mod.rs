//! Asking, answering, taking back and deciding.

mod deadline;
mod deciding;
mod outcome;
mod sign_up;
mod swap;
mod time_off;

pub use deadline::{file, files_at, over_at, run_out};
pub use deciding::{decide_request, withdraw_request};
pub(super) use outcome::outcome;
pub use outcome::uncovered;
pub use sign_up::sign_up_for_shift;
pub use swap::{answer_swap, offer_swap};
pub(super) use swap::{check_his, offered};
pub use time_off::{end_time_off, request_time_off};

use super::{Ending, RequestState, ShiftRequest, Step, Wish, next};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{AgencyId, ResponderId, ShiftRequestId};
use crate::refusal::Refusal;
use crate::shift::Shift;
use crate::triage::Code;

/// A new request of his, as asked now.
fn asked(draft: &mut Draft<'_>, agency_id: AgencyId, responder_id: ResponderId, wish: Wish) -> ShiftRequest {
    let state = match wish {
        Wish::SignUp(_) | Wish::TimeOff(_) => RequestState::Requested,
        Wish::Swap(_) => RequestState::Offered,
    };
    ShiftRequest {
        id: ShiftRequestId::next(draft.ids, draft.at),
        agency_id,
        responder_id,
        wish,
        state,
        requested_at: draft.occurred_at().0,
        requested_by: draft.reporter.clone(),
        ended: None,
        version: 1,
        filed: false,
    }
}

/// The request, in the version that the caller read.
fn standing(board: &Board, id: ShiftRequestId, expected_version: u64) -> Result<ShiftRequest, Refusal> {
    let request = board.requests.get(&id).cloned();
    let request = request.ok_or_else(|| Refusal::not_found("shift_request", id))?;
    if request.version == expected_version {
        Ok(request)
    } else {
        Err(Refusal::stale(expected_version, request.version))
    }
}

/// The request a step further, if the step can be taken.
pub(super) fn step(mut request: ShiftRequest, step: Step) -> Result<ShiftRequest, Refusal> {
    let Some(state) = next(request.state, step) else {
        return Err(unfit(&request));
    };
    request.state = state;
    request.version += 1;
    Ok(request)
}

/// The request at its end, if the step can be taken.
fn ended(
    draft: &Draft<'_>,
    request: ShiftRequest,
    last: Step,
    reason: &Code,
) -> Result<ShiftRequest, Refusal> {
    let mut request = step(request, last)?;
    request.ended = Some(Ending {
        at: draft.occurred_at().0,
        by: draft.reporter.clone(),
        reason: reason.clone(),
    });
    Ok(request)
}

/// What is asked of it does not fit where it stands.
fn unfit(request: &ShiftRequest) -> Refusal {
    let state = request.state.as_str();
    let told = format!("the request is {state}, and this does not fit; read it again");
    Refusal::state(told, state)
}

/// What happened to it; whom it concerns hears of it.
pub(super) fn happening(kind: EventKind, request: &ShiftRequest) -> Happening {
    let after = After::Request(Box::new(request.clone()));
    let others = request.partner();
    Happening::new(kind, after)
        .to(request.responder_id)
        .seen_by(others)
}

/// What is void is so from now on, for this reason.
pub(super) fn voided(draft: &Draft<'_>, request: ShiftRequest, reason: &str) -> Result<Happening, Refusal> {
    let request = ended(draft, request, Step::Void, &reason.to_owned())?;
    Ok(happening(EventKind::RequestVoid, &request))
}

/// The answer: the request, and the shifts that it changes.
fn told(request: ShiftRequest, shifts: Vec<Shift>) -> Reply {
    Reply::Request(Box::new(request), shifts)
}
