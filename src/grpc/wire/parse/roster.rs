//! Responders.

use super::faults::Faults;
use super::field::{CALL_SIGN, NAME, code, id, line, name, optional_code, optional_id, point, required};
use super::page::Page;
use super::{Stamped, desk_work, pb};
use crate::id::{AgencyId, ResponderId};
use crate::printable::COST_CODE;
use crate::refusal::Refusal;
use crate::roster::command::{CreateResponder, RehireResponder, RetireResponder, UpdateResponder};
use crate::roster::{Base, Employment};
use crate::triage::Code;

const MOST_NAMED: usize = 100;

/// CreateResponder.
pub(crate) fn create_responder(request: &pb::CreateResponderRequest) -> Stamped<CreateResponder> {
    let pb::CreateResponderRequest {
        request_id,
        agency_id,
        discipline,
        name: his_name,
        call_sign,
        base,
        area_ids,
        must_not_meet_responder_ids,
        external_references,
        position,
        cost_code,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let agency_id = faults.take("agency_id", id(agency_id));
    let discipline = faults.take("discipline", code(discipline));
    let his_name = faults.take("name", name(his_name, NAME));
    let call_sign = faults.take("call_sign", name(call_sign, CALL_SIGN));
    let base = faults.base("base", base.as_ref());
    let area_ids = faults.take_each("area_ids", MOST_NAMED, area_ids, |area| id(area));
    let must_not_meet = faults.take_each(
        "must_not_meet_responder_ids",
        MOST_NAMED,
        must_not_meet_responder_ids,
        |other| id(other),
    );
    let external_references = faults.references("external_references", external_references);
    let position = faults.take("position", line(position, NAME));
    let cost_code = faults.take("cost_code", line(cost_code, COST_CODE));
    faults.end(|| {
        let create = CreateResponder {
            agency_id: agency_id?,
            discipline: discipline?,
            name: his_name?,
            call_sign: call_sign?,
            base: base?,
            area_ids: area_ids?,
            must_not_meet: must_not_meet?,
            external_references: external_references?,
            employment: Employment {
                position: position?,
                cost_code: cost_code?,
            },
        };
        Some((stamp?, create))
    })
}

/// UpdateResponder. What he is in the message beside the mask (agency, credentials, ...) is not looked at.
pub(crate) fn update_responder(request: &pb::UpdateResponderRequest) -> Stamped<UpdateResponder> {
    let pb::UpdateResponderRequest {
        request_id,
        responder,
        update_mask,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let paths = [
        "name",
        "call_sign",
        "base",
        "area_ids",
        "must_not_meet_responder_ids",
        "external_references",
        "position",
        "cost_code",
    ];
    let mask = faults.mask(update_mask.as_ref(), &paths, true);
    let asks = |path: &str| mask.contains(path);
    let given = faults
        .take("responder", required(responder.as_ref()))
        .cloned()
        .unwrap_or_default();
    let responder_id = responder
        .is_some()
        .then(|| faults.take("responder.responder_id", id(&given.responder_id)))
        .flatten();
    let his_name = faults.when(asks("name"), "responder.name", || name(&given.name, NAME));
    let call_sign = faults.when(asks("call_sign"), "responder.call_sign", || {
        name(&given.call_sign, CALL_SIGN)
    });
    let base = if asks("base") {
        faults.base("responder.base", given.base.as_ref()).map(Some)
    } else {
        Some(None)
    };
    let area_ids = if asks("area_ids") {
        let found = faults.take_each("responder.area_ids", MOST_NAMED, &given.area_ids, |area| id(area));
        found.map(Some)
    } else {
        Some(None)
    };
    let must_not_meet = if asks("must_not_meet_responder_ids") {
        let field = "responder.must_not_meet_responder_ids";
        let found = faults.take_each(field, MOST_NAMED, &given.must_not_meet_responder_ids, |other| {
            id(other)
        });
        found.map(Some)
    } else {
        Some(None)
    };
    let external_references = if asks("external_references") {
        let field = "responder.external_references";
        faults.references(field, &given.external_references).map(Some)
    } else {
        Some(None)
    };
    let position = faults.when(asks("position"), "responder.position", || {
        line(&given.position, NAME)
    });
    let cost_code = faults.when(asks("cost_code"), "responder.cost_code", || {
        line(&given.cost_code, COST_CODE)
    });
    faults.end(|| {
        let update = UpdateResponder {
            responder_id: responder_id?,
            expected_version: *expected_version,
            name: his_name?,
            call_sign: call_sign?,
            base: base?,
            area_ids: area_ids?,
            must_not_meet: must_not_meet?,
            external_references: external_references?,
            position: position?,
            cost_code: cost_code?,
        };
        Some((stamp?, update))
    })
}

/// RetireResponder.
pub(crate) fn retire_responder(request: &pb::RetireResponderRequest) -> Stamped<RetireResponder> {
    let pb::RetireResponderRequest {
        request_id,
        responder_id,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    faults.end(|| {
        let retire = RetireResponder {
            responder_id: responder_id?,
            expected_version: *expected_version,
        };
        Some((stamp?, retire))
    })
}

/// RehireResponder.
pub(crate) fn rehire_responder(request: &pb::RehireResponderRequest) -> Stamped<RehireResponder> {
    let pb::RehireResponderRequest {
        request_id,
        responder_id,
        expected_version,
        call_sign,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let call_sign = faults.take("call_sign", line(call_sign, CALL_SIGN));
    faults.end(|| {
        let rehire = RehireResponder {
            responder_id: responder_id?,
            expected_version: *expected_version,
            call_sign: call_sign.filter(|call_sign| !call_sign.is_empty()),
        };
        Some((stamp?, rehire))
    })
}

/// The id of a responder, for what is only read.
pub(crate) fn responder_id(text: &str) -> Result<ResponderId, Refusal> {
    let mut faults = Faults::default();
    let responder_id = faults.take("responder_id", id(text));
    faults.end(|| responder_id)
}

/// Which responders to list.
#[derive(Debug)]
pub(crate) struct ResponderFilter {
    /// Only of this agency.
    pub(crate) agency_id: Option<AgencyId>,
    /// Only of this discipline; empty means all.
    pub(crate) discipline: Code,
    /// Whether to list those who have left.
    pub(crate) include_retired: bool,
}

/// ListResponders.
pub(crate) fn list_responders(
    request: &pb::ListRespondersRequest,
) -> Result<(ResponderFilter, Page), Refusal> {
    let pb::ListRespondersRequest {
        agency_id,
        discipline,
        include_retired,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListRespondersRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let discipline = faults.take("discipline", optional_code(discipline));
    let page = faults.page("responders", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = ResponderFilter {
            agency_id: agency_id?,
            discipline: discipline?,
            include_retired: *include_retired,
        };
        Some((filter, page?))
    })
}

impl Faults {
    fn base(&mut self, field: &str, base: Option<&pb::Base>) -> Option<Option<Base>> {
        let Some(pb::Base {
            name: its_name,
            location,
        }) = base
        else {
            return Some(None);
        };
        let its_name = self.take(format!("{field}.name"), name(its_name, NAME));
        let location = required(location.as_ref()).and_then(point);
        let point = self.take(format!("{field}.location"), location);
        Some(Some(Base {
            name: its_name?,
            point: point?,
        }))
    }
}
