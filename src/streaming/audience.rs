//! Who may see which event.

use crate::board::{After, Event, Role};
use crate::id::{AgencyId, ResponderId};

/// Someone who watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// As what.
    pub role: Role,
    /// As whom, when he is a responder.
    pub responder_id: Option<ResponderId>,
    /// For which agency, when that limits him.
    pub agency_id: Option<AgencyId>,
}

/// A responder sees what concerns him. HR sees the roster and the schedule (of its own agency, when it is bound to
/// one). Everyone else sees the whole jurisdiction: events hold no texts.
pub fn may_see(viewer: &Viewer, event: &Event) -> bool {
    match viewer.role {
        Role::Responder => viewer
            .responder_id
            .is_some_and(|responder_id| event.audience.contains(&responder_id)),
        Role::Hr => hr_may_see(viewer.agency_id.as_ref(), &event.after),
        Role::Dispatcher | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => true,
    }
}

fn hr_may_see(bound_to: Option<&AgencyId>, after: &After) -> bool {
    let own = |agency_id: &AgencyId| bound_to.is_none_or(|bound| bound == agency_id);
    match after {
        After::Responder(responder) => own(&responder.agency_id),
        After::Shift(shift) => own(&shift.agency_id),
        After::Jurisdiction(_) | After::Agency(_) | After::Area(_) => true,
        After::Duty(..) | After::Call(_) | After::Assignment(_) | After::Alert(_) => false,
    }
}
