//! Swapping shifts: one offers, the other accepts, and then it is decided.

use super::{asked, ended, happening, outcome, standing, step, told, unfit};
use crate::board::{Draft, EventKind, Reply};
use crate::id::{ResponderId, ShiftId};
use crate::refusal::{Reason, Refusal};
use crate::request::command::{AnswerSwap, OfferSwap};
use crate::request::{Acceptance, Bound, ShiftRequest, Step, Swap, Wish, contradiction};
use crate::shift::decide::shift_of;
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// Offers a shift to a colleague, for one of his or for nothing.
pub fn offer_swap(draft: &mut Draft<'_>, command: &OfferSwap) -> Result<Reply, Refusal> {
    if command.to == command.responder_id {
        let why = "nobody swaps with himself";
        return Err(Refusal::field(Reason::NotFound, "to_responder_id", why));
    }
    let given = shift_of(draft, command.shift_id, command.expected_version)?;
    check_his(draft, &given, command.responder_id, "shift_id")?;
    let returned = returned(draft, command.return_shift_id, command.to)?;
    let request = offered(draft, command.responder_id, &given, command.to, returned.as_ref())?;
    draft.emit(happening(EventKind::ShiftRequested, &request));
    Ok(told(request, Vec::new()))
}

/// The offer of a shift of his, for one of the other's or for nothing, if nothing stands against it.
pub(in crate::request) fn offered(
    draft: &mut Draft<'_>,
    him: ResponderId,
    given: &Shift,
    to: ResponderId,
    returned: Option<&Shift>,
) -> Result<ShiftRequest, Refusal> {
    let wish = Wish::Swap(Swap {
        given: Bound::to(given),
        to,
        returned: returned.map(Bound::to),
        accepted: None,
    });
    let request = asked(draft, given.agency_id.clone(), him, wish);
    outcome(draft, &request, &Code::new())?;
    contradiction::check(draft.board(), &request)?;
    Ok(request)
}

/// Says whether one would swap.
pub fn answer_swap(draft: &mut Draft<'_>, command: &AnswerSwap) -> Result<Reply, Refusal> {
    let request = standing(draft.board(), command.shift_request_id, command.expected_version)?;
    if request.partner().is_none() {
        return Err(unfit(&request));
    }
    if !command.accepted {
        let declined = ended(draft, request, Step::Decline, &command.reason)?;
        draft.emit(happening(EventKind::RequestDeclined, &declined));
        return Ok(told(declined, Vec::new()));
    }
    let mut request = step(request, Step::Accept)?;
    if let Wish::Swap(swap) = &mut request.wish {
        swap.accepted = Some(Acceptance {
            at: draft.occurred_at().0,
            by: draft.reporter.clone(),
        });
    }
    outcome(draft, &request, &Code::new())?;
    contradiction::check(draft.board(), &request)?;
    draft.emit(happening(EventKind::SwapAccepted, &request));
    Ok(told(request, Vec::new()))
}

fn returned(draft: &Draft<'_>, id: Option<ShiftId>, to: ResponderId) -> Result<Option<Shift>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let shift = draft.board().shifts.get(&id).cloned();
    let shift = shift.ok_or_else(|| Refusal::field(Reason::NotFound, "return_shift_id", "no such shift"))?;
    check_his(draft, &shift, to, "return_shift_id")?;
    Ok(Some(shift))
}

/// It is in force, he works it, and it has not begun.
pub(in crate::request) fn check_his(
    draft: &Draft<'_>,
    shift: &Shift,
    his: ResponderId,
    field: &str,
) -> Result<(), Refusal> {
    if shift.responder_id != Some(his) || shift.state != ShiftState::Published {
        let why = "he has no such shift in force";
        return Err(Refusal::field(Reason::NotFound, field, why));
    }
    if shift.planned.start <= draft.at {
        return Err(Refusal::state(
            "the shift has begun; ask whoever plans it",
            "BEGUN",
        ));
    }
    Ok(())
}
