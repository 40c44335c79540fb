//! The policy, whole or threshold by threshold.

use std::collections::BTreeSet;

use super::faults::{Fault, Faults};
use super::field::{NAME, code, date, hazard, known, name, optional_code, paper};
use super::pb;
use crate::board::{
    CheckInRule, CredentialKind, Holiday, LeaveKind, OvertimeRule, Policy, Requirement, ResponseRule,
};
use crate::refusal::Reason;
use crate::shift::rules::{Severity, WorkRule, WorkRuleKind};
use crate::triage::{Code, Response};

/// How many rules a list of the policy may have.
const MOST_RULES: usize = 500;
/// How many qualifications one kind of credentials may grant.
const MOST_GRANTED: usize = 20;

macro_rules! plain_thresholds {
    ($($name:ident),+ $(,)?) => {
        /// Every path below `policy`.
        pub(crate) const PATHS: &[&str] = &[
            $(stringify!($name)),+,
            "responses",
            "officer_required_hazards",
            "known_hazards",
            "required_qualifications",
            "credential_kinds",
            "ordered_disciplines",
            "check_ins",
            "overtime_rules",
            "pay_period_start",
            "work_rules",
            "leave_kinds",
            "holidays",
        ];

        /// Sets a threshold that is a single value.
        fn set_plain(policy: &mut Policy, given: &pb::Policy, path: &str) {
            match path {
                $(stringify!($name) => policy.$name = given.$name,)+
                _ => {}
            }
        }
    };
}

plain_thresholds! {
    travel_speed_kilometers_per_hour,
    travel_detour_percent,
    travel_limit_seconds,
    position_fresh_seconds,
    position_usable_seconds,
    expected_on_scene_seconds,
    allow_shift_overrun,
    send_conditionally_available,
    unverified_credentials_count,
    rest_seconds,
    offer_seconds,
    hold_seconds,
    escalation_seconds,
    disposition_due_seconds,
    check_in_grace_seconds,
    believed_past_seconds,
    believed_future_seconds,
    filing_seconds,
    reopen_seconds,
    runners_up,
    position_report_seconds,
    stationary_report_seconds,
    early_sign_on_seconds,
    punctual_seconds,
    no_answer_is_charged,
    not_available_is_charged,
    pay_period_days,
    payroll_due_days,
}

/// What a policy that is given whole says. No pay period is nothing that a policy could say: where a client that does not
/// know of it leaves it out, it stays as it is.
pub(crate) fn said(given: &pb::Policy) -> Vec<&'static str> {
    let left_out = |path: &str| match path {
        "pay_period_start" => given.pay_period_start.is_empty(),
        "pay_period_days" => given.pay_period_days == 0,
        _ => false,
    };
    PATHS.iter().copied().filter(|path| !left_out(path)).collect()
}

impl Faults {
    /// The present policy with these paths as given. Whether the thresholds fit together is decided later, on the whole.
    pub(crate) fn policy(&mut self, given: &pb::Policy, paths: &[&str], present: &Policy) -> Option<Policy> {
        let mut policy = present.clone();
        // A list at fault does not end the search: the next may be at fault too.
        let mut whole = Some(());
        for path in paths {
            let set = match *path {
                "responses" => self
                    .responses(&given.responses)
                    .map(|rules| policy.responses = rules),
                "known_hazards" => self
                    .codes(path, &given.known_hazards, hazard)
                    .map(|hazards| policy.known_hazards = hazards),
                "officer_required_hazards" => self
                    .codes(path, &given.officer_required_hazards, hazard)
                    .map(|hazards| policy.officer_required_hazards = hazards),
                "required_qualifications" => self
                    .requirements(&given.required_qualifications)
                    .map(|rules| policy.required_qualifications = rules),
                "credential_kinds" => self
                    .kinds(&given.credential_kinds)
                    .map(|kinds| policy.credential_kinds = kinds),
                "ordered_disciplines" => self
                    .codes(path, &given.ordered_disciplines, code)
                    .map(|disciplines| policy.ordered_disciplines = disciplines),
                "check_ins" => self
                    .check_ins(&given.check_ins)
                    .map(|rules| policy.check_ins = rules),
                "overtime_rules" => self
                    .overtime_rules(&given.overtime_rules)
                    .map(|rules| policy.overtime_rules = rules),
                "pay_period_start" => self
                    .take(
                        "jurisdiction.policy.pay_period_start",
                        date(&given.pay_period_start),
                    )
                    .map(|day| policy.pay_period_start = day),
                "work_rules" => self
                    .work_rules(&given.work_rules)
                    .map(|rules| policy.work_rules = rules),
                "leave_kinds" => self
                    .leave_kinds(&given.leave_kinds)
                    .map(|kinds| policy.leave_kinds = kinds),
                "holidays" => self
                    .holidays(&given.holidays)
                    .map(|holidays| policy.holidays = holidays),
                plain => {
                    set_plain(&mut policy, given, plain);
                    Some(())
                }
            };
            whole = whole.and(set);
        }
        whole?;
        Some(policy)
    }

    fn codes(
        &mut self,
        path: &str,
        codes: &[String],
        check: fn(&str) -> Result<Code, Fault>,
    ) -> Option<BTreeSet<Code>> {
        let field = format!("jurisdiction.policy.{path}");
        self.take_each(&field, MOST_RULES, codes, |listed| check(listed))
    }

    fn responses(&mut self, rules: &[pb::ResponseRule]) -> Option<Vec<ResponseRule>> {
        self.take_parts(
            "jurisdiction.policy.responses",
            MOST_RULES,
            rules,
            |faults, field, rule| {
                let pb::ResponseRule {
                    scheme,
                    level,
                    response: answer,
                } = rule;
                let scheme = faults.take(format!("{field}.scheme"), code(scheme));
                let level = faults.level(format!("{field}.level"), *level);
                let response = faults.take(format!("{field}.response"), response(*answer));
                Some(ResponseRule {
                    scheme: scheme?,
                    level: level?,
                    response: response?,
                })
            },
        )
    }

    fn requirements(&mut self, rules: &[pb::Requirement]) -> Option<Vec<Requirement>> {
        let list = "jurisdiction.policy.required_qualifications";
        self.take_parts(list, MOST_RULES, rules, |faults, field, rule| {
            let pb::Requirement {
                discipline,
                qualification,
            } = rule;
            let discipline = faults.take(format!("{field}.discipline"), code(discipline));
            let qualification = faults.take(format!("{field}.qualification"), paper(qualification));
            Some(Requirement {
                discipline: discipline?,
                qualification: qualification?,
            })
        })
    }

    fn kinds(&mut self, kinds: &[pb::CredentialKind]) -> Option<Vec<CredentialKind>> {
        let list = "jurisdiction.policy.credential_kinds";
        self.take_parts(list, MOST_RULES, kinds, |faults, field, kind| {
            let pb::CredentialKind {
                code: its_code,
                title,
                discipline,
                qualifications,
                renewal_months,
                needs_supervision,
                needs_on_call_consult,
            } = kind;
            let its_code = faults.take(format!("{field}.code"), paper(its_code));
            let title = faults.take(format!("{field}.title"), name(title, NAME));
            let discipline = faults.take(format!("{field}.discipline"), optional_code(discipline));
            let granted = format!("{field}.qualifications");
            let qualifications = faults.take_each(&granted, MOST_GRANTED, qualifications, |one| paper(one));
            Some(CredentialKind {
                code: its_code?,
                title: title?,
                discipline: discipline?,
                qualifications: qualifications?,
                renewal_months: *renewal_months,
                needs_supervision: *needs_supervision,
                needs_on_call_consult: *needs_on_call_consult,
            })
        })
    }

    fn overtime_rules(&mut self, rules: &[pb::OvertimeRule]) -> Option<Vec<OvertimeRule>> {
        let list = "jurisdiction.policy.overtime_rules";
        self.take_parts(list, MOST_RULES, rules, |faults, field, rule| {
            let pb::OvertimeRule {
                discipline,
                period_days,
                minutes,
            } = rule;
            let discipline = faults.take(format!("{field}.discipline"), optional_code(discipline));
            Some(OvertimeRule {
                discipline: discipline?,
                period_days: *period_days,
                minutes: *minutes,
            })
        })
    }

    fn check_ins(&mut self, rules: &[pb::CheckInRule]) -> Option<Vec<CheckInRule>> {
        self.take_parts(
            "jurisdiction.policy.check_ins",
            MOST_RULES,
            rules,
            |faults, field, rule| {
                let pb::CheckInRule {
                    scheme,
                    level,
                    discipline,
                    seconds,
                } = rule;
                let scheme = faults.take(format!("{field}.scheme"), code(scheme));
                let level = faults.level(format!("{field}.level"), *level);
                let discipline = faults.take(format!("{field}.discipline"), code(discipline));
                Some(CheckInRule {
                    scheme: scheme?,
                    level: level?,
                    discipline: discipline?,
                    seconds: *seconds,
                })
            },
        )
    }

    fn work_rules(&mut self, rules: &[pb::WorkRule]) -> Option<Vec<WorkRule>> {
        let list = "jurisdiction.policy.work_rules";
        self.take_parts(list, MOST_RULES, rules, |faults, field, rule| {
            let pb::WorkRule {
                kind,
                limit,
                severity: weight,
            } = rule;
            let kind = faults.take(format!("{field}.kind"), work_rule_kind(*kind));
            let severity = faults.take(format!("{field}.severity"), severity(*weight));
            Some(WorkRule {
                kind: kind?,
                limit: *limit,
                severity: severity?,
            })
        })
    }
}

impl Faults {
    fn leave_kinds(&mut self, kinds: &[pb::LeaveKind]) -> Option<Vec<LeaveKind>> {
        let list = "jurisdiction.policy.leave_kinds";
        self.take_parts(list, MOST_RULES, kinds, |faults, field, kind| {
            let pb::LeaveKind {
                code: its_code,
                title,
                paid,
                open_ended,
            } = kind;
            let its_code = faults.take(format!("{field}.code"), code(its_code));
            let title = faults.take(format!("{field}.title"), name(title, NAME));
            Some(LeaveKind {
                code: its_code?,
                title: title?,
                paid: *paid,
                open_ended: *open_ended,
            })
        })
    }

    fn holidays(&mut self, holidays: &[pb::Holiday]) -> Option<Vec<Holiday>> {
        let list = "jurisdiction.policy.holidays";
        self.take_parts(list, MOST_RULES, holidays, |faults, field, holiday| {
            let pb::Holiday {
                date: its_date,
                name: its_name,
            } = holiday;
            let its_date = faults.take(format!("{field}.date"), date(its_date));
            let its_name = faults.take(format!("{field}.name"), name(its_name, NAME));
            Some(Holiday {
                date: its_date?,
                name: its_name?,
            })
        })
    }
}

fn work_rule_kind(value: i32) -> Result<WorkRuleKind, Fault> {
    match known::<pb::WorkRuleKind>(value, "kind of rule")? {
        pb::WorkRuleKind::RestMinutes => Ok(WorkRuleKind::RestMinutes),
        pb::WorkRuleKind::StretchMinutes => Ok(WorkRuleKind::StretchMinutes),
        pb::WorkRuleKind::WeekMinutes => Ok(WorkRuleKind::WeekMinutes),
        pb::WorkRuleKind::FourWeekMinutes => Ok(WorkRuleKind::FourWeekMinutes),
        pb::WorkRuleKind::ConsecutiveNights => Ok(WorkRuleKind::ConsecutiveNights),
        pb::WorkRuleKind::WeekendsAboveMedian => Ok(WorkRuleKind::WeekendsAboveMedian),
        pb::WorkRuleKind::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known kind of rule")),
    }
}

fn severity(value: i32) -> Result<Severity, Fault> {
    match known::<pb::WorkRuleSeverity>(value, "severity")? {
        pb::WorkRuleSeverity::Report => Ok(Severity::Report),
        pb::WorkRuleSeverity::Warn => Ok(Severity::Warn),
        pb::WorkRuleSeverity::Refuse => Ok(Severity::Refuse),
        pb::WorkRuleSeverity::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known severity")),
    }
}

fn response(value: i32) -> Result<Response, Fault> {
    match known::<pb::Response>(value, "response")? {
        pb::Response::Telephone => Ok(Response::Telephone),
        pb::Response::ClinicianOnly => Ok(Response::ClinicianOnly),
        pb::Response::OfficerOnly => Ok(Response::OfficerOnly),
        pb::Response::Pair => Ok(Response::Pair),
        pb::Response::OfficerLed => Ok(Response::OfficerLed),
        pb::Response::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known response")),
    }
}
