//! From a judgement about a call to the response it needs.
//!
//! An acuity is never a bare number: Marcus Alert level 4 and Los Angeles County level 4 mean different things, so
//! scheme and level travel together and the policy says what each means.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::Policy;

/// A code of the field: an incident type, a hazard, a discipline, a qualification. Codes are data, never enum variants.
pub type Code = String;

/// The discipline of clinicians.
pub const CLINICIAN: &str = "clinician";
/// The discipline of police officers.
pub const OFFICER: &str = "officer";

/// The slot of a telephone seat.
const TELEPHONE_SLOT: &str = "telephone";

/// How urgent a call is, in the words of a named scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Acuity {
    /// The scheme, such as `marcus_alert`.
    pub scheme: Code,
    /// The level within it, such as `3`. Higher is more urgent.
    pub level: u8,
}

/// The response that an acuity calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Response {
    /// A clinician's telephone seat.
    Telephone,
    /// A clinician alone.
    ClinicianOnly,
    /// An officer alone.
    OfficerOnly,
    /// A clinician and an officer, together.
    Pair,
    /// A pair led by the officer, with the clinician staged until the scene is safe.
    OfficerLed,
}

/// One place to fill on a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name within the call, such as `clinician`.
    pub slot_id: Code,
    /// Who can fill it.
    pub discipline: Code,
    /// What he must be qualified for.
    pub qualifications: BTreeSet<Code>,
    /// Whether he waits at a distance until the scene is safe.
    pub staged: bool,
    /// Whether he serves from a telephone seat and does not travel.
    pub telephone: bool,
}

/// The response to a call of this acuity with these hazards: the policy's, raised to an officer-led one by a hazard
/// that requires an officer (a weapon, active violence, a crime in progress). `None`: the policy knows no such level.
pub fn response(acuity: &Acuity, hazards: &BTreeSet<Code>, policy: &Policy) -> Option<Response> {
    let by_level = policy
        .responses
        .iter()
        .find(|rule| rule.scheme == acuity.scheme && rule.level == acuity.level)?
        .response;
    let officer_required = hazards
        .iter()
        .any(|hazard| policy.officer_required_hazards.contains(hazard));
    Some(match by_level {
        Response::OfficerOnly => Response::OfficerOnly,
        _ if officer_required => Response::OfficerLed,
        Response::Telephone | Response::ClinicianOnly | Response::Pair | Response::OfficerLed => by_level,
    })
}

/// The slots of a response. `asked` are qualifications that this call needs beside those of the policy, by discipline.
/// A call that has no point yet is first taken by a telephone seat, whatever it will need later.
pub fn slots(response: Response, asked: &[(Code, Code)], located: bool, policy: &Policy) -> Vec<Slot> {
    let slot = |discipline: &str, staged: bool, telephone: bool| Slot {
        slot_id: if telephone { TELEPHONE_SLOT } else { discipline }.to_owned(),
        discipline: discipline.to_owned(),
        qualifications: policy
            .required_of(discipline)
            .cloned()
            .chain(
                asked
                    .iter()
                    .filter(|(asked_of, _)| asked_of == discipline)
                    .map(|(_, qualification)| qualification.clone()),
            )
            .collect(),
        staged,
        telephone,
    };
    if !located {
        return vec![slot(CLINICIAN, false, true)];
    }
    match response {
        Response::Telephone => vec![slot(CLINICIAN, false, true)],
        Response::ClinicianOnly => vec![slot(CLINICIAN, false, false)],
        Response::OfficerOnly => vec![slot(OFFICER, false, false)],
        Response::Pair => vec![slot(CLINICIAN, false, false), slot(OFFICER, false, false)],
        Response::OfficerLed => vec![slot(CLINICIAN, true, false), slot(OFFICER, false, false)],
    }
}
