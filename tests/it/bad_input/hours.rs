//! Hours worked, and payroll.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use super::many::policy;
use super::{NOBODY, Row, World, asks, at, invalid, refused};
use crate::harness::town::NOON;

const HOUR: i64 = 3600;

/// So many hours before the town opened.
fn before(hours: i64) -> Option<prost_types::Timestamp> {
    at(NOON.micros() / 1_000_000 - hours * HOUR, 0)
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let forgotten = pb::AddHoursRequest {
        request_id: town.request_id(),
        responder_id: town.clinicians[0].id.clone(),
        kind: pb::WorkKind::CallBack.into(),
        start: before(30),
        end: before(28),
        reason: "forgot_to_sign_on".to_owned(),
    };
    let mut hours = town.admin.hours();
    let added = hours.add_hours(forgotten.clone()).await.unwrap();
    let sheet = added.into_inner().timesheet.unwrap();
    let mut rows = adding(world, &forgotten);
    rows.extend(judging(world, &forgotten, &sheet).await);
    rows.extend(correcting(world, &sheet));
    rows.extend(paying(world));
    rows
}

fn adding<'a>(world: &World<'a>, forgotten: &pb::AddHoursRequest) -> Vec<Row<'a>> {
    let town = world.town;
    let add = |spoil: &dyn Fn(&mut pb::AddHoursRequest)| {
        let mut request = pb::AddHoursRequest {
            request_id: town.request_id(),
            ..forgotten.clone()
        };
        spoil(&mut request);
        asks!(town.admin, hours.add_hours, request)
    };
    vec![
        invalid(
            "AddHours: of no kind",
            "INVALID_ENUM",
            "kind",
            add(&|it| it.kind = 0),
        ),
        invalid(
            "AddHours: without an end",
            "REQUIRED",
            "end",
            add(&|it| it.end = None),
        ),
        invalid(
            "AddHours: without a reason",
            "REQUIRED",
            "reason",
            add(&|it| it.reason.clear()),
        ),
        invalid(
            "AddHours: for two days",
            "INVALID_WINDOW",
            "end",
            add(&|it| it.start = before(78)),
        ),
        invalid(
            "AddHours: in the future",
            "INVALID_TIME",
            "end",
            add(&|it| (it.start, it.end) = (before(1), before(-9))),
        ),
        invalid(
            "AddHours: of a year ago",
            "INVALID_TIME",
            "start",
            add(&|it| (it.start, it.end) = (before(8760), before(8759))),
        ),
        refused(
            "AddHours: of nobody",
            Code::NotFound,
            "NOT_FOUND",
            "",
            add(&|it| it.responder_id = NOBODY.to_owned()),
        ),
        refused(
            "AddHours: twice",
            Code::FailedPrecondition,
            "HOURS_OVERLAP",
            "",
            add(&|it| it.start = before(29)),
        ),
    ]
}

/// The clinician's timesheet is open, that of the officer approved.
async fn judging<'a>(
    world: &World<'a>,
    forgotten: &pb::AddHoursRequest,
    open: &pb::Timesheet,
) -> Vec<Row<'a>> {
    let town = world.town;
    let hr = town.client(Role::Hr, "hana", None).await;
    let of_officer = || pb::AddHoursRequest {
        request_id: town.request_id(),
        responder_id: town.officers[0].id.clone(),
        ..forgotten.clone()
    };
    let added = hr.hours().add_hours(of_officer()).await.unwrap().into_inner();
    let approve = |sheet: &pb::Timesheet, expected_version| pb::ApproveHoursRequest {
        request_id: town.request_id(),
        timesheet_id: sheet.timesheet_id.clone(),
        expected_version,
    };
    let sheet = added.timesheet.unwrap();
    let approved = hr.hours().approve_hours(approve(&sheet, sheet.version)).await;
    let approved = approved.unwrap().into_inner().timesheet.unwrap();
    let reopen = pb::ReopenHoursRequest {
        request_id: town.request_id(),
        timesheet_id: open.timesheet_id.clone(),
        expected_version: open.version,
    };
    let more = pb::AddHoursRequest {
        start: before(26),
        end: before(25),
        ..of_officer()
    };
    let listed = pb::ListTimesheetsRequest {
        page_size: -1,
        ..Default::default()
    };
    let unmet = Code::FailedPrecondition;
    vec![
        refused(
            "ApproveHours: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            asks!(hr, hours.approve_hours, approve(open, 99)),
        ),
        refused(
            "ApproveHours: what is approved",
            unmet,
            "HOURS_APPROVED",
            "",
            asks!(hr, hours.approve_hours, approve(&approved, approved.version)),
        ),
        refused(
            "AddHours: to what is approved",
            unmet,
            "HOURS_APPROVED",
            "",
            asks!(hr, hours.add_hours, more),
        ),
        refused(
            "ReopenHours: what is open",
            unmet,
            "NOT_IN_THIS_STATE",
            "",
            asks!(hr, hours.reopen_hours, reopen),
        ),
        invalid(
            "ListTimesheets: a negative page",
            "VALUE_OUT_OF_RANGE",
            "page_size",
            asks!(hr, hours.list_timesheets, listed),
        ),
    ]
}

fn correcting<'a>(world: &World<'a>, sheet: &pb::Timesheet) -> Vec<Row<'a>> {
    let town = world.town;
    let correct = |spoil: &dyn Fn(&mut pb::CorrectHoursRequest)| {
        let mut request = pb::CorrectHoursRequest {
            request_id: town.request_id(),
            timesheet_id: sheet.timesheet_id.clone(),
            expected_version: sheet.version,
            number: 1,
            void: true,
            reason: "not_so".to_owned(),
            ..Default::default()
        };
        spoil(&mut request);
        asks!(town.admin, hours.correct_hours, request)
    };
    vec![
        refused(
            "CorrectHours: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            correct(&|it| it.expected_version = 0),
        ),
        refused(
            "CorrectHours: no such time of work",
            Code::NotFound,
            "NOT_FOUND",
            "number",
            correct(&|it| it.number = 7),
        ),
        refused(
            "CorrectHours: no such timesheet",
            Code::NotFound,
            "NOT_FOUND",
            "",
            correct(&|it| it.timesheet_id = NOBODY.to_owned()),
        ),
        invalid(
            "CorrectHours: words for a reason",
            "INVALID_TEXT",
            "reason",
            correct(&|it| it.reason = "she was not there".to_owned()),
        ),
    ]
}

fn paying<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let export = |from: &str, until: &str| {
        let request = pb::ExportPayrollRequest {
            agency_id: "bhr".to_owned(),
            from_date: from.to_owned(),
            until_date: until.to_owned(),
        };
        asks!(town.admin, hours.export_payroll, request)
    };
    let confirm = pb::ConfirmPayrollRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        from_date: "2025-01-01".to_owned(),
        until_date: "2025-02-01".to_owned(),
    };
    let twice = pb::OvertimeRule {
        discipline: "officer".to_owned(),
        period_days: 28,
        minutes: 10_260,
    };
    let long = pb::OvertimeRule {
        period_days: 40,
        ..twice.clone()
    };
    let rules = |overtime_rules| pb::Policy {
        overtime_rules,
        ..Default::default()
    };
    let (twice, long) = (rules(vec![twice.clone(), twice]), rules(vec![long]));
    let endless = pb::Policy {
        pay_period_days: 365,
        ..Default::default()
    };
    vec![
        invalid(
            "ExportPayroll: an American date",
            "INVALID_TIME",
            "from_date",
            export("06/01/2026", "2026-06-15"),
        ),
        invalid(
            "ExportPayroll: backwards",
            "INVALID_WINDOW",
            "until_date",
            export("2026-06-15", "2026-06-01"),
        ),
        invalid(
            "ExportPayroll: of a quarter",
            "INVALID_WINDOW",
            "until_date",
            export("2026-03-01", "2026-06-01"),
        ),
        refused(
            "ConfirmPayroll: when nobody worked",
            Code::NotFound,
            "NOT_FOUND",
            "from_date",
            asks!(town.admin, hours.confirm_payroll, confirm),
        ),
        invalid(
            "UpdateJurisdiction: two rules of overtime for police",
            "INVALID_POLICY",
            "jurisdiction.policy.overtime_rules",
            asks!(
                town.admin,
                admin.update_jurisdiction,
                policy(world, &["overtime_rules"], twice)
            ),
        ),
        invalid(
            "UpdateJurisdiction: a work period of forty days",
            "INVALID_POLICY",
            "jurisdiction.policy.overtime_rules",
            asks!(
                town.admin,
                admin.update_jurisdiction,
                policy(world, &["overtime_rules"], long)
            ),
        ),
        invalid(
            "UpdateJurisdiction: pay periods from no day",
            "REQUIRED",
            "jurisdiction.policy.pay_period_start",
            asks!(
                town.admin,
                admin.update_jurisdiction,
                policy(world, &["pay_period_start"], pb::Policy::default())
            ),
        ),
        invalid(
            "UpdateJurisdiction: a pay period of a year",
            "INVALID_POLICY",
            "jurisdiction.policy.pay_period_days",
            asks!(
                town.admin,
                admin.update_jurisdiction,
                policy(world, &["pay_period_days"], endless)
            ),
        ),
    ]
}
