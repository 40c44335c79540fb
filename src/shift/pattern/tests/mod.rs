mod publishing;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::command::{End, PatternChange, PostChange, Scope};
use super::*;
use crate::board::testing::agency;
use crate::id::ResponderId;
use crate::shift::civil::zone_names;

fn date(text: &str) -> LocalDate {
    text.parse().expect("a date")
}

fn by_rule(start: &str, rule: &str) -> Cadence {
    Cadence {
        starts_on: date(start),
        recurrence: Recurrence::Rule(rule.parse().expect("a rule")),
        except_dates: BTreeSet::new(),
        extra_dates: BTreeSet::new(),
    }
}

fn rotation(start: &str, cycle_days: u32, days_on: &[u32]) -> Cadence {
    Cadence {
        recurrence: Recurrence::Rotation(Rotation {
            cycle_days,
            days_on: days_on.iter().copied().collect(),
        }),
        ..by_rule(start, "FREQ=DAILY")
    }
}

fn post(start_hour: u32, end_hour: u32, places: &[&[ResponderId]]) -> Post {
    Post {
        start_minute: start_hour * 60,
        length_minutes: End::At(end_hour * 60).length_from(start_hour * 60),
        area_id: None,
        required_qualifications: BTreeSet::new(),
        minimum: 1,
        wanted: 1.max(u32::try_from(places.len()).expect("a few")),
        places: places.iter().map(|place| place.to_vec()).collect(),
        turn_days: 7,
    }
}

fn pattern(zone: &str, cadence: Cadence, post: Post) -> Pattern {
    Pattern {
        id: PatternId::nobodys(),
        agency_id: agency("bhr"),
        name: "days".to_owned(),
        discipline: "clinician".to_owned(),
        zone: zone.to_owned(),
        phases: vec![Phase {
            first_on: cadence.starts_on,
            cadence,
            post,
        }],
        exceptions: BTreeMap::new(),
        retired_at: None,
        version: 1,
    }
}

fn listed(cadence: &Cadence, from: &str, to: &str) -> String {
    let dates = cadence.dates(date(from), date(to));
    dates
        .iter()
        .map(|date| date.to_string()[5..].to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn rotations_come_again_with_their_cycle() {
    let pitman = rotation("2026-06-01", 14, &[1, 2, 5, 6, 7, 10, 11]);
    assert_eq!(
        listed(&pitman, "2026-06-01", "2026-06-18"),
        "06-01 06-02 06-05 06-06 06-07 06-10 06-11 06-15 06-16"
    );
    let four = rotation("2026-06-01", 8, &[1, 2, 3, 4]);
    assert_eq!(
        listed(&four, "2026-05-20", "2026-06-13"),
        "06-01 06-02 06-03 06-04 06-09 06-10 06-11 06-12"
    );
}

#[test]
fn what_is_outside_of_the_grammar_is_refused_by_its_name() {
    for (rule, part) in [
        ("", "RRULE"),
        ("FREQ=HOURLY", "FREQ"),
        ("INTERVAL=2", "FREQ"),
        ("FREQ=DAILY;FREQ=WEEKLY", "RRULE"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"),
        ("FREQ=YEARLY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR"),
        ("FREQ=DAILY;BYMINUTE=0", "BYMINUTE"),
        ("FREQ=DAILY;BYSECOND=0", "BYSECOND"),
        ("FREQ=DAILY;COLOUR=RED", "RRULE"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=367", "INTERVAL"),
        ("FREQ=DAILY;COUNT=10000", "COUNT"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "COUNT"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
        ("FREQ=YEARLY;BYDAY=1MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=1MO,TU", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=MON", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=ä", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=DAILY;BYMONTH=13", "BYMONTH"),
        ("FREQ=DAILY;WKST=XX", "WKST"),
    ] {
        let fault = rule.parse::<Rule>().expect_err(rule);
        assert_eq!(fault.part, part, "{rule}: {fault}");
    }
}

#[test]
fn a_rule_has_one_spelling() {
    let spelt = |text: &str| text.parse::<Rule>().expect(text).to_string();
    let rule = "RRULE:freq=monthly;byday=-1fr,2mo;wkst=su;interval=2;count=9";
    assert_eq!(
        spelt(rule),
        "FREQ=MONTHLY;INTERVAL=2;COUNT=9;BYDAY=2MO,-1FR;WKST=SU"
    );
    assert_eq!(spelt(&spelt(rule)), spelt(rule));
}

#[test]
fn a_rule_that_matches_nothing_ends_with_the_calendar() {
    let never = by_rule("1970-01-01", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9999");
    assert_eq!(listed(&never, "1970-01-01", "2100-12-31"), "");
    let ever = by_rule("1970-01-01", "FREQ=DAILY");
    assert_eq!(ever.dates(date("1970-01-01"), date("2100-12-31")).len(), 47_847);
    let weekly = by_rule("1970-01-01", "FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=366");
    assert_eq!(listed(&weekly, "1970-01-01", "1977-01-31"), "01-01 01-03 01-06");
}

/// Where each stretch of work that touches the next on the wall clock begins, minutes after midnight.
fn touch(zone: &str, cuts: [u32; 3], from: LocalDate, days: i64) {
    let posts: Vec<Pattern> = (0..3)
        .map(|place| {
            let (start, end) = (cuts[place], cuts[(place + 1) % 3]);
            let post = Post {
                start_minute: start,
                length_minutes: End::At(end).length_from(start),
                ..post(0, 8, &[])
            };
            pattern(zone, by_rule(&from.to_string(), "FREQ=DAILY"), post)
        })
        .collect();
    let to = from.plus_days(days - 1).expect("a date");
    let all = posts
        .iter()
        .map(|pattern| pattern.occurrences(from, to).expect("a zone"));
    let mut windows: Vec<Window> = all.flatten().map(|one| one.window).collect();
    windows.sort();
    for pair in windows.windows(2) {
        assert_eq!(
            pair[0].end, pair[1].start,
            "{zone} {cuts:?}: no overlap and no gap"
        );
    }
    let worked: i64 = windows
        .iter()
        .map(|window| window.start.seconds_until(window.end))
        .sum();
    let (first, last) = (windows[0], windows[windows.len() - 1]);
    assert_eq!(
        worked,
        first.start.seconds_until(last.end),
        "{zone}: hours are conserved"
    );
}

#[test]
fn neighbours_touch_in_every_zone_through_a_year_of_changes() {
    for zone in zone_names() {
        touch(zone, [6 * 60, 14 * 60, 22 * 60], date("2026-03-01"), 45);
        touch(zone, [150, 630, 1350], date("2026-09-20"), 50);
    }
}

proptest! {
    #[test]
    fn neighbours_touch_wherever_their_cuts_lie(
        zone in proptest::sample::select(zone_names().collect::<Vec<_>>()),
        cuts in proptest::collection::btree_set(0_u32..1440, 3),
        start in 0_i64..16_000,
    ) {
        let cuts: Vec<u32> = cuts.into_iter().collect();
        let from = date("1990-01-01").plus_days(start).expect("a date");
        touch(zone, [cuts[0], cuts[1], cuts[2]], from, 30);
    }

    /// The cut between two neighbours is moved in both of them, for the same dates: still they touch.
    #[test]
    fn neighbours_touch_across_edits(
        zone in proptest::sample::select(zone_names().collect::<Vec<_>>()),
        edits in proptest::collection::vec((0_u8..3, 0_i64..60, 61_u32..779), 1..8),
        start in 0_i64..4_000,
    ) {
        let from = date("2020-01-01").plus_days(start).expect("a date");
        let to = from.plus_days(59).expect("a date");
        let daily = || by_rule(&from.to_string(), "FREQ=DAILY");
        let mut early = pattern(zone, daily(), Post { start_minute: 60, length_minutes: 420, ..post(0, 8, &[]) });
        let late_post = Post { start_minute: 480, length_minutes: 300, ..post(0, 8, &[]) };
        let mut late = pattern(zone, daily(), late_post);
        for (scope, day, cut) in edits {
            let on = from.plus_days(day).expect("a date");
            let scope = [Scope::ThisOne(on), Scope::ThisAndLater(on), Scope::All][usize::from(scope)];
            let change = |post| PatternChange { post, ..PatternChange::default() };
            let ends = PostChange { end: Some(End::At(cut)), ..PostChange::default() };
            let begins = PostChange { start_minute: Some(cut), end: Some(End::At(780)), ..PostChange::default() };
            early = early.edited(scope, &change(ends)).expect("an edit");
            late = late.edited(scope, &change(begins)).expect("an edit");
        }
        let (early, late) = (early.occurrences(from, to), late.occurrences(from, to));
        let (early, late) = (early.expect("a zone"), late.expect("a zone"));
        for day in from.through(to) {
            let of = |all: &[Occurrence<'_>]| all.iter().find(|one| one.date == day).map(|one| one.window);
            // Both are there but for what clocks skip whole; then the other has all of the day.
            let begin = crate::shift::civil::nearest(day, 60, zone).expect("a zone");
            let end = crate::shift::civil::nearest(day, 780, zone).expect("a zone");
            let worked: i64 = [of(&early), of(&late)].into_iter().flatten()
                .map(|window| window.start.seconds_until(window.end)).sum();
            prop_assert_eq!(worked, begin.seconds_until(end), "{} on {}", zone, day);
            if let (Some(early), Some(late)) = (of(&early), of(&late)) {
                prop_assert_eq!(early.end, late.start, "{} on {}", zone, day);
            }
        }
    }

    #[test]
    fn any_text_is_a_rule_or_is_refused(text in "(FREQ=|INTERVAL=|BYDAY=|[A-Z;=,0-9+-]){0,12}") {
        if let Ok(rule) = text.parse::<Rule>() {
            prop_assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule));
        }
    }
}
