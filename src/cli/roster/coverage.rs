//! `tandem roster coverage`.

use std::fmt::Write as _;

use prost_types::Timestamp;

use super::client::{Wire, refused};
use super::table::{table, table_of};
use crate::cli::failure::Failure;
use crate::grpc::pb::{self, coverage_service_client::CoverageServiceClient};
use crate::moment::Moment;
use crate::shift::civil::to_local;
use crate::shift::date::LocalDate;

/// How many gaps are shown unless more are asked for.
const GAPS: usize = 20;
/// The largest answer that is taken, bytes: as many numbers as the server gives, and long names.
const ANSWER: usize = 64 * 1024 * 1024;
const DAY_SECONDS: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What to look at.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The first moment, such as 2026-06-01T05:00:00Z
    #[arg(long, value_name = "TIME", value_parser = super::moment)]
    from: Timestamp,
    /// How many days of 24 hours
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=400))]
    days: i64,
    /// How long a step is, minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    step: u32,
    /// Only this area, by its id; may be said more than once
    #[arg(long = "area", value_name = "AREA", conflicts_with = "whole")]
    areas: Vec<String>,
    /// The whole alone, without a table for each area
    #[arg(long)]
    whole: bool,
    /// How many gaps to show, those with the most calls first
    #[arg(long, value_name = "COUNT", default_value_t = GAPS)]
    gaps: usize,
}

/// Shows it.
pub(super) async fn coverage(wire: Wire, wanted: &Arguments) -> Result<(), Failure> {
    let to = Timestamp {
        seconds: wanted.from.seconds.saturating_add(wanted.days * DAY_SECONDS),
        nanos: wanted.from.nanos,
    };
    let request = pb::GetCoverageRequest {
        from: Some(wanted.from),
        to: Some(to),
        step_minutes: wanted.step,
        area_ids: wanted.areas.clone(),
        whole_only: wanted.whole,
        demand_weeks: 0,
    };
    let mut client = CoverageServiceClient::new(wire).max_decoding_message_size(ANSWER);
    let answer = client.get_coverage(request).await;
    let found = answer.map_err(|status| refused(&status))?.into_inner();
    print!("{}", shown(&found, wanted.gaps));
    Ok(())
}

/// Its tables, one below the other.
fn shown(found: &pb::GetCoverageResponse, most_gaps: usize) -> String {
    let mut text = format!(
        "scheduled of wanted (minimum); ! below what is wanted, !! below the minimum; calls to be expected; times in {}\n",
        found.zone
    );
    for area in &found.areas {
        let _ = write!(text, "\n{}\n{}", name(&area.area_name), steps(area, &found.zone));
    }
    if found.gap_count > 0 {
        let _ = write!(text, "\n{}", gaps(found, most_gaps));
    }
    if found.lapse_count > 0 {
        let _ = write!(text, "\n{}", lapses(found));
    }
    text
}

fn name(area_name: &str) -> &str {
    if area_name.is_empty() {
        "THE WHOLE"
    } else {
        area_name
    }
}

/// One line for each stretch of steps with the same numbers.
fn steps(area: &pb::AreaCoverage, zone: &str) -> String {
    let measures = area.steps.first().map(|step| step.strengths.as_slice());
    let measures = measures.unwrap_or_default().iter().map(measure);
    let headings = ["FROM".to_owned(), "TO".to_owned()].into_iter().chain(measures);
    let alike = area.steps.chunk_by(|one, next| one.strengths == next.strengths);
    let rows = alike.filter_map(|steps| {
        let (first, last) = (steps.first()?, steps.last()?);
        let calls = steps.iter().map(|step| step.expected_calls_thousandths).sum();
        let ends = [local(first.from, zone), local(last.to, zone)];
        let cells = first.strengths.iter().map(strength);
        Some(
            ends.into_iter()
                .chain(cells)
                .chain([thousandths(calls)])
                .collect(),
        )
    });
    table_of(headings.chain(["CALLS".to_owned()]).collect(), rows)
}

fn measure(strength: &pb::Strength) -> String {
    let counted = if strength.discipline.is_empty() {
        "pairs"
    } else {
        &strength.discipline
    };
    format!("{counted} {}", strength.qualification)
        .trim_end()
        .to_uppercase()
}

fn strength(strength: &pb::Strength) -> String {
    let mark = match strength.level() {
        pb::CoverageLevel::BelowMinimum => " !!",
        pb::CoverageLevel::BelowWanted => " !",
        pb::CoverageLevel::Covered | pb::CoverageLevel::Unspecified => "",
    };
    let pb::Strength {
        scheduled,
        wanted,
        minimum,
        ..
    } = strength;
    format!("{scheduled} of {wanted} ({minimum}){mark}")
}

/// Below the minimum first, and of those the ones with the most calls.
fn gaps(found: &pb::GetCoverageResponse, most: usize) -> String {
    let mut by_weight: Vec<&pb::CoverageGap> = found.gaps.iter().collect();
    by_weight.sort_by_key(|gap| {
        let level = gap.strength.as_ref().map(|strength| strength.level);
        std::cmp::Reverse((level, gap.expected_calls_thousandths))
    });
    let area_name = |id: &str| {
        let area = found.areas.iter().find(|area| area.area_id == id);
        name(area.map_or("", |area| &area.area_name)).to_owned()
    };
    let rows = by_weight.iter().take(most).map(|gap| {
        let strength_of = gap.strength.clone().unwrap_or_default();
        [
            area_name(&gap.area_id),
            local(gap.from, &found.zone),
            local(gap.to, &found.zone),
            measure(&strength_of),
            strength(&strength_of),
            strength_of.missing_wanted.to_string(),
            thousandths(gap.expected_calls_thousandths),
            thousandths(gap.busiest_calls_per_1000_hours.into()),
        ]
    });
    let headings = [
        "GAPS IN",
        "FROM",
        "TO",
        "OF",
        "SCHEDULED",
        "MISSING",
        "CALLS",
        "BUSIEST HOUR",
    ];
    let mut text = table(headings, rows);
    let all = usize::try_from(found.gap_count).unwrap_or(usize::MAX);
    let more = all.saturating_sub(most.min(found.gaps.len()));
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    text
}

fn lapses(found: &pb::GetCoverageResponse) -> String {
    let rows = found.lapses.iter().map(|one| {
        let lapse = one.lapse.clone().unwrap_or_default();
        let when = match lapse.lapses_at {
            Some(at) => local(Some(at), &found.zone),
            None => "not held as it begins".to_owned(),
        };
        [
            local(one.planned_start, &found.zone),
            local(one.planned_end, &found.zone),
            one.responder.clone().unwrap_or_default().call_sign,
            lapse.qualification,
            when,
        ]
    });
    table(["SHIFT FROM", "TO", "WHO", "LACKS", "FROM WHEN ON"], rows)
}

/// Such as `Mon 2026-06-01 07:00`.
fn local(at: Option<Timestamp>, zone: &str) -> String {
    let at = at.unwrap_or_default();
    let local = to_local(Moment::from_seconds(at.seconds), zone).unwrap_or_default();
    let (date, time) = local.split_once('T').unwrap_or_default();
    let weekday = date.parse::<LocalDate>().map(|date| date.weekday() as usize);
    let weekday = weekday.ok().and_then(|weekday| WEEKDAYS.get(weekday));
    let minutes = time.get(..5).unwrap_or_default();
    format!("{} {date} {minutes}", weekday.copied().unwrap_or_default())
}

fn thousandths(number: u64) -> String {
    let tenths = (number + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(discipline: &str, numbers: [u32; 3], level: pb::CoverageLevel) -> pb::Strength {
        let [scheduled, wanted, minimum] = numbers;
        pb::Strength {
            discipline: discipline.to_owned(),
            minimum,
            wanted,
            scheduled,
            missing_wanted: wanted.saturating_sub(scheduled),
            level: level.into(),
            ..Default::default()
        }
    }

    fn at(hours: i64) -> Option<Timestamp> {
        Some(Timestamp {
            // Midnight of 2026-06-01 in St. Louis.
            seconds: 1_780_290_000 + hours * 3600,
            nanos: 0,
        })
    }

    #[test]
    fn a_coverage_reads_well() {
        use pb::CoverageLevel::{BelowMinimum, BelowWanted, Covered};
        let step = |from, to, clinicians, pairs| pb::CoverageStep {
            from: at(from),
            to: at(to),
            strengths: vec![clinicians, pairs],
            expected_calls_thousandths: 1_260,
        };
        let few = of("clinician", [1, 2, 1], BelowWanted);
        let found = pb::GetCoverageResponse {
            zone: "America/Chicago".to_owned(),
            areas: vec![pb::AreaCoverage {
                steps: vec![
                    step(
                        0,
                        8,
                        of("clinician", [2, 2, 1], Covered),
                        of("", [1, 1, 1], Covered),
                    ),
                    step(8, 16, few.clone(), of("", [0, 1, 1], BelowMinimum)),
                    step(16, 24, few.clone(), of("", [0, 1, 1], BelowMinimum)),
                ],
                ..Default::default()
            }],
            gaps: vec![
                pb::CoverageGap {
                    from: at(8),
                    to: at(24),
                    strength: Some(few),
                    expected_calls_thousandths: 2_520,
                    busiest_calls_per_1000_hours: 310,
                    ..Default::default()
                },
                pb::CoverageGap {
                    from: at(8),
                    to: at(24),
                    strength: Some(of("", [0, 1, 1], BelowMinimum)),
                    expected_calls_thousandths: 2_520,
                    busiest_calls_per_1000_hours: 310,
                    ..Default::default()
                },
            ],
            gap_count: 2,
            lapses: vec![pb::CoverageLapse {
                responder: Some(pb::Partner {
                    call_sign: "Adam 1".to_owned(),
                    ..Default::default()
                }),
                planned_start: at(8),
                planned_end: at(24),
                lapse: Some(pb::Lapse {
                    qualification: "CIT".to_owned(),
                    lapses_at: at(12),
                }),
                ..Default::default()
            }],
            lapse_count: 1,
            ..Default::default()
        };
        let expected = "\
scheduled of wanted (minimum); ! below what is wanted, !! below the minimum; calls to be expected; times in America/Chicago

THE WHOLE
FROM                  TO                    CLINICIAN     PAIRS          CALLS
Mon 2026-06-01 00:00  Mon 2026-06-01 08:00  2 of 2 (1)    1 of 1 (1)     1.3
Mon 2026-06-01 08:00  Tue 2026-06-02 00:00  1 of 2 (1) !  0 of 1 (1) !!  2.5

GAPS IN    FROM                  TO                    OF     SCHEDULED      MISSING  CALLS  BUSIEST HOUR
THE WHOLE  Mon 2026-06-01 08:00  Tue 2026-06-02 00:00  PAIRS  0 of 1 (1) !!  1        2.5    0.3
and 1 more

SHIFT FROM            TO                    WHO     LACKS  FROM WHEN ON
Mon 2026-06-01 08:00  Tue 2026-06-02 00:00  Adam 1  CIT    Mon 2026-06-01 12:00
";
        assert_eq!(shown(&found, 1), expected);
    }
}
