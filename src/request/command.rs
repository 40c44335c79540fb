//! What can be asked about requests.

use crate::id::{ResponderId, ShiftId, ShiftRequestId};
use crate::moment::Moment;
use crate::triage::Code;

/// Asks to work an open shift.
#[derive(Clone, Debug)]
pub struct SignUpForShift {
    /// Which.
    pub shift_id: ShiftId,
    /// Who.
    pub responder_id: ResponderId,
    /// The version of the shift that he read.
    pub expected_version: u64,
}

/// Offers a shift to a colleague, for one of his or for nothing.
#[derive(Clone, Debug)]
pub struct OfferSwap {
    /// Who offers.
    pub responder_id: ResponderId,
    /// What he gives.
    pub shift_id: ShiftId,
    /// The version of that shift that he read.
    pub expected_version: u64,
    /// To whom.
    pub to: ResponderId,
    /// What he asks for it, if anything.
    pub return_shift_id: Option<ShiftId>,
}

/// Says whether one would swap.
#[derive(Clone, Debug)]
pub struct AnswerSwap {
    /// Which.
    pub shift_request_id: ShiftRequestId,
    /// The version that he read.
    pub expected_version: u64,
    /// Whether he would.
    pub accepted: bool,
    /// Why not, a code; may be empty.
    pub reason: Code,
}

/// Asks for time off.
#[derive(Clone, Debug)]
pub struct RequestTimeOff {
    /// Who.
    pub responder_id: ResponderId,
    /// The first moment of it.
    pub from: Moment,
    /// The first moment after it; none: until further notice.
    pub until: Option<Moment>,
    /// The zone it was entered in.
    pub zone: String,
    /// The kind of leave.
    pub leave_kind: Code,
}

/// Ends a leave before its time: he can be put on shifts again from now on.
#[derive(Clone, Debug)]
pub struct EndTimeOff {
    /// Which.
    pub shift_request_id: ShiftRequestId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// Takes a request back.
#[derive(Clone, Debug)]
pub struct WithdrawRequest {
    /// Which.
    pub shift_request_id: ShiftRequestId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Why, a code; may be empty.
    pub reason: Code,
}

/// Decides a request.
#[derive(Clone, Debug)]
pub struct DecideRequest {
    /// Which.
    pub shift_request_id: ShiftRequestId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Whether it is done.
    pub approved: bool,
    /// Why, a code; may be empty.
    pub reason: Code,
    /// Why it is done although the schedule's rules speak against it: a supervisor's word. Empty for no override.
    pub override_reason: Code,
}
