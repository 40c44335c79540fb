//! Values of the field, and the events that carry them.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{
    After, Agency, Channel, Duty, DutyStatus, Event, EventKind, ExternalReference, Flag, Jurisdiction,
    MARCUS_ALERT, Policy, Reported, Reporter, Role, ServiceArea,
};
use tandem::dispatch::command::OpenCall;
use tandem::dispatch::{Assignment, Call, Outcome};
use tandem::geo::{Outline, Point};
use tandem::hours::payroll::PayPeriod;
use tandem::id::{AreaId, CallId, Ids, JurisdictionId, MatchId, OnCallListId, ResponderId, ShiftId};
use tandem::matching::{
    Candidate, Held, Lost, Rejected, Rejection, Report, RunnerUp, Situation, StoredMatch,
};
use tandem::moment::{Moment, Window};
use tandem::request::{Acceptance, Bound, Ending, Swap, TimeOff, Wish};
use tandem::roster::{Arrival, NoteKind, OffShift, OptOut, Responder, WeekTime};
use tandem::shift::date::LocalDate;
use tandem::shift::on_call::{Attempt, OnCallList, Outcome as CallBackOutcome, Stint};
use tandem::shift::pattern::Pattern;
use tandem::shift::{Acknowledgement, Made, Origin, Shift};
use tandem::store::ReplyKey;
use tandem::travel::TravelTimes;
use tandem::triage::Acuity;

pub(crate) fn jurisdiction_id() -> JurisdictionId {
    "st-louis".parse().unwrap()
}

pub(crate) fn jurisdiction() -> Jurisdiction {
    Jurisdiction {
        id: jurisdiction_id(),
        name: "St. Louis".to_owned(),
        zone: "America/Chicago".to_owned(),
        policy: Policy::default(),
        version: 1,
    }
}

pub(crate) fn key(request_id: &str) -> ReplyKey {
    ReplyKey {
        subject: "dispatch-7".to_owned(),
        method: "OpenCall".to_owned(),
        request_id: request_id.to_owned(),
    }
}

pub(crate) fn point() -> Point {
    Point::from_degrees(38.627_003, -90.199_402).unwrap()
}

pub(crate) fn reference(system: &str, value: &str) -> ExternalReference {
    ExternalReference {
        system: system.to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn reporter() -> Reporter {
    Reporter {
        subject: "dispatch-7".to_owned(),
        role: Role::Dispatcher,
        channel: Channel::Radio,
    }
}

pub(crate) fn duty(at: Moment) -> DutyStatus {
    DutyStatus {
        primary: Duty::ConditionallyAvailable,
        secondary: "court".to_owned(),
        since: at,
        expires_at: Some(at.plus_seconds(600)),
        active_on: Some(reference("cad", "24-999")),
        on_since: Some(at.plus_seconds(-60)),
        reporter: reporter(),
    }
}

pub(crate) fn on_call_list(ids: &mut Ids, responder_id: ResponderId, at: Moment) -> OnCallList {
    OnCallList {
        id: OnCallListId::next(ids, at),
        agency_id: "bhr".parse().unwrap(),
        name: "nights".to_owned(),
        discipline: "clinician".to_owned(),
        area_id: Some(AreaId::next(ids, at)),
        rotation: vec![ResponderId::next(ids, at), responder_id],
        stints: vec![Stint {
            window: Window {
                start: at,
                end: at.plus_seconds(43_200),
            },
            responder_id,
        }],
        attempts: vec![Attempt {
            number: 7,
            shift_id: ShiftId::next(ids, at),
            shift_ends_at: at.plus_seconds(3600),
            responder_id,
            outcome: CallBackOutcome::NoAnswer,
            charged: true,
            at,
            by: reporter(),
        }],
        attempt_count: 7,
        retired_at: Some(at),
        version: 9,
    }
}

pub(crate) fn off_shift(responder_id: ResponderId, at: Moment) -> OffShift {
    OffShift {
        responder_id,
        zone: "America/Denver".to_owned(),
        unavailable: vec![WeekTime {
            weekday: 1,
            start_minute: 600,
            end_minute: 1500,
        }],
        opted_out: Some(OptOut {
            last_day: "2026-06-09".parse().unwrap(),
            ends_at: at.plus_seconds(86_400),
        }),
        contact_preferences: vec!["phone".to_owned(), "text".to_owned()],
        noted: BTreeSet::from([NoteKind::Phone]),
        arrival: Some(Arrival {
            expected_at: at.plus_seconds(1800),
            declared_at: at,
            by: reporter(),
        }),
        version: 3,
    }
}

pub(crate) fn area(ids: &mut Ids, at: Moment) -> ServiceArea {
    ServiceArea {
        zone: Some("America/Denver".to_owned()),
        id: AreaId::next(ids, at),
        name: "South".to_owned(),
        outline: Outline {
            polygons: vec![vec![vec![
                point(),
                Point::from_e7(-1, 2),
                Point::from_e7(3, -4),
                point(),
            ]]],
        },
        removed: false,
    }
}

pub(crate) fn agency() -> Agency {
    Agency {
        id: "bhr".parse().unwrap(),
        name: "Behavioral Health Response".to_owned(),
        pay_periods: BTreeMap::from([(
            LocalDate::A_SUNDAY,
            PayPeriod {
                end_day: LocalDate::A_SUNDAY.plus_days(14).unwrap(),
                due_at: Moment::from_seconds(1_780_000_000),
                taken_at: None,
                unfetched_at: Some(Moment::from_seconds(1_780_000_001)),
            },
        )]),
    }
}

/// An event that carries this.
pub(crate) fn event(kind: EventKind, after: After) -> Event {
    Event {
        kind,
        subject: None,
        audience: BTreeSet::new(),
        agency_ids: BTreeSet::new(),
        area_ids: BTreeSet::new(),
        reported: Reported {
            occurred_at: Moment::from_seconds(1_780_000_000),
            reporter: reporter(),
        },
        flags: BTreeSet::new(),
        implied_by: None,
        credential_id: None,
        after,
    }
}

/// The first place of a pattern, for which a shift was made as it stands.
pub(crate) fn origin(pattern: &Pattern, shift: &Shift) -> Origin {
    Origin {
        pattern_id: pattern.id,
        date: pattern.phases[0].first_on,
        place: 1,
        made: Made {
            planned: shift.planned,
            responder_id: shift.responder_id,
            area_id: shift.area_id,
            required_qualifications: shift.required_qualifications.clone(),
            withdrawn: false,
        },
    }
}

pub(crate) fn acknowledgement(at: Moment) -> Acknowledgement {
    Acknowledgement { at, by: reporter() }
}

pub(crate) fn ending(at: Moment) -> Ending {
    Ending {
        at,
        by: reporter(),
        reason: "shift_taken".to_owned(),
    }
}

/// One shift for another; the other side has accepted.
pub(crate) fn swap(given: &Shift, to: ResponderId, returned: &Shift) -> Wish {
    Wish::Swap(Swap {
        given: Bound::to(given),
        to,
        returned: Some(Bound::to(returned)),
        accepted: Some(Acceptance {
            at: given.planned.start,
            by: reporter(),
        }),
    })
}

pub(crate) fn leave_of_absence(from: Moment) -> Wish {
    Wish::TimeOff(TimeOff {
        from,
        until: None,
        zone: "America/Chicago".to_owned(),
        leave_kind: "leave_of_absence".to_owned(),
        paid: false,
    })
}

pub(crate) fn hired(responder: Responder) -> Event {
    event(EventKind::ResponderCreated, After::Responder(Box::new(responder)))
}

pub(crate) fn called(call: &Call) -> Event {
    event(EventKind::CallUpdated, After::Call(Box::new(call.clone())))
}

pub(crate) fn sent(assignment: &Assignment, who: ResponderId) -> Event {
    Event {
        subject: Some(who),
        audience: BTreeSet::from([who]),
        flags: BTreeSet::from([Flag::Degraded]),
        implied_by: Some(EventKind::CallOpened),
        ..event(
            EventKind::OfferMade,
            After::Assignment(Box::new(assignment.clone())),
        )
    }
}

pub(crate) fn stored_match(ids: &mut Ids, at: Moment, call_id: CallId) -> StoredMatch {
    let responder_id = ResponderId::next(ids, at);
    StoredMatch {
        id: MatchId::next(ids, at),
        situation: Situation {
            call_id,
            point: Some(point()),
            area_ids: BTreeSet::new(),
            slots: Vec::new(),
            held: vec![Held {
                slot_id: "officer".to_owned(),
                responder_id,
                seconds: 240,
                staged: false,
            }],
            at,
            policy_version: 1,
            policy: Policy::default(),
            candidates: vec![Candidate {
                responder_id,
                discipline: "officer".to_owned(),
                retired: false,
                area_ids: BTreeSet::new(),
                shift_ends_at: Some(at),
                duty: Some((Duty::Available, String::new())),
                in_emergency: false,
                assigned: false,
                leg: None,
                unmeasured: true,
                qualifications: BTreeMap::from([("CIT".to_owned(), None)]),
                last_sent_at: None,
                last_freed_at: Some(at),
                must_not_meet: BTreeSet::new(),
                declined: false,
                replaced: true,
            }],
        },
        report: Report {
            outcome: Outcome::Waiting,
            chosen: Vec::new(),
            all_there_seconds: 0,
            lead: None,
            entry_order: Vec::new(),
            degraded: false,
            unfilled: vec!["officer".to_owned()],
            no_location: false,
            eligible: 0,
            runners_up: vec![RunnerUp {
                members: Vec::new(),
                lost: Lost::LaterTogether(9),
            }],
            rejections: vec![Rejected {
                responder_id,
                rejection: Rejection::QualificationLapses("CIT".to_owned(), at),
            }],
        },
    }
}

/// A call at one place, with a name of its own.
pub(crate) fn open_call(step: u32, level: u8, travel: TravelTimes) -> OpenCall {
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
        address: "1 Fictional Street".to_owned(),
        clinical_narrative: "fictional".to_owned(),
        approach: String::new(),
        callback: None,
        person_references: BTreeSet::new(),
        asked_qualifications: Vec::new(),
        external_references: BTreeSet::from([reference("cad", &format!("24-{step}"))]),
        source_version: 1,
        travel,
    }
}
