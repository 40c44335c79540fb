//! Responders, credentials and shifts.

use super::super::super::pb;
use super::event::{references, reporter};
use super::{Render, location, moment, text};
use crate::board::Role;
use crate::roster::{Credential, Responder};
use crate::shift::civil::to_local;
use crate::shift::{Shift, ShiftState};

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
            retired_at: responder.retired_at.map(moment),
            version: responder.version,
        }
    }

    /// A credential.
    pub(crate) fn credential(&self, credential: &Credential) -> pb::Credential {
        let keeps_papers = matches!(self.viewer.role, Role::Hr | Role::Supervisor | Role::Admin);
        let number = keeps_papers.then(|| credential.number.clone());
        pb::Credential {
            credential_id: credential.id.to_string(),
            code: credential.code.clone(),
            number: number.unwrap_or_default(),
            issuer: credential.issuer.clone(),
            valid_until: credential.valid_until.clone().unwrap_or_default(),
            lapses_at: credential.lapses_at.map(moment),
            revoked_at: credential.revoked_at.map(moment),
        }
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
        actual_start: shift.actual_start.map(moment),
        actual_end: shift.actual_end.map(moment),
        external_references: references(&shift.external_references),
        version: shift.version,
    }
}
