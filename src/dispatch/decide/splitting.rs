//! A second call made out of one: two people in crisis at one place.

use std::collections::BTreeSet;

use super::call::{expect_version, new_call, permit};
use super::linking::relate;
use super::moving::{Moving, move_member};
use super::places::places_follow;
use super::sending::{current_assignment, match_and_offer};
use super::settle::settle;
use super::words::{keep, keep_contact};
use super::{call_of, call_reply, put_call, settle_by_id};
use crate::board::{After, Draft, EventKind, Flag, Happening, Reply};
use crate::dispatch::command::{OpenCall, SplitCall};
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Call, TextClass};
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};
use crate::travel::TravelTimes;

const SPLITTING: Moving = Moving {
    reason: "call_split",
    cause: EventKind::CallSplit,
};

/// Makes a second call out of this one: at the same place if no other is named, with the same hazards, related to it, with a number, a level,
/// needs and a match of its own. The members and references that are named go with it; everything else stays.
pub fn split_call(draft: &mut Draft<'_>, command: &SplitCall) -> Result<Reply, Refusal> {
    let mut first = call_of(draft, command.call_id)?;
    permit(draft.board(), &first, CallVerb::Split)?;
    expect_version(&first, command.expected_version)?;
    let members = named_members(draft, &first, &command.responder_ids)?;
    let opening = opening(&first, command)?;
    let mut second = new_call(draft, &opening)?;
    let address = keep(draft, second.id, TextClass::Address, &command.address);
    // Words for the first place would lead people there.
    let same_place = command.point.is_none();
    second.address_text_id = address.or(first.address_text_id.filter(|_| same_place));
    second.approach_text_id = first.approach_text_id;
    let callback = keep_contact(draft, second.id, command.callback.as_ref());
    second.callback_text_id = callback.or(first.callback_text_id);
    // What is about safety is about everyone who goes there.
    let of_safety = first
        .remarks
        .iter()
        .filter(|one| one.class == TextClass::OfficerSafety);
    second.remarks = of_safety.map(|one| one.from_call(first.number)).collect();
    for reference in &command.person_references {
        first.person_references.remove(reference);
    }
    let mut origins = first.part_with(&command.external_references);
    if let [only] = origins.as_slice() {
        second.source_version = only.version;
        origins.clear();
    }
    second.course.origins = origins;
    relate((&mut first, "call_id"), (&mut second, "call_id"), &command.reason)?;
    let (first_id, second_id) = (first.id, second.id);
    let first = put_call(draft, first, SPLITTING.cause);
    let mut flags = second.flags.clone();
    flags.extend((!second.remarks.is_empty()).then_some(Flag::RemarksAdded));
    let opened = Happening::new(EventKind::CallOpened, After::Call(Box::new(second.clone())));
    draft.emit(opened.flagged(flags).implied_by(SPLITTING.cause));
    for responder_id in members {
        move_member(
            draft,
            (&first, &mut second),
            responder_id,
            SPLITTING,
            &command.travel,
        );
    }
    settle(draft, second);
    places_follow(draft, second_id, SPLITTING.cause, |_| false);
    settle_by_id(draft, first_id);
    let report = match_and_offer(draft, call_of(draft, second_id)?, &command.travel);
    call_reply(draft, second_id, report)
}

/// Those who go along: each has said yes to the first call. An offer is for the call for which it was made.
fn named_members(
    draft: &Draft<'_>,
    first: &Call,
    named: &[ResponderId],
) -> Result<Vec<ResponderId>, Refusal> {
    let current = current_assignment(draft.board(), first);
    let mut seen = BTreeSet::new();
    for (place, responder_id) in named.iter().enumerate() {
        let field = format!("responder_ids[{place}]");
        if !seen.insert(*responder_id) {
            return Err(Refusal::field(Reason::AlreadyExists, field, "he is named twice"));
        }
        let member = current.as_ref().and_then(|current| current.member(*responder_id));
        match member.filter(|member| member.state.is_active()) {
            None => return Err(Refusal::field(Reason::NotAMember, field, "he is not on the call")),
            Some(member) if !member.state.is_committed() => {
                let why = "he has not answered his offer";
                return Err(Refusal::field(Reason::NotInThisState, field, why));
            }
            Some(_) => {}
        }
    }
    Ok(named.to_vec())
}

/// The second call as one that is opened. It may take along only what the first has.
fn opening(first: &Call, command: &SplitCall) -> Result<OpenCall, Refusal> {
    if !command.person_references.is_subset(&first.person_references) {
        let why = "the call has no such reference to a person";
        return Err(Refusal::field(Reason::NotFound, "person_references", why));
    }
    if !command.external_references.is_subset(&first.external_references) {
        let why = "the call has no such external reference";
        return Err(Refusal::field(Reason::NotFound, "external_references", why));
    }
    let incident_type = if command.incident_type.is_empty() {
        &first.incident_type
    } else {
        &command.incident_type
    };
    Ok(OpenCall {
        source: first.source.clone(),
        requested_by: first.requested_by.clone(),
        incident_type: incident_type.clone(),
        acuity: command.acuity.clone(),
        hazards: first.hazards.clone(),
        point: command.point.or(first.point),
        address: String::new(),
        clinical_narrative: String::new(),
        approach: String::new(),
        callback: None,
        person_references: command.person_references.clone(),
        asked_qualifications: command.asked_qualifications.clone(),
        external_references: command.external_references.clone(),
        source_version: 0,
        travel: TravelTimes::default(),
    })
}
