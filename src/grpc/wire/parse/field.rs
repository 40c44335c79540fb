//! What a single field may hold.

use std::str::FromStr;

use super::super::super::pb;
use super::faults::Fault;
use crate::board::{Channel, Duty, ExternalReference};
use crate::geo::Point;
use crate::id::InvalidId;
use crate::moment::Moment;
use crate::printable::{code_fault, text_fault};
use crate::refusal::Reason;
use crate::shift::date::{LocalDate, NoDate};
use crate::triage::{Acuity, Code};

pub(crate) use crate::printable::{CALL_SIGN, NAME};

/// A text of 1 to `most` characters on one line.
pub(crate) fn name(text: &str, most: usize) -> Result<String, Fault> {
    filled(line(text, most))
}

/// A text of 0 to `most` characters on one line.
pub(crate) fn line(text: &str, most: usize) -> Result<String, Fault> {
    printable(text, most, |_| false)
}

/// A text of 0 to `most` characters that may have line breaks.
pub(crate) fn words(text: &str, most: usize) -> Result<String, Fault> {
    printable(text, most, |character| {
        matches!(character, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}')
    })
}

/// A text that is not empty.
pub(crate) fn filled(text: Result<String, Fault>) -> Result<String, Fault> {
    match text {
        Ok(text) if text.is_empty() => Err(Fault::new(Reason::Required, "it must not be empty")),
        other => other,
    }
}

fn printable(text: &str, most: usize, besides: impl Fn(char) -> bool) -> Result<String, Fault> {
    match text_fault(text, most, besides) {
        Some(detail) => Err(Fault::new(Reason::InvalidText, detail)),
        None => Ok(text.to_owned()),
    }
}

/// The code of a paper, or of what it grants: written as one likes, kept in capitals, so that `lcsw` is `LCSW`.
pub(crate) fn paper(text: &str) -> Result<Code, Fault> {
    code(text).map(|code| code.to_ascii_uppercase())
}

/// A code: 1 to 64 of `A-Z a-z 0-9 _ : -`.
pub(crate) fn code(text: &str) -> Result<Code, Fault> {
    if text.is_empty() {
        return Err(Fault::new(Reason::Required, "it must not be empty"));
    }
    optional_code(text)
}

/// The code of a hazard. Dispatch systems shout; whatever the case, it is the same hazard.
pub(crate) fn hazard(text: &str) -> Result<Code, Fault> {
    code(text).map(|code| code.to_ascii_lowercase())
}

/// A code that may be empty.
pub(crate) fn optional_code(text: &str) -> Result<Code, Fault> {
    match code_fault(text) {
        Some(detail) => Err(Fault::new(Reason::InvalidText, detail)),
        None => Ok(text.to_owned()),
    }
}

/// A value that stands for something and tells nothing: 1 to 128 of `A-Z a-z 0-9 _ : - . / # +`. No narrative fits in it.
pub(crate) fn opaque(text: &str) -> Result<String, Fault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_:-./#+".contains(&byte);
    if text.len() <= NAME && text.bytes().all(plain) {
        filled(Ok(text.to_owned()))
    } else {
        Err(Fault::new(
            Reason::InvalidText,
            "at most 128 of A-Z a-z 0-9 _ : - . / # +, without blanks",
        ))
    }
}

/// An id, or the short name of a jurisdiction or agency.
pub(crate) fn id<T: FromStr<Err = InvalidId>>(text: &str) -> Result<T, Fault> {
    if text.is_empty() {
        return Err(Fault::new(Reason::Required, "it must not be empty"));
    }
    text.parse()
        .map_err(|_| Fault::new(Reason::InvalidId, "it is not an id"))
}

/// An id that may be empty.
pub(crate) fn optional_id<T: FromStr<Err = InvalidId>>(text: &str) -> Result<Option<T>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    id(text).map(Some)
}

/// The id of a request: 1 to 64 visible characters.
pub(crate) fn request_id(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(Fault::new(Reason::Required, "every change has a request_id"));
    }
    if text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(Fault::new(
            Reason::InvalidText,
            "at most 64 visible ASCII characters",
        ))
    }
}

/// A point.
pub(crate) fn point(location: &pb::Location) -> Result<Point, Fault> {
    let pb::Location { latitude, longitude } = location;
    Point::from_degrees(*latitude, *longitude)
        .map_err(|fault| Fault::new(Reason::InvalidPoint, fault.to_string()))
}

/// A civil date.
pub(crate) fn date(text: &str) -> Result<LocalDate, Fault> {
    if text.is_empty() {
        return Err(Fault::new(Reason::Required, "a date `YYYY-MM-DD`"));
    }
    text.parse()
        .map_err(|fault: NoDate| Fault::new(Reason::InvalidTime, fault.to_string()))
}

/// A moment, in the years that a timestamp can hold; finer parts than microseconds are dropped.
pub(crate) fn timestamp(at: &prost_types::Timestamp) -> Result<Moment, Fault> {
    const FIRST_SECOND: i64 = -62_135_596_800;
    let last_second = Moment::LAST.micros() / 1_000_000;
    let whole = (FIRST_SECOND..=last_second).contains(&at.seconds);
    if !whole || !(0..=999_999_999).contains(&at.nanos) {
        return Err(Fault::new(
            Reason::InvalidTime,
            "not a timestamp of the years 1 to 9999",
        ));
    }
    Ok(Moment::from_micros(
        at.seconds * 1_000_000 + i64::from(at.nanos / 1000),
    ))
}

/// When something happened, by the reporter. However absurd, it is a moment: facts are clamped and flagged later, never
/// refused for a wrong clock.
pub(crate) fn reported_time(at: &prost_types::Timestamp) -> Result<Moment, Fault> {
    let nanos = at.nanos.clamp(0, 999_999_999);
    let micros = at
        .seconds
        .saturating_mul(1_000_000)
        .saturating_add(i64::from(nanos / 1000));
    Ok(Moment::from_micros(
        micros.clamp(-Moment::LAST.micros(), Moment::LAST.micros()),
    ))
}

fn unknown(what: &str) -> Fault {
    Fault::new(Reason::InvalidEnum, format!("not a known {what}"))
}

/// An enum of the contract that is neither unspecified nor unknown.
pub(crate) fn known<E: TryFrom<i32> + Default + PartialEq>(value: i32, what: &str) -> Result<E, Fault> {
    E::try_from(value)
        .ok()
        .filter(|known| *known != E::default())
        .ok_or_else(|| unknown(what))
}

/// A channel that a caller may use.
pub(crate) fn channel(value: i32) -> Result<Channel, Fault> {
    match known::<pb::Channel>(value, "channel")? {
        pb::Channel::App => Ok(Channel::App),
        pb::Channel::Radio => Ok(Channel::Radio),
        pb::Channel::Phone => Ok(Channel::Phone),
        pb::Channel::Cad => Ok(Channel::Cad),
        pb::Channel::System | pb::Channel::Unspecified => Err(unknown("channel")),
    }
}

/// A primary duty status.
pub(crate) fn duty(value: i32) -> Result<Duty, Fault> {
    match known::<pb::Duty>(value, "duty")? {
        pb::Duty::Available => Ok(Duty::Available),
        pb::Duty::ConditionallyAvailable => Ok(Duty::ConditionallyAvailable),
        pb::Duty::NotAvailable => Ok(Duty::NotAvailable),
        pb::Duty::Unspecified => Err(unknown("duty")),
    }
}

/// A level of a scheme.
pub(crate) fn level(value: u32) -> Result<u8, Fault> {
    u8::try_from(value).map_err(|_| Fault::new(Reason::OutOfRange, "a level lies between 0 and 255"))
}

/// A required message.
pub(crate) fn required<T>(present: Option<&T>) -> Result<&T, Fault> {
    present.ok_or_else(|| Fault::new(Reason::Required, "it must be there"))
}

impl super::Faults {
    /// An acuity.
    pub(crate) fn acuity(&mut self, field: &str, acuity: Option<&pb::Acuity>) -> Option<Acuity> {
        let pb::Acuity {
            scheme,
            level: number,
        } = self.take(field, required(acuity))?;
        let scheme = self.take(format!("{field}.scheme"), code(scheme));
        let level = self.take(format!("{field}.level"), level(*number));
        Some(Acuity {
            scheme: scheme?,
            level: level?,
        })
    }

    /// One external reference.
    pub(crate) fn reference(
        &mut self,
        field: &str,
        reference: &pb::ExternalReference,
    ) -> Option<ExternalReference> {
        let pb::ExternalReference { system, kind, value } = reference;
        let system = self.take(format!("{field}.system"), code(system));
        let kind = self.take(format!("{field}.kind"), code(kind));
        let value = self.take(format!("{field}.value"), name(value, NAME));
        Some(ExternalReference {
            system: system?,
            kind: kind?,
            value: value?,
        })
    }

    /// External references.
    pub(crate) fn references<C: FromIterator<ExternalReference>>(
        &mut self,
        field: &str,
        references: &[pb::ExternalReference],
    ) -> Option<C> {
        self.take_parts(field, 20, references, |faults, field, reference| {
            faults.reference(&field, reference)
        })
    }
}
