//! Calls.

use std::collections::BTreeSet;

use super::faults::{Fault, Faults};
use super::field::{
    NAME, code, filled, hazard, id, known, level, line, opaque, optional_code, optional_id, paper, point,
    timestamp, words,
};
use super::page::Page;
use super::{Stamped, pb, reported};
use crate::dispatch::command::{CallKey, OpenCall, UpdateCall};
use crate::dispatch::lifecycle::Progress;
use crate::dispatch::{CallState, Contact, TextClass};
use crate::id::{CallId, MatchId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::store::CallFilter;
use crate::travel::TravelTimes;
use crate::triage::Code;

/// The longest address, characters.
pub(super) const ADDRESS: usize = 512;
/// The longest narrative or remark, characters.
pub(super) const NARRATIVE: usize = 4000;
/// The longest telephone number, characters.
const PHONE: usize = 32;
/// The longest notes, characters.
pub(super) const NOTES: usize = 1000;

/// OpenCall, and whether it is a dry run.
pub(crate) fn open_call(request: &pb::OpenCallRequest) -> Stamped<(OpenCall, bool)> {
    let pb::OpenCallRequest {
        request_id,
        source,
        requested_by,
        incident_type,
        acuity,
        hazards,
        location,
        address,
        clinical_context,
        approach_notes,
        person_references,
        asked_qualifications,
        external_references,
        source_version,
        channel,
        occurred_at,
        dry_run,
        callback,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let source = faults.take("source", code(source));
    let requested_by = faults.take("requested_by", optional_code(requested_by));
    let incident_type = faults.take("incident_type", code(incident_type));
    let acuity = faults.acuity("acuity", acuity.as_ref());
    let hazards = faults.take_each("hazards", 50, hazards, |given| hazard(given));
    let point = faults.take_if("location", location.as_ref(), point);
    let address = faults.take("address.text", words(text_of_address(address.as_ref()), ADDRESS));
    let narrative = narrative_of(clinical_context.as_ref());
    let clinical_narrative = faults.take("clinical_context.narrative", words(narrative, NARRATIVE));
    let approach = faults.take(
        "approach_notes",
        words(approach_notes.as_deref().unwrap_or(""), NOTES),
    );
    let callback = match callback {
        Some(callback) => faults.contact("callback", callback).map(Some),
        None => Some(None),
    };
    let person_references = faults.persons(person_references);
    let asked_qualifications = faults.asked(asked_qualifications);
    let external_references = faults.references("external_references", external_references);
    faults.end(|| {
        let open = OpenCall {
            source: source?,
            requested_by: requested_by?,
            incident_type: incident_type?,
            acuity: acuity?,
            hazards: hazards?,
            point: point?,
            address: address?,
            clinical_narrative: clinical_narrative?,
            approach: approach?,
            callback: callback?,
            person_references: person_references?,
            asked_qualifications: asked_qualifications?,
            external_references: external_references?,
            source_version: *source_version,
            travel: TravelTimes::default(),
        };
        Some((stamp?, (open, *dry_run)))
    })
}

/// UpdateCall.
pub(crate) fn update_call(request: &pb::UpdateCallRequest) -> Stamped<UpdateCall> {
    let pb::UpdateCallRequest {
        request_id,
        call_id,
        update_mask,
        expected_version,
        source_version,
        source_reference,
        incident_type,
        hazards,
        location,
        address,
        clinical_context,
        approach_notes,
        person_references,
        asked_qualifications,
        external_references,
        channel,
        occurred_at,
        callback,
    } = request;
    let mut faults = Faults::default();
    let stamp = reported(&mut faults, request, request_id, *channel, occurred_at.as_ref());
    let paths = [
        "incident_type",
        "hazards",
        "location",
        "address",
        "clinical_context",
        "approach_notes",
        "callback",
        "person_references",
        "asked_qualifications",
    ];
    let mask = faults.mask(update_mask.as_ref(), &paths, external_references.is_empty());
    let asks = |path: &str| mask.contains(path);
    // A hazard is a fact: it is added, whatever else has changed.
    let adds_hazards = mask.len() == 1 && asks("hazards");
    if expected_version.is_none() && source_version.is_none() && !adds_hazards {
        let why = "say expected_version, or source_version for another system";
        faults.note("expected_version", Reason::Required, why);
    }
    let id = faults.take("call_id", id(call_id));
    let incident_type = faults.when(asks("incident_type"), "incident_type", || code(incident_type));
    let hazards = if asks("hazards") {
        faults
            .take_each("hazards", 50, hazards, |given| hazard(given))
            .map(Some)
    } else {
        Some(None)
    };
    let point = faults.when(asks("location"), "location", || {
        super::field::required(location.as_ref()).and_then(point)
    });
    let address = faults.when(asks("address"), "address.text", || {
        words(text_of_address(address.as_ref()), ADDRESS)
    });
    let clinical_narrative = faults.when(asks("clinical_context"), "clinical_context.narrative", || {
        words(narrative_of(clinical_context.as_ref()), NARRATIVE)
    });
    let approach = faults.when(asks("approach_notes"), "approach_notes", || {
        words(approach_notes, NOTES)
    });
    let callback = match callback {
        Some(callback) if asks("callback") => faults.contact("callback", callback).map(|one| Some(Some(one))),
        None if asks("callback") => Some(Some(None)),
        Some(_) | None => Some(None),
    };
    let person_references = if asks("person_references") {
        faults.persons(person_references).map(Some)
    } else {
        Some(None)
    };
    let asked_qualifications = if asks("asked_qualifications") {
        faults.asked(asked_qualifications).map(Some)
    } else {
        Some(None)
    };
    let external_references = faults.references("external_references", external_references);
    let source_reference = match source_reference {
        Some(reference) => faults.reference("source_reference", reference).map(Some),
        None => Some(None),
    };
    faults.end(|| {
        let update = UpdateCall {
            call_id: id?,
            expected_version: *expected_version,
            source_version: *source_version,
            source_reference: source_reference?,
            incident_type: incident_type?,
            hazards: hazards?,
            point: point?,
            address: address?,
            clinical_narrative: clinical_narrative?,
            approach: approach?,
            callback: callback?,
            person_references: person_references?,
            asked_qualifications: asked_qualifications?,
            external_references: external_references?,
        };
        Some((stamp?, update))
    })
}

/// GetCall: which.
pub(crate) fn get_call(request: &pb::GetCallRequest) -> Result<CallKey, Refusal> {
    let pb::GetCallRequest { call } = request;
    let mut faults = Faults::default();
    let key = faults.call_key("call", call.as_ref());
    faults.end(|| key)
}

/// ExplainMatch: call, match, and how many runners-up.
pub(crate) fn explain_match(
    request: &pb::ExplainMatchRequest,
) -> Result<(CallId, Option<MatchId>, Option<u32>), Refusal> {
    let pb::ExplainMatchRequest {
        call_id,
        match_id,
        runners_up,
    } = request;
    let mut faults = Faults::default();
    let call_id = faults.take("call_id", id(call_id));
    let match_id = faults.take("match_id", optional_id(match_id));
    if runners_up.is_some_and(|runners_up| runners_up > 50) {
        faults.note("runners_up", Reason::OutOfRange, "at most 50");
    }
    faults.end(|| Some((call_id?, match_id?, *runners_up)))
}

/// ListCalls.
pub(crate) fn list_calls(request: &pb::ListCallsRequest) -> Result<(CallFilter, Page), Refusal> {
    let pb::ListCallsRequest {
        states,
        opened_from,
        opened_to,
        page_size,
        page_token,
        number,
        external_reference,
        responder_id,
    } = request;
    let mut faults = Faults::default();
    let states = faults.take_each("states", 10, states, |state| call_state(*state));
    let opened = faults.window(
        "opened_from",
        opened_from.as_ref(),
        "opened_to",
        opened_to.as_ref(),
    );
    let named = match external_reference {
        Some(reference) => faults.reference("external_reference", reference).map(Some),
        None => Some(None),
    };
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let filter = pb::ListCallsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let page = faults.page("calls", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = CallFilter {
            states: states?,
            opened: opened?,
            number: *number,
            external_reference: named?,
            responder_id: responder_id?,
        };
        Some((filter, page?))
    })
}

/// ListRemarks.
pub(crate) fn list_remarks(request: &pb::ListRemarksRequest) -> Result<(CallId, Page), Refusal> {
    let pb::ListRemarksRequest {
        call_id,
        page_size,
        page_token,
    } = request;
    let mut faults = Faults::default();
    let filter = pb::ListRemarksRequest {
        call_id: call_id.clone(),
        ..Default::default()
    };
    let call_id = faults.take("call_id", id(call_id));
    let page = faults.page("remarks", &filter, *page_size, page_token);
    faults.end(|| Some((call_id?, page?)))
}

/// A step of progress.
pub(crate) fn progress(value: i32) -> Result<Progress, Fault> {
    match known::<pb::Progress>(value, "progress")? {
        pb::Progress::EnRoute => Ok(Progress::EnRoute),
        pb::Progress::Staged => Ok(Progress::Staged),
        pb::Progress::OnScene => Ok(Progress::OnScene),
        pb::Progress::Transporting => Ok(Progress::Transporting),
        pb::Progress::AtDestination => Ok(Progress::AtDestination),
        pb::Progress::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known progress")),
    }
}

pub(super) fn text_class(value: i32) -> Result<TextClass, Fault> {
    match known::<pb::RemarkClass>(value, "class")? {
        pb::RemarkClass::Operational => Ok(TextClass::Operational),
        pb::RemarkClass::Clinical => Ok(TextClass::Clinical),
        pb::RemarkClass::OfficerSafety => Ok(TextClass::OfficerSafety),
        pb::RemarkClass::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known class")),
    }
}

fn call_state(value: i32) -> Result<CallState, Fault> {
    match known::<pb::CallState>(value, "state")? {
        pb::CallState::Open => Ok(CallState::Open),
        pb::CallState::Waiting => Ok(CallState::Waiting),
        pb::CallState::Offered => Ok(CallState::Offered),
        pb::CallState::Assigned => Ok(CallState::Assigned),
        pb::CallState::OnScene => Ok(CallState::OnScene),
        pb::CallState::Clearing => Ok(CallState::Clearing),
        pb::CallState::Closed => Ok(CallState::Closed),
        pb::CallState::Cancelled => Ok(CallState::Cancelled),
        pb::CallState::Merged => Ok(CallState::Merged),
        pb::CallState::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known state")),
    }
}

pub(super) fn text_of_address(address: Option<&pb::Address>) -> &str {
    address.map_or("", |pb::Address { text }| text)
}

/// What is dialled, and what switchboards add to it.
pub(super) fn phone(text: &str) -> Result<String, Fault> {
    let dialled = |character: char| character.is_ascii_digit() || "+-.()#*,;x ".contains(character);
    let text = filled(line(text, PHONE))?;
    if text.chars().all(dialled) && text.contains(|character: char| character.is_ascii_digit()) {
        Ok(text)
    } else {
        let why = "a number to dial: digits, and + - . ( ) # * , ; x";
        Err(Fault::new(Reason::InvalidText, why))
    }
}

fn narrative_of(context: Option<&pb::ClinicalContext>) -> &str {
    context.map_or("", |pb::ClinicalContext { narrative }| narrative)
}

impl Faults {
    pub(super) fn persons(&mut self, references: &[String]) -> Option<BTreeSet<String>> {
        self.take_each("person_references", 20, references, |reference| opaque(reference))
    }

    pub(super) fn contact(&mut self, field: &str, contact: &pb::Contact) -> Option<Contact> {
        let pb::Contact { phone: number, name } = contact;
        let number = self.take(format!("{field}.phone"), phone(number));
        let name = self.take(format!("{field}.name"), line(name, NAME));
        Some(Contact {
            phone: number?,
            name: name?,
        })
    }

    pub(super) fn asked(&mut self, asked: &[pb::AskedQualification]) -> Option<Vec<(Code, Code)>> {
        self.take_parts("asked_qualifications", 20, asked, |faults, field, asked| {
            let pb::AskedQualification {
                discipline,
                qualification,
            } = asked;
            let discipline = faults.take(format!("{field}.discipline"), code(discipline));
            let qualification = faults.take(format!("{field}.qualification"), paper(qualification));
            Some((discipline?, qualification?))
        })
    }

    /// Which call, by what people say.
    pub(super) fn call_key(&mut self, field: &str, key: Option<&pb::CallKey>) -> Option<CallKey> {
        use pb::call_key::Key;
        match key.and_then(|pb::CallKey { key }| key.as_ref()) {
            Some(Key::CallId(text)) => self.take(format!("{field}.call_id"), id(text)).map(CallKey::Id),
            Some(Key::Number(number)) => Some(CallKey::Number(*number)),
            Some(Key::ExternalReference(reference)) => self
                .reference(&format!("{field}.external_reference"), reference)
                .map(CallKey::Reference),
            None => {
                let why = "say which call: by call_id, number or external_reference";
                self.note(field, Reason::Required, why);
                None
            }
        }
    }

    /// A window whose ends may be open.
    pub(crate) fn window(
        &mut self,
        start_field: &str,
        start: Option<&prost_types::Timestamp>,
        end_field: &str,
        end: Option<&prost_types::Timestamp>,
    ) -> Option<Option<Window>> {
        let from = self.take_if(start_field, start, timestamp);
        let to = self.take_if(end_field, end, timestamp);
        let window = Window {
            start: from?.unwrap_or(Moment::from_micros(i64::MIN)),
            end: to?.unwrap_or(Moment::from_micros(i64::MAX)),
        };
        if window.start >= window.end {
            let fault = Fault::new(Reason::InvalidWindow, "it ends before it starts");
            return self.take(end_field, Err(fault));
        }
        Some((start.is_some() || end.is_some()).then_some(window))
    }

    /// A level of a scheme.
    pub(crate) fn level(&mut self, field: String, value: u32) -> Option<u8> {
        self.take(field, level(value))
    }
}
