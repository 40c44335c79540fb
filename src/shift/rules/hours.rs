//! Rest and hours.

use std::collections::BTreeSet;

use super::{Found, Piece, Plan, shared_minutes};
use crate::moment::{Moment, Window};

const DAY_MINUTES: u32 = 24 * 60;
const FOUR_WEEKS_SECONDS: i64 = 28 * 86_400;

/// The shorter of the rests before and after the stretch that is asked about.
pub(super) fn shortest_rest(plan: &Plan<'_>) -> Option<Found> {
    let (stretch, window) = stretch_of(plan);
    let before = plan
        .pieces
        .iter()
        .filter(|piece| piece.window.end < window.start)
        .max_by_key(|piece| piece.window.end)
        .map(|piece| (piece, piece.window.end.seconds_until(window.start)));
    let after = plan
        .pieces
        .iter()
        .find(|piece| piece.window.start > window.end)
        .map(|piece| (piece, window.end.seconds_until(piece.window.start)));
    let (neighbour, seconds) = before
        .into_iter()
        .chain(after)
        .min_by_key(|(_, seconds)| *seconds)?;
    let at_ends = |piece: &&Piece| piece.window.start == window.start || piece.window.end == window.end;
    let shift_ids = stretch.iter().filter(at_ends).chain([neighbour]);
    Some((minutes(seconds), shift_ids.map(|piece| piece.shift_id).collect()))
}

/// How long the stretch is that is asked about.
pub(super) fn stretch(plan: &Plan<'_>) -> Found {
    let (pieces, window) = stretch_of(plan);
    let shift_ids = pieces.iter().map(|piece| piece.shift_id).collect();
    (minutes(window.start.seconds_until(window.end)), shift_ids)
}

/// The fuller of the weeks that the shift lies in.
pub(super) fn fullest_week(plan: &Plan<'_>) -> Option<Found> {
    let first = plan.date(plan.asked.window.start)?;
    let monday = first.plus_days(-i64::from(first.weekday()))?;
    let weeks = [Some(monday), monday.plus_days(7)].into_iter().flatten();
    weeks
        .filter_map(|monday| plan.span(monday, 0, 7 * DAY_MINUTES))
        .filter(|week| week.overlaps(&plan.asked.window))
        .map(|week| worked(plan, &week))
        .max_by_key(|(minutes, _)| *minutes)
}

/// The fullest four weeks that the shift lies in. The most work lies in a span that begins or ends with a shift.
pub(super) fn fullest_four_weeks(plan: &Plan<'_>) -> Found {
    let spans = plan.pieces.iter().flat_map(|piece| {
        let Window { start, end } = piece.window;
        [span(start), span(end.plus_seconds(-FOUR_WEEKS_SECONDS))]
    });
    spans
        .filter(|span| span.overlaps(&plan.asked.window))
        .map(|span| worked(plan, &span))
        .max_by_key(|(minutes, _)| *minutes)
        .unwrap_or_default()
}

fn span(start: Moment) -> Window {
    Window {
        start,
        end: start.plus_seconds(FOUR_WEEKS_SECONDS),
    }
}

fn worked(plan: &Plan<'_>, span: &Window) -> Found {
    let within = plan.pieces.iter().filter(|piece| piece.window.overlaps(span));
    within.fold((0, BTreeSet::new()), |(minutes, mut shift_ids), piece| {
        shift_ids.insert(piece.shift_id);
        (minutes + shared_minutes(&piece.window, span), shift_ids)
    })
}

/// The pieces that touch the one that is asked about, or one another up to it, and the window of them all.
fn stretch_of(plan: &Plan<'_>) -> (Vec<Piece>, Window) {
    let mut window = plan.asked.window;
    for piece in plan.pieces.iter().rev() {
        if piece.window.end == window.start {
            window.start = piece.window.start;
        }
    }
    for piece in &plan.pieces {
        if piece.window.start == window.end {
            window.end = piece.window.end;
        }
    }
    let within = |piece: &&Piece| piece.window.overlaps(&window);
    (plan.pieces.iter().filter(within).copied().collect(), window)
}

fn minutes(seconds: i64) -> u32 {
    u32::try_from(seconds / 60).unwrap_or_default()
}
