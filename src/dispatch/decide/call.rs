//! Opening, changing and calling off a call.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::MOST_REMARKS;
use super::naming::{add_references, more_names, origin_of};
use super::places::{needs_more, place_of, places_follow, release};
use super::words::{Words, keep, keep_contact, new_words, remark};
use super::{
    call_of, call_reply, concerned, put_call, put_call_flagged, radio_name, reply_with, safety, sending,
    survivor_of,
};
use crate::board::{After, AlertKind, Board, Draft, EventKind, Flag, Happening, Reply};
use crate::dispatch::command::{AddRemark, CancelCall, OpenCall, RetriageCall, UpdateCall};
use crate::dispatch::lifecycle::{self, CallVerb};
use crate::dispatch::{Call, CallState, Course, Member, MemberState, PositionBasis, TextClass};
use crate::geo::Point;
use crate::id::CallId;
use crate::refusal::{Reason, Refusal};
use crate::triage::{self, Acuity, Code, Response};

/// Opens a call and looks for people at once. A known external reference gives back its call.
pub fn open_call(draft: &mut Draft<'_>, command: &OpenCall) -> Result<Reply, Refusal> {
    if let Some(known) = command
        .external_references
        .iter()
        .find_map(|reference| draft.board().call_by_reference(reference))
    {
        let known = known.clone();
        return more_names(draft, known, command);
    }
    let mut call = new_call(draft, command)?;
    let id = call.id;
    call.address_text_id = keep(draft, id, TextClass::Address, &command.address);
    call.clinical_text_id = keep(draft, id, TextClass::Clinical, &command.clinical_narrative);
    call.approach_text_id = keep(draft, id, TextClass::OfficerSafety, &command.approach);
    call.callback_text_id = keep_contact(draft, id, command.callback.as_ref());
    let flags = call.flags.clone();
    draft.emit(Happening::new(EventKind::CallOpened, After::Call(Box::new(call.clone()))).flagged(flags));
    let report = sending::match_and_offer(draft, call, &command.travel);
    call_reply(draft, id, report)
}

/// The call as it is before anyone is looked for.
pub(super) fn new_call(draft: &mut Draft<'_>, command: &OpenCall) -> Result<Call, Refusal> {
    let board = draft.board();
    let response = response_for(board, &command.acuity, &command.hazards)?;
    let mut flags = flags_at(board, command.point)?;
    flags.extend(flag_of(board, &command.hazards));
    let number = board.last_call_number.saturating_add(1);
    let slots = triage::slots(
        response,
        &command.asked_qualifications,
        command.point.is_some(),
        board.policy(),
    );
    Ok(Call {
        id: CallId::next(draft.ids, draft.at),
        number,
        state: CallState::Open,
        state_since: draft.at,
        source: command.source.clone(),
        requested_by: command.requested_by.clone(),
        incident_type: command.incident_type.clone(),
        acuity: command.acuity.clone(),
        response,
        hazards: command.hazards.clone(),
        point: command.point,
        address_text_id: None,
        clinical_text_id: None,
        approach_text_id: None,
        callback_text_id: None,
        person_references: command.person_references.clone(),
        asked_qualifications: command.asked_qualifications.clone(),
        slots,
        external_references: command.external_references.clone(),
        source_version: command.source_version,
        opened_at: draft.at,
        opened_by: draft.reporter.clone(),
        closed_at: None,
        cancel_reason: Code::new(),
        merged_into_call_id: None,
        links: BTreeMap::new(),
        amendments: Vec::new(),
        course: Course::default(),
        waiting_since: None,
        declined: BTreeSet::new(),
        assignment_id: None,
        match_id: None,
        remarks: Vec::new(),
        flags,
        files_at: None,
        filed: false,
        version: 1,
    })
}

/// Changes what is known of a call; its places follow, and open ones are matched next.
pub fn update_call(draft: &mut Draft<'_>, command: &UpdateCall) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(draft.board(), &call, CallVerb::Update)?;
    expect_version(&call, command.expected_version)?;
    let (words, before) = (Words::of(&call), call.slots.clone());
    let mut whose = None;
    if let Some(version) = command.source_version {
        let speaks = origin_of(&call, command)?;
        let known = call.version_from(speaks);
        if version <= *known {
            return Err(Refusal::new(
                Reason::StaleSource,
                "a newer update of the other system came before",
            )
            .with("source_version", version)
            .with("known_source_version", *known));
        }
        *known = version;
        whose = Some(speaks);
    }
    add_references(draft.board(), &mut call, &command.external_references, whose)?;
    if let Some(point) = command.point {
        call.flags.remove(&Flag::OutsideServiceAreas);
        call.flags.extend(flags_at(draft.board(), Some(point))?);
        call.point = Some(point);
    }
    if let Some(incident_type) = &command.incident_type {
        call.incident_type.clone_from(incident_type);
    }
    if let Some(hazards) = &command.hazards {
        let ordered = command.expected_version.is_some() || command.source_version.is_some();
        if ordered {
            call.hazards.clone_from(hazards);
        } else {
            // Nobody who has not read the list takes anything from it.
            call.hazards.extend(hazards.iter().cloned());
        }
        call.flags.remove(&Flag::UnknownHazard);
        call.flags.extend(flag_of(draft.board(), &call.hazards));
    }
    if let Some(references) = &command.person_references {
        call.person_references.clone_from(references);
    }
    if let Some(asked) = &command.asked_qualifications {
        call.asked_qualifications.clone_from(asked);
    }
    let id = call.id;
    if let Some(address) = &command.address {
        call.address_text_id = keep(draft, id, TextClass::Address, address);
    }
    if let Some(narrative) = &command.clinical_narrative {
        call.clinical_text_id = keep(draft, id, TextClass::Clinical, narrative);
    }
    if let Some(approach) = &command.approach {
        call.approach_text_id = keep(draft, id, TextClass::OfficerSafety, approach);
    }
    if let Some(callback) = &command.callback {
        call.callback_text_id = keep_contact(draft, id, callback.as_ref());
    }
    respond_anew(draft, &mut call)?;
    if call.state == CallState::Clearing && needs_more(draft.board(), &call, &before) {
        return Err(everyone_left(&call));
    }
    let told = new_words(&words, &call);
    put_call_flagged(draft, call, EventKind::CallUpdated, told);
    // Only what has been learned of the call makes it safer, not that something else was written down.
    let was_staged = |slot: &triage::Slot| {
        let mut before = before.iter();
        before.any(|before| before.slot_id == slot.slot_id && before.staged)
    };
    places_follow(draft, id, EventKind::CallUpdated, was_staged);
    call_reply(draft, id, None)
}

/// Judges a call's acuity anew; its places follow, and open ones are matched next.
pub fn retriage_call(draft: &mut Draft<'_>, command: &RetriageCall) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(draft.board(), &call, CallVerb::Retriage)?;
    expect_version(&call, command.expected_version)?;
    call.acuity = command.acuity.clone();
    respond_anew(draft, &mut call)?;
    put_call(draft, call, EventKind::CallRetriaged);
    places_follow(draft, command.call_id, EventKind::CallRetriaged, |_| true);
    call_reply(draft, command.call_id, None)
}

/// Calls a call off; whoever is on the way is released.
pub fn cancel_call(draft: &mut Draft<'_>, command: &CancelCall) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    if call.state == CallState::Cancelled {
        return call_reply(draft, call.id, None);
    }
    // A talk by telephone can be called off; someone at the scene cannot.
    let at_scene = |member: &Member| member.state >= MemberState::OnScene && !is_seated(&call, member);
    if call.state != CallState::OnScene || place_of(draft, call.id, at_scene).is_some() {
        permit(draft.board(), &call, CallVerb::Cancel)?;
    }
    call.state = CallState::Cancelled;
    call.state_since = draft.at;
    call.cancel_reason.clone_from(&command.reason);
    let id = call.id;
    put_call(draft, call, EventKind::CallCancelled);
    release(draft, id, "call_cancelled", EventKind::CallCancelled, |_| true);
    super::settle_by_id(draft, id);
    call_reply(draft, id, None)
}

/// Adds a remark; its words are kept apart. Of a merged call it is said of the one as which it continues.
pub fn add_remark(draft: &mut Draft<'_>, command: &AddRemark) -> Result<Reply, Refusal> {
    let mut call = survivor_of(draft, call_of(draft, command.call_id)?);
    permit(draft.board(), &call, CallVerb::Remark)?;
    if call.remarks.len() >= MOST_REMARKS {
        let why = format!("the call has {MOST_REMARKS} remarks; open another and link the two");
        return Err(Refusal::field(Reason::TooMany, "body", why));
    }
    if !remark(draft, &mut call, command.class, &command.body) {
        return Err(Refusal::field(Reason::Required, "body", "a remark has words"));
    }
    let concerned = concerned(draft, &call);
    call.version += 1;
    let after = After::Call(Box::new(call.clone()));
    draft.emit(Happening::new(EventKind::RemarkAdded, after).seen_by(concerned));
    // A filed call takes the remark and is off the board again: the answer is the call itself.
    Ok(reply_with(draft, call, None))
}

/// Whether he serves the call from a telephone seat.
pub(super) fn is_seated(call: &Call, member: &Member) -> bool {
    let mut slots = call.slots.iter();
    member.basis == Some(PositionBasis::Seat)
        || slots.any(|slot| slot.telephone && slot.slot_id == member.slot_id)
}

/// Whether the call's state allows this. Of a merged call the refusal names the one that it continues as.
pub(super) fn permit(board: &Board, call: &Call, verb: CallVerb) -> Result<(), Refusal> {
    lifecycle::call(call.state, verb).map_err(|_| match call.merged_into_call_id {
        Some(survivor) => goes_on_as(board, call, survivor),
        None if call.state == CallState::Clearing => everyone_left(call),
        None => {
            let told = format!(
                "call {} is {}, and this does not fit; read it again",
                call.number,
                call.state.as_str()
            );
            Refusal::state(told, call.state.as_str())
        }
    })
}

/// The call continues as another one, which is named as it is said on the radio.
pub(super) fn goes_on_as(board: &Board, call: &Call, survivor: CallId) -> Refusal {
    let told = format!(
        "call {} continues as {}",
        call.number,
        radio_name(board, survivor)
    );
    let refusal = Refusal::new(Reason::CallMerged, told)
        .with("call_id", call.id)
        .with("merged_into_call_id", survivor);
    match board.calls.get(&survivor) {
        Some(survivor) => refusal.with("merged_into_call_number", survivor.number),
        None => refusal,
    }
}

/// Only accounts of how it ended are lacking; and how it goes on, if it does.
fn everyone_left(call: &Call) -> Refusal {
    let told = format!(
        "everyone has left call {}: ReopenCall looks for people again, AssignManually sends named ones",
        call.number
    );
    Refusal::state(told, call.state.as_str())
}

pub(super) fn expect_version(call: &Call, expected: Option<u64>) -> Result<(), Refusal> {
    match expected {
        Some(expected) if expected != call.version => Err(Refusal::stale(expected, call.version)),
        Some(_) | None => Ok(()),
    }
}

fn response_for(board: &Board, acuity: &Acuity, hazards: &BTreeSet<Code>) -> Result<Response, Refusal> {
    triage::response(acuity, hazards, board.policy()).ok_or_else(|| {
        Refusal::field(
            Reason::UnknownAcuity,
            "acuity",
            format!(
                "the policy has no response for this scheme and level; it knows {}",
                known_levels(board)
            ),
        )
    })
}

/// The levels that the policy knows, by scheme.
fn known_levels(board: &Board) -> String {
    let mut levels: BTreeMap<&str, BTreeSet<u8>> = BTreeMap::new();
    for rule in &board.policy().responses {
        levels.entry(&rule.scheme).or_default().insert(rule.level);
    }
    let schemes = levels.iter().map(|(scheme, levels)| {
        let levels: Vec<String> = levels.iter().map(ToString::to_string).collect();
        format!("{scheme} {}", levels.join(", "))
    });
    schemes.collect::<Vec<_>>().join("; ")
}

/// A point that only makes sense the other way round is refused; one outside every area is flagged.
fn flags_at(board: &Board, point: Option<Point>) -> Result<BTreeSet<Flag>, Refusal> {
    let Some(point) = point else {
        return Ok(BTreeSet::new());
    };
    if board.areas.is_empty() || !board.areas_at(point).is_empty() {
        return Ok(BTreeSet::new());
    }
    if board.seems_exchanged(point) {
        return Err(Refusal::field(
            Reason::InvalidPoint,
            "location",
            "latitude and longitude seem to be exchanged",
        ));
    }
    Ok([Flag::OutsideServiceAreas].into())
}

/// A hazard that the policy does not list calls for nothing: a person should look at it.
fn flag_of(board: &Board, hazards: &BTreeSet<Code>) -> Option<Flag> {
    let policy = board.policy();
    let known = |hazard: &Code| {
        policy.known_hazards.contains(hazard) || policy.officer_required_hazards.contains(hazard)
    };
    (!hazards.iter().all(known)).then_some(Flag::UnknownHazard)
}

/// Response and places anew from acuity, hazards, needs and place.
pub(super) fn respond_anew(draft: &Draft<'_>, call: &mut Call) -> Result<(), Refusal> {
    let board = draft.board();
    call.response = response_for(board, &call.acuity, &call.hazards)?;
    call.slots = triage::slots(
        call.response,
        &call.asked_qualifications,
        call.point.is_some(),
        board.policy(),
    );
    Ok(())
}

/// The field says that a call is live which we thought over: it is live, and back on the board. It needs nobody but who
/// is there until a person judges it anew, and a person is told.
pub(super) fn revive(draft: &mut Draft<'_>, mut call: Call, discipline: &str) -> Call {
    if call.state.is_live() && !call.filed {
        return call;
    }
    call.filed = false;
    call.closed_at = None;
    call.files_at = None;
    call.cancel_reason.clear();
    call.slots
        .retain(|slot| slot.discipline == discipline && !slot.telephone);
    call.state = CallState::Open;
    call.state_since = draft.at;
    let id = call.id;
    put_call(draft, call.clone(), EventKind::CallProgressed);
    safety::raise_alert(draft, AlertKind::CallLiveAgain, safety::About::call(id));
    draft.board().calls.get(&id).cloned().unwrap_or(call)
}
