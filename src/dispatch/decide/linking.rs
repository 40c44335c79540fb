//! Related calls that stay apart: the same person, the same address.

use super::call::permit;
use super::{call_of, put_call};
use crate::board::{Draft, EventKind, Reply};
use crate::dispatch::Call;
use crate::dispatch::command::LinkCalls;
use crate::dispatch::lifecycle::CallVerb;
use crate::refusal::{Reason, Refusal};

/// How many links one call may have: an event carries them all.
const MOST_LINKS: usize = 50;

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
        permit(&one, CallVerb::Link)?;
        permit(&other, CallVerb::Link)?;
        link(&mut one, &mut other, command)?;
        EventKind::CallLinked
    };
    if before != (one.links.clone(), other.links.clone()) {
        one = put_call(draft, one, kind);
        put_call(draft, other, kind);
    }
    let assignment = one
        .assignment_id
        .and_then(|id| draft.board().assignments.get(&id))
        .cloned();
    Ok(Reply::Call(Box::new(one), assignment.map(Box::new), None))
}

fn link(one: &mut Call, other: &mut Call, command: &LinkCalls) -> Result<(), Refusal> {
    let (one_id, other_id) = (one.id, other.id);
    one.links.insert(other_id, command.reason.clone());
    other.links.insert(one_id, command.reason.clone());
    for (call, field) in [(one, "call_id"), (other, "other_call_id")] {
        if call.links.len() > MOST_LINKS {
            let most = format!("a call has at most {MOST_LINKS} links");
            return Err(Refusal::field(Reason::TooMany, field, most));
        }
    }
    Ok(())
}
