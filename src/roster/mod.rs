//! Who there is: responders and what they are licensed for.
//!
//! A *credential* is a paper (licence, certificate, training) with an end; a *qualification* is what it grants. A call
//! asks for qualifications, never for papers.

pub mod command;
pub mod decide;
pub mod outline;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::board::{ExternalReference, Policy};
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
    /// His papers.
    pub credentials: BTreeMap<CredentialId, Credential>,
    /// His names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// When he left; a retired responder is never sent.
    pub retired_at: Option<Moment>,
    /// What imports bring of him, and what is held by hand against them; none when no import ever named him.
    // Left out when there is none: entries of the journal from before it keep their hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// Counts the changes, from 1.
    pub version: u64,
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

/// A licence, certificate or training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// What it is, such as `LCSW` or `CIT`.
    pub code: Code,
    /// Its number; may be empty.
    pub number: String,
    /// Who issued it; may be empty.
    pub issuer: String,
    /// The last civil day on which it is valid, `YYYY-MM-DD`; none when it does not end.
    pub valid_until: Option<String>,
    /// The end of that day in the jurisdiction's zone: the first moment at which it is no longer valid.
    pub lapses_at: Option<Moment>,
    /// When it was taken away.
    pub revoked_at: Option<Moment>,
}

impl Responder {
    /// Each qualification he holds at some time from `at` on, and the first moment at which he no longer does
    /// (`None`: no end). Of two papers that grant the same, the later end counts.
    pub fn qualifications(&self, policy: &Policy, at: Moment) -> BTreeMap<Code, Option<Moment>> {
        let mut held: BTreeMap<Code, Option<Moment>> = BTreeMap::new();
        for credential in self.credentials.values() {
            let ends = credential.lapses_at;
            if credential.revoked_at.is_some() || ends.is_some_and(|end| end <= at) {
                continue;
            }
            let granted = policy
                .credential_grants
                .iter()
                .filter(|grant| grant.credential == credential.code)
                .map(|grant| &grant.qualification);
            for qualification in granted.chain([&credential.code]) {
                let later = match held.get(qualification) {
                    Some(known) => (*known).zip(ends).map(|(a, b)| a.max(b)),
                    None => ends,
                };
                held.insert(qualification.clone(), later);
            }
        }
        held
    }
}
