//! `ScheduleService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, schedule_service_server::ScheduleService};
use super::super::wire::parse::schedule as parse;
use super::super::wire::render;
use super::answer::of_shift;
use super::{Services, Session, after, key};
use crate::id::ShiftId;
use crate::refusal::Refusal;

impl Session {
    /// Whether the caller keeps the schedule that this shift is on.
    async fn plans(&self, shift_id: ShiftId) -> Result<(), Refusal> {
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
        let zone = session.center.board().jurisdiction.zone.clone();
        let (stamp, command) = parse::create_shift(request.get_ref(), &zone)?;
        session.caller.keep_roster_of(&command.agency_id)?;
        let answer = of_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CreateShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn publish_shift(
        &self,
        request: Request<pb::PublishShiftRequest>,
    ) -> Result<Response<pb::PublishShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::publish_shift(request.get_ref())?;
        session.plans(command.shift_id).await?;
        let answer = of_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::PublishShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn get_shift(
        &self,
        request: Request<pb::GetShiftRequest>,
    ) -> Result<Response<pb::GetShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let shift = session.center.shift(parse::get_shift(request.get_ref())?).await?;
        Ok(Response::new(pb::GetShiftResponse {
            shift: Some(render::shift(&shift)),
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
            shifts: rows.iter().map(render::shift).collect(),
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
        let answer = of_shift(&session.ask(stamp, command).await?)?;
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
        let answer = of_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::AcknowledgeShiftResponse {
            shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }
}
