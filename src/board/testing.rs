//! A town for tests of rules: St. Louis with two agencies and nobody on the roster yet.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Agency, Board, Channel, Decided, Draft, Event, EventKind, ExternalReference, Jurisdiction, Policy, Reply,
    Reporter, Role, Undo,
};
use crate::dispatch::{Assignment, Member, MemberState, Outcome, Safety};
use crate::id::{AgencyId, AssignmentId, CallId, Ids, ResponderId, ShiftId, ShiftRequestId};
use crate::moment::{Moment, Window};
use crate::refusal::Refusal;
use crate::request::{RequestState, ShiftRequest, TimeOff, Wish, follow};
use crate::roster::command::CreateResponder;
use crate::roster::decide::create_responder;
use crate::roster::{Employment, Responder, command::GrantCredential, decide::grant_credential};
use crate::shift::civil::resolve;
use crate::shift::command::CreateShift;
use crate::shift::decide::create_shift;
use crate::shift::{Shift, ShiftState};
use crate::triage::{CLINICIAN, OFFICER};

/// Its zone.
pub(crate) const ZONE: &str = "America/Chicago";

/// Noon of a Monday in November, in its zone.
pub(crate) fn noon() -> Moment {
    local("2026-11-23T12:00")
}

/// A wall-clock time in its zone.
pub(crate) fn local(time: &str) -> Moment {
    resolve(time, None, ZONE).expect("a local time")
}

/// A window between two wall-clock times in its zone.
pub(crate) fn window(start: &str, end: &str) -> Window {
    Window {
        start: local(start),
        end: local(end),
    }
}

/// A board, a source of ids and a time, on which commands are decided.
pub(crate) struct Town {
    pub(crate) board: Board,
    pub(crate) ids: Ids,
    pub(crate) at: Moment,
}

impl Town {
    /// With the agencies `bhr` and `slmpd`.
    pub(crate) fn new() -> Town {
        let jurisdiction = Jurisdiction {
            id: "st-louis".parse().expect("a slug"),
            name: "St. Louis".to_owned(),
            zone: ZONE.to_owned(),
            // Who tests the rules of work sets them.
            policy: Policy {
                work_rules: Vec::new(),
                ..Policy::default()
            },
            version: 1,
        };
        let mut board = Board::new(jurisdiction, noon());
        for name in ["bhr", "slmpd"] {
            let agency = Agency {
                id: agency(name),
                name: name.to_uppercase(),
                pay_periods: Default::default(),
            };
            board.agencies.insert(agency.id.clone(), agency);
        }
        Town {
            board,
            ids: Ids::new([7; 16]),
            at: noon(),
        }
    }

    /// Decides, and lets requests follow. Whatever is decided, its events alone make the same board; whatever is refused leaves it as it was.
    pub(crate) fn decide<C>(
        &mut self,
        decide: fn(&mut Draft<'_>, &C) -> Result<Reply, Refusal>,
        command: &C,
    ) -> Result<(Reply, Vec<Event>), Refusal> {
        let before = self.board.clone();
        let mut draft = Draft::new(&mut self.board, &mut self.ids, self.at, reporter(), None);
        let decided = decide(&mut draft, command).and_then(|reply| {
            follow(&mut draft)?;
            Ok((reply, draft.finish().0))
        });
        let (reply, Decided { events, .. }) = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                assert_eq!(before, self.board, "a refusal leaves the board as it was");
                return Err(refusal);
            }
        };
        let mut followed = before;
        for event in &events {
            followed.apply(event, self.at, &mut Undo::default());
        }
        assert_eq!(followed, self.board, "events alone make the same board");
        Ok((reply, events))
    }

    /// A clinician of `bhr`.
    pub(crate) fn clinician(&mut self, call_sign: &str) -> ResponderId {
        self.responder(&joining("bhr", CLINICIAN, call_sign))
    }

    /// An officer of `slmpd`.
    pub(crate) fn officer(&mut self, call_sign: &str) -> ResponderId {
        self.responder(&joining("slmpd", OFFICER, call_sign))
    }

    /// Whoever the command says.
    pub(crate) fn responder(&mut self, command: &CreateResponder) -> ResponderId {
        let (reply, _) = self.decide(create_responder, command).expect("a responder");
        let Reply::Responder(responder) = reply else {
            panic!("not a responder: {reply:?}")
        };
        responder.id
    }

    /// Gives him a paper without end.
    pub(crate) fn grant(&mut self, responder_id: ResponderId, code: &str) {
        self.decide(grant_credential, &paper(responder_id, code))
            .expect("granted");
    }

    /// A draft of a shift for him.
    pub(crate) fn drafted(&mut self, responder_id: ResponderId, planned: Window) -> ShiftId {
        let command = self.planned(responder_id, planned);
        let (reply, _) = self.decide(create_shift, &command).expect("a shift");
        let Reply::Staffed(shift, ..) = reply else {
            panic!("not a shift: {reply:?}")
        };
        shift.id
    }

    /// A leave of his, laid on the board.
    pub(crate) fn on_leave(&mut self, responder_id: ResponderId, off: Window) {
        let leave = ShiftRequest {
            id: ShiftRequestId::next(&mut self.ids, self.at),
            agency_id: self.him(responder_id).agency_id.clone(),
            responder_id,
            wish: Wish::TimeOff(TimeOff {
                from: off.start,
                until: Some(off.end),
                zone: ZONE.to_owned(),
                leave_kind: "vacation".to_owned(),
                paid: true,
            }),
            state: RequestState::Approved,
            requested_at: self.at,
            requested_by: reporter(),
            ended: None,
            version: 2,
            filed: false,
        };
        self.board.requests.insert(leave.id, leave);
    }

    /// A command to plan a shift for him, with his agency.
    pub(crate) fn planned(&self, responder_id: ResponderId, planned: Window) -> CreateShift {
        CreateShift {
            agency_id: self.him(responder_id).agency_id.clone(),
            responder_id: Some(responder_id),
            planned,
            zone: ZONE.to_owned(),
            area_id: None,
            required_qualifications: BTreeSet::new(),
            external_references: BTreeSet::new(),
            override_reason: String::new(),
        }
    }

    /// A published shift for him, laid on the board.
    pub(crate) fn on_shift(&mut self, responder_id: ResponderId, planned: Window) -> ShiftId {
        let id = self.drafted(responder_id, planned);
        let mut shift = self.shift(id).clone();
        shift.state = ShiftState::Published;
        self.board.shifts.put(id, Some(shift));
        id
    }

    /// Puts him on some call, as far as this, and on the board.
    pub(crate) fn sent(&mut self, responder_id: ResponderId, state: MemberState) -> AssignmentId {
        let him = self.him(responder_id);
        let member = Member {
            slot_id: him.discipline.clone(),
            responder_id,
            discipline: him.discipline.clone(),
            agency_id: him.agency_id.clone(),
            state,
            state_since: self.at,
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
        let assignment = Assignment {
            id: AssignmentId::next(&mut self.ids, self.at),
            call_id: CallId::next(&mut self.ids, self.at),
            outcome: Outcome::OfficerOnly,
            match_id: None,
            members: vec![member],
            held_until: None,
            override_reason: String::new(),
            override_text_id: None,
            degraded: false,
            made_at: self.at,
            ended_at: None,
            version: 1,
        };
        let id = assignment.id;
        self.board.assignments.insert(id, assignment);
        id
    }

    /// He as the board has him.
    pub(crate) fn him(&self, responder_id: ResponderId) -> &Responder {
        &self.board.responders[&responder_id]
    }

    /// The shift as the board has it.
    pub(crate) fn shift(&self, shift_id: ShiftId) -> &Shift {
        &self.board.shifts[&shift_id]
    }
}

/// An agency's id.
pub(crate) fn agency(name: &str) -> AgencyId {
    name.parse().expect("a slug")
}

/// Who reports what tests report.
pub(crate) fn reporter() -> Reporter {
    Reporter {
        subject: "test".to_owned(),
        role: Role::Hr,
        channel: Channel::App,
    }
}

/// A command that lets someone join, with nothing beyond what is required.
pub(crate) fn joining(agency_name: &str, discipline: &str, call_sign: &str) -> CreateResponder {
    CreateResponder {
        agency_id: agency(agency_name),
        discipline: discipline.to_owned(),
        name: format!("{call_sign} (fictional)"),
        call_sign: call_sign.to_owned(),
        base: None,
        area_ids: BTreeSet::new(),
        must_not_meet: BTreeSet::new(),
        employment: Employment::default(),
        external_references: BTreeSet::new(),
    }
}

/// A command that grants a paper without end.
pub(crate) fn paper(responder_id: ResponderId, code: &str) -> GrantCredential {
    GrantCredential {
        responder_id,
        code: code.to_owned(),
        number: "1".to_owned(),
        issuer: String::new(),
        valid_from: None,
        valid_until: None,
    }
}

/// A name in the system of HR.
pub(crate) fn reference(value: &str) -> ExternalReference {
    ExternalReference {
        system: "hr".to_owned(),
        kind: "employee".to_owned(),
        value: value.to_owned(),
    }
}

/// What happened, without the rest.
pub(crate) fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}
