//! Who may work a shift, and what is wanting of whoever does.
//!
//! A plan may be refused here; the match asks anew at the moment itself, and nobody overrides it.

use std::collections::BTreeSet;

use super::Shift;
use super::civil::to_local;
use crate::board::{Board, Draft, Flag};
use crate::id::{AgencyId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::roster::{Lapse, Responder};

/// What is wanting of whoever works a shift.
#[derive(Debug, Default)]
pub(super) struct Staffing {
    /// What he does not hold through the whole of it, of what it and the policy require.
    pub(super) lapses: Vec<Lapse>,
    /// What is unusual about it.
    pub(super) flags: BTreeSet<Flag>,
}

impl Staffing {
    /// Of this shift on this board; nothing of one that nobody works.
    pub(super) fn of(board: &Board, shift: &Shift) -> Staffing {
        let working = shift.responder_id.and_then(|id| board.responders.get(&id));
        let Some(responder) = working else {
            return Staffing::default();
        };
        let policy = board.policy();
        let by_policy = policy.required_of(&responder.discipline).cloned();
        let required = by_policy
            .chain(shift.required_qualifications.iter().cloned())
            .collect();
        let lapses = responder.lapses(policy, &required, &shift.planned);
        let attendance = responder.attendance(policy, &required, shift.planned.start);
        let flags = [
            (!lapses.is_empty(), Flag::QualificationLapses),
            (attendance.supervision, Flag::NeedsSupervision),
            (attendance.on_call_consult, Flag::NeedsOnCallConsult),
        ];
        Staffing {
            lapses,
            flags: flags
                .into_iter()
                .filter(|(applies, _)| *applies)
                .map(|(_, flag)| flag)
                .collect(),
        }
    }
}

/// One who works for this agency.
pub(super) fn check_worker<'d>(
    draft: &'d Draft<'_>,
    responder_id: ResponderId,
    agency_id: &AgencyId,
) -> Result<&'d Responder, Refusal> {
    let responder = draft
        .board()
        .responders
        .get(&responder_id)
        .ok_or_else(|| Refusal::field(Reason::NotFound, "responder_id", "no such responder"))?;
    if responder.retired_at.is_some() {
        return Err(Refusal::field(Reason::Retired, "responder_id", "he is retired"));
    }
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
pub(super) fn check_qualified(
    draft: &Draft<'_>,
    responder: &Responder,
    shift: &Shift,
) -> Result<(), Refusal> {
    let policy = draft.board().policy();
    let lapses = responder.lapses(policy, &shift.required_qualifications, &shift.planned);
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
