//! On-call lists.

use super::faults::{Fault, Faults};
use super::field::{NAME, code, id, known, name, optional_id, required, timestamp};
use super::page::Page;
use super::schedule::known_zone;
use super::{Stamped, desk_work, pb, reported};
use crate::id::{AgencyId, OnCallListId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::shift::on_call::Outcome;
use crate::shift::on_call::command::{
    CancelOnCall, CreateOnCallList, PlanOnCall, RecordCallBackAttempt, RetireOnCallList, UpdateOnCallList,
};

/// How many turns a rotation has.
const MOST_TURNS: usize = 200;
/// What an update may change.
const PATHS: &[&str] = &["name", "area_id", "responder_ids"];

/// CreateOnCallList.
pub(crate) fn create_on_call_list(request: &pb::CreateOnCallListRequest) -> Stamped<CreateOnCallList> {
    let pb::CreateOnCallListRequest {
        request_id,
        agency_id,
        name: called,
        discipline,
        area_id,
        responder_ids,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let called = faults.take("name", name(called, NAME));
    let discipline = faults.take("discipline", code(discipline));
    let area_id = faults.take("area_id", optional_id(area_id));
    let rotation = faults.take_each("responder_ids", MOST_TURNS, responder_ids, |one| id(one));
    faults.end(|| {
        let create = CreateOnCallList {
            agency_id: agency_id?,
            name: called?,
            discipline: discipline?,
            area_id: area_id?,
            rotation: rotation?,
        };
        Some((stamp?, create))
    })
}

/// UpdateOnCallList. What it is in the message beside the mask is not looked at.
pub(crate) fn update_on_call_list(request: &pb::UpdateOnCallListRequest) -> Stamped<UpdateOnCallList> {
    let pb::UpdateOnCallListRequest {
        request_id,
        on_call_list,
        update_mask,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let mask = faults.mask(update_mask.as_ref(), PATHS, true);
    let asks = |path: &str| mask.contains(path);
    let given = faults
        .take("on_call_list", required(on_call_list.as_ref()))
        .cloned()
        .unwrap_or_default();
    let list_id = on_call_list
        .is_some()
        .then(|| faults.take("on_call_list.on_call_list_id", id(&given.on_call_list_id)))
        .flatten();
    let called = faults.when(asks("name"), "on_call_list.name", || name(&given.name, NAME));
    let area_id = faults.when(asks("area_id"), "on_call_list.area_id", || {
        optional_id(&given.area_id)
    });
    let rotation = if asks("responder_ids") {
        let list = "on_call_list.responder_ids";
        faults
            .take_each(list, MOST_TURNS, &given.responder_ids, |one| id(one))
            .map(Some)
    } else {
        Some(None)
    };
    faults.end(|| {
        let update = UpdateOnCallList {
            list_id: list_id?,
            expected_version: *expected_version,
            name: called?,
            area_id: area_id?,
            rotation: rotation?,
        };
        Some((stamp?, update))
    })
}

/// RetireOnCallList.
pub(crate) fn retire_on_call_list(request: &pb::RetireOnCallListRequest) -> Stamped<RetireOnCallList> {
    let pb::RetireOnCallListRequest {
        request_id,
        on_call_list_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let list_id = faults.take("on_call_list_id", id(on_call_list_id));
    faults.end(|| {
        let retire = RetireOnCallList {
            list_id: list_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, retire))
    })
}

/// Which lists to list.
#[derive(Debug)]
pub(crate) struct ListFilter {
    pub(crate) agency_id: Option<AgencyId>,
    pub(crate) include_retired: bool,
}

/// ListOnCallLists.
pub(crate) fn list_on_call_lists(
    request: &pb::ListOnCallListsRequest,
) -> Result<(ListFilter, Page), Refusal> {
    let pb::ListOnCallListsRequest {
        agency_id,
        include_retired,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListOnCallListsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let page = faults.page("on_call_lists", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = ListFilter {
            agency_id: agency_id?,
            include_retired: *include_retired,
        };
        Some((filter, page?))
    })
}

/// PlanOnCall; without a zone of its own it has that which is usual for its list.
pub(crate) fn plan_on_call<'z>(
    request: &'z pb::PlanOnCallRequest,
    usual_zone: impl FnOnce(Option<OnCallListId>) -> &'z str,
) -> Stamped<PlanOnCall> {
    let pb::PlanOnCallRequest {
        request_id,
        on_call_list_id,
        expected_version,
        responder_id,
        local_start,
        local_end,
        zone,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let list_id = faults.take("on_call_list_id", id(on_call_list_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    let zone = match zone.as_str() {
        "" => usual_zone(list_id),
        zone => zone,
    };
    let zone = faults.take("zone", known_zone(zone));
    let start = faults.local("local_start", local_start.as_ref(), zone);
    let end = faults.local("local_end", local_end.as_ref(), zone);
    faults.end(|| {
        let plan = PlanOnCall {
            list_id: list_id?,
            expected_version: *expected_version,
            responder_id: responder_id?,
            window: Window {
                start: start?,
                end: end?,
            },
        };
        Some((stamp?, plan))
    })
}

/// CancelOnCall.
pub(crate) fn cancel_on_call(request: &pb::CancelOnCallRequest) -> Stamped<CancelOnCall> {
    let pb::CancelOnCallRequest {
        request_id,
        on_call_list_id,
        expected_version,
        responder_id,
        start,
        end,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let list_id = faults.take("on_call_list_id", id(on_call_list_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    let start = faults.take("start", required(start.as_ref()).and_then(timestamp));
    let end = faults.take("end", required(end.as_ref()).and_then(timestamp));
    if start.zip(end).is_some_and(|(start, end)| end <= start) {
        faults.note("end", Reason::InvalidWindow, "it ends after it starts");
    }
    faults.end(|| {
        let cancel = CancelOnCall {
            list_id: list_id?,
            expected_version: *expected_version,
            responder_id: responder_id?,
            window: Window {
                start: start?,
                end: end?,
            },
        };
        Some((stamp?, cancel))
    })
}

/// RecordCallBackAttempt.
pub(crate) fn record_call_back_attempt(
    request: &pb::RecordCallBackAttemptRequest,
) -> Stamped<RecordCallBackAttempt> {
    let pb::RecordCallBackAttemptRequest {
        request_id,
        on_call_list_id,
        shift_id,
        responder_id,
        outcome: came_of_it,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let list_id = faults.take("on_call_list_id", id(on_call_list_id));
    let shift_id = faults.take("shift_id", id(shift_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    let came_of_it = faults.take("outcome", outcome(*came_of_it));
    faults.end(|| {
        let attempt = RecordCallBackAttempt {
            list_id: list_id?,
            shift_id: shift_id?,
            responder_id: responder_id?,
            outcome: came_of_it?,
        };
        Some((stamp?, attempt))
    })
}

/// ListCallBackAttempts.
pub(crate) fn list_call_back_attempts(
    request: &pb::ListCallBackAttemptsRequest,
) -> Result<(OnCallListId, Page), Refusal> {
    let pb::ListCallBackAttemptsRequest {
        on_call_list_id,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListCallBackAttemptsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let list_id = faults.take("on_call_list_id", id(on_call_list_id));
    let page = faults.page("call_back_attempts", &filter, *page_size, page_token);
    faults.end(|| Some((list_id?, page?)))
}

fn outcome(value: i32) -> Result<Outcome, Fault> {
    match known::<pb::CallBackOutcome>(value, "outcome")? {
        pb::CallBackOutcome::Accepted => Ok(Outcome::Accepted),
        pb::CallBackOutcome::Declined => Ok(Outcome::Declined),
        pb::CallBackOutcome::NotAvailable => Ok(Outcome::NotAvailable),
        pb::CallBackOutcome::NoAnswer => Ok(Outcome::NoAnswer),
        pb::CallBackOutcome::WrongNumber => Ok(Outcome::WrongNumber),
        pb::CallBackOutcome::NoLongerActive => Ok(Outcome::NoLongerActive),
        pb::CallBackOutcome::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known outcome")),
    }
}
