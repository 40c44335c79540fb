//! Any situation at all: the oracle has no objection, the order of the candidates does not matter, and the stored
//! question gives the stored answer.
//!
//! Values come from few, so that ties, limits and broken laws are common. The seed is printed; `TANDEM_PROOF_SEED` repeats it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tandem::board::Duty;
use tandem::dispatch::PositionBasis;
use tandem::matching::{Candidate, Situation, match_call};
use tandem::moment::Moment;
use tandem::triage::Response;

use super::scene::{NOW, ON_SCENE, Scene, clinician, from, id, numbered, officer};
use crate::oracle::Oracle;

const CASES: u32 = 600;

#[test]
fn the_oracle_never_objects() {
    check(|situation, _| {
        let report = match_call(&situation);
        Oracle::new()
            .argue(&situation, &report)
            .map_err(TestCaseError::fail)
    });
}

#[test]
fn the_order_of_the_candidates_does_not_matter() {
    check(|situation, order| {
        let mut other = situation.clone();
        for (place, with) in order.iter().enumerate().take(other.candidates.len()) {
            let with = with.index(other.candidates.len());
            other.candidates.swap(place, with);
        }
        prop_assert_eq!(match_call(&other), match_call(&situation));
        Ok(())
    });
}

#[test]
fn a_stored_question_gives_the_stored_answer() {
    check(|situation, _| {
        let asked = serde_json::to_string(&situation).unwrap();
        let asked: Situation = serde_json::from_str(&asked).unwrap();
        let answer = |situation| serde_json::to_string(&match_call(situation)).unwrap();
        prop_assert_eq!(answer(&asked), answer(&situation));
        Ok(())
    });
}

fn check(property: impl Fn(Situation, Vec<Index>) -> Result<(), TestCaseError>) {
    let seed = match std::env::var("TANDEM_PROOF_SEED") {
        Ok(seed) => seed.parse().expect("TANDEM_PROOF_SEED is a whole number"),
        Err(_) => getrandom::u64().expect("the system's random source"),
    };
    println!("TANDEM_PROOF_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let cases = (situation(), prop::collection::vec(any::<Index>(), 12));
    if let Err(failure) = runner.run(&cases, |(situation, order)| property(situation, order)) {
        panic!("{failure}");
    }
}

fn situation() -> impl Strategy<Value = Situation> {
    let response = select(vec![
        Response::Pair,
        Response::Pair,
        Response::OfficerLed,
        Response::ClinicianOnly,
        Response::OfficerOnly,
        Response::Telephone,
    ]);
    let people = prop::collection::vec(candidate(), 0..12);
    let held = prop::option::weighted(0.25, any::<Index>());
    let policy = (any::<bool>(), rarely(), select(vec![0, 900]), 0..6_u32);
    (response, people, held, policy, rarely(), areas()).prop_map(
        |(response, mut people, held, (overrun, conditionally, rest, runners_up), nowhere, areas)| {
            for (n, person) in (1..).zip(&mut people) {
                person.responder_id = id(n);
            }
            let scene = Scene::of(response)
                .policy(|policy| {
                    policy.allow_shift_overrun = overrun;
                    policy.send_conditionally_available = conditionally;
                    policy.rest_seconds = rest;
                    policy.runners_up = runners_up;
                })
                .change(|situation| {
                    situation.area_ids = areas;
                    situation.point = situation.point.filter(|_| !nowhere);
                });
            match held {
                Some(held) if scene.0.slots.len() == 2 && !people.is_empty() => {
                    let stays = people.swap_remove(held.index(people.len()));
                    scene.holding(&stays).with(people).0
                }
                _ => scene.with(people).0,
            }
        },
    )
}

/// One who can be sent in about a third of the cases, and else breaks a law or two.
fn candidate() -> impl Strategy<Value = Candidate> {
    let discipline = any::<bool>().prop_map(|clinical| if clinical { clinician(1) } else { officer(1) });
    let way = (
        select(vec![0, 60, 60, 120, 180, 3600, 3601]),
        select(vec![
            PositionBasis::Live,
            PositionBasis::Live,
            PositionBasis::Stale,
            PositionBasis::Base,
        ]),
    );
    let flags = (rarely(), rarely(), rarely(), rarely(), (rarely(), rarely()));
    let presence = (
        usually(select(vec![60, ON_SCENE, ON_SCENE + 60, ON_SCENE + 120, 36_000])),
        usually(select(vec![
            (Duty::Available, ""),
            (Duty::Available, ""),
            (Duty::Available, ""),
            (Duty::Available, "telephone"),
            (Duty::ConditionallyAvailable, "meal"),
            (Duty::ConditionallyAvailable, "telephone"),
            (Duty::NotAvailable, "court"),
        ])),
    );
    let turns = (
        prop::option::of(select(vec![-60, -900])),
        prop::option::of(select(vec![-60, -900])),
    );
    let papers = select(vec![None, None, None, Some(60), Some(ON_SCENE + 60)]);
    let apart = prop::collection::btree_set(1..13_u32, 0..4);
    (
        discipline,
        usually(way),
        flags,
        presence,
        turns,
        papers,
        (apart, areas()),
    )
        .prop_map(
            |(
                one,
                way,
                (retired, in_emergency, assigned, unmeasured, (declined, replaced)),
                (shift, duty),
                turns,
                papers,
                (apart, areas),
            )| {
                let after = |seconds: i64| NOW.plus_seconds(seconds);
                let lapses: Option<Moment> = papers.map(after);
                Candidate {
                    retired,
                    in_emergency,
                    assigned,
                    unmeasured,
                    declined,
                    replaced,
                    leg: way.and_then(|(seconds, basis)| from(seconds, basis)),
                    shift_ends_at: shift.map(after),
                    duty: duty.map(|(primary, reason)| (primary, reason.to_owned())),
                    last_sent_at: turns.0.map(after),
                    last_freed_at: turns.1.map(after),
                    qualifications: one
                        .qualifications
                        .keys()
                        .map(|code| (code.clone(), lapses))
                        .collect(),
                    must_not_meet: apart.into_iter().map(id).collect(),
                    area_ids: areas,
                    ..one
                }
            },
        )
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.06)
}

fn usually<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    prop::option::weighted(0.94, strategy)
}

fn areas() -> impl Strategy<Value = BTreeSet<tandem::id::AreaId>> {
    select(vec![vec![], vec![], vec![], vec![1], vec![1, 2], vec![2]])
        .prop_map(|areas| areas.into_iter().map(numbered).collect())
}
