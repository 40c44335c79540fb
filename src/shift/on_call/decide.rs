//! Keeping on-call lists, and noting who was called.

use std::collections::BTreeSet;

use super::command::{
    CancelOnCall, CreateOnCallList, PlanOnCall, RecordCallBackAttempt, RetireOnCallList, UpdateOnCallList,
};
use super::{Attempt, OnCallList, Stint};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{OnCallListId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::shift::Shift;

/// Nobody is on call for longer at a stretch, seconds: what is longer is a slip of a date.
const LONGEST_STINT: i64 = 7 * 86_400;
/// How many stints a list keeps.
const MOST_STINTS: usize = 200;

/// Creates a list.
pub fn create_on_call_list(draft: &mut Draft<'_>, command: &CreateOnCallList) -> Result<Reply, Refusal> {
    let board = draft.board();
    if !board.agencies.contains_key(&command.agency_id) {
        return Err(Refusal::field(Reason::NotFound, "agency_id", "no such agency"));
    }
    if !board.policy().disciplines().contains(command.discipline.as_str()) {
        let told = "the policy knows no such discipline";
        return Err(Refusal::field(Reason::NotFound, "discipline", told));
    }
    let list = OnCallList {
        id: OnCallListId::next(draft.ids, draft.at),
        agency_id: command.agency_id.clone(),
        name: command.name.clone(),
        discipline: command.discipline.clone(),
        area_id: command.area_id,
        rotation: command.rotation.clone(),
        stints: Vec::new(),
        attempts: Vec::new(),
        attempt_count: 0,
        retired_at: None,
        version: 1,
    };
    check(draft.board(), &list, None, "")?;
    Ok(put(draft, EventKind::OnCallListCreated, list, None))
}

/// Changes a list.
pub fn update_on_call_list(draft: &mut Draft<'_>, command: &UpdateOnCallList) -> Result<Reply, Refusal> {
    let before = standing(draft, command.list_id, Some(command.expected_version))?;
    let mut list = before.clone();
    let UpdateOnCallList {
        list_id: _,
        expected_version: _,
        name,
        area_id,
        rotation,
    } = command.clone();
    list.name = name.unwrap_or(list.name);
    list.area_id = area_id.unwrap_or(list.area_id);
    list.rotation = rotation.unwrap_or(list.rotation);
    check(draft.board(), &list, Some(&before), "on_call_list.")?;
    list.version += 1;
    Ok(put(draft, EventKind::OnCallListChanged, list, None))
}

/// Retires a list. Nobody is called back by it any more; what was on it stays readable.
pub fn retire_on_call_list(draft: &mut Draft<'_>, command: &RetireOnCallList) -> Result<Reply, Refusal> {
    let mut list = standing(draft, command.list_id, Some(command.expected_version))?;
    list.retired_at = Some(draft.at);
    list.version += 1;
    Ok(put(draft, EventKind::OnCallListRetired, list, None))
}

/// Puts somebody on call.
pub fn plan_on_call(draft: &mut Draft<'_>, command: &PlanOnCall) -> Result<Reply, Refusal> {
    let mut list = standing(draft, command.list_id, Some(command.expected_version))?;
    let PlanOnCall {
        responder_id, window, ..
    } = command;
    check_one(draft.board(), &list, *responder_id, "responder_id")?;
    let seconds = window.start.seconds_until(window.end);
    if seconds <= 0 || seconds > LONGEST_STINT {
        let told = "it ends after it starts, and within seven days";
        return Err(Refusal::field(Reason::InvalidWindow, "local_end", told));
    }
    if window.end <= draft.at {
        return Err(Refusal::field(
            Reason::InvalidTime,
            "local_end",
            "it is over already",
        ));
    }
    if list.has_on_call(*responder_id, window) {
        let told = "he is on call by this list in a part of that time";
        return Err(Refusal::field(Reason::AlreadyExists, "local_start", told));
    }
    let oldest = draft.at.plus_seconds(-Shift::STAYS_SECONDS);
    list.stints.retain(|stint| stint.window.end > oldest);
    if list.stints.len() == MOST_STINTS {
        let told = format!("a list keeps at most {MOST_STINTS} stints");
        return Err(Refusal::field(Reason::TooMany, "on_call_list_id", told));
    }
    list.stints.push(Stint {
        window: *window,
        responder_id: *responder_id,
    });
    list.stints.sort_unstable();
    list.version += 1;
    Ok(put(draft, EventKind::OnCallPlanned, list, Some(*responder_id)))
}

/// Takes somebody off call. What he has been on call already stays: it has been worked.
pub fn cancel_on_call(draft: &mut Draft<'_>, command: &CancelOnCall) -> Result<Reply, Refusal> {
    let mut list = standing(draft, command.list_id, Some(command.expected_version))?;
    let at = draft.at;
    let concerns = |stint: &Stint| {
        let his = stint.responder_id == command.responder_id && stint.window.overlaps(&command.window);
        his && stint.window.end > at
    };
    if !list.stints.iter().any(concerns) {
        let told = "he is not on call then";
        return Err(Refusal::field(Reason::NotFound, "responder_id", told));
    }
    list.stints
        .retain(|stint| !concerns(stint) || stint.window.start < at);
    for stint in list.stints.iter_mut().filter(|stint| concerns(stint)) {
        stint.window.end = at;
    }
    list.version += 1;
    Ok(put(
        draft,
        EventKind::OnCallCancelled,
        list,
        Some(command.responder_id),
    ))
}

/// Notes that somebody was called for a shift: a fact. Whoever is charged for it goes to the end of the rotation.
pub fn record_call_back_attempt(
    draft: &mut Draft<'_>,
    command: &RecordCallBackAttempt,
) -> Result<Reply, Refusal> {
    let mut list = standing(draft, command.list_id, None)?;
    let responder_id = command.responder_id;
    let board = draft.board();
    let no_shift = || Refusal::not_found("shift", command.shift_id);
    let shift = board.shifts.get(&command.shift_id).ok_or_else(no_shift)?;
    if shift.agency_id != list.agency_id {
        return Err(no_shift());
    }
    if !board.responders.contains_key(&responder_id) {
        return Err(Refusal::not_found("responder", responder_id));
    }
    let (shift_ends_at, at) = (shift.planned.end, draft.at);
    let charged = command.outcome.is_charged(board.policy());
    let turn = list.place_of(responder_id).filter(|_| charged);
    if let Some(place) = turn {
        list.rotation[place..].rotate_left(1);
    }
    list.attempts.retain(|one| one.shift_ends_at > at);
    list.attempt_count += 1;
    list.attempts.push(Attempt {
        number: list.attempt_count,
        shift_id: command.shift_id,
        shift_ends_at,
        responder_id,
        outcome: command.outcome,
        charged: turn.is_some(),
        at: draft.occurred_at().0,
        by: draft.reporter.clone(),
    });
    list.version += 1;
    Ok(put(draft, EventKind::CallBackAttempted, list, Some(responder_id)))
}

/// A list in use, at the version that the caller read.
fn standing(
    draft: &Draft<'_>,
    list_id: OnCallListId,
    expected_version: Option<u64>,
) -> Result<OnCallList, Refusal> {
    let list = draft.board().on_call.get(&list_id).cloned();
    let list = list.ok_or_else(|| Refusal::not_found("on_call_list", list_id))?;
    if list.retired_at.is_some() {
        return Err(Refusal::state("the list is retired", "RETIRED"));
    }
    match expected_version {
        Some(expected) if expected != list.version => Err(Refusal::stale(expected, list.version)),
        Some(_) | None => Ok(list),
    }
}

/// What it names is there, and nobody has two turns. `at` is where its fields stand in the request; who was on it `before` may
/// have left since.
fn check(board: &Board, list: &OnCallList, before: Option<&OnCallList>, at: &str) -> Result<(), Refusal> {
    let mut others = board.on_call.values().filter(|other| other.id != list.id);
    if others.any(|other| {
        other.retired_at.is_none() && other.agency_id == list.agency_id && other.name == list.name
    }) {
        let told = "the agency has a list of this name";
        return Err(Refusal::field(Reason::AlreadyExists, format!("{at}name"), told));
    }
    let unknown = list.area_id.filter(|id| !board.areas.contains_key(id));
    if unknown.is_some_and(|id| before.is_none_or(|before| before.area_id != Some(id))) {
        return Err(Refusal::field(
            Reason::NotFound,
            format!("{at}area_id"),
            "no such area",
        ));
    }
    let mut turns = BTreeSet::new();
    for (place, responder_id) in list.rotation.iter().enumerate() {
        let field = format!("{at}responder_ids[{place}]");
        if !turns.insert(responder_id) {
            return Err(Refusal::field(
                Reason::AlreadyExists,
                field,
                "he has a turn already",
            ));
        }
        if before.is_none_or(|before| before.place_of(*responder_id).is_none()) {
            check_one(board, list, *responder_id, &field)?;
        }
    }
    Ok(())
}

/// He is on the roster, of the list's agency and discipline.
fn check_one(
    board: &Board,
    list: &OnCallList,
    responder_id: ResponderId,
    field: &str,
) -> Result<(), Refusal> {
    let responder = board.on_roster(responder_id, field)?;
    if responder.agency_id == list.agency_id && responder.discipline == list.discipline {
        return Ok(());
    }
    let told = "he is of another agency or discipline";
    Err(Refusal::field(Reason::NotFound, field, told))
}

/// `told` is the one to whom it happened.
fn put(draft: &mut Draft<'_>, kind: EventKind, list: OnCallList, told: Option<ResponderId>) -> Reply {
    let boxed = Box::new(list);
    let mut happening = Happening::new(kind, After::OnCallList(boxed.clone()));
    if let Some(responder_id) = told {
        happening = happening.to(responder_id);
    }
    draft.emit(happening);
    Reply::OnCallList(boxed)
}
