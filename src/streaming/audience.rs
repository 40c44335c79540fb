//! Who may see what: of what happens, and of how things stand.

use crate::board::{After, Alert, Board, Event, Role};
use crate::dispatch::{Assignment, Call};
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

impl Viewer {
    /// A responder sees what concerns him. HR sees the roster and the schedule (of its own agency, when it is bound to
    /// one). Everyone else sees the whole jurisdiction: events hold no texts.
    pub fn may_see(&self, event: &Event) -> bool {
        match self.role {
            Role::Responder => self.is_one_of(event.audience.iter().copied()),
            Role::Hr => self.keeps(event),
            Role::Dispatcher | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => true,
        }
    }

    /// Whether an assignment is his to see as it stands: to a responder the one that he is on.
    pub fn may_see_assignment(&self, assignment: &Assignment) -> bool {
        let members = assignment.active_members();
        self.may_see_work_of(members.map(|member| member.responder_id))
    }

    /// Whether a call is his to see as it stands: to a responder the one that he is on.
    pub fn may_see_call(&self, board: &Board, call: &Call) -> bool {
        let on_it = call.assignment_id.and_then(|id| board.assignments.get(&id));
        self.may_see_work_of(on_it.map(Assignment::active_responders).unwrap_or_default())
    }

    /// Whether an alert is his to hear.
    pub fn may_see_alert(&self, board: &Board, alert: &Alert) -> bool {
        self.may_see_work_of(board.concerned_by(alert))
    }

    fn may_see_work_of(&self, concerned: impl IntoIterator<Item = ResponderId>) -> bool {
        match self.role {
            Role::Responder => self.is_one_of(concerned),
            Role::Hr => false,
            Role::Dispatcher | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => true,
        }
    }

    fn is_one_of(&self, concerned: impl IntoIterator<Item = ResponderId>) -> bool {
        concerned.into_iter().any(|one| Some(one) == self.responder_id)
    }

    fn keeps(&self, event: &Event) -> bool {
        let own = |agency_id: &AgencyId| self.agency_id.as_ref().is_none_or(|bound| bound == agency_id);
        match &event.after {
            After::Responder(responder) => own(&responder.agency_id),
            After::Shift(shift) => own(&shift.agency_id),
            After::Pattern(pattern) => own(&pattern.agency_id),
            After::Request(request) => own(&request.agency_id),
            After::Timesheet(sheet) => own(&sheet.agency_id),
            After::OnCallList(list) => own(&list.agency_id),
            After::OffShift(_) => event.agency_ids.iter().any(own),
            After::Jurisdiction(_) | After::Agency(_) | After::Area(_) => true,
            After::Duty(..) | After::Call(_) | After::Assignment(_) | After::Alert(_) => false,
        }
    }
}
