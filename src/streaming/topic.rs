//! What an event is about, and so whose bell it rings.

use std::collections::BTreeSet;

use super::audience::Viewer;
use super::filter::Filter;
use crate::board::{After, Entry, Event, Role};
use crate::id::{AgencyId, AreaId, CallId, ResponderId};

/// Something that one can listen to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Whatever happens.
    Everything,
    /// What concerns a responder.
    Responder(ResponderId),
    /// What happens to a call.
    Call(CallId),
    /// What concerns an agency.
    Agency(AgencyId),
    /// What concerns a service area.
    Area(AreaId),
}

/// The topics of an entry: each bell that listens to one of them is rung.
pub fn topics(entry: &Entry) -> BTreeSet<Topic> {
    let of_events = entry.events.iter().flat_map(|event| {
        responders(event)
            .map(Topic::Responder)
            .chain(call(event).map(Topic::Call))
            .chain(event.agency_ids.iter().cloned().map(Topic::Agency))
            .chain(event.area_ids.iter().copied().map(Topic::Area))
    });
    of_events.chain([Topic::Everything]).collect()
}

/// What this viewer with this filter listens to. Whatever he may see and asks for has one of these topics; what has one
/// of them may still be nothing for him.
pub fn listens_to(viewer: &Viewer, filter: &Filter) -> BTreeSet<Topic> {
    let own = (viewer.role == Role::Responder)
        .then_some(viewer.responder_id)
        .flatten();
    if let Some(own) = own {
        [Topic::Responder(own)].into()
    } else if !filter.call_ids.is_empty() {
        filter.call_ids.iter().copied().map(Topic::Call).collect()
    } else if !filter.responder_ids.is_empty() {
        filter
            .responder_ids
            .iter()
            .copied()
            .map(Topic::Responder)
            .collect()
    } else if !filter.area_ids.is_empty() {
        filter.area_ids.iter().copied().map(Topic::Area).collect()
    } else if !filter.agency_ids.is_empty() {
        filter.agency_ids.iter().cloned().map(Topic::Agency).collect()
    } else {
        [Topic::Everything].into()
    }
}

/// The responders whom an event concerns: those who see it, and whom it is about.
pub(super) fn responders(event: &Event) -> impl Iterator<Item = ResponderId> {
    let about = match &event.after {
        After::Responder(responder) => Some(responder.id),
        After::Shift(shift) => shift.responder_id,
        After::Request(request) => Some(request.responder_id),
        After::Timesheet(sheet) => Some(sheet.responder_id),
        After::OffShift(said) => Some(said.responder_id),
        After::Duty(responder_id, _) => Some(*responder_id),
        After::Alert(alert) => alert.responder_id,
        After::Jurisdiction(_)
        | After::Agency(_)
        | After::Area(_)
        | After::Pattern(_)
        | After::OnCallList(_)
        | After::Call(_)
        | After::Assignment(_) => None,
    };
    event.audience.iter().copied().chain(event.subject).chain(about)
}

/// The call that an event is about.
pub(super) fn call(event: &Event) -> Option<CallId> {
    match &event.after {
        After::Call(call) => Some(call.id),
        After::Assignment(assignment) => Some(assignment.call_id),
        After::Alert(alert) => alert.call_id,
        After::Jurisdiction(_)
        | After::Agency(_)
        | After::Area(_)
        | After::Responder(_)
        | After::Shift(_)
        | After::Pattern(_)
        | After::Request(_)
        | After::Timesheet(_)
        | After::OnCallList(_)
        | After::OffShift(_)
        | After::Duty(..) => None,
    }
}
