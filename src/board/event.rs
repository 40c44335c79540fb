//! What happened: the journal's entries.
//!
//! One entry is one operation: everything that one command changed, under one revision. An event says what happened
//! (`kind`), whom it concerns, and carries what it changed as it stands afterwards.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Agency, Alert, DutyStatus, Jurisdiction, ServiceArea};
use crate::dispatch::{Assignment, Call};
use crate::hours::Timesheet;
use crate::id::{AgencyId, AreaId, CredentialId, OperationId, ResponderId};
use crate::moment::Moment;
use crate::request::ShiftRequest;
use crate::roster::{OffShift, Responder};
use crate::shift::Shift;
use crate::shift::on_call::OnCallList;
use crate::shift::pattern::Pattern;

/// One operation in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place: 1, 2, 3, ... without gaps.
    pub revision: u64,
    /// When it was recorded, by our clock; never before the entry before it.
    pub at: Moment,
    /// Its own id.
    pub operation_id: OperationId,
    /// The `request_id` it answers; empty for what the system does by itself.
    pub request_id: String,
    /// Who asked for it.
    pub cause: Cause,
    /// What happened, in order. Never empty.
    pub events: Vec<Event>,
}

/// Who asked for an operation, and by which method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The caller's subject.
    pub subject: String,
    /// The caller's role.
    pub role: Role,
    /// The method, such as `OpenCall`.
    pub method: String,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// The responder it happened to, when it is about one.
    pub subject: Option<ResponderId>,
    /// The responders whom it concerns: each sees it on his stream.
    pub audience: BTreeSet<ResponderId>,
    /// The agencies that it concerns.
    pub agency_ids: BTreeSet<AgencyId>,
    /// The service areas that it concerns.
    pub area_ids: BTreeSet<AreaId>,
    /// When, by whom and how it was reported.
    pub reported: Reported,
    /// What is unusual about it.
    pub flags: BTreeSet<Flag>,
    /// The event of the same operation that made this one necessary.
    pub implied_by: Option<EventKind>,
    /// Which of the responder's credentials it is about, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<CredentialId>,
    /// What it changed, as it now stands.
    pub after: After,
}

/// What an event changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum After {
    /// The jurisdiction or its policy.
    Jurisdiction(Box<Jurisdiction>),
    /// An agency.
    Agency(Agency),
    /// A service area.
    Area(ServiceArea),
    /// A responder or one of his credentials.
    Responder(Box<Responder>),
    /// A shift.
    Shift(Box<Shift>),
    /// A pattern of shifts.
    Pattern(Box<Pattern>),
    /// What somebody asks of the schedule.
    Request(Box<ShiftRequest>),
    /// A timesheet.
    Timesheet(Box<Timesheet>),
    /// A list of people who are called back in turn.
    OnCallList(Box<OnCallList>),
    /// What holds of a responder while he is off shift.
    OffShift(Box<OffShift>),
    /// A duty status.
    Duty(ResponderId, DutyStatus),
    /// A call.
    Call(Box<Call>),
    /// An assignment.
    Assignment(Box<Assignment>),
    /// An alert.
    Alert(Alert),
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),+ $(,)?) => {
        /// What can happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventKind { $($(#[$doc])* $name),+ }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$name),+];

            /// Its name in the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(EventKind::$name => $wire),+ }
            }
        }
    };
}

event_kinds! {
    /// The jurisdiction was created, or its name, zone or policy changed.
    JurisdictionChanged = "JURISDICTION_CHANGED",
    /// An agency was created.
    AgencyCreated = "AGENCY_CREATED",
    /// A service area was created or replaced.
    AreaChanged = "AREA_CHANGED",
    /// A service area was removed.
    AreaRemoved = "AREA_REMOVED",
    /// A responder was created.
    ResponderCreated = "RESPONDER_CREATED",
    /// A responder was changed.
    ResponderUpdated = "RESPONDER_UPDATED",
    /// A responder left.
    ResponderRetired = "RESPONDER_RETIRED",
    /// A credential was granted.
    CredentialGranted = "CREDENTIAL_GRANTED",
    /// A credential was revoked.
    CredentialRevoked = "CREDENTIAL_REVOKED",
    /// A shift was created as a draft.
    ShiftCreated = "SHIFT_CREATED",
    /// A shift came into force.
    ShiftPublished = "SHIFT_PUBLISHED",
    /// A shift was withdrawn.
    ShiftCancelled = "SHIFT_CANCELLED",
    /// A shift long past left the board.
    ShiftFiled = "SHIFT_FILED",
    /// A duty status was set.
    DutyChanged = "DUTY_CHANGED",
    /// A duty status came to its end.
    DutyExpired = "DUTY_EXPIRED",
    /// A call was opened.
    CallOpened = "CALL_OPENED",
    /// A call was changed: point, hazards, needs, references.
    CallUpdated = "CALL_UPDATED",
    /// A call's acuity was judged anew.
    CallRetriaged = "CALL_RETRIAGED",
    /// A call's state followed that of its members.
    CallProgressed = "CALL_PROGRESSED",
    /// A call has slots that nobody could be found for.
    CallWaiting = "CALL_WAITING",
    /// A call was cancelled.
    CallCancelled = "CALL_CANCELLED",
    /// A call was closed: everyone cleared, every disposition given.
    CallClosed = "CALL_CLOSED",
    /// A closed call left the board.
    CallFiled = "CALL_FILED",
    /// A remark was added to a call; its text is kept apart.
    RemarkAdded = "REMARK_ADDED",
    /// A responder was offered a place on a call.
    OfferMade = "OFFER_MADE",
    /// A responder was ordered to a call.
    OrderGiven = "ORDER_GIVEN",
    /// An offer reached its device.
    OfferDelivered = "OFFER_DELIVERED",
    /// An offer was seen.
    OfferSeen = "OFFER_SEEN",
    /// An offer was accepted, or an order acknowledged.
    OfferAccepted = "OFFER_ACCEPTED",
    /// An offer was declined.
    OfferDeclined = "OFFER_DECLINED",
    /// An offer came to its deadline without an answer.
    OfferTimedOut = "OFFER_TIMED_OUT",
    /// A member was released before he was on scene: the call was cancelled, or his half could not be completed.
    MemberCancelled = "MEMBER_CANCELLED",
    /// A member was taken by something else.
    MemberPreempted = "MEMBER_PREEMPTED",
    /// A member was replaced by a dispatcher.
    MemberReassigned = "MEMBER_REASSIGNED",
    /// A responder joined a call without an offer.
    MemberJoined = "MEMBER_JOINED",
    /// A member made progress: en route, staged, on scene, transporting, at the destination.
    MemberProgressed = "MEMBER_PROGRESSED",
    /// A member was freed.
    MemberCleared = "MEMBER_CLEARED",
    /// A half is held while the other is solved again.
    HalfHeld = "HALF_HELD",
    /// A half is no longer held: the other is complete, or on scene.
    HoldEnded = "HOLD_ENDED",
    /// A disposition was recorded.
    DispositionRecorded = "DISPOSITION_RECORDED",
    /// A disposition was not given in time.
    DispositionOverdue = "DISPOSITION_OVERDUE",
    /// A member checked in.
    CheckedIn = "CHECKED_IN",
    /// A member should check in now.
    CheckInDue = "CHECK_IN_DUE",
    /// A member did not check in.
    CheckInOverdue = "CHECK_IN_OVERDUE",
    /// A responder raised an emergency.
    EmergencyRaised = "EMERGENCY_RAISED",
    /// An alert was raised.
    AlertRaised = "ALERT_RAISED",
    /// An alert was not acknowledged in time.
    Escalated = "ESCALATED",
    /// An alert was acknowledged.
    AlertAcknowledged = "ALERT_ACKNOWLEDGED",
    /// The cause of an alert is gone.
    AlertEnded = "ALERT_ENDED",
    /// A member is to wait at a distance until the scene is safe, or no longer.
    StagingChanged = "STAGING_CHANGED",
    /// A call was merged: it continues as another one.
    CallMerged = "CALL_MERGED",
    /// A call was linked with a related one.
    CallLinked = "CALL_LINKED",
    /// A link between two calls was taken away.
    CallUnlinked = "CALL_UNLINKED",
    /// A second call was made out of this one.
    CallSplit = "CALL_SPLIT",
    /// A closed or cancelled call was opened again.
    CallReopened = "CALL_REOPENED",
    /// A membership moved to another call as it is: told once of the assignment he leaves and once of the one he is in now.
    MemberMoved = "MEMBER_MOVED",
    /// An alert moved with its cause to another call.
    AlertMoved = "ALERT_MOVED",
    /// Times of a call or a member were corrected.
    TimesAmended = "TIMES_AMENDED",
    /// A credential was changed or renewed.
    CredentialUpdated = "CREDENTIAL_UPDATED",
    /// A credential was verified, suspended or reinstated.
    CredentialJudged = "CREDENTIAL_JUDGED",
    /// A credential lapses in so many days as it says.
    CredentialExpiring = "CREDENTIAL_EXPIRING",
    /// A credential has lapsed.
    CredentialLapsed = "CREDENTIAL_LAPSED",
    /// Somebody was put on a shift.
    ShiftAssigned = "SHIFT_ASSIGNED",
    /// Somebody was taken off a shift; it is open.
    ShiftUnassigned = "SHIFT_UNASSIGNED",
    /// A pattern of shifts was created.
    PatternCreated = "PATTERN_CREATED",
    /// A pattern of shifts was changed; its shifts follow when it is published.
    PatternChanged = "PATTERN_CHANGED",
    /// A pattern of shifts was retired.
    PatternRetired = "PATTERN_RETIRED",
    /// A shift in force has another window, area or responder.
    ShiftChanged = "SHIFT_CHANGED",
    /// A shift in force passed from one responder to another, or to nobody: it happened to him who had it.
    ShiftLost = "SHIFT_LOST",
    /// The responder of a shift knows of it.
    ShiftAcknowledged = "SHIFT_ACKNOWLEDGED",
    /// Somebody asked something of the schedule.
    ShiftRequested = "SHIFT_REQUESTED",
    /// The other side of a swap accepted it.
    SwapAccepted = "SWAP_ACCEPTED",
    /// A request was approved; what it changed stands beside it.
    RequestApproved = "REQUEST_APPROVED",
    /// A request was declined.
    RequestDeclined = "REQUEST_DECLINED",
    /// A request was taken back.
    RequestWithdrawn = "REQUEST_WITHDRAWN",
    /// What a request asked for is no longer there.
    RequestVoid = "REQUEST_VOID",
    /// The shift of a request has another window; the request goes with it.
    RequestMoved = "REQUEST_MOVED",
    /// A request long over left the board.
    RequestFiled = "REQUEST_FILED",
    /// A leave ended before its time, or was taken away before it began.
    TimeOffEnded = "TIME_OFF_ENDED",
    /// A responder who had left came back.
    ResponderRehired = "RESPONDER_REHIRED",
    /// Whoever had a shift in force called in that he cannot work it; it is open.
    ShiftUncovered = "SHIFT_UNCOVERED",
    /// Whoever works a shift stays beyond its end.
    ShiftHeldOver = "SHIFT_HELD_OVER",
    /// A shift has really begun or ended, or goes on after all.
    ShiftClocked = "SHIFT_CLOCKED",
    /// When a member is to be heard from next has changed with the urgency of his call.
    CheckInChanged = "CHECK_IN_CHANGED",
    /// What somebody has worked was recorded; or, long after, it left the board.
    HoursRecorded = "HOURS_RECORDED",
    /// What somebody has worked was corrected by hand.
    HoursCorrected = "HOURS_CORRECTED",
    /// A timesheet was approved, or opened again.
    HoursJudged = "HOURS_JUDGED",
    /// There are hours of a pay period for payroll to fetch, or it has them.
    PayrollChanged = "PAYROLL_CHANGED",
    /// Nobody has fetched the hours of a pay period in time.
    PayrollUnfetched = "PAYROLL_UNFETCHED",
    /// When a responder is not to be asked to work, or how he is reached, is another.
    OffShiftChanged = "OFF_SHIFT_CHANGED",
    /// Somebody who is off duty said when he will be there.
    ArrivalDeclared = "ARRIVAL_DECLARED",
    /// He is there, is not coming after all, or the time has passed.
    ArrivalEnded = "ARRIVAL_ENDED",
    /// An on-call list was created.
    OnCallListCreated = "ON_CALL_LIST_CREATED",
    /// An on-call list was changed.
    OnCallListChanged = "ON_CALL_LIST_CHANGED",
    /// An on-call list was retired.
    OnCallListRetired = "ON_CALL_LIST_RETIRED",
    /// Somebody is to be on call.
    OnCallPlanned = "ON_CALL_PLANNED",
    /// Somebody is on call no longer.
    OnCallCancelled = "ON_CALL_CANCELLED",
    /// Somebody was called for a shift that nobody works.
    CallBackAttempted = "CALL_BACK_ATTEMPTED",
}

/// When, by whom and how something was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// When it happened, by the reporter (clamped when absurd); our time when he did not say.
    pub occurred_at: Moment,
    /// Who and how.
    pub reporter: Reporter,
}

/// Who reported something, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// The caller's subject.
    pub subject: String,
    /// The caller's role.
    pub role: Role,
    /// The channel.
    pub channel: Channel,
}

/// How a report reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// The responder's app.
    App,
    /// By radio, entered by someone else.
    Radio,
    /// By telephone, entered by someone else.
    Phone,
    /// From the dispatch system.
    Cad,
    /// By Tandem itself.
    System,
}

/// What a caller may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// A clinician or officer: sees and acts for himself alone.
    Responder,
    /// A dispatcher: acts for anyone in the jurisdiction.
    Dispatcher,
    /// Keeps the roster and the schedule.
    Hr,
    /// A dispatcher and HR in one, for overrides.
    Supervisor,
    /// Reads what is not clinical, changes nothing.
    Auditor,
    /// Sets the jurisdiction up.
    Admin,
    /// Another system, such as a CAD, acting for named people.
    System,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Responder,
        Role::Dispatcher,
        Role::Hr,
        Role::Supervisor,
        Role::Auditor,
        Role::Admin,
        Role::System,
    ];

    /// Its name in the contract and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Responder => "responder",
            Role::Dispatcher => "dispatcher",
            Role::Hr => "hr",
            Role::Supervisor => "supervisor",
            Role::Auditor => "auditor",
            Role::Admin => "admin",
            Role::System => "system",
        }
    }
}

/// What is unusual about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Flag {
    /// The reported time was absurd and was clamped.
    OccurredAtClamped,
    /// Our own clock was behind the journal.
    ClockSuspect,
    /// Reported after the membership had ended otherwise: it was taken up again.
    AfterExit,
    /// Reported after the member had cleared: times were noted, nothing else changed.
    AfterClear,
    /// A step behind the one he is at: times were noted, nothing else changed.
    OutOfOrder,
    /// From a base or a stale position, or a half solved again.
    Degraded,
    /// A dispatcher overrode a rule of the match, or a supervisor one of the roster.
    Overridden,
    /// The point lies in no service area.
    OutsideServiceAreas,
    /// A hazard that the policy does not list: it calls for nothing by itself.
    UnknownHazard,
    /// One who was to wait at a distance is on scene, and no officer is.
    EnteredWhileStaged,
    /// It tells of an earlier time than what stands: noted, and nothing else changed.
    Superseded,
    /// He does not hold through the whole shift what it, or the policy, requires.
    QualificationLapses,
    /// What the shift requires he holds only by papers whose holder works under supervision.
    NeedsSupervision,
    /// What the shift requires he holds only by papers whose holder needs someone on call to consult.
    NeedsOnCallConsult,
    /// A call's address in words is another.
    AddressChanged,
    /// A call's clinical context is another.
    ClinicalContextChanged,
    /// A call's approach notes are others.
    ApproachNotesChanged,
    /// Whom to call back on a call is another.
    CallbackChanged,
    /// A call has remarks that it did not have: they came with a merge, a split or a note.
    RemarksAdded,
    /// Whoever works the shift is on leave then.
    OnLeave,
    /// The shift touches a public holiday.
    Holiday,
    /// A rule of work is broken.
    WorkRuleBroken,
    /// He signed on or off before the planned time.
    Early,
    /// He signed on or off after the planned time.
    Late,
    /// The words about a responder off shift are others.
    NoteChanged,
    /// The time has passed at which he said that he will be there.
    NotArrived,
}
