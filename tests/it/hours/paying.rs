//! Pay periods: what payroll has, what it owes itself, and what counts as what.

use tandem::board::Role;
use tandem::grpc::pb;

use super::{DAY, HOUR, approve, export, own, sheets};
use crate::harness::on_each_database;
use crate::harness::town::{Client, NOON, Town, in_each_town, st_louis};

/// A header of HR that is in force for a year.
async fn lasting(town: &Town) -> String {
    let token = town.token(Role::Hr, "hana", None, Some(st_louis()));
    let lasting = tandem::store::Token {
        expires_at: token.created_at.plus_seconds(365 * DAY),
        ..token
    };
    town.header_of(lasting).await
}

/// A token to resume after everything until now.
async fn now(of: &Client) -> String {
    let mut streaming = of.streaming();
    let listed = streaming.list_events(pb::ListEventsRequest::default()).await;
    listed.unwrap().into_inner().resume_token
}

/// Payroll has the fortnight's hours: its pay period, as it then stands.
async fn confirm(town: &Town, by: &Client) -> pb::PayPeriod {
    let request = pb::ConfirmPayrollRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        from_date: "2026-05-24".to_owned(),
        until_date: "2026-06-07".to_owned(),
    };
    let confirmed = by.hours().confirm_payroll(request).await.unwrap().into_inner();
    confirmed.agency.unwrap().pay_periods.remove(0)
}

/// What HR of one agency has heard of payroll since this token.
async fn announced(of: &Client, resume_token: &str) -> Vec<pb::Agency> {
    let request = pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let heard = of.streaming().list_events(request).await.unwrap().into_inner();
    let events = heard.updates.into_iter().flat_map(|update| update.events);
    events
        .filter(|event| event.kind() == pb::EventKind::PayrollUnfetched)
        .map(|event| match event.after {
            Some(pb::event::After::Agency(agency)) => agency,
            other => panic!("of an agency: {other:?}"),
        })
        .collect()
}

#[test]
fn hours_that_payroll_did_not_fetch_are_announced_once_also_when_no_server_ran() {
    on_each_database(async |database| {
        let first = Town::open(database, 1, 0).await;
        let header = lasting(&first).await;
        first.turn(8 * DAY).await;
        let hr = first.showing(&header);
        let before = now(&hr).await;
        first.turn(HOUR).await;
        assert_eq!(announced(&hr, &before).await, []);
        // The fortnight ended with the sixth of June, and payroll has three days more.
        let second = first.restart(database, 2 * DAY).await;
        second.turn(HOUR).await;
        second.turn(HOUR).await;
        let hr = second.showing(&header);
        let told = announced(&hr, &before).await;
        let [agency] = &told[..] else {
            panic!("once: {told:?}")
        };
        let period = &agency.pay_periods[0];
        assert_eq!((&*agency.agency_id, &*period.first_date), ("bhr", "2026-05-24"));
        assert!(period.unfetched_at.is_some() && period.taken_at.is_none());
        assert!(confirm(&second, &hr).await.taken_at.is_some());
        second.close().await;
    });
}

#[test]
fn what_payroll_has_is_not_announced_and_what_is_opened_again_is_owed_again() {
    in_each_town(1, 0, async |town| {
        let header = lasting(town).await;
        let hr = town.showing(&header);
        let before = now(&hr).await;
        town.turn(12 * HOUR).await;
        let approved = approve(town, &hr, &own(&town.clinicians[0]).await).await;
        assert!(confirm(town, &hr).await.taken_at.is_some());
        town.turn(20 * DAY).await;
        assert_eq!(announced(&hr, &before).await, []);

        let reopen = pb::ReopenHoursRequest {
            request_id: town.request_id(),
            timesheet_id: approved.timesheet_id.clone(),
            expected_version: approved.version,
        };
        let reopened = hr.hours().reopen_hours(reopen).await.unwrap().into_inner();
        assert_eq!(reopened.timesheet.unwrap().approved_by, None);
        town.turn(2 * DAY).await;
        assert_eq!(announced(&hr, &before).await, [], "payroll has three days for it");
        town.turn(2 * DAY).await;
        let told = announced(&hr, &before).await;
        let [agency] = &told[..] else {
            panic!("once: {told:?}")
        };
        assert_eq!(agency.pay_periods[0].taken_at, None);
    });
}

#[test]
fn overtime_and_standing_by_count_by_the_rules_of_the_policy() {
    in_each_town(1, 0, async |town| {
        let hr = town.client(Role::Hr, "hana", None).await;
        let rule = pb::OvertimeRule {
            discipline: String::new(),
            period_days: 7,
            minutes: 10 * 60,
        };
        let rules = pb::Policy {
            overtime_rules: vec![rule],
            ..Default::default()
        };
        town.set_policy("overtime_rules", rules).await;
        // On duty from noon to eleven; on call from eight to midnight.
        town.turn(12 * HOUR).await;
        let anna = &town.clinicians[0];
        let at = |hours: i64| {
            Some(prost_types::Timestamp {
                seconds: NOON.micros() / 1_000_000 + hours * HOUR,
                nanos: 0,
            })
        };
        let standing_by = pb::AddHoursRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            kind: pb::WorkKind::OnCall.into(),
            start: at(8),
            end: at(12),
            reason: "on_the_list".to_owned(),
        };
        hr.hours().add_hours(standing_by).await.unwrap();
        approve(town, &hr, &own(anna).await).await;
        let (rows, unapproved) = export(&hr).await.unwrap();
        let row =
            |kind: &str, minutes: u32| format!("{},,bhr,clinician 0,,,2026-06-01,{kind},{minutes}", anna.id);
        let expected = [row("on_call", 60), row("overtime", 60), row("regular", 600)];
        assert_eq!((&rows[1..], unapproved), (&expected[..], 0));
    });
}

#[test]
fn pay_periods_are_as_the_policy_says_and_stay_so_when_a_whole_one_leaves_them_out() {
    in_each_town(1, 0, async |town| {
        let week = pb::Policy {
            pay_period_start: "2026-06-01".to_owned(),
            pay_period_days: 7,
            ..Default::default()
        };
        town.set_policy("pay_period_start", week.clone()).await;
        town.set_policy("pay_period_days", week.clone()).await;
        let mut admin = town.admin.admin();
        let asked = pb::GetJurisdictionRequest {
            jurisdiction_id: st_louis().to_string(),
        };
        let standing = admin.get_jurisdiction(asked).await.unwrap().into_inner();
        let mut jurisdiction = standing.jurisdiction.unwrap();
        let known = jurisdiction.policy.take().unwrap();
        jurisdiction.policy = Some(pb::Policy {
            pay_period_start: String::new(),
            pay_period_days: 0,
            payroll_due_days: 0,
            ..known
        });
        let whole = pb::UpdateJurisdictionRequest {
            request_id: town.request_id(),
            expected_version: jurisdiction.version,
            jurisdiction: Some(jurisdiction),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["policy".to_owned()],
            }),
        };
        let updated = admin.update_jurisdiction(whole).await.unwrap().into_inner();
        let policy = updated.jurisdiction.unwrap().policy.unwrap();
        assert_eq!(
            (&policy.pay_period_start, policy.pay_period_days),
            (&week.pay_period_start, 7)
        );
        assert_eq!(policy.payroll_due_days, 0, "none is a number too");

        town.turn(12 * HOUR).await;
        let listed = sheets(&town.admin, pb::ListTimesheetsRequest::default()).await;
        let dates: Vec<_> = listed
            .iter()
            .map(|sheet| (&*sheet.first_date, &*sheet.end_date))
            .collect();
        assert_eq!(dates, [("2026-06-01", "2026-06-08")]);
    });
}
