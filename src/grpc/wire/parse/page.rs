//! Pages of lists.
//!
//! A page token is where the next page starts: the sort key and the id of the last row, with a fingerprint of the list and
//! its filter. It is not secret and gives no rights; it is opaque so that its form may change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use sha2::{Digest, Sha256};

use super::faults::{Fault, Faults};
use crate::refusal::Reason;

/// How many rows a page has when nobody says.
const USUAL: usize = 100;
/// How many it has at most.
pub(crate) const MOST: usize = 500;
const CHECK: usize = 8;

/// Which page is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// How many rows.
    pub(crate) size: usize,
    /// The key of the last row of the page before.
    pub(crate) after: Option<String>,
    fingerprint: [u8; CHECK],
}

impl Page {
    /// One more row than the page has tells whether there is a next page.
    pub(crate) fn rows_to_read(&self) -> u64 {
        self.size as u64 + 1
    }

    /// Cuts the rows to the page, and makes the token of the next one.
    pub(crate) fn cut<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> String) -> String {
        if rows.len() <= self.size {
            return String::new();
        }
        rows.truncate(self.size);
        rows.last().map(|last| self.token(&key(last))).unwrap_or_default()
    }

    fn token(&self, key: &str) -> String {
        let mut bytes = self.fingerprint.to_vec();
        bytes.extend(key.as_bytes());
        bytes.extend(check_of(&bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl Faults {
    /// The page of a list; `filter` is the request without its page.
    pub(crate) fn page<M: Message>(
        &mut self,
        list: &str,
        filter: &M,
        size: i32,
        token: &str,
    ) -> Option<Page> {
        let size = self.take("page_size", page_size(size));
        let fingerprint = fingerprint_of(list, &filter.encode_to_vec());
        let after = self.take("page_token", after(token, fingerprint));
        Some(Page {
            size: size?,
            after: after?,
            fingerprint,
        })
    }
}

/// How many rows a page shall have.
pub(crate) fn page_size(size: i32) -> Result<usize, Fault> {
    match usize::try_from(size) {
        Ok(0) => Ok(USUAL),
        Ok(size) => Ok(size.min(MOST)),
        Err(_) => Err(Fault::new(Reason::OutOfRange, "it must not be negative")),
    }
}

fn after(token: &str, fingerprint: [u8; CHECK]) -> Result<Option<String>, Fault> {
    if token.is_empty() {
        return Ok(None);
    }
    let fault = || Fault::new(Reason::InvalidPageToken, "not a token of this list and filter");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| fault())?;
    let body_length = bytes.len().checked_sub(CHECK).ok_or_else(fault)?;
    let (body, check) = bytes.split_at(body_length);
    let key = body.strip_prefix(&fingerprint[..]).ok_or_else(fault)?;
    if check != check_of(body) {
        return Err(fault());
    }
    String::from_utf8(key.to_vec()).map(Some).map_err(|_| fault())
}

fn fingerprint_of(list: &str, filter: &[u8]) -> [u8; CHECK] {
    first_bytes(&[list.as_bytes(), b"\0", filter].concat())
}

fn check_of(body: &[u8]) -> [u8; CHECK] {
    first_bytes(body)
}

fn first_bytes(bytes: &[u8]) -> [u8; CHECK] {
    let digest = Sha256::digest(bytes);
    let mut first = [0; CHECK];
    first.copy_from_slice(&digest[..CHECK]);
    first
}
