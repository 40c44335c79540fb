//! A journal in the making: things with every field filled in one way or another, and one door to record them.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{self, Alert, AlertKind, Board, Cause, Event, Flag, Reply, Role};
use tandem::dispatch::{
    Amendment, Answer, Assignment, Call, CallAmendment, CallState, CallTime, Disposition, Exit, Member,
    MemberState, Outcome, PositionBasis, Remark, Safety, SafetyState, Step, Text, TextClass,
};
use tandem::dispatch::{Course, Origin, Reopening};
use tandem::hours::{Approval, Correction, Entry, Timesheet, WorkKind, Worked};
use tandem::id::{
    AlertId, AreaId, AssignmentId, CallId, CredentialId, Ids, OperationId, PatternId, ResponderId, ShiftId,
    ShiftRequestId, TextId, TimesheetId,
};
use tandem::matching::StoredMatch;
use tandem::moment::{Moment, Window};
use tandem::request::{Bound, RequestState, ShiftRequest, Wish};
use tandem::roster::{
    Base, Credential, Departure, Employment, Finding, Hold, Imported, Note, Responder, Verification,
};
use tandem::shift::date::LocalDate;
use tandem::shift::pattern::{Cadence, Pattern, Phase, Post, Recurrence};
use tandem::shift::{Absence, HeldOver, Shift, ShiftState};
use tandem::store::{Batch, Head, KeptReply, Store, StoreError};
use tandem::triage::{Acuity, Response, Slot};

use super::values::{self, hired, jurisdiction, jurisdiction_id, key, point, reference, reporter};

/// A jurisdiction in the making: its store, its board, and ids from a seed.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) board: Board,
    pub(crate) ids: Ids,
    pub(crate) at: Moment,
    /// Words about people off shift, kept with each write.
    pub(crate) notes: Vec<Note>,
}

fn amendment(at: Moment) -> Amendment {
    Amendment {
        was: at.plus_seconds(-90),
        reason: "misheard".to_owned(),
        reporter: reporter(),
        amended_at: at,
    }
}

impl World {
    /// A new jurisdiction in this store.
    pub(crate) async fn create(store: Store) -> World {
        let at = Moment::from_seconds(1_780_000_000);
        store.create_jurisdiction(&jurisdiction(), at, &[]).await.unwrap();
        World {
            board: Board::new(jurisdiction(), at),
            ids: Ids::new([7; 16]),
            store,
            at,
            notes: Vec::new(),
        }
    }

    /// The next entry, one second later, applied to the board.
    pub(crate) fn entry(&mut self, events: Vec<Event>) -> board::Entry {
        self.at = self.at.plus_seconds(1);
        let entry = board::Entry {
            revision: self.board.revision + 1,
            at: self.at,
            operation_id: OperationId::next(&mut self.ids, self.at),
            request_id: format!("request-{}", self.board.revision + 1),
            cause: Cause {
                subject: "dispatch-7".to_owned(),
                role: Role::Dispatcher,
                method: "OpenCall".to_owned(),
            },
            events,
        };
        self.board.follow(&entry);
        entry
    }

    /// Records these events as one entry.
    pub(crate) async fn record(&mut self, events: Vec<Event>) -> Result<Head, StoreError> {
        let entry = self.entry(events);
        self.write(&[entry], &[], &[], &[]).await
    }

    pub(crate) async fn write(
        &self,
        entries: &[board::Entry],
        texts: &[Text],
        matches: &[StoredMatch],
        replies: &[KeptReply],
    ) -> Result<Head, StoreError> {
        let mut writing = self.store.begin(&jurisdiction_id()).await?;
        let batch = Batch {
            entries,
            board: &self.board,
            texts,
            notes: &self.notes,
            matches,
            replies,
        };
        writing.append(&batch).await?;
        writing.commit().await
    }

    /// A responder who is on the roster.
    pub(crate) async fn hire(&mut self) -> ResponderId {
        let responder = self.responder();
        let id = responder.id;
        self.record(vec![hired(responder)]).await.unwrap();
        id
    }

    pub(crate) fn responder(&mut self) -> Responder {
        let (ids, at) = (&mut self.ids, self.at);
        let credential = Credential {
            id: CredentialId::next(ids, at),
            code: "LCSW".to_owned(),
            number: "2019-4411".to_owned(),
            issuer: "Missouri".to_owned(),
            valid_until: Some("2027-06-30".to_owned()),
            lapses_at: Some(at.plus_seconds(40_000_000)),
            revoked_at: Some(at),
            valid_from: Some("2025-07-01".to_owned()),
            starts_at: Some(at.plus_seconds(-20_000_000)),
            finding: Some(Finding {
                verification: Verification::Revoked,
                reason: "board_order".to_owned(),
                reporter: reporter(),
                at,
            }),
            noticed_days: Some(30),
        };
        let endless = Credential {
            id: CredentialId::next(ids, at),
            code: "CIT".to_owned(),
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
        Responder {
            id: ResponderId::next(ids, at),
            agency_id: "bhr".parse().unwrap(),
            discipline: "clinician".to_owned(),
            name: "Zoë \"Z\" O'Neill-Łukasz".to_owned(),
            call_sign: "Cedar 4".to_owned(),
            base: Some(Base {
                name: "South".to_owned(),
                point: point(),
            }),
            area_ids: BTreeSet::from([AreaId::next(ids, at)]),
            must_not_meet: BTreeSet::from([ResponderId::next(ids, at)]),
            credentials: [credential, endless]
                .map(|paper| (paper.id, Box::new(paper)))
                .into(),
            external_references: BTreeSet::from([reference("hr", "1")]),
            retired_at: None,
            departures: vec![Departure {
                retired_at: at,
                rehired_at: at.plus_seconds(60),
            }],
            employment: Employment {
                position: "Clinician II".to_owned(),
                cost_code: "4410-22".to_owned(),
            },
            imported: Some(Imported {
                since: at,
                held: BTreeMap::from([(
                    "name".to_owned(),
                    Hold {
                        since: at,
                        by: "hana".to_owned(),
                    },
                )]),
            }),
            version: 3,
        }
    }

    pub(crate) fn shift(&mut self, responder_id: Option<ResponderId>) -> Shift {
        Shift {
            origin: None,
            acknowledged: None,
            id: ShiftId::next(&mut self.ids, self.at),
            agency_id: "bhr".parse().unwrap(),
            responder_id,
            state: ShiftState::Published,
            planned: Window {
                start: self.at,
                end: self.at.plus_seconds(28_800),
            },
            zone: "America/Chicago".to_owned(),
            area_id: Some(AreaId::next(&mut self.ids, self.at)),
            required_qualifications: ["SPANISH".to_owned()].into(),
            override_reason: "sole_cover".to_owned(),
            actual_start: Some(self.at.plus_seconds(60)),
            actual_end: None,
            held_over: Some(HeldOver {
                from: self.at.plus_seconds(-600),
                reason: "short_staffed".to_owned(),
                by: reporter(),
                at: self.at,
            }),
            absences: vec![Absence {
                responder_id: ResponderId::next(&mut self.ids, self.at),
                kind: "sick".to_owned(),
                by: reporter(),
                at: self.at,
            }],
            external_references: BTreeSet::from([reference("schedule", "17")]),
            version: 2,
            filed: false,
        }
    }

    pub(crate) fn request(&mut self, responder_id: ResponderId, shift: &Shift) -> ShiftRequest {
        ShiftRequest {
            id: ShiftRequestId::next(&mut self.ids, self.at),
            agency_id: "bhr".parse().unwrap(),
            responder_id,
            wish: Wish::SignUp(Bound::to(shift)),
            state: RequestState::Requested,
            requested_at: self.at,
            requested_by: reporter(),
            ended: None,
            version: 2,
            filed: false,
        }
    }

    /// What he has worked in some fortnight, corrected and approved.
    pub(crate) fn timesheet(&mut self, responder_id: ResponderId) -> Timesheet {
        let (ids, at) = (&mut self.ids, self.at);
        let entry = Entry {
            kind: WorkKind::Shift,
            span: Window {
                start: at,
                end: at.plus_seconds(28_800),
            },
            void: false,
        };
        Timesheet {
            id: TimesheetId::next(ids, at),
            responder_id,
            agency_id: "bhr".parse().unwrap(),
            first_day: LocalDate::A_SUNDAY,
            end_day: LocalDate::A_SUNDAY.plus_days(14).unwrap(),
            worked: vec![Worked {
                number: 1,
                entry,
                shift_id: Some(ShiftId::next(ids, at)),
                held_from: Some(at.plus_seconds(27_000)),
                corrections: vec![Correction {
                    was: Some(Entry { void: true, ..entry }),
                    reason: "forgot".to_owned(),
                    by: reporter(),
                    at,
                }],
            }],
            approval: Some(Approval { by: reporter(), at }),
            version: 3,
            filed: false,
        }
    }

    pub(crate) fn pattern(&mut self, responder_id: ResponderId) -> Pattern {
        let starts_on: LocalDate = "2026-06-01".parse().unwrap();
        let post = Post {
            start_minute: 1320,
            length_minutes: 480,
            area_id: Some(AreaId::next(&mut self.ids, self.at)),
            required_qualifications: BTreeSet::from(["SPANISH".to_owned()]),
            minimum: 1,
            wanted: 2,
            places: vec![vec![responder_id], vec![]],
            turn_days: 7,
        };
        let cadence = Cadence {
            starts_on,
            recurrence: Recurrence::Rule("FREQ=WEEKLY;BYDAY=MO,FR".parse().unwrap()),
            except_dates: BTreeSet::from([starts_on]),
            extra_dates: BTreeSet::new(),
        };
        Pattern {
            id: PatternId::next(&mut self.ids, self.at),
            agency_id: "bhr".parse().unwrap(),
            name: "nights".to_owned(),
            discipline: "clinician".to_owned(),
            zone: "America/Chicago".to_owned(),
            phases: vec![Phase {
                first_on: starts_on,
                cadence,
                post: post.clone(),
            }],
            exceptions: BTreeMap::from([(starts_on, Post { wanted: 3, ..post })]),
            retired_at: Some(self.at),
            version: 4,
        }
    }

    pub(crate) fn call(&mut self, number: u32) -> Call {
        let (ids, at) = (&mut self.ids, self.at);
        Call {
            id: CallId::next(ids, at),
            number,
            state: CallState::Open,
            state_since: at,
            source: "911".to_owned(),
            requested_by: String::new(),
            incident_type: "EDP".to_owned(),
            acuity: Acuity {
                scheme: "marcus_alert".to_owned(),
                level: 3,
            },
            response: Response::Pair,
            hazards: BTreeSet::from(["weapon".to_owned(), "dog".to_owned()]),
            point: Some(point()),
            address_text_id: Some(TextId::next(ids, at)),
            clinical_text_id: Some(TextId::next(ids, at)),
            approach_text_id: None,
            callback_text_id: Some(TextId::next(ids, at)),
            person_references: BTreeSet::from(["p-1".to_owned()]),
            asked_qualifications: vec![("clinician".to_owned(), "es".to_owned())],
            slots: vec![Slot {
                slot_id: "clinician".to_owned(),
                discipline: "clinician".to_owned(),
                qualifications: BTreeSet::from(["BEHAVIORAL_HEALTH".to_owned()]),
                staged: true,
                telephone: false,
            }],
            external_references: BTreeSet::from([reference("cad", &format!("24-{number}"))]),
            source_version: u64::MAX,
            opened_at: at,
            opened_by: reporter(),
            closed_at: None,
            cancel_reason: String::new(),
            merged_into_call_id: None,
            course: Course {
                origins: vec![Origin {
                    references: BTreeSet::from([reference("cad", "came")]),
                    version: u64::MAX,
                }],
                former_references: BTreeSet::from([reference("cad", "former")]),
                first_reported_at: Some(at),
                reopenings: vec![Reopening {
                    was: CallState::Cancelled,
                    since: at,
                    closed_at: Some(at),
                    reason: "caller_withdrew".to_owned(),
                    reopened_at: at,
                    reopened_by: reporter(),
                }],
                replaced: BTreeSet::from([ResponderId::next(ids, at)]),
            },
            links: BTreeMap::from([(CallId::next(ids, at), "same_address".to_owned())]),
            amendments: vec![CallAmendment {
                time: CallTime::Opened,
                amendment: amendment(at),
            }],
            waiting_since: Some(at),
            declined: BTreeSet::from([ResponderId::next(ids, at)]),
            assignment_id: None,
            match_id: None,
            remarks: vec![Remark {
                text_id: TextId::next(ids, at),
                class: TextClass::OfficerSafety,
                author: reporter(),
                recorded_at: at,
                from_call_number: Some(7),
                was: Some(TextClass::Callback),
            }],
            flags: BTreeSet::from([Flag::OutsideServiceAreas]),
            files_at: None,
            filed: false,
            version: 5,
        }
    }

    /// An assignment to this call; the call names it from now on.
    pub(crate) fn assignment(&mut self, call: &mut Call, members: Vec<Member>) -> Assignment {
        let (ids, at) = (&mut self.ids, self.at);
        let id = AssignmentId::next(ids, at);
        call.assignment_id = Some(id);
        Assignment {
            id,
            call_id: call.id,
            outcome: Outcome::Pair,
            match_id: call.match_id,
            members,
            held_until: Some(at.plus_seconds(30)),
            override_reason: "knows_the_person".to_owned(),
            override_text_id: Some(TextId::next(ids, at)),
            degraded: true,
            made_at: at,
            ended_at: None,
            version: 9,
        }
    }

    pub(crate) fn member(&self, responder_id: ResponderId, state: MemberState) -> Member {
        let at = self.at;
        let step = Step {
            occurred_at: at.plus_seconds(-40),
            recorded_at: at,
            reporter: reporter(),
            flags: BTreeSet::from([Flag::OccurredAtClamped]),
            amendments: vec![amendment(at)],
        };
        Member {
            slot_id: "clinician".to_owned(),
            responder_id,
            discipline: "clinician".to_owned(),
            agency_id: "bhr".parse().unwrap(),
            state,
            state_since: at,
            ordered: true,
            answer_by: Some(at.plus_seconds(60)),
            delivered_at: Some(at),
            seen_at: None,
            eta_seconds: Some(u32::MAX),
            distance_meters: Some(1200),
            basis: Some(PositionBasis::Stale),
            staged: true,
            steps: BTreeMap::from([(MemberState::Offered, step.clone()), (MemberState::OnScene, step)]),
            exit: (!state.is_active()).then(|| Exit {
                reason: "declined".to_owned(),
                at,
                moved_to: Some("01900000-0000-7000-8000-000000000001".parse().unwrap()),
            }),
            safety: Safety {
                state: SafetyState::Due,
                next_at: Some(at.plus_seconds(1200)),
                checked_in_at: Some(at),
            },
            disposition: Some(Disposition {
                code: "15".to_owned(),
                behavioral_outcome: "safety_plan".to_owned(),
                answers: vec![Answer {
                    question: "hospital".to_owned(),
                    value: "no".to_owned(),
                }],
                reporter: reporter(),
                recorded_at: at,
            }),
            disposition_due_at: Some(at.plus_seconds(3600)),
            disposition_overdue: true,
        }
    }

    pub(crate) fn alert(&mut self, call_id: Option<CallId>) -> Alert {
        Alert {
            id: AlertId::next(&mut self.ids, self.at),
            kind: AlertKind::CallWaiting,
            call_id,
            assignment_id: Some(AssignmentId::next(&mut self.ids, self.at)),
            responder_id: Some(ResponderId::next(&mut self.ids, self.at)),
            raised_at: self.at,
            escalates_at: self.at.plus_seconds(60),
            escalations: 2,
            ended_at: None,
            acknowledged_by: Some(reporter()),
        }
    }

    pub(crate) fn text(&mut self, call_id: CallId, body: &str) -> Text {
        Text {
            id: TextId::next(&mut self.ids, self.at),
            call_id,
            class: TextClass::Clinical,
            author: "dispatch-7".to_owned(),
            recorded_at: self.at,
            body: body.to_owned(),
        }
    }

    pub(crate) fn stored_match(&mut self, call_id: CallId) -> StoredMatch {
        values::stored_match(&mut self.ids, self.at, call_id)
    }

    pub(crate) fn reply(&self, request_id: &str, reply: Reply) -> KeptReply {
        KeptReply {
            key: key(request_id),
            fingerprint: "5f".repeat(32),
            revision: self.board.revision,
            at: self.at,
            names: reply.names(&self.board),
            reply,
        }
    }
}
