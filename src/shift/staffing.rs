//! Who may work a shift, and what is wanting of whoever does.
//!
//! A plan may be refused here; the match asks anew at the moment itself, and nobody overrides it.

use std::collections::BTreeSet;

use super::Shift;
use super::civil::to_local;
use super::date::LocalDate;
use super::rules::{self, Breach, Rules, Severity};
use crate::board::{Board, Draft, Flag, Policy, Reply, Role};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::request::ShiftRequest;
use crate::roster::{Lapse, Responder};
use crate::triage::Code;

/// How much of a local time tells the date: `2026-06-01`.
const DATE: usize = 10;

/// What is wanting of whoever works a shift.
#[derive(Debug, Default)]
pub(crate) struct Staffing {
    /// What he does not hold through the whole of it, of what it and the policy require.
    pub(crate) lapses: Vec<Lapse>,
    /// The rules of work that it breaks.
    pub(crate) breaches: Vec<Breach>,
    flags: BTreeSet<Flag>,
}

impl Staffing {
    /// Of this shift, if it were so; nothing of one that nobody works.
    pub(crate) fn of(draft: &mut Draft<'_>, shift: &Shift) -> Staffing {
        draft.supposing([shift.clone()], |board| {
            Staffing::on(board, &mut Rules::of(board), shift)
        })
    }

    /// The same, unless a rule of work stands against it that this word does not outweigh.
    pub(super) fn allowed(draft: &mut Draft<'_>, shift: &Shift, word: &Code) -> Result<Staffing, Refusal> {
        let stands = draft.board().shifts.contains_key(&shift.id);
        let unborn = (!stands).then_some(shift.id).into_iter().collect();
        draft.supposing([shift.clone()], |board| {
            let staffing = Staffing::on(board, &mut Rules::of(board), shift);
            check_rules(board, staffing.breaches.iter().map(|one| (one, word)), &unborn)?;
            Ok(staffing)
        })
    }

    /// Of this shift on the board on which it is so, if whoever works it is qualified for it and may work it by the rules, or
    /// this word says why he does all the same: then the shift keeps it. What is `unborn` has no id that anyone knows.
    pub(super) fn fitting(
        board: &Board,
        rules: &mut Rules<'_>,
        shift: &mut Shift,
        word: &Code,
        unborn: &BTreeSet<ShiftId>,
    ) -> Result<Staffing, Refusal> {
        let staffing = Staffing::on(board, rules, shift);
        check_rules(board, staffing.breaches.iter().map(|one| (one, word)), unborn)?;
        let qualified = check_qualified(board, shift);
        if word.is_empty() {
            qualified?;
        } else if staffing.takes_a_word() || qualified.is_err() {
            shift.override_reason.clone_from(word);
        }
        Ok(staffing)
    }

    /// Of this shift on the board on which it is so.
    pub(super) fn on(board: &Board, rules: &mut Rules<'_>, shift: &Shift) -> Staffing {
        let working = shift.responder_id.and_then(|id| board.responders.get(&id));
        let Some(responder) = working else {
            return Staffing::default();
        };
        let policy = board.policy();
        let required = required_of(policy, responder, shift);
        let lapses = responder.lapses(policy, &required, &shift.planned);
        let breaches = rules.broken_by(responder, shift);
        let attendance = responder.attendance(policy, &required, shift.planned.start);
        let flags = [
            (!lapses.is_empty(), Flag::QualificationLapses),
            (!breaches.is_empty(), Flag::WorkRuleBroken),
            (attendance.supervision, Flag::NeedsSupervision),
            (attendance.on_call_consult, Flag::NeedsOnCallConsult),
            (
                board.leave_of(responder.id, &shift.planned).is_some(),
                Flag::OnLeave,
            ),
            (touches_holiday(board, shift), Flag::Holiday),
        ];
        Staffing {
            lapses,
            breaches,
            flags: flags
                .into_iter()
                .filter(|(applies, _)| *applies)
                .map(|(_, flag)| flag)
                .collect(),
        }
    }

    /// Whether it takes a supervisor's word.
    pub(super) fn takes_a_word(&self) -> bool {
        let mut breaches = self.breaches.iter();
        breaches.any(|breach| breach.rule.severity == Severity::Warn)
    }

    /// The answer: the shift, and what is wanting.
    pub(crate) fn reply(self, shift: Shift) -> Reply {
        Reply::Staffed(Box::new(shift), self.lapses, self.breaches)
    }

    /// What is unusual about the shift as it is recorded.
    pub(crate) fn flags(&self, shift: &Shift) -> BTreeSet<Flag> {
        let overridden = (!shift.override_reason.is_empty()).then_some(Flag::Overridden);
        self.flags.iter().copied().chain(overridden).collect()
    }
}

/// What this one must hold to work this shift: what it requires, and what the policy requires of him.
pub(crate) fn required_of(policy: &Policy, responder: &Responder, shift: &Shift) -> BTreeSet<Code> {
    let by_policy = policy.required_of(&responder.discipline);
    by_policy.chain(&shift.required_qualifications).cloned().collect()
}

/// Whether a part of it lies on a public holiday, by the jurisdiction's clock.
fn touches_holiday(board: &Board, shift: &Shift) -> bool {
    let date = |at: Moment| {
        let local = to_local(at, &board.jurisdiction.zone)?;
        local.get(..DATE)?.parse::<LocalDate>().ok()
    };
    let last = Moment::from_micros(shift.planned.end.micros() - 1);
    let (Some(first), Some(last)) = (date(shift.planned.start), date(last)) else {
        return false;
    };
    let holidays = &board.policy().holidays;
    holidays
        .iter()
        .any(|holiday| (first..=last).contains(&holiday.date))
}

/// No rule that is broken stands against a plan: of each breach also the word that a supervisor has for it, if any.
pub(super) fn check_rules<'s>(
    board: &Board,
    breaches: impl IntoIterator<Item = (&'s Breach, &'s Code)>,
    unborn: &BTreeSet<ShiftId>,
) -> Result<(), Refusal> {
    let stands = |(breach, word): &(&Breach, &Code)| match breach.rule.severity {
        Severity::Refuse => true,
        Severity::Warn => word.is_empty(),
        Severity::Report => false,
    };
    let standing: BTreeSet<&Breach> = breaches
        .into_iter()
        .filter(stands)
        .map(|(breach, _)| breach)
        .collect();
    if standing.is_empty() {
        Ok(())
    } else {
        Err(rules::refusal(board, &standing, unborn))
    }
}

/// A supervisor alone overrides what stands against a plan.
pub(crate) fn check_word(draft: &Draft<'_>, word: &Code) -> Result<(), Refusal> {
    if word.is_empty() || draft.reporter.role == Role::Supervisor {
        return Ok(());
    }
    Err(Refusal::field(
        Reason::RoleForbidden,
        "override_reason",
        "only a supervisor overrides what a shift or a rule of work requires",
    ))
}

/// One who works for the shift's agency, and is not on leave then.
pub(super) fn check_worker(board: &Board, responder_id: ResponderId, shift: &Shift) -> Result<(), Refusal> {
    let responder = board.on_roster(responder_id, "responder_id")?;
    if responder.agency_id != shift.agency_id {
        return Err(Refusal::field(
            Reason::NotFound,
            "responder_id",
            "the agency has no such responder",
        ));
    }
    match board.leave_of(responder_id, &shift.planned) {
        None => Ok(()),
        Some(leave) => Err(on_leave(leave, shift)),
    }
}

fn on_leave(leave: &ShiftRequest, shift: &Shift) -> Refusal {
    let why = "he is on leave then; choose another, or end the leave";
    Refusal::field(Reason::OnLeave, "responder_id", why)
        .with("shift_request_id", leave.id)
        .with("shift_id", shift.id)
}

/// He holds what the shift itself requires, from its first moment to its last.
fn check_qualified(board: &Board, shift: &Shift) -> Result<(), Refusal> {
    let working = shift.responder_id.and_then(|id| board.responders.get(&id));
    let lapses = working
        .map(|responder| responder.lapses(board.policy(), &shift.required_qualifications, &shift.planned));
    check_held(&lapses.unwrap_or_default(), shift)
}

/// Nothing that he should hold through this shift lapses before its end, or is wanting.
pub(super) fn check_held(lapses: &[Lapse], shift: &Shift) -> Result<(), Refusal> {
    let Some(first) = lapses.first() else {
        return Ok(());
    };
    let local = |at| to_local(at, &shift.zone).unwrap_or_default();
    let told: Vec<String> = lapses
        .iter()
        .map(|lapse| match lapse.lapses_at {
            None => format!("{} is not held", lapse.qualification),
            Some(at) => format!(
                "{} lapses at {} in {}",
                lapse.qualification,
                local(at),
                shift.zone
            ),
        })
        .collect();
    let reason = match first.lapses_at {
        None => Reason::NotQualified,
        Some(_) => Reason::QualificationLapses,
    };
    let refusal =
        Refusal::field(reason, "responder_id", told.join("; ")).with("qualification", &first.qualification);
    Err(match first.lapses_at {
        None => refusal,
        Some(at) => refusal.with("lapses_at", local(at)),
    })
}
