//! A fair share of weekends.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Plan, counts};
use crate::board::Board;
use crate::id::{AgencyId, ResponderId};
use crate::moment::Window;
use crate::roster::Responder;
use crate::shift::date::LocalDate;
use crate::triage::Code;

/// Over how many weeks weekends are counted, up to the shift's own.
const WEEKS: i64 = 4;
const DAY_MINUTES: u32 = 24 * 60;

/// How many weekends each of an agency and discipline works, of the four that end with one.
type Share = BTreeMap<ResponderId, u32>;

/// Who works how many weekends.
pub(super) struct Fairness<'b> {
    board: &'b Board,
    /// By agency, discipline and the Saturday of the last weekend.
    shares: BTreeMap<(AgencyId, Code, LocalDate), Share>,
}

impl<'b> Fairness<'b> {
    pub(super) fn of(board: &'b Board) -> Fairness<'b> {
        Fairness {
            board,
            shares: BTreeMap::new(),
        }
    }

    /// By how many weekends of the four weeks he is above his colleagues' median. None: the shift touches no weekend.
    pub(super) fn above_median(&mut self, responder: &Responder, plan: &Plan<'_>) -> Option<Found> {
        let first = plan.date(plan.asked.window.start)?;
        let saturday = first.plus_days(5 - i64::from(first.weekday()))?;
        let weekends = weekends(plan, saturday);
        if !weekends.last()?.overlaps(&plan.asked.window) {
            return None;
        }
        let on = |window: &Window| weekends.iter().any(|weekend| weekend.overlaps(window));
        let his = plan.pieces.iter().filter(|piece| on(&piece.window));
        let shift_ids: BTreeSet<_> = his.map(|piece| piece.shift_id).collect();
        let key = (
            responder.agency_id.clone(),
            responder.discipline.clone(),
            saturday,
        );
        let board = self.board;
        let share = self
            .shares
            .entry(key)
            .or_insert_with(|| share(board, responder, &weekends));
        let own = share.get(&responder.id).copied().unwrap_or_default();
        Some((own.saturating_sub(median(share, responder.id)), shift_ids))
    }
}

/// The weekends of the four weeks, Saturday 00:00 to Monday 00:00, up to this one.
fn weekends(plan: &Plan<'_>, saturday: LocalDate) -> Vec<Window> {
    let saturdays = (0..WEEKS).rev().filter_map(|back| saturday.plus_days(-7 * back));
    saturdays
        .filter_map(|date| plan.span(date, 0, 2 * DAY_MINUTES))
        .collect()
}

/// Of everyone of this one's agency and discipline who has not left.
fn share(board: &Board, of: &Responder, weekends: &[Window]) -> Share {
    let colleagues = board.responders.values().filter(|one| {
        one.agency_id == of.agency_id && one.discipline == of.discipline && one.retired_at.is_none()
    });
    let mut share: Share = colleagues.map(|one| (one.id, 0)).collect();
    for weekend in weekends {
        let working: BTreeSet<ResponderId> = board
            .shifts
            .within(*weekend)
            .filter(counts)
            .filter_map(|shift| shift.responder_id)
            .collect();
        for id in working {
            if let Some(count) = share.get_mut(&id) {
                *count += 1;
            }
        }
    }
    share
}

/// How many the colleague in the middle works: of an even number of them the one below the middle.
fn median(share: &Share, except: ResponderId) -> u32 {
    let others = share.iter().filter(|(id, _)| **id != except);
    let mut counts: Vec<u32> = others.map(|(_, count)| *count).collect();
    counts.sort_unstable();
    // With nobody to compare him with he is compared with himself alone.
    counts
        .get(counts.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(u32::MAX)
}
