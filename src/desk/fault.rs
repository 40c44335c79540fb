//! Faults of the store, with two faces: one for the caller, one for the log.

use crate::refusal::{Reason, Refusal};
use crate::store::StoreError;

/// What the caller is told; the driver's words go to the log alone.
pub(super) fn refused(error: StoreError) -> Refusal {
    match &error {
        StoreError::NoSuchJurisdiction(id) => Refusal::not_found("jurisdiction", id),
        StoreError::Unavailable(_) | StoreError::UnknownOutcome(_) => {
            tracing::warn!(%error, "the store did not answer");
            Refusal::new(
                Reason::StoreUnavailable,
                "the database did not take it; ask again with the same request_id",
            )
        }
        StoreError::Unusable(_) | StoreError::Conflict(_) | StoreError::Corrupt(_) => internal(&error),
    }
}

/// A fault of ours: an incident id for the caller, the chain for the log.
pub fn internal(error: &dyn std::fmt::Display) -> Refusal {
    let mut bits = [0_u8; 8];
    // Without random bits the id is all zeros, and the log line is still there.
    let _ = getrandom::fill(&mut bits);
    let incident = format!("{:016x}", u64::from_be_bytes(bits));
    tracing::error!(incident, %error, "internal error");
    Refusal::new(Reason::Internal, "a fault of the server").with("incident", incident)
}
