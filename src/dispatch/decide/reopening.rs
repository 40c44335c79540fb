//! A call that was over is taken up again.

use super::bounds::MOST_REOPENINGS;
use super::call::{permit, respond_anew};
use super::words::remark;
use super::{call_of, call_reply, concerned, put_call_flagged, sending};
use crate::board::{Draft, EventKind, Flag, Reply};
use crate::dispatch::command::ReopenCall;
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{CallState, Reopening, TextClass};
use crate::refusal::{Reason, Refusal};

/// Opens a closed or cancelled call again and looks for people at once. Whoever was on it has left; everyone may be asked
/// again. Its number, references, remarks and former assignments stay.
pub fn reopen_call(draft: &mut Draft<'_>, command: &ReopenCall) -> Result<Reply, Refusal> {
    let mut call = call_of(draft, command.call_id)?;
    permit(draft.board(), &call, CallVerb::Reopen)?;
    let within = draft.board().policy().reopen_seconds;
    // By our clock: `closed_at` may have been corrected since.
    if draft.at > call.state_since.plus_seconds(i64::from(within)) {
        return Err(
            Refusal::new(Reason::ReopenTooLate, "it was closed too long ago").with("reopen_seconds", within)
        );
    }
    if call.course.reopenings.len() >= MOST_REOPENINGS {
        let why = format!("it was reopened {MOST_REOPENINGS} times; open another call and link the two");
        return Err(Refusal::new(Reason::TooMany, why));
    }
    call.course.reopenings.push(Reopening {
        was: call.state,
        since: call.state_since,
        closed_at: call.closed_at,
        reason: std::mem::take(&mut call.cancel_reason),
        reopened_at: draft.at,
        reopened_by: draft.reporter.clone(),
    });
    call.state = CallState::Open;
    call.state_since = draft.at;
    call.closed_at = None;
    call.files_at = None;
    call.filed = false;
    call.waiting_since = None;
    call.declined.clear();
    call.course.replaced.clear();
    call.assignment_id = None;
    // What the field had brought back to life needed only who was there; whoever opens it again needs everyone.
    respond_anew(draft, &mut call)?;
    let said = remark(draft, &mut call, TextClass::Operational, &command.words);
    let told = said.then_some(Flag::RemarksAdded).into_iter().collect();
    let call = put_call_flagged(draft, call, EventKind::CallReopened, told);
    let report = sending::match_and_offer(draft, call, &command.travel);
    // Whoever is asked now learns what kind of call it is.
    let asked = call_of(draft, command.call_id)?;
    let asked = concerned(draft, &asked);
    draft.also_concerns(EventKind::CallReopened, &asked);
    call_reply(draft, command.call_id, report)
}
