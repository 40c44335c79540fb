//! What became of a table, and addresses of calendars.

use super::super::super::pb;
use super::moment;
use crate::desk::Imported;
use crate::refusal::Reason;
use crate::store::CalendarAddress;
use crate::transfer::apply::Tally;
use crate::transfer::calendar::CalendarOf;
use crate::transfer::{HeldRow, RowFault};

/// What became of a table.
pub(crate) fn report(done: Imported) -> pb::ImportReport {
    let Tally {
        created,
        updated,
        unchanged,
        cancelled,
        past,
        held_count,
        held,
        bad_rows,
        faults,
        more: _,
        unfit: _,
    } = done.tally;
    pb::ImportReport {
        applied: done.applied,
        row_count: done.row_count,
        created_count: created,
        updated_count: updated,
        unchanged_count: unchanged,
        cancelled_count: cancelled,
        past_count: past,
        bad_row_count: bad_rows,
        row_faults: faults.into_iter().map(row_fault).collect(),
        held_count,
        held_rows: held.into_iter().map(held_row).collect(),
    }
}

fn row_fault(fault: RowFault) -> pb::RowFault {
    pb::RowFault {
        row: fault.row,
        column: fault.column,
        reason: reason(fault.reason).into(),
        detail: fault.detail,
    }
}

fn reason(reason: Reason) -> pb::ErrorReason {
    let name = format!("ERROR_REASON_{}", reason.as_str());
    pb::ErrorReason::from_str_name(&name).unwrap_or_default()
}

fn held_row(held: HeldRow) -> pb::HeldRow {
    pb::HeldRow {
        row: held.row,
        whose: held.whose,
        field: held.field,
        since: held.since.map(moment),
        by: held.by,
    }
}

/// An address, without its secret part.
pub(crate) fn calendar_address(address: &CalendarAddress) -> pb::CalendarAddress {
    use pb::calendar_of::Of;
    let of = match address.of {
        CalendarOf::Responder(id) => Of::ResponderId(id.to_string()),
        CalendarOf::Area(id) => Of::AreaId(id.to_string()),
    };
    pb::CalendarAddress {
        calendar_address_id: address.id.to_string(),
        of: Some(pb::CalendarOf { of: Some(of) }),
        created_at: Some(moment(address.created_at)),
        created_by: address.created_by.clone(),
    }
}
