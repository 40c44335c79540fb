//! The one way in which a board changes.

use super::{After, Agency, Alert, Board, DutyStatus, Entry, Event, EventKind, ServiceArea, Turn};
use crate::dispatch::{Assignment, Call};
use crate::hours::Timesheet;
use crate::id::{
    AgencyId, AlertId, AreaId, AssignmentId, CallId, OnCallListId, PatternId, ResponderId, ShiftId,
    ShiftRequestId, TimesheetId,
};
use crate::moment::Moment;
use crate::request::ShiftRequest;
use crate::roster::{OffShift, Responder};
use crate::shift::Shift;
use crate::shift::on_call::OnCallList;
use crate::shift::pattern::Pattern;

/// One value of the board: its key and what stands there (`None`: nothing).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The jurisdiction.
    Jurisdiction(Box<super::Jurisdiction>),
    /// An agency.
    Agency(AgencyId, Option<Agency>),
    /// A service area.
    Area(AreaId, Option<ServiceArea>),
    /// A responder.
    Responder(ResponderId, Option<Box<Responder>>),
    /// A shift.
    Shift(ShiftId, Option<Box<Shift>>),
    /// A pattern of shifts.
    Pattern(PatternId, Option<Box<Pattern>>),
    /// What is asked of the schedule.
    Request(ShiftRequestId, Option<Box<ShiftRequest>>),
    /// A timesheet.
    Timesheet(TimesheetId, Option<Box<Timesheet>>),
    /// A list of people who are called back in turn.
    OnCallList(OnCallListId, Option<Box<OnCallList>>),
    /// What holds of a responder while he is off shift.
    OffShift(ResponderId, Option<Box<OffShift>>),
    /// A duty status.
    Duty(ResponderId, Option<DutyStatus>),
    /// A call.
    Call(CallId, Option<Box<Call>>),
    /// An assignment.
    Assignment(AssignmentId, Option<Box<Assignment>>),
    /// An alert.
    Alert(AlertId, Option<Alert>),
    /// A turn.
    Turn(ResponderId, Option<Turn>),
    /// The last short number of a call.
    LastCallNumber(u32),
}

/// What stood on the board before some events were applied; undoes them.
#[derive(Debug, Default)]
pub struct Undo(Vec<Change>);

/// What a command names and the board no longer has, from the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recalled {
    /// The call.
    pub call: Option<Call>,
    /// Its assignments.
    pub assignments: Vec<Assignment>,
    /// The alert.
    pub alert: Option<Alert>,
}

impl Board {
    /// Applies one event. `at` is when its entry was recorded. What stood there before goes into `undo`.
    pub fn apply(&mut self, event: &Event, at: Moment, undo: &mut Undo) {
        match &event.after {
            After::Jurisdiction(jurisdiction) => self.put(Change::Jurisdiction(jurisdiction.clone()), undo),
            After::Agency(agency) => self.put(Change::Agency(agency.id.clone(), Some(agency.clone())), undo),
            After::Area(area) => {
                let standing = (!area.removed).then(|| area.clone());
                self.put(Change::Area(area.id, standing), undo);
            }
            After::Responder(responder) => {
                self.put(Change::Responder(responder.id, Some(responder.clone())), undo);
            }
            After::Shift(shift) => {
                let standing = (!shift.filed).then(|| shift.clone());
                self.put(Change::Shift(shift.id, standing), undo);
            }
            After::Pattern(pattern) => {
                self.put(Change::Pattern(pattern.id, Some(pattern.clone())), undo);
            }
            After::Request(request) => {
                let standing = (!request.filed).then(|| request.clone());
                self.put(Change::Request(request.id, standing), undo);
            }
            After::Timesheet(sheet) => {
                let standing = (!sheet.filed).then(|| sheet.clone());
                self.put(Change::Timesheet(sheet.id, standing), undo);
            }
            After::OnCallList(list) => {
                self.put(Change::OnCallList(list.id, Some(list.clone())), undo);
            }
            After::OffShift(said) => {
                self.put(Change::OffShift(said.responder_id, Some(said.clone())), undo);
            }
            After::Duty(responder_id, duty) => {
                self.put(Change::Duty(*responder_id, Some(duty.clone())), undo);
            }
            After::Call(call) => self.apply_call(call, undo),
            After::Assignment(assignment) => {
                let filed = self.calls.get(&assignment.call_id).is_none_or(|call| call.filed);
                let standing = (!filed).then(|| assignment.clone());
                self.put(Change::Assignment(assignment.id, standing), undo);
                self.take_turn(event, assignment, at, undo);
            }
            After::Alert(alert) => {
                let standing = alert.ended_at.is_none().then(|| alert.clone());
                self.put(Change::Alert(alert.id, standing), undo);
            }
        }
    }

    /// Applies a whole entry: the board shows its revision afterwards.
    pub fn follow(&mut self, entry: &Entry) {
        let mut undo = Undo::default();
        for event in &entry.events {
            self.apply(event, entry.at, &mut undo);
        }
        self.revision = entry.revision;
        self.at = entry.at;
    }

    /// Lays things that had left the board on it again, so that a command can name them.
    pub fn recall(&mut self, recalled: &Recalled) {
        let Recalled {
            call,
            assignments,
            alert,
        } = recalled;
        if let Some(call) = call {
            self.calls.entry(call.id).or_insert_with(|| call.clone());
        }
        for assignment in assignments {
            self.assignments
                .entry(assignment.id)
                .or_insert_with(|| assignment.clone());
        }
        if let Some(alert) = alert {
            self.alerts.entry(alert.id).or_insert_with(|| alert.clone());
        }
    }

    /// Puts away what was recalled and has not been taken up again.
    pub fn put_away(&mut self, recalled: &Recalled) {
        if let Some(call) = &recalled.call
            && self.calls.get(&call.id).is_some_and(|standing| standing.filed)
        {
            self.calls.remove(&call.id);
        }
        for assignment in &recalled.assignments {
            // An old assignment of a call that is live again stays in the tables; the new one is on the board.
            if self.assignments.get(&assignment.id) == Some(assignment) {
                self.assignments.remove(&assignment.id);
            }
        }
        if let Some(alert) = &recalled.alert
            && self
                .alerts
                .get(&alert.id)
                .is_some_and(|standing| standing.ended_at.is_some())
        {
            self.alerts.remove(&alert.id);
        }
    }

    /// Takes back everything that `undo` remembers.
    pub fn undo(&mut self, undo: Undo) {
        let mut redo = Undo::default();
        for change in undo.0.into_iter().rev() {
            self.put(change, &mut redo);
        }
    }

    fn apply_call(&mut self, call: &Call, undo: &mut Undo) {
        if call.number > self.last_call_number {
            self.put(Change::LastCallNumber(call.number), undo);
        }
        if call.filed {
            let of_call: Vec<_> = self
                .assignments
                .values()
                .filter(|assignment| assignment.call_id == call.id)
                .map(|assignment| assignment.id)
                .collect();
            for id in of_call {
                self.put(Change::Assignment(id, None), undo);
            }
        }
        let standing = (!call.filed).then(|| Box::new(call.clone()));
        self.put(Change::Call(call.id, standing), undo);
    }

    fn take_turn(&mut self, event: &Event, assignment: &Assignment, at: Moment, undo: &mut Undo) {
        let Some(responder_id) = event.subject else { return };
        // Whoever was only asked has done nothing that he would have to rest from.
        let said_yes = assignment
            .member(responder_id)
            .is_some_and(|member| member.steps.keys().any(|state| state.is_committed()));
        let mut turn = self.turns.get(&responder_id).copied().unwrap_or_default();
        match Turned::by(event.kind) {
            Turned::Sent => turn.last_sent_at = Some(at),
            Turned::Freed if said_yes => turn.last_freed_at = Some(at),
            Turned::Freed | Turned::Neither => return,
        }
        self.put(Change::Turn(responder_id, Some(turn)), undo);
    }

    /// Puts one value in place and remembers what stood there.
    pub(super) fn put(&mut self, change: Change, undo: &mut Undo) {
        fn swap<K: Ord, V>(
            map: &mut std::collections::BTreeMap<K, V>,
            key: K,
            value: Option<V>,
        ) -> Option<V> {
            match value {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            }
        }
        let before = match change {
            Change::Jurisdiction(now) => {
                Change::Jurisdiction(Box::new(std::mem::replace(&mut self.jurisdiction, *now)))
            }
            Change::Agency(id, now) => Change::Agency(id.clone(), swap(&mut self.agencies, id, now)),
            Change::Area(id, now) => Change::Area(id, swap(&mut self.areas, id, now)),
            Change::Responder(id, now) => {
                Change::Responder(id, swap(&mut self.responders, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Shift(id, now) => Change::Shift(id, self.shifts.put(id, now.map(|b| *b)).map(Box::new)),
            Change::Pattern(id, now) => {
                Change::Pattern(id, swap(&mut self.patterns, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Request(id, now) => {
                Change::Request(id, swap(&mut self.requests, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Timesheet(id, now) => {
                Change::Timesheet(id, swap(&mut self.timesheets, id, now.map(|b| *b)).map(Box::new))
            }
            Change::OnCallList(id, now) => {
                Change::OnCallList(id, swap(&mut self.on_call, id, now.map(|b| *b)).map(Box::new))
            }
            Change::OffShift(id, now) => {
                Change::OffShift(id, swap(&mut self.off_shift, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Duty(id, now) => Change::Duty(id, swap(&mut self.duty, id, now)),
            Change::Call(id, now) => {
                Change::Call(id, swap(&mut self.calls, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Assignment(id, now) => {
                Change::Assignment(id, swap(&mut self.assignments, id, now.map(|b| *b)).map(Box::new))
            }
            Change::Alert(id, now) => Change::Alert(id, swap(&mut self.alerts, id, now)),
            Change::Turn(id, now) => Change::Turn(id, swap(&mut self.turns, id, now)),
            Change::LastCallNumber(now) => {
                Change::LastCallNumber(std::mem::replace(&mut self.last_call_number, now))
            }
        };
        undo.0.push(before);
    }
}

/// What an event means for whose turn it is.
enum Turned {
    Sent,
    Freed,
    Neither,
}

impl Turned {
    fn by(kind: EventKind) -> Turned {
        if matches!(
            kind,
            EventKind::OfferMade | EventKind::OrderGiven | EventKind::MemberJoined
        ) {
            Turned::Sent
        } else if matches!(
            kind,
            EventKind::MemberCleared
                | EventKind::MemberPreempted
                | EventKind::MemberReassigned
                | EventKind::MemberCancelled
        ) {
            Turned::Freed
        } else {
            Turned::Neither
        }
    }
}
