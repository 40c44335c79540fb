//! What people ask of the schedule.

use super::faults::{Fault, Faults};
use super::field::{code, id, known, optional_code, optional_id};
use super::page::Page;
use super::schedule::known_zone;
use super::{Stamped, desk_work, pb, reported};
use crate::id::{AgencyId, ShiftId};
use crate::refusal::{Reason, Refusal};
use crate::request::RequestState;
use crate::request::command::{
    AnswerSwap, DecideRequest, EndTimeOff, OfferSwap, RequestTimeOff, SignUpForShift, WithdrawRequest,
};
use crate::store::RequestFilter;

/// ListOpenShifts.
pub(crate) fn list_open_shifts(
    request: &pb::ListOpenShiftsRequest,
) -> Result<(Option<AgencyId>, Page), Refusal> {
    let pb::ListOpenShiftsRequest {
        agency_id,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListOpenShiftsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let page = faults.page("open_shifts", &filter, *page_size, page_token);
    faults.end(|| Some((agency_id?, page?)))
}

/// SignUpForShift.
pub(crate) fn sign_up_for_shift(request: &pb::SignUpForShiftRequest) -> Stamped<SignUpForShift> {
    let pb::SignUpForShiftRequest {
        request_id,
        shift_id,
        responder_id,
        expected_version,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_id = faults.take("shift_id", id(shift_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| {
        let sign_up = SignUpForShift {
            shift_id: shift_id?,
            responder_id: responder_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, sign_up))
    })
}

/// GetSwapPartners.
pub(crate) fn get_swap_partners(request: &pb::GetSwapPartnersRequest) -> Result<ShiftId, Refusal> {
    let pb::GetSwapPartnersRequest { shift_id } = request;
    let mut faults = Faults::default();
    let shift_id = faults.take("shift_id", id(shift_id));
    faults.end(|| shift_id)
}

/// OfferSwap.
pub(crate) fn offer_swap(request: &pb::OfferSwapRequest) -> Stamped<OfferSwap> {
    let pb::OfferSwapRequest {
        request_id,
        responder_id,
        shift_id,
        expected_version,
        to_responder_id,
        return_shift_id,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    let shift_id = faults.take("shift_id", id(shift_id));
    let to = faults.take("to_responder_id", id(to_responder_id));
    let return_shift_id = faults.take("return_shift_id", optional_id(return_shift_id));
    faults.end(|| {
        let offer = OfferSwap {
            responder_id: responder_id?,
            shift_id: shift_id?,
            expected_version: *expected_version,
            to: to?,
            return_shift_id: return_shift_id?,
        };
        Some((stamp?, offer))
    })
}

/// AnswerSwap.
pub(crate) fn answer_swap(request: &pb::AnswerSwapRequest) -> Stamped<AnswerSwap> {
    let pb::AnswerSwapRequest {
        request_id,
        shift_request_id,
        expected_version,
        answer,
        reason,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_request_id = faults.take("shift_request_id", id(shift_request_id));
    let accepted = faults.take("answer", accepts(*answer));
    let reason = faults.take("reason", optional_code(reason));
    faults.end(|| {
        let answer = AnswerSwap {
            shift_request_id: shift_request_id?,
            expected_version: *expected_version,
            accepted: accepted?,
            reason: reason?,
        };
        Some((stamp?, answer))
    })
}

/// RequestTimeOff; without a zone of its own it is entered in this one.
pub(crate) fn request_time_off(
    request: &pb::RequestTimeOffRequest,
    usual_zone: &str,
) -> Stamped<RequestTimeOff> {
    let pb::RequestTimeOffRequest {
        request_id,
        responder_id,
        local_start,
        local_end,
        zone,
        leave_kind,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    let zone = if zone.is_empty() { usual_zone } else { zone };
    let zone = faults.take("zone", known_zone(zone));
    let from = faults.local("local_start", local_start.as_ref(), zone);
    let until = match local_end {
        Some(_) => faults.local("local_end", local_end.as_ref(), zone).map(Some),
        None => Some(None),
    };
    let leave_kind = faults.take("leave_kind", code(leave_kind));
    faults.end(|| {
        let time_off = RequestTimeOff {
            responder_id: responder_id?,
            from: from?,
            until: until?,
            zone: zone?.to_owned(),
            leave_kind: leave_kind?,
        };
        Some((stamp?, time_off))
    })
}

/// EndTimeOff.
pub(crate) fn end_time_off(request: &pb::EndTimeOffRequest) -> Stamped<EndTimeOff> {
    let pb::EndTimeOffRequest {
        request_id,
        shift_request_id,
        expected_version,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_request_id = faults.take("shift_request_id", id(shift_request_id));
    faults.end(|| {
        let end = EndTimeOff {
            shift_request_id: shift_request_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, end))
    })
}

/// WithdrawRequest.
pub(crate) fn withdraw_request(request: &pb::WithdrawRequestRequest) -> Stamped<WithdrawRequest> {
    let pb::WithdrawRequestRequest {
        request_id,
        shift_request_id,
        expected_version,
        reason,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_request_id = faults.take("shift_request_id", id(shift_request_id));
    let reason = faults.take("reason", optional_code(reason));
    faults.end(|| {
        let withdraw = WithdrawRequest {
            shift_request_id: shift_request_id?,
            expected_version: *expected_version,
            reason: reason?,
        };
        Some((stamp?, withdraw))
    })
}

/// DecideRequest, and whether it is only tried out.
pub(crate) fn decide_request(request: &pb::DecideRequestRequest) -> Stamped<(DecideRequest, bool)> {
    let pb::DecideRequestRequest {
        request_id,
        shift_request_id,
        expected_version,
        decision,
        reason,
        override_reason,
        dry_run,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let shift_request_id = faults.take("shift_request_id", id(shift_request_id));
    let approved = faults.take("decision", approves(*decision));
    let reason = faults.take("reason", optional_code(reason));
    let override_reason = faults.take("override_reason", optional_code(override_reason));
    faults.end(|| {
        let decide = DecideRequest {
            shift_request_id: shift_request_id?,
            expected_version: *expected_version,
            approved: approved?,
            reason: reason?,
            override_reason: override_reason?,
        };
        Some((stamp?, (decide, *dry_run)))
    })
}

/// ListRequests.
pub(crate) fn list_requests(request: &pb::ListRequestsRequest) -> Result<(RequestFilter, Page), Refusal> {
    let pb::ListRequestsRequest {
        responder_id,
        agency_id,
        state,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListRequestsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let states = faults.take("state", states(*state));
    let page = faults.page("requests", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = RequestFilter {
            responder_id: responder_id?,
            agency_id: agency_id?,
            states: states?,
        };
        Some((filter, page?))
    })
}

fn approves(decision: i32) -> Result<bool, Fault> {
    match known::<pb::Decision>(decision, "decision")? {
        pb::Decision::Approve => Ok(true),
        pb::Decision::Decline => Ok(false),
        pb::Decision::Unspecified => Err(Fault::new(Reason::InvalidEnum, "approve or decline")),
    }
}

fn accepts(answer: i32) -> Result<bool, Fault> {
    match known::<pb::SwapAnswer>(answer, "answer")? {
        pb::SwapAnswer::Accept => Ok(true),
        pb::SwapAnswer::Decline => Ok(false),
        pb::SwapAnswer::Unspecified => Err(Fault::new(Reason::InvalidEnum, "accept or decline")),
    }
}

fn states(state: i32) -> Result<Vec<RequestState>, Fault> {
    if state == 0 {
        return Ok(Vec::new());
    }
    Ok(match known::<pb::RequestState>(state, "state")? {
        pb::RequestState::Requested => vec![RequestState::Requested],
        pb::RequestState::Offered => vec![RequestState::Offered],
        pb::RequestState::Accepted => vec![RequestState::Accepted],
        pb::RequestState::Approved => vec![RequestState::Approved],
        pb::RequestState::Declined => vec![RequestState::Declined],
        pb::RequestState::Withdrawn => vec![RequestState::Withdrawn],
        pb::RequestState::Void => vec![RequestState::Void],
        pb::RequestState::Unspecified => Vec::new(),
    })
}
