//! How long the straight way takes.

use tandem::dispatch::{MemberState, PositionBasis};
use tandem::roster::Base;
use tandem::travel::Leg;

use super::scene::{NOW, id};
use super::town::{CLINIC, PATROL, Town, north, point};

fn leg(town: &Town) -> Option<Leg> {
    town.travel().legs[&id(PATROL)]
}

fn basis(town: &Town) -> Option<PositionBasis> {
    leg(town).map(|leg| leg.basis)
}

#[test]
fn a_position_is_fresh_then_stale_then_of_no_use() {
    let heard = |seconds_ago| {
        let mut town = Town::new();
        town.heard(PATROL, north(1000), seconds_ago);
        town
    };
    assert_eq!(basis(&heard(120)), Some(PositionBasis::Live));
    assert_eq!(basis(&heard(121)), Some(PositionBasis::Stale));
    assert_eq!(basis(&heard(900)), Some(PositionBasis::Stale));
    assert_eq!(basis(&heard(901)), None);
    assert_eq!(leg(&heard(121)).unwrap().age_seconds, Some(121));
    let mut shorter = heard(60);
    shorter.policy().position_fresh_seconds = 59;
    assert_eq!(basis(&shorter), Some(PositionBasis::Stale));
    shorter.policy().position_usable_seconds = 59;
    assert_eq!(
        basis(&shorter),
        None,
        "the policy says what is fresh and what is usable"
    );
}

#[test]
fn where_no_position_is_of_use_the_base_counts() {
    let mut town = Town::new();
    let base = Base {
        name: "Station 1".to_owned(),
        point: north(2000),
    };
    town.responder(PATROL).base = Some(base);
    assert_eq!(
        basis(&town),
        Some(PositionBasis::Live),
        "he is where his device is"
    );
    town.positions.clear();
    let from_base = leg(&town).unwrap();
    assert_eq!(
        (from_base.basis, from_base.age_seconds),
        (PositionBasis::Base, None)
    );
    assert_eq!(from_base.meters, 2800);
}

#[test]
fn distance_detour_and_speed_make_the_time_rounded_up() {
    let mut town = Town::new();
    let metres_and_seconds = |town: &Town| leg(town).map(|leg| (leg.meters, leg.seconds)).unwrap();
    assert_eq!(metres_and_seconds(&town), (1400, 126), "1 km, 140 %, 40 km/h");
    town.policy().travel_detour_percent = 100;
    assert_eq!(metres_and_seconds(&town), (1000, 90));
    town.policy().travel_speed_kilometers_per_hour = 41;
    assert_eq!(metres_and_seconds(&town), (1000, 88), "87.8 s");
    town.policy().travel_detour_percent = 101;
    town.heard(PATROL, north(30), 0);
    assert_eq!(metres_and_seconds(&town), (31, 3), "30.3 m");
    town.heard(PATROL, point(), 0);
    assert_eq!(metres_and_seconds(&town), (0, 0));
}

#[test]
fn everyone_on_shift_is_measured_busy_or_not_and_nobody_else() {
    let mut town = Town::new();
    town.send(PATROL, MemberState::OnScene);
    town.shift(CLINIC, |shift| shift.planned.start = NOW.plus_seconds(1));
    let measured: Vec<_> = town.travel().legs.into_keys().collect();
    assert_eq!(measured, [id(PATROL)]);
    town.positions.clear();
    assert_eq!(leg(&town), None, "on shift, and nowhere");
    assert_eq!(town.travel().at, Some(NOW));
}
