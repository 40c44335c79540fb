//! The board: the picture of one jurisdiction at one revision.
//!
//! Everything that a decision reads is here, and it changes in one way only: [`Board::apply`]. An event carries what it
//! changed as it stands *after* the change, so applying is replacing, a reader needs no history to understand one
//! event, and the rows of the tables are the board's own values.
//!
//! Positions are not here: they are never journaled.

mod apply;
mod concern;
mod credential_kind;
mod draft;
mod event;
mod leave_kind;
mod policy;
mod reply;
mod shifts;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use apply::{Change, Recalled, Undo};
pub use credential_kind::{CredentialKind, missouri};
pub use draft::{Decided, Draft, Happening};
pub use event::{After, Cause, Channel, Entry, Event, EventKind, Flag, Reported, Reporter, Role};
pub use leave_kind::{Holiday, LeaveKind, usual_leave};
pub use policy::{CheckInRule, MARCUS_ALERT, OvertimeRule, Policy, Requirement, ResponseRule};
pub use reply::{Called, Names, Reply};
pub use shifts::Shifts;

use crate::dispatch::{Assignment, Call, CallKey, MemberState, Named};
use crate::geo::{Outline, Point};
use crate::hours::Timesheet;
use crate::hours::payroll::PayPeriods;
use crate::id::{
    AgencyId, AlertId, AreaId, AssignmentId, CallId, JurisdictionId, OnCallListId, PatternId, ResponderId,
    ShiftRequestId, TimesheetId,
};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::request::ShiftRequest;
use crate::roster::{OffShift, Responder};
use crate::shift::on_call::OnCallList;
use crate::shift::pattern::Pattern;
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// The picture. Equal pictures are equal field by field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The revision it shows.
    pub revision: u64,
    /// When that revision was recorded.
    pub at: Moment,
    /// The jurisdiction with its policy.
    pub jurisdiction: Jurisdiction,
    /// Agencies.
    pub agencies: BTreeMap<AgencyId, Agency>,
    /// Service areas.
    pub areas: BTreeMap<AreaId, ServiceArea>,
    /// All responders, also retired ones.
    pub responders: BTreeMap<ResponderId, Responder>,
    /// Shifts that are not [filed](Shift::files_at).
    pub shifts: Shifts,
    /// Patterns of shifts, also retired ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub patterns: BTreeMap<PatternId, Pattern>,
    /// What is asked of the schedule, also what has ended lately.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<ShiftRequestId, ShiftRequest>,
    /// Timesheets that are not filed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub timesheets: BTreeMap<TimesheetId, Timesheet>,
    /// Lists of people who are called back in turn, also retired ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub on_call: BTreeMap<OnCallListId, OnCallList>,
    /// What holds of those who have said something of themselves for when they are off shift.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub off_shift: BTreeMap<ResponderId, OffShift>,
    /// Duty status by responder; none means not signed on.
    pub duty: BTreeMap<ResponderId, DutyStatus>,
    /// Calls that are not filed.
    pub calls: BTreeMap<CallId, Call>,
    /// Assignments of those calls.
    pub assignments: BTreeMap<AssignmentId, Assignment>,
    /// Alerts that nobody has acknowledged.
    pub alerts: BTreeMap<AlertId, Alert>,
    /// When each responder was last sent and last freed.
    pub turns: BTreeMap<ResponderId, Turn>,
    /// The last short number given to a call.
    pub last_call_number: u32,
}

/// All agencies that share even one responder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jurisdiction {
    /// Its id.
    pub id: JurisdictionId,
    /// Its name.
    pub name: String,
    /// Its IANA zone.
    pub zone: String,
    /// Its thresholds.
    pub policy: Policy,
    /// Counts the changes of name, zone and policy, from 1.
    pub version: u64,
}

/// An employer of responders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// The pay periods in which its people have worked, the latest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pay_periods: PayPeriods,
}

/// A part of the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceArea {
    /// Its id.
    pub id: AreaId,
    /// Its name; unique in the jurisdiction.
    pub name: String,
    /// Its outline.
    pub outline: Outline,
    /// The zone in which its shifts and patterns are planned, an IANA name; none means the jurisdiction's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Removed areas stay in the tables, not on the board.
    pub removed: bool,
}

/// A name that another system has for something of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExternalReference {
    /// The system, such as `cad`.
    pub system: Code,
    /// What it calls it, such as `incident`.
    pub kind: Code,
    /// The name itself.
    pub value: String,
}

/// Whether someone can be sent, in EIDO's two parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyStatus {
    /// The primary part.
    pub primary: Duty,
    /// The secondary part, a reason code; `telephone` with an available primary is a telephone seat.
    pub secondary: Code,
    /// Since when.
    pub since: Moment,
    /// When it ends by itself, and not available begins.
    pub expires_at: Option<Moment>,
    /// The call of another system that he is on.
    pub active_on: Option<ExternalReference>,
    /// Since when he has been signed on without a break; none while he is not.
    // Left out when there is none: entries of the journal from before it keep their hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_since: Option<Moment>,
    /// Who said so and how.
    pub reporter: Reporter,
}

impl DutyStatus {
    /// Whether he is at work: he could be sent, or another system's call has him.
    pub fn is_on(&self) -> bool {
        self.primary != Duty::NotAvailable || self.active_on.is_some()
    }
}

/// The secondary duty status of a telephone seat.
pub const TELEPHONE: &str = "telephone";
/// The secondary duty status of one whose duty has come to its end by itself.
pub const EXPIRED: &str = "expired";
/// The secondary duty status of one whose shift is over.
pub const SHIFT_OVER: &str = "shift_over";

/// EIDO's primary status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Duty {
    /// Can be sent.
    Available,
    /// Can be sent if the policy says so.
    ConditionallyAvailable,
    /// Cannot be sent.
    NotAvailable,
}

/// Something that a person must acknowledge; it is raised again until someone does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about.
    pub kind: AlertKind,
    /// The call.
    pub call_id: Option<CallId>,
    /// The assignment.
    pub assignment_id: Option<AssignmentId>,
    /// The responder.
    pub responder_id: Option<ResponderId>,
    /// When it was first raised.
    pub raised_at: Moment,
    /// When it is raised again.
    pub escalates_at: Moment,
    /// How often it has been escalated.
    pub escalations: u32,
    /// When it ended: acknowledged, or its cause is gone.
    pub ended_at: Option<Moment>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<Reporter>,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertKind {
    /// A call waits: nobody, or not everybody, could be sent.
    CallWaiting,
    /// A responder raised an emergency.
    Emergency,
    /// A responder did not check in.
    CheckInOverdue,
    /// A disposition has not been given in time.
    DispositionOverdue,
    /// A call that was over is live again by a report from the field: it is matched again when a person has judged it.
    CallLiveAgain,
    /// An offer came to its deadline, and no device had received it.
    DeviceSilent,
}

/// When someone was last sent and last freed: whose turn it is, and who needs rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When he was last offered or put on a call.
    pub last_sent_at: Option<Moment>,
    /// When he last left one that he had accepted.
    pub last_freed_at: Option<Moment>,
}

/// Where someone was when his device was last heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Where.
    pub point: Point,
    /// When, by our clock (clamped when the device's was ahead).
    pub at: Moment,
    /// Radius of the fix in metres, when the device knows it.
    pub accuracy_meters: Option<u32>,
    /// Whether the device says that it does not move.
    pub stationary: bool,
}

impl Board {
    /// An empty board of a new jurisdiction.
    pub fn new(jurisdiction: Jurisdiction, at: Moment) -> Board {
        Board {
            revision: 0,
            at,
            jurisdiction,
            agencies: BTreeMap::new(),
            areas: BTreeMap::new(),
            responders: BTreeMap::new(),
            shifts: Shifts::default(),
            patterns: BTreeMap::new(),
            requests: BTreeMap::new(),
            timesheets: BTreeMap::new(),
            on_call: BTreeMap::new(),
            off_shift: BTreeMap::new(),
            duty: BTreeMap::new(),
            calls: BTreeMap::new(),
            assignments: BTreeMap::new(),
            alerts: BTreeMap::new(),
            turns: BTreeMap::new(),
            last_call_number: 0,
        }
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.jurisdiction.policy
    }

    /// The assignment in which this responder has an active membership. Promise 1: there is at most one.
    pub fn active_assignment(&self, responder_id: ResponderId) -> Option<&Assignment> {
        self.assignments.values().find(|assignment| {
            assignment
                .members
                .iter()
                .any(|member| member.responder_id == responder_id && member.state.is_active())
        })
    }

    /// Everyone who has an active membership, and in which assignment.
    pub fn assigned(&self) -> BTreeMap<ResponderId, &Assignment> {
        self.assignments
            .values()
            .flat_map(|assignment| {
                let members = assignment.active_members();
                members.map(move |member| (member.responder_id, assignment))
            })
            .collect()
    }

    /// Everyone who is on shift at this moment, and on which.
    pub fn on_shift(&self, at: Moment) -> BTreeMap<ResponderId, &Shift> {
        self.shifts
            .within(Window::at(at))
            .filter_map(|shift| Some((shift.on_duty_at(at)?, shift)))
            .collect()
    }

    /// The published shift that he is on at this moment.
    pub fn shift_at(&self, responder_id: ResponderId, at: Moment) -> Option<&Shift> {
        let mut his = self.shifts.of(responder_id, Window::at(at));
        his.find(|shift| shift.state == ShiftState::Published)
    }

    /// The published shift that he is on next after this moment.
    pub fn next_shift(&self, responder_id: ResponderId, at: Moment) -> Option<&Shift> {
        let mut his = self.shifts.of_from(responder_id, at);
        his.find(|shift| shift.state == ShiftState::Published && shift.planned.start > at)
    }

    /// The zone in which shifts for this area are planned; without an area, or a zone of its own, the jurisdiction's.
    pub fn zone_of(&self, area_id: Option<AreaId>) -> &str {
        let area = area_id.and_then(|id| self.areas.get(&id));
        let own = area.and_then(|area| area.zone.as_deref());
        own.unwrap_or(&self.jurisdiction.zone)
    }

    /// The zones of the areas that have one of their own, by the area's name.
    pub fn area_zones(&self) -> BTreeMap<String, String> {
        let areas = self.areas.values();
        areas
            .filter_map(|area| Some((area.name.clone(), area.zone.clone()?)))
            .collect()
    }

    /// The areas that contain the point.
    pub fn areas_at(&self, point: Point) -> BTreeSet<AreaId> {
        self.areas
            .values()
            .filter(|area| area.outline.contains(point))
            .map(|area| area.id)
            .collect()
    }

    /// Whether a point lies in no area, and would lie in one with latitude and longitude exchanged.
    pub fn seems_exchanged(&self, point: Point) -> bool {
        let inside = |point| !self.areas_at(point).is_empty();
        !inside(point) && point.exchanged().is_some_and(inside)
    }

    /// The responder who is named in this field, if he is on the roster and has not left it.
    pub fn on_roster(&self, responder_id: ResponderId, field: &str) -> Result<&Responder, Refusal> {
        let refused =
            |reason, why: &str| Refusal::field(reason, field, why).with("responder_id", responder_id);
        match self.responders.get(&responder_id) {
            None => Err(refused(Reason::NotFound, "no such responder")),
            Some(responder) if responder.retired_at.is_some() => {
                Err(refused(Reason::Retired, "he is retired"))
            }
            Some(responder) => Ok(responder),
        }
    }

    /// How this responder is called.
    pub fn called(&self, responder_id: ResponderId) -> Option<Called> {
        let responder = self.responders.get(&responder_id)?;
        Some(Called {
            name: responder.name.clone(),
            call_sign: responder.call_sign.clone(),
        })
    }

    /// The call that has this external reference.
    pub fn call_by_reference(&self, reference: &ExternalReference) -> Option<&Call> {
        self.calls
            .values()
            .find(|call| call.external_references.contains(reference))
    }

    /// The call that has this short number.
    pub fn call_by_number(&self, number: u32) -> Option<&Call> {
        self.calls.values().find(|call| call.number == number)
    }

    /// The call that is named so.
    pub fn call_by_key(&self, key: &CallKey) -> Option<&Call> {
        match key {
            CallKey::Id(id) => self.calls.get(id),
            CallKey::Number(number) => self.call_by_number(*number),
            CallKey::Reference(reference) => self.call_by_reference(reference),
        }
    }

    /// Whether the board has what is named.
    pub fn has(&self, named: &Named) -> bool {
        match named {
            Named::Reference(reference) => self.call_by_reference(reference).is_some(),
            Named::Call(id) => self.calls.contains_key(id),
            Named::Number(number) => self.call_by_number(*number).is_some(),
            Named::Assignment(id) => self.assignments.contains_key(id),
            Named::Alert(id) => self.alerts.contains_key(id),
        }
    }

    /// What the named thing went on as: the call into which it was merged, the assignments to which its members moved.
    pub fn goes_on_as(&self, named: &Named) -> Vec<Named> {
        let call_id = match named {
            Named::Reference(reference) => self.call_by_reference(reference).map(|call| call.id),
            Named::Call(id) => Some(*id),
            Named::Number(number) => self.call_by_number(*number).map(|call| call.id),
            Named::Assignment(id) => self.assignments.get(id).map(|assignment| assignment.call_id),
            Named::Alert(_) => None,
        };
        let survivor = call_id
            .and_then(|id| self.calls.get(&id))
            .and_then(|call| call.merged_into_call_id)
            .map(Named::Call);
        let moved = match named {
            Named::Assignment(id) => self.assignments.get(id),
            Named::Reference(_) | Named::Call(_) | Named::Number(_) | Named::Alert(_) => None,
        };
        let moved_to = moved
            .into_iter()
            .flat_map(|assignment| &assignment.members)
            .filter_map(|member| member.exit.as_ref()?.moved_to)
            .map(Named::Assignment);
        survivor.into_iter().chain(moved_to).collect()
    }

    /// Each active membership: whose, and in which state. Nobody comes twice.
    pub fn active_memberships(&self) -> impl Iterator<Item = (ResponderId, MemberState)> {
        self.assignments
            .values()
            .flat_map(|assignment| &assignment.members)
            .filter(|member| member.state.is_active())
            .map(|member| (member.responder_id, member.state))
    }
}
