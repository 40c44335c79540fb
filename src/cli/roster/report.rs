//! What became of a table, to read.

use std::fmt::Write as _;
use std::time::Duration;

use super::table::table;
use crate::grpc::pb;

/// The counts, and below them what is wrong and what is held, in columns.
pub(super) fn shown(report: &pb::ImportReport, dry_run: bool, took: Duration) -> String {
    let mut text = String::new();
    let title = match (dry_run, report.applied) {
        (true, _) => "dry run: nothing was changed",
        (false, true) if report.bad_row_count > 0 => "applied, but for the bad rows",
        (false, true) => "applied",
        (false, false) => "nothing was applied: every row must be good, or say --apply-good-rows",
    };
    let _ = writeln!(text, "{title} ({:.1} s)", took.as_secs_f64());
    let counts = [
        ("rows", report.row_count),
        ("created", report.created_count),
        ("updated", report.updated_count),
        ("unchanged", report.unchanged_count),
        ("cancelled", report.cancelled_count),
        ("long over", report.past_count),
        ("held by hand", report.held_count),
        ("bad", report.bad_row_count),
    ];
    for (name, count) in counts
        .into_iter()
        .filter(|(name, count)| *count > 0 || *name == "rows")
    {
        let _ = writeln!(text, "  {name:<14}{count:>7}");
    }
    if !report.row_faults.is_empty() {
        let rows = report.row_faults.iter().map(|fault| {
            let reason = fault.reason().as_str_name();
            let reason = reason.trim_start_matches("ERROR_REASON_").to_owned();
            [
                fault.row.to_string(),
                fault.column.clone(),
                reason,
                fault.detail.clone(),
            ]
        });
        text.push('\n');
        text.push_str(&table(["ROW", "COLUMN", "REASON", "WHAT IS WRONG"], rows));
    }
    if !report.held_rows.is_empty() {
        let rows = report.held_rows.iter().map(|held| {
            let since = held.since.map(|since| since.to_string()).unwrap_or_default();
            [
                held.row.to_string(),
                held.whose.clone(),
                held.field.clone(),
                format!("{since} {}", held.by),
            ]
        });
        text.push('\n');
        text.push_str(&table(["ROW", "WHOSE", "HELD", "SINCE, BY"], rows));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_well() {
        let fault = |row, column: &str| pb::RowFault {
            row,
            column: column.to_owned(),
            reason: pb::ErrorReason::LeadingZerosLost.into(),
            detail: "4 digits where 6 are expected".to_owned(),
        };
        let report = pb::ImportReport {
            row_count: 1200,
            created_count: 3,
            bad_row_count: 2,
            row_faults: vec![fault(7, "Emp No"), fault(1044, "Badge")],
            ..Default::default()
        };
        let text = shown(&report, false, Duration::from_millis(1_240));
        let expected = "\
nothing was applied: every row must be good, or say --apply-good-rows (1.2 s)
  rows             1200
  created             3
  bad                 2

ROW   COLUMN  REASON              WHAT IS WRONG
7     Emp No  LEADING_ZEROS_LOST  4 digits where 6 are expected
1044  Badge   LEADING_ZEROS_LOST  4 digits where 6 are expected
";
        assert_eq!(text, expected);
    }
}
