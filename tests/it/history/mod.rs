//! The history checker: clients write what they asked and what they heard, and a judge holds that against the tables.
//!
//! He asks no running server. What he believes are the clients' own lines and the rows of the database, and what the
//! journal adds up to is worked out here anew. One of his rules, `OneStory`, is the word of `tandem check`, beside the others.

mod judge;
mod line;
mod replay;
pub(crate) mod subscriber;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use judge::{Finding, Rule, judge};
pub(crate) use line::{Asked, Attempt, Heard, History, Line, Outcome};
pub(crate) use tables::{Kept, Tables};
