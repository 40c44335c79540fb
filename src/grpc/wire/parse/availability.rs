//! Duty, positions, and who could be sent.

use super::faults::Faults;
use super::field::{duty, id, optional_code, paper, point, reported_time, required, timestamp};
use super::{Stamped, pb, reported};
use crate::desk::PositionReport;
use crate::dispatch::command::{DutyChange, SetDutyStatus};
use crate::geo::Point;
use crate::refusal::{Reason, Refusal};
use crate::triage::Code;

/// How many duty statuses or positions one request may carry.
pub(crate) const BATCH: usize = 500;

/// SetDutyStatus.
pub(crate) fn set_duty_status(request: &pb::SetDutyStatusRequest) -> Stamped<SetDutyStatus> {
    let pb::SetDutyStatusRequest {
        request_id,
        changes,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    if changes.is_empty() {
        faults.note("changes", Reason::Required, "at least one");
    }
    let changes = faults.take_parts("changes", BATCH, changes, |faults, field, change| {
        let pb::DutyChange {
            responder_id,
            primary,
            secondary,
            expires_at,
            active_on,
        } = change;
        let responder_id = faults.take(format!("{field}.responder_id"), id(responder_id));
        let primary = faults.take(format!("{field}.primary"), duty(*primary));
        let secondary = faults.take(format!("{field}.secondary"), optional_code(secondary));
        let expires_at = faults.take_if(format!("{field}.expires_at"), expires_at.as_ref(), timestamp);
        let active_on = match active_on {
            Some(reference) => faults
                .reference(&format!("{field}.active_on"), reference)
                .map(Some),
            None => Some(None),
        };
        Some(DutyChange {
            responder_id: responder_id?,
            primary: primary?,
            secondary: secondary?,
            expires_at: expires_at?,
            active_on: active_on?,
        })
    });
    faults.end(|| Some((stamp?, SetDutyStatus { changes: changes? })))
}

/// One message of ReportPositions.
pub(crate) fn report_positions(request: &pb::ReportPositionsRequest) -> Result<PositionReport, Refusal> {
    let pb::ReportPositionsRequest { position } = request;
    let mut faults = Faults::default();
    let report = faults
        .take("position", required(position.as_ref()))
        .and_then(|position| faults.position("position", position));
    faults.end(|| report)
}

/// ReportPosition.
pub(crate) fn report_position(request: &pb::ReportPositionRequest) -> Result<Vec<PositionReport>, Refusal> {
    let pb::ReportPositionRequest { positions } = request;
    let mut faults = Faults::default();
    if positions.is_empty() {
        faults.note("positions", Reason::Required, "at least one");
    }
    let reports = faults.take_parts("positions", BATCH, positions, |faults, field, position| {
        faults.position(&field, position)
    });
    faults.end(|| reports)
}

/// Who is asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) point: Point,
    pub(crate) discipline: Code,
    pub(crate) qualifications: Vec<Code>,
    pub(crate) include_ineligible: bool,
}

/// ListAvailable.
pub(crate) fn list_available(request: &pb::ListAvailableRequest) -> Result<Wanted, Refusal> {
    let pb::ListAvailableRequest {
        location,
        discipline,
        qualifications,
        include_ineligible,
    } = request;
    let mut faults = Faults::default();
    let point = faults.take("location", required(location.as_ref()).and_then(point));
    let discipline = faults.take("discipline", optional_code(discipline));
    let qualifications = faults.take_each("qualifications", 20, qualifications, |wanted| paper(wanted));
    faults.end(|| {
        Some(Wanted {
            point: point?,
            discipline: discipline?,
            qualifications: qualifications?,
            include_ineligible: *include_ineligible,
        })
    })
}

impl Faults {
    fn position(&mut self, field: &str, position: &pb::ReportedPosition) -> Option<PositionReport> {
        let pb::ReportedPosition {
            responder_id,
            location,
            occurred_at,
            accuracy_meters,
            stationary,
        } = position;
        let responder_id = self.take(format!("{field}.responder_id"), id(responder_id));
        let location = required(location.as_ref()).and_then(point);
        let point = self.take(format!("{field}.location"), location);
        let occurred_at = self.take_if(
            format!("{field}.occurred_at"),
            occurred_at.as_ref(),
            reported_time,
        );
        Some(PositionReport {
            responder_id: responder_id?,
            point: point?,
            occurred_at: occurred_at?,
            accuracy_meters: *accuracy_meters,
            stationary: *stationary,
        })
    }
}
