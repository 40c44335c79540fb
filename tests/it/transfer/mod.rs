//! The roster in and out, through the real door.

mod calendars;
mod cut;
mod exporting;
mod importing;
mod line;
mod replacing;

use tandem::board::Role;
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::id::{Ids, TokenId};
use tandem::moment::Moment;
use tandem::store::{Store, Token};
use tonic::Status;

use crate::harness::town::{Client, Town, st_louis};

/// What payroll calls things.
const STAFF: &str = include_str!("staff.toml");

const SHIFTS: &str = include_str!("shifts.toml");

/// A table to take in; `..` for what is not said.
#[derive(Clone)]
struct File {
    request_id: String,
    kind: pb::RosterKind,
    mapping: &'static str,
    text: String,
    dry_run: bool,
    apply_good_rows: bool,
    replace: Option<pb::ReplacePeriod>,
}

impl File {
    fn of(town: &Town, kind: pb::RosterKind, mapping: &'static str, text: impl Into<String>) -> File {
        File {
            request_id: town.request_id(),
            kind,
            mapping,
            text: text.into(),
            dry_run: false,
            apply_good_rows: false,
            replace: None,
        }
    }

    fn staff(town: &Town, rows: &[&str]) -> File {
        let text = format!("Emp No,Full Name,Radio\r\n{}\r\n", rows.join("\r\n"));
        File::of(town, pb::RosterKind::Responders, STAFF, text)
    }

    fn shifts(town: &Town, rows: &[&str]) -> File {
        let text = format!("Id,Emp No,Day,From,To\n{}\n", rows.join("\n"));
        File::of(town, pb::RosterKind::Shifts, SHIFTS, text)
    }

    /// In parts of so many bytes.
    async fn sent_in(&self, bytes: usize, by: &Client) -> Result<pb::ImportRosterResponse, Status> {
        let first = pb::ImportRosterRequest {
            request_id: self.request_id.clone(),
            kind: self.kind.into(),
            mapping_toml: self.mapping.to_owned(),
            dry_run: self.dry_run,
            apply_good_rows: self.apply_good_rows,
            replace_period: self.replace.clone(),
            csv_chunk: Vec::new(),
        };
        let parts: Vec<_> = self
            .text
            .as_bytes()
            .chunks(bytes)
            .map(|part| pb::ImportRosterRequest {
                csv_chunk: part.to_vec(),
                ..Default::default()
            })
            .collect();
        let parts = tokio_stream::iter(std::iter::once(first).chain(parts));
        Ok(by.transfer().import_roster(parts).await?.into_inner())
    }

    async fn report(&self, by: &Client) -> pb::ImportReport {
        let answer = self.sent_in(1000, by).await.unwrap();
        answer.report.unwrap()
    }
}

/// Created, updated, unchanged, bad; and whether it was applied.
fn counts(report: &pb::ImportReport) -> (u32, u32, u32, u32, bool) {
    (
        report.created_count,
        report.updated_count,
        report.unchanged_count,
        report.bad_row_count,
        report.applied,
    )
}

async fn responders(town: &Town) -> Vec<pb::Responder> {
    let request = pb::ListRespondersRequest {
        page_size: 500,
        ..Default::default()
    };
    let listed = town.admin.roster().list_responders(request).await.unwrap();
    listed.into_inner().responders
}

async fn called(town: &Town, call_sign: &str) -> pb::Responder {
    let all = responders(town).await;
    let found = all.into_iter().find(|one| one.call_sign == call_sign);
    found.unwrap_or_else(|| panic!("nobody is called {call_sign}"))
}

async fn exported(by: &Client, kind: pb::RosterKind) -> String {
    let request = pb::ExportRosterRequest {
        kind: kind.into(),
        agency_id: String::new(),
    };
    let mut parts = by.transfer().export_roster(request).await.unwrap().into_inner();
    let mut whole = Vec::new();
    while let Some(part) = parts.message().await.unwrap() {
        whole.extend(part.csv_chunk);
    }
    String::from_utf8(whole).unwrap()
}

/// Keeps a token of one who keeps the roster, in force for a day of real time, and gives the header that shows it.
async fn keeper_token(store: &Store) -> String {
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let now = Moment::from_seconds(now);
    let shown = Shown::new(TokenId::next(&mut Ids::new([6; 16]), now), [6; 32]);
    let token = Token {
        jurisdiction_id: Some(st_louis()),
        ..shown.kept(Role::Hr, "hana".to_owned(), now, now.plus_seconds(86_400))
    };
    store.insert_token(&token).await.unwrap();
    format!("Bearer {}", shown.text())
}

/// The token itself of one who keeps the roster of this town.
async fn keeper_token_of(town: &Town) -> String {
    let token = town.token(Role::Hr, "hana", None, Some(st_louis()));
    let header = town.header_of(token).await;
    header.trim_start_matches("Bearer ").to_owned()
}
