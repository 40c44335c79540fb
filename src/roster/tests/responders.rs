use std::collections::BTreeSet;

use super::{area, fault};
use crate::board::testing::{Town, agency, joining, kinds, noon, paper, reference, reporter, window};
use crate::board::{After, Duty, DutyStatus, EventKind};
use crate::dispatch::MemberState;
use crate::geo::Point;
use crate::id::{AreaId, Ids, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{
    CreateResponder, RehireResponder, RemoveServiceArea, RetireResponder, UpdateResponder,
};
use crate::roster::decide::{
    create_responder, grant_credential, rehire_responder, remove_service_area, retire_responder,
    update_responder,
};
use crate::roster::{Base, Departure};
use crate::triage::{CLINICIAN, OFFICER};

/// An update that leaves everything as it is.
fn unchanged(town: &Town, responder_id: ResponderId) -> UpdateResponder {
    UpdateResponder {
        responder_id,
        expected_version: town.him(responder_id).version,
        name: None,
        call_sign: None,
        base: None,
        area_ids: None,
        must_not_meet: None,
        external_references: None,
        position: None,
        cost_code: None,
    }
}

fn retire(town: &mut Town, responder_id: ResponderId) -> Result<Vec<EventKind>, Refusal> {
    let expected_version = town.him(responder_id).version;
    let command = RetireResponder {
        responder_id,
        expected_version,
    };
    town.decide(retire_responder, &command)
        .map(|(_, events)| kinds(&events))
}

fn stranger() -> ResponderId {
    ResponderId::next(&mut Ids::new([9; 16]), noon())
}

#[test]
fn a_responder_keeps_an_area_that_was_removed_and_can_still_be_changed() {
    let mut town = Town::new();
    let area_id = area(&mut town, "South");
    let mut command = joining("bhr", CLINICIAN, "C1");
    command.area_ids = [area_id].into();
    let him = town.responder(&command);
    town.decide(remove_service_area, &RemoveServiceArea { area_id })
        .expect("removed");
    let mut renamed = unchanged(&town, him);
    renamed.name = Some("Another Name (fictional)".to_owned());
    town.decide(update_responder, &renamed).expect("changed");
    assert_eq!(town.him(him).area_ids, [area_id].into());
}

#[test]
fn what_a_new_responder_names_is_there() {
    let mut town = Town::new();
    let mut refused = |change: fn(&mut CreateResponder)| {
        let mut command = joining("bhr", CLINICIAN, "C1");
        change(&mut command);
        fault(town.decide(create_responder, &command).expect_err("refused"))
    };
    let not_found = |field: &str| (Reason::NotFound, field.to_owned());
    assert_eq!(refused(|c| c.agency_id = agency("fire")), not_found("agency_id"));
    let unknown_area = |c: &mut CreateResponder| {
        c.area_ids = [AreaId::next(&mut Ids::new([9; 16]), noon())].into();
    };
    assert_eq!(refused(unknown_area), not_found("area_ids"));
    assert_eq!(
        refused(|c| c.must_not_meet = [stranger()].into()),
        not_found("must_not_meet_responder_ids")
    );
}

#[test]
fn a_call_sign_and_another_systems_name_belong_to_one_who_has_not_left() {
    let mut town = Town::new();
    let mut first = joining("slmpd", OFFICER, "2A1");
    first.external_references = [reference("77")].into();
    let him = town.responder(&first);
    let taken = |field: &str| (Reason::AlreadyExists, field.to_owned());

    let same_sign = town.decide(create_responder, &joining("bhr", CLINICIAN, "2A1"));
    assert_eq!(fault(same_sign.expect_err("taken")), taken("call_sign"));
    let mut same_reference = joining("bhr", CLINICIAN, "C1");
    same_reference.external_references = [reference("77")].into();
    let refused = town.decide(create_responder, &same_reference);
    assert_eq!(fault(refused.expect_err("taken")), taken("external_references"));

    let other = town.clinician("C2");
    let mut command = unchanged(&town, other);
    command.call_sign = Some("2A1".to_owned());
    let refused = town.decide(update_responder, &command);
    assert_eq!(fault(refused.expect_err("taken")), taken("responder.call_sign"));

    assert!(retire(&mut town, him).is_ok());
    town.responder(&first);
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let mut town = Town::new();
    let (him, other) = (town.officer("2A1"), town.clinician("C1"));
    let before = town.him(him).clone();
    let base = Base {
        name: "South Patrol".to_owned(),
        point: Point::from_degrees(38.6, -90.2).expect("a point"),
    };
    let mut command = unchanged(&town, him);
    command.base = Some(Some(base.clone()));
    command.must_not_meet = Some([other].into());
    let (_, events) = town.decide(update_responder, &command).expect("changed");
    assert_eq!(kinds(&events), [EventKind::ResponderUpdated]);
    let mut expected = before;
    expected.base = Some(base);
    expected.must_not_meet = [other].into();
    expected.version = 2;
    assert_eq!(town.him(him), &expected);

    let mut command = unchanged(&town, him);
    command.base = Some(None);
    town.decide(update_responder, &command).expect("changed");
    assert_eq!(town.him(him).base, None);
}

#[test]
fn an_update_against_another_version_than_the_one_that_stands_is_stale() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let read = unchanged(&town, him);
    town.decide(update_responder, &read).expect("the first");
    let refusal = town.decide(update_responder, &read).expect_err("the second");
    assert_eq!(refusal.reason, Reason::StaleVersion);
    assert!(refusal.facts.contains(&("actual_version", "2".to_owned())));
}

#[test]
fn nobody_must_not_meet_himself() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let mut command = unchanged(&town, him);
    command.must_not_meet = Some([him].into());
    let refusal = town.decide(update_responder, &command).expect_err("himself");
    assert_eq!(refusal.reason, Reason::NotFound);
}

#[test]
fn a_retired_responder_is_neither_changed_nor_granted_nor_retired_again() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    assert_eq!(retire(&mut town, him), Ok(vec![EventKind::ResponderRetired]));
    assert_eq!(town.him(him).retired_at, Some(noon()));
    let update = unchanged(&town, him);
    let refused = [
        town.decide(update_responder, &update).err(),
        town.decide(grant_credential, &paper(him, "CIT")).err(),
        retire(&mut town, him).err(),
    ];
    let reasons = refused.map(|refusal| refusal.map(|refusal| refusal.reason));
    assert_eq!(reasons, [Some(Reason::Retired); 3]);
}

#[test]
fn his_shifts_and_his_duty_stay_as_they_were_when_he_retires() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let shift = town.on_shift(him, window("2026-11-23T09:00", "2026-11-23T17:00"));
    let duty = DutyStatus {
        primary: Duty::Available,
        secondary: String::new(),
        since: noon(),
        expires_at: None,
        active_on: None,
        on_since: None,
        reporter: reporter(),
    };
    town.board.duty.insert(him, duty.clone());
    assert!(retire(&mut town, him).is_ok());
    assert_eq!(
        town.board.shift_at(him, noon()).map(|found| found.id),
        Some(shift)
    );
    assert_eq!(town.board.duty.get(&him), Some(&duty));
}

#[test]
fn who_is_not_on_the_roster_is_not_found() {
    let mut town = Town::new();
    let command = RetireResponder {
        responder_id: stranger(),
        expected_version: 1,
    };
    let refused = [
        town.decide(retire_responder, &command),
        town.decide(grant_credential, &paper(stranger(), "CIT")),
    ];
    for refusal in refused {
        assert_eq!(refusal.expect_err("nobody").reason, Reason::NotFound);
    }
}

#[test]
fn he_sees_what_is_done_to_him_and_nobody_else_does() {
    let mut town = Town::new();
    let (him, _) = (town.officer("2A1"), town.officer("2A2"));
    let (_, events) = town
        .decide(grant_credential, &paper(him, "CIT"))
        .expect("granted");
    assert_eq!(events[0].audience, BTreeSet::from([him]));
    assert_eq!(events[0].subject, Some(him));
    assert!(matches!(&events[0].after, After::Responder(after) if after.id == him));
}

#[test]
fn nobody_retires_while_he_is_on_a_call() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let assignment_id = town.sent(him, MemberState::OnScene);
    let refusal = retire(&mut town, him).expect_err("on a call");
    assert_eq!(refusal.reason, Reason::OnACall);
    assert!(
        refusal
            .facts
            .contains(&("assignment_id", assignment_id.to_string()))
    );
    let members = &mut town
        .board
        .assignments
        .get_mut(&assignment_id)
        .expect("sent")
        .members;
    members[0].state = MemberState::Cleared;
    assert!(retire(&mut town, him).is_ok());
}

fn rehire(
    town: &mut Town,
    responder_id: ResponderId,
    call_sign: Option<&str>,
) -> Result<Vec<EventKind>, Refusal> {
    let command = RehireResponder {
        responder_id,
        expected_version: town.him(responder_id).version,
        call_sign: call_sign.map(str::to_owned),
    };
    town.decide(rehire_responder, &command)
        .map(|(_, events)| kinds(&events))
}

#[test]
fn one_who_left_comes_back_and_that_he_was_away_stays_readable() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    town.grant(him, "CIT");
    assert_eq!(
        rehire(&mut town, him, None).expect_err("present").reason,
        Reason::NotInThisState
    );
    assert!(retire(&mut town, him).is_ok());
    town.at = noon().plus_seconds(86_400);
    assert_eq!(
        rehire(&mut town, him, None),
        Ok(vec![EventKind::ResponderRehired])
    );
    let away = Departure {
        retired_at: noon(),
        rehired_at: town.at,
    };
    let back = town.him(him);
    assert_eq!((back.retired_at, &*back.departures), (None, &[away][..]));
    assert_eq!(back.credentials.len(), 1, "with his papers");
    assert!(retire(&mut town, him).is_ok());
    assert!(rehire(&mut town, him, None).is_ok());
    assert_eq!(town.him(him).departures.len(), 2);
}

#[test]
fn a_call_sign_that_has_gone_to_another_is_not_given_back() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    assert!(retire(&mut town, him).is_ok());
    town.officer("2A1");
    let refusal = rehire(&mut town, him, None).expect_err("taken");
    assert_eq!(refusal.reason, Reason::AlreadyExists);
    assert!(rehire(&mut town, him, Some("2A9")).is_ok());
    assert_eq!(town.him(him).call_sign, "2A9");
}
