//! A call with a clinician and an officer, of whom everything is known that can be.

use crate::board::{
    Board, Channel, Event, EventKind, Flag, Jurisdiction, MARCUS_ALERT, Policy, Reported, Reporter, Role,
};
use crate::dispatch::{
    Answer, Assignment, Call, CallState, Disposition, Exit, Member, MemberState, Outcome, PositionBasis,
    Remark, Safety, SafetyState, Step, TextClass,
};
use crate::geo::Point;
use crate::grpc::wire::render::Render;
use crate::id::{AssignmentId, CallId, Ids, MatchId, ResponderId, TextId};
use crate::moment::Moment;
use crate::roster::Responder;
use crate::streaming::Viewer;
use crate::triage::{Acuity, CLINICIAN, OFFICER, Response};

pub(super) const NOW: Moment = Moment::from_seconds(1_700_000_000);

pub(super) struct Town {
    pub(super) board: Board,
    pub(super) ids: Ids,
    pub(super) clinician: ResponderId,
    pub(super) officer: ResponderId,
}

impl Town {
    pub(super) fn new() -> Town {
        let mut ids = Ids::new([3; 16]);
        let jurisdiction = Jurisdiction {
            id: "st-louis".parse().expect("a slug"),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
            policy: Policy::default(),
            version: 1,
        };
        let mut board = Board::new(jurisdiction, NOW);
        let clinician = join(&mut board, &mut ids, CLINICIAN, "Ada Moss", "C-7");
        let officer = join(&mut board, &mut ids, OFFICER, "Ben Ortiz", "B-12");
        Town {
            board,
            ids,
            clinician,
            officer,
        }
    }

    /// As one in this role sees it; a responder is the clinician.
    pub(super) fn seen_as(&self, role: Role) -> Render<'_> {
        let viewer = Viewer {
            role,
            responder_id: (role == Role::Responder).then_some(self.clinician),
            agency_id: None,
        };
        Render::new(&self.board, viewer, NOW)
    }

    pub(super) fn assignment(&mut self, members: Vec<Member>) -> Assignment {
        Assignment {
            id: AssignmentId::next(&mut self.ids, NOW),
            call_id: CallId::next(&mut self.ids, NOW),
            outcome: Outcome::Pair,
            match_id: Some(MatchId::next(&mut self.ids, NOW)),
            members,
            held_until: None,
            override_reason: "closer_by_road".to_owned(),
            override_text_id: Some(TextId::next(&mut self.ids, NOW)),
            degraded: false,
            made_at: NOW,
            ended_at: None,
            version: 4,
        }
    }

    pub(super) fn call(&mut self, state: CallState) -> Call {
        let mut text_id = || TextId::next(&mut self.ids, NOW);
        let (address, clinical, approach, remark) = (text_id(), text_id(), text_id(), text_id());
        let callback = text_id();
        Call {
            id: CallId::next(&mut self.ids, NOW),
            number: 17,
            state,
            state_since: NOW,
            source: "911".to_owned(),
            requested_by: String::new(),
            incident_type: "EDP".to_owned(),
            acuity: Acuity {
                scheme: MARCUS_ALERT.to_owned(),
                level: 3,
            },
            response: Response::Pair,
            hazards: ["weapon".to_owned()].into(),
            point: Point::from_degrees(38.63, -90.2).ok(),
            address_text_id: Some(address),
            clinical_text_id: Some(clinical),
            approach_text_id: Some(approach),
            callback_text_id: Some(callback),
            person_references: ["ehr:4711".to_owned()].into(),
            asked_qualifications: Vec::new(),
            slots: Vec::new(),
            external_references: Default::default(),
            source_version: 0,
            opened_at: NOW,
            opened_by: radio(),
            closed_at: None,
            cancel_reason: String::new(),
            merged_into_call_id: None,
            course: Default::default(),
            links: std::collections::BTreeMap::new(),
            amendments: Vec::new(),
            waiting_since: None,
            declined: [self.officer].into(),
            assignment_id: None,
            match_id: None,
            remarks: vec![Remark {
                text_id: remark,
                class: TextClass::Clinical,
                author: radio(),
                recorded_at: NOW,
                from_call_number: None,
                was: None,
            }],
            flags: [Flag::OutsideServiceAreas].into(),
            files_at: None,
            filed: false,
            version: 2,
        }
    }

    pub(super) fn event(&self, after: crate::board::After) -> Event {
        Event {
            kind: EventKind::DutyChanged,
            subject: Some(self.officer),
            audience: [self.clinician, self.officer].into(),
            agency_ids: [].into(),
            area_ids: [].into(),
            reported: Reported {
                occurred_at: NOW,
                reporter: radio(),
            },
            flags: Default::default(),
            implied_by: None,
            credential_id: None,
            after,
        }
    }
}

fn join(board: &mut Board, ids: &mut Ids, discipline: &str, name: &str, call_sign: &str) -> ResponderId {
    let id = ResponderId::next(ids, NOW);
    let responder = Responder {
        id,
        agency_id: "slmpd".parse().expect("a slug"),
        discipline: discipline.to_owned(),
        name: name.to_owned(),
        call_sign: call_sign.to_owned(),
        base: None,
        area_ids: Default::default(),
        must_not_meet: Default::default(),
        credentials: Default::default(),
        external_references: Default::default(),
        retired_at: None,
        departures: Vec::new(),
        employment: crate::roster::Employment::default(),
        imported: None,
        version: 1,
    };
    board.responders.insert(id, responder);
    id
}

pub(super) fn radio() -> Reporter {
    Reporter {
        subject: "dispatcher-1".to_owned(),
        role: Role::Dispatcher,
        channel: Channel::Radio,
    }
}

/// A member of whom every field is filled: what must not be seen is there to be seen.
pub(super) fn member(responder_id: ResponderId, discipline: &str, state: MemberState) -> Member {
    let step = Step {
        occurred_at: NOW.plus_seconds(-40),
        recorded_at: NOW.plus_seconds(-39),
        reporter: radio(),
        flags: [Flag::OccurredAtClamped].into(),
        amendments: Vec::new(),
    };
    Member {
        slot_id: discipline.to_owned(),
        responder_id,
        discipline: discipline.to_owned(),
        agency_id: "slmpd".parse().expect("a slug"),
        state,
        state_since: NOW.plus_seconds(-30),
        ordered: true,
        answer_by: Some(NOW.plus_seconds(25)),
        delivered_at: Some(NOW.plus_seconds(-29)),
        seen_at: Some(NOW.plus_seconds(-28)),
        eta_seconds: Some(300),
        distance_meters: Some(3000),
        basis: Some(PositionBasis::Stale),
        staged: true,
        steps: [(MemberState::Accepted, step)].into(),
        exit: Some(Exit {
            reason: "unwell".to_owned(),
            at: NOW.plus_seconds(-1),
            moved_to: Some(AssignmentId::next(&mut Ids::new([5; 16]), NOW)),
        }),
        safety: Safety {
            state: SafetyState::Due,
            next_at: Some(NOW.plus_seconds(60)),
            checked_in_at: Some(NOW.plus_seconds(-600)),
        },
        disposition: Some(Disposition {
            code: "15".to_owned(),
            behavioral_outcome: "safety_plan".to_owned(),
            answers: vec![Answer {
                question: "transport".to_owned(),
                value: "none".to_owned(),
            }],
            reporter: radio(),
            recorded_at: NOW,
        }),
        disposition_due_at: Some(NOW.plus_seconds(3600)),
        disposition_overdue: true,
    }
}
