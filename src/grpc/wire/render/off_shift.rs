//! What holds of responders while they are off shift.

use std::collections::BTreeMap;

use super::super::super::pb;
use super::event::reporter;
use super::moment;
use super::pattern::clock;
use crate::roster::{Arrival, NoteKind, OffShift, WeekTime};

/// What holds of a responder while he is off shift, without the words.
pub(crate) fn off_shift(said: &OffShift) -> pb::OffShift {
    let opted_out = said.opted_out.as_ref();
    pb::OffShift {
        responder_id: said.responder_id.to_string(),
        zone: said.zone.clone(),
        unavailable: said.unavailable.iter().map(week_time).collect(),
        opted_out_until: opted_out.map(|one| one.last_day.to_string()).unwrap_or_default(),
        opted_out_ends_at: opted_out.map(|one| moment(one.ends_at)),
        contact_preferences: said.contact_preferences.clone(),
        has_note: said.noted.contains(&NoteKind::ToDispatcher),
        has_phone: said.noted.contains(&NoteKind::Phone),
        arrival: said.arrival.as_ref().map(arrival),
        version: said.version,
    }
}

/// The words.
pub(crate) fn off_shift_words(words: &BTreeMap<NoteKind, String>) -> pb::OffShiftWords {
    let of = |kind| words.get(&kind).cloned().unwrap_or_default();
    pb::OffShiftWords {
        note: of(NoteKind::ToDispatcher),
        phone: of(NoteKind::Phone),
    }
}

/// That somebody is coming.
pub(crate) fn arrival(arrival: &Arrival) -> pb::Arrival {
    pb::Arrival {
        expected_at: Some(moment(arrival.expected_at)),
        declared_at: Some(moment(arrival.declared_at)),
        reporter: Some(reporter(&arrival.by)),
    }
}

fn week_time(time: &WeekTime) -> pb::WeekTime {
    // The enum has Monday as 1.
    let weekday = i32::try_from(time.weekday + 1).unwrap_or_default();
    pb::WeekTime {
        weekday,
        local_start: clock(time.start_minute),
        local_end: clock(time.end_minute),
    }
}
