//! The hard rules. Each refuses with one variant of [`Rejection`], in its order.

use super::report::Rejection;
use super::situation::{Candidate, Situation};
use crate::board::{Duty, TELEPHONE};
use crate::moment::Moment;
use crate::triage::Slot;

/// Why this candidate cannot fill this slot; `None`: he can.
pub(super) fn rejection(situation: &Situation, candidate: &Candidate, slot: &Slot) -> Option<Rejection> {
    willing(situation, candidate, slot)
        .or_else(|| at_hand(situation, candidate, slot))
        .or_else(|| able_until_clear(situation, candidate, slot))
}

/// On the roster, on shift, on duty, and not asked before.
fn willing(situation: &Situation, candidate: &Candidate, slot: &Slot) -> Option<Rejection> {
    if candidate.retired {
        return Some(Rejection::Retired);
    }
    if candidate.discipline != slot.discipline {
        return Some(Rejection::DisciplineNotNeeded);
    }
    if candidate.declined {
        return Some(Rejection::DeclinedBefore);
    }
    if candidate.replaced {
        return Some(Rejection::ReplacedBefore);
    }
    if candidate.shift_ends_at.is_none() {
        return Some(Rejection::NotOnShift);
    }
    let Some((primary, secondary)) = &candidate.duty else {
        return Some(Rejection::NotSignedOn);
    };
    match primary {
        Duty::NotAvailable => return Some(Rejection::NotAvailable(secondary.clone())),
        Duty::ConditionallyAvailable if !situation.policy.send_conditionally_available => {
            return Some(Rejection::OnlyConditionally(secondary.clone()));
        }
        Duty::ConditionallyAvailable | Duty::Available => {}
    }
    let seat = secondary == TELEPHONE;
    match (seat, slot.telephone) {
        (true, false) => Some(Rejection::TelephoneSeat),
        (false, true) => Some(Rejection::NotATelephoneSeat),
        (true, true) | (false, false) => None,
    }
}

/// Safe, free, rested, and within reach.
fn at_hand(situation: &Situation, candidate: &Candidate, slot: &Slot) -> Option<Rejection> {
    if candidate.in_emergency {
        return Some(Rejection::InEmergency);
    }
    if candidate.assigned {
        return Some(Rejection::AlreadyAssigned);
    }
    let rest = i64::from(situation.policy.rest_seconds);
    if let Some(rested_at) = candidate.last_freed_at.map(|freed| freed.plus_seconds(rest))
        && situation.at < rested_at
    {
        return Some(Rejection::Resting(rested_at));
    }
    if slot.telephone {
        return None;
    }
    // A point outside every area is nobody's and everybody's.
    let elsewhere = !candidate.area_ids.is_empty()
        && !situation.area_ids.is_empty()
        && candidate.area_ids.is_disjoint(&situation.area_ids);
    if elsewhere {
        return Some(Rejection::OutsideArea);
    }
    if situation.point.is_none() {
        return Some(Rejection::NoLocation);
    }
    if candidate.unmeasured {
        return Some(Rejection::NoTravelTime);
    }
    let Some(leg) = candidate.leg else {
        return Some(Rejection::NoPosition);
    };
    (leg.seconds > situation.policy.travel_limit_seconds).then_some(Rejection::TooFar(leg.seconds))
}

/// On shift and licensed until he can be expected to have cleared, not only now.
fn able_until_clear(situation: &Situation, candidate: &Candidate, slot: &Slot) -> Option<Rejection> {
    let clear = expected_clear(situation, candidate, slot);
    if let Some(ends) = candidate.shift_ends_at
        && ends < clear
        && !situation.policy.allow_shift_overrun
    {
        return Some(Rejection::ShiftEndsTooSoon(ends));
    }
    slot.qualifications.iter().find_map(
        |qualification| match candidate.qualifications.get(qualification) {
            None => Some(Rejection::NotQualified(qualification.clone())),
            Some(Some(ends)) if *ends < clear => {
                Some(Rejection::QualificationLapses(qualification.clone(), *ends))
            }
            Some(_) => None,
        },
    )
}

/// When he can be expected to have cleared: the way there and the time on scene.
fn expected_clear(situation: &Situation, candidate: &Candidate, slot: &Slot) -> Moment {
    let way = if slot.telephone {
        0
    } else {
        candidate.leg.map_or(0, |leg| leg.seconds)
    };
    let on_scene = situation.policy.expected_on_scene_seconds;
    situation.at.plus_seconds(i64::from(way) + i64::from(on_scene))
}
