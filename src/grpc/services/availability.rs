//! `AvailabilityService`.

use tonic::{Request, Response, Status, Streaming};

use super::super::pb::{self, availability_service_server::AvailabilityService};
use super::super::wire::parse::{availability as parse, off_shift, streaming};
use super::super::wire::render::{self, moment};
use super::outlet::Outflow;
use super::streaming::board_stream;
use super::{Services, Session, unexpected};
use crate::board::Reply;
use crate::desk::{Available, PositionReport, Taken};
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};

/// How many positions became the latest, how many of these were dated ahead, how many did not, and how long to wait.
#[derive(Default)]
struct Tally {
    accepted: u32,
    clamped: u32,
    ignored: u32,
    stationary: bool,
}

impl Tally {
    /// Takes a report; `field` is where it stands in the request.
    fn take(&mut self, session: &Session, field: &str, report: PositionReport) -> Result<(), Refusal> {
        session.caller.act_for(report.responder_id)?;
        let taken = session.center.report_position(report);
        match taken.map_err(|refusal| refusal.within(field))? {
            Taken::Latest { clamped } => {
                self.accepted += 1;
                self.clamped += u32::from(clamped);
            }
            Taken::Older | Taken::SignedOff => self.ignored += 1,
        }
        self.stationary = report.stationary;
        Ok(())
    }
}

impl Session {
    /// Whether he may say and read how this one is reached off shift: of himself, or of those whose roster he keeps.
    fn reaches(&self, responder_id: ResponderId) -> Result<(), Refusal> {
        self.caller.act_for(responder_id)?;
        self.keeps(responder_id)
    }
}

#[tonic::async_trait]
impl AvailabilityService for Services {
    async fn set_duty_status(
        &self,
        request: Request<pb::SetDutyStatusRequest>,
    ) -> Result<Response<pb::SetDutyStatusResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::set_duty_status(request.get_ref())?;
        for change in &command.changes {
            session.caller.act_for(change.responder_id)?;
        }
        let answer = session.ask(stamp, command).await?;
        let Reply::Duty(set) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::SetDutyStatusResponse {
            duty_statuses: set
                .iter()
                .map(|(id, duty)| render::duty_status(*id, duty))
                .collect(),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn report_positions(
        &self,
        request: Request<Streaming<pb::ReportPositionsRequest>>,
    ) -> Result<Response<pb::ReportPositionsResponse>, Status> {
        let session = self.session(&request).await?;
        let mut reports = request.into_inner();
        let mut tally = Tally::default();
        while let Some(report) = session.next(&mut reports).await? {
            tally.take(&session, "position", parse::report_positions(&report)?)?;
        }
        Ok(Response::new(pb::ReportPositionsResponse {
            accepted_count: tally.accepted,
            ignored_count: tally.ignored,
            next_report_after_seconds: session.center.next_report_after_seconds(tally.stationary),
            server_time: Some(moment(session.now())),
            clamped_count: tally.clamped,
        }))
    }

    async fn report_position(
        &self,
        request: Request<pb::ReportPositionRequest>,
    ) -> Result<Response<pb::ReportPositionResponse>, Status> {
        let session = self.session(&request).await?;
        let mut tally = Tally::default();
        let reports = parse::report_position(request.get_ref())?;
        // A batch is of those he may speak for, or it is not taken at all.
        for report in &reports {
            session.caller.act_for(report.responder_id)?;
        }
        for (place, report) in reports.into_iter().enumerate() {
            tally.take(&session, &format!("positions[{place}]"), report)?;
        }
        Ok(Response::new(pb::ReportPositionResponse {
            accepted_count: tally.accepted,
            ignored_count: tally.ignored,
            next_report_after_seconds: session.center.next_report_after_seconds(tally.stationary),
            server_time: Some(moment(session.now())),
            clamped_count: tally.clamped,
        }))
    }

    async fn list_available(
        &self,
        request: Request<pb::ListAvailableRequest>,
    ) -> Result<Response<pb::ListAvailableResponse>, Status> {
        let session = self.session(&request).await?;
        let wanted = parse::list_available(request.get_ref())?;
        let (revision, found) =
            session
                .center
                .available(wanted.point, &wanted.discipline, &wanted.qualifications);
        let shown = found
            .into_iter()
            .filter(|one| wanted.include_ineligible || one.rejection.is_none());
        Ok(Response::new(pb::ListAvailableResponse {
            responders: session.show(|render| shown.map(|one| available(render, one)).collect()),
            revision,
            server_time: Some(moment(session.now())),
        }))
    }

    async fn get_board(
        &self,
        request: Request<pb::GetBoardRequest>,
    ) -> Result<Response<pb::GetBoardResponse>, Status> {
        let session = self.session(&request).await?;
        let positions = session.center.positions();
        Ok(Response::new(pb::GetBoardResponse {
            board: Some(session.show(|render| render.board(&positions))),
        }))
    }

    type WatchBoardStream = Outflow<pb::WatchBoardResponse>;

    async fn watch_board(
        &self,
        request: Request<pb::WatchBoardRequest>,
    ) -> Result<Response<Self::WatchBoardStream>, Status> {
        let session = self.session(&request).await?;
        let wish = streaming::watch_board(request.get_ref())?;
        Ok(Response::new(board_stream(session, wish)))
    }

    async fn get_off_shift(
        &self,
        request: Request<pb::GetOffShiftRequest>,
    ) -> Result<Response<pb::GetOffShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let responder_id = off_shift::get_off_shift(request.get_ref())?;
        session.reaches(responder_id)?;
        let now = session.now();
        let (revision, said, words) = session.center.off_shift(responder_id).await?;
        Ok(Response::new(pb::GetOffShiftResponse {
            off_shift: Some(render::off_shift(&said)),
            words: Some(render::off_shift_words(&words)),
            revision,
            server_time: Some(moment(now)),
        }))
    }

    async fn update_off_shift(
        &self,
        request: Request<pb::UpdateOffShiftRequest>,
    ) -> Result<Response<pb::UpdateOffShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let zone = session.center.board().jurisdiction.zone.clone();
        let (stamp, command) = off_shift::update_off_shift(request.get_ref(), &zone)?;
        session.reaches(command.responder_id)?;
        let answer = session.of_off_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::UpdateOffShiftResponse {
            off_shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn declare_arrival(
        &self,
        request: Request<pb::DeclareArrivalRequest>,
    ) -> Result<Response<pb::DeclareArrivalResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = off_shift::declare_arrival(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        let answer = session.of_off_shift(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::DeclareArrivalResponse {
            off_shift: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn get_me(
        &self,
        request: Request<pb::GetMeRequest>,
    ) -> Result<Response<pb::GetMeResponse>, Status> {
        let session = self.session(&request).await?;
        let no_responder = || Refusal::new(Reason::RoleForbidden, "this token is of no responder");
        let me = session.caller.responder_id.ok_or_else(no_responder)?;
        let now = session.now();
        let (responder, shift, duty, assignment, revision) = {
            let board = session.center.board();
            let responder = board.responders.get(&me).cloned();
            let shift = board
                .shift_at(me, now)
                .or_else(|| board.next_shift(me, now))
                .cloned();
            let duty = board.duty.get(&me).cloned();
            let assignment = board.active_assignment(me).cloned();
            (responder, shift, duty, assignment, board.revision)
        };
        let responder = responder.ok_or_else(|| Refusal::not_found("responder", me))?;
        let (call, call_texts) = match &assignment {
            Some(assignment) => {
                let known = session.center.call(&session.caller, assignment.call_id).await?;
                let texts = session.center.texts(&session.caller, &known).await?;
                let texts = super::dispatch::texts_of(&known.0, texts);
                (Some(session.show(|render| render.call(&known.0))), Some(texts))
            }
            None => (None, None),
        };
        let not_sendable = session.center.not_sendable(me, now);
        let mut pending = Vec::new();
        for owed in session.center.owed_by(&session.caller) {
            let (call, _) = session.center.call(&session.caller, owed.call_id).await?;
            pending.push((owed, call));
        }
        Ok(Response::new(pb::GetMeResponse {
            not_sendable: not_sendable.map(|why| session.show(|render| render.rejected(me, &why))),
            pending_dispositions: session.show(|render| {
                let shown = pending.iter().map(|(owed, call)| pb::PendingDisposition {
                    assignment: Some(render.assignment(owed)),
                    call: Some(render.call(call)),
                });
                shown.collect()
            }),
            responder: Some(session.show(|render| render.responder(&responder))),
            shift: shift
                .as_ref()
                .map(|shift| session.show(|render| render.shift(shift))),
            duty_status: duty.as_ref().map(|duty| render::duty_status(me, duty)),
            assignment: assignment
                .as_ref()
                .map(|assignment| session.show(|render| render.assignment(assignment))),
            call,
            call_texts,
            next_report_after_seconds: session.center.next_report_after_seconds(false),
            revision,
            server_time: Some(moment(now)),
        }))
    }
}

fn available(render: &render::Render<'_>, one: Available) -> pb::AvailableResponder {
    pb::AvailableResponder {
        responder: Some(render.partner(one.responder_id)),
        discipline: one.discipline,
        eta_seconds: one.leg.map(|leg| leg.seconds),
        distance_meters: one.leg.map(|leg| leg.meters),
        basis: one
            .leg
            .map(|leg| render::basis(leg.basis))
            .unwrap_or_default()
            .into(),
        position_age_seconds: one.leg.and_then(|leg| leg.age_seconds),
        qualifications: one.qualifications,
        rejected: one.rejection.map(|why| render.rejected(one.responder_id, &why)),
    }
}
