//! Who works with whom by habit.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::Board;
use crate::filling::problem::Bond;
use crate::id::{AreaId, ResponderId};
use crate::moment::Window;
use crate::shift::Shift;

/// So many shifts side by side make a habit.
const HABIT: usize = 3;

/// Pairs of different disciplines: each with whom he has shared most of these shifts, window and area, and no fewer than
/// [`HABIT`].
pub(super) fn bonds(board: &Board, shifts: &[&Shift]) -> BTreeSet<(ResponderId, ResponderId)> {
    let mut crews: BTreeMap<(Window, Option<AreaId>), Vec<ResponderId>> = BTreeMap::new();
    for shift in shifts {
        if let Some(responder_id) = shift.responder_id {
            crews
                .entry((shift.planned, shift.area_id))
                .or_default()
                .push(responder_id);
        }
    }
    let discipline = |id: &ResponderId| board.responders.get(id).map(|one| &one.discipline);
    let mut shared: BTreeMap<ResponderId, BTreeMap<ResponderId, usize>> = BTreeMap::new();
    for crew in crews.values() {
        for one in crew {
            let partners = crew.iter().filter(|other| discipline(one) != discipline(other));
            for other in partners {
                *shared.entry(*one).or_default().entry(*other).or_default() += 1;
            }
        }
    }
    let mut bonds = BTreeSet::new();
    for (one, partners) in shared {
        let most = partners
            .into_iter()
            .max_by_key(|(other, count)| (*count, std::cmp::Reverse(*other)));
        if let Some((other, _)) = most.filter(|(_, count)| *count >= HABIT) {
            bonds.insert((one.min(other), one.max(other)));
        }
    }
    bonds
}

/// The same between the people of a plan.
pub(super) fn between(
    bonds: &BTreeSet<(ResponderId, ResponderId)>,
    index: &BTreeMap<ResponderId, usize>,
    weight: u32,
) -> Vec<Bond> {
    let of = |(one, other): &(ResponderId, ResponderId)| {
        Some(Bond {
            one: *index.get(one)?,
            other: *index.get(other)?,
            weight,
        })
    };
    bonds.iter().filter_map(of).collect()
}
