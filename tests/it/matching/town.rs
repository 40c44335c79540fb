//! A board by hand: a clinician and an officer on shift, and a call for a pair.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{
    Board, Channel, Duty, DutyStatus, Jurisdiction, MARCUS_ALERT, Policy, Position, Reporter, Role,
};
use tandem::dispatch::{Assignment, Call, CallState, Member, MemberState, Outcome, PositionBasis, Safety};
use tandem::geo::Point;
use tandem::id::{AgencyId, ResponderId};
use tandem::matching::{Rejection, Report, Situation, gather, match_call};
use tandem::moment::{Moment, Window};
use tandem::roster::{Credential, Responder};
use tandem::shift::{Shift, ShiftState};
use tandem::travel::{Positions, TravelTimes, measure};
use tandem::triage::{Acuity, CLINICIAN, OFFICER, Response, slots};

pub(super) const NOW: Moment = Moment::from_seconds(1_790_000_000);

pub(super) const CLINIC: u32 = 1;
pub(super) const PATROL: u32 = 2;

pub(super) struct Town {
    pub(super) board: Board,
    pub(super) positions: Positions,
    pub(super) call: Call,
}

impl Town {
    pub(super) fn new() -> Town {
        let jurisdiction = Jurisdiction {
            id: "st-louis".parse().unwrap(),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
            policy: Policy::default(),
            version: 3,
        };
        let mut town = Town {
            board: Board::new(jurisdiction, NOW),
            positions: BTreeMap::new(),
            call: call(),
        };
        town.hire(CLINIC, CLINICIAN, "LCSW");
        town.hire(PATROL, OFFICER, "CIT");
        town
    }

    /// Puts someone on the roster, on shift and on duty, a kilometre north of the call.
    pub(super) fn hire(&mut self, n: u32, discipline: &str, credential: &str) {
        let credential = Credential {
            id: numbered(n),
            code: credential.to_owned(),
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
        let responder = Responder {
            id: id(n),
            agency_id: agency(),
            discipline: discipline.to_owned(),
            name: discipline.to_owned(),
            call_sign: n.to_string(),
            base: None,
            area_ids: BTreeSet::new(),
            must_not_meet: BTreeSet::new(),
            credentials: [(credential.id, Box::new(credential))].into(),
            external_references: BTreeSet::new(),
            retired_at: None,
            departures: Vec::new(),
            employment: tandem::roster::Employment::default(),
            imported: None,
            version: 1,
        };
        let shift = Shift {
            origin: None,
            acknowledged: None,
            id: numbered(n),
            agency_id: agency(),
            responder_id: Some(id(n)),
            state: ShiftState::Published,
            planned: Window {
                start: NOW.plus_seconds(-3600),
                end: NOW.plus_seconds(7 * 3600),
            },
            zone: "America/Chicago".to_owned(),
            area_id: None,
            required_qualifications: [].into(),
            override_reason: String::new(),
            actual_start: None,
            actual_end: None,
            held_over: None,
            absences: Vec::new(),
            external_references: BTreeSet::new(),
            version: 1,
            filed: false,
        };
        let duty = DutyStatus {
            primary: Duty::Available,
            secondary: String::new(),
            since: NOW,
            expires_at: None,
            active_on: None,
            on_since: None,
            reporter: reporter(),
        };
        self.board.responders.insert(responder.id, responder);
        self.board.shifts.put(shift.id, Some(shift));
        self.board.duty.insert(id(n), duty);
        self.heard(n, north(1000), 10);
    }

    /// His device was heard from there, so many seconds ago.
    pub(super) fn heard(&mut self, n: u32, point: Point, seconds_ago: i64) {
        let position = Position {
            point,
            at: NOW.plus_seconds(-seconds_ago),
            accuracy_meters: None,
            stationary: false,
        };
        self.positions.insert(id(n), position);
    }

    pub(super) fn responder(&mut self, n: u32) -> &mut Responder {
        self.board.responders.get_mut(&id(n)).unwrap()
    }

    pub(super) fn credential(&mut self, n: u32) -> &mut Credential {
        self.responder(n).credentials.get_mut(&numbered(n)).unwrap()
    }

    /// His shift is another than it was.
    pub(super) fn shift(&mut self, n: u32, change: impl FnOnce(&mut Shift)) {
        let mut shift = self.board.shifts[&numbered(n)].clone();
        change(&mut shift);
        self.board.shifts.put(shift.id, Some(shift));
    }

    pub(super) fn duty(&mut self, n: u32) -> &mut DutyStatus {
        self.board.duty.get_mut(&id(n)).unwrap()
    }

    pub(super) fn policy(&mut self) -> &mut Policy {
        &mut self.board.jurisdiction.policy
    }

    /// Puts him on a call, in this state.
    pub(super) fn send(&mut self, n: u32, state: MemberState) {
        let assignment = Assignment {
            id: numbered(n),
            call_id: numbered(1),
            outcome: Outcome::OfficerOnly,
            match_id: None,
            members: vec![member(id(n), state)],
            held_until: None,
            override_reason: String::new(),
            override_text_id: None,
            degraded: false,
            made_at: NOW,
            ended_at: None,
            version: 1,
        };
        self.board.assignments.insert(assignment.id, assignment);
    }

    pub(super) fn travel(&self) -> TravelTimes {
        measure(&self.board, &self.positions, point(), NOW)
    }

    pub(super) fn situation(&self) -> Situation {
        self.situation_with(&self.travel())
    }

    pub(super) fn situation_with(&self, travel: &TravelTimes) -> Situation {
        let asked = &self.call.asked_qualifications;
        let slots = slots(
            self.call.response,
            asked,
            self.call.point.is_some(),
            self.board.policy(),
        );
        gather(&self.board, &self.call, &slots, Vec::new(), travel, NOW)
    }

    pub(super) fn report(&self) -> Report {
        match_call(&self.situation())
    }

    pub(super) fn rejection(&self, n: u32) -> Option<Rejection> {
        let report = self.report();
        let rejected = report.rejections.iter().find(|one| one.responder_id == id(n))?;
        Some(rejected.rejection.clone())
    }
}

pub(super) fn id(n: u32) -> ResponderId {
    numbered(n)
}

/// An id of any kind whose order is that of its number.
pub(super) fn numbered<Id: std::str::FromStr<Err: std::fmt::Debug>>(n: u32) -> Id {
    format!("00000000-0000-7000-8000-{n:012x}")
        .parse()
        .expect("an id")
}

/// Where the call is.
pub(super) fn point() -> Point {
    Point::from_degrees(38.63, -90.2).unwrap()
}

/// So many metres north of the call, to a centimetre.
pub(super) fn north(meters: i32) -> Point {
    let (lat_e7, lon_e7) = point().e7();
    // A degree of latitude is 111195.08 m on a sphere of 6371008.8 m.
    let e7 = i64::from(meters) * 1_000_000_000 / 11_119_508;
    Point::from_e7(lat_e7 + i32::try_from(e7).unwrap(), lon_e7)
}

fn agency() -> AgencyId {
    "slmpd".parse().unwrap()
}

fn reporter() -> Reporter {
    Reporter {
        subject: "test".to_owned(),
        role: Role::Dispatcher,
        channel: Channel::Radio,
    }
}

fn call() -> Call {
    Call {
        id: numbered(1),
        number: 1,
        state: CallState::Open,
        state_since: NOW,
        source: "911".to_owned(),
        requested_by: String::new(),
        incident_type: "EDP".to_owned(),
        acuity: Acuity {
            scheme: MARCUS_ALERT.to_owned(),
            level: 3,
        },
        response: Response::Pair,
        hazards: BTreeSet::new(),
        point: Some(point()),
        address_text_id: None,
        clinical_text_id: None,
        approach_text_id: None,
        callback_text_id: None,
        person_references: BTreeSet::new(),
        asked_qualifications: Vec::new(),
        slots: Vec::new(),
        external_references: BTreeSet::new(),
        source_version: 0,
        opened_at: NOW,
        opened_by: reporter(),
        closed_at: None,
        cancel_reason: String::new(),
        merged_into_call_id: None,
        course: Default::default(),
        links: std::collections::BTreeMap::new(),
        amendments: Vec::new(),
        waiting_since: None,
        declined: BTreeSet::new(),
        assignment_id: None,
        match_id: None,
        remarks: Vec::new(),
        flags: BTreeSet::new(),
        files_at: None,
        filed: false,
        version: 1,
    }
}

fn member(responder_id: ResponderId, state: MemberState) -> Member {
    Member {
        slot_id: OFFICER.to_owned(),
        responder_id,
        discipline: OFFICER.to_owned(),
        agency_id: agency(),
        state,
        state_since: NOW,
        ordered: false,
        answer_by: None,
        delivered_at: None,
        seen_at: None,
        eta_seconds: None,
        distance_meters: None,
        basis: Some(PositionBasis::Live),
        staged: false,
        steps: BTreeMap::new(),
        exit: None,
        safety: Safety::OK,
        disposition: None,
        disposition_due_at: None,
        disposition_overdue: false,
    }
}
