//! On call: who is to be reachable when, and in which order people are called back.
//!
//! A list is of one agency and discipline, for one area or for all. Its *rotation* is the order in which they are called; whoever
//! is *charged* for an attempt goes to its end. Its *stints* say who is on call from when to when.

pub mod command;
pub mod decide;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::board::{Board, Policy, Reporter};
use crate::id::{AgencyId, AreaId, OnCallListId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::triage::Code;

use super::Shift;

/// An order in which people are called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCallList {
    /// Its id.
    pub id: OnCallListId,
    /// Whose people are on it.
    pub agency_id: AgencyId,
    /// Its name.
    pub name: String,
    /// The discipline of those on it.
    pub discipline: Code,
    /// The area whose shifts it is for; none means all.
    pub area_id: Option<AreaId>,
    /// Whose turn it is, the next first.
    pub rotation: Vec<ResponderId>,
    /// Who is on call from when to when, by start. One that is over stays as long as a shift does.
    pub stints: Vec<Stint>,
    /// Who was called for shifts that are not over, in order.
    pub attempts: Vec<Attempt>,
    /// How many attempts there have been.
    pub attempt_count: u32,
    /// When it was retired.
    pub retired_at: Option<Moment>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// That somebody is on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stint {
    /// From when to when.
    pub window: Window,
    /// Who.
    pub responder_id: ResponderId,
}

/// That somebody was called for a shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its place among those of its list, from 1.
    pub number: u32,
    /// For which shift.
    pub shift_id: ShiftId,
    /// When that ends.
    pub shift_ends_at: Moment,
    /// Who.
    pub responder_id: ResponderId,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether he went to the end of the rotation for it.
    pub charged: bool,
    /// When.
    pub at: Moment,
    /// Who called, and how.
    pub by: Reporter,
}

/// What came of calling somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// He comes.
    Accepted,
    /// He does not want to.
    Declined,
    /// He cannot.
    NotAvailable,
    /// Nobody answered.
    NoAnswer,
    /// It is somebody else's number.
    WrongNumber,
    /// He works here no longer.
    NoLongerActive,
}

impl Outcome {
    /// Whether he has had his turn by it. For what was not his doing nobody pays.
    pub fn is_charged(self, policy: &Policy) -> bool {
        match self {
            Outcome::Accepted | Outcome::Declined => true,
            Outcome::NotAvailable => policy.not_available_is_charged,
            Outcome::NoAnswer => policy.no_answer_is_charged,
            Outcome::WrongNumber | Outcome::NoLongerActive => false,
        }
    }
}

impl OnCallList {
    /// His place in the rotation, from 0.
    pub fn place_of(&self, responder_id: ResponderId) -> Option<usize> {
        self.rotation.iter().position(|one| *one == responder_id)
    }

    /// Whether he is on call in some part of this window.
    pub fn has_on_call(&self, responder_id: ResponderId, window: &Window) -> bool {
        let his = |stint: &Stint| stint.responder_id == responder_id && stint.window.overlaps(window);
        self.stints.iter().any(his)
    }

    /// What came of calling him for this shift, the last time.
    pub fn last_outcome(&self, responder_id: ResponderId, shift_id: ShiftId) -> Option<Outcome> {
        let mut latest_first = self.attempts.iter().rev();
        let his = latest_first.find(|one| one.responder_id == responder_id && one.shift_id == shift_id);
        his.map(|one| one.outcome)
    }
}

/// The list by which people are called back for a shift of this discipline: rather one of its area than one for all.
pub fn list_for<'a>(board: &'a Board, shift: &Shift, discipline: Option<&Code>) -> Option<&'a OnCallList> {
    let for_it = board.on_call.values().filter(|list| {
        list.retired_at.is_none()
            && list.agency_id == shift.agency_id
            && discipline.is_none_or(|needed| *needed == list.discipline)
            && (list.area_id.is_none() || list.area_id == shift.area_id)
    });
    for_it.min_by_key(|list| (list.area_id.is_none(), list.id))
}
