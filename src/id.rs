//! Ids: opaque on the wire, distinct types here, so that a call's id cannot stand where a responder's is meant.
//!
//! Things that come and go have a version 7 UUID, whose time comes from the clock port and whose other bits from a
//! seeded source ([`Ids`]): one seed, one sequence of ids. Jurisdictions and agencies have short names chosen by
//! people ([`JurisdictionId`], [`AgencyId`]), because people type them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::moment::Moment;

/// A string that is not an id of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The next id of this kind.
            pub fn next(ids: &mut Ids, at: Moment) -> Self {
                $name(ids.next(at))
            }

            /// The id of nothing, for what is never kept.
            pub const fn nobodys() -> Self {
                $name(Uuid::nil())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hyphenated(text).map($name)
            }
        }
    )+};
}

uuid_ids! {
    /// A responder.
    ResponderId,
    /// A credential of a responder.
    CredentialId,
    /// A shift.
    ShiftId,
    /// A pattern of shifts.
    PatternId,
    /// What somebody asks of the schedule.
    ShiftRequestId,
    /// A list of people who are called back in turn.
    OnCallListId,
    /// A service area.
    AreaId,
    /// A call for service.
    CallId,
    /// A timesheet.
    TimesheetId,
    /// An assignment of responders to a call.
    AssignmentId,
    /// A stored match.
    MatchId,
    /// A text kept apart from everything else.
    TextId,
    /// Something a person must acknowledge.
    AlertId,
    /// A bearer token (its public half).
    TokenId,
    /// An address at which a calendar can be subscribed to (its public half).
    CalendarAddressId,
    /// One operation: everything that one command changed.
    OperationId,
}

/// Only the canonical lower-case hyphenated form is an id, so that one thing has one spelling.
fn parse_hyphenated(text: &str) -> Result<Uuid, InvalidId> {
    let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    if id.hyphenated().to_string() == text {
        Ok(id)
    } else {
        Err(InvalidId)
    }
}

macro_rules! slug_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_slug(text).map($name)
            }
        }
    )+};
}

slug_ids! {
    /// A jurisdiction, such as `st-louis`.
    JurisdictionId,
    /// An agency within a jurisdiction, such as `slmpd`.
    AgencyId,
}

/// 1 to 40 of `a-z`, `0-9` and `-`, starting with a letter and not ending with a hyphen.
fn parse_slug(text: &str) -> Result<String, InvalidId> {
    let bytes = text.as_bytes();
    let shaped = (1..=40).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes[bytes.len() - 1] != b'-'
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-');
    if shaped {
        Ok(text.to_owned())
    } else {
        Err(InvalidId)
    }
}

/// The source of ids: a seed and a counter, so that the same seed gives the same ids.
#[derive(Clone, Debug)]
pub struct Ids {
    seed: [u8; 16],
    drawn: u64,
}

impl Ids {
    /// A source with this seed. Two nodes must never share one.
    pub fn new(seed: [u8; 16]) -> Self {
        Ids { seed, drawn: 0 }
    }

    fn next(&mut self, at: Moment) -> Uuid {
        self.drawn += 1;
        let digest = Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.drawn.to_be_bytes())
            .finalize();
        let mut bits = [0; 10];
        bits.copy_from_slice(&digest[..10]);
        let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
    }
}
