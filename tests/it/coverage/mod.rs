//! Coverage through the real door: gaps before they happen, beside the calls that are to be expected.

mod following;
mod line;
mod year;

use tandem::board::Role;
use tandem::grpc::pb;

use crate::harness::town::{Client, Member, Town, in_each_town, st_louis};
use crate::patterns::{by_rule, creation, post};

/// Midnight of 2026-06-01 in St. Louis, the day on which the town works from six to eleven in the evening.
const MIDNIGHT: i64 = 1_780_290_000;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

/// From and to so many hours after that midnight, in steps of an hour.
fn hours(from: i64, to: i64) -> pb::GetCoverageRequest {
    pb::GetCoverageRequest {
        from: at(MIDNIGHT + from * HOUR),
        to: at(MIDNIGHT + to * HOUR),
        ..Default::default()
    }
}

/// That day.
pub(crate) fn of_today() -> pb::GetCoverageRequest {
    hours(0, 24)
}

async fn coverage(by: &Client, request: pb::GetCoverageRequest) -> pb::GetCoverageResponse {
    by.coverage().get_coverage(request).await.unwrap().into_inner()
}

/// How many are scheduled in each step of a row; pairs are of no discipline.
fn scheduled(area: &pb::AreaCoverage, discipline: &str) -> Vec<u32> {
    let of = |step: &pb::CoverageStep| {
        let plain = step.strengths.iter().filter(|one| one.qualification.is_empty());
        plain
            .into_iter()
            .find(|one| one.discipline == discipline)
            .unwrap()
            .scheduled
    };
    area.steps.iter().map(of).collect()
}

/// A pattern of one date, of the clinicians' agency, which nobody takes yet.
async fn wanted(town: &Town, date: &str, start: &str, end: &str) -> pb::Pattern {
    let request = creation(town, by_rule(date, "FREQ=DAILY;COUNT=1"), post(start, end, &[]));
    let created = town.admin.pattern().create_pattern(request).await.unwrap();
    created.into_inner().pattern.unwrap()
}

/// A shift of one of the clinicians, published.
async fn works(town: &Town, who: &Member, start: &str, end: &str) -> pb::Shift {
    // Nothing here is about rest between shifts.
    town.set_policy("work_rules", pb::Policy::default()).await;
    town.put_on_shift("bhr", &who.id, start, end).await
}

async fn cancelled(town: &Town, shift: &pb::Shift) {
    let request = pb::CancelShiftRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
    };
    town.admin.schedule().cancel_shift(request).await.unwrap();
}

#[test]
fn a_gap_at_the_peak_is_another_than_one_at_four_in_the_morning() {
    in_each_town(1, 1, async |town| {
        for _ in 0..3 {
            town.open_call(3).await;
        }
        town.turn(2 * HOUR).await;
        wanted(town, "2026-06-08", "04:00", "05:00").await;
        wanted(town, "2026-06-08", "12:00", "12:30").await;
        let found = coverage(&town.dispatcher, hours(7 * 24, 8 * 24)).await;
        let gaps = found.gaps.iter();
        let seen: Vec<(i64, i64, u64, u32)> = gaps
            .map(|gap| {
                let hour = |at: Option<prost_types::Timestamp>| at.unwrap().seconds - MIDNIGHT - 7 * DAY;
                assert_eq!(gap.strength.as_ref().unwrap().discipline, "clinician");
                (
                    hour(gap.from),
                    hour(gap.to),
                    gap.expected_calls_thousandths,
                    gap.busiest_calls_per_1000_hours,
                )
            })
            .collect();
        let (noon, half) = (12 * HOUR, HOUR / 2);
        assert_eq!(
            seen,
            [(4 * HOUR, 5 * HOUR, 0, 0), (noon, noon + half, 1500, 3000)],
            "three calls came in the one hour of a Monday noon that there has been"
        );
        let demand = &found.demands[0];
        assert_eq!(
            (
                demand.calls.len(),
                demand.calls[12],
                demand.calls_per_1000_hours[12]
            ),
            (168, 3, 3000)
        );
        assert_eq!(found.zone, "America/Chicago");
        assert_eq!(
            found.demand_from,
            at(MIDNIGHT + noon),
            "nothing is known of the time before the first call"
        );
    });
}

#[test]
fn a_call_that_was_merged_into_another_is_not_counted_twice() {
    in_each_town(1, 1, async |town| {
        let (one, other) = (
            town.open_call(3).await.call.unwrap(),
            town.open_call(3).await.call.unwrap(),
        );
        let merge = pb::MergeCallsRequest {
            request_id: town.request_id(),
            call_id: one.call_id,
            merged_call_ids: vec![other.call_id],
            members: pb::MergedMembers::Release.into(),
            reason: "duplicate".to_owned(),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        town.dispatcher.dispatch().merge_calls(merge).await.unwrap();
        town.turn(HOUR).await;
        let found = coverage(&town.dispatcher, of_today()).await;
        assert_eq!(found.demands[0].calls[12], 1);
    });
}

#[test]
fn what_is_over_and_filed_is_still_counted() {
    in_each_town(1, 1, async |town| {
        let before = coverage(&town.dispatcher, of_today()).await;
        let day: Vec<u32> = (0..24).map(|hour| u32::from((6..23).contains(&hour))).collect();
        let whole = &before.areas[0];
        let all = ["clinician", "officer", ""].map(|discipline| scheduled(whole, discipline));
        assert_eq!(all, [day.clone(), day.clone(), day]);
        // Thirty-five days after its end a shift is filed; the tokens are in force for a day.
        town.turn(36 * 24 * HOUR).await;
        let dispatcher = town.client(Role::Dispatcher, "dora", None).await;
        let desk = town.desk.center(&st_louis()).await.unwrap();
        assert_eq!(desk.board().shifts.len(), 0, "filed");
        let after = coverage(&dispatcher, of_today()).await;
        assert_eq!(after.areas, before.areas);
    });
}
