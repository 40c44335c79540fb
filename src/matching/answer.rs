//! The answer to a situation: who can fill each place, the best of them, and why each of the others cannot.

use super::ranking::{Choice, Eligible, best_choices, rank};
use super::report::{Chosen, Report, RunnerUp};
use super::sifting::{Sifted, sift};
use super::situation::Situation;
use crate::dispatch::{Outcome, PositionBasis};
use crate::id::ResponderId;
use crate::triage::{CLINICIAN, Code, OFFICER};

/// Answers a situation. The order of its candidates does not matter.
pub fn match_call(situation: &Situation) -> Report {
    let Sifted {
        lists,
        eligible,
        rejections,
    } = sift(situation);
    let wanted = usize::try_from(situation.policy.runners_up)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let choices = best_choices(situation, &lists, wanted);
    let best = choices.first();
    let sent = best.map(|best| chosen(situation, best)).unwrap_or_default();
    Report {
        outcome: outcome(situation, &sent),
        all_there_seconds: best
            .and_then(|best| rank(situation, best))
            .map_or(0, |rank| rank.all_there()),
        lead: lead(situation, &sent),
        entry_order: entry_order(situation, &sent),
        degraded: is_degraded(situation, &sent),
        unfilled: unfilled(situation, &lists),
        no_location: situation.point.is_none(),
        eligible: u32::try_from(eligible).unwrap_or(u32::MAX),
        runners_up: runners_up(situation, &choices),
        rejections,
        chosen: sent,
    }
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

/// The slots that nobody can fill. Where nobody may meet anybody, sifting has emptied both lists.
fn unfilled(situation: &Situation, lists: &[Vec<Eligible<'_>>]) -> Vec<Code> {
    situation
        .slots
        .iter()
        .zip(lists)
        .filter(|(_, list)| list.is_empty())
        .map(|(slot, _)| slot.slot_id.clone())
        .collect()
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
    let held = situation.held.iter().map(|one| (one.staged, &one.slot_id));
    let mut order: Vec<(bool, &Code)> = held
        .chain(sent.iter().map(|one| (one.staged, &one.slot_id)))
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, slot_id)| slot_id.clone()).collect()
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
