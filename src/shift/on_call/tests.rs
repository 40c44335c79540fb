//! On call, rule by rule.

use super::command::{CancelOnCall, CreateOnCallList, PlanOnCall, RecordCallBackAttempt};
use super::decide::{cancel_on_call, create_on_call_list, plan_on_call, record_call_back_attempt};
use super::{OnCallList, Outcome, list_for};
use crate::board::testing::{Town, agency, window};
use crate::board::{Policy, Reply, ServiceArea};
use crate::id::{AreaId, OnCallListId, ResponderId, ShiftId};
use crate::moment::Window;
use crate::refusal::Reason;
use crate::roster::outline::outline;
use crate::triage::CLINICIAN;

fn listed(town: &mut Town, name: &str, area_id: Option<AreaId>, rotation: &[ResponderId]) -> OnCallListId {
    let command = CreateOnCallList {
        agency_id: agency("bhr"),
        name: name.to_owned(),
        discipline: CLINICIAN.to_owned(),
        area_id,
        rotation: rotation.to_vec(),
    };
    let (reply, _) = town.decide(create_on_call_list, &command).expect("a list");
    let Reply::OnCallList(list) = reply else {
        panic!("not a list: {reply:?}")
    };
    list.id
}

fn list(town: &Town, id: OnCallListId) -> &OnCallList {
    &town.board.on_call[&id]
}

fn planned(town: &Town, list_id: OnCallListId, who: ResponderId, window: Window) -> PlanOnCall {
    PlanOnCall {
        list_id,
        expected_version: list(town, list_id).version,
        responder_id: who,
        window,
    }
}

fn called(town: &mut Town, list_id: OnCallListId, shift_id: ShiftId, who: ResponderId, outcome: Outcome) {
    let attempt = RecordCallBackAttempt {
        list_id,
        shift_id,
        responder_id: who,
        outcome,
    };
    town.decide(record_call_back_attempt, &attempt).expect("a fact");
}

#[test]
fn for_what_was_not_his_doing_nobody_is_charged_whatever_the_policy() {
    for (no_answer, not_available) in [(true, true), (true, false), (false, true), (false, false)] {
        let policy = Policy {
            no_answer_is_charged: no_answer,
            not_available_is_charged: not_available,
            ..Policy::default()
        };
        for (outcome, charged) in [
            (Outcome::Accepted, true),
            (Outcome::Declined, true),
            (Outcome::NotAvailable, not_available),
            (Outcome::NoAnswer, no_answer),
            (Outcome::WrongNumber, false),
            (Outcome::NoLongerActive, false),
        ] {
            assert_eq!(outcome.is_charged(&policy), charged, "{outcome:?}");
        }
    }
}

#[test]
fn whoever_is_charged_goes_to_the_end_and_all_others_keep_their_order() {
    let mut town = Town::new();
    let people = ["C1", "C2", "C3", "C4"].map(|call_sign| town.clinician(call_sign));
    let [first, second, third, fourth] = people;
    let shift_id = town.on_shift(first, window("2026-11-24T08:00", "2026-11-24T16:00"));
    let id = listed(&mut town, "nights", None, &people);
    called(&mut town, id, shift_id, second, Outcome::Declined);
    assert_eq!(list(&town, id).rotation, [first, third, fourth, second]);
    called(&mut town, id, shift_id, first, Outcome::WrongNumber);
    assert_eq!(list(&town, id).rotation, [first, third, fourth, second]);
    called(&mut town, id, shift_id, first, Outcome::Accepted);
    assert_eq!(list(&town, id).rotation, [third, fourth, second, first]);
    let charged: Vec<bool> = list(&town, id).attempts.iter().map(|one| one.charged).collect();
    assert_eq!(charged, [true, false, true]);
    // One who is on no rotation has no turn to lose; when the shift is over its attempts leave the list.
    let outsider = town.clinician("C5");
    town.at = town.at.plus_seconds(2 * 86_400);
    let later = town.on_shift(second, window("2026-11-26T08:00", "2026-11-26T16:00"));
    called(&mut town, id, later, outsider, Outcome::Declined);
    let attempts = &list(&town, id).attempts;
    assert_eq!(
        (attempts.len(), attempts[0].number, attempts[0].charged),
        (1, 4, false)
    );
    assert_eq!(list(&town, id).rotation, [third, fourth, second, first]);
}

#[test]
fn a_list_of_the_shifts_area_comes_before_one_for_all() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let square =
        r#"{"type":"Polygon","coordinates":[[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.5]]]}"#;
    let areas = ["north", "south"].map(|name| {
        let area = ServiceArea {
            id: AreaId::next(&mut town.ids, town.at),
            name: name.to_owned(),
            outline: outline(square).expect("an outline"),
            zone: None,
            removed: false,
        };
        town.board.areas.insert(area.id, area.clone());
        area.id
    });
    let everywhere = listed(&mut town, "everywhere", None, &[him]);
    let north = listed(&mut town, "north", Some(areas[0]), &[him]);
    let shift_id = town.on_shift(him, window("2026-11-24T08:00", "2026-11-24T16:00"));
    let mut shift = town.shift(shift_id).clone();
    let mut used = |area_id| {
        shift.area_id = area_id;
        list_for(&town.board, &shift, Some(&CLINICIAN.to_owned())).map(|list| list.id)
    };
    assert_eq!(used(Some(areas[0])), Some(north));
    assert_eq!(used(Some(areas[1])), Some(everywhere));
    assert_eq!(used(None), Some(everywhere));
    let officers = list_for(&town.board, &shift, Some(&"officer".to_owned()));
    assert_eq!(officers, None);
}

#[test]
fn nobody_is_on_call_twice_at_once_and_what_was_served_stays() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let id = listed(&mut town, "nights", None, &[him]);
    let night = window("2026-11-23T10:00", "2026-11-23T22:00");
    let week = window("2026-11-24T08:00", "2026-12-01T08:00");
    for window in [night, week] {
        town.decide(plan_on_call, &planned(&town, id, him, window))
            .expect("on call");
    }
    for (wrong, reason) in [
        (
            window("2026-11-23T21:00", "2026-11-24T07:00"),
            Reason::AlreadyExists,
        ),
        (
            window("2026-12-02T08:00", "2026-12-09T08:01"),
            Reason::InvalidWindow,
        ),
        (
            window("2026-12-02T08:00", "2026-12-02T08:00"),
            Reason::InvalidWindow,
        ),
        (
            window("2026-11-23T02:00", "2026-11-23T09:00"),
            Reason::InvalidTime,
        ),
    ] {
        let refused = town.decide(plan_on_call, &planned(&town, id, him, wrong));
        assert_eq!(refused.expect_err("refused").reason, reason);
    }
    // It is noon: the one has begun and ends now, the other has not and is gone.
    let cancel = CancelOnCall {
        list_id: id,
        expected_version: list(&town, id).version,
        responder_id: him,
        window: Window {
            start: night.start,
            end: week.end,
        },
    };
    town.decide(cancel_on_call, &cancel).expect("off call");
    let stints: Vec<Window> = list(&town, id).stints.iter().map(|one| one.window).collect();
    assert_eq!(
        stints,
        [Window {
            end: town.at,
            ..night
        }]
    );
    let again = CancelOnCall {
        expected_version: list(&town, id).version,
        ..cancel
    };
    let refused = town.decide(cancel_on_call, &again).expect_err("nothing left");
    assert_eq!(refused.reason, Reason::NotFound);
    // After 35 days it leaves the list with the next plan.
    town.at = town.at.plus_seconds(36 * 86_400);
    let later = window("2027-01-05T08:00", "2027-01-05T20:00");
    town.decide(plan_on_call, &planned(&town, id, him, later))
        .expect("on call");
    assert_eq!(list(&town, id).stints.len(), 1);
}
