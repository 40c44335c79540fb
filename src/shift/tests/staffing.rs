//! Who may be put on a shift, and who is told.

use super::{DAY, fields, publish};
use crate::board::testing::{Town, kinds, local, paper, window};
use crate::board::{Draft, Event, EventKind, Flag, Reply, Role};
use crate::id::{ResponderId, ShiftId};
use crate::refusal::{Reason, Refusal};
use crate::roster::Lapse;
use crate::roster::decide::grant_credential;
use crate::shift::command::AssignShift;
use crate::shift::decide::{assign_shift, cancel_shift, create_shift, publish_shift};

const NIGHT: (&str, &str) = ("2026-11-30T22:00", "2026-12-01T06:00");
const MIDNIGHT: &str = "2026-12-01T00:00";

/// A clinician whose licence is valid through November.
fn licensed(town: &mut Town, call_sign: &str) -> ResponderId {
    let him = town.clinician(call_sign);
    let mut command = paper(him, "LCSW");
    command.valid_until = Some(("2026-11-30".to_owned(), local(MIDNIGHT)));
    town.decide(grant_credential, &command).expect("granted");
    him
}

/// A draft that requires these and that nobody works yet.
fn open(town: &mut Town, of: ResponderId, (start, end): (&str, &str), required: &[&str]) -> ShiftId {
    let mut command = town.planned(of, window(start, end));
    command.responder_id = None;
    command.required_qualifications = required.iter().map(|code| (*code).to_owned()).collect();
    let (reply, _) = town.decide(create_shift, &command).expect("a draft");
    let Reply::Shift(shift) = reply else {
        panic!("not a shift: {reply:?}")
    };
    shift.id
}

fn assignment(town: &Town, shift_id: ShiftId, responder_id: Option<ResponderId>) -> AssignShift {
    AssignShift {
        shift_id,
        expected_version: town.shift(shift_id).version,
        responder_id,
        override_reason: String::new(),
    }
}

fn assign(
    town: &mut Town,
    shift_id: ShiftId,
    responder_id: Option<ResponderId>,
) -> Result<Vec<Event>, Refusal> {
    let command = assignment(town, shift_id, responder_id);
    town.decide(assign_shift, &command).map(|(_, events)| events)
}

/// As a supervisor would.
fn overriding(draft: &mut Draft<'_>, command: &AssignShift) -> Result<Reply, Refusal> {
    draft.reporter.role = Role::Supervisor;
    assign_shift(draft, command)
}

fn lapse() -> Lapse {
    Lapse {
        qualification: "BEHAVIORAL_HEALTH".to_owned(),
        lapses_at: Some(local(MIDNIGHT)),
    }
}

#[test]
fn nobody_is_put_on_a_shift_beyond_his_licence() {
    let mut town = Town::new();
    let him = licensed(&mut town, "C1");
    let shift = open(&mut town, him, NIGHT, &["BEHAVIORAL_HEALTH"]);
    let refusal = assign(&mut town, shift, Some(him)).expect_err("beyond it");
    assert_eq!(refusal.reason, Reason::QualificationLapses);
    assert_eq!(fields(&refusal), ["responder_id"]);
    for fact in [
        ("qualification", "BEHAVIORAL_HEALTH".to_owned()),
        ("lapses_at", format!("{MIDNIGHT}:00")),
        ("shift_id", shift.to_string()),
    ] {
        assert!(refusal.facts.contains(&fact), "{fact:?} in {refusal:?}");
    }
    let mut planned = town.planned(him, window(NIGHT.0, NIGHT.1));
    planned.required_qualifications = ["BEHAVIORAL_HEALTH".to_owned()].into();
    let refusal = town.decide(create_shift, &planned).expect_err("beyond it");
    assert_eq!(refusal.reason, Reason::QualificationLapses);
    let evening = open(&mut town, him, ("2026-11-30T16:00", MIDNIGHT), &["LCSW"]);
    assert!(
        assign(&mut town, evening, Some(him)).is_ok(),
        "through its last day"
    );
}

#[test]
fn nobody_is_put_on_a_shift_that_requires_what_he_does_not_hold() {
    let mut town = Town::new();
    let him = licensed(&mut town, "C1");
    let shift = open(&mut town, him, DAY, &["SPANISH"]);
    let refusal = assign(&mut town, shift, Some(him)).expect_err("not held");
    assert_eq!(refusal.reason, Reason::NotQualified);
    town.grant(him, "LANG_ES");
    assert!(assign(&mut town, shift, Some(him)).is_ok());
}

#[test]
fn a_supervisor_overrides_what_a_shift_requires_and_it_shows() {
    let mut town = Town::new();
    let him = licensed(&mut town, "C1");
    let shift = open(&mut town, him, NIGHT, &["BEHAVIORAL_HEALTH"]);
    let mut command = assignment(&town, shift, Some(him));
    command.override_reason = "sole_cover".to_owned();
    let refusal = town.decide(assign_shift, &command).expect_err("HR");
    assert_eq!(
        (refusal.reason, fields(&refusal)),
        (Reason::RoleForbidden, vec!["override_reason"])
    );
    let (reply, events) = town.decide(overriding, &command).expect("overridden");
    assert_eq!(kinds(&events), [EventKind::ShiftAssigned]);
    assert_eq!(
        events[0].flags,
        [Flag::Overridden, Flag::QualificationLapses].into()
    );
    assert_eq!(events[0].reported.reporter.role, Role::Supervisor);
    assert_eq!(town.shift(shift).override_reason, "sole_cover");
    assert!(matches!(reply, Reply::Staffed(_, lapses, _) if lapses == [lapse()]));

    // Where nothing stands in the way nothing is overridden.
    let evening = open(
        &mut town,
        him,
        ("2026-11-29T16:00", "2026-11-29T22:00"),
        &["LCSW"],
    );
    let mut command = assignment(&town, evening, Some(him));
    command.override_reason = "sole_cover".to_owned();
    let (_, events) = town.decide(overriding, &command).expect("assigned");
    assert_eq!(events[0].flags, [].into());
    assert_eq!(town.shift(evening).override_reason, "");
}

#[test]
fn a_shift_published_beyond_an_expiry_is_flagged_with_what_lapses() {
    let mut town = Town::new();
    let him = licensed(&mut town, "C1");
    let shift = town.drafted(him, window(NIGHT.0, NIGHT.1));
    let command = crate::shift::command::PublishShift {
        shift_id: shift,
        expected_version: 1,
        override_reason: String::new(),
    };
    let (reply, events) = town.decide(publish_shift, &command).expect("published");
    assert_eq!(events[0].flags, [Flag::QualificationLapses].into());
    assert!(matches!(reply, Reply::Staffed(_, lapses, _) if lapses == [lapse()]));

    let day = town.drafted(him, window(DAY.0, DAY.1));
    let command = crate::shift::command::PublishShift {
        shift_id: day,
        expected_version: 1,
        override_reason: String::new(),
    };
    let (reply, events) = town.decide(publish_shift, &command).expect("published");
    assert_eq!(events[0].flags, [].into());
    assert!(matches!(reply, Reply::Staffed(_, lapses, _) if lapses.is_empty()));
}

#[test]
fn a_shift_that_rests_on_provisional_papers_says_that_it_needs_supervision() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    town.grant(him, "PLPC");
    town.grant(him, "QAP");
    let shift = open(&mut town, him, DAY, &["SUBSTANCE_USE"]);
    let events = assign(&mut town, shift, Some(him)).expect("assigned");
    let both = [Flag::NeedsSupervision, Flag::NeedsOnCallConsult];
    assert_eq!(events[0].flags, both.into());
}

#[test]
fn of_a_published_shift_both_are_told() {
    let mut town = Town::new();
    let (one, other) = (town.clinician("C1"), town.clinician("C2"));
    let shift = open(&mut town, one, DAY, &[]);
    let events = assign(&mut town, shift, Some(one)).expect("a draft");
    assert_eq!(events[0].audience, [].into(), "drafts are HR's own");
    assert!(publish(&mut town, shift).is_ok());
    let events = assign(&mut town, shift, Some(other)).expect("in his place");
    assert_eq!(kinds(&events), [EventKind::ShiftAssigned, EventKind::ShiftLost]);
    let told = events.iter().map(|event| event.audience.clone());
    assert_eq!(told.collect::<Vec<_>>(), [[other].into(), [one].into()]);
    assert_eq!(town.shift(shift).responder_id, Some(other));

    let events = assign(&mut town, shift, None).expect("open again");
    assert_eq!(kinds(&events), [EventKind::ShiftUnassigned, EventKind::ShiftLost]);
    assert_eq!(events[1].audience, [other].into());
    assert_eq!(town.shift(shift).responder_id, None);
}

#[test]
fn what_would_change_nothing_or_does_not_fit_is_refused() {
    let mut town = Town::new();
    let (him, officer) = (town.clinician("C1"), town.officer("2A1"));
    let shift = open(&mut town, him, DAY, &[]);
    let reason = |refused: Result<Vec<Event>, Refusal>| refused.expect_err("refused").reason;
    assert_eq!(reason(assign(&mut town, shift, None)), Reason::NotInThisState);
    assert_eq!(reason(assign(&mut town, shift, Some(officer))), Reason::NotFound);
    town.drafted(him, window("2026-11-24T16:00", "2026-11-24T20:00"));
    assert_eq!(reason(assign(&mut town, shift, Some(him))), Reason::ShiftOverlaps);
    let mut stale = assignment(&town, shift, Some(him));
    stale.expected_version = 9;
    let refusal = town.decide(assign_shift, &stale).expect_err("stale");
    assert_eq!(refusal.reason, Reason::StaleVersion);
    let withdrawn = crate::shift::command::CancelShift {
        shift_id: shift,
        expected_version: 1,
    };
    town.decide(cancel_shift, &withdrawn).expect("withdrawn");
    assert_eq!(
        reason(assign(&mut town, shift, Some(him))),
        Reason::NotInThisState
    );
}
