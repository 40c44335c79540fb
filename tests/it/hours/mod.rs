//! Hours worked and payroll, through the real door.

mod paying;

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, NOON, Town, in_each_town, reason};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Seconds from the noon at which the town opens.
fn since_noon(at: Option<prost_types::Timestamp>) -> i64 {
    at.unwrap().seconds - NOON.micros() / 1_000_000
}

async fn sheets(by: &Client, request: pb::ListTimesheetsRequest) -> Vec<pb::Timesheet> {
    let listed = by.hours().list_timesheets(request).await.unwrap();
    listed.into_inner().timesheets
}

/// The one timesheet that he reads of himself.
async fn own(of: &Member) -> pb::Timesheet {
    let mut all = sheets(&of.client, pb::ListTimesheetsRequest::default()).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// What stands on a timesheet: kinds, and from when to when.
fn entries(sheet: &pb::Timesheet) -> Vec<(pb::WorkKind, i64, i64)> {
    let entries = sheet.worked.iter().map(|worked| worked.entry.as_ref().unwrap());
    entries
        .filter(|entry| !entry.void)
        .map(|entry| (entry.kind(), since_noon(entry.start), since_noon(entry.end)))
        .collect()
}

async fn approve(town: &Town, by: &Client, sheet: &pb::Timesheet) -> pb::Timesheet {
    let request = pb::ApproveHoursRequest {
        request_id: town.request_id(),
        timesheet_id: sheet.timesheet_id.clone(),
        expected_version: sheet.version,
    };
    let approved = by.hours().approve_hours(request).await.unwrap();
    approved.into_inner().timesheet.unwrap()
}

/// The table for payroll, and how many timesheets are not in it.
async fn export(by: &Client) -> Result<(Vec<String>, u32), Status> {
    let request = pb::ExportPayrollRequest {
        agency_id: "bhr".to_owned(),
        from_date: "2026-05-24".to_owned(),
        until_date: "2026-06-07".to_owned(),
    };
    let mut parts = by.hours().export_payroll(request).await?.into_inner();
    let (mut bytes, mut unapproved) = (Vec::new(), 0);
    while let Some(part) = parts.message().await? {
        bytes.extend(part.csv_chunk);
        unapproved = part.unapproved_count;
    }
    let text = String::from_utf8(bytes).unwrap();
    Ok((text.lines().map(str::to_owned).collect(), unapproved))
}

#[test]
fn what_he_worked_is_recorded_as_he_signs_off_and_he_reads_it() {
    // Shifts from six in the morning to eleven at night; the town opens at noon.
    in_each_town(2, 0, async |town| {
        let [anna, other] = &town.clinicians[..] else {
            panic!("two clinicians")
        };
        // A break is a part of the shift.
        town.turn(HOUR).await;
        town.sign_off(anna).await;
        town.turn(HOUR).await;
        town.sign_on(anna).await;
        town.turn(10 * HOUR).await;
        let sheet = own(anna).await;
        assert_eq!(entries(&sheet), [(pb::WorkKind::Shift, 0, 11 * HOUR)]);
        assert_eq!(
            (&*sheet.first_date, &*sheet.end_date),
            ("2026-05-24", "2026-06-07")
        );
        // At one in the morning she is called back.
        town.turn(HOUR).await;
        town.sign_on(anna).await;
        town.turn(2 * HOUR).await;
        town.sign_off(anna).await;
        let expected = [
            (pb::WorkKind::Shift, 0, 11 * HOUR),
            (pb::WorkKind::CallBack, 13 * HOUR, 15 * HOUR),
        ];
        assert_eq!(entries(&own(anna).await), expected);
        let hr = town.client(Role::Hr, "hana", None).await;
        approve(town, &hr, &own(anna).await).await;
        let (rows, unapproved) = export(&hr).await.unwrap();
        let told = |row: &String| row.splitn(7, ',').nth(6).map(str::to_owned);
        let told: Vec<String> = rows.iter().skip(1).filter_map(told).collect();
        assert_eq!(told, ["2026-06-01,regular,660", "2026-06-02,call_back,120"]);
        assert_eq!(unapproved, 1, "the other's are not in it yet");
        let of_other = pb::ListTimesheetsRequest {
            responder_id: other.id.clone(),
            ..Default::default()
        };
        let seen = sheets(&anna.client, of_other).await;
        assert!(seen.iter().all(|sheet| sheet.responder_id == anna.id), "{seen:?}");
    });
}

#[test]
fn hours_are_corrected_with_a_reason_approved_and_written_for_payroll() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let hr = town.client(Role::Hr, "hana", None).await;
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        let known = pb::GetResponderRequest {
            responder_id: anna.id.clone(),
        };
        let known = hr.roster().get_responder(known).await.unwrap().into_inner();
        let known = known.responder.unwrap();
        let employed = pb::UpdateResponderRequest {
            request_id: town.request_id(),
            expected_version: known.version,
            responder: Some(pb::Responder {
                // A spreadsheet would take it for a formula.
                position: "=Clinician II".to_owned(),
                cost_code: "4410-22".to_owned(),
                ..known
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["position".to_owned(), "cost_code".to_owned()],
            }),
        };
        hr.roster().update_responder(employed).await.unwrap();
        let shifts = pb::ListShiftsRequest::default();
        let shift = hr
            .schedule()
            .list_shifts(shifts)
            .await
            .unwrap()
            .into_inner()
            .shifts
            .remove(0);
        let held = pb::HoldOverRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id,
            expected_version: shift.version,
            until: Some(prost_types::Timestamp {
                seconds: shift.planned_end.unwrap().seconds + 2 * HOUR,
                nanos: 0,
            }),
            reason: "short_staffed".to_owned(),
        };
        supervisor.schedule().hold_over(held).await.unwrap();
        town.turn(14 * HOUR).await;
        let sheet = own(anna).await;
        assert_eq!(entries(&sheet), [(pb::WorkKind::Shift, 0, 13 * HOUR)]);

        // She came at eight in the morning, and forgot to sign on.
        let correct = |sheet: &pb::Timesheet| {
            let entry = sheet.worked[0].entry.unwrap();
            pb::CorrectHoursRequest {
                request_id: town.request_id(),
                timesheet_id: sheet.timesheet_id.clone(),
                expected_version: sheet.version,
                number: 1,
                kind: entry.kind,
                start: Some(prost_types::Timestamp {
                    seconds: entry.start.unwrap().seconds - 4 * HOUR,
                    nanos: 0,
                }),
                end: entry.end,
                void: false,
                reason: "forgot_to_sign_on".to_owned(),
            }
        };
        let corrected = hr.hours().correct_hours(correct(&sheet)).await.unwrap();
        let corrected = corrected.into_inner().timesheet.unwrap();
        let made = &corrected.worked[0].corrections[0];
        assert_eq!(since_noon(made.was.as_ref().unwrap().start), 0);
        assert_eq!(
            (&*made.reason, &*made.reporter.as_ref().unwrap().subject),
            ("forgot_to_sign_on", "hana")
        );
        let (rows, unapproved) = export(&hr).await.unwrap();
        assert_eq!((rows.len(), unapproved), (1, 1), "nothing is approved: {rows:?}");

        let approved = approve(town, &supervisor, &corrected).await;
        assert_eq!(approved.approved_by.as_ref().unwrap().subject, "sam");
        let late = hr.hours().correct_hours(correct(&approved)).await.unwrap_err();
        assert_eq!(reason(&late), "HOURS_APPROVED");
        let (rows, unapproved) = export(&hr).await.unwrap();
        let row = |date: &str, kind: &str, minutes: u32| {
            format!(
                "{},,bhr,clinician 0,'=Clinician II,4410-22,{date},{kind},{minutes}",
                anna.id
            )
        };
        // Until eleven as it was planned, then an hour on each side of midnight.
        let expected = [
            row("2026-06-01", "hold_over", 60),
            row("2026-06-01", "regular", 15 * 60),
            row("2026-06-02", "hold_over", 60),
        ];
        assert_eq!((&rows[1..], unapproved), (&expected[..], 0));
    });
}
