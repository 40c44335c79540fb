//! Tandem sends the nearest qualified clinician and police officer, together, and can say why.

pub mod board;
pub mod dispatch;
pub mod geo;
pub mod id;
pub mod matching;
#[path = "../migrations/mod.rs"]
pub mod migrations;
pub mod moment;
pub mod refusal;
pub mod roster;
pub mod shift;
pub mod store;
pub mod travel;
pub mod triage;
