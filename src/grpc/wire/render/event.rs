//! Updates and events.

use std::collections::BTreeSet;

use super::super::super::pb;
use super::{Render, moment, text};
use super::{agency, duty_status, jurisdiction, off_shift, pattern, position, service_area, timesheet};
use crate::board::{After, Channel, Entry, Event, EventKind, ExternalReference, Flag, Reporter, Role};
use crate::dispatch::Amendment;
use crate::id::ResponderId;
use crate::travel::Positions;

/// An update: those of the entry's events that this subscriber sees, by their places.
pub(crate) fn update(
    render: &Render<'_>,
    entry: &Entry,
    seen: &[usize],
    previous_revision: u64,
    resume_token: String,
) -> pb::Update {
    pb::Update {
        revision: entry.revision,
        previous_revision,
        operation_id: entry.operation_id.to_string(),
        request_id: entry.request_id.clone(),
        recorded_at: Some(moment(entry.at)),
        resume_token,
        events: seen
            .iter()
            .map(|place| render.event(&entry.events[*place]))
            .collect(),
        not_recorded: false,
    }
}

/// Positions that have changed, and whose are no longer known.
pub(crate) fn positions(changed: &Positions, forgotten: &BTreeSet<ResponderId>) -> pb::Positions {
    pb::Positions {
        positions: changed.iter().map(|(id, known)| position(*id, known)).collect(),
        forgotten_responder_ids: forgotten.iter().map(ToString::to_string).collect(),
    }
}

impl Render<'_> {
    /// What happened, and what it changed, as far as the viewer may see it.
    pub(super) fn event(&self, event: &Event) -> pb::Event {
        use pb::event::After as Wire;
        let after = match &event.after {
            After::Jurisdiction(now) => Wire::Jurisdiction(jurisdiction(now)),
            After::Agency(now) => Wire::Agency(agency(now)),
            After::Area(now) => Wire::ServiceArea(service_area(now)),
            After::Responder(now) => Wire::Responder(self.responder(now)),
            After::Shift(now) => Wire::Shift(self.shift(now)),
            After::Pattern(now) => Wire::Pattern(pattern(now)),
            After::Request(now) => Wire::ShiftRequest(self.shift_request(now)),
            After::Timesheet(now) => Wire::Timesheet(timesheet(now)),
            After::OnCallList(now) => Wire::OnCallList(self.on_call_list(now)),
            After::OffShift(now) => Wire::OffShift(off_shift(now)),
            After::Duty(responder_id, now) => Wire::DutyStatus(duty_status(*responder_id, now)),
            After::Call(now) => Wire::Call(self.call(now)),
            After::Assignment(now) => Wire::Assignment(self.assignment(now)),
            After::Alert(now) => Wire::Alert(super::board::alert(now)),
        };
        // The second wall: such events concern nobody else, and if one day they did, nothing of him would be in them.
        let lost = event.kind == EventKind::ShiftLost && event.subject == self.viewer.responder_id;
        let after = Some(after).filter(|_| lost || self.may_know(&event.after));
        pb::Event {
            kind: kind(event.kind).into(),
            responder_id: text(event.subject),
            occurred_at: Some(moment(event.reported.occurred_at)),
            reporter: Some(reporter(&event.reported.reporter)),
            flags: flags(&event.flags),
            implied_by: event.implied_by.map(kind).unwrap_or_default().into(),
            credential_id: text(event.credential_id),
            after,
        }
    }

    /// Whether this may be shown to the viewer at all: of others' papers, shifts, requests, hours and duty, and of patterns, a
    /// responder sees nothing; of an on-call list his own part is rendered.
    fn may_know(&self, after: &After) -> bool {
        let whose = match after {
            After::Responder(responder) => Some(responder.id),
            After::Shift(shift) => shift.responder_id,
            After::Timesheet(sheet) => Some(sheet.responder_id),
            After::OffShift(said) => Some(said.responder_id),
            After::Duty(responder_id, _) => Some(*responder_id),
            After::Request(request) => {
                let own = self
                    .viewer
                    .responder_id
                    .is_some_and(|id| request.parties().contains(&id));
                return self.viewer.role != Role::Responder || own;
            }
            After::Pattern(_) => return self.viewer.role != Role::Responder,
            After::Jurisdiction(_)
            | After::Agency(_)
            | After::Area(_)
            | After::OnCallList(_)
            | After::Call(_)
            | After::Assignment(_)
            | After::Alert(_) => None,
        };
        self.viewer.role != Role::Responder || whose.is_none_or(|id| self.viewer.responder_id == Some(id))
    }

    /// An emergency that could not be recorded: it has no place in the journal.
    pub(crate) fn not_recorded(&self, cry: &crate::board::Alert) -> pb::Update {
        let event = pb::Event {
            kind: pb::EventKind::EmergencyRaised.into(),
            responder_id: text(cry.responder_id),
            occurred_at: Some(moment(cry.raised_at)),
            reporter: None,
            flags: Vec::new(),
            implied_by: pb::EventKind::Unspecified.into(),
            credential_id: String::new(),
            after: Some(pb::event::After::Alert(super::board::alert(cry))),
        };
        pb::Update {
            recorded_at: Some(moment(self.now)),
            events: vec![event],
            not_recorded: true,
            ..pb::Update::default()
        }
    }
}

/// The kind's value in the contract, which has the same names; a test holds them together.
pub(super) fn kind(kind: EventKind) -> pb::EventKind {
    pb::EventKind::from_str_name(&format!("EVENT_KIND_{}", kind.as_str())).unwrap_or_default()
}

/// Flags.
pub(super) fn flags(flags: &BTreeSet<Flag>) -> Vec<i32> {
    flags
        .iter()
        .map(|flag| match flag {
            Flag::OccurredAtClamped => pb::Flag::OccurredAtClamped,
            Flag::ClockSuspect => pb::Flag::ClockSuspect,
            Flag::AfterExit => pb::Flag::AfterExit,
            Flag::AfterClear => pb::Flag::AfterClear,
            Flag::OutOfOrder => pb::Flag::OutOfOrder,
            Flag::Degraded => pb::Flag::Degraded,
            Flag::Overridden => pb::Flag::Overridden,
            Flag::OutsideServiceAreas => pb::Flag::OutsideServiceAreas,
            Flag::UnknownHazard => pb::Flag::UnknownHazard,
            Flag::EnteredWhileStaged => pb::Flag::EnteredWhileStaged,
            Flag::Superseded => pb::Flag::Superseded,
            Flag::QualificationLapses => pb::Flag::QualificationLapses,
            Flag::NeedsSupervision => pb::Flag::NeedsSupervision,
            Flag::NeedsOnCallConsult => pb::Flag::NeedsOnCallConsult,
            Flag::AddressChanged => pb::Flag::AddressChanged,
            Flag::ClinicalContextChanged => pb::Flag::ClinicalContextChanged,
            Flag::ApproachNotesChanged => pb::Flag::ApproachNotesChanged,
            Flag::CallbackChanged => pb::Flag::CallbackChanged,
            Flag::RemarksAdded => pb::Flag::RemarksAdded,
            Flag::WorkRuleBroken => pb::Flag::WorkRuleBroken,
            Flag::OnLeave => pb::Flag::OnLeave,
            Flag::Holiday => pb::Flag::Holiday,
            Flag::Early => pb::Flag::Early,
            Flag::Late => pb::Flag::Late,
            Flag::NoteChanged => pb::Flag::NoteChanged,
            Flag::NotArrived => pb::Flag::NotArrived,
        })
        .map(i32::from)
        .collect()
}

/// Who reported something.
pub(super) fn reporter(reporter: &Reporter) -> pb::Reporter {
    let channel = match reporter.channel {
        Channel::App => pb::Channel::App,
        Channel::Radio => pb::Channel::Radio,
        Channel::Phone => pb::Channel::Phone,
        Channel::Cad => pb::Channel::Cad,
        Channel::System => pb::Channel::System,
    };
    let role = match reporter.role {
        Role::Responder => pb::Role::Responder,
        Role::Dispatcher => pb::Role::Dispatcher,
        Role::Hr => pb::Role::Hr,
        Role::Supervisor => pb::Role::Supervisor,
        Role::Auditor => pb::Role::Auditor,
        Role::Admin => pb::Role::Admin,
        Role::System => pb::Role::System,
    };
    pb::Reporter {
        subject: reporter.subject.clone(),
        role: role.into(),
        channel: channel.into(),
    }
}

/// A correction of a time.
pub(super) fn amendment(amendment: &Amendment) -> pb::Amendment {
    pb::Amendment {
        was: Some(moment(amendment.was)),
        reason: amendment.reason.clone(),
        reporter: Some(reporter(&amendment.reporter)),
        amended_at: Some(moment(amendment.amended_at)),
    }
}

/// An external reference.
pub(super) fn reference(reference: &ExternalReference) -> pb::ExternalReference {
    pb::ExternalReference {
        system: reference.system.clone(),
        kind: reference.kind.clone(),
        value: reference.value.clone(),
    }
}

/// External references.
pub(super) fn references(references: &BTreeSet<ExternalReference>) -> Vec<pb::ExternalReference> {
    references.iter().map(reference).collect()
}
