//! The judge is judged: a good log is clean, and each rule finds the log that breaks it.

use std::time::Duration;

use serde_json::{Value, json};
use tandem::board::Role;
use tandem::grpc::pb;

use super::rules::Rule;
use super::{End, Happening, Journal, Line, Row, Subscriber, judge, union_is_the_journal};

const EVERY_SECOND: Duration = Duration::from_secs(1);

fn event(kind: &str, call: &str, audience: &[&str]) -> Value {
    json!({
        "kind": kind,
        "subject": audience.first(),
        "audience": audience,
        "agency_ids": ["slmpd"],
        "area_ids": [],
        "after": { "Call": { "id": call } },
    })
}

/// Six operations: a call opened and offered to Ann, one to Bert, then each closed, then two on the roster.
fn journal() -> Journal {
    let shift = json!({
        "kind": "ShiftPublished", "subject": "bert", "audience": ["bert"], "agency_ids": ["bhr"], "area_ids": [],
        "after": { "Shift": { "id": "early", "agency_id": "bhr", "responder_id": "bert" } },
    });
    let duty = json!({
        "kind": "DutyChanged", "subject": "ann", "audience": ["ann"], "agency_ids": ["slmpd"], "area_ids": [],
        "after": { "Duty": ["ann", { "source": "app" }] },
    });
    let rows = [
        vec![
            event("CallOpened", "one", &[]),
            event("OfferMade", "one", &["ann"]),
        ],
        vec![
            event("CallOpened", "two", &[]),
            event("OfferMade", "two", &["bert"]),
        ],
        vec![event("CallClosed", "one", &["ann"])],
        vec![event("CallClosed", "two", &["bert"])],
        vec![shift],
        vec![duty],
    ];
    let rows = (1..).zip(rows).map(|(revision, events)| {
        let operation_id = format!("operation {revision}");
        (revision, Row { operation_id, events })
    });
    Journal { rows: rows.collect() }
}

fn subscriber(role: Role, responder_id: Option<&str>, filter: pb::EventFilter) -> Subscriber {
    Subscriber {
        name: "someone".to_owned(),
        role,
        responder_id: responder_id.map(str::to_owned),
        agency_id: None,
        filter,
        silence: Some(EVERY_SECOND * 20),
    }
}

fn dispatcher() -> Subscriber {
    subscriber(Role::Dispatcher, None, pb::EventFilter::default())
}

fn began(after: Option<u64>) -> Line {
    Line::Began {
        server: 0,
        after,
        at: EVERY_SECOND,
    }
}

fn snapshot(revision: u64) -> Line {
    Line::Snapshot {
        revision,
        at: EVERY_SECOND,
    }
}

fn checkpoint(revision: u64) -> Line {
    Line::Checkpoint {
        revision,
        at: EVERY_SECOND,
    }
}

fn cut() -> Line {
    Line::Ended {
        how: End::Cut,
        at: EVERY_SECOND,
    }
}

fn told(reason: &str, floor: u64) -> Line {
    let reason = reason.to_owned();
    Line::Ended {
        how: End::Told { reason, floor },
        at: EVERY_SECOND,
    }
}

/// The update that this subscriber should get of this revision.
fn update(subscriber: &Subscriber, revision: u64, previous: u64) -> Line {
    let row = journal().rows.remove(&revision).unwrap();
    Line::Update {
        revision,
        previous,
        events: super::oracle::expected(&row, subscriber),
        operation_id: row.operation_id,
        at: EVERY_SECOND,
    }
}

/// The rules that this log breaks.
fn broken(subscriber: &Subscriber, log: &[Line], must_reach: u64) -> Vec<Rule> {
    let mut rules: Vec<Rule> = judge(subscriber, log, &journal(), must_reach)
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// A dispatcher who saw everything, was cut once and resumed.
fn good() -> Vec<Line> {
    let him = dispatcher();
    vec![
        began(None),
        snapshot(1),
        update(&him, 2, 1),
        update(&him, 3, 2),
        cut(),
        began(Some(3)),
        update(&him, 4, 3),
        told("SHUTTING_DOWN", 0),
        began(Some(4)),
        update(&him, 5, 4),
        update(&him, 6, 5),
        checkpoint(6),
        cut(),
    ]
}

#[test]
fn a_good_log_is_clean() {
    assert_eq!(judge(&dispatcher(), &good(), &journal(), 6), []);
}

#[test]
fn everyone_is_held_to_what_is_for_him() {
    let of = |kinds: &[pb::EventKind]| pb::EventFilter {
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        ..pb::EventFilter::default()
    };
    let call = pb::EventFilter {
        call_ids: vec!["two".to_owned()],
        ..pb::EventFilter::default()
    };
    let agency = pb::EventFilter {
        agency_ids: vec!["bhr".to_owned()],
        ..pb::EventFilter::default()
    };
    let bert = pb::EventFilter {
        responder_ids: vec!["bert".to_owned()],
        ..pb::EventFilter::default()
    };
    let foreign_hr = Subscriber {
        agency_id: Some("slmpd".to_owned()),
        ..subscriber(Role::Hr, None, pb::EventFilter::default())
    };
    for (him, for_him) in [
        (dispatcher(), vec![1, 2, 3, 4, 5, 6]),
        (
            subscriber(Role::Responder, Some("ann"), pb::EventFilter::default()),
            vec![1, 3, 6],
        ),
        (subscriber(Role::Hr, None, pb::EventFilter::default()), vec![5]),
        (foreign_hr, vec![]),
        (
            subscriber(Role::Dispatcher, None, of(&[pb::EventKind::OfferMade])),
            vec![1, 2],
        ),
        (subscriber(Role::Dispatcher, None, call), vec![2, 4]),
        (subscriber(Role::Dispatcher, None, agency), vec![5]),
        (subscriber(Role::Supervisor, None, bert), vec![2, 4, 5]),
        (
            subscriber(Role::Responder, Some("ann"), of(&[pb::EventKind::CallOpened])),
            vec![],
        ),
    ] {
        let seen: Vec<u64> = journal()
            .rows
            .iter()
            .filter(|(_, row)| !super::oracle::expected(row, &him).is_empty())
            .map(|(revision, _)| *revision)
            .collect();
        assert_eq!(seen, for_him, "{him:?}");
        let mut log = vec![began(Some(0))];
        let mut before = 0;
        for revision in for_him {
            log.push(update(&him, revision, before));
            before = revision;
        }
        log.push(checkpoint(6));
        assert_eq!(
            judge(&him, &log[..], &journal(), 6)[1..],
            [],
            "but for the token that he did not hold"
        );
    }
}

#[test]
fn a_revision_that_falls_is_not_ordered() {
    let him = dispatcher();
    let log = [
        began(None),
        snapshot(1),
        update(&him, 3, 1),
        update(&him, 2, 3),
        checkpoint(6),
    ];
    assert!(broken(&him, &log, 6).contains(&Rule::Ordered));
}

#[test]
fn an_operation_at_anothers_revision_is_not_ordered() {
    let mut log = good();
    if let Line::Update { operation_id, .. } = &mut log[2] {
        *operation_id = "operation 9".to_owned();
    }
    assert_eq!(broken(&dispatcher(), &log, 6), [Rule::Ordered]);
}

#[test]
fn an_operation_that_comes_again_is_not_unique() {
    let him = dispatcher();
    let mut log = good();
    log.insert(6, update(&him, 3, 3));
    assert!(broken(&him, &log, 6).contains(&Rule::Unique));
}

#[test]
fn an_operation_left_out_is_not_reliable() {
    let him = dispatcher();
    let mut log = good();
    log[6] = checkpoint(4);
    let found = broken(&him, &log, 6);
    assert!(found.contains(&Rule::Reliable) && found.contains(&Rule::Bookmarkable));
    // Also when it is the last thing before a cut, and the next token stands after it.
    let log = [
        began(None),
        snapshot(4),
        cut(),
        began(Some(4)),
        update(&him, 6, 4),
    ];
    assert_eq!(broken(&him, &log, 6), [Rule::Reliable]);
}

#[test]
fn a_wrong_previous_revision_or_an_end_before_the_head_is_not_reliable() {
    let him = dispatcher();
    let mut log = good();
    if let Line::Update { previous, .. } = &mut log[3] {
        *previous = 1;
    }
    assert_eq!(broken(&him, &log, 6), [Rule::Reliable]);
    assert_eq!(broken(&him, &good(), 7), [Rule::Reliable]);
}

#[test]
fn what_is_not_for_him_is_not_reliable() {
    let ann = subscriber(Role::Responder, Some("ann"), pb::EventFilter::default());
    let log = [
        began(None),
        snapshot(4),
        update(&dispatcher(), 5, 4),
        update(&ann, 6, 5),
    ];
    let found = broken(&ann, &log, 6);
    assert_eq!(found, [Rule::Reliable, Rule::Atomic]);
}

#[test]
fn half_an_operation_is_not_atomic() {
    let mut log = good();
    if let Line::Update { events, .. } = &mut log[2] {
        events.pop();
    }
    assert_eq!(broken(&dispatcher(), &log, 6), [Rule::Atomic]);
}

#[test]
fn a_token_that_loses_its_place_is_not_resumable() {
    let him = dispatcher();
    let mut log = good();
    log.insert(6, snapshot(3));
    assert_eq!(
        broken(&him, &log, 6),
        [Rule::Resumable],
        "a snapshot in place of what follows"
    );
    let mut log = good();
    log[7] = told("RESUME_TOKEN_OF_ANOTHER_EPOCH", 0);
    assert_eq!(broken(&him, &log, 6), [Rule::Resumable]);
}

#[test]
fn a_token_is_too_old_only_before_the_floor() {
    let him = dispatcher();
    let log = |floor| {
        [
            began(None),
            snapshot(1),
            cut(),
            began(Some(1)),
            told("RESUME_TOKEN_TOO_OLD", floor),
            began(None),
            snapshot(6),
        ]
    };
    assert_eq!(broken(&him, &log(2), 6), []);
    assert_eq!(broken(&him, &log(1), 6), [Rule::Resumable]);
}

#[test]
fn a_checkpoint_ahead_of_the_updates_is_not_bookmarkable() {
    let him = dispatcher();
    let log = [
        began(None),
        snapshot(1),
        checkpoint(4),
        update(&him, 2, 4),
        update(&him, 3, 2),
        update(&him, 4, 3),
        update(&him, 5, 4),
        update(&him, 6, 5),
    ];
    assert!(broken(&him, &log, 6).contains(&Rule::Bookmarkable));
}

#[test]
fn a_stream_that_says_nothing_is_not_bookmarkable() {
    let mut log = good();
    if let Line::Checkpoint { at, .. } = &mut log[11] {
        *at = EVERY_SECOND * 30;
    }
    if let Line::Ended { at, .. } = &mut log[12] {
        *at = EVERY_SECOND * 30;
    }
    assert_eq!(broken(&dispatcher(), &log, 6), [Rule::Bookmarkable]);
}

#[test]
fn the_union_misses_what_nobody_saw_whole() {
    let (ann, him) = (
        subscriber(Role::Responder, Some("ann"), pb::EventFilter::default()),
        dispatcher(),
    );
    let all = good();
    assert_eq!(union_is_the_journal(&[&all], &journal(), 1, 6), [""; 0]);
    assert_eq!(
        union_is_the_journal(&[&all], &journal(), 0, 6).len(),
        1,
        "the first was before his snapshot"
    );
    let hers = [began(Some(0)), update(&ann, 1, 0)];
    assert_eq!(
        union_is_the_journal(&[&all, &hers], &journal(), 0, 6).len(),
        1,
        "she saw the half of it"
    );
    let his = [began(Some(0)), update(&him, 1, 0)];
    assert_eq!(union_is_the_journal(&[&all, &his], &journal(), 0, 6), [""; 0]);
}

#[test]
fn what_comes_over_the_wire_is_compared_as_it_stands_in_the_row() {
    let heard = pb::Event {
        kind: pb::EventKind::CallOpened.into(),
        after: Some(pb::event::After::Call(pb::Call {
            call_id: "one".to_owned(),
            ..pb::Call::default()
        })),
        ..pb::Event::default()
    };
    let row = event("CallOpened", "one", &[]);
    assert_eq!(Happening::heard(&heard), super::oracle::happening(&row));
}
