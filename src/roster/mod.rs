//! Who there is: responders and what they are licensed for.
//!
//! A *credential* is a paper (licence, certificate, training) with a beginning and an end; a *qualification* is what it
//! grants. A call asks for qualifications, never for papers.

pub mod command;
mod credential;
pub mod decide;
mod expiring;
mod holding;
mod off_shift;
pub mod outline;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use credential::{Credential, Finding, NOTICE_DAYS, Verification, dates_fault};
pub use expiring::{Expiring, expiring};
pub use holding::{Attendance, Lapse};
pub use off_shift::{Arrival, Note, NoteKind, OffShift, OptOut, Unavailable, WeekTime, unavailable};

use crate::board::ExternalReference;
use crate::geo::Point;
use crate::id::{AgencyId, AreaId, CredentialId, ResponderId};
use crate::moment::Moment;
use crate::triage::Code;

/// A clinician or an officer (or whatever discipline comes later).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responder {
    /// His id.
    pub id: ResponderId,
    /// Who employs him.
    pub agency_id: AgencyId,
    /// `clinician`, `officer`, ...
    pub discipline: Code,
    /// The name that colleagues see.
    pub name: String,
    /// His name on the radio; unique among those not retired.
    pub call_sign: String,
    /// Where he starts from when his position is not known.
    pub base: Option<Base>,
    /// The areas he serves; none means all.
    pub area_ids: BTreeSet<AreaId>,
    /// Responders he must not be sent with.
    pub must_not_meet: BTreeSet<ResponderId>,
    /// His papers. Boxed: a map keeps room for eleven, most hold one or two, and a roster has thousands of maps.
    pub credentials: BTreeMap<CredentialId, Box<Credential>>,
    /// His names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// What payroll calls his work.
    #[serde(default, skip_serializing_if = "Employment::is_unsaid")]
    pub employment: Employment,
    /// When he left; a retired responder is never sent.
    pub retired_at: Option<Moment>,
    /// When he left and came back, in order; empty when he never did.
    // Left out when there is none, as below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departures: Vec<Departure>,
    /// What imports bring of him, and what is held by hand against them; none when no import ever named him.
    // Left out when there is none: entries of the journal from before it keep their hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// That someone left and came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// When he left.
    pub retired_at: Moment,
    /// When he came back.
    pub rehired_at: Moment,
}

/// What payroll calls somebody's work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employment {
    /// His position, such as `Clinician II`; may be empty.
    pub position: String,
    /// What his hours are charged to; may be empty.
    pub cost_code: String,
}

impl Employment {
    /// Whether nothing is known of it.
    pub fn is_unsaid(&self) -> bool {
        self.position.is_empty() && self.cost_code.is_empty()
    }
}

/// Someone whom imports name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// When one first did.
    pub since: Moment,
    /// The fields that a person has changed since, by their name in the contract: an import leaves them as they are.
    pub held: BTreeMap<String, Hold>,
}

/// A field that is held by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Moment,
    /// By whom: the subject of his token.
    pub by: String,
}

/// A station or an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub point: Point,
}
