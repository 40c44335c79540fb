//! Following the journal: ordered, unique, reliable, atomic, resumable, bookmarkable.
//!
//! Resuming, catching up and following live are one loop: read what follows the cursor, from the ring or the journal;
//! when nothing does, wait for the bell. The cursor is the only state, so memory is bounded and a slow reader slows
//! himself alone.

mod ahead;

use std::collections::VecDeque;
use std::sync::Arc;

use super::caller::Caller;
use super::center::Center;
use super::fault::refused;
use super::feed::{Listening, Look, Recorded};
use super::{Desk, pages, told_to_close};
use crate::board::{Alert, Board, Entry, Role};
use crate::id::CallId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::streaming::{Filter, ResumeToken, Scope, Viewer, listens_to, visible};

/// How many entries are read at once.
const PAGE: usize = 256;
/// How long a node that lags behind a token is waited for, seconds.
const LAG_SECONDS: i64 = 5;
/// An emergency that could not be recorded is told to whoever comes within so long, seconds.
const CRY_SECONDS: i64 = 300;

/// Something for the subscriber.
#[derive(Debug)]
pub enum Heard {
    /// One operation: all of its events that he may see and has asked for.
    Update {
        /// The entry.
        entry: Arc<Entry>,
        /// Which of its events, by their places.
        seen: Vec<usize>,
        /// The revision sent before this one on this stream.
        previous_revision: u64,
        /// Resumes after it.
        resume_token: String,
    },
    /// Nothing to see up to here.
    Checkpoint {
        /// The revision reached.
        revision: u64,
        /// Resumes after it.
        resume_token: String,
    },
    /// An emergency that could not be recorded.
    Unrecorded(Alert),
}

/// A subscriber and how far he has come.
pub struct Watch {
    desk: Desk,
    center: Arc<Center>,
    caller: Caller,
    viewer: Viewer,
    filter: Filter,
    scope: Scope,
    checkpoint_seconds: i64,
    epoch: u64,
    cursor: u64,
    hash: Arc<str>,
    sent: u64,
    last_sent_at: Moment,
    heard_unrecorded: u64,
    ready: VecDeque<Recorded>,
    listening: Listening,
}

impl Center {
    /// Whether everything that a filter names is known. Not asked of one who resumes: what he named may have gone since.
    /// Of a call a responder learns nothing here.
    pub async fn knows(&self, caller: &Caller, filter: &Filter) -> Result<(), Refusal> {
        let strange = {
            let board = self.board();
            if let Some(refusal) = filter.stranger(&board) {
                return Err(refusal);
            }
            let off_board = |id: &&CallId| !board.calls.contains_key(id);
            let asked = filter.call_ids.iter().filter(|_| caller.role != Role::Responder);
            asked.filter(off_board).copied().collect::<Vec<_>>()
        };
        for id in strange {
            if self.store.call(self.id(), id).await.map_err(refused)?.is_none() {
                return Err(Refusal::not_found("call", id).at_field("filter.call_ids"));
            }
        }
        Ok(())
    }
}

/// How a subscriber wants to watch.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What he wants to see.
    pub filter: Filter,
    /// How often he wants a checkpoint when there is nothing else, seconds.
    pub checkpoint_seconds: u32,
}

impl Watch {
    /// Starts from a snapshot: `look` reads the board at the revision after which the watch begins.
    pub fn from_snapshot<T>(
        desk: &Desk,
        center: &Arc<Center>,
        caller: &Caller,
        wish: Wish,
        look: impl FnOnce(&Board) -> T,
    ) -> (Watch, T) {
        let board = center.board();
        let (epoch, head, hash) = center.shown.feed.head();
        let seen = look(&board);
        drop(board);
        (Watch::at(desk, center, caller, wish, (epoch, head, hash)), seen)
    }

    /// Goes on after a token.
    pub async fn resume(
        desk: &Desk,
        center: &Arc<Center>,
        caller: &Caller,
        wish: Wish,
        token: &str,
    ) -> Result<Watch, Refusal> {
        let scope = scope(center, caller, &wish.filter);
        let token = ResumeToken::decode(token, scope).map_err(|invalid| {
            Refusal::field(Reason::InvalidResumeToken, "resume_token", invalid.to_string())
        })?;
        let hash = reached(center, &token).await?;
        let place = (token.epoch, token.revision, hash);
        Ok(Watch::at(desk, center, caller, wish, place))
    }

    fn at(
        desk: &Desk,
        center: &Arc<Center>,
        caller: &Caller,
        wish: Wish,
        (epoch, cursor, hash): (u64, u64, Arc<str>),
    ) -> Watch {
        let viewer = caller.viewer();
        let topics = listens_to(&viewer, &wish.filter);
        let recent = center.clock.now().plus_seconds(-CRY_SECONDS);
        let heard_unrecorded = center.shown.feed.unrecorded_before(recent);
        Watch {
            desk: desk.clone(),
            center: Arc::clone(center),
            viewer,
            caller: caller.clone(),
            scope: scope(center, caller, &wish.filter),
            filter: wish.filter,
            checkpoint_seconds: i64::from(wish.checkpoint_seconds),
            epoch,
            cursor,
            hash,
            sent: cursor,
            last_sent_at: center.clock.now(),
            heard_unrecorded,
            ready: VecDeque::new(),
            listening: Listening::to(&center.shown, topics),
        }
    }

    /// The revision reached.
    pub fn revision(&self) -> u64 {
        self.cursor
    }

    /// Resumes after the revision reached.
    pub fn resume_token(&self) -> String {
        ResumeToken::new(self.scope, self.epoch, self.cursor, &self.hash).encode()
    }

    /// The next thing for the subscriber; an error ends the stream and says why.
    pub async fn next(&mut self) -> Result<Heard, Refusal> {
        loop {
            if let Some(ahead) = self.checkpoint_ahead() {
                return Ok(ahead);
            }
            if let Some(heard) = self.advance().await? {
                return Ok(heard);
            }
            let checkpoint_at = self.last_sent_at.plus_seconds(self.checkpoint_seconds);
            if self.center.clock.now() >= checkpoint_at {
                return Ok(self.checkpoint());
            }
            let wake_at = checkpoint_at.min(self.caller.expires_at);
            let mut closing = self.center.closing.clone();
            tokio::select! {
                () = told_to_close(&mut closing) => {
                    return Err(Refusal::new(Reason::ShuttingDown, "the server is going down; resume with the token"));
                }
                () = self.listening.rung() => {}
                () = self.center.clock.wait_until(wake_at) => {}
            }
        }
    }

    /// What is there without waiting; `None` when the head has been reached.
    pub async fn advance(&mut self) -> Result<Option<Heard>, Refusal> {
        self.desk.still_allowed(&self.caller, &self.center)?;
        while let Some((cry, heard)) = self.center.shown.feed.next_unrecorded(self.heard_unrecorded) {
            self.heard_unrecorded = heard;
            if self.viewer.may_see_alert(&self.center.board(), &cry) {
                return Ok(Some(Heard::Unrecorded(cry)));
            }
        }
        loop {
            while let Some(one) = self.ready.pop_front() {
                if let Some(update) = self.pass(one) {
                    return Ok(Some(update));
                }
            }
            match self.center.shown.feed.after(self.epoch, self.cursor, PAGE) {
                Look::Entries(entries) => self.ready.extend(entries),
                Look::Nothing => return Ok(None),
                Look::Journal => self.read_journal().await?,
                Look::OtherEpoch => return Err(other_epoch()),
            }
        }
    }

    /// A checkpoint: everything up to the cursor has been looked at.
    pub fn checkpoint(&mut self) -> Heard {
        self.sent = self.cursor;
        self.last_sent_at = self.center.clock.now();
        Heard::Checkpoint {
            revision: self.cursor,
            resume_token: self.resume_token(),
        }
    }

    /// Moves the cursor over one entry.
    fn pass(&mut self, one: Recorded) -> Option<Heard> {
        self.cursor = one.entry.revision;
        self.hash = one.hash;
        let seen = visible(&one.entry, &self.viewer, &self.filter);
        if seen.is_empty() {
            return None;
        }
        let previous_revision = std::mem::replace(&mut self.sent, self.cursor);
        self.last_sent_at = self.center.clock.now();
        Some(Heard::Update {
            resume_token: self.resume_token(),
            entry: one.entry,
            seen,
            previous_revision,
        })
    }

    async fn read_journal(&mut self) -> Result<(), Refusal> {
        self.ready
            .extend(following(&self.center, self.epoch, self.cursor).await?);
        if self.ready.is_empty() {
            return Err(too_old());
        }
        Ok(())
    }
}

fn scope(center: &Center, caller: &Caller, filter: &Filter) -> Scope {
    Scope::of(center.id(), &caller.subject, caller.role, filter)
}

/// The hash of the journal at the token's revision, once this node has reached it.
async fn reached(center: &Center, token: &ResumeToken) -> Result<Arc<str>, Refusal> {
    let give_up = center.clock.now().plus_seconds(LAG_SECONDS);
    let listening = Listening::to_everything(&center.shown);
    loop {
        let (epoch, head, hash) = center.shown.feed.head();
        if token.epoch != epoch {
            return Err(other_epoch());
        }
        if token.revision == head {
            return if token.agrees_with(&hash) {
                Ok(hash)
            } else {
                Err(other_epoch())
            };
        }
        if token.revision < head {
            break;
        }
        tokio::select! {
            () = listening.rung() => {}
            () = center.clock.wait_until(give_up) => {
                return Err(Refusal::new(Reason::NodeBehind, "this node has not reached the token's revision yet"));
            }
        }
    }
    let hash = hash_at(center, token.epoch, token.revision).await?;
    let hash = hash.ok_or_else(too_old)?;
    if token.agrees_with(&hash) {
        Ok(hash)
    } else {
        Err(other_epoch())
    }
}

/// The hash at a revision behind the head: from the ring, from the page that it stands in, or, at the floor, from the
/// store.
async fn hash_at(center: &Center, epoch: u64, revision: u64) -> Result<Option<Arc<str>>, Refusal> {
    if let Some(hash) = center.shown.feed.hash_at(epoch, revision) {
        return Ok(Some(hash));
    }
    if let Some(before) = revision.checked_sub(1)
        && let Some(one) = following(center, epoch, before).await?.into_iter().next()
    {
        return Ok(Some(one.hash));
    }
    let hash = center
        .store
        .hash_at(center.id(), revision)
        .await
        .map_err(refused)?;
    Ok(hash.map(Into::into))
}

/// Entries of the journal that follow the cursor without a gap; none where it no longer reaches back so far.
async fn following(center: &Center, epoch: u64, cursor: u64) -> Result<Vec<Recorded>, Refusal> {
    let read = async |after| center.store.entries(center.id(), after, pages::LENGTH).await;
    let follows = |found: &[Recorded]| found.first().is_some_and(|one| one.entry.revision == cursor + 1);
    let shared = center
        .shown
        .pages
        .after(epoch, cursor, read)
        .await
        .map_err(refused)?;
    if follows(&shared) {
        return Ok(shared);
    }
    let own = read(cursor).await.map_err(refused)?;
    let own: Vec<Recorded> = own.into_iter().map(Recorded::from).collect();
    Ok(if follows(&own) { own } else { Vec::new() })
}

fn other_epoch() -> Refusal {
    Refusal::new(
        Reason::ResumeTokenOfAnotherEpoch,
        "the journal was restored since; start from a snapshot",
    )
}

fn too_old() -> Refusal {
    Refusal::new(
        Reason::ResumeTokenTooOld,
        "the journal no longer reaches back to this token; start from a snapshot",
    )
}
