//! Whom and what a change concerns: its agencies, its areas, and who hears of an alert.

use std::collections::BTreeSet;

use super::{After, Alert, AlertKind, Board};
use crate::dispatch::{Assignment, Call};
use crate::id::{AgencyId, AreaId, AssignmentId, CallId, ResponderId};

impl Board {
    /// Whom an alert concerns, beside those who dispatch: him whom it is about, and in an emergency everyone who is on
    /// the call with him.
    pub fn concerned_by(&self, alert: &Alert) -> BTreeSet<ResponderId> {
        let partners = alert
            .assignment_id
            .filter(|_| alert.kind == AlertKind::Emergency)
            .and_then(|id| self.assignments.get(&id))
            .map(Assignment::active_responders)
            .unwrap_or_default();
        partners.into_iter().chain(alert.responder_id).collect()
    }

    /// Those who have raised an emergency that nobody has acknowledged.
    pub fn in_emergency(&self) -> BTreeSet<ResponderId> {
        self.alerts
            .values()
            .filter(|alert| alert.kind == AlertKind::Emergency)
            .filter_map(|alert| alert.responder_id)
            .collect()
    }

    /// The service areas that an alert concerns: those of its call.
    pub fn areas_of_alert(&self, alert: &Alert) -> BTreeSet<AreaId> {
        alert.call_id.map(|id| self.areas_of_call(id)).unwrap_or_default()
    }

    /// The agencies that a change concerns: whose it is, or whose people are on the call.
    pub(super) fn agencies_of(&self, after: &After) -> BTreeSet<AgencyId> {
        match after {
            After::Jurisdiction(_) | After::Area(_) => BTreeSet::new(),
            After::Agency(agency) => [agency.id.clone()].into(),
            After::Responder(responder) => [responder.agency_id.clone()].into(),
            After::Shift(shift) => [shift.agency_id.clone()].into(),
            After::Pattern(pattern) => [pattern.agency_id.clone()].into(),
            After::Request(request) => [request.agency_id.clone()].into(),
            After::Timesheet(sheet) => [sheet.agency_id.clone()].into(),
            After::OnCallList(list) => [list.agency_id.clone()].into(),
            After::OffShift(said) => self.agency_of(said.responder_id).into_iter().collect(),
            After::Duty(responder_id, _) => self.agency_of(*responder_id).into_iter().collect(),
            After::Call(call) => self.agencies_on(call.assignment_id),
            After::Assignment(assignment) => agencies_of_members(assignment),
            After::Alert(alert) => self.agencies_of_alert(alert),
        }
    }

    /// The agencies that an alert concerns.
    pub fn agencies_of_alert(&self, alert: &Alert) -> BTreeSet<AgencyId> {
        let own = alert.responder_id.and_then(|id| self.agency_of(id));
        let mut on_it = self.agencies_on(alert.assignment_id);
        on_it.extend(own);
        on_it
    }

    /// The service areas that a change concerns: those it is for, or those in which the call's point lies.
    pub(super) fn areas_of(&self, after: &After) -> BTreeSet<AreaId> {
        match after {
            After::Jurisdiction(_) | After::Agency(_) | After::Timesheet(_) => BTreeSet::new(),
            After::Area(area) => [area.id].into(),
            After::Responder(responder) => responder.area_ids.clone(),
            After::Shift(shift) => shift.area_id.into_iter().collect(),
            After::Pattern(pattern) => {
                let posts = pattern.phases.iter().map(|phase| &phase.post);
                posts.filter_map(|post| post.area_id).collect()
            }
            After::Request(request) => {
                let bound = request.bound().into_iter();
                let shifts = bound.filter_map(|(bound, _)| self.shifts.get(&bound.shift_id));
                shifts.filter_map(|shift| shift.area_id).collect()
            }
            After::OnCallList(list) => list.area_id.into_iter().collect(),
            After::OffShift(said) => self.areas_served_by(said.responder_id),
            After::Duty(responder_id, _) => self.areas_served_by(*responder_id),
            After::Call(call) => self.areas_around(call),
            After::Assignment(assignment) => self.areas_of_call(assignment.call_id),
            After::Alert(alert) => self.areas_of_alert(alert),
        }
    }

    fn areas_served_by(&self, responder_id: ResponderId) -> BTreeSet<AreaId> {
        let served = self.responders.get(&responder_id);
        served
            .map(|responder| responder.area_ids.clone())
            .unwrap_or_default()
    }

    fn agency_of(&self, responder_id: ResponderId) -> Option<AgencyId> {
        self.responders
            .get(&responder_id)
            .map(|responder| responder.agency_id.clone())
    }

    /// The agencies whose people are or were in this assignment.
    pub fn agencies_on(&self, assignment_id: Option<AssignmentId>) -> BTreeSet<AgencyId> {
        assignment_id
            .and_then(|id| self.assignments.get(&id))
            .map(agencies_of_members)
            .unwrap_or_default()
    }

    /// The service areas in which this call's point lies.
    pub fn areas_of_call(&self, call_id: CallId) -> BTreeSet<AreaId> {
        self.calls
            .get(&call_id)
            .map(|call| self.areas_around(call))
            .unwrap_or_default()
    }

    fn areas_around(&self, call: &Call) -> BTreeSet<AreaId> {
        call.point.map(|point| self.areas_at(point)).unwrap_or_default()
    }
}

fn agencies_of_members(assignment: &Assignment) -> BTreeSet<AgencyId> {
    assignment
        .members
        .iter()
        .map(|member| member.agency_id.clone())
        .collect()
}
