//! The board and its alerts.

use super::super::super::pb;
use super::event::reporter;
use super::{Render, arrival, duty_status, moment, position, shift, text};
use crate::board::{Alert, AlertKind, Duty};
use crate::travel::Positions;

impl Render<'_> {
    /// The board, to those who may see all of it.
    pub(crate) fn board(&self, positions: &Positions) -> pb::Board {
        let board = self.board;
        let (on_shift, on_call) = (board.on_shift(self.now), board.assigned());
        let mut calls: Vec<_> = board.calls.values().collect();
        calls.sort_by_key(|call| call.number);
        let shown = board.responders.values().filter_map(|one| {
            let present = on_shift.get(&one.id).copied();
            let on = on_call.get(&one.id);
            let duty = board.duty.get(&one.id);
            let signed_on = duty.is_some_and(|duty| duty.primary != Duty::NotAvailable);
            let coming = board
                .off_shift
                .get(&one.id)
                .and_then(|said| said.arrival.as_ref());
            let shown = present.is_some() || signed_on || on.is_some() || coming.is_some();
            shown.then(|| pb::BoardResponder {
                responder: Some(self.responder(one)),
                shift: present.map(shift),
                duty_status: duty.map(|duty| duty_status(one.id, duty)),
                position: positions.get(&one.id).map(|known| position(one.id, known)),
                assignment_id: text(on.map(|assignment| assignment.id)),
                arrival: coming.map(arrival),
            })
        });
        pb::Board {
            revision: board.revision,
            server_time: Some(moment(self.now)),
            responders: shown.collect(),
            calls: calls.into_iter().map(|call| self.call(call)).collect(),
            assignments: board
                .assignments
                .values()
                .map(|one| self.assignment(one))
                .collect(),
            alerts: board.alerts.values().map(alert).collect(),
        }
    }
}

/// An alert.
pub(crate) fn alert(alert: &Alert) -> pb::Alert {
    let kind = match alert.kind {
        AlertKind::CallWaiting => pb::AlertKind::CallWaiting,
        AlertKind::Emergency => pb::AlertKind::Emergency,
        AlertKind::CheckInOverdue => pb::AlertKind::CheckInOverdue,
        AlertKind::DispositionOverdue => pb::AlertKind::DispositionOverdue,
        AlertKind::CallLiveAgain => pb::AlertKind::CallLiveAgain,
        AlertKind::DeviceSilent => pb::AlertKind::DeviceSilent,
    };
    pb::Alert {
        alert_id: alert.id.to_string(),
        kind: kind.into(),
        call_id: text(alert.call_id),
        assignment_id: text(alert.assignment_id),
        responder_id: text(alert.responder_id),
        raised_at: Some(moment(alert.raised_at)),
        escalates_at: Some(moment(alert.escalates_at)),
        escalations: alert.escalations,
        ended_at: alert.ended_at.map(moment),
        acknowledged_by: alert.acknowledged_by.as_ref().map(reporter),
    }
}
