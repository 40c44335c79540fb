//! Off shift: when somebody is not to be asked to work, how he is reached, and when he said that he will be there.

use crate::board::{After, Draft, EventKind, Flag, Happening, Reply};
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{DeclareArrival, UpdateOffShift};
use crate::roster::{Arrival, Note, OffShift, OptOut};
use crate::shift::civil::end_of_day;
use crate::shift::date::LocalDate;

/// How far ahead somebody may say that he will be there, seconds: what is later is a slip of a date.
const FURTHEST_ARRIVAL: i64 = 24 * 3600;

/// Changes what holds of somebody while he is off shift.
pub fn update_off_shift(draft: &mut Draft<'_>, command: &UpdateOffShift) -> Result<Reply, Refusal> {
    draft.board().on_roster(command.responder_id, "responder_id")?;
    let mut now = standing(draft, command.responder_id);
    if now.version != command.expected_version {
        return Err(Refusal::stale(command.expected_version, now.version));
    }
    let UpdateOffShift {
        responder_id,
        expected_version: _,
        zone,
        unavailable,
        last_day,
        contact_preferences,
        words,
    } = command.clone();
    now.zone = zone.unwrap_or(now.zone);
    now.unavailable = unavailable.unwrap_or(now.unavailable);
    now.contact_preferences = contact_preferences.unwrap_or(now.contact_preferences);
    now.opted_out = match last_day {
        Some(last_day) => {
            let asked = last_day
                .map(|last_day| opt_out(last_day, &now.zone))
                .transpose()?;
            if asked.is_some_and(|asked| asked.ends_at <= draft.at) {
                let field = "off_shift.opted_out_until";
                return Err(Refusal::field(Reason::InvalidTime, field, "this day is over"));
            }
            asked
        }
        // The same day, by the clock that counts from now on.
        None => {
            let standing = now.opted_out;
            standing.map(|one| opt_out(one.last_day, &now.zone)).transpose()?
        }
    };
    let flags = (!words.is_empty()).then_some(Flag::NoteChanged);
    for (kind, body) in words {
        if body.is_empty() {
            now.noted.remove(&kind);
        } else {
            now.noted.insert(kind);
        }
        draft.keep_note(Note {
            responder_id,
            kind,
            body,
        });
    }
    now.version += 1;
    Ok(put(
        draft,
        now,
        |told| told.flagged(flags),
        EventKind::OffShiftChanged,
    ))
}

/// Notes when somebody who is off duty will be there, or that he is not coming after all.
pub fn declare_arrival(draft: &mut Draft<'_>, command: &DeclareArrival) -> Result<Reply, Refusal> {
    draft.board().on_roster(command.responder_id, "responder_id")?;
    let mut now = standing(draft, command.responder_id);
    let Some(expected_at) = command.expected_at else {
        if now.arrival.take().is_none() {
            return Ok(Reply::OffShift(Box::new(now)));
        }
        return Ok(put(draft, now, |told| told, EventKind::ArrivalEnded));
    };
    if expected_at <= draft.at || draft.at.plus_seconds(FURTHEST_ARRIVAL) < expected_at {
        let told = "a time within the next 24 hours";
        return Err(Refusal::field(Reason::InvalidTime, "expected_at", told));
    }
    let duty = draft.board().duty.get(&command.responder_id);
    if duty.is_some_and(|duty| duty.is_on()) {
        return Err(Refusal::state("he is signed on", "SIGNED_ON"));
    }
    now.arrival = Some(Arrival {
        expected_at,
        declared_at: draft.occurred_at().0,
        by: draft.reporter.clone(),
    });
    Ok(put(draft, now, |told| told, EventKind::ArrivalDeclared))
}

/// He has signed on, by this event; what he said of his coming is over.
pub(crate) fn arrive(draft: &mut Draft<'_>, responder_id: ResponderId, implied_by: EventKind) {
    end_arrival(draft, responder_id, |told| told.implied_by(implied_by));
}

/// The time has passed at which he said that he will be there.
pub(crate) fn miss_arrival(draft: &mut Draft<'_>, responder_id: ResponderId) {
    end_arrival(draft, responder_id, |told| told.flagged([Flag::NotArrived]));
}

fn end_arrival(draft: &mut Draft<'_>, responder_id: ResponderId, told: impl FnOnce(Happening) -> Happening) {
    let mut now = standing(draft, responder_id);
    if now.arrival.take().is_some() {
        put(draft, now, told, EventKind::ArrivalEnded);
    }
}

fn standing(draft: &Draft<'_>, responder_id: ResponderId) -> OffShift {
    let board = draft.board();
    let said = board.off_shift.get(&responder_id).cloned();
    said.unwrap_or_else(|| OffShift::unsaid(responder_id, &board.jurisdiction.zone))
}

fn opt_out(last_day: LocalDate, zone: &str) -> Result<OptOut, Refusal> {
    let ends_at = end_of_day(&last_day.to_string(), zone).map_err(|fault| {
        Refusal::field(
            Reason::InvalidTime,
            "off_shift.opted_out_until",
            fault.to_string(),
        )
    })?;
    Ok(OptOut { last_day, ends_at })
}

fn put(
    draft: &mut Draft<'_>,
    now: OffShift,
    told: impl FnOnce(Happening) -> Happening,
    kind: EventKind,
) -> Reply {
    let boxed = Box::new(now);
    let happening = Happening::new(kind, After::OffShift(boxed.clone())).to(boxed.responder_id);
    draft.emit(told(happening));
    Reply::OffShift(boxed)
}
