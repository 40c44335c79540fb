//! A year of the St. Louis programme: eight teams of a clinician and an officer, day, evening and night, two days on and two
//! off, published, edited, and counted minute by minute beside what coverage says.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::America::Chicago;
use tandem::grpc::pb;
use tandem::shift::civil::end_of_day;

use super::{DAY, HOUR, MIDNIGHT, at, cancelled, coverage};
use crate::harness::town::{Member, NOON, Town, in_each_town};
use crate::patterns::publication;

/// 2-2-3: the days of a cycle of fourteen on which the one half works, and those of the other.
const HALVES: [[u32; 7]; 2] = [[1, 2, 5, 6, 7, 10, 11], [3, 4, 8, 9, 12, 13, 14]];
/// Start and length on the wall clock, hours, and how many are wanted; the minimum is always one.
const WATCHES: [(i64, i64, usize); 3] = [(9, 8, 2), (15, 8, 1), (23, 8, 1)];
const DISCIPLINES: [(&str, &str); 2] = [("clinician", "bhr"), ("officer", "slmpd")];
const FIRST: &str = "2026-06-08";
const LAST: &str = "2027-06-06";
const DAYS: i64 = 364;
const MINUTES: usize = 364 * 24 * 60;
/// The first minute: midnight of the first date.
const START: i64 = MIDNIGHT + 7 * DAY;

/// A pattern and what it means.
struct Plan {
    pattern: pb::Pattern,
    discipline: usize,
    half: usize,
    watch: usize,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock(hour: i64) -> String {
    format!("{:02}:00", hour % 24)
}

async fn planned(town: &Town, discipline: usize, half: usize, watch: usize) -> Plan {
    let (name, agency_id) = DISCIPLINES[discipline];
    let (start, length, wanted) = WATCHES[watch];
    let members = [&town.clinicians, &town.officers][discipline];
    let first = [[0, 2], [4, 5], [6, 7]][watch][half];
    let places = members[first..first + wanted].iter().map(|member| pb::Place {
        responder_ids: vec![member.id.clone()],
    });
    let request = pb::CreatePatternRequest {
        request_id: town.request_id(),
        agency_id: agency_id.to_owned(),
        name: format!("{name} {watch} {half}"),
        discipline: name.to_owned(),
        zone: String::new(),
        cadence: Some(pb::Cadence {
            start_date: FIRST.to_owned(),
            recurrence: Some(pb::cadence::Recurrence::Rotation(pb::Rotation {
                cycle_days: 14,
                days_on: HALVES[half].to_vec(),
            })),
            ..Default::default()
        }),
        post: Some(pb::Post {
            local_start: clock(start),
            local_end: clock(start + length),
            minimum: 1,
            wanted: u32::try_from(wanted).unwrap(),
            places: places.collect(),
            ..Default::default()
        }),
    };
    let created = town.admin.pattern().create_pattern(request).await.unwrap();
    Plan {
        pattern: created.into_inner().pattern.unwrap(),
        discipline,
        half,
        watch,
    }
}

async fn published(town: &Town, plan: &Plan) -> pb::PublishPatternResponse {
    let request = publication(town, &plan.pattern, FIRST, LAST);
    town.admin
        .pattern()
        .publish_pattern(request)
        .await
        .unwrap()
        .into_inner()
}

/// It begins at another hour, this one or from this one on; its length stays.
async fn begins_at(town: &Town, plan: &mut Plan, (scope, date): (pb::PatternScope, &str), hour: i64) {
    let request = pb::UpdatePatternRequest {
        request_id: town.request_id(),
        pattern_id: plan.pattern.pattern_id.clone(),
        expected_version: plan.pattern.version,
        scope: scope.into(),
        date: date.to_owned(),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["post.local_start".to_owned()],
        }),
        post: Some(pb::Post {
            local_start: clock(hour),
            ..Default::default()
        }),
        ..Default::default()
    };
    let updated = town.admin.pattern().update_pattern(request).await.unwrap();
    plan.pattern = updated.into_inner().pattern.unwrap();
}

/// In the place of the paper that he was hired with, one through this day. Gives the second at which it lapses.
async fn licensed_until(town: &Town, who: &Member, code: &str, until: &str) -> i64 {
    let mut roster = town.admin.roster();
    let get = pb::GetResponderRequest {
        responder_id: who.id.clone(),
    };
    let him = roster
        .get_responder(get)
        .await
        .unwrap()
        .into_inner()
        .responder
        .unwrap();
    let revoke = pb::RevokeCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        credential_id: him.credentials[0].credential_id.clone(),
    };
    roster.revoke_credential(revoke).await.unwrap();
    let grant = pb::GrantCredentialRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        code: code.to_owned(),
        valid_until: until.to_owned(),
        ..Default::default()
    };
    roster.grant_credential(grant).await.unwrap();
    end_of_day(until, "America/Chicago").unwrap().micros() / 1_000_000
}

/// Every published shift of the year.
async fn shifts(town: &Town) -> Vec<pb::Shift> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListShiftsRequest {
            from: at(START),
            to: at(START + DAYS * DAY),
            state: pb::ShiftState::Published.into(),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = town
            .admin
            .schedule()
            .list_shifts(request)
            .await
            .unwrap()
            .into_inner();
        found.extend(page.shifts);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return found;
        }
    }
}

fn second(local: NaiveDateTime) -> i64 {
    Chicago
        .from_local_datetime(&local)
        .earliest()
        .unwrap()
        .timestamp()
}

/// One more in each minute from this second to that one.
fn add(minutes: &mut [u32], from: i64, to: i64, count: u32) {
    for minute in (from - START) / 60..(to - START) / 60 {
        if let Some(there) = usize::try_from(minute)
            .ok()
            .and_then(|minute| minutes.get_mut(minute))
        {
            *there += count;
        }
    }
}

/// What patterns want in each minute, at least and in all, from what they mean: dates are walked and clocks are read.
fn wanted(plans: &[Plan], hour_on: impl Fn(&Plan, NaiveDate) -> i64) -> [[Vec<u32>; 2]; 2] {
    let mut wanted = [
        [vec![0; MINUTES], vec![0; MINUTES]],
        [vec![0; MINUTES], vec![0; MINUTES]],
    ];
    for plan in plans {
        let (_, length, places) = WATCHES[plan.watch];
        for day in 0..364_u64 {
            let on = date(FIRST).checked_add_days(Days::new(day)).unwrap();
            let of_cycle = u32::try_from(day % 14).unwrap() + 1;
            if !HALVES[plan.half].contains(&of_cycle) {
                continue;
            }
            let start = on.and_time(NaiveTime::MIN) + TimeDelta::hours(hour_on(plan, on));
            let (from, to) = (second(start), second(start + TimeDelta::hours(length)));
            let [minimum, all] = &mut wanted[plan.discipline];
            add(minimum, from, to, 1);
            add(all, from, to, u32::try_from(places).unwrap());
        }
    }
    wanted
}

/// Minimum, wanted, scheduled, and what is missing of the first two.
type Numbers = [u32; 5];

fn numbers(minimum: u32, wanted: u32, scheduled: u32) -> Numbers {
    let missing = |of: u32| of.saturating_sub(scheduled);
    [minimum, wanted, scheduled, missing(minimum), missing(wanted)]
}

fn worse(one: &Numbers, other: &Numbers) -> bool {
    let badness = |numbers: &Numbers| (numbers[3], numbers[4], Reverse(numbers[2]));
    badness(one) > badness(other)
}

fn told(strength: &pb::Strength) -> Numbers {
    [
        strength.minimum,
        strength.wanted,
        strength.scheduled,
        strength.missing_minimum,
        strength.missing_wanted,
    ]
}

fn level(numbers: &Numbers) -> pb::CoverageLevel {
    match (numbers[3], numbers[4]) {
        (0, 0) => pb::CoverageLevel::Covered,
        (0, _) => pb::CoverageLevel::BelowWanted,
        (_, _) => pb::CoverageLevel::BelowMinimum,
    }
}

/// Each hour of each measure, and each minute of each gap, beside the minutes that were counted.
fn compare(found: &pb::GetCoverageResponse, minutes: &BTreeMap<String, Vec<Numbers>>) {
    let whole = &found.areas[0];
    assert_eq!(whole.steps.len() * 60, MINUTES);
    for (hour, step) in whole.steps.iter().enumerate() {
        assert_eq!(step.strengths.len(), 3);
        for strength in &step.strengths {
            let counted = &minutes[&strength.discipline][hour * 60..][..60];
            let worst = counted.iter().fold(
                counted[0],
                |worst, one| if worse(one, &worst) { *one } else { worst },
            );
            assert_eq!(told(strength), worst, "hour {hour} of {:?}", strength.discipline);
        }
    }
    for (discipline, counted) in minutes {
        let mut gaps = vec![pb::CoverageLevel::Covered; MINUTES];
        let of_it = |gap: &&pb::CoverageGap| gap.strength.as_ref().unwrap().discipline == *discipline;
        for gap in found.gaps.iter().filter(of_it) {
            let minute = |at: Option<prost_types::Timestamp>| {
                usize::try_from((at.unwrap().seconds - START) / 60).unwrap()
            };
            gaps[minute(gap.from)..minute(gap.to)].fill(gap.strength.as_ref().unwrap().level());
        }
        let expected: Vec<pb::CoverageLevel> = counted.iter().map(level).collect();
        let differs = (0..MINUTES).find(|minute| gaps[*minute] != expected[*minute]);
        assert_eq!(
            differs, None,
            "the first minute whose gap is another, of {discipline:?}"
        );
    }
}

/// When shifts begin and end on the wall clock, as a calendar has it.
fn in_calendar(text: &str) -> BTreeSet<(String, String)> {
    let events = text.split("BEGIN:VEVENT").skip(1);
    let time = |event: &str, name: &str| {
        let prefix = format!("{name};TZID=America/Chicago:");
        let line = event.lines().find_map(|line| line.strip_prefix(&prefix));
        line.unwrap().to_owned()
    };
    events
        .filter(|event| !event.contains("STATUS:CANCELLED"))
        .map(|event| (time(event, "DTSTART"), time(event, "DTEND")))
        .collect()
}

fn on_the_clock(at: Option<prost_types::Timestamp>) -> String {
    let at = Chicago.timestamp_opt(at.unwrap().seconds, 0).unwrap();
    at.format("%Y%m%dT%H%M%S").to_string()
}

async fn calendar(town: &Town, who: &Member) -> String {
    let request = pb::GetCalendarRequest {
        of: Some(pb::CalendarOf {
            of: Some(pb::calendar_of::Of::ResponderId(who.id.clone())),
        }),
    };
    let mut parts = town
        .admin
        .transfer()
        .get_calendar(request)
        .await
        .unwrap()
        .into_inner();
    let mut text = String::new();
    while let Some(part) = parts.message().await.unwrap() {
        text.push_str(&part.calendar_chunk);
    }
    text
}

#[test]
fn a_year_of_eight_teams_is_covered_as_one_counts_who_counts_every_minute() {
    in_each_town(8, 8, async |town| {
        let mut plans = Vec::new();
        for discipline in 0..2 {
            for half in 0..2 {
                for watch in 0..3 {
                    plans.push(planned(town, discipline, half, watch).await);
                }
            }
        }
        for plan in &plans {
            assert_eq!(
                published(town, plan).await.changes.len(),
                182 * WATCHES[plan.watch].2
            );
        }
        // The night in which clocks are set back begins an hour early, the evenings from the spring on too; a clinician and an
        // officer have licences that end on the way, his in the middle of a night; a clinician is ill for an evening.
        let (night, evening) = ("2026-10-31", "2027-03-14");
        begins_at(town, &mut plans[2], (pb::PatternScope::ThisOne, night), 22).await;
        begins_at(town, &mut plans[4], (pb::PatternScope::ThisAndLater, evening), 14).await;
        assert_eq!(published(town, &plans[2]).await.changes.len(), 1);
        assert_eq!(published(town, &plans[4]).await.changes.len(), 43);
        let (clinician, officer) = (&town.clinicians[5], &town.officers[6]);
        let lapses: BTreeMap<String, i64> = [
            (
                clinician.id.clone(),
                licensed_until(town, clinician, "LCSW", "2027-01-15").await,
            ),
            (
                officer.id.clone(),
                licensed_until(town, officer, "CIT", "2026-12-31").await,
            ),
        ]
        .into();
        let ill = shifts(town).await;
        let ill = ill
            .iter()
            .filter(|shift| shift.responder_id == town.clinicians[4].id);
        cancelled(town, ill.clone().nth(20).unwrap()).await;
        for plan in &plans {
            let again = published(town, plan).await;
            assert_eq!(
                (again.changes.len(), again.kept.len()),
                (
                    0,
                    usize::from(plan.watch == 1 && plan.half == 0 && plan.discipline == 0)
                )
            );
        }

        let all = shifts(town).await;
        let of_year = all
            .iter()
            .filter(|shift| shift.planned_start.unwrap().seconds >= START);
        assert_eq!(of_year.count(), 364 * 8 - 1);
        let lengths: BTreeSet<i64> = all
            .iter()
            .map(|shift| (shift.planned_end.unwrap().seconds - shift.planned_start.unwrap().seconds) / HOUR)
            .collect();
        assert_eq!(
            lengths,
            [7, 8, 9].into(),
            "seven hours in the spring, nine in the autumn"
        );
        let mut there = [vec![0; MINUTES], vec![0; MINUTES]];
        for shift in &all {
            let clinical = town
                .clinicians
                .iter()
                .any(|member| member.id == shift.responder_id);
            let ends = shift.planned_end.unwrap().seconds;
            let ends = lapses
                .get(&shift.responder_id)
                .map_or(ends, |lapse| ends.min(*lapse));
            let of = usize::from(!clinical);
            add(&mut there[of], shift.planned_start.unwrap().seconds, ends, 1);
        }
        let wanted = wanted(&plans, |plan, on| {
            match (plan.discipline, plan.half, plan.watch) {
                (0, 0, 2) if on == date(night) => 22,
                (0, 1, 1) if on >= date(evening) => 14,
                _ => WATCHES[plan.watch].0,
            }
        });
        let of = |discipline: usize| -> Vec<Numbers> {
            let [minimum, all] = &wanted[discipline];
            (0..MINUTES)
                .map(|minute| numbers(minimum[minute], all[minute], there[discipline][minute]))
                .collect()
        };
        let (clinicians, officers) = (of(0), of(1));
        let pairs = clinicians
            .iter()
            .zip(&officers)
            .map(|(one, other)| numbers(one[0].min(other[0]), one[1].min(other[1]), one[2].min(other[2])));
        let minutes: BTreeMap<String, Vec<Numbers>> = [
            (String::new(), pairs.collect()),
            ("clinician".to_owned(), clinicians),
            ("officer".to_owned(), officers),
        ]
        .into();
        let request = pb::GetCoverageRequest {
            from: at(START),
            to: at(START + DAYS * DAY),
            ..Default::default()
        };
        let found = coverage(&town.dispatcher, request).await;
        compare(&found, &minutes);
        assert!(found.gap_count > 0 && found.gap_count == u32::try_from(found.gaps.len()).unwrap());
        let lapsing = found
            .lapses
            .iter()
            .find(|one| one.responder.as_ref().unwrap().responder_id == officer.id);
        let lapsing = lapsing.unwrap();
        assert_eq!(
            (
                on_the_clock(lapsing.planned_start).as_str(),
                lapsing.lapse.as_ref().unwrap().lapses_at
            ),
            ("20261231T230000", at(lapses[&officer.id])),
            "the first shift that his licence does not reach through"
        );

        // A calendar reaches a year ahead.
        let reach = NOON.plus_seconds(366 * DAY).micros() / 1_000_000;
        let his = all.iter().filter(|shift| {
            shift.responder_id == town.clinicians[6].id && shift.planned_start.unwrap().seconds < reach
        });
        let his: BTreeSet<(String, String)> = his
            .map(|shift| (on_the_clock(shift.planned_start), on_the_clock(shift.planned_end)))
            .collect();
        let mut shown = in_calendar(&calendar(town, &town.clinicians[6]).await);
        // The day on which he was hired lies before the year.
        assert!(shown.remove(&("20260601T060000".to_owned(), "20260601T230000".to_owned())));
        assert!(shown.contains(&("20261031T220000".to_owned(), "20261101T060000".to_owned())));
        let differing: Vec<_> = shown.symmetric_difference(&his).collect();
        assert!(differing.is_empty() && his.len() > 150, "{differing:?}");
    });
}
