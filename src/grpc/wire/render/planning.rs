//! Proposals and suggestions.

use std::time::Duration;

use super::super::super::pb;
use super::{moment, text};
use crate::desk::{Search, Searched, Suggested};
use crate::filling::plan::{Outcome, ShiftOutcome, Stopped};
use crate::filling::{Cost, Obstacle, Rule, Term, Unfit};
use crate::moment::Moment;

/// So many who are stopped, or suggested, are told of one shift.
const MOST_TOLD: usize = 200;

/// How far a search has come.
pub(crate) fn progress(seen: Searched) -> pb::RosterProgress {
    pb::RosterProgress {
        cost: seen.progress.cost,
        elapsed_milliseconds: milliseconds(seen.elapsed),
        step_count: seen.progress.steps,
    }
}

/// A shift as it is proposed.
pub(crate) fn proposed_shift(one: &ShiftOutcome) -> pb::ProposedShift {
    let further = one.stopped.len().saturating_sub(MOST_TOLD);
    pb::ProposedShift {
        shift_id: one.shift.id.to_string(),
        version: one.shift.version,
        responder_id: text(one.responder_id),
        previous_responder_id: text(one.shift.responder_id),
        obstacles: one.stopped.iter().take(MOST_TOLD).map(obstacle).collect(),
        further_obstacle_count: u32::try_from(further).unwrap_or(u32::MAX),
    }
}

/// A proposal as a whole.
pub(crate) fn proposal(search: &Search, outcome: &Outcome) -> pb::RosterProposal {
    let count = |counts: fn(&ShiftOutcome) -> bool| {
        let counted = outcome.shifts.iter().filter(|one| counts(one)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    let Outcome {
        shifts: _,
        cost,
        standing_cost,
    } = outcome;
    pb::RosterProposal {
        filled_count: count(|one| one.shift.responder_id.is_none() && one.responder_id.is_some()),
        changed_count: count(|one| one.shift.responder_id.is_some()),
        open_count: count(|one| one.responder_id.is_none()),
        costs: costs(cost),
        standing_costs: costs(standing_cost),
        elapsed_milliseconds: milliseconds(search.elapsed()),
        revision: search.revision,
        server_time: Some(moment(search.at)),
    }
}

/// Who could take a shift.
pub(crate) fn suggested(suggested: &Suggested, now: Moment) -> pb::SuggestForShiftResponse {
    let able = suggested.able.iter().take(MOST_TOLD);
    let stopped = suggested.stopped.iter().take(MOST_TOLD);
    pb::SuggestForShiftResponse {
        suggestions: able
            .map(|(responder_id, cost)| pb::SuggestedResponder {
                responder_id: responder_id.to_string(),
                cost: cost.total(),
                costs: costs(cost),
            })
            .collect(),
        obstacles: stopped.map(obstacle).collect(),
        revision: suggested.revision,
        server_time: Some(moment(now)),
    }
}

fn milliseconds(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

fn costs(cost: &Cost) -> Vec<pb::RosterCost> {
    let rendered = |(term, cost)| pb::RosterCost {
        kind: kind(term).into(),
        cost,
    };
    cost.parts().map(rendered).collect()
}

fn kind(term: Term) -> pb::RosterCostKind {
    match term {
        Term::Wishes => pb::RosterCostKind::Preferences,
        Term::Missing => pb::RosterCostKind::Open,
        Term::Nights => pb::RosterCostKind::Nights,
        Term::Weekends => pb::RosterCostKind::Weekends,
        Term::Pairs => pb::RosterCostKind::Apart,
        Term::Changes => pb::RosterCostKind::Changes,
        // A shift of a board is one person's: never more than are wanted.
        Term::Over => pb::RosterCostKind::Unspecified,
    }
}

fn obstacle(stopped: &Stopped) -> pb::RosterObstacle {
    use pb::RosterObstacleKind as Kind;
    let mut told = pb::RosterObstacle {
        responder_id: stopped.responder_id.to_string(),
        shift_id: text(stopped.works),
        ..Default::default()
    };
    let kind = match &stopped.obstacle {
        Obstacle::Unfit(unfit) => match unfit {
            // Whom it does not concern is not told of.
            Unfit::NotHis => Kind::Unspecified,
            Unfit::OtherArea => Kind::Area,
            Unfit::NotQualified(qualification) => {
                told.qualification.clone_from(qualification);
                Kind::NotQualified
            }
            Unfit::QualificationLapses(qualification, at) => {
                told.qualification.clone_from(qualification);
                told.lapses_at = Some(moment(*at));
                Kind::QualificationLapses
            }
            Unfit::Works(_) => Kind::Works,
            Unfit::TooLong => Kind::Hours,
            Unfit::OnLeave => Kind::OnLeave,
            Unfit::Unavailable(away) => {
                told.away_from = Some(moment(away.start));
                told.away_until = Some(moment(away.end));
                Kind::Unavailable
            }
            Unfit::OptedOut(until) => {
                told.away_until = Some(moment(*until));
                Kind::OptedOut
            }
        },
        Obstacle::Works(_) | Obstacle::HasIt | Obstacle::Full => Kind::Works,
        Obstacle::Breaks(rule, _) => broken(*rule),
        Obstacle::Unchosen(cost) => {
            told.costs = costs(cost);
            Kind::NotChosen
        }
    };
    told.kind = kind.into();
    told
}

fn broken(rule: Rule) -> pb::RosterObstacleKind {
    match rule {
        Rule::Rest => pb::RosterObstacleKind::Rest,
        Rule::MostMinutes => pb::RosterObstacleKind::Hours,
        Rule::MostNights => pb::RosterObstacleKind::Nights,
        // What no policy asks for.
        Rule::Fit
        | Rule::Succession
        | Rule::LongestRun
        | Rule::MostWeekends
        | Rule::MostOfKind
        | Rule::ShortestRun
        | Rule::ShortestOff
        | Rule::LeastMinutes => pb::RosterObstacleKind::Unspecified,
    }
}
