//! What can be asked about shifts.

use std::collections::BTreeSet;

use crate::board::ExternalReference;
use crate::id::{AgencyId, AreaId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::triage::Code;

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
    /// What whoever works it must be qualified for throughout.
    pub required_qualifications: BTreeSet<Code>,
    /// Its names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// Why he works it although he is not qualified throughout, or a rule of work is broken: a supervisor's word. Empty
    /// for no override.
    pub override_reason: Code,
}

/// Puts somebody on a shift in the place of whoever works it, or takes him off.
#[derive(Clone, Debug)]
pub struct AssignShift {
    /// Which.
    pub shift_id: ShiftId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Who works it from now on; none opens it.
    pub responder_id: Option<ResponderId>,
    /// Why he works it although he is not qualified throughout, or a rule of work is broken: a supervisor's word. Empty
    /// for no override.
    pub override_reason: Code,
}

/// Brings a draft into force. No overlap with another published shift of the same responder.
#[derive(Clone, Debug)]
pub struct PublishShift {
    /// Which.
    pub shift_id: ShiftId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Why he works it although a rule of work is broken: a supervisor's word. Empty for none beside the one by which he
    /// was put on it.
    pub override_reason: Code,
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

/// Lets whoever works a shift stay beyond its end.
#[derive(Clone, Debug)]
pub struct HoldOver {
    /// Which.
    pub shift_id: ShiftId,
    /// The version the caller read.
    pub expected_version: u64,
    /// When it ends from now on.
    pub until: Moment,
    /// Why.
    pub reason: Code,
}

/// Says that somebody cannot work a shift that was his.
#[derive(Clone, Debug)]
pub struct ReportSick {
    /// Which.
    pub shift_id: ShiftId,
    /// Who.
    pub responder_id: ResponderId,
    /// What kind of absence it is.
    pub kind: Code,
}
