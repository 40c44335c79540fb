//! `tandem serve`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::Fault;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::grpc::server::{Setup, bind, serve as serve_grpc};
use crate::shift::civil::TZDB_VERSION;
use crate::store::{Backend, Store};

#[derive(Args)]
#[command(
    after_help = "Settings come from --flags, TANDEM_* variables and the file, in this order.

Examples:
  tandem serve
  tandem serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem
  tandem serve --database postgres://tandem@db/tandem --listen 10.0.0.5:50051 --allow-plaintext
"
)]
pub(super) struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:50051]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The certificate chain, PEM; with --tls-key
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Its key, PEM
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Speak plaintext beyond loopback: only behind something that encrypts
    #[arg(long)]
    allow_plaintext: bool,
    /// Serve reflection, so that grpcurl needs no files
    #[arg(long)]
    reflection: bool,
    /// How long open streams may take to end at shutdown, seconds [default: 10]
    #[arg(long, value_name = "SECONDS")]
    shutdown_seconds: Option<String>,
    /// How many connections at once [default: 20000]
    #[arg(long, value_name = "NUMBER")]
    max_connections: Option<String>,
    /// How long the journal reaches back, hours, at least 72 [default: 72]
    #[arg(long, value_name = "HOURS")]
    journal_hours: Option<String>,
}

impl ServeArgs {
    pub(super) fn settings(self) -> BTreeMap<String, String> {
        let switch = |on: bool| on.then(|| "true".to_owned());
        [
            ("listen", self.listen),
            ("tls_cert", self.tls_cert),
            ("tls_key", self.tls_key),
            ("allow_plaintext", switch(self.allow_plaintext)),
            ("reflection", switch(self.reflection)),
            ("shutdown_seconds", self.shutdown_seconds),
            ("max_connections", self.max_connections),
            ("journal_hours", self.journal_hours),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

/// Serves until SIGINT or SIGTERM.
pub(super) async fn serve(config: Config) -> Result<ExitCode, Fault> {
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some((read(certificate)?, read(key)?)),
        (Some(_) | None, Some(_) | None) => None,
    };
    let listener = bind(config.listen)
        .await
        .map_err(|error| format!("{}: {error}", config.listen))?;
    let store = Store::connect(&config.database).await?;
    store.migrate().await?;
    let durability = store.durability().await?;
    if !durability.synced {
        return Err(format!(
            "the database does not sync what it commits: {:?}",
            durability.settings
        )
        .into());
    }
    let clock = match store.backend() {
        Backend::Sqlite => Clock::process(),
        Backend::Postgres => Clock::database(),
    };
    let mut seed = [0; 16];
    getrandom::fill(&mut seed).map_err(|error| format!("no random bits: {error}"))?;
    let desk = Desk::open(store.clone(), clock, seed, config.journal_hours).await?;
    let setup = Setup {
        tls,
        reflection: config.reflection,
        max_connections: usize::try_from(config.max_connections)?,
        shutdown: Duration::from_secs(u64::from(config.shutdown_seconds)),
    };
    let address = listener.local_addr()?;
    tracing::info!(%address, tls = setup.tls.is_some(), tzdb = TZDB_VERSION, "serving");
    // For whoever started it and waits for it.
    println!("serving on {address}");
    serve_grpc(desk, listener, setup, told_to_stop()).await?;
    store.close().await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::error!("signals cannot be heard; stop the process by killing it");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
