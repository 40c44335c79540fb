//! What a subscriber has asked for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::topic;
use crate::board::{Alert, Board, Event, EventKind};
use crate::dispatch::{Assignment, Call};
use crate::id::{AgencyId, AreaId, CallId, ResponderId};
use crate::refusal::Refusal;

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
        meets(&self.kinds, || [event.kind])
            && meets(&self.responder_ids, || topic::responders(event))
            && meets(&self.call_ids, || topic::call(event))
            && meets(&self.agency_ids, || event.agency_ids.iter().cloned())
            && meets(&self.area_ids, || event.area_ids.iter().copied())
    }

    // How things stand: what no event of this filter could be about is not in its snapshot. A thing has no kind, so the
    // list of kinds does not narrow here.

    /// Whether an event about this call, as it stands, would meet every list.
    pub fn admits_call(&self, board: &Board, call: &Call) -> bool {
        let assignment = call.assignment_id.and_then(|id| board.assignments.get(&id));
        meets(&self.call_ids, || [call.id])
            && meets(&self.responder_ids, || {
                assignment.into_iter().flat_map(Assignment::concerned)
            })
            && meets(&self.agency_ids, || board.agencies_on(call.assignment_id))
            && meets(&self.area_ids, || board.areas_of_call(call.id))
    }

    /// Whether an event about this assignment, as it stands, would meet every list.
    pub fn admits_assignment(&self, board: &Board, assignment: &Assignment) -> bool {
        meets(&self.call_ids, || [assignment.call_id])
            && meets(&self.responder_ids, || assignment.concerned())
            && meets(&self.agency_ids, || board.agencies_on(Some(assignment.id)))
            && meets(&self.area_ids, || board.areas_of_call(assignment.call_id))
    }

    /// Whether an event about this alert, as it stands, would meet every list.
    pub fn admits_alert(&self, board: &Board, alert: &Alert) -> bool {
        meets(&self.call_ids, || alert.call_id)
            && meets(&self.responder_ids, || board.concerned_by(alert))
            && meets(&self.agency_ids, || board.agencies_of_alert(alert))
            && meets(&self.area_ids, || board.areas_of_alert(alert))
    }

    /// The first thing that it names and nobody knows: he would wait for ever. Calls leave the board, so they are asked
    /// of the tables.
    pub fn stranger(&self, board: &Board) -> Option<Refusal> {
        let unknown = |what: &'static str, field: &str, id: Option<String>| {
            id.map(|id| Refusal::not_found(what, id).at_field(format!("filter.{field}")))
        };
        let responder = self
            .responder_ids
            .iter()
            .find(|id| !board.responders.contains_key(id));
        let agency = self
            .agency_ids
            .iter()
            .find(|id| !board.agencies.contains_key(*id));
        let area = self.area_ids.iter().find(|id| !board.areas.contains_key(id));
        unknown("responder", "responder_ids", responder.map(ToString::to_string))
            .or_else(|| unknown("agency", "agency_ids", agency.map(ToString::to_string)))
            .or_else(|| unknown("area", "area_ids", area.map(ToString::to_string)))
    }
}

/// Whether one of those found is wanted. What is not asked for is not looked for.
fn meets<T: Ord, F: IntoIterator<Item = T>>(wanted: &BTreeSet<T>, find: impl FnOnce() -> F) -> bool {
    wanted.is_empty() || find().into_iter().any(|one| wanted.contains(&one))
}
