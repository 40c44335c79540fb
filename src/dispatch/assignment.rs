//! Who is sent to a call, and how far each has come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::lifecycle::MemberState;
use crate::board::{Flag, Reporter};
use crate::id::{AgencyId, AssignmentId, CallId, MatchId, ResponderId, TextId};
use crate::moment::Moment;
use crate::triage::Code;

/// The people sent to one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The call.
    pub call_id: CallId,
    /// What kind of answer the match was.
    pub outcome: Outcome,
    /// The match it came from; none when it was made by hand or by joining.
    pub match_id: Option<MatchId>,
    /// Its members, in the order in which they came.
    pub members: Vec<Member>,
    /// Until when the remaining half is held while the other is solved again.
    pub held_until: Option<Moment>,
    /// Why a dispatcher overrode the match, a code.
    pub override_reason: Code,
    /// The words for that, a text by id.
    pub override_text_id: Option<TextId>,
    /// From a base or a stale position, or a half solved again.
    pub degraded: bool,
    /// When it was made.
    pub made_at: Moment,
    /// When its last member left it.
    pub ended_at: Option<Moment>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// The summary of who is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// A clinician and an officer.
    Pair,
    /// A clinician alone.
    ClinicianOnly,
    /// An officer alone.
    OfficerOnly,
    /// A telephone seat.
    Telephone,
    /// Nobody yet.
    Waiting,
}

/// One responder's part in an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The slot he fills.
    pub slot_id: Code,
    /// The responder.
    pub responder_id: ResponderId,
    /// His discipline.
    pub discipline: Code,
    /// His agency.
    pub agency_id: AgencyId,
    /// How far he has come.
    pub state: MemberState,
    /// Since when.
    pub state_since: Moment,
    /// Whether it is an order, which cannot be declined.
    pub ordered: bool,
    /// When the offer ends; none when there is nothing to answer.
    pub answer_by: Option<Moment>,
    /// When the offer reached his device.
    pub delivered_at: Option<Moment>,
    /// When he saw it.
    pub seen_at: Option<Moment>,
    /// Expected seconds to the call when he was sent.
    pub eta_seconds: Option<u32>,
    /// Straight-line or road metres to the call when he was sent.
    pub distance_meters: Option<u32>,
    /// Where that was measured from.
    pub basis: Option<PositionBasis>,
    /// Whether he waits at a distance until the scene is safe.
    pub staged: bool,
    /// Each step he has taken, with its times.
    pub steps: BTreeMap<MemberState, Step>,
    /// Why he left before clearing.
    pub exit: Option<Exit>,
    /// His safety.
    pub safety: Safety,
    /// How it ended, by his account.
    pub disposition: Option<Disposition>,
    /// When that is due.
    pub disposition_due_at: Option<Moment>,
    /// Whether it has been reported as overdue.
    pub disposition_overdue: bool,
}

impl Member {
    /// Whether he has cleared and still owes his account of how it ended.
    pub fn owes_disposition(&self) -> bool {
        self.state == MemberState::Cleared && self.disposition.is_none() && self.disposition_due_at.is_some()
    }
}

/// When a step was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// By the reporter.
    pub occurred_at: Moment,
    /// By us.
    pub recorded_at: Moment,
    /// Who said so and how.
    pub reporter: Reporter,
    /// What is unusual about it.
    pub flags: BTreeSet<Flag>,
    /// Corrections of `occurred_at`, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
}

/// A correction of a time: what stood there before stays readable, and who says otherwise and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// What stood there before.
    pub was: Moment,
    /// Why, a code.
    pub reason: Code,
    /// Who corrected it, and how.
    pub reporter: Reporter,
    /// When, by our clock.
    pub amended_at: Moment,
}

/// Why a member left before clearing, a code: `declined` with the responder's reason, `timed_out`, `call_cancelled`, ...
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The reason, a code.
    pub reason: Code,
    /// When.
    pub at: Moment,
    /// The assignment in which his membership continues: his call was merged, or he went with a part that was split off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<AssignmentId>,
}

/// Where a travel time was measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PositionBasis {
    /// A fresh position.
    Live,
    /// A position that is no longer fresh.
    Stale,
    /// His base.
    Base,
    /// Nowhere: a telephone seat does not travel.
    Seat,
}

/// Safety is an axis of its own, beside the lifecycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// How it stands.
    pub state: SafetyState,
    /// When it changes by itself: the next check-in becomes due, or overdue.
    pub next_at: Option<Moment>,
    /// When he last checked in.
    pub checked_in_at: Option<Moment>,
}

/// How a member's safety stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SafetyState {
    /// Nothing to worry about.
    Ok,
    /// He should check in now.
    Due,
    /// He did not.
    Overdue,
    /// He raised an emergency.
    Emergency,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// An APCO 1.111.2 code such as `15`.
    pub code: Code,
    /// The behavioural outcome, such as `safety_plan`; may be empty.
    pub behavioral_outcome: Code,
    /// Coded answers.
    pub answers: Vec<Answer>,
    /// Who gave it and how.
    pub reporter: Reporter,
    /// When it was recorded.
    pub recorded_at: Moment,
}

/// A coded answer to a coded question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question's code.
    pub question: Code,
    /// The answer's code or value.
    pub value: String,
}

impl Assignment {
    /// The member that is this responder; the latest, if he came more than once.
    pub fn member(&self, responder_id: ResponderId) -> Option<&Member> {
        self.place_of(responder_id).map(|place| &self.members[place])
    }

    /// Where among the members this responder's latest membership stands.
    pub fn place_of(&self, responder_id: ResponderId) -> Option<usize> {
        let his = |member: &Member| member.responder_id == responder_id;
        self.members.iter().rposition(his)
    }

    /// Where he stands while he is active.
    pub fn active_place(&self, responder_id: ResponderId) -> Option<usize> {
        let place = self.place_of(responder_id)?;
        self.members[place].state.is_active().then_some(place)
    }

    /// The members that are active now.
    pub fn active_members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.state.is_active())
    }

    /// Those who are on the call, or have cleared it: they are told of what becomes of it.
    pub fn concerned(&self) -> impl Iterator<Item = ResponderId> {
        let members = self.members.iter().filter(|member| member.state.has_part());
        members.map(|member| member.responder_id)
    }

    /// The responders that are active now.
    pub fn active_responders(&self) -> BTreeSet<ResponderId> {
        self.active_members().map(|member| member.responder_id).collect()
    }
}

impl Safety {
    /// Nothing to worry about, and no timer.
    pub const OK: Safety = Safety {
        state: SafetyState::Ok,
        next_at: None,
        checked_in_at: None,
    };
}
