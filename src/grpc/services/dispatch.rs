//! `DispatchService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, dispatch_service_server::DispatchService};
use super::super::wire::parse::{call as parse, call_course as course, call_verb as verb};
use super::super::wire::render::{alert, moment};
use super::{Services, after, key, unexpected};
use crate::board::{Reply, Role};
use crate::desk::Raised;
use crate::dispatch::{Call, Contact, Remark, Text, TextClass};
use crate::moment::Moment;

/// A change of a call that answers with the call and who is on it.
macro_rules! change_of_call {
    ($self:ident, $request:ident, $parse:path, $response:ident) => {{
        let session = $self.session(&$request).await?;
        let (stamp, command) = $parse($request.get_ref())?;
        let answer = session.of_call(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::$response {
            call: answer.call,
            assignment: answer.assignment,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }};
}

/// The same, with the report of the match that it led to.
macro_rules! sending_of_call {
    ($self:ident, $request:ident, $parse:path, $response:ident) => {{
        let session = $self.session(&$request).await?;
        let (stamp, command) = $parse($request.get_ref())?;
        let answer = session.of_call(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::$response {
            call: answer.call,
            assignment: answer.assignment,
            report: answer.report,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }};
}

#[tonic::async_trait]
impl DispatchService for Services {
    async fn open_call(
        &self,
        request: Request<pb::OpenCallRequest>,
    ) -> Result<Response<pb::OpenCallResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, (command, dry_run)) = parse::open_call(request.get_ref())?;
        let asked = stamp.by(&session.caller);
        let answer = if dry_run {
            session.center.try_out(asked, command)?
        } else {
            session.center.ask(asked, command).await?
        };
        let of_call = session.of_call(&answer)?;
        Ok(Response::new(pb::OpenCallResponse {
            // A new call always comes with the report of its first match.
            existing: of_call.report.is_none(),
            call: of_call.call,
            assignment: of_call.assignment,
            report: of_call.report,
            revision: of_call.revision,
            server_time: of_call.server_time,
        }))
    }

    async fn get_call(
        &self,
        request: Request<pb::GetCallRequest>,
    ) -> Result<Response<pb::GetCallResponse>, Status> {
        let session = self.session(&request).await?;
        let key = parse::get_call(request.get_ref())?;
        let known = session.center.call_by_key(&session.caller, &key).await?;
        let texts = session.center.texts(&session.caller, &known).await?;
        let (call, assignment) = &known;
        let texts = Some(texts_of(call, texts));
        let revision = session.center.board().revision;
        Ok(Response::new(session.show(|render| {
            pb::GetCallResponse {
                call: Some(render.call(call)),
                assignment: assignment
                    .as_ref()
                    .map(|assignment| render.assignment(assignment)),
                texts,
                revision,
            }
        })))
    }

    async fn list_calls(
        &self,
        request: Request<pb::ListCallsRequest>,
    ) -> Result<Response<pb::ListCallsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_calls(request.get_ref())?;
        let mut rows = session
            .center
            .calls(&filter, after(&page), page.rows_to_read())
            .await?;
        let next_page_token = page.cut(&mut rows, |row| key(row.opened_at, row.id));
        Ok(Response::new(pb::ListCallsResponse {
            calls: session.show(|render| rows.iter().map(|row| render.call(row)).collect()),
            next_page_token,
        }))
    }

    async fn update_call(
        &self,
        request: Request<pb::UpdateCallRequest>,
    ) -> Result<Response<pb::UpdateCallResponse>, Status> {
        change_of_call!(self, request, parse::update_call, UpdateCallResponse)
    }

    async fn retriage_call(
        &self,
        request: Request<pb::RetriageCallRequest>,
    ) -> Result<Response<pb::RetriageCallResponse>, Status> {
        change_of_call!(self, request, verb::retriage_call, RetriageCallResponse)
    }

    async fn cancel_call(
        &self,
        request: Request<pb::CancelCallRequest>,
    ) -> Result<Response<pb::CancelCallResponse>, Status> {
        change_of_call!(self, request, verb::cancel_call, CancelCallResponse)
    }

    async fn merge_calls(
        &self,
        request: Request<pb::MergeCallsRequest>,
    ) -> Result<Response<pb::MergeCallsResponse>, Status> {
        sending_of_call!(self, request, course::merge_calls, MergeCallsResponse)
    }

    async fn link_calls(
        &self,
        request: Request<pb::LinkCallsRequest>,
    ) -> Result<Response<pb::LinkCallsResponse>, Status> {
        change_of_call!(self, request, course::link_calls, LinkCallsResponse)
    }

    async fn split_call(
        &self,
        request: Request<pb::SplitCallRequest>,
    ) -> Result<Response<pb::SplitCallResponse>, Status> {
        sending_of_call!(self, request, course::split_call, SplitCallResponse)
    }

    async fn reassign(
        &self,
        request: Request<pb::ReassignRequest>,
    ) -> Result<Response<pb::ReassignResponse>, Status> {
        sending_of_call!(self, request, course::reassign, ReassignResponse)
    }

    async fn amend_times(
        &self,
        request: Request<pb::AmendTimesRequest>,
    ) -> Result<Response<pb::AmendTimesResponse>, Status> {
        change_of_call!(self, request, course::amend_times, AmendTimesResponse)
    }

    async fn reopen_call(
        &self,
        request: Request<pb::ReopenCallRequest>,
    ) -> Result<Response<pb::ReopenCallResponse>, Status> {
        sending_of_call!(self, request, course::reopen_call, ReopenCallResponse)
    }

    async fn add_remark(
        &self,
        request: Request<pb::AddRemarkRequest>,
    ) -> Result<Response<pb::AddRemarkResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = verb::add_remark(request.get_ref())?;
        let mut named = None;
        if session.caller.role == Role::Responder {
            let (call, _) = session.center.call(&session.caller, command.call_id).await?;
            named = Some(call);
        }
        let answer = session.of_call(&session.ask(stamp, command).await?)?;
        // A merged call continues as another one, which may not be his to see: he is answered with the one that he named.
        let elsewhere = |named: &Call| {
            answer
                .call
                .as_ref()
                .is_none_or(|call| call.call_id != named.id.to_string())
        };
        let named = named.filter(elsewhere);
        Ok(Response::new(pb::AddRemarkResponse {
            call: named.map_or(answer.call.clone(), |named| {
                session.show(|render| Some(render.call(&named)))
            }),
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn list_remarks(
        &self,
        request: Request<pb::ListRemarksRequest>,
    ) -> Result<Response<pb::ListRemarksResponse>, Status> {
        let session = self.session(&request).await?;
        let (call_id, page) = parse::list_remarks(request.get_ref())?;
        let known = session.center.call_that_goes_on(&session.caller, call_id).await?;
        let texts = session.center.texts(&session.caller, &known).await?;
        let text = |id| texts.iter().find(|text: &&Text| text.id == id);
        // What was no remark where it was written has its own author and time: those of its words.
        let written = |one: &Remark, text: &Text| one.was.map_or(one.recorded_at, |_| text.recorded_at);
        let mut remarks: Vec<(Moment, &Remark, &Text)> = known
            .0
            .remarks
            .iter()
            .filter_map(|one| text(one.text_id).map(|text| (written(one, text), one, text)))
            .collect();
        remarks.sort_by_key(|(at, ..)| *at);
        let of_one_moment = |place: usize| {
            let before = remarks[..place].iter().rev();
            before.take_while(|(at, ..)| *at == remarks[place].0).count()
        };
        let readable = remarks.iter().enumerate().map(|(place, (at, one, text))| {
            let key = format!("{:020}-{:06}", at.micros(), of_one_moment(place));
            (key, session.show(|render| render.remark(one, text)))
        });
        // A merge may put remarks between others: their key is their time.
        let place = |(key, _): &(String, pb::Remark)| key.clone();
        let (rows, next_page_token) = super::page_of(&page, readable, place);
        Ok(Response::new(pb::ListRemarksResponse {
            remarks: rows.into_iter().map(|(_, remark)| remark).collect(),
            next_page_token,
        }))
    }

    async fn explain_match(
        &self,
        request: Request<pb::ExplainMatchRequest>,
    ) -> Result<Response<pb::ExplainMatchResponse>, Status> {
        let session = self.session(&request).await?;
        let (call_id, match_id, runners_up) = parse::explain_match(request.get_ref())?;
        let explained = session
            .desk
            .explain(&session.center, call_id, match_id, runners_up)
            .await?;
        Ok(Response::new(pb::ExplainMatchResponse {
            match_id: explained.match_id.to_string(),
            matched_at: Some(moment(explained.situation.at)),
            policy_version: explained.situation.policy_version,
            report: Some(session.show(|render| render.report(&explained.report))),
            replayed_identically: explained.replayed_identically,
        }))
    }

    async fn assign_manually(
        &self,
        request: Request<pb::AssignManuallyRequest>,
    ) -> Result<Response<pb::AssignManuallyResponse>, Status> {
        sending_of_call!(self, request, verb::assign_manually, AssignManuallyResponse)
    }

    async fn join_call(
        &self,
        request: Request<pb::JoinCallRequest>,
    ) -> Result<Response<pb::JoinCallResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = verb::join_call(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        let answer = session.of_call(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::JoinCallResponse {
            call: answer.call,
            assignment: answer.assignment,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn acknowledge_alert(
        &self,
        request: Request<pb::AcknowledgeAlertRequest>,
    ) -> Result<Response<pb::AcknowledgeAlertResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = verb::acknowledge_alert(request.get_ref())?;
        let answer = session.ask(stamp, command).await?;
        let Reply::Alert(acknowledged) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::AcknowledgeAlertResponse {
            alert: Some(alert(acknowledged)),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    async fn raise_emergency(
        &self,
        request: Request<pb::RaiseEmergencyRequest>,
    ) -> Result<Response<pb::RaiseEmergencyResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = verb::raise_emergency(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        let raised = session
            .center
            .raise_emergency(stamp.by(&session.caller), command)
            .await?;
        let (recorded, revision, at) = match &raised {
            Raised::Recorded(answer) => (true, answer.revision, answer.at),
            Raised::CriedOut(alert) => (false, 0, alert.raised_at),
        };
        Ok(Response::new(pb::RaiseEmergencyResponse {
            alert: raised.alert().map(alert),
            recorded,
            revision,
            server_time: Some(moment(at)),
        }))
    }

    async fn check_in(
        &self,
        request: Request<pb::CheckInRequest>,
    ) -> Result<Response<pb::CheckInResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = verb::check_in(request.get_ref())?;
        session.caller.act_for(command.responder_id)?;
        let answer = session.of_assignment(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CheckInResponse {
            assignment: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }
}

/// The words of a call, of those that the caller may read.
pub(super) fn texts_of(call: &Call, readable: Vec<Text>) -> pb::CallTexts {
    let mut texts = pb::CallTexts::default();
    for Text { id, class, body, .. } in readable {
        let id = Some(id);
        if id == call.address_text_id && class == TextClass::Address {
            texts.address = Some(pb::Address { text: body });
        } else if id == call.clinical_text_id && class == TextClass::Clinical {
            texts.clinical_context = Some(pb::ClinicalContext { narrative: body });
        } else if id == call.callback_text_id && class == TextClass::Callback {
            let Contact { phone, name } = Contact::from_text(&body);
            texts.callback = Some(pb::Contact { phone, name });
        } else if id == call.approach_text_id {
            texts.approach_notes = Some(body);
        }
    }
    texts
}
