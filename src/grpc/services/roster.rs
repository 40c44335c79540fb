//! `RosterService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, roster_service_server::RosterService};
use super::super::wire::parse::{credential as of_paper, roster as parse};
use super::super::wire::render::Render;
use super::{Services, Session, after, key, page_of};
use crate::id::{CredentialId, ResponderId};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::roster::{Credential, Expiring, Responder, expiring};

/// Sorts behind every day.
const NO_END: &str = "~";

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
    pub(super) fn keeps(&self, responder_id: ResponderId) -> Result<(), Refusal> {
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
        let answer = session.of_responder(&session.ask(stamp, command).await?)?;
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
            responder: Some(session.show(|render| render.responder(&responder))),
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
        let render = Render::new(&board, session.caller.viewer(), session.now());
        Ok(Response::new(pb::ListRespondersResponse {
            responders: rows.into_iter().map(|row| render.responder(row)).collect(),
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
        let answer = session.of_responder(&session.ask(stamp, command).await?)?;
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
        let answer = session.of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RetireResponderResponse {
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn rehire_responder(
        &self,
        request: Request<pb::RehireResponderRequest>,
    ) -> Result<Response<pb::RehireResponderResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::rehire_responder(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let answer = session.of_responder(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RehireResponderResponse {
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
        let (stamp, command) = of_paper::grant_credential(request.get_ref(), &zone)?;
        session.keeps(command.responder_id)?;
        let (valid_until, granted) = (command.valid_until.clone(), session.ask(stamp, command).await?);
        let (credential, answer) = session.of_credential(&granted)?;
        Ok(Response::new(pb::GrantCredentialResponse {
            lapsed_already: valid_until.is_some_and(|(_, lapses_at)| lapses_at <= granted.at),
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
        let (stamp, command) = of_paper::revoke_credential(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let (credential, answer) = session.of_credential(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RevokeCredentialResponse {
            credential: Some(credential),
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn update_credential(
        &self,
        request: Request<pb::UpdateCredentialRequest>,
    ) -> Result<Response<pb::UpdateCredentialResponse>, Status> {
        let session = self.session(&request).await?;
        let zone = session.center.board().jurisdiction.zone.clone();
        let (stamp, command) = of_paper::update_credential(request.get_ref(), &zone)?;
        session.keeps(command.responder_id)?;
        let (credential, answer) = session.of_credential(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::UpdateCredentialResponse {
            credential: Some(credential),
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn set_credential_verification(
        &self,
        request: Request<pb::SetCredentialVerificationRequest>,
    ) -> Result<Response<pb::SetCredentialVerificationResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = of_paper::set_credential_verification(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let (credential, answer) = session.of_credential(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::SetCredentialVerificationResponse {
            credential: Some(credential),
            responder: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn list_expiring(
        &self,
        request: Request<pb::ListExpiringRequest>,
    ) -> Result<Response<pb::ListExpiringResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = of_paper::list_expiring(request.get_ref())?;
        let (board, now) = (session.center.board(), session.now());
        let found = expiring(&board, now, filter.until(now), |holder| filter.of(holder));
        let place_before: Option<(Moment, CredentialId)> = after(&page);
        let from_there = found
            .into_iter()
            .filter(|one| place_before.is_none_or(|before| one.place() > before));
        let mut rows: Vec<Expiring<'_>> = from_there.take(page.size + 1).collect();
        let next_page_token = page.cut(&mut rows, |row| key(row.lapses_at, row.credential.id));
        let render = Render::new(&board, session.caller.viewer(), now);
        let shown = rows.into_iter().map(|row| row.with_shifts(&board));
        Ok(Response::new(pb::ListExpiringResponse {
            credentials: shown.map(|row| render.expiring(&row, board.policy())).collect(),
            next_page_token,
        }))
    }

    async fn list_credentials(
        &self,
        request: Request<pb::ListCredentialsRequest>,
    ) -> Result<Response<pb::ListCredentialsResponse>, Status> {
        let session = self.session(&request).await?;
        let board = session.center.board();
        let (filter, page) = of_paper::list_credentials(request.get_ref(), &board.jurisdiction.zone)?;
        if let Some(id) = filter.responder_id
            && !board.responders.contains_key(&id)
        {
            return Err(Refusal::not_found("responder", id)
                .at_field("responder_id")
                .into());
        }
        let holders = board.responders.values();
        let mut listed: Vec<(&Responder, &Credential)> = holders
            .filter(|holder| filter.of(holder))
            .flat_map(|holder| holder.papers().map(move |held| (holder, held)))
            .filter(|(_, held)| filter.admits(held))
            .collect();
        let key = |(_, held): &(&Responder, &Credential)| {
            let last_day = held.valid_until.as_deref().unwrap_or(NO_END);
            format!("{last_day}/{}", held.id)
        };
        listed.sort_by_cached_key(key);
        let (rows, next_page_token) = page_of(&page, listed.into_iter(), key);
        let render = Render::new(&board, session.caller.viewer(), session.now());
        let credentials = rows.into_iter().map(|(holder, held)| pb::HeldCredential {
            holder: Some(render.partner(holder.id)),
            agency_id: holder.agency_id.to_string(),
            credential: Some(render.credential(held)),
        });
        Ok(Response::new(pb::ListCredentialsResponse {
            credentials: credentials.collect(),
            next_page_token,
        }))
    }
}
