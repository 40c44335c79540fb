//! A board changes in one way, and what was drafted can be taken back.

use proptest::prelude::*;

use super::testing::{Town, agency, local, reporter, window};
use super::{
    After, Agency, Alert, AlertKind, Board, Cause, Draft, Duty, DutyStatus, Entry, EventKind, Flag,
    Happening, Role, ServiceArea,
};
use crate::dispatch::{Call, CallState, MemberState};
use crate::geo::Outline;
use crate::id::{AlertId, AreaId, CallId, Ids, OperationId, ResponderId};
use crate::moment::Moment;
use crate::shift::ShiftState;
use crate::triage::{Acuity, Response};

/// Things that random events are about: two of each, so that events meet.
struct Cast {
    town: Town,
    people: [ResponderId; 2],
    calls: [Call; 2],
    areas: [AreaId; 2],
    alerts: [AlertId; 2],
}

/// One random event: what it is about, which of the two, and how it goes on from there.
type Roll = (u8, usize, u8);

impl Cast {
    fn new() -> Cast {
        let mut town = Town::new();
        let people = [town.clinician("C1"), town.officer("2A1")];
        for (index, person) in people.iter().enumerate() {
            town.on_shift(*person, window("2026-11-23T09:00", "2026-11-23T17:00"));
            town.grant(*person, if index == 0 { "LCSW" } else { "CIT" });
        }
        let calls = [1, 2].map(|number| call(CallId::next(&mut town.ids, town.at), number));
        for (call, person) in calls.iter().zip(people) {
            town.board.calls.insert(call.id, call.clone());
            let assignment_id = town.sent(person, MemberState::Accepted);
            let assignment = town.board.assignments.get_mut(&assignment_id).expect("sent");
            assignment.call_id = call.id;
        }
        let areas = [(); 2].map(|()| AreaId::next(&mut town.ids, town.at));
        let alerts = [(); 2].map(|()| AlertId::next(&mut town.ids, town.at));
        Cast {
            town,
            people,
            calls,
            areas,
            alerts,
        }
    }

    fn happening(&self, board: &Board, (what, which, how): Roll) -> Happening {
        let person = self.people[which];
        let at = local("2026-11-23T12:00").plus_seconds(i64::from(how));
        let odd = how % 2 == 1;
        match what {
            0 => {
                let mut jurisdiction = board.jurisdiction.clone();
                jurisdiction.version += 1;
                Happening::new(
                    EventKind::JurisdictionChanged,
                    After::Jurisdiction(Box::new(jurisdiction)),
                )
            }
            1 => {
                let id = agency(["county", "slmpd"][which]);
                let name = format!("named {how}");
                Happening::new(
                    EventKind::AgencyCreated,
                    After::Agency(Agency {
                        id,
                        name,
                        pay_periods: Default::default(),
                    }),
                )
            }
            2 => {
                let area = ServiceArea {
                    zone: None,
                    id: self.areas[which],
                    name: format!("named {how}"),
                    outline: Outline { polygons: Vec::new() },
                    removed: odd,
                };
                Happening::new(EventKind::AreaChanged, After::Area(area))
            }
            3 => {
                let mut responder = board.responders[&person].clone();
                responder.version += 1;
                responder.retired_at = odd.then_some(at);
                Happening::new(EventKind::ResponderUpdated, After::Responder(Box::new(responder)))
            }
            4 => {
                let mut shifts = self.town.board.shifts.values();
                let mut shift = shifts.nth(which).expect("two shifts").clone();
                shift.state = if odd {
                    ShiftState::Cancelled
                } else {
                    ShiftState::Published
                };
                shift.filed = how % 3 == 0;
                Happening::new(EventKind::ShiftPublished, After::Shift(Box::new(shift)))
            }
            5 => {
                let duty = DutyStatus {
                    primary: if odd { Duty::Available } else { Duty::NotAvailable },
                    secondary: String::new(),
                    since: at,
                    expires_at: None,
                    active_on: None,
                    on_since: None,
                    reporter: reporter(),
                };
                Happening::new(EventKind::DutyChanged, After::Duty(person, duty))
            }
            6 => {
                let mut call = self.calls[which].clone();
                call.number += u32::from(how);
                call.filed = odd;
                Happening::new(EventKind::CallUpdated, After::Call(Box::new(call)))
            }
            7 => {
                let mut assignments = self.town.board.assignments.values();
                let mut assignment = assignments.nth(which).expect("two assignments").clone();
                assignment.version += u64::from(how);
                let kinds = [
                    EventKind::OfferMade,
                    EventKind::MemberCleared,
                    EventKind::MemberProgressed,
                ];
                let kind = kinds[usize::from(how) % kinds.len()];
                Happening::new(kind, After::Assignment(Box::new(assignment))).to(person)
            }
            _ => {
                let alert = Alert {
                    id: self.alerts[which],
                    kind: AlertKind::CallWaiting,
                    call_id: Some(self.calls[which].id),
                    assignment_id: None,
                    responder_id: None,
                    raised_at: at,
                    escalates_at: at.plus_seconds(60),
                    escalations: u32::from(how),
                    ended_at: odd.then_some(at),
                    acknowledged_by: None,
                };
                Happening::new(EventKind::AlertRaised, After::Alert(alert))
            }
        }
    }

    fn draft<'a>(board: &'a mut Board, ids: &'a mut Ids, at: Moment) -> Draft<'a> {
        Draft::new(board, ids, at, reporter(), None)
    }
}

fn call(id: CallId, number: u32) -> Call {
    let at = local("2026-11-23T11:00");
    Call {
        id,
        number,
        state: CallState::Offered,
        state_since: at,
        source: "911".to_owned(),
        requested_by: String::new(),
        incident_type: "EDP".to_owned(),
        acuity: Acuity {
            scheme: super::MARCUS_ALERT.to_owned(),
            level: 3,
        },
        response: Response::Pair,
        hazards: Default::default(),
        point: None,
        address_text_id: None,
        clinical_text_id: None,
        approach_text_id: None,
        callback_text_id: None,
        person_references: Default::default(),
        asked_qualifications: Vec::new(),
        slots: Vec::new(),
        external_references: Default::default(),
        source_version: 0,
        opened_at: at,
        opened_by: reporter(),
        closed_at: None,
        cancel_reason: String::new(),
        merged_into_call_id: None,
        course: Default::default(),
        links: std::collections::BTreeMap::new(),
        amendments: Vec::new(),
        waiting_since: None,
        declined: Default::default(),
        assignment_id: None,
        match_id: None,
        remarks: Vec::new(),
        flags: Default::default(),
        files_at: None,
        filed: false,
        version: 1,
    }
}

fn rolls() -> impl Strategy<Value = Vec<Roll>> {
    prop::collection::vec((0_u8..9, 0_usize..2, 0_u8..12), 0..40)
}

proptest! {
    #[test]
    fn a_dropped_draft_leaves_the_board_as_it_was(rolls in rolls()) {
        let cast = Cast::new();
        let (mut board, mut ids) = (cast.town.board.clone(), cast.town.ids.clone());
        let mut draft = Cast::draft(&mut board, &mut ids, cast.town.at);
        for roll in rolls {
            let happening = cast.happening(draft.board(), roll);
            draft.emit(happening);
        }
        drop(draft);
        prop_assert_eq!(board, cast.town.board);
    }

    #[test]
    fn a_finished_draft_can_be_undone_and_the_one_before_it_stands(first in rolls(), second in rolls()) {
        let cast = Cast::new();
        let (mut board, mut ids) = (cast.town.board.clone(), cast.town.ids.clone());
        let mut decide = |board: &mut Board, rolls: Vec<Roll>| {
            let mut draft = Cast::draft(board, &mut ids, cast.town.at);
            for roll in rolls {
                let happening = cast.happening(draft.board(), roll);
                draft.emit(happening);
            }
            draft.finish()
        };
        let (_, undo_first) = decide(&mut board, first);
        let between = board.clone();
        let (_, undo_second) = decide(&mut board, second);
        board.undo(undo_second);
        prop_assert_eq!(&board, &between);
        board.undo(undo_first);
        prop_assert_eq!(board, cast.town.board);
    }

    #[test]
    fn following_the_entry_makes_the_board_that_was_decided_on(rolls in rolls()) {
        let cast = Cast::new();
        let (mut board, mut ids) = (cast.town.board.clone(), cast.town.ids.clone());
        let mut draft = Cast::draft(&mut board, &mut ids, cast.town.at);
        for roll in rolls {
            let happening = cast.happening(draft.board(), roll);
            draft.emit(happening);
        }
        let (decided, _) = draft.finish();
        let entry = Entry {
            revision: 1,
            at: cast.town.at,
            operation_id: OperationId::next(&mut ids, cast.town.at),
            request_id: String::new(),
            cause: Cause {
                subject: "test".to_owned(),
                role: Role::Hr,
                method: "Test".to_owned(),
            },
            events: decided.events,
        };
        let written = serde_json::to_string(&entry).expect("written");
        let read: Entry = serde_json::from_str(&written).expect("read");
        let mut reader = cast.town.board.clone();
        reader.follow(&read);
        board.revision = 1;
        prop_assert_eq!(reader, board);
    }
}

#[test]
fn a_filed_call_takes_its_assignments_along_and_an_undo_brings_them_back() {
    let cast = Cast::new();
    let mut board = cast.town.board.clone();
    let mut ids = cast.town.ids.clone();
    let mut draft = Cast::draft(&mut board, &mut ids, cast.town.at);
    let mut filed = cast.calls[0].clone();
    filed.filed = true;
    draft.emit(Happening::new(EventKind::CallFiled, After::Call(Box::new(filed))));
    let left: Vec<CallId> = draft.board().assignments.values().map(|a| a.call_id).collect();
    assert_eq!(left, [cast.calls[1].id]);
    let (_, undo) = draft.finish();
    board.undo(undo);
    assert_eq!(board, cast.town.board);
}

#[test]
fn a_reported_time_is_believed_within_the_policys_bounds_and_flagged_beyond() {
    let town = Town::new();
    let policy = town.board.policy().clone();
    let past = -i64::from(policy.believed_past_seconds);
    let ahead = i64::from(policy.believed_future_seconds);
    let clamped = Some(Flag::OccurredAtClamped);
    for (seconds, believed, flag) in [
        (0, 0, None),
        (past, past, None),
        (past - 1, past, clamped),
        (ahead, ahead, None),
        (ahead + 1, 0, clamped),
    ] {
        let (mut board, mut ids) = (town.board.clone(), town.ids.clone());
        let reported_at = Some(town.at.plus_seconds(seconds));
        let draft = Draft::new(&mut board, &mut ids, town.at, reporter(), reported_at);
        assert_eq!(
            draft.occurred_at(),
            (town.at.plus_seconds(believed), flag),
            "{seconds} s from now"
        );
    }
}

#[test]
fn events_decided_with_a_clock_behind_the_journal_say_so() {
    let cast = Cast::new();
    let (mut board, mut ids) = (cast.town.board.clone(), cast.town.ids.clone());
    let mut draft = Cast::draft(&mut board, &mut ids, cast.town.at);
    draft.suspect_clock();
    let happening = cast.happening(draft.board(), (5, 0, 1));
    draft.emit(happening);
    let (decided, _) = draft.finish();
    assert!(decided.events[0].flags.contains(&Flag::ClockSuspect));
}
