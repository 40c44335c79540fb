//! The judge.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::Entry;
use tandem::moment::Moment;

use super::line::{Line, Outcome};
use super::replay::Replay;
use super::tables::{Key, Tables};

/// Methods that never leave everything as it was: what they answered stands in the journal.
const ALWAYS_RECORDED: &[&str] = &["OpenCall", "AddRemark"];

/// What must hold, by the name that is printed when it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// What was acknowledged is in the tables.
    AcknowledgedIsThere,
    /// What was refused is not.
    RefusedIsAbsent,
    /// What is unknown is there once, whole, or not at all.
    UnknownOnceOrNotAtAll,
    /// One request has one effect, however often it is sent.
    OneEffect,
    /// Nothing is recorded for a client that he did not ask for.
    NothingUnasked,
    /// The same request with the same body hears the same bytes.
    SameAnswer,
    /// The same request with another body is refused.
    OtherBodyIsRefused,
    /// What was asked after an answer was heard is recorded after it.
    RealTimeOrder,
    /// No fault of the server's own.
    NeverInternal,
    /// Revisions are 1, 2, 3, ...
    NoGap,
    /// No entry is dated before the one before it.
    TimeRunsForward,
    /// Nobody is in two active memberships.
    NobodyTwice,
    /// No offer is accepted at or after its deadline.
    NoneAcceptedLate,
    /// No offer stands long after its deadline.
    NoOfferOutlivesItsDeadline,
    /// Journal and tables tell one story (`tandem check`).
    OneStory,
}

/// A rule that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Which.
    pub(crate) rule: Rule,
    /// Where.
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(rule: Rule, what: impl Into<String>) -> Finding {
        let what = what.into();
        Finding { rule, what }
    }
}

/// All attempts with one `request_id` of one caller at one method.
#[derive(Default)]
struct Request<'a> {
    tries: Vec<Try<'a>>,
    recorded: Vec<u64>,
}

struct Try<'a> {
    body: &'a str,
    asked_at: u64,
    heard: Option<(&'a Outcome, u64)>,
}

impl Try<'_> {
    fn done(&self) -> Option<(&str, u64)> {
        match self.heard {
            Some((Outcome::Done(answer), at)) => Some((answer.as_str(), at)),
            Some((Outcome::Refused(_) | Outcome::Unknown(_), _)) | None => None,
        }
    }

    fn refused(&self) -> Option<&str> {
        match self.heard {
            Some((Outcome::Refused(reason), _)) => Some(reason.as_str()),
            Some((Outcome::Done(_) | Outcome::Unknown(_), _)) | None => None,
        }
    }

    /// A fault of the server's own says nothing about what is in the tables.
    fn surely_not(&self) -> bool {
        self.refused().is_some_and(|reason| reason != "INTERNAL")
    }
}

/// Judges a history by the tables. No finding: everything holds.
pub(crate) fn judge(lines: &[Line], tables: &Tables) -> Vec<Finding> {
    let mut found = Vec::new();
    let requests = requests(lines, &tables.entries, &mut found);
    for (key, request) in &requests {
        judge_request(key, request, tables, &mut found);
    }
    judge_order(&requests, &mut found);
    judge_journal(lines, tables, &mut found);
    let differences = tables.differences.iter();
    found.extend(differences.map(|difference| Finding::new(Rule::OneStory, difference)));
    found
}

fn requests<'a>(
    lines: &'a [Line],
    entries: &[Entry],
    found: &mut Vec<Finding>,
) -> BTreeMap<Key, Request<'a>> {
    let mut heard = BTreeMap::new();
    for line in lines {
        if let Line::Heard(one) = line {
            heard.insert(one.attempt, (&one.outcome, one.at));
        }
    }
    let mut requests: BTreeMap<Key, Request<'_>> = BTreeMap::new();
    let mut clients = BTreeSet::new();
    for line in lines {
        if let Line::Asked(asked) = line {
            let key = (asked.who.clone(), asked.method.clone(), asked.request_id.clone());
            clients.insert(asked.who.as_str());
            requests.entry(key).or_default().tries.push(Try {
                body: &asked.body,
                asked_at: asked.at,
                heard: heard.get(&asked.attempt).copied(),
            });
        }
    }
    for entry in entries.iter().filter(|entry| !entry.request_id.is_empty()) {
        let cause = &entry.cause;
        let key = (
            cause.subject.clone(),
            cause.method.clone(),
            entry.request_id.clone(),
        );
        if let Some(request) = requests.get_mut(&key) {
            request.recorded.push(entry.revision);
        } else if clients.contains(cause.subject.as_str()) {
            let what = format!("{key:?} at revision {}", entry.revision);
            found.push(Finding::new(Rule::NothingUnasked, what));
        }
    }
    requests
}

fn judge_request(key: &Key, request: &Request<'_>, tables: &Tables, found: &mut Vec<Finding>) {
    let Request { tries, recorded } = request;
    let kept = tables.kept.get(key);
    let mut find = |rule: Rule, what: String| found.push(Finding::new(rule, format!("{key:?}: {what}")));

    if recorded.len() > 1 {
        find(Rule::OneEffect, format!("recorded at the revisions {recorded:?}"));
    }
    let mut answers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (one, (answer, _)) in tries.iter().filter_map(|one| Some((one, one.done()?))) {
        answers.entry(one.body).or_default().insert(answer);
    }
    for (body, different) in answers.iter().filter(|(_, answers)| answers.len() > 1) {
        find(Rule::SameAnswer, format!("body {body} heard {different:?}"));
    }
    if answers.len() > 1 {
        find(
            Rule::OtherBodyIsRefused,
            format!("{} bodies are done", answers.len()),
        );
    }

    let always = ALWAYS_RECORDED.contains(&key.1.as_str());
    for body in answers.keys() {
        match kept {
            None => find(Rule::AcknowledgedIsThere, "its answer is not kept".to_owned()),
            Some(kept) if kept.body != *body => {
                find(
                    Rule::AcknowledgedIsThere,
                    "the kept answer is another body's".to_owned(),
                );
            }
            Some(_) if always && recorded.is_empty() => {
                find(Rule::AcknowledgedIsThere, "it is not in the journal".to_owned());
            }
            Some(kept) if recorded.iter().any(|revision| *revision != kept.revision) => {
                let what = format!("kept at revision {}, recorded at {recorded:?}", kept.revision);
                find(Rule::OneEffect, what);
            }
            Some(_) => {}
        }
    }

    if tries.iter().all(Try::surely_not) && (!recorded.is_empty() || kept.is_some()) {
        find(
            Rule::RefusedIsAbsent,
            format!("recorded at {recorded:?}, kept {kept:?}"),
        );
    }
    let first_done = tries.iter().filter_map(|one| one.done().map(|(_, at)| at)).min();
    for one in tries {
        if one.refused() == Some("INTERNAL") {
            find(Rule::NeverInternal, "a fault of the server".to_owned());
        }
        let Some(kept) = kept else { continue };
        let other = one.body != kept.body;
        let after = first_done.is_some_and(|done| done < one.asked_at);
        if other && after && one.refused().is_some_and(|reason| reason != "REQUEST_ID_REUSED") {
            let what = format!("refused as {:?} instead", one.refused());
            find(Rule::OtherBodyIsRefused, what);
        }
        if !other && one.refused() == Some("REQUEST_ID_REUSED") {
            find(Rule::SameAnswer, "the same body was taken for another".to_owned());
        }
    }
    if answers.is_empty() && tries.iter().any(|one| !one.surely_not()) {
        let known = kept.is_none_or(|kept| tries.iter().any(|one| one.body == kept.body));
        let half = kept.is_none() != recorded.is_empty();
        if !known || (half && (always || kept.is_none())) {
            let what = format!("recorded at {recorded:?}, kept {kept:?}");
            find(Rule::UnknownOnceOrNotAtAll, what);
        }
    }
}

/// Whoever asks after an answer was heard comes after it in the journal.
fn judge_order(requests: &BTreeMap<Key, Request<'_>>, found: &mut Vec<Finding>) {
    let mut asked: Vec<(u64, u64, &Key)> = Vec::new();
    let mut heard: Vec<(u64, u64, &Key)> = Vec::new();
    for (key, request) in requests {
        let [revision] = request.recorded[..] else {
            continue;
        };
        let first = request.tries.iter().map(|one| one.asked_at).min();
        asked.extend(first.map(|at| (at, revision, key)));
        let done = request.tries.iter().filter_map(|one| one.done());
        heard.extend(done.map(|(_, at)| at).min().map(|at| (at, revision, key)));
    }
    asked.sort_unstable();
    heard.sort_unstable();
    let mut heard = heard.into_iter().peekable();
    let mut latest: Option<(u64, &Key)> = None;
    for (at, revision, key) in asked {
        while let Some((_, before, whose)) = heard.next_if(|(heard_at, _, _)| *heard_at < at) {
            if latest.is_none_or(|(known, _)| known < before) {
                latest = Some((before, whose));
            }
        }
        if let Some((before, whose)) = latest.filter(|(before, _)| *before > revision) {
            let what = format!("{key:?} is {revision}, asked after {whose:?} was heard at {before}");
            found.push(Finding::new(Rule::RealTimeOrder, what));
        }
    }
}

fn judge_journal(lines: &[Line], tables: &Tables, found: &mut Vec<Finding>) {
    let serving = lines.iter().filter_map(|line| match line {
        Line::Serving { at } => Some(Moment::from_micros(*at)),
        Line::Asked(_) | Line::Heard(_) => None,
    });
    let mut replay = Replay::new(serving.collect());
    let mut before: Option<&Entry> = None;
    for entry in &tables.entries {
        let revision = entry.revision;
        let last = before.map_or(0, |before| before.revision);
        if revision != last + 1 {
            found.push(Finding::new(Rule::NoGap, format!("{revision} follows {last}")));
        }
        if before.is_some_and(|before| before.at > entry.at) {
            let what = format!("revision {revision} is dated before {last}");
            found.push(Finding::new(Rule::TimeRunsForward, what));
        }
        replay.follow(entry, found);
        before = Some(entry);
    }
    if let Some(now) = tables.read_at {
        replay.end(now, found);
    }
}
