//! What a subscriber has asked for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::topic;
use crate::board::{Event, EventKind};
use crate::id::{AgencyId, AreaId, CallId, ResponderId};

/// A filter: each list that is not empty must be met; an empty one asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Events that concern one of these.
    pub responder_ids: BTreeSet<ResponderId>,
    /// Events of one of these calls.
    pub call_ids: BTreeSet<CallId>,
    /// Events that concern one of these agencies.
    pub agency_ids: BTreeSet<AgencyId>,
    /// Events that concern one of these service areas.
    pub area_ids: BTreeSet<AreaId>,
    /// Events of these kinds.
    pub kinds: BTreeSet<EventKind>,
}

impl Filter {
    /// Whether the event meets every list.
    pub fn admits(&self, event: &Event) -> bool {
        meets(&self.kinds, [event.kind])
            && meets(&self.responder_ids, topic::responders(event))
            && meets(&self.call_ids, topic::call(event))
            && meets(&self.agency_ids, event.agency_ids.iter().cloned())
            && meets(&self.area_ids, event.area_ids.iter().copied())
    }
}

fn meets<T: Ord>(wanted: &BTreeSet<T>, found: impl IntoIterator<Item = T>) -> bool {
    wanted.is_empty() || found.into_iter().any(|one| wanted.contains(&one))
}
