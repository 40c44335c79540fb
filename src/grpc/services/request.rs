//! `RequestService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, request_service_server::RequestService};
use super::super::wire::parse::request as parse;
use super::super::wire::render::moment;
use super::{Services, Session, after, key};
use crate::id::ShiftRequestId;
use crate::refusal::Refusal;
use crate::request::ShiftRequest;

impl Session {
    /// A request whose schedule the caller keeps, if he keeps any.
    async fn kept(&self, id: ShiftRequestId) -> Result<ShiftRequest, Refusal> {
        let request = self.center.request(id).await?;
        self.caller.keep_roster_of(&request.agency_id)?;
        Ok(request)
    }
}

#[tonic::async_trait]
impl RequestService for Services {
    async fn list_open_shifts(
        &self,
        request: Request<pb::ListOpenShiftsRequest>,
    ) -> Result<Response<pb::ListOpenShiftsResponse>, Status> {
        let session = self.session(&request).await?;
        let (agency_id, page) = parse::list_open_shifts(request.get_ref())?;
        let (caller, most) = (&session.caller, page.rows_to_read());
        let open = session
            .center
            .open_shifts(caller, agency_id.as_ref(), after(&page), most);
        let mut rows = open;
        let next_page_token = page.cut(&mut rows, |row| key(row.planned.start, row.id));
        Ok(Response::new(pb::ListOpenShiftsResponse {
            shifts: session.show(|render| rows.iter().map(|row| render.shift(row)).collect()),
            next_page_token,
        }))
    }

    async fn sign_up_for_shift(
        &self,
        request: Request<pb::SignUpForShiftRequest>,
    ) -> Result<Response<pb::SignUpForShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::sign_up_for_shift(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        session.plans(command.shift_id).await?;
        let answer = session.of_request(&session.ask(stamp, command).await?)?.0;
        Ok(Response::new(pb::SignUpForShiftResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn get_swap_partners(
        &self,
        request: Request<pb::GetSwapPartnersRequest>,
    ) -> Result<Response<pb::GetSwapPartnersResponse>, Status> {
        let session = self.session(&request).await?;
        let shift_id = parse::get_swap_partners(request.get_ref())?;
        let shift = session.center.shift(shift_id).await?;
        session.caller.keep_roster_of(&shift.agency_id)?;
        if let Some(his) = shift.responder_id {
            session.caller.act_for(his)?;
        }
        let (revision, partners) = session.center.swap_partners(shift_id)?;
        let now = session.now();
        Ok(Response::new(session.show(|render| {
            pb::GetSwapPartnersResponse {
                partners: partners.iter().map(|one| render.swap_partner(one)).collect(),
                revision,
                server_time: Some(moment(now)),
            }
        })))
    }

    async fn offer_swap(
        &self,
        request: Request<pb::OfferSwapRequest>,
    ) -> Result<Response<pb::OfferSwapResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::offer_swap(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        session.plans(command.shift_id).await?;
        let answer = session.of_request(&session.ask(stamp, command).await?)?.0;
        Ok(Response::new(pb::OfferSwapResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn answer_swap(
        &self,
        request: Request<pb::AnswerSwapRequest>,
    ) -> Result<Response<pb::AnswerSwapResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::answer_swap(request.get_ref())?;
        let asked = session.kept(command.shift_request_id).await?;
        session
            .caller
            .act_for(asked.partner().unwrap_or(asked.responder_id))?;
        let answer = session.of_request(&session.ask(stamp, command).await?)?.0;
        Ok(Response::new(pb::AnswerSwapResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn request_time_off(
        &self,
        request: Request<pb::RequestTimeOffRequest>,
    ) -> Result<Response<pb::RequestTimeOffResponse>, Status> {
        let session = self.session(&request).await?;
        let zone = session.center.board().jurisdiction.zone.clone();
        let (stamp, command) = parse::request_time_off(request.get_ref(), &zone)?;
        session.caller.act_for(command.responder_id)?;
        session.keeps(command.responder_id)?;
        let (answer, uncovered_shifts) = session.of_request(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RequestTimeOffResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            uncovered_shifts,
        }))
    }

    async fn end_time_off(
        &self,
        request: Request<pb::EndTimeOffRequest>,
    ) -> Result<Response<pb::EndTimeOffResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::end_time_off(request.get_ref())?;
        let asked = session.kept(command.shift_request_id).await?;
        session.caller.act_for(asked.responder_id)?;
        let answer = session.of_request(&session.ask(stamp, command).await?)?.0;
        Ok(Response::new(pb::EndTimeOffResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn withdraw_request(
        &self,
        request: Request<pb::WithdrawRequestRequest>,
    ) -> Result<Response<pb::WithdrawRequestResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::withdraw_request(request.get_ref())?;
        let asked = session.kept(command.shift_request_id).await?;
        session.caller.act_for(asked.responder_id)?;
        let answer = session.of_request(&session.ask(stamp, command).await?)?.0;
        Ok(Response::new(pb::WithdrawRequestResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn decide_request(
        &self,
        request: Request<pb::DecideRequestRequest>,
    ) -> Result<Response<pb::DecideRequestResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, (command, dry_run)) = parse::decide_request(request.get_ref())?;
        session.kept(command.shift_request_id).await?;
        let answer = if dry_run {
            session
                .center
                .rehearse(stamp.by(&session.caller), &command.into())?
        } else {
            session.ask(stamp, command).await?
        };
        let (answer, shifts) = session.of_request(&answer)?;
        Ok(Response::new(pb::DecideRequestResponse {
            shift_request: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            shifts,
        }))
    }

    async fn list_requests(
        &self,
        request: Request<pb::ListRequestsRequest>,
    ) -> Result<Response<pb::ListRequestsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_requests(request.get_ref())?;
        let (caller, most) = (&session.caller, page.rows_to_read());
        let mut rows = session
            .center
            .requests(caller, filter, after(&page), most)
            .await?;
        let next_page_token = page.cut(&mut rows, |row| key(row.requested_at, row.id));
        Ok(Response::new(pb::ListRequestsResponse {
            shift_requests: session.show(|render| rows.iter().map(|row| render.shift_request(row)).collect()),
            next_page_token,
        }))
    }
}
