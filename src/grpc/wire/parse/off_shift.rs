//! What holds of responders while they are off shift.

use std::collections::BTreeMap;

use super::call::phone;
use super::faults::{Fault, Faults};
use super::field::{code, date, id, required, timestamp, words};
use super::pattern::minute;
use super::schedule::known_zone;
use super::{Stamped, desk_work, pb, reported};
use crate::id::ResponderId;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{DeclareArrival, UpdateOffShift};
use crate::roster::{NoteKind, WeekTime};
use crate::shift::civil::DAY_MINUTES;

/// How many times of the week somebody may keep for himself.
const MOST_TIMES: usize = 50;
/// How many ways of reaching him.
const MOST_WAYS: usize = 5;
/// The longest note, characters.
const NOTE: usize = 500;
/// What an update may change.
const PATHS: &[&str] = &[
    "zone",
    "unavailable",
    "opted_out_until",
    "contact_preferences",
    "note",
    "phone",
];

/// GetOffShift.
pub(crate) fn get_off_shift(request: &pb::GetOffShiftRequest) -> Result<ResponderId, Refusal> {
    let pb::GetOffShiftRequest { responder_id } = request;
    let mut faults = Faults::default();
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| responder_id)
}

/// UpdateOffShift; without a zone of its own it has this one.
pub(crate) fn update_off_shift(
    request: &pb::UpdateOffShiftRequest,
    usual_zone: &str,
) -> Stamped<UpdateOffShift> {
    let pb::UpdateOffShiftRequest {
        request_id,
        responder_id,
        off_shift,
        words: said,
        update_mask,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let mask = faults.mask(update_mask.as_ref(), PATHS, true);
    let asks = |path: &str| mask.contains(path);
    let of_words = |path: &String| ["note", "phone"].contains(&path.as_str());
    if !mask.iter().all(of_words) {
        faults.take("off_shift", required(off_shift.as_ref()));
    }
    if mask.iter().any(of_words) {
        faults.take("words", required(said.as_ref()));
    }
    let (given, said) = (
        off_shift.clone().unwrap_or_default(),
        said.clone().unwrap_or_default(),
    );
    let zone = if given.zone.is_empty() {
        usual_zone
    } else {
        &given.zone
    };
    let zone = faults.when(asks("zone"), "off_shift.zone", || known_zone(zone));
    let unavailable = asks("unavailable").then(|| faults.week_times(&given.unavailable));
    let last_day = faults.when(asks("opted_out_until"), "off_shift.opted_out_until", || {
        let day = &given.opted_out_until;
        (!day.is_empty()).then(|| date(day)).transpose()
    });
    let ways = asks("contact_preferences").then(|| {
        let field = "off_shift.contact_preferences";
        faults.take_each(field, MOST_WAYS, &given.contact_preferences, |one| code(one))
    });
    let note = faults.when(asks("note"), "words.note", || words(&said.note, NOTE));
    let phone = faults.when(asks("phone"), "words.phone", || number(&said.phone));
    faults.end(|| {
        let words = [(NoteKind::ToDispatcher, note?), (NoteKind::Phone, phone?)];
        let words: BTreeMap<NoteKind, String> = words
            .into_iter()
            .filter_map(|(kind, body)| Some((kind, body?)))
            .collect();
        let update = UpdateOffShift {
            responder_id: responder_id?,
            expected_version: *expected_version,
            zone: zone?.map(str::to_owned),
            unavailable: whole(unavailable)?,
            last_day: last_day?,
            contact_preferences: whole(ways)?,
            words,
        };
        Some((stamp?, update))
    })
}

/// DeclareArrival.
pub(crate) fn declare_arrival(request: &pb::DeclareArrivalRequest) -> Stamped<DeclareArrival> {
    let pb::DeclareArrivalRequest {
        request_id,
        responder_id,
        expected_at,
        withdrawn,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let responder_id = faults.take("responder_id", id(responder_id));
    let expected_at = match (expected_at, withdrawn) {
        (None, true) => Some(None),
        (Some(_), true) => {
            let told = "whoever is not coming has no time of arrival";
            faults.take("expected_at", Err(Fault::new(Reason::InvalidTime, told)))
        }
        (given, false) => {
            let at = required(given.as_ref()).and_then(timestamp);
            faults.take("expected_at", at).map(Some)
        }
    };
    faults.end(|| {
        let declare = DeclareArrival {
            responder_id: responder_id?,
            expected_at: expected_at?,
        };
        Some((stamp?, declare))
    })
}

/// A part that was not asked for is whole.
fn whole<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        Some(given) => given.map(Some),
        None => Some(None),
    }
}

/// A number to dial, or none.
fn number(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        Ok(String::new())
    } else {
        phone(text)
    }
}

/// 0 is Monday.
fn weekday(value: i32) -> Result<u32, Fault> {
    let day: pb::Weekday = super::field::known(value, "weekday")?;
    match day {
        pb::Weekday::Monday => Ok(0),
        pb::Weekday::Tuesday => Ok(1),
        pb::Weekday::Wednesday => Ok(2),
        pb::Weekday::Thursday => Ok(3),
        pb::Weekday::Friday => Ok(4),
        pb::Weekday::Saturday => Ok(5),
        pb::Weekday::Sunday => Ok(6),
        pb::Weekday::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known weekday")),
    }
}

impl Faults {
    fn week_times(&mut self, times: &[pb::WeekTime]) -> Option<Vec<WeekTime>> {
        self.take_parts(
            "off_shift.unavailable",
            MOST_TIMES,
            times,
            |faults, field, time| {
                let pb::WeekTime {
                    weekday: day,
                    local_start,
                    local_end,
                } = time;
                let day = faults.take(format!("{field}.weekday"), weekday(*day));
                let start = faults.take(format!("{field}.local_start"), minute(local_start));
                let end = faults.take(format!("{field}.local_end"), minute(local_end));
                let (start, end) = (start?, end?);
                Some(WeekTime {
                    weekday: day?,
                    start_minute: start,
                    end_minute: if end > start { end } else { end + DAY_MINUTES },
                })
            },
        )
    }
}
