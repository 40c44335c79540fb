use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::board::Policy;
use crate::board::testing::{Town, noon, paper};
use crate::moment::Moment;
use crate::roster::decide::grant_credential;
use crate::roster::{Credential, Responder};
use crate::triage::Code;

/// A clinician with these papers, each a code and how long it lasts from noon, seconds.
fn holder(papers: &[(&str, Option<i64>)]) -> Responder {
    let mut town = Town::new();
    let him = town.clinician("C1");
    for (number, (code, lasts)) in papers.iter().enumerate() {
        let mut command = paper(him, code);
        command.number = number.to_string();
        command.valid_until = lasts.map(|lasts| ("2026-11-30".to_owned(), noon().plus_seconds(lasts)));
        town.decide(grant_credential, &command).expect("granted");
    }
    town.him(him).clone()
}

fn held(papers: &[(&str, Option<i64>)]) -> BTreeMap<Code, Option<Moment>> {
    holder(papers).qualifications(&Policy::default(), noon())
}

fn lasting(seconds: i64) -> Option<Moment> {
    Some(noon().plus_seconds(seconds))
}

fn named<const N: usize>(expected: [(&str, Option<Moment>); N]) -> BTreeMap<Code, Option<Moment>> {
    expected.map(|(code, end)| (code.to_owned(), end)).into()
}

#[test]
fn a_paper_grants_its_own_code_and_what_the_policy_says() {
    let expected = [("LCSW", None), ("BEHAVIORAL_HEALTH", None)];
    assert_eq!(held(&[("LCSW", None)]), named(expected));
    assert_eq!(held(&[("SPANISH", None)]), named([("SPANISH", None)]));
    assert_eq!(held(&[]), named([]));
}

#[test]
fn a_qualification_lasts_as_long_as_the_longest_paper_that_grants_it() {
    let two = held(&[("LPC", Some(60)), ("LCSW", Some(90))]);
    assert_eq!(two["BEHAVIORAL_HEALTH"], lasting(90));
    assert_eq!(two["LPC"], lasting(60));
    for papers in [
        [("LPC", Some(60)), ("LCSW", None)],
        [("LCSW", None), ("LPC", Some(60))],
    ] {
        assert_eq!(held(&papers)["BEHAVIORAL_HEALTH"], None, "one has no end");
    }
}

#[test]
fn a_lapsed_paper_grants_nothing_from_the_moment_at_which_it_lapses() {
    let him = holder(&[("CIT", Some(60))]);
    let at = |seconds| him.qualifications(&Policy::default(), noon().plus_seconds(seconds));
    assert_eq!(at(59), named([("CIT", lasting(60))]));
    assert_eq!(at(60), named([]));
}

#[test]
fn a_paper_grants_nothing_before_its_first_moment() {
    let mut him = holder(&[("CIT", Some(60))]);
    let paper = him.credentials.values_mut().next().expect("a paper");
    paper.starts_at = Some(noon().plus_seconds(10));
    let at = |seconds| him.qualifications(&Policy::default(), noon().plus_seconds(seconds));
    assert_eq!(at(9), named([]));
    assert_eq!(at(10), named([("CIT", lasting(60))]));
}

#[test]
fn papers_that_follow_each_other_are_one_and_a_gap_is_an_end() {
    let until = |gap: i64| {
        let mut him = holder(&[("LPC", Some(60)), ("LCSW", Some(90))]);
        for paper in him.credentials.values_mut().filter(|paper| paper.code == "LCSW") {
            paper.starts_at = Some(noon().plus_seconds(60 + gap));
        }
        him.qualifications(&Policy::default(), noon())["BEHAVIORAL_HEALTH"]
    };
    assert_eq!(until(0), lasting(90), "renewed without a gap");
    assert_eq!(until(-30), lasting(90), "renewed early");
    assert_eq!(until(1), lasting(60), "renewed late");
}

#[test]
fn a_revoked_paper_grants_nothing() {
    let mut him = holder(&[("CIT", None)]);
    for credential in him.credentials.values_mut() {
        credential.revoked_at = Some(noon());
    }
    assert_eq!(him.qualifications(&Policy::default(), noon()), named([]));
}

/// Whether he holds it at this one moment, asked paper by paper.
fn holds(him: &Responder, code: &str, policy: &Policy, at: Moment) -> bool {
    him.papers().any(|credential: &Credential| {
        let stands = credential.revoked_at.is_none()
            && credential.starts_at.is_none_or(|start| start <= at)
            && credential.lapses_at.is_none_or(|end| at < end);
        let grants = credential.code == code
            || policy
                .credential_kinds
                .iter()
                .any(|kind| kind.code == credential.code && kind.qualifications.contains(code));
        stands && grants
    })
}

proptest! {
    #[test]
    fn he_holds_a_qualification_until_its_end_and_not_longer(
        papers in prop::collection::vec(
            (prop::sample::select(vec!["LCSW", "LPC", "CIT", "SPANISH"]), prop::option::of(-50_i64..200)),
            0..6,
        ),
        begins in prop::collection::vec(prop::option::of(-50_i64..100), 6),
        asked in 0_i64..250,
    ) {
        let mut him = holder(&papers);
        for (paper, begins) in him.credentials.values_mut().zip(&begins) {
            paper.starts_at = begins.map(|begins| noon().plus_seconds(begins));
        }
        let policy = Policy::default();
        let from_noon = him.qualifications(&policy, noon());
        let at = noon().plus_seconds(asked);
        for code in ["LCSW", "LPC", "CIT", "SPANISH", "BEHAVIORAL_HEALTH"] {
            // Second by second: what is told from noon on is what he holds until the first moment at which he does not.
            let holds_until = |at: i64| {
                (0..=at).all(|second| holds(&him, code, &policy, noon().plus_seconds(second)))
            };
            let told = from_noon.get(code).is_some_and(|end| end.is_none_or(|end| at < end));
            prop_assert_eq!(told, holds_until(asked), "{}", code);
        }
    }
}
