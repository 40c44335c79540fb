//! What has become of a call beside its usual course: it took up others, was taken up by one, or was opened again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::call::{Call, CallState};
use crate::board::{ExternalReference, Reporter};
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::triage::Code;

/// Empty for most calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// Records of other systems that came with merged calls, each with a version of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Of a merged call: its names in other systems. They lead to the call that goes on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub former_references: BTreeSet<ExternalReference>,
    /// When the first of the calls was opened that go on as this one; none if none was before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reported_at: Option<Moment>,
    /// When it was over and was opened again, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reopenings: Vec<Reopening>,
    /// Those whom a dispatcher has replaced: not asked again for this call.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub replaced: BTreeSet<ResponderId>,
}

/// What another system keeps of an incident: under one name or several, with one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its names.
    pub references: BTreeSet<ExternalReference>,
    /// The version of its latest update.
    pub version: u64,
}

/// A call that was over was opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// How it had ended.
    pub was: CallState,
    /// Since when, by our clock.
    pub since: Moment,
    /// When it was closed or cancelled, as corrected; none if only accounts of how it ended were lacking.
    pub closed_at: Option<Moment>,
    /// Why it was cancelled, a code; empty if it was not.
    pub reason: Code,
    /// When it was opened again.
    pub reopened_at: Moment,
    /// By whom.
    pub reopened_by: Reporter,
}

/// Which of a call's origins: the one that it was opened with, or one that came with a merged call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The first; its version is the call's `source_version`.
    Own,
    /// One that came, by its place.
    Came(usize),
}

impl Course {
    /// Whether there is nothing to say.
    pub fn is_usual(&self) -> bool {
        *self == Course::default()
    }
}

impl Call {
    /// Whose name this is.
    pub fn whose(&self, reference: &ExternalReference) -> Option<Whose> {
        let came = self.course.origins.iter();
        let mut came = came
            .enumerate()
            .filter(|(_, one)| one.references.contains(reference));
        let own = || self.external_references.contains(reference).then_some(Whose::Own);
        came.next().map(|(place, _)| Whose::Came(place)).or_else(own)
    }

    /// The only origin that the call has; none when there are several.
    pub fn only_origin(&self) -> Option<Whose> {
        match self.course.origins.len() {
            0 => Some(Whose::Own),
            1 if self.own_references().is_empty() && self.source_version == 0 => Some(Whose::Came(0)),
            _ => None,
        }
    }

    /// The version of the latest update from there.
    pub fn version_from(&mut self, whose: Whose) -> &mut u64 {
        match whose {
            Whose::Came(place) if place < self.course.origins.len() => {
                &mut self.course.origins[place].version
            }
            Whose::Came(_) | Whose::Own => &mut self.source_version,
        }
    }

    /// Names that the call has from its own origin.
    pub fn own_references(&self) -> BTreeSet<ExternalReference> {
        let own = |one: &&ExternalReference| self.whose(one) == Some(Whose::Own);
        self.external_references.iter().filter(own).cloned().collect()
    }

    /// Everything by which other systems know it, each record with its version.
    pub fn origins(&self) -> Vec<Origin> {
        let references = self.own_references();
        let own = (!references.is_empty()).then_some(Origin {
            references,
            version: self.source_version,
        });
        own.into_iter()
            .chain(self.course.origins.iter().cloned())
            .collect()
    }

    /// Takes these names off the call, each record with its version.
    pub fn part_with(&mut self, references: &BTreeSet<ExternalReference>) -> Vec<Origin> {
        let mut parted = self.origins();
        for origin in &mut parted {
            origin.references.retain(|one| references.contains(one));
        }
        parted.retain(|origin| !origin.references.is_empty());
        self.external_references.retain(|one| !references.contains(one));
        for origin in &mut self.course.origins {
            origin.references.retain(|one| !references.contains(one));
        }
        self.course.origins.retain(|origin| !origin.references.is_empty());
        parted
    }

    /// When it was first reported: when it was opened, or an earlier one that goes on as it.
    pub fn first_reported_at(&self) -> Moment {
        self.course.first_reported_at.unwrap_or(self.opened_at)
    }
}
