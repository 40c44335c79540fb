//! Handing shifts over: from whoever works them to somebody else, or to nobody.
//!
//! What changes hands together is judged together, on the board on which all of it is so: of two who swap, neither works
//! both shifts.

use std::collections::BTreeSet;

use super::decide::{check_overlap, staff, tell_lost};
use super::rules::Rules;
use super::staffing::{Staffing, check_held, check_worker};
use super::{Shift, ShiftState};
use crate::board::{Draft, EventKind};
use crate::id::ResponderId;
use crate::refusal::Refusal;
use crate::triage::Code;

/// A shift as it will be, and what is wanting of whoever works it then.
#[derive(Debug)]
pub(crate) struct Handing {
    /// The shift.
    pub(crate) shift: Shift,
    /// What is wanting.
    pub(crate) staffing: Staffing,
    had: Option<ResponderId>,
}

/// Whether these shifts can pass to these people at once, or to nobody. Each is of the shift's agency and not on leave, works
/// nothing else meanwhile, is qualified throughout and may work it by the rules; or a supervisor's word outweighs what is
/// wanting, and the shift says so.
pub(crate) fn judge(
    draft: &mut Draft<'_>,
    passing: Vec<(Shift, Option<ResponderId>)>,
    word: &Code,
) -> Result<Vec<Handing>, Refusal> {
    let mut wanted = Vec::new();
    for (shift, to) in passing {
        if let Some(responder_id) = to {
            check_worker(draft.board(), responder_id, &shift)?;
        }
        let (had, mut shift) = (shift.responder_id, shift);
        shift.pass_to(to);
        shift.override_reason.clear();
        shift.version += 1;
        wanted.push((shift, had));
    }
    let supposed: Vec<Shift> = wanted.iter().map(|(shift, _)| shift.clone()).collect();
    draft.supposing(supposed, |board| {
        let mut rules = Rules::of(board);
        let judged = wanted.into_iter().map(|(mut shift, had)| {
            check_overlap(board, &shift, |state| state != ShiftState::Cancelled)?;
            let staffing = Staffing::fitting(board, &mut rules, &mut shift, word, &BTreeSet::new())
                .map_err(|refusal| refusal.with("shift_id", shift.id))?;
            Ok(Handing { shift, staffing, had })
        });
        judged.collect()
    })
}

impl Handing {
    /// As somebody has asked for it himself: then he also holds throughout what the policy requires of him, or the word
    /// outweighs that too.
    pub(crate) fn asked_for(mut self, word: &Code) -> Result<Handing, Refusal> {
        if word.is_empty() {
            check_held(&self.staffing.lapses, &self.shift)?;
        } else if !self.staffing.lapses.is_empty() {
            self.shift.override_reason.clone_from(word);
        }
        Ok(self)
    }

    /// It is so. Of a shift in force both are told, who has it now and who had it.
    pub(crate) fn tell(&self, draft: &mut Draft<'_>, implied_by: Option<EventKind>) {
        let Handing { shift, staffing, had } = self;
        let published = shift.state == ShiftState::Published;
        let kind = match shift.responder_id {
            Some(_) => EventKind::ShiftAssigned,
            None => EventKind::ShiftUnassigned,
        };
        let told = shift.responder_id.filter(|_| published);
        staff(draft, kind, shift, told, staffing, implied_by);
        if let Some(had) = had.filter(|had| published && shift.responder_id != Some(*had)) {
            tell_lost(draft, had, shift.clone(), kind);
        }
    }
}
