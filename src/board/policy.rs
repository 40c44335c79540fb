//! The thresholds of a jurisdiction. Each has a unit, a default and a meaning, and each can be felt: a test fails for a
//! field that no scenario feels.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::credential_kind::{CredentialKind, missouri};
use super::leave_kind::{Holiday, LeaveKind, usual_leave};
use crate::shift::date::LocalDate;
use crate::shift::rules::{WorkRule, usual as usual_rules};
use crate::triage::{CLINICIAN, Code, OFFICER, Response};

/// All that a jurisdiction may decide for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Speed of straight-line travel, km/h. Default 40.
    pub travel_speed_kilometers_per_hour: u32,
    /// How much longer the road is than the straight line, percent of it. Default 140.
    pub travel_detour_percent: u32,
    /// A responder further away than this is not sent, seconds. Default 3600.
    pub travel_limit_seconds: u32,
    /// A position at most this old is live, seconds. Default 120.
    pub position_fresh_seconds: u32,
    /// An older position, up to this age, still counts, flagged as stale; after that the base does. Seconds. Default 900.
    pub position_usable_seconds: u32,
    /// Expected time on scene, seconds: a shift and all credentials must last through travel and this. Default 2400.
    pub expected_on_scene_seconds: u32,
    /// Whether one whose shift ends before the expected clear is sent all the same. Default false.
    pub allow_shift_overrun: bool,
    /// Whether one who is conditionally available is sent. Default false.
    pub send_conditionally_available: bool,
    /// Rest after leaving a call before the next, seconds. Default 0.
    pub rest_seconds: u32,
    /// How long an offer stands, seconds. Default 60.
    pub offer_seconds: u32,
    /// How long one half is held while the other is solved again, seconds. Default 30.
    pub hold_seconds: u32,
    /// How often an unacknowledged alert is escalated, seconds. Default 60.
    pub escalation_seconds: u32,
    /// How long after clearing a disposition is due, seconds. Default 3600.
    pub disposition_due_seconds: u32,
    /// How long after it is due a check-in is overdue, seconds. Default 60.
    pub check_in_grace_seconds: u32,
    /// How far before our clock a reported time is believed, seconds; earlier ones are clamped and flagged. Default 43200.
    pub believed_past_seconds: u32,
    /// How far ahead of our clock a reported time is believed, seconds; later ones are clamped and flagged. Default 60.
    pub believed_future_seconds: u32,
    /// How long a closed call, or a request that is over, stays on the board, seconds. Default 43200.
    pub filing_seconds: u32,
    /// How long after it was closed or cancelled a call may be reopened, seconds. Default 86400.
    pub reopen_seconds: u32,
    /// How many pairs after the chosen one a report names. Default 3.
    pub runners_up: u32,
    /// How often a moving responder should report his position, seconds. Default 15.
    pub position_report_seconds: u32,
    /// How often a stationary responder should report his position, seconds. Default 60.
    pub stationary_report_seconds: u32,
    /// What each level of each scheme calls for. Default: the four Marcus Alert levels.
    pub responses: Vec<ResponseRule>,
    /// Hazards that require an officer. Default: active_violence, crime_in_progress, firearm, gun, knife, weapon.
    pub officer_required_hazards: BTreeSet<Code>,
    /// Hazards that are known beside those; any other is flagged, for a person to look at. Default: animal, barricade,
    /// biohazard, fall_risk, fire, infectious, intoxication, self_harm.
    pub known_hazards: BTreeSet<Code>,
    /// What each discipline must be qualified for on any call. Default: clinicians `BEHAVIORAL_HEALTH`, officers `CIT`.
    pub required_qualifications: Vec<Requirement>,
    /// What kinds of credentials there are, each code once. One of no kind grants its own code alone. Default:
    /// [Missouri's](missouri).
    #[serde(default = "missouri")]
    pub credential_kinds: Vec<CredentialKind>,
    /// Whether a credential that nobody has verified yet counts. Default true.
    #[serde(default = "yes")]
    pub unverified_credentials_count: bool,
    /// Disciplines that are ordered rather than asked: an order is acknowledged and cannot be declined. Default: none.
    pub ordered_disciplines: BTreeSet<Code>,
    /// How often a responder on scene must check in. Default: every 1200 s at level 3, every 600 s at level 4.
    pub check_ins: Vec<CheckInRule>,
    /// What a plan owes to those who work it; at most one rule of each kind. Default: 10 h of rest unless a supervisor says
    /// why; beyond 16 h at a stretch, 60 h a week, 171 h in 28 days (what 29 CFR 553.230 allows police without overtime),
    /// six nights one after the other, one weekend more than others it is told.
    #[serde(default = "usual_rules")]
    pub work_rules: Vec<WorkRule>,
    /// What kinds of leave there are, each code once. Default: vacation, sick, training, jury_duty, unpaid, military, family,
    /// leave_of_absence.
    #[serde(default = "usual_leave")]
    pub leave_kinds: Vec<LeaveKind>,
    /// Public holidays, each date once: work on them is flagged. Default: none.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// Who signs on at most this long before his shift begins it early; who does so earlier is at work beside his shifts.
    /// Seconds. Default 3600.
    #[serde(default = "an_hour")]
    pub early_sign_on_seconds: u32,
    /// Signing on or off at most this long before or after the planned time is neither early nor late, seconds. Default 300.
    #[serde(default = "five_minutes")]
    pub punctual_seconds: u32,
    /// Beyond how many minutes of a work period work is overtime, by discipline. Default: officers 10260 in 28 days (29 CFR
    /// 553.230), everyone else 2400 in 7 days.
    #[serde(default = "fair_labor_standards")]
    pub overtime_rules: Vec<OvertimeRule>,
    /// The first day of a pay period and of a work period; all others are counted from it. Default 2026-01-04, a Sunday.
    #[serde(default = "a_sunday")]
    pub pay_period_start: LocalDate,
    /// How long a pay period is, days. Default 14.
    #[serde(default = "a_fortnight")]
    pub pay_period_days: u32,
    /// How long after a pay period payroll should have its hours, days. Default 3.
    #[serde(default = "three_days")]
    pub payroll_due_days: u32,
    /// Whether one who does not answer when he is called back goes to the end of the rotation. Default true.
    #[serde(default = "yes")]
    pub no_answer_is_charged: bool,
    /// Whether one who cannot come when he is called back does. Default false.
    #[serde(default)]
    pub not_available_is_charged: bool,
}

impl Policy {
    /// The disciplines that a call may ever ask for: those of the responses, and those that must be qualified.
    pub fn disciplines(&self) -> BTreeSet<&str> {
        let required = self
            .required_qualifications
            .iter()
            .map(|rule| rule.discipline.as_str());
        required.chain([CLINICIAN, OFFICER]).collect()
    }

    /// What this discipline must be qualified for on any call.
    pub fn required_of(&self, discipline: &str) -> impl Iterator<Item = &Code> {
        self.required_qualifications
            .iter()
            .filter(move |required| required.discipline == discipline)
            .map(|required| &required.qualification)
    }

    /// Beyond what this discipline works overtime: by the rule of its own, else by that of everyone else.
    pub fn overtime_rule(&self, discipline: &str) -> Option<&OvertimeRule> {
        let of = |wanted: &str| self.overtime_rules.iter().find(|rule| rule.discipline == wanted);
        of(discipline).or_else(|| of(""))
    }

    /// How long a device should wait before its next report, seconds.
    pub fn next_report_after_seconds(&self, stationary: bool) -> u32 {
        if stationary {
            self.stationary_report_seconds
        } else {
            self.position_report_seconds
        }
    }
}

/// What one level of one scheme calls for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseRule {
    /// The scheme.
    pub scheme: Code,
    /// The level.
    pub level: u8,
    /// The response.
    pub response: Response,
}

/// A qualification that a discipline needs on any call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The discipline.
    pub discipline: Code,
    /// The qualification.
    pub qualification: Code,
}

/// How often a discipline checks in at one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInRule {
    /// The scheme.
    pub scheme: Code,
    /// The level.
    pub level: u8,
    /// The discipline.
    pub discipline: Code,
    /// Seconds between check-ins.
    pub seconds: u32,
}

/// Beyond how many minutes of a work period work is overtime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OvertimeRule {
    /// The discipline; empty for every other one.
    pub discipline: Code,
    /// How long a work period is, days.
    pub period_days: u32,
    /// How many minutes are no overtime.
    pub minutes: u32,
}

/// The default of what a policy without the field was kept with.
fn yes() -> bool {
    true
}

fn an_hour() -> u32 {
    3600
}

fn five_minutes() -> u32 {
    300
}

/// The Fair Labor Standards Act: 40 hours a week, and for police 171 hours in 28 days.
fn fair_labor_standards() -> Vec<OvertimeRule> {
    [(OFFICER, 28, 171 * 60), ("", 7, 40 * 60)]
        .map(|(discipline, period_days, minutes)| OvertimeRule {
            discipline: discipline.to_owned(),
            period_days,
            minutes,
        })
        .into()
}

fn a_sunday() -> LocalDate {
    LocalDate::A_SUNDAY
}

fn a_fortnight() -> u32 {
    14
}

fn three_days() -> u32 {
    3
}

/// The scheme of Virginia's Marcus Alert: 1 routine, 2 moderate, 3 urgent, 4 emergent.
pub const MARCUS_ALERT: &str = "marcus_alert";

impl Default for Policy {
    fn default() -> Self {
        let responses = [
            (1, Response::Telephone),
            (2, Response::ClinicianOnly),
            (3, Response::Pair),
            (4, Response::OfficerLed),
        ];
        let check_ins = [(3, 1200), (4, 600)];
        Policy {
            travel_speed_kilometers_per_hour: 40,
            travel_detour_percent: 140,
            travel_limit_seconds: 3600,
            position_fresh_seconds: 120,
            position_usable_seconds: 900,
            expected_on_scene_seconds: 2400,
            allow_shift_overrun: false,
            send_conditionally_available: false,
            rest_seconds: 0,
            offer_seconds: 60,
            hold_seconds: 30,
            escalation_seconds: 60,
            disposition_due_seconds: 3600,
            check_in_grace_seconds: 60,
            believed_past_seconds: 43_200,
            believed_future_seconds: 60,
            filing_seconds: 43_200,
            reopen_seconds: 86_400,
            runners_up: 3,
            position_report_seconds: 15,
            stationary_report_seconds: 60,
            responses: responses
                .into_iter()
                .map(|(level, response)| ResponseRule {
                    scheme: MARCUS_ALERT.to_owned(),
                    level,
                    response,
                })
                .collect(),
            officer_required_hazards: [
                "active_violence",
                "crime_in_progress",
                "firearm",
                "gun",
                "knife",
                "weapon",
            ]
            .map(str::to_owned)
            .into(),
            known_hazards: [
                "animal",
                "barricade",
                "biohazard",
                "fall_risk",
                "fire",
                "infectious",
                "intoxication",
                "self_harm",
            ]
            .map(str::to_owned)
            .into(),
            required_qualifications: [(CLINICIAN, "BEHAVIORAL_HEALTH"), (OFFICER, "CIT")]
                .into_iter()
                .map(|(discipline, qualification)| Requirement {
                    discipline: discipline.to_owned(),
                    qualification: qualification.to_owned(),
                })
                .collect(),
            credential_kinds: missouri(),
            unverified_credentials_count: true,
            ordered_disciplines: BTreeSet::new(),
            check_ins: check_ins
                .into_iter()
                .flat_map(|(level, seconds)| {
                    [CLINICIAN, OFFICER].map(|discipline| CheckInRule {
                        scheme: MARCUS_ALERT.to_owned(),
                        level,
                        discipline: discipline.to_owned(),
                        seconds,
                    })
                })
                .collect(),
            work_rules: usual_rules(),
            leave_kinds: usual_leave(),
            holidays: Vec::new(),
            early_sign_on_seconds: an_hour(),
            punctual_seconds: five_minutes(),
            overtime_rules: fair_labor_standards(),
            pay_period_start: a_sunday(),
            pay_period_days: a_fortnight(),
            payroll_due_days: three_days(),
            no_answer_is_charged: true,
            not_available_is_charged: false,
        }
    }
}
