//! The judge is judged: a good history is clean, and each rule is found broken in a history that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{After, Cause, Channel, Entry, Event, EventKind, Reported, Reporter, Role};
use tandem::dispatch::{Assignment, Member, MemberState, Outcome as Sent, Safety};
use tandem::id::{AssignmentId, CallId, Ids, OperationId, ResponderId};
use tandem::moment::Moment;

use super::{Asked, Heard, Kept, Line, Outcome, Rule, Tables, judge};

const BEGIN: Moment = Moment::from_seconds(1_000_000);

/// A small history: one call is opened and answered, one offer is made and accepted in time.
struct Story {
    ids: Ids,
    lines: Vec<Line>,
    tables: Tables,
}

fn done(answer: &str) -> Outcome {
    Outcome::Done(answer.to_owned())
}

fn refused(reason: &str) -> Outcome {
    Outcome::Refused(reason.to_owned())
}

impl Story {
    fn new() -> Story {
        Story {
            ids: Ids::new([1; 16]),
            lines: Vec::new(),
            tables: Tables::default(),
        }
    }

    fn asked(&mut self, method: &str, request_id: &str, body: &str, outcome: Option<Outcome>) {
        let attempt = self.lines.len() as u64;
        self.lines.push(Line::Asked(Asked {
            attempt,
            who: "dana".to_owned(),
            method: method.to_owned(),
            request_id: request_id.to_owned(),
            body: body.to_owned(),
            server: 0,
            at: attempt * 10,
        }));
        self.lines.extend(outcome.map(|outcome| {
            Line::Heard(Heard {
                attempt,
                outcome,
                at: attempt * 10 + 5,
            })
        }));
    }

    fn kept(&mut self, method: &str, request_id: &str, body: &str, revision: u64) {
        let key = ("dana".to_owned(), method.to_owned(), request_id.to_owned());
        let body = body.to_owned();
        self.tables.kept.insert(key, Kept { body, revision });
    }

    fn entry(&mut self, method: &str, request_id: &str, seconds: i64, after: Vec<Assignment>) {
        let at = BEGIN.plus_seconds(seconds);
        let reported = Reported {
            occurred_at: at,
            reporter: Reporter {
                subject: "dana".to_owned(),
                role: Role::Dispatcher,
                channel: Channel::Radio,
            },
        };
        let events = after.into_iter().map(|after| Event {
            kind: EventKind::OfferMade,
            subject: None,
            audience: BTreeSet::new(),
            agency_ids: BTreeSet::new(),
            area_ids: BTreeSet::new(),
            reported: reported.clone(),
            flags: BTreeSet::new(),
            implied_by: None,
            credential_id: None,
            after: After::Assignment(Box::new(after)),
        });
        self.tables.entries.push(Entry {
            revision: self.tables.entries.len() as u64 + 1,
            at,
            operation_id: OperationId::next(&mut self.ids, at),
            request_id: request_id.to_owned(),
            cause: Cause {
                subject: "dana".to_owned(),
                role: Role::Dispatcher,
                method: method.to_owned(),
            },
            events: events.collect(),
        });
    }

    /// Asked, answered, recorded and kept.
    fn recorded(&mut self, method: &str, request_id: &str, seconds: i64, after: Vec<Assignment>) {
        self.asked(method, request_id, "body", Some(done("answer")));
        self.entry(method, request_id, seconds, after);
        let revision = self.tables.entries.len() as u64;
        self.kept(method, request_id, "body", revision);
    }

    fn assignment(&mut self, responder_id: ResponderId, state: MemberState) -> Assignment {
        Assignment {
            id: AssignmentId::next(&mut self.ids, BEGIN),
            call_id: CallId::next(&mut self.ids, BEGIN),
            outcome: Sent::ClinicianOnly,
            match_id: None,
            members: vec![Member {
                slot_id: "clinician".to_owned(),
                responder_id,
                discipline: "clinician".to_owned(),
                agency_id: "bhr".parse().unwrap(),
                state,
                state_since: BEGIN,
                ordered: false,
                answer_by: Some(BEGIN.plus_seconds(60)),
                delivered_at: None,
                seen_at: None,
                eta_seconds: None,
                distance_meters: None,
                basis: None,
                staged: false,
                steps: BTreeMap::new(),
                exit: None,
                safety: Safety::OK,
                disposition: None,
                disposition_due_at: None,
                disposition_overdue: false,
            }],
            held_until: None,
            override_reason: String::new(),
            override_text_id: None,
            degraded: false,
            made_at: BEGIN,
            ended_at: None,
            version: 1,
        }
    }

    fn responder(&mut self) -> ResponderId {
        ResponderId::next(&mut self.ids, BEGIN)
    }

    /// An offer at second 1, and what becomes of it at second `seconds`.
    fn offer(&mut self, seconds: i64, method: &str, end: MemberState) {
        let who = self.responder();
        let mut offer = self.assignment(who, MemberState::Offered);
        self.recorded("OpenCall", "open", 1, vec![offer.clone()]);
        offer.members[0].state = end;
        self.recorded(method, "end", seconds, vec![offer]);
    }

    #[track_caller]
    fn breaks(&self, rule: Rule) {
        let found: BTreeSet<Rule> = judge(&self.lines, &self.tables)
            .into_iter()
            .map(|one| one.rule)
            .collect();
        assert_eq!(found, BTreeSet::from([rule]));
    }
}

#[test]
fn a_good_history_is_clean() {
    let mut story = Story::new();
    story.offer(59, "AcceptOffer", MemberState::Accepted);
    story.asked("AcceptOffer", "end", "body", Some(done("answer")));
    story.asked("AcceptOffer", "end", "other", Some(refused("REQUEST_ID_REUSED")));
    story.asked("AcceptOffer", "late", "body", Some(refused("OFFER_EXPIRED")));
    story.asked("JoinCall", "lost", "body", None);
    story.asked(
        "JoinCall",
        "cut",
        "body",
        Some(Outcome::Unknown("reset".to_owned())),
    );
    story.tables.read_at = Some(BEGIN.plus_seconds(3600));
    assert_eq!(judge(&story.lines, &story.tables), []);
}

#[test]
fn an_acknowledged_write_that_is_gone_is_found() {
    let mut story = Story::new();
    story.asked("JoinCall", "a", "body", Some(done("answer")));
    story.breaks(Rule::AcknowledgedIsThere);
    let mut story = Story::new();
    story.asked("OpenCall", "a", "body", Some(done("answer")));
    story.kept("OpenCall", "a", "body", 1);
    story.breaks(Rule::AcknowledgedIsThere);
}

#[test]
fn a_refused_write_that_is_there_is_found() {
    let mut story = Story::new();
    story.asked("JoinCall", "a", "body", Some(refused("NOT_FOUND")));
    story.entry("JoinCall", "a", 1, Vec::new());
    story.breaks(Rule::RefusedIsAbsent);
    let mut story = Story::new();
    story.asked("JoinCall", "a", "body", Some(refused("NOT_FOUND")));
    story.kept("JoinCall", "a", "body", 1);
    story.breaks(Rule::RefusedIsAbsent);
}

#[test]
fn half_of_an_unknown_write_is_found() {
    let mut story = Story::new();
    story.asked("JoinCall", "a", "body", None);
    story.entry("JoinCall", "a", 1, Vec::new());
    story.breaks(Rule::UnknownOnceOrNotAtAll);
    let mut story = Story::new();
    story.asked("OpenCall", "a", "body", None);
    story.kept("OpenCall", "a", "body", 1);
    story.breaks(Rule::UnknownOnceOrNotAtAll);
    let mut story = Story::new();
    story.asked("OpenCall", "a", "body", None);
    story.entry("OpenCall", "a", 1, Vec::new());
    story.kept("OpenCall", "a", "never asked", 1);
    story.breaks(Rule::UnknownOnceOrNotAtAll);
}

#[test]
fn two_effects_of_one_request_are_found() {
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.entry("JoinCall", "a", 1, Vec::new());
    story.breaks(Rule::OneEffect);
}

#[test]
fn what_nobody_asked_for_is_found() {
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.entry("JoinCall", "never asked", 1, Vec::new());
    story.breaks(Rule::NothingUnasked);
}

#[test]
fn another_answer_to_the_same_request_is_found() {
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.asked("JoinCall", "a", "body", Some(done("another answer")));
    story.breaks(Rule::SameAnswer);
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.asked("JoinCall", "a", "body", Some(refused("REQUEST_ID_REUSED")));
    story.breaks(Rule::SameAnswer);
}

#[test]
fn another_body_that_is_not_refused_is_found() {
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.asked("JoinCall", "a", "other", Some(refused("NOT_FOUND")));
    story.breaks(Rule::OtherBodyIsRefused);
    let mut story = Story::new();
    story.recorded("JoinCall", "a", 1, Vec::new());
    story.asked("JoinCall", "a", "other", Some(done("answer")));
    let found = judge(&story.lines, &story.tables);
    assert!(found.iter().any(|one| one.rule == Rule::OtherBodyIsRefused));
}

#[test]
fn an_order_that_time_contradicts_is_found() {
    let mut story = Story::new();
    story.asked("JoinCall", "first", "body", Some(done("answer")));
    story.recorded("JoinCall", "second", 1, Vec::new());
    story.entry("JoinCall", "first", 2, Vec::new());
    story.kept("JoinCall", "first", "body", 2);
    story.breaks(Rule::RealTimeOrder);
}

#[test]
fn a_fault_of_the_server_is_found() {
    let mut story = Story::new();
    story.asked("JoinCall", "a", "body", Some(refused("INTERNAL")));
    story.breaks(Rule::NeverInternal);
}

#[test]
fn a_gap_is_found() {
    let mut story = Story::new();
    story.entry("MatchCall", "", 1, Vec::new());
    story.entry("MatchCall", "", 1, Vec::new());
    story.entry("MatchCall", "", 1, Vec::new());
    story.tables.entries.remove(1);
    story.breaks(Rule::NoGap);
    story.tables.entries.remove(0);
    story.breaks(Rule::NoGap);
}

#[test]
fn time_that_runs_backwards_is_found() {
    let mut story = Story::new();
    story.entry("MatchCall", "", 2, Vec::new());
    story.entry("MatchCall", "", 1, Vec::new());
    story.breaks(Rule::TimeRunsForward);
}

#[test]
fn one_who_is_on_two_calls_is_found() {
    let mut story = Story::new();
    let who = story.responder();
    let (one, other) = (
        story.assignment(who, MemberState::Accepted),
        story.assignment(who, MemberState::OnScene),
    );
    story.entry("MatchCall", "", 1, vec![one.clone()]);
    story.entry("MatchCall", "", 1, vec![other.clone()]);
    story.breaks(Rule::NobodyTwice);
    // Twice on one call is twice as well.
    let mut story = Story::new();
    let mut twice = one.clone();
    twice.members.extend(one.members.clone());
    story.entry("MatchCall", "", 1, vec![twice]);
    story.breaks(Rule::NobodyTwice);
    // One after the other is not.
    let mut story = Story::new();
    let mut left = one.clone();
    left.members[0].state = MemberState::Preempted;
    story.entry("MatchCall", "", 1, vec![one]);
    story.entry("MatchCall", "", 1, vec![other, left]);
    assert_eq!(judge(&story.lines, &story.tables), []);
}

#[test]
fn an_offer_accepted_at_its_deadline_is_found() {
    let mut story = Story::new();
    story.offer(60, "AcceptOffer", MemberState::Accepted);
    story.breaks(Rule::NoneAcceptedLate);
    // A fact from the field is no acceptance.
    let mut story = Story::new();
    story.offer(60, "ReportProgress", MemberState::EnRoute);
    assert_eq!(judge(&story.lines, &story.tables), []);
}

#[test]
fn an_offer_that_outlives_its_deadline_is_found() {
    let mut story = Story::new();
    story.offer(66, "MeetDeadlines", MemberState::TimedOut);
    story.breaks(Rule::NoOfferOutlivesItsDeadline);
    // Nobody served at its deadline: it is met within five seconds of the return.
    let at = BEGIN.plus_seconds(62).micros();
    story.lines.push(Line::Serving { at });
    assert_eq!(judge(&story.lines, &story.tables), []);
    // One that still stands.
    let mut story = Story::new();
    let who = story.responder();
    let offer = story.assignment(who, MemberState::Offered);
    story.entry("MatchCall", "", 1, vec![offer]);
    story.tables.read_at = Some(BEGIN.plus_seconds(65));
    assert_eq!(judge(&story.lines, &story.tables), []);
    story.tables.read_at = Some(BEGIN.plus_seconds(66));
    story.breaks(Rule::NoOfferOutlivesItsDeadline);
}

#[test]
fn tables_that_differ_from_the_journal_are_found() {
    let mut story = Story::new();
    story.tables.differences.push("board.calls differ".to_owned());
    story.breaks(Rule::OneStory);
}
