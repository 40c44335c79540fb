//! Edits of a pattern: this one, this and later, all.

use super::command::{PatternChange, PatternPart, PostChange, Scope};
use super::{Pattern, Phase, Post};
use crate::refusal::{Reason, Refusal};
use crate::shift::date::LocalDate;

impl Pattern {
    /// The pattern after a change. Whether what it then says can be worked is asked elsewhere.
    pub(super) fn edited(&self, scope: Scope, change: &PatternChange) -> Result<Pattern, Refusal> {
        let mut edited = self.clone();
        match scope {
            Scope::ThisOne(date) => edited.except(date, change)?,
            Scope::ThisAndLater(date) => {
                only_for_all(change)?;
                edited.split_at(date);
                edited.change_from(Some(date), change);
            }
            Scope::All => {
                if let Some(name) = &change.name {
                    edited.name.clone_from(name);
                }
                edited.change_from(None, change);
            }
        }
        edited.tidy();
        Ok(edited)
    }

    /// The pattern with one part set.
    pub(super) fn with_part(&self, part: &PatternPart) -> Pattern {
        let mut edited = self.clone();
        match part.clone() {
            PatternPart::On(date, post) => {
                edited.exceptions.insert(date, post);
            }
            PatternPart::Always(cadence, post) => {
                let first = &mut edited.phases[0];
                (first.cadence, first.post) = (cadence, post);
            }
            PatternPart::From(date, cadence, post) => edited.begin_phase(Phase {
                first_on: date,
                cadence,
                post,
            }),
        }
        edited.tidy();
        edited
    }

    fn begin_phase(&mut self, phase: Phase) {
        let first = &mut self.phases[0];
        // What holds from the beginning holds before any date.
        if first.first_on >= phase.first_on {
            first.first_on = phase.first_on.plus_days(-1).unwrap_or(first.first_on);
        }
        let later = self.phases.iter().skip(1);
        let place = 1 + later.take_while(|other| other.first_on < phase.first_on).count();
        match self.phases.get_mut(place) {
            Some(same) if same.first_on == phase.first_on => *same = phase,
            Some(_) | None => self.phases.insert(place, phase),
        }
    }

    /// Changes the phases that begin on this date or later. An exception keeps what it says itself, and follows in the rest.
    fn change_from(&mut self, date: Option<LocalDate>, change: &PatternChange) {
        let before = self.clone();
        let later = |other: &LocalDate| date.is_none_or(|date| *other >= date);
        for phase in self.phases.iter_mut().filter(|phase| later(&phase.first_on)) {
            if let Some(cadence) = &change.cadence {
                phase.cadence.clone_from(cadence);
            }
            change.post.apply_to(&mut phase.post);
        }
        let now = self.clone();
        for (date, post) in self.exceptions.iter_mut().filter(|(date, _)| later(date)) {
            post.follow(&before.phase_on(*date).post, &now.phase_on(*date).post);
        }
    }

    fn except(&mut self, date: LocalDate, change: &PatternChange) -> Result<(), Refusal> {
        only_for_all(change)?;
        if change.cadence.is_some() {
            let why = "one date has no cadence: change its post, or take it out of the cadence for all";
            return Err(Refusal::field(Reason::InvalidMask, "update_mask", why));
        }
        if !self.recurs_on(date) {
            return Err(Refusal::field(
                Reason::NotFound,
                "date",
                "the pattern has no such date",
            ));
        }
        let standing = self.exceptions.get(&date);
        let mut post = standing.unwrap_or(&self.phase_on(date).post).clone();
        change.post.apply_to(&mut post);
        self.exceptions.insert(date, post);
        Ok(())
    }

    /// A phase begins on this date; it says what the one before it says.
    fn split_at(&mut self, date: LocalDate) {
        let before = self.phases.iter().rposition(|phase| phase.first_on < date);
        if let Some(before) = before
            && self
                .phases
                .get(before + 1)
                .is_none_or(|next| next.first_on > date)
        {
            let phase = Phase {
                first_on: date,
                ..self.phases[before].clone()
            };
            self.phases.insert(before + 1, phase);
        }
    }

    /// What says nothing goes: a phase like the one before it, an exception like its phase. So an edit that is taken back
    /// leaves the pattern as it was.
    fn tidy(&mut self) {
        self.phases
            .dedup_by(|next, before| next.cadence == before.cadence && next.post == before.post);
        if let Some(first) = self.phases.first_mut() {
            first.first_on = first.cadence.starts_on.min(first.first_on);
        }
        let exceptions = std::mem::take(&mut self.exceptions);
        let saying = exceptions
            .into_iter()
            .filter(|(date, post)| self.phase_on(*date).post != *post);
        self.exceptions = saying.collect();
    }
}

fn only_for_all(change: &PatternChange) -> Result<(), Refusal> {
    match &change.name {
        Some(_) => Err(Refusal::field(
            Reason::InvalidMask,
            "update_mask",
            "a name is changed for all",
        )),
        None => Ok(()),
    }
}

impl Post {
    /// Takes over what has changed between two posts, except where it differs from the first already.
    fn follow(&mut self, before: &Post, now: &Post) {
        fn take<T: Clone + PartialEq>(own: &mut T, before: &T, now: &T) {
            if own == before {
                own.clone_from(now);
            }
        }
        take(&mut self.start_minute, &before.start_minute, &now.start_minute);
        take(
            &mut self.length_minutes,
            &before.length_minutes,
            &now.length_minutes,
        );
        take(&mut self.area_id, &before.area_id, &now.area_id);
        take(
            &mut self.required_qualifications,
            &before.required_qualifications,
            &now.required_qualifications,
        );
        take(&mut self.minimum, &before.minimum, &now.minimum);
        take(&mut self.wanted, &before.wanted, &now.wanted);
        take(&mut self.places, &before.places, &now.places);
        take(&mut self.turn_days, &before.turn_days, &now.turn_days);
    }
}

impl PostChange {
    fn apply_to(&self, post: &mut Post) {
        let PostChange {
            start_minute,
            end,
            area_id,
            required_qualifications,
            minimum,
            wanted,
            places,
            turn_days,
        } = self;
        post.start_minute = start_minute.unwrap_or(post.start_minute);
        if let Some(end) = end {
            post.length_minutes = end.length_from(post.start_minute);
        }
        post.area_id = area_id.unwrap_or(post.area_id);
        if let Some(required) = required_qualifications {
            post.required_qualifications.clone_from(required);
        }
        post.minimum = minimum.unwrap_or(post.minimum);
        post.wanted = wanted.unwrap_or(post.wanted);
        if let Some(places) = places {
            post.places.clone_from(places);
        }
        post.turn_days = turn_days.unwrap_or(post.turn_days);
    }
}
