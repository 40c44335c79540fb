//! What a command answers.

use serde::{Deserialize, Serialize};

use super::{Agency, Alert, DutyStatus, Jurisdiction, ServiceArea};
use crate::dispatch::{Assignment, Call};
use crate::id::{CredentialId, ResponderId};
use crate::matching::Report;
use crate::roster::Responder;
use crate::shift::Shift;

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
    /// Duty statuses.
    Duty(Vec<(ResponderId, DutyStatus)>),
    /// A call, its assignment, and the report of a match if there was one.
    Call(Box<Call>, Option<Box<Assignment>>, Option<Box<Report>>),
    /// An assignment.
    Assignment(Box<Assignment>),
    /// An alert.
    Alert(Alert),
    /// Nothing to say.
    Done,
}
