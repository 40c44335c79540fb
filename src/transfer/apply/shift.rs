//! One row about a shift, and the shifts of a replaced period that the file does not have.

use std::collections::BTreeSet;

use super::index::Index;
use super::origin::Place;
use super::{Applied, Outcome, Tally};
use crate::board::{Board, Draft, EventKind, ExternalReference};
use crate::id::{AgencyId, AreaId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::shift::command::CancelShift;
use crate::shift::decide::{cancel_shift, put, put_foreign, tell_lost};
use crate::shift::{Origin, Shift, ShiftState};
use crate::transfer::shift::ShiftRow;
use crate::transfer::{HeldRow, Import, ROWS_A_PART, Row, RowFault, Rows};

/// What a row means on this board.
struct Meant {
    agency_id: AgencyId,
    responder_id: Option<ResponderId>,
    /// None: the file does not say.
    area_id: Option<Option<AreaId>>,
    /// The place of a pattern that it was made for.
    place: Option<Place>,
}

pub(super) fn apply(
    draft: &mut Draft<'_>,
    index: &mut Index,
    import: &Import,
    place: usize,
    row: &Row<ShiftRow>,
) -> Applied {
    let meant = meant(draft.board(), index, import, row)?;
    let before = standing(draft.board(), index, import, row, &meant)?;
    match &before {
        None if is_long_over(draft, row.says.planned.end) => return Ok((Outcome::Past, Vec::new())),
        Some(_) | None if row.says.state == ShiftState::Cancelled => {
            return cancel(draft, index, import, before, row, meant);
        }
        Some(before) if before.state == ShiftState::Cancelled => {
            return Ok((Outcome::Unchanged, vec![stays_cancelled(row.number, before)]));
        }
        Some(_) | None => {}
    }
    if let Some(told) = overlap(
        draft.board(),
        index,
        import,
        place,
        &meant,
        row.says.planned,
        before.as_ref(),
    ) {
        let fault = import.fault(row.number, "responder", Reason::ShiftOverlaps, told);
        return Err(vec![fault]);
    }
    match before {
        Some(before) => Ok((change(draft, index, &before, row, meant), Vec::new())),
        None => {
            create(draft, index, row, meant);
            Ok((Outcome::Created, Vec::new()))
        }
    }
}

fn meant(board: &Board, index: &Index, import: &Import, row: &Row<ShiftRow>) -> Result<Meant, Vec<RowFault>> {
    let says = &row.says;
    let fault = |field, reason, detail: &str| vec![import.fault(row.number, field, reason, detail)];
    let responder = match &says.responder {
        Some(whom) => {
            let found = index.meant(whom).and_then(|id| board.responders.get(&id));
            Some(found.ok_or_else(|| fault("responder", Reason::NotFound, "no such responder"))?)
        }
        None => None,
    };
    if responder.is_some_and(|one| one.retired_at.is_some()) {
        return Err(fault("responder", Reason::Retired, "he is retired"));
    }
    let own = responder.map(|one| one.agency_id.clone());
    let agency_id = says.agency_id.clone().or_else(|| own.clone());
    let agency_id = agency_id.ok_or_else(|| fault("agency", Reason::Required, "it says no agency"))?;
    if !board.agencies.contains_key(&agency_id) {
        return Err(fault("agency", Reason::NotFound, "no such agency"));
    }
    if own.is_some_and(|own| own != agency_id) {
        return Err(fault(
            "responder",
            Reason::NotFound,
            "the agency has no such responder",
        ));
    }
    if import.bound_to.as_ref().is_some_and(|bound| *bound != agency_id) {
        let told = "this token keeps the roster of another agency";
        return Err(fault("agency", Reason::NotYours, told));
    }
    if import
        .replace
        .as_ref()
        .is_some_and(|replace| replace.agency_id != agency_id)
    {
        return Err(fault(
            "agency",
            Reason::OutOfRange,
            "the file replaces another agency's shifts",
        ));
    }
    let area_id = match &says.area {
        Some(Some(name)) => {
            let found = index.area(name);
            Some(Some(
                found.ok_or_else(|| fault("area", Reason::NotFound, "no such area"))?,
            ))
        }
        Some(None) => Some(None),
        None => None,
    };
    let place = match &says.origin {
        Some(origin) => {
            let found = Place::meant(index, &agency_id, origin);
            Some(found.map_err(|(reason, told)| fault("pattern", reason, told))?)
        }
        None => None,
    };
    Ok(Meant {
        place,
        agency_id,
        responder_id: responder.map(|one| one.id),
        area_id,
    })
}

/// The shift that a row is about: by its name in the other system; by its place in a pattern; without one, the same
/// person at the same time.
fn standing(
    board: &Board,
    index: &Index,
    import: &Import,
    row: &Row<ShiftRow>,
    meant: &Meant,
) -> Result<Option<Shift>, Vec<RowFault>> {
    let says = &row.says;
    let found = index.shifts_by_names(&says.references);
    if found.len() > 1 {
        let told = "two shifts have these names";
        return Err(vec![import.fault(
            row.number,
            import.name_field(),
            Reason::AlreadyExists,
            told,
        )]);
    }
    let by_time = || {
        let mut worked = index
            .worked_by(meant.responder_id)
            .filter_map(|id| board.shifts.get(&id));
        let area = meant.area_id.flatten();
        worked.find(|shift| {
            shift.planned == says.planned
                && shift.agency_id == meant.agency_id
                && shift.external_references.is_empty()
                && (meant.responder_id.is_some() || shift.area_id == area)
        })
    };
    let made = meant.place.as_ref().and_then(|place| index.made_for(place));
    if made.is_some_and(|made| found.first().is_some_and(|named| *named != made)) {
        let told = "another shift was made for this place of the pattern";
        return Err(vec![import.fault(
            row.number,
            "pattern",
            Reason::AlreadyExists,
            told,
        )]);
    }
    let shift = match found.first().copied().or(made) {
        Some(id) => board.shifts.get(&id),
        None if says.references.is_empty() => by_time(),
        None => None,
    };
    if let Some(shift) = shift.filter(|shift| shift.agency_id != meant.agency_id) {
        let told = format!("this shift is of {}", shift.agency_id);
        return Err(vec![import.fault(
            row.number,
            "agency",
            Reason::NotInThisState,
            told,
        )]);
    }
    Ok(shift.cloned())
}

/// Of one person no two shifts overlap. One that a later row of the same file sets anew does not count: where the file
/// leaves it is looked at then.
fn overlap(
    board: &Board,
    index: &Index,
    import: &Import,
    place: usize,
    meant: &Meant,
    planned: Window,
    own: Option<&Shift>,
) -> Option<String> {
    meant.responder_id?;
    let mut worked = index
        .worked_by(meant.responder_id)
        .filter_map(|id| board.shifts.get(&id));
    let other = worked.find(|shift| {
        own.is_none_or(|own| own.id != shift.id)
            && shift.planned.overlaps(&planned)
            && !comes_later(import, place, &shift.external_references)
    })?;
    let local = |at| crate::shift::civil::to_local(at, &other.zone).unwrap_or_default();
    let (start, end) = (local(other.planned.start), local(other.planned.end));
    Some(format!("he has a shift from {start} to {end} in {}", other.zone))
}

fn comes_later(import: &Import, place: usize, names: &BTreeSet<ExternalReference>) -> bool {
    let Rows::Shifts(rows) = &import.rows else {
        return false;
    };
    let mut places = names.iter().filter_map(|name| import.named.get(name));
    places.any(|later| {
        let stands = rows
            .get(*later)
            .is_some_and(|row| !import.left_out.contains(&row.number));
        *later > place && stands
    })
}

/// What is long over has left the board, and corrections of worked time are no import.
fn is_long_over(draft: &Draft<'_>, end: Moment) -> bool {
    end.plus_seconds(Shift::STAYS_SECONDS) <= draft.at
}

/// What the file says is cancelled. Where nothing stands, the place of a pattern is kept so, and publishing leaves it alone.
fn cancel(
    draft: &mut Draft<'_>,
    index: &mut Index,
    import: &Import,
    before: Option<Shift>,
    row: &Row<ShiftRow>,
    meant: Meant,
) -> Applied {
    let (outcome, shift) = match before {
        Some(before) if before.state != ShiftState::Cancelled => (Outcome::Updated, before),
        None if meant.place.is_some() => (Outcome::Created, create(draft, index, row, meant)),
        Some(_) | None => return Ok((Outcome::Unchanged, Vec::new())),
    };
    let command = CancelShift {
        shift_id: shift.id,
        expected_version: shift.version,
    };
    let refused = |refusal: Refusal| vec![import.fault(row.number, "state", refusal.reason, refusal.detail)];
    cancel_shift(draft, &command).map_err(refused)?;
    index.leave_shift(&shift);
    Ok((outcome, Vec::new()))
}

fn create(draft: &mut Draft<'_>, index: &mut Index, row: &Row<ShiftRow>, meant: Meant) -> Shift {
    let says = &row.says;
    let place = meant.place;
    let mut shift = Shift {
        id: ShiftId::next(draft.ids, draft.at),
        agency_id: meant.agency_id,
        responder_id: meant.responder_id,
        state: ShiftState::Draft,
        planned: says.planned,
        zone: says.zone.clone(),
        area_id: meant.area_id.flatten(),
        required_qualifications: says.required_qualifications.clone().unwrap_or_default(),
        override_reason: String::new(),
        actual_start: None,
        actual_end: None,
        held_over: None,
        absences: Vec::new(),
        external_references: says.references.clone(),
        origin: None,
        acknowledged: None,
        version: 1,
        filed: false,
    };
    shift.origin = origin(draft.board(), &shift, row, place.as_ref());
    put_foreign(draft, EventKind::ShiftCreated, &shift, None);
    if says.state == ShiftState::Published {
        shift.state = ShiftState::Published;
        shift.version = 2;
        put_foreign(draft, EventKind::ShiftPublished, &shift, shift.responder_id);
    }
    index.enter_shift(&shift);
    shift
}

/// Where a shift comes from that a pattern has made in another place.
fn origin(board: &Board, shift: &Shift, row: &Row<ShiftRow>, place: Option<&Place>) -> Option<Origin> {
    let says = row.says.origin.as_ref()?;
    // That it was cancelled is what a hand has changed.
    let by_hand = says.by_hand && row.says.state != ShiftState::Cancelled;
    Some(place?.origin(board, shift, by_hand))
}

fn change(
    draft: &mut Draft<'_>,
    index: &mut Index,
    before: &Shift,
    row: &Row<ShiftRow>,
    meant: Meant,
) -> Outcome {
    let says = &row.says;
    let mut after = before.clone();
    after.responder_id = meant.responder_id;
    after.planned = says.planned;
    after.zone.clone_from(&says.zone);
    after.area_id = meant.area_id.unwrap_or(before.area_id);
    if let Some(required) = &says.required_qualifications {
        after.required_qualifications.clone_from(required);
    }
    after.external_references.extend(says.references.iter().cloned());
    if says.state == ShiftState::Published {
        // What is in force is not taken back to a draft by a file.
        after.state = ShiftState::Published;
    }
    if after.origin.is_none() {
        after.origin = origin(draft.board(), &after, row, meant.place.as_ref());
    }
    if after == *before {
        return Outcome::Unchanged;
    }
    after.version += 1;
    after.acknowledged = None;
    if after.responder_id != before.responder_id {
        after.override_reason.clear();
    }
    index.leave_shift(before);
    index.enter_shift(&after);
    let (kind, told) = match (before.state, after.state) {
        (ShiftState::Published, _) => (EventKind::ShiftChanged, after.responder_id),
        (_, ShiftState::Published) => (EventKind::ShiftPublished, after.responder_id),
        (_, ShiftState::Draft | ShiftState::Cancelled) => (EventKind::ShiftCreated, None),
    };
    put_foreign(draft, kind, &after, told);
    let had = before
        .responder_id
        .filter(|_| before.state == ShiftState::Published);
    if let Some(had) = had.filter(|had| Some(*had) != after.responder_id) {
        tell_lost(draft, had, after, kind);
    }
    Outcome::Updated
}

/// Cancels some of the shifts of a replaced period that have not begun and are not in the file. The name that the other
/// system had for one goes with it, so that the same name may come back; whoever cancels by hand leaves it, and it stays
/// cancelled.
pub(super) fn vacate(draft: &mut Draft<'_>, import: &Import) -> Tally {
    let mut tally = Tally::default();
    let (Some(replace), Rows::Shifts(rows)) = (&import.replace, &import.rows) else {
        return tally;
    };
    let index = Index::of(draft.board());
    let unnamed: BTreeSet<(Option<ResponderId>, Window)> = rows
        .iter()
        .filter(|row| row.says.references.is_empty())
        .map(|row| {
            (
                row.says.responder.as_ref().and_then(|whom| index.meant(whom)),
                row.says.planned,
            )
        })
        .collect();
    let made: BTreeSet<Place> = rows
        .iter()
        .filter_map(|row| Place::meant(&index, &replace.agency_id, row.says.origin.as_ref()?).ok())
        .collect();
    let in_file = |shift: &Shift| {
        let made_for = shift.origin.as_ref().map(Place::of);
        made_for.is_some_and(|place| made.contains(&place))
            || shift
                .external_references
                .iter()
                .any(|name| import.named.contains_key(name))
            || (shift.external_references.is_empty()
                && unnamed.contains(&(shift.responder_id, shift.planned)))
    };
    let going: Vec<Shift> = draft
        .board()
        .shifts
        .values()
        .filter(|shift| {
            shift.agency_id == replace.agency_id
                && shift.state != ShiftState::Cancelled
                && replace.period.contains(shift.planned.start)
                && shift.planned.start > draft.at
                && !in_file(shift)
        })
        .take(ROWS_A_PART + 1)
        .cloned()
        .collect();
    tally.more = going.len() > ROWS_A_PART;
    for mut shift in going.into_iter().take(ROWS_A_PART) {
        let told = shift
            .responder_id
            .filter(|_| shift.state == ShiftState::Published);
        shift.state = ShiftState::Cancelled;
        shift.external_references.clear();
        shift.version += 1;
        put(draft, EventKind::ShiftCancelled, shift, told);
        tally.cancelled += 1;
    }
    tally
}

fn stays_cancelled(row: u32, shift: &Shift) -> HeldRow {
    let mut whose: Vec<String> = shift
        .external_references
        .iter()
        .map(crate::transfer::value::written)
        .collect();
    if whose.is_empty() {
        whose.extend(crate::shift::civil::to_local(shift.planned.start, &shift.zone));
    }
    HeldRow {
        row,
        whose: whose.join(" "),
        field: "cancelled".to_owned(),
        since: None,
        by: String::new(),
    }
}
