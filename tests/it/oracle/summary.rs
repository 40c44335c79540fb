//! What a report says about those it sends, beside who they are.

use tandem::dispatch::{Outcome, PositionBasis};
use tandem::matching::{Report, Situation};

use super::{Law, Oracle, holds};

impl Oracle {
    /// What follows from whom it sends: the outcome, who leads, who enters first, and whether it is degraded.
    pub(super) fn argue_summary(&self, situation: &Situation, report: &Report) -> Result<(), String> {
        let sends = !report.chosen.is_empty();
        let held = situation
            .held
            .iter()
            .map(|one| (one.slot_id.clone(), one.responder_id, one.staged));
        let everyone: Vec<_> = report
            .chosen
            .iter()
            .map(|one| (one.slot_id.clone(), one.responder_id, one.staged))
            .chain(held)
            .filter(|_| sends)
            .collect();
        let filled = |slot_id: &str| everyone.iter().any(|(filled, ..)| filled == slot_id);
        let outcome = match (sends, filled("clinician"), filled("officer")) {
            (false, ..) => Outcome::Waiting,
            (true, true, true) => Outcome::Pair,
            (true, true, false) => Outcome::ClinicianOnly,
            (true, false, true) => Outcome::OfficerOnly,
            (true, false, false) => Outcome::Telephone,
        };
        holds(report.outcome == outcome, || {
            format!("that is {outcome:?}, not {:?}", report.outcome)
        })?;
        let mut order = everyone;
        order.sort_by_key(|(slot_id, _, staged)| {
            (*staged && self.knows(Law::StagedEntersLast), slot_id.clone())
        });
        let entry: Vec<&String> = order.iter().map(|(slot_id, ..)| slot_id).collect();
        holds(report.entry_order.iter().eq(entry.iter().copied()), || {
            format!("they enter as {entry:?}, not {:?}", report.entry_order)
        })?;
        let lead = order.first().map(|(_, id, _)| *id);
        holds(report.lead == lead, || {
            format!("{lead:?} leads, not {:?}", report.lead)
        })?;
        let guessed = |basis: PositionBasis| match basis {
            PositionBasis::Stale => self.knows(Law::StaleIsDegraded),
            PositionBasis::Base => self.knows(Law::BaseIsDegraded),
            PositionBasis::Live | PositionBasis::Seat => false,
        };
        let half = !situation.held.is_empty() && self.knows(Law::HalfIsDegraded);
        let degraded = sends && (half || report.chosen.iter().any(|one| guessed(one.basis)));
        holds(report.degraded == degraded, || format!("degraded is {degraded}"))?;
        let nowhere = situation.point.is_none();
        holds(report.no_location == nowhere, || {
            format!("no location is {nowhere}")
        })
    }
}
