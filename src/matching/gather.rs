//! Everything that a match reads, gathered from the board in one pass.

use std::collections::{BTreeMap, BTreeSet};

use super::eligibility::rejection;
use super::report::Rejection;
use super::situation::{Candidate, Held, Situation};
use crate::board::{Board, Duty, DutyStatus, EXPIRED};
use crate::dispatch::{Assignment, Call};
use crate::geo::Point;
use crate::id::{CallId, ResponderId};
use crate::moment::Moment;
use crate::roster::Responder;
use crate::shift::Shift;
use crate::travel::TravelTimes;
use crate::triage::{Code, Slot};

/// The situation of a call: the places to fill, those who stay, and everyone on the roster.
pub fn gather(
    board: &Board,
    call: &Call,
    slots: &[Slot],
    held: Vec<Held>,
    travel: &TravelTimes,
    at: Moment,
) -> Situation {
    let asked = Asked {
        call_id: call.id,
        point: call.point,
        declined: &call.declined,
        replaced: &call.course.replaced,
    };
    situation(board, &asked, slots, held, travel, at)
}

/// Everyone on the roster, each with his rejection for the slot of his discipline: none for whoever could be sent to this
/// point now.
pub fn each_for(
    board: &Board,
    point: Point,
    travel: &TravelTimes,
    at: Moment,
    slot: impl Fn(&str) -> Slot,
) -> Vec<(Candidate, Option<Rejection>)> {
    let asked = Asked {
        call_id: CallId::nobodys(),
        point: Some(point),
        declined: &BTreeSet::new(),
        replaced: &BTreeSet::new(),
    };
    let mut situation = situation(board, &asked, &[], Vec::new(), travel, at);
    let candidates = std::mem::take(&mut situation.candidates);
    candidates
        .into_iter()
        .map(|candidate| {
            let rejection = rejection(&situation, &candidate, &slot(&candidate.discipline));
            (candidate, rejection)
        })
        .collect()
}

/// What is asked of a roster.
struct Asked<'a> {
    call_id: CallId,
    point: Option<Point>,
    declined: &'a BTreeSet<ResponderId>,
    replaced: &'a BTreeSet<ResponderId>,
}

fn situation(
    board: &Board,
    asked: &Asked<'_>,
    slots: &[Slot],
    held: Vec<Held>,
    travel: &TravelTimes,
    at: Moment,
) -> Situation {
    let on_shift = board.on_shift(at);
    let (assigned, in_emergency) = (board.assigned(), board.in_emergency());
    let candidates = board
        .responders
        .values()
        .map(|responder| {
            let shift = on_shift.get(&responder.id).copied();
            candidate(
                board,
                asked,
                responder,
                shift,
                (&assigned, &in_emergency),
                travel,
                at,
            )
        })
        .collect();
    Situation {
        call_id: asked.call_id,
        point: asked.point,
        area_ids: asked.point.map(|point| board.areas_at(point)).unwrap_or_default(),
        slots: slots.to_vec(),
        held,
        at,
        policy_version: board.jurisdiction.version,
        policy: board.policy().clone(),
        candidates,
    }
}

fn candidate(
    board: &Board,
    asked: &Asked<'_>,
    responder: &Responder,
    shift: Option<&Shift>,
    (assigned, in_emergency): (&BTreeMap<ResponderId, &Assignment>, &BTreeSet<ResponderId>),
    travel: &TravelTimes,
    at: Moment,
) -> Candidate {
    let turn = board.turns.get(&responder.id).copied().unwrap_or_default();
    let duty = board.duty.get(&responder.id);
    let measured = travel.legs.get(&responder.id);
    let area_ids = match shift.and_then(|shift| shift.area_id) {
        Some(area_id) => [area_id].into(),
        None => responder.area_ids.clone(),
    };
    Candidate {
        responder_id: responder.id,
        discipline: responder.discipline.clone(),
        retired: responder.retired_at.is_some(),
        area_ids,
        shift_ends_at: shift.map(|shift| shift.planned.end),
        duty: duty.map(|duty| duty_at(duty, at)),
        in_emergency: in_emergency.contains(&responder.id),
        assigned: assigned.contains_key(&responder.id),
        leg: measured.copied().flatten(),
        unmeasured: asked.point.is_some() && shift.is_some() && measured.is_none(),
        qualifications: responder.qualifications(board.policy(), at),
        last_sent_at: turn.last_sent_at,
        last_freed_at: turn.last_freed_at,
        must_not_meet: responder.must_not_meet.clone(),
        declined: asked.declined.contains(&responder.id),
        replaced: asked.replaced.contains(&responder.id),
    }
}

/// His duty at that moment: one that has come to its end counts as ended, also before that has been recorded.
fn duty_at(duty: &DutyStatus, at: Moment) -> (Duty, Code) {
    if duty.expires_at.is_some_and(|ends| ends <= at) {
        (Duty::NotAvailable, EXPIRED.to_owned())
    } else {
        (duty.primary, duty.secondary.clone())
    }
}
