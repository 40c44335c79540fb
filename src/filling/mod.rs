//! Filling a roster: from places that need people and people with rules to who works what, and why.
//!
//! A [`Problem`] is everything that is read, gathered once by whoever asks. [`propose`] looks for a good roster until
//! its watch says stop; [`suggest()`] ranks everyone for one place; [`appraise`] says what a roster is worth as it stands.
//! All three judge a person's days with the same function, so what the one says of cost and rules the others say too.
//!
//! A *post* is what somebody does on a day: a place, or nothing. *Standing* is what he has already: what is published.
//!
//! What is kept:
//! - A rule that forbids (fit, rest, succession, longest run, most minutes, weekends and shifts of a kind) is never broken
//!   beyond what stands already, and no place has more people than it may have. What stands is not refused: it is
//!   reported.
//! - A rule that asks for more (shortest runs, least minutes) is met where that can be, before any cost is looked at.
//! - What is pinned stays.
//! - A place that cannot be filled stays open, with a reason for each person. That is an answer, not an error.
//!
//! There is no linear programme in it: one person's days are judged in a fraction of a microsecond, and a search that
//! tries millions of changes needs no small exact part to come close to what an exact solver finds.
//!
//! What it cannot say: two shifts of one person that start on the same civil day. What a [`plan`] does about them it says.

mod chance;
mod draft;
mod moves;
pub mod plan;
mod problem;
mod proposal;
mod row;
mod rule;
mod search;
mod sheet;
mod suggest;
mod taking;
#[cfg(test)]
mod tests;

pub use problem::{
    Bond, Fault, Heads, Limits, Period, Person, Place, Problem, Standing, Unfit, Weights, Wish,
};
pub use proposal::{Assigned, Open, Proposal, appraise, propose};
pub use rule::{Breach, Cost, Rule, Term};
pub use search::{Go, Progress, STEPS_BETWEEN_LOOKS};
pub use suggest::{Suggestion, suggest};
pub use taking::Obstacle;
