//! The doorbell, not the mailbox: recent entries in a ring, and a bell for each who waits.
//!
//! Nothing is queued for a subscriber. He reads what follows his cursor, from the ring or from the journal, and when
//! there is nothing he waits for his bell.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::center::Shown;
use crate::board::{self, Alert};
use crate::moment::Moment;
use crate::streaming::{Topic, topics};

/// How many entries the ring keeps.
const RING: usize = 4096;
/// How many emergencies that could not be recorded are kept for those who listen.
const UNRECORDED: usize = 64;

/// An entry as it stands in the journal.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The entry.
    pub entry: Arc<board::Entry>,
    /// The journal's running hash at it.
    pub hash: Arc<str>,
}

impl From<(board::Entry, String)> for Recorded {
    fn from((entry, hash): (board::Entry, String)) -> Recorded {
        Recorded {
            entry: Arc::new(entry),
            hash: hash.into(),
        }
    }
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
    /// The hash at the revision before the ring.
    before_ring: Arc<str>,
    unrecorded: VecDeque<Alert>,
    unrecorded_count: u64,
    next_bell: u64,
    bells: BTreeMap<Topic, BTreeMap<u64, Arc<Notify>>>,
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
    topics: BTreeSet<Topic>,
    notify: Arc<Notify>,
}

impl Feed {
    pub(super) fn new(epoch: u64, head: u64, head_hash: &str) -> Feed {
        Feed(Mutex::new(State {
            epoch,
            head,
            head_hash: head_hash.into(),
            ring: VecDeque::new(),
            before_ring: head_hash.into(),
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
            for topic in topics(&one.entry) {
                ring(state.bells.get(&topic));
            }
            state.head = one.entry.revision;
            state.head_hash = Arc::clone(&one.hash);
            state.ring.push_back(one);
        }
        while state.ring.len() > RING
            && let Some(oldest) = state.ring.pop_front()
        {
            state.before_ring = oldest.hash;
        }
    }

    /// The journal is not what it was: everyone starts again from a snapshot.
    pub(super) fn start_epoch(&self, epoch: u64, head: u64, head_hash: &str) {
        let mut state = self.state();
        state.epoch = epoch;
        state.head = head;
        state.head_hash = head_hash.into();
        state.ring.clear();
        state.before_ring = head_hash.into();
        ring(state.bells.values());
    }

    /// An emergency that the database could not take still reaches every stream of this node.
    pub(super) fn cry_out(&self, alert: Alert) {
        let mut state = self.state();
        state.unrecorded.push_back(alert);
        state.unrecorded_count += 1;
        while state.unrecorded.len() > UNRECORDED {
            state.unrecorded.pop_front();
        }
        ring(state.bells.values());
    }

    /// Something has changed that stands in no journal: everyone looks.
    pub(super) fn ring_everyone(&self) {
        ring(self.state().bells.values());
    }

    /// How many emergencies that could not be recorded lie before this moment: whoever comes now has missed those, and
    /// hears the rest.
    pub(super) fn unrecorded_before(&self, at: Moment) -> u64 {
        let state = self.state();
        let since = state.unrecorded.iter().filter(|cry| cry.raised_at >= at).count();
        state.unrecorded_count - since as u64
    }

    /// The first unrecorded emergency after so many, and how many there have been with it. Of more than are kept, the
    /// oldest are passed over.
    pub(super) fn next_unrecorded(&self, heard: u64) -> Option<(Alert, u64)> {
        let state = self.state();
        let gone = state.unrecorded_count - state.unrecorded.len() as u64;
        let skip = usize::try_from(heard.saturating_sub(gone)).unwrap_or(usize::MAX);
        let alert = state.unrecorded.get(skip)?;
        Some((alert.clone(), heard.max(gone) + 1))
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
                let seen = state.ring.partition_point(|one| one.entry.revision <= cursor);
                Look::Entries(state.ring.range(seen..).take(limit).cloned().collect())
            }
            Some(_) | None => Look::Journal,
        }
    }

    /// The hash at a revision, where the ring reaches back so far.
    pub(super) fn hash_at(&self, epoch: u64, revision: u64) -> Option<Arc<str>> {
        let state = self.state();
        if state.epoch != epoch {
            return None;
        }
        if revision == state.head {
            return Some(Arc::clone(&state.head_hash));
        }
        let first = state.ring.front()?.entry.revision;
        if revision + 1 == first {
            return Some(Arc::clone(&state.before_ring));
        }
        let place = usize::try_from(revision.checked_sub(first)?).ok()?;
        state.ring.get(place).map(|one| Arc::clone(&one.hash))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    /// Hangs up a bell that rings for these.
    pub(super) fn to(shown: &Arc<Shown>, topics: BTreeSet<Topic>) -> Listening {
        let mut state = shown.feed.state();
        let id = state.next_bell;
        state.next_bell += 1;
        let notify = Arc::new(Notify::new());
        for topic in &topics {
            let bells = state.bells.entry(topic.clone()).or_default();
            bells.insert(id, Arc::clone(&notify));
        }
        Listening {
            shown: Arc::clone(shown),
            id,
            topics,
            notify,
        }
    }

    /// Hangs up a bell that rings whenever something was recorded.
    pub(super) fn to_everything(shown: &Arc<Shown>) -> Listening {
        Listening::to(shown, [Topic::Everything].into())
    }

    /// Waits until the bell has rung since the last time.
    pub(super) async fn rung(&self) {
        self.notify.notified().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut state = self.shown.feed.state();
        for topic in &self.topics {
            if let Entry::Occupied(mut bells) = state.bells.entry(topic.clone()) {
                bells.get_mut().remove(&self.id);
                if bells.get().is_empty() {
                    bells.remove();
                }
            }
        }
    }
}

fn ring<'a>(bells: impl IntoIterator<Item = &'a BTreeMap<u64, Arc<Notify>>>) {
    for bell in bells.into_iter().flat_map(BTreeMap::values) {
        bell.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{AlertKind, Cause, Role};
    use crate::id::{AlertId, Ids, OperationId};
    use crate::moment::Moment;

    fn cry(ids: &mut Ids) -> Alert {
        let at = Moment::from_seconds(0);
        Alert {
            id: AlertId::next(ids, at),
            kind: AlertKind::Emergency,
            call_id: None,
            assignment_id: None,
            responder_id: None,
            raised_at: at,
            escalates_at: at,
            escalations: 0,
            ended_at: None,
            acknowledged_by: None,
        }
    }

    fn heard_after(feed: &Feed, mut heard: u64) -> Vec<AlertId> {
        let mut all = Vec::new();
        while let Some((alert, with_it)) = feed.next_unrecorded(heard) {
            assert!(with_it > heard, "he gets on");
            heard = with_it;
            all.push(alert.id);
        }
        assert_eq!(heard, feed.unrecorded_before(Moment::from_seconds(1)));
        all
    }

    #[test]
    fn the_hash_is_known_from_just_before_the_ring_to_the_head() {
        let feed = Feed::new(1, 0, "0");
        let at = Moment::from_seconds(0);
        let mut ids = Ids::new([1; 16]);
        let last = RING as u64 + 10;
        for revision in 1..=last {
            let entry = board::Entry {
                revision,
                at,
                operation_id: OperationId::next(&mut ids, at),
                request_id: String::new(),
                cause: Cause {
                    subject: String::new(),
                    role: Role::System,
                    method: String::new(),
                },
                events: Vec::new(),
            };
            feed.publish(vec![(entry, revision.to_string()).into()]);
            assert_eq!(feed.hash_at(1, revision).as_deref(), Some(&*revision.to_string()));
        }
        for revision in 0..last + 2 {
            let known = (10..=last).contains(&revision).then(|| revision.to_string());
            assert_eq!(feed.hash_at(1, revision).as_deref(), known.as_deref());
        }
        assert_eq!(feed.hash_at(2, last), None, "another epoch");
    }

    #[test]
    fn an_unrecorded_emergency_is_heard_once_by_each_also_when_more_came_than_are_kept() {
        let feed = Feed::new(1, 0, "");
        let mut ids = Ids::new([1; 16]);
        let mut cried = Vec::new();
        for _ in 0..UNRECORDED + 3 {
            let alert = cry(&mut ids);
            cried.push(alert.id);
            feed.cry_out(alert);
            let kept = &cried[cried.len().saturating_sub(UNRECORDED)..];
            assert_eq!(heard_after(&feed, 0), kept);
            assert_eq!(
                heard_after(&feed, cried.len() as u64 - 1),
                cried[cried.len() - 1..]
            );
        }
        assert_eq!(heard_after(&feed, 60), cried[60..]);
    }
}
