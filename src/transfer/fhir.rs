//! The schedule as FHIR R4: one Bundle with a PractitionerRole and a Schedule for each responder, and a Slot for each of
//! his shifts. The status of a slot is of <https://hl7.org/fhir/R4/valueset-slotstatus.html>:
//!
//! | slot | when |
//! |---|---|
//! | `busy-tentative` | the shift is now, and he is offered a call |
//! | `busy` | the shift is now, and he is on a call |
//! | `free` | the shift is now and he is available, or it is still to come |
//! | `busy-unavailable` | otherwise: signed off, or the shift is over |

use serde_json::{Value, json};

use crate::board::{Board, Duty};
use crate::dispatch::MemberState;
use crate::id::{AgencyId, ResponderId};
use crate::moment::{Moment, Window};
use crate::roster::Responder;
use crate::shift::civil::to_local;
use crate::shift::{Shift, ShiftState};

/// The Bundle of everyone who has not left (of one agency, when it is named), and of the shifts that share a moment with
/// the window. Open shifts are nobody's and have no slot.
pub fn bundle(board: &Board, agency_id: Option<&AgencyId>, window: Window, now: Moment) -> String {
    let there = board.responders.values().filter(|one| one.retired_at.is_none());
    let wanted = there.filter(|one| agency_id.is_none_or(|agency| *agency == one.agency_id));
    let mut entries = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for responder in wanted {
        known.insert(responder.id);
        entries.push(role(responder));
        entries.push(schedule(responder));
    }
    let mut shifts: Vec<(&Shift, ResponderId)> = board
        .shifts
        .values()
        .filter(|shift| shift.state == ShiftState::Published && shift.planned.overlaps(&window))
        .filter_map(|shift| Some((shift, shift.responder_id.filter(|id| known.contains(id))?)))
        .collect();
    shifts.sort_by_key(|(shift, _)| (shift.planned.start, shift.id));
    entries.extend(shifts.into_iter().map(|(shift, id)| slot(board, shift, id, now)));
    let entries: Vec<Value> = entries.into_iter().map(|resource| entry(&resource)).collect();
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(now),
        "entry": entries,
    });
    bundle.to_string()
}

fn entry(resource: &Value) -> Value {
    let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
    let address = format!("urn:tandem:{}:{}", text("resourceType"), text("id"));
    json!({ "fullUrl": address, "resource": resource })
}

fn role(responder: &Responder) -> Value {
    let names: Vec<Value> = responder
        .external_references
        .iter()
        .map(|name| json!({ "system": format!("urn:tandem:{}:{}", name.system, name.kind), "value": name.value }))
        .collect();
    let mut role = json!({
        "resourceType": "PractitionerRole",
        "id": responder.id.to_string(),
        "active": true,
        "practitioner": { "display": responder.name },
        "organization": { "display": responder.agency_id.to_string() },
        "code": [{ "text": responder.discipline }],
    });
    // FHIR has no empty lists.
    if let Some(fields) = role.as_object_mut().filter(|_| !names.is_empty()) {
        fields.insert("identifier".to_owned(), Value::Array(names));
    }
    role
}

fn schedule(responder: &Responder) -> Value {
    json!({
        "resourceType": "Schedule",
        "id": format!("schedule-{}", responder.id),
        "active": true,
        "actor": [{ "reference": format!("PractitionerRole/{}", responder.id), "display": responder.call_sign }],
    })
}

fn slot(board: &Board, shift: &Shift, responder_id: ResponderId, now: Moment) -> Value {
    json!({
        "resourceType": "Slot",
        "id": shift.id.to_string(),
        "schedule": { "reference": format!("Schedule/schedule-{responder_id}") },
        "status": status(board, shift, responder_id, now),
        "start": instant(shift.planned.start),
        "end": instant(shift.planned.end),
    })
}

fn status(board: &Board, shift: &Shift, responder_id: ResponderId, now: Moment) -> &'static str {
    if shift.planned.start > now {
        return "free";
    }
    if !shift.planned.contains(now) {
        return "busy-unavailable";
    }
    let member = board.active_assignment(responder_id).and_then(|assignment| {
        let mut members = assignment.active_members();
        members.find(|member| member.responder_id == responder_id)
    });
    match member.map(|member| member.state) {
        Some(MemberState::Offered) => return "busy-tentative",
        Some(_) => return "busy",
        None => {}
    }
    match board.duty.get(&responder_id).map(|duty| duty.primary) {
        Some(Duty::Available | Duty::ConditionallyAvailable) => "free",
        Some(Duty::NotAvailable) | None => "busy-unavailable",
    }
}

/// As FHIR's `instant`.
fn instant(at: Moment) -> String {
    format!("{}Z", to_local(at, "UTC").unwrap_or_default())
}
