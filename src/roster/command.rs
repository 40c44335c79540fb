//! What can be asked about the jurisdiction, its agencies and areas, and the people on the roster.

use std::collections::{BTreeMap, BTreeSet};

use super::{Base, Employment, NoteKind, Verification, WeekTime};
use crate::board::{ExternalReference, Policy};
use crate::geo::Outline;
use crate::id::{AgencyId, AreaId, CredentialId, ResponderId};
use crate::moment::Moment;
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// Changes the jurisdiction. `None`: leave as it is.
#[derive(Clone, Debug)]
pub struct UpdateJurisdiction {
    /// The version the caller read.
    pub expected_version: u64,
    /// Its name.
    pub name: Option<String>,
    /// Its policy, whole.
    pub policy: Option<Policy>,
}

/// Creates an agency.
#[derive(Clone, Debug)]
pub struct CreateAgency {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
}

/// Creates an area, or replaces the outline of the one with this name.
#[derive(Clone, Debug)]
pub struct PutServiceArea {
    /// Its name.
    pub name: String,
    /// Its outline.
    pub outline: Outline,
    /// The zone in which its shifts are planned; none means the jurisdiction's.
    pub zone: Option<String>,
}

/// Removes an area.
#[derive(Clone, Debug)]
pub struct RemoveServiceArea {
    /// Which.
    pub area_id: AreaId,
}

/// Creates a responder.
#[derive(Clone, Debug)]
pub struct CreateResponder {
    /// His agency.
    pub agency_id: AgencyId,
    /// His discipline.
    pub discipline: Code,
    /// His name.
    pub name: String,
    /// His call sign.
    pub call_sign: String,
    /// His base.
    pub base: Option<Base>,
    /// The areas he serves.
    pub area_ids: BTreeSet<AreaId>,
    /// Whom he must not meet.
    pub must_not_meet: BTreeSet<ResponderId>,
    /// His names in other systems.
    pub external_references: BTreeSet<ExternalReference>,
    /// What payroll calls his work.
    pub employment: Employment,
}

/// Changes a responder. `None`: leave as it is.
#[derive(Clone, Debug)]
pub struct UpdateResponder {
    /// Who.
    pub responder_id: ResponderId,
    /// The version the caller read.
    pub expected_version: u64,
    /// His name.
    pub name: Option<String>,
    /// His call sign.
    pub call_sign: Option<String>,
    /// His base (`Some(None)`: none).
    pub base: Option<Option<Base>>,
    /// The areas he serves.
    pub area_ids: Option<BTreeSet<AreaId>>,
    /// Whom he must not meet.
    pub must_not_meet: Option<BTreeSet<ResponderId>>,
    /// His names in other systems.
    pub external_references: Option<BTreeSet<ExternalReference>>,
    /// His position.
    pub position: Option<String>,
    /// What his hours are charged to.
    pub cost_code: Option<String>,
}

/// Gives fields that are held by hand back to the imports.
#[derive(Clone, Debug)]
pub struct ReleaseHold {
    /// Whose.
    pub responder_id: ResponderId,
    /// The version the caller read.
    pub expected_version: u64,
    /// Which, by their names in the contract.
    pub fields: BTreeSet<String>,
}

/// A responder leaves. Refused while he is on a call.
#[derive(Clone, Debug)]
pub struct RetireResponder {
    /// Who.
    pub responder_id: ResponderId,
    /// The version the caller read.
    pub expected_version: u64,
}

/// One who left comes back.
#[derive(Clone, Debug)]
pub struct RehireResponder {
    /// Who.
    pub responder_id: ResponderId,
    /// The version the caller read.
    pub expected_version: u64,
    /// His call sign from now on; none: the one that he had.
    pub call_sign: Option<String>,
}

/// Grants a credential.
#[derive(Clone, Debug)]
pub struct GrantCredential {
    /// To whom.
    pub responder_id: ResponderId,
    /// Its code.
    pub code: Code,
    /// Its number; may be empty.
    pub number: String,
    /// Its issuer; may be empty.
    pub issuer: String,
    /// The first civil day of validity, and the moment at which that day starts in the jurisdiction's zone.
    pub valid_from: Option<(String, Moment)>,
    /// The last civil day of validity, and the moment at which that day ends in the jurisdiction's zone.
    pub valid_until: Option<(String, Moment)>,
}

/// Changes or renews a credential. `None`: leave as it is.
#[derive(Clone, Debug)]
pub struct UpdateCredential {
    /// Whose.
    pub responder_id: ResponderId,
    /// Which.
    pub credential_id: CredentialId,
    /// The version of the responder that the caller read.
    pub expected_version: u64,
    /// Its number.
    pub number: Option<String>,
    /// Its issuer.
    pub issuer: Option<String>,
    /// The first civil day of validity and the moment at which it starts (`Some(None)`: valid always).
    pub valid_from: Option<Option<(String, Moment)>>,
    /// The last civil day of validity and the moment at which it ends (`Some(None)`: no end).
    pub valid_until: Option<Option<(String, Moment)>>,
}

/// Says what has been found about a credential.
#[derive(Clone, Debug)]
pub struct SetCredentialVerification {
    /// Whose.
    pub responder_id: ResponderId,
    /// Which.
    pub credential_id: CredentialId,
    /// The version of the responder that the caller read.
    pub expected_version: u64,
    /// What; never that it is revoked.
    pub verification: Verification,
    /// Why, a code; may be empty.
    pub reason: Code,
}

/// Revokes a credential.
#[derive(Clone, Debug)]
pub struct RevokeCredential {
    /// Whose.
    pub responder_id: ResponderId,
    /// Which.
    pub credential_id: CredentialId,
}

/// Changes what holds of somebody while he is off shift. `None`: leave as it is.
#[derive(Clone)]
pub struct UpdateOffShift {
    /// Whose.
    pub responder_id: ResponderId,
    /// The version the caller read; 0 when there was none yet.
    pub expected_version: u64,
    /// The zone of its wall clock and its days.
    pub zone: Option<String>,
    /// Times of the week at which he does not work.
    pub unavailable: Option<Vec<WeekTime>>,
    /// The last day on which he is not to be asked at all (`Some(None)`: he may be).
    pub last_day: Option<Option<LocalDate>>,
    /// How he would like to be reached, the best first.
    pub contact_preferences: Option<Vec<Code>>,
    /// The words that are other ones from now on; empty ones are taken back.
    pub words: BTreeMap<NoteKind, String>,
}

impl std::fmt::Debug for UpdateOffShift {
    /// Without the words: they stand in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UpdateOffShift")
            .field("responder_id", &self.responder_id)
            .finish_non_exhaustive()
    }
}

/// Says when somebody who is off duty will be there.
#[derive(Clone, Debug)]
pub struct DeclareArrival {
    /// Who.
    pub responder_id: ResponderId,
    /// When; none takes back what he said before.
    pub expected_at: Option<Moment>,
}
