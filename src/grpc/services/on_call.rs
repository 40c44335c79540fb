//! `OnCallService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, on_call_service_server::OnCallService};
use super::super::wire::parse::on_call as parse;
use super::super::wire::render::{self, Render};
use super::answer::{Of, of};
use super::{Services, Session, page_of, unexpected};
use crate::board::{Reply, Role};
use crate::desk::Answer;
use crate::id::{OnCallListId, ResponderId};
use crate::refusal::Refusal;
use crate::shift::on_call::OnCallList;

impl Session {
    /// Whether the caller keeps the roster that this list is of.
    fn keeps_list(&self, list_id: OnCallListId) -> Result<(), Refusal> {
        let agency_id = {
            let board = self.center.board();
            let list = board.on_call.get(&list_id);
            list.map(|list| list.agency_id.clone())
        };
        let agency_id = agency_id.ok_or_else(|| Refusal::not_found("on_call_list", list_id))?;
        self.caller.keep_roster_of(&agency_id)
    }

    fn of_on_call_list(&self, answer: &Answer) -> Result<Of<pb::OnCallList>, Refusal> {
        let Reply::OnCallList(list) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(of(answer, self.show(|render| render.on_call_list(list))))
    }
}

#[tonic::async_trait]
impl OnCallService for Services {
    async fn create_on_call_list(
        &self,
        request: Request<pb::CreateOnCallListRequest>,
    ) -> Result<Response<pb::CreateOnCallListResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::create_on_call_list(request.get_ref())?;
        session.caller.keep_roster_of(&command.agency_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CreateOnCallListResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn update_on_call_list(
        &self,
        request: Request<pb::UpdateOnCallListRequest>,
    ) -> Result<Response<pb::UpdateOnCallListResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::update_on_call_list(request.get_ref())?;
        session.keeps_list(command.list_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::UpdateOnCallListResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn retire_on_call_list(
        &self,
        request: Request<pb::RetireOnCallListRequest>,
    ) -> Result<Response<pb::RetireOnCallListResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::retire_on_call_list(request.get_ref())?;
        session.keeps_list(command.list_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RetireOnCallListResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn list_on_call_lists(
        &self,
        request: Request<pb::ListOnCallListsRequest>,
    ) -> Result<Response<pb::ListOnCallListsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_on_call_lists(request.get_ref())?;
        let board = session.center.board();
        let viewer = session.caller.viewer();
        let own = |list: &&OnCallList| {
            let his = |id: ResponderId| viewer.responder_id == Some(id);
            viewer.role != Role::Responder || list.stints.iter().any(|stint| his(stint.responder_id))
        };
        let listed = board.on_call.values().filter(own).filter(|list| {
            let of_agency = filter.agency_id.as_ref().is_none_or(|id| *id == list.agency_id);
            of_agency && (filter.include_retired || list.retired_at.is_none())
        });
        let (rows, next_page_token) = page_of(&page, listed, |row| row.id.to_string());
        let render = Render::new(&board, viewer.clone(), session.now());
        Ok(Response::new(pb::ListOnCallListsResponse {
            on_call_lists: rows.into_iter().map(|row| render.on_call_list(row)).collect(),
            next_page_token,
        }))
    }

    async fn plan_on_call(
        &self,
        request: Request<pb::PlanOnCallRequest>,
    ) -> Result<Response<pb::PlanOnCallResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = {
            let board = session.center.board();
            parse::plan_on_call(request.get_ref(), |list_id| {
                let list = list_id.and_then(|id| board.on_call.get(&id));
                board.zone_of(list.and_then(|list| list.area_id))
            })?
        };
        session.keeps_list(command.list_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::PlanOnCallResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn cancel_on_call(
        &self,
        request: Request<pb::CancelOnCallRequest>,
    ) -> Result<Response<pb::CancelOnCallResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::cancel_on_call(request.get_ref())?;
        session.keeps_list(command.list_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CancelOnCallResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn record_call_back_attempt(
        &self,
        request: Request<pb::RecordCallBackAttemptRequest>,
    ) -> Result<Response<pb::RecordCallBackAttemptResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::record_call_back_attempt(request.get_ref())?;
        session.keeps_list(command.list_id)?;
        let answer = session.of_on_call_list(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RecordCallBackAttemptResponse {
            on_call_list: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn list_call_back_attempts(
        &self,
        request: Request<pb::ListCallBackAttemptsRequest>,
    ) -> Result<Response<pb::ListCallBackAttemptsResponse>, Status> {
        let session = self.session(&request).await?;
        let (list_id, page) = parse::list_call_back_attempts(request.get_ref())?;
        session.keeps_list(list_id)?;
        let before = page.after.as_deref().and_then(|number| number.parse().ok());
        let found = session
            .center
            .call_back_attempts(list_id, before, page.rows_to_read());
        let mut rows = found.await?;
        let next_page_token = page.cut(&mut rows, |row| row.number.to_string());
        Ok(Response::new(pb::ListCallBackAttemptsResponse {
            attempts: rows.iter().map(render::attempt).collect(),
            next_page_token,
        }))
    }
}
