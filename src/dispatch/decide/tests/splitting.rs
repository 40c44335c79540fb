//! A second call made out of one.

use super::super::call::add_remark;
use super::super::splitting::split_call;
use super::world::{World, kinds, reference};
use crate::board::{EventKind, MARCUS_ALERT};
use crate::dispatch::command::{AddRemark, SplitCall};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, MemberState, TextClass};
use crate::geo::Point;
use crate::id::{CallId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::triage::Acuity;

impl World {
    pub(super) fn splitting(&self, call_id: CallId, responder_ids: &[ResponderId]) -> SplitCall {
        SplitCall {
            call_id,
            expected_version: None,
            acuity: Acuity {
                scheme: MARCUS_ALERT.to_owned(),
                level: 3,
            },
            incident_type: String::new(),
            point: None,
            address: String::new(),
            callback: None,
            asked_qualifications: Vec::new(),
            responder_ids: responder_ids.to_vec(),
            person_references: Default::default(),
            external_references: Default::default(),
            reason: "second_person".to_owned(),
            travel: self.travel(),
        }
    }

    fn split(&mut self, command: &SplitCall) -> Result<(CallId, Vec<EventKind>), Refusal> {
        let (reply, events) = self.decide(split_call, command)?;
        let crate::board::Reply::Call(second, ..) = reply else {
            panic!("not a call: {reply:?}")
        };
        Ok((second.id, kinds(&events)))
    }
}

#[test]
fn the_second_call_takes_what_is_named_and_the_rest_stays() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.external_references = [reference("1"), reference("2")].into();
    open.person_references = ["p-1".to_owned(), "p-2".to_owned()].into();
    open.hazards = ["dog".to_owned()].into();
    open.address = "12 Elm".to_owned();
    open.clinical_narrative = "of the first".to_owned();
    let first = world.opened(&open);
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.progress(first, clinician, Progress::OnScene);
    world.progress(first, officer, Progress::OnScene);
    let before = world.assignment(first).member(officer).expect("a member").clone();
    let mut command = world.splitting(first, &[officer]);
    command.external_references = [reference("2")].into();
    command.person_references = ["p-2".to_owned()].into();
    let (second, _) = world.split(&command).expect("split");

    let (one, other) = (world.of(first), world.of(second));
    assert_ne!(one.number, other.number);
    assert_eq!(one.links, [(second, "second_person".to_owned())].into());
    assert_eq!(other.links, [(first, "second_person".to_owned())].into());
    assert_eq!(one.external_references, [reference("1")].into());
    assert_eq!(other.external_references, [reference("2")].into());
    assert_eq!(other.person_references, ["p-2".to_owned()].into());
    assert_eq!((&other.hazards, other.point), (&one.hazards, one.point));
    assert_eq!(other.address_text_id, one.address_text_id);
    assert_eq!(other.clinical_text_id, None, "it is about another person");
    assert_eq!(
        world.assignment(second).member(officer),
        Some(&before),
        "as he is"
    );
    assert_eq!(world.state(first), CallState::OnScene, "the clinician stays");
    assert_eq!(world.state(second), CallState::OnScene);
    assert_eq!(
        world.member_state(second, world.far_clinician),
        MemberState::Offered,
        "what the second lacks is looked for at once"
    );
}

#[test]
fn only_who_has_said_yes_goes_along_and_only_what_the_first_has() {
    let mut world = World::new();
    let first = world.call();
    let officer = world.near_officer;
    let reason_of = |refused: Refusal| (refused.reason, refused.violations[0].field.clone());
    let asked = world.splitting(first, &[officer]);
    let refused = world.split(&asked).expect_err("he has not answered");
    assert_eq!(
        reason_of(refused),
        (Reason::NotInThisState, "responder_ids[0]".to_owned())
    );
    world.accept(first, officer).expect("accepted");
    for (named, expected) in [
        (
            vec![officer, officer],
            (Reason::AlreadyExists, "responder_ids[1]"),
        ),
        (
            vec![officer, world.far_officer],
            (Reason::NotAMember, "responder_ids[1]"),
        ),
    ] {
        let refused = world.split(&world.splitting(first, &named)).expect_err("refused");
        assert_eq!(reason_of(refused), (expected.0, expected.1.to_owned()));
    }
    let mut command = world.splitting(first, &[]);
    command.external_references = [reference("9")].into();
    let refused = world.split(&command).expect_err("not the first's");
    assert_eq!(
        reason_of(refused),
        (Reason::NotFound, "external_references".to_owned())
    );
    command.external_references.clear();
    command.person_references = ["p-9".to_owned()].into();
    let refused = world.split(&command).expect_err("not the first's");
    assert_eq!(
        reason_of(refused),
        (Reason::NotFound, "person_references".to_owned())
    );
}

#[test]
fn a_fact_by_the_old_assignment_counts_for_the_second_call() {
    let mut world = World::new();
    let first = world.call();
    let officer = world.near_officer;
    world.accept(first, officer).expect("accepted");
    let command = world.splitting(first, &[officer]);
    let (second, told) = world.split(&command).expect("split");
    assert_eq!(told[..2], [EventKind::CallSplit, EventKind::CallOpened]);
    world.progress(first, officer, Progress::OnScene);
    assert_eq!(world.member_state(second, officer), MemberState::OnScene);
    assert_eq!(world.member_state(first, officer), MemberState::Reassigned);
}

#[test]
fn a_second_call_elsewhere_has_its_own_place_and_ways_and_the_safety_of_the_first() {
    let mut world = World::new();
    let mut open = world.open(3);
    open.address = "12 Elm".to_owned();
    let first = world.opened(&open);
    let (clinician, officer) = (world.near_clinician, world.near_officer);
    world.accept(first, officer).expect("accepted");
    for (class, body) in [
        (TextClass::OfficerSafety, "dog"),
        (TextClass::Operational, "side door"),
    ] {
        let said = AddRemark {
            call_id: first,
            class,
            body: body.to_owned(),
        };
        world.decide(add_remark, &said).expect("said");
    }
    let elsewhere = Point::from_degrees(38.64, -90.25).expect("a point");
    let mut command = world.splitting(first, &[officer]);
    command.point = Some(elsewhere);
    let leg = command.travel.legs.get_mut(&officer).expect("measured");
    leg.as_mut().expect("a way").seconds = 77;
    let (second, _) = world.split(&command).expect("split");
    let (one, other) = (world.of(first), world.of(second));
    assert_eq!((other.point, other.address_text_id), (Some(elsewhere), None));
    assert_eq!(one.remarks.len(), 2, "the first keeps them");
    let came = one.remarks[0].from_call(one.number);
    assert_eq!(other.remarks, [came], "safety is for all");
    let eta = |call_id, who| {
        world
            .assignment(call_id)
            .member(who)
            .expect("a member")
            .eta_seconds
    };
    assert_eq!(eta(second, officer), Some(77));
    assert_eq!(eta(first, clinician), Some(300), "who stays is as far as he was");
}
