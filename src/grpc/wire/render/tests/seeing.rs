//! Who sees what.

use super::town::{NOW, Town, member, radio};
use crate::board::{After, Duty, DutyStatus, Role};
use crate::dispatch::{CallState, MemberState, Step};
use crate::grpc::pb;
use crate::grpc::wire::render::moment;
use crate::moment::Moment;
use crate::triage::{CLINICIAN, OFFICER};

#[test]
fn of_his_partner_a_member_sees_this_and_nothing_more() {
    let mut town = Town::new();
    let members = vec![
        member(town.clinician, CLINICIAN, MemberState::Accepted),
        member(town.officer, OFFICER, MemberState::EnRoute),
    ];
    let assignment = town.assignment(members);
    let seen = town.seen_as(Role::Responder).assignment(&assignment);
    // Every field is named: a new one asks here whether a partner may see it.
    let partner = pb::Member {
        slot_id: "officer".to_owned(),
        responder: Some(pb::Partner {
            responder_id: town.officer.to_string(),
            name: "Ben Ortiz".to_owned(),
            call_sign: "B-12".to_owned(),
        }),
        discipline: "officer".to_owned(),
        agency_id: String::new(),
        state: pb::MemberState::EnRoute.into(),
        state_since: Some(moment(NOW.plus_seconds(-30))),
        ordered: false,
        answer_by: None,
        seconds_remaining: None,
        delivered_at: None,
        seen_at: None,
        eta_seconds: Some(300),
        distance_meters: None,
        basis: pb::PositionBasis::Unspecified.into(),
        staged: true,
        steps: Vec::new(),
        exit_reason: String::new(),
        exited_at: None,
        safety: pb::SafetyState::Due.into(),
        next_check_in_at: None,
        checked_in_at: None,
        disposition: None,
        disposition_due_at: None,
        moved_to_assignment_id: String::new(),
    };
    assert_eq!(seen.members[1], partner);
}

#[test]
fn of_himself_a_member_sees_what_a_dispatcher_sees() {
    let mut town = Town::new();
    let members = vec![
        member(town.clinician, CLINICIAN, MemberState::Offered),
        member(town.officer, OFFICER, MemberState::Accepted),
    ];
    let assignment = town.assignment(members);
    let own = town.seen_as(Role::Responder).assignment(&assignment);
    let all = town.seen_as(Role::Dispatcher).assignment(&assignment);
    assert_eq!(own.members[0], all.members[0]);
    assert_eq!(own.members[0].seconds_remaining, Some(25));
    assert_eq!(own.members[0].exit_reason, "unwell");
    assert_eq!(own.members[0].steps.len(), 1);
    assert_eq!(own.members[0].agency_id, "slmpd");
    assert_ne!(own.members[1], all.members[1]);
}

#[test]
fn a_partner_who_has_left_is_not_shown() {
    let mut town = Town::new();
    for left in MemberState::ALL.into_iter().filter(|state| !state.is_active()) {
        let members = vec![
            member(town.officer, OFFICER, left),
            member(town.clinician, CLINICIAN, left),
        ];
        let assignment = town.assignment(members);
        let seen = town.seen_as(Role::Responder).assignment(&assignment);
        let who = seen.members.iter().filter_map(|one| one.responder.as_ref());
        let who: Vec<&str> = who.map(|partner| partner.responder_id.as_str()).collect();
        assert_eq!(who, [town.clinician.to_string()], "{left:?}: himself alone");
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Responder) {
            let all = town.seen_as(role).assignment(&assignment).members;
            assert_eq!(all.len(), 2, "{left:?} as {role:?}");
        }
    }
}

#[test]
fn an_offer_that_has_ended_has_no_seconds_left() {
    let mut town = Town::new();
    let mut late = member(town.clinician, CLINICIAN, MemberState::Offered);
    late.answer_by = Some(NOW.plus_seconds(-5));
    let assignment = town.assignment(vec![late]);
    let seen = town.seen_as(Role::Responder).assignment(&assignment);
    assert_eq!(seen.members[0].seconds_remaining, Some(0));
}

#[test]
fn steps_come_in_the_order_in_which_they_were_recorded() {
    let mut town = Town::new();
    let mut officer = member(town.officer, OFFICER, MemberState::OnScene);
    let taken = |seconds| Step {
        occurred_at: NOW.plus_seconds(-600),
        recorded_at: NOW.plus_seconds(seconds),
        reporter: radio(),
        flags: Default::default(),
        amendments: Vec::new(),
    };
    // By radio: on scene first, and how he got there afterwards.
    officer.steps = [
        (MemberState::Offered, taken(0)),
        (MemberState::Accepted, taken(0)),
        (MemberState::EnRoute, taken(50)),
        (MemberState::OnScene, taken(40)),
    ]
    .into();
    let assignment = town.assignment(vec![officer]);
    let seen = town.seen_as(Role::Dispatcher).assignment(&assignment);
    let states: Vec<pb::MemberState> = seen.members[0].steps.iter().map(pb::Step::state).collect();
    let recorded = [
        pb::MemberState::Offered,
        pb::MemberState::Accepted,
        pb::MemberState::OnScene,
        pb::MemberState::EnRoute,
    ];
    assert_eq!(states, recorded);
}

#[test]
fn one_who_is_not_on_the_board_has_no_name() {
    let mut town = Town::new();
    town.board.responders.clear();
    let partner = town.seen_as(Role::Dispatcher).partner(town.officer);
    assert_eq!(partner.responder_id, town.officer.to_string());
    assert_eq!((partner.name.as_str(), partner.call_sign.as_str()), ("", ""));
}

#[test]
fn no_id_of_a_text_leaves_with_a_call_or_an_assignment() {
    let mut town = Town::new();
    let call = town.call(CallState::Assigned);
    let assignment = town.assignment(Vec::new());
    let texts: Vec<String> = [call.address_text_id, call.clinical_text_id, call.approach_text_id]
        .into_iter()
        .chain([assignment.override_text_id, call.callback_text_id])
        .flatten()
        .chain(call.remarks.iter().map(|remark| remark.text_id))
        .map(|id| id.to_string())
        .collect();
    assert_eq!(texts.len(), 6);
    for role in Role::ALL {
        let render = town.seen_as(role);
        let seen = format!("{:?} {:?}", render.call(&call), render.assignment(&assignment));
        assert!(texts.iter().all(|id| !seen.contains(id.as_str())), "{role:?}");
        assert!(
            !seen.contains(&town.officer.to_string()),
            "{role:?}: who declined"
        );
    }
}

#[test]
fn an_event_shows_a_responder_no_papers_and_no_duty_of_another() {
    let town = Town::new();
    let duty = DutyStatus {
        primary: Duty::NotAvailable,
        secondary: "sick".to_owned(),
        since: NOW,
        expires_at: None,
        active_on: None,
        on_since: None,
        reporter: radio(),
    };
    let shown = |role, after: After| town.seen_as(role).event(&town.event(after)).after.is_some();
    for (whose, may_see) in [(town.clinician, true), (town.officer, false)] {
        let papers = || After::Responder(Box::new(town.board.responders[&whose].clone()));
        let duty = || After::Duty(whose, duty.clone());
        assert_eq!(shown(Role::Responder, papers()), may_see);
        assert_eq!(shown(Role::Responder, duty()), may_see);
        assert!(shown(Role::Supervisor, papers()) && shown(Role::Supervisor, duty()));
    }
}

#[test]
fn a_moment_is_exact_before_and_after_the_epoch() {
    let stamp = |seconds, nanos| prost_types::Timestamp { seconds, nanos };
    assert_eq!(moment(Moment::from_micros(1_500_001)), stamp(1, 500_001_000));
    assert_eq!(moment(Moment::from_micros(-1)), stamp(-1, 999_999_000));
    assert_eq!(moment(Moment::LAST), stamp(253_402_300_799, 0));
}
