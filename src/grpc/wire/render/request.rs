//! What people ask of the schedule.

use super::super::super::pb;
use super::event::reporter;
use super::{Render, moment};
use crate::board::Role;
use crate::request::{Bound, Partner, RequestState, ShiftRequest, Swap, TimeOff, Wish};
use crate::shift::civil::to_local;

impl Render<'_> {
    /// A request. Why somebody has time off is for himself, and for whoever keeps the schedule.
    pub(crate) fn shift_request(&self, request: &ShiftRequest) -> pb::ShiftRequest {
        use pb::shift_request::Wish as Wire;
        let keeps = matches!(self.viewer.role, Role::Hr | Role::Supervisor | Role::Admin);
        let his = self.viewer.responder_id == Some(request.responder_id);
        let ended = request.ended.as_ref();
        pb::ShiftRequest {
            shift_request_id: request.id.to_string(),
            agency_id: request.agency_id.to_string(),
            responder_id: request.responder_id.to_string(),
            state: state(request.state).into(),
            requested_at: Some(moment(request.requested_at)),
            requested_by: Some(reporter(&request.requested_by)),
            ended_at: ended.map(|ended| moment(ended.at)),
            ended_by: ended.map(|ended| reporter(&ended.by)),
            reason: ended.map(|ended| ended.reason.clone()).unwrap_or_default(),
            version: request.version,
            wish: Some(match &request.wish {
                Wish::SignUp(shift) => Wire::SignUp(pb::SignUp {
                    shift: Some(bound(shift)),
                }),
                Wish::Swap(wish) => Wire::Swap(swap(wish)),
                Wish::TimeOff(wish) => Wire::TimeOff(time_off(wish, keeps || his)),
            }),
        }
    }

    /// One with whom somebody could swap, by name alone.
    pub(crate) fn swap_partner(&self, partner: &Partner) -> pb::SwapPartner {
        pb::SwapPartner {
            partner: Some(self.partner(partner.responder_id)),
            for_nothing: partner.for_nothing,
            returns: partner.returns.iter().map(bound).collect(),
        }
    }
}

fn swap(swap: &Swap) -> pb::Swap {
    let accepted = swap.accepted.as_ref();
    pb::Swap {
        given: Some(bound(&swap.given)),
        to_responder_id: swap.to.to_string(),
        returned: swap.returned.as_ref().map(bound),
        accepted_at: accepted.map(|accepted| moment(accepted.at)),
        accepted_by: accepted.map(|accepted| reporter(&accepted.by)),
    }
}

fn time_off(time_off: &TimeOff, with_reason: bool) -> pb::TimeOff {
    let local = |at| to_local(at, &time_off.zone).unwrap_or_default();
    let leave_kind = with_reason.then(|| time_off.leave_kind.clone());
    pb::TimeOff {
        from: Some(moment(time_off.from)),
        until: time_off.until.map(moment),
        zone: time_off.zone.clone(),
        local_start: local(time_off.from),
        local_end: time_off.until.map(local).unwrap_or_default(),
        leave_kind: leave_kind.unwrap_or_default(),
        paid: with_reason.then_some(time_off.paid),
    }
}

fn bound(bound: &Bound) -> pb::BoundShift {
    pb::BoundShift {
        shift_id: bound.shift_id.to_string(),
        planned_start: Some(moment(bound.planned.start)),
        planned_end: Some(moment(bound.planned.end)),
    }
}

fn state(state: RequestState) -> pb::RequestState {
    match state {
        RequestState::Requested => pb::RequestState::Requested,
        RequestState::Offered => pb::RequestState::Offered,
        RequestState::Accepted => pb::RequestState::Accepted,
        RequestState::Approved => pb::RequestState::Approved,
        RequestState::Declined => pb::RequestState::Declined,
        RequestState::Withdrawn => pb::RequestState::Withdrawn,
        RequestState::Void => pb::RequestState::Void,
    }
}
