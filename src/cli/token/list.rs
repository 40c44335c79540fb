//! `tandem token list`.

use std::fmt::Display;

use super::expiry::shown;
use crate::cli::failure::Failure;
use crate::moment::Moment;
use crate::store::{Store, Token};

const HEADINGS: [&str; 8] = [
    "ID",
    "ROLE",
    "SUBJECT",
    "JURISDICTION",
    "AGENCY",
    "DEVICE",
    "EXPIRES",
    "STATE",
];

/// Prints all tokens as a table.
pub(super) async fn list(store: &Store, now: Moment) -> Result<(), Failure> {
    let tokens = store.tokens().await?;
    let rows: Vec<_> = tokens.iter().map(|token| row(token, now)).collect();
    print!("{}", table(&rows));
    Ok(())
}

fn row(token: &Token, now: Moment) -> [String; 8] {
    let state = match token.revoked_at {
        Some(_) => "revoked",
        None if token.expires_at <= now => "expired",
        None => "in force",
    };
    [
        token.id.to_string(),
        token.role.as_str().to_owned(),
        token.subject.clone(),
        or_dash(token.jurisdiction_id.as_ref()),
        or_dash(token.agency_id.as_ref()),
        or_dash(token.device_id.as_ref()),
        shown(token.expires_at),
        state.to_owned(),
    ]
}

fn or_dash(value: Option<&impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}

fn table(rows: &[[String; 8]]) -> String {
    let headings = HEADINGS.map(str::to_owned);
    let all: Vec<_> = std::iter::once(&headings).chain(rows).collect();
    let widths: Vec<_> = (0..HEADINGS.len())
        .map(|column| {
            all.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &[String; 8]| {
        let cells: Vec<_> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    all.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_their_headings() {
        let row = [
            "1",
            "hr",
            "someone with a long name",
            "-",
            "-",
            "-",
            "never",
            "in force",
        ]
        .map(str::to_owned);
        let table = table(&[row]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].find("STATE"), lines[1].find("in force"));
    }
}
