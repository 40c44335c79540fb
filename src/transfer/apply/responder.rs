//! One row about someone: he joins, or changes where he is not held.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Index;
use super::{Applied, Outcome};
use crate::board::{After, Board, Draft, EventKind, Happening};
use crate::id::{AgencyId, AreaId, ResponderId};
use crate::refusal::Reason;
use crate::roster::{Employment, Imported, Responder};
use crate::transfer::responder::ResponderRow;
use crate::transfer::{HeldRow, Import, Row, RowFault, Rows};

/// A row in the making.
struct Making<'a> {
    import: &'a Import,
    row: &'a Row<ResponderRow>,
    place: usize,
    faults: Vec<RowFault>,
    held: Vec<HeldRow>,
}

impl Making<'_> {
    fn note(&mut self, field: &'static str, reason: Reason, detail: impl Into<String>) {
        let fault = self.import.fault(self.row.number, field, reason, detail);
        self.faults.push(fault);
    }
}

pub(super) fn apply(
    draft: &mut Draft<'_>,
    index: &mut Index,
    import: &Import,
    place: usize,
    row: &Row<ResponderRow>,
) -> Applied {
    let mut making = Making {
        import,
        row,
        place,
        faults: Vec::new(),
        held: Vec::new(),
    };
    let before = whom(&mut making, draft.board(), index)?;
    let after = match &before {
        Some(before) => changed(&mut making, draft, index, before),
        None => joining(&mut making, draft, index),
    };
    let Some(after) = after.filter(|_| making.faults.is_empty()) else {
        return Err(making.faults);
    };
    let (kind, outcome) = match &before {
        Some(before) if *before == after => return Ok((Outcome::Unchanged, making.held)),
        Some(before) => {
            index.leave(before);
            (EventKind::ResponderUpdated, Outcome::Updated)
        }
        None => (EventKind::ResponderCreated, Outcome::Created),
    };
    put(draft, kind, after.clone());
    index.enter(&after);
    Ok((outcome, making.held))
}

/// Him whom the row names, if he is there: by a name of another system, or by call sign when the row has none.
fn whom(making: &mut Making<'_>, board: &Board, index: &Index) -> Result<Option<Responder>, Vec<RowFault>> {
    let says = &making.row.says;
    let found = index.by_names(&says.references);
    let by_call_sign = || {
        says.call_sign
            .as_deref()
            .and_then(|call_sign| index.by_call_sign(call_sign))
    };
    let id = match (found.len(), says.references.is_empty()) {
        (0, true) => by_call_sign(),
        (0, false) => None,
        (1, _) => found.first().copied(),
        _ => {
            let field = making.import.name_field();
            making.note(field, Reason::AlreadyExists, "two people have these names");
            None
        }
    };
    let responder = id.and_then(|id| board.responders.get(&id)).cloned();
    if responder.as_ref().is_some_and(|one| one.retired_at.is_some()) {
        let field = making.import.name_field();
        making.note(field, Reason::Retired, "he is retired");
    }
    let faults = std::mem::take(&mut making.faults);
    if faults.is_empty() {
        Ok(responder)
    } else {
        Err(faults)
    }
}

fn joining(making: &mut Making<'_>, draft: &mut Draft<'_>, index: &Index) -> Option<Responder> {
    let says = &making.row.says;
    let told = "he is not on the roster yet, so this must be said";
    let present = [
        ("agency", says.agency_id.is_some()),
        ("discipline", says.discipline.is_some()),
        ("name", says.name.is_some()),
        ("call_sign", says.call_sign.is_some()),
    ];
    for (field, _) in present.into_iter().filter(|(_, said)| !said) {
        making.note(field, Reason::Required, told);
    }
    let agency_id = says.agency_id.clone()?;
    let discipline = says.discipline.clone()?;
    check_agency(making, draft.board(), &agency_id);
    if !draft.board().policy().disciplines().contains(discipline.as_str()) {
        making.note("discipline", Reason::NotFound, "no call would ever ask for it");
    }
    let area_ids = areas(making, index).unwrap_or_default();
    let call_sign = says.call_sign.clone()?;
    check_call_sign(making, draft.board(), index, &call_sign, None);
    Some(Responder {
        id: ResponderId::next(draft.ids, draft.at),
        agency_id,
        discipline,
        name: says.name.clone()?,
        call_sign,
        base: says.base.clone().flatten(),
        area_ids,
        must_not_meet: BTreeSet::new(),
        credentials: BTreeMap::new(),
        external_references: says.references.clone(),
        retired_at: None,
        departures: Vec::new(),
        employment: Employment {
            position: says.position.clone().unwrap_or_default(),
            cost_code: says.cost_code.clone().unwrap_or_default(),
        },
        imported: Some(Imported {
            since: draft.at,
            held: BTreeMap::new(),
        }),
        version: 1,
    })
}

fn changed(
    making: &mut Making<'_>,
    draft: &Draft<'_>,
    index: &Index,
    before: &Responder,
) -> Option<Responder> {
    let says = &making.row.says;
    let board = draft.board();
    let mut after = before.clone();
    check_agency(making, board, &before.agency_id);
    if says
        .agency_id
        .as_ref()
        .is_some_and(|agency| *agency != before.agency_id)
    {
        let told = format!(
            "he is of {}; who changes his employer leaves and joins",
            before.agency_id
        );
        making.note("agency", Reason::NotInThisState, told);
    }
    if says
        .discipline
        .as_ref()
        .is_some_and(|one| *one != before.discipline)
    {
        let told = format!("he is a {}; a discipline does not change", before.discipline);
        making.note("discipline", Reason::NotInThisState, told);
    }
    if let Some(name) = &says.name {
        set(making, before, "name", &mut after.name, name.clone());
    }
    if let Some(call_sign) = &says.call_sign {
        set(
            making,
            before,
            "call_sign",
            &mut after.call_sign,
            call_sign.clone(),
        );
        let taken = after.call_sign.clone();
        check_call_sign(making, board, index, &taken, Some(before.id));
    }
    if let Some(base) = &says.base {
        set(making, before, "base", &mut after.base, base.clone());
    }
    if let Some(area_ids) = areas(making, index) {
        set(making, before, "area_ids", &mut after.area_ids, area_ids);
    }
    if let Some(position) = &says.position {
        let place = &mut after.employment.position;
        set(making, before, "position", place, position.clone());
    }
    if let Some(cost_code) = &says.cost_code {
        let place = &mut after.employment.cost_code;
        set(making, before, "cost_code", place, cost_code.clone());
    }
    after.external_references.extend(says.references.iter().cloned());
    if after.external_references.len() > 20 {
        let field = making.import.name_field();
        making.note(
            field,
            Reason::TooMany,
            "he would have more than 20 names in other systems",
        );
    }
    after.imported.get_or_insert_with(|| Imported {
        since: draft.at,
        held: BTreeMap::new(),
    });
    if after != *before {
        after.version += 1;
    }
    Some(after)
}

/// Sets a field, unless it is held.
fn set<T: PartialEq>(making: &mut Making<'_>, before: &Responder, field: &str, place: &mut T, value: T) {
    if *place == value {
        return;
    }
    let held = before
        .imported
        .as_ref()
        .and_then(|imported| imported.held.get(field));
    match held {
        Some(hold) => making.held.push(HeldRow {
            row: making.row.number,
            whose: before.call_sign.clone(),
            field: field.to_owned(),
            since: Some(hold.since),
            by: hold.by.clone(),
        }),
        None => *place = value,
    }
}

fn check_agency(making: &mut Making<'_>, board: &Board, agency_id: &AgencyId) {
    if !board.agencies.contains_key(agency_id) {
        making.note("agency", Reason::NotFound, "no such agency");
    }
    let bound = making.import.bound_to.as_ref();
    if bound.is_some_and(|bound| bound != agency_id) {
        making.note(
            "agency",
            Reason::NotYours,
            "this token keeps the roster of another agency",
        );
    }
}

/// A call sign is one person's. One who gives it up in a later row of the same file may still have it.
fn check_call_sign(
    making: &mut Making<'_>,
    board: &Board,
    index: &Index,
    call_sign: &str,
    own: Option<ResponderId>,
) {
    let Some(other) = index.by_call_sign(call_sign).filter(|id| Some(*id) != own) else {
        return;
    };
    let other = board.responders.get(&other);
    if !other.is_some_and(|other| gives_up(making, other)) {
        let name = other.map(|other| other.name.clone()).unwrap_or_default();
        let told = format!(
            "{name} has this call sign; give him the same name in the other system, or choose another"
        );
        making.note("call_sign", Reason::AlreadyExists, told);
    }
}

fn gives_up(making: &Making<'_>, other: &Responder) -> bool {
    let Rows::Responders(rows) = &making.import.rows else {
        return false;
    };
    let held = |imported: &Imported| imported.held.contains_key("call_sign");
    if other.imported.as_ref().is_some_and(held) {
        return false;
    }
    let mut places = other
        .external_references
        .iter()
        .filter_map(|name| making.import.named.get(name));
    places.any(|place| {
        let row = rows
            .get(*place)
            .filter(|row| !making.import.left_out.contains(&row.number));
        let another = row.and_then(|row| row.says.call_sign.as_deref());
        *place > making.place
            && another.is_some_and(|sign| sign.to_lowercase() != other.call_sign.to_lowercase())
    })
}

fn areas(making: &mut Making<'_>, index: &Index) -> Option<BTreeSet<AreaId>> {
    let names = making.row.says.areas.as_ref()?;
    let found: BTreeSet<AreaId> = names.iter().filter_map(|name| index.area(name)).collect();
    if let Some(unknown) = names.iter().find(|name| index.area(name).is_none()) {
        let told = format!("there is no area `{unknown}`");
        making.note("areas", Reason::NotFound, told);
    }
    Some(found)
}

/// Keeps apart who must not meet. Everyone of the file is on the roster by now.
pub(super) fn keep_apart(
    draft: &mut Draft<'_>,
    index: &Index,
    import: &Import,
    row: &Row<ResponderRow>,
) -> Result<Vec<HeldRow>, Vec<RowFault>> {
    let mut making = Making {
        import,
        row,
        place: 0,
        faults: Vec::new(),
        held: Vec::new(),
    };
    let Some(call_signs) = &row.says.must_not_meet else {
        return Ok(Vec::new());
    };
    // A row that did not fit before is told of already.
    let Ok(Some(before)) = whom(&mut making, draft.board(), index) else {
        return Ok(Vec::new());
    };
    let mut others = BTreeSet::new();
    for call_sign in call_signs {
        match index.by_call_sign(call_sign).filter(|id| *id != before.id) {
            Some(id) => {
                others.insert(id);
            }
            None => {
                let told = format!("there is no other responder `{call_sign}`");
                making.note("must_not_meet", Reason::NotFound, told);
            }
        }
    }
    if !making.faults.is_empty() {
        return Err(making.faults);
    }
    let mut after = before.clone();
    let field = "must_not_meet_responder_ids";
    set(&mut making, &before, field, &mut after.must_not_meet, others);
    if after != before {
        after.version += 1;
        put(draft, EventKind::ResponderUpdated, after);
    }
    Ok(making.held)
}

fn put(draft: &mut Draft<'_>, kind: EventKind, responder: Responder) {
    let id = responder.id;
    draft.emit(Happening::new(kind, After::Responder(Box::new(responder))).to(id));
}
