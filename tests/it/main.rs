//! Tests through the real doors: real databases, and nothing mocked but the clock.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and where it failed says enough"
)]

mod attacks;
mod attendance;
mod bad_input;
mod contract;
mod course;
mod coverage;
mod demo;
mod durability;
mod filling;
mod finding;
mod harness;
mod history;
mod hours;
mod house;
mod licences;
mod life;
mod matching;
mod mending;
mod off_shift;
mod on_call;
mod oracle;
mod outcome;
mod patterns;
mod proofs;
mod python;
mod raw;
mod refusals;
mod requests;
mod rights;
mod rules;
mod snapshots;
mod staff;
mod store;
mod streams;
mod transfer;
mod words;
mod zones;
