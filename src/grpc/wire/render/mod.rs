//! From values of the field to messages, for one who looks.
//!
//! What a viewer may not see is left out here and nowhere else: of his partner a responder sees name, call sign, state,
//! ETA, staging and safety. No text of a call is ever rendered into an event.

mod assignment;
mod board;
mod call;
pub(crate) mod coverage;
mod duty;
mod event;
mod hours;
mod jurisdiction;
mod off_shift;
mod on_call;
mod pattern;
pub(crate) mod planning;
mod report;
mod request;
mod roster;
#[cfg(test)]
mod tests;
pub(crate) mod transfer;

pub(crate) use board::alert;
pub(crate) use duty::{basis, duty_status, position};
pub(crate) use event::{positions, update};
pub(crate) use hours::timesheet;
pub(crate) use jurisdiction::{agency, breach, jurisdiction, service_area};
pub(crate) use off_shift::{arrival, off_shift, off_shift_words};
pub(crate) use on_call::attempt;
pub(crate) use pattern::{pattern, publication};
pub(crate) use roster::{lapse, shift};

use super::super::pb;
use crate::board::{Board, Names};
use crate::geo::Point;
use crate::id::ResponderId;
use crate::moment::Moment;
use crate::streaming::Viewer;

/// Who looks, when, and at what: the board knows how everyone is called.
#[derive(Debug)]
pub(crate) struct Render<'b> {
    board: &'b Board,
    viewer: Viewer,
    now: Moment,
    /// How those were called whom an answer names; everyone else is called as on the board.
    names: Option<&'b Names>,
}

impl<'b> Render<'b> {
    /// For this viewer, at this board.
    pub(crate) fn new(board: &'b Board, viewer: Viewer, now: Moment) -> Render<'b> {
        Render {
            board,
            viewer,
            now,
            names: None,
        }
    }

    /// The same, with the names that were in use when it was answered.
    pub(crate) fn naming(self, names: &'b Names) -> Render<'b> {
        Render {
            names: Some(names),
            ..self
        }
    }

    /// What anyone on a call sees of the others.
    pub(crate) fn partner(&self, responder_id: ResponderId) -> pb::Partner {
        let then = self.names.and_then(|names| names.get(&responder_id).cloned());
        let called = then
            .or_else(|| self.board.called(responder_id))
            .unwrap_or_default();
        pb::Partner {
            responder_id: responder_id.to_string(),
            name: called.name,
            call_sign: called.call_sign,
        }
    }
}

/// A moment, exact to the microsecond.
pub(crate) fn moment(at: Moment) -> prost_types::Timestamp {
    let micros = at.micros();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or(0),
    }
}

fn location(point: Point) -> pb::Location {
    pb::Location {
        latitude: point.latitude(),
        longitude: point.longitude(),
    }
}

/// An id that may be absent, as text that may be empty.
fn text<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
