//! Who may work a shift, and what is wanting of whoever does.
//!
//! A plan may be refused here; the match asks anew at the moment itself, and nobody overrides it.

use std::collections::BTreeSet;

use super::Shift;
use super::civil::to_local;
use super::rules::{self, Breach, Rules, Severity};
use crate::board::{Board, Draft, Flag, Policy, Role};
use crate::id::{AgencyId, ResponderId, ShiftId};
use crate::refusal::{Reason, Refusal};
use crate::roster::{Lapse, Responder};
use crate::triage::Code;

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
pub(super) fn check_word(draft: &Draft<'_>, word: &Code) -> Result<(), Refusal> {
    if word.is_empty() || draft.reporter.role == Role::Supervisor {
        return Ok(());
    }
    Err(Refusal::field(
        Reason::RoleForbidden,
        "override_reason",
        "only a supervisor overrides what a shift or a rule of work requires",
    ))
}

/// One who works for this agency.
pub(super) fn check_worker<'d>(
    draft: &'d Draft<'_>,
    responder_id: ResponderId,
    agency_id: &AgencyId,
) -> Result<&'d Responder, Refusal> {
    let responder = draft.board().on_roster(responder_id, "responder_id")?;
    if responder.agency_id != *agency_id {
        return Err(Refusal::field(
            Reason::NotFound,
            "responder_id",
            "the agency has no such responder",
        ));
    }
    Ok(responder)
}

/// He holds what the shift itself requires, from its first moment to its last.
pub(super) fn check_qualified(board: &Board, shift: &Shift) -> Result<(), Refusal> {
    let working = shift.responder_id.and_then(|id| board.responders.get(&id));
    let lapses = working
        .map(|responder| responder.lapses(board.policy(), &shift.required_qualifications, &shift.planned));
    let lapses = lapses.unwrap_or_default();
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
