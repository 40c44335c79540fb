//! The rules of the roster, each as a sentence.

use std::collections::BTreeSet;

use crate::board::testing::{Town, agency, joining, kinds, local, noon, paper, reference, reporter, window};
use crate::board::{After, Duty, DutyStatus, EventKind, Reply};
use crate::geo::Point;
use crate::id::{AreaId, CredentialId, Ids, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::roster::Base;
use crate::roster::command::{
    CreateAgency, PutServiceArea, RemoveServiceArea, RetireResponder, RevokeCredential, UpdateResponder,
};
use crate::roster::decide::{
    create_agency, create_responder, grant_credential, put_service_area, remove_service_area,
    retire_responder, revoke_credential, update_responder,
};
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

fn area(town: &mut Town, name: &str) -> AreaId {
    let outline = crate::roster::outline::outline(
        r#"{"type":"Polygon","coordinates":[[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.5]]]}"#,
    )
    .expect("an outline");
    let command = PutServiceArea {
        name: name.to_owned(),
        outline,
    };
    match town.decide(put_service_area, &command).expect("an area").0 {
        Reply::Area(area) => area.id,
        other => panic!("not an area: {other:?}"),
    }
}

/// The reason and the only field at fault.
fn fault(refusal: Refusal) -> (Reason, String) {
    assert_eq!(refusal.violations.len(), 1, "{refusal:?}");
    (refusal.reason, refusal.violations[0].field.clone())
}

fn stranger() -> ResponderId {
    ResponderId::next(&mut Ids::new([9; 16]), noon())
}

#[test]
fn an_agency_is_created_once() {
    let mut town = Town::new();
    let command = CreateAgency {
        id: agency("county"),
        name: "County".to_owned(),
    };
    let (_, events) = town.decide(create_agency, &command).expect("created");
    assert_eq!(kinds(&events), [EventKind::AgencyCreated]);
    let again = town.decide(create_agency, &command).expect_err("twice");
    assert_eq!(fault(again), (Reason::AlreadyExists, "agency_id".to_owned()));
}

#[test]
fn putting_an_area_with_a_known_name_replaces_its_outline_and_keeps_its_id() {
    let mut town = Town::new();
    let id = area(&mut town, "South");
    assert_eq!(area(&mut town, "South"), id);
    assert_ne!(area(&mut town, "North"), id);
    assert_eq!(town.board.areas.len(), 2);
}

#[test]
fn a_removed_area_is_gone_and_its_name_begins_anew() {
    let mut town = Town::new();
    let id = area(&mut town, "South");
    let command = RemoveServiceArea { area_id: id };
    let (_, events) = town.decide(remove_service_area, &command).expect("removed");
    assert_eq!(kinds(&events), [EventKind::AreaRemoved]);
    let again = town.decide(remove_service_area, &command).expect_err("twice");
    assert_eq!(again.reason, Reason::NotFound);
    assert_ne!(area(&mut town, "South"), id);
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
    let mut refused = |change: fn(&mut crate::roster::command::CreateResponder)| {
        let mut command = joining("bhr", CLINICIAN, "C1");
        change(&mut command);
        fault(town.decide(create_responder, &command).expect_err("refused"))
    };
    let not_found = |field: &str| (Reason::NotFound, field.to_owned());
    assert_eq!(refused(|c| c.agency_id = agency("fire")), not_found("agency_id"));
    let unknown_area = |c: &mut crate::roster::command::CreateResponder| {
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
fn the_same_paper_is_granted_once_until_it_is_taken_away() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let (reply, events) = town
        .decide(grant_credential, &paper(him, "CIT"))
        .expect("granted");
    assert_eq!(kinds(&events), [EventKind::CredentialGranted]);
    let again = town
        .decide(grant_credential, &paper(him, "CIT"))
        .expect_err("twice");
    assert_eq!(fault(again), (Reason::AlreadyExists, "code".to_owned()));
    let mut renewed = paper(him, "CIT");
    renewed.number = "2".to_owned();
    town.decide(grant_credential, &renewed).expect("another number");

    let Reply::Credential(_, credential_id) = reply else {
        panic!("not a credential: {reply:?}")
    };
    let revoke = RevokeCredential {
        responder_id: him,
        credential_id,
    };
    town.decide(revoke_credential, &revoke).expect("revoked");
    assert_eq!(town.him(him).credentials[&credential_id].revoked_at, Some(noon()));
    town.decide(grant_credential, &paper(him, "CIT"))
        .expect("granted anew");
    assert_eq!(town.him(him).version, 5);
}

#[test]
fn a_paper_is_taken_away_once_and_from_its_holder() {
    let mut town = Town::new();
    let (him, other) = (town.officer("2A1"), town.officer("2A2"));
    town.grant(him, "CIT");
    let credential_id = *town.him(him).credentials.keys().next().expect("a paper");
    let revoke = |responder_id, credential_id: CredentialId| RevokeCredential {
        responder_id,
        credential_id,
    };
    let not_his = town.decide(revoke_credential, &revoke(other, credential_id));
    assert_eq!(not_his.expect_err("not his").reason, Reason::NotFound);
    town.decide(revoke_credential, &revoke(him, credential_id))
        .expect("revoked");
    let twice = town.decide(revoke_credential, &revoke(him, credential_id));
    assert_eq!(twice.expect_err("twice").reason, Reason::NotInThisState);
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
fn a_paper_keeps_its_last_day_and_the_moment_at_which_that_ends() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let mut command = paper(him, "LCSW");
    let lapses_at = local("2027-01-01T00:00");
    command.valid_until = Some(("2026-12-31".to_owned(), lapses_at));
    town.decide(grant_credential, &command).expect("granted");
    let held = town.him(him).credentials.values().next().expect("a paper");
    assert_eq!(held.valid_until.as_deref(), Some("2026-12-31"));
    assert_eq!(held.lapses_at, Some(lapses_at));
}
