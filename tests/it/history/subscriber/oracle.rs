//! What a subscriber should see of a row: the audience and the filter, from the wording of the contract and the row's
//! own JSON.

use serde_json::Value;
use tandem::board::Role;

use super::{Happening, Row, Subscriber};

/// What of this row is for him, in order.
pub(super) fn expected(row: &Row, subscriber: &Subscriber) -> Vec<Happening> {
    row.events
        .iter()
        .filter(|event| is_his(event, subscriber) && was_asked_for(event, subscriber))
        .map(happening)
        .collect()
}

/// As it stands in the row.
pub(super) fn happening(event: &Value) -> Happening {
    let (what, now) = changed(event);
    let id = now
        .as_array()
        .map_or_else(|| text(&now["id"]), |pair| text(&pair[0]));
    Happening {
        kind: contract_name(event["kind"].as_str().unwrap()),
        responder_id: text(&event["subject"]),
        after: format!("{what} {id}"),
    }
}

/// A responder sees what names him in its audience; HR the roster, the schedule and the jurisdiction's set-up, of its own
/// agency when it is bound to one; everyone else everything.
fn is_his(event: &Value, subscriber: &Subscriber) -> bool {
    let (what, now) = changed(event);
    match subscriber.role {
        Role::Responder => among(&event["audience"], subscriber.responder_id.as_slice()),
        Role::Hr => match what {
            "Responder" | "Shift" | "Request" | "Timesheet" => {
                let bound = subscriber.agency_id.as_deref();
                bound.is_none_or(|bound| now["agency_id"] == bound)
            }
            "Jurisdiction" | "Agency" | "Area" => true,
            _ => false,
        },
        Role::Dispatcher | Role::Supervisor | Role::Auditor | Role::Admin | Role::System => true,
    }
}

/// Each list that is not empty must be met.
fn was_asked_for(event: &Value, subscriber: &Subscriber) -> bool {
    let filter = &subscriber.filter;
    let (what, now) = changed(event);
    let call = match what {
        "Call" => text(&now["id"]),
        "Assignment" | "Alert" => text(&now["call_id"]),
        _ => String::new(),
    };
    let of_roster = match what {
        "Responder" => text(&now["id"]),
        "Shift" | "Request" | "Alert" | "Timesheet" => text(&now["responder_id"]),
        "Duty" => text(&now[0]),
        _ => String::new(),
    };
    let kind = contract_name(event["kind"].as_str().unwrap());
    let asked_kinds: Vec<&str> = filter
        .kinds()
        .map(|kind| kind.as_str_name().trim_start_matches("EVENT_KIND_"))
        .collect();
    let responders = &filter.responder_ids;
    (asked_kinds.is_empty() || asked_kinds.contains(&kind.as_str()))
        && (filter.call_ids.is_empty() || filter.call_ids.contains(&call))
        && (filter.agency_ids.is_empty() || among(&event["agency_ids"], &filter.agency_ids))
        && (filter.area_ids.is_empty() || among(&event["area_ids"], &filter.area_ids))
        && (responders.is_empty()
            || among(&event["audience"], responders)
            || responders.contains(&text(&event["subject"]))
            || responders.contains(&of_roster))
}

fn changed(event: &Value) -> (&str, &Value) {
    let after = event["after"].as_object().unwrap();
    let (what, now) = after.iter().next().unwrap();
    (what, now)
}

fn among(list: &Value, wanted: &[String]) -> bool {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str)
        .any(|one| wanted.iter().any(|wanted| wanted == one))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// `OfferMade` is `OFFER_MADE` in the contract.
fn contract_name(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}
