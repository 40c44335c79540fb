//! Who has which name: looked up once a part, not once a row.

use std::collections::{BTreeMap, BTreeSet};

use super::origin::Place;
use crate::board::{Board, ExternalReference};
use crate::id::{AgencyId, AreaId, PatternId, ResponderId, ShiftId};
use crate::roster::Responder;
use crate::shift::{Shift, ShiftState};
use crate::transfer::value::Whom;

/// The names on a board.
#[derive(Debug)]
pub(super) struct Index {
    /// Of those who have not left, as they are heard on the radio.
    call_signs: BTreeMap<String, ResponderId>,
    responders: BTreeMap<ExternalReference, ResponderId>,
    areas: BTreeMap<String, AreaId>,
    shifts: BTreeMap<ExternalReference, ShiftId>,
    /// Those in use, by agency and name.
    patterns: BTreeMap<(AgencyId, String), Vec<PatternId>>,
    /// Shifts that patterns have made.
    made: BTreeMap<Place, ShiftId>,
    /// Shifts that are not cancelled, by who works them.
    worked: BTreeMap<Option<ResponderId>, BTreeSet<ShiftId>>,
}

/// On the radio nobody hears a capital letter.
fn spoken(call_sign: &str) -> String {
    call_sign.to_lowercase()
}

impl Index {
    pub(super) fn of(board: &Board) -> Index {
        let mut index = Index {
            call_signs: BTreeMap::new(),
            responders: BTreeMap::new(),
            areas: board
                .areas
                .values()
                .map(|area| (area.name.clone(), area.id))
                .collect(),
            shifts: BTreeMap::new(),
            patterns: BTreeMap::new(),
            made: BTreeMap::new(),
            worked: BTreeMap::new(),
        };
        // One who has left keeps his names until someone else has them.
        for gone in board.responders.values().filter(|one| one.retired_at.is_some()) {
            index.responders.extend(
                gone.external_references
                    .iter()
                    .map(|name| (name.clone(), gone.id)),
            );
        }
        for responder in board.responders.values().filter(|one| one.retired_at.is_none()) {
            index.enter(responder);
        }
        for shift in board.shifts.values() {
            index.enter_shift(shift);
        }
        index.enter_patterns(board);
        index
    }

    /// The patterns as they are now.
    pub(super) fn enter_patterns(&mut self, board: &Board) {
        self.patterns.clear();
        for pattern in board.patterns.values().filter(|one| one.retired_at.is_none()) {
            let called = (pattern.agency_id.clone(), pattern.name.clone());
            self.patterns.entry(called).or_default().push(pattern.id);
        }
    }

    /// Those of this agency and name.
    pub(super) fn patterns_called(&self, agency_id: &AgencyId, name: &str) -> &[PatternId] {
        let called = (agency_id.clone(), name.to_owned());
        self.patterns.get(&called).map_or(&[], Vec::as_slice)
    }

    pub(super) fn enter(&mut self, responder: &Responder) {
        self.call_signs.insert(spoken(&responder.call_sign), responder.id);
        let names = responder.external_references.iter();
        self.responders
            .extend(names.map(|name| (name.clone(), responder.id)));
    }

    /// He no longer has this call sign.
    pub(super) fn leave(&mut self, responder: &Responder) {
        let spoken = spoken(&responder.call_sign);
        if self.call_signs.get(&spoken) == Some(&responder.id) {
            self.call_signs.remove(&spoken);
        }
    }

    pub(super) fn enter_shift(&mut self, shift: &Shift) {
        let names = shift.external_references.iter();
        self.shifts.extend(names.map(|name| (name.clone(), shift.id)));
        let made_for = shift.origin.as_ref().map(Place::of);
        self.made.extend(made_for.map(|place| (place, shift.id)));
        if shift.state != ShiftState::Cancelled {
            self.worked
                .entry(shift.responder_id)
                .or_default()
                .insert(shift.id);
        }
    }

    /// Nobody works this shift any more, or somebody else.
    pub(super) fn leave_shift(&mut self, shift: &Shift) {
        if let Some(worked) = self.worked.get_mut(&shift.responder_id) {
            worked.remove(&shift.id);
        }
    }

    pub(super) fn by_call_sign(&self, call_sign: &str) -> Option<ResponderId> {
        self.call_signs.get(&spoken(call_sign)).copied()
    }

    /// All who have one of these names.
    pub(super) fn by_names(&self, names: &BTreeSet<ExternalReference>) -> BTreeSet<ResponderId> {
        names
            .iter()
            .filter_map(|name| self.responders.get(name).copied())
            .collect()
    }

    /// Whom a table means: by a name of another system, else by call sign.
    pub(super) fn meant(&self, whom: &Whom) -> Option<ResponderId> {
        let by_name = whom
            .references
            .iter()
            .find_map(|name| self.responders.get(name).copied());
        by_name.or_else(|| self.by_call_sign(&whom.call_sign))
    }

    pub(super) fn area(&self, name: &str) -> Option<AreaId> {
        self.areas.get(name).copied()
    }

    /// All shifts that have one of these names.
    pub(super) fn shifts_by_names(&self, names: &BTreeSet<ExternalReference>) -> BTreeSet<ShiftId> {
        names
            .iter()
            .filter_map(|name| self.shifts.get(name).copied())
            .collect()
    }

    /// The shift of this place of a pattern.
    pub(super) fn made_for(&self, place: &Place) -> Option<ShiftId> {
        self.made.get(place).copied()
    }

    /// The shifts that he works; of nobody, the open ones.
    pub(super) fn worked_by(&self, responder_id: Option<ResponderId>) -> impl Iterator<Item = ShiftId> {
        self.worked.get(&responder_id).into_iter().flatten().copied()
    }
}
