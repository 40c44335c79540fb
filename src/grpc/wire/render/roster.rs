//! Responders, credentials and shifts.

use super::super::super::pb;
use super::event::{references, reporter};
use super::on_call::outcome;
use super::{Render, location, moment, text};
use crate::board::{Policy, Role};
use crate::id::ResponderId;
use crate::roster::{Credential, Departure, Expiring, Lapse, NoteKind, Responder, Unavailable, Verification};
use crate::shift::call_back::CallBack;
use crate::shift::civil::to_local;
use crate::shift::date::LocalDate;
use crate::shift::{Absence, Shift, ShiftState};

/// How many shifts are shown beside what lapses before they end.
const SHIFTS_SHOWN: usize = 10;

impl Render<'_> {
    /// A responder, to those who keep or read the roster, and to himself. Whom he must not meet is not for him to know;
    /// the numbers of papers are for those who keep them.
    pub(crate) fn responder(&self, responder: &Responder) -> pb::Responder {
        let must_not_meet = if self.viewer.role == Role::Responder {
            Vec::new()
        } else {
            responder.must_not_meet.iter().map(ToString::to_string).collect()
        };
        pb::Responder {
            responder_id: responder.id.to_string(),
            agency_id: responder.agency_id.to_string(),
            discipline: responder.discipline.clone(),
            name: responder.name.clone(),
            call_sign: responder.call_sign.clone(),
            base: responder.base.as_ref().map(|base| pb::Base {
                name: base.name.clone(),
                location: Some(location(base.point)),
            }),
            area_ids: responder.area_ids.iter().map(ToString::to_string).collect(),
            must_not_meet_responder_ids: must_not_meet,
            credentials: responder
                .credentials
                .values()
                .map(|one| self.credential(one))
                .collect(),
            external_references: references(&responder.external_references),
            position: responder.employment.position.clone(),
            cost_code: responder.employment.cost_code.clone(),
            retired_at: responder.retired_at.map(moment),
            departures: responder.departures.iter().map(departure).collect(),
            imported_since: responder.imported.as_ref().map(|imported| moment(imported.since)),
            held_fields: self.held_fields(responder),
            version: responder.version,
        }
    }

    fn held_fields(&self, responder: &Responder) -> Vec<pb::HeldField> {
        if self.viewer.role == Role::Responder {
            return Vec::new();
        }
        let held = responder.imported.iter().flat_map(|imported| &imported.held);
        held.map(|(field, hold)| pb::HeldField {
            field: field.clone(),
            since: Some(moment(hold.since)),
            by: hold.by.clone(),
        })
        .collect()
    }

    /// A credential.
    pub(crate) fn credential(&self, credential: &Credential) -> pb::Credential {
        let keeps_papers = matches!(self.viewer.role, Role::Hr | Role::Supervisor | Role::Admin);
        let number = keeps_papers.then(|| credential.number.clone());
        let found = credential.finding.as_ref();
        pb::Credential {
            credential_id: credential.id.to_string(),
            code: credential.code.clone(),
            number: number.unwrap_or_default(),
            issuer: credential.issuer.clone(),
            valid_until: credential.valid_until.clone().unwrap_or_default(),
            lapses_at: credential.lapses_at.map(moment),
            revoked_at: credential.revoked_at.map(moment),
            valid_from: credential.valid_from.clone().unwrap_or_default(),
            starts_at: credential.starts_at.map(moment),
            verification: verification(credential.verification()).into(),
            verified_by: found
                .filter(|_| keeps_papers)
                .map(|found| reporter(&found.reporter)),
            verified_at: found.map(|found| moment(found.at)),
            verification_reason: found
                .filter(|_| keeps_papers)
                .map(|found| found.reason.clone())
                .unwrap_or_default(),
            noticed_days: credential.noticed_days,
        }
    }

    /// A credential that lapses; its last day's renewal by the kind that the policy has.
    pub(crate) fn expiring(&self, expiring: &Expiring<'_>, policy: &Policy) -> pb::ExpiringCredential {
        let Expiring {
            lapses_at: _,
            holder,
            credential,
            lost,
            shifts,
        } = expiring;
        let kind = policy.credential_kind(&credential.code);
        let renewed_until = kind
            .filter(|kind| kind.renewal_months > 0)
            .zip(credential.valid_until.as_deref())
            .and_then(|(kind, last_day)| {
                last_day
                    .parse::<LocalDate>()
                    .ok()?
                    .plus_months(kind.renewal_months)
            });
        pb::ExpiringCredential {
            holder: Some(self.partner(holder.id)),
            agency_id: holder.agency_id.to_string(),
            credential: Some(self.credential(credential)),
            title: kind.map(|kind| kind.title.clone()).unwrap_or_default(),
            renewed_until: renewed_until.map(|day| day.to_string()).unwrap_or_default(),
            lost_qualifications: lost.iter().cloned().collect(),
            shift_count: u32::try_from(shifts.len()).unwrap_or(u32::MAX),
            shifts: shifts.iter().take(SHIFTS_SHOWN).map(|one| shift(one)).collect(),
        }
    }
}

fn departure(departure: &Departure) -> pb::Departure {
    pb::Departure {
        retired_at: Some(moment(departure.retired_at)),
        rehired_at: Some(moment(departure.rehired_at)),
    }
}

impl Render<'_> {
    /// A shift. To a responder whose it is no longer, without who has it now; and why others could not work it is not for
    /// responders to know.
    pub(crate) fn shift(&self, now: &Shift) -> pb::Shift {
        let mut shown = shift(now);
        if self.viewer.role == Role::Responder {
            shown.absences.clear();
            if now.responder_id != self.viewer.responder_id {
                shown.responder_id.clear();
                (shown.acknowledged_at, shown.acknowledged_by) = (None, None);
            }
        }
        shown
    }

    /// Those who could be called back; a responder is told of nobody.
    pub(crate) fn call_backs(&self, could: &[CallBack]) -> Vec<pb::CallBack> {
        if self.viewer.role == Role::Responder {
            return Vec::new();
        }
        could.iter().map(|one| self.call_back(one)).collect()
    }

    fn call_back(&self, one: &CallBack) -> pb::CallBack {
        let minutes = |seconds: i64| u32::try_from(seconds / 60).unwrap_or_default();
        pb::CallBack {
            responder: Some(self.partner(one.responder_id)),
            rest_before_minutes: one.rest_before_seconds.map(minutes),
            rest_after_minutes: one.rest_after_seconds.map(minutes),
            planned_minutes: minutes(one.planned_seconds),
            contact_preferences: one.contact_preferences.clone(),
            has_note: one.noted.contains(&NoteKind::ToDispatcher),
            has_phone: one.noted.contains(&NoteKind::Phone),
            on_call: one.on_call,
            rotation_place: one.place.and_then(|place| u32::try_from(place + 1).ok()),
            last_outcome: one.last_outcome.map(outcome).unwrap_or_default().into(),
        }
    }

    /// Those who could, and are not to be asked.
    pub(crate) fn left_out(&self, left_out: &[(ResponderId, Unavailable)]) -> Vec<pb::LeftOut> {
        let told = |(responder_id, why): &(ResponderId, Unavailable)| {
            let (reason, from, until) = match why {
                Unavailable::WeekTime(away) => (pb::LeftOutReason::WeekTime, Some(away.start), away.end),
                Unavailable::OptedOut(until) => (pb::LeftOutReason::OptedOut, None, *until),
            };
            pb::LeftOut {
                responder: Some(self.partner(*responder_id)),
                reason: reason.into(),
                away_from: from.map(moment),
                away_until: Some(moment(until)),
            }
        };
        left_out.iter().map(told).collect()
    }
}

fn verification(verification: Verification) -> pb::Verification {
    match verification {
        Verification::Unverified => pb::Verification::Unverified,
        Verification::Verified => pb::Verification::Verified,
        Verification::Suspended => pb::Verification::Suspended,
        Verification::Revoked => pb::Verification::Revoked,
    }
}

/// A qualification that is not held through the whole of a shift.
pub(crate) fn lapse(lapse: &Lapse) -> pb::Lapse {
    pb::Lapse {
        qualification: lapse.qualification.clone(),
        lapses_at: lapse.lapses_at.map(moment),
    }
}

/// A shift.
pub(crate) fn shift(shift: &Shift) -> pb::Shift {
    let local = |at| to_local(at, &shift.zone).unwrap_or_default();
    let state = match shift.state {
        ShiftState::Draft => pb::ShiftState::Draft,
        ShiftState::Published => pb::ShiftState::Published,
        ShiftState::Cancelled => pb::ShiftState::Cancelled,
    };
    let origin = shift.origin.as_ref();
    let acknowledged = shift.acknowledged.as_ref();
    pb::Shift {
        pattern_id: text(origin.map(|origin| origin.pattern_id)),
        pattern_date: text(origin.map(|origin| origin.date)),
        pattern_place: origin.map_or(0, |origin| origin.place + 1),
        changed_by_hand: shift.is_changed_by_hand(),
        acknowledged_at: acknowledged.map(|acknowledged| moment(acknowledged.at)),
        acknowledged_by: acknowledged.map(|acknowledged| reporter(&acknowledged.by)),
        shift_id: shift.id.to_string(),
        agency_id: shift.agency_id.to_string(),
        responder_id: text(shift.responder_id),
        state: state.into(),
        planned_start: Some(moment(shift.planned.start)),
        planned_end: Some(moment(shift.planned.end)),
        zone: shift.zone.clone(),
        local_start: local(shift.planned.start),
        local_end: local(shift.planned.end),
        area_id: text(shift.area_id),
        required_qualifications: shift.required_qualifications.iter().cloned().collect(),
        override_reason: shift.override_reason.clone(),
        actual_start: shift.actual_start.map(moment),
        actual_end: shift.actual_end.map(moment),
        held_over: shift.held_over.as_ref().map(|held_over| pb::HeldOver {
            from: Some(moment(held_over.from)),
            reason: held_over.reason.clone(),
            reporter: Some(reporter(&held_over.by)),
            at: Some(moment(held_over.at)),
        }),
        absences: shift.absences.iter().map(absence).collect(),
        external_references: references(&shift.external_references),
        version: shift.version,
    }
}

fn absence(absence: &Absence) -> pb::Absence {
    pb::Absence {
        responder_id: absence.responder_id.to_string(),
        kind: absence.kind.clone(),
        reporter: Some(reporter(&absence.by)),
        at: Some(moment(absence.at)),
    }
}
