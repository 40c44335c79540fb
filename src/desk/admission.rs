//! Who is let in: bearer tokens, looked at anew for every request and every update of a stream.
//!
//! A stream may be quiet for minutes, so revocations are looked for: once a second, for all streams at once. Whoever holds
//! a revoked token is rung up and told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::watch as signal;

use super::caller::Caller;
use super::center::Center;
use super::token_reader::TokenReader;
use super::{Desk, Shared, token, told_to_close};
use crate::id::TokenId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::store::{Store, StoreError, Token};

/// How long a token that was read is believed; a revocation takes at most this long, and one reading, to be felt.
const BELIEVED: Duration = Duration::from_secs(2);
/// How long a reading is waited for before another is begun.
const READING: Duration = Duration::from_secs(2);
/// How long a token is believed while the database cannot be asked.
const BELIEVED_WHILE_AWAY: Duration = Duration::from_secs(900);
/// How many tokens are remembered; beyond that all are read anew.
const REMEMBERED: usize = 65_536;

/// How often revocations are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Tokens that were read lately, and those that were taken back.
#[derive(Debug)]
pub(super) struct Admissions {
    reader: TokenReader,
    read: Mutex<BTreeMap<TokenId, Read>>,
    revoked: Mutex<BTreeSet<TokenId>>,
}

/// A token as it was read.
#[derive(Debug)]
struct Read {
    at: Instant,
    /// None: there is no such token.
    token: Option<Token>,
    /// When someone last went to read it again.
    again_at: Option<Instant>,
}

impl Desk {
    /// Who shows this bearer token.
    pub async fn admit(&self, bearer: &str) -> Result<Caller, Refusal> {
        let unknown = || Refusal::new(Reason::Unauthenticated, "no token, or not one of ours");
        let shown = token::parse(bearer).map_err(|_| unknown())?;
        let known = self.token(shown.id).await?.ok_or_else(unknown)?;
        if !shown.is(&known.secret_hash) {
            return Err(unknown());
        }
        if self.0.admissions.revoked().contains(&known.id) {
            // It may have been read just before it was taken back, and remembered since.
            return Err(revoked());
        }
        check_in_force(&known, self.clock().now())?;
        Ok(Caller {
            token_id: known.id,
            subject: known.subject,
            role: known.role,
            jurisdiction_id: known.jurisdiction_id,
            agency_id: known.agency_id,
            responder_id: known.responder_id,
            device_id: known.device_id,
            expires_at: known.expires_at,
        })
    }

    /// Whether a caller who was let in may go on. What is known is believed while the database is away: streams must go
    /// on.
    pub(super) fn still_allowed(&self, caller: &Caller, center: &Center) -> Result<(), Refusal> {
        let revoked = self.0.admissions.revoked().contains(&caller.token_id);
        if revoked || caller.expires_at <= self.clock().now() {
            return Err(rights_changed());
        }
        center.still_has(caller)
    }

    /// Looks for tokens that were taken back since the last look, on any node or from the command line.
    async fn look_for_revocations(&self) -> Result<(), StoreError> {
        let count = self.store().revoked_count().await?;
        if count == self.0.admissions.revoked().len() {
            return Ok(());
        }
        let revoked: BTreeSet<TokenId> = self.store().revoked_tokens().await?.into_iter().collect();
        self.0.admissions.take_back(revoked);
        for center in self.centers().values() {
            center.shown.feed.ring_everyone();
        }
        Ok(())
    }

    /// The token as it was read lately, or as it is. While the database is away the last known one is believed: streams
    /// and emergencies must go on.
    async fn token(&self, id: TokenId) -> Result<Option<Token>, Refusal> {
        let admissions = &self.0.admissions;
        if let Some(token) = admissions.known(id) {
            return Ok(token);
        }
        match admissions.reader.token(id).await {
            Ok(token) => {
                admissions.remember(id, token.clone());
                Ok(token)
            }
            Err(refusal) => admissions.read_within(id, BELIEVED_WHILE_AWAY).ok_or(refusal),
        }
    }
}

/// Looks for revocations until the server closes.
pub(super) async fn keep_looking(shared: Weak<Shared>, mut closing: signal::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = told_to_close(&mut closing) => return,
            _ = look.tick() => {}
        }
        let Some(shared) = shared.upgrade() else { return };
        if let Err(error) = Desk(shared).look_for_revocations().await {
            tracing::warn!(%error, "could not look for revoked tokens");
        }
    }
}

impl Center {
    /// Whether the responder that the caller is has not left. One who is not on this roster has nothing here to lose.
    pub fn still_has(&self, caller: &Caller) -> Result<(), Refusal> {
        let board = self.board();
        let known = caller.responder_id.and_then(|id| board.responders.get(&id));
        match known.and_then(|responder| responder.retired_at) {
            Some(_) => Err(rights_changed()),
            None => Ok(()),
        }
    }
}

impl Admissions {
    /// Begins with no token read, from this store.
    pub(super) fn begin(store: Store) -> Admissions {
        Admissions {
            reader: TokenReader::begin(store),
            read: Mutex::default(),
            revoked: Mutex::default(),
        }
    }

    /// The token, if it need not be read by this caller: it was read lately, or another is reading it again. Hundreds of
    /// requests with one token come at once, and one of them asks the database for all.
    fn known(&self, id: TokenId) -> Option<Option<Token>> {
        let mut tokens = self.read();
        let read = tokens.get_mut(&id)?;
        let age = read.at.elapsed();
        let being_read = read.again_at.is_some_and(|at| at.elapsed() < READING);
        if age < BELIEVED || (being_read && age < BELIEVED_WHILE_AWAY) {
            return Some(read.token.clone());
        }
        read.again_at = Some(Instant::now());
        None
    }

    fn read_within(&self, id: TokenId, age: Duration) -> Option<Option<Token>> {
        let tokens = self.read();
        let read = tokens.get(&id)?;
        (read.at.elapsed() < age).then(|| read.token.clone())
    }

    fn remember(&self, id: TokenId, token: Option<Token>) {
        let mut tokens = self.read();
        if tokens.len() >= REMEMBERED {
            tokens.clear();
        }
        let at = Instant::now();
        let read = Read {
            at,
            token,
            again_at: None,
        };
        tokens.insert(id, read);
    }

    fn take_back(&self, revoked: BTreeSet<TokenId>) {
        self.read().retain(|id, _| !revoked.contains(id));
        *self.revoked() = revoked;
    }

    fn read(&self) -> MutexGuard<'_, BTreeMap<TokenId, Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn revoked(&self) -> MutexGuard<'_, BTreeSet<TokenId>> {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_in_force(token: &Token, now: Moment) -> Result<(), Refusal> {
    if token.revoked_at.is_some() {
        return Err(revoked());
    }
    if token.expires_at <= now {
        return Err(Refusal::new(Reason::TokenExpired, "the token has expired"));
    }
    Ok(())
}

fn revoked() -> Refusal {
    Refusal::new(Reason::TokenExpired, "the token was revoked")
}

fn rights_changed() -> Refusal {
    Refusal::new(
        Reason::RightsChanged,
        "the token was revoked or has expired, or the responder has left",
    )
}
