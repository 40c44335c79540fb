//! What can be asked about calls, assignments, duty and safety. Every command is already well formed: the edge has
//! checked shapes and lengths; what is left to decide is whether it fits the board.

mod course;

use std::collections::BTreeSet;

use super::lifecycle::Progress;
use super::{Answer, Contact, TextClass};
use crate::board::{Duty, ExternalReference};
use crate::geo::Point;
use crate::id::{AlertId, AssignmentId, CallId, ResponderId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::travel::TravelTimes;
use crate::triage::{Acuity, Code};
pub use course::{
    AmendTimes, AmendedStep, LinkCalls, MergeCalls, MergedMembers, Reassign, ReopenCall, SplitCall,
};

/// Opens a call and looks for people at once.
#[derive(Clone, Debug)]
pub struct OpenCall {
    /// How it came.
    pub source: Code,
    /// Who asked for co-response; may be empty.
    pub requested_by: Code,
    /// The incident type.
    pub incident_type: Code,
    /// How urgent it is.
    pub acuity: Acuity,
    /// Hazards.
    pub hazards: BTreeSet<Code>,
    /// Where, if anybody could say.
    pub point: Option<Point>,
    /// The address in words; may be empty.
    pub address: String,
    /// The clinical narrative; may be empty.
    pub clinical_narrative: String,
    /// How to approach; may be empty.
    pub approach: String,
    /// Whom to call back, if anybody knows.
    pub callback: Option<Contact>,
    /// Opaque references to persons.
    pub person_references: BTreeSet<String>,
    /// Qualifications asked for, by discipline.
    pub asked_qualifications: Vec<(Code, Code)>,
    /// Names in other systems; a known one returns its call.
    pub external_references: BTreeSet<ExternalReference>,
    /// The version of the other system's record.
    pub source_version: u64,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// Changes what is known of a call. `None`: leave as it is.
#[derive(Clone, Debug)]
pub struct UpdateCall {
    /// Which.
    pub call_id: CallId,
    /// The version the caller read; none when another system speaks and `source_version` orders its updates.
    pub expected_version: Option<u64>,
    /// The other system's version; one that is not newer than what is known of the same record is refused.
    pub source_version: Option<u64>,
    /// A name of the record whose version that is.
    pub source_reference: Option<ExternalReference>,
    /// The incident type.
    pub incident_type: Option<Code>,
    /// Hazards: in place of those known, or beside them when neither version is said.
    pub hazards: Option<BTreeSet<Code>>,
    /// Where.
    pub point: Option<Point>,
    /// The address in words.
    pub address: Option<String>,
    /// The clinical narrative.
    pub clinical_narrative: Option<String>,
    /// How to approach.
    pub approach: Option<String>,
    /// Whom to call back; `Some(None)`: nobody any more.
    pub callback: Option<Option<Contact>>,
    /// Opaque references to persons.
    pub person_references: Option<BTreeSet<String>>,
    /// Qualifications asked for, by discipline.
    pub asked_qualifications: Option<Vec<(Code, Code)>>,
    /// Names in other systems, added to those known.
    pub external_references: BTreeSet<ExternalReference>,
}

/// Judges a call's acuity anew.
#[derive(Clone, Debug)]
pub struct RetriageCall {
    /// Which.
    pub call_id: CallId,
    /// The version the caller read.
    pub expected_version: Option<u64>,
    /// How urgent it is now.
    pub acuity: Acuity,
}

/// Calls a call off.
#[derive(Clone, Debug)]
pub struct CancelCall {
    /// Which.
    pub call_id: CallId,
    /// Why, a code.
    pub reason: Code,
}

/// Adds a remark to a call.
#[derive(Clone, Debug)]
pub struct AddRemark {
    /// Which.
    pub call_id: CallId,
    /// Who may read it.
    pub class: TextClass,
    /// The words.
    pub body: String,
}

/// Looks for people for the open places of a call. Asked by the system itself.
#[derive(Clone, Debug)]
pub struct MatchCall {
    /// Which.
    pub call_id: CallId,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// Sends named people, whatever the match says.
#[derive(Clone, Debug)]
pub struct AssignManually {
    /// Which call.
    pub call_id: CallId,
    /// Who, and in which slot.
    pub members: Vec<(ResponderId, Code)>,
    /// Whether members not named are replaced.
    pub replace: bool,
    /// Why, a code.
    pub reason: Code,
    /// Why, in words; may be empty.
    pub words: String,
    /// Travel of everyone on shift.
    pub travel: TravelTimes,
}

/// A responder is on a call without an offer. A fact.
#[derive(Clone, Debug)]
pub struct JoinCall {
    /// Which call, by what people say.
    pub call: CallKey,
    /// Who.
    pub responder_id: ResponderId,
    /// How far he is: en route or on scene, usually.
    pub progress: Progress,
}

/// Says yes to an offer, or acknowledges an order.
#[derive(Clone, Debug)]
pub struct AcceptOffer {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Who.
    pub responder_id: ResponderId,
}

/// Says no to an offer, or gives back a place already accepted, before being on scene.
#[derive(Clone, Debug)]
pub struct DeclineOffer {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Who.
    pub responder_id: ResponderId,
    /// Why, a code.
    pub reason: Code,
}

/// An offer reached its device, or was seen.
#[derive(Clone, Debug)]
pub struct AcknowledgeReceipt {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Who.
    pub responder_id: ResponderId,
    /// Whether it was seen, not only delivered.
    pub seen: bool,
}

/// A step from the field. A fact.
#[derive(Clone, Debug)]
pub struct ReportProgress {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Who.
    pub responder_id: ResponderId,
    /// Which step.
    pub progress: Progress,
}

/// Left the call: free at once. A fact.
#[derive(Clone, Debug)]
pub struct ClearAssignment {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Who.
    pub responder_id: ResponderId,
    /// How it ended, if he says so now.
    pub disposition: Option<GivenDisposition>,
}

/// How it ended, by a member's account.
#[derive(Clone, Debug)]
pub struct GivenDisposition {
    /// An APCO 1.111.2 code.
    pub code: Code,
    /// The behavioural outcome; may be empty.
    pub behavioral_outcome: Code,
    /// Coded answers.
    pub answers: Vec<Answer>,
}

/// Records how it ended.
#[derive(Clone, Debug)]
pub struct RecordDisposition {
    /// Which assignment.
    pub assignment_id: AssignmentId,
    /// Whose account.
    pub responder_id: ResponderId,
    /// The account.
    pub disposition: GivenDisposition,
}

/// A responder raises an emergency. A fact, never refused.
#[derive(Clone, Debug)]
pub struct RaiseEmergency {
    /// Who.
    pub responder_id: ResponderId,
}

/// A member says that he is well.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// Who.
    pub responder_id: ResponderId,
}

/// A person has seen an alert.
#[derive(Clone, Debug)]
pub struct AcknowledgeAlert {
    /// Which.
    pub alert_id: AlertId,
}

/// Sets the duty status of one or many.
#[derive(Clone, Debug)]
pub struct SetDutyStatus {
    /// Of whom, and to what.
    pub changes: Vec<DutyChange>,
}

/// One responder's new duty status. Taken by another system's call (`active_on`), he is PREEMPTED from ours.
#[derive(Clone, Debug)]
pub struct DutyChange {
    /// Who.
    pub responder_id: ResponderId,
    /// The primary part.
    pub primary: Duty,
    /// The secondary part, a reason code; may be empty.
    pub secondary: Code,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
    /// The call of another system that he is on.
    pub active_on: Option<ExternalReference>,
}

/// Does everything that has come due. Asked by the system itself.
#[derive(Clone, Copy, Debug)]
pub struct MeetDeadlines;

/// Which call, by what people say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallKey {
    /// By its id.
    Id(CallId),
    /// By its short number.
    Number(u32),
    /// By its name in another system.
    Reference(ExternalReference),
}

impl CallKey {
    /// The field of a request in which it stands.
    pub fn field(&self) -> &'static str {
        match self {
            CallKey::Id(_) => "call.call_id",
            CallKey::Number(_) => "call.number",
            CallKey::Reference(_) => "call.external_reference",
        }
    }

    /// There is no such call, or none that the caller may know of.
    pub fn not_found(&self) -> Refusal {
        let refusal = match self {
            CallKey::Id(id) => Refusal::not_found("call", id),
            CallKey::Number(number) => {
                Refusal::new(Reason::NotFound, format!("no call has the number {number}"))
                    .with("call_number", number)
            }
            CallKey::Reference(_) => Refusal::new(Reason::NotFound, "no call has this external reference"),
        };
        refusal.at_field(self.field())
    }
}

impl From<CallKey> for Named {
    fn from(key: CallKey) -> Named {
        match key {
            CallKey::Id(id) => Named::Call(id),
            CallKey::Number(number) => Named::Number(number),
            CallKey::Reference(reference) => Named::Reference(reference),
        }
    }
}

/// What a command may name that has left the board: it is looked up in the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A call, by a name in another system.
    Reference(ExternalReference),
    /// A call.
    Call(CallId),
    /// A call, by its short number.
    Number(u32),
    /// An assignment.
    Assignment(AssignmentId),
    /// An alert.
    Alert(AlertId),
}
