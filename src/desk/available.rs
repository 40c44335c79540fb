//! Who could be sent to a point now.

use std::collections::BTreeSet;

use super::center::Center;
use crate::geo::Point;
use crate::id::ResponderId;
use crate::matching::{Alone, Rejection, each_for};
use crate::moment::Moment;
use crate::travel::Leg;
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
    /// What keeps this responder from being sent now, wherever the call is.
    pub fn not_sendable(&self, responder_id: ResponderId, at: Moment) -> Option<Rejection> {
        let alone = Alone::on(&self.board(), responder_id, at)?;
        alone.keeps_back(&self.positions(), at)
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
