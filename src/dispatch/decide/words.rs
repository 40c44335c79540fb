//! Words that belong to a call. They are kept apart, by id; an event says of which kind there are new ones.

use std::collections::BTreeSet;

use crate::board::{Draft, Flag};
use crate::dispatch::{Call, Contact, Remark, Text, TextClass};
use crate::id::{CallId, TextId};

/// Which words a call has; not the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words([Option<TextId>; 4], usize);

impl Words {
    pub(super) fn of(call: &Call) -> Words {
        let texts = [
            call.address_text_id,
            call.clinical_text_id,
            call.approach_text_id,
            call.callback_text_id,
        ];
        Words(texts, call.remarks.len())
    }
}

/// Which kinds of words are new since: whoever shows them reads them again.
pub(super) fn new_words(before: &Words, call: &Call) -> BTreeSet<Flag> {
    let now = Words::of(call);
    let kinds = [
        Flag::AddressChanged,
        Flag::ClinicalContextChanged,
        Flag::ApproachNotesChanged,
        Flag::CallbackChanged,
    ];
    let pairs = before.0.iter().zip(now.0).zip(kinds);
    let changed = pairs.filter(|((before, now), _)| *before != now);
    let remarks = (before.1 != now.1).then_some(Flag::RemarksAdded);
    changed.map(|(_, flag)| flag).chain(remarks).collect()
}

/// Adds a remark to the call. Whether there were words.
pub(super) fn remark(draft: &mut Draft<'_>, call: &mut Call, class: TextClass, words: &str) -> bool {
    let Some(text_id) = keep(draft, call.id, class, words) else {
        return false;
    };
    call.remarks.push(Remark {
        text_id,
        class,
        author: draft.reporter.clone(),
        recorded_at: draft.at,
        from_call_number: None,
        was: None,
    });
    true
}

/// Keeps a text apart; an empty one is none.
pub(super) fn keep(draft: &mut Draft<'_>, call_id: CallId, class: TextClass, body: &str) -> Option<TextId> {
    if body.is_empty() {
        return None;
    }
    let id = TextId::next(draft.ids, draft.at);
    draft.keep_text(Text {
        id,
        call_id,
        class,
        author: draft.reporter.subject.clone(),
        recorded_at: draft.at,
        body: body.to_owned(),
    });
    Some(id)
}

pub(super) fn keep_contact(
    draft: &mut Draft<'_>,
    call_id: CallId,
    contact: Option<&Contact>,
) -> Option<TextId> {
    let body = contact.map(Contact::to_text).unwrap_or_default();
    keep(draft, call_id, TextClass::Callback, &body)
}
