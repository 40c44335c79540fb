//! On-call lists.

use super::super::super::pb;
use super::event::reporter;
use super::{Render, moment, text};
use crate::board::Role;
use crate::id::ResponderId;
use crate::shift::on_call::{Attempt, OnCallList, Outcome, Stint};

impl Render<'_> {
    /// A list; to a responder his own part of it.
    pub(crate) fn on_call_list(&self, list: &OnCallList) -> pb::OnCallList {
        let responder = self.viewer.role == Role::Responder;
        let shown = |id: ResponderId| !responder || self.viewer.responder_id == Some(id);
        let rotation = list.rotation.iter().filter(|_| !responder);
        let attempts = list.attempts.iter().filter(|one| shown(one.responder_id));
        let stints = list.stints.iter().filter(|one| shown(one.responder_id));
        pb::OnCallList {
            on_call_list_id: list.id.to_string(),
            agency_id: list.agency_id.to_string(),
            name: list.name.clone(),
            discipline: list.discipline.clone(),
            area_id: text(list.area_id),
            responder_ids: rotation.map(ToString::to_string).collect(),
            stints: stints.map(stint).collect(),
            attempts: attempts.map(attempt).collect(),
            retired_at: list.retired_at.map(moment),
            version: list.version,
        }
    }
}

fn stint(stint: &Stint) -> pb::OnCallStint {
    pb::OnCallStint {
        responder_id: stint.responder_id.to_string(),
        start: Some(moment(stint.window.start)),
        end: Some(moment(stint.window.end)),
    }
}

/// That somebody was called.
pub(crate) fn attempt(attempt: &Attempt) -> pb::CallBackAttempt {
    pb::CallBackAttempt {
        number: attempt.number,
        shift_id: attempt.shift_id.to_string(),
        responder_id: attempt.responder_id.to_string(),
        outcome: outcome(attempt.outcome).into(),
        charged: attempt.charged,
        at: Some(moment(attempt.at)),
        reporter: Some(reporter(&attempt.by)),
    }
}

/// What came of calling somebody.
pub(super) fn outcome(outcome: Outcome) -> pb::CallBackOutcome {
    match outcome {
        Outcome::Accepted => pb::CallBackOutcome::Accepted,
        Outcome::Declined => pb::CallBackOutcome::Declined,
        Outcome::NotAvailable => pb::CallBackOutcome::NotAvailable,
        Outcome::NoAnswer => pb::CallBackOutcome::NoAnswer,
        Outcome::WrongNumber => pb::CallBackOutcome::WrongNumber,
        Outcome::NoLongerActive => pb::CallBackOutcome::NoLongerActive,
    }
}
