//! What can become of a call beside its usual course: it is one with another, or two, or not over after all.

use crate::id::CallId;
use crate::travel::TravelTimes;
use crate::triage::Code;

/// Lets calls continue as another one.
#[derive(Clone, Debug)]
pub struct MergeCalls {
    /// The one as which they continue.
    pub call_id: CallId,
    /// Those that end.
    pub merged_call_ids: Vec<CallId>,
    /// What becomes of those who are on them; must be said when there is anyone.
    pub members: Option<MergedMembers>,
    /// Why, a code.
    pub reason: Code,
    /// Why, in words, kept as a remark; may be empty.
    pub words: String,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// What becomes of those who are on a call that is merged. Offers that nobody has answered are withdrawn either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergedMembers {
    /// They go on, as they are, on the call that goes on.
    Follow,
    /// They are released; nobody who is on scene can be.
    Release,
}

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

impl MergeCalls {
    /// Every call that it is about, the one that goes on first.
    pub fn calls(&self) -> impl Iterator<Item = CallId> {
        std::iter::once(self.call_id).chain(self.merged_call_ids.iter().copied())
    }
}
