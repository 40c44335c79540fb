//! Edits of this one, this and later, and all.

use tandem::grpc::pb;
use tandem::grpc::pb::PatternScope::{All, ThisAndLater, ThisOne};

use super::{by_rule, create, creation, post, publication, publish, shifts_of, update};
use crate::harness::town::{Town, fields, in_each_town, reason};

const WEEK: (&str, &str) = ("2026-06-08", "2026-06-14");

/// The days of that week, from Monday, with the hour at which each begins.
async fn hours(town: &Town, pattern: &pb::Pattern) -> Vec<String> {
    let published = publish(&town.admin, publication(town, pattern, WEEK.0, WEEK.1));
    published.await.unwrap();
    let standing = shifts_of(town, pattern).await;
    let in_force = standing
        .iter()
        .filter(|shift| shift.state() == pb::ShiftState::Published);
    in_force
        .map(|shift| shift.local_start[11..13].to_owned())
        .collect()
}

#[test]
fn each_scope_changes_its_own_dates_and_every_shift_stays_the_same_one() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let request = creation(
            town,
            by_rule("2026-06-08", "FREQ=DAILY"),
            post("09:00", "17:00", &[&[anna]]),
        );
        let mut pattern = create(town, request).await;
        assert_eq!(hours(town, &pattern).await, ["09"; 7]);
        let ids = async |pattern: &pb::Pattern| -> Vec<String> {
            let shifts = shifts_of(town, pattern).await;
            shifts.into_iter().map(|shift| shift.shift_id).collect()
        };
        let before = ids(&pattern).await;
        for (scope, start, expected) in [
            (
                (ThisOne, "2026-06-10"),
                "10:00",
                ["09", "09", "10", "09", "09", "09", "09"],
            ),
            (
                (ThisAndLater, "2026-06-12"),
                "11:00",
                ["09", "09", "10", "09", "11", "11", "11"],
            ),
            // What was said of one date stays.
            ((All, ""), "08:00", ["08", "08", "10", "08", "08", "08", "08"]),
            ((ThisOne, "2026-06-10"), "08:00", ["08"; 7]),
        ] {
            pattern = update(town, &pattern, scope, "post.local_start", post(start, "", &[]))
                .await
                .unwrap();
            assert_eq!(hours(town, &pattern).await, expected, "{scope:?}");
            assert_eq!(ids(&pattern).await, before);
        }
        assert_eq!((pattern.phases.len(), pattern.exceptions.len()), (1, 0));
        let nothing_new = update(
            town,
            &pattern,
            (All, ""),
            "post.local_start",
            post("08:00", "", &[]),
        );
        assert_eq!(nothing_new.await.unwrap().version, pattern.version);
    });
}

#[test]
fn a_pattern_is_read_listed_and_retired() {
    in_each_town(1, 0, async |town| {
        let cadence = pb::Cadence {
            recurrence: Some(pb::cadence::Recurrence::Rotation(pb::Rotation {
                cycle_days: 14,
                days_on: vec![1, 2, 5, 6, 7, 10, 11],
            })),
            except_dates: vec!["2026-06-05".to_owned()],
            extra_dates: vec!["2026-06-06".to_owned()],
            ..by_rule("2026-06-01", "")
        };
        let request = creation(town, cadence.clone(), post("19:00", "07:00", &[]));
        let pattern = create(town, request).await;
        assert_eq!(pattern.phases[0].cadence, Some(cadence));
        let get = pb::GetPatternRequest {
            pattern_id: pattern.pattern_id.clone(),
        };
        let read = town.dispatcher.pattern().get_pattern(get).await.unwrap();
        assert_eq!(read.into_inner().pattern.unwrap(), pattern);
        let listed = async |include_retired| {
            let request = pb::ListPatternsRequest {
                include_retired,
                ..Default::default()
            };
            let listed = town.dispatcher.pattern().list_patterns(request).await.unwrap();
            listed.into_inner().patterns.len()
        };
        assert_eq!(listed(false).await, 1);
        let told = publish(
            &town.admin,
            publication(town, &pattern, "2026-06-02", "2026-06-14"),
        );
        assert_eq!(told.await.unwrap().changes.len(), 5);
        let retire = pb::RetirePatternRequest {
            request_id: town.request_id(),
            pattern_id: pattern.pattern_id.clone(),
            expected_version: pattern.version,
        };
        let retired = town.admin.pattern().retire_pattern(retire).await.unwrap();
        let retired = retired.into_inner().pattern.unwrap();
        assert_eq!((listed(false).await, listed(true).await), (0, 1));
        let late = update(
            town,
            &retired,
            (All, ""),
            "post.wanted",
            post("19:00", "07:00", &[]),
        );
        assert_eq!(reason(&late.await.unwrap_err()), "NOT_IN_THIS_STATE");
        let told = publish(
            &town.admin,
            publication(town, &retired, "2026-06-02", "2026-06-14"),
        );
        let told = told.await.unwrap();
        assert!(
            told.changes
                .iter()
                .all(|one| one.kind() == pb::ShiftChangeKind::Cancelled)
        );
        assert_eq!(told.changes.len(), 5);
    });
}

#[test]
fn an_edit_of_what_is_not_there_is_refused() {
    in_each_town(1, 0, async |town| {
        let request = creation(
            town,
            by_rule("2026-06-08", "FREQ=WEEKLY"),
            post("09:00", "17:00", &[]),
        );
        let pattern = create(town, request).await;
        let tuesday = update(
            town,
            &pattern,
            (ThisOne, "2026-06-09"),
            "post.wanted",
            post("", "", &[]),
        );
        let refused = tuesday.await.unwrap_err();
        assert_eq!(
            (&*reason(&refused), fields(&refused)),
            ("NOT_FOUND", vec!["date".to_owned()])
        );
        let stale = pb::Pattern {
            version: 7,
            ..pattern
        };
        let refused = update(town, &stale, (All, ""), "post.wanted", post("", "", &[])).await;
        assert_eq!(reason(&refused.unwrap_err()), "STALE_VERSION");
    });
}
