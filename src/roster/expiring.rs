//! What lapses soon, and whom and which shifts that touches.

use std::collections::BTreeSet;

use super::{Credential, Responder};
use crate::board::Board;
use crate::id::CredentialId;
use crate::moment::Moment;
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// A paper that lapses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring<'a> {
    /// When.
    pub lapses_at: Moment,
    /// Whose.
    pub holder: &'a Responder,
    /// What.
    pub credential: &'a Credential,
    /// What he holds by it and no longer after it.
    pub lost: BTreeSet<Code>,
    /// His published shifts that reach beyond it, by start; none when he loses nothing.
    pub shifts: Vec<&'a Shift>,
}

impl Expiring<'_> {
    /// Its place among those that lapse.
    pub fn place(&self) -> (Moment, CredentialId) {
        (self.lapses_at, self.credential.id)
    }
}

/// What lapses after `from` and not after `to`, of everyone who has not left and whom `of` admits: by when, then by id.
pub fn expiring<'a>(
    board: &'a Board,
    from: Moment,
    to: Moment,
    of: impl Fn(&Responder) -> bool,
) -> Vec<Expiring<'a>> {
    let mut found: Vec<Expiring<'a>> = board
        .responders
        .values()
        .filter(|holder| holder.retired_at.is_none() && of(holder))
        .flat_map(|holder| {
            let papers = holder.credentials.values();
            papers.filter_map(move |credential| {
                let lapses_at = credential.lapses_at?;
                let soon = from < lapses_at && lapses_at <= to && credential.revoked_at.is_none();
                soon.then_some((lapses_at, holder, credential))
            })
        })
        .map(|(lapses_at, holder, credential)| Expiring {
            lapses_at,
            holder,
            credential,
            lost: holder.lost_with(credential, board.policy()),
            shifts: Vec::new(),
        })
        .collect();
    found.sort_unstable_by_key(Expiring::place);
    found
}

impl<'a> Expiring<'a> {
    /// With the shifts that reach beyond it.
    #[must_use]
    pub fn with_shifts(mut self, board: &'a Board) -> Expiring<'a> {
        if !self.lost.is_empty() {
            let beyond = board.shifts.of_from(self.holder.id, self.lapses_at);
            self.shifts = beyond
                .filter(|shift| shift.state == ShiftState::Published)
                .collect();
        }
        self
    }
}
