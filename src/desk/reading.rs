//! What is read: from the board while it is there, from the tables afterwards; and who may read which words.

use std::collections::BTreeMap;

use super::caller::Caller;
use super::center::Center;
use super::fault::refused;
use crate::board::Role;
use crate::dispatch::{Assignment, Call, CallKey, CallState, Member, MemberState, Text, TextClass};
use crate::id::{AssignmentId, CallId, OnCallListId, ResponderId, ShiftId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::roster::{NoteKind, OffShift};
use crate::shift::call_back::{CallBacks, call_backs};
use crate::shift::on_call::Attempt;
use crate::shift::{Shift, ShiftState};
use crate::store::{AssignmentFilter, CallFilter, ShiftFilter};
use crate::triage::CLINICIAN;

/// The revision, what holds of somebody while he is off shift, and the words about him.
pub type OffShiftAndWords = (u64, OffShift, BTreeMap<NoteKind, String>);

/// A call with its assignment in force, or the last one.
pub type CallAndAssignment = (Call, Option<Assignment>);

impl Center {
    /// A call, as far as this caller may know of it: to a responder only one that he is on, or was in the end.
    pub async fn call(&self, caller: &Caller, id: CallId) -> Result<CallAndAssignment, Refusal> {
        let standing = {
            let board = self.board();
            board.calls.get(&id).cloned()
        };
        let call = match standing {
            Some(call) => Some(call),
            None => self.store.call(self.id(), id).await.map_err(refused)?,
        };
        let call = call.ok_or_else(|| Refusal::not_found("call", id))?;
        let assignment = match call.assignment_id {
            Some(assignment_id) => self.standing_assignment(assignment_id).await?,
            None => None,
        };
        // Whoever went on with a merged call may read where it went.
        let went_on = call.state == CallState::Merged && went_on(caller, assignment.as_ref());
        if caller.role == Role::Responder && part(caller, assignment.as_ref()).is_none() && !went_on {
            // Others may have been sent since; he still has to say how it ended.
            let owed = self.owed_by(caller).into_iter().find(|owed| owed.call_id == id);
            let owed = owed.ok_or_else(|| Refusal::not_found("call", id))?;
            return Ok((call, Some(owed)));
        }
        Ok((call, assignment))
    }

    /// The same, or the call as which it continues, if the caller may know of that one.
    pub async fn call_that_goes_on(&self, caller: &Caller, id: CallId) -> Result<CallAndAssignment, Refusal> {
        let mut known = self.call(caller, id).await?;
        while let Some(next) = known.0.merged_into_call_id {
            match self.call(caller, next).await {
                Ok(found) => known = found,
                Err(refusal) if refusal.reason == Reason::NotFound => break,
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(known)
    }

    /// The same, by what people say of it.
    pub async fn call_by_key(&self, caller: &Caller, key: &CallKey) -> Result<CallAndAssignment, Refusal> {
        let standing = self.board().call_by_key(key).map(|call| call.id);
        let found = match standing {
            Some(id) => Some(id),
            None => {
                let filed = self.store.call_by_key(self.id(), key).await.map_err(refused)?;
                filed.map(|call| call.id)
            }
        };
        let id = found.ok_or_else(|| key.not_found())?;
        // What he may not see is not there: under the name that he used.
        let known = self.call(caller, id).await;
        known.map_err(|refusal| {
            if refusal.reason == Reason::NotFound {
                key.not_found()
            } else {
                refusal
            }
        })
    }

    /// The assignments that this responder has cleared without an account of how they ended, the oldest first.
    pub fn owed_by(&self, caller: &Caller) -> Vec<Assignment> {
        let board = self.board();
        let his = |one: &&Assignment| membership(caller, Some(one)).is_some_and(Member::owes_disposition);
        board.assignments.values().filter(his).cloned().collect()
    }

    /// An assignment, as far as this caller may know of it: to a responder only one in which he has a part.
    pub async fn assignment(&self, caller: &Caller, id: AssignmentId) -> Result<Assignment, Refusal> {
        self.standing_assignment(id)
            .await?
            .filter(|assignment| {
                caller.role != Role::Responder || membership(caller, Some(assignment)).is_some()
            })
            .ok_or_else(|| Refusal::not_found("assignment", id))
    }

    async fn standing_assignment(&self, id: AssignmentId) -> Result<Option<Assignment>, Refusal> {
        let standing = self.board().assignments.get(&id).cloned();
        match standing {
            Some(assignment) => Ok(Some(assignment)),
            None => self.store.assignment(self.id(), id).await.map_err(refused),
        }
    }

    /// A shift.
    pub async fn shift(&self, id: ShiftId) -> Result<Shift, Refusal> {
        let standing = self.board().shifts.get(&id).cloned();
        let shift = match standing {
            Some(shift) => Some(shift),
            None => self.store.shift(self.id(), id).await.map_err(refused)?,
        };
        shift.ok_or_else(|| Refusal::not_found("shift", id))
    }

    /// The revision, and who could be called back at it for a shift that nobody works.
    pub fn call_backs(&self, id: ShiftId, at: Moment) -> Result<(u64, CallBacks), Refusal> {
        let board = self.board();
        let shift = board.shifts.get(&id);
        let shift = shift.ok_or_else(|| Refusal::not_found("shift", id))?;
        if shift.responder_id.is_some() {
            return Err(Refusal::state("somebody works this shift", "ASSIGNED"));
        }
        if shift.state == ShiftState::Cancelled {
            return Err(Refusal::state("the shift is cancelled", "CANCELLED"));
        }
        if shift.planned.end <= at {
            return Err(Refusal::state("the shift is over", "OVER"));
        }
        Ok((board.revision, call_backs(&board, shift, at)))
    }

    /// Who was called by a list, the latest first, from before the attempt of this number on.
    pub async fn call_back_attempts(
        &self,
        list_id: OnCallListId,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<Attempt>, Refusal> {
        let found = self.store.call_back_attempts(self.id(), list_id, before, limit);
        found.await.map_err(refused)
    }

    /// The revision, what holds at it of somebody while he is off shift, and the words about him.
    pub async fn off_shift(&self, id: ResponderId) -> Result<OffShiftAndWords, Refusal> {
        let (revision, said) = {
            let board = self.board();
            let said = board.off_shift.get(&id).cloned();
            let said = said.unwrap_or_else(|| OffShift::unsaid(id, &board.jurisdiction.zone));
            (board.revision, said)
        };
        let mut words = self.store.notes(self.id(), id).await.map_err(refused)?;
        words.retain(|kind, _| said.noted.contains(kind));
        Ok((revision, said, words))
    }

    /// Calls, the latest first.
    pub async fn calls(
        &self,
        filter: &CallFilter,
        after: Option<(Moment, CallId)>,
        limit: u64,
    ) -> Result<Vec<Call>, Refusal> {
        self.store
            .calls(self.id(), filter, after, limit)
            .await
            .map_err(refused)
    }

    /// Assignments, the latest first; to a responder only those in which he has a part.
    pub async fn assignments(
        &self,
        caller: &Caller,
        mut filter: AssignmentFilter,
        after: Option<(Moment, AssignmentId)>,
        limit: u64,
    ) -> Result<Vec<Assignment>, Refusal> {
        if caller.role == Role::Responder {
            filter.responder_id = caller.responder_id;
        }
        let found = self.store.assignments(self.id(), &filter, after, limit).await;
        found.map_err(refused)
    }

    /// Shifts by planned start; to a responder his own, as soon as they are published: drafts are HR's.
    pub async fn shifts(
        &self,
        caller: &Caller,
        mut filter: ShiftFilter,
        after: Option<(Moment, ShiftId)>,
        limit: u64,
    ) -> Result<Vec<Shift>, Refusal> {
        if caller.role == Role::Responder {
            if !filter.states.is_empty() && !filter.states.contains(&ShiftState::Published) {
                return Ok(Vec::new());
            }
            filter.states = vec![ShiftState::Published];
            filter.responder_id = caller.responder_id;
        }
        let found = self.store.shifts(self.id(), &filter, after, limit).await;
        found.map_err(refused)
    }

    /// The texts of a call that this caller may read, the oldest first.
    pub async fn texts(
        &self,
        caller: &Caller,
        (call, assignment): &CallAndAssignment,
    ) -> Result<Vec<Text>, Refusal> {
        let texts = self.store.texts_of_call(self.id(), call).await.map_err(refused)?;
        let readable = texts
            .into_iter()
            .filter(|text| may_read(caller, (call, assignment.as_ref()), text));
        Ok(readable.collect())
    }
}

/// Clinical words are for those who dispatch and for the clinician who is on the call, and up to his clearing for him who
/// still has to say how it ended; what is about safety or the place is for everyone who is on it, and up to then for him
/// who has cleared it. Words that came from another call (a merge, a split) are for those who are on this one: when they
/// came is not when they were written. An auditor reads what is operational.
fn may_read(caller: &Caller, (call, assignment): (&Call, Option<&Assignment>), text: &Text) -> bool {
    let class = text.class;
    let present = matches!(part(caller, assignment), Some(Part::Present));
    let came_along = text.call_id != call.id;
    match caller.role {
        Role::Dispatcher | Role::Supervisor => true,
        Role::System => class != TextClass::Clinical,
        Role::Auditor => class == TextClass::Operational,
        Role::Responder if came_along && !present => false,
        Role::Responder => match class {
            TextClass::Clinical => is_assigned_clinician(caller, assignment, text.recorded_at),
            TextClass::Operational | TextClass::OfficerSafety | TextClass::Address | TextClass::Callback => {
                part(caller, assignment).is_some_and(|part| part.reaches(text.recorded_at))
            }
        },
        Role::Hr | Role::Admin => false,
    }
}

/// Whether he is the clinician on the call, or was when this was written and still has to say how it ended.
fn is_assigned_clinician(caller: &Caller, assignment: Option<&Assignment>, written_at: Moment) -> bool {
    membership(caller, assignment).is_some_and(|member| {
        let owing = member.owes_disposition() && written_at <= member.state_since;
        member.discipline == CLINICIAN && (member.state.is_active() || owing)
    })
}

/// The part that he has in the last assignment of a call; none if he declined, or was released before he was there.
enum Part {
    /// He is on it.
    Present,
    /// He has cleared it.
    Until(Moment),
}

impl Part {
    fn reaches(&self, at: Moment) -> bool {
        match self {
            Part::Present => true,
            Part::Until(cleared_at) => at <= *cleared_at,
        }
    }
}

fn part(caller: &Caller, assignment: Option<&Assignment>) -> Option<Part> {
    let member = membership(caller, assignment)?;
    if member.state.is_active() {
        Some(Part::Present)
    } else {
        (member.state == MemberState::Cleared).then_some(Part::Until(member.state_since))
    }
}

fn went_on(caller: &Caller, assignment: Option<&Assignment>) -> bool {
    membership(caller, assignment)
        .and_then(|member| member.exit.as_ref())
        .is_some_and(|exit| exit.moved_to.is_some())
}

/// His own membership, the latest, if he has one.
fn membership<'a>(caller: &Caller, assignment: Option<&'a Assignment>) -> Option<&'a Member> {
    assignment?.member(caller.responder_id?)
}
