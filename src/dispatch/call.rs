//! A call for service.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::assignment::Amendment;
use super::course::Course;
use crate::board::{ExternalReference, Flag, Reporter};
use crate::geo::Point;
use crate::id::{AssignmentId, CallId, MatchId, ResponderId, TextId};
use crate::moment::Moment;
use crate::triage::{Acuity, Code, Response, Slot};

/// A call. It holds no narrative and no address: those are texts, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// A short number to say on the radio; unique in the jurisdiction.
    pub number: u32,
    /// Where it stands.
    pub state: CallState,
    /// Since when.
    pub state_since: Moment,
    /// How it came: `911`, `988`, `officer`, `self`, `ems`, ...
    pub source: Code,
    /// Who asked for co-response: `dispatcher`, `officer_on_scene`, ...; may be empty.
    pub requested_by: Code,
    /// The incident type, an APCO ANS 2.103.2 code such as `EDP`.
    pub incident_type: Code,
    /// How urgent it is.
    pub acuity: Acuity,
    /// The response that the policy gives for that.
    pub response: Response,
    /// Coded hazards, shared with everyone who is sent.
    pub hazards: BTreeSet<Code>,
    /// Where it is; none when nobody could say yet.
    pub point: Option<Point>,
    /// The address in words, a text by id.
    pub address_text_id: Option<TextId>,
    /// The latest clinical context, a text by id.
    pub clinical_text_id: Option<TextId>,
    /// How to approach, a text by id.
    pub approach_text_id: Option<TextId>,
    /// Whom to call back, a text by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_text_id: Option<TextId>,
    /// Opaque references to the persons concerned, in another system.
    pub person_references: BTreeSet<String>,
    /// Qualifications this call asks for beside the policy's: discipline and qualification.
    pub asked_qualifications: Vec<(Code, Code)>,
    /// The places to fill.
    pub slots: Vec<Slot>,
    /// Its names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// The version of the latest update from another system; an older one does not overwrite.
    pub source_version: u64,
    /// When it was opened, by our clock.
    pub opened_at: Moment,
    /// Who opened it.
    pub opened_by: Reporter,
    /// When it was closed or cancelled.
    pub closed_at: Option<Moment>,
    /// Why it was cancelled or merged, a code.
    pub cancel_reason: Code,
    /// The call that it continues as; none unless it is `MERGED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into_call_id: Option<CallId>,
    /// Related calls, each with the code that says how. Symmetric: the other call names this one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<CallId, Code>,
    /// Corrections of its own times, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<CallAmendment>,
    /// What has become of it beside its usual course.
    #[serde(default, skip_serializing_if = "Course::is_usual")]
    pub course: Course,
    /// Since when there have been places that nobody could be found for.
    pub waiting_since: Option<Moment>,
    /// Those who declined it or did not answer: not asked again for this call.
    pub declined: BTreeSet<ResponderId>,
    /// The assignment in force.
    pub assignment_id: Option<AssignmentId>,
    /// The latest match.
    pub match_id: Option<MatchId>,
    /// Its remarks, oldest first.
    pub remarks: Vec<Remark>,
    /// What is unusual about it.
    pub flags: BTreeSet<Flag>,
    /// When it leaves the board.
    pub files_at: Option<Moment>,
    /// Long closed: kept in the tables, no longer on the board.
    pub filed: bool,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CallState {
    /// Opened, not matched yet.
    Open,
    /// There are places that nobody could be found for.
    Waiting,
    /// Offered, not accepted by everyone.
    Offered,
    /// Everyone has accepted.
    Assigned,
    /// Someone is on scene.
    OnScene,
    /// Everyone has left; dispositions are pending.
    Clearing,
    /// Done.
    Closed,
    /// Called off.
    Cancelled,
    /// Continued as another call.
    Merged,
}

impl CallState {
    /// Every state.
    pub const ALL: [CallState; 9] = [
        CallState::Open,
        CallState::Waiting,
        CallState::Offered,
        CallState::Assigned,
        CallState::OnScene,
        CallState::Clearing,
        CallState::Closed,
        CallState::Cancelled,
        CallState::Merged,
    ];

    /// Whether anyone can still be sent.
    pub fn is_live(self) -> bool {
        matches!(
            self,
            CallState::Open
                | CallState::Waiting
                | CallState::Offered
                | CallState::Assigned
                | CallState::OnScene
        )
    }

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            CallState::Open => "OPEN",
            CallState::Waiting => "WAITING",
            CallState::Offered => "OFFERED",
            CallState::Assigned => "ASSIGNED",
            CallState::OnScene => "ON_SCENE",
            CallState::Clearing => "CLEARING",
            CallState::Closed => "CLOSED",
            CallState::Cancelled => "CANCELLED",
            CallState::Merged => "MERGED",
        }
    }
}

/// Whom to call back. It is kept as a text: the number in the first line, the name in the second.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The number to dial.
    pub phone: String,
    /// Whom to ask for; may be empty.
    pub name: String,
}

impl Contact {
    /// As it is kept.
    pub fn to_text(&self) -> String {
        format!("{}\n{}", self.phone, self.name)
    }

    /// As it was kept.
    pub fn from_text(body: &str) -> Contact {
        let (phone, name) = body.split_once('\n').unwrap_or((body, ""));
        Contact {
            phone: phone.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

impl Remark {
    /// The same, on a call to which it came from this one.
    pub fn from_call(&self, number: u32) -> Remark {
        Remark {
            from_call_number: self.from_call_number.or(Some(number)),
            ..self.clone()
        }
    }
}

impl Call {
    /// Every text that it has, by id.
    pub fn text_ids(&self) -> impl Iterator<Item = TextId> {
        let own = [
            self.address_text_id,
            self.clinical_text_id,
            self.approach_text_id,
            self.callback_text_id,
        ];
        let of_remarks = self.remarks.iter().map(|remark| remark.text_id);
        own.into_iter().flatten().chain(of_remarks)
    }
}

/// A correction of one of the call's own times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallAmendment {
    /// Which time.
    pub time: CallTime,
    /// The correction.
    pub amendment: Amendment,
}

/// A time of a call's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CallTime {
    /// When it was opened.
    Opened,
    /// When it was closed or cancelled.
    Closed,
}

/// One remark of a call's append-only log; its body is a text, by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The text.
    pub text_id: TextId,
    /// Who may read it.
    pub class: TextClass,
    /// Who wrote it.
    pub author: Reporter,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// The number of the call from which it came by a merge or a split; none if it was made on this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_call_number: Option<u32>,
    /// What it was on that call, if it was no remark there: a text that had a place of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<TextClass>,
}

/// A text about a person or a place, kept in a table of its own and never in an event, a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// Its id.
    pub id: TextId,
    /// The call it belongs to.
    pub call_id: CallId,
    /// Who may read it.
    pub class: TextClass,
    /// Who wrote it.
    pub author: String,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// The text itself.
    pub body: String,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("id", &self.id)
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

/// Who may read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TextClass {
    /// Everyone who is on the call, and dispatchers.
    Operational,
    /// Dispatchers and the assigned clinician.
    Clinical,
    /// Everyone who is on the call, and dispatchers.
    OfficerSafety,
    /// An address: as operational.
    Address,
    /// Whom to call back: everyone who is on the call, and dispatchers.
    Callback,
}
