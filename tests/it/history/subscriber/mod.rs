//! The history of subscribers: each writes what he saw, and a judge holds it against the journal's rows.
//!
//! What a subscriber should have seen is worked out from the rows by an oracle of its own, which knows nothing of the
//! server's rules but their wording.

mod journal;
mod oracle;
pub(crate) mod rules;
#[cfg(test)]
mod tests;

use std::time::Duration;

use tandem::board::Role;
use tandem::grpc::pb;

pub(crate) use journal::{Journal, Keeper, Row};
pub(crate) use rules::{judge, union_is_the_journal};

/// Who a subscriber is, and what he asked for.
#[derive(Clone, Debug)]
pub(crate) struct Subscriber {
    /// A name for findings.
    pub(crate) name: String,
    /// As what he watches.
    pub(crate) role: Role,
    /// As whom, when he is a responder.
    pub(crate) responder_id: Option<String>,
    /// The agency he is bound to.
    pub(crate) agency_id: Option<String>,
    /// What he asked for.
    pub(crate) filter: pb::EventFilter,
    /// How long he may hear nothing on an open stream. None: he reads slowly, and is not asked.
    pub(crate) silence: Option<Duration>,
}

/// Something that happened, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Happening {
    /// The kind, by its name in the contract.
    pub(crate) kind: String,
    /// To whom.
    pub(crate) responder_id: String,
    /// What it changed: a word and an id.
    pub(crate) after: String,
}

/// One line of a subscriber's log. Times are since the run began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// He begins a stream at a server: after the revision of a token, or from a snapshot.
    Began {
        server: usize,
        after: Option<u64>,
        at: Duration,
    },
    /// How things stand.
    Snapshot { revision: u64, at: Duration },
    /// What happened.
    Update {
        revision: u64,
        previous: u64,
        operation_id: String,
        events: Vec<Happening>,
        at: Duration,
    },
    /// Nothing to see up to here.
    Checkpoint { revision: u64, at: Duration },
    /// The stream is over.
    Ended { how: End, at: Duration },
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// He went away himself.
    Cut,
    /// The server said so, for this reason; where the journal began just afterwards.
    Told { reason: String, floor: u64 },
    /// The connection broke.
    Broken,
}

impl Happening {
    /// As it came over the wire.
    pub(crate) fn heard(event: &pb::Event) -> Happening {
        use pb::event::After;
        let after = match &event.after {
            Some(After::Jurisdiction(now)) => format!("Jurisdiction {}", now.jurisdiction_id),
            Some(After::Agency(now)) => format!("Agency {}", now.agency_id),
            Some(After::ServiceArea(now)) => format!("Area {}", now.area_id),
            Some(After::Responder(now)) => format!("Responder {}", now.responder_id),
            Some(After::Shift(now)) => format!("Shift {}", now.shift_id),
            Some(After::Pattern(now)) => format!("Pattern {}", now.pattern_id),
            Some(After::ShiftRequest(now)) => format!("Request {}", now.shift_request_id),
            Some(After::Timesheet(now)) => format!("Timesheet {}", now.timesheet_id),
            Some(After::OnCallList(now)) => format!("OnCallList {}", now.on_call_list_id),
            Some(After::OffShift(now)) => format!("OffShift {}", now.responder_id),
            Some(After::DutyStatus(now)) => format!("Duty {}", now.responder_id),
            Some(After::Call(now)) => format!("Call {}", now.call_id),
            Some(After::Assignment(now)) => format!("Assignment {}", now.assignment_id),
            Some(After::Alert(now)) => format!("Alert {}", now.alert_id),
            None => "nothing".to_owned(),
        };
        let kind = event.kind().as_str_name();
        Happening {
            kind: kind.trim_start_matches("EVENT_KIND_").to_owned(),
            responder_id: event.responder_id.clone(),
            after,
        }
    }
}
