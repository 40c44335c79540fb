//! How long a match takes, with 50 to 50,000 on shift and as many more on the roster.
//!
//! A quarter are clinicians. Of those on shift one in seven is on a call, one in ten is off duty, one in twenty serves a
//! telephone seat, a few have lost a licence, and one in a hundred must not meet someone.

use std::collections::{BTreeMap, BTreeSet};

use divan::{Bencher, black_box};
use tandem::board::{
    Board, Channel, Duty, DutyStatus, Jurisdiction, MARCUS_ALERT, Policy, Position, Reporter, Role,
    TELEPHONE, Turn,
};
use tandem::dispatch::{Assignment, Call, CallState, Member, MemberState, Outcome, Safety};
use tandem::geo::Point;
use tandem::id::{AgencyId, AssignmentId, CallId, CredentialId, Ids, ResponderId, ShiftId};
use tandem::matching::{gather, match_call};
use tandem::moment::{Moment, Window};
use tandem::roster::{Credential, Responder};
use tandem::shift::{Shift, ShiftState};
use tandem::travel::{Positions, TravelTimes, measure};
use tandem::triage::{Acuity, CLINICIAN, OFFICER, Response, Slot, slots};

const NOW: Moment = Moment::from_seconds(1_790_000_000);
const ON_SHIFT: [u32; 4] = [50, 500, 5_000, 50_000];

fn main() {
    divan::main();
}

/// The pure answer to a situation that has been gathered.
#[divan::bench(args = ON_SHIFT)]
fn match_gathered(bencher: Bencher, on_shift: u32) {
    let city = City::of(on_shift);
    let situation = gather(
        &city.board,
        &city.call,
        &city.slots,
        Vec::new(),
        &city.travel,
        NOW,
    );
    bencher.bench(|| match_call(black_box(&situation)));
}

/// What happens inside the door: gathered from the board, and answered.
#[divan::bench(args = ON_SHIFT)]
fn gather_and_match(bencher: Bencher, on_shift: u32) {
    let city = City::of(on_shift);
    bencher.bench(|| {
        let board = black_box(&city.board);
        let situation = gather(board, &city.call, &city.slots, Vec::new(), &city.travel, NOW);
        match_call(&situation)
    });
}

/// What happens outside the door before.
#[divan::bench(args = ON_SHIFT)]
fn measure_travel(bencher: Bencher, on_shift: u32) {
    let city = City::of(on_shift);
    bencher.bench(|| measure(black_box(&city.board), &city.positions, center(), NOW));
}

struct City {
    board: Board,
    positions: Positions,
    travel: TravelTimes,
    call: Call,
    slots: Vec<Slot>,
}

impl City {
    fn of(on_shift: u32) -> City {
        let mut ids = Ids::new([7; 16]);
        let jurisdiction = Jurisdiction {
            id: "metropolis".parse().expect("a slug"),
            name: "Metropolis".to_owned(),
            zone: "America/Chicago".to_owned(),
            policy: Policy::default(),
            version: 1,
        };
        let mut board = Board::new(jurisdiction, NOW);
        let mut positions = Positions::new();
        let mut dice = Dice(1);
        let call = call(&mut ids);
        let mut known = Vec::new();
        for n in 0..on_shift * 2 {
            let id = hire(&mut board, &mut ids, &mut dice, &known);
            known.push(id);
            if n % 2 == 0 {
                start_work(&mut board, &mut ids, &mut dice, id, call.id);
                positions.insert(id, position(&mut dice));
            }
        }
        let travel = measure(&board, &positions, center(), NOW);
        let slots = slots(Response::Pair, &[], true, board.policy());
        City {
            board,
            positions,
            travel,
            call,
            slots,
        }
    }
}

/// Whole numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    /// A moment up to so many seconds before now.
    fn before(&mut self, seconds: u64) -> Moment {
        NOW.plus_seconds(-i64::try_from(self.below(seconds)).expect("a small number"))
    }
}

fn hire(board: &mut Board, ids: &mut Ids, dice: &mut Dice, known: &[ResponderId]) -> ResponderId {
    let clinical = dice.one_in(4);
    let id = ResponderId::next(ids, NOW);
    let codes: &[&str] = if clinical {
        &["LCSW", "CPR"]
    } else {
        &["POST", "CIT"]
    };
    let credentials = codes.iter().map(|code| Credential {
        id: CredentialId::next(ids, NOW),
        code: (*code).to_owned(),
        number: String::new(),
        issuer: String::new(),
        valid_until: None,
        lapses_at: dice.one_in(30).then_some(NOW),
        revoked_at: None,
    });
    let responder = Responder {
        id,
        agency_id: agency(),
        discipline: if clinical { CLINICIAN } else { OFFICER }.to_owned(),
        name: String::new(),
        call_sign: id.to_string(),
        base: None,
        area_ids: BTreeSet::new(),
        credentials: credentials
            .map(|credential| (credential.id, credential))
            .collect(),
        must_not_meet: known
            .last()
            .filter(|_| dice.one_in(100))
            .copied()
            .into_iter()
            .collect(),
        external_references: BTreeSet::new(),
        retired_at: None,
        version: 1,
    };
    board.responders.insert(id, responder);
    let turn = Turn {
        last_sent_at: Some(dice.before(200_000)).filter(|_| !dice.one_in(5)),
        last_freed_at: None,
    };
    board.turns.insert(id, turn);
    id
}

fn start_work(board: &mut Board, ids: &mut Ids, dice: &mut Dice, id: ResponderId, call_id: CallId) {
    let shift = Shift {
        id: ShiftId::next(ids, NOW),
        agency_id: agency(),
        responder_id: Some(id),
        state: ShiftState::Published,
        planned: Window {
            start: NOW.plus_seconds(-8 * 3600),
            end: dice.before(8 * 3600).plus_seconds(8 * 3600),
        },
        zone: "America/Chicago".to_owned(),
        area_id: None,
        actual_start: None,
        actual_end: None,
        external_references: BTreeSet::new(),
        version: 1,
        filed: false,
    };
    board.shifts.insert(shift.id, shift);
    let (primary, secondary) = match dice.below(20) {
        0 | 1 => (Duty::NotAvailable, "court"),
        2 => (Duty::Available, TELEPHONE),
        _ => (Duty::Available, ""),
    };
    let duty = DutyStatus {
        primary,
        secondary: secondary.to_owned(),
        since: NOW,
        expires_at: None,
        active_on: None,
        reporter: reporter(),
    };
    board.duty.insert(id, duty);
    if dice.one_in(7) {
        let assignment = assignment(AssignmentId::next(ids, NOW), call_id, id);
        board.assignments.insert(assignment.id, assignment);
    }
}

/// Somewhere in a square of 50 km.
fn position(dice: &mut Dice) -> Position {
    let mut offset = || i32::try_from(dice.below(4_500_000)).expect("a small number") - 2_250_000;
    let (lat_e7, lon_e7) = center().e7();
    let point = Point::from_e7(lat_e7 + offset(), lon_e7 + offset());
    Position {
        point,
        at: dice.before(300),
        accuracy_meters: None,
        stationary: false,
    }
}

fn center() -> Point {
    Point::from_e7(386_300_000, -902_000_000)
}

fn agency() -> AgencyId {
    "metro".parse().expect("a slug")
}

fn reporter() -> Reporter {
    Reporter {
        subject: "bench".to_owned(),
        role: Role::Dispatcher,
        channel: Channel::Radio,
    }
}

fn call(ids: &mut Ids) -> Call {
    Call {
        id: CallId::next(ids, NOW),
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
        point: Some(center()),
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

fn assignment(id: AssignmentId, call_id: CallId, responder_id: ResponderId) -> Assignment {
    let member = Member {
        slot_id: OFFICER.to_owned(),
        responder_id,
        discipline: OFFICER.to_owned(),
        agency_id: agency(),
        state: MemberState::OnScene,
        state_since: NOW,
        ordered: false,
        answer_by: None,
        delivered_at: None,
        seen_at: None,
        eta_seconds: None,
        distance_meters: None,
        basis: None,
        staged: false,
        steps: BTreeMap::new(),
        exit: None,
        safety: Safety::OK,
        disposition: None,
        disposition_due_at: None,
        disposition_overdue: false,
    };
    Assignment {
        id,
        call_id,
        outcome: Outcome::OfficerOnly,
        match_id: None,
        members: vec![member],
        held_until: None,
        override_reason: String::new(),
        override_text_id: None,
        degraded: false,
        made_at: NOW,
        ended_at: None,
        version: 1,
    }
}
