//! Which role may call which method. What is not listed is denied; a test holds the list against the contract, so a
//! new method fails until it is listed.
//!
//! A role in the list may call the method; whose responder, call or text it may then touch is asked where it is known
//! ([`Caller::act_for`](super::Caller::act_for) and its neighbours).

use crate::board::Role::{self, Admin, Auditor, Dispatcher, Hr, Responder, Supervisor, System};

/// Everyone who dispatches: acts for anyone in the jurisdiction, by name and channel.
const DISPATCH: &[Role] = &[Dispatcher, Supervisor, System];
/// Those who dispatch in person.
const DESK: &[Role] = &[Dispatcher, Supervisor];
/// Those who dispatch, and the responder himself.
const FIELD: &[Role] = &[Responder, Dispatcher, Supervisor, System];
/// Those who keep roster and schedule.
const ROSTER: &[Role] = &[Hr, Supervisor, Admin];
/// Those who may say that a responder knows of his shift: himself, and whoever reached him.
const ACKNOWLEDGERS: &[Role] = &[Responder, Dispatcher, Hr, Supervisor, System];
/// Those who ask something of the schedule: a responder for himself, and whoever keeps it.
const ASKERS: &[Role] = &[Responder, Hr, Supervisor, Admin];
/// Those who may say that a responder cannot work his shift: himself, and whoever he told.
const CALLERS_IN: &[Role] = &[Responder, Dispatcher, Hr, Supervisor];
/// Those who call somebody back.
const CALLERS_BACK: &[Role] = &[Dispatcher, Hr, Supervisor, Admin];
/// Those who may see what was worked: a responder what he has.
const HOURS_READERS: &[Role] = &[Responder, Hr, Supervisor, Auditor, Admin];
/// Those who may say that a timesheet is right.
const APPROVERS: &[Role] = &[Hr, Supervisor];
/// Those who say when somebody is not to be asked to work: himself, and whoever keeps the roster.
const OFF_SHIFT_KEEPERS: &[Role] = &[Responder, Hr, Supervisor];
/// Those who read how somebody off shift is reached: himself, and whoever reaches him.
const OFF_SHIFT_READERS: &[Role] = &[Responder, Dispatcher, Hr, Supervisor];
/// Those who may see the roster.
const ROSTER_READERS: &[Role] = &[Dispatcher, Hr, Supervisor, Auditor, Admin, System];
/// Those who may see shifts: a responder his own.
const SHIFT_READERS: &[Role] = &[Responder, Dispatcher, Hr, Supervisor, Auditor, Admin, System];
/// Those who give out addresses of calendars: a responder of his own.
const CALENDAR_KEEPERS: &[Role] = &[Responder, Hr, Supervisor, Admin];
/// Those who may see the whole board.
const BOARD_READERS: &[Role] = &[Dispatcher, Supervisor, Auditor, Admin, System];
/// Those who may see a call: a responder only one that he is on.
const CALL_READERS: &[Role] = &[Responder, Dispatcher, Supervisor, Auditor, System];
/// Those who set the jurisdiction up.
const ADMIN: &[Role] = &[Admin];
/// Anyone with a token.
const ANYONE: &[Role] = &Role::ALL;

/// Method and roles. `DispatchService/RaiseEmergency` is never limited: everyone who is in the field or speaks for
/// those who are.
pub const RIGHTS: &[(&str, &[Role])] = &[
    ("AdminService/CreateJurisdiction", ADMIN),
    ("AdminService/GetJurisdiction", ANYONE),
    ("AdminService/ListJurisdictions", ADMIN),
    ("AdminService/UpdateJurisdiction", ADMIN),
    ("AdminService/CreateAgency", ADMIN),
    ("AdminService/ListAgencies", ANYONE),
    ("AdminService/PutServiceArea", ADMIN),
    ("AdminService/ListServiceAreas", ANYONE),
    ("AdminService/RemoveServiceArea", ADMIN),
    ("AdminService/GetServerInfo", ANYONE),
    ("RosterService/CreateResponder", ROSTER),
    ("RosterService/GetResponder", ROSTER_READERS),
    ("RosterService/ListResponders", ROSTER_READERS),
    ("RosterService/UpdateResponder", ROSTER),
    ("RosterService/RetireResponder", ROSTER),
    ("RosterService/RehireResponder", ROSTER),
    ("RosterService/GrantCredential", ROSTER),
    ("RosterService/RevokeCredential", ROSTER),
    ("RosterService/UpdateCredential", ROSTER),
    ("RosterService/SetCredentialVerification", ROSTER),
    ("RosterService/ListExpiring", ROSTER_READERS),
    ("RosterService/ListCredentials", ROSTER_READERS),
    ("ScheduleService/CreateShift", ROSTER),
    ("ScheduleService/AssignShift", ROSTER),
    ("ScheduleService/PublishShift", ROSTER),
    ("ScheduleService/GetShift", ROSTER_READERS),
    ("ScheduleService/ListShifts", SHIFT_READERS),
    ("ScheduleService/CancelShift", ROSTER),
    ("ScheduleService/AcknowledgeShift", ACKNOWLEDGERS),
    ("ScheduleService/HoldOver", &[Supervisor]),
    ("ScheduleService/ReportSick", CALLERS_IN),
    ("ScheduleService/GetCallBacks", CALLERS_BACK),
    ("OnCallService/CreateOnCallList", ROSTER),
    ("OnCallService/UpdateOnCallList", ROSTER),
    ("OnCallService/RetireOnCallList", ROSTER),
    ("OnCallService/ListOnCallLists", SHIFT_READERS),
    ("OnCallService/PlanOnCall", ROSTER),
    ("OnCallService/CancelOnCall", ROSTER),
    ("OnCallService/RecordCallBackAttempt", CALLERS_BACK),
    ("OnCallService/ListCallBackAttempts", CALLERS_BACK),
    ("PatternService/CreatePattern", ROSTER),
    ("PatternService/UpdatePattern", ROSTER),
    ("PatternService/GetPattern", ROSTER_READERS),
    ("PatternService/ListPatterns", ROSTER_READERS),
    ("PatternService/RetirePattern", ROSTER),
    ("PatternService/PublishPattern", ROSTER),
    ("HoursService/ListTimesheets", HOURS_READERS),
    ("HoursService/AddHours", ROSTER),
    ("HoursService/CorrectHours", ROSTER),
    ("HoursService/ApproveHours", APPROVERS),
    ("HoursService/ReopenHours", APPROVERS),
    ("HoursService/ExportPayroll", ROSTER),
    ("HoursService/ConfirmPayroll", ROSTER),
    ("PlanningService/ProposeRoster", ROSTER),
    ("PlanningService/SuggestForShift", ROSTER),
    ("RequestService/ListOpenShifts", SHIFT_READERS),
    ("RequestService/SignUpForShift", ASKERS),
    ("RequestService/GetSwapPartners", ASKERS),
    ("RequestService/OfferSwap", ASKERS),
    ("RequestService/AnswerSwap", ASKERS),
    ("RequestService/RequestTimeOff", ASKERS),
    ("RequestService/EndTimeOff", ASKERS),
    ("RequestService/WithdrawRequest", ASKERS),
    ("RequestService/DecideRequest", ROSTER),
    ("RequestService/ListRequests", SHIFT_READERS),
    ("CoverageService/GetCoverage", ROSTER_READERS),
    ("CoverageService/WatchCoverage", ROSTER_READERS),
    ("AvailabilityService/SetDutyStatus", FIELD),
    ("AvailabilityService/ReportPositions", FIELD),
    ("AvailabilityService/ReportPosition", FIELD),
    ("AvailabilityService/ListAvailable", BOARD_READERS),
    ("AvailabilityService/GetBoard", BOARD_READERS),
    ("AvailabilityService/WatchBoard", BOARD_READERS),
    ("AvailabilityService/GetOffShift", OFF_SHIFT_READERS),
    ("AvailabilityService/UpdateOffShift", OFF_SHIFT_KEEPERS),
    ("AvailabilityService/DeclareArrival", FIELD),
    ("AvailabilityService/GetMe", &[Responder]),
    ("DispatchService/OpenCall", DISPATCH),
    ("DispatchService/GetCall", CALL_READERS),
    ("DispatchService/ListCalls", BOARD_READERS),
    ("DispatchService/UpdateCall", DISPATCH),
    ("DispatchService/RetriageCall", DISPATCH),
    ("DispatchService/CancelCall", DISPATCH),
    ("DispatchService/MergeCalls", DISPATCH),
    ("DispatchService/LinkCalls", DESK),
    ("DispatchService/SplitCall", DESK),
    ("DispatchService/ReopenCall", DISPATCH),
    ("DispatchService/Reassign", DESK),
    ("DispatchService/AmendTimes", DESK),
    ("DispatchService/AddRemark", FIELD),
    ("DispatchService/ListRemarks", CALL_READERS),
    ("DispatchService/ExplainMatch", BOARD_READERS),
    ("DispatchService/AssignManually", DISPATCH),
    ("DispatchService/JoinCall", FIELD),
    ("DispatchService/AcknowledgeAlert", DISPATCH),
    ("DispatchService/RaiseEmergency", FIELD),
    ("DispatchService/CheckIn", FIELD),
    ("AssignmentService/AcceptOffer", FIELD),
    ("AssignmentService/DeclineOffer", FIELD),
    ("AssignmentService/AcknowledgeReceipt", FIELD),
    ("AssignmentService/ReportProgress", FIELD),
    ("AssignmentService/ClearAssignment", FIELD),
    ("AssignmentService/RecordDisposition", FIELD),
    ("AssignmentService/GetAssignment", CALL_READERS),
    ("AssignmentService/ListAssignments", CALL_READERS),
    ("TransferService/ImportRoster", ROSTER),
    ("TransferService/ExportRoster", ROSTER),
    ("TransferService/ReleaseHold", ROSTER),
    ("TransferService/GetCalendar", SHIFT_READERS),
    ("TransferService/CreateCalendarAddress", CALENDAR_KEEPERS),
    ("TransferService/ListCalendarAddresses", CALENDAR_KEEPERS),
    ("TransferService/RevokeCalendarAddress", CALENDAR_KEEPERS),
    ("TransferService/ExportSchedule", ROSTER),
    ("StreamingService/WatchAssignments", ANYONE),
    ("StreamingService/ListEvents", ANYONE),
];

/// Whether the contract has this method, given as `Service/Method`.
pub fn is_listed(method: &str) -> bool {
    RIGHTS.iter().any(|(listed, _)| *listed == method)
}

/// The roles that may call the method, in words.
pub fn roles_of(method: &str) -> String {
    let roles = RIGHTS.iter().filter(|(listed, _)| *listed == method);
    let names: Vec<&str> = roles
        .flat_map(|(_, roles)| roles.iter())
        .map(|role| role.as_str())
        .collect();
    names.join(", ")
}

/// Whether the role may call the method, given as `Service/Method`.
pub fn may_call(role: Role, method: &str) -> bool {
    RIGHTS
        .iter()
        .find(|(listed, _)| *listed == method)
        .is_some_and(|(_, roles)| roles.contains(&role))
}
