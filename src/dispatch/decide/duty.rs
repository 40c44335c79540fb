//! Signing on and off, and being taken by another system's call.

use super::{preempt_elsewhere, responder_of};
use crate::board::{After, Draft, Duty, DutyStatus, EXPIRED, EventKind, Happening, Reply};
use crate::dispatch::command::SetDutyStatus;
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};

/// Sets the duty status of one or many, all or none. Whoever is on another system's call leaves ours, in the same
/// revision.
pub fn set_duty_status(draft: &mut Draft<'_>, command: &SetDutyStatus) -> Result<Reply, Refusal> {
    let mut set = Vec::with_capacity(command.changes.len());
    for (place, change) in command.changes.iter().enumerate() {
        let field = |of: &str| format!("changes[{place}].{of}");
        let responder = responder_of(draft, change.responder_id)
            .map_err(|refusal| refusal.at_field(field("responder_id")))?;
        if responder.retired_at.is_some() {
            return Err(Refusal::field(
                Reason::Retired,
                field("responder_id"),
                "he is retired",
            ));
        }
        let expires_at = change.expires_at.filter(|expires_at| *expires_at > draft.at);
        if change.expires_at.is_some() && expires_at.is_none() {
            return Err(Refusal::field(
                Reason::InvalidTime,
                field("expires_at"),
                "it has passed already",
            ));
        }
        let duty = DutyStatus {
            primary: change.primary,
            secondary: change.secondary.clone(),
            since: draft.at,
            expires_at,
            active_on: change.active_on.clone(),
            reporter: draft.reporter.clone(),
        };
        put_duty(draft, EventKind::DutyChanged, responder.id, duty.clone());
        if change.active_on.is_some() {
            let kind = EventKind::DutyChanged;
            preempt_elsewhere(draft, responder.id, None, "on_external_call", kind);
        }
        set.push((responder.id, duty));
    }
    Ok(Reply::Duty(set))
}

/// A duty status has come to its end: not available begins.
pub(super) fn expire(draft: &mut Draft<'_>, responder_id: ResponderId) {
    let duty = DutyStatus {
        primary: Duty::NotAvailable,
        secondary: EXPIRED.to_owned(),
        since: draft.at,
        expires_at: None,
        active_on: None,
        reporter: draft.reporter.clone(),
    };
    put_duty(draft, EventKind::DutyExpired, responder_id, duty);
}

fn put_duty(draft: &mut Draft<'_>, kind: EventKind, responder_id: ResponderId, duty: DutyStatus) {
    draft.emit(Happening::new(kind, After::Duty(responder_id, duty)).to(responder_id));
}
