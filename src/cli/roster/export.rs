//! `tandem roster export`.

use std::io::Write;
use std::path::PathBuf;

use super::Kind;
use super::client::{Client, refused};
use crate::cli::failure::Failure;
use crate::grpc::pb;

/// What to write.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the table is about
    #[arg(value_enum)]
    kind: Kind,
    /// Only of this agency
    #[arg(long, value_name = "AGENCY")]
    agency: Option<String>,
    /// Where to write it, instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes it. A file is written when all of it has come.
pub(super) async fn export(mut client: Client, wanted: &Arguments) -> Result<(), Failure> {
    let request = pb::ExportRosterRequest {
        kind: wanted.kind.on_the_wire(),
        agency_id: wanted.agency.clone().unwrap_or_default(),
    };
    let answer = client.export_roster(request).await;
    let mut parts = answer.map_err(|status| refused(&status))?.into_inner();
    let mut whole = Vec::new();
    while let Some(part) = parts.message().await.map_err(|status| refused(&status))? {
        whole.extend(part.csv_chunk);
    }
    match &wanted.output {
        Some(path) => std::fs::write(path, whole).map_err(|why| super::file(path, why)),
        None => std::io::stdout()
            .write_all(&whole)
            .map_err(|why| super::file(std::path::Path::new("standard output"), why)),
    }
}
