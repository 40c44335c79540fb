//! Signing on and off, and being taken by another system's call.

use super::{Told, preempt_elsewhere, safety};
use crate::board::{After, Draft, Duty, DutyStatus, EventKind, Flag, Happening, Reply, Role};
use crate::dispatch::command::{DutyChange, SetDutyStatus};
use crate::hours;
use crate::id::ResponderId;
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::roster::decide::arrive;
use crate::shift::clocking;

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
        let mut duty = DutyStatus {
            primary: change.primary,
            secondary: change.secondary.clone(),
            since,
            expires_at,
            active_on: change.active_on.clone(),
            on_since: None,
            reporter: draft.reporter.clone(),
        };
        duty = put_duty(
            draft,
            responder.id,
            duty,
            Told::as_kind(EventKind::DutyChanged),
            since,
        );
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

/// A duty status came to its end at `ended_at`: not available begins.
pub(super) fn expire(draft: &mut Draft<'_>, responder_id: ResponderId, why: &str, ended_at: Moment) {
    let duty = off(draft, why);
    put_duty(
        draft,
        responder_id,
        duty,
        Told::as_kind(EventKind::DutyExpired),
        ended_at,
    );
}

/// When the duty of one whose shift was over at `over_at` ended: then, or when he had cleared the call that kept him.
pub(super) fn went_on_until(draft: &Draft<'_>, responder_id: ResponderId, over_at: Moment) -> Moment {
    let turn = draft.board().turns.get(&responder_id);
    let freed_at = turn.and_then(|turn| turn.last_freed_at);
    freed_at.map_or(over_at, |freed_at| freed_at.max(over_at))
}

/// He leaves his duty now, for this reason, if he is signed on.
pub(super) fn leaves(draft: &mut Draft<'_>, responder_id: ResponderId, why: &str, implied_by: EventKind) {
    let board = draft.board();
    if board.duty.get(&responder_id).is_none_or(|duty| !duty.is_on()) {
        return;
    }
    let duty = off(draft, why);
    let told = Told::as_kind(EventKind::DutyChanged).implied_by(Some(implied_by));
    let at = draft.at;
    put_duty(draft, responder_id, duty, told, at);
}

/// Duty that would end while he stays on goes on to the end of that.
pub(super) fn stays_on(
    draft: &mut Draft<'_>,
    responder_id: ResponderId,
    longer: &Window,
    implied_by: EventKind,
) {
    let standing = draft.board().duty.get(&responder_id);
    let ends_too_soon = |at: Moment| longer.contains(at);
    let Some(duty) = standing.filter(|duty| duty.is_on() && duty.expires_at.is_some_and(ends_too_soon))
    else {
        return;
    };
    let longer = DutyStatus {
        expires_at: Some(longer.end),
        ..duty.clone()
    };
    let told = Told::as_kind(EventKind::DutyChanged).implied_by(Some(implied_by));
    let at = draft.at;
    put_duty(draft, responder_id, longer, told, at);
}

fn off(draft: &Draft<'_>, why: &str) -> DutyStatus {
    DutyStatus {
        primary: Duty::NotAvailable,
        secondary: why.to_owned(),
        since: draft.at,
        expires_at: None,
        active_on: None,
        on_since: None,
        reporter: draft.reporter.clone(),
    }
}

/// Puts a duty status in place, as it then stands. Signing on and off begins and ends shifts; `ended_at` is when the duty
/// before it ended, if it ends by it.
fn put_duty(
    draft: &mut Draft<'_>,
    responder_id: ResponderId,
    mut duty: DutyStatus,
    told: Told,
    ended_at: Moment,
) -> DutyStatus {
    let standing = draft.board().duty.get(&responder_id);
    let was_on_since = standing
        .filter(|standing| standing.is_on())
        .map(|standing| standing.on_since.unwrap_or(standing.since));
    duty.on_since = duty.is_on().then(|| was_on_since.unwrap_or(duty.since));
    let mut changed = Happening::new(told.kind, After::Duty(responder_id, duty.clone())).to(responder_id);
    if let Some(cause) = told.implied_by {
        changed = changed.implied_by(cause);
    }
    draft.emit(changed);
    match (was_on_since, duty.on_since) {
        (None, Some(since)) => {
            clocking::signed_on(draft, responder_id, since);
            arrive(draft, responder_id, told.kind);
        }
        (Some(start), None) => {
            let end = ended_at.max(start);
            let worked = clocking::signed_off(draft, responder_id, Window { start, end });
            hours::decide::record(draft, responder_id, &worked);
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    duty
}
