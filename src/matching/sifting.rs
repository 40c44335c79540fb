//! Everyone on the roster, sifted: who can fill which place, and why each of the others cannot.

use std::collections::BTreeSet;

use super::eligibility::rejection;
use super::ranking::{Eligible, may_meet};
use super::report::{Rejected, Rejection};
use super::situation::{Candidate, Situation};
use crate::id::ResponderId;

/// The outcome of sifting. One who stays on the call is in none of it.
pub(super) struct Sifted<'s> {
    /// For each slot those who can fill it, in the order in which they are looked through.
    pub(super) lists: Vec<Vec<Eligible<'s>>>,
    /// How many responders are in the lists.
    pub(super) eligible: usize,
    /// One for each of the others, by id.
    pub(super) rejections: Vec<Rejected>,
}

/// Asks the hard rules of everyone, for every open slot. The order of the candidates does not matter.
pub(super) fn sift(situation: &Situation) -> Sifted<'_> {
    let staying = Staying::of(situation);
    let mut sifted = Sifted {
        lists: situation.slots.iter().map(|_| Vec::new()).collect(),
        eligible: 0,
        rejections: Vec::new(),
    };
    for candidate in &situation.candidates {
        if !staying.ids.contains(&candidate.responder_id) {
            sifted.place(situation, &staying, candidate);
        }
    }
    sifted.strand();
    for list in &mut sifted.lists {
        list.sort_unstable();
    }
    sifted.rejections.sort_unstable_by_key(|one| one.responder_id);
    sifted
}

impl<'s> Sifted<'s> {
    /// Puts one candidate where he belongs. Of the rejections for two slots the later rule counts: it is the nearer miss.
    fn place(&mut self, situation: &Situation, staying: &Staying, candidate: &'s Candidate) {
        let mut able = false;
        let mut nearest_miss = None;
        for (slot, list) in situation.slots.iter().zip(&mut self.lists) {
            let why = rejection(situation, candidate, slot)
                .or_else(|| staying.kept_from(candidate).then_some(Rejection::MustNotMeet));
            if why.is_none() {
                able = true;
                list.push(Eligible::new(candidate, slot));
            }
            nearest_miss = nearest_miss.max(why);
        }
        if able {
            self.eligible += 1;
        } else if let Some(rejection) = nearest_miss {
            self.reject(candidate.responder_id, rejection);
        }
    }

    fn reject(&mut self, responder_id: ResponderId, rejection: Rejection) {
        self.rejections.push(Rejected {
            responder_id,
            rejection,
        });
    }

    /// Takes out those who can be sent with nobody. Where a slot has nobody at all, the others are not to blame.
    ///
    /// Each looks for his first possible partner, so this costs one step for everyone and one for each forbidden pair.
    fn strand(&mut self) {
        let [first, second] = self.lists.as_mut_slice() else {
            return;
        };
        if first.is_empty() || second.is_empty() {
            return;
        }
        let alone = |list: &[Eligible<'s>], others: &[Eligible<'s>]| -> BTreeSet<ResponderId> {
            list.iter()
                .filter(|one| {
                    !others
                        .iter()
                        .any(|other| may_meet(one.candidate, other.candidate))
                })
                .map(|one| one.candidate.responder_id)
                .collect()
        };
        let (alone_first, alone_second) = (alone(first, second), alone(second, first));
        if alone_first.is_empty() && alone_second.is_empty() {
            return;
        }
        first.retain(|one| !alone_first.contains(&one.candidate.responder_id));
        second.retain(|one| !alone_second.contains(&one.candidate.responder_id));
        let placed: BTreeSet<ResponderId> = first
            .iter()
            .chain(second.iter())
            .map(|one| one.candidate.responder_id)
            .collect();
        self.eligible = placed.len();
        let stranded = alone_first.union(&alone_second).filter(|id| !placed.contains(id));
        for responder_id in stranded.copied().collect::<Vec<_>>() {
            self.reject(responder_id, Rejection::MustNotMeet);
        }
    }
}

/// Those who stay on the call, and whom they must not meet.
struct Staying {
    ids: BTreeSet<ResponderId>,
    must_not_meet: BTreeSet<ResponderId>,
}

impl Staying {
    fn of(situation: &Situation) -> Staying {
        let ids: BTreeSet<ResponderId> = situation.held.iter().map(|held| held.responder_id).collect();
        let must_not_meet = situation
            .candidates
            .iter()
            .filter(|candidate| ids.contains(&candidate.responder_id))
            .flat_map(|candidate| candidate.must_not_meet.iter().copied())
            .collect();
        Staying { ids, must_not_meet }
    }

    /// Whether he and one of those who stay must not meet; either side may say so.
    fn kept_from(&self, one: &Candidate) -> bool {
        self.must_not_meet.contains(&one.responder_id) || !self.ids.is_disjoint(&one.must_not_meet)
    }
}
