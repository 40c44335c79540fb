//! Whether the thresholds of a policy fit together.

use std::collections::BTreeSet;

use crate::board::Policy;
use crate::refusal::{Reason, Violation};

/// No licence is renewed for longer.
const MOST_MONTHS: u32 = 120;
/// No rule about work has a larger limit: four weeks have 40,320 minutes.
const MOST_OF_A_RULE: u32 = 100_000;

/// Every fault of a policy, by field. None: it can be used.
pub fn policy_faults(policy: &Policy) -> Vec<Violation> {
    let day = 86_400;
    let ranges = [
        (
            "travel_speed_kilometers_per_hour",
            policy.travel_speed_kilometers_per_hour,
            1,
            200,
        ),
        ("travel_detour_percent", policy.travel_detour_percent, 100, 1000),
        ("travel_limit_seconds", policy.travel_limit_seconds, 1, day),
        ("position_fresh_seconds", policy.position_fresh_seconds, 1, day),
        ("position_usable_seconds", policy.position_usable_seconds, 1, day),
        (
            "expected_on_scene_seconds",
            policy.expected_on_scene_seconds,
            0,
            day,
        ),
        ("rest_seconds", policy.rest_seconds, 0, day),
        ("offer_seconds", policy.offer_seconds, 1, 3600),
        ("hold_seconds", policy.hold_seconds, 1, 3600),
        // A waiting call is escalated within a minute, whatever the policy.
        ("escalation_seconds", policy.escalation_seconds, 1, 60),
        (
            "disposition_due_seconds",
            policy.disposition_due_seconds,
            1,
            7 * day,
        ),
        ("check_in_grace_seconds", policy.check_in_grace_seconds, 1, 3600),
        ("believed_past_seconds", policy.believed_past_seconds, 0, 7 * day),
        ("believed_future_seconds", policy.believed_future_seconds, 0, 3600),
        ("filing_seconds", policy.filing_seconds, 60, 30 * day),
        ("reopen_seconds", policy.reopen_seconds, 0, 30 * day),
        ("runners_up", policy.runners_up, 0, 50),
        ("position_report_seconds", policy.position_report_seconds, 1, 3600),
        (
            "stationary_report_seconds",
            policy.stationary_report_seconds,
            1,
            3600,
        ),
        ("early_sign_on_seconds", policy.early_sign_on_seconds, 0, day / 2),
        ("punctual_seconds", policy.punctual_seconds, 0, 3600),
        ("pay_period_days", policy.pay_period_days, 1, 62),
        ("payroll_due_days", policy.payroll_due_days, 0, 62),
    ];
    let out_of_range = ranges
        .into_iter()
        .filter(|(_, value, least, most)| !(least..=most).contains(&value))
        .map(|(name, value, least, most)| {
            let unit = unit_of(name);
            fault(name, format!("{least} to {most}{unit}, not {value}"))
        });
    out_of_range
        .chain(contradictions(policy))
        .chain(kind_faults(policy))
        .collect()
}

/// Faults of the kinds of credentials, each at its own place in the list.
fn kind_faults(policy: &Policy) -> impl Iterator<Item = Violation> {
    let mut codes = BTreeSet::new();
    let kinds = policy.credential_kinds.iter().enumerate();
    kinds.flat_map(move |(place, kind)| {
        let of = |part: &str| format!("credential_kinds[{place}].{part}");
        let twice = !kind.code.is_empty() && !codes.insert(kind.code.as_str());
        [
            (kind.code.is_empty(), of("code"), "a kind has a code".to_owned()),
            (twice, of("code"), format!("there is one kind {}", kind.code)),
            (
                kind.title.is_empty(),
                of("title"),
                "a kind is called something".to_owned(),
            ),
            (
                kind.qualifications.iter().any(String::is_empty),
                of("qualifications"),
                "a qualification has a code".to_owned(),
            ),
            (
                kind.renewal_months > MOST_MONTHS,
                of("renewal_months"),
                format!("0 to {MOST_MONTHS} months, not {}", kind.renewal_months),
            ),
        ]
        .into_iter()
        .filter(|(faulty, ..)| *faulty)
        .map(|(_, field, why)| fault(&field, why))
    })
}

/// The unit that a threshold's name ends with.
fn unit_of(name: &str) -> &'static str {
    let units = [
        ("_kilometers_per_hour", " km/h"),
        ("_percent", " percent"),
        ("_seconds", " seconds"),
        ("_days", " days"),
    ];
    units
        .into_iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map_or("", |(_, unit)| unit)
}

fn contradictions(policy: &Policy) -> impl Iterator<Item = Violation> {
    let mut levels = BTreeSet::new();
    let twice = policy
        .responses
        .iter()
        .any(|rule| !levels.insert((rule.scheme.as_str(), rule.level)));
    let mut checked = BTreeSet::new();
    let checked_twice = policy.check_ins.iter().any(|rule| {
        let discipline = rule.discipline.as_str();
        !checked.insert((rule.scheme.as_str(), rule.level, discipline))
    });
    let mut limited = BTreeSet::new();
    let limited_twice = policy
        .overtime_rules
        .iter()
        .any(|rule| !limited.insert(rule.discipline.as_str()));
    let endless = policy
        .overtime_rules
        .iter()
        .any(|rule| !(1..=28).contains(&rule.period_days));
    let mut ruled = BTreeSet::new();
    let ruled_twice = policy.work_rules.iter().any(|rule| !ruled.insert(rule.kind));
    let boundless = policy.work_rules.iter().any(|rule| rule.limit > MOST_OF_A_RULE);
    let mut coded = BTreeSet::new();
    let leave_twice = policy.leave_kinds.iter().any(|kind| !coded.insert(&kind.code));
    let mut dated = BTreeSet::new();
    let holiday_twice = policy.holidays.iter().any(|holiday| !dated.insert(holiday.date));
    let idle = policy.check_ins.iter().any(|rule| rule.seconds == 0);
    [
        (
            policy.position_usable_seconds < policy.position_fresh_seconds,
            "position_usable_seconds",
            "a position is usable at least as long as it is fresh",
        ),
        (
            policy.position_fresh_seconds < policy.position_report_seconds,
            "position_fresh_seconds",
            "a position is fresh at least until the next report is due",
        ),
        (
            policy.responses.is_empty(),
            "responses",
            "a policy without responses answers no call",
        ),
        (twice, "responses", "one level of one scheme has one response"),
        (
            checked_twice,
            "check_ins",
            "a discipline has one interval at one level of one scheme",
        ),
        (
            limited_twice,
            "overtime_rules",
            "a discipline has one rule of overtime",
        ),
        (endless, "overtime_rules", "a work period has 1 to 28 days"),
        (
            idle,
            "check_ins",
            "a check-in has an interval of at least one second",
        ),
        (ruled_twice, "work_rules", "there is one rule of each kind"),
        (boundless, "work_rules", "the limit of a rule is at most 100000"),
        (
            leave_twice,
            "leave_kinds",
            "there is one kind of leave of each code",
        ),
        (holiday_twice, "holidays", "there is one holiday on each date"),
    ]
    .into_iter()
    .filter(|(contradicts, _, _)| *contradicts)
    .map(|(_, name, why)| fault(name, why.to_owned()))
}

fn fault(name: &str, detail: String) -> Violation {
    Violation {
        field: format!("jurisdiction.policy.{name}"),
        reason: Reason::InvalidPolicy,
        detail,
    }
}
