//! The life of a call and of those sent to it.
//!
//! `lifecycle` is the law: what may follow what. `decide` applies it to one command on one board and gives back the
//! events. Nothing here reads a clock, a database or a wire.

mod assignment;
mod call;
pub mod command;
mod course;
pub mod decide;

pub mod lifecycle;

pub use assignment::{
    Amendment, Answer, Assignment, Disposition, Exit, Member, Outcome, PositionBasis, Safety, SafetyState,
    Step,
};
pub use call::{Call, CallAmendment, CallState, CallTime, Contact, Remark, Text, TextClass};
pub use command::{CallKey, Named};
pub use course::{Course, Origin, Reopening, Whose};
pub use lifecycle::{IllegalTransition, MemberState};
