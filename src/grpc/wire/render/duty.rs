//! Duty statuses and positions.

use super::super::super::pb;
use super::event::{reference, reporter};
use super::{location, moment};
use crate::board::{Duty, DutyStatus, Position};
use crate::dispatch::PositionBasis;
use crate::id::ResponderId;

/// A duty status.
pub(crate) fn duty_status(responder_id: ResponderId, status: &DutyStatus) -> pb::DutyStatus {
    let primary = match status.primary {
        Duty::Available => pb::Duty::Available,
        Duty::ConditionallyAvailable => pb::Duty::ConditionallyAvailable,
        Duty::NotAvailable => pb::Duty::NotAvailable,
    };
    pb::DutyStatus {
        responder_id: responder_id.to_string(),
        primary: primary.into(),
        secondary: status.secondary.clone(),
        since: Some(moment(status.since)),
        expires_at: status.expires_at.map(moment),
        active_on: status.active_on.as_ref().map(reference),
        reporter: Some(reporter(&status.reporter)),
        on_since: status.on_since.map(moment),
    }
}

/// A position.
pub(crate) fn position(responder_id: ResponderId, position: &Position) -> pb::Position {
    pb::Position {
        responder_id: responder_id.to_string(),
        location: Some(location(position.point)),
        at: Some(moment(position.at)),
        accuracy_meters: position.accuracy_meters,
        stationary: position.stationary,
    }
}

/// Where a travel time was measured from.
pub(crate) fn basis(basis: PositionBasis) -> pb::PositionBasis {
    match basis {
        PositionBasis::Live => pb::PositionBasis::Live,
        PositionBasis::Stale => pb::PositionBasis::Stale,
        PositionBasis::Base => pb::PositionBasis::Base,
        PositionBasis::Seat => pb::PositionBasis::Seat,
    }
}
