//! The answer: who works what, what it costs by rule, and what stays open, with a reason for each person.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::problem::{Fault, Problem};
use super::rule::{Breach, Cost, Rule};
use super::search::{Go, Progress, search};
use super::sheet::Sheet;
use super::taking::{Obstacle, taking};

/// A roster that could be published. Nothing publishes it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who works what, by person and day; what stands and stays is among it.
    pub assigned: Vec<Assigned>,
    /// What stands and is taken away, by person.
    pub taken_away: Vec<Assigned>,
    /// What it costs.
    pub cost: Cost,
    /// Hard rules that are not kept: those that what stands breaks already, and leasts that could not be had.
    pub breaches: Vec<Breach>,
    /// Places with fewer people than wanted.
    pub open: Vec<Open>,
}

/// Someone at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assigned {
    /// Who.
    pub person: usize,
    /// Where.
    pub place: usize,
}

/// A place that has fewer people than wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Which.
    pub place: usize,
    /// How many are missing to the wanted.
    pub missing: u32,
    /// Why each of those who are not there is not.
    pub obstacles: Vec<(usize, Obstacle)>,
}

/// Fills a roster: looks for a better one until the watch says stop, which it is asked every
/// [`STEPS_BETWEEN_LOOKS`](super::STEPS_BETWEEN_LOOKS) steps. The same seed and as many steps give the same proposal; more
/// steps never give a worse one. Rules that forbid are never broken beyond what stands already; those that ask for more
/// come next; then the cost.
///
/// # Errors
/// A [`Fault`] of the problem.
pub fn propose(
    problem: &Problem,
    seed: u64,
    watch: &mut dyn FnMut(&Progress) -> Go,
) -> Result<Proposal, Fault> {
    problem.check()?;
    let sheet = Sheet::new(problem);
    let rows = search(&sheet, seed, watch);
    Ok(told(&mut Draft::of(&sheet, rows)))
}

/// What a roster is worth as it stands, told in the same way.
///
/// # Errors
/// A [`Fault`] of the problem.
pub fn appraise(problem: &Problem) -> Result<Proposal, Fault> {
    problem.check()?;
    let sheet = Sheet::new(problem);
    Ok(told(&mut Draft::standing(&sheet)))
}

fn told(draft: &mut Draft<'_>) -> Proposal {
    let problem = draft.sheet.problem;
    let assigned: Vec<Assigned> = draft
        .places()
        .map(|(person, place)| Assigned { person, place })
        .collect();
    let mut cost = draft.account_around().cost;
    let mut breaches = Vec::new();
    for person in 0..problem.people.len() {
        let account = draft.account(person);
        breaches.extend(account.breaches(person));
        cost = cost.and(&account.cost);
    }
    let open = (0..problem.places.len())
        .filter_map(|place| open(draft, place))
        .collect();
    Proposal {
        taken_away: taken_away(problem, &assigned),
        assigned,
        cost,
        breaches,
        open,
    }
}

fn taken_away(problem: &Problem, assigned: &[Assigned]) -> Vec<Assigned> {
    let kept: BTreeSet<&Assigned> = assigned.iter().collect();
    let people = problem.people.iter().enumerate();
    let standing = people.flat_map(|(person, who)| {
        let places = who.standing.iter().map(|standing| standing.place);
        places.map(move |place| Assigned { person, place })
    });
    standing.filter(|one| !kept.contains(one)).collect()
}

fn open(draft: &mut Draft<'_>, place: usize) -> Option<Open> {
    let problem = draft.sheet.problem;
    let missing = problem.places[place]
        .heads
        .wanted
        .saturating_sub(draft.heads(place));
    if missing == 0 || problem.places[place].fixed {
        return None;
    }
    let mut obstacles = Vec::new();
    for person in 0..problem.people.len() {
        match taking(draft, person, place) {
            Err(Obstacle::HasIt) => {}
            Err(obstacle) => obstacles.push((person, obstacle)),
            Ok(cost) => obstacles.push((person, Obstacle::Unchosen(cost))),
        }
    }
    Some(Open {
        place,
        missing,
        obstacles,
    })
}

impl Proposal {
    /// How much of a rule is not kept, over everyone.
    pub fn broken(&self, rule: Rule) -> i64 {
        let of_rule = self.breaches.iter().filter(|breach| breach.rule == rule);
        of_rule.map(|breach| breach.amount).sum()
    }
}
