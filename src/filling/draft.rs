//! A roster in the making: what everyone does, what it scores, and changes that are tried and kept or taken back.

use super::problem::Heads;
use super::row::{Account, Counters, Score, Tally, judge};
use super::rule::{DAY, Term};
use super::sheet::{OFF, Post, Sheet, at, place_of, post_of};

/// A roster in the making.
#[derive(Clone)]
pub(super) struct Draft<'s> {
    pub(super) sheet: &'s Sheet<'s>,
    /// By person and day.
    rows: Vec<Post>,
    /// By post: how many stand there.
    heads: Vec<u32>,
    /// By person: what he scores.
    scores: Vec<Score>,
    /// By person: what is broken already by what stands, if anything is: that is nobody's fault here.
    excused: Vec<Option<Account>>,
    total: Score,
    trial: Trial,
    counters: Counters,
}

/// A change that is being tried.
#[derive(Clone, Default)]
struct Trial {
    /// Cells that were changed, with what was there.
    changed: Vec<(usize, usize, Post)>,
    /// Whose rows were changed, with what they score now.
    touched: Vec<(usize, Score)>,
    /// What it does to heads and pairs.
    around: Score,
}

impl<'s> Draft<'s> {
    /// What stands.
    pub(super) fn standing(sheet: &'s Sheet<'s>) -> Draft<'s> {
        Draft::of(sheet, sheet.all_standing().to_vec())
    }

    /// These rows.
    pub(super) fn of(sheet: &'s Sheet<'s>, rows: Vec<Post>) -> Draft<'s> {
        let people = sheet.problem.people.len();
        let mut draft = Draft {
            sheet,
            heads: vec![0; sheet.stints().count()],
            scores: vec![Score::default(); people],
            excused: vec![None; people],
            total: Score::default(),
            trial: Trial::default(),
            counters: Counters::default(),
            rows,
        };
        for post in &draft.rows {
            draft.heads[at(*post)] += 1;
        }
        for person in 0..people {
            let mut standing = Account::default();
            let row = &sheet.all_standing()[person * sheet.days..(person + 1) * sheet.days];
            judge(sheet, person, row, &mut draft.counters, &mut standing);
            draft.excused[person] = standing.forbids().then_some(standing);
            draft.scores[person] = draft.score_of(person);
            draft.total = draft.total.plus(draft.scores[person]);
        }
        let mut around = Score::default();
        draft.around(&mut around);
        draft.total = draft.total.plus(around);
        draft
    }

    /// Everything that is not about one person: heads and pairs.
    fn around(&self, tally: &mut Score) {
        for (stint, present) in self.sheet.stints().zip(&self.heads).skip(1) {
            *tally = tally.plus(short_of(&stint.heads, *present));
        }
        for person in 0..self.scores.len() {
            for day in 0..self.sheet.days {
                let post = self.post(person, day);
                // Each bond is seen from both sides.
                tally.cost += self.alone(person, day, post);
            }
        }
    }

    /// What it scores.
    pub(super) fn total(&self) -> Score {
        self.total
    }

    /// Everyone's days.
    pub(super) fn rows(&self) -> &[Post] {
        &self.rows
    }

    /// What a person does on a day.
    pub(super) fn post(&self, person: usize, day: usize) -> Post {
        self.rows[person * self.sheet.days + day]
    }

    /// A person's days.
    pub(super) fn row(&self, person: usize) -> &[Post] {
        &self.rows[person * self.sheet.days..(person + 1) * self.sheet.days]
    }

    /// How many stand at a place.
    pub(super) fn heads(&self, place: usize) -> u32 {
        self.heads[at(post_of(place))]
    }

    /// Whether a place has fewer people than wanted.
    pub(super) fn is_short(&self, post: Post) -> bool {
        self.heads[at(post)] < self.sheet.stint(post).heads.wanted
    }

    fn score_of(&mut self, person: usize) -> Score {
        let row = &self.rows[person * self.sheet.days..(person + 1) * self.sheet.days];
        if let Some(excused) = &self.excused[person] {
            let mut account = Account::default();
            judge(self.sheet, person, row, &mut self.counters, &mut account);
            return account.beyond(excused);
        }
        let mut score = Score::default();
        judge(self.sheet, person, row, &mut self.counters, &mut score);
        score
    }

    /// Tries something on a day; false when he may not do it.
    pub(super) fn try_post(&mut self, person: usize, day: usize, post: Post) -> bool {
        let cell = person * self.sheet.days + day;
        let before = self.rows[cell];
        if before == post {
            return true;
        }
        if !self.sheet.may(person, day, post) {
            return false;
        }
        self.put(person, day, post);
        self.trial.changed.push((person, day, before));
        if !self.trial.touched.iter().any(|(touched, _)| *touched == person) {
            self.trial.touched.push((person, Score::default()));
        }
        true
    }

    /// Puts someone somewhere and keeps heads and pairs right.
    fn put(&mut self, person: usize, day: usize, post: Post) {
        let cell = person * self.sheet.days + day;
        let before = self.rows[cell];
        let mut around = self.trial.around;
        let bound = !self.sheet.bonds(person).is_empty();
        if bound {
            around.cost -= self.apart(person, day);
        }
        for (changed, joins) in [(before, false), (post, true)] {
            if changed == OFF {
                continue;
            }
            let heads = &self.sheet.stint(changed).heads;
            let count = &mut self.heads[at(changed)];
            around = around.minus(short_of(heads, *count));
            *count = if joins { *count + 1 } else { *count - 1 };
            around = around.plus(short_of(heads, *count));
        }
        self.rows[cell] = post;
        if bound {
            around.cost += self.apart(person, day);
        }
        self.trial.around = around;
    }

    /// What everyone's pairs with this person cost on a day, his side and theirs.
    fn apart(&self, person: usize, day: usize) -> i64 {
        let crew = self.sheet.stint(self.post(person, day)).crew;
        let of = |&(other, weight): &(usize, i64)| {
            let theirs = self.sheet.stint(self.post(other, day)).crew;
            let lonely = i64::from(crew.is_some()) + i64::from(theirs.is_some());
            if crew == theirs { 0 } else { lonely * weight }
        };
        self.sheet.bonds(person).iter().map(of).sum()
    }

    /// What his own side of his pairs costs on a day, at this post.
    pub(super) fn alone(&self, person: usize, day: usize, post: Post) -> i64 {
        let Some(crew) = self.sheet.stint(post).crew else {
            return 0;
        };
        let together = |other: usize| self.sheet.stint(self.post(other, day)).crew == Some(crew);
        let bonds = self.sheet.bonds(person).iter();
        bonds
            .filter(|(other, _)| !together(*other))
            .map(|(_, weight)| weight)
            .sum()
    }

    /// What the whole would score with what is being tried; none as soon as it is sure to be worth more than the limit.
    pub(super) fn weigh(&mut self, worth: impl Fn(Score) -> i64, limit: i64) -> Option<Score> {
        let mut after = self.total.plus(self.trial.around);
        for (person, _) in &self.trial.touched {
            after = after.minus(self.scores[*person]);
        }
        // No row scores less than nothing.
        for index in 0..self.trial.touched.len() {
            if worth(after) > limit {
                return None;
            }
            let (person, _) = self.trial.touched[index];
            let score = self.score_of(person);
            self.trial.touched[index].1 = score;
            after = after.plus(score);
        }
        (worth(after) <= limit).then_some(after)
    }

    /// Keeps what was tried and weighed.
    pub(super) fn keep(&mut self, weighed: Score) {
        self.total = weighed;
        for (person, score) in self.trial.touched.drain(..) {
            self.scores[person] = score;
        }
        self.trial.changed.clear();
        self.trial.around = Score::default();
    }

    /// Takes it back.
    pub(super) fn take_back(&mut self) {
        while let Some((person, day, before)) = self.trial.changed.pop() {
            self.put(person, day, before);
        }
        self.trial.touched.clear();
        self.trial.around = Score::default();
    }

    /// Whether nothing has been tried.
    pub(super) fn is_untouched(&self) -> bool {
        self.trial.changed.is_empty()
    }

    /// What a person's days break and cost, by name.
    pub(super) fn account(&mut self, person: usize) -> Account {
        let mut account = Account::default();
        let row = &self.rows[person * self.sheet.days..(person + 1) * self.sheet.days];
        judge(self.sheet, person, row, &mut self.counters, &mut account);
        account
    }

    /// What heads and pairs cost, by name.
    pub(super) fn account_around(&self) -> Account {
        let mut account = Account::default();
        for (stint, present) in self.sheet.stints().zip(&self.heads).skip(1) {
            count_heads(&stint.heads, *present, &mut account);
        }
        for person in 0..self.scores.len() {
            for day in 0..self.sheet.days {
                let alone = self.alone(person, day, self.post(person, day));
                account.costs(Term::Pairs, alone);
            }
        }
        account
    }

    /// The places that people stand at: (person, place).
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let days = self.sheet.days.max(1);
        let cells = self.rows.iter().enumerate();
        cells.filter_map(move |(cell, post)| Some((cell / days, place_of(*post)?)))
    }
}

/// What so many people at a place cost; more than may be there is forbidden.
fn short_of(heads: &Heads, present: u32) -> Score {
    let mut score = Score {
        forbidden: i64::from(present.saturating_sub(heads.most)) * DAY,
        ..Score::default()
    };
    count_heads(heads, present, &mut score);
    score
}

/// What so many people at a place cost, by name.
pub(super) fn count_heads(heads: &Heads, present: u32, tally: &mut impl Tally) {
    let times = |count: u32, weight: u32| i64::from(count) * i64::from(weight);
    let missing = heads.wanted.saturating_sub(present);
    tally.costs(Term::Missing, times(missing, heads.missing));
    let over = present.saturating_sub(heads.wanted);
    tally.costs(Term::Over, times(over, heads.over));
}
