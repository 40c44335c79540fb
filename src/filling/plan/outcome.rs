//! What a proposal means, by shift and by responder.

use std::collections::BTreeMap;

use super::Plan;
use crate::filling::{Assigned, Cost, Obstacle, Proposal, Unfit};
use crate::id::{ResponderId, ShiftId};
use crate::shift::Shift;

/// A proposal, shift by shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Those that would change or stay open, by start.
    pub shifts: Vec<ShiftOutcome>,
    /// What it costs.
    pub cost: Cost,
    /// What the roster costs as it stands.
    pub standing_cost: Cost,
}

/// A shift as it is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftOutcome {
    /// As it stands.
    pub shift: Shift,
    /// Who would work it; none when it is open.
    pub responder_id: Option<ResponderId>,
    /// Why not the others, of one that is open.
    pub stopped: Vec<Stopped>,
}

/// Somebody who does not work a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Who.
    pub responder_id: ResponderId,
    /// Why.
    pub obstacle: Obstacle,
    /// The shift that he works instead.
    pub works: Option<ShiftId>,
}

impl Plan {
    /// What this proposal means.
    pub(super) fn outcome(&self, proposal: &Proposal, standing: &Proposal) -> Outcome {
        let by_place =
            |assigned: &Assigned| Some((assigned.place, *self.responder_ids.get(assigned.person)?));
        let works: BTreeMap<usize, ResponderId> = proposal.assigned.iter().filter_map(by_place).collect();
        let mut open: BTreeMap<usize, &[(usize, Obstacle)]> = BTreeMap::new();
        for one in &proposal.open {
            open.insert(one.place, &one.obstacles);
        }
        let places = self.shifts.iter().zip(&self.problem.places).enumerate();
        let to_plan = places.filter(|(_, (_, place))| !place.fixed);
        let shifts = to_plan.filter_map(|(index, (shift, _))| {
            let responder_id = works.get(&index).copied();
            let told = responder_id.is_none() || responder_id != shift.responder_id;
            told.then(|| ShiftOutcome {
                shift: shift.clone(),
                responder_id,
                stopped: self.stopped(open.get(&index).copied().unwrap_or_default()),
            })
        });
        Outcome {
            shifts: shifts.collect(),
            cost: proposal.cost,
            standing_cost: standing.cost,
        }
    }

    /// Who is stopped by what; those whom it does not concern are left out.
    pub fn stopped(&self, obstacles: &[(usize, Obstacle)]) -> Vec<Stopped> {
        let concerned = obstacles
            .iter()
            .filter(|(_, obstacle)| *obstacle != Obstacle::Unfit(Unfit::NotHis));
        let stopped = |(person, obstacle): &(usize, Obstacle)| {
            let works = match obstacle {
                Obstacle::Works(place) => self.shifts.get(*place).map(|shift| shift.id),
                Obstacle::Unfit(Unfit::Works(shift_id)) => Some(*shift_id),
                Obstacle::HasIt
                | Obstacle::Full
                | Obstacle::Unfit(_)
                | Obstacle::Breaks(..)
                | Obstacle::Unchosen(_) => None,
            };
            Some(Stopped {
                responder_id: *self.responder_ids.get(*person)?,
                obstacle: obstacle.clone(),
                works,
            })
        };
        concerned.filter_map(stopped).collect()
    }

    /// Whom an index of the people means.
    pub fn responder_id(&self, person: usize) -> Option<ResponderId> {
        self.responder_ids.get(person).copied()
    }
}
