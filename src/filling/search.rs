//! The search: simulated annealing over everyone's days, in cycles that grow longer, until it is told to stop. What it
//! gives is the best roster that it saw, so more time never makes it worse; and it asks for no clock, so the same seed
//! and the same number of steps give the same roster.
//!
//! A cycle begins hot, where a place may be given up for a better one elsewhere, stays longest where gaps wander but no
//! new ones are made, and ends cold, where only wishes are traded.

use super::chance::Chance;
use super::draft::Draft;
use super::moves::try_some;
use super::row::Score;
use super::rule::DAY;
use super::sheet::{OFF, Post, Sheet, post_of};

/// How far the search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Changes tried so far.
    pub steps: u64,
    /// What the best roster costs.
    pub cost: i64,
    /// By how much it misses the rules that ask for more, in minutes; a missing day counts as 480.
    pub missed: i64,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Stop now: the deadline has come, or nobody waits any more.
    Stop,
}

/// The watch is asked once the first fill is done, and again after each so many steps: every few milliseconds.
pub const STEPS_BETWEEN_LOOKS: u64 = 1024;

/// Steps of the first cycle, a multiple of [`LEVELS`].
const FIRST_CYCLE: u64 = 1 << 14;
/// Steps of the longest.
const LONGEST_CYCLE: u64 = 1 << 25;
/// The temperature changes so many times in a cycle.
const LEVELS: u64 = 512;

/// The best rows that were found before the watch said stop.
pub(super) fn search(sheet: &Sheet<'_>, seed: u64, watch: &mut dyn FnMut(&Progress) -> Go) -> Vec<Post> {
    let first = first_fill(sheet);
    let mut annealing = Annealing {
        best: first.rows().to_vec(),
        least: first.total(),
        chance: Chance::new(seed),
        steps: 0,
        heat: Heat::of(sheet),
    };
    if sheet.open_days().is_empty() {
        return annealing.best;
    }
    let mut length = FIRST_CYCLE;
    while annealing.cycle(sheet, length, watch) == Go::On {
        length = (length * 2).min(LONGEST_CYCLE);
        annealing.heat.reckon(annealing.least);
    }
    annealing.best
}

/// What stands, and each gap in turn filled with whoever makes the roster best, as long as someone does: an answer for
/// who cannot wait.
fn first_fill<'s>(sheet: &'s Sheet<'s>) -> Draft<'s> {
    let mut draft = Draft::standing(sheet);
    for place in 0..sheet.problem.places.len() {
        let post = post_of(place);
        while draft.is_short(post)
            && let Some((_, person)) = best_for(&mut draft, post)
        {
            draft.try_post(person, sheet.stint(post).day, post);
            if let Some(score) = draft.weigh(|_| 0, 0) {
                draft.keep(score);
            }
        }
    }
    draft
}

/// With whom at this post the roster is best, if it is better than without.
fn best_for(draft: &mut Draft<'_>, post: Post) -> Option<(Score, usize)> {
    let day = draft.sheet.stint(post).day;
    let mut best: Option<(Score, usize)> = None;
    for person in 0..draft.sheet.problem.people.len() {
        if draft.post(person, day) != OFF {
            continue;
        }
        draft.try_post(person, day, post);
        let score = draft.weigh(|_| 0, 0);
        draft.take_back();
        let better = |score: &Score| *score < best.map_or(draft.total(), |(best, _)| best);
        if let Some(score) = score.filter(better) {
            best = Some((score, person));
        }
    }
    best
}

struct Annealing {
    best: Vec<Post>,
    least: Score,
    chance: Chance,
    steps: u64,
    heat: Heat,
}

impl Annealing {
    /// From hot to cold once, beginning with the best.
    fn cycle(&mut self, sheet: &Sheet<'_>, length: u64, watch: &mut dyn FnMut(&Progress) -> Go) -> Go {
        let mut draft = Draft::of(sheet, self.best.clone());
        let mut energy = self.heat.energy(draft.total());
        for level in 0..LEVELS {
            let warmth = self.heat.at(level);
            for _ in 0..length / LEVELS {
                let looks = self.steps.is_multiple_of(STEPS_BETWEEN_LOOKS);
                if looks && (watch(&self.progress()) == Go::Stop || self.is_perfect()) {
                    return Go::Stop;
                }
                self.steps += 1;
                self.step(&mut draft, &mut energy, warmth);
            }
        }
        Go::On
    }

    fn step(&mut self, draft: &mut Draft<'_>, energy: &mut i64, warmth: i64) {
        try_some(draft, &mut self.chance);
        if draft.is_untouched() {
            return;
        }
        let limit = energy.saturating_add(self.chance.exponential(warmth));
        let heat = &self.heat;
        let Some(score) = draft.weigh(|score| heat.energy(score), limit) else {
            return draft.take_back();
        };
        draft.keep(score);
        *energy = heat.energy(score);
        if score.forbidden == 0 && score < self.least {
            self.least = score;
            self.best.copy_from_slice(draft.rows());
        }
    }

    /// Nothing costs less than nothing.
    fn is_perfect(&self) -> bool {
        self.least.asked == 0 && self.least.cost == 0
    }

    fn progress(&self) -> Progress {
        Progress {
            steps: self.steps,
            cost: self.least.cost,
            missed: self.least.asked,
        }
    }
}

/// How much worse a step may make it, and what broken rules count for on the way. In parts of the coin, of which
/// [`DAY`] make one.
struct Heat {
    /// By level.
    warmth: Vec<i64>,
    /// What a broken minute counts for.
    broken: i64,
    /// What it counts for at least.
    usual: i64,
}

impl Heat {
    /// The coin has no value of its own: it is measured by the dearest thing that one change can lose.
    fn of(sheet: &Sheet<'_>) -> Heat {
        let heads = sheet.problem.places.iter().map(|place| place.heads);
        let missing = heads.map(|heads| heads.missing.max(heads.over));
        let wishes = sheet.problem.people.iter().flat_map(|person| &person.wishes);
        let wishes = wishes.map(|wish| wish.weight);
        let dear = i64::from(missing.chain(wishes).max().unwrap_or(0).max(1));
        let hot = dear * DAY * HOT_PERCENT / 100;
        let bend = LEVELS * BEND_PERCENT / 100;
        let warmth = (0..LEVELS).map(|level| {
            if level < bend {
                falling(hot, HALVINGS_BEFORE, level, bend)
            } else {
                falling(
                    hot >> HALVINGS_BEFORE,
                    HALVINGS_AFTER,
                    level - bend,
                    LEVELS - bend,
                )
            }
        });
        let usual = (dear * BROKEN_PERCENT / 100).max(1);
        Heat {
            warmth: warmth.collect(),
            broken: usual,
            usual,
        }
    }

    /// As long as something that is asked for is missing, it is made dearer from cycle to cycle: several costs together
    /// may outweigh it. Then it is cheap again: where it cannot be had, what it forbids must be crossed for a better cost.
    fn reckon(&mut self, least: Score) {
        let dearer = self.broken * 4;
        self.broken = if least.asked == 0 || dearer > self.usual * DEAREST {
            self.usual
        } else {
            dearer
        };
    }

    fn at(&self, level: u64) -> i64 {
        let level = usize::try_from(level).unwrap_or(0);
        self.warmth.get(level).copied().unwrap_or(0)
    }

    /// One number for a score.
    fn energy(&self, score: Score) -> i64 {
        score.cost * DAY + (score.forbidden + score.asked) * self.broken
    }
}

/// From a temperature down by so many halvings, of `of` steps after `done`; straight within each halving.
fn falling(from: i64, halvings: u64, done: u64, of: u64) -> i64 {
    let parts = halvings * done * 1024 / of;
    let part = i64::try_from(parts % 1024).unwrap_or(0);
    (from >> (parts / 1024)) * (2048 - part) / 2048
}

/// The first temperature, in hundredths of the dearest thing.
const HOT_PERCENT: i64 = 30;
/// How often it is halved until the bend.
const HALVINGS_BEFORE: u64 = 2;
/// Where in a cycle the bend is, in hundredths.
const BEND_PERCENT: u64 = 88;
/// How often it is halved after it.
const HALVINGS_AFTER: u64 = 5;
/// What a broken day counts for, in hundredths of the dearest thing: so dear that none is left when it is cold.
const BROKEN_PERCENT: i64 = 250;
/// How many times dearer that may become.
const DEAREST: i64 = 16;
