//! Kinds of leave, and public holidays: a jurisdiction's own data.

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// A kind of leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveKind {
    /// Its code, such as `vacation`.
    pub code: Code,
    /// What it is called.
    pub title: String,
    /// Whether it is paid.
    pub paid: bool,
    /// Whether it may have no end: a leave of absence.
    pub open_ended: bool,
}

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// Its date.
    pub date: LocalDate,
    /// What it is called.
    pub name: String,
}

impl Policy {
    /// The kind of leave with this code.
    pub fn leave_kind(&self, code: &str) -> Option<&LeaveKind> {
        self.leave_kinds.iter().find(|kind| kind.code == code)
    }
}

/// The usual kinds of leave: what a person plans, what befalls him, and what keeps him away until further notice.
pub fn usual_leave() -> Vec<LeaveKind> {
    [
        ("vacation", "Vacation", true, false),
        ("sick", "Sick leave", true, true),
        ("training", "Training", true, false),
        ("jury_duty", "Jury duty", true, false),
        ("unpaid", "Unpaid leave", false, false),
        ("military", "Military leave", false, true),
        ("family", "Family and medical leave", false, true),
        ("leave_of_absence", "Leave of absence", false, true),
    ]
    .map(|(code, title, paid, open_ended)| LeaveKind {
        code: code.to_owned(),
        title: title.to_owned(),
        paid,
        open_ended,
    })
    .into()
}
