//! The store: what is kept, in SQLite or PostgreSQL. Rows in, values of the field out, and no policy.
//!
//! The journal says what happened since the floor; the other tables are the state at the head, written from the same
//! events in the same transaction ([`Writing`]). So the board read from the tables ([`Store::load`]) equals the board at
//! the floor with the journal applied, and [`Store::check`] compares the two. What stands outside the board, and is
//! therefore not compared: texts, notes, attempts to call back, matches, audit, replies, tokens, positions, and what has left
//! the board (filed calls with their assignments, filed shifts, requests and timesheets, removed areas, ended alerts).
//!
//! `backend` holds every difference between the two databases. Nothing outside this folder and `migrations` knows the
//! object-relational mapper.

mod alert;
mod assignment;
mod backend;
mod calendar_address;
mod call;
mod check;
mod checksum;
mod column;
mod duty;
mod entity;
mod error;
mod journal;
mod jurisdiction;
mod latest;
mod load;
mod member;
mod off_shift;
mod on_call;
mod pattern;
mod position;
mod prune;
mod reply;
mod request;
mod roster;
mod rows;
mod shift;
mod stored_match;
mod text;
mod timesheet;
mod token;
mod writing;

use sea_orm_migration::MigratorTrait;

pub use assignment::AssignmentFilter;
pub use backend::{Backend, Durability};
pub use calendar_address::CalendarAddress;
pub use call::CallFilter;
pub use check::CheckReport;
pub use error::StoreError;
pub use journal::hash_after;
pub use jurisdiction::Head;
pub use reply::{KeptReply, ReplyKey};
pub use request::RequestFilter;
pub use shift::ShiftFilter;
pub use timesheet::TimesheetFilter;
pub use token::Token;
pub use writing::{Batch, Writing};

use crate::migrations::Migrator;
use crate::moment::Moment;
use backend::{Address, Pools};

/// A database with everything Tandem keeps. Cheap to clone: clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    address: Address,
    pools: Pools,
}

impl Store {
    /// Opens the database at `sqlite:<file>` (made if it is not there) or `postgres://...`. It changes no table.
    pub async fn connect(url: &str) -> Result<Store, StoreError> {
        let address = Address::parse(url)?;
        let pools = address.open().await?;
        Ok(Store { address, pools })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.address.backend()
    }

    /// Applies the migrations that are pending. Several processes may try at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.address.migrate(&self.pools, None).await
    }

    /// Applies the pending migrations up to the one with this name, so that a test can fill the tables as they were then.
    pub async fn migrate_up_to(&self, name: &str) -> Result<(), StoreError> {
        let pending = self.pending_migrations().await?;
        let place = pending.iter().position(|one| one == name);
        let steps = place.and_then(|place| u32::try_from(place + 1).ok());
        let steps = steps.ok_or_else(|| StoreError::Unusable(format!("{name} is not pending")))?;
        self.address.migrate(&self.pools, Some(steps)).await
    }

    /// The names of the migrations that are pending. It changes no table.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        let pending = Migrator::get_pending_migrations_read_only(&self.pools.reader).await?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect())
    }

    /// Whether what was committed is on disk, read back from the writer's connection.
    pub async fn durability(&self) -> Result<Durability, StoreError> {
        backend::durability(&self.pools.writer).await
    }

    /// The database's own clock, where it has one that nodes share.
    pub async fn database_time(&self) -> Result<Option<Moment>, StoreError> {
        backend::database_time(&self.pools.reader).await
    }

    /// Closes every connection. Clones are closed with it.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.pools.reader.close_by_ref().await?;
        Ok(self.pools.writer.close_by_ref().await?)
    }
}
