//! What a subscriber sees, and where he resumes.
//!
//! A revision is a place in the journal of one jurisdiction. A resume token is a revision with proof that it belongs
//! to this journal, this subscriber and this filter. Who may see what is decided anew for every entry.

mod audience;
mod filter;
mod token;
mod topic;

pub use audience::Viewer;
pub use filter::Filter;
pub use token::{InvalidToken, ResumeToken, Scope};
pub use topic::{Topic, listens_to, topics};

use crate::board::Entry;

/// Which events of one entry this viewer may see and has asked for: their places in it, in order.
pub fn visible(entry: &Entry, viewer: &Viewer, filter: &Filter) -> Vec<usize> {
    let events = entry.events.iter().enumerate();
    let seen = events.filter(|(_, event)| viewer.may_see(event) && filter.admits(event));
    seen.map(|(place, _)| place).collect()
}
