//! What can become of a call beside its usual course: it is one with another, or two, or not over after all.

use std::collections::BTreeSet;

use crate::board::ExternalReference;
use crate::dispatch::{Contact, MemberState};
use crate::geo::Point;
use crate::id::{AssignmentId, CallId, ResponderId};
use crate::moment::Moment;
use crate::travel::TravelTimes;
use crate::triage::{Acuity, Code};

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
    /// They are released; whoever is on scene goes on.
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

/// Makes a second call out of one. What is not named stays with the first.
#[derive(Clone, Debug)]
pub struct SplitCall {
    /// The first.
    pub call_id: CallId,
    /// The version of it that the caller read.
    pub expected_version: Option<u64>,
    /// How urgent the second is.
    pub acuity: Acuity,
    /// The second's incident type; empty for the first's.
    pub incident_type: Code,
    /// Where the second is; none: where the first is.
    pub point: Option<Point>,
    /// Its address in words; empty for the first's, if it is at the same place.
    pub address: String,
    /// Whom to call back about it; none for the first's.
    pub callback: Option<Contact>,
    /// Qualifications asked for on the second, by discipline.
    pub asked_qualifications: Vec<(Code, Code)>,
    /// Members of the first who go with the second.
    pub responder_ids: Vec<ResponderId>,
    /// References to persons that go with the second.
    pub person_references: BTreeSet<String>,
    /// Names in other systems that go with the second.
    pub external_references: BTreeSet<ExternalReference>,
    /// How the two are related, a code.
    pub reason: Code,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// Replaces one member of a call.
#[derive(Clone, Debug)]
pub struct Reassign {
    /// Which call.
    pub call_id: CallId,
    /// Who is replaced.
    pub responder_id: ResponderId,
    /// By whom; none for the next best.
    pub replacement: Option<ResponderId>,
    /// Why, a code.
    pub reason: Code,
    /// Whether he is released also when nobody can be had in his place.
    pub release_anyway: bool,
    /// Whether he is released and nobody is looked for: he is one too many.
    pub no_replacement: bool,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// Corrects times that were reported wrong.
#[derive(Clone, Debug)]
pub struct AmendTimes {
    /// Which call.
    pub call_id: CallId,
    /// Steps of its members.
    pub steps: Vec<AmendedStep>,
    /// When it was opened.
    pub opened_at: Option<Moment>,
    /// When it was closed or cancelled.
    pub closed_at: Option<Moment>,
    /// Why, a code.
    pub reason: Code,
}

/// A step, and when it was taken after all.
#[derive(Clone, Debug)]
pub struct AmendedStep {
    /// In which assignment of the call.
    pub assignment_id: AssignmentId,
    /// Whose.
    pub responder_id: ResponderId,
    /// Which.
    pub state: MemberState,
    /// When.
    pub occurred_at: Moment,
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
