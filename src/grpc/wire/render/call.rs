//! Calls and remarks.

use super::super::super::pb;
use super::event::{amendment, flags, references, reporter};
use super::jurisdiction::response;
use super::{Render, location, moment, text};
use crate::board::Role;
use crate::dispatch::{
    Call, CallAmendment, CallState, CallTime, Contact, Origin, Remark, Reopening, Text, TextClass,
};
use crate::triage::Slot;

impl Render<'_> {
    /// A call: no text of it is in here, for anyone.
    pub(crate) fn call(&self, call: &Call) -> pb::Call {
        // Opaque as they are, references to persons are for those who dispatch and those who go.
        let may_know_persons = !matches!(self.viewer.role, Role::Auditor | Role::Admin);
        pb::Call {
            call_id: call.id.to_string(),
            number: call.number,
            state: state(call.state).into(),
            state_since: Some(moment(call.state_since)),
            source: call.source.clone(),
            requested_by: call.requested_by.clone(),
            incident_type: call.incident_type.clone(),
            acuity: Some(pb::Acuity {
                scheme: call.acuity.scheme.clone(),
                level: u32::from(call.acuity.level),
            }),
            response: response(call.response).into(),
            hazards: call.hazards.iter().cloned().collect(),
            location: call.point.map(location),
            person_references: if may_know_persons {
                call.person_references.iter().cloned().collect()
            } else {
                Vec::new()
            },
            asked_qualifications: call
                .asked_qualifications
                .iter()
                .map(|(discipline, qualification)| pb::AskedQualification {
                    discipline: discipline.clone(),
                    qualification: qualification.clone(),
                })
                .collect(),
            slots: call.slots.iter().map(slot).collect(),
            external_references: references(&call.external_references)
                .into_iter()
                .chain(references(&call.course.former_references))
                .collect(),
            source_version: call.source_version,
            opened_at: Some(moment(call.opened_at)),
            opened_by: Some(reporter(&call.opened_by)),
            closed_at: call.closed_at.map(moment),
            cancel_reason: call.cancel_reason.clone(),
            waiting_since: call.waiting_since.map(moment),
            assignment_id: text(call.assignment_id),
            match_id: text(call.match_id),
            remark_count: u32::try_from(call.remarks.len()).unwrap_or(u32::MAX),
            flags: flags(&call.flags),
            version: call.version,
            merged_into_call_id: text(call.merged_into_call_id),
            links: call
                .links
                .iter()
                .map(|(call_id, reason)| pb::CallLink {
                    call_id: call_id.to_string(),
                    reason: reason.clone(),
                })
                .collect(),
            amendments: call.amendments.iter().map(call_amendment).collect(),
            origins: call.course.origins.iter().map(origin).collect(),
            first_reported_at: call.course.first_reported_at.map(moment),
            reopenings: call.course.reopenings.iter().map(reopening).collect(),
        }
    }
}

impl Render<'_> {
    /// A remark with its words; whether the viewer may read them has been asked before.
    pub(crate) fn remark(&self, remark: &Remark, text: &Text) -> pb::Remark {
        let author = &remark.author;
        // A text that was no remark where it was written is its author's, whoever opened that call.
        let (writer, written_at) = match remark.was {
            Some(_) if text.author != author.subject => {
                let writer = pb::Reporter {
                    subject: text.author.clone(),
                    ..Default::default()
                };
                (writer, text.recorded_at)
            }
            Some(_) => (reporter(author), text.recorded_at),
            None => (reporter(author), remark.recorded_at),
        };
        let who = (author.role == Role::Responder)
            .then(|| author.subject.parse().ok())
            .flatten();
        let class = match remark.class {
            TextClass::Clinical => pb::RemarkClass::Clinical,
            TextClass::OfficerSafety => pb::RemarkClass::OfficerSafety,
            TextClass::Operational | TextClass::Address | TextClass::Callback => pb::RemarkClass::Operational,
        };
        pb::Remark {
            text_id: remark.text_id.to_string(),
            class: class.into(),
            author: Some(writer),
            recorded_at: Some(moment(written_at)),
            body: if remark.was == Some(TextClass::Callback) {
                said(&Contact::from_text(&text.body))
            } else {
                text.body.clone()
            },
            author_call_sign: who.map(|id| self.partner(id).call_sign).unwrap_or_default(),
            from_call_number: remark.from_call_number.unwrap_or_default(),
            was: remark.was.map(named).unwrap_or_default().to_owned(),
        }
    }
}

/// A text that had a place of its own, by the name of that place.
fn named(class: TextClass) -> &'static str {
    match class {
        TextClass::Address => "address",
        TextClass::Clinical => "clinical_context",
        TextClass::OfficerSafety => "approach_notes",
        TextClass::Callback => "callback",
        TextClass::Operational => "",
    }
}

fn said(contact: &Contact) -> String {
    if contact.name.is_empty() {
        contact.phone.clone()
    } else {
        format!("{}, {}", contact.phone, contact.name)
    }
}

fn origin(origin: &Origin) -> pb::CallOrigin {
    pb::CallOrigin {
        external_references: references(&origin.references),
        source_version: origin.version,
    }
}

fn reopening(reopening: &Reopening) -> pb::Reopening {
    pb::Reopening {
        was: state(reopening.was).into(),
        since: Some(moment(reopening.since)),
        closed_at: reopening.closed_at.map(moment),
        cancel_reason: reopening.reason.clone(),
        reopened_at: Some(moment(reopening.reopened_at)),
        reopened_by: Some(reporter(&reopening.reopened_by)),
    }
}

fn call_amendment(amended: &CallAmendment) -> pb::CallAmendment {
    let time = match amended.time {
        CallTime::Opened => pb::CallTime::Opened,
        CallTime::Closed => pb::CallTime::Closed,
    };
    pb::CallAmendment {
        time: time.into(),
        amendment: Some(amendment(&amended.amendment)),
    }
}

fn slot(slot: &Slot) -> pb::Slot {
    pb::Slot {
        slot_id: slot.slot_id.clone(),
        discipline: slot.discipline.clone(),
        qualifications: slot.qualifications.iter().cloned().collect(),
        staged: slot.staged,
        telephone: slot.telephone,
    }
}

fn state(state: CallState) -> pb::CallState {
    match state {
        CallState::Open => pb::CallState::Open,
        CallState::Waiting => pb::CallState::Waiting,
        CallState::Offered => pb::CallState::Offered,
        CallState::Assigned => pb::CallState::Assigned,
        CallState::OnScene => pb::CallState::OnScene,
        CallState::Clearing => pb::CallState::Clearing,
        CallState::Closed => pb::CallState::Closed,
        CallState::Cancelled => pb::CallState::Cancelled,
        CallState::Merged => pb::CallState::Merged,
    }
}
