//! Off shift: times of the week on the wall clock, and days that are kept free.

use std::collections::BTreeMap;

use super::fault;
use crate::board::testing::{Town, local, window};
use crate::board::{Draft, EventKind, Flag, Reply};
use crate::dispatch::command::MeetDeadlines;
use crate::dispatch::decide::deadline::{meet_deadlines, next_deadline};
use crate::id::ResponderId;
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{DeclareArrival, UpdateOffShift};
use crate::roster::decide::{declare_arrival, update_off_shift};
use crate::roster::{OffShift, Unavailable, WeekTime, unavailable};

const MONDAY: u32 = 0;
const TUESDAY: u32 = 1;
const SUNDAY: u32 = 6;

fn unchanged(responder_id: ResponderId, expected_version: u64) -> UpdateOffShift {
    UpdateOffShift {
        responder_id,
        expected_version,
        zone: None,
        unavailable: None,
        last_day: None,
        contact_preferences: None,
        words: BTreeMap::new(),
    }
}

/// From one time of a day of the week to another, minutes after its midnight.
fn time(weekday: u32, start_minute: u32, end_minute: u32) -> WeekTime {
    WeekTime {
        weekday,
        start_minute,
        end_minute,
    }
}

fn said(town: &mut Town, command: &UpdateOffShift) -> Box<OffShift> {
    let (reply, _) = town.decide(update_off_shift, command).expect("said");
    let Reply::OffShift(said) = reply else {
        panic!("not what holds off shift: {reply:?}")
    };
    said
}

/// The hours of his that lie within a window.
fn away(town: &Town, him: ResponderId, within: Window) -> Vec<Window> {
    let found = unavailable(&town.board, him, &within).into_iter();
    let windows = found.map(|one| match one {
        Unavailable::WeekTime(away) => away,
        Unavailable::OptedOut(until) => panic!("he has not opted out until {until:?}"),
    });
    windows.collect()
}

#[test]
fn a_time_of_the_week_is_on_the_wall_clock_also_when_clocks_change() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let night = time(SUNDAY, 90, 210);
    let late = time(MONDAY, 23 * 60, 25 * 60);
    let command = UpdateOffShift {
        unavailable: Some(vec![night, late]),
        ..unchanged(him, 0)
    };
    said(&mut town, &command);
    // From 01:30 to 03:30: two hours, one when clocks are set forward over 02:00, three when they are set back to 01:00.
    for (sunday, seconds) in [("2026-03-01", 7200), ("2026-03-08", 3600), ("2026-11-01", 10_800)] {
        let day = window(&format!("{sunday}T00:00"), &format!("{sunday}T12:00"));
        let found = away(&town, him, day);
        let lengths: Vec<i64> = found.iter().map(|one| one.start.seconds_until(one.end)).collect();
        assert_eq!(lengths, [seconds], "{sunday}");
        assert_eq!(found[0].end, local(&format!("{sunday}T03:30")));
    }
    // What began on the evening before still holds after midnight, and not a minute longer.
    let tuesday = window("2026-06-02T00:30", "2026-06-02T08:00");
    assert_eq!(
        away(&town, him, tuesday),
        [window("2026-06-01T23:00", "2026-06-02T01:00")]
    );
    assert_eq!(
        away(&town, him, window("2026-06-02T01:00", "2026-06-02T08:00")),
        []
    );
    assert_eq!(
        away(&town, him, window("2026-06-02T08:00", "2026-06-07T01:30")),
        []
    );
}

#[test]
fn the_zone_is_the_jurisdictions_unless_he_has_his_own() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let command = UpdateOffShift {
        unavailable: Some(vec![time(TUESDAY, 600, 840)]),
        last_day: Some(Some("2026-11-24".parse().expect("a date"))),
        ..unchanged(him, 0)
    };
    let first = said(&mut town, &command);
    assert_eq!(
        first.opted_out.map(|one| one.ends_at),
        Some(local("2026-11-25T00:00"))
    );
    let elsewhere = UpdateOffShift {
        zone: Some("America/Denver".to_owned()),
        ..unchanged(him, 1)
    };
    let moved = said(&mut town, &elsewhere);
    let hour = 3600;
    assert_eq!(
        moved.opted_out.map(|one| one.ends_at),
        Some(local("2026-11-25T00:00").plus_seconds(hour)),
        "the same day, by the clock that counts now"
    );
    let free = UpdateOffShift {
        last_day: Some(None),
        ..unchanged(him, 2)
    };
    said(&mut town, &free);
    let week = window("2026-12-01T00:00", "2026-12-02T00:00");
    assert_eq!(
        away(&town, him, week),
        [window("2026-12-01T11:00", "2026-12-01T15:00")]
    );
}

#[test]
fn an_opt_out_holds_through_its_last_day_and_never_begins_in_the_past() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let until = |day: &str| UpdateOffShift {
        last_day: Some(Some(day.parse().expect("a date"))),
        ..unchanged(him, 0)
    };
    let over = town
        .decide(update_off_shift, &until("2026-11-22"))
        .expect_err("over");
    assert_eq!(
        fault(over),
        (Reason::InvalidTime, "off_shift.opted_out_until".to_owned())
    );
    said(&mut town, &until("2026-11-23"));
    let asked = |start: &str, end: &str| !unavailable(&town.board, him, &window(start, end)).is_empty();
    assert!(asked("2026-11-23T23:59", "2026-11-24T08:00"));
    assert!(!asked("2026-11-24T00:00", "2026-11-24T08:00"));
}

fn coming(town: &Town, him: ResponderId, seconds: i64) -> DeclareArrival {
    DeclareArrival {
        responder_id: him,
        expected_at: Some(town.at.plus_seconds(seconds)),
    }
}

#[test]
fn an_arrival_lies_ahead_and_ends_by_itself() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    for seconds in [0, -1, 86_401] {
        let refused = town.decide(declare_arrival, &coming(&town, him, seconds));
        let told = refused.map(|_| ()).map_err(fault);
        assert_eq!(
            told,
            Err((Reason::InvalidTime, "expected_at".to_owned())),
            "{seconds}"
        );
    }
    let (_, events) = town
        .decide(declare_arrival, &coming(&town, him, 1800))
        .expect("coming");
    assert_eq!(events[0].kind, EventKind::ArrivalDeclared);
    assert_eq!(next_deadline(&town.board), Some(town.at.plus_seconds(1800)));
    town.at = town.at.plus_seconds(1800);
    let decide: fn(&mut Draft<'_>, &MeetDeadlines) -> Result<Reply, Refusal> = meet_deadlines;
    let (_, events) = town.decide(decide, &MeetDeadlines {}).expect("met");
    assert_eq!((events.len(), events[0].kind), (1, EventKind::ArrivalEnded));
    assert_eq!(events[0].flags, [Flag::NotArrived].into());
    assert_eq!(next_deadline(&town.board), None);
}
