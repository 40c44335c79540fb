//! `RosterService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, roster_service_server::RosterService};
use super::super::wire::parse::roster as parse;
use super::super::wire::render;
use super::answer::{of_credential, of_responder};
use super::{Services, Session, page_of};
use crate::id::ResponderId;
use crate::refusal::Refusal;
use crate::roster::Responder;

impl Session {
    fn responder(&self, responder_id: ResponderId) -> Result<Responder, Refusal> {
        self.center
            .board()
            .responders
            .get(&responder_id)
            .cloned()
            .ok_or_else(|| Refusal::not_found("responder", responder_id))
    }

    /// Whether the caller keeps the roster that this responder is on.
    fn keeps(&self, responder_id: ResponderId) -> Result<(), Refusal> {
        self.caller
            .keep_roster_of(&self.responder(responder_id)?.agency_id)
    }
}

#[tonic::async_trait]
impl RosterService for Services {
    async fn create_responder(
        &self,
        request: Request<pb::CreateResponderRequest>,
    ) -> Result<Response<pb::CreateResponderResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::create_responder(request.get_ref())?;
        session.caller.keep_roster_of(&command.agency_id)?;
        let answer = of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CreateResponderResponse {
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn get_responder(
        &self,
        request: Request<pb::GetResponderRequest>,
    ) -> Result<Response<pb::GetResponderResponse>, Status> {
        let session = self.session(&request).await?;
        let responder = session.responder(parse::responder_id(&request.get_ref().responder_id)?)?;
        Ok(Response::new(pb::GetResponderResponse {
            responder: Some(render::responder(&responder)),
            revision: session.center.board().revision,
        }))
    }

    async fn list_responders(
        &self,
        request: Request<pb::ListRespondersRequest>,
    ) -> Result<Response<pb::ListRespondersResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_responders(request.get_ref())?;
        let board = session.center.board();
        let listed = board.responders.values().filter(|responder| {
            filter
                .agency_id
                .as_ref()
                .is_none_or(|agency| *agency == responder.agency_id)
                && (filter.discipline.is_empty() || filter.discipline == responder.discipline)
                && (filter.include_retired || responder.retired_at.is_none())
        });
        let (rows, next_page_token) = page_of(&page, listed, |row| row.id.to_string());
        Ok(Response::new(pb::ListRespondersResponse {
            responders: rows.into_iter().map(render::responder).collect(),
            next_page_token,
        }))
    }

    async fn update_responder(
        &self,
        request: Request<pb::UpdateResponderRequest>,
    ) -> Result<Response<pb::UpdateResponderResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::update_responder(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let answer = of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::UpdateResponderResponse {
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn retire_responder(
        &self,
        request: Request<pb::RetireResponderRequest>,
    ) -> Result<Response<pb::RetireResponderResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::retire_responder(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let answer = of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RetireResponderResponse {
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn grant_credential(
        &self,
        request: Request<pb::GrantCredentialRequest>,
    ) -> Result<Response<pb::GrantCredentialResponse>, Status> {
        let session = self.session(&request).await?;
        let zone = session.center.board().jurisdiction.zone.clone();
        let (stamp, command) = parse::grant_credential(request.get_ref(), &zone)?;
        session.keeps(command.responder_id)?;
        let (credential, answer) = of_credential(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::GrantCredentialResponse {
            credential: Some(credential),
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn revoke_credential(
        &self,
        request: Request<pb::RevokeCredentialRequest>,
    ) -> Result<Response<pb::RevokeCredentialResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::revoke_credential(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let (credential, answer) = of_credential(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RevokeCredentialResponse {
            credential: Some(credential),
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn list_credentials(
        &self,
        request: Request<pb::ListCredentialsRequest>,
    ) -> Result<Response<pb::ListCredentialsResponse>, Status> {
        let session = self.session(&request).await?;
        let (responder_id, page) = parse::list_credentials(request.get_ref())?;
        let responder = session.responder(responder_id)?;
        let (rows, next_page_token) =
            page_of(&page, responder.credentials.values(), |row| row.id.to_string());
        Ok(Response::new(pb::ListCredentialsResponse {
            credentials: rows.into_iter().map(render::credential).collect(),
            next_page_token,
        }))
    }
}
