//! Tests through the real doors: real databases, and nothing mocked but the clock.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and where it failed says enough"
)]

mod harness;
mod matching;
mod oracle;
mod store;
