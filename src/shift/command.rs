//! What can be asked about shifts.

use std::collections::BTreeSet;

use crate::board::ExternalReference;
use crate::id::{AgencyId, AreaId, ResponderId, ShiftId};
use crate::moment::Window;

/// Creates a draft.
#[derive(Clone, Debug)]
pub struct CreateShift {
    /// The agency that plans it.
    pub agency_id: AgencyId,
    /// Who works it; none for an open shift.
    pub responder_id: Option<ResponderId>,
    /// The planned window, resolved from local times.
    pub planned: Window,
    /// The zone it was entered in.
    pub zone: String,
    /// The area it is for.
    pub area_id: Option<AreaId>,
    /// Its names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
}

/// Brings a draft into force. No overlap with another published shift of the same responder.
#[derive(Clone, Debug)]
pub struct PublishShift {
    /// Which.
    pub shift_id: ShiftId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Withdraws a shift. An assignment in progress is left alone.
#[derive(Clone, Debug)]
pub struct CancelShift {
    /// Which.
    pub shift_id: ShiftId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Says that its responder knows of a shift.
#[derive(Clone, Debug)]
pub struct AcknowledgeShift {
    /// Which.
    pub shift_id: ShiftId,
    /// Who works it, or did when it was withdrawn.
    pub responder_id: ResponderId,
    /// The version that he read: what has changed since he does not know.
    pub expected_version: u64,
}
