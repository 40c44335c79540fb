//! A small town: two clinicians and two officers on shift, one far and one near of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::{
    After, Agency, Board, Channel, Decided, Draft, Duty, DutyStatus, Event, EventKind, ExternalReference,
    Jurisdiction, MARCUS_ALERT, Policy, Reply, Reporter, Role, Undo,
};
use crate::dispatch::command::OpenCall;
use crate::dispatch::{Assignment, Call, CallState, MemberState, PositionBasis};
use crate::geo::Point;
use crate::id::{AssignmentId, CallId, CredentialId, Ids, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::Refusal;
use crate::roster::{Credential, Responder};
use crate::shift::{Shift, ShiftState};
use crate::travel::{Leg, TravelTimes};
use crate::triage::{Acuity, CLINICIAN, OFFICER};

pub(super) const START: Moment = Moment::from_seconds(1_700_000_000);

pub(super) struct World {
    pub(super) board: Board,
    pub(super) ids: Ids,
    pub(super) at: Moment,
    /// Clinicians near and far, officers near and far.
    pub(super) near_clinician: ResponderId,
    pub(super) far_clinician: ResponderId,
    pub(super) near_officer: ResponderId,
    pub(super) far_officer: ResponderId,
    legs: BTreeMap<ResponderId, Option<Leg>>,
    occurred_at: Option<Moment>,
    reporter: Role,
}

impl World {
    pub(super) fn new() -> World {
        let mut ids = Ids::new([7; 16]);
        let jurisdiction = Jurisdiction {
            id: "st-louis".parse().expect("a slug"),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
            policy: Policy::default(),
            version: 1,
        };
        let mut board = Board::new(jurisdiction, START);
        for agency in ["bhr", "slmpd"] {
            let id: crate::id::AgencyId = agency.parse().expect("a slug");
            board.agencies.insert(
                id.clone(),
                Agency {
                    id,
                    name: agency.to_owned(),
                    pay_periods: Default::default(),
                },
            );
        }
        let mut legs = BTreeMap::new();
        let mut add = |discipline: &str, seconds: u32| {
            let id = responder(&mut board, &mut ids, discipline);
            let leg = Leg {
                seconds,
                meters: seconds * 10,
                basis: PositionBasis::Live,
                age_seconds: Some(5),
            };
            legs.insert(id, Some(leg));
            id
        };
        let (near_clinician, far_clinician) = (add(CLINICIAN, 300), add(CLINICIAN, 600));
        let (near_officer, far_officer) = (add(OFFICER, 200), add(OFFICER, 500));
        World {
            board,
            ids,
            at: START,
            near_clinician,
            far_clinician,
            near_officer,
            far_officer,
            legs,
            occurred_at: None,
            reporter: Role::Dispatcher,
        }
    }

    pub(super) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> World {
        change(&mut self.board.jurisdiction.policy);
        self
    }

    pub(super) fn turn(&mut self, seconds: i64) -> &mut World {
        self.at = self.at.plus_seconds(seconds);
        self
    }

    /// From now on a responder reports.
    pub(super) fn as_responder(&mut self) {
        self.reporter = Role::Responder;
    }

    /// From now on a dispatcher reports.
    pub(super) fn as_dispatcher(&mut self) {
        self.reporter = Role::Dispatcher;
    }

    /// From now on a supervisor reports.
    pub(super) fn as_supervisor(&mut self) {
        self.reporter = Role::Supervisor;
    }

    /// The next report says that it happened then.
    pub(super) fn as_of(&mut self, occurred_at: Moment) -> &mut World {
        self.occurred_at = Some(occurred_at);
        self
    }

    /// Decides; what is refused leaves the board as it was.
    pub(super) fn decide<C>(
        &mut self,
        decide: fn(&mut Draft<'_>, &C) -> Result<Reply, Refusal>,
        command: &C,
    ) -> Result<(Reply, Vec<Event>), Refusal> {
        let before = self.board.clone();
        let reporter = Reporter {
            subject: "test".to_owned(),
            role: self.reporter,
            channel: Channel::Radio,
        };
        let occurred_at = self.occurred_at.take();
        let mut draft = Draft::new(&mut self.board, &mut self.ids, self.at, reporter, occurred_at);
        let decided = decide(&mut draft, command).map(|reply| (reply, draft.finish().0));
        match decided {
            Ok((reply, Decided { events, .. })) => {
                let mut replayed = before;
                for event in &events {
                    replayed.apply(event, self.at, &mut Undo::default());
                }
                assert_eq!(replayed, self.board, "events alone make the same board");
                self.assert_nobody_twice();
                Ok((reply, events))
            }
            Err(refusal) => {
                assert_eq!(before, self.board, "a refusal leaves the board as it was");
                Err(refusal)
            }
        }
    }

    fn assert_nobody_twice(&self) {
        let mut seen = BTreeSet::new();
        for (id, state) in self.board.active_memberships() {
            assert!(
                seen.insert(id),
                "{id} is in two active memberships, one {}",
                state.as_str()
            );
        }
    }

    pub(super) fn travel(&self) -> TravelTimes {
        TravelTimes {
            at: Some(self.at),
            legs: self.legs.clone(),
        }
    }

    pub(super) fn open(&self, level: u8) -> OpenCall {
        OpenCall {
            source: "911".to_owned(),
            requested_by: String::new(),
            incident_type: "EDP".to_owned(),
            acuity: Acuity {
                scheme: MARCUS_ALERT.to_owned(),
                level,
            },
            hazards: BTreeSet::new(),
            point: Some(point()),
            address: String::new(),
            clinical_narrative: String::new(),
            approach: String::new(),
            callback: None,
            person_references: BTreeSet::new(),
            asked_qualifications: Vec::new(),
            external_references: BTreeSet::new(),
            source_version: 0,
            travel: self.travel(),
        }
    }

    /// Opens a call that needs a pair.
    pub(super) fn call(&mut self) -> CallId {
        let open = self.open(3);
        self.opened(&open)
    }

    pub(super) fn opened(&mut self, open: &OpenCall) -> CallId {
        let (reply, _) = self.decide(super::super::call::open_call, open).expect("opened");
        let Reply::Call(call, ..) = reply else {
            panic!("not a call: {reply:?}")
        };
        call.id
    }

    pub(super) fn of(&self, call_id: CallId) -> &Call {
        &self.board.calls[&call_id]
    }

    pub(super) fn state(&self, call_id: CallId) -> CallState {
        self.of(call_id).state
    }

    pub(super) fn assignment_id(&self, call_id: CallId) -> AssignmentId {
        self.of(call_id).assignment_id.expect("an assignment")
    }

    pub(super) fn assignment(&self, call_id: CallId) -> &Assignment {
        &self.board.assignments[&self.assignment_id(call_id)]
    }

    pub(super) fn member_state(&self, call_id: CallId, responder_id: ResponderId) -> MemberState {
        self.assignment(call_id)
            .member(responder_id)
            .expect("a member")
            .state
    }

    pub(super) fn sign_off(&mut self, responder_id: ResponderId) {
        self.board.duty.remove(&responder_id);
    }
}

pub(super) fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

pub(super) fn assignment_in(event: &Event) -> &Assignment {
    let After::Assignment(assignment) = &event.after else {
        panic!("not an assignment: {:?}", event.after)
    };
    assignment
}

pub(super) fn point() -> Point {
    Point::from_degrees(38.63, -90.2).expect("a point")
}

pub(super) fn reference(value: &str) -> ExternalReference {
    ExternalReference {
        system: "cad".to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

fn responder(board: &mut Board, ids: &mut Ids, discipline: &str) -> ResponderId {
    let id = ResponderId::next(ids, START);
    let credential = Credential {
        id: CredentialId::next(ids, START),
        code: if discipline == CLINICIAN { "LCSW" } else { "CIT" }.to_owned(),
        number: String::new(),
        issuer: String::new(),
        valid_until: None,
        lapses_at: None,
        revoked_at: None,
        valid_from: None,
        starts_at: None,
        finding: None,
        noticed_days: None,
    };
    let agency_id: crate::id::AgencyId = if discipline == CLINICIAN { "bhr" } else { "slmpd" }
        .parse()
        .expect("a slug");
    let responder = Responder {
        id,
        agency_id: agency_id.clone(),
        discipline: discipline.to_owned(),
        name: format!("{discipline} {id}"),
        call_sign: id.to_string(),
        base: None,
        area_ids: BTreeSet::new(),
        must_not_meet: BTreeSet::new(),
        credentials: [(credential.id, Box::new(credential))].into(),
        external_references: BTreeSet::new(),
        retired_at: None,
        departures: Vec::new(),
        employment: crate::roster::Employment::default(),
        imported: None,
        version: 1,
    };
    board.responders.insert(id, responder);
    let shift = Shift {
        origin: None,
        acknowledged: None,
        id: ShiftId::next(ids, START),
        agency_id,
        responder_id: Some(id),
        state: ShiftState::Published,
        planned: Window {
            start: START.plus_seconds(-3600),
            end: START.plus_seconds(12 * 3600),
        },
        zone: "America/Chicago".to_owned(),
        area_id: None,
        required_qualifications: BTreeSet::new(),
        override_reason: String::new(),
        actual_start: None,
        actual_end: None,
        held_over: None,
        absences: Vec::new(),
        external_references: BTreeSet::new(),
        version: 1,
        filed: false,
    };
    board.shifts.put(shift.id, Some(shift));
    let reporter = Reporter {
        subject: "test".to_owned(),
        role: Role::Responder,
        channel: Channel::App,
    };
    let duty = DutyStatus {
        primary: Duty::Available,
        secondary: String::new(),
        since: START,
        expires_at: None,
        active_on: None,
        on_since: None,
        reporter,
    };
    board.duty.insert(id, duty);
    id
}
