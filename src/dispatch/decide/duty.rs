//! Signing on and off, and being taken by another system's call.

use super::{preempt_elsewhere, safety};
use crate::board::{After, Draft, Duty, DutyStatus, EventKind, Flag, Happening, Reply, Role};
use crate::dispatch::command::{DutyChange, SetDutyStatus};
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};

/// Sets the duty status of one or many, all or none. Whoever is on another system's call leaves ours, in the same
/// revision.
pub fn set_duty_status(draft: &mut Draft<'_>, command: &SetDutyStatus) -> Result<Reply, Refusal> {
    let mut set = Vec::with_capacity(command.changes.len());
    let since = draft.occurred_at().0.min(draft.at);
    for (place, change) in command.changes.iter().enumerate() {
        let field = |of: &str| format!("changes[{place}].{of}");
        let responder = draft
            .board()
            .on_roster(change.responder_id, &field("responder_id"))?
            .clone();
        let expires_at = change.expires_at.filter(|expires_at| *expires_at > draft.at);
        if change.expires_at.is_some() && expires_at.is_none() {
            return Err(Refusal::field(
                Reason::InvalidTime,
                field("expires_at"),
                "it has passed already",
            ));
        }
        let standing = draft.board().duty.get(&responder.id).cloned();
        if let Some(standing) = standing.filter(|standing| standing.since > since) {
            // A tap that was queued on the phone does not undo what has been said since.
            let noted = Happening::new(
                EventKind::DutyChanged,
                After::Duty(responder.id, standing.clone()),
            );
            draft.emit(noted.to(responder.id).flagged([Flag::Superseded]));
            set.push((responder.id, standing));
            continue;
        }
        check_mastered_elsewhere(draft, change, &field("primary"))?;
        let duty = DutyStatus {
            primary: change.primary,
            secondary: change.secondary.clone(),
            since,
            expires_at,
            active_on: change.active_on.clone(),
            reporter: draft.reporter.clone(),
        };
        put_duty(draft, EventKind::DutyChanged, responder.id, duty.clone());
        if draft.reporter.role == Role::Responder {
            safety::heard_from(draft, responder.id);
        }
        if change.active_on.is_some() {
            let kind = EventKind::DutyChanged;
            preempt_elsewhere(draft, responder.id, None, "on_external_call", kind);
        }
        set.push((responder.id, duty));
    }
    Ok(Reply::Duty(set))
}

/// While another system has him on its call, his own app does not make him available: that system or a dispatcher does.
fn check_mastered_elsewhere(draft: &Draft<'_>, change: &DutyChange, field: &str) -> Result<(), Refusal> {
    let standing = draft.board().duty.get(&change.responder_id);
    let Some(elsewhere) = standing.and_then(|standing| standing.active_on.as_ref()) else {
        return Ok(());
    };
    if draft.reporter.role != Role::Responder || change.primary == Duty::NotAvailable {
        return Ok(());
    }
    let on = format!("{} {} {}", elsewhere.system, elsewhere.kind, elsewhere.value);
    Err(Refusal::field(
        Reason::NotInThisState,
        field,
        format!("{on} has you; that system or a dispatcher makes you available again"),
    ))
}

/// A duty status has come to its end: not available begins.
pub(super) fn expire(draft: &mut Draft<'_>, responder_id: ResponderId, why: &str) {
    let duty = DutyStatus {
        primary: Duty::NotAvailable,
        secondary: why.to_owned(),
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
