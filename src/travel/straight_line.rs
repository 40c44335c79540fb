//! Straight-line travel: distance times a detour factor, divided by a speed. Both are policy.

use super::{Leg, Positions, TravelTimes};
use crate::board::{Board, Policy, Position};
use crate::dispatch::PositionBasis;
use crate::geo::Point;
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::roster::Responder;

/// Ways of everyone on shift at `at`, busy or not, to a point.
pub fn measure(board: &Board, positions: &Positions, point: Point, at: Moment) -> TravelTimes {
    let legs = board
        .on_shift(at)
        .keys()
        .filter_map(|id| board.responders.get(id))
        .map(|responder| {
            let leg = start(board.policy(), positions, responder, at)
                .map(|(from, basis, age)| leg(board.policy(), from.meters_to(point), basis, age));
            (responder.id, leg)
        })
        .collect::<std::collections::BTreeMap<ResponderId, Option<Leg>>>();
    TravelTimes { at: Some(at), legs }
}

/// Where he starts from: a fresh position, else one that is still usable, else his base.
fn start(
    policy: &Policy,
    positions: &Positions,
    responder: &Responder,
    at: Moment,
) -> Option<(Point, PositionBasis, Option<u32>)> {
    let known = positions
        .get(&responder.id)
        .map(|position| (position, age(position, at)));
    if let Some((position, age)) = known {
        if age <= policy.position_fresh_seconds {
            return Some((position.point, PositionBasis::Live, Some(age)));
        }
        if age <= policy.position_usable_seconds {
            return Some((position.point, PositionBasis::Stale, Some(age)));
        }
    }
    let base = responder.base.as_ref()?;
    Some((base.point, PositionBasis::Base, None))
}

fn age(position: &Position, at: Moment) -> u32 {
    u32::try_from(position.at.seconds_until(at).max(0)).unwrap_or(u32::MAX)
}

/// Whole metres and seconds, rounded up: nobody is promised earlier than he can be there.
fn leg(policy: &Policy, straight_meters: u32, basis: PositionBasis, age_seconds: Option<u32>) -> Leg {
    let meters = (u64::from(straight_meters) * u64::from(policy.travel_detour_percent)).div_ceil(100);
    let meters_per_hour = u64::from(policy.travel_speed_kilometers_per_hour.max(1)) * 1000;
    let seconds = (meters * 3600).div_ceil(meters_per_hour);
    let whole = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Leg {
        seconds: whole(seconds),
        meters: whole(meters),
        basis,
        age_seconds,
    }
}
