//! What can be asked about on-call lists.

use super::Outcome;
use crate::id::{AgencyId, AreaId, OnCallListId, ResponderId, ShiftId};
use crate::moment::Window;
use crate::triage::Code;

/// Creates a list.
#[derive(Clone, Debug)]
pub struct CreateOnCallList {
    /// Whose people are on it.
    pub agency_id: AgencyId,
    /// Its name.
    pub name: String,
    /// The discipline of those on it.
    pub discipline: Code,
    /// The area whose shifts it is for.
    pub area_id: Option<AreaId>,
    /// Whose turn it is, the next first.
    pub rotation: Vec<ResponderId>,
}

/// Changes a list. `None`: leave as it is.
#[derive(Clone, Debug)]
pub struct UpdateOnCallList {
    /// Which.
    pub list_id: OnCallListId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Its name.
    pub name: Option<String>,
    /// The area whose shifts it is for (`Some(None)`: all).
    pub area_id: Option<Option<AreaId>>,
    /// Whose turn it is, the next first.
    pub rotation: Option<Vec<ResponderId>>,
}

/// Retires a list.
#[derive(Clone, Debug)]
pub struct RetireOnCallList {
    /// Which.
    pub list_id: OnCallListId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Puts somebody on call.
#[derive(Clone, Debug)]
pub struct PlanOnCall {
    /// By which list.
    pub list_id: OnCallListId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Who.
    pub responder_id: ResponderId,
    /// From when to when.
    pub window: Window,
}

/// Takes somebody off call: each of his stints that shares a moment with the window is gone, one that has begun ends.
#[derive(Clone, Debug)]
pub struct CancelOnCall {
    /// By which list.
    pub list_id: OnCallListId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Who.
    pub responder_id: ResponderId,
    /// From when to when.
    pub window: Window,
}

/// Notes that somebody was called for a shift.
#[derive(Clone, Debug)]
pub struct RecordCallBackAttempt {
    /// By which list.
    pub list_id: OnCallListId,
    /// For which shift.
    pub shift_id: ShiftId,
    /// Who.
    pub responder_id: ResponderId,
    /// What came of it.
    pub outcome: Outcome,
}
