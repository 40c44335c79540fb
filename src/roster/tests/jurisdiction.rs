use super::{area, fault};
use crate::board::testing::{Town, agency, kinds};
use crate::board::{EventKind, Policy};
use crate::refusal::Reason;
use crate::roster::command::{CreateAgency, RemoveServiceArea, UpdateJurisdiction};
use crate::roster::decide::{create_agency, policy_faults, remove_service_area, update_jurisdiction};

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

fn with(policy: Policy) -> UpdateJurisdiction {
    UpdateJurisdiction {
        expected_version: 1,
        name: None,
        policy: Some(policy),
    }
}

#[test]
fn a_policy_that_fits_together_comes_into_force_at_once() {
    let mut town = Town::new();
    let policy = Policy {
        offer_seconds: 90,
        ..Policy::default()
    };
    let (_, events) = town
        .decide(update_jurisdiction, &with(policy.clone()))
        .expect("changed");
    assert_eq!(kinds(&events), [EventKind::JurisdictionChanged]);
    assert_eq!(town.board.policy(), &policy);
    assert_eq!(town.board.jurisdiction.version, 2);
    let stale = town
        .decide(update_jurisdiction, &with(policy))
        .expect_err("stale");
    assert_eq!(stale.reason, Reason::StaleVersion);
}

#[test]
fn a_policy_is_refused_with_every_field_at_fault() {
    let mut town = Town::new();
    let policy = Policy {
        offer_seconds: 0,
        escalation_seconds: 61,
        ..Policy::default()
    };
    let refusal = town
        .decide(update_jurisdiction, &with(policy))
        .expect_err("two faults");
    assert_eq!(refusal.reason, Reason::InvalidPolicy);
    let fields: Vec<&str> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    let expected = ["offer_seconds", "escalation_seconds"].map(|name| format!("jurisdiction.policy.{name}"));
    assert_eq!(fields, expected);
}

#[test]
fn a_policy_has_no_threshold_out_of_range_and_no_contradiction() {
    type Change = fn(&mut Policy);
    let cases: &[(Change, &[&str])] = &[
        (|_| (), &[]),
        (
            |p| p.travel_speed_kilometers_per_hour = 0,
            &["travel_speed_kilometers_per_hour"],
        ),
        (|p| p.travel_detour_percent = 99, &["travel_detour_percent"]),
        (|p| p.travel_detour_percent = 100, &[]),
        (|p| p.travel_limit_seconds = 0, &["travel_limit_seconds"]),
        (|p| p.position_usable_seconds = 119, &["position_usable_seconds"]),
        (|p| p.position_fresh_seconds = 14, &["position_fresh_seconds"]),
        (|p| p.rest_seconds = u32::MAX, &["rest_seconds"]),
        (|p| p.offer_seconds = 3601, &["offer_seconds"]),
        (|p| p.hold_seconds = 0, &["hold_seconds"]),
        (|p| p.escalation_seconds = 0, &["escalation_seconds"]),
        (|p| p.disposition_due_seconds = 0, &["disposition_due_seconds"]),
        (|p| p.check_in_grace_seconds = 0, &["check_in_grace_seconds"]),
        (|p| p.believed_past_seconds = u32::MAX, &["believed_past_seconds"]),
        (|p| p.believed_future_seconds = 3601, &["believed_future_seconds"]),
        (|p| p.filing_seconds = 59, &["filing_seconds"]),
        (|p| p.reopen_seconds = u32::MAX, &["reopen_seconds"]),
        (|p| p.runners_up = 51, &["runners_up"]),
        (|p| p.position_report_seconds = 0, &["position_report_seconds"]),
        (
            |p| p.stationary_report_seconds = 0,
            &["stationary_report_seconds"],
        ),
        (|p| p.responses.clear(), &["responses"]),
        (|p| p.responses.extend(p.responses.clone()), &["responses"]),
        (|p| p.check_ins[0].seconds = 0, &["check_ins"]),
        (|p| p.check_ins.extend(p.check_ins.clone()), &["check_ins"]),
        (|p| p.check_ins.clear(), &[]),
        (
            |p| p.credential_kinds[1].code = "LCSW".to_owned(),
            &["credential_kinds[1].code"],
        ),
        (
            |p| p.credential_kinds[0].code.clear(),
            &["credential_kinds[0].code"],
        ),
        (
            |p| p.credential_kinds[2].title.clear(),
            &["credential_kinds[2].title"],
        ),
        (
            |p| p.credential_kinds[0].qualifications = [String::new()].into(),
            &["credential_kinds[0].qualifications"],
        ),
        (
            |p| p.credential_kinds[3].renewal_months = 121,
            &["credential_kinds[3].renewal_months"],
        ),
        (|p| p.credential_kinds.clear(), &[]),
    ];
    for (index, (change, expected)) in cases.iter().enumerate() {
        let mut policy = Policy::default();
        change(&mut policy);
        let faults = policy_faults(&policy);
        let fields: Vec<&str> = faults
            .iter()
            .filter_map(|fault| fault.field.strip_prefix("jurisdiction.policy."))
            .collect();
        assert_eq!(&fields, expected, "case {index}");
    }
}
