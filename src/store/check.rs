//! Whether the tables tell one story: board at the floor + events == board read from the tables, field by field; and
//! the invariants that no board may break.

use std::collections::BTreeSet;

use serde_json::Value;

use super::jurisdiction::{Head, read_floor};
use super::{Store, StoreError, backend, journal, load, member, stored_match};
use crate::board::Board;
use crate::dispatch::{Call, CallState, MemberState};
use crate::id::JurisdictionId;

/// How many entries are read at once.
const PAGE: u64 = 500;
/// How many differences are worth naming.
const MOST_NAMED: usize = 100;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Each thing that is not as it must be, in plain words. Nothing of a person's story is in it: ids and field names,
    /// and the two values of a field of the board.
    pub differences: Vec<String>,
}

impl CheckReport {
    /// Whether everything is as it must be.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn note(&mut self, difference: String) {
        if self.differences.len() < MOST_NAMED {
            self.differences.push(difference);
        }
    }
}

impl Store {
    /// Checks one jurisdiction, at one moment of the tables.
    pub async fn check(&self, jurisdiction_id: &JurisdictionId) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let transaction = backend::begin_read(&self.pools.reader).await?;
        let (head, loaded) = load::read(&transaction, jurisdiction_id).await?;
        let floor = read_floor(&transaction, jurisdiction_id).await?;
        let mut built = floor.board;
        let mut hash = floor.hash;
        if built.revision != head.floor_revision {
            report.note(format!(
                "the floor is at {}, the head says {}",
                built.revision, head.floor_revision
            ));
        }
        loop {
            let page = journal::read_written(&transaction, jurisdiction_id, built.revision, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for written in page {
                let entry = &written.entry;
                if entry.revision != built.revision + 1 {
                    report.note(format!("revision {} follows {}", entry.revision, built.revision));
                }
                if entry.at < built.at {
                    report.note(format!("revision {}: time runs backwards", entry.revision));
                }
                hash = written.hash_after(&hash);
                if hash != written.hash {
                    report.note(format!(
                        "revision {}: the hash is not that of the entry",
                        entry.revision
                    ));
                    hash.clone_from(&written.hash);
                }
                built.follow(entry);
            }
        }
        for missing in stored_match::missing(&transaction, jurisdiction_id).await? {
            report.note(missing);
        }
        for unguarded in member::unguarded(&transaction, jurisdiction_id).await? {
            report.note(unguarded);
        }
        transaction.rollback().await?;
        check_end(&head, &built, &hash, &mut report);
        compare(&built, &loaded, &mut report);
        check_invariants(&loaded, &mut report);
        Ok(report)
    }
}

fn check_end(head: &Head, built: &Board, hash: &str, report: &mut CheckReport) {
    if built.revision != head.revision {
        report.note(format!(
            "the journal ends at {}, the head says {}",
            built.revision, head.revision
        ));
    }
    if hash != head.hash {
        report.note("the head's hash is not that of the journal".to_owned());
    }
}

/// Compares two boards as values and names the path of each difference.
fn compare(built: &Board, loaded: &Board, report: &mut CheckReport) {
    if built == loaded {
        return;
    }
    let before = report.differences.len();
    match (serde_json::to_value(built), serde_json::to_value(loaded)) {
        (Ok(built), Ok(loaded)) => walk("board", &built, &loaded, report),
        (Err(error), _) | (_, Err(error)) => report.note(format!("a board cannot be compared: {error}")),
    }
    if report.differences.len() == before {
        report.note("the boards differ".to_owned());
    }
}

fn walk(path: &str, built: &Value, loaded: &Value, report: &mut CheckReport) {
    match (built, loaded) {
        (Value::Object(left), Value::Object(right)) => {
            let added = right.keys().filter(|key| !left.contains_key(*key));
            for key in left.keys().chain(added) {
                let absent = &Value::Null;
                let (left, right) = (left.get(key).unwrap_or(absent), right.get(key).unwrap_or(absent));
                walk(&format!("{path}.{key}"), left, right, report);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (place, (left, right)) in left.iter().zip(right).enumerate() {
                walk(&format!("{path}[{place}]"), left, right, report);
            }
        }
        (left, right) if left == right => {}
        (left, right) => report.note(format!("{path}: {left} by the events, {right} in the tables")),
    }
}

/// What holds on every board, whatever happened.
fn check_invariants(board: &Board, report: &mut CheckReport) {
    let mut active: Vec<_> = board.active_memberships().map(|(who, _)| who).collect();
    active.sort();
    for twice in active.windows(2).filter(|pair| pair[0] == pair[1]) {
        report.note(format!("responder {} has two active memberships", twice[0]));
    }
    for assignment in board.assignments.values() {
        let id = assignment.id;
        if assignment.ended_at.is_some() && assignment.active_members().next().is_some() {
            report.note(format!("assignment {id} has ended and has active members"));
        }
        if !board.calls.contains_key(&assignment.call_id) {
            report.note(format!("assignment {id} is on the board without its call"));
        }
        for member in &assignment.members {
            let who = member.responder_id;
            if !board.responders.contains_key(&who) {
                report.note(format!(
                    "assignment {id} has a member {who} who is not on the roster"
                ));
            }
        }
    }
    for call in board.calls.values() {
        check_call(board, call, report);
    }
    let mut made = BTreeSet::new();
    for origin in board.shifts.values().filter_map(|shift| shift.origin.as_ref()) {
        let (pattern, date, place) = (origin.pattern_id, origin.date, origin.place);
        if !made.insert((pattern, date, place)) {
            report.note(format!(
                "pattern {pattern} has two shifts on {date} at place {place}"
            ));
        }
    }
    for alert in board.alerts.values() {
        if alert.ended_at.is_some() {
            report.note(format!("alert {} has ended and is on the board", alert.id));
        }
    }
}

fn check_call(board: &Board, call: &Call, report: &mut CheckReport) {
    let (id, state) = (call.id, call.state.as_str());
    if call.filed {
        report.note(format!("call {id} is filed and on the board"));
    }
    if call.number > board.last_call_number {
        report.note(format!("call {id} has a number that was never given"));
    }
    check_ties(board, call, report);
    let assignment = match call.assignment_id {
        None => None,
        Some(assignment_id) => {
            let found = board.assignments.get(&assignment_id);
            match found {
                None => report.note(format!("call {id}: its assignment is not on the board")),
                Some(found) if found.call_id != id => {
                    report.note(format!("call {id}: its assignment is another call's"));
                }
                Some(_) => {}
            }
            found
        }
    };
    let members = assignment.map(|a| a.members.as_slice()).unwrap_or_default();
    let active = members.iter().filter(|member| member.state.is_active()).count();
    let on_scene = members
        .iter()
        .any(|member| member.state.is_active() && member.state >= MemberState::OnScene);
    let fits = match call.state {
        CallState::Open | CallState::Waiting => !on_scene,
        CallState::Offered | CallState::Assigned => active > 0 && !on_scene,
        CallState::OnScene => on_scene,
        CallState::Clearing | CallState::Closed | CallState::Cancelled | CallState::Merged => active == 0,
    };
    if !fits {
        report.note(format!(
            "call {id} is {state}, which its {active} active members do not fit"
        ));
    }
    let over = !call.state.is_live() && call.state != CallState::Clearing;
    if over != call.closed_at.is_some() {
        report.note(format!(
            "call {id} is {state}, which its time of closing does not fit"
        ));
    }
}

/// What ties a call to others: where it went on, and which are related.
fn check_ties(board: &Board, call: &Call, report: &mut CheckReport) {
    let id = call.id;
    if (call.state == CallState::Merged) != call.merged_into_call_id.is_some() {
        report.note(format!(
            "call {id} is {}, which where it went on does not fit",
            call.state.as_str()
        ));
    }
    for (other_id, reason) in &call.links {
        let one_sided = |other: &Call| other.links.get(&id) != Some(reason);
        if board.calls.get(other_id).is_some_and(one_sided) {
            report.note(format!(
                "call {id} is linked with {other_id}, but not the other way"
            ));
        }
    }
}
