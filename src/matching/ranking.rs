//! Of those who can be sent, whom to send. One [`Rank`], whose order *is* the policy.
//!
//! For two slots every pair could be compared, but the rank grows along both lists when each is in the order of
//! (seconds, last sent, id). So the pairs come out of a heap in the order of their rank, the best first, and only as many
//! are looked at as are needed: the chosen one, its runners-up, and those that must not meet on the way.
//!
//! At most two slots are open at once.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

use super::report::Lost;
use super::situation::{Candidate, Situation};
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::triage::Slot;

/// How good a choice is; the least is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Seconds until all are there, those who stay included.
    all_there: u32,
    /// Seconds that those sent travel, together.
    sum: u64,
    /// When the one who was sent longer ago was sent; never comes first.
    earlier_sent: Option<Moment>,
    /// When the other was.
    later_sent: Option<Moment>,
    /// Ids, in the order of the slots.
    ids: [ResponderId; 2],
}

/// One who can fill a slot. Its order is the one in which a list is looked through: the rank grows along it. What that
/// order reads stands here, side by side, so that sorting does not run about in memory.
#[derive(Clone, Copy)]
pub(super) struct Eligible<'s> {
    /// Seconds until he is there.
    pub(super) seconds: u32,
    last_sent_at: Option<Moment>,
    responder_id: ResponderId,
    /// Who.
    pub(super) candidate: &'s Candidate,
}

impl<'s> Eligible<'s> {
    /// This candidate in this slot; a telephone seat does not travel.
    pub(super) fn new(candidate: &'s Candidate, slot: &Slot) -> Eligible<'s> {
        let way = candidate.leg.map_or(0, |leg| leg.seconds);
        Eligible {
            seconds: if slot.telephone { 0 } else { way },
            last_sent_at: candidate.last_sent_at,
            responder_id: candidate.responder_id,
            candidate,
        }
    }

    fn key(&self) -> (u32, Option<Moment>, ResponderId) {
        (self.seconds, self.last_sent_at, self.responder_id)
    }
}

impl PartialEq for Eligible<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Eligible<'_> {}

impl PartialOrd for Eligible<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Eligible<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// A choice: one for each open slot.
pub(super) type Choice<'s> = Vec<Eligible<'s>>;

/// The best choices in order, at most `wanted`.
pub(super) fn best_choices<'s>(
    situation: &Situation,
    lists: &[Vec<Eligible<'s>>],
    wanted: usize,
) -> Vec<Choice<'s>> {
    match lists {
        [only] => only.iter().take(wanted).map(|one| vec![*one]).collect(),
        [first, second] => best_pairs(situation, first, second, wanted),
        _ => Vec::new(),
    }
}

/// Pairs in the order of their rank, out of a heap that holds the frontier of what has been looked at.
fn best_pairs<'s>(
    situation: &Situation,
    first: &[Eligible<'s>],
    second: &[Eligible<'s>],
    wanted: usize,
) -> Vec<Choice<'s>> {
    let pair = |i: usize, j: usize| Some(vec![*first.get(i)?, *second.get(j)?]);
    let mut frontier = BinaryHeap::new();
    let mut seen = BTreeSet::new();
    let mut reach = |frontier: &mut BinaryHeap<_>, i: usize, j: usize| {
        if let Some(choice) = pair(i, j)
            && seen.insert((i, j))
        {
            frontier.push(Reverse((rank(situation, &choice), i, j)));
        }
    };
    reach(&mut frontier, 0, 0);
    let mut best = Vec::new();
    while let Some(Reverse((_, i, j))) = frontier.pop() {
        let Some(choice) = pair(i, j) else { continue };
        if may_meet(choice[0].candidate, choice[1].candidate) {
            best.push(choice);
            if best.len() >= wanted {
                break;
            }
        }
        reach(&mut frontier, i + 1, j);
        reach(&mut frontier, i, j + 1);
    }
    best
}

/// How good a choice is.
pub(super) fn rank(situation: &Situation, choice: &[Eligible<'_>]) -> Option<Rank> {
    let held = situation.held.iter().map(|held| held.seconds);
    let all_there = choice.iter().map(|one| one.seconds).chain(held).max()?;
    let sent = |one: &Eligible<'_>| (one.last_sent_at, one.responder_id);
    let (first, last) = (sent(choice.first()?), sent(choice.last()?));
    Some(Rank {
        all_there,
        sum: choice.iter().map(|one| u64::from(one.seconds)).sum(),
        earlier_sent: first.0.min(last.0),
        later_sent: first.0.max(last.0),
        ids: [first.1, last.1],
    })
}

impl Rank {
    /// Seconds until all are there.
    pub(super) fn all_there(&self) -> u32 {
        self.all_there
    }

    /// The first point on which another choice is worse than this one.
    pub(super) fn beats(&self, other: &Rank) -> Lost {
        let seconds = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        if other.all_there != self.all_there {
            Lost::LaterTogether(other.all_there.saturating_sub(self.all_there))
        } else if other.sum != self.sum {
            Lost::LongerTravel(seconds(other.sum.saturating_sub(self.sum)))
        } else if (other.earlier_sent, other.later_sent) != (self.earlier_sent, self.later_sent) {
            Lost::SentMoreRecently
        } else {
            Lost::TieBrokenById
        }
    }
}

/// Whether two can be sent together: not one in both places, and neither says that he must not meet the other.
pub(super) fn may_meet(one: &Candidate, other: &Candidate) -> bool {
    one.responder_id != other.responder_id
        && !one.must_not_meet.contains(&other.responder_id)
        && !other.must_not_meet.contains(&one.responder_id)
}
