//! Emergencies, check-ins and the alerts that a person must acknowledge.

use super::{Told, assignment_of, put_assignment, responder_of};
use crate::board::{After, Alert, AlertKind, Draft, EventKind, Happening, Reply};
use crate::dispatch::command::{AcknowledgeAlert, CheckIn, RaiseEmergency};
use crate::dispatch::{Assignment, Member, MemberState, Safety, SafetyState};
use crate::id::{AlertId, AssignmentId, CallId, ResponderId};
use crate::moment::Moment;
use crate::refusal::Refusal;

/// What an alert is about.
#[derive(Clone, Copy)]
pub(super) struct About {
    call_id: Option<CallId>,
    assignment_id: Option<AssignmentId>,
    responder_id: Option<ResponderId>,
}

impl About {
    pub(super) fn call(call_id: CallId) -> About {
        About {
            call_id: Some(call_id),
            assignment_id: None,
            responder_id: None,
        }
    }

    pub(super) fn member(call_id: CallId, assignment_id: AssignmentId, responder_id: ResponderId) -> About {
        About {
            call_id: Some(call_id),
            assignment_id: Some(assignment_id),
            responder_id: Some(responder_id),
        }
    }

    fn responder(responder_id: ResponderId) -> About {
        About {
            call_id: None,
            assignment_id: None,
            responder_id: Some(responder_id),
        }
    }
}

/// A responder raises an emergency, on a call or not. Raised twice, the first alert stands.
pub fn raise_emergency(draft: &mut Draft<'_>, command: &RaiseEmergency) -> Result<Reply, Refusal> {
    let responder = responder_of(draft, command.responder_id)?;
    let standing = alert_of(draft, |alert| {
        alert.kind == AlertKind::Emergency && alert.responder_id == Some(responder.id)
    });
    if let Some(alert) = standing {
        return Ok(Reply::Alert(alert));
    }
    let on = draft.board().active_assignment(responder.id).cloned();
    let about = match &on {
        Some(assignment) => About::member(assignment.call_id, assignment.id, responder.id),
        None => About::responder(responder.id),
    };
    let on_a_call = on.is_some();
    if let Some(mut assignment) = on {
        if let Some(place) = assignment.active_place(responder.id) {
            let member = &mut assignment.members[place];
            member.safety.state = SafetyState::Emergency;
            member.safety.next_at = None;
        }
        let told = Told::as_kind(EventKind::EmergencyRaised);
        put_assignment(draft, assignment, responder.id, told);
    }
    let alert = new_alert(draft, AlertKind::Emergency, about);
    // On a call the assignment has told of the emergency already.
    let told = if on_a_call {
        EventKind::AlertRaised
    } else {
        EventKind::EmergencyRaised
    };
    put_alert(draft, told, alert.clone());
    Ok(Reply::Alert(alert))
}

/// A member says that he is well. In an emergency that is noted, and changes nothing until a person has acknowledged
/// the alert: it may have been said under duress.
pub fn check_in(draft: &mut Draft<'_>, command: &CheckIn) -> Result<Reply, Refusal> {
    let responder = responder_of(draft, command.responder_id)?;
    let Some(mut assignment) = draft.board().active_assignment(responder.id).cloned() else {
        return Err(Refusal::state("he is on no call", "none"));
    };
    let unacknowledged = alert_of(draft, |alert| {
        alert.kind == AlertKind::Emergency && alert.responder_id == Some(responder.id)
    })
    .is_some();
    let at = draft.at;
    let call_id = assignment.call_id;
    if let Some(place) = assignment.active_place(responder.id) {
        let member = &mut assignment.members[place];
        if member.safety.state == SafetyState::Emergency && !unacknowledged {
            member.safety.state = SafetyState::Ok;
        }
        member.safety.checked_in_at = Some(at);
        sign_of_life(draft, call_id, member);
    }
    let told = Told::as_kind(EventKind::CheckedIn);
    put_assignment(draft, assignment.clone(), responder.id, told);
    heard_from(draft, responder.id);
    Ok(super::assignment_reply(draft, &assignment))
}

/// A person has seen an alert: it is not raised again.
pub fn acknowledge_alert(draft: &mut Draft<'_>, command: &AcknowledgeAlert) -> Result<Reply, Refusal> {
    let alert = draft
        .board()
        .alerts
        .get(&command.alert_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("alert", command.alert_id))?;
    if alert.ended_at.is_some() {
        return Ok(Reply::Alert(alert));
    }
    let acknowledged = Alert {
        ended_at: Some(draft.at),
        acknowledged_by: Some(draft.reporter.clone()),
        ..alert
    };
    put_alert(draft, EventKind::AlertAcknowledged, acknowledged.clone());
    Ok(Reply::Alert(acknowledged))
}

/// Raises an alert, unless the same one stands.
pub(super) fn raise_alert(draft: &mut Draft<'_>, kind: AlertKind, about: About) {
    let same = |alert: &Alert| {
        (alert.kind, alert.call_id, alert.responder_id) == (kind, about.call_id, about.responder_id)
    };
    if alert_of(draft, same).is_some() {
        return;
    }
    let alert = new_alert(draft, kind, about);
    put_alert(draft, EventKind::AlertRaised, alert);
}

fn new_alert(draft: &mut Draft<'_>, kind: AlertKind, about: About) -> Alert {
    Alert {
        id: AlertId::next(draft.ids, draft.at),
        kind,
        call_id: about.call_id,
        assignment_id: about.assignment_id,
        responder_id: about.responder_id,
        raised_at: draft.at,
        escalates_at: draft.at.plus_seconds(escalation_seconds(draft)),
        escalations: 0,
        ended_at: None,
        acknowledged_by: None,
    }
}

/// Raises an unacknowledged alert again.
pub(super) fn escalate(draft: &mut Draft<'_>, alert: Alert) {
    let escalated = Alert {
        escalates_at: draft.at.plus_seconds(escalation_seconds(draft)),
        escalations: alert.escalations.saturating_add(1),
        ..alert
    };
    put_alert(draft, EventKind::Escalated, escalated);
}

/// The call's cause for this alert is gone.
pub(super) fn end_call_alert(draft: &mut Draft<'_>, call_id: CallId, kind: AlertKind) {
    end_alerts(draft, |alert| {
        alert.kind == kind && alert.call_id == Some(call_id)
    });
}

/// He has been heard from, or has left: alerts of his silence have no cause any more.
pub(super) fn heard_from(draft: &mut Draft<'_>, responder_id: ResponderId) {
    end_alerts(draft, |alert| {
        let of_silence = matches!(alert.kind, AlertKind::CheckInOverdue | AlertKind::DeviceSilent);
        of_silence && alert.responder_id == Some(responder_id)
    });
}

/// Dispositions that were overdue have been given.
pub(super) fn end_disposition_alert(draft: &mut Draft<'_>, assignment: &Assignment) {
    end_alerts(draft, |alert| {
        alert.kind == AlertKind::DispositionOverdue
            && alert.assignment_id == Some(assignment.id)
            && alert.responder_id.is_some_and(|id| {
                assignment
                    .member(id)
                    .is_some_and(|member| member.disposition.is_some())
            })
    });
}

/// Any word from a member on scene starts his check-in timer anew; away from a scene there is none.
pub(super) fn sign_of_life(draft: &Draft<'_>, call_id: CallId, member: &mut Member) {
    if member.safety.state == SafetyState::Emergency {
        return;
    }
    member.safety = Safety {
        state: SafetyState::Ok,
        next_at: check_in_due(draft, call_id, member),
        checked_in_at: member.safety.checked_in_at,
    };
}

fn check_in_due(draft: &Draft<'_>, call_id: CallId, member: &Member) -> Option<Moment> {
    Some(draft.at.plus_seconds(check_in_seconds(draft, call_id, member)?))
}

/// When a member on scene is to be heard from next, if his call has become so urgent that it is sooner than he was told.
pub(super) fn sooner(draft: &Draft<'_>, call_id: CallId, member: &Member) -> Option<Moment> {
    let next_at = check_in_due(draft, call_id, member).filter(|_| member.safety.state == SafetyState::Ok)?;
    member
        .safety
        .next_at
        .is_none_or(|told| next_at < told)
        .then_some(next_at)
}

/// After a correction of his times the timer runs from the last word that he gave by them. One who is overdue stays so until
/// he is heard from.
pub(super) fn timer_anew(draft: &Draft<'_>, call_id: CallId, member: &mut Member) {
    let runs = matches!(member.safety.state, SafetyState::Ok | SafetyState::Due);
    let Some(seconds) = check_in_seconds(draft, call_id, member).filter(|_| runs) else {
        return;
    };
    let there = member.steps.range(MemberState::OnScene..MemberState::Cleared);
    let words = there.map(|(_, step)| step.occurred_at);
    let Some(last) = words.chain(member.safety.checked_in_at).max() else {
        return;
    };
    let next_at = last.plus_seconds(seconds);
    if member.safety.state == SafetyState::Ok || next_at > draft.at {
        member.safety.state = SafetyState::Ok;
        member.safety.next_at = Some(next_at);
    }
}

fn check_in_seconds(draft: &Draft<'_>, call_id: CallId, member: &Member) -> Option<i64> {
    if !matches!(member.state, MemberState::OnScene | MemberState::Transporting) {
        return None;
    }
    let call = draft.board().calls.get(&call_id)?;
    let rule = draft.board().policy().check_ins.iter().find(|rule| {
        rule.scheme == call.acuity.scheme
            && rule.level == call.acuity.level
            && rule.discipline == member.discipline
    })?;
    Some(i64::from(rule.seconds))
}

/// A member's check-in timer has run out: due first, overdue after the grace.
pub(super) fn check_in_timer(
    draft: &mut Draft<'_>,
    assignment_id: AssignmentId,
    place: usize,
) -> Result<(), Refusal> {
    let mut assignment = assignment_of(draft, assignment_id)?;
    let grace = i64::from(draft.board().policy().check_in_grace_seconds);
    let at = draft.at;
    let call_id = assignment.call_id;
    let member = &mut assignment.members[place];
    let responder_id = member.responder_id;
    let overdue = member.safety.state == SafetyState::Due;
    if overdue {
        member.safety.state = SafetyState::Overdue;
        member.safety.next_at = None;
    } else {
        member.safety.state = SafetyState::Due;
        member.safety.next_at = Some(at.plus_seconds(grace));
    }
    let kind = if overdue {
        EventKind::CheckInOverdue
    } else {
        EventKind::CheckInDue
    };
    put_assignment(draft, assignment, responder_id, Told::as_kind(kind));
    if overdue {
        let about = About::member(call_id, assignment_id, responder_id);
        raise_alert(draft, AlertKind::CheckInOverdue, about);
    }
    Ok(())
}

/// Alerts of a call go with their cause to another one, and to an assignment of it if they are of one there.
pub(super) fn move_alerts(
    draft: &mut Draft<'_>,
    (from, to): (CallId, CallId),
    to_assignment: Option<AssignmentId>,
    which: impl Fn(&Alert) -> bool,
) {
    let moved: Vec<Alert> = draft
        .board()
        .alerts
        .values()
        .filter(|alert| alert.call_id == Some(from) && alert.kind != AlertKind::CallWaiting)
        .filter(|alert| which(alert))
        .map(|alert| Alert {
            call_id: Some(to),
            assignment_id: to_assignment,
            ..alert.clone()
        })
        .collect();
    for alert in moved {
        put_alert(draft, EventKind::AlertMoved, alert);
    }
}

fn end_alerts(draft: &mut Draft<'_>, which: impl Fn(&Alert) -> bool) {
    let over: Vec<Alert> = draft
        .board()
        .alerts
        .values()
        .filter(|a| which(a))
        .cloned()
        .collect();
    for alert in over {
        let ended = Alert {
            ended_at: Some(draft.at),
            ..alert
        };
        put_alert(draft, EventKind::AlertEnded, ended);
    }
}

fn put_alert(draft: &mut Draft<'_>, kind: EventKind, alert: Alert) {
    let concerned = draft.board().concerned_by(&alert);
    let mut happening = Happening::new(kind, After::Alert(alert.clone())).seen_by(concerned);
    if let Some(responder_id) = alert.responder_id {
        happening = happening.to(responder_id);
    }
    draft.emit(happening);
}

fn alert_of(draft: &Draft<'_>, which: impl Fn(&Alert) -> bool) -> Option<Alert> {
    draft.board().alerts.values().find(|alert| which(alert)).cloned()
}

fn escalation_seconds(draft: &Draft<'_>) -> i64 {
    i64::from(draft.board().policy().escalation_seconds)
}
