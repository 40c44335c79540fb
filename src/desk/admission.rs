//! Who is let in: bearer tokens, read from the store and believed for two seconds; longer only while it cannot be asked.
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

/// What is known of tokens.
#[derive(Debug)]
pub(super) struct Admissions {
    reader: TokenReader,
    known: Mutex<Known>,
}

/// Tokens that were read lately, and those that were taken back.
#[derive(Debug, Default)]
struct Known {
    read: BTreeMap<TokenId, Read>,
    revoked: BTreeSet<TokenId>,
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
    pub fn still_allowed(&self, caller: &Caller, center: &Center) -> Result<(), Refusal> {
        let revoked = self.0.admissions.known().revoked.contains(&caller.token_id);
        if revoked || caller.expires_at <= self.clock().now() {
            return Err(rights_changed());
        }
        center.still_has(caller)
    }

    /// Looks for tokens that were taken back since the last look, on any node or from the command line.
    async fn look_for_revocations(&self) -> Result<(), StoreError> {
        let count = self.store().revoked_count().await?;
        if count == self.0.admissions.known().revoked.len() {
            return Ok(());
        }
        let revoked: BTreeSet<TokenId> = self.store().revoked_tokens().await?.into_iter().collect();
        self.0.admissions.known().take_back(revoked, self.clock().now());
        for center in self.centers().values() {
            center.shown.feed.ring_everyone();
        }
        Ok(())
    }

    /// The token as it was read lately, or as it is. While the database is away the last known one is believed: streams
    /// and emergencies must go on.
    async fn token(&self, id: TokenId) -> Result<Option<Token>, Refusal> {
        let admissions = &self.0.admissions;
        if let Some(token) = admissions.known().read_lately(id) {
            return Ok(token);
        }
        match admissions.reader.token(id).await {
            Ok(token) => Ok(admissions.known().remember(id, token, self.clock().now())),
            Err(refusal) => admissions
                .known()
                .read_within(id, BELIEVED_WHILE_AWAY)
                .ok_or(refusal),
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
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The token, if it need not be read by this caller: it was read lately, or another is reading it again. Hundreds of
    /// requests with one token come at once, and one of them asks the database for all.
    fn read_lately(&mut self, id: TokenId) -> Option<Option<Token>> {
        let read = self.read.get_mut(&id)?;
        let age = read.at.elapsed();
        let being_read = read.again_at.is_some_and(|at| at.elapsed() < READING);
        if age < BELIEVED || (being_read && age < BELIEVED_WHILE_AWAY) {
            return Some(read.token.clone());
        }
        read.again_at = Some(Instant::now());
        None
    }

    fn read_within(&self, id: TokenId, age: Duration) -> Option<Option<Token>> {
        let read = self.read.get(&id)?;
        (read.at.elapsed() < age).then(|| read.token.clone())
    }

    /// Remembers what was read, and gives it back as it is by now: it may have been taken back while it was read.
    fn remember(&mut self, id: TokenId, mut token: Option<Token>, now: Moment) -> Option<Token> {
        if self.revoked.contains(&id) {
            revoke(&mut token, now);
        }
        if self.read.len() >= REMEMBERED {
            self.read.clear();
        }
        let read = Read {
            at: Instant::now(),
            token: token.clone(),
            again_at: None,
        };
        self.read.insert(id, read);
        token
    }

    fn take_back(&mut self, revoked: BTreeSet<TokenId>, now: Moment) {
        for (_, read) in self.read.iter_mut().filter(|(id, _)| revoked.contains(id)) {
            revoke(&mut read.token, now);
        }
        self.revoked = revoked;
    }
}

fn revoke(token: &mut Option<Token>, now: Moment) {
    if let Some(token) = token {
        token.revoked_at.get_or_insert(now);
    }
}

fn check_in_force(token: &Token, now: Moment) -> Result<(), Refusal> {
    if token.revoked_at.is_some() {
        return Err(Refusal::new(Reason::TokenExpired, "the token was revoked"));
    }
    if token.expires_at <= now {
        return Err(Refusal::new(Reason::TokenExpired, "the token has expired"));
    }
    Ok(())
}

fn rights_changed() -> Refusal {
    Refusal::new(
        Reason::RightsChanged,
        "the token was revoked or has expired, or the responder has left",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Role;

    const NOW: Moment = Moment::from_seconds(1_000);

    fn good(id: TokenId) -> Token {
        let shown = token::Shown::new(id, [1; 32]);
        shown.kept(Role::Dispatcher, "dana".to_owned(), NOW, NOW.plus_seconds(60))
    }

    #[test]
    fn a_token_taken_back_is_void_whether_it_was_read_before_or_is_read_late() {
        let id = TokenId::next(&mut crate::id::Ids::new([1; 16]), NOW);
        let (before, late) = (good(id), good(id));
        let mut known = Known::default();
        let read = known.remember(id, Some(before), NOW).unwrap();
        assert!(check_in_force(&read, NOW).is_ok());

        known.take_back(BTreeSet::from([id]), NOW);
        let remembered = known.read_lately(id).unwrap().unwrap();
        assert!(check_in_force(&remembered, NOW).is_err());

        let read = known.remember(id, Some(late), NOW).unwrap();
        assert!(check_in_force(&read, NOW).is_err());
        let remembered = known.read_lately(id).unwrap().unwrap();
        assert!(check_in_force(&remembered, NOW).is_err());
    }
}
