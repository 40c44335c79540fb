//! Who could be sent to a point now.

use std::collections::BTreeSet;

use super::center::Center;
use crate::board::{Board, TELEPHONE};
use crate::geo::Point;
use crate::id::ResponderId;
use crate::matching::{Rejection, each_for};
use crate::moment::Moment;
use crate::travel::{self, Leg};
use crate::triage::{Code, Slot};

/// One who could be sent, or could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Available {
    /// Who.
    pub responder_id: ResponderId,
    /// His discipline.
    pub discipline: Code,
    /// His way to the point, when something is known.
    pub leg: Option<Leg>,
    /// What he is qualified for now.
    pub qualifications: Vec<Code>,
    /// Why he cannot be sent; none when he can.
    pub rejection: Option<Rejection>,
}

impl Center {
    /// What keeps this responder from being sent now, wherever the call is: no shift, no duty, a call, a licence, ...; and
    /// the other things that a match would ask of him. It is asked of a board with him alone and at the place where he is,
    /// so that neither way nor area count.
    pub fn not_sendable(&self, responder_id: ResponderId, at: Moment) -> Option<Rejection> {
        let board = self.board();
        let him = board.responders.get(&responder_id)?;
        let mut alone = Board::new(board.jurisdiction.clone(), at);
        alone.responders.insert(responder_id, him.clone());
        alone.duty.extend(
            board
                .duty
                .get(&responder_id)
                .map(|duty| (responder_id, duty.clone())),
        );
        alone
            .turns
            .extend(board.turns.get(&responder_id).map(|turn| (responder_id, *turn)));
        let shift = board.shift_at(responder_id, at);
        alone.shifts.extend(shift.map(|shift| (shift.id, shift.clone())));
        let assignment = board.active_assignment(responder_id);
        alone
            .assignments
            .extend(assignment.map(|one| (one.id, one.clone())));
        drop(board);
        let positions = self.positions();
        let him = alone.responders.get(&responder_id)?;
        let usable = i64::from(alone.policy().position_usable_seconds);
        let known = positions.get(&responder_id);
        let known = known.filter(|position| position.at.seconds_until(at) <= usable);
        let here = known.map(|position| position.point);
        let here = here.or_else(|| him.base.as_ref().map(|base| base.point));
        // Who has neither position nor base is asked of any place at all: he has no way to it.
        let here = here.unwrap_or(Point::from_e7(0, 0));
        let travel = travel::measure(&alone, &positions, here, at);
        let seat = alone
            .duty
            .get(&responder_id)
            .is_some_and(|duty| duty.secondary == TELEPHONE);
        let slot = |of: &str| Slot {
            slot_id: of.to_owned(),
            discipline: of.to_owned(),
            qualifications: alone.policy().required_of(of).cloned().collect(),
            staged: false,
            telephone: seat,
        };
        let found = each_for(&alone, here, &travel, at, slot);
        found.into_iter().find_map(|(_, rejection)| rejection)
    }

    /// Everyone of a discipline (empty: of any), the nearest who can be sent first, then those who cannot, by id; and the
    /// revision that this shows. The rules are those of a match.
    pub fn available(&self, point: Point, discipline: &str, asked: &[Code]) -> (u64, Vec<Available>) {
        let travel = self.travel_to(point);
        let at = self.clock.now();
        let board = self.board();
        let required =
            |of: &str| -> BTreeSet<Code> { board.policy().required_of(of).chain(asked).cloned().collect() };
        let mut found: Vec<Available> = each_for(&board, point, &travel, at, |of| Slot {
            slot_id: of.to_owned(),
            discipline: of.to_owned(),
            qualifications: required(of),
            staged: false,
            telephone: false,
        })
        .into_iter()
        .filter(|(candidate, _)| discipline.is_empty() || candidate.discipline == discipline)
        .map(|(candidate, rejection)| Available {
            responder_id: candidate.responder_id,
            discipline: candidate.discipline,
            leg: candidate.leg,
            qualifications: candidate.qualifications.into_keys().collect(),
            rejection,
        })
        .collect();
        found.sort_by_key(|one| {
            let seconds = one.leg.filter(|_| one.rejection.is_none()).map(|leg| leg.seconds);
            (one.rejection.is_some(), seconds, one.responder_id)
        });
        (board.revision, found)
    }
}
