//! Coverage, and what calls are to be expected.

use std::collections::BTreeMap;

use super::super::super::pb;
use super::{lapse, moment, text};
use crate::coverage::{
    AreaCoverage, Counted, Demand, Expected, Gap, HOURS, Level, ShiftLapse, Step, Strength,
};
use crate::desk::Surveyed;
use crate::id::AreaId;

/// How many gaps and how many lapses are shown at most, each.
const MOST_SHOWN: usize = 2_000;

/// A whole coverage.
pub(crate) fn coverage(found: &Surveyed) -> pb::GetCoverageResponse {
    let areas = &found.coverage.areas;
    let expected = expected(found, areas.iter().map(|area| area.area_id));
    let demands = areas.iter().map(|area| {
        let demand = found.history.in_row(area.area_id);
        self::demand(area.area_id, demand)
    });
    pb::GetCoverageResponse {
        areas: areas.iter().map(|one| area(found, one, &expected)).collect(),
        gaps: gaps(found),
        gap_count: count(found.coverage.gaps.len()),
        lapses: lapses(found),
        lapse_count: count(found.coverage.lapses.len()),
        demands: demands.collect(),
        demand_from: Some(moment(found.history.window.start)),
        demand_to: Some(moment(found.history.window.end)),
        revision: found.revision,
        server_time: Some(moment(found.at)),
        zone: found.zone.clone(),
    }
}

/// What has changed in it.
pub(crate) fn update(found: &Surveyed, changed: &[AreaCoverage]) -> pb::CoverageUpdate {
    let expected = expected(found, changed.iter().map(|area| area.area_id));
    pb::CoverageUpdate {
        areas: changed.iter().map(|one| area(found, one, &expected)).collect(),
        gaps: gaps(found),
        gap_count: count(found.coverage.gaps.len()),
        lapses: lapses(found),
        lapse_count: count(found.coverage.lapses.len()),
        revision: found.revision,
        server_time: Some(moment(found.at)),
    }
}

/// What is to be expected, by row.
type ByRow<'f> = BTreeMap<Option<AreaId>, Expected<'f>>;

fn expected(found: &Surveyed, rows: impl Iterator<Item = Option<AreaId>>) -> ByRow<'_> {
    let of = |id| Expected::new(&found.hours, found.history.in_row(id));
    rows.map(|id| (id, of(id))).collect()
}

fn area(found: &Surveyed, area: &AreaCoverage, expected: &ByRow<'_>) -> pb::AreaCoverage {
    let expected = expected.get(&area.area_id);
    let name = area.area_id.and_then(|id| found.area_names.get(&id));
    pb::AreaCoverage {
        area_id: text(area.area_id),
        area_name: name.cloned().unwrap_or_default(),
        steps: area.steps.iter().map(|one| step(one, expected)).collect(),
    }
}

fn step(step: &Step, expected: Option<&Expected<'_>>) -> pb::CoverageStep {
    let calls = expected.map(|expected| expected.thousandths(&step.window));
    pb::CoverageStep {
        from: Some(moment(step.window.start)),
        to: Some(moment(step.window.end)),
        strengths: step.strengths.iter().map(strength).collect(),
        expected_calls_thousandths: calls.unwrap_or_default(),
    }
}

fn strength(strength: &Strength) -> pb::Strength {
    let Strength {
        measure,
        minimum,
        wanted,
        scheduled,
        missing_minimum,
        missing_wanted,
    } = strength;
    let level = match strength.level() {
        Level::Covered => pb::CoverageLevel::Covered,
        Level::BelowWanted => pb::CoverageLevel::BelowWanted,
        Level::BelowMinimum => pb::CoverageLevel::BelowMinimum,
    };
    pb::Strength {
        discipline: match &measure.counted {
            Counted::Heads(discipline) => discipline.clone(),
            Counted::Pairs => String::new(),
        },
        qualification: measure.qualification.clone().unwrap_or_default(),
        minimum: *minimum,
        wanted: *wanted,
        scheduled: *scheduled,
        missing_minimum: *missing_minimum,
        missing_wanted: *missing_wanted,
        level: level.into(),
    }
}

fn gaps(found: &Surveyed) -> Vec<pb::CoverageGap> {
    let shown = &found.coverage.gaps[..found.coverage.gaps.len().min(MOST_SHOWN)];
    let expected = expected(found, shown.iter().map(|gap| gap.area_id));
    shown
        .iter()
        .map(|one| gap(one, expected.get(&one.area_id)))
        .collect()
}

fn gap(gap: &Gap, expected: Option<&Expected<'_>>) -> pb::CoverageGap {
    let calls = expected.map(|expected| expected.thousandths(&gap.window));
    let busiest = expected.map(|expected| expected.busiest(&gap.window));
    pb::CoverageGap {
        area_id: text(gap.area_id),
        from: Some(moment(gap.window.start)),
        to: Some(moment(gap.window.end)),
        strength: Some(strength(&gap.strength)),
        expected_calls_thousandths: calls.unwrap_or_default(),
        busiest_calls_per_1000_hours: busiest.unwrap_or_default(),
    }
}

fn lapses(found: &Surveyed) -> Vec<pb::CoverageLapse> {
    let shown = found.coverage.lapses.iter().take(MOST_SHOWN);
    let of_shift = |one: &ShiftLapse| pb::CoverageLapse {
        shift_id: one.shift_id.to_string(),
        responder: Some(pb::Partner {
            responder_id: one.responder_id.to_string(),
            name: one.called.name.clone(),
            call_sign: one.called.call_sign.clone(),
        }),
        planned_start: Some(moment(one.planned.start)),
        planned_end: Some(moment(one.planned.end)),
        lapse: Some(lapse(&one.lapse)),
    };
    shown.map(of_shift).collect()
}

fn demand(area_id: Option<AreaId>, demand: &Demand) -> pb::Demand {
    pb::Demand {
        area_id: text(area_id),
        calls: (0..HOURS).map(|hour| demand.calls(hour)).collect(),
        calls_per_1000_hours: (0..HOURS).map(|hour| demand.per_1000_hours(hour)).collect(),
    }
}

fn count(all: usize) -> u32 {
    u32::try_from(all).unwrap_or(u32::MAX)
}
