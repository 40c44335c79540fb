//! `tandem check`: do journal and tables tell the same story?

use std::process::ExitCode;

use clap::Args;

use super::Fault;
use crate::config::Config;
use crate::store::Store;

#[derive(Args)]
#[command(
    after_help = "For every jurisdiction: the board at the journal's floor with every event since applied equals the
board read from the tables, revisions have no gaps, the running hash is right, nobody is in two active
memberships. Exit code 0 when all is well, 2 when it is not. A server may run meanwhile.
"
)]
pub(super) struct CheckArgs {
    /// Only this jurisdiction
    #[arg(long)]
    jurisdiction: Option<String>,
}

pub(super) async fn check(config: Config, args: CheckArgs) -> Result<ExitCode, Fault> {
    let store = Store::connect(&config.database).await?;
    let mut clean = true;
    for jurisdiction in store.jurisdictions().await? {
        if args
            .jurisdiction
            .as_ref()
            .is_some_and(|only| *only != jurisdiction.id.as_str())
        {
            continue;
        }
        let report = store.check(&jurisdiction.id).await?;
        let head = store.head(&jurisdiction.id).await?;
        if report.is_clean() {
            println!(
                "{}: clean at revision {} (floor {})",
                jurisdiction.id, head.revision, head.floor_revision
            );
        } else {
            clean = false;
            println!("{}: {} differences", jurisdiction.id, report.differences.len());
            for difference in &report.differences {
                println!("  {difference}");
            }
        }
    }
    store.close().await?;
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
