//! Reports of matches.

use super::super::super::pb;
use super::assignment::outcome;
use super::duty::basis;
use super::{Render, moment, text};
use crate::id::ResponderId;
use crate::matching::{Chosen, Lost, Rejection, Report, RunnerUp};
use crate::moment::Moment;

impl Render<'_> {
    /// A report.
    pub(crate) fn report(&self, report: &Report) -> pb::Report {
        pb::Report {
            outcome: outcome(report.outcome).into(),
            chosen: report.chosen.iter().map(|one| self.chosen(one)).collect(),
            all_there_seconds: report.all_there_seconds,
            lead_responder_id: text(report.lead),
            entry_order: report.entry_order.clone(),
            degraded: report.degraded,
            unfilled_slot_ids: report.unfilled.clone(),
            no_location: report.no_location,
            eligible_count: report.eligible,
            runners_up: report.runners_up.iter().map(|one| self.runner_up(one)).collect(),
            rejections: report
                .rejections
                .iter()
                .map(|one| self.rejected(one.responder_id, &one.rejection))
                .collect(),
        }
    }

    /// One who was not eligible, and why.
    pub(crate) fn rejected(&self, responder_id: ResponderId, rejection: &Rejection) -> pb::Rejected {
        let plain = |kind: pb::Rejection| (kind, String::new(), None::<Moment>, None);
        let (kind, code, until, eta_seconds) = match rejection {
            Rejection::Retired => plain(pb::Rejection::Retired),
            Rejection::DisciplineNotNeeded => plain(pb::Rejection::DisciplineNotNeeded),
            Rejection::DeclinedBefore => plain(pb::Rejection::DeclinedBefore),
            Rejection::ReplacedBefore => plain(pb::Rejection::ReplacedBefore),
            Rejection::NotOnShift => plain(pb::Rejection::NotOnShift),
            Rejection::NotSignedOn => plain(pb::Rejection::NotSignedOn),
            Rejection::NotAvailable(why) => (pb::Rejection::NotAvailable, why.clone(), None, None),
            Rejection::OnlyConditionally(why) => (pb::Rejection::OnlyConditionally, why.clone(), None, None),
            Rejection::TelephoneSeat => plain(pb::Rejection::TelephoneSeat),
            Rejection::NotATelephoneSeat => plain(pb::Rejection::NotATelephoneSeat),
            Rejection::InEmergency => plain(pb::Rejection::InEmergency),
            Rejection::AlreadyAssigned => plain(pb::Rejection::AlreadyAssigned),
            Rejection::Resting(until) => (pb::Rejection::Resting, String::new(), Some(*until), None),
            Rejection::OutsideArea => plain(pb::Rejection::OutsideArea),
            Rejection::NoTravelTime => plain(pb::Rejection::NoTravelTime),
            Rejection::NoLocation => plain(pb::Rejection::NoLocation),
            Rejection::NoPosition => plain(pb::Rejection::NoPosition),
            Rejection::TooFar(seconds) => (pb::Rejection::TooFar, String::new(), None, Some(*seconds)),
            Rejection::ShiftEndsTooSoon(ends) => {
                (pb::Rejection::ShiftEndsTooSoon, String::new(), Some(*ends), None)
            }
            Rejection::NotQualified(what) => (pb::Rejection::NotQualified, what.clone(), None, None),
            Rejection::QualificationLapses(what, ends) => (
                pb::Rejection::QualificationLapses,
                what.clone(),
                Some(*ends),
                None,
            ),
            Rejection::MustNotMeet => plain(pb::Rejection::MustNotMeet),
        };
        pb::Rejected {
            responder: Some(self.partner(responder_id)),
            rejection: kind.into(),
            code,
            until: until.map(moment),
            eta_seconds,
        }
    }

    /// One who is, or would be, sent.
    pub(crate) fn chosen(&self, chosen: &Chosen) -> pb::Chosen {
        pb::Chosen {
            slot_id: chosen.slot_id.clone(),
            responder: Some(self.partner(chosen.responder_id)),
            eta_seconds: chosen.seconds,
            distance_meters: chosen.meters,
            basis: basis(chosen.basis).into(),
            staged: chosen.staged,
        }
    }

    fn runner_up(&self, runner_up: &RunnerUp) -> pb::RunnerUp {
        let (lost, by_seconds) = match runner_up.lost {
            Lost::LaterTogether(seconds) => (pb::Lost::LaterTogether, seconds),
            Lost::LongerTravel(seconds) => (pb::Lost::LongerTravel, seconds),
            Lost::SentMoreRecently => (pb::Lost::SentMoreRecently, 0),
            Lost::TieBrokenById => (pb::Lost::TieBrokenById, 0),
        };
        pb::RunnerUp {
            members: runner_up.members.iter().map(|one| self.chosen(one)).collect(),
            lost: lost.into(),
            by_seconds,
        }
    }
}
