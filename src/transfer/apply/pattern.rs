//! One row about a pattern. What the file does not say of it stays: its shifts follow when it is published again.

use super::index::Index;
use super::{Applied, Outcome};
use crate::board::{Board, Draft};
use crate::id::{AreaId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::shift::pattern::command::{CreatePattern, PatternPart, SetPatternPart};
use crate::shift::pattern::decide::{create_pattern, set_pattern_part};
use crate::shift::pattern::{Pattern, Post};
use crate::transfer::pattern::{Holds, PatternRow, PostRow};
use crate::transfer::value::Whom;
use crate::transfer::{Import, Row, RowFault};

/// Of those that were there before names had to differ.
pub(super) const TWO: &str = "two patterns of this agency have this name: give one another";

pub(super) fn apply(
    draft: &mut Draft<'_>,
    index: &mut Index,
    import: &Import,
    row: &Row<PatternRow>,
) -> Applied {
    let says = &row.says;
    let fault = |field, reason, detail: &str| -> Vec<RowFault> {
        vec![import.fault(row.number, field, reason, detail)]
    };
    if import
        .bound_to
        .as_ref()
        .is_some_and(|bound| *bound != says.agency_id)
    {
        let told = "this token keeps the roster of another agency";
        return Err(fault("agency", Reason::NotYours, told));
    }
    let post = post(index, &says.post).map_err(|(field, told)| fault(field, Reason::NotFound, &told))?;
    let standing = standing(draft.board(), index, says)
        .map_err(|told| fault("name", Reason::AlreadyExists, told))?
        .cloned();
    let refused = |refusal: Refusal| of_row(import, row.number, &refusal);
    let Some(before) = standing else {
        let Holds::Always(cadence) = &says.holds else {
            let told = "there is no such pattern: its first row has neither `holds_from` nor `holds_on`";
            return Err(fault("name", Reason::NotFound, told));
        };
        let create = CreatePattern {
            agency_id: says.agency_id.clone(),
            name: says.name.clone(),
            discipline: says.discipline.clone(),
            zone: says.zone.clone(),
            cadence: cadence.clone(),
            post,
        };
        create_pattern(draft, &create).map_err(refused)?;
        index.enter_patterns(draft.board());
        return Ok((Outcome::Created, Vec::new()));
    };
    for (field, said, stands) in [
        ("discipline", &says.discipline, &before.discipline),
        ("zone", &says.zone, &before.zone),
    ] {
        if said != stands {
            let told = format!("it is {stands}, and that cannot be changed");
            return Err(fault(field, Reason::NotInThisState, &told));
        }
    }
    let set = SetPatternPart {
        pattern_id: before.id,
        part: match &says.holds {
            Holds::Always(cadence) => PatternPart::Always(cadence.clone(), post),
            Holds::From(date, cadence) => PatternPart::From(*date, cadence.clone(), post),
            Holds::On(date) => PatternPart::On(*date, post),
        },
    };
    let changed = set_pattern_part(draft, &set).map_err(refused)?;
    let outcome = if changed {
        Outcome::Updated
    } else {
        Outcome::Unchanged
    };
    Ok((outcome, Vec::new()))
}

/// The pattern of this agency and name that is in use.
fn standing<'b>(
    board: &'b Board,
    index: &Index,
    says: &PatternRow,
) -> Result<Option<&'b Pattern>, &'static str> {
    match index.patterns_called(&says.agency_id, &says.name) {
        [] => Ok(None),
        [id] => Ok(board.patterns.get(id)),
        _ => Err(TWO),
    }
}

fn post(index: &Index, says: &PostRow) -> Result<Post, (&'static str, String)> {
    let area_id: Option<AreaId> = match &says.area {
        Some(name) => {
            let found = index.area(name);
            Some(found.ok_or_else(|| ("area", format!("there is no area `{name}`")))?)
        }
        None => None,
    };
    let one = |whom: &Whom| -> Result<ResponderId, (&'static str, String)> {
        let told = || ("places", format!("there is no responder `{}`", whom.call_sign));
        index.meant(whom).ok_or_else(told)
    };
    let in_turn = |place: &Vec<Whom>| place.iter().map(one).collect::<Result<Vec<_>, _>>();
    Ok(Post {
        start_minute: says.start_minute,
        length_minutes: says.end.length_from(says.start_minute),
        area_id,
        required_qualifications: says.required_qualifications.clone(),
        minimum: says.minimum,
        wanted: says.wanted,
        places: says.places.iter().map(in_turn).collect::<Result<_, _>>()?,
        turn_days: says.turn_days,
    })
}

/// What stands against a pattern, as faults of the row's columns.
fn of_row(import: &Import, number: u32, refusal: &Refusal) -> Vec<RowFault> {
    let column = |field: &str| -> &'static str {
        let field = field.strip_prefix("post.").unwrap_or(field);
        let known = ["discipline", "minimum", "duration_minutes"];
        let found = known.into_iter().find(|column| *column == field);
        found.unwrap_or(if field.starts_with("places") {
            "places"
        } else if field == "agency_id" {
            "agency"
        } else {
            "name"
        })
    };
    let field = refusal.violations.first().map_or("", |fault| &fault.field);
    vec![import.fault(number, column(field), refusal.reason, &refusal.detail)]
}
