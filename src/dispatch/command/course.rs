//! What can become of a call beside its usual course: it is one with another, or two, or not over after all.

use crate::id::CallId;
use crate::travel::TravelTimes;
use crate::triage::Code;

/// Relates two calls to each other, or takes the relation away.
#[derive(Clone, Debug)]
pub struct LinkCalls {
    /// One of them.
    pub call_id: CallId,
    /// The other.
    pub other_call_id: CallId,
    /// How they are related, a code; not read when the link is removed.
    pub reason: Code,
    /// Whether the link is taken away.
    pub remove: bool,
}

/// Takes up again a call that was closed or cancelled, and looks for people at once.
#[derive(Clone, Debug)]
pub struct ReopenCall {
    /// Which.
    pub call_id: CallId,
    /// Why, in words, kept as a remark; may be empty.
    pub words: String,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}
