//! `tandem serve`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use super::failure::Failure;
use super::settings::given;
use crate::clock::{Clock, WallClock};
use crate::config::Config;
use crate::desk::Desk;
use crate::grpc::server::{self, Setup};
use crate::store::{Backend, Store};
use crate::web;

const EXAMPLES: &str = "\
Examples:
  tandem serve
  tandem serve --listen 127.0.0.1:0 --reflection
  tandem serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem --database postgres://tandem@db.example/tandem

When it is ready it prints one line to standard output: `listening on <address>`. SIGTERM and Ctrl-C end it: health says
NOT_SERVING, streams are told to resume elsewhere, and after --shutdown-seconds whatever is still open is cut.";

/// How to serve. All values are read with those of the file and the variables, so that every fault is told at once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:50051]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where to serve calendars over plain HTTP to whoever knows an address; nowhere when it is not said
    #[arg(long, value_name = "ADDRESS")]
    calendar_listen: Option<String>,
    /// The certificate chain, PEM
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Its key, PEM
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Speak plaintext beyond loopback, where everyone on the way can read it
    #[arg(long)]
    allow_plaintext: bool,
    /// Serve gRPC reflection (v1 and v1alpha), so that grpcurl needs no files
    #[arg(long)]
    reflection: bool,
    /// How long open streams may take to end at shutdown, seconds [default: 8]
    #[arg(long, value_name = "SECONDS")]
    shutdown_seconds: Option<String>,
    /// How many connections at once [default: 20000]; the process needs as many open files and a hundred more (`ulimit -n`)
    #[arg(long, value_name = "COUNT")]
    max_connections: Option<String>,
    /// How long the journal reaches back, hours, at least 72: a resume token lives that long [default: 72]
    #[arg(long, value_name = "HOURS")]
    journal_hours: Option<String>,
}

impl Arguments {
    /// The flags that were given, by setting.
    pub(super) fn flags(&self) -> BTreeMap<String, String> {
        let said = |flag: bool| flag.then(|| "true".to_owned());
        given([
            ("listen", self.listen.clone()),
            ("calendar_listen", self.calendar_listen.clone()),
            ("tls_cert", self.tls_cert.clone()),
            ("tls_key", self.tls_key.clone()),
            ("allow_plaintext", said(self.allow_plaintext)),
            ("reflection", said(self.reflection)),
            ("shutdown_seconds", self.shutdown_seconds.clone()),
            ("max_connections", self.max_connections.clone()),
            ("journal_hours", self.journal_hours.clone()),
        ])
    }
}

/// Serves until it is told to end.
pub(super) async fn serve(config: Config) -> Result<(), Failure> {
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some((read(certificate)?, read(key)?)),
        (Some(_), None) | (None, Some(_) | None) => None,
    };
    let store = Store::connect(&config.database).await?;
    store.migrate().await?;
    let durability = store.durability().await?;
    tracing::info!(backend = ?store.backend(), settings = ?durability.settings, "database ready");
    if !durability.synced {
        tracing::warn!("this database does not sync what it commits: an acknowledged answer can be lost");
    }
    let clock = match store.backend() {
        Backend::Sqlite => Clock::process(),
        Backend::Postgres => Clock::database(),
    };
    let mut seed = [0; 16];
    getrandom::fill(&mut seed).map_err(Failure::Random)?;
    let desk = Desk::open(store.clone(), clock, seed, config.journal_hours)
        .await
        .map_err(Failure::Desk)?;
    if store.tokens().await?.is_empty() {
        tracing::info!(
            "nobody can call yet: make a first token with `tandem token create --role admin --subject <you>`"
        );
    }
    let listen = |why| Failure::Listen(config.listen, why);
    let listener = server::bind(config.listen).await.map_err(listen)?;
    println!("listening on {}", listener.local_addr().map_err(listen)?);
    let calendars = match config.calendar_listen {
        Some(address) => {
            let listen = |why| Failure::Listen(address, why);
            let listener = server::bind(address).await.map_err(listen)?;
            println!("calendars on {}", listener.local_addr().map_err(listen)?);
            Some(tokio::spawn(web::serve(desk.clone(), listener, told_to_end())))
        }
        None => None,
    };
    let setup = Setup {
        tls,
        reflection: config.reflection,
        max_connections: usize::try_from(config.max_connections).unwrap_or(usize::MAX),
        shutdown: Duration::from_secs(config.shutdown_seconds.into()),
    };
    let served = tokio::select! {
        served = server::serve(desk, listener, setup, told_to_end()) => served,
        never = watch_the_wall_clock() => match never {},
    };
    if let Some(calendars) = calendars {
        calendars.abort();
    }
    store.close().await?;
    served.map_err(Failure::Server)
}

/// Says when the machine's clock is set: Tandem's own time goes on unmoved until it starts anew.
async fn watch_the_wall_clock() -> Infallible {
    let mut clock = WallClock::watched();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(seconds) = clock.step() {
            tracing::error!(
                seconds,
                "the wall clock of this machine was set; deadlines and recorded times do not follow it: see to its time service"
            );
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|why| Failure::File {
        path: path.to_owned(),
        why,
    })
}

/// Ends at Ctrl-C or SIGTERM.
pub(super) async fn told_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminated = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                // It cannot be listened to, so the system ends the process by itself.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = interrupted => {}
            () = terminated => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
