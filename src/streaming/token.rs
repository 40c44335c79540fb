//! Where a subscriber resumes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::filter::Filter;
use crate::board::Role;
use crate::id::JurisdictionId;

const VERSION: u8 = 1;
const LENGTH: usize = 1 + 8 + 8 + 8 + 8;
const CHECK: usize = 8;

/// A place in a journal that a subscriber has reached: everything up to and including `revision` has been his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResumeToken {
    /// The journal's epoch: it changes when a database is restored.
    pub epoch: u64,
    /// The revision reached.
    pub revision: u64,
    /// The beginning of the journal's running hash at that revision.
    pub hash: [u8; 8],
    scope: Scope,
}

/// Whose token it is, and for what, as a digest: it is the same for every token of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope([u8; 8]);

/// A string that is no token of this scope: damaged, another subscriber's, or another filter's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a resume token of this subscriber and filter")]
pub struct InvalidToken;

impl ResumeToken {
    /// A token of this scope.
    pub fn new(scope: Scope, epoch: u64, revision: u64, hash: &str) -> ResumeToken {
        ResumeToken {
            epoch,
            revision,
            hash: beginning(hash),
            scope,
        }
    }

    /// Whether the journal has this hash at the token's revision.
    pub fn agrees_with(&self, hash: &str) -> bool {
        self.hash == beginning(hash)
    }

    /// As text, opaque to clients.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(LENGTH + CHECK);
        bytes.push(VERSION);
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.revision.to_be_bytes());
        bytes.extend(self.hash);
        bytes.extend(self.scope.0);
        let check = check_of(&bytes);
        bytes.extend(check);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// From text; only a token of this scope is one.
    pub fn decode(text: &str, scope: Scope) -> Result<ResumeToken, InvalidToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidToken)?;
        let (body, check) = bytes.split_at_checked(LENGTH).ok_or(InvalidToken)?;
        if body[0] != VERSION || check != check_of(body) {
            return Err(InvalidToken);
        }
        let mut rest = &body[1..];
        let token = ResumeToken {
            epoch: u64::from_be_bytes(take(&mut rest)?),
            revision: u64::from_be_bytes(take(&mut rest)?),
            hash: take(&mut rest)?,
            scope: Scope(take(&mut rest)?),
        };
        if token.scope == scope {
            Ok(token)
        } else {
            Err(InvalidToken)
        }
    }
}

impl Scope {
    /// Of this subscriber, in this role and with this filter, to this jurisdiction's journal.
    pub fn of(jurisdiction_id: &JurisdictionId, subject: &str, role: Role, filter: &Filter) -> Scope {
        // Debug of an ordered filter is canonical; a change of its form only makes old tokens invalid.
        let filter = format!("{filter:?}");
        let parts = [jurisdiction_id.as_str(), subject, role.as_str(), &filter];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Scope(first_eight(&hash.finalize().into()))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], InvalidToken> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(InvalidToken)?;
    *rest = tail;
    Ok(*head)
}

/// The first eight characters of a hash in hexadecimal.
fn beginning(hash: &str) -> [u8; 8] {
    let mut eight = [b'0'; 8];
    for (place, byte) in eight.iter_mut().zip(hash.bytes()) {
        *place = byte;
    }
    eight
}

fn first_eight(hash: &[u8; 32]) -> [u8; 8] {
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash[..8]);
    eight
}

/// A fingerprint that finds damage, not forgery: a token gives no rights, those are asked anew.
fn check_of(body: &[u8]) -> [u8; CHECK] {
    first_eight(&Sha256::digest(body).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(jurisdiction_id: &JurisdictionId, subject: &str, filter: &Filter) -> Scope {
        Scope::of(jurisdiction_id, subject, Role::Dispatcher, filter)
    }

    #[test]
    fn every_flipped_byte_is_found() {
        let jurisdiction: JurisdictionId = "st-louis".parse().expect("a slug");
        let filter = Filter::default();
        let scope = scope(&jurisdiction, "anna", &filter);
        let text = ResumeToken::new(scope, 3, 77, "0123456789abcdef").encode();
        assert!(ResumeToken::decode(&text, scope).is_ok());
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(bytes).expect("ascii");
            assert_eq!(
                ResumeToken::decode(&damaged, scope),
                Err(InvalidToken),
                "byte {place}"
            );
        }
    }

    #[test]
    fn a_token_is_of_one_subscriber_and_one_filter() {
        let jurisdiction: JurisdictionId = "st-louis".parse().expect("a slug");
        let other: JurisdictionId = "st-louis-county".parse().expect("a slug");
        let (wide, narrow) = (
            Filter::default(),
            Filter {
                kinds: [crate::board::EventKind::CallOpened].into(),
                ..Filter::default()
            },
        );
        let text = ResumeToken::new(scope(&jurisdiction, "anna", &wide), 1, 5, "0123456789abcdef").encode();
        for foreign in [
            scope(&jurisdiction, "bert", &wide),
            scope(&jurisdiction, "anna", &narrow),
            scope(&other, "anna", &wide),
        ] {
            assert_eq!(ResumeToken::decode(&text, foreign), Err(InvalidToken));
        }
    }
}
