//! Jurisdictions, agencies and areas.

use super::super::super::pb;
use super::moment;
use crate::board::{Agency, CredentialKind, Holiday, Jurisdiction, LeaveKind, Policy, ServiceArea};
use crate::hours::payroll::PayPeriod;
use crate::shift::date::LocalDate;
use crate::shift::rules::{Breach, Severity, WorkRule, WorkRuleKind};
use crate::triage::Response;

/// A jurisdiction.
pub(crate) fn jurisdiction(jurisdiction: &Jurisdiction) -> pb::Jurisdiction {
    pb::Jurisdiction {
        jurisdiction_id: jurisdiction.id.to_string(),
        name: jurisdiction.name.clone(),
        zone: jurisdiction.zone.clone(),
        policy: Some(policy(&jurisdiction.policy)),
        version: jurisdiction.version,
    }
}

/// An agency.
pub(crate) fn agency(agency: &Agency) -> pb::Agency {
    pb::Agency {
        agency_id: agency.id.to_string(),
        name: agency.name.clone(),
        pay_periods: agency.pay_periods.iter().map(pay_period).collect(),
    }
}

fn pay_period((first_day, period): (&LocalDate, &PayPeriod)) -> pb::PayPeriod {
    pb::PayPeriod {
        first_date: first_day.to_string(),
        end_date: period.end_day.to_string(),
        due_at: Some(moment(period.due_at)),
        taken_at: period.taken_at.map(moment),
        unfetched_at: period.unfetched_at.map(moment),
    }
}

/// An area, without its outline.
pub(crate) fn service_area(area: &ServiceArea) -> pb::ServiceArea {
    let polygons = &area.outline.polygons;
    let vertices: usize = polygons.iter().flatten().map(Vec::len).sum();
    pb::ServiceArea {
        area_id: area.id.to_string(),
        name: area.name.clone(),
        polygon_count: u32::try_from(polygons.len()).unwrap_or(u32::MAX),
        vertex_count: u32::try_from(vertices).unwrap_or(u32::MAX),
        zone: area.zone.clone().unwrap_or_default(),
    }
}

/// A response.
pub(crate) fn response(response: Response) -> pb::Response {
    match response {
        Response::Telephone => pb::Response::Telephone,
        Response::ClinicianOnly => pb::Response::ClinicianOnly,
        Response::OfficerOnly => pb::Response::OfficerOnly,
        Response::Pair => pb::Response::Pair,
        Response::OfficerLed => pb::Response::OfficerLed,
    }
}

fn credential_kind(kind: &CredentialKind) -> pb::CredentialKind {
    pb::CredentialKind {
        code: kind.code.clone(),
        title: kind.title.clone(),
        discipline: kind.discipline.clone(),
        qualifications: kind.qualifications.iter().cloned().collect(),
        renewal_months: kind.renewal_months,
        needs_supervision: kind.needs_supervision,
        needs_on_call_consult: kind.needs_on_call_consult,
    }
}

fn policy(policy: &Policy) -> pb::Policy {
    pb::Policy {
        travel_speed_kilometers_per_hour: policy.travel_speed_kilometers_per_hour,
        travel_detour_percent: policy.travel_detour_percent,
        travel_limit_seconds: policy.travel_limit_seconds,
        position_fresh_seconds: policy.position_fresh_seconds,
        position_usable_seconds: policy.position_usable_seconds,
        expected_on_scene_seconds: policy.expected_on_scene_seconds,
        allow_shift_overrun: policy.allow_shift_overrun,
        send_conditionally_available: policy.send_conditionally_available,
        rest_seconds: policy.rest_seconds,
        offer_seconds: policy.offer_seconds,
        hold_seconds: policy.hold_seconds,
        escalation_seconds: policy.escalation_seconds,
        disposition_due_seconds: policy.disposition_due_seconds,
        check_in_grace_seconds: policy.check_in_grace_seconds,
        believed_past_seconds: policy.believed_past_seconds,
        believed_future_seconds: policy.believed_future_seconds,
        filing_seconds: policy.filing_seconds,
        reopen_seconds: policy.reopen_seconds,
        runners_up: policy.runners_up,
        position_report_seconds: policy.position_report_seconds,
        stationary_report_seconds: policy.stationary_report_seconds,
        responses: policy
            .responses
            .iter()
            .map(|rule| pb::ResponseRule {
                scheme: rule.scheme.clone(),
                level: u32::from(rule.level),
                response: response(rule.response).into(),
            })
            .collect(),
        officer_required_hazards: policy.officer_required_hazards.iter().cloned().collect(),
        known_hazards: policy.known_hazards.iter().cloned().collect(),
        required_qualifications: policy
            .required_qualifications
            .iter()
            .map(|rule| pb::Requirement {
                discipline: rule.discipline.clone(),
                qualification: rule.qualification.clone(),
            })
            .collect(),
        credential_kinds: policy.credential_kinds.iter().map(credential_kind).collect(),
        unverified_credentials_count: policy.unverified_credentials_count,
        early_sign_on_seconds: policy.early_sign_on_seconds,
        punctual_seconds: policy.punctual_seconds,
        overtime_rules: policy
            .overtime_rules
            .iter()
            .map(|rule| pb::OvertimeRule {
                discipline: rule.discipline.clone(),
                period_days: rule.period_days,
                minutes: rule.minutes,
            })
            .collect(),
        pay_period_start: policy.pay_period_start.to_string(),
        pay_period_days: policy.pay_period_days,
        payroll_due_days: policy.payroll_due_days,
        no_answer_is_charged: policy.no_answer_is_charged,
        not_available_is_charged: policy.not_available_is_charged,
        ordered_disciplines: policy.ordered_disciplines.iter().cloned().collect(),
        check_ins: policy
            .check_ins
            .iter()
            .map(|rule| pb::CheckInRule {
                scheme: rule.scheme.clone(),
                level: u32::from(rule.level),
                discipline: rule.discipline.clone(),
                seconds: rule.seconds,
            })
            .collect(),
        work_rules: policy.work_rules.iter().map(|rule| work_rule(*rule)).collect(),
        leave_kinds: policy.leave_kinds.iter().map(leave_kind).collect(),
        holidays: policy.holidays.iter().map(holiday).collect(),
    }
}

fn leave_kind(kind: &LeaveKind) -> pb::LeaveKind {
    pb::LeaveKind {
        code: kind.code.clone(),
        title: kind.title.clone(),
        paid: kind.paid,
        open_ended: kind.open_ended,
    }
}

fn holiday(holiday: &Holiday) -> pb::Holiday {
    pb::Holiday {
        date: holiday.date.to_string(),
        name: holiday.name.clone(),
    }
}

fn work_rule(rule: WorkRule) -> pb::WorkRule {
    let kind = match rule.kind {
        WorkRuleKind::RestMinutes => pb::WorkRuleKind::RestMinutes,
        WorkRuleKind::StretchMinutes => pb::WorkRuleKind::StretchMinutes,
        WorkRuleKind::WeekMinutes => pb::WorkRuleKind::WeekMinutes,
        WorkRuleKind::FourWeekMinutes => pb::WorkRuleKind::FourWeekMinutes,
        WorkRuleKind::ConsecutiveNights => pb::WorkRuleKind::ConsecutiveNights,
        WorkRuleKind::WeekendsAboveMedian => pb::WorkRuleKind::WeekendsAboveMedian,
    };
    let severity = match rule.severity {
        Severity::Report => pb::WorkRuleSeverity::Report,
        Severity::Warn => pb::WorkRuleSeverity::Warn,
        Severity::Refuse => pb::WorkRuleSeverity::Refuse,
    };
    pb::WorkRule {
        kind: kind.into(),
        limit: rule.limit,
        severity: severity.into(),
    }
}

/// A rule that a plan breaks.
pub(crate) fn breach(breach: &Breach) -> pb::WorkRuleBreach {
    pb::WorkRuleBreach {
        rule: Some(work_rule(breach.rule)),
        found: breach.found,
        shift_ids: breach.shift_ids.iter().map(ToString::to_string).collect(),
    }
}
