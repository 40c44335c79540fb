//! The bare thing beside the recorder: the rows of a duty status set, written by prepared statements, one command a
//! transaction, into tables of the same shape in the same database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, PgPool, SqlitePool};
use tandem::store::Backend;

use crate::harness::Database;

/// Connections beyond this only wait for the head row.
const CONNECTIONS: u32 = 64;
/// What one event of a duty status weighs as text.
const EVENTS: usize = 560;
/// What its answer weighs.
const REPLY: usize = 330;

/// A connection, or a pool of them, on which nothing but rows is written.
pub(crate) enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Bare {
    /// Beside the tables of this database, and as durable.
    pub(crate) async fn over(database: &Database) -> Bare {
        // Tables without rows, of the same columns and indices as those that the recorder writes.
        for sql in TABLES {
            database.execute(sql).await.unwrap();
        }
        match database.backend() {
            Backend::Sqlite => {
                let options: sqlx::sqlite::SqliteConnectOptions = database.url().parse().unwrap();
                let options = options.synchronous(sqlx::sqlite::SqliteSynchronous::Full);
                let pool = SqlitePoolOptions::new().max_connections(1);
                Bare::Sqlite(pool.connect_with(options).await.unwrap())
            }
            Backend::Postgres => {
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(Duration::from_secs(60));
                Bare::Postgres(pool.connect(database.url()).await.unwrap())
            }
        }
    }

    /// Commands a second by so many callers.
    pub(crate) async fn rate(&self, callers: u32, lasting: Duration, round: usize) -> f64 {
        let started = Instant::now();
        let texts = Arc::new((
            "e".repeat(EVENTS),
            "r".repeat(REPLY),
            "0123456789abcdef".repeat(4),
        ));
        let tasks: Vec<_> = (0..callers)
            .map(|n| {
                let (bare, texts) = (self.clone(), Arc::clone(&texts));
                tokio::spawn(async move {
                    let mut done = 0_u32;
                    while started.elapsed() < lasting {
                        let key = format!(
                            "00000000-0000-7000-{round:04x}-{callers:04x}{:08x}",
                            done * 1024 + n
                        );
                        bare.write(&key, n, &texts).await.unwrap();
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await.unwrap();
        }
        f64::from(done) / started.elapsed().as_secs_f64()
    }
}

impl Clone for Bare {
    fn clone(&self) -> Bare {
        match self {
            Bare::Sqlite(pool) => Bare::Sqlite(pool.clone()),
            Bare::Postgres(pool) => Bare::Postgres(pool.clone()),
        }
    }
}

/// The statements of one command, on whichever connection.
macro_rules! write_rows {
    ($transaction:expr, $key:expr, $n:expr, $texts:expr) => {{
        let (events, reply, digest) = &**$texts;
        let who = format!("00000000-0000-7000-8000-{:012x}", $n);
        sqlx::query(JOURNAL)
            .bind($key)
            .bind(1_790_000_000_000_000_i64)
            .bind($key)
            .bind($key)
            .bind(&who)
            .bind("responder")
            .bind("SetDutyStatus")
            .bind(events)
            .bind(digest)
            .execute(&mut *$transaction)
            .await?;
        sqlx::query(AUDIT)
            .bind($key)
            .bind(1_790_000_000_000_000_i64)
            .bind(&who)
            .bind("responder")
            .bind("SetDutyStatus")
            .execute(&mut *$transaction)
            .await?;
        sqlx::query(DUTY)
            .bind(&who)
            .bind("available")
            .bind("")
            .bind(1_790_000_000_000_000_i64)
            .bind(&reply[..80])
            .execute(&mut *$transaction)
            .await?;
        sqlx::query(REPLIES)
            .bind(&who)
            .bind("SetDutyStatus")
            .bind($key)
            .bind(digest)
            .bind(1_790_000_000_000_000_i64)
            .bind(reply)
            .execute(&mut *$transaction)
            .await?;
        sqlx::query(HEAD).bind(digest).execute(&mut *$transaction).await?;
    }};
}

impl Bare {
    async fn write(
        &self,
        key: &str,
        n: u32,
        texts: &Arc<(String, String, String)>,
    ) -> Result<(), sqlx::Error> {
        match self {
            Bare::Sqlite(pool) => {
                let mut connection = loop {
                    match pool.acquire().await {
                        Err(sqlx::Error::PoolTimedOut) => {}
                        acquired => break acquired?,
                    }
                };
                let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
                write_rows!(transaction, key, n, texts);
                transaction.commit().await
            }
            Bare::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                let mut transaction = connection.begin().await?;
                sqlx::query(LOCK).execute(&mut *transaction).await?;
                write_rows!(transaction, key, n, texts);
                transaction.commit().await
            }
        }
    }
}

const TABLES: [&str; 9] = [
    "CREATE TABLE bare_head (id TEXT PRIMARY KEY, revision BIGINT NOT NULL, hash TEXT NOT NULL)",
    "INSERT INTO bare_head VALUES ('st-louis', 0, '')",
    "CREATE TABLE bare_journal (jurisdiction_id TEXT NOT NULL, revision TEXT NOT NULL, at BIGINT NOT NULL, \
     operation_id TEXT NOT NULL, request_id TEXT NOT NULL, subject TEXT NOT NULL, role TEXT NOT NULL, \
     method TEXT NOT NULL, events TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (jurisdiction_id, revision))",
    "CREATE TABLE bare_audit (jurisdiction_id TEXT NOT NULL, operation_id TEXT NOT NULL, at BIGINT NOT NULL, \
     subject TEXT NOT NULL, role TEXT NOT NULL, method TEXT NOT NULL, PRIMARY KEY (jurisdiction_id, operation_id))",
    "CREATE INDEX bare_audit_at ON bare_audit (jurisdiction_id, at)",
    "CREATE INDEX bare_audit_subject ON bare_audit (jurisdiction_id, subject, at)",
    "CREATE TABLE bare_duty (jurisdiction_id TEXT NOT NULL, responder_id TEXT NOT NULL, status TEXT NOT NULL, \
     reason TEXT NOT NULL, since BIGINT NOT NULL, reporter TEXT NOT NULL, PRIMARY KEY (jurisdiction_id, responder_id))",
    "CREATE TABLE bare_replies (jurisdiction_id TEXT NOT NULL, subject TEXT NOT NULL, method TEXT NOT NULL, \
     request_id TEXT NOT NULL, fingerprint TEXT NOT NULL, at BIGINT NOT NULL, reply TEXT NOT NULL, \
     PRIMARY KEY (jurisdiction_id, subject, method, request_id))",
    "CREATE INDEX bare_replies_at ON bare_replies (jurisdiction_id, at)",
];
const LOCK: &str = "SELECT revision FROM bare_head WHERE id = 'st-louis' FOR UPDATE";
const JOURNAL: &str = "INSERT INTO bare_journal VALUES ('st-louis', $1, $2, $3, $4, $5, $6, $7, $8, $9)";
const AUDIT: &str = "INSERT INTO bare_audit VALUES ('st-louis', $1, $2, $3, $4, $5)";
const DUTY: &str = "INSERT INTO bare_duty VALUES ('st-louis', $1, $2, $3, $4, $5) \
    ON CONFLICT (jurisdiction_id, responder_id) DO UPDATE SET status = excluded.status, reason = excluded.reason, \
    since = excluded.since, reporter = excluded.reporter";
const REPLIES: &str = "INSERT INTO bare_replies VALUES ('st-louis', $1, $2, $3, $4, $5, $6)";
const HEAD: &str = "UPDATE bare_head SET revision = revision + 1, hash = $1 WHERE id = 'st-louis'";
