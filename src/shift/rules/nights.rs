//! Nights one after the other.

use std::iter::successors;

use super::{Found, Piece, Plan, shared_minutes};
use crate::id::ShiftId;
use crate::shift::date::LocalDate;

/// When night begins, minutes after midnight.
const FROM: u32 = 23 * 60;
/// When it ends, minutes after the same midnight.
const TO: u32 = (24 + 6) * 60;
/// So much work in it makes a shift a night's, minutes.
const WORK_MINUTES: u32 = 180;

/// How many nights there are one after the other, with those of the shift that is asked about. None: it has no night.
pub(super) fn run(plan: &Plan<'_>) -> Option<Found> {
    let (begins, ends) = (
        plan.date(plan.asked.window.start)?,
        plan.date(plan.asked.window.end)?,
    );
    let own: Vec<LocalDate> = begins
        .plus_days(-1)?
        .through(ends)
        .filter(|date| worked(plan, [&plan.asked], *date).is_some())
        .collect();
    let (first, last) = (*own.first()?, *own.last()?);
    let whose = |date: LocalDate| worked(plan, &plan.pieces, date);
    let before = successors(first.plus_days(-1), |date| date.plus_days(-1)).map_while(whose);
    let after = successors(last.plus_days(1), |date| date.plus_days(1)).map_while(whose);
    let others: Vec<ShiftId> = before.chain(after).collect();
    let count = own.len() + others.len();
    let shift_ids = others.into_iter().chain([plan.asked.shift_id]).collect();
    Some((u32::try_from(count).unwrap_or_default(), shift_ids))
}

/// Which of these pieces is work in the night that begins on this date.
fn worked<'p>(
    plan: &Plan<'_>,
    pieces: impl IntoIterator<Item = &'p Piece>,
    date: LocalDate,
) -> Option<ShiftId> {
    let night = plan.span(date, FROM, TO)?;
    let mut pieces = pieces.into_iter();
    let piece = pieces.find(|piece| shared_minutes(&night, &piece.window) >= WORK_MINUTES)?;
    Some(piece.shift_id)
}
