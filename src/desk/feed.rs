//! The doorbell, not the mailbox: recent entries in a ring, and a bell for each who waits.
//!
//! Nothing is queued for a subscriber. He reads what follows his cursor, from the ring or from the journal, and when
//! there is nothing he waits for his bell.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::center::Shown;
use crate::board::{Alert, Entry};
use crate::id::ResponderId;

/// How many entries the ring keeps.
const RING: usize = 4096;
/// How many emergencies that could not be recorded are kept for those who listen.
const UNRECORDED: usize = 64;

/// An entry as it stands in the journal.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The entry.
    pub entry: Arc<Entry>,
    /// The journal's running hash at it.
    pub hash: Arc<str>,
}

/// What subscribers follow.
#[derive(Debug)]
pub(super) struct Feed(Mutex<State>);

#[derive(Debug)]
struct State {
    epoch: u64,
    head: u64,
    head_hash: Arc<str>,
    ring: VecDeque<Recorded>,
    unrecorded: VecDeque<Alert>,
    unrecorded_count: u64,
    next_bell: u64,
    bells: BTreeMap<u64, Bell>,
}

#[derive(Debug)]
struct Bell {
    /// Rings only for what concerns this responder; `None`: for everything.
    only: Option<ResponderId>,
    notify: Arc<Notify>,
}

/// What a look at the feed finds.
pub(super) enum Look {
    /// These follow the cursor.
    Entries(Vec<Recorded>),
    /// Nothing follows.
    Nothing,
    /// The ring no longer reaches back so far: read the journal.
    Journal,
    /// The cursor belongs to another epoch.
    OtherEpoch,
}

/// A bell that is taken down when it is dropped.
pub(super) struct Listening {
    shown: Arc<Shown>,
    id: u64,
    notify: Arc<Notify>,
}

impl Feed {
    pub(super) fn new(epoch: u64, head: u64, head_hash: &str) -> Feed {
        Feed(Mutex::new(State {
            epoch,
            head,
            head_hash: head_hash.into(),
            ring: VecDeque::new(),
            unrecorded: VecDeque::new(),
            unrecorded_count: 0,
            next_bell: 0,
            bells: BTreeMap::new(),
        }))
    }

    /// Epoch, revision and hash of the head.
    pub(super) fn head(&self) -> (u64, u64, Arc<str>) {
        let state = self.state();
        (state.epoch, state.head, Arc::clone(&state.head_hash))
    }

    /// Hands on what has been committed, and rings for those whom it concerns.
    pub(super) fn publish(&self, recorded: Vec<Recorded>) {
        let mut state = self.state();
        for one in recorded {
            for bell in state.bells.values() {
                let concerned = bell.only.is_none_or(|responder_id| {
                    one.entry
                        .events
                        .iter()
                        .any(|event| event.audience.contains(&responder_id))
                });
                if concerned {
                    bell.notify.notify_one();
                }
            }
            state.head = one.entry.revision;
            state.head_hash = Arc::clone(&one.hash);
            state.ring.push_back(one);
        }
        while state.ring.len() > RING {
            state.ring.pop_front();
        }
    }

    /// The journal is not what it was: everyone starts again from a snapshot.
    pub(super) fn start_epoch(&self, epoch: u64, head: u64, head_hash: &str) {
        let mut state = self.state();
        state.epoch = epoch;
        state.head = head;
        state.head_hash = head_hash.into();
        state.ring.clear();
        for bell in state.bells.values() {
            bell.notify.notify_one();
        }
    }

    /// An emergency that the database could not take still reaches every stream of this node.
    pub(super) fn cry_out(&self, alert: Alert) {
        let mut state = self.state();
        state.unrecorded.push_back(alert);
        state.unrecorded_count += 1;
        while state.unrecorded.len() > UNRECORDED {
            state.unrecorded.pop_front();
        }
        for bell in state.bells.values() {
            bell.notify.notify_one();
        }
    }

    /// Unrecorded emergencies after the first `heard`, and how many there have been in all.
    pub(super) fn unrecorded(&self, heard: u64) -> (Vec<Alert>, u64) {
        let state = self.state();
        let missed = usize::try_from(state.unrecorded_count.saturating_sub(heard)).unwrap_or(usize::MAX);
        let skip = state.unrecorded.len().saturating_sub(missed);
        (
            state.unrecorded.iter().skip(skip).cloned().collect(),
            state.unrecorded_count,
        )
    }

    /// What follows `cursor`, at most `limit` entries.
    pub(super) fn after(&self, epoch: u64, cursor: u64, limit: usize) -> Look {
        let state = self.state();
        if state.epoch != epoch {
            return Look::OtherEpoch;
        }
        if cursor >= state.head {
            return Look::Nothing;
        }
        match state.ring.front() {
            Some(first) if first.entry.revision <= cursor + 1 => {
                let skip = usize::try_from(cursor + 1 - first.entry.revision).unwrap_or(usize::MAX);
                Look::Entries(state.ring.iter().skip(skip).take(limit).cloned().collect())
            }
            Some(_) | None => Look::Journal,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    /// Hangs up a bell that rings for what concerns this responder, or (`None`) for everything.
    pub(super) fn to(shown: &Arc<Shown>, only: Option<ResponderId>) -> Listening {
        let mut state = shown.feed.state();
        let id = state.next_bell;
        state.next_bell += 1;
        let notify = Arc::new(Notify::new());
        let bell = Bell {
            only,
            notify: Arc::clone(&notify),
        };
        state.bells.insert(id, bell);
        Listening {
            shown: Arc::clone(shown),
            id,
            notify,
        }
    }

    /// Waits until the bell has rung since the last time.
    pub(super) async fn rung(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.shown.feed.state().bells.remove(&self.id);
    }
}
