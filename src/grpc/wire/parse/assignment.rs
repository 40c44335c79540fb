//! What members say.

use super::call::progress;
use super::faults::Faults;
use super::field::{code, id, opaque, optional_code, optional_id, required};
use super::page::Page;
use super::{Stamp, Stamped, pb, reported};
use crate::dispatch::Answer;
use crate::dispatch::command::{
    AcceptOffer, AcknowledgeReceipt, ClearAssignment, DeclineOffer, GivenDisposition, RecordDisposition,
    ReportProgress,
};
use crate::id::{AssignmentId, ResponderId};
use crate::refusal::Refusal;
use crate::store::AssignmentFilter;

/// What all of these requests begin with.
struct Part {
    stamp: Option<Stamp>,
    assignment_id: Option<AssignmentId>,
    responder_id: Option<ResponderId>,
}

macro_rules! part {
    ($faults:ident, $request:ident, $request_id:ident, $assignment_id:ident, $responder_id:ident, $channel:ident, $at:ident) => {
        Part {
            stamp: reported(&mut $faults, $request, $request_id, *$channel, $at.as_ref()),
            assignment_id: $faults.take("assignment_id", id($assignment_id)),
            responder_id: $faults.take("responder_id", id($responder_id)),
        }
    };
}

/// AcceptOffer.
pub(crate) fn accept_offer(request: &pb::AcceptOfferRequest) -> Stamped<AcceptOffer> {
    let pb::AcceptOfferRequest {
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    faults.end(|| {
        let accept = AcceptOffer {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
        };
        Some((part.stamp?, accept))
    })
}

/// DeclineOffer.
pub(crate) fn decline_offer(request: &pb::DeclineOfferRequest) -> Stamped<DeclineOffer> {
    let pb::DeclineOfferRequest {
        request_id,
        assignment_id,
        responder_id,
        reason,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    let reason = faults.take("reason", code(reason));
    faults.end(|| {
        let decline = DeclineOffer {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
            reason: reason?,
        };
        Some((part.stamp?, decline))
    })
}

/// AcknowledgeReceipt.
pub(crate) fn acknowledge_receipt(request: &pb::AcknowledgeReceiptRequest) -> Stamped<AcknowledgeReceipt> {
    let pb::AcknowledgeReceiptRequest {
        request_id,
        assignment_id,
        responder_id,
        seen,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    faults.end(|| {
        let receipt = AcknowledgeReceipt {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
            seen: *seen,
        };
        Some((part.stamp?, receipt))
    })
}

/// ReportProgress.
pub(crate) fn report_progress(request: &pb::ReportProgressRequest) -> Stamped<ReportProgress> {
    let pb::ReportProgressRequest {
        request_id,
        assignment_id,
        responder_id,
        progress: step,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    let progress = faults.take("progress", progress(*step));
    faults.end(|| {
        let report = ReportProgress {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
            progress: progress?,
        };
        Some((part.stamp?, report))
    })
}

/// ClearAssignment.
pub(crate) fn clear_assignment(request: &pb::ClearAssignmentRequest) -> Stamped<ClearAssignment> {
    let pb::ClearAssignmentRequest {
        request_id,
        assignment_id,
        responder_id,
        disposition,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    let disposition = match disposition {
        Some(disposition) => faults.disposition(disposition).map(Some),
        None => Some(None),
    };
    faults.end(|| {
        let clear = ClearAssignment {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
            disposition: disposition?,
        };
        Some((part.stamp?, clear))
    })
}

/// RecordDisposition.
pub(crate) fn record_disposition(request: &pb::RecordDispositionRequest) -> Stamped<RecordDisposition> {
    let pb::RecordDispositionRequest {
        request_id,
        assignment_id,
        responder_id,
        disposition,
        channel,
        occurred_at,
    } = request;
    let mut faults = Faults::default();
    let part = part!(
        faults,
        request,
        request_id,
        assignment_id,
        responder_id,
        channel,
        occurred_at
    );
    let disposition = faults
        .take("disposition", required(disposition.as_ref()))
        .and_then(|disposition| faults.disposition(disposition));
    faults.end(|| {
        let record = RecordDisposition {
            assignment_id: part.assignment_id?,
            responder_id: part.responder_id?,
            disposition: disposition?,
        };
        Some((part.stamp?, record))
    })
}

/// GetAssignment.
pub(crate) fn get_assignment(request: &pb::GetAssignmentRequest) -> Result<AssignmentId, Refusal> {
    let pb::GetAssignmentRequest { assignment_id } = request;
    let mut faults = Faults::default();
    let assignment_id = faults.take("assignment_id", id(assignment_id));
    faults.end(|| assignment_id)
}

/// ListAssignments.
pub(crate) fn list_assignments(
    request: &pb::ListAssignmentsRequest,
) -> Result<(AssignmentFilter, Page), Refusal> {
    let pb::ListAssignmentsRequest {
        call_id,
        responder_id,
        open_only,
        page_size,
        page_token,
        made_from,
        made_to,
    } = request;
    let filter = pb::ListAssignmentsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let call_id = faults.take("call_id", optional_id(call_id));
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let made = faults.window("made_from", made_from.as_ref(), "made_to", made_to.as_ref());
    let page = faults.page("assignments", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = AssignmentFilter {
            call_id: call_id?,
            responder_id: responder_id?,
            open: open_only.then_some(true),
            made: made?,
        };
        Some((filter, page?))
    })
}

impl Faults {
    fn disposition(&mut self, disposition: &pb::Disposition) -> Option<GivenDisposition> {
        let pb::Disposition {
            code: kind,
            behavioral_outcome,
            answers,
        } = disposition;
        let kind = self.take("disposition.code", code(kind));
        let behavioral_outcome = self.take(
            "disposition.behavioral_outcome",
            optional_code(behavioral_outcome),
        );
        let answers = self.take_parts("disposition.answers", 50, answers, |faults, field, answer| {
            let pb::Answer { question, value } = answer;
            let question = faults.take(format!("{field}.question"), code(question));
            let value = faults.take(format!("{field}.value"), opaque(value));
            Some(Answer {
                question: question?,
                value: value?,
            })
        });
        Some(GivenDisposition {
            code: kind?,
            behavioral_outcome: behavioral_outcome?,
            answers: answers?,
        })
    }
}
