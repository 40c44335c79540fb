//! One responder by himself: what keeps him from being sent now.

use super::gather::each_for;
use super::report::Rejection;
use crate::board::{Board, TELEPHONE};
use crate::geo::Point;
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::travel::{self, Positions};
use crate::triage::Slot;

/// The board as if nobody but this responder were on it: it is quickly taken off the board of all, and asked at leisure.
#[derive(Debug)]
pub struct Alone {
    responder_id: ResponderId,
    board: Board,
}

impl Alone {
    /// None of one who is not on the board.
    pub fn on(board: &Board, responder_id: ResponderId, at: Moment) -> Option<Alone> {
        let him = board.responders.get(&responder_id)?;
        let mut alone = Board::new(board.jurisdiction.clone(), at);
        alone.responders.insert(responder_id, him.clone());
        let duty = board.duty.get(&responder_id);
        alone.duty.extend(duty.map(|duty| (responder_id, duty.clone())));
        let turn = board.turns.get(&responder_id);
        alone.turns.extend(turn.map(|turn| (responder_id, *turn)));
        let shift = board.shift_at(responder_id, at);
        alone.shifts.extend(shift.cloned());
        let on = board.active_assignment(responder_id);
        alone.assignments.extend(on.map(|on| (on.id, on.clone())));
        Some(Alone {
            responder_id,
            board: alone,
        })
    }

    /// What keeps him from being sent, wherever the call is: no shift, no duty, a call, a licence, ...; and the other things
    /// that a match would ask of him. It is asked at the place where he is, so that neither way nor area count.
    pub fn keeps_back(&self, positions: &Positions, at: Moment) -> Option<Rejection> {
        let Alone { responder_id, board } = self;
        let here = place_of(board, positions, *responder_id, at)?;
        let travel = travel::measure(board, positions, here, at);
        let duty = board.duty.get(responder_id);
        let seat = duty.is_some_and(|duty| duty.secondary == TELEPHONE);
        let slot = |of: &str| Slot {
            slot_id: of.to_owned(),
            discipline: of.to_owned(),
            qualifications: board.policy().required_of(of).cloned().collect(),
            staged: false,
            telephone: seat,
        };
        let found = each_for(board, here, &travel, at, slot);
        found.into_iter().find_map(|(_, rejection)| rejection)
    }
}

/// Where he is, else where he starts from. Who has neither is asked of any place at all: he has no way to it.
fn place_of(alone: &Board, positions: &Positions, responder_id: ResponderId, at: Moment) -> Option<Point> {
    let usable = i64::from(alone.policy().position_usable_seconds);
    let known = positions.get(&responder_id);
    let known = known.filter(|position| position.at.seconds_until(at) <= usable);
    let base = alone.responders.get(&responder_id)?.base.as_ref();
    let here = known
        .map(|position| position.point)
        .or(base.map(|base| base.point));
    Some(here.unwrap_or(Point::from_e7(0, 0)))
}
