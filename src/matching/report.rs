//! The answer: whom to send, who came next, and why each of the others could not be sent.

use serde::{Deserialize, Serialize};

use crate::dispatch::{Outcome, PositionBasis};
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::travel::Leg;
use crate::triage::Code;

/// The answer to one situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What kind of answer it is.
    pub outcome: Outcome,
    /// Whom to send; empty when the call waits.
    pub chosen: Vec<Chosen>,
    /// Seconds until all of them are there.
    pub all_there_seconds: u32,
    /// Who leads on scene: the officer where a clinician is staged, else the clinician, else whoever is sent.
    pub lead: Option<ResponderId>,
    /// In which order they enter: slot ids.
    pub entry_order: Vec<Code>,
    /// From a base or a stale position, or a half solved again.
    pub degraded: bool,
    /// The slots that nobody can fill.
    pub unfilled: Vec<Code>,
    /// Whether the call has no point yet.
    pub no_location: bool,
    /// How many were eligible.
    pub eligible: u32,
    /// The next best.
    pub runners_up: Vec<RunnerUp>,
    /// One for each responder who was not eligible, by responder id.
    pub rejections: Vec<Rejected>,
}

impl Report {
    /// Everyone whom it names.
    pub fn responders(&self) -> impl Iterator<Item = &ResponderId> {
        let others = self.runners_up.iter().flat_map(|other| &other.members);
        let considered = self.chosen.iter().chain(others).map(|one| &one.responder_id);
        considered.chain(self.rejections.iter().map(|one| &one.responder_id))
    }
}

/// One who is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The slot he fills.
    pub slot_id: Code,
    /// Who.
    pub responder_id: ResponderId,
    /// Seconds until he is there.
    pub seconds: u32,
    /// Metres to the call.
    pub meters: u32,
    /// Where that was measured from.
    pub basis: PositionBasis,
    /// Whether he waits at a distance until the scene is safe.
    pub staged: bool,
}

impl Chosen {
    /// His way, as it was measured.
    pub fn leg(&self) -> Leg {
        Leg {
            seconds: self.seconds,
            meters: self.meters,
            basis: self.basis,
            age_seconds: None,
        }
    }
}

/// A choice that was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Whom it would have sent.
    pub members: Vec<Chosen>,
    /// Why the chosen one is better.
    pub lost: Lost,
}

/// The first point on which a runner-up is worse than the chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lost {
    /// All would be there later, by so many seconds.
    LaterTogether(u32),
    /// Together they would travel longer, by so many seconds.
    LongerTravel(u32),
    /// One of them was sent more recently.
    SentMoreRecently,
    /// Equal in everything; the lower id wins.
    TieBrokenById,
}

/// One who was not eligible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Who.
    pub responder_id: ResponderId,
    /// Why: the first rule that he does not meet, in the order of [`Rejection`].
    pub rejection: Rejection,
}

/// Why a responder is not eligible. Closed; in the order in which the rules are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rejection {
    /// He has left.
    Retired,
    /// The call needs nobody of his discipline.
    DisciplineNotNeeded,
    /// He declined this call, or did not answer.
    DeclinedBefore,
    /// A dispatcher has replaced him on this call.
    ReplacedBefore,
    /// He is on no published shift now.
    NotOnShift,
    /// He has not signed on.
    NotSignedOn,
    /// His duty status says no: its reason.
    NotAvailable(Code),
    /// He is conditionally available, and the policy does not send such: its reason.
    OnlyConditionally(Code),
    /// He serves a telephone seat, and the call needs someone there.
    TelephoneSeat,
    /// The call needs a telephone seat, and he does not serve one.
    NotATelephoneSeat,
    /// He has raised an emergency that nobody has acknowledged.
    InEmergency,
    /// He is on another call.
    AlreadyAssigned,
    /// He left a call so recently that he must rest until then.
    Resting(Moment),
    /// He serves other areas.
    OutsideArea,
    /// He came on shift after travel was measured.
    NoTravelTime,
    /// The call has no point yet.
    NoLocation,
    /// He has no usable position and no base.
    NoPosition,
    /// He is too far away: so many seconds.
    TooFar(u32),
    /// His shift ends before the expected clear: when it ends.
    ShiftEndsTooSoon(Moment),
    /// He is not qualified: what is missing.
    NotQualified(Code),
    /// A qualification lapses before the expected clear: which, and when.
    QualificationLapses(Code, Moment),
    /// Eligible alone, but not with anyone (or with the one who is held): they must not meet.
    MustNotMeet,
}
