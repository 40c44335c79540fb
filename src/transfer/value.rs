//! What a single cell may hold.

use std::collections::BTreeSet;

use super::Surroundings;
use super::mapping::Mapping;
use super::table::Cells;
use crate::board::ExternalReference;
use crate::id::AgencyId;
use crate::moment::Moment;
use crate::printable::{NAME, code_fault, text_fault};
use crate::refusal::Reason;
use crate::shift::MOST_REQUIRED;
use crate::shift::civil::{CivilFault, Occurrence, is_zone, resolve};
use crate::triage::Code;

/// A value, or why it is none.
pub type Found<T> = Result<T, (Reason, String)>;

/// A text of 1 to `most` characters on one line.
pub fn name(cell: &str, most: usize) -> Found<String> {
    if cell.is_empty() {
        return Err((Reason::Required, "it must not be empty".to_owned()));
    }
    line(cell, most)
}

/// A text of 0 to `most` characters on one line.
pub fn line(cell: &str, most: usize) -> Found<String> {
    match text_fault(cell, most, |_| false) {
        Some(detail) => Err((Reason::InvalidText, detail)),
        None => Ok(cell.to_owned()),
    }
}

/// A code of 1 to 64 characters.
pub fn code(cell: &str) -> Found<String> {
    if cell.is_empty() {
        return Err((Reason::Required, "it must not be empty".to_owned()));
    }
    match code_fault(cell) {
        Some(detail) => Err((Reason::InvalidText, detail.to_owned())),
        None => Ok(cell.to_owned()),
    }
}

/// A number that stands for something: what a spreadsheet does to such numbers is told by name.
pub fn number(cell: &str, width: Option<usize>) -> Found<String> {
    if is_scientific(cell) {
        let told = "a spreadsheet made a rounded number of it; keep the column as text";
        return Err((Reason::InvalidText, told.to_owned()));
    }
    let digits = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    match width {
        Some(width) if digits && cell.len() < width => Err((
            Reason::LeadingZerosLost,
            format!(
                "{} digits where {width} are expected: a spreadsheet has taken the leading zeros away; keep the column as text",
                cell.len()
            ),
        )),
        Some(width) if digits && cell.len() > width => Err((
            Reason::InvalidText,
            format!("{} digits where {width} are expected", cell.len()),
        )),
        Some(_) | None => line(cell, NAME),
    }
}

/// `1.23457E+11`.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = mantissa
        .split_once('.')
        .map_or(digits(mantissa), |(whole, rest)| digits(whole) && digits(rest));
    plain && exponent.strip_prefix(['+', '-']).is_some_and(digits)
}

/// A civil day as `YYYY-MM-DD`, from that or from `MM/DD/YYYY`.
pub fn date(cell: &str) -> Found<String> {
    let fault = |detail: &str| Err((Reason::InvalidTime, detail.to_owned()));
    if cell.len() == 5 && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return fault("a spreadsheet made its day number of it; format the column as a date");
    }
    let american: Vec<&str> = cell.split('/').collect();
    let (year, month, day) = match american[..] {
        [month, day, year] => (year, month, day),
        _ => match cell.split('-').collect::<Vec<_>>()[..] {
            [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => (year, month, day),
            _ => return fault("not a day `MM/DD/YYYY` or `YYYY-MM-DD`"),
        },
    };
    if year.len() == 2 {
        return fault("a year has four digits");
    }
    let number = |text: &str, most: usize| {
        let digits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return fault("not a day `MM/DD/YYYY` or `YYYY-MM-DD`");
    };
    if !(1..=12).contains(&month) && (1..=12).contains(&day) {
        return fault("there is no such month: the month comes first, `MM/DD/YYYY`");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match resolve(&format!("{date}T00:00"), None, "UTC") {
        Ok(_) => Ok(date),
        Err(_) => fault("there is no such day between 1970 and 2100"),
    }
}

/// A time of day as `HH:MM`, from `9:00`, `0900`, `21:30`, `9:30 PM`; seconds may follow.
pub fn time(cell: &str) -> Found<String> {
    let fault = || Err((Reason::InvalidTime, "not a time `HH:MM` or `H:MM AM`".to_owned()));
    let upper = cell.to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM").map(|rest| (rest, 0)) {
        Some(found) => (found.0, Some(0)),
        None => match upper.strip_suffix("PM") {
            Some(rest) => (rest, Some(12)),
            None => (upper.as_str(), None),
        },
    };
    let clock = clock.trim();
    let whole = clock.len() == 4 && clock.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = if whole {
        vec![&clock[..2], &clock[2..]]
    } else {
        clock.split(':').collect()
    };
    let number = |text: &str, most: u32| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .then(|| text.parse::<u32>().ok())
            .flatten()
            .filter(|number| *number <= most)
    };
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if minute.len() == 2 => (hour, minute, "00"),
        [hour, minute, second] if minute.len() == 2 && second.len() == 2 => (hour, minute, second),
        _ => return fault(),
    };
    let (Some(hour), Some(minute), Some(second)) = (number(hour, 23), number(minute, 59), number(second, 59))
    else {
        return fault();
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return fault(),
        None => hour,
    };
    Ok(match second {
        0 => format!("{hour:02}:{minute:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}"),
    })
}

/// A wall-clock time as `YYYY-MM-DDTHH:MM`, from a day and a time with a `T` or a blank between.
pub fn local(cell: &str) -> Found<String> {
    let (day, clock) = cell.split_once(['T', ' ']).ok_or_else(|| {
        let told = "not a time `MM/DD/YYYY HH:MM` or `YYYY-MM-DDTHH:MM`".to_owned();
        (Reason::InvalidTime, told)
    })?;
    Ok(format!("{}T{}", date(day)?, time(clock)?))
}

/// Which of two equal wall-clock times is meant; empty when nobody says.
pub fn occurrence(cell: &str) -> Found<Option<Occurrence>> {
    match cell.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "first" => Ok(Some(Occurrence::First)),
        "second" => Ok(Some(Occurrence::Second)),
        _ => Err((Reason::InvalidEnum, "`first`, `second` or nothing".to_owned())),
    }
}

/// The moment of a wall-clock time.
pub fn moment(local: &str, occurrence: Option<Occurrence>, zone: &str) -> Found<Moment> {
    resolve(local, occurrence, zone).map_err(|fault| {
        let reason = match fault {
            CivilFault::Malformed => Reason::InvalidTime,
            CivilFault::UnknownZone => Reason::UnknownZone,
            CivilFault::Skipped => Reason::LocalTimeSkipped,
            CivilFault::Ambiguous => Reason::LocalTimeAmbiguous,
        };
        let told = match fault {
            CivilFault::Ambiguous => {
                "clocks are set back over this time, so it exists twice: say `first` or `second` as its occurrence".to_owned()
            }
            CivilFault::Malformed | CivilFault::UnknownZone | CivilFault::Skipped => fault.to_string(),
        };
        (reason, told)
    })
}

/// A name of another system, written `system/kind/value`.
pub fn reference(text: &str) -> Option<ExternalReference> {
    let mut parts = text.splitn(3, '/');
    let (system, kind, value) = (parts.next()?, parts.next()?, parts.next()?);
    let coded = |text: &str| code(text).is_ok();
    (coded(system) && coded(kind) && name(value, NAME).is_ok()).then(|| ExternalReference {
        system: system.to_owned(),
        kind: kind.to_owned(),
        value: value.to_owned(),
    })
}

/// As [`reference()`] reads it.
pub fn written(reference: &ExternalReference) -> String {
    format!("{}/{}/{}", reference.system, reference.kind, reference.value)
}

impl Cells<'_> {
    /// The parts of a list.
    pub fn list(&self, field: &'static str, mapping: &Mapping) -> Option<Vec<String>> {
        let cell = self.get(field)?;
        let parts = match &mapping.separator {
            Some(separator) => cell.split(separator.as_str()).map(str::trim).collect::<Vec<_>>(),
            None => cell.split('\n').map(|part| part.trim_end_matches('\r')).collect(),
        };
        Some(
            parts
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The codes of a list, in capitals.
    pub fn codes(&mut self, field: &'static str, mapping: &Mapping) -> Option<BTreeSet<Code>> {
        let parts = self.list(field, mapping)?;
        if parts.len() > MOST_REQUIRED {
            self.note(field, Reason::TooMany, format!("at most {MOST_REQUIRED}"));
        }
        let read = parts
            .iter()
            .map(|part| code(part).map(|code| code.to_ascii_uppercase()));
        let read: Found<BTreeSet<Code>> = read.collect();
        self.take(field, read)
    }

    /// How other systems call what this row is about: by their own number, or written out.
    pub fn references(&mut self, mapping: &Mapping, kind: &str) -> Option<BTreeSet<ExternalReference>> {
        let mut found = BTreeSet::new();
        if let Some(cell) = self.get("reference") {
            let width = self.width("reference");
            let value = number(cell, width).and_then(|value| name(&value, NAME));
            found.insert(ExternalReference {
                system: mapping.system.clone().unwrap_or_else(|| "table".to_owned()),
                kind: mapping.kind.clone().unwrap_or_else(|| kind.to_owned()),
                value: self.take("reference", value)?,
            });
        }
        for text in self.list("external_references", mapping).unwrap_or_default() {
            let read =
                reference(&text).ok_or_else(|| (Reason::InvalidText, "not `system/kind/value`".to_owned()));
            found.insert(self.take("external_references", read)?);
        }
        if found.len() > 20 {
            self.note("external_references", Reason::TooMany, "at most 20");
        }
        Some(found)
    }

    /// Who is meant: a number of the other system, a name written out, or a call sign. Empty: nobody.
    pub fn whom(&mut self, mapping: &Mapping) -> Option<Option<Whom>> {
        let cell = self.get("responder").unwrap_or_default();
        if cell.is_empty() {
            return Some(None);
        }
        let width = self.width("responder");
        let value = number(cell, width);
        let value = self.take("responder", value)?;
        Some(Some(Whom::called(value, mapping)))
    }

    /// The agency, if it says one.
    pub fn agency(&mut self) -> Option<Option<AgencyId>> {
        match self.get("agency") {
            None | Some("") => Some(None),
            Some(cell) => {
                let parsed = cell.parse();
                let told = || (Reason::InvalidId, "it is no agency's id".to_owned());
                self.take("agency", parsed.map(Some).map_err(|_| told()))
            }
        }
    }

    /// The zone of its clock: its own, the mapping's, that of its area, the jurisdiction's.
    pub fn zone(&mut self, mapping: &Mapping, around: Surroundings<'_>) -> Option<String> {
        let said = self.get("zone").filter(|zone| !zone.is_empty());
        let said = said.or(mapping.zone.as_deref());
        let of_area = self.get("area").and_then(|name| around.area_zones.get(name));
        let zone = said.or(of_area.map(String::as_str)).unwrap_or(around.zone);
        let told = || {
            let told = "no such zone in the time zone database";
            (Reason::UnknownZone, told.to_owned())
        };
        self.take("zone", is_zone(zone).then(|| zone.to_owned()).ok_or_else(told))
    }
}

/// A responder as a table names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// What may be his name in another system.
    pub references: Vec<ExternalReference>,
    /// What may be his call sign.
    pub call_sign: String,
}

impl Whom {
    /// One who is called so: a number of the other system, a name written out, or a call sign.
    pub fn called(value: String, mapping: &Mapping) -> Whom {
        let by_number = mapping.system.as_ref().map(|system| ExternalReference {
            system: system.clone(),
            kind: mapping
                .responder_kind
                .clone()
                .unwrap_or_else(|| "employee".to_owned()),
            value: value.clone(),
        });
        Whom {
            references: by_number.into_iter().chain(reference(&value)).collect(),
            call_sign: value,
        }
    }
}
