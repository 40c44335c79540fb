//! One decision in the making: a board that can be taken back, and what will be recorded.

use std::collections::BTreeSet;

use super::{After, Board, Change, Event, EventKind, Flag, Reported, Reporter, Undo};
use crate::dispatch::Text;
use crate::id::{CredentialId, Ids, ResponderId};
use crate::matching::StoredMatch;
use crate::moment::Moment;
use crate::roster::Note;
use crate::shift::Shift;

/// A decision in the making. What is emitted is on the board at once, so that the next step sees it; a draft that is
/// dropped without [`Draft::finish`] leaves the board as it was.
#[derive(Debug)]
pub struct Draft<'a> {
    board: &'a mut Board,
    /// The ids that this decision may use.
    pub ids: &'a mut Ids,
    /// Our time.
    pub at: Moment,
    /// Who reports it and how.
    pub reporter: Reporter,
    reported_at: Option<Moment>,
    base_flags: BTreeSet<Flag>,
    undo: Undo,
    decided: Decided,
}

/// What a decision leaves to be recorded.
#[derive(Debug, Default)]
pub struct Decided {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Texts to keep.
    pub texts: Vec<Text>,
    /// Words about people off shift, to keep.
    pub notes: Vec<Note>,
    /// Matches to keep.
    pub matches: Vec<StoredMatch>,
}

/// An event before the draft has added when, by whom and how.
#[derive(Debug)]
pub struct Happening {
    kind: EventKind,
    after: After,
    subject: Option<ResponderId>,
    audience: BTreeSet<ResponderId>,
    flags: BTreeSet<Flag>,
    implied_by: Option<EventKind>,
    credential_id: Option<CredentialId>,
}

impl Happening {
    /// This happened, and this is how things stand now.
    pub fn new(kind: EventKind, after: After) -> Happening {
        Happening {
            kind,
            after,
            subject: None,
            audience: BTreeSet::new(),
            flags: BTreeSet::new(),
            implied_by: None,
            credential_id: None,
        }
    }

    /// It happened to him (and he will see it).
    #[must_use]
    pub fn to(mut self, responder_id: ResponderId) -> Happening {
        self.subject = Some(responder_id);
        self.audience.insert(responder_id);
        self
    }

    /// It concerns them too.
    #[must_use]
    pub fn seen_by(mut self, responders: impl IntoIterator<Item = ResponderId>) -> Happening {
        self.audience.extend(responders);
        self
    }

    /// It is unusual in these ways.
    #[must_use]
    pub fn flagged(mut self, flags: impl IntoIterator<Item = Flag>) -> Happening {
        self.flags.extend(flags);
        self
    }

    /// It is about this one of his credentials.
    #[must_use]
    pub fn about(mut self, credential_id: CredentialId) -> Happening {
        self.credential_id = Some(credential_id);
        self
    }

    /// Another event of this operation made it necessary.
    #[must_use]
    pub fn implied_by(mut self, kind: EventKind) -> Happening {
        self.implied_by = Some(kind);
        self
    }
}

impl<'a> Draft<'a> {
    /// Starts a decision at `at`, reported by `reporter`, who says it happened at `reported_at`.
    pub fn new(
        board: &'a mut Board,
        ids: &'a mut Ids,
        at: Moment,
        reporter: Reporter,
        reported_at: Option<Moment>,
    ) -> Draft<'a> {
        Draft {
            board,
            ids,
            at,
            reporter,
            reported_at,
            base_flags: BTreeSet::new(),
            undo: Undo::default(),
            decided: Decided::default(),
        }
    }

    /// Our clock is behind the journal: every event of this decision says so.
    pub fn suspect_clock(&mut self) {
        self.base_flags.insert(Flag::ClockSuspect);
    }

    /// The board as it stands, with everything emitted so far.
    pub fn board(&self) -> &Board {
        self.board
    }

    /// When it happened by the reporter's account, believed within the policy's bounds, and a flag if it was not.
    pub fn occurred_at(&self) -> (Moment, Option<Flag>) {
        let Some(claimed) = self.reported_at else {
            return (self.at, None);
        };
        let policy = self.board.policy();
        let earliest = self.at.plus_seconds(-i64::from(policy.believed_past_seconds));
        let latest = self.at.plus_seconds(i64::from(policy.believed_future_seconds));
        if claimed < earliest {
            (earliest, Some(Flag::OccurredAtClamped))
        } else if claimed > latest {
            (self.at, Some(Flag::OccurredAtClamped))
        } else {
            (claimed, None)
        }
    }

    /// It happened.
    pub fn emit(&mut self, happening: Happening) {
        let (occurred_at, clamped) = self.occurred_at();
        let Happening {
            kind,
            after,
            subject,
            audience,
            mut flags,
            implied_by,
            credential_id,
        } = happening;
        flags.extend(clamped);
        flags.extend(&self.base_flags);
        let event = Event {
            kind,
            subject,
            audience,
            agency_ids: self.board.agencies_of(&after),
            area_ids: self.board.areas_of(&after),
            reported: Reported {
                occurred_at,
                reporter: self.reporter.clone(),
            },
            flags,
            implied_by,
            credential_id,
            after,
        };
        self.board.apply(&event, self.at, &mut self.undo);
        self.decided.events.push(event);
    }

    /// What has happened in this decision so far, in order.
    pub fn happened(&self) -> &[Event] {
        &self.decided.events
    }

    /// What happened in this decision under this kind concerns them too.
    pub fn also_concerns(&mut self, kind: EventKind, responders: &BTreeSet<ResponderId>) {
        for event in self.decided.events.iter_mut().filter(|event| event.kind == kind) {
            event.audience.extend(responders);
        }
    }

    /// What is told of the board on which these shifts are so. It stays as it was.
    pub fn supposing<T>(
        &mut self,
        shifts: impl IntoIterator<Item = Shift>,
        tell: impl FnOnce(&Board) -> T,
    ) -> T {
        let mut undo = Undo::default();
        for shift in shifts {
            self.board
                .put(Change::Shift(shift.id, Some(Box::new(shift))), &mut undo);
        }
        let told = tell(self.board);
        self.board.undo(undo);
        told
    }

    /// Keeps a text.
    pub fn keep_text(&mut self, text: Text) {
        self.decided.texts.push(text);
    }

    /// Keeps words about somebody off shift.
    pub fn keep_note(&mut self, note: Note) {
        self.decided.notes.push(note);
    }

    /// Keeps a match.
    pub fn keep_match(&mut self, kept: StoredMatch) {
        self.decided.matches.push(kept);
    }

    /// Ends the decision: the board stays as it is now.
    pub fn finish(mut self) -> (Decided, Undo) {
        (std::mem::take(&mut self.decided), std::mem::take(&mut self.undo))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        self.board.undo(undo);
    }
}
