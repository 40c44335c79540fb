//! What a command answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Agency, Alert, Board, DutyStatus, Jurisdiction, ServiceArea};
use crate::dispatch::{Assignment, Call};
use crate::hours::Timesheet;
use crate::id::{CredentialId, ResponderId};
use crate::matching::Report;
use crate::request::ShiftRequest;
use crate::roster::{Lapse, OffShift, Responder};
use crate::shift::Shift;
use crate::shift::call_back::CallBack;
use crate::shift::on_call::OnCallList;
use crate::shift::pattern::{Pattern, Publication};
use crate::shift::rules::Breach;
use crate::transfer::apply::Tally;

/// What a command answers: the things it concerns, as they stand after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// The jurisdiction.
    Jurisdiction(Box<Jurisdiction>),
    /// An agency.
    Agency(Agency),
    /// An area.
    Area(ServiceArea),
    /// A responder.
    Responder(Box<Responder>),
    /// A responder and the credential that it was about.
    Credential(Box<Responder>, CredentialId),
    /// A shift.
    Shift(Box<Shift>),
    /// A shift, what whoever works it does not hold through the whole of it, and the rules of work that it breaks.
    Staffed(Box<Shift>, Vec<Lapse>, #[serde(default)] Vec<Breach>),
    /// What somebody asks of the schedule, and the shifts that it changes.
    Request(Box<ShiftRequest>, Vec<Shift>),
    /// A shift that nobody works, and who could be called back for it.
    Uncovered(Box<Shift>, Vec<CallBack>),
    /// A timesheet.
    Timesheet(Box<Timesheet>),
    /// A pattern of shifts.
    Pattern(Box<Pattern>),
    /// What a publication did.
    Publication(Box<Publication>),
    /// A list of people who are called back in turn.
    OnCallList(Box<OnCallList>),
    /// What holds of a responder while he is off shift.
    OffShift(Box<OffShift>),
    /// Duty statuses.
    Duty(Vec<(ResponderId, DutyStatus)>),
    /// A call, its assignment, and the report of a match if there was one.
    Call(Box<Call>, Option<Box<Assignment>>, Option<Box<Report>>),
    /// An assignment.
    Assignment(Box<Assignment>),
    /// An alert.
    Alert(Alert),
    /// What became of the rows of an import.
    Imported(Box<Tally>),
    /// Nothing to say.
    Done,
}

/// How a responder is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// His name.
    pub name: String,
    /// His call sign.
    pub call_sign: String,
}

/// Those whom an answer names, as they were called when it was given: he who asks again hears the same, whatever they
/// are called since.
pub type Names = BTreeMap<ResponderId, Called>;

impl Reply {
    /// How this board calls everyone whom the reply names.
    pub fn names(&self, board: &Board) -> Names {
        let called = |id: &ResponderId| board.called(*id).map(|called| (*id, called));
        match self {
            Reply::Call(_, assignment, report) => {
                let of_report = report.iter().flat_map(|report| report.responders());
                let members = assignment.iter().flat_map(|assignment| &assignment.members);
                let of_members = members.map(|member| &member.responder_id);
                of_report.chain(of_members).filter_map(called).collect()
            }
            Reply::Assignment(assignment) => {
                let members = assignment.members.iter();
                members
                    .filter_map(|member| called(&member.responder_id))
                    .collect()
            }
            Reply::Uncovered(_, could) => {
                let could = could.iter().map(|one| &one.responder_id);
                could.filter_map(called).collect()
            }
            Reply::Jurisdiction(_)
            | Reply::Agency(_)
            | Reply::Area(_)
            | Reply::Responder(_)
            | Reply::Credential(..)
            | Reply::Shift(_)
            | Reply::Staffed(..)
            | Reply::Request(..)
            | Reply::Timesheet(_)
            | Reply::Pattern(_)
            | Reply::Publication(_)
            | Reply::OnCallList(_)
            | Reply::OffShift(_)
            | Reply::Duty(_)
            | Reply::Alert(_)
            | Reply::Imported(_)
            | Reply::Done => Names::new(),
        }
    }
}
