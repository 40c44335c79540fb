//! Names that other systems have for a call, and whose version an update of theirs is.

use std::collections::BTreeSet;

use super::bounds::MOST_OF_A_KIND;
use super::call::permit;
use super::{call_reply, put_call};
use crate::board::{Board, Draft, EventKind, ExternalReference, Reply};
use crate::dispatch::command::{OpenCall, UpdateCall};
use crate::dispatch::lifecycle::CallVerb;
use crate::dispatch::{Call, Whose};
use crate::refusal::{Reason, Refusal};

/// A known call answers, and is known by the names that come with this one too, unless it is over: then they are free for
/// another call. One that another call has stays with that.
pub(super) fn more_names(
    draft: &mut Draft<'_>,
    mut call: Call,
    command: &OpenCall,
) -> Result<Reply, Refusal> {
    let id = call.id;
    let free = |one: &&ExternalReference| draft.board().call_by_reference(one).is_none();
    let new: BTreeSet<ExternalReference> = command.external_references.iter().filter(free).cloned().collect();
    if new.is_empty() || permit(draft.board(), &call, CallVerb::Update).is_err() {
        return call_reply(draft, id, None);
    }
    let known = command.external_references.iter().find_map(|one| call.whose(one));
    add_references(draft.board(), &mut call, &new, known)?;
    put_call(draft, call, EventKind::CallUpdated);
    call_reply(draft, id, None)
}

/// Whose version an update names: by `source_reference`; else by the names that come with it, if the call has them from one
/// record; else that of the only record that the call has.
pub(super) fn origin_of(call: &Call, command: &UpdateCall) -> Result<Whose, Refusal> {
    if let Some(reference) = &command.source_reference {
        let why = "the call has no such external reference";
        let refused = || Refusal::field(Reason::NotFound, "source_reference", why);
        return call.whose(reference).ok_or_else(refused);
    }
    let named = command.external_references.iter();
    let named: BTreeSet<Whose> = named.filter_map(|one| call.whose(one)).collect();
    let only = named.first().filter(|_| named.len() == 1).copied();
    only.or_else(|| call.only_origin()).ok_or_else(|| {
        let why = "the call continues several records of other systems: say whose version it is";
        Refusal::field(Reason::Required, "source_reference", why)
    })
}

pub(super) fn add_references(
    board: &Board,
    call: &mut Call,
    references: &BTreeSet<ExternalReference>,
    whose: Option<Whose>,
) -> Result<(), Refusal> {
    for reference in references {
        if let Some(other) = board
            .call_by_reference(reference)
            .filter(|other| other.id != call.id)
        {
            return Err(Refusal::field(
                Reason::AlreadyExists,
                "external_references",
                format!("call {} has this external reference", other.number),
            ));
        }
        if call.external_references.insert(reference.clone())
            && let Some(Whose::Came(place)) = whose
            && let Some(origin) = call.course.origins.get_mut(place)
        {
            origin.references.insert(reference.clone());
        }
    }
    if call.external_references.len() > MOST_OF_A_KIND {
        let why = format!("a call has at most {MOST_OF_A_KIND} external references");
        return Err(Refusal::field(Reason::TooMany, "external_references", why));
    }
    Ok(())
}
