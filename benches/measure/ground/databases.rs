//! The same measurement over each database; what it found, gathered.

use std::cell::RefCell;

use tandem::store::Backend;

use crate::harness::{self, Database};

/// Over a fresh database of each kind that is there. Afterwards its tables must tell one story.
pub(crate) fn on_each<R>(measure: impl AsyncFn(&Database) -> Vec<R>) -> Vec<R> {
    let all = RefCell::new(Vec::new());
    harness::on_each_database(async |database| {
        let some = measure(database).await;
        all.borrow_mut().extend(some);
    });
    all.into_inner()
}

/// The same over SQLite alone.
pub(crate) fn on_sqlite<R>(measure: impl AsyncFn(&Database) -> Vec<R>) -> Vec<R> {
    on_each(async |database| match database.backend() {
        Backend::Sqlite => measure(database).await,
        Backend::Postgres => Vec::new(),
    })
}

/// The same over PostgreSQL alone.
pub(crate) fn on_postgres<R>(measure: impl AsyncFn(&Database) -> Vec<R>) -> Vec<R> {
    let all = RefCell::new(Vec::new());
    harness::on_postgres(async |database| {
        let some = measure(database).await;
        all.borrow_mut().extend(some);
    });
    all.into_inner()
}
