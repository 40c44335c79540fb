//! A proposal against every roster there is, and each rule by itself.

mod oracle;
mod rules;
mod small;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use super::{Go, Problem, Proposal, STEPS_BETWEEN_LOOKS, appraise, propose, suggest};
use oracle::{Roster, best, may_be_proposed, worth};

/// The same problems in every run: the search is the same in every run, too, and near the best is not the best.
const SEED: u64 = 2026;
/// How many are compared with every roster there is.
const SMALL_ROSTERS: usize = 100;

/// Fills it in so many looks of the watch.
fn fill(problem: &Problem, looks: u64) -> Proposal {
    let end = looks * STEPS_BETWEEN_LOOKS;
    propose(problem, 1, &mut |progress| {
        if progress.steps < end { Go::On } else { Go::Stop }
    })
    .unwrap()
}

fn roster(problem: &Problem, proposal: &Proposal) -> Roster {
    let mut roster = vec![vec![None; problem.days]; problem.people.len()];
    for one in &proposal.assigned {
        roster[one.person][problem.places[one.place].day] = Some(one.place);
    }
    roster
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(SEED), ..ProptestConfig::default() })]

    /// Whatever is asked: no rule is broken beyond what stands, what is pinned stays, and the cost is what it is said to be.
    #[test]
    fn a_proposal_keeps_the_rules_and_costs_what_it_says(problem in small::problem()) {
        let proposal = fill(&problem, 3);
        let roster = roster(&problem, &proposal);
        prop_assert!(may_be_proposed(&problem, &roster), "{roster:?}");
        prop_assert_eq!(proposal.cost.total(), worth(&problem, &roster).cost);
    }

    /// An answer is there at once, and more steps never make it worse.
    #[test]
    fn more_steps_are_never_worse(problem in small::problem()) {
        let of = |looks| {
            let worth = worth(&problem, &roster(&problem, &fill(&problem, looks)));
            (worth.asked, worth.cost)
        };
        let standing = worth(&problem, &oracle::standing(&problem));
        let found = [(standing.asked, standing.cost), of(0), of(1), of(3)];
        prop_assert!(found.is_sorted_by(|earlier, later| later <= earlier), "{found:?}");
    }

    /// Whoever is suggested could take the place, and it costs what is said; of the others each would break something.
    #[test]
    fn suggestions_say_what_taking_the_place_would_do(problem in small::problem(), place in 0_usize..5) {
        prop_assume!(place < problem.places.len());
        let before = oracle::standing(&problem);
        let now = worth(&problem, &before);
        let suggestion = suggest(&problem, place).unwrap();
        prop_assert!(suggestion.able.is_sorted_by_key(|(_, cost)| cost.total()));
        let day = problem.places[place].day;
        let mut asked_about = 0;
        for person in 0..small::PEOPLE {
            let mut after = before.clone();
            let free = after[person][day].replace(place).is_none();
            let then = worth(&problem, &after);
            if let Some((_, cost)) = suggestion.able.iter().find(|(able, _)| *able == person) {
                prop_assert!(free && may_be_proposed(&problem, &after));
                let heads = heads_alone(&problem, &after, place) - heads_alone(&problem, &before, place);
                prop_assert_eq!(now.cost + cost.total() + heads, then.cost);
                asked_about += 1;
            } else {
                prop_assert!(!free || !may_be_proposed(&problem, &after) || worse(&problem, &before, &after, person));
                asked_about += usize::from(suggestion.stopped.iter().any(|(stopped, _)| *stopped == person));
            }
        }
        prop_assert_eq!(asked_about, small::PEOPLE);
    }
}

/// Of rosters so small that all can be tried. The search is no proof: where what is asked for cannot be had, it may be
/// stopped in front of a better one. In most it is not, and it is never so good that the rules must have been bent.
#[test]
fn of_small_rosters_the_best_there_is_is_nearly_always_found() {
    let mut runner = TestRunner::new(ProptestConfig {
        rng_seed: RngSeed::Fixed(SEED),
        ..ProptestConfig::default()
    });
    let mut missed = 0;
    for _ in 0..SMALL_ROSTERS {
        let problem = small::problem().new_tree(&mut runner).unwrap().current();
        let found = worth(&problem, &roster(&problem, &fill(&problem, 30)));
        let (found, best) = ((found.asked, found.cost), best(&problem));
        assert!(
            found >= best,
            "{found:?} is better than all there are, {best:?}: {problem:?}"
        );
        missed += usize::from(found > best);
    }
    assert!(
        missed <= SMALL_ROSTERS / 50,
        "{missed} of {SMALL_ROSTERS} are not the best"
    );
}

#[test]
fn one_seed_gives_one_proposal_and_the_watch_stops_it() {
    let mut problem = rules::week(1);
    problem.people[0].limits.longest_run = Some(5);
    let mut seen = Vec::new();
    let mut run = |seed, looks: usize| {
        seen.clear();
        let proposal = propose(&problem, seed, &mut |progress| {
            seen.push(progress.steps / STEPS_BETWEEN_LOOKS);
            if seen.len() > looks { Go::Stop } else { Go::On }
        });
        (proposal.unwrap(), seen.clone())
    };
    assert_eq!(run(1, 3), run(1, 3));
    assert_eq!(run(1, 3).1, [0, 1, 2, 3]);
    assert_eq!(run(1, 0).1, [0]);
    assert_eq!(run(1, 0).0.open.len(), 1);
}

#[test]
fn a_roster_that_costs_nothing_is_not_searched_any_further() {
    let mut looks = 0;
    let proposal = propose(&rules::week(4), 1, &mut |_| {
        looks += 1;
        Go::On
    });
    assert_eq!((proposal.unwrap().cost.total(), looks), (0, 1));
}

/// Whether some hard rule of this person is kept less than before, by the answers' own names of the rules.
fn worse(problem: &Problem, before: &Roster, after: &Roster, person: usize) -> bool {
    let broken = |roster: &Roster| {
        let mut then = problem.clone();
        for (who, days) in then.people.iter_mut().zip(roster) {
            who.standing = days
                .iter()
                .flatten()
                .map(|place| super::Standing {
                    place: *place,
                    pinned: true,
                })
                .collect();
        }
        let all = appraise(&then).unwrap();
        move |rule| {
            let of = all
                .breaches
                .iter()
                .filter(|one| one.person == person && one.rule == rule);
            of.map(|one| one.amount).sum::<i64>()
        }
    };
    let (before, after) = (broken(before), broken(after));
    super::Rule::ALL
        .into_iter()
        .any(|rule| after(rule) > before(rule))
}

fn heads_alone(problem: &Problem, roster: &Roster, place: usize) -> i64 {
    let present = roster
        .iter()
        .flatten()
        .filter(|post| **post == Some(place))
        .count() as i64;
    let heads = &problem.places[place].heads;
    (i64::from(heads.wanted) - present).max(0) * i64::from(heads.missing)
        + (present - i64::from(heads.wanted)).max(0) * i64::from(heads.over)
}
