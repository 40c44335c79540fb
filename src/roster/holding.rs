//! What somebody is qualified for, and from when until when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Credential, Responder};
use crate::board::{CredentialKind, Policy};
use crate::moment::{Moment, Window};
use crate::triage::Code;

/// A qualification that somebody does not hold through the whole of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// The qualification.
    pub qualification: Code,
    /// When it lapses inside the window; none when he does not hold it as the window begins.
    pub lapses_at: Option<Moment>,
}

/// How his kind of papers lets him work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// Under supervision.
    pub supervision: bool,
    /// With someone on call to consult.
    pub on_call_consult: bool,
}

impl Responder {
    /// Each qualification he holds at `at`, and the first moment at which he no longer does (`None`: no end). Papers that
    /// follow each other without a gap are one; one that begins later is not held yet.
    pub fn qualifications(&self, policy: &Policy, at: Moment) -> BTreeMap<Code, Option<Moment>> {
        let mut granting: BTreeMap<&Code, Vec<&Credential>> = BTreeMap::new();
        for (credential, kind) in self.counting(policy) {
            let grants = kind.into_iter().flat_map(|kind| &kind.qualifications);
            for qualification in grants.chain([&credential.code]) {
                granting.entry(qualification).or_default().push(credential);
            }
        }
        granting
            .into_iter()
            .filter_map(|(code, papers)| Some((code.clone(), held_until(&papers, at)?)))
            .collect()
    }

    /// What of these he does not hold from the first moment of the window to its last.
    pub fn lapses(&self, policy: &Policy, required: &BTreeSet<Code>, window: &Window) -> Vec<Lapse> {
        let held = self.qualifications(policy, window.start);
        let lapse = |qualification: &Code| match held.get(qualification) {
            None => Some(None),
            Some(Some(ends)) if *ends < window.end => Some(Some(*ends)),
            Some(_) => None,
        };
        required
            .iter()
            .filter_map(|qualification| {
                Some(Lapse {
                    qualification: qualification.clone(),
                    lapses_at: lapse(qualification)?,
                })
            })
            .collect()
    }

    /// How he works by what these rest on at `at`: whether every paper by which he holds one of them asks for it.
    pub fn attendance(&self, policy: &Policy, required: &BTreeSet<Code>, at: Moment) -> Attendance {
        let mut attendance = Attendance::default();
        for qualification in required {
            let kinds: Vec<Option<&CredentialKind>> = self
                .counting(policy)
                .filter(|(credential, _)| spans(credential, at))
                .filter(|(credential, kind)| grants(credential, *kind, qualification))
                .map(|(credential, _)| policy.credential_kind(&credential.code))
                .collect();
            let all = |asks: fn(&CredentialKind) -> bool| {
                !kinds.is_empty() && kinds.iter().all(|kind| kind.is_some_and(asks))
            };
            attendance.supervision |= all(|kind| kind.needs_supervision);
            attendance.on_call_consult |= all(|kind| kind.needs_on_call_consult);
        }
        attendance
    }

    /// What he holds by this paper and no longer when it has lapsed.
    pub fn lost_with(&self, credential: &Credential, policy: &Policy) -> BTreeSet<Code> {
        let Some(lapses_at) = credential.lapses_at.filter(|_| credential.counts(policy)) else {
            return BTreeSet::new();
        };
        let left = self.qualifications(policy, lapses_at);
        let kind = self.kind_of(credential, policy);
        let granted = kind.into_iter().flat_map(|kind| &kind.qualifications);
        granted
            .chain([&credential.code])
            .filter(|code| !left.contains_key(*code))
            .cloned()
            .collect()
    }

    /// His papers, also those that were taken away.
    pub fn papers(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.values().map(Box::as_ref)
    }

    /// His papers that count, each with the kind by which it grants more than its own code.
    fn counting<'a>(
        &'a self,
        policy: &'a Policy,
    ) -> impl Iterator<Item = (&'a Credential, Option<&'a CredentialKind>)> {
        self.papers()
            .filter(|credential| credential.counts(policy))
            .map(|credential| (credential, self.kind_of(credential, policy)))
    }

    fn kind_of<'a>(&self, credential: &Credential, policy: &'a Policy) -> Option<&'a CredentialKind> {
        policy
            .credential_kind(&credential.code)
            .filter(|kind| kind.discipline.is_empty() || kind.discipline == self.discipline)
    }
}

fn grants(credential: &Credential, kind: Option<&CredentialKind>, qualification: &Code) -> bool {
    credential.code == *qualification || kind.is_some_and(|kind| kind.qualifications.contains(qualification))
}

/// Whether it is valid by its dates at that moment.
fn spans(credential: &Credential, at: Moment) -> bool {
    credential.starts_at.is_none_or(|start| start <= at) && credential.lapses_at.is_none_or(|end| at < end)
}

/// Until when one of these is valid without a gap from `at` on: `Some(None)` without end, `None` not at `at`.
fn held_until(papers: &[&Credential], at: Moment) -> Option<Option<Moment>> {
    let mut until = at;
    // It ends: each round goes on to a later moment, by a paper that no round before could use up.
    loop {
        let ends = papers
            .iter()
            .filter(|paper| spans(paper, until))
            .map(|paper| paper.lapses_at);
        match ends.map(|end| end.unwrap_or(Moment::LAST)).max() {
            Some(Moment::LAST) => return Some(None),
            Some(end) => until = end,
            None if until == at => return None,
            None => return Some(Some(until)),
        }
    }
}
