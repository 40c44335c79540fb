//! Hours worked, and payroll.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::harness::town::NOON;

impl Stage<'_> {
    /// Five minutes of work that nobody had before, for this one.
    fn forgotten(&self, responder_id: &str) -> pb::AddHoursRequest {
        let start = NOON.micros() / 1_000_000 - 20 * 86_400 + i64::from(self.next()) * 600;
        let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        pb::AddHoursRequest {
            request_id: self.request_id(),
            responder_id: responder_id.to_owned(),
            kind: pb::WorkKind::CallBack.into(),
            start: at(start),
            end: at(start + 300),
            reason: "forgot_to_sign_on".to_owned(),
        }
    }

    async fn added(&self, responder_id: &str) -> pb::Timesheet {
        let request = self.forgotten(responder_id);
        let added = self.town.admin.hours().add_hours(request).await.unwrap();
        added.into_inner().timesheet.unwrap()
    }

    pub(super) async fn hours(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let (agency_id, from_date) = ("bhr".to_owned(), "2026-05-01".to_owned());
        let until_date = "2026-06-15".to_owned();
        Some(match method {
            "ListTimesheets" => {
                self.added(&self.subject.id).await;
                ask!(
                    hours.list_timesheets,
                    pb::ListTimesheetsRequest::default(),
                    |answer| !answer.timesheets.is_empty()
                )
            }
            "AddHours" => {
                let request = self.forgotten(&self.joined().await.responder_id);
                ask!(hours.add_hours, request, |answer| answer.timesheet.is_some())
            }
            "CorrectHours" => {
                let sheet = self.added(&self.joined().await.responder_id).await;
                ask!(
                    hours.correct_hours,
                    pb::CorrectHoursRequest {
                        request_id,
                        timesheet_id: sheet.timesheet_id,
                        expected_version: sheet.version,
                        number: 1,
                        void: true,
                        reason: "not_so".to_owned(),
                        ..Default::default()
                    },
                    |answer| answer.timesheet.unwrap().worked[0].entry.unwrap().void
                )
            }
            "ApproveHours" => {
                let sheet = self.added(&self.joined().await.responder_id).await;
                ask!(
                    hours.approve_hours,
                    pb::ApproveHoursRequest {
                        request_id,
                        timesheet_id: sheet.timesheet_id,
                        expected_version: sheet.version,
                    },
                    |answer| answer.timesheet.unwrap().approved_at.is_some()
                )
            }
            "ReopenHours" => {
                let sheet = self.added(&self.joined().await.responder_id).await;
                let approve = pb::ApproveHoursRequest {
                    request_id: self.request_id(),
                    timesheet_id: sheet.timesheet_id.clone(),
                    expected_version: sheet.version,
                };
                let supervisor = self
                    .town
                    .client(tandem::board::Role::Supervisor, "sam", None)
                    .await;
                let approved = supervisor.hours().approve_hours(approve).await.unwrap();
                ask!(
                    hours.reopen_hours,
                    pb::ReopenHoursRequest {
                        request_id,
                        timesheet_id: sheet.timesheet_id,
                        expected_version: approved.into_inner().timesheet.unwrap().version,
                    },
                    |answer| answer.timesheet.unwrap().approved_at.is_none()
                )
            }
            "ExportPayroll" => {
                let request = pb::ExportPayrollRequest {
                    agency_id,
                    from_date,
                    until_date,
                };
                Ask(Box::new(move |client: crate::harness::town::Client| {
                    let request = request.clone();
                    Box::pin(async move {
                        let mut parts = client.hours().export_payroll(request).await?.into_inner();
                        Ok(parts
                            .message()
                            .await?
                            .is_some_and(|part| !part.csv_chunk.is_empty()))
                    })
                }))
            }
            "ConfirmPayroll" => {
                self.added(&self.joined().await.responder_id).await;
                ask!(
                    hours.confirm_payroll,
                    pb::ConfirmPayrollRequest {
                        request_id,
                        agency_id,
                        from_date,
                        until_date,
                    },
                    |answer| !answer.agency.unwrap().pay_periods.is_empty()
                )
            }
            _ => return None,
        })
    }
}
