//! What a subscriber has asked for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::board::{After, Event, EventKind};
use crate::id::{AgencyId, CallId, ResponderId};

/// A filter: each list that is not empty must be met; an empty one asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Events that concern one of these.
    pub responder_ids: BTreeSet<ResponderId>,
    /// Events of one of these calls.
    pub call_ids: BTreeSet<CallId>,
    /// Events that concern one of these agencies.
    pub agency_ids: BTreeSet<AgencyId>,
    /// Events of these kinds.
    pub kinds: BTreeSet<EventKind>,
}

impl Filter {
    /// Whether the event meets every list.
    pub fn admits(&self, event: &Event) -> bool {
        self.admits_kind(event.kind)
            && self.admits_responder(event)
            && self.admits_call(event)
            && self.admits_agency(event)
    }

    fn admits_kind(&self, kind: EventKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    fn admits_responder(&self, event: &Event) -> bool {
        let of_roster = match &event.after {
            After::Responder(responder) => Some(responder.id),
            After::Shift(shift) => shift.responder_id,
            After::Duty(responder_id, _) => Some(*responder_id),
            After::Alert(alert) => alert.responder_id,
            After::Jurisdiction(_)
            | After::Agency(_)
            | After::Area(_)
            | After::Call(_)
            | After::Assignment(_) => None,
        };
        self.responder_ids.is_empty()
            || event
                .audience
                .iter()
                .chain(&event.subject)
                .chain(&of_roster)
                .any(|id| self.responder_ids.contains(id))
    }

    fn admits_call(&self, event: &Event) -> bool {
        let of = match &event.after {
            After::Call(call) => Some(call.id),
            After::Assignment(assignment) => Some(assignment.call_id),
            After::Alert(alert) => alert.call_id,
            After::Jurisdiction(_)
            | After::Agency(_)
            | After::Area(_)
            | After::Responder(_)
            | After::Shift(_)
            | After::Duty(..) => None,
        };
        self.call_ids.is_empty() || of.is_some_and(|id| self.call_ids.contains(&id))
    }

    fn admits_agency(&self, event: &Event) -> bool {
        if self.agency_ids.is_empty() {
            return true;
        }
        match &event.after {
            After::Agency(agency) => self.agency_ids.contains(&agency.id),
            After::Responder(responder) => self.agency_ids.contains(&responder.agency_id),
            After::Shift(shift) => self.agency_ids.contains(&shift.agency_id),
            After::Assignment(assignment) => assignment
                .members
                .iter()
                .any(|member| self.agency_ids.contains(&member.agency_id)),
            After::Jurisdiction(_) | After::Area(_) | After::Duty(..) | After::Call(_) | After::Alert(_) => {
                false
            }
        }
    }
}
