//! `tandem roster`: tables in and out, and where a roster falls short, as a client of a server.

mod client;
mod coverage;
mod export;
mod import;
mod progress;
mod report;
mod table;

use clap::{Subcommand, ValueEnum};

use super::failure::Failure;
use crate::grpc::pb;
use client::{Client, Server};

const EXAMPLES: &str = "\
Examples:
  tandem roster import responders staff.csv --mapping payroll.toml --dry-run
  tandem roster import shifts june.csv --replace-agency slmpd --replace-from 2026-06-01T05:00:00Z --replace-to 2026-07-01T05:00:00Z
  tandem roster export shifts --output shifts.csv
  tandem roster coverage --from 2026-06-01T05:00:00Z --days 28 --step 480

The token comes from the variable TANDEM_TOKEN, so that no list of processes shows it. Exit codes: 0 done, 1 rows are bad or
the server refused, 2 asked wrongly.";

/// Which server, and what to do with its roster.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: Server,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Take a table in, and show what became of its rows
    Import(import::Arguments),
    /// Write a table that imports again to the same roster
    Export(export::Arguments),
    /// Show who is scheduled of those who are wanted, gaps, and licences that lapse
    Coverage(coverage::Arguments),
}

/// What a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// People, a row each
    Responders,
    /// Their licences and trainings, a row each
    Credentials,
    /// Their shifts, a row each
    Shifts,
    /// Patterns of shifts, a row each part of one
    Patterns,
}

impl Kind {
    fn on_the_wire(self) -> i32 {
        let kind = match self {
            Kind::Responders => pb::RosterKind::Responders,
            Kind::Credentials => pb::RosterKind::Credentials,
            Kind::Shifts => pb::RosterKind::Shifts,
            Kind::Patterns => pb::RosterKind::Patterns,
        };
        kind.into()
    }
}

/// Does it.
pub(super) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let wire = arguments.server.connect().await?;
    match &arguments.verb {
        Verb::Import(wanted) => import::import(Client::new(wire), wanted).await,
        Verb::Export(wanted) => export::export(Client::new(wire), wanted).await,
        Verb::Coverage(wanted) => coverage::coverage(wire, wanted).await,
    }
}

fn moment(text: &str) -> Result<prost_types::Timestamp, &'static str> {
    text.parse()
        .map_err(|_| "not a time such as 2026-06-01T05:00:00Z")
}

fn file(path: &std::path::Path, why: std::io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        why,
    }
}
