//! `HoursService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, hours_service_server::HoursService};
use super::super::wire::parse::hours as parse;
use super::super::wire::render::{self, moment};
use super::answer::of_timesheet;
use super::outlet::Outflow;
use super::transfer::in_parts;
use super::{Services, Session, unexpected};
use crate::board::Reply;
use crate::desk::internal;
use crate::hours::Timesheet;
use crate::hours::table::{table, unapproved};
use crate::id::TimesheetId;
use crate::refusal::Refusal;
use crate::shift::date::LocalDate;

impl Session {
    /// Whether the caller keeps the roster of whoever's timesheet this is.
    async fn keeps_hours(&self, timesheet_id: TimesheetId) -> Result<(), Refusal> {
        self.caller
            .keep_roster_of(&self.center.timesheet(timesheet_id).await?.agency_id)
    }
}

#[tonic::async_trait]
impl HoursService for Services {
    async fn list_timesheets(
        &self,
        request: Request<pb::ListTimesheetsRequest>,
    ) -> Result<Response<pb::ListTimesheetsResponse>, Status> {
        let session = self.session(&request).await?;
        let (filter, page) = parse::list_timesheets(request.get_ref())?;
        let after = page.after.as_deref().and_then(after);
        let mut rows = session
            .center
            .timesheets(&session.caller, filter, after, page.rows_to_read())
            .await?;
        let next_page_token = page.cut(&mut rows, key);
        Ok(Response::new(pb::ListTimesheetsResponse {
            timesheets: rows.iter().map(render::timesheet).collect(),
            next_page_token,
        }))
    }

    async fn add_hours(
        &self,
        request: Request<pb::AddHoursRequest>,
    ) -> Result<Response<pb::AddHoursResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::add_hours(request.get_ref())?;
        session.keeps(command.responder_id)?;
        let answer = of_timesheet(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::AddHoursResponse {
            timesheet: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn correct_hours(
        &self,
        request: Request<pb::CorrectHoursRequest>,
    ) -> Result<Response<pb::CorrectHoursResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::correct_hours(request.get_ref())?;
        session.keeps_hours(command.timesheet_id).await?;
        let answer = of_timesheet(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::CorrectHoursResponse {
            timesheet: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn approve_hours(
        &self,
        request: Request<pb::ApproveHoursRequest>,
    ) -> Result<Response<pb::ApproveHoursResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::approve_hours(request.get_ref())?;
        session.keeps_hours(command.timesheet_id).await?;
        let answer = of_timesheet(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::ApproveHoursResponse {
            timesheet: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    async fn reopen_hours(
        &self,
        request: Request<pb::ReopenHoursRequest>,
    ) -> Result<Response<pb::ReopenHoursResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::reopen_hours(request.get_ref())?;
        session.keeps_hours(command.timesheet_id).await?;
        let answer = of_timesheet(&session.ask(stamp, command).await?)?;
        Ok(Response::new(pb::ReopenHoursResponse {
            timesheet: answer.value,
            revision: answer.revision,
            server_time: answer.server_time,
        }))
    }

    type ExportPayrollStream = Outflow<pb::ExportPayrollResponse>;

    async fn export_payroll(
        &self,
        request: Request<pb::ExportPayrollRequest>,
    ) -> Result<Response<Self::ExportPayrollStream>, Status> {
        let session = self.session(&request).await?;
        let (agency_id, days) = parse::export_payroll(request.get_ref())?;
        session.keeps_agency(Some(&agency_id))?;
        let now = moment(session.now());
        let sheets = session.center.timesheets_for_payroll(&agency_id, days).await?;
        let board = session.center.board().clone();
        let unapproved_count = unapproved(&board, &sheets, days);
        let whole = tokio::task::spawn_blocking(move || table(&board, &sheets, days)).await;
        let whole = whole.map_err(|gone| internal(&gone))?;
        Ok(Response::new(in_parts(whole, move |part| {
            pb::ExportPayrollResponse {
                csv_chunk: part.to_vec(),
                unapproved_count,
                server_time: Some(now),
            }
        })))
    }

    async fn confirm_payroll(
        &self,
        request: Request<pb::ConfirmPayrollRequest>,
    ) -> Result<Response<pb::ConfirmPayrollResponse>, Status> {
        let session = self.session(&request).await?;
        let (stamp, command) = parse::confirm_payroll(request.get_ref())?;
        session.keeps_agency(Some(&command.agency_id))?;
        let answer = session.ask(stamp, command).await?;
        let Reply::Agency(agency) = &answer.reply else {
            return Err(unexpected(&answer).into());
        };
        Ok(Response::new(pb::ConfirmPayrollResponse {
            agency: Some(render::agency(agency)),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }
}

/// The sort key of a row.
fn key(sheet: &Timesheet) -> String {
    format!("{}/{}", sheet.first_day, sheet.id)
}

/// Where the page before ended. A token that was made here has such a key.
fn after(key: &str) -> Option<(LocalDate, TimesheetId)> {
    let (day, id) = key.split_once('/')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}
