//! `tandem roster import`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::Kind;
use super::client::{Client, refused};
use super::progress::Progress;
use super::report::shown;
use crate::cli::failure::Failure;
use crate::grpc::pb;

/// How much one message carries, bytes.
const CHUNK: usize = 128 * 1024;

/// What to take in.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the table is about
    #[arg(value_enum)]
    kind: Kind,
    /// The table, CSV
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How its columns are ours, TOML; without it the table has our own columns
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Report only, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Apply the good rows beside bad ones
    #[arg(long, conflicts_with = "replace_agency")]
    apply_good_rows: bool,
    /// Whose shifts the file replaces
    #[arg(
        long,
        value_name = "AGENCY",
        requires = "replace_from",
        requires = "replace_to"
    )]
    replace_agency: Option<String>,
    /// The first moment of the period that it replaces, such as 2026-06-01T05:00:00Z
    #[arg(long, value_name = "TIME", requires = "replace_agency", value_parser = super::moment)]
    replace_from: Option<prost_types::Timestamp>,
    /// The first moment after it
    #[arg(long, value_name = "TIME", requires = "replace_agency", value_parser = super::moment)]
    replace_to: Option<prost_types::Timestamp>,
    /// The id of the request; say the same again to finish an import that was cut
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

/// Takes it in.
pub(super) async fn import(mut client: Client, wanted: &Arguments) -> Result<(), Failure> {
    let bytes = std::fs::read(&wanted.file).map_err(|why| super::file(&wanted.file, why))?;
    let mapping = match &wanted.mapping {
        Some(path) => std::fs::read_to_string(path).map_err(|why| super::file(path, why))?,
        None => String::new(),
    };
    let request_id = match &wanted.request_id {
        Some(id) => id.clone(),
        None => new_request_id()?,
    };
    let first = pb::ImportRosterRequest {
        request_id: request_id.clone(),
        kind: wanted.kind.on_the_wire(),
        mapping_toml: mapping,
        dry_run: wanted.dry_run,
        apply_good_rows: wanted.apply_good_rows,
        replace_period: wanted.replace_agency.clone().map(|agency_id| pb::ReplacePeriod {
            agency_id,
            from: wanted.replace_from,
            to: wanted.replace_to,
        }),
        csv_chunk: Vec::new(),
    };
    let began = Instant::now();
    let progress = Arc::new(Progress::new("sending", bytes.len()));
    let parts = parts(first, bytes, Arc::clone(&progress));
    let answer = client.import_roster(tokio_stream::iter(parts)).await;
    progress.end();
    let answer = answer.map_err(|status| {
        progress.next(&format!(
            "to finish what may have begun, say --request-id {request_id}"
        ));
        refused(&status)
    })?;
    let report = answer.into_inner().report.unwrap_or_default();
    print!("{}", shown(&report, wanted.dry_run, began.elapsed()));
    match report.bad_row_count {
        0 => Ok(()),
        bad => Err(Failure::BadRows(bad)),
    }
}

/// What is sent, as it is asked for: the wire asks when it has room.
fn parts(
    first: pb::ImportRosterRequest,
    bytes: Vec<u8>,
    progress: Arc<Progress>,
) -> impl Iterator<Item = pb::ImportRosterRequest> {
    let whole = bytes.len();
    let places = (0..whole).step_by(CHUNK);
    let rest = places.map(move |start| {
        let end = (start + CHUNK).min(whole);
        progress.at(end);
        if end == whole {
            progress.next("checking and applying ...");
        }
        pb::ImportRosterRequest {
            csv_chunk: bytes[start..end].to_vec(),
            ..Default::default()
        }
    });
    std::iter::once(first).chain(rest)
}

/// Another one for each run.
fn new_request_id() -> Result<String, Failure> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(Failure::Random)?;
    Ok(format!("import-{}", hex::encode(bits)))
}
