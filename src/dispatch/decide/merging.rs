//! Several calls about one incident continue as one of them.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::{MOST_OF_A_KIND, MOST_REMARKS};
use super::call::{is_seated, permit, respond_anew};
use super::linking::relate;
use super::moving::{Moving, move_member};
use super::places::{places_follow, release};
use super::sending::{current_assignment, match_and_offer};
use super::settle::owes_account;
use super::words::{Words, new_words, remark};
use super::{call_of, call_reply, concerned, put_call, safety, settle_by_id, survivor_of};
use crate::board::{After, AlertKind, Draft, EventKind, Flag, Happening, Reply};
use crate::dispatch::command::{MergeCalls, MergedMembers};
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Call, CallState, Member, MemberState, Remark, TextClass};
use crate::id::{CallId, ResponderId, TextId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::triage::Code;

type Links = BTreeMap<CallId, Code>;

const MERGING: Moving = Moving {
    reason: "call_merged",
    cause: EventKind::CallMerged,
};

/// Lets calls continue as another one: what is known of them and who is on them goes to it, or is let go, as the request
/// says; and it is matched at once for what it still lacks. Nothing rings for a merged call any more.
///
/// Accounts of how it ended that are owed of a merged call stay owed, for that call; those who go on give theirs for the call
/// that goes on.
pub fn merge_calls(draft: &mut Draft<'_>, command: &MergeCalls) -> Result<Reply, Refusal> {
    let mut survivor = call_of(draft, command.call_id)?;
    permit(draft.board(), &survivor, CallVerb::Absorb)?;
    let (words, judged) = (Words::of(&survivor), survivor.acuity.clone());
    let merged = to_merge(draft, command)?;
    if merged.is_empty() {
        return call_reply(draft, survivor.id, None);
    }
    for call in &merged {
        decided_members(draft, call, command.members)?;
    }
    if survivor.state == CallState::Clearing && merged.iter().any(|call| call.state.is_live()) {
        needs_people_again(&mut survivor, draft.at);
    }
    for call in &merged {
        absorb(&mut survivor, call);
        check_size(&survivor)?;
        let links = move_links(draft, call, &mut survivor, &merged)?;
        end_as(draft, call.clone(), links, &survivor, command);
    }
    // Whoever comes along finds the places that the call has from now on.
    respond_anew(draft, &mut survivor)?;
    for call in &merged {
        for responder_id in going_on(draft, call, command.members) {
            move_member(
                draft,
                (call, &mut survivor),
                responder_id,
                MERGING,
                &command.travel,
            );
        }
        let id = call.id;
        release(draft, id, MERGING.reason, MERGING.cause, |_| true);
        // What is about a person, and not about the call, goes on: an emergency ends by a person alone, and a silent device is
        // silent still.
        safety::move_alerts(draft, (id, survivor.id), None, |alert| {
            matches!(alert.kind, AlertKind::Emergency | AlertKind::DeviceSilent)
        });
        settle_by_id(draft, id);
    }
    remark(draft, &mut survivor, TextClass::Operational, &command.words);
    survivor.version += 1;
    let concerned = concerned(draft, &survivor);
    let (id, told) = (survivor.id, new_words(&words, &survivor));
    let retriaged = survivor.acuity != judged;
    let after = || After::Call(Box::new(survivor.clone()));
    let grown = Happening::new(EventKind::CallUpdated, after()).seen_by(concerned.clone());
    draft.emit(grown.flagged(told).implied_by(MERGING.cause));
    if retriaged {
        let judged = Happening::new(EventKind::CallRetriaged, after()).seen_by(concerned);
        draft.emit(judged.implied_by(MERGING.cause));
    }
    places_follow(draft, id, MERGING.cause, |_| false);
    let report = match_and_offer(draft, call_of(draft, id)?, &command.travel);
    call_reply(draft, id, report)
}

/// The named calls that do not continue as the survivor yet.
fn to_merge(draft: &Draft<'_>, command: &MergeCalls) -> Result<Vec<Call>, Refusal> {
    let mut named = BTreeSet::from([command.call_id]);
    let mut merged = Vec::new();
    for (place, id) in command.merged_call_ids.iter().enumerate() {
        let field = format!("merged_call_ids[{place}]");
        if !named.insert(*id) {
            let why = "a call is not merged into itself, nor twice";
            return Err(Refusal::field(Reason::SameCall, field, why));
        }
        let Some(call) = draft.board().calls.get(id) else {
            return Err(Refusal::field(Reason::NotFound, field, "no such call"));
        };
        if survivor_of(draft, call.clone()).id == command.call_id {
            continue;
        }
        permit(draft.board(), call, CallVerb::Merge).map_err(|refused| {
            if refused.reason == Reason::NotInThisState {
                let (number, state) = (call.number, call.state.as_str());
                let why = format!(
                    "call {number} is {state}: relate the two with LinkCalls, or ReopenCall it first"
                );
                Refusal::field(Reason::NotInThisState, field, why)
            } else {
                refused
            }
        })?;
        merged.push(call.clone());
    }
    Ok(merged)
}

/// Whether the request says what becomes of those who are on the call.
fn decided_members(draft: &Draft<'_>, call: &Call, decided: Option<MergedMembers>) -> Result<(), Refusal> {
    let Some(assignment) = current_assignment(draft.board(), call) else {
        return Ok(());
    };
    match decided {
        Some(MergedMembers::Follow | MergedMembers::Release) => Ok(()),
        None => Err(Refusal::new(
            Reason::MembersUndecided,
            "the call has active members: say whether they follow or are released",
        )
        .with("call_id", call.id)
        .with("active_members", assignment.active_members().count())),
    }
}

/// Those who go on with the call that goes on: everyone who has said yes, or, of those who are to be released, whoever is
/// on scene. No plan sends him away.
fn going_on(draft: &Draft<'_>, call: &Call, decided: Option<MergedMembers>) -> Vec<ResponderId> {
    let goes_on = |member: &&Member| match decided {
        Some(MergedMembers::Follow) => member.state.is_committed(),
        Some(MergedMembers::Release) => member.state >= MemberState::OnScene && !is_seated(call, member),
        None => false,
    };
    current_assignment(draft.board(), call)
        .iter()
        .flat_map(|assignment| assignment.active_members())
        .filter(goes_on)
        .map(|member| member.responder_id)
        .collect()
}

/// A call that only waited for accounts goes on with somebody who still waits for help: it needs its people anew, and what
/// its last crew owes stays owed.
fn needs_people_again(survivor: &mut Call, at: Moment) {
    survivor.state = CallState::Open;
    survivor.state_since = at;
    survivor.assignment_id = None;
}

fn check_size(survivor: &Call) -> Result<(), Refusal> {
    let counts = [
        ("hazards", survivor.hazards.len(), MOST_OF_A_KIND),
        (
            "person references",
            survivor.person_references.len(),
            MOST_OF_A_KIND,
        ),
        (
            "external references",
            survivor.external_references.len(),
            MOST_OF_A_KIND,
        ),
        ("remarks", survivor.remarks.len(), MOST_REMARKS),
    ];
    match counts.into_iter().find(|(_, count, most)| count > most) {
        None => Ok(()),
        Some((what, count, most)) => {
            let why =
                format!("the call would have {count} {what}, and has at most {most}: link the calls instead");
            Err(Refusal::field(Reason::TooMany, "merged_call_ids", why))
        }
    }
}

/// Whether the one judgement is more urgent than the other: by level where both are of one scheme, else by the response
/// that the policy gives. Equally urgent ones are not.
fn more_urgent(one: &Call, other: &Call) -> bool {
    if one.acuity.scheme == other.acuity.scheme {
        one.acuity.level > other.acuity.level
    } else {
        one.response > other.response
    }
}

/// What is known of a call is known of the survivor. Words that have no place of their own there become remarks: none is
/// lost. Of the two judgements the more urgent one counts; what qualifications are asked for stays the survivor's.
fn absorb(survivor: &mut Call, merged: &Call) {
    if more_urgent(merged, survivor) {
        survivor.acuity.clone_from(&merged.acuity);
        survivor.response = merged.response;
    }
    if survivor.point.is_none() && merged.point.is_some() {
        survivor.point = merged.point;
        survivor
            .flags
            .extend(merged.flags.get(&Flag::OutsideServiceAreas));
    }
    survivor.flags.extend(merged.flags.get(&Flag::UnknownHazard));
    survivor.hazards.extend(merged.hazards.iter().cloned());
    survivor
        .person_references
        .extend(merged.person_references.iter().cloned());
    survivor.course.origins.extend(merged.origins());
    survivor
        .external_references
        .extend(merged.external_references.iter().cloned());
    survivor.declined.extend(&merged.declined);
    survivor.course.replaced.extend(&merged.course.replaced);
    if survivor.waiting_since.is_some() {
        survivor.waiting_since = survivor
            .waiting_since
            .min(merged.waiting_since.or(survivor.waiting_since));
    }
    if merged.first_reported_at() < survivor.first_reported_at() {
        survivor.course.first_reported_at = Some(merged.first_reported_at());
    }
    let mut beside = Vec::new();
    // A call that was split off and comes back brings words that are here already.
    let mut known: BTreeSet<TextId> = survivor.text_ids().collect();
    let mut take = |place: &mut Option<TextId>, text_id: Option<TextId>, class: TextClass| {
        let Some(text_id) = text_id.filter(|id| known.insert(*id)) else {
            return;
        };
        if place.is_none() {
            *place = Some(text_id);
        } else {
            beside.push(Remark {
                text_id,
                class,
                author: merged.opened_by.clone(),
                recorded_at: merged.opened_at,
                from_call_number: Some(merged.number),
                was: Some(class),
            });
        }
    };
    let (address, clinical, approach) = (TextClass::Address, TextClass::Clinical, TextClass::OfficerSafety);
    take(&mut survivor.address_text_id, merged.address_text_id, address);
    take(&mut survivor.clinical_text_id, merged.clinical_text_id, clinical);
    take(&mut survivor.approach_text_id, merged.approach_text_id, approach);
    let callback = TextClass::Callback;
    take(&mut survivor.callback_text_id, merged.callback_text_id, callback);
    survivor.remarks.extend(beside);
    let new = merged.remarks.iter().filter(|one| known.insert(one.text_id));
    let came = new.map(|one| one.from_call(merged.number));
    survivor.remarks.extend(came);
    survivor.remarks.sort_by_key(|one| one.recorded_at);
}

/// The call is over, and says where it went. Its names in other systems lead to the survivor from now on.
fn end_as(draft: &mut Draft<'_>, mut call: Call, links: Links, survivor: &Call, command: &MergeCalls) {
    let filing = i64::from(draft.board().policy().filing_seconds);
    call.state = CallState::Merged;
    call.state_since = draft.at;
    call.merged_into_call_id = Some(survivor.id);
    call.cancel_reason.clone_from(&command.reason);
    call.closed_at = Some(draft.at);
    // Whoever has cleared it may still say how it ended: until then it stays at hand.
    let owed = owes_account(draft.board(), call.id);
    call.files_at = (!owed).then_some(draft.at.plus_seconds(filing));
    call.waiting_since = None;
    call.links = links;
    call.course.former_references = std::mem::take(&mut call.external_references);
    call.course.origins.clear();
    put_call(draft, call, MERGING.cause);
}

/// Related calls are related to the one that goes on. Gives back what stays with the merged call: a related call that has
/// left the board leads on by way of it.
fn move_links(
    draft: &mut Draft<'_>,
    merged: &Call,
    survivor: &mut Call,
    all: &[Call],
) -> Result<Links, Refusal> {
    let mut staying = Links::new();
    survivor.links.remove(&merged.id);
    for (other_id, reason) in &merged.links {
        if *other_id == survivor.id || all.iter().any(|one| one.id == *other_id) {
            continue;
        }
        let Some(mut other) = draft.board().calls.get(other_id).cloned() else {
            staying.insert(*other_id, reason.clone());
            continue;
        };
        other.links.remove(&merged.id);
        if !survivor.links.contains_key(other_id) {
            let field = "merged_call_ids";
            relate((survivor, field), (&mut other, field), reason)?;
        }
        let concerned = concerned(draft, &other);
        other.version += 1;
        let told = Happening::new(EventKind::CallLinked, After::Call(Box::new(other)));
        draft.emit(told.seen_by(concerned).implied_by(MERGING.cause));
    }
    Ok(staying)
}
