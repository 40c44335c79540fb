//! A period of shifts from another system, whole.

use tandem::board::Role;
use tandem::grpc::pb;

use super::{File, counts};
use crate::harness::town::{Town, in_each_town};

fn june() -> Option<pb::ReplacePeriod> {
    let at = |text: &str| Some(text.parse().unwrap());
    Some(pb::ReplacePeriod {
        agency_id: "slmpd".to_owned(),
        from: at("2026-06-01T05:00:00Z"),
        to: at("2026-07-01T05:00:00Z"),
    })
}

async fn shifts(town: &Town, state: pb::ShiftState) -> Vec<(String, String)> {
    let request = pb::ListShiftsRequest {
        state: state.into(),
        page_size: 500,
        ..Default::default()
    };
    let listed = town
        .admin
        .schedule()
        .list_shifts(request)
        .await
        .unwrap()
        .into_inner();
    listed
        .shifts
        .into_iter()
        .map(|shift| (shift.local_start, shift.responder_id))
        .collect()
}

#[test]
fn a_month_from_another_system_replaces_what_stood_and_is_kept_the_next_night() {
    in_each_town(0, 0, async |town| {
        File::staff(town, &["000001,Ana,Adam 1", "000002,Bo,Adam 2"])
            .report(&town.admin)
            .await;
        let month = |rows: &[&str]| File {
            replace: june(),
            ..File::shifts(town, rows)
        };
        let first = [
            "a,000001,06/02/2026,0900,1700",
            "b,000002,06/02/2026,10:00 PM,6:00 AM",
        ];
        let report = month(&first).report(&town.admin).await;
        assert_eq!(counts(&report), (2, 0, 0, 0, true));
        let report = month(&first).report(&town.admin).await;
        assert_eq!((counts(&report), report.cancelled_count), ((0, 0, 2, 0, true), 0));

        // The two swap, and a third joins them on another day; then one is gone.
        let second = [
            "a,000002,06/02/2026,0900,1700",
            "b,000001,06/02/2026,10:00 PM,6:00 AM",
            "c,000001,06/05/2026,0900,1700",
        ];
        let report = month(&second).report(&town.admin).await;
        assert_eq!((counts(&report), report.cancelled_count), ((1, 2, 0, 0, true), 0));
        let report = month(&second[..2]).report(&town.admin).await;
        assert_eq!((counts(&report), report.cancelled_count), ((0, 0, 2, 0, true), 1));
        assert_eq!(shifts(town, pb::ShiftState::Cancelled).await.len(), 1);
        // It comes back under its old name.
        let report = month(&second).report(&town.admin).await;
        assert_eq!((counts(&report), report.cancelled_count), ((1, 0, 2, 0, true), 0));
        assert_eq!(shifts(town, pb::ShiftState::Published).await.len(), 3);
    });
}

#[test]
fn a_bad_row_cancels_nothing_and_what_a_person_cancelled_stays_cancelled() {
    in_each_town(0, 0, async |town| {
        File::staff(town, &["000001,Ana,Adam 1"])
            .report(&town.admin)
            .await;
        let month = |rows: &[&str]| File {
            replace: june(),
            ..File::shifts(town, rows)
        };
        month(&["a,000001,06/02/2026,0900,1700"])
            .report(&town.admin)
            .await;
        let report = month(&["b,000001,07/02/2026,0900,1700"])
            .report(&town.admin)
            .await;
        assert_eq!(counts(&report), (0, 0, 0, 1, false));
        let published = shifts(town, pb::ShiftState::Published).await;
        assert_eq!(published.len(), 1);

        let supervisor = town.client(Role::Supervisor, "sue", None).await;
        let listed = supervisor
            .schedule()
            .list_shifts(pb::ListShiftsRequest::default())
            .await;
        let shift = listed.unwrap().into_inner().shifts.remove(0);
        let cancel = pb::CancelShiftRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id,
            expected_version: shift.version,
        };
        supervisor.schedule().cancel_shift(cancel).await.unwrap();
        let report = month(&["a,000001,06/02/2026,0900,1700"])
            .report(&town.admin)
            .await;
        assert_eq!((counts(&report), report.held_count), ((0, 0, 1, 0, true), 1));
        assert_eq!(report.held_rows[0].field, "cancelled");
        assert_eq!(shifts(town, pb::ShiftState::Published).await, []);
    });
}

#[test]
fn one_person_is_never_in_two_places_and_the_past_is_left_alone() {
    in_each_town(0, 0, async |town| {
        File::staff(town, &["000001,Ana,Adam 1"])
            .report(&town.admin)
            .await;
        let rows = ["a,000001,06/02/2026,0900,1700", "b,000001,06/02/2026,1600,2300"];
        let report = File::shifts(town, &rows).report(&town.admin).await;
        assert_eq!(counts(&report), (1, 0, 0, 1, false));
        assert_eq!(report.row_faults[0].reason(), pb::ErrorReason::ShiftOverlaps);
        let report = File::shifts(town, &["old,000001,04/02/2026,0900,1700"])
            .report(&town.admin)
            .await;
        assert_eq!((counts(&report), report.past_count), ((0, 0, 0, 0, true), 1));
    });
}
