//! The wire: parse, ask, render.
//!
//! Handlers are a few lines each. `wire` turns messages into values of the field and back; `status` is the only maker of
//! a `Status`; `gate` lets callers in; `outer` rewrites every status that is not ours.

mod gate;
pub mod listener;
mod outer;
pub mod server;
mod services;
mod status;
mod wire;

/// The messages and services of `proto/`, as generated.
#[expect(
    clippy::all,
    clippy::allow_attributes_without_reason,
    reason = "generated code"
)]
pub mod pb {
    tonic::include_proto!("tandem.v1");
}

/// The contract as a descriptor set with comments: what reflection serves and the tests read.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tandem.bin"));
