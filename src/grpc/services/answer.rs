//! From the recorder's answer to what a response has in common with others of its kind.

use prost_types::Timestamp;

use super::super::pb;
use super::super::wire::render::{self, moment};
use super::{Session, unexpected};
use crate::board::Reply;
use crate::desk::Answer;
use crate::refusal::Refusal;

/// A call, its assignment and the report of a match.
pub(super) struct OfCall {
    pub(super) call: Option<pb::Call>,
    pub(super) assignment: Option<pb::Assignment>,
    pub(super) report: Option<pb::Report>,
    pub(super) revision: u64,
    pub(super) server_time: Option<Timestamp>,
}

/// Something else.
pub(super) struct Of<T> {
    pub(super) value: Option<T>,
    pub(super) revision: u64,
    pub(super) server_time: Option<Timestamp>,
}

impl Session {
    pub(super) fn of_call(&self, answer: &Answer) -> Result<OfCall, Refusal> {
        let Reply::Call(call, assignment, report) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(self.show_answer(answer, |render| OfCall {
            call: Some(render.call(call)),
            assignment: assignment
                .as_deref()
                .map(|assignment| render.assignment(assignment)),
            report: report.as_deref().map(|report| render.report(report)),
            revision: answer.revision,
            server_time: Some(moment(answer.at)),
        }))
    }

    pub(super) fn of_assignment(&self, answer: &Answer) -> Result<Of<pb::Assignment>, Refusal> {
        let Reply::Assignment(assignment) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(of(
            answer,
            self.show_answer(answer, |render| render.assignment(assignment)),
        ))
    }
}

pub(super) fn of<T>(answer: &Answer, value: T) -> Of<T> {
    Of {
        value: Some(value),
        revision: answer.revision,
        server_time: Some(moment(answer.at)),
    }
}

impl Session {
    pub(super) fn of_responder(&self, answer: &Answer) -> Result<Of<pb::Responder>, Refusal> {
        let Reply::Responder(responder) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(of(answer, self.show(|render| render.responder(responder))))
    }

    /// A responder, and the credential that the command was about.
    pub(super) fn of_credential(
        &self,
        answer: &Answer,
    ) -> Result<(pb::Credential, Of<pb::Responder>), Refusal> {
        let Reply::Credential(responder, credential_id) = &answer.reply else {
            return Err(unexpected(answer));
        };
        let credential = responder
            .credentials
            .get(credential_id)
            .ok_or_else(|| unexpected(answer))?;
        Ok(self.show(|render| {
            (
                render.credential(credential),
                of(answer, render.responder(responder)),
            )
        }))
    }
}

impl Session {
    /// A request, and the shifts that it changes.
    pub(super) fn of_request(
        &self,
        answer: &Answer,
    ) -> Result<(Of<pb::ShiftRequest>, Vec<pb::Shift>), Refusal> {
        let Reply::Request(request, shifts) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(self.show_answer(answer, |render| {
            let shifts = shifts.iter().map(|shift| render.shift(shift)).collect();
            (of(answer, render.shift_request(request)), shifts)
        }))
    }
}

pub(super) fn of_timesheet(answer: &Answer) -> Result<Of<pb::Timesheet>, Refusal> {
    let Reply::Timesheet(sheet) = &answer.reply else {
        return Err(unexpected(answer));
    };
    Ok(of(answer, render::timesheet(sheet)))
}

pub(super) fn of_pattern(answer: &Answer) -> Result<Of<pb::Pattern>, Refusal> {
    let Reply::Pattern(pattern) = &answer.reply else {
        return Err(unexpected(answer));
    };
    Ok(of(answer, render::pattern(pattern)))
}

/// A shift with whoever works it, what is wanting of him, and the rules of work that it breaks.
type Staffed = (Of<pb::Shift>, Vec<pb::Lapse>, Vec<pb::WorkRuleBreach>);

impl Session {
    /// A shift with whoever works it.
    pub(super) fn of_staffed(&self, answer: &Answer) -> Result<Staffed, Refusal> {
        let Reply::Staffed(shift, lapses, breaches) = &answer.reply else {
            // Nobody works it; or an answer that was kept before answers said what is wanting.
            return Ok((self.of_shift(answer)?, Vec::new(), Vec::new()));
        };
        let lapses = lapses.iter().map(render::lapse).collect();
        let breaches = breaches.iter().map(render::breach).collect();
        Ok((
            of(answer, self.show(|render| render.shift(shift))),
            lapses,
            breaches,
        ))
    }

    pub(super) fn of_shift(&self, answer: &Answer) -> Result<Of<pb::Shift>, Refusal> {
        let Reply::Shift(shift) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(of(answer, self.show(|render| render.shift(shift))))
    }

    /// What holds of a responder while he is off shift.
    pub(super) fn of_off_shift(&self, answer: &Answer) -> Result<Of<pb::OffShift>, Refusal> {
        let Reply::OffShift(said) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(of(answer, render::off_shift(said)))
    }

    /// A shift that nobody works, and who could be called back for it.
    pub(super) fn of_uncovered(
        &self,
        answer: &Answer,
    ) -> Result<(Of<pb::Shift>, Vec<pb::CallBack>), Refusal> {
        let Reply::Uncovered(shift, could) = &answer.reply else {
            return Err(unexpected(answer));
        };
        Ok(self.show_answer(answer, |render| {
            (of(answer, render.shift(shift)), render.call_backs(could))
        }))
    }
}
