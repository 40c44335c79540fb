//! What became of the calls: counted from what came over the wire, told at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::responder::moment;
use crate::grpc::pb;
use crate::moment::Moment;
use pb::{CallState, MemberState, PositionBasis};

/// What became of each call.
#[derive(Debug, Default)]
pub struct Tally {
    calls: BTreeMap<String, Fate>,
    declined: usize,
    timed_out: usize,
    escalated: usize,
    matches: usize,
    replayed: usize,
}

#[derive(Debug, Default)]
struct Fate {
    opened_at: Option<Moment>,
    state: CallState,
    slots: usize,
    offered: bool,
    waited: bool,
    degraded: bool,
    telephone: bool,
    /// When each slot was first filled by someone there.
    there: BTreeMap<String, Moment>,
}

impl Tally {
    pub(super) fn call(&mut self, call: &pb::Call) {
        let fate = self.calls.entry(call.call_id.clone()).or_default();
        fate.opened_at = moment(call.opened_at);
        fate.state = call.state();
        fate.slots = call.slots.len();
        fate.waited |= call.state() == CallState::Waiting || call.waiting_since.is_some();
        fate.telephone = call.slots.iter().all(|slot| slot.telephone);
    }

    pub(super) fn assignment(&mut self, assignment: &pb::Assignment) {
        let fate = self.calls.entry(assignment.call_id.clone()).or_default();
        fate.offered = true;
        fate.degraded |= assignment.degraded;
        for member in &assignment.members {
            let steps = member.steps.iter();
            let first = steps
                .filter(|step| step.state() == MemberState::OnScene)
                .find_map(|step| moment(step.occurred_at));
            if let Some(first) = first {
                let there = fate.there.entry(member.slot_id.clone()).or_insert(first);
                *there = (*there).min(first);
            }
            fate.degraded |= matches!(member.basis(), PositionBasis::Stale | PositionBasis::Base);
        }
    }

    pub(super) fn event(&mut self, kind: pb::EventKind) {
        self.declined += usize::from(kind == pb::EventKind::OfferDeclined);
        self.timed_out += usize::from(kind == pb::EventKind::OfferTimedOut);
        self.escalated += usize::from(kind == pb::EventKind::Escalated);
    }

    pub(super) fn matched(&mut self, replayed_identically: bool) {
        self.matches += 1;
        self.replayed += usize::from(replayed_identically);
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// How many have ended.
    pub fn closed(&self) -> usize {
        self.calls
            .values()
            .filter(|fate| fate.state == CallState::Closed)
            .count()
    }

    /// Whether every match that was explained gave the same answer again.
    pub fn all_replayed(&self) -> bool {
        self.matches == self.replayed
    }

    /// Seconds from opening until everyone was there, of those that went there; sorted.
    fn responses(&self, together: bool) -> Vec<i64> {
        let gone = self
            .calls
            .values()
            .filter(|fate| !fate.telephone && (fate.slots > 1) == together);
        let mut seconds: Vec<i64> = gone
            .filter(|fate| fate.slots > 0 && fate.there.len() == fate.slots)
            .filter_map(|fate| Some(fate.opened_at?.seconds_until(*fate.there.values().max()?)))
            .collect();
        seconds.sort_unstable();
        seconds
    }
}

/// The smallest of sorted numbers that so many percent of them do not exceed.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |of: fn(&Fate) -> bool| self.calls.values().filter(|fate| of(fate)).count();
        writeln!(
            f,
            "{} calls: {} matched, {} waited for someone, {} degraded; {} closed",
            self.calls.len(),
            count(|fate| fate.offered),
            count(|fate| fate.waited),
            count(|fate| fate.degraded),
            self.closed()
        )?;
        writeln!(
            f,
            "offers: {} declined, {} timed out; alerts escalated: {}",
            self.declined, self.timed_out, self.escalated
        )?;
        for (what, together) in [("both on scene", true), ("one alone on scene", false)] {
            let seconds = self.responses(together);
            if let (Some(half), Some(most)) = (percentile(&seconds, 50), percentile(&seconds, 90)) {
                writeln!(
                    f,
                    "from opening to {what}: p50 {half} s, p90 {most} s, of {} calls",
                    seconds.len()
                )?;
            }
        }
        write!(
            f,
            "matches replayed from what is stored: {} of {} identical",
            self.replayed, self.matches
        )
    }
}

/// Which calls are not over.
pub(super) fn open(calls: &BTreeMap<String, pb::Call>) -> BTreeSet<u32> {
    let is_open = |call: &&pb::Call| {
        !matches!(
            call.state(),
            CallState::Closed | CallState::Cancelled | CallState::Merged
        )
    };
    calls.values().filter(is_open).map(|call| call.number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        assert_eq!(
            (percentile(&seconds, 50), percentile(&seconds, 90)),
            (Some(5), Some(9))
        );
        assert_eq!((percentile(&[7], 50), percentile(&[7], 90)), (Some(7), Some(7)));
        assert_eq!(percentile(&[], 50), None);
    }
}
