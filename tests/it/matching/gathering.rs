//! What the matcher reads is what the board says.

use tandem::board::{CredentialKind, Requirement, ServiceArea, Turn};
use tandem::dispatch::MemberState;
use tandem::geo::Outline;
use tandem::matching::Rejection;
use tandem::shift::ShiftState;
use tandem::triage::{CLINICIAN, OFFICER};

use super::scene::{NOW, id, numbered};
use super::town::{CLINIC, PATROL, Town, north, point};

#[test]
fn an_ordinary_town_sends_its_pair() {
    let report = Town::new().report();
    let sent: Vec<_> = report.chosen.iter().map(|one| one.responder_id).collect();
    assert_eq!(sent, [id(CLINIC), id(PATROL)]);
    assert_eq!(Town::new().situation().policy_version, 3);
}

#[test]
fn an_expired_licence_is_not_eligible() {
    let mut town = Town::new();
    town.credential(CLINIC).lapses_at = Some(NOW);
    let missing = Rejection::NotQualified("BEHAVIORAL_HEALTH".to_owned());
    assert_eq!(town.rejection(CLINIC), Some(missing));
}

#[test]
fn a_licence_that_lapses_before_the_expected_clear_is_not_eligible() {
    let mut town = Town::new();
    let soon = NOW.plus_seconds(1800);
    town.credential(CLINIC).lapses_at = Some(soon);
    let lapses = Rejection::QualificationLapses("BEHAVIORAL_HEALTH".to_owned(), soon);
    assert_eq!(town.rejection(CLINIC), Some(lapses));
}

#[test]
fn a_revoked_licence_is_not_eligible() {
    let mut town = Town::new();
    town.credential(PATROL).revoked_at = Some(NOW);
    assert_eq!(
        town.rejection(PATROL),
        Some(Rejection::NotQualified("CIT".to_owned()))
    );
}

#[test]
fn the_policy_says_what_a_credential_grants() {
    let mut town = Town::new();
    town.credential(CLINIC).code = "LICSW".to_owned();
    assert!(
        town.rejection(CLINIC).is_some(),
        "no grant of another state's licence"
    );
    town.policy().credential_kinds.push(CredentialKind {
        code: "LICSW".to_owned(),
        title: "Licensed independent clinical social worker".to_owned(),
        discipline: CLINICIAN.to_owned(),
        qualifications: ["BEHAVIORAL_HEALTH".to_owned()].into(),
        renewal_months: 24,
        needs_supervision: false,
        needs_on_call_consult: false,
    });
    assert_eq!(town.rejection(CLINIC), None);
    town.policy().credential_kinds.last_mut().unwrap().discipline = OFFICER.to_owned();
    assert!(
        town.rejection(CLINIC).is_some(),
        "it grants to another discipline"
    );
}

#[test]
fn the_policy_says_what_each_discipline_needs() {
    let mut town = Town::new();
    town.policy().required_qualifications.push(Requirement {
        discipline: OFFICER.to_owned(),
        qualification: "NARCAN".to_owned(),
    });
    assert_eq!(
        town.rejection(PATROL),
        Some(Rejection::NotQualified("NARCAN".to_owned()))
    );
    assert_eq!(town.rejection(CLINIC), None);
}

#[test]
fn only_a_published_shift_now_counts() {
    for state in [ShiftState::Draft, ShiftState::Cancelled] {
        let mut town = Town::new();
        town.shift(PATROL, |shift| shift.state = state);
        assert_eq!(town.rejection(PATROL), Some(Rejection::NotOnShift));
    }
    let mut over = Town::new();
    over.shift(PATROL, |shift| shift.planned.end = NOW);
    assert_eq!(over.rejection(PATROL), Some(Rejection::NotOnShift));
    let mut open = Town::new();
    open.shift(PATROL, |shift| shift.responder_id = None);
    assert_eq!(open.rejection(PATROL), Some(Rejection::NotOnShift));
}

#[test]
fn the_area_of_the_shift_goes_before_his_own() {
    let mut town = Town::new();
    let square = |south: i32, north_of: i32| {
        let ((low, lon), (high, _)) = (north(south).e7(), north(north_of).e7());
        let corner = |lat, lon| tandem::geo::Point::from_e7(lat, lon);
        let (west, east) = (lon - 100_000, lon + 100_000);
        let ring = [(low, west), (low, east), (high, east), (high, west), (low, west)];
        Outline {
            polygons: vec![vec![ring.map(|(lat, lon)| corner(lat, lon)).to_vec()]],
        }
    };
    for (n, outline) in [(1, square(-500, 500)), (2, square(600, 1500))] {
        let area = ServiceArea {
            zone: None,
            id: numbered(n),
            name: n.to_string(),
            outline,
            removed: false,
        };
        town.board.areas.insert(area.id, area);
    }
    assert_eq!(town.situation().area_ids, [numbered(1)].into());
    town.responder(PATROL).area_ids = [numbered(2)].into();
    assert_eq!(town.rejection(PATROL), Some(Rejection::OutsideArea));
    town.shift(PATROL, |shift| shift.area_id = Some(numbered(1)));
    assert_eq!(town.rejection(PATROL), None);
}

#[test]
fn a_duty_that_has_come_to_its_end_no_longer_counts() {
    let mut town = Town::new();
    town.duty(PATROL).expires_at = Some(NOW.plus_seconds(1));
    assert_eq!(town.rejection(PATROL), None);
    town.duty(PATROL).expires_at = Some(NOW);
    assert_eq!(
        town.rejection(PATROL),
        Some(Rejection::NotAvailable("expired".to_owned()))
    );
}

#[test]
fn an_active_member_of_any_call_is_assigned_and_one_who_left_is_not() {
    for state in MemberState::ALL {
        let mut town = Town::new();
        town.send(PATROL, state);
        let expected = state.is_active().then_some(Rejection::AlreadyAssigned);
        assert_eq!(town.rejection(PATROL), expected, "{}", state.as_str());
    }
}

#[test]
fn one_who_came_on_shift_after_the_measuring_is_told_from_one_nowhere() {
    let mut town = Town::new();
    town.positions.clear();
    assert_eq!(town.rejection(PATROL), Some(Rejection::NoPosition));
    let mut earlier = town.travel();
    earlier.legs.remove(&id(PATROL));
    let late = |situation: &tandem::matching::Situation| {
        situation
            .candidates
            .iter()
            .filter(|one| one.unmeasured)
            .map(|one| one.responder_id)
            .collect::<Vec<_>>()
    };
    assert_eq!(late(&town.situation_with(&earlier)), [id(PATROL)]);
    town.call.point = None;
    assert_eq!(
        late(&town.situation_with(&earlier)),
        [],
        "without a point nothing is measured"
    );
}

#[test]
fn who_declined_and_whose_turn_it_is_come_from_the_board() {
    let mut town = Town::new();
    town.call.declined.insert(id(PATROL));
    assert_eq!(town.rejection(PATROL), Some(Rejection::DeclinedBefore));
    let freed = NOW.plus_seconds(-30);
    let turn = Turn {
        last_sent_at: Some(NOW.plus_seconds(-90)),
        last_freed_at: Some(freed),
    };
    town.board.turns.insert(id(CLINIC), turn);
    town.policy().rest_seconds = 60;
    assert_eq!(
        town.rejection(CLINIC),
        Some(Rejection::Resting(freed.plus_seconds(60)))
    );
    assert_eq!(town.situation().candidates[0].last_sent_at, turn.last_sent_at);
}

#[test]
fn everyone_on_the_roster_is_a_candidate() {
    let mut town = Town::new();
    town.responder(PATROL).retired_at = Some(NOW);
    town.board.shifts = tandem::board::Shifts::default();
    town.board.duty.clear();
    let ids: Vec<_> = town
        .situation()
        .candidates
        .iter()
        .map(|one| one.responder_id)
        .collect();
    assert_eq!(ids, [id(CLINIC), id(PATROL)]);
    assert_eq!(town.rejection(PATROL), Some(Rejection::Retired));
    assert_eq!(town.situation().point, Some(point()));
}
