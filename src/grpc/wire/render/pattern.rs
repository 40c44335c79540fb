//! Patterns of shifts, and what a publication does.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::pb;
use super::{breach, lapse, moment, shift, text};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Window;
use crate::shift::civil::DAY_MINUTES;
use crate::shift::date::LocalDate;
use crate::shift::pattern::{Cadence, Change, Pattern, Post, Publication, Recurrence, ShiftChange};
use crate::shift::rules::Breach;

/// A pattern.
pub(crate) fn pattern(pattern: &Pattern) -> pb::Pattern {
    let phases = pattern.phases.iter().map(|phase| pb::PatternPhase {
        first_date: phase.first_on.to_string(),
        cadence: Some(cadence(&phase.cadence)),
        post: Some(post(&phase.post)),
    });
    let exceptions = pattern
        .exceptions
        .iter()
        .map(|(date, instead)| pb::PatternException {
            date: date.to_string(),
            post: Some(post(instead)),
        });
    pb::Pattern {
        pattern_id: pattern.id.to_string(),
        agency_id: pattern.agency_id.to_string(),
        name: pattern.name.clone(),
        discipline: pattern.discipline.clone(),
        zone: pattern.zone.clone(),
        phases: phases.collect(),
        exceptions: exceptions.collect(),
        retired_at: pattern.retired_at.map(moment),
        version: pattern.version,
    }
}

fn cadence(cadence: &Cadence) -> pb::Cadence {
    let dates = |dates: &BTreeSet<LocalDate>| dates.iter().map(ToString::to_string).collect();
    let recurrence = match &cadence.recurrence {
        Recurrence::Rule(rule) => pb::cadence::Recurrence::Rrule(rule.to_string()),
        Recurrence::Rotation(rotation) => pb::cadence::Recurrence::Rotation(pb::Rotation {
            cycle_days: rotation.cycle_days,
            days_on: rotation.days_on.iter().copied().collect(),
        }),
    };
    pb::Cadence {
        start_date: cadence.starts_on.to_string(),
        recurrence: Some(recurrence),
        except_dates: dates(&cadence.except_dates),
        extra_dates: dates(&cadence.extra_dates),
    }
}

/// A time on the wall clock, `HH:MM`.
pub(super) fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute % DAY_MINUTES / 60, minute % 60)
}

fn post(post: &Post) -> pb::Post {
    let places = post.places.iter().map(|place| pb::Place {
        responder_ids: place.iter().map(ToString::to_string).collect(),
    });
    pb::Post {
        local_start: clock(post.start_minute),
        local_end: clock(post.start_minute + post.length_minutes),
        duration_minutes: post.length_minutes,
        area_id: text(post.area_id),
        required_qualifications: post.required_qualifications.iter().cloned().collect(),
        minimum: post.minimum,
        wanted: post.wanted,
        places: places.collect(),
        turn_days: post.turn_days,
    }
}

/// What a publication did; without revision and time. Of what was not done, new shifts have no id.
pub(crate) fn publication(publication: &Publication, dry_run: bool) -> pb::PublishPatternResponse {
    let new = publication.changes.iter();
    let new = new.filter(|change| dry_run && change.change == Change::Added);
    let nobodys: BTreeSet<ShiftId> = new.map(|change| change.shift.id).collect();
    let changes = publication
        .changes
        .iter()
        .map(|change| shift_change(change, &nobodys));
    pb::PublishPatternResponse {
        changes: changes.collect(),
        effects: effects(publication),
        kept: publication.kept.iter().map(shift).collect(),
        unchanged_count: publication.unchanged,
        begun_count: publication.begun,
        revision: 0,
        server_time: None,
    }
}

fn shift_change(change: &ShiftChange, nobodys: &BTreeSet<ShiftId>) -> pb::ShiftChange {
    let kind = match change.change {
        Change::Added => pb::ShiftChangeKind::Added,
        Change::Restored => pb::ShiftChangeKind::Restored,
        Change::Changed => pb::ShiftChangeKind::Changed,
        Change::Cancelled => pb::ShiftChangeKind::Cancelled,
    };
    let before = change.before.as_ref();
    let mut after = shift(&change.shift);
    if nobodys.contains(&change.shift.id) {
        after.shift_id.clear();
    }
    let breaches = change.breaches.iter().map(|found| {
        let shift_ids = &found.shift_ids - nobodys;
        breach(&Breach {
            shift_ids,
            ..found.clone()
        })
    });
    pb::ShiftChange {
        kind: kind.into(),
        lapses: change.lapses.iter().map(lapse).collect(),
        breaches: breaches.collect(),
        shift: Some(after),
        responder_id_before: text(before.and_then(|before| before.responder_id)),
        planned_start_before: before.map(|before| moment(before.planned.start)),
        planned_end_before: before.map(|before| moment(before.planned.end)),
    }
}

fn effects(publication: &Publication) -> Vec<pb::ShiftEffect> {
    let mut effects: BTreeMap<ResponderId, pb::ShiftEffect> = BTreeMap::new();
    let mut of = |responder_id: ResponderId, note: &dyn Fn(&mut pb::ShiftEffect)| {
        let effect = effects.entry(responder_id).or_insert_with(|| pb::ShiftEffect {
            responder_id: responder_id.to_string(),
            ..Default::default()
        });
        note(effect);
    };
    let seconds = |window: Window| u64::try_from(window.start.seconds_until(window.end)).unwrap_or_default();
    for change in &publication.changes {
        if let Some((who, window)) = change.gained_by() {
            of(who, &|effect| {
                effect.gained_count += 1;
                effect.gained_seconds += seconds(window);
            });
        }
        if let Some((who, window)) = change.lost_by() {
            of(who, &|effect| {
                effect.lost_count += 1;
                effect.lost_seconds += seconds(window);
            });
        }
    }
    effects.into_values().collect()
}
