//! Opening, changing and calling off a call.

use std::collections::{BTreeMap, BTreeSet};

use super::settle::open_slots;
use super::{
    Told, call_of, call_reply, concerned, exit, put_assignment, put_call, radio_name, safety, sending,
    survivor_of,
};
use crate::board::{After, AlertKind, Board, Draft, EventKind, ExternalReference, Flag, Happening, Reply};
use crate::dispatch::command::{AddRemark, CancelCall, OpenCall, RetriageCall, UpdateCall};
use crate::dispatch::lifecycle::{self, CallVerb};
use crate::dispatch::{
    Assignment, Call, CallState, Contact, Course, Member, MemberState, PositionBasis, Remark, Text,
    TextClass, Whose,
};
use crate::geo::Point;
use crate::id::{CallId, TextId};
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

/// A known call answers, and is known by the names that come with this one too, unless it is over: then they are free for
/// another call. One that another call has stays with that.
fn more_names(draft: &mut Draft<'_>, mut call: Call, command: &OpenCall) -> Result<Reply, Refusal> {
    let id = call.id;
    let free = |one: &&ExternalReference| draft.board().call_by_reference(one).is_none();
    let new: BTreeSet<ExternalReference> = command.external_references.iter().filter(free).cloned().collect();
    if new.is_empty() || permit(draft.board(), &call, CallVerb::Update).is_err() {
        return call_reply(draft, id, None);
    }
    let known = command.external_references.iter().find_map(|one| call.whose(one));
    add_references(draft.board(), &mut call, &new, known)?;
    put_call(draft, call, EventKind::CallUpdated);
    call_reply(draft, id, None)
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
    let before = call.slots.clone();
    respond_anew(draft, &mut call)?;
    if call.state == CallState::Clearing && needs_more(draft.board(), &call, &before) {
        return Err(everyone_left(&call));
    }
    put_call(draft, call, EventKind::CallUpdated);
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
    if !remark(draft, &mut call, command.class, &command.body) {
        return Err(Refusal::field(Reason::Required, "body", "a remark has words"));
    }
    let concerned = concerned(draft, &call);
    call.version += 1;
    let after = After::Call(Box::new(call.clone()));
    draft.emit(Happening::new(EventKind::RemarkAdded, after).seen_by(concerned));
    // A filed call takes the remark and is off the board again: the answer is the call itself.
    let assignment = call
        .assignment_id
        .and_then(|id| draft.board().assignments.get(&id))
        .cloned();
    Ok(Reply::Call(Box::new(call), assignment.map(Box::new), None))
}

/// Whether he serves the call from a telephone seat.
pub(super) fn is_seated(call: &Call, member: &Member) -> bool {
    let mut slots = call.slots.iter();
    member.basis == Some(PositionBasis::Seat)
        || slots.any(|slot| slot.telephone && slot.slot_id == member.slot_id)
}

/// Adds a remark to the call. Whether there were words.
pub(super) fn remark(draft: &mut Draft<'_>, call: &mut Call, class: TextClass, words: &str) -> bool {
    let Some(text_id) = keep(draft, call.id, class, words) else {
        return false;
    };
    call.remarks.push(Remark {
        text_id,
        class,
        author: draft.reporter.clone(),
        recorded_at: draft.at,
    });
    true
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

/// Whether the call has an open place that it did not have.
fn needs_more(board: &Board, call: &Call, before: &[triage::Slot]) -> bool {
    let had = |slot: &triage::Slot| before.iter().any(|before| before.slot_id == slot.slot_id);
    open_slots_of(board, call).iter().any(|slot| !had(slot))
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

/// Whose version an update names: by `source_reference`; else by the names that come with it, if the call has them from one
/// record; else that of the only record that the call has.
fn origin_of(call: &Call, command: &UpdateCall) -> Result<Whose, Refusal> {
    if let Some(reference) = &command.source_reference {
        let why = "the call has no such external reference";
        let refused = || Refusal::field(Reason::NotFound, "source_reference", why);
        return call.whose(reference).ok_or_else(refused);
    }
    let named = command.external_references.iter();
    let named: BTreeSet<Whose> = named.filter_map(|one| call.whose(one)).collect();
    let only = named.first().filter(|_| named.len() == 1).copied();
    only.or_else(|| call.only_origin()).ok_or_else(|| {
        let why = "the call continues several records of other systems: say whose version it is";
        Refusal::field(Reason::Required, "source_reference", why)
    })
}

fn add_references(
    board: &Board,
    call: &mut Call,
    references: &BTreeSet<ExternalReference>,
    whose: Option<Whose>,
) -> Result<(), Refusal> {
    for reference in references {
        if let Some(other) = board
            .call_by_reference(reference)
            .filter(|other| other.id != call.id)
        {
            return Err(Refusal::field(
                Reason::AlreadyExists,
                "external_references",
                format!("call {} has this external reference", other.number),
            ));
        }
        if call.external_references.insert(reference.clone())
            && let Some(Whose::Came(place)) = whose
            && let Some(origin) = call.course.origins.get_mut(place)
        {
            origin.references.insert(reference.clone());
        }
    }
    Ok(())
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

/// Members follow the places of their call. Offers for places that are no longer needed are taken back; whoever has
/// accepted stays until he clears or a dispatcher replaces him: nobody is pulled off a call by a form. Whoever is not
/// there yet learns whether he has to wait at a distance, also one beside the places, if others of his discipline have to;
/// nobody is told to go in for a place of which `safe` does not say so.
pub(super) fn places_follow(
    draft: &mut Draft<'_>,
    call_id: CallId,
    cause: EventKind,
    safe: impl Fn(&triage::Slot) -> bool,
) {
    let Some(slots) = draft.board().calls.get(&call_id).map(|call| call.slots.clone()) else {
        return;
    };
    let needed = |member: &Member| slots.iter().find(|slot| slot.slot_id == member.slot_id);
    let waits = |member: &Member| match needed(member) {
        Some(slot) => slot.staged || (member.staged && !safe(slot)),
        None => {
            member.staged
                || slots
                    .iter()
                    .any(|slot| slot.staged && slot.discipline == member.discipline)
        }
    };
    release(draft, call_id, "no_longer_needed", cause, |member| {
        member.state == MemberState::Offered && needed(member).is_none()
    });
    while let Some((mut assignment, place)) = place_of(draft, call_id, |member| {
        let arrived = member.state >= MemberState::OnScene;
        !arrived && waits(member) != member.staged
    }) {
        let member = &mut assignment.members[place];
        member.staged = !member.staged;
        let responder_id = member.responder_id;
        let told = Told::as_kind(EventKind::StagingChanged).implied_by(Some(cause));
        put_assignment(draft, assignment, responder_id, told);
    }
    super::settle_by_id(draft, call_id);
}

/// Releases the active members for whom `which` holds.
pub(super) fn release(
    draft: &mut Draft<'_>,
    call_id: CallId,
    reason: &str,
    implied_by: EventKind,
    which: impl Fn(&Member) -> bool,
) {
    while let Some((assignment, place)) = place_of(draft, call_id, &which) {
        let left = (MemberState::Cancelled, EventKind::MemberCancelled);
        exit(draft, assignment, place, left, reason, Some(implied_by));
    }
}

/// The first active member of the call for whom `which` holds: the assignment, and his place in it.
fn place_of(
    draft: &Draft<'_>,
    call_id: CallId,
    which: impl Fn(&Member) -> bool,
) -> Option<(Assignment, usize)> {
    let board = draft.board();
    let assignment = board
        .assignments
        .get(&board.calls.get(&call_id)?.assignment_id?)?;
    let place = assignment
        .members
        .iter()
        .position(|member| member.state.is_active() && which(member))?;
    Some((assignment.clone(), place))
}

/// Keeps a text apart; an empty one is none.
pub(super) fn keep(draft: &mut Draft<'_>, call_id: CallId, class: TextClass, body: &str) -> Option<TextId> {
    if body.is_empty() {
        return None;
    }
    let id = TextId::next(draft.ids, draft.at);
    draft.keep_text(Text {
        id,
        call_id,
        class,
        author: draft.reporter.subject.clone(),
        recorded_at: draft.at,
        body: body.to_owned(),
    });
    Some(id)
}

fn keep_contact(draft: &mut Draft<'_>, call_id: CallId, contact: Option<&Contact>) -> Option<TextId> {
    let body = contact.map(Contact::to_text).unwrap_or_default();
    keep(draft, call_id, TextClass::Callback, &body)
}

/// The call's open places, on this board.
pub fn open_slots_of(board: &Board, call: &Call) -> Vec<triage::Slot> {
    let assignment = call.assignment_id.and_then(|id| board.assignments.get(&id));
    open_slots(call, assignment)
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
    safety::raise_alert(draft, AlertKind::CallLiveAgain, Some(id), None, None);
    draft.board().calls.get(&id).cloned().unwrap_or(call)
}
