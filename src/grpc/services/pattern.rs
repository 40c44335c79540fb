//! `PatternService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, pattern_service_server::PatternService};
use super::super::wire::parse::pattern as parse;
use super::super::wire::render;
use super::answer::of_pattern;
use super::{Services, Session, page_of, unexpected};
use crate::board::Reply;
use crate::id::PatternId;
use crate::refusal::Refusal;
use crate::shift::pattern::Pattern;

impl Session {
    fn pattern(&self, pattern_id: PatternId) -> Result<Pattern, Refusal> {
        let standing = self.center.board().patterns.get(&pattern_id).cloned();
        standing.ok_or_else(|| Refusal::not_found("pattern", pattern_id))
    }

    /// Whether the caller keeps the schedule that this pattern is for.
    fn keeps_pattern(&self, pattern_id: PatternId) -> Result<(), Refusal> {
        self.caller.keep_roster_of(&self.pattern(pattern_id)?.agency_id)
    }
}

#[tonic::async_trait]
impl PatternService for Services {
    async fn create_pattern(
        &self,
        request: Request<pb::CreatePatternRequest>,
    ) -> Result<Response<pb::CreatePatternResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = {
            let board = session.center.board();
            parse::create_pattern(request.get_ref(), |area_id| board.zone_of(area_id))?
        };
        session.caller.keep_roster_of(&command.agency_id)?;
        let answer = of_pattern(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CreatePatternResponse {
            pattern: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn update_pattern(
        &self,
        request: Request<pb::UpdatePatternRequest>,
    ) -> Result<Response<pb::UpdatePatternResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::update_pattern(request.get_ref())?;
        session.keeps_pattern(command.pattern_id)?;
        let answer = of_pattern(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::UpdatePatternResponse {
            pattern: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn get_pattern(
        &self,
        request: Request<pb::GetPatternRequest>,
    ) -> Result<Response<pb::GetPatternResponse>, Status> {
        let session = self.session(&request).await?;
        let pattern = session.pattern(parse::get_pattern(request.get_ref())?)?;
        Ok(Response::new(pb::GetPatternResponse {
            pattern: Some(render::pattern(&pattern)),
            revision: session.center.board().revision,
        }))
    }

    async fn list_patterns(
        &self,
        request: Request<pb::ListPatternsRequest>,
    ) -> Result<Response<pb::ListPatternsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_patterns(request.get_ref())?;
        let board = session.center.board();
        let listed = board.patterns.values().filter(|pattern| {
            let of_agency = filter
                .agency_id
                .as_ref()
                .is_none_or(|id| *id == pattern.agency_id);
            of_agency && (filter.include_retired || pattern.retired_at.is_none())
        });
        let (rows, next_page_token) = page_of(&page, listed, |row| row.id.to_string());
        Ok(Response::new(pb::ListPatternsResponse {
            patterns: rows.into_iter().map(render::pattern).collect(),
            next_page_token,
        }))
    }

    async fn retire_pattern(
        &self,
        request: Request<pb::RetirePatternRequest>,
    ) -> Result<Response<pb::RetirePatternResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::retire_pattern(request.get_ref())?;
        session.keeps_pattern(command.pattern_id)?;
        let answer = of_pattern(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::RetirePatternResponse {
            pattern: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn publish_pattern(
        &self,
        request: Request<pb::PublishPatternRequest>,
    ) -> Result<Response<pb::PublishPatternResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::publish_pattern(request.get_ref())?;
        session.keeps_pattern(command.pattern_id)?;
        let dry_run = command.dry_run;
        let answer = if dry_run {
            let asked = stamp.by(&session.caller);
            session.center.rehearse(asked, &command.into())?
        } else {
            session.ask(stamp, command).await?
        };
        let Reply::Publication(publication) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::PublishPatternResponse {
            revision: answer.revision,
            server_time: Some(render::moment(answer.at)),
            ..render::publication(publication, dry_run)
        }))
    }
}
