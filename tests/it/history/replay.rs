//! What the journal adds up to: who is on which call, and what became of each offer. Worked out from the entries alone.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{After, Entry};
use tandem::dispatch::{Assignment, MemberState};
use tandem::id::{AssignmentId, ResponderId};
use tandem::moment::Moment;

use super::judge::{Finding, Rule};

/// How long past its deadline an offer may still stand, seconds: the time to notice and to write it down.
const LATE_SECONDS: i64 = 5;

/// What stands after some entries.
#[derive(Default)]
pub(super) struct Replay {
    assignments: BTreeMap<AssignmentId, Assignment>,
    /// The active memberships of each responder: the assignment, and the place in it.
    active: BTreeMap<ResponderId, BTreeSet<(AssignmentId, usize)>>,
    /// When a server came back after a time without one.
    serving: Vec<Moment>,
}

impl Replay {
    pub(super) fn new(serving: Vec<Moment>) -> Replay {
        Replay {
            serving,
            ..Replay::default()
        }
    }

    /// One entry more.
    pub(super) fn follow(&mut self, entry: &Entry, found: &mut Vec<Finding>) {
        let mut touched = BTreeSet::new();
        for event in &entry.events {
            if let After::Assignment(assignment) = &event.after {
                self.offers(assignment, entry, found);
                touched.extend(assignment.members.iter().map(|member| member.responder_id));
                self.put(assignment);
            }
        }
        for who in touched {
            let on = self.active.get(&who).map_or(0, BTreeSet::len);
            if on > 1 {
                let what = format!("{who} is on {on} calls at revision {}", entry.revision);
                found.push(Finding::new(Rule::NobodyTwice, what));
            }
        }
    }

    fn put(&mut self, assignment: &Assignment) {
        let id = assignment.id;
        let before = self.assignments.insert(id, assignment.clone());
        for member in before.iter().flat_map(|before| &before.members) {
            if let Some(on) = self.active.get_mut(&member.responder_id) {
                on.retain(|(other, _)| *other != id);
            }
        }
        for (place, member) in assignment.members.iter().enumerate() {
            if member.state.is_active() {
                self.active
                    .entry(member.responder_id)
                    .or_default()
                    .insert((id, place));
            }
        }
    }

    /// What this entry does to the offers that stood.
    fn offers(&self, after: &Assignment, entry: &Entry, found: &mut Vec<Finding>) {
        let Some(before) = self.assignments.get(&after.id) else {
            return;
        };
        for (was, is) in before.members.iter().zip(&after.members) {
            let Some(answer_by) = was.answer_by.filter(|_| was.state == MemberState::Offered) else {
                continue;
            };
            if is.state == MemberState::Offered {
                continue;
            }
            let who = was.responder_id;
            let (revision, late) = (entry.revision, answer_by.seconds_until(entry.at));
            if is.state == MemberState::Accepted
                && entry.cause.method == "AcceptOffer"
                && entry.at >= answer_by
            {
                let what = format!("{who} accepted at revision {revision}, {late} s after the deadline");
                found.push(Finding::new(Rule::NoneAcceptedLate, what));
            }
            if entry.at > self.latest(answer_by, entry.at) {
                let what = format!("the offer to {who} stood until revision {revision}, {late} s too long");
                found.push(Finding::new(Rule::NoOfferOutlivesItsDeadline, what));
            }
        }
    }

    /// Until when an offer may stand, judged at `now`.
    fn latest(&self, answer_by: Moment, now: Moment) -> Moment {
        let back = self.serving.iter().copied().filter(|back| *back <= now);
        back.fold(answer_by, Moment::max).plus_seconds(LATE_SECONDS)
    }

    /// The offers that still stand at the end.
    pub(super) fn end(&self, now: Moment, found: &mut Vec<Finding>) {
        for member in self.assignments.values().flat_map(Assignment::active_members) {
            let offered = member.answer_by.filter(|_| member.state == MemberState::Offered);
            if offered.is_some_and(|answer_by| now > self.latest(answer_by, now)) {
                let what = format!("the offer to {} stands at the end", member.responder_id);
                found.push(Finding::new(Rule::NoOfferOutlivesItsDeadline, what));
            }
        }
    }
}
