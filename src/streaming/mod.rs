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

use crate::board::{Entry, Event};

/// The events of one entry that this viewer may see and has asked for, in order.
pub fn visible<'e>(entry: &'e Entry, viewer: &Viewer, filter: &Filter) -> Vec<&'e Event> {
    entry
        .events
        .iter()
        .filter(|event| viewer.may_see(event) && filter.admits(event))
        .collect()
}
