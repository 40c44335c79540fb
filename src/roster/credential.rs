//! A paper: when it is valid, what has been found about it, and when its end is announced.

use serde::{Deserialize, Serialize};

use crate::board::{Policy, Reporter};
use crate::id::CredentialId;
use crate::moment::Moment;
use crate::triage::Code;

/// How many days before its lapse an end is announced, the earliest first; 0 is the lapse itself.
pub const NOTICE_DAYS: [u32; 4] = [60, 30, 7, 0];

const DAY_SECONDS: i64 = 86_400;

/// A licence, certificate or training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// What it is, such as `LCSW` or `CIT`.
    pub code: Code,
    /// Its number; may be empty.
    pub number: String,
    /// Who issued it; may be empty.
    pub issuer: String,
    /// The first civil day on which it is valid, `YYYY-MM-DD`; none when it has been valid always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// The start of that day in the jurisdiction's zone: the first moment at which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Moment>,
    /// The last civil day on which it is valid, `YYYY-MM-DD`; none when it does not end.
    pub valid_until: Option<String>,
    /// The end of that day in the jurisdiction's zone: the first moment at which it is no longer valid.
    pub lapses_at: Option<Moment>,
    /// When it was taken away.
    pub revoked_at: Option<Moment>,
    /// What has been found about it, by whom and when; none while nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// How many days before its lapse the latest notice was given, one of [`NOTICE_DAYS`]; none: none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed_days: Option<u32>,
}

/// What has been found about a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub verification: Verification,
    /// Why, a code; may be empty.
    pub reason: Code,
    /// By whom.
    pub reporter: Reporter,
    /// When.
    pub at: Moment,
}

/// How far a paper is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verification {
    /// Nobody has asked its issuer yet.
    Unverified,
    /// Its issuer confirms it.
    Verified,
    /// It is suspended, and may be reinstated.
    Suspended,
    /// It was taken away for good.
    Revoked,
}

impl Credential {
    /// What has been found about it.
    pub fn verification(&self) -> Verification {
        if self.revoked_at.is_some() {
            return Verification::Revoked;
        }
        self.finding
            .as_ref()
            .map_or(Verification::Unverified, |finding| finding.verification)
    }

    /// Whether it counts at all, within its dates.
    pub fn counts(&self, policy: &Policy) -> bool {
        match self.verification() {
            Verification::Verified => true,
            Verification::Unverified => policy.unverified_credentials_count,
            Verification::Suspended | Verification::Revoked => false,
        }
    }

    /// When its next notice is due. Days are of 24 hours, so where clocks change in between it comes an hour before or
    /// after midnight. A paper that was taken away has none.
    pub fn next_notice_at(&self) -> Option<Moment> {
        let lapses_at = self.lapses_at.filter(|_| self.revoked_at.is_none())?;
        let next = NOTICE_DAYS
            .into_iter()
            .find(|days| self.noticed_days.is_none_or(|noticed| *days < noticed))?;
        Some(before(lapses_at, next))
    }

    /// The latest notice whose time has come: how many days before the lapse. One that is missed is not made up for when a
    /// later one is due as well.
    pub fn notice_due(&self, at: Moment) -> Option<u32> {
        let lapses_at = self.lapses_at?;
        NOTICE_DAYS
            .into_iter()
            .rfind(|days| before(lapses_at, *days) <= at)
    }
}

/// Why no paper begins and ends so.
pub fn dates_fault(starts_at: Option<Moment>, lapses_at: Option<Moment>) -> Option<&'static str> {
    let (starts_at, lapses_at) = starts_at.zip(lapses_at)?;
    (lapses_at <= starts_at).then_some("its last day is before its first")
}

fn before(lapses_at: Moment, days: u32) -> Moment {
    lapses_at.plus_seconds(-i64::from(days) * DAY_SECONDS)
}
