//! Hours worked, and payroll.

use super::faults::{Fault, Faults};
use super::field::{code, date, id, known, optional_id, required, timestamp};
use super::page::Page;
use super::{Stamped, desk_work, pb};
use crate::hours::WorkKind;
use crate::hours::command::{AddHours, ApproveHours, ConfirmPayroll, CorrectHours, ReopenHours};
use crate::id::AgencyId;
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::shift::date::LocalDate;
use crate::store::TimesheetFilter;

/// How many days one table for payroll may have.
const MOST_DAYS: i64 = 62;

/// ListTimesheets.
pub(crate) fn list_timesheets(
    request: &pb::ListTimesheetsRequest,
) -> Result<(TimesheetFilter, Page), Refusal> {
    let pb::ListTimesheetsRequest {
        responder_id,
        agency_id,
        from_date,
        until_date,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListTimesheetsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let from = faults.take("from_date", optional_date(from_date));
    let until = faults.take("until_date", optional_date(until_date));
    let page = faults.page("timesheets", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = TimesheetFilter {
            responder_id: responder_id?,
            agency_id: agency_id?,
            from: from?,
            until: until?,
        };
        Some((filter, page?))
    })
}

fn optional_date(text: &str) -> Result<Option<LocalDate>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    date(text).map(Some)
}

/// AddHours.
pub(crate) fn add_hours(request: &pb::AddHoursRequest) -> Stamped<AddHours> {
    let pb::AddHoursRequest {
        request_id,
        responder_id,
        kind,
        start,
        end,
        reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let kind = faults.take("kind", work_kind(*kind));
    let span = faults.span(start.as_ref(), end.as_ref());
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let add = AddHours {
            responder_id: responder_id?,
            kind: kind?,
            span: span?,
            reason: reason?,
        };
        Some((stamp?, add))
    })
}

/// CorrectHours.
pub(crate) fn correct_hours(request: &pb::CorrectHoursRequest) -> Stamped<CorrectHours> {
    let pb::CorrectHoursRequest {
        request_id,
        timesheet_id,
        expected_version,
        number,
        kind,
        start,
        end,
        void,
        reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let timesheet_id = faults.take("timesheet_id", id(timesheet_id));
    let to = if *void {
        Some(None)
    } else {
        let kind = faults.take("kind", work_kind(*kind));
        let span = faults.span(start.as_ref(), end.as_ref());
        kind.zip(span).map(Some)
    };
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let correct = CorrectHours {
            timesheet_id: timesheet_id?,
            expected_version: *expected_version,
            number: *number,
            to: to?,
            reason: reason?,
        };
        Some((stamp?, correct))
    })
}

/// ApproveHours.
pub(crate) fn approve_hours(request: &pb::ApproveHoursRequest) -> Stamped<ApproveHours> {
    let pb::ApproveHoursRequest {
        request_id,
        timesheet_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let timesheet_id = faults.take("timesheet_id", id(timesheet_id));
    faults.end(|| {
        let approve = ApproveHours {
            timesheet_id: timesheet_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, approve))
    })
}

/// ReopenHours.
pub(crate) fn reopen_hours(request: &pb::ReopenHoursRequest) -> Stamped<ReopenHours> {
    let pb::ReopenHoursRequest {
        request_id,
        timesheet_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let timesheet_id = faults.take("timesheet_id", id(timesheet_id));
    faults.end(|| {
        let reopen = ReopenHours {
            timesheet_id: timesheet_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, reopen))
    })
}

/// ExportPayroll: whose hours, and of which days.
pub(crate) fn export_payroll(
    request: &pb::ExportPayrollRequest,
) -> Result<(AgencyId, (LocalDate, LocalDate)), Refusal> {
    let pb::ExportPayrollRequest {
        agency_id,
        from_date,
        until_date,
    } = request;
    let mut faults = Faults::default();
    let agency_id = faults.take("agency_id", id(agency_id));
    let days = faults.days(from_date, until_date);
    faults.end(|| Some((agency_id?, days?)))
}

/// ConfirmPayroll.
pub(crate) fn confirm_payroll(request: &pb::ConfirmPayrollRequest) -> Stamped<ConfirmPayroll> {
    let pb::ConfirmPayrollRequest {
        request_id,
        agency_id,
        from_date,
        until_date,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let days = faults.days(from_date, until_date);
    faults.end(|| {
        let (from, until) = days?;
        let confirm = ConfirmPayroll {
            agency_id: agency_id?,
            from,
            until,
        };
        Some((stamp?, confirm))
    })
}

fn work_kind(value: i32) -> Result<WorkKind, Fault> {
    match known::<pb::WorkKind>(value, "kind of work")? {
        pb::WorkKind::Shift => Ok(WorkKind::Shift),
        pb::WorkKind::CallBack => Ok(WorkKind::CallBack),
        pb::WorkKind::OnCall => Ok(WorkKind::OnCall),
        pb::WorkKind::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known kind of work")),
    }
}

impl Faults {
    fn span(
        &mut self,
        start: Option<&prost_types::Timestamp>,
        end: Option<&prost_types::Timestamp>,
    ) -> Option<Window> {
        let start = self.take("start", required(start).and_then(timestamp));
        let end = self.take("end", required(end).and_then(timestamp));
        Some(Window {
            start: start?,
            end: end?,
        })
    }

    /// From one day to the day after another.
    fn days(&mut self, from: &str, until: &str) -> Option<(LocalDate, LocalDate)> {
        let from = self.take("from_date", date(from));
        let until = self.take("until_date", date(until));
        let (from, until) = (from?, until?);
        if (1..=MOST_DAYS).contains(&from.days_until(until)) {
            Some((from, until))
        } else {
            let told = format!("it ends after it starts, and at most {MOST_DAYS} days later");
            self.take("until_date", Err(Fault::new(Reason::InvalidWindow, told)))
        }
    }
}
