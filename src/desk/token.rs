//! Bearer tokens: `tdm_<id>_<secret>`.
//!
//! The secret has 256 random bits, so a plain SHA-256 of it is kept: there is nothing to guess, and a table that leaks
//! lets nobody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::board::Role;
use crate::id::TokenId;
use crate::moment::Moment;
use crate::store::Token;

const PREFIX: &str = "tdm_";
const SECRET_BYTES: usize = 32;

/// A token as its holder shows it.
#[derive(Clone)]
pub struct Shown {
    /// Which token he says it is.
    pub id: TokenId,
    secret: [u8; SECRET_BYTES],
}

/// A string that is no token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a bearer token")]
pub struct NotAToken;

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Shown {
    /// A new token with this id and this secret.
    pub fn new(id: TokenId, secret: [u8; SECRET_BYTES]) -> Shown {
        Shown { id, secret }
    }

    /// What is kept of the secret.
    pub fn secret_hash(&self) -> String {
        hex::encode(Sha256::digest(self.secret))
    }

    /// What is kept of it: a token in force from one moment to the other, for the whole installation. Whoever is bound to a
    /// jurisdiction, an agency, a responder or a device adds that.
    pub fn kept(&self, role: Role, subject: String, created_at: Moment, expires_at: Moment) -> Token {
        Token {
            id: self.id,
            secret_hash: self.secret_hash(),
            role,
            subject,
            jurisdiction_id: None,
            agency_id: None,
            responder_id: None,
            device_id: None,
            created_at,
            expires_at,
            revoked_at: None,
        }
    }

    /// Whether it is the token of which this was kept. It takes as long for a near miss as for a far one.
    pub fn is(&self, secret_hash: &str) -> bool {
        same(&self.secret_hash(), secret_hash)
    }

    /// As its holder keeps it.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, URL_SAFE_NO_PAD.encode(self.secret))
    }
}

/// Whether two hashes are the same. It takes as long for a near miss as for a far one.
pub(super) fn same(own: &str, other: &str) -> bool {
    let pairs = own.bytes().zip(other.bytes());
    let difference = pairs.fold(0, |difference, (a, b)| difference | (a ^ b));
    own.len() == other.len() && difference == 0
}

/// From what a holder shows.
pub fn parse(text: &str) -> Result<Shown, NotAToken> {
    let (id, secret) = text
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('_'))
        .ok_or(NotAToken)?;
    let bytes = URL_SAFE_NO_PAD.decode(secret).map_err(|_| NotAToken)?;
    Ok(Shown {
        id: id.parse().map_err(|_| NotAToken)?,
        secret: bytes.try_into().map_err(|_| NotAToken)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Ids;
    use crate::moment::Moment;

    #[test]
    fn only_the_secret_itself_opens() {
        let id = TokenId::next(&mut Ids::new([1; 16]), Moment::from_seconds(0));
        let token = Shown::new(id, [5; 32]);
        let kept = token.secret_hash();
        assert!(parse(&token.text()).expect("a token").is(&kept));
        assert!(!Shown::new(id, [6; 32]).is(&kept));
        assert!(!token.is(""));
        assert!(
            !format!("{token:?}").contains("BQUF"),
            "a secret is never printed"
        );
    }

    #[test]
    fn what_is_no_token_is_none() {
        for text in [
            "",
            "tdm_",
            "tdm_x_y",
            "Bearer tdm_",
            "tdm_00000000-0000-7000-8000-000000000000_AA",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
