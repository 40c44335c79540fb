//! What has come too late, and what is long over.

use super::voided;
use crate::board::{After, Board, Draft, EventKind, Happening};
use crate::id::ShiftRequestId;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::request::{ShiftRequest, Wish};

/// When a request that nobody has decided comes too late: its first shift begins, or the time off is over.
pub fn over_at(request: &ShiftRequest) -> Option<Moment> {
    if !request.is_pending() {
        return None;
    }
    match &request.wish {
        Wish::TimeOff(time_off) => time_off.until,
        Wish::SignUp(_) | Wish::Swap(_) => {
            let starts = request.bound().into_iter().map(|(shift, _)| shift.planned.start);
            starts.min()
        }
    }
}

/// A request that has come too late is decided no more.
pub fn run_out(draft: &mut Draft<'_>, id: ShiftRequestId) -> Result<(), Refusal> {
    if let Some(request) = draft.board().requests.get(&id).cloned() {
        let reason = if request.off().is_some() { "over" } else { "begun" };
        let void = voided(draft, request, reason)?;
        draft.emit(void);
    }
    Ok(())
}

/// When a request that is over leaves the board. A leave stays while it lasts.
pub fn files_at(board: &Board, request: &ShiftRequest) -> Option<Moment> {
    let ended_at = request.ended.as_ref()?.at;
    let over_at = request.leave().map_or(ended_at, |leave| leave.end.max(ended_at));
    (over_at < Moment::LAST).then(|| over_at.plus_seconds(i64::from(board.policy().filing_seconds)))
}

/// A request that is long over leaves the board.
pub fn file(draft: &mut Draft<'_>, id: ShiftRequestId) {
    if let Some(mut request) = draft.board().requests.get(&id).cloned() {
        request.filed = true;
        request.version += 1;
        let after = After::Request(Box::new(request));
        draft.emit(Happening::new(EventKind::RequestFiled, after));
    }
}
