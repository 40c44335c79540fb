//! Rows in columns.

use std::fmt::Write as _;

/// Headings and rows of as many cells, each column as wide as it has to be.
pub(super) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let rows = rows.into_iter().map(Vec::from);
    table_of(headings.map(str::to_owned).to_vec(), rows)
}

/// The same, where the columns are not known before.
pub(super) fn table_of(headings: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let all: Vec<Vec<String>> = std::iter::once(headings).chain(rows).collect();
    let mut widths: Vec<usize> = Vec::new();
    for row in &all {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &all {
        let cells = row.iter().zip(&widths);
        let line: String = cells.map(|(cell, width)| format!("{cell:width$}  ")).collect();
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
