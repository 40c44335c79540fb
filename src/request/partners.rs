//! With whom somebody could swap a shift of his, as things stand: those to whom he could offer it without being refused.

use std::collections::BTreeMap;

use super::decide::{check_his, offered};
use super::{Bound, contradiction};
use crate::board::{Board, Draft};
use crate::id::{ResponderId, ShiftId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::shift::{Shift, ShiftState};

/// How far before and after the shift others' shifts are looked at, seconds.
const AROUND: i64 = 28 * 86_400;
/// How many partners are named.
const MOST_NAMED: usize = 50;
/// How many shifts of one partner are told.
const MOST_RETURNED: usize = 20;

/// One with whom somebody could swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Who.
    pub responder_id: ResponderId,
    /// Whether he could take the shift and give nothing for it.
    pub for_nothing: bool,
    /// What he could give for it, by start.
    pub returns: Vec<Bound>,
}

/// Those with whom whoever works a shift could swap it, by call sign.
pub fn partners(draft: &mut Draft<'_>, shift_id: ShiftId) -> Result<Vec<Partner>, Refusal> {
    let given = draft.board().shifts.get(&shift_id).cloned();
    let given = given.ok_or_else(|| Refusal::not_found("shift", shift_id))?;
    let Some(him) = given.responder_id else {
        return Err(Refusal::state("nobody works this shift", "OPEN"));
    };
    check_his(draft, &given, him, "shift_id")?;
    contradiction::check_passing(draft.board(), shift_id)?;
    let mut found = Vec::new();
    for (_, to) in colleagues(draft.board(), him) {
        if found.len() == MOST_NAMED {
            break;
        }
        found.extend(partner(draft, him, &given, to));
    }
    Ok(found)
}

/// The others of his agency, by call sign. Of another discipline nobody could take it.
fn colleagues(board: &Board, him: ResponderId) -> BTreeMap<(String, ResponderId), ResponderId> {
    let Some(own) = board.responders.get(&him) else {
        return BTreeMap::new();
    };
    let others = board.responders.values().filter(|one| {
        one.id != him
            && one.retired_at.is_none()
            && one.agency_id == own.agency_id
            && one.discipline == own.discipline
    });
    others
        .map(|one| ((one.call_sign.clone(), one.id), one.id))
        .collect()
}

fn partner(draft: &mut Draft<'_>, him: ResponderId, given: &Shift, to: ResponderId) -> Option<Partner> {
    let for_nothing = offered(draft, him, given, to, None);
    // What he lacks, or his leave, no shift that he gives away makes good.
    let is_hopeless = |refusal: &Refusal| {
        refusal.reason != Reason::ShiftOverlaps && refusal.reason != Reason::WorkRuleBroken
    };
    if for_nothing.as_ref().is_err_and(is_hopeless) {
        return None;
    }
    let mut returns = Vec::new();
    for shift in to_return(draft, given, to) {
        if returns.len() == MOST_RETURNED {
            break;
        }
        if offered(draft, him, given, to, Some(&shift)).is_ok() {
            returns.push(Bound::to(&shift));
        }
    }
    let partner = Partner {
        responder_id: to,
        for_nothing: for_nothing.is_ok(),
        returns,
    };
    (partner.for_nothing || !partner.returns.is_empty()).then_some(partner)
}

/// The shifts in force around this one that he works and has not begun, by start.
fn to_return(draft: &Draft<'_>, given: &Shift, his: ResponderId) -> Vec<Shift> {
    let around = Window {
        start: given.planned.start.plus_seconds(-AROUND),
        end: given.planned.end.plus_seconds(AROUND),
    };
    let mut shifts: Vec<Shift> = draft
        .board()
        .shifts
        .of(his, around)
        .filter(|shift| shift.state == ShiftState::Published && shift.planned.start > draft.at)
        .cloned()
        .collect();
    shifts.sort_by_key(|shift| (shift.planned.start, shift.id));
    shifts
}
