//! One row: what is wanted and who is there, from moment to moment.

use std::collections::{BTreeMap, BTreeSet};

use super::fitting::most;
use super::{Counted, Measure, Step, Strength};
use crate::id::{AreaId, ResponderId};
use crate::moment::{Moment, Window};
use crate::triage::{CLINICIAN, Code, OFFICER};

/// What a post wants on one date.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// From when to when.
    pub(super) window: Window,
    /// Of whom.
    pub(super) discipline: Code,
    /// The area it is for; none for a post without one.
    pub(super) area_ids: BTreeSet<AreaId>,
    /// With what, beside what the policy requires.
    pub(super) qualifications: BTreeSet<Code>,
    /// How many at least.
    pub(super) minimum: u32,
    /// How many.
    pub(super) wanted: u32,
}

/// A stretch in which someone works and holds what the policy requires.
#[derive(Clone, Debug)]
pub(super) struct Spell {
    /// From when to when.
    pub(super) window: Window,
    /// As what.
    pub(super) discipline: Code,
    /// Where; none means everywhere.
    pub(super) area_ids: BTreeSet<AreaId>,
    /// With what of what is asked for.
    pub(super) held: BTreeSet<Code>,
    /// Who, where it matters: he must not meet somebody, or somebody must not meet him.
    pub(super) who: Option<ResponderId>,
    /// Whom he must not meet.
    pub(super) apart: BTreeSet<ResponderId>,
}

impl Need {
    /// Whether it stands in this row.
    pub(super) fn is_in(&self, area_id: Option<AreaId>) -> bool {
        area_id.is_none_or(|id| self.area_ids.contains(&id))
    }
}

impl Spell {
    /// Whether it stands in this row.
    pub(super) fn is_in(&self, area_id: Option<AreaId>) -> bool {
        area_id.is_none_or(|id| self.area_ids.is_empty() || self.area_ids.contains(&id))
    }
}

/// Places between which there is nothing to choose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Post {
    discipline: Code,
    area_ids: BTreeSet<AreaId>,
    qualifications: BTreeSet<Code>,
}

/// People between whom there is nothing to choose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    discipline: Code,
    area_ids: BTreeSet<AreaId>,
    held: BTreeSet<Code>,
    who: Option<ResponderId>,
    apart: BTreeSet<ResponderId>,
}

/// How many there are of each post and of each kind of people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    minimum: Vec<u32>,
    wanted: Vec<u32>,
    people: Vec<u32>,
}

/// Something begins, or ends.
#[derive(Clone, Copy, Debug)]
struct Turn {
    at: Moment,
    begins: bool,
    of: Of,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    Post { place: usize, minimum: u32, wanted: u32 },
    Kind(usize),
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row {
    /// The area; none is the whole.
    pub(super) area_id: Option<AreaId>,
    measures: BTreeSet<Measure>,
    posts: Vec<Post>,
    kinds: Vec<Kind>,
    /// In order of time.
    turns: Vec<Turn>,
}

impl Row {
    /// Of what is wanted there, and of those who are there. Inside one area nobody is further away than anyone else.
    pub(super) fn new<'a>(
        area_id: Option<AreaId>,
        measures: BTreeSet<Measure>,
        needs: Vec<&'a Need>,
        spells: impl Iterator<Item = &'a Spell>,
    ) -> Row {
        let places = |area_ids: &BTreeSet<AreaId>| match area_id {
            Some(_) => BTreeSet::new(),
            None => area_ids.clone(),
        };
        let (mut posts, mut kinds) = (Numbered::default(), Numbered::default());
        let mut turns = Vec::new();
        for need in needs {
            let place = posts.number(Post {
                discipline: need.discipline.clone(),
                area_ids: places(&need.area_ids),
                qualifications: need.qualifications.clone(),
            });
            let (minimum, wanted) = (need.minimum, need.wanted);
            let of = Of::Post {
                place,
                minimum,
                wanted,
            };
            turns.extend(both_ends(need.window, of));
        }
        for spell in spells {
            let kind = kinds.number(Kind {
                discipline: spell.discipline.clone(),
                area_ids: places(&spell.area_ids),
                held: spell.held.clone(),
                who: spell.who,
                apart: spell.apart.clone(),
            });
            turns.extend(both_ends(spell.window, Of::Kind(kind)));
        }
        turns.sort_by_key(|turn| turn.at);
        Row {
            area_id,
            measures,
            posts: posts.in_order,
            kinds: kinds.in_order,
            turns,
        }
    }

    /// How many measures it has.
    pub(super) fn width(&self) -> usize {
        self.measures.len()
    }

    /// The window in stretches in which nothing changes. What has stood before is not computed again: weeks are much alike.
    pub(super) fn stretches(&self, window: Window) -> Vec<Step> {
        let mut known: BTreeMap<Standing, Vec<Strength>> = BTreeMap::new();
        let mut standing = Standing {
            minimum: vec![0; self.posts.len()],
            wanted: vec![0; self.posts.len()],
            people: vec![0; self.kinds.len()],
        };
        let mut found: Vec<Step> = Vec::new();
        let mut start = window.start;
        let mut turns = self.turns.iter().peekable();
        while start < window.end {
            while let Some(turn) = turns.next_if(|turn| turn.at <= start) {
                standing.take(turn);
            }
            let end = turns.peek().map_or(window.end, |turn| turn.at.min(window.end));
            let strengths = match known.get(&standing) {
                Some(strengths) => strengths.clone(),
                None => {
                    let strengths: Vec<Strength> = self
                        .measures
                        .iter()
                        .map(|one| self.strength(one, &standing))
                        .collect();
                    known.insert(standing.clone(), strengths.clone());
                    strengths
                }
            };
            found.push(Step {
                window: Window { start, end },
                strengths,
            });
            start = end;
        }
        found
    }

    fn strength(&self, measure: &Measure, standing: &Standing) -> Strength {
        let qualification = measure.qualification.as_ref();
        match &measure.counted {
            Counted::Heads(discipline) => self.heads(measure, discipline, qualification, standing),
            Counted::Pairs => self.pairs(measure, qualification, standing),
        }
    }

    fn heads(
        &self,
        measure: &Measure,
        discipline: &str,
        qualification: Option<&Code>,
        standing: &Standing,
    ) -> Strength {
        let brings = |held: &BTreeSet<Code>| qualification.is_none_or(|code| held.contains(code));
        let people = chosen(&standing.people, &self.kinds, |kind| {
            kind.discipline == discipline && brings(&kind.held)
        });
        let places = |all: &[u32]| {
            chosen(all, &self.posts, |post| {
                post.discipline == discipline && brings(&post.qualifications)
            })
        };
        let (minimum, wanted) = (places(&standing.minimum), places(&standing.wanted));
        let fits = |kind: usize, post: usize| {
            let (kind, post) = (&self.kinds[kind], &self.posts[post]);
            post.qualifications.is_subset(&kind.held) && in_common(&kind.area_ids, &post.area_ids)
        };
        let missing = |places: &[u32]| total(places) - most(&people, places, fits);
        Strength {
            measure: measure.clone(),
            minimum: total(&minimum),
            wanted: total(&wanted),
            scheduled: total(&people),
            missing_minimum: missing(&minimum),
            missing_wanted: missing(&wanted),
        }
    }

    fn pairs(&self, measure: &Measure, qualification: Option<&Code>, standing: &Standing) -> Strength {
        let either = |one: &BTreeSet<Code>, other: &BTreeSet<Code>| {
            qualification.is_none_or(|code| one.contains(code) || other.contains(code))
        };
        let planned = |all: &[u32]| {
            let of = |discipline: &str| chosen(all, &self.posts, |post| post.discipline == discipline);
            most(&of(CLINICIAN), &of(OFFICER), |one, other| {
                let (one, other) = (&self.posts[one], &self.posts[other]);
                either(&one.qualifications, &other.qualifications)
                    && in_common(&one.area_ids, &other.area_ids)
            })
        };
        let of = |discipline: &str| {
            chosen(&standing.people, &self.kinds, |kind| {
                kind.discipline == discipline
            })
        };
        let scheduled = most(&of(CLINICIAN), &of(OFFICER), |one, other| {
            let (one, other) = (&self.kinds[one], &self.kinds[other]);
            either(&one.held, &other.held) && in_common(&one.area_ids, &other.area_ids) && one.may_meet(other)
        });
        let (minimum, wanted) = (planned(&standing.minimum), planned(&standing.wanted));
        Strength {
            measure: measure.clone(),
            minimum,
            wanted,
            scheduled,
            missing_minimum: minimum.saturating_sub(scheduled),
            missing_wanted: wanted.saturating_sub(scheduled),
        }
    }
}

impl Kind {
    fn may_meet(&self, other: &Kind) -> bool {
        let apart = |one: &Kind, other: &Kind| other.who.is_some_and(|who| one.apart.contains(&who));
        !apart(self, other) && !apart(other, self)
    }
}

impl Standing {
    fn take(&mut self, turn: &Turn) {
        let moved = |count: &mut u32, by: u32| {
            *count = if turn.begins {
                *count + by
            } else {
                count.saturating_sub(by)
            };
        };
        match turn.of {
            Of::Post {
                place,
                minimum,
                wanted,
            } => {
                moved(&mut self.minimum[place], minimum);
                moved(&mut self.wanted[place], wanted);
            }
            Of::Kind(kind) => moved(&mut self.people[kind], 1),
        }
    }
}

/// Things by the number that each was given when it first came.
struct Numbered<T> {
    numbers: BTreeMap<T, usize>,
    in_order: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered {
            numbers: BTreeMap::new(),
            in_order: Vec::new(),
        }
    }
}

impl<T: Ord + Clone> Numbered<T> {
    fn number(&mut self, one: T) -> usize {
        let next = self.in_order.len();
        if let Some(known) = self.numbers.get(&one) {
            return *known;
        }
        self.in_order.push(one.clone());
        self.numbers.insert(one, next);
        next
    }
}

fn both_ends(window: Window, of: Of) -> [Turn; 2] {
    [(window.start, true), (window.end, false)].map(|(at, begins)| Turn { at, begins, of })
}

/// The counts of those that are chosen, and none of the others.
fn chosen<T>(counts: &[u32], things: &[T], choose: impl Fn(&T) -> bool) -> Vec<u32> {
    let each = counts.iter().zip(things);
    each.map(|(count, thing)| if choose(thing) { *count } else { 0 })
        .collect()
}

fn total(counts: &[u32]) -> u32 {
    counts.iter().sum()
}

/// Whether there is an area in which both are; none means all.
fn in_common(one: &BTreeSet<AreaId>, other: &BTreeSet<AreaId>) -> bool {
    one.is_empty() || other.is_empty() || !one.is_disjoint(other)
}
