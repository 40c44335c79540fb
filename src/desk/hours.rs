//! What is read of hours worked.

use super::caller::Caller;
use super::center::Center;
use super::fault::refused;
use crate::board::Role;
use crate::hours::Timesheet;
use crate::id::{AgencyId, TimesheetId};
use crate::refusal::{Reason, Refusal};
use crate::shift::date::LocalDate;
use crate::store::TimesheetFilter;

/// No work period is longer, days: so far back lies what decides whether a day's work is overtime.
const LONGEST_WORK_PERIOD: i64 = 28;

impl Center {
    /// A timesheet, also one that has left the board.
    pub async fn timesheet(&self, id: TimesheetId) -> Result<Timesheet, Refusal> {
        let standing = self.board().timesheets.get(&id).cloned();
        let sheet = match standing {
            Some(sheet) => Some(sheet),
            None => self.store.timesheet(self.id(), id).await.map_err(refused)?,
        };
        sheet.ok_or_else(|| Refusal::not_found("timesheet", id))
    }

    /// Timesheets by first day: to a responder his own, to who keeps one agency's roster those of that agency.
    pub async fn timesheets(
        &self,
        caller: &Caller,
        mut filter: TimesheetFilter,
        after: Option<(LocalDate, TimesheetId)>,
        limit: u64,
    ) -> Result<Vec<Timesheet>, Refusal> {
        if caller.role == Role::Responder {
            filter.responder_id = caller.responder_id;
        }
        if let Some(own) = caller.agency_id.as_ref().filter(|_| caller.role == Role::Hr) {
            if filter.agency_id.as_ref().is_some_and(|asked| asked != own) {
                let told = "this token keeps the roster of another agency";
                return Err(Refusal::field(Reason::NotYours, "agency_id", told));
            }
            filter.agency_id = Some(own.clone());
        }
        let found = self
            .store
            .timesheets(self.id(), &filter, after, Some(limit))
            .await;
        found.map_err(refused)
    }

    /// The timesheets of an agency that say what was worked on these days, and what is overtime of it.
    pub async fn timesheets_for_payroll(
        &self,
        agency_id: &AgencyId,
        (from, until): (LocalDate, LocalDate),
    ) -> Result<Vec<Timesheet>, Refusal> {
        let filter = TimesheetFilter {
            agency_id: Some(agency_id.clone()),
            from: from.plus_days(-LONGEST_WORK_PERIOD),
            until: Some(until),
            ..TimesheetFilter::default()
        };
        let found = self.store.timesheets(self.id(), &filter, None, None).await;
        found.map_err(refused)
    }
}
