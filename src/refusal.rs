//! Why a command is not done. One reason each, closed and transport-free; `proto/tandem/v1/error_reason.proto` has the
//! same list with what a client does about it.

use serde::{Deserialize, Serialize};

/// A command that is not done. It says what, and never anything of a person's story.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason:?}: {detail}")]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// In plain words, for the person who reads it.
    pub detail: String,
    /// What a program may want to know: names and values, such as `expected_version`.
    pub facts: Vec<(&'static str, String)>,
    /// The fields at fault; empty when the fault is not in the request.
    pub violations: Vec<Violation>,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its path in the request, such as `call.location.latitude`.
    pub field: String,
    /// Why.
    pub reason: Reason,
    /// In plain words.
    pub detail: String,
}

impl Refusal {
    /// A refusal for this reason.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Refusal {
        Refusal {
            reason,
            detail: detail.into(),
            facts: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.facts.push((name, value.to_string()));
        self
    }

    /// The same, of a part of the request: its fields lie below this one.
    #[must_use]
    pub fn within(mut self, field: &str) -> Refusal {
        for violation in &mut self.violations {
            violation.field = format!("{field}.{}", violation.field);
        }
        self
    }

    /// The same, and the fault lies in this field of the request.
    #[must_use]
    pub fn at_field(mut self, field: impl Into<String>) -> Refusal {
        self.violations.push(Violation {
            field: field.into(),
            reason: self.reason,
            detail: self.detail.clone(),
        });
        self
    }

    /// Nothing has this id.
    pub fn not_found(what: &'static str, id: impl ToString) -> Refusal {
        Refusal::new(Reason::NotFound, format!("no such {what}")).with(what, id)
    }

    /// The fault lies in one field of the request.
    pub fn field(reason: Reason, field: impl Into<String>, detail: impl Into<String>) -> Refusal {
        let detail = detail.into();
        Refusal {
            reason,
            detail: detail.clone(),
            facts: Vec::new(),
            violations: vec![Violation {
                field: field.into(),
                reason,
                detail,
            }],
        }
    }

    /// The change was made against another version than the one that stands.
    pub fn stale(expected: u64, actual: u64) -> Refusal {
        Refusal::new(
            Reason::StaleVersion,
            format!("it has changed since you read it: it is version {actual} now, not {expected}; read it and ask again"),
        )
            .with("expected_version", expected)
            .with("actual_version", actual)
    }

    /// The plan does not fit the state.
    pub fn state(detail: impl Into<String>, state: &'static str) -> Refusal {
        Refusal::new(Reason::NotInThisState, detail).with("state", state)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),+ $(,)?) => {
        /// The closed list of reasons.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Reason { $($(#[$doc])* $name),+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),+];

            /// Its name in the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $wire),+ }
            }
        }
    };
}

reasons! {
    /// A required field is missing or empty.
    Required = "REQUIRED",
    /// A text is too long, blank, or has control characters.
    InvalidText = "INVALID_TEXT",
    /// A string is not an id.
    InvalidId = "INVALID_ID",
    /// An enum value is unspecified or unknown.
    InvalidEnum = "INVALID_ENUM",
    /// A number is outside its range.
    OutOfRange = "VALUE_OUT_OF_RANGE",
    /// Coordinates are not a point on Earth, or are exchanged, or are (0, 0).
    InvalidPoint = "INVALID_POINT",
    /// A timestamp is malformed or absurd.
    InvalidTime = "INVALID_TIME",
    /// A local time does not exist: clocks skip it.
    LocalTimeSkipped = "LOCAL_TIME_SKIPPED",
    /// A local time exists twice, and the request does not say which is meant.
    LocalTimeAmbiguous = "LOCAL_TIME_AMBIGUOUS",
    /// A zone is not in the IANA database.
    UnknownZone = "UNKNOWN_ZONE",
    /// A window ends before or when it starts, or is too long.
    InvalidWindow = "INVALID_WINDOW",
    /// An outline is not a usable polygon.
    InvalidOutline = "INVALID_OUTLINE",
    /// Thresholds of a policy contradict each other.
    InvalidPolicy = "INVALID_POLICY",
    /// The policy knows no such scheme and level.
    UnknownAcuity = "UNKNOWN_ACUITY",
    /// An update mask names a field that cannot be changed.
    InvalidMask = "INVALID_MASK",
    /// A page token is not one of this list's.
    InvalidPageToken = "INVALID_PAGE_TOKEN",
    /// A resume token is damaged, or is another subscriber's or another filter's.
    InvalidResumeToken = "INVALID_RESUME_TOKEN",
    /// A list in the request is too long.
    TooMany = "TOO_MANY",
    /// The message could not be decoded.
    MalformedMessage = "MALFORMED_MESSAGE",
    /// Nothing has this id (or nothing that the caller may see).
    NotFound = "NOT_FOUND",
    /// There is one already.
    AlreadyExists = "ALREADY_EXISTS",
    /// The same `request_id` came before with another body.
    RequestIdReused = "REQUEST_ID_REUSED",
    /// It has changed since the caller read it.
    StaleVersion = "STALE_VERSION",
    /// An update from another system is older than what stands.
    StaleSource = "STALE_SOURCE",
    /// The responder is on another call already.
    AlreadyAssigned = "ALREADY_ASSIGNED",
    /// The plan does not fit the state.
    NotInThisState = "NOT_IN_THIS_STATE",
    /// The offer's deadline has passed.
    OfferExpired = "OFFER_EXPIRED",
    /// The responder has no part in this assignment.
    NotAMember = "NOT_A_MEMBER",
    /// An order cannot be declined.
    OrderedNotAsked = "ORDERED_NOT_ASKED",
    /// The shift overlaps another of the same responder.
    ShiftOverlaps = "SHIFT_OVERLAPS",
    /// The responder is retired.
    Retired = "RETIRED",
    /// The responder is needed: he is on a call now.
    OnACall = "ON_A_CALL",
    /// The resume token is older than the journal.
    ResumeTokenTooOld = "RESUME_TOKEN_TOO_OLD",
    /// The resume token is of another epoch: the database was restored.
    ResumeTokenOfAnotherEpoch = "RESUME_TOKEN_OF_ANOTHER_EPOCH",
    /// This node has not reached the token's revision in time.
    NodeBehind = "NODE_BEHIND",
    /// No token, or not one of ours.
    Unauthenticated = "UNAUTHENTICATED",
    /// The token has expired or was revoked.
    TokenExpired = "TOKEN_EXPIRED",
    /// The role may not do this.
    RoleForbidden = "ROLE_FORBIDDEN",
    /// The caller may not act for this responder.
    NotYours = "NOT_YOURS",
    /// The caller's rights changed in mid-stream.
    RightsChanged = "RIGHTS_CHANGED",
    /// The queue is full.
    Overloaded = "OVERLOADED",
    /// The stream made no progress.
    TooSlow = "TOO_SLOW",
    /// The message is larger than the limit.
    MessageTooLarge = "MESSAGE_TOO_LARGE",
    /// The database did not take it; ask again with the same `request_id`.
    StoreUnavailable = "STORE_UNAVAILABLE",
    /// The server is going down.
    ShuttingDown = "SHUTTING_DOWN",
    /// No such method.
    UnknownMethod = "UNKNOWN_METHOD",
    /// The deadline of the request passed.
    DeadlineExceeded = "DEADLINE_EXCEEDED",
    /// A fault of ours; the incident id finds it in the log.
    Internal = "INTERNAL",
    /// Two of the named calls are one and the same.
    SameCall = "SAME_CALL",
    /// A corrected time would put steps in an impossible order.
    StepsOutOfOrder = "STEPS_OUT_OF_ORDER",
    /// The call continues as another one, which ErrorInfo.metadata names as `merged_into_call_id`.
    CallMerged = "CALL_MERGED",
    /// The call has active members, and the request does not say what becomes of them.
    MembersUndecided = "MEMBERS_UNDECIDED",
    /// A member is on scene: no plan releases him.
    MemberOnScene = "MEMBER_ON_SCENE",
    /// The call was closed longer ago than the policy's `reopen_seconds`.
    ReopenTooLate = "REOPEN_TOO_LATE",
    /// Nobody can be had in his place; he stays.
    NobodyAvailable = "NOBODY_AVAILABLE",
    /// He does not hold what the shift requires as it begins.
    NotQualified = "NOT_QUALIFIED",
    /// What the shift requires lapses before it ends.
    QualificationLapses = "QUALIFICATION_LAPSES",
    /// The timesheet is approved.
    HoursApproved = "HOURS_APPROVED",
    /// He has worked at that time already.
    HoursOverlap = "HOURS_OVERLAP",
    /// A rule of work would be broken.
    WorkRuleBroken = "WORK_RULE_BROKEN",
    /// Another request that is pending contradicts this one.
    RequestsContradict = "REQUESTS_CONTRADICT",
    /// He is on leave then.
    OnLeave = "ON_LEAVE",
    /// A rule of recurrence is not in the part of RFC 5545 that Tandem knows.
    InvalidRecurrence = "INVALID_RECURRENCE",
    /// A number in a file has fewer digits than it should: a spreadsheet has taken its leading zeros away.
    LeadingZerosLost = "LEADING_ZEROS_LOST",
}
