//! Whom it sends, who comes next, and what is said of them.

use tandem::dispatch::{Outcome, PositionBasis};
use tandem::matching::{Candidate, Lost, StoredMatch, match_call};
use tandem::triage::Response;

use super::scene::{NOW, Scene, away, clinician, from, id, numbered, officer, seat};

fn at(seconds: u32, candidate: Candidate) -> Candidate {
    Candidate {
        leg: away(seconds),
        ..candidate
    }
}

fn sent_ago(seconds: i64, candidate: Candidate) -> Candidate {
    Candidate {
        last_sent_at: Some(NOW.plus_seconds(-seconds)),
        ..candidate
    }
}

fn apart_from<const N: usize>(others: [u32; N], candidate: Candidate) -> Candidate {
    Candidate {
        must_not_meet: others.map(id).into(),
        ..candidate
    }
}

#[test]
fn the_nearest_pair_is_sent() {
    let scene = Scene::pair().with([
        at(400, clinician(1)),
        at(200, clinician(2)),
        at(300, officer(3)),
        at(100, officer(4)),
    ]);
    assert_eq!(scene.sent(), [2, 4]);
    let report = scene.report();
    assert_eq!(report.outcome, Outcome::Pair);
    assert_eq!(report.all_there_seconds, 200);
    assert_eq!(report.eligible, 4);
    assert!(!report.degraded);
}

#[test]
fn those_who_must_not_meet_are_not_sent_together_however_near() {
    let scene = Scene::pair().with([
        apart_from([3], at(10, clinician(1))),
        at(500, clinician(2)),
        at(10, officer(3)),
        at(400, officer(4)),
    ]);
    assert_eq!(
        scene.sent(),
        [1, 4],
        "there in 400 s; with the others it would be 500 s"
    );
}

#[test]
fn when_all_are_there_counts_before_how_long_they_travel() {
    let scene = Scene::pair().with([
        at(300, clinician(1)),
        apart_from([3], at(200, clinician(2))),
        at(10, officer(3)),
        at(200, officer(4)),
    ]);
    assert_eq!(
        scene.sent(),
        [2, 4],
        "in 200 s, though 1 and 3 travel only 310 s together"
    );
    assert_eq!(scene.report().runners_up[0].lost, Lost::LaterTogether(100));
}

#[test]
fn of_equally_late_ones_those_who_travel_less_are_sent() {
    let scene = Scene::pair().with([at(300, clinician(1)), at(200, officer(3)), at(100, officer(4))]);
    assert_eq!(scene.sent(), [1, 4]);
    assert_eq!(scene.report().runners_up[0].lost, Lost::LongerTravel(100));
}

#[test]
fn of_equally_near_ones_it_is_the_turn_of_who_was_sent_longest_ago() {
    let scene = Scene::pair().with([
        sent_ago(60, clinician(1)),
        sent_ago(90, clinician(2)),
        sent_ago(90, officer(3)),
        officer(4),
    ]);
    assert_eq!(scene.sent(), [2, 4]);
    assert_eq!(scene.report().runners_up[0].lost, Lost::SentMoreRecently);
}

#[test]
fn a_tie_is_broken_by_id() {
    let scene = Scene::pair().with([clinician(2), clinician(1), officer(4), officer(3)]);
    assert_eq!(scene.sent(), [1, 3]);
    assert_eq!(scene.report().runners_up[0].lost, Lost::TieBrokenById);
}

#[test]
fn the_policy_says_how_many_runners_up_are_named() {
    let scene = Scene::pair()
        .with((1..=3).map(clinician))
        .with((4..=6).map(officer));
    let named = |runners_up| {
        let scene = scene.clone().policy(|policy| policy.runners_up = runners_up);
        scene.report().runners_up.len()
    };
    assert_eq!((named(0), named(2), named(u32::MAX)), (0, 2, 8));
}

#[test]
fn one_place_to_fill_takes_the_nearest() {
    let people = [
        at(400, clinician(1)),
        at(200, clinician(2)),
        at(100, officer(3)),
        seat(4),
    ];
    let of = |response| {
        let report = Scene::of(response).with(people.clone()).report();
        (report.outcome, report.lead)
    };
    assert_eq!(of(Response::ClinicianOnly), (Outcome::ClinicianOnly, Some(id(2))));
    assert_eq!(of(Response::OfficerOnly), (Outcome::OfficerOnly, Some(id(3))));
    assert_eq!(of(Response::Telephone), (Outcome::Telephone, Some(id(4))));
}

#[test]
fn the_clinician_leads_and_enters_first_unless_staged() {
    let of = |response| {
        let report = Scene::of(response).with([clinician(1), officer(2)]).report();
        (report.lead, report.entry_order.join(" "))
    };
    assert_eq!(of(Response::Pair), (Some(id(1)), "clinician officer".to_owned()));
    assert_eq!(
        of(Response::OfficerLed),
        (Some(id(2)), "officer clinician".to_owned())
    );
}

#[test]
fn a_call_waits_for_the_half_that_cannot_be_had() {
    let report = Scene::pair().with([clinician(1), clinician(2)]).report();
    assert_eq!(report.outcome, Outcome::Waiting);
    assert_eq!(report.unfilled, ["officer"]);
    assert_eq!(report.eligible, 2, "the others are not to blame");
    assert!(report.chosen.is_empty() && report.runners_up.is_empty() && report.lead.is_none());
}

#[test]
fn only_the_open_half_is_solved_again() {
    let scene = Scene::pair().holding(&at(300, clinician(1))).with([
        at(400, officer(2)),
        at(100, officer(3)),
        at(50, clinician(4)),
    ]);
    let report = scene.report();
    assert_eq!(scene.sent(), [3]);
    assert_eq!(report.outcome, Outcome::Pair);
    assert_eq!(report.all_there_seconds, 300, "the one who stays is waited for");
    assert!(report.degraded);
    assert_eq!(report.lead, Some(id(1)));
    assert_eq!(report.entry_order, ["clinician", "officer"]);
    assert!(
        report.rejections.iter().all(|one| one.responder_id != id(1)),
        "he stays"
    );
}

#[test]
fn a_clinician_who_stays_and_is_staged_still_enters_last() {
    let scene = Scene::of(Response::OfficerLed)
        .holding(&clinician(1))
        .with([officer(2)]);
    assert_eq!(scene.report().lead, Some(id(2)));
    assert_eq!(scene.report().entry_order, ["officer", "clinician"]);
}

#[test]
fn an_answer_from_a_base_or_a_stale_position_is_degraded() {
    let degraded = |basis| {
        let guessed = Candidate {
            leg: from(300, basis),
            ..officer(2)
        };
        Scene::pair().with([clinician(1), guessed]).report().degraded
    };
    assert!(!degraded(PositionBasis::Live));
    assert!(degraded(PositionBasis::Stale));
    assert!(degraded(PositionBasis::Base));
    let seat = Scene::of(Response::Telephone).with([seat(1)]).report();
    assert!(!seat.degraded, "a seat is where it is");
}

#[test]
fn a_long_run_of_pairs_that_must_not_meet_is_walked_through() {
    let officers: Vec<u32> = (1001..=1040).collect();
    let mut nearest = officers.iter().map(|n| at(n - 1000, officer(*n)));
    // Everyone refuses everyone but the last clinician, who refuses all officers but the last.
    let clinicians = (1..=40).map(|n| Candidate {
        must_not_meet: officers
            .iter()
            .filter(|o| n < 40 || **o < 1040)
            .map(|o| id(*o))
            .collect(),
        ..at(n, clinician(n))
    });
    let scene = Scene::pair().with(clinicians).with(nearest.by_ref());
    assert_eq!(scene.sent(), [40, 1040]);
    assert_eq!(scene.report().eligible, 2);
}

#[test]
fn a_stored_match_gives_the_same_answer_again() {
    let Scene(situation) = Scene::pair().holding(&at(300, clinician(1))).with([
        sent_ago(60, officer(2)),
        apart_from([1], officer(3)),
        seat(4),
    ]);
    let report = match_call(&situation);
    let stored = StoredMatch {
        id: numbered(7),
        situation,
        report,
    };
    let text = serde_json::to_string(&(&stored.situation, &stored.report)).unwrap();
    let (situation, report) = serde_json::from_str(&text).unwrap();
    assert_eq!((&stored.situation, &stored.report), (&situation, &report));
    assert_eq!(match_call(&situation), report);
    let again = serde_json::to_string(&(&situation, match_call(&situation))).unwrap();
    assert_eq!(again, text, "bit for bit");
}
