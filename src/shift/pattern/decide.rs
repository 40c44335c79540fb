//! Creating, changing and retiring patterns.

use super::command::{CreatePattern, RetirePattern, SetPatternPart, UpdatePattern};
use super::{MOST_PARTS, Pattern, Phase, Post};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{AgencyId, PatternId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::shift::decide::LONGEST_HOURS;

/// Creates a pattern.
pub fn create_pattern(draft: &mut Draft<'_>, command: &CreatePattern) -> Result<Reply, Refusal> {
    let board = draft.board();
    if !board.agencies.contains_key(&command.agency_id) {
        return Err(Refusal::field(Reason::NotFound, "agency_id", "no such agency"));
    }
    if !board.policy().disciplines().contains(command.discipline.as_str()) {
        return Err(Refusal::field(
            Reason::NotFound,
            "discipline",
            "the policy knows no such discipline",
        ));
    }
    check_name(board, &command.agency_id, &command.name)?;
    let pattern = Pattern {
        id: PatternId::next(draft.ids, draft.at),
        agency_id: command.agency_id.clone(),
        name: command.name.clone(),
        discipline: command.discipline.clone(),
        zone: command.zone.clone(),
        phases: vec![Phase {
            first_on: command.cadence.starts_on,
            cadence: command.cadence.clone(),
            post: command.post.clone(),
        }],
        exceptions: std::collections::BTreeMap::new(),
        retired_at: None,
        version: 1,
    };
    check(draft.board(), &pattern, None)?;
    Ok(put(draft, EventKind::PatternCreated, pattern))
}

/// Changes a pattern. A change that says nothing new changes nothing.
pub fn update_pattern(draft: &mut Draft<'_>, command: &UpdatePattern) -> Result<Reply, Refusal> {
    let before = standing(draft.board(), command.pattern_id, command.expected_version)?;
    if before.retired_at.is_some() {
        return Err(Refusal::state("the pattern is retired", "RETIRED"));
    }
    let mut pattern = before.edited(command.scope, &command.change)?;
    if pattern.name != before.name {
        check_name(draft.board(), &pattern.agency_id, &pattern.name)?;
    }
    check(draft.board(), &pattern, Some(before))?;
    if pattern == *before {
        return Ok(Reply::Pattern(Box::new(pattern)));
    }
    pattern.version += 1;
    Ok(put(draft, EventKind::PatternChanged, pattern))
}

/// Sets one part of a pattern that is in use. Says whether that changed anything.
pub fn set_pattern_part(draft: &mut Draft<'_>, command: &SetPatternPart) -> Result<bool, Refusal> {
    let known = draft.board().patterns.get(&command.pattern_id);
    let before = known.ok_or_else(|| Refusal::not_found("pattern", command.pattern_id))?;
    let mut pattern = before.with_part(&command.part);
    check(draft.board(), &pattern, Some(before))?;
    if pattern == *before {
        return Ok(false);
    }
    pattern.version += 1;
    put(draft, EventKind::PatternChanged, pattern);
    Ok(true)
}

/// Retires a pattern. Its shifts stay until it is published again.
pub fn retire_pattern(draft: &mut Draft<'_>, command: &RetirePattern) -> Result<Reply, Refusal> {
    let before = standing(draft.board(), command.pattern_id, command.expected_version)?;
    if before.retired_at.is_some() {
        return Err(Refusal::state("the pattern is retired already", "RETIRED"));
    }
    let pattern = Pattern {
        retired_at: Some(draft.at),
        version: before.version + 1,
        ..before.clone()
    };
    Ok(put(draft, EventKind::PatternRetired, pattern))
}

/// The pattern, in the version that the caller read.
pub(super) fn standing(board: &Board, id: PatternId, expected_version: u64) -> Result<&Pattern, Refusal> {
    let pattern = board.patterns.get(&id);
    let pattern = pattern.ok_or_else(|| Refusal::not_found("pattern", id))?;
    if pattern.version == expected_version {
        Ok(pattern)
    } else {
        Err(Refusal::stale(expected_version, pattern.version))
    }
}

/// Of the patterns of an agency that are in use no two have one name: a table knows them by it.
fn check_name(board: &Board, agency_id: &AgencyId, name: &str) -> Result<(), Refusal> {
    let in_use = board.patterns.values().filter(|one| one.retired_at.is_none());
    let mut of_agency = in_use.filter(|one| one.agency_id == *agency_id);
    if of_agency.any(|one| one.name == name) {
        let why = "another pattern of this agency has this name";
        return Err(Refusal::field(Reason::AlreadyExists, "name", why));
    }
    Ok(())
}

/// Whether it can be worked as it says. What stood before is not looked at again: people leave, and areas go.
fn check(board: &Board, pattern: &Pattern, before: Option<&Pattern>) -> Result<(), Refusal> {
    if pattern.phases.len() > MOST_PARTS || pattern.exceptions.len() > MOST_PARTS {
        let why =
            format!("a pattern has at most {MOST_PARTS} phases and as many exceptions: create another one");
        return Err(Refusal::field(Reason::TooMany, "scope", why));
    }
    let all = |pattern: &Pattern| -> Vec<Post> {
        let of_phases = pattern.phases.iter().map(|phase| &phase.post);
        of_phases.chain(pattern.exceptions.values()).cloned().collect()
    };
    let known = before.map(all).unwrap_or_default();
    for post in all(pattern).iter().filter(|post| !known.contains(post)) {
        check_post(board, pattern, post)?;
    }
    Ok(())
}

fn check_post(board: &Board, pattern: &Pattern, post: &Post) -> Result<(), Refusal> {
    let longest = u32::try_from(LONGEST_HOURS * 60).unwrap_or(u32::MAX);
    if !(1..=longest).contains(&post.length_minutes) {
        let why = format!("a shift lasts at least a minute and at most {LONGEST_HOURS} hours");
        return Err(Refusal::field(
            Reason::InvalidWindow,
            "post.duration_minutes",
            why,
        ));
    }
    if post.minimum > post.wanted {
        let why = "no more can be needed than are wanted";
        return Err(Refusal::field(Reason::OutOfRange, "post.minimum", why));
    }
    if post.places.len() > post.wanted as usize {
        let why = "there are more places than are wanted";
        return Err(Refusal::field(Reason::TooMany, "post.places", why));
    }
    if post.area_id.is_some_and(|id| !board.areas.contains_key(&id)) {
        return Err(Refusal::field(Reason::NotFound, "post.area_id", "no such area"));
    }
    for (place, list) in post.places.iter().enumerate() {
        for (turn, id) in list.iter().enumerate() {
            let field = format!("post.places[{place}].responder_ids[{turn}]");
            check_responder(board, &pattern.agency_id, &pattern.discipline, *id)
                .map_err(|refusal| refusal.at_field(field))?;
        }
    }
    Ok(())
}

fn check_responder(
    board: &Board,
    agency_id: &AgencyId,
    discipline: &str,
    id: ResponderId,
) -> Result<(), Refusal> {
    let known = board.responders.get(&id);
    let one = known.filter(|one| one.agency_id == *agency_id && one.discipline == discipline);
    let Some(responder) = one else {
        let why = "the agency has no such responder of this discipline";
        return Err(Refusal::new(Reason::NotFound, why));
    };
    if responder.retired_at.is_some() {
        return Err(Refusal::new(Reason::Retired, "he is retired"));
    }
    Ok(())
}

fn put(draft: &mut Draft<'_>, kind: EventKind, pattern: Pattern) -> Reply {
    let after = After::Pattern(Box::new(pattern.clone()));
    draft.emit(Happening::new(kind, after));
    Reply::Pattern(Box::new(pattern))
}
