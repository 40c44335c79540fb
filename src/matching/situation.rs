//! Everything that a match reads.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::board::{Duty, Policy};
use crate::geo::Point;
use crate::id::{AreaId, CallId, MatchId, ResponderId};
use crate::moment::Moment;
use crate::travel::Leg;
use crate::triage::{Code, Slot};

/// The question: a call, its places, and what is known of everyone who might fill them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The call.
    pub call_id: CallId,
    /// Where it is.
    pub point: Option<Point>,
    /// The areas that the point lies in.
    pub area_ids: BTreeSet<AreaId>,
    /// Places to fill now.
    pub slots: Vec<Slot>,
    /// Those who stay on the call while the rest is solved.
    pub held: Vec<Held>,
    /// When it is asked.
    pub at: Moment,
    /// The version of the jurisdiction, and so of the policy.
    pub policy_version: u64,
    /// The policy.
    pub policy: Policy,
    /// Everyone on the roster, by id.
    pub candidates: Vec<Candidate>,
}

/// One who stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The slot he fills.
    pub slot_id: Code,
    /// Who.
    pub responder_id: ResponderId,
    /// Seconds until he is there.
    pub seconds: u32,
    /// Whether he waits at a distance until the scene is safe.
    pub staged: bool,
}

/// What the matcher reads of one responder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub responder_id: ResponderId,
    /// His discipline.
    pub discipline: Code,
    /// Whether he has left.
    pub retired: bool,
    /// The areas he serves on this shift; none means all.
    pub area_ids: BTreeSet<AreaId>,
    /// When his present shift ends; none when he is on no shift.
    pub shift_ends_at: Option<Moment>,
    /// His duty: primary and secondary; none when he has not signed on.
    pub duty: Option<(Duty, Code)>,
    /// Whether he has raised an emergency that nobody has acknowledged.
    pub in_emergency: bool,
    /// Whether he is in an active membership.
    pub assigned: bool,
    /// His way to the call; none when nothing is known.
    pub leg: Option<Leg>,
    /// Whether he came on shift after travel was measured.
    pub unmeasured: bool,
    /// What he is qualified for, and until when.
    pub qualifications: BTreeMap<Code, Option<Moment>>,
    /// When he was last sent.
    pub last_sent_at: Option<Moment>,
    /// When he last left a call.
    pub last_freed_at: Option<Moment>,
    /// Whom he must not meet; both sides count.
    pub must_not_meet: BTreeSet<ResponderId>,
    /// Whether he declined this call or did not answer.
    pub declined: bool,
    /// Whether a dispatcher has replaced him on this call.
    #[serde(default)]
    pub replaced: bool,
}

/// A match as it is kept: the question and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMatch {
    /// Its id.
    pub id: MatchId,
    /// The question.
    pub situation: Situation,
    /// The answer.
    pub report: Report,
}
