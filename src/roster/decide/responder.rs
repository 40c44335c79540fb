//! Responders: joining, changing, leaving.

use std::collections::BTreeMap;

use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{AreaId, CallId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{
    CreateResponder, RehireResponder, ReleaseHold, RetireResponder, UpdateResponder,
};
use crate::roster::{Departure, Employment, Hold, Responder};

/// Creates a responder.
pub fn create_responder(draft: &mut Draft<'_>, command: &CreateResponder) -> Result<Reply, Refusal> {
    if !draft.board().agencies.contains_key(&command.agency_id) {
        return Err(Refusal::field(Reason::NotFound, "agency_id", "no such agency"));
    }
    let known = draft.board().policy().disciplines();
    if !known.contains(command.discipline.as_str()) {
        let names: Vec<&str> = known.into_iter().collect();
        let told = format!(
            "no call would ever ask for it; the policy knows {}",
            names.join(", ")
        );
        return Err(Refusal::field(Reason::NotFound, "discipline", told));
    }
    let responder = Responder {
        id: ResponderId::next(draft.ids, draft.at),
        agency_id: command.agency_id.clone(),
        discipline: command.discipline.clone(),
        name: command.name.clone(),
        call_sign: command.call_sign.clone(),
        base: command.base.clone(),
        area_ids: command.area_ids.clone(),
        must_not_meet: command.must_not_meet.clone(),
        credentials: BTreeMap::new(),
        external_references: command.external_references.clone(),
        retired_at: None,
        departures: Vec::new(),
        employment: command.employment.clone(),
        imported: None,
        version: 1,
    };
    check(draft.board(), &responder, None, "")?;
    Ok(put(draft, EventKind::ResponderCreated, responder))
}

/// Changes a responder.
pub fn update_responder(draft: &mut Draft<'_>, command: &UpdateResponder) -> Result<Reply, Refusal> {
    let before = present(draft, command.responder_id, Some(command.expected_version))?;
    let mut responder = before.clone();
    let UpdateResponder {
        responder_id: _,
        expected_version: _,
        name,
        call_sign,
        base,
        area_ids,
        must_not_meet,
        external_references,
        position,
        cost_code,
    } = command.clone();
    let Employment {
        position: had_position,
        cost_code: had_cost_code,
    } = responder.employment;
    responder.employment = Employment {
        position: position.unwrap_or(had_position),
        cost_code: cost_code.unwrap_or(had_cost_code),
    };
    responder.name = name.unwrap_or(responder.name);
    responder.call_sign = call_sign.unwrap_or(responder.call_sign);
    responder.base = base.unwrap_or(responder.base);
    responder.area_ids = area_ids.unwrap_or(responder.area_ids);
    responder.must_not_meet = must_not_meet.unwrap_or(responder.must_not_meet);
    responder.external_references = external_references.unwrap_or(responder.external_references);
    responder.version += 1;
    check(draft.board(), &responder, Some(&before), "responder.")?;
    hold(draft, &before, &mut responder);
    Ok(put(draft, EventKind::ResponderUpdated, responder))
}

/// What a person changes of one whom imports name is held against them from now on.
fn hold(draft: &Draft<'_>, before: &Responder, responder: &mut Responder) {
    let (had, has) = (&before.employment, &responder.employment);
    let changed = [
        ("name", responder.name != before.name),
        ("call_sign", responder.call_sign != before.call_sign),
        ("base", responder.base != before.base),
        ("area_ids", responder.area_ids != before.area_ids),
        (
            "must_not_meet_responder_ids",
            responder.must_not_meet != before.must_not_meet,
        ),
        ("position", had.position != has.position),
        ("cost_code", had.cost_code != has.cost_code),
    ];
    let Some(imported) = &mut responder.imported else {
        return;
    };
    for (field, _) in changed.into_iter().filter(|(_, changed)| *changed) {
        let hold = Hold {
            since: draft.at,
            by: draft.reporter.subject.clone(),
        };
        imported.held.entry(field.to_owned()).or_insert(hold);
    }
}

/// Gives fields back to the imports: the next one sets them.
pub fn release_hold(draft: &mut Draft<'_>, command: &ReleaseHold) -> Result<Reply, Refusal> {
    let mut responder = present(draft, command.responder_id, Some(command.expected_version))?;
    let mut held = responder
        .imported
        .as_ref()
        .map(|imported| imported.held.clone())
        .unwrap_or_default();
    for field in &command.fields {
        if held.remove(field).is_none() {
            let shown: String = field.chars().take(40).collect();
            let told = format!("`{shown}` is not held");
            return Err(Refusal::field(Reason::NotFound, "fields", told));
        }
    }
    if let Some(imported) = &mut responder.imported {
        imported.held = held;
    }
    responder.version += 1;
    Ok(put(draft, EventKind::ResponderUpdated, responder))
}

/// A responder leaves. His shifts stay as they were planned; he is never sent again.
pub fn retire_responder(draft: &mut Draft<'_>, command: &RetireResponder) -> Result<Reply, Refusal> {
    let mut responder = present(draft, command.responder_id, Some(command.expected_version))?;
    if let Some(assignment) = draft.board().active_assignment(responder.id) {
        return Err(Refusal::new(
            Reason::OnACall,
            on_a_call(draft.board(), &assignment.call_id, &responder),
        )
        .with("assignment_id", assignment.id));
    }
    responder.retired_at = Some(draft.at);
    responder.version += 1;
    Ok(put(draft, EventKind::ResponderRetired, responder))
}

/// One who left comes back, with his papers and his names. That he was away stays readable.
pub fn rehire_responder(draft: &mut Draft<'_>, command: &RehireResponder) -> Result<Reply, Refusal> {
    let board = draft.board();
    let before = board.responders.get(&command.responder_id);
    let before = before.ok_or_else(|| Refusal::not_found("responder", command.responder_id))?;
    if before.version != command.expected_version {
        return Err(Refusal::stale(command.expected_version, before.version));
    }
    let mut responder = before.clone();
    let Some(retired_at) = responder.retired_at.take() else {
        return Err(Refusal::state("he has not left", "PRESENT"));
    };
    responder.departures.push(Departure {
        retired_at,
        rehired_at: draft.at,
    });
    if let Some(call_sign) = &command.call_sign {
        responder.call_sign.clone_from(call_sign);
    }
    responder.version += 1;
    check(board, &responder, Some(before), "")?;
    Ok(put(draft, EventKind::ResponderRehired, responder))
}

fn on_a_call(board: &Board, call_id: &CallId, responder: &Responder) -> String {
    let number = board
        .calls
        .get(call_id)
        .map(|call| format!("call {}", call.number));
    let on = number.unwrap_or_else(|| "a call".to_owned());
    format!(
        "{} is on {on}; retire him when he has cleared",
        responder.call_sign
    )
}

/// A responder who has not left, at the version that the caller read.
pub(super) fn present(
    draft: &Draft<'_>,
    responder_id: ResponderId,
    expected_version: Option<u64>,
) -> Result<Responder, Refusal> {
    let responder = draft.board().on_roster(responder_id, "responder_id")?;
    match expected_version {
        Some(expected) if expected != responder.version => Err(Refusal::stale(expected, responder.version)),
        Some(_) | None => Ok(responder.clone()),
    }
}

pub(super) fn put(draft: &mut Draft<'_>, kind: EventKind, responder: Responder) -> Reply {
    let boxed = Box::new(responder);
    let id = boxed.id;
    draft.emit(Happening::new(kind, After::Responder(boxed.clone())).to(id));
    Reply::Responder(boxed)
}

/// What he names is there, and his own names are his alone. An area that he named `before` may have been removed since;
/// he keeps the name. `at` is where his fields stand in the request.
fn check(board: &Board, responder: &Responder, before: Option<&Responder>, at: &str) -> Result<(), Refusal> {
    let others = || {
        board
            .responders
            .values()
            .filter(|other| other.id != responder.id && other.retired_at.is_none())
    };
    // On the radio nobody hears a capital letter.
    let spoken = responder.call_sign.to_lowercase();
    if let Some(other) = others().find(|other| other.call_sign.to_lowercase() == spoken) {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            format!("{at}call_sign"),
            format!(
                "{} has the call sign {}; choose another",
                other.name, other.call_sign
            ),
        ));
    }
    if others().any(|other| {
        !other
            .external_references
            .is_disjoint(&responder.external_references)
    }) {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            format!("{at}external_references"),
            "another responder has this external reference",
        ));
    }
    let named_before = |id: &AreaId| before.is_some_and(|before| before.area_ids.contains(id));
    let unknown_area = responder
        .area_ids
        .iter()
        .any(|id| !board.areas.contains_key(id) && !named_before(id));
    if unknown_area {
        return Err(Refusal::field(
            Reason::NotFound,
            format!("{at}area_ids"),
            "no such area",
        ));
    }
    let strangers = responder
        .must_not_meet
        .iter()
        .any(|id| !board.responders.contains_key(id));
    if strangers || responder.must_not_meet.contains(&responder.id) {
        return Err(Refusal::field(
            Reason::NotFound,
            format!("{at}must_not_meet_responder_ids"),
            "no such other responder",
        ));
    }
    Ok(())
}
