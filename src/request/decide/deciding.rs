//! Taking a request back, and deciding it.

use super::{ended, happening, outcome, over_at, standing, told};
use crate::board::{Draft, EventKind, Reply};
use crate::refusal::Refusal;
use crate::request::Step;
use crate::request::command::{DecideRequest, WithdrawRequest};
use crate::shift::handing::Handing;
use crate::shift::staffing::check_word;

/// Takes a request back while nobody has decided it.
pub fn withdraw_request(draft: &mut Draft<'_>, command: &WithdrawRequest) -> Result<Reply, Refusal> {
    let request = standing(draft.board(), command.shift_request_id, command.expected_version)?;
    let request = ended(draft, request, Step::Withdraw, &command.reason)?;
    draft.emit(happening(EventKind::RequestWithdrawn, &request));
    Ok(told(request, Vec::new()))
}

/// Decides a request. What is approved is done at once, all of it; what cannot be done is not approved.
pub fn decide_request(draft: &mut Draft<'_>, command: &DecideRequest) -> Result<Reply, Refusal> {
    check_word(draft, &command.override_reason)?;
    let request = standing(draft.board(), command.shift_request_id, command.expected_version)?;
    if !command.approved {
        let request = ended(draft, request, Step::Decline, &command.reason)?;
        draft.emit(happening(EventKind::RequestDeclined, &request));
        return Ok(told(request, Vec::new()));
    }
    if over_at(&request).is_some_and(|over_at| over_at <= draft.at) {
        return Err(Refusal::state(
            "it comes too late: what it asks for has begun, or is over",
            "BEGUN",
        ));
    }
    let request = ended(draft, request, Step::Approve, &command.reason)?;
    let passing = outcome(draft, &request, &command.override_reason)?;
    draft.emit(happening(EventKind::RequestApproved, &request));
    for handing in &passing {
        handing.tell(draft, Some(EventKind::RequestApproved));
    }
    let shifts = passing.into_iter().map(|Handing { shift, .. }| shift);
    Ok(told(request, shifts.collect()))
}
