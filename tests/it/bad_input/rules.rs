//! The rules of work, and plans that break them.

use tandem::grpc::pb::{self, WorkRuleKind as Kind, WorkRuleSeverity as Severity};
use tonic::Code;

use super::many::policy;
use super::{NOBODY, Row, World, asks, invalid, refused};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = policies(world);
    rows.extend(plans(world));
    rows.extend(words(world));
    rows
}

fn rule(kind: i32, limit: u32, severity: i32) -> pb::WorkRule {
    pb::WorkRule {
        kind,
        limit,
        severity,
    }
}

fn policies<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let update = |work_rules: Vec<pb::WorkRule>| {
        let rules = pb::Policy {
            work_rules,
            ..Default::default()
        };
        let request = policy(world, &["work_rules"], rules);
        asks!(root, admin.update_jurisdiction, request)
    };
    let (rest, warn) = (i32::from(Kind::RestMinutes), i32::from(Severity::Warn));
    vec![
        invalid(
            "UpdateJurisdiction: a rule of work about nothing",
            "INVALID_ENUM",
            "jurisdiction.policy.work_rules[0].kind",
            update(vec![rule(0, 600, warn)]),
        ),
        invalid(
            "UpdateJurisdiction: a rule of work of a later version",
            "INVALID_ENUM",
            "jurisdiction.policy.work_rules[1].kind",
            update(vec![rule(rest, 600, warn), rule(99, 600, warn)]),
        ),
        invalid(
            "UpdateJurisdiction: a rule of work that does not say what it weighs",
            "INVALID_ENUM",
            "jurisdiction.policy.work_rules[0].severity",
            update(vec![rule(rest, 600, 0)]),
        ),
        invalid(
            "UpdateJurisdiction: two rules about rest",
            "INVALID_POLICY",
            "jurisdiction.policy.work_rules",
            update(vec![rule(rest, 600, warn), rule(rest, 480, warn)]),
        ),
        invalid(
            "UpdateJurisdiction: a rest of ten weeks",
            "INVALID_POLICY",
            "jurisdiction.policy.work_rules",
            update(vec![rule(rest, 100_001, warn)]),
        ),
        invalid(
            "UpdateJurisdiction: more rules of work than a policy has",
            "TOO_MANY",
            "jurisdiction.policy.work_rules",
            update(vec![rule(rest, 600, warn); 1001]),
        ),
    ]
}

/// She works until 23:00 on the day before.
fn plans<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let plan = |word: &str| {
        let local = |local: &str| {
            Some(pb::LocalTime {
                local: local.to_owned(),
                occurrence: 0,
            })
        };
        let request = pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            responder_id: town.clinicians[1].id.clone(),
            local_start: local("2026-06-02T08:59"),
            local_end: local("2026-06-02T17:00"),
            override_reason: word.to_owned(),
            ..Default::default()
        };
        asks!(town.admin, schedule.create_shift, request)
    };
    vec![
        refused(
            "CreateShift: a minute of rest too little",
            Code::FailedPrecondition,
            "WORK_RULE_BROKEN",
            "",
            plan(""),
        ),
        refused(
            "CreateShift: an override by no supervisor",
            Code::PermissionDenied,
            "ROLE_FORBIDDEN",
            "override_reason",
            plan("sole_cover"),
        ),
        invalid(
            "CreateShift: words for an override",
            "INVALID_TEXT",
            "override_reason",
            plan("nobody else can"),
        ),
    ]
}

fn words<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let shift = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: NOBODY.to_owned(),
        expected_version: 1,
        override_reason: "nobody else can".to_owned(),
    };
    let pattern = pb::PublishPatternRequest {
        request_id: town.request_id(),
        pattern_id: NOBODY.to_owned(),
        expected_version: 1,
        from_date: "2026-06-08".to_owned(),
        to_date: "2026-06-14".to_owned(),
        override_reason: "nobody else can".to_owned(),
        ..Default::default()
    };
    vec![
        invalid(
            "PublishShift: words for an override",
            "INVALID_TEXT",
            "override_reason",
            asks!(town.admin, schedule.publish_shift, shift),
        ),
        invalid(
            "PublishPattern: words for an override",
            "INVALID_TEXT",
            "override_reason",
            asks!(town.admin, pattern.publish_pattern, pattern),
        ),
    ]
}
