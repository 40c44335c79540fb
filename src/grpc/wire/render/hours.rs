//! Timesheets.

use super::super::super::pb;
use super::event::reporter;
use super::{moment, text};
use crate::hours::{Correction, Entry, Timesheet, WorkKind, Worked};

/// A timesheet.
pub(crate) fn timesheet(sheet: &Timesheet) -> pb::Timesheet {
    let approval = sheet.approval.as_ref();
    pb::Timesheet {
        timesheet_id: sheet.id.to_string(),
        responder_id: sheet.responder_id.to_string(),
        agency_id: sheet.agency_id.to_string(),
        first_date: sheet.first_day.to_string(),
        end_date: sheet.end_day.to_string(),
        worked: sheet.worked.iter().map(worked).collect(),
        approved_by: approval.map(|approval| reporter(&approval.by)),
        approved_at: approval.map(|approval| moment(approval.at)),
        version: sheet.version,
    }
}

fn worked(worked: &Worked) -> pb::Worked {
    pb::Worked {
        number: worked.number,
        entry: Some(entry(&worked.entry)),
        shift_id: text(worked.shift_id),
        held_from: worked.held_from.map(moment),
        corrections: worked.corrections.iter().map(correction).collect(),
    }
}

fn entry(entry: &Entry) -> pb::WorkedEntry {
    let kind = match entry.kind {
        WorkKind::Shift => pb::WorkKind::Shift,
        WorkKind::CallBack => pb::WorkKind::CallBack,
        WorkKind::OnCall => pb::WorkKind::OnCall,
    };
    pb::WorkedEntry {
        kind: kind.into(),
        start: Some(moment(entry.span.start)),
        end: Some(moment(entry.span.end)),
        void: entry.void,
    }
}

fn correction(correction: &Correction) -> pb::HoursCorrection {
    pb::HoursCorrection {
        was: correction.was.as_ref().map(entry),
        reason: correction.reason.clone(),
        reporter: Some(reporter(&correction.by)),
        at: Some(moment(correction.at)),
    }
}
