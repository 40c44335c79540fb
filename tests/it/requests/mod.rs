//! What people ask of the schedule, through the real door.

mod racing;
mod returning;
mod signing_up;
mod swapping;
mod time_off;

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, Town};

/// An open shift of the clinicians' agency, from nine to five on this day of June.
pub(crate) async fn open_shift(town: &Town, date: u32) -> pb::Shift {
    publish(town, drafted(town, "", date).await).await
}

/// A shift that he works, from nine to five on this day of June.
pub(crate) async fn shift_of(town: &Town, member: &Member, date: u32) -> pb::Shift {
    publish(town, drafted(town, &member.id, date).await).await
}

async fn drafted(town: &Town, responder_id: &str, date: u32) -> pb::Shift {
    let local = |hour: u32| {
        Some(pb::LocalTime {
            local: format!("2026-06-{date:02}T{hour:02}:00"),
            occurrence: 0,
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        responder_id: responder_id.to_owned(),
        local_start: local(9),
        local_end: local(17),
        ..Default::default()
    };
    let created = town.admin.schedule().create_shift(request).await.unwrap();
    created.into_inner().shift.unwrap()
}

async fn publish(town: &Town, shift: pb::Shift) -> pb::Shift {
    let request = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id,
        expected_version: shift.version,
        ..Default::default()
    };
    let published = town.admin.schedule().publish_shift(request).await.unwrap();
    published.into_inner().shift.unwrap()
}

/// The shift as it stands.
pub(crate) async fn now(town: &Town, shift: &pb::Shift) -> pb::Shift {
    let request = pb::GetShiftRequest {
        shift_id: shift.shift_id.clone(),
    };
    let found = town.admin.schedule().get_shift(request).await.unwrap();
    found.into_inner().shift.unwrap()
}

/// A request to work a shift.
pub(crate) fn sign_up(town: &Town, member: &Member, shift: &pb::Shift) -> pb::SignUpForShiftRequest {
    pb::SignUpForShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        responder_id: member.id.clone(),
        expected_version: shift.version,
        channel: pb::Channel::App.into(),
        occurred_at: None,
    }
}

pub(crate) async fn signed_up(
    town: &Town,
    member: &Member,
    shift: &pb::Shift,
) -> Result<pb::ShiftRequest, Status> {
    let request = sign_up(town, member, shift);
    let asked = member.client.request().sign_up_for_shift(request).await?;
    Ok(asked.into_inner().shift_request.unwrap())
}

/// A decision of a request, as it was read.
pub(crate) fn decision(
    town: &Town,
    request: &pb::ShiftRequest,
    decision: pb::Decision,
) -> pb::DecideRequestRequest {
    pb::DecideRequestRequest {
        request_id: town.request_id(),
        shift_request_id: request.shift_request_id.clone(),
        expected_version: request.version,
        decision: decision.into(),
        ..Default::default()
    }
}

pub(crate) async fn approve(
    by: &Client,
    town: &Town,
    request: &pb::ShiftRequest,
) -> Result<pb::DecideRequestResponse, Status> {
    let decision = decision(town, request, pb::Decision::Approve);
    Ok(by.request().decide_request(decision).await?.into_inner())
}

/// Takes a request back, as it was read.
pub(crate) fn withdrawal(town: &Town, request: &pb::ShiftRequest) -> pb::WithdrawRequestRequest {
    pb::WithdrawRequestRequest {
        request_id: town.request_id(),
        shift_request_id: request.shift_request_id.clone(),
        expected_version: request.version,
        channel: pb::Channel::App.into(),
        ..Default::default()
    }
}

/// Every request that this caller may read, the latest first.
async fn listed(by: &Client) -> Vec<pb::ShiftRequest> {
    let request = pb::ListRequestsRequest::default();
    let listed = by.request().list_requests(request).await.unwrap();
    listed.into_inner().shift_requests
}

/// The request as it stands.
async fn standing(town: &Town, request: &pb::ShiftRequest) -> pb::ShiftRequest {
    let mut all = listed(&town.admin).await;
    all.retain(|one| one.shift_request_id == request.shift_request_id);
    all.remove(0)
}

async fn hr(town: &Town) -> Client {
    town.client(Role::Hr, "hana", None).await
}

/// What somebody has heard of since this token: the kinds, update by update.
async fn heard_since(of: &Client, resume_token: &str) -> (Vec<Vec<pb::EventKind>>, String) {
    let request = pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let heard = of.streaming().list_events(request).await.unwrap().into_inner();
    let kinds = |update: pb::Update| update.events.iter().map(pb::Event::kind).collect();
    (heard.updates.into_iter().map(kinds).collect(), heard.resume_token)
}

/// An offer of one's shift for the other's, or for nothing.
pub(crate) fn offer(
    town: &Town,
    (member, shift): (&Member, &pb::Shift),
    to: &Member,
    returned: Option<&pb::Shift>,
) -> pb::OfferSwapRequest {
    pb::OfferSwapRequest {
        request_id: town.request_id(),
        responder_id: member.id.clone(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        to_responder_id: to.id.clone(),
        return_shift_id: returned.map(|shift| shift.shift_id.clone()).unwrap_or_default(),
        channel: pb::Channel::App.into(),
        occurred_at: None,
    }
}

pub(crate) fn answer(
    town: &Town,
    request: &pb::ShiftRequest,
    answer: pb::SwapAnswer,
) -> pb::AnswerSwapRequest {
    pb::AnswerSwapRequest {
        request_id: town.request_id(),
        shift_request_id: request.shift_request_id.clone(),
        expected_version: request.version,
        answer: answer.into(),
        channel: pb::Channel::App.into(),
        ..Default::default()
    }
}

/// A swap that the other has accepted.
async fn accepted(
    town: &Town,
    given: (&Member, &pb::Shift),
    to: &Member,
    returned: Option<&pb::Shift>,
) -> Result<pb::ShiftRequest, Status> {
    let offered = given
        .0
        .client
        .request()
        .offer_swap(offer(town, given, to, returned))
        .await?;
    let offered = offered.into_inner().shift_request.unwrap();
    let yes = answer(town, &offered, pb::SwapAnswer::Accept);
    let accepted = to.client.request().answer_swap(yes).await?;
    Ok(accepted.into_inner().shift_request.unwrap())
}

/// A vacation over these days of June, the second one not included.
pub(crate) fn vacation(town: &Town, member: &Member, from: u32, until: u32) -> pb::RequestTimeOffRequest {
    let midnight = |date: u32| {
        Some(pb::LocalTime {
            local: format!("2026-06-{date:02}T00:00"),
            occurrence: 0,
        })
    };
    pb::RequestTimeOffRequest {
        request_id: town.request_id(),
        responder_id: member.id.clone(),
        local_start: midnight(from),
        local_end: midnight(until),
        leave_kind: "vacation".to_owned(),
        channel: pb::Channel::App.into(),
        ..Default::default()
    }
}

pub(crate) async fn time_off(
    town: &Town,
    member: &Member,
    from: u32,
    until: u32,
) -> Result<pb::RequestTimeOffResponse, Status> {
    let request = vacation(town, member, from, until);
    Ok(member
        .client
        .request()
        .request_time_off(request)
        .await?
        .into_inner())
}

pub(crate) fn end_of(town: &Town, leave: &pb::ShiftRequest) -> pb::EndTimeOffRequest {
    pb::EndTimeOffRequest {
        request_id: town.request_id(),
        shift_request_id: leave.shift_request_id.clone(),
        expected_version: leave.version,
        channel: pb::Channel::Phone.into(),
        occurred_at: None,
    }
}

async fn assign(town: &Town, shift: &pb::Shift, responder_id: &str) -> Result<pb::Shift, Status> {
    let request = pb::AssignShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        responder_id: responder_id.to_owned(),
        ..Default::default()
    };
    let assigned = town.admin.schedule().assign_shift(request).await?;
    Ok(assigned.into_inner().shift.unwrap())
}
