//! Setting up a jurisdiction and keeping its roster.

mod credential;
mod jurisdiction;
mod policy;
mod responder;

pub use credential::{
    announce_lapse, grant_credential, revoke_credential, set_credential_verification, update_credential,
};
pub(crate) use credential::{put_credential, unannounced};
pub use jurisdiction::{create_agency, put_service_area, remove_service_area, update_jurisdiction};
pub use policy::policy_faults;
pub use responder::{create_responder, release_hold, retire_responder, update_responder};
