//! Setting up a jurisdiction and keeping its roster.

mod credential;
mod jurisdiction;
mod off_shift;
mod policy;
mod responder;

pub use credential::{
    announce_lapse, grant_credential, revoke_credential, set_credential_verification, update_credential,
};
pub(crate) use credential::{put_credential, unannounced};
pub use jurisdiction::{create_agency, put_service_area, remove_service_area, update_jurisdiction};
pub(crate) use off_shift::{arrive, miss_arrival};
pub use off_shift::{declare_arrival, update_off_shift};
pub use policy::policy_faults;
pub use responder::{create_responder, rehire_responder, release_hold, retire_responder, update_responder};
