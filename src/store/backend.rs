//! The two databases, and every way in which they differ: how a connection is opened, how a write and a consistent read
//! begin, what guards a migration, what makes a commit durable. All other files are the same for both.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, SqlxPostgresConnector, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _};

use super::StoreError;
use crate::migrations::Migrator;
use crate::moment::Moment;

/// A pool that cannot give a connection within this time is a database that is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long SQLite waits for another process's write to end. The writer's queue waits at least as long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Older SQLite loses pages in a race of the write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
/// What every PostgreSQL connection is told. A frozen node must not hold a head: the first entry ends its transaction.
const POSTGRES_SETTINGS: [(&str, &str); 4] = [
    ("idle_in_transaction_session_timeout", "3s"),
    ("statement_timeout", "10s"),
    ("lock_timeout", "3s"),
    ("synchronous_commit", "on"),
];
/// A number of our own: whoever holds the advisory lock of this number migrates.
const MIGRATION_LOCK: i64 = 0x7461_6e64_656d;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// An embedded SQLite file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// Whether what was committed is on disk, read back from the connection that commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durability {
    /// The settings that decide it, as the database itself reports them.
    pub settings: Vec<(&'static str, String)>,
    /// Whether together they mean "synced to disk before it is acknowledged".
    pub synced: bool,
}

/// Where the database is, and how to reach it.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

/// The pools: on SQLite one connection that writes and several that cannot; on PostgreSQL two of a kind, so that slow
/// readers never keep a recorder from its connection.
#[derive(Clone, Debug)]
pub(super) struct Pools {
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Address, StoreError> {
        let unusable = |error: sqlx::Error| StoreError::Unusable(error.to_string());
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url).map_err(unusable)?;
            if url.contains(":memory:") || url.contains("mode=memory") || url == "sqlite:" {
                return Err(StoreError::Unusable(
                    "a SQLite database must be a file".to_owned(),
                ));
            }
            let options = options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT)
                .disable_statement_logging();
            Ok(Address::Sqlite(options))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(unusable)?
                .application_name("tandem")
                .options(POSTGRES_SETTINGS)
                .disable_statement_logging();
            Ok(Address::Postgres(options))
        } else {
            Err(StoreError::Unusable(
                "the address must begin with sqlite: or postgres:".to_owned(),
            ))
        }
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            Address::Sqlite(_) => Backend::Sqlite,
            Address::Postgres(_) => Backend::Postgres,
        }
    }

    pub(super) async fn open(&self) -> Result<Pools, StoreError> {
        match self {
            Address::Sqlite(options) => {
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(BUSY_TIMEOUT)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .after_release(|connection, _| Box::pin(is_at_rest(connection)))
                    .connect_with(options.clone())
                    .await
                    .map_err(unavailable)?;
                let reader = SqlitePoolOptions::new()
                    .max_connections(8)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .after_release(|connection, _| Box::pin(is_at_rest(connection)))
                    .connect_lazy_with(options.clone().pragma("query_only", "1"));
                let pools = Pools {
                    writer: writer.into(),
                    reader: reader.into(),
                };
                check_version(&pools.writer).await?;
                Ok(pools)
            }
            Address::Postgres(options) => {
                let pool = || {
                    PgPoolOptions::new()
                        .max_connections(8)
                        .acquire_timeout(ACQUIRE_TIMEOUT)
                };
                let writer = pool().connect_with(options.clone()).await.map_err(unavailable)?;
                let reader = pool().connect_lazy_with(options.clone());
                Ok(Pools {
                    writer: SqlxPostgresConnector::from_sqlx_postgres_pool(writer),
                    reader: SqlxPostgresConnector::from_sqlx_postgres_pool(reader),
                })
            }
        }
    }

    /// Applies the pending migrations, or the first `steps` of them. Of several processes that try at once, one works and the others wait for it.
    pub(super) async fn migrate(&self, pools: &Pools, steps: Option<u32>) -> Result<(), StoreError> {
        match self {
            Address::Sqlite(options) => {
                let mut beside = options.get_filename().as_os_str().to_owned();
                beside.push(".migrating");
                let guard = tokio::task::spawn_blocking(move || lock_file(&PathBuf::from(beside)))
                    .await
                    .map_err(|error| StoreError::Unavailable(error.to_string()))?
                    .map_err(|error| StoreError::Unavailable(error.to_string()))?;
                Migrator::up(&pools.writer, steps).await?;
                drop(guard);
                Ok(())
            }
            Address::Postgres(options) => {
                // One connection, so that the lock and the work are the same session's; it may take its time.
                let patient = options
                    .clone()
                    .options([("statement_timeout", "0"), ("lock_timeout", "0")]);
                let pool = PgPoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(patient)
                    .await
                    .map_err(unavailable)?;
                let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
                let locked = db
                    .execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
                    .await;
                let done = match locked {
                    Ok(_) => Migrator::up(&db, steps).await,
                    Err(error) => Err(error),
                };
                // Ends the session, and the lock with it.
                db.close().await?;
                Ok(done?)
            }
        }
    }
}

/// Whether a connection of SQLite that is given back is outside any transaction. `false`: it is closed.
///
/// When a write or a COMMIT fails for want of the disk, SQLite takes the transaction back by itself, and the ROLLBACK that
/// follows fails because there is none. The driver goes on counting one: the next transaction would be a savepoint, and
/// after the first that is taken back, every later one would be committed into nothing.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A rollback that was begun when a transaction was dropped is done before the answer to this.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Holds the file's lock until the handle is dropped. The file stays: removing it would let two hold "the" lock.
fn lock_file(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.lock()?;
    Ok(file)
}

async fn check_version(db: &DatabaseConnection) -> Result<(), StoreError> {
    let text = ask(db, "SELECT sqlite_version()").await?;
    let parts: Vec<u32> = text.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < OLDEST_SQLITE.as_slice() {
        return Err(StoreError::Unusable(format!("SQLite {text} is too old")));
    }
    Ok(())
}

/// The one text that a statement answers.
pub(super) async fn ask<C: ConnectionTrait>(db: &C, sql: &str) -> Result<String, StoreError> {
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?
        .ok_or_else(|| StoreError::corrupt(sql, "no answer"))?;
    if let Ok(text) = row.try_get_by_index::<String>(0) {
        return Ok(text);
    }
    Ok(row.try_get_by_index::<i64>(0)?.to_string())
}

/// Begins a transaction that will write.
pub(super) async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(db.begin_with_options(options).await?)
}

/// Begins a transaction in which every read sees the same moment.
pub(super) async fn begin_read(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    // SQLite knows no levels: in a write-ahead log the first read fixes the moment.
    let options = if db.get_database_backend() == DbBackend::Postgres {
        TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        }
    } else {
        TransactionOptions::default()
    };
    Ok(db.begin_with_options(options).await?)
}

/// The database's own clock, where it has one that nodes can share.
pub(super) async fn database_time<C: ConnectionTrait>(db: &C) -> Result<Option<Moment>, StoreError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let micros = ask(
        db,
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    )
    .await?;
    let micros = micros
        .parse()
        .map_err(|error| StoreError::corrupt("clock_timestamp", error))?;
    Ok(Some(Moment::from_micros(micros)))
}

/// Reads back what makes a commit durable.
pub(super) async fn durability(db: &DatabaseConnection) -> Result<Durability, StoreError> {
    // Each setting, how it is asked for, and the answers that are safe.
    type Setting = (&'static str, &'static str, &'static [&'static str]);
    const POSTGRES: [Setting; 3] = [
        ("fsync", "SHOW fsync", &["on"]),
        (
            "synchronous_commit",
            "SHOW synchronous_commit",
            &["on", "remote_apply"],
        ),
        ("full_page_writes", "SHOW full_page_writes", &["on"]),
    ];
    const SQLITE: [Setting; 2] = [
        ("journal_mode", "PRAGMA journal_mode", &["wal"]),
        // 2 is FULL, 3 is EXTRA.
        ("synchronous", "PRAGMA synchronous", &["2", "3"]),
    ];
    let asked: &[Setting] = if db.get_database_backend() == DbBackend::Postgres {
        &POSTGRES
    } else {
        &SQLITE
    };
    let mut settings = Vec::new();
    let mut synced = true;
    for (name, sql, safe) in asked {
        let answer = ask(db, sql).await?;
        synced &= safe.contains(&answer.as_str());
        settings.push((*name, answer));
    }
    Ok(Durability { settings, synced })
}

/// Whether there is a unique index of this name.
pub(super) async fn has_unique_index<C: ConnectionTrait>(db: &C, name: &str) -> Result<bool, StoreError> {
    let sql = if db.get_database_backend() == DbBackend::Postgres {
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname = $1"
    } else {
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?"
    };
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [name.into()]);
    let made: Option<String> = match db.query_one_raw(asked).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    Ok(made.is_some_and(|sql| sql.to_uppercase().contains("UNIQUE INDEX")))
}
