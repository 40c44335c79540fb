//! What a batch leaves behind of each thing: of all the events that carry it, the last one's value.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::ConnectionTrait;

use super::{
    StoreError, alert, assignment, call, duty, jurisdiction, off_shift, on_call, pattern, request, roster,
    shift, timesheet,
};
use crate::board::{After, Agency, Alert, Board, DutyStatus, Entry, Jurisdiction, ServiceArea, Turn};
use crate::dispatch::{Assignment, Call};
use crate::hours::Timesheet;
use crate::id::{
    AgencyId, AlertId, AreaId, AssignmentId, CallId, OnCallListId, PatternId, ResponderId, ShiftId,
    ShiftRequestId, TimesheetId,
};
use crate::request::ShiftRequest;
use crate::roster::{OffShift, Responder};
use crate::shift::Shift;
use crate::shift::on_call::{Attempt, OnCallList};
use crate::shift::pattern::Pattern;

#[derive(Default)]
pub(super) struct Latest<'a> {
    jurisdiction: Option<&'a Jurisdiction>,
    agencies: BTreeMap<&'a AgencyId, &'a Agency>,
    areas: BTreeMap<AreaId, &'a ServiceArea>,
    responders: BTreeMap<ResponderId, &'a Responder>,
    shifts: BTreeMap<ShiftId, &'a Shift>,
    patterns: BTreeMap<PatternId, &'a Pattern>,
    requests: BTreeMap<ShiftRequestId, &'a ShiftRequest>,
    timesheets: BTreeMap<TimesheetId, &'a Timesheet>,
    on_call: BTreeMap<OnCallListId, &'a OnCallList>,
    /// Those of every event: a list lets go of what is over.
    attempts: BTreeMap<(OnCallListId, u32), &'a Attempt>,
    off_shift: BTreeMap<ResponderId, &'a OffShift>,
    duty: BTreeMap<ResponderId, &'a DutyStatus>,
    calls: BTreeMap<CallId, &'a Call>,
    /// Calls that were filed at some time in the batch, even if they came back.
    filed: BTreeSet<CallId>,
    assignments: BTreeMap<AssignmentId, &'a Assignment>,
    alerts: BTreeMap<AlertId, &'a Alert>,
    turns: BTreeMap<ResponderId, Turn>,
}

impl<'a> Latest<'a> {
    /// `board` is the one after the last of the entries: it knows whose turn it is.
    pub(super) fn of(entries: &'a [Entry], board: &Board) -> Latest<'a> {
        let mut latest = Latest::default();
        for event in entries.iter().flat_map(|entry| &entry.events) {
            match &event.after {
                After::Jurisdiction(jurisdiction) => latest.jurisdiction = Some(jurisdiction),
                After::Agency(agency) => {
                    latest.agencies.insert(&agency.id, agency);
                }
                After::Area(area) => {
                    latest.areas.insert(area.id, area);
                }
                After::Responder(responder) => {
                    latest.responders.insert(responder.id, responder);
                }
                After::Shift(shift) => {
                    latest.shifts.insert(shift.id, shift);
                }
                After::Pattern(pattern) => {
                    latest.patterns.insert(pattern.id, pattern);
                }
                After::Request(request) => {
                    latest.requests.insert(request.id, request);
                }
                After::Timesheet(sheet) => {
                    latest.timesheets.insert(sheet.id, sheet);
                }
                After::OnCallList(list) => {
                    latest.on_call.insert(list.id, list);
                    let attempts = list.attempts.iter();
                    let numbered = attempts.map(|one| ((list.id, one.number), one));
                    latest.attempts.extend(numbered);
                }
                After::OffShift(said) => {
                    latest.off_shift.insert(said.responder_id, said);
                }
                After::Duty(responder_id, status) => {
                    latest.duty.insert(*responder_id, status);
                }
                After::Call(call) => {
                    latest.calls.insert(call.id, call);
                    if call.filed {
                        latest.filed.insert(call.id);
                    }
                }
                After::Assignment(assignment) => {
                    latest.assignments.insert(assignment.id, assignment);
                    let turn = event.subject.and_then(|who| Some((who, board.turns.get(&who)?)));
                    latest.turns.extend(turn.map(|(who, turn)| (who, *turn)));
                }
                After::Alert(alert) => {
                    latest.alerts.insert(alert.id, alert);
                }
            }
        }
        latest
    }

    /// Writes it, what is pointed at before what points at it. What is empty costs no round trip.
    pub(super) async fn save<C: ConnectionTrait>(&self, db: &C, board: &Board) -> Result<(), StoreError> {
        fn all<'v, K, V: ?Sized>(map: &BTreeMap<K, &'v V>) -> Vec<&'v V> {
            map.values().copied().collect()
        }
        let at = &board.jurisdiction.id;
        if let Some(jurisdiction) = self.jurisdiction {
            jurisdiction::save_jurisdiction(db, jurisdiction).await?;
        }
        roster::save_agencies(db, at, &all(&self.agencies)).await?;
        roster::save_areas(db, at, &all(&self.areas)).await?;
        roster::save_responders(db, at, &all(&self.responders)).await?;
        pattern::save(db, at, &all(&self.patterns)).await?;
        shift::save(db, at, &all(&self.shifts)).await?;
        request::save(db, at, &all(&self.requests)).await?;
        timesheet::save(db, at, &all(&self.timesheets)).await?;
        on_call::save(db, at, &all(&self.on_call)).await?;
        on_call::save_attempts(db, at, &self.attempts).await?;
        off_shift::save(db, at, &all(&self.off_shift)).await?;
        duty::save_statuses(db, at, &self.duty).await?;
        call::save(db, at, &all(&self.calls)).await?;
        assignment::file_of_calls(db, at, &self.filed).await?;
        assignment::save(db, board, &all(&self.assignments)).await?;
        alert::save(db, at, &all(&self.alerts)).await?;
        duty::save_turns(db, at, &self.turns).await
    }
}
