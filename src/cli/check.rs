//! `tandem check`.

use super::current_store;
use super::failure::Failure;
use crate::config::Config;
use crate::id::JurisdictionId;

const EXAMPLES: &str = "\
Examples:
  tandem check
  tandem check --jurisdiction st-louis --database postgres://tandem@db.example/tandem

It reads the board at the journal's floor, applies every event since, and compares the outcome with the board read from
the tables, field by field; then it looks at what must always hold, such as one active membership per responder. It
changes nothing and may run beside a server. Exit code 0: clean. 1: something differs, or the database did not answer.";

/// What to check.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Only this jurisdiction [default: all]
    #[arg(long, value_name = "ID")]
    jurisdiction: Option<JurisdictionId>,
}

/// Checks and prints one line a jurisdiction, and one a difference.
pub(super) async fn check(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let store = current_store(&config.database).await?;
    let jurisdictions = match &arguments.jurisdiction {
        Some(id) => vec![id.clone()],
        None => store
            .jurisdictions()
            .await?
            .into_iter()
            .map(|one| one.id)
            .collect(),
    };
    let mut found = 0;
    for id in &jurisdictions {
        let report = store.check(id).await?;
        let head = store.head(id).await?;
        let verdict = match report.differences.len() {
            0 => "clean".to_owned(),
            some => format!("{some} differences"),
        };
        println!("{id}: {verdict}, head at revision {}", head.revision);
        for difference in &report.differences {
            println!("  {difference}");
        }
        found += report.differences.len();
    }
    if jurisdictions.is_empty() {
        println!("there is no jurisdiction yet: nothing to check");
    }
    store.close().await?;
    if found == 0 {
        Ok(())
    } else {
        Err(Failure::Differences(found))
    }
}
