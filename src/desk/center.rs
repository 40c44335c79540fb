//! One jurisdiction at work.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::caller::{Answer, Asked};
use super::command::{Command, Destination, Lane};
use super::feed::{Feed, Recorded};
use super::pages::Pages;
use super::positions::Latest;
use super::recorder::{Door, Recorder};
use super::steward;
use super::vital::vital;
use crate::board::{After, Board, Draft, Duty};
use crate::clock::Clock;
use crate::dispatch::command::OpenCall;
use crate::geo::Point;
use crate::id::{CallId, Ids, JurisdictionId};
use crate::refusal::Refusal;
use crate::store::{Head, Store};
use crate::travel::{self, Positions, TravelTimes};

/// A jurisdiction: its recorder, the board that readers share, the feed, the positions, the steward.
pub struct Center {
    id: JurisdictionId,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) shown: Arc<Shown>,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) journal_seconds: i64,
    pub(super) door: Door,
    /// An import plans alone; whatever else plans shares it.
    pub(super) planning: tokio::sync::RwLock<()>,
    /// One coverage at a time: whoever dispatches needs the cores too.
    pub(super) surveying: tokio::sync::Mutex<()>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// One pass over what is due at a time.
    pub(super) attending: tokio::sync::Mutex<()>,
}

/// What a center starts from.
pub(super) struct Opening {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) journal_seconds: i64,
    pub(super) head: Head,
    pub(super) board: Board,
    pub(super) positions: Positions,
}

/// What readers see: the board after the last commit, and the feed of what led to it.
pub(super) struct Shown {
    board: RwLock<Board>,
    pub(super) feed: Feed,
    pub(super) latest: Latest,
    pub(super) pages: Pages,
}

impl Center {
    pub(super) fn open(opening: Opening) -> Arc<Center> {
        let Opening {
            store,
            clock,
            ids,
            closing,
            journal_seconds,
            head,
            board,
            positions,
        } = opening;
        let id = board.jurisdiction.id.clone();
        if clock.not_before(head.last_at) {
            tracing::error!(jurisdiction = %id, "the clock is behind the journal; its time goes on");
        }
        let shown = Arc::new(Shown {
            feed: Feed::new(head.epoch, head.revision, &head.hash),
            latest: Latest::new(positions),
            pages: Pages::default(),
            board: RwLock::new(board.clone()),
        });
        let recorder = Recorder {
            id: id.clone(),
            store: store.clone(),
            clock: clock.clone(),
            ids,
            head,
            working: board,
            shown: Arc::clone(&shown),
        };
        let (door, recording) = recorder.start(closing.clone());
        let center = Arc::new(Center {
            id,
            store,
            clock,
            shown,
            closing,
            journal_seconds,
            door,
            planning: tokio::sync::RwLock::default(),
            surveying: tokio::sync::Mutex::new(()),
            tasks: Mutex::new(vec![recording]),
            attending: tokio::sync::Mutex::new(()),
        });
        let steward = vital("steward", steward::keep(Arc::clone(&center)));
        center.tasks().push(steward);
        center
    }

    /// Its id.
    pub fn id(&self) -> &JurisdictionId {
        &self.id
    }

    /// Asks the recorder: waits for its turn, and for the answer.
    pub async fn ask(&self, asked: Asked, command: impl Into<Command>) -> Result<Answer, Refusal> {
        let mut command = command.into();
        self.measure(&mut command).await;
        let _planning = match command.lane() {
            Lane::Roster => Some(self.planning.read().await),
            Lane::Urgent | Lane::Fact | Lane::Dispatch => None,
        };
        self.door.ask(asked, command).await
    }

    /// What opening this call would do now. Nothing is recorded.
    pub fn try_out(&self, asked: Asked, mut command: OpenCall) -> Result<Answer, Refusal> {
        if let Some(point) = command.point {
            command.travel = self.travel_to(point);
        }
        self.rehearse(asked, &Command::from(command))
    }

    /// What a command that needs no ways would do now. Nothing is recorded.
    pub fn rehearse(&self, asked: Asked, command: &Command) -> Result<Answer, Refusal> {
        let mut board = self.board().clone();
        let at = self.clock.now();
        let reporter = asked.reporter();
        // Ids of what is not recorded are nobody's.
        let mut ids = Ids::new([0; 16]);
        let mut draft = Draft::new(&mut board, &mut ids, at, reporter, asked.occurred_at);
        let reply = command.decide(&mut draft)?;
        drop(draft);
        Ok(Answer {
            revision: board.revision,
            at,
            names: reply.names(&board),
            reply,
        })
    }

    /// The board as it stands. The lock is short: never hold it across an await.
    pub fn board(&self) -> RwLockReadGuard<'_, Board> {
        self.shown.board()
    }

    /// Ways of everyone on shift to a point, now. The costly part of a match: outside the door.
    pub fn travel_to(&self, point: Point) -> TravelTimes {
        let at = self.clock.now();
        let positions = self.shown.latest.all();
        travel::measure(&self.board(), &positions, point, at)
    }

    pub(super) async fn closed(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the center ended badly");
            }
        }
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Measures the ways that the command needs: outside the door, where that holds up nobody.
    async fn measure(&self, command: &mut Command) {
        let Some((to, travel)) = command.ways() else {
            return;
        };
        let point = match to {
            Destination::Point(point) => Some(point),
            Destination::Calls(calls) => self.first_point(&calls).await,
        };
        if let Some(point) = point {
            *travel = self.travel_to(point);
        }
    }

    /// Where the first of these calls is that has a point. A call that has left the board is looked up in the tables; when
    /// they cannot be read the match has no ways, and the next one looks again.
    async fn first_point(&self, calls: &[CallId]) -> Option<Point> {
        for call_id in calls {
            let standing = self.board().calls.get(call_id).map(|call| call.point);
            let point = match standing {
                Some(point) => point,
                None => self
                    .store
                    .call(self.id(), *call_id)
                    .await
                    .ok()
                    .flatten()
                    .and_then(|call| call.point),
            };
            if point.is_some() {
                return point;
            }
        }
        None
    }
}

impl Shown {
    pub(super) fn board(&self) -> RwLockReadGuard<'_, Board> {
        self.board.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows what has been committed. Board and feed move under one lock, so that a snapshot and what follows it fit.
    pub(super) fn publish(&self, recorded: Vec<Recorded>) {
        let mut board = self.board.write().unwrap_or_else(PoisonError::into_inner);
        for one in &recorded {
            board.follow(&one.entry);
        }
        for event in recorded.iter().flat_map(|one| &one.entry.events) {
            if let After::Duty(responder_id, duty) = &event.after
                && duty.primary == Duty::NotAvailable
            {
                // No position is kept after sign-off.
                self.latest.forget(*responder_id);
            }
        }
        self.feed.publish(recorded);
    }

    pub(super) fn start_epoch(&self, board: Board, head: &Head) {
        let mut standing = self.board.write().unwrap_or_else(PoisonError::into_inner);
        *standing = board;
        self.feed.start_epoch(head.epoch, head.revision, &head.hash);
    }
}
