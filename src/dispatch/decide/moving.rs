//! A membership that goes on in another call, as it is: its state, its times and its check-in timer go with it. Nobody is
//! freed by it, and nobody is held by it.

use std::collections::BTreeSet;

use super::call::is_seated;
use super::member::BEYOND_SLOTS;
use super::sending::{current_assignment, new_assignment, outcome_of};
use super::settle::open_slots;
use super::{Told, enter, exit, put_assignment, safety};
use crate::board::{Alert, AlertKind, Draft, EventKind};
use crate::dispatch::{Assignment, Call, Exit, Member, MemberState, PositionBasis, SafetyState};
use crate::id::ResponderId;
use crate::travel::TravelTimes;
use crate::triage::{Code, Slot};

/// Why a membership went on elsewhere: the reason code of its exit, and the event that made it necessary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moving {
    pub(super) reason: &'static str,
    pub(super) cause: EventKind,
}

/// Moves a committed member of `from` to `to`, in the same revision. He fills an open place of his discipline, takes one
/// that is only offered (the offer is withdrawn), or is beside the places like one who joined. Whoever waits at a distance
/// goes on waiting: a move makes no scene safe. `to` goes onto the board afterwards, with its assignment, and its places are
/// followed then.
pub(super) fn move_member(
    draft: &mut Draft<'_>,
    (from, to): (&Call, &mut Call),
    responder_id: ResponderId,
    moving: Moving,
    travel: &TravelTimes,
) {
    let Some((mut old, place)) = standing(draft, from, responder_id) else {
        return;
    };
    let mut moved = old.members[place].clone();
    let slot_id = place_for(draft, from, to, &moved, moving);
    let current = current_assignment(draft.board(), to);
    let mut new = current.unwrap_or_else(|| new_assignment(draft, to.id));
    to.assignment_id = Some(new.id);

    let (at, told) = (draft.at, || {
        Told::as_kind(EventKind::MemberMoved).implied_by(Some(moving.cause))
    });
    let left = &mut old.members[place];
    // His steps go on with him: each stands once.
    left.steps.clear();
    enter(draft, left, MemberState::Reassigned, &BTreeSet::new());
    left.safety.state = SafetyState::Ok;
    left.exit = Some(Exit {
        reason: moving.reason.to_owned(),
        at,
        moved_to: Some(new.id),
    });
    put_assignment(draft, old, responder_id, told());

    moved.slot_id = slot_id;
    way_anew(&mut moved, (from, &*to), travel);
    if moved.safety.state == SafetyState::Ok && moved.safety.next_at.is_none() {
        // The call he is on now may ask for a timer where the other did not.
        safety::sign_of_life(draft, to.id, &mut moved);
    }
    let id = new.id;
    new.members.push(moved);
    new.outcome = outcome_of(&new);
    put_assignment(draft, new, responder_id, told());
    // What is owed of the call that he leaves is no matter of the membership that goes on.
    let goes_along = |alert: &Alert| {
        alert.responder_id == Some(responder_id) && alert.kind != AlertKind::DispositionOverdue
    };
    safety::move_alerts(draft, (from.id, to.id), Some(id), goes_along);
}

/// How far he still has to go, when the other call is elsewhere. One who is there, or serves from a seat, goes nowhere.
fn way_anew(moved: &mut Member, (from, to): (&Call, &Call), travel: &TravelTimes) {
    let travels = moved.state < MemberState::OnScene && moved.basis != Some(PositionBasis::Seat);
    if from.point == to.point || !travels {
        return;
    }
    let leg = travel.legs.get(&moved.responder_id).copied().flatten();
    moved.eta_seconds = leg.map(|leg| leg.seconds);
    moved.distance_meters = leg.map(|leg| leg.meters);
    moved.basis = leg.map(|leg| leg.basis);
}

/// The call's assignment, and where in it he is committed.
fn standing(draft: &Draft<'_>, call: &Call, responder_id: ResponderId) -> Option<(Assignment, usize)> {
    let assignment = current_assignment(draft.board(), call)?;
    let place = assignment.active_place(responder_id)?;
    let committed = assignment.members[place].state.is_committed();
    committed.then_some((assignment, place))
}

/// The place that he has on the other call.
fn place_for(draft: &mut Draft<'_>, from: &Call, to: &Call, member: &Member, moving: Moving) -> Code {
    let by_telephone = is_seated(from, member);
    let fits = |slot: &&Slot| slot.discipline == member.discipline && slot.telephone == by_telephone;
    let current = current_assignment(draft.board(), to);
    let open = open_slots(to, current.as_ref());
    if let Some(slot) = open.iter().find(fits) {
        return slot.slot_id.clone();
    }
    let offered = |slot: &&Slot| {
        let current = current.as_ref()?;
        let place = current
            .members
            .iter()
            .position(|other| other.slot_id == slot.slot_id && other.state == MemberState::Offered)?;
        Some((current.clone(), place))
    };
    let Some((slot, (current, place))) = to
        .slots
        .iter()
        .filter(fits)
        .find_map(|slot| Some((slot, offered(&slot)?)))
    else {
        return BEYOND_SLOTS.to_owned();
    };
    let left = (MemberState::Cancelled, EventKind::MemberCancelled);
    exit(draft, current, place, left, "place_taken", Some(moving.cause));
    slot.slot_id.clone()
}
