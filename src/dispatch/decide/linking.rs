//! Related calls that stay apart: the same person, the same address.

use super::bounds::MOST_LINKS;
use super::call::permit;
use super::{call_of, put_call, reply_with};
use crate::board::{Draft, EventKind, Reply};
use crate::dispatch::Call;
use crate::dispatch::command::LinkCalls;
use crate::dispatch::lifecycle::CallVerb;
use crate::refusal::{Reason, Refusal};
use crate::triage::Code;

/// Relates two calls to each other, or takes that away. Said twice, it is so already. Calls that are over can be related
/// too; what is merged is related as the call that it continues as.
pub fn link_calls(draft: &mut Draft<'_>, command: &LinkCalls) -> Result<Reply, Refusal> {
    if command.call_id == command.other_call_id {
        return Err(Refusal::field(
            Reason::SameCall,
            "other_call_id",
            "a call is not related to itself",
        ));
    }
    let mut one = call_of(draft, command.call_id)?;
    let mut other = call_of(draft, command.other_call_id)?;
    let before = (one.links.clone(), other.links.clone());
    let kind = if command.remove {
        one.links.remove(&other.id);
        other.links.remove(&one.id);
        EventKind::CallUnlinked
    } else {
        permit(draft.board(), &one, CallVerb::Link)?;
        permit(draft.board(), &other, CallVerb::Link)?;
        relate(
            (&mut one, "call_id"),
            (&mut other, "other_call_id"),
            &command.reason,
        )?;
        EventKind::CallLinked
    };
    if before != (one.links.clone(), other.links.clone()) {
        one = put_call(draft, one, kind);
        put_call(draft, other, kind);
    }
    Ok(reply_with(draft, one, None))
}

/// Relates two calls to each other, each with the field that names it.
pub(super) fn relate(
    (one, one_field): (&mut Call, &'static str),
    (other, other_field): (&mut Call, &'static str),
    reason: &Code,
) -> Result<(), Refusal> {
    one.links.insert(other.id, reason.clone());
    other.links.insert(one.id, reason.clone());
    for (call, field) in [(one, one_field), (other, other_field)] {
        if call.links.len() > MOST_LINKS {
            let most = format!("a call has at most {MOST_LINKS} links");
            return Err(Refusal::field(Reason::TooMany, field, most));
        }
    }
    Ok(())
}
