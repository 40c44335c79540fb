mod clocking;
mod staffing;

use crate::board::testing::{Town, kinds, local, reference, window};
use crate::board::{EventKind, Reply};
use crate::id::{Ids, ResponderId, ShiftId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::RetireResponder;
use crate::roster::decide::retire_responder;
use crate::shift::ShiftState;
use crate::shift::command::{CancelShift, PublishShift};
use crate::shift::decide::{cancel_shift, create_shift, publish_shift};

const DAY: (&str, &str) = ("2026-11-24T09:00", "2026-11-24T17:00");
const EVENING: (&str, &str) = ("2026-11-24T15:00", "2026-11-24T23:00");

fn publish(town: &mut Town, shift_id: ShiftId) -> Result<Vec<EventKind>, Refusal> {
    let expected_version = town.shift(shift_id).version;
    let command = PublishShift {
        shift_id,
        expected_version,
        override_reason: String::new(),
    };
    town.decide(publish_shift, &command)
        .map(|(_, events)| kinds(&events))
}

fn cancel(town: &mut Town, shift_id: ShiftId) -> Result<Vec<EventKind>, Refusal> {
    let expected_version = town.shift(shift_id).version;
    let command = CancelShift {
        shift_id,
        expected_version,
    };
    town.decide(cancel_shift, &command)
        .map(|(_, events)| kinds(&events))
}

fn fields(refusal: &Refusal) -> Vec<&str> {
    refusal
        .violations
        .iter()
        .map(|violation| violation.field.as_str())
        .collect()
}

#[test]
fn a_shift_begins_as_a_draft_and_only_a_published_one_counts() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let shift = town.drafted(officer, window(DAY.0, DAY.1));
    assert_eq!(town.shift(shift).state, ShiftState::Draft);
    assert_eq!(town.board.shift_at(officer, local(DAY.0)), None);
    assert_eq!(publish(&mut town, shift), Ok(vec![EventKind::ShiftPublished]));
    let on_shift = |at: Moment| town.board.shift_at(officer, at).map(|shift| shift.id);
    assert_eq!(on_shift(local(DAY.0)), Some(shift));
    assert_eq!(on_shift(local(DAY.1)), None, "its end is outside");
}

#[test]
fn a_responder_is_told_of_his_shift_when_it_comes_into_force_not_before() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let command = town.planned(officer, window(DAY.0, DAY.1));
    let (reply, events) = town.decide(create_shift, &command).expect("a draft");
    assert!(events[0].audience.is_empty(), "drafts are HR's own");
    let Reply::Staffed(shift, ..) = reply else {
        panic!("not a shift: {reply:?}")
    };
    let published = PublishShift {
        shift_id: shift.id,
        expected_version: 1,
        override_reason: String::new(),
    };
    let (_, events) = town.decide(publish_shift, &published).expect("published");
    assert_eq!(events[0].audience, [officer].into());
    let withdrawn = CancelShift {
        shift_id: shift.id,
        expected_version: 2,
    };
    let (_, events) = town.decide(cancel_shift, &withdrawn).expect("withdrawn");
    assert_eq!(events[0].audience, [officer].into());
}

#[test]
fn a_draft_that_is_withdrawn_is_never_shown_to_its_responder() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let shift_id = town.drafted(officer, window(DAY.0, DAY.1));
    let command = CancelShift {
        shift_id,
        expected_version: 1,
    };
    let (_, events) = town.decide(cancel_shift, &command).expect("withdrawn");
    assert!(events[0].audience.is_empty(), "he never knew of it");
}

#[test]
fn shifts_of_one_responder_do_not_overlap_drafts_included() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let day = town.drafted(officer, window(DAY.0, DAY.1));
    let command = town.planned(officer, window(EVENING.0, EVENING.1));
    let refusal = town.decide(create_shift, &command).expect_err("overlaps");
    assert_eq!(refusal.reason, Reason::ShiftOverlaps);
    assert!(refusal.facts.contains(&("shift_id", day.to_string())));
}

#[test]
fn touching_shifts_and_shifts_of_others_do_not_overlap() {
    let mut town = Town::new();
    let (one, other) = (town.officer("2A1"), town.officer("2A2"));
    let morning = town.drafted(one, window("2026-11-24T07:00", DAY.0));
    let day = town.drafted(one, window(DAY.0, DAY.1));
    let same = town.drafted(other, window(DAY.0, DAY.1));
    for shift in [morning, day, same] {
        assert!(publish(&mut town, shift).is_ok());
    }
}

#[test]
fn a_withdrawn_shift_makes_room() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let day = town.drafted(officer, window(DAY.0, DAY.1));
    assert!(publish(&mut town, day).is_ok());
    assert_eq!(cancel(&mut town, day), Ok(vec![EventKind::ShiftCancelled]));
    let evening = town.drafted(officer, window(EVENING.0, EVENING.1));
    assert!(publish(&mut town, evening).is_ok());
}

#[test]
fn a_shift_is_published_once_and_withdrawn_once() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let shift = town.drafted(officer, window(DAY.0, DAY.1));
    assert!(publish(&mut town, shift).is_ok());
    let reason = |refused: Result<_, Refusal>| refused.expect_err("refused").reason;
    assert_eq!(reason(publish(&mut town, shift)), Reason::NotInThisState);
    assert!(cancel(&mut town, shift).is_ok());
    assert_eq!(reason(cancel(&mut town, shift)), Reason::NotInThisState);
    assert_eq!(reason(publish(&mut town, shift)), Reason::NotInThisState);
}

#[test]
fn a_shift_that_has_changed_since_it_was_read_is_left_alone() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let shift_id = town.drafted(officer, window(DAY.0, DAY.1));
    assert!(publish(&mut town, shift_id).is_ok());
    let stale = CancelShift {
        shift_id,
        expected_version: 1,
    };
    let refusal = town.decide(cancel_shift, &stale).expect_err("stale");
    assert_eq!(refusal.reason, Reason::StaleVersion);
}

#[test]
fn a_shift_ends_after_it_starts_and_within_a_day_and_a_half() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    for (end, accepted) in [
        ("2026-11-24T09:00", false),
        ("2026-11-24T08:00", false),
        ("2026-11-24T09:01", true),
        ("2026-11-26T09:00", false),
    ] {
        let command = town.planned(officer, window(DAY.0, end));
        let decided = town.decide(create_shift, &command);
        assert_eq!(decided.is_ok(), accepted, "{end}");
        if let Err(refusal) = decided {
            assert_eq!(
                (refusal.reason, fields(&refusal)),
                (Reason::InvalidWindow, vec!["local_end"])
            );
        }
    }
}

#[test]
fn what_a_shift_names_is_there_and_belongs_together() {
    let mut town = Town::new();
    let (officer, clinician) = (town.officer("2A1"), town.clinician("C1"));
    let good = town.planned(officer, window(DAY.0, DAY.1));
    let mut others = Ids::new([9; 16]);
    let refused = |town: &mut Town, command| {
        let refusal = town.decide(create_shift, &command).expect_err("refused");
        (refusal.reason, fields(&refusal).join(" "))
    };
    let not_found = |field: &str| (Reason::NotFound, field.to_owned());

    let mut command = good.clone();
    command.agency_id = "fire".parse().expect("a slug");
    assert_eq!(refused(&mut town, command), not_found("agency_id"));
    let mut command = good.clone();
    command.area_id = Some(crate::id::AreaId::next(&mut others, local(DAY.0)));
    assert_eq!(refused(&mut town, command), not_found("area_id"));
    let mut command = good.clone();
    command.responder_id = Some(ResponderId::next(&mut others, local(DAY.0)));
    assert_eq!(refused(&mut town, command), not_found("responder_id"));
    let mut command = good;
    command.responder_id = Some(clinician);
    assert_eq!(
        refused(&mut town, command),
        not_found("responder_id"),
        "he is of another agency"
    );
}

#[test]
fn an_open_shift_needs_nobody() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let mut open = town.planned(officer, window(DAY.0, DAY.1));
    open.responder_id = None;
    for _ in 0..2 {
        let (reply, events) = town.decide(create_shift, &open).expect("an open shift");
        assert!(events[0].audience.is_empty());
        let Reply::Shift(shift) = reply else {
            panic!("not a shift: {reply:?}")
        };
        assert!(publish(&mut town, shift.id).is_ok());
    }
}

#[test]
fn a_retired_responder_works_no_shift() {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    let shift = town.drafted(officer, window(DAY.0, DAY.1));
    let command = RetireResponder {
        responder_id: officer,
        expected_version: 1,
    };
    town.decide(retire_responder, &command).expect("retired");
    assert_eq!(
        publish(&mut town, shift).expect_err("retired").reason,
        Reason::Retired
    );
    let command = town.planned(officer, window("2026-11-25T09:00", "2026-11-25T17:00"));
    let refusal = town.decide(create_shift, &command).expect_err("retired");
    assert_eq!(refusal.reason, Reason::Retired);
    assert!(
        cancel(&mut town, shift).is_ok(),
        "his shifts can still be withdrawn"
    );
}

#[test]
fn another_systems_name_belongs_to_one_shift() {
    let mut town = Town::new();
    let (one, other) = (town.officer("2A1"), town.officer("2A2"));
    let mut command = town.planned(one, window(DAY.0, DAY.1));
    command.external_references = [reference("77")].into();
    town.decide(create_shift, &command).expect("the first");
    let mut again = town.planned(other, window(DAY.0, DAY.1));
    again.external_references = [reference("77")].into();
    let refusal = town.decide(create_shift, &again).expect_err("the second");
    assert_eq!(refusal.reason, Reason::AlreadyExists);
}
