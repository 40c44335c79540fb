use super::{Breach, Rules, Severity, WorkRule, WorkRuleKind};
use crate::board::testing::{Town, window};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Window;

/// A town in which this is the only rule.
fn town(kind: WorkRuleKind, limit: u32) -> (Town, ResponderId) {
    let mut town = Town::new();
    let officer = town.officer("2A1");
    town.board.jurisdiction.policy.work_rules = vec![WorkRule {
        kind,
        limit,
        severity: Severity::Report,
    }];
    (town, officer)
}

fn broken_by(town: &Town, shift_id: ShiftId) -> Option<Breach> {
    let shift = town.shift(shift_id);
    let responder = town.him(shift.responder_id.expect("whose"));
    let found = Rules::of(&town.board).broken_by(responder, shift);
    assert!(found.len() <= 1, "there is one rule");
    found.into_iter().next()
}

/// Plans these one after the other; what the last comes to, if that breaks the rule, and how many shifts are named.
fn last_of(kind: WorkRuleKind, limit: u32, windows: &[Window]) -> Option<(u32, usize)> {
    let (mut town, officer) = town(kind, limit);
    let planned: Vec<ShiftId> = windows
        .iter()
        .map(|window| town.drafted(officer, *window))
        .collect();
    let breach = broken_by(&town, *planned.last().expect("a shift"))?;
    Some((breach.found, breach.shift_ids.len()))
}

fn day(date: u32, from: u32, to: u32) -> Window {
    window(
        &format!("2026-11-{date:02}T{from:02}:00"),
        &format!("2026-11-{date:02}T{to:02}:00"),
    )
}

fn night(date: u32) -> Window {
    window(
        &format!("2026-11-{date:02}T22:00"),
        &format!("2026-11-{:02}T06:00", date + 1),
    )
}

#[test]
fn between_two_stretches_of_work_there_is_rest() {
    let rest = |windows: &[Window]| last_of(WorkRuleKind::RestMinutes, 600, windows);
    assert_eq!(rest(&[day(2, 8, 16)]), None);
    assert_eq!(rest(&[night(2), day(3, 16, 23)]), None, "ten hours are enough");
    assert_eq!(rest(&[night(2), day(3, 15, 23)]), Some((540, 2)));
    assert_eq!(
        rest(&[day(3, 15, 23), night(2)]),
        Some((540, 2)),
        "whichever comes first"
    );
    assert_eq!(
        rest(&[day(2, 8, 12), day(2, 12, 16)]),
        None,
        "what touches is one stretch"
    );
}

#[test]
fn shifts_that_touch_are_one_stretch_that_has_an_end() {
    let stretch = |windows: &[Window]| last_of(WorkRuleKind::StretchMinutes, 960, windows);
    assert_eq!(stretch(&[day(2, 6, 22)]), None);
    assert_eq!(stretch(&[day(2, 5, 13), day(2, 14, 23)]), None);
    assert_eq!(stretch(&[day(2, 5, 13), day(2, 13, 22)]), Some((17 * 60, 2)));
    assert_eq!(
        stretch(&[day(2, 5, 9), day(2, 13, 22), day(2, 9, 13)]),
        Some((17 * 60, 3))
    );
}

#[test]
fn a_week_is_full_on_its_own_days() {
    let week = |windows: &[Window]| last_of(WorkRuleKind::WeekMinutes, 40 * 60, windows);
    let monday_to_friday: Vec<Window> = (2..=6).map(|date| day(date, 8, 16)).collect();
    assert_eq!(week(&monday_to_friday), None);
    let and = |one| [monday_to_friday.as_slice(), &[one]].concat();
    assert_eq!(week(&and(day(7, 8, 10))), Some((42 * 60, 6)));
    assert_eq!(week(&and(day(9, 8, 10))), None, "Monday is the next week's");
    // Of a night from Sunday to Monday each week has its own hours.
    assert_eq!(week(&and(night(8))), Some((42 * 60, 6)));
}

#[test]
fn in_any_four_weeks_hours_have_an_end() {
    let four_weeks = |windows: &[Window]| last_of(WorkRuleKind::FourWeekMinutes, 80 * 60, windows);
    let ten: Vec<Window> = (1..=10).map(|date| day(date, 8, 16)).collect();
    assert_eq!(four_weeks(&ten), None);
    let and = |one| [ten.as_slice(), &[one]].concat();
    assert_eq!(four_weeks(&and(day(28, 8, 16))), Some((88 * 60, 11)));
    // Four weeks after the first shift began it no longer counts.
    assert_eq!(four_weeks(&and(day(29, 8, 16))), None);
}

#[test]
fn nights_one_after_the_other_have_an_end() {
    let nights = |windows: &[Window]| last_of(WorkRuleKind::ConsecutiveNights, 3, windows);
    assert_eq!(nights(&[night(2), night(3), night(4)]), None);
    assert_eq!(nights(&[night(2), night(3), night(5), night(4)]), Some((4, 4)));
    assert_eq!(
        nights(&[night(2), night(3), night(5), night(6)]),
        None,
        "a night off"
    );
    let late = window("2026-11-05T18:00", "2026-11-06T01:30");
    assert_eq!(
        nights(&[night(2), night(3), night(4), late]),
        None,
        "two hours and a half are no night"
    );
}

#[test]
fn nobody_works_many_more_weekends_than_his_colleagues() {
    let (mut town, officer) = town(WorkRuleKind::WeekendsAboveMedian, 1);
    let saturdays = [7, 14, 21];
    let his: Vec<ShiftId> = saturdays
        .into_iter()
        .map(|date| town.drafted(officer, day(date, 8, 16)))
        .collect();
    assert_eq!(
        broken_by(&town, his[2]),
        None,
        "there is nobody to compare him with"
    );
    let others = ["2A2", "2A3", "2A4"].map(|call_sign| town.officer(call_sign));
    let clinician = town.clinician("C1");
    let found = |town: &Town, shift| broken_by(town, shift).map(|breach| breach.found);
    assert_eq!(found(&town, his[2]), Some(3));
    assert_eq!(found(&town, his[0]), None, "up to the first weekend he has one");
    town.drafted(clinician, day(7, 8, 16));
    town.drafted(others[0], day(8, 8, 16));
    assert_eq!(found(&town, his[2]), Some(3), "one of three has worked");
    town.drafted(others[1], day(14, 8, 16));
    assert_eq!(found(&town, his[2]), Some(2));
    town.drafted(others[0], day(15, 8, 16));
    town.drafted(others[1], day(22, 8, 16));
    assert_eq!(found(&town, his[2]), None);
    let weekday = town.drafted(officer, day(23, 8, 16));
    assert_eq!(broken_by(&town, weekday), None);
}
