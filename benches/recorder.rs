//! Commits per second of the recorder, beside the bare database writing rows of the same size.
//!
//! Printed, not asserted: machines differ. The same SQLite settings (WAL, synchronous FULL), the same number of callers.
//! `cargo bench --bench recorder`.

use std::time::{Duration, Instant};

use sqlx::{Connection, Executor};
use tandem::board::{Channel, Jurisdiction, Policy, Role};
use tandem::clock::Clock;
use tandem::desk::{Asked, Desk};
use tandem::roster::command::CreateAgency;
use tandem::store::Store;

const LASTING: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        println!("durable commands a second on SQLite, median of {ROUNDS} rounds of {LASTING:?}");
        let bare = median(bare).await?;
        println!("bare database, one transaction of 8 rows each   {bare:>8.0}");
        for callers in [1, 8, 64] {
            let recorded = median(|| recorded(callers)).await?;
            println!(
                "recorder, {callers:>3} callers                            {recorded:>8.0}  ({:.2} x bare)",
                recorded / bare
            );
        }
        Ok(())
    })
}

type Rate = Result<f64, Box<dyn std::error::Error>>;

async fn median<F: Future<Output = Rate>>(round: impl Fn() -> F) -> Rate {
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push(round().await?);
    }
    rates.sort_by(f64::total_cmp);
    Ok(rates[ROUNDS / 2])
}

/// About what one command writes: journal, audit, state, reply, head.
async fn bare() -> Rate {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}?mode=rwc", folder.path().join("bare.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await?;
    connection.execute("PRAGMA journal_mode = WAL").await?;
    connection.execute("PRAGMA synchronous = FULL").await?;
    connection
        .execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .await?;
    let body = "x".repeat(300);
    let started = Instant::now();
    let mut written = 0_u32;
    while started.elapsed() < LASTING {
        let mut transaction = connection.begin().await?;
        for _ in 0..8 {
            sqlx::query("INSERT INTO kept (body) VALUES (?)")
                .bind(&body)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        written += 1;
    }
    Ok(f64::from(written) / started.elapsed().as_secs_f64())
}

async fn recorded(callers: u32) -> Rate {
    let folder = tempfile::tempdir()?;
    let store = Store::connect(&format!("sqlite:{}", folder.path().join("tandem.db").display())).await?;
    store.migrate().await?;
    let desk = Desk::open(store, Clock::process(), [1; 16], 72).await?;
    let jurisdiction = Jurisdiction {
        id: "bench".parse()?,
        name: "Bench".to_owned(),
        zone: "UTC".to_owned(),
        policy: Policy::default(),
        version: 1,
    };
    let center = desk.create_jurisdiction(&jurisdiction).await?;
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let center = center.clone();
            tokio::spawn(async move {
                let mut done = 0_u32;
                while started.elapsed() < LASTING {
                    let asked = Asked {
                        subject: format!("caller-{caller}"),
                        role: Role::Admin,
                        request_id: format!("r-{done}"),
                        fingerprint: String::new(),
                        channel: Channel::System,
                        occurred_at: None,
                    };
                    let Ok(id) = format!("a-{caller}-{done}").parse() else {
                        break;
                    };
                    let command = CreateAgency {
                        id,
                        name: "An agency".to_owned(),
                    };
                    if center.ask(asked, command).await.is_err() {
                        break;
                    }
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await?;
    }
    let rate = f64::from(done) / started.elapsed().as_secs_f64();
    desk.close();
    desk.closed().await;
    Ok(rate)
}
