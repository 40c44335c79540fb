//! The answer to a situation: who can fill each place, the best of them, and why each of the others cannot.

use std::collections::{BTreeMap, BTreeSet};

use super::eligibility::rejection;
use super::ranking::{Choice, Eligible, best_choices, kept_from_held, rank};
use super::report::{Chosen, Rejected, Rejection, Report, RunnerUp};
use super::situation::Situation;
use crate::dispatch::{Outcome, PositionBasis};
use crate::id::ResponderId;
use crate::triage::{CLINICIAN, Code, OFFICER, Slot};

/// Answers a situation. The order of its candidates does not matter.
pub fn match_call(situation: &Situation) -> Report {
    let mut rejections = BTreeMap::new();
    let lists: Vec<Vec<Eligible<'_>>> = situation
        .slots
        .iter()
        .map(|slot| eligible(situation, slot, &mut rejections))
        .collect();
    let able: BTreeSet<ResponderId> = lists
        .iter()
        .flatten()
        .map(|one| one.candidate.responder_id)
        .collect();
    rejections.retain(|responder_id, _| !able.contains(responder_id));
    let wanted = usize::try_from(situation.policy.runners_up)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let choices = best_choices(situation, &lists, wanted);
    let sent = choices
        .first()
        .map(|best| chosen(situation, best))
        .unwrap_or_default();
    let unfilled = unfilled(situation, &lists, choices.is_empty());
    if choices.is_empty() && lists.iter().all(|list| !list.is_empty()) {
        rejections.extend(
            able.iter()
                .map(|responder_id| (*responder_id, Rejection::MustNotMeet)),
        );
    }
    Report {
        outcome: outcome(situation, &sent),
        all_there_seconds: choices
            .first()
            .and_then(|best| rank(situation, best))
            .map_or(0, |rank| rank.all_there()),
        lead: lead(situation, &sent),
        entry_order: entry_order(situation, &sent),
        degraded: is_degraded(situation, &sent),
        unfilled,
        no_location: situation.point.is_none(),
        eligible: u32::try_from(able.len()).unwrap_or(u32::MAX),
        runners_up: runners_up(situation, &choices),
        rejections: rejections
            .into_iter()
            .map(|(responder_id, rejection)| Rejected {
                responder_id,
                rejection,
            })
            .collect(),
        chosen: sent,
    }
}

/// Those who can fill the slot, in the order in which they are looked through. The rest get their rejection; of two
/// slots' rejections the later rule counts, for it is the nearer miss.
fn eligible<'s>(
    situation: &'s Situation,
    slot: &Slot,
    rejections: &mut BTreeMap<ResponderId, Rejection>,
) -> Vec<Eligible<'s>> {
    let held: BTreeSet<ResponderId> = situation.held.iter().map(|held| held.responder_id).collect();
    let mut able = Vec::new();
    for candidate in &situation.candidates {
        if held.contains(&candidate.responder_id) {
            continue;
        }
        let why = rejection(situation, candidate, slot)
            .or_else(|| kept_from_held(situation, candidate).then_some(Rejection::MustNotMeet));
        let Some(why) = why else {
            let way = candidate.leg.map_or(0, |leg| leg.seconds);
            able.push(Eligible {
                seconds: if slot.telephone { 0 } else { way },
                candidate,
            });
            continue;
        };
        match rejections.get_mut(&candidate.responder_id) {
            Some(known) if *known >= why => {}
            Some(known) => *known = why,
            None => {
                rejections.insert(candidate.responder_id, why);
            }
        }
    }
    able.sort_unstable_by_key(Eligible::order);
    able
}

fn chosen(situation: &Situation, choice: &Choice<'_>) -> Vec<Chosen> {
    situation
        .slots
        .iter()
        .zip(choice)
        .map(|(slot, one)| {
            let leg = one.candidate.leg.filter(|_| !slot.telephone);
            Chosen {
                slot_id: slot.slot_id.clone(),
                responder_id: one.candidate.responder_id,
                seconds: one.seconds,
                meters: leg.map_or(0, |leg| leg.meters),
                basis: leg.map_or(PositionBasis::Seat, |leg| leg.basis),
                staged: slot.staged,
            }
        })
        .collect()
}

/// The slots that stand in the way: those without anyone, or all of them when nobody may meet.
fn unfilled(situation: &Situation, lists: &[Vec<Eligible<'_>>], nobody: bool) -> Vec<Code> {
    let empty: Vec<Code> = situation
        .slots
        .iter()
        .zip(lists)
        .filter(|(_, list)| list.is_empty())
        .map(|(slot, _)| slot.slot_id.clone())
        .collect();
    if nobody && empty.is_empty() {
        situation.slots.iter().map(|slot| slot.slot_id.clone()).collect()
    } else {
        empty
    }
}

/// Everyone who will be on the call: who stays, and who is sent.
fn everyone<'a>(
    situation: &'a Situation,
    sent: &'a [Chosen],
) -> impl Iterator<Item = (&'a str, ResponderId)> {
    let staying = situation
        .held
        .iter()
        .map(|held| (held.slot_id.as_str(), held.responder_id));
    staying.chain(sent.iter().map(|one| (one.slot_id.as_str(), one.responder_id)))
}

fn outcome(situation: &Situation, sent: &[Chosen]) -> Outcome {
    if sent.is_empty() {
        return Outcome::Waiting;
    }
    let has = |slot_id: &str| everyone(situation, sent).any(|(filled, _)| filled == slot_id);
    match (has(CLINICIAN), has(OFFICER)) {
        (true, true) => Outcome::Pair,
        (true, false) => Outcome::ClinicianOnly,
        (false, true) => Outcome::OfficerOnly,
        (false, false) => Outcome::Telephone,
    }
}

fn lead(situation: &Situation, sent: &[Chosen]) -> Option<ResponderId> {
    let first = entry_order(situation, sent).into_iter().next()?;
    everyone(situation, sent)
        .find(|(slot_id, _)| *slot_id == first)
        .map(|(_, responder_id)| responder_id)
}

/// Whoever is staged enters last; else the clinician goes first.
fn entry_order(situation: &Situation, sent: &[Chosen]) -> Vec<Code> {
    if sent.is_empty() {
        return Vec::new();
    }
    let staged = |slot_id: &str| {
        situation
            .slots
            .iter()
            .any(|slot| slot.slot_id == slot_id && slot.staged)
    };
    let mut order: Vec<&str> = everyone(situation, sent).map(|(slot_id, _)| slot_id).collect();
    order.sort_unstable_by_key(|slot_id| (staged(slot_id), *slot_id));
    order.into_iter().map(str::to_owned).collect()
}

fn is_degraded(situation: &Situation, sent: &[Chosen]) -> bool {
    let guessed = |one: &Chosen| matches!(one.basis, PositionBasis::Stale | PositionBasis::Base);
    !sent.is_empty() && (!situation.held.is_empty() || sent.iter().any(guessed))
}

fn runners_up(situation: &Situation, choices: &[Choice<'_>]) -> Vec<RunnerUp> {
    let Some((best, others)) = choices.split_first() else {
        return Vec::new();
    };
    let Some(best) = rank(situation, best) else {
        return Vec::new();
    };
    others
        .iter()
        .filter_map(|other| {
            Some(RunnerUp {
                members: chosen(situation, other),
                lost: best.beats(&rank(situation, other)?),
            })
        })
        .collect()
}
