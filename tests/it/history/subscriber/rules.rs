//! Six rules, each by itself, and the union.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::oracle::{expected, happening};
use super::{End, Happening, Journal, Line, Subscriber};

/// Ways for a stream to end after which the subscriber goes on with his token.
const GOES_ON: [&str; 4] = ["SHUTTING_DOWN", "NODE_BEHIND", "TOO_SLOW", "STORE_UNAVAILABLE"];

/// A promise of the watch contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// Revisions only grow, and an update stands where its operation stands in the journal.
    Ordered,
    /// No operation comes twice.
    Unique,
    /// Nothing that is for him is left out, nothing else comes in, and `previous_revision` lets him check.
    Reliable,
    /// All of an operation that is for him comes in one update.
    Atomic,
    /// A token goes on after its revision, at any server, as long as the journal reaches back to it.
    Resumable,
    /// A checkpoint says that everything up to it has been seen, and comes in time.
    Bookmarkable,
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) who: String,
    pub(crate) why: String,
}

/// One stream out of a log.
struct Stream<'l> {
    after: Option<u64>,
    began: Duration,
    lines: &'l [Line],
}

/// Holds one subscriber's log against the journal. He had the chance to come up to `must_reach`.
pub(crate) fn judge(
    subscriber: &Subscriber,
    log: &[Line],
    journal: &Journal,
    must_reach: u64,
) -> Vec<Finding> {
    let streams = streams(log);
    let for_him: BTreeMap<u64, Vec<Happening>> = journal
        .rows
        .iter()
        .map(|(revision, row)| (*revision, expected(row, subscriber)))
        .filter(|(_, events)| !events.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut hold = |rule, broken: Vec<String>| {
        found.extend(broken.into_iter().map(|why| Finding {
            rule,
            who: subscriber.name.clone(),
            why,
        }));
    };
    hold(Rule::Ordered, ordered(&streams, journal));
    hold(Rule::Unique, unique(log));
    hold(Rule::Reliable, reliable(&streams, &for_him, must_reach));
    hold(Rule::Atomic, atomic(log, &for_him));
    hold(Rule::Resumable, resumable(&streams));
    hold(
        Rule::Bookmarkable,
        bookmarkable(&streams, &for_him, subscriber.silence),
    );
    found
}

fn streams(log: &[Line]) -> Vec<Stream<'_>> {
    log.chunk_by(|_, next| !matches!(next, Line::Began { .. }))
        .map(|lines| {
            let Some(Line::Began { after, at, .. }) = lines.first() else {
                panic!("a log begins with a stream")
            };
            Stream {
                after: *after,
                began: *at,
                lines: &lines[1..],
            }
        })
        .collect()
}

impl Stream<'_> {
    /// Where it begins: at its token, or at its snapshot.
    fn start(&self) -> Option<u64> {
        self.after.or_else(|| self.lines.iter().find_map(Line::position))
    }

    /// How far it came.
    fn last(&self) -> Option<u64> {
        self.lines
            .iter()
            .filter_map(Line::position)
            .next_back()
            .or(self.after)
    }
}

impl Line {
    /// The revision up to which everything has been told with this line.
    pub(crate) fn position(&self) -> Option<u64> {
        match self {
            Line::Snapshot { revision, .. }
            | Line::Update { revision, .. }
            | Line::Checkpoint { revision, .. } => Some(*revision),
            Line::Began { .. } | Line::Ended { .. } => None,
        }
    }

    fn at(&self) -> Duration {
        match self {
            Line::Began { at, .. }
            | Line::Snapshot { at, .. }
            | Line::Update { at, .. }
            | Line::Checkpoint { at, .. }
            | Line::Ended { at, .. } => *at,
        }
    }

    /// Revision, the one before, and the operation of an update.
    fn update(&self) -> Option<(u64, u64, &str)> {
        match self {
            Line::Update {
                revision,
                previous,
                operation_id,
                ..
            } => Some((*revision, *previous, operation_id)),
            Line::Began { .. } | Line::Snapshot { .. } | Line::Checkpoint { .. } | Line::Ended { .. } => None,
        }
    }
}

fn ordered(streams: &[Stream<'_>], journal: &Journal) -> Vec<String> {
    let mut broken = Vec::new();
    for stream in streams {
        let mut reached = stream.after.unwrap_or(0);
        for line in stream.lines {
            let Some(position) = line.position() else { continue };
            let grows = match line.update() {
                Some(_) => position > reached,
                None => position >= reached,
            };
            if !grows {
                broken.push(format!("{position} came after {reached}"));
            }
            reached = reached.max(position);
            if let Some((revision, _, operation_id)) = line.update() {
                let there = journal.rows.get(&revision);
                if there.is_none_or(|row| row.operation_id != operation_id) {
                    broken.push(format!("{operation_id} does not stand at {revision}"));
                }
            }
        }
    }
    broken
}

fn unique(log: &[Line]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    log.iter()
        .filter_map(Line::update)
        .filter(|(_, _, operation_id)| !seen.insert(*operation_id))
        .map(|(revision, _, operation_id)| format!("{operation_id} came again, at {revision}"))
        .collect()
}

fn reliable(streams: &[Stream<'_>], for_him: &BTreeMap<u64, Vec<Happening>>, must_reach: u64) -> Vec<String> {
    let mut broken = Vec::new();
    for stream in streams {
        let (Some(start), Some(last)) = (stream.start(), stream.last()) else {
            continue;
        };
        let seen: BTreeSet<u64> = stream
            .lines
            .iter()
            .filter_map(Line::update)
            .map(|(revision, ..)| revision)
            .collect();
        if start < last {
            let due = for_him.range(start + 1..=last).map(|(revision, _)| *revision);
            for missing in due.filter(|revision| !seen.contains(revision)) {
                broken.push(format!("{missing} was left out between {start} and {last}"));
            }
        }
        for stranger in seen.iter().filter(|revision| !for_him.contains_key(revision)) {
            broken.push(format!("{stranger} was not for him"));
        }
        let mut sent = start;
        for line in stream.lines {
            if let Some((revision, previous, _)) = line.update()
                && previous != sent
            {
                broken.push(format!(
                    "before {revision} {previous} was named, and {sent} was sent"
                ));
            }
            sent = line.position().unwrap_or(sent);
        }
    }
    let reached = streams.iter().rev().find_map(Stream::last).unwrap_or(0);
    if reached < must_reach {
        broken.push(format!(
            "he came to {reached} and no further, and not to {must_reach}"
        ));
    }
    broken
}

fn atomic(log: &[Line], for_him: &BTreeMap<u64, Vec<Happening>>) -> Vec<String> {
    let mut broken = Vec::new();
    for line in log {
        if let Line::Update { revision, events, .. } = line {
            let whole = for_him.get(revision).map_or(&[][..], Vec::as_slice);
            if events != whole {
                broken.push(format!("of {revision} he saw {events:?}, and not {whole:?}"));
            }
        }
    }
    broken
}

fn resumable(streams: &[Stream<'_>]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut held = None;
    for stream in streams {
        if let Some(after) = stream.after {
            if held != Some(after) {
                broken.push(format!("he went on after {after} and had come to {held:?}"));
            }
            if let Some(Line::Snapshot { .. }) = stream.lines.first() {
                broken.push(format!("a token of {after} was answered with a snapshot"));
            }
        }
        held = stream.last().or(held);
        for line in stream.lines {
            let Line::Ended {
                how: End::Told { reason, floor },
                ..
            } = line
            else {
                continue;
            };
            let too_old = reason == "RESUME_TOKEN_TOO_OLD";
            if too_old && held.is_some_and(|held| held >= *floor) {
                broken.push(format!("{held:?} was too old, and the journal begins at {floor}"));
            } else if !too_old && !GOES_ON.contains(&reason.as_str()) {
                broken.push(format!("after {held:?} he was told {reason}"));
            }
            if too_old {
                held = None;
            }
        }
    }
    broken
}

fn bookmarkable(
    streams: &[Stream<'_>],
    for_him: &BTreeMap<u64, Vec<Happening>>,
    silence: Option<Duration>,
) -> Vec<String> {
    let mut broken = Vec::new();
    let mut marked = 0;
    for stream in streams {
        let mut before = stream.began;
        let mut told = stream.start();
        for line in stream.lines {
            let quiet = line.at().saturating_sub(before);
            if silence.is_some_and(|silence| quiet > silence) {
                broken.push(format!("nothing came for {quiet:?}"));
            }
            before = line.at();
            if let Some((revision, ..)) = line.update()
                && revision <= marked
            {
                broken.push(format!("{revision} came after a checkpoint at {marked}"));
            }
            if let (Line::Checkpoint { revision, .. }, Some(told)) = (line, told) {
                marked = marked.max(*revision);
                if told < *revision
                    && let Some((passed, _)) = for_him.range(told + 1..=*revision).next()
                {
                    broken.push(format!("a checkpoint at {revision} passed over {passed}"));
                }
            }
            told = line.position().or(told);
        }
    }
    broken
}

/// Whether all that happened after `from` and up to `until` was seen by someone, whole.
pub(crate) fn union_is_the_journal(
    logs: &[&[Line]],
    journal: &Journal,
    from: u64,
    until: u64,
) -> Vec<String> {
    let mut seen: BTreeMap<u64, BTreeSet<&Happening>> = BTreeMap::new();
    for line in logs.iter().copied().flatten() {
        if let Line::Update { revision, events, .. } = line {
            seen.entry(*revision).or_default().extend(events);
        }
    }
    let mut broken = Vec::new();
    for (revision, row) in journal.rows.range(from + 1..=until) {
        let whole: Vec<Happening> = row.events.iter().map(happening).collect();
        let whole: BTreeSet<&Happening> = whole.iter().collect();
        if seen.get(revision) != Some(&whole) {
            broken.push(format!("{revision} was not seen whole by anyone"));
        }
    }
    let strangers = seen
        .keys()
        .filter(|revision| !journal.rows.contains_key(revision));
    broken.extend(strangers.map(|revision| format!("{revision} is in nobody's journal")));
    broken
}
