//! Shifts as a calendar: iCalendar, RFC 5545.
//!
//! An event has the id of its shift and, as SEQUENCE, its version less one; a shift that is withdrawn stays in the calendar
//! as CANCELLED, so that a subscriber's copy goes too. Times stand on the wall clock of the zone in which the shift was
//! entered, beside a VTIMEZONE with every change of that zone's clocks in the years that the calendar covers (section 3.6.5);
//! the second of two equal times cannot be said so (section 3.3.5 means the first) and stands in UTC.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::board::Board;
use crate::id::{AreaId, ResponderId};
use crate::moment::{Moment, Window};
use crate::shift::civil::{Occurrence, resolve, to_local};
use crate::shift::{Shift, ShiftState};

/// How far back a calendar reaches, days.
const BACK_DAYS: i64 = 31;
/// How far ahead, days.
const AHEAD_DAYS: i64 = 366;
const DAY: i64 = 86_400;
/// The longest line, octets without its end (section 3.1).
const LINE: usize = 75;

/// Whose calendar it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarOf {
    /// A responder's.
    Responder(ResponderId),
    /// An area's.
    Area(AreaId),
}

/// What a calendar covers, asked for now.
pub fn span(now: Moment) -> Window {
    Window {
        start: now.plus_seconds(-BACK_DAYS * DAY),
        end: now.plus_seconds(AHEAD_DAYS * DAY),
    }
}

/// Whether a shift belongs into this calendar. Drafts are HR's own, and so is one that was withdrawn before it was
/// published (created and withdrawn: version 2).
pub fn is_in(board: &Board, of: CalendarOf, shift: &Shift) -> bool {
    let told = match shift.state {
        ShiftState::Published => true,
        ShiftState::Cancelled => shift.version > 2,
        ShiftState::Draft => false,
    };
    told && match of {
        CalendarOf::Responder(id) => shift.responder_id == Some(id),
        CalendarOf::Area(id) => match shift.area_id {
            Some(area_id) => area_id == id,
            None => shift
                .responder_id
                .and_then(|responder_id| board.responders.get(&responder_id))
                .is_some_and(|responder| responder.area_ids.contains(&id)),
        },
    }
}

/// The calendar of these shifts.
pub fn calendar(board: &Board, of: CalendarOf, shifts: &[Shift], now: Moment) -> String {
    let mut text = String::new();
    let name = name_of(board, of);
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//Tandem//Shifts//EN");
    line(&mut text, "CALSCALE:GREGORIAN");
    line(&mut text, "METHOD:PUBLISH");
    line(&mut text, &format!("X-WR-CALNAME:{}", escaped(&name)));
    line(&mut text, "REFRESH-INTERVAL;VALUE=DURATION:PT15M");
    for (zone, covered) in zones(shifts) {
        time_zone(&mut text, zone, covered);
    }
    let mut shifts: Vec<&Shift> = shifts.iter().collect();
    shifts.sort_by_key(|shift| (shift.planned.start, shift.id));
    for shift in shifts {
        event(&mut text, board, of, shift, now);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn name_of(board: &Board, of: CalendarOf) -> String {
    let known = match of {
        CalendarOf::Responder(id) => board.responders.get(&id).map(|one| one.call_sign.clone()),
        CalendarOf::Area(id) => board.areas.get(&id).map(|area| area.name.clone()),
    };
    format!("Shifts: {}", known.unwrap_or_default())
}

fn event(text: &mut String, board: &Board, of: CalendarOf, shift: &Shift, now: Moment) {
    let area = shift
        .area_id
        .and_then(|id| board.areas.get(&id))
        .map(|area| area.name.as_str());
    let responder = shift.responder_id.and_then(|id| board.responders.get(&id));
    let summary = match (of, responder) {
        (CalendarOf::Area(_), Some(responder)) => format!("{} on shift", responder.call_sign),
        (CalendarOf::Area(_), None) => "Open shift".to_owned(),
        (CalendarOf::Responder(_), _) => match area {
            Some(area) => format!("On shift: {area}"),
            None => "On shift".to_owned(),
        },
    };
    let base = responder
        .and_then(|one| one.base.as_ref())
        .map(|base| base.name.as_str());
    let status = match shift.state {
        ShiftState::Cancelled => "CANCELLED",
        ShiftState::Draft | ShiftState::Published => "CONFIRMED",
    };
    line(text, "BEGIN:VEVENT");
    line(
        text,
        &format!("UID:shift-{}@{}.tandem", shift.id, board.jurisdiction.id),
    );
    line(text, &format!("DTSTAMP:{}", utc(now)));
    line(text, &format!("SEQUENCE:{}", shift.version.saturating_sub(1)));
    line(
        text,
        &format!("DTSTART{}", local(shift.planned.start, &shift.zone)),
    );
    line(text, &format!("DTEND{}", local(shift.planned.end, &shift.zone)));
    line(text, &format!("SUMMARY:{}", escaped(&summary)));
    if let Some(place) = area.or(base) {
        line(text, &format!("LOCATION:{}", escaped(place)));
    }
    line(text, &format!("STATUS:{status}"));
    line(text, "END:VEVENT");
}

/// A moment as the value of a property, with its parameter.
fn local(at: Moment, zone: &str) -> String {
    let shown = to_local(at, zone).unwrap_or_default();
    let means_first = match resolve(&shown, None, zone) {
        Ok(found) => found == at,
        Err(_) => resolve(&shown, Some(Occurrence::First), zone) == Ok(at),
    };
    // What RFC 5545 calls UTC has no VTIMEZONE.
    if means_first && zone != "UTC" {
        format!(";TZID={zone}:{}", basic(&shown))
    } else {
        format!(":{}", utc(at))
    }
}

/// `2026-06-01T09:00:00` as `20260601T090000`.
fn basic(local: &str) -> String {
    local
        .chars()
        .filter(|letter| !matches!(letter, '-' | ':'))
        .collect()
}

fn utc(at: Moment) -> String {
    format!("{}Z", basic(&to_local(at, "UTC").unwrap_or_default()))
}

/// The zones of these shifts, and what each has to cover.
fn zones(shifts: &[Shift]) -> BTreeMap<&str, Window> {
    let mut zones: BTreeMap<&str, Window> = BTreeMap::new();
    for shift in shifts.iter().filter(|shift| shift.zone != "UTC") {
        let covered = zones.entry(&shift.zone).or_insert(shift.planned);
        covered.start = covered.start.min(shift.planned.start);
        covered.end = covered.end.max(shift.planned.end);
    }
    zones
}

/// Clocks are moved: when, and what they are ahead of UTC before and after, seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    at: Moment,
    from: i64,
    to: i64,
}

/// What the clocks of a zone are ahead of UTC, seconds.
fn offset(at: Moment, zone: &str) -> i64 {
    let shown = to_local(at, zone).unwrap_or_default();
    let as_utc = resolve(&shown, None, "UTC").unwrap_or(at);
    at.seconds_until(as_utc)
}

/// Every move of a zone's clocks in a window. No zone moves its clocks there and back within a day.
fn moves(zone: &str, covered: Window) -> Vec<Move> {
    let mut moves = Vec::new();
    let whole = |at: Moment| Moment::from_seconds(at.micros() / 1_000_000);
    let mut before = whole(covered.start);
    let mut from = offset(before, zone);
    while before < covered.end {
        let after = before.plus_seconds(DAY);
        let to = offset(after, zone);
        if to != from {
            let at = moved_between(zone, before, after);
            moves.push(Move { at, from, to });
        }
        (before, from) = (after, to);
    }
    moves
}

/// The first second with the later offset.
fn moved_between(zone: &str, mut before: Moment, mut after: Moment) -> Moment {
    let from = offset(before, zone);
    while before.seconds_until(after) > 1 {
        let middle = before.plus_seconds(before.seconds_until(after) / 2);
        if offset(middle, zone) == from {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

/// Every move of the clocks stands for itself: no rule of a year can be wrong in another. The larger of two offsets is what
/// is called DAYLIGHT.
fn time_zone(text: &mut String, zone: &str, covered: Window) {
    let around = Window {
        start: covered.start.plus_seconds(-2 * DAY),
        end: covered.end.plus_seconds(2 * DAY),
    };
    let moves = moves(zone, around);
    let first = offset(around.start, zone);
    line(text, "BEGIN:VTIMEZONE");
    line(text, &format!("TZID:{zone}"));
    observance(text, "STANDARD", "19700101T000000", first, first);
    for Move { at, from, to } in moves {
        let kind = if to > from { "DAYLIGHT" } else { "STANDARD" };
        // By the clock as it was until then.
        let onset = basic(&to_local(at.plus_seconds(from), "UTC").unwrap_or_default());
        observance(text, kind, &onset, from, to);
    }
    line(text, "END:VTIMEZONE");
}

fn observance(text: &mut String, kind: &str, onset: &str, from: i64, to: i64) {
    line(text, &format!("BEGIN:{kind}"));
    line(text, &format!("DTSTART:{onset}"));
    line(text, &format!("TZOFFSETFROM:{}", ahead(from)));
    line(text, &format!("TZOFFSETTO:{}", ahead(to)));
    line(text, &format!("END:{kind}"));
}

/// `-0500`, `+0545`.
fn ahead(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}{hours:02}{minutes:02}");
    if rest != 0 {
        let _ = write!(text, "{rest:02}");
    }
    text
}

/// Section 3.3.11.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\n' => safe.push_str("\\n"),
            control if control.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}

/// One line, folded where it is too long, never inside a character.
fn line(text: &mut String, whole: &str) {
    let mut room = LINE;
    for letter in whole.chars() {
        if letter.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        text.push(letter);
        room -= letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_at_seventy_five_octets_and_never_inside_a_character() {
        let mut text = String::new();
        let whole = format!("SUMMARY:{}", "äöü€😀".repeat(30));
        line(&mut text, &whole);
        let folded: Vec<&str> = text.trim_end_matches("\r\n").split("\r\n").collect();
        assert!(folded.len() > 5);
        assert!(folded.iter().all(|part| part.len() <= LINE), "{folded:?}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), whole);
    }

    #[test]
    fn clocks_are_moved_when_the_zone_says() {
        let at = |local| resolve(local, None, "UTC").expect("a time");
        let year = Window {
            start: at("2026-01-01T00:00"),
            end: at("2027-01-01T00:00"),
        };
        let found = |zone| moves(zone, year);
        let chicago = [
            Move {
                at: at("2026-03-08T08:00"),
                from: -21_600,
                to: -18_000,
            },
            Move {
                at: at("2026-11-01T07:00"),
                from: -18_000,
                to: -21_600,
            },
        ];
        assert_eq!(found("America/Chicago"), chicago);
        let lord_howe = [
            Move {
                at: at("2026-04-04T15:00"),
                from: 39_600,
                to: 37_800,
            },
            Move {
                at: at("2026-10-03T15:30"),
                from: 37_800,
                to: 39_600,
            },
        ];
        assert_eq!(found("Australia/Lord_Howe"), lord_howe);
        assert_eq!(found("America/Phoenix"), []);
    }

    #[test]
    fn offsets_and_texts_are_written_as_the_standard_says() {
        assert_eq!(
            [ahead(-18_000), ahead(20_700), ahead(0), ahead(-2_670)],
            ["-0500", "+0545", "+0000", "-004430"]
        );
        assert_eq!(escaped("a, b; c\\d\ne\u{7}"), "a\\, b\\; c\\\\d\\ne");
    }
}
