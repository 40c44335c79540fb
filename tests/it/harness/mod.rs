//! What tests run in. A test states a rule once and runs over every database that is there; at its end, also after a
//! failure, the tables must tell one story.

mod client;
mod postgres;
pub(crate) mod process;
pub(crate) mod shim;
pub(crate) mod town;
pub(crate) mod verbs;
pub(crate) mod wire_cutter;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;

use sqlx::{Connection, Row};
use tandem::store::{Backend, Store};
use tempfile::TempDir;

use wire_cutter::Wire;

/// A database of one test.
pub(crate) struct Database {
    url: String,
    backend: Backend,
    /// Removes an SQLite file with all that stands beside it.
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn backend(&self) -> Backend {
        self.backend
    }

    pub(crate) async fn store(&self) -> Store {
        Store::connect(&self.url).await.unwrap()
    }

    /// The same database of PostgreSQL, reached over this wire.
    pub(crate) fn over(&self, wire: &Wire) -> Database {
        let (start, _) = self.url.split_once("?host=").unwrap();
        Database {
            url: format!("{start}?host={}&user=postgres", wire.folder().display()),
            backend: self.backend,
            _folder: None,
        }
    }

    /// A wire to the cluster of this database.
    pub(crate) fn wire(&self) -> Wire {
        let (_, rest) = self.url.split_once("?host=").unwrap();
        let (folder, _) = rest.split_once('&').unwrap();
        Wire::to(std::path::Path::new(folder))
    }

    /// Runs a statement beside the store, as an intruder would.
    pub(crate) async fn execute(&self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self.backend {
            Backend::Sqlite => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await?;
                let done = sqlx::query(sql).execute(&mut connection).await?.rows_affected();
                connection.close().await.map(|()| done)
            }
            Backend::Postgres => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await?;
                let done = sqlx::query(sql).execute(&mut connection).await?.rows_affected();
                connection.close().await.map(|()| done)
            }
        }
    }

    /// The first column of what a query answers, as texts.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self.backend {
            Backend::Sqlite => {
                let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
                let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
            Backend::Postgres => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// The tables of the schema, without the migrations' own.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = match self.backend {
            Backend::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations' ORDER BY name"
            }
            Backend::Postgres => {
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations' \
                 ORDER BY tablename"
            }
        };
        self.texts(sql).await
    }
}

/// Runs a test over a migrated database of each kind, and checks every jurisdiction in it afterwards.
pub(crate) fn on_each_database(test: impl AsyncFn(&Database)) {
    run(true, true, test);
}

/// The same for a test that leaves the tables damaged on purpose.
pub(crate) fn on_each_database_to_damage(test: impl AsyncFn(&Database)) {
    run(true, false, test);
}

/// The same over databases without any table.
pub(crate) fn on_each_empty_database(test: impl AsyncFn(&Database)) {
    run(false, true, test);
}

/// The same over SQLite alone, for what never reaches a database.
pub(crate) fn on_sqlite(test: impl AsyncFn(&Database)) {
    run_over(vec![sqlite(true)], true, test);
}

/// The same over PostgreSQL alone, for what an embedded database does not have.
pub(crate) fn on_postgres(test: impl AsyncFn(&Database)) {
    let databases = postgres::cluster().map(|cluster| cluster.database(true));
    run_over(databases.into_iter().collect(), true, test);
}

/// The same for a test that leaves the tables damaged on purpose.
#[cfg(feature = "faults")]
pub(crate) fn on_postgres_to_damage(test: impl AsyncFn(&Database)) {
    let databases = postgres::cluster().map(|cluster| cluster.database(true));
    run_over(databases.into_iter().collect(), false, test);
}

fn run(migrated: bool, check: bool, test: impl AsyncFn(&Database)) {
    let mut databases = vec![sqlite(migrated)];
    databases.extend(postgres::cluster().map(|cluster| cluster.database(migrated)));
    run_over(databases, check, test);
}

fn run_over(databases: Vec<Database>, check: bool, test: impl AsyncFn(&Database)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for database in databases {
        let backend = database.backend;
        let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&database))));
        let found = if check {
            runtime.block_on(differences(&database))
        } else {
            Vec::new()
        };
        if let Err(panic) = outcome {
            eprintln!("failed on {backend:?}; the check then found: {found:#?}");
            resume_unwind(panic);
        }
        assert!(found.is_empty(), "on {backend:?}: {found:#?}");
    }
}

/// A migrated database of the other kind; none where PostgreSQL is not installed.
pub(crate) fn of_the_other_kind(database: &Database) -> Option<Database> {
    match database.backend {
        Backend::Sqlite => postgres::cluster().map(|cluster| cluster.database(true)),
        Backend::Postgres => Some(sqlite(true)),
    }
}

async fn differences(database: &Database) -> Vec<String> {
    let store = database.store().await;
    let mut found = Vec::new();
    for jurisdiction in store.jurisdictions().await.unwrap() {
        found.extend(store.check(&jurisdiction.id).await.unwrap().differences);
    }
    store.close().await.unwrap();
    found
}

fn sqlite(migrated: bool) -> Database {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tandem.db");
    let url = format!("sqlite:{}", file.display());
    if migrated {
        let template = TEMPLATE.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("template.db");
            apart(migrate(format!("sqlite:{}", file.display())));
            std::fs::read(file).unwrap()
        });
        std::fs::write(&file, template).unwrap();
    }
    Database {
        url,
        backend: Backend::Sqlite,
        _folder: Some(folder),
    }
}

async fn migrate(url: String) {
    let store = Store::connect(&url).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await.unwrap();
}

/// Runs a future to its end on a thread of its own: it may be called from inside another runtime.
fn apart<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(future)
    });
    thread.join().unwrap()
}
