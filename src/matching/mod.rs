//! Whom to send, and why.
//!
//! [`match_call`] is one pure function over a [`Situation`]: everything that it reads, gathered from the board once.
//! The situation is stored with the answer, so the same question can be asked again, bit for bit, in another process,
//! whatever has changed since.

mod alone;
mod answer;
mod eligibility;
mod gather;
mod ranking;
mod report;
mod sifting;
mod situation;

pub use alone::Alone;
pub use answer::match_call;
pub use gather::{each_for, gather};
pub use report::{Chosen, Lost, Rejected, Rejection, Report, RunnerUp};
pub use situation::{Candidate, Held, Situation, StoredMatch};
