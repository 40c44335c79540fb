//! The use cases: who may ask, what is read, and the one door through which everything is written.
//!
//! One [`Center`] a jurisdiction: its recorder (the only writer), the board that readers share, the feed that
//! subscribers follow, the latest positions, and the steward who keeps the deadlines.

mod admission;
mod available;
mod calendar;
mod caller;
mod center;
mod command;
mod coverage;
mod emergency;
mod explain;
mod fault;
mod feed;
mod hours;
mod importing;
mod pages;
mod planning;
mod positions;
mod reading;
mod recorder;
mod requests;
pub mod rights;
mod steward;
pub mod token;
mod token_reader;
mod vital;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch as signal;

pub use available::Available;
pub use calendar::Made;
pub use caller::{Answer, Asked, Caller};
pub use center::Center;
pub use command::{Command, Lane};
pub use coverage::{CoverageWatch, Rows, Seen, Survey, Surveyed};
pub use emergency::Raised;
pub use explain::Explanation;
pub use fault::internal;
pub use feed::Recorded;
pub use importing::{Imported, Wished};
pub use planning::{Search, Searched, Suggested};
pub use positions::{PositionReport, Taken};
pub use reading::{CallAndAssignment, OffShiftAndWords};
pub use watch::{Heard, Watch, Wish};

use crate::board::{Jurisdiction, Names, Reply};
use crate::clock::Clock;
use crate::id::{Ids, JurisdictionId};
use crate::refusal::{Reason, Refusal};
use crate::store::{ReplyKey, Store, StoreError};
use fault::refused;

/// Everything that one server process does, whatever the wire.
#[derive(Clone)]
pub struct Desk(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Clock,
    seed: [u8; 16],
    centers: RwLock<BTreeMap<JurisdictionId, Arc<Center>>>,
    closing: signal::Sender<bool>,
    journal_seconds: i64,
    admissions: admission::Admissions,
    search_places: Arc<tokio::sync::Semaphore>,
}

impl Desk {
    /// Opens the desk: every jurisdiction of the store gets its center. `seed` makes ids; two nodes never share one.
    pub async fn open(
        store: Store,
        clock: Clock,
        seed: [u8; 16],
        journal_hours: u32,
    ) -> Result<Desk, Refusal> {
        let desk = Desk(Arc::new(Shared {
            admissions: admission::Admissions::begin(store.clone()),
            store,
            clock,
            seed,
            centers: RwLock::default(),
            closing: signal::Sender::new(false),
            journal_seconds: i64::from(journal_hours) * 3600,
            search_places: planning::search_places(),
        }));
        if desk.clock().follows_database()
            && let Some(at) = desk.store().database_time().await.map_err(refused)?
        {
            desk.clock().set_right(at);
        }
        for jurisdiction in desk.0.store.jurisdictions().await.map_err(refused)? {
            desk.open_center(&jurisdiction.id).await?;
        }
        let looking = admission::keep_looking(Arc::downgrade(&desk.0), desk.0.closing.subscribe());
        vital::vital("revocations", looking);
        Ok(desk)
    }

    /// The store, for what is only read.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The center of a jurisdiction; one that another node has created since is opened now.
    pub async fn center(&self, id: &JurisdictionId) -> Result<Arc<Center>, Refusal> {
        if let Some(center) = self.centers().get(id) {
            return Ok(Arc::clone(center));
        }
        let known = self.0.store.jurisdictions().await.map_err(refused)?;
        if known.iter().any(|jurisdiction| jurisdiction.id == *id) {
            self.open_center(id).await
        } else {
            Err(Refusal::not_found("jurisdiction", id))
        }
    }

    /// Creates a jurisdiction with an empty journal.
    pub async fn create_jurisdiction(
        &self,
        asked: &Asked,
        jurisdiction: Jurisdiction,
    ) -> Result<Answer, Refusal> {
        let (id, at) = (jurisdiction.id.clone(), self.0.clock.now());
        let key = asked.reply_key("CreateJurisdiction");
        let answer = Answer {
            revision: 0,
            at,
            reply: Reply::Jurisdiction(Box::new(jurisdiction.clone())),
            names: Names::new(),
        };
        let kept = key.clone().map(|key| answer.kept(key, asked));
        let created = self
            .0
            .store
            .create_jurisdiction(&jurisdiction, at, kept.as_slice());
        match created.await {
            Ok(_) => self.open_center(&id).await.map(|_| answer),
            Err(StoreError::Conflict(_)) => self.created_before(&id, key, asked).await,
            Err(error) => Err(refused(error)),
        }
    }

    /// There is a jurisdiction with this id: the same request made it, or another did.
    async fn created_before(
        &self,
        id: &JurisdictionId,
        key: Option<ReplyKey>,
        asked: &Asked,
    ) -> Result<Answer, Refusal> {
        if let Some(key) = key
            && let Some(before) = self.0.store.kept_reply(id, key).await.map_err(refused)?
        {
            return Answer::again(&before, asked);
        }
        let why = "there is a jurisdiction with this id";
        Err(Refusal::field(Reason::AlreadyExists, "jurisdiction_id", why))
    }

    /// The ids of all jurisdictions that this node serves, in order.
    pub fn jurisdictions(&self) -> Vec<JurisdictionId> {
        self.centers().keys().cloned().collect()
    }

    /// Does everything that is due by now, in every jurisdiction, and returns when it is done. The stewards do the
    /// same by themselves; whoever turns a cranked clock calls this to know when they would have.
    pub async fn settle(&self) -> Result<(), Refusal> {
        for id in self.jurisdictions() {
            self.center(&id).await?.attend().await?;
        }
        Ok(())
    }

    /// Tells every stream and every task to end.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Ends when every stream and every task is told to end.
    pub async fn told_to_close(&self) {
        told_to_close(&mut self.0.closing.subscribe()).await;
    }

    /// Waits until every recorder has ended: what was asked before has been answered.
    pub async fn closed(&self) {
        let centers: Vec<_> = self.centers().values().cloned().collect();
        for center in centers {
            center.closed().await;
        }
    }

    fn centers(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<JurisdictionId, Arc<Center>>> {
        self.0.centers.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn open_center(&self, id: &JurisdictionId) -> Result<Arc<Center>, Refusal> {
        let (head, board) = self.0.store.load(id).await.map_err(refused)?;
        let positions = self.0.store.positions(id).await.map_err(refused)?;
        let mut centers = self.0.centers.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(center) = centers.get(id) {
            return Ok(Arc::clone(center));
        }
        let center = Center::open(center::Opening {
            store: self.0.store.clone(),
            clock: self.0.clock.clone(),
            ids: Ids::new(self.0.seed),
            closing: self.0.closing.subscribe(),
            journal_seconds: self.0.journal_seconds,
            head,
            board,
            positions,
        });
        centers.insert(id.clone(), Arc::clone(&center));
        Ok(center)
    }
}

/// Ends when the server closes, or is gone.
async fn told_to_close(closing: &mut signal::Receiver<bool>) {
    // A guard must not live across an await of its caller, so it ends here.
    let _ = closing.wait_for(|closing| *closing).await;
}
