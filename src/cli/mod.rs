//! The command line. Whoever runs it on the server's database is the root of trust: it makes the first token.

mod check;
// pub mod demo;
mod serve;
mod token;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, NAMES, Source};
use crate::store::Store;

/// An error of a command: what a person at a terminal is told.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "tandem", version, about, max_term_width = 100)]
#[command(after_help = "Start here:
  tandem demo                          a programme at work, in this terminal
  tandem serve                         a server on 127.0.0.1:50051 with tandem.db in this folder
  tandem token create --role admin     the first token; it may create jurisdictions
")]
/// Sends the nearest qualified clinician and police officer to a behavioural-health crisis, together, and says why.
struct Line {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Settings {
    /// The database: sqlite:<file> or postgres://user@host/name [default: sqlite:tandem.db]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// A TOML file with settings [default: none; also TANDEM_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What to log, such as info or tandem=debug [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run a server
    Serve(serve::ServeArgs),
    /// Bring the database's tables up to date (serve does it too)
    Migrate,
    /// Make, list and revoke bearer tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check that journal and tables tell the same story
    Check(check::CheckArgs),
    // / Show a programme at work: the St. Louis pattern, fictional people, real incident points
    // Demo(demo::DemoArgs),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let line = Line::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Fault::from)
        .and_then(|runtime| runtime.block_on(obey(line)));
    match outcome {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("tandem: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn obey(line: Line) -> Result<ExitCode, Fault> {
    let Line { settings, command } = line;
    match command {
        Command::Serve(args) => {
            let config = config(settings, args.settings())?;
            log_to_stderr(&config.log);
            serve::serve(config).await
        }
        Command::Migrate => {
            let config = config(settings, BTreeMap::new())?;
            let store = Store::connect(&config.database).await?;
            let pending = store.pending_migrations().await?;
            store.migrate().await?;
            match pending.as_slice() {
                [] => println!("nothing to do: the tables are up to date"),
                applied => println!("applied: {}", applied.join(", ")),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Token(command) => token::obey(config(settings, BTreeMap::new())?, command).await,
        Command::Check(args) => check::check(config(settings, BTreeMap::new())?, args).await,
        // Command::Demo(args) => demo::demo(args).await,
    }
}

/// The configuration: file, variables, command line.
fn config(settings: Settings, more: BTreeMap<String, String>) -> Result<Config, Fault> {
    let Settings {
        database,
        config,
        log,
    } = settings;
    let file = config.or_else(|| std::env::var_os("TANDEM_CONFIG").map(PathBuf::from));
    let mut sources = Vec::new();
    if let Some(path) = file {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        sources.push(Source::file(&text)?);
    }
    sources.push(Source::variables(std::env::vars()));
    let mut line = more;
    line.extend(database.map(|value| ("database".to_owned(), value)));
    line.extend(log.map(|value| ("log".to_owned(), value)));
    debug_assert!(line.keys().all(|name| NAMES.contains(&name.as_str())));
    sources.push(Source::command_line(line));
    Ok(Config::from_sources(&sources)?)
}

fn log_to_stderr(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second subscriber is refused; the first goes on.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
