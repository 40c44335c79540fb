//! What can be asked about hours.

use super::WorkKind;
use crate::id::{AgencyId, ResponderId, TimesheetId};
use crate::moment::Window;
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// Adds a time of work that nobody recorded.
#[derive(Clone, Debug)]
pub struct AddHours {
    /// Whose.
    pub responder_id: ResponderId,
    /// What it was.
    pub kind: WorkKind,
    /// From when to when.
    pub span: Window,
    /// Why.
    pub reason: Code,
}

/// Corrects a time of work, or takes it away.
#[derive(Clone, Debug)]
pub struct CorrectHours {
    /// On which timesheet.
    pub timesheet_id: TimesheetId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Which, by its number.
    pub number: u32,
    /// What it was and from when to when; none: it counts no longer.
    pub to: Option<(WorkKind, Window)>,
    /// Why.
    pub reason: Code,
}

/// Says that a timesheet is right.
#[derive(Clone, Debug)]
pub struct ApproveHours {
    /// Which.
    pub timesheet_id: TimesheetId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Opens an approved timesheet again.
#[derive(Clone, Debug)]
pub struct ReopenHours {
    /// Which.
    pub timesheet_id: TimesheetId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Says that payroll has an agency's hours of these days.
#[derive(Clone, Debug)]
pub struct ConfirmPayroll {
    /// Whose.
    pub agency_id: AgencyId,
    /// The first day.
    pub from: LocalDate,
    /// The day after the last.
    pub until: LocalDate,
}
