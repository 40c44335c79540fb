//! `ScheduleService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, schedule_service_server::ScheduleService};
use super::super::wire::parse::schedule as parse;
use super::super::wire::render::moment;
use super::{Services, Session, after, key};
use crate::id::ShiftId;
use crate::refusal::Refusal;

impl Session {
    /// Whether the caller keeps the schedule that this shift is on.
    pub(super) async fn plans(&self, shift_id: ShiftId) -> Result<(), Refusal> {
        self.caller
            .keep_roster_of(&self.center.shift(shift_id).await?.agency_id)
    }
}

#[tonic::async_trait]
impl ScheduleService for Services {
    async fn create_shift(
        &self,
        request: Request<pb::CreateShiftRequest>,
    ) -> Result<Response<pb::CreateShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = {
            let board = session.center.board();
            parse::create_shift(request.get_ref(), |area_id| board.zone_of(area_id))?
        };
        session.caller.keep_roster_of(&command.agency_id)?;
        let (answer, lapses, breaches) = session.of_staffed(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CreateShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            lapses,
            breaches,
        }))
    }

    async fn publish_shift(
        &self,
        request: Request<pb::PublishShiftRequest>,
    ) -> Result<Response<pb::PublishShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::publish_shift(request.get_ref())?;
        session.plans(command.shift_id).await?;
        let (answer, lapses, breaches) = session.of_staffed(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::PublishShiftResponse {
            lapses,
            breaches,
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn assign_shift(
        &self,
        request: Request<pb::AssignShiftRequest>,
    ) -> Result<Response<pb::AssignShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::assign_shift(request.get_ref())?;
        session.plans(command.shift_id).await?;
        let (answer, lapses, breaches) = session.of_staffed(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::AssignShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            lapses,
            breaches,
        }))
    }

    async fn get_shift(
        &self,
        request: Request<pb::GetShiftRequest>,
    ) -> Result<Response<pb::GetShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let shift = session.center.shift(parse::get_shift(request.get_ref())?).await?;
        Ok(Response::new(pb::GetShiftResponse {
            shift: Some(session.show(|render| render.shift(&shift))),
            revision: session.center.board().revision,
        }))
    }

    async fn list_shifts(
        &self,
        request: Request<pb::ListShiftsRequest>,
    ) -> Result<Response<pb::ListShiftsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_shifts(request.get_ref())?;
        let mut rows = session
            .center
            .shifts(&session.caller, filter, after(&page), page.rows_to_read())
            .await?;
        let next_page_token = page.cut(&mut rows, |row| key(row.planned.start, row.id));
        Ok(Response::new(pb::ListShiftsResponse {
            shifts: session.show(|render| rows.iter().map(|row| render.shift(row)).collect()),
            next_page_token,
        }))
    }

    async fn cancel_shift(
        &self,
        request: Request<pb::CancelShiftRequest>,
    ) -> Result<Response<pb::CancelShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::cancel_shift(request.get_ref())?;
        session.plans(command.shift_id).await?;
        let answer = session.of_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CancelShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn acknowledge_shift(
        &self,
        request: Request<pb::AcknowledgeShiftRequest>,
    ) -> Result<Response<pb::AcknowledgeShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::acknowledge_shift(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        session.plans(command.shift_id).await?;
        let answer = session.of_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::AcknowledgeShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn hold_over(
        &self,
        request: Request<pb::HoldOverRequest>,
    ) -> Result<Response<pb::HoldOverResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::hold_over(request.get_ref())?;
        session.plans(command.shift_id).await?;
        let (answer, lapses, breaches) = session.of_staffed(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::HoldOverResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            lapses,
            breaches,
        }))
    }

    async fn report_sick(
        &self,
        request: Request<pb::ReportSickRequest>,
    ) -> Result<Response<pb::ReportSickResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::report_sick(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        session.plans(command.shift_id).await?;
        let (answer, call_backs) = session.of_uncovered(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::ReportSickResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
            call_backs,
        }))
    }

    async fn get_call_backs(
        &self,
        request: Request<pb::GetCallBacksRequest>,
    ) -> Result<Response<pb::GetCallBacksResponse>, Status> {
        let session = self.session(&request).await?;
        let shift_id = parse::get_call_backs(request.get_ref())?;
        session.plans(shift_id).await?;
        let now = session.now();
        let could = session.center.call_backs(shift_id, now)?;
        Ok(Response::new(session.show(|render| pb::GetCallBacksResponse {
            call_backs: render.call_backs(&could.1.could),
            on_call_list_id: could.1.list_id.map(|id| id.to_string()).unwrap_or_default(),
            left_out: render.left_out(&could.1.left_out),
            revision: could.0,
            server_time: Some(moment(now)),
        })))
    }
}
