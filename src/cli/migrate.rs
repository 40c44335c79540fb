//! `tandem migrate`.

use super::failure::Failure;
use crate::config::Config;
use crate::store::Store;

const EXAMPLES: &str = "\
Examples:
  tandem migrate --dry-run
  tandem migrate --database postgres://tandem@db.example/tandem

Several processes may run it at once: one does the work, the others wait.";

/// How to migrate.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Only print what is pending, one name a line
    #[arg(long)]
    dry_run: bool,
}

/// Brings the tables up to date and prints what was done.
pub(super) async fn migrate(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = Store::connect(&config.database).await?;
    let pending = store.pending_migrations().await?;
    if !arguments.dry_run {
        store.migrate().await?;
    }
    for name in &pending {
        println!("{name}");
    }
    let done = if arguments.dry_run { "pending" } else { "applied" };
    eprintln!("{} migrations {done}", pending.len());
    Ok(store.close().await?)
}
