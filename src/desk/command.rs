//! The commands that go through the recorder's door, and what each answers. This is where the pure decisions are
//! gathered into one function of board and command.

use std::collections::BTreeSet;

use crate::board::{Draft, ExternalReference, Reply};
use crate::dispatch::{self, Named, command as of_call};
use crate::geo::Point;
use crate::hours::{self, command as of_hours};
use crate::id::CallId;
use crate::refusal::Refusal;
use crate::request::{self, command as of_request};
use crate::roster::{self, command as of_roster};
use crate::shift::on_call::{self, command as of_list};
use crate::shift::{self, command as of_shift, pattern, pattern::command as of_pattern};
use crate::transfer::apply::{ImportPart, import_part};
use crate::travel::TravelTimes;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($body:ty) => $lane:ident, $decide:path;)+) => {
        /// Everything that can be asked of the recorder.
        #[derive(Clone, Debug)]
        pub enum Command { $($(#[$doc])* $name(Box<$body>)),+ }

        impl Command {
            /// Its name: that of the RPC, where it has one.
            pub fn method(&self) -> &'static str {
                match self { $(Command::$name(_) => stringify!($name)),+ }
            }

            /// The lane it waits in.
            pub fn lane(&self) -> Lane {
                match self { $(Command::$name(_) => Lane::$lane),+ }
            }

            /// Decides it on the draft's board. What it changes of the schedule the requests follow.
            pub fn decide(&self, draft: &mut Draft<'_>) -> Result<Reply, Refusal> {
                let reply = match self { $(Command::$name(body) => $decide(draft, body)?),+ };
                request::follow(draft)?;
                Ok(reply)
            }
        }

        $(impl From<$body> for Command {
            fn from(body: $body) -> Command { Command::$name(Box::new(body)) }
        })+
    };
}

commands! {
    /// Changes the jurisdiction.
    UpdateJurisdiction(of_roster::UpdateJurisdiction) => Roster, roster::decide::update_jurisdiction;
    /// Creates an agency.
    CreateAgency(of_roster::CreateAgency) => Roster, roster::decide::create_agency;
    /// Puts a service area.
    PutServiceArea(of_roster::PutServiceArea) => Roster, roster::decide::put_service_area;
    /// Removes a service area.
    RemoveServiceArea(of_roster::RemoveServiceArea) => Roster, roster::decide::remove_service_area;
    /// Creates a responder.
    CreateResponder(of_roster::CreateResponder) => Roster, roster::decide::create_responder;
    /// Changes a responder.
    UpdateResponder(of_roster::UpdateResponder) => Roster, roster::decide::update_responder;
    /// Retires a responder.
    RetireResponder(of_roster::RetireResponder) => Roster, roster::decide::retire_responder;
    /// Takes a responder back.
    RehireResponder(of_roster::RehireResponder) => Roster, roster::decide::rehire_responder;
    /// Grants a credential.
    GrantCredential(of_roster::GrantCredential) => Roster, roster::decide::grant_credential;
    /// Revokes a credential.
    RevokeCredential(of_roster::RevokeCredential) => Roster, roster::decide::revoke_credential;
    /// Changes a credential.
    UpdateCredential(of_roster::UpdateCredential) => Roster, roster::decide::update_credential;
    /// Says what has been found about a credential.
    SetCredentialVerification(of_roster::SetCredentialVerification) => Roster, roster::decide::set_credential_verification;
    /// Gives fields that are held by hand back to the imports.
    ReleaseHold(of_roster::ReleaseHold) => Roster, roster::decide::release_hold;
    /// Changes what holds of somebody while he is off shift.
    UpdateOffShift(of_roster::UpdateOffShift) => Roster, roster::decide::update_off_shift;
    /// Notes when somebody will be there.
    DeclareArrival(of_roster::DeclareArrival) => Fact, roster::decide::declare_arrival;
    /// Applies a part of an import.
    ImportRoster(ImportPart) => Roster, import_part;
    /// Creates a shift.
    CreateShift(of_shift::CreateShift) => Roster, shift::decide::create_shift;
    /// Puts somebody on a shift.
    AssignShift(of_shift::AssignShift) => Roster, shift::decide::assign_shift;
    /// Publishes a shift.
    PublishShift(of_shift::PublishShift) => Roster, shift::decide::publish_shift;
    /// Cancels a shift.
    CancelShift(of_shift::CancelShift) => Roster, shift::decide::cancel_shift;
    /// Notes that a responder knows of his shift.
    AcknowledgeShift(of_shift::AcknowledgeShift) => Roster, shift::decide::acknowledge_shift;
    /// Asks to work an open shift.
    SignUpForShift(of_request::SignUpForShift) => Roster, request::decide::sign_up_for_shift;
    /// Offers a swap.
    OfferSwap(of_request::OfferSwap) => Roster, request::decide::offer_swap;
    /// Says whether one would swap.
    AnswerSwap(of_request::AnswerSwap) => Roster, request::decide::answer_swap;
    /// Asks for time off.
    RequestTimeOff(of_request::RequestTimeOff) => Roster, request::decide::request_time_off;
    /// Ends a leave before its time.
    EndTimeOff(of_request::EndTimeOff) => Roster, request::decide::end_time_off;
    /// Takes a request back.
    WithdrawRequest(of_request::WithdrawRequest) => Roster, request::decide::withdraw_request;
    /// Decides a request.
    DecideRequest(of_request::DecideRequest) => Roster, request::decide::decide_request;
    /// Lets whoever works a shift stay beyond its end.
    HoldOver(of_shift::HoldOver) => Dispatch, dispatch::decide::holding_over::hold_over;
    /// Opens a shift whose responder calls in.
    ReportSick(of_shift::ReportSick) => Fact, dispatch::decide::sick_call::report_sick;
    /// Adds a time of work.
    AddHours(of_hours::AddHours) => Roster, hours::decide::add_hours;
    /// Corrects a time of work.
    CorrectHours(of_hours::CorrectHours) => Roster, hours::decide::correct_hours;
    /// Approves a timesheet.
    ApproveHours(of_hours::ApproveHours) => Roster, hours::decide::approve_hours;
    /// Opens a timesheet again.
    ReopenHours(of_hours::ReopenHours) => Roster, hours::decide::reopen_hours;
    /// Notes that payroll has an agency's hours.
    ConfirmPayroll(of_hours::ConfirmPayroll) => Roster, hours::payroll::confirm_payroll;
    /// Creates an on-call list.
    CreateOnCallList(of_list::CreateOnCallList) => Roster, on_call::decide::create_on_call_list;
    /// Changes an on-call list.
    UpdateOnCallList(of_list::UpdateOnCallList) => Roster, on_call::decide::update_on_call_list;
    /// Retires an on-call list.
    RetireOnCallList(of_list::RetireOnCallList) => Roster, on_call::decide::retire_on_call_list;
    /// Puts somebody on call.
    PlanOnCall(of_list::PlanOnCall) => Roster, on_call::decide::plan_on_call;
    /// Takes somebody off call.
    CancelOnCall(of_list::CancelOnCall) => Roster, on_call::decide::cancel_on_call;
    /// Notes that somebody was called for a shift.
    RecordCallBackAttempt(of_list::RecordCallBackAttempt) => Fact, on_call::decide::record_call_back_attempt;
    /// Creates a pattern.
    CreatePattern(of_pattern::CreatePattern) => Roster, pattern::decide::create_pattern;
    /// Changes a pattern.
    UpdatePattern(of_pattern::UpdatePattern) => Roster, pattern::decide::update_pattern;
    /// Retires a pattern.
    RetirePattern(of_pattern::RetirePattern) => Roster, pattern::decide::retire_pattern;
    /// Publishes a pattern.
    PublishPattern(of_pattern::PublishPattern) => Roster, pattern::publish_pattern;
    /// Sets duty statuses.
    SetDutyStatus(of_call::SetDutyStatus) => Fact, dispatch::decide::duty::set_duty_status;
    /// Opens a call.
    OpenCall(of_call::OpenCall) => Dispatch, dispatch::decide::call::open_call;
    /// Changes a call.
    UpdateCall(of_call::UpdateCall) => Dispatch, dispatch::decide::call::update_call;
    /// Judges a call's acuity anew.
    RetriageCall(of_call::RetriageCall) => Dispatch, dispatch::decide::call::retriage_call;
    /// Calls a call off.
    CancelCall(of_call::CancelCall) => Dispatch, dispatch::decide::call::cancel_call;
    /// Lets calls continue as another one.
    MergeCalls(of_call::MergeCalls) => Dispatch, dispatch::decide::merging::merge_calls;
    /// Relates two calls, or takes that away.
    LinkCalls(of_call::LinkCalls) => Dispatch, dispatch::decide::linking::link_calls;
    /// Makes a second call out of one.
    SplitCall(of_call::SplitCall) => Dispatch, dispatch::decide::splitting::split_call;
    /// Replaces one member.
    Reassign(of_call::Reassign) => Dispatch, dispatch::decide::reassigning::reassign;
    /// Corrects times.
    AmendTimes(of_call::AmendTimes) => Dispatch, dispatch::decide::amending::amend_times;
    /// Takes up a call again.
    ReopenCall(of_call::ReopenCall) => Dispatch, dispatch::decide::reopening::reopen_call;
    /// Adds a remark.
    AddRemark(of_call::AddRemark) => Fact, dispatch::decide::call::add_remark;
    /// Looks for people for a call's open places.
    MatchCall(of_call::MatchCall) => Dispatch, dispatch::decide::sending::match_open_slots;
    /// Sends named people.
    AssignManually(of_call::AssignManually) => Dispatch, dispatch::decide::overriding::assign_manually;
    /// Joins a call.
    JoinCall(of_call::JoinCall) => Fact, dispatch::decide::member::join_call;
    /// Accepts an offer.
    AcceptOffer(of_call::AcceptOffer) => Dispatch, dispatch::decide::member::accept_offer;
    /// Declines an offer.
    DeclineOffer(of_call::DeclineOffer) => Dispatch, dispatch::decide::member::decline_offer;
    /// Acknowledges an offer's receipt.
    AcknowledgeReceipt(of_call::AcknowledgeReceipt) => Fact, dispatch::decide::member::acknowledge_receipt;
    /// Reports a step.
    ReportProgress(of_call::ReportProgress) => Fact, dispatch::decide::member::report_progress;
    /// Clears a member.
    ClearAssignment(of_call::ClearAssignment) => Fact, dispatch::decide::member::clear_assignment;
    /// Records a disposition.
    RecordDisposition(of_call::RecordDisposition) => Fact, dispatch::decide::member::record_disposition;
    /// Raises an emergency.
    RaiseEmergency(of_call::RaiseEmergency) => Urgent, dispatch::decide::safety::raise_emergency;
    /// Checks in.
    CheckIn(of_call::CheckIn) => Fact, dispatch::decide::safety::check_in;
    /// Acknowledges an alert.
    AcknowledgeAlert(of_call::AcknowledgeAlert) => Fact, dispatch::decide::safety::acknowledge_alert;
    /// Does what has come due.
    MeetDeadlines(of_call::MeetDeadlines) => Urgent, dispatch::decide::deadline::meet_deadlines;
}

/// Where a command waits, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What waits for nobody: a cry for help, a deadline.
    Urgent,
    /// What happened.
    Fact,
    /// What should happen now.
    Dispatch,
    /// What should happen some day.
    Roster,
}

impl Command {
    /// The calls, assignments and alerts that it names: looked up in the tables when the board no longer has them.
    pub fn names(&self) -> Vec<Named> {
        match self {
            Command::OpenCall(c) => references(&c.external_references).collect(),
            Command::UpdateCall(c) => {
                let call = std::iter::once(Named::Call(c.call_id));
                call.chain(references(&c.external_references)).collect()
            }
            Command::RetriageCall(c) => vec![Named::Call(c.call_id)],
            Command::CancelCall(c) => vec![Named::Call(c.call_id)],
            Command::MergeCalls(c) => c.calls().map(Named::Call).collect(),
            Command::LinkCalls(c) => vec![Named::Call(c.call_id), Named::Call(c.other_call_id)],
            Command::ReopenCall(c) => vec![Named::Call(c.call_id)],
            Command::SplitCall(c) => vec![Named::Call(c.call_id)],
            Command::Reassign(c) => vec![Named::Call(c.call_id)],
            Command::AmendTimes(c) => {
                let assignments = c.steps.iter().map(|step| Named::Assignment(step.assignment_id));
                std::iter::once(Named::Call(c.call_id))
                    .chain(assignments)
                    .collect()
            }
            Command::AddRemark(c) => vec![Named::Call(c.call_id)],
            Command::AssignManually(c) => vec![Named::Call(c.call_id)],
            Command::JoinCall(c) => vec![c.call.clone().into()],
            Command::AcceptOffer(c) => vec![Named::Assignment(c.assignment_id)],
            Command::DeclineOffer(c) => vec![Named::Assignment(c.assignment_id)],
            Command::AcknowledgeReceipt(c) => vec![Named::Assignment(c.assignment_id)],
            Command::ReportProgress(c) => vec![Named::Assignment(c.assignment_id)],
            Command::ClearAssignment(c) => vec![Named::Assignment(c.assignment_id)],
            Command::RecordDisposition(c) => vec![Named::Assignment(c.assignment_id)],
            Command::AcknowledgeAlert(c) => vec![Named::Alert(c.alert_id)],
            Command::UpdateJurisdiction(_)
            | Command::CreateAgency(_)
            | Command::PutServiceArea(_)
            | Command::RemoveServiceArea(_)
            | Command::CreateResponder(_)
            | Command::UpdateResponder(_)
            | Command::RetireResponder(_)
            | Command::RehireResponder(_)
            | Command::GrantCredential(_)
            | Command::RevokeCredential(_)
            | Command::UpdateCredential(_)
            | Command::SetCredentialVerification(_)
            | Command::ReleaseHold(_)
            | Command::UpdateOffShift(_)
            | Command::DeclareArrival(_)
            | Command::ImportRoster(_)
            | Command::CreateShift(_)
            | Command::AssignShift(_)
            | Command::PublishShift(_)
            | Command::CancelShift(_)
            | Command::AcknowledgeShift(_)
            | Command::SignUpForShift(_)
            | Command::OfferSwap(_)
            | Command::AnswerSwap(_)
            | Command::RequestTimeOff(_)
            | Command::EndTimeOff(_)
            | Command::WithdrawRequest(_)
            | Command::DecideRequest(_)
            | Command::HoldOver(_)
            | Command::ReportSick(_)
            | Command::AddHours(_)
            | Command::CorrectHours(_)
            | Command::ApproveHours(_)
            | Command::ReopenHours(_)
            | Command::ConfirmPayroll(_)
            | Command::CreateOnCallList(_)
            | Command::UpdateOnCallList(_)
            | Command::RetireOnCallList(_)
            | Command::PlanOnCall(_)
            | Command::CancelOnCall(_)
            | Command::RecordCallBackAttempt(_)
            | Command::CreatePattern(_)
            | Command::UpdatePattern(_)
            | Command::RetirePattern(_)
            | Command::PublishPattern(_)
            | Command::SetDutyStatus(_)
            | Command::MatchCall(_)
            | Command::RaiseEmergency(_)
            | Command::CheckIn(_)
            | Command::MeetDeadlines(_) => Vec::new(),
        }
    }
}

/// Where the ways of a command lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To this point.
    Point(Point),
    /// To the first of these calls that has a point.
    Calls(Vec<CallId>),
}

impl Command {
    /// Where everyone's ways must be measured to before it is decided, and where they are put. `None`: it needs none, or it
    /// comes with them.
    pub fn ways(&mut self) -> Option<(Destination, &mut TravelTimes)> {
        match self {
            Command::OpenCall(c) => c.point.map(|point| (Destination::Point(point), &mut c.travel)),
            Command::AssignManually(c) => Some((Destination::Calls(vec![c.call_id]), &mut c.travel)),
            Command::MergeCalls(c) => Some((Destination::Calls(c.calls().collect()), &mut c.travel)),
            Command::ReopenCall(c) => Some((Destination::Calls(vec![c.call_id]), &mut c.travel)),
            Command::SplitCall(c) => {
                let first = Destination::Calls(vec![c.call_id]);
                Some((c.point.map_or(first, Destination::Point), &mut c.travel))
            }
            Command::Reassign(c) => Some((Destination::Calls(vec![c.call_id]), &mut c.travel)),
            Command::MatchCall(_)
            | Command::UpdateJurisdiction(_)
            | Command::CreateAgency(_)
            | Command::PutServiceArea(_)
            | Command::RemoveServiceArea(_)
            | Command::CreateResponder(_)
            | Command::UpdateResponder(_)
            | Command::RetireResponder(_)
            | Command::RehireResponder(_)
            | Command::GrantCredential(_)
            | Command::RevokeCredential(_)
            | Command::UpdateCredential(_)
            | Command::SetCredentialVerification(_)
            | Command::ReleaseHold(_)
            | Command::UpdateOffShift(_)
            | Command::DeclareArrival(_)
            | Command::ImportRoster(_)
            | Command::CreateShift(_)
            | Command::AssignShift(_)
            | Command::PublishShift(_)
            | Command::CancelShift(_)
            | Command::AcknowledgeShift(_)
            | Command::SignUpForShift(_)
            | Command::OfferSwap(_)
            | Command::AnswerSwap(_)
            | Command::RequestTimeOff(_)
            | Command::EndTimeOff(_)
            | Command::WithdrawRequest(_)
            | Command::DecideRequest(_)
            | Command::HoldOver(_)
            | Command::ReportSick(_)
            | Command::AddHours(_)
            | Command::CorrectHours(_)
            | Command::ApproveHours(_)
            | Command::ReopenHours(_)
            | Command::ConfirmPayroll(_)
            | Command::CreateOnCallList(_)
            | Command::UpdateOnCallList(_)
            | Command::RetireOnCallList(_)
            | Command::PlanOnCall(_)
            | Command::CancelOnCall(_)
            | Command::RecordCallBackAttempt(_)
            | Command::CreatePattern(_)
            | Command::UpdatePattern(_)
            | Command::RetirePattern(_)
            | Command::PublishPattern(_)
            | Command::SetDutyStatus(_)
            | Command::UpdateCall(_)
            | Command::RetriageCall(_)
            | Command::CancelCall(_)
            | Command::LinkCalls(_)
            | Command::AmendTimes(_)
            | Command::AddRemark(_)
            | Command::JoinCall(_)
            | Command::AcceptOffer(_)
            | Command::DeclineOffer(_)
            | Command::AcknowledgeReceipt(_)
            | Command::ReportProgress(_)
            | Command::ClearAssignment(_)
            | Command::RecordDisposition(_)
            | Command::RaiseEmergency(_)
            | Command::CheckIn(_)
            | Command::AcknowledgeAlert(_)
            | Command::MeetDeadlines(_) => None,
        }
    }
}

fn references(references: &BTreeSet<ExternalReference>) -> impl Iterator<Item = Named> {
    references.iter().cloned().map(Named::Reference)
}
