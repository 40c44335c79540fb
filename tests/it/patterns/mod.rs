//! Patterns of shifts through the real door.

mod areas;
mod editing;
mod nights;
mod publishing;
mod racing;

use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, Town};

/// Every day from this date on, by a rule.
pub(crate) fn by_rule(start_date: &str, rule: &str) -> pb::Cadence {
    pb::Cadence {
        start_date: start_date.to_owned(),
        recurrence: Some(pb::cadence::Recurrence::Rrule(rule.to_owned())),
        ..Default::default()
    }
}

/// From when to when, one place, taken by these in turn.
pub(crate) fn post(local_start: &str, local_end: &str, places: &[&[&Member]]) -> pb::Post {
    let place = |place: &&[&Member]| pb::Place {
        responder_ids: place.iter().map(|member| member.id.clone()).collect(),
    };
    pb::Post {
        local_start: local_start.to_owned(),
        local_end: local_end.to_owned(),
        minimum: 1,
        wanted: 1.max(u32::try_from(places.len()).unwrap()),
        places: places.iter().map(place).collect(),
        ..Default::default()
    }
}

/// A pattern of the clinicians' agency.
pub(crate) fn creation(town: &Town, cadence: pb::Cadence, post: pb::Post) -> pb::CreatePatternRequest {
    let request_id = town.request_id();
    pb::CreatePatternRequest {
        agency_id: "bhr".to_owned(),
        name: format!("a pattern {request_id}"),
        request_id,
        discipline: "clinician".to_owned(),
        zone: String::new(),
        cadence: Some(cadence),
        post: Some(post),
    }
}

async fn create(town: &Town, request: pb::CreatePatternRequest) -> pb::Pattern {
    let created = town.admin.pattern().create_pattern(request).await.unwrap();
    created.into_inner().pattern.unwrap()
}

async fn update(
    town: &Town,
    pattern: &pb::Pattern,
    (scope, date): (pb::PatternScope, &str),
    path: &str,
    post: pb::Post,
) -> Result<pb::Pattern, Status> {
    let request = pb::UpdatePatternRequest {
        request_id: town.request_id(),
        pattern_id: pattern.pattern_id.clone(),
        expected_version: pattern.version,
        scope: scope.into(),
        date: date.to_owned(),
        update_mask: Some(prost_types::FieldMask {
            paths: vec![path.to_owned()],
        }),
        post: Some(post),
        ..Default::default()
    };
    let updated = town.admin.pattern().update_pattern(request).await?;
    Ok(updated.into_inner().pattern.unwrap())
}

/// A publication from one date to another.
pub(crate) fn publication(
    town: &Town,
    pattern: &pb::Pattern,
    from: &str,
    to: &str,
) -> pb::PublishPatternRequest {
    pb::PublishPatternRequest {
        request_id: town.request_id(),
        pattern_id: pattern.pattern_id.clone(),
        expected_version: pattern.version,
        from_date: from.to_owned(),
        to_date: to.to_owned(),
        dry_run: false,
        override_reason: String::new(),
    }
}

async fn publish(
    by: &Client,
    request: pb::PublishPatternRequest,
) -> Result<pb::PublishPatternResponse, Status> {
    Ok(by.pattern().publish_pattern(request).await?.into_inner())
}

/// The shifts made from a pattern, by start.
async fn shifts_of(town: &Town, pattern: &pb::Pattern) -> Vec<pb::Shift> {
    let request = pb::ListShiftsRequest {
        pattern_id: pattern.pattern_id.clone(),
        page_size: 500,
        ..Default::default()
    };
    let listed = town.admin.schedule().list_shifts(request).await.unwrap();
    listed.into_inner().shifts
}

/// What a responder has heard of since this token: each event's kind and shift.
async fn heard_since(of: &Client, resume_token: &str) -> (Vec<(pb::EventKind, pb::Shift)>, String) {
    let request = pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let heard = of.streaming().list_events(request).await.unwrap().into_inner();
    let events = heard.updates.into_iter().flat_map(|update| update.events);
    let of_shifts = events.filter_map(|event| {
        let kind = event.kind();
        let Some(pb::event::After::Shift(shift)) = event.after else {
            return None;
        };
        Some((kind, shift))
    });
    (of_shifts.collect(), heard.resume_token)
}
