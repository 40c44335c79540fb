//! Nights one after the other.

use std::iter::successors;

use super::{Found, Piece, Plan, date_in, shared_minutes, span_in};
use crate::id::ShiftId;
use crate::moment::Window;
use crate::shift::date::LocalDate;

/// When night begins, minutes after midnight.
const FROM: u32 = 23 * 60;
/// When it ends, minutes after the same midnight.
const TO: u32 = (24 + 6) * 60;
/// So much work in it makes a shift a night's, minutes.
const WORK_MINUTES: u32 = 180;

/// How many nights there are one after the other, with those of the shift that is asked about. None: it has no night.
pub(super) fn run(plan: &Plan<'_>) -> Option<Found> {
    let own: Vec<LocalDate> = nights_of(&plan.asked.window, plan.zone)?.collect();
    let (first, last) = (*own.first()?, *own.last()?);
    let whose = |date: LocalDate| worked(plan, date);
    let before = successors(first.plus_days(-1), |date| date.plus_days(-1)).map_while(whose);
    let after = successors(last.plus_days(1), |date| date.plus_days(1)).map_while(whose);
    let others: Vec<ShiftId> = before.chain(after).collect();
    let count = own.len() + others.len();
    let shift_ids = others.into_iter().chain([plan.asked.shift_id]).collect();
    Some((u32::try_from(count).unwrap_or_default(), shift_ids))
}

/// Which piece is work in the night that begins on this date.
fn worked(plan: &Plan<'_>, date: LocalDate) -> Option<ShiftId> {
    let mut pieces = plan.pieces.iter();
    let piece: &Piece = pieces.find(|piece| is_work_in(&piece.window, date, plan.zone))?;
    Some(piece.shift_id)
}

/// The dates on which the nights begin in which a shift of this window is work.
pub(crate) fn nights_of<'z>(
    window: &Window,
    zone: &'z str,
) -> Option<impl Iterator<Item = LocalDate> + use<'z>> {
    let window = *window;
    let (begins, ends) = (date_in(zone, window.start)?, date_in(zone, window.end)?);
    let dates = begins.plus_days(-1)?.through(ends);
    Some(dates.filter(move |date| is_work_in(&window, *date, zone)))
}

fn is_work_in(window: &Window, date: LocalDate, zone: &str) -> bool {
    span_in(zone, date, FROM, TO).is_some_and(|night| shared_minutes(&night, window) >= WORK_MINUTES)
}
