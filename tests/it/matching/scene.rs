//! Situations by hand: everyone in them could be sent, but for what the test says.

use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{Duty, Policy, TELEPHONE};
use tandem::dispatch::PositionBasis;
use tandem::geo::Point;
use tandem::id::ResponderId;
use tandem::matching::{Candidate, Held, Rejection, Report, Situation, match_call};
use tandem::travel::Leg;
use tandem::triage::{CLINICIAN, OFFICER, Response, slots};

use crate::oracle::Oracle;

pub(super) use super::town::{NOW, id, numbered};

/// Seconds on scene, by the default policy.
pub(super) const ON_SCENE: i64 = 2400;

#[derive(Clone, Debug)]
pub(super) struct Scene(pub(super) Situation);

impl Scene {
    /// A call that needs this response, with nobody there yet.
    pub(super) fn of(response: Response) -> Scene {
        let policy = Policy::default();
        Scene(Situation {
            call_id: numbered(1),
            point: Point::from_degrees(38.63, -90.2).ok(),
            area_ids: BTreeSet::new(),
            slots: slots(response, &[], true, &policy),
            held: Vec::new(),
            at: NOW,
            policy_version: 1,
            policy,
            candidates: Vec::new(),
        })
    }

    /// A call that needs a pair.
    pub(super) fn pair() -> Scene {
        Scene::of(Response::Pair)
    }

    pub(super) fn with(mut self, candidates: impl IntoIterator<Item = Candidate>) -> Scene {
        self.0.candidates.extend(candidates);
        self
    }

    pub(super) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Scene {
        change(&mut self.0.policy);
        self
    }

    pub(super) fn change(mut self, change: impl FnOnce(&mut Situation)) -> Scene {
        change(&mut self.0);
        self
    }

    /// This one stays on the call; his slot is no longer open.
    pub(super) fn holding(mut self, candidate: &Candidate) -> Scene {
        let slot_id = candidate.discipline.clone();
        let place = self.0.slots.iter().position(|slot| slot.slot_id == slot_id);
        let slot = self.0.slots.remove(place.expect("his slot is open"));
        self.0.held.push(Held {
            slot_id,
            responder_id: candidate.responder_id,
            seconds: candidate.leg.map_or(0, |leg| leg.seconds),
            staged: slot.staged,
        });
        let assigned = true;
        self.with([Candidate {
            assigned,
            ..candidate.clone()
        }])
    }

    /// The answer, which the oracle does not object to.
    pub(super) fn report(&self) -> Report {
        let report = match_call(&self.0);
        if let Err(objection) = Oracle::new().argue(&self.0, &report) {
            panic!("{objection}\n{report:#?}");
        }
        report
    }

    /// Who is sent, by number.
    pub(super) fn sent(&self) -> Vec<u32> {
        self.report()
            .chosen
            .iter()
            .map(|one| number(one.responder_id))
            .collect()
    }

    /// Why this one is not eligible.
    pub(super) fn rejection(&self, n: u32) -> Option<Rejection> {
        let report = self.report();
        let rejected = report.rejections.iter().find(|one| one.responder_id == id(n))?;
        Some(rejected.rejection.clone())
    }
}

/// Why this one is not eligible on a call for a pair that has somebody of each discipline.
pub(super) fn rejection_of(candidate: Candidate) -> Option<Rejection> {
    let n = number(candidate.responder_id);
    Scene::pair()
        .with([clinician(98), officer(99), candidate])
        .rejection(n)
}

/// A clinician five minutes away who can be sent.
pub(super) fn clinician(n: u32) -> Candidate {
    candidate(n, CLINICIAN, "BEHAVIORAL_HEALTH")
}

/// An officer five minutes away who can be sent.
pub(super) fn officer(n: u32) -> Candidate {
    candidate(n, OFFICER, "CIT")
}

/// A clinician who serves a telephone seat.
pub(super) fn seat(n: u32) -> Candidate {
    Candidate {
        duty: Some((Duty::Available, TELEPHONE.to_owned())),
        leg: None,
        ..clinician(n)
    }
}

fn candidate(n: u32, discipline: &str, qualification: &str) -> Candidate {
    Candidate {
        responder_id: id(n),
        discipline: discipline.to_owned(),
        retired: false,
        area_ids: BTreeSet::new(),
        shift_ends_at: Some(NOW.plus_seconds(6 * 3600)),
        duty: Some((Duty::Available, String::new())),
        in_emergency: false,
        assigned: false,
        leg: away(300),
        unmeasured: false,
        qualifications: BTreeMap::from([(qualification.to_owned(), None)]),
        last_sent_at: None,
        last_freed_at: None,
        must_not_meet: BTreeSet::new(),
        declined: false,
        replaced: false,
    }
}

/// So many seconds away, by a fresh position.
pub(super) fn away(seconds: u32) -> Option<Leg> {
    from(seconds, PositionBasis::Live)
}

/// So many seconds away from there.
pub(super) fn from(seconds: u32, basis: PositionBasis) -> Option<Leg> {
    Some(Leg {
        seconds,
        meters: seconds * 8,
        basis,
        age_seconds: (basis != PositionBasis::Base).then_some(30),
    })
}

pub(super) fn number(id: ResponderId) -> u32 {
    let text = id.to_string();
    u32::from_str_radix(&text[text.len() - 8..], 16).expect("a number")
}
