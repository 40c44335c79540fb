//! What a play comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::grpc::pb;

/// Counts and times.
#[derive(Default)]
pub(super) struct Summary {
    calls: u32,
    matched: u32,
    waited: BTreeSet<String>,
    degraded: BTreeSet<String>,
    declined: u32,
    timed_out: u32,
    closed: BTreeSet<String>,
    /// Seconds from opening to all of those sent on scene, by call.
    responses: BTreeMap<String, i64>,
}

impl Summary {
    pub(super) fn opened(&mut self, opened: &pb::OpenCallResponse) {
        let (Some(call), Some(report)) = (&opened.call, &opened.report) else {
            return;
        };
        self.calls += 1;
        if report.chosen.is_empty() {
            self.waited.insert(call.call_id.clone());
        } else {
            self.matched += 1;
        }
        if report.degraded {
            self.degraded.insert(call.call_id.clone());
        }
    }

    pub(super) fn heard(&mut self, update: &pb::Update, calls: &BTreeMap<String, pb::Call>) {
        for event in &update.events {
            match event.kind() {
                pb::EventKind::OfferDeclined => self.declined += 1,
                pb::EventKind::OfferTimedOut => self.timed_out += 1,
                _ => {}
            }
            match &event.after {
                Some(pb::event::After::Call(call)) => match call.state() {
                    pb::CallState::Waiting => {
                        self.waited.insert(call.call_id.clone());
                    }
                    pb::CallState::Closed => {
                        self.closed.insert(call.call_id.clone());
                    }
                    _ => {}
                },
                Some(pb::event::After::Assignment(assignment)) => self.follow(assignment, calls),
                _ => {}
            }
        }
    }

    fn follow(&mut self, assignment: &pb::Assignment, calls: &BTreeMap<String, pb::Call>) {
        if assignment.degraded {
            self.degraded.insert(assignment.call_id.clone());
        }
        let Some(call) = calls.get(&assignment.call_id) else {
            return;
        };
        let (Some(opened), false) = (call.opened_at, self.responses.contains_key(&call.call_id)) else {
            return;
        };
        let there: Vec<&str> = assignment
            .members
            .iter()
            .filter(|member| arrived(member).is_some())
            .map(|member| member.slot_id.as_str())
            .collect();
        let complete = call
            .slots
            .iter()
            .all(|slot| there.contains(&slot.slot_id.as_str()));
        let last = assignment.members.iter().filter_map(arrived).max();
        if let (true, Some(last)) = (complete, last) {
            self.responses.insert(call.call_id.clone(), last - opened.seconds);
        }
    }
}

/// When he was there, seconds since the epoch.
fn arrived(member: &pb::Member) -> Option<i64> {
    let step = member
        .steps
        .iter()
        .find(|step| step.state() == pb::MemberState::OnScene)?;
    Some(step.recorded_at?.seconds)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds: Vec<i64> = self.responses.values().copied().collect();
        seconds.sort_unstable();
        let quantile = |percent: usize| {
            let place = (seconds.len() * percent).div_ceil(100).saturating_sub(1);
            seconds
                .get(place)
                .map_or_else(|| "-".to_owned(), |value| format!("{value} s"))
        };
        writeln!(f)?;
        writeln!(f, "calls              {:>6}", self.calls)?;
        writeln!(f, "matched at once    {:>6}", self.matched)?;
        writeln!(f, "waited             {:>6}", self.waited.len())?;
        writeln!(f, "degraded           {:>6}", self.degraded.len())?;
        writeln!(f, "offers declined    {:>6}", self.declined)?;
        writeln!(f, "offers unanswered  {:>6}", self.timed_out)?;
        writeln!(f, "closed             {:>6}", self.closed.len())?;
        writeln!(
            f,
            "opened to all on scene: p50 {}, p90 {} ({} calls)",
            quantile(50),
            quantile(90),
            seconds.len()
        )
    }
}
