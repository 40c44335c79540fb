//! Shifts.

use super::faults::{Fault, Faults};
use super::field::{code, id, known, optional_code, optional_id, paper, required, timestamp};
use super::page::Page;
use super::{Stamped, desk_work, pb, reported};
use crate::id::{AreaId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::shift::civil::{CivilFault, Occurrence, is_zone, resolve};
use crate::shift::command::{
    AcknowledgeShift, AssignShift, CancelShift, CreateShift, HoldOver, PublishShift, ReportSick,
};
use crate::shift::{MOST_REQUIRED, ShiftState};
use crate::store::ShiftFilter;

/// The kind of an absence that nobody gave a kind.
const SICK: &str = "sick";

/// CreateShift; without a zone of its own it is entered in the usual one of its area.
pub(crate) fn create_shift<'z>(
    request: &'z pb::CreateShiftRequest,
    usual_zone: impl FnOnce(Option<AreaId>) -> &'z str,
) -> Stamped<CreateShift> {
    let pb::CreateShiftRequest {
        request_id,
        agency_id,
        responder_id,
        local_start,
        local_end,
        zone,
        area_id,
        external_references,
        required_qualifications,
        override_reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let area_id = faults.take("area_id", optional_id(area_id));
    let zone = match zone.as_str() {
        "" => usual_zone(area_id.flatten()),
        zone => zone,
    };
    let zone = faults.take("zone", known_zone(zone));
    let start = faults.local("local_start", local_start.as_ref(), zone);
    let end = faults.local("local_end", local_end.as_ref(), zone);
    let external_references = faults.references("external_references", external_references);
    let list = "required_qualifications";
    let required_qualifications =
        faults.take_each(list, MOST_REQUIRED, required_qualifications, |one| paper(one));
    let override_reason = faults.take("override_reason", optional_code(override_reason));
    faults.end(|| {
        let create = CreateShift {
            agency_id: agency_id?,
            responder_id: responder_id?,
            planned: Window {
                start: start?,
                end: end?,
            },
            zone: zone?.to_owned(),
            area_id: area_id?,
            required_qualifications: required_qualifications?,
            external_references: external_references?,
            override_reason: override_reason?,
        };
        Some((stamp?, create))
    })
}

/// AssignShift.
pub(crate) fn assign_shift(request: &pb::AssignShiftRequest) -> Stamped<AssignShift> {
    let pb::AssignShiftRequest {
        request_id,
        shift_id,
        expected_version,
        responder_id,
        override_reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let shift_id = faults.take("shift_id", id(shift_id));
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let override_reason = faults.take("override_reason", optional_code(override_reason));
    faults.end(|| {
        let assign = AssignShift {
            shift_id: shift_id?,
            expected_version: *expected_version,
            responder_id: responder_id?,
            override_reason: override_reason?,
        };
        Some((stamp?, assign))
    })
}

/// PublishShift.
pub(crate) fn publish_shift(request: &pb::PublishShiftRequest) -> Stamped<PublishShift> {
    let pb::PublishShiftRequest {
        request_id,
        shift_id,
        expected_version,
        override_reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let shift_id = faults.take("shift_id", id(shift_id));
    let override_reason = faults.take("override_reason", optional_code(override_reason));
    faults.end(|| {
        let publish = PublishShift {
            shift_id: shift_id?,
            expected_version: *expected_version,
            override_reason: override_reason?,
        };
        Some((stamp?, publish))
    })
}

/// CancelShift.
pub(crate) fn cancel_shift(request: &pb::CancelShiftRequest) -> Stamped<CancelShift> {
    let pb::CancelShiftRequest {
        request_id,
        shift_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let shift_id = faults.take("shift_id", id(shift_id));
    faults.end(|| {
        let cancel = CancelShift {
            shift_id: shift_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, cancel))
    })
}

/// AcknowledgeShift.
pub(crate) fn acknowledge_shift(request: &pb::AcknowledgeShiftRequest) -> Stamped<AcknowledgeShift> {
    let pb::AcknowledgeShiftRequest {
        request_id,
        shift_id,
        responder_id,
        expected_version,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_id = faults.take("shift_id", id(shift_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| {
        let acknowledge = AcknowledgeShift {
            shift_id: shift_id?,
            responder_id: responder_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, acknowledge))
    })
}

/// HoldOver.
pub(crate) fn hold_over(request: &pb::HoldOverRequest) -> Stamped<HoldOver> {
    let pb::HoldOverRequest {
        request_id,
        shift_id,
        expected_version,
        until,
        reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let shift_id = faults.take("shift_id", id(shift_id));
    let until = faults.take("until", required(until.as_ref()).and_then(timestamp));
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let hold_over = HoldOver {
            shift_id: shift_id?,
            expected_version: *expected_version,
            until: until?,
            reason: reason?,
        };
        Some((stamp?, hold_over))
    })
}

/// ReportSick.
pub(crate) fn report_sick(request: &pb::ReportSickRequest) -> Stamped<ReportSick> {
    let pb::ReportSickRequest {
        request_id,
        shift_id,
        responder_id,
        kind,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let shift_id = faults.take("shift_id", id(shift_id));
    let responder_id = faults.take("responder_id", id(responder_id));
    let kind = if kind.is_empty() { SICK } else { kind };
    let kind = faults.take("kind", code(kind));
    faults.end(|| {
        let report = ReportSick {
            shift_id: shift_id?,
            responder_id: responder_id?,
            kind: kind?,
        };
        Some((stamp?, report))
    })
}

/// GetCallBacks.
pub(crate) fn get_call_backs(request: &pb::GetCallBacksRequest) -> Result<ShiftId, Refusal> {
    let pb::GetCallBacksRequest { shift_id } = request;
    let mut faults = Faults::default();
    let shift_id = faults.take("shift_id", id(shift_id));
    faults.end(|| shift_id)
}

/// GetShift.
pub(crate) fn get_shift(request: &pb::GetShiftRequest) -> Result<ShiftId, Refusal> {
    let pb::GetShiftRequest { shift_id } = request;
    let mut faults = Faults::default();
    let shift_id = faults.take("shift_id", id(shift_id));
    faults.end(|| shift_id)
}

/// ListShifts.
pub(crate) fn list_shifts(request: &pb::ListShiftsRequest) -> Result<(ShiftFilter, Page), Refusal> {
    let pb::ListShiftsRequest {
        from,
        to,
        responder_id,
        agency_id,
        state,
        pattern_id,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListShiftsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let overlapping = faults.window("from", from.as_ref(), "to", to.as_ref());
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let states = faults.take("state", states(*state));
    let pattern_id = faults.take("pattern_id", optional_id(pattern_id));
    let page = faults.page("shifts", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = ShiftFilter {
            overlapping: overlapping?,
            responder_id: responder_id?,
            agency_id: agency_id?,
            pattern_id: pattern_id?,
            states: states?,
        };
        Some((filter, page?))
    })
}

fn states(state: i32) -> Result<Vec<ShiftState>, Fault> {
    if state == 0 {
        return Ok(Vec::new());
    }
    Ok(match known::<pb::ShiftState>(state, "state")? {
        pb::ShiftState::Draft => vec![ShiftState::Draft],
        pb::ShiftState::Published => vec![ShiftState::Published],
        pb::ShiftState::Cancelled => vec![ShiftState::Cancelled],
        pb::ShiftState::Unspecified => Vec::new(),
    })
}

/// A zone of the time zone database.
pub(crate) fn known_zone(zone: &str) -> Result<&str, Fault> {
    if zone.is_empty() {
        Err(Fault::new(
            Reason::Required,
            "an IANA zone such as `America/Chicago`",
        ))
    } else if is_zone(zone) {
        Ok(zone)
    } else {
        Err(Fault::new(
            Reason::UnknownZone,
            CivilFault::UnknownZone.to_string(),
        ))
    }
}

impl Faults {
    /// A time on the wall clock of this zone. Without one only its shape can be checked: as a time of UTC, whose clock
    /// skips and repeats nothing. The zone is then at fault already, so the moment is never used.
    pub(super) fn local(
        &mut self,
        field: &str,
        local: Option<&pb::LocalTime>,
        zone: Option<&str>,
    ) -> Option<Moment> {
        let pb::LocalTime { local, occurrence } = self.take(field, required(local))?;
        let occurrence = match pb::Occurrence::try_from(*occurrence) {
            Ok(pb::Occurrence::Unspecified) => None,
            Ok(pb::Occurrence::First) => Some(Occurrence::First),
            Ok(pb::Occurrence::Second) => Some(Occurrence::Second),
            Err(_) => {
                let fault = Fault::new(Reason::InvalidEnum, "not a known occurrence");
                return self.take(format!("{field}.occurrence"), Err(fault));
            }
        };
        let moment = resolve(local, occurrence, zone.unwrap_or("UTC")).map_err(|fault| {
            let reason = match fault {
                CivilFault::Malformed => Reason::InvalidTime,
                CivilFault::UnknownZone => Reason::UnknownZone,
                CivilFault::Skipped => Reason::LocalTimeSkipped,
                CivilFault::Ambiguous => Reason::LocalTimeAmbiguous,
            };
            Fault::new(reason, fault.to_string())
        });
        self.take(field, moment)
    }
}
