//! Responders and credentials.

use super::faults::{Fault, Faults};
use super::field::{
    CALL_SIGN, NAME, code, id, line, name, optional_code, optional_id, paper, point, required,
};
use super::page::Page;
use super::{Stamped, desk_work, pb};
use crate::id::{AgencyId, ResponderId};
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{
    CreateResponder, GrantCredential, RetireResponder, RevokeCredential, UpdateResponder,
};
use crate::roster::{Base, Credential, Responder};
use crate::shift::civil::{CivilFault, end_of_day};
use crate::triage::Code;

const NUMBER: usize = 64;
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

/// GrantCredential; the last day ends in this zone.
pub(crate) fn grant_credential(request: &pb::GrantCredentialRequest, zone: &str) -> Stamped<GrantCredential> {
    let pb::GrantCredentialRequest {
        request_id,
        responder_id,
        code: kind,
        number,
        issuer,
        valid_until,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let kind = faults.take("code", paper(kind));
    let number = faults.take("number", line(number, NUMBER));
    let issuer = faults.take("issuer", line(issuer, NAME));
    let last_day = Some(valid_until.as_str()).filter(|day| !day.is_empty());
    let valid_until = faults.take_if("valid_until", last_day, |day| {
        Ok((day.to_owned(), end(day, zone)?))
    });
    faults.end(|| {
        let grant = GrantCredential {
            responder_id: responder_id?,
            code: kind?,
            number: number?,
            issuer: issuer?,
            valid_until: valid_until?,
        };
        Some((stamp?, grant))
    })
}

/// RevokeCredential.
pub(crate) fn revoke_credential(request: &pb::RevokeCredentialRequest) -> Stamped<RevokeCredential> {
    let pb::RevokeCredentialRequest {
        request_id,
        responder_id,
        credential_id,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let credential_id = faults.take("credential_id", id(credential_id));
    faults.end(|| {
        let revoke = RevokeCredential {
            responder_id: responder_id?,
            credential_id: credential_id?,
        };
        Some((stamp?, revoke))
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

/// The first moment after a civil day in this zone.
fn end(day: &str, zone: &str) -> Result<Moment, Fault> {
    end_of_day(day, zone).map_err(|fault| match fault {
        CivilFault::UnknownZone => Fault::new(Reason::UnknownZone, fault.to_string()),
        CivilFault::Malformed | CivilFault::Skipped | CivilFault::Ambiguous => Fault::new(
            Reason::InvalidTime,
            "not a day `YYYY-MM-DD` between 1970 and 2100",
        ),
    })
}

/// Which credentials to list.
#[derive(Debug)]
pub(crate) struct CredentialFilter {
    /// Only his.
    pub(crate) responder_id: Option<ResponderId>,
    /// Only those whose last day is before this one, `YYYY-MM-DD`.
    pub(crate) valid_until_before: Option<String>,
}

impl CredentialFilter {
    /// Whether his are listed: the one who is named, or everyone who has not left.
    pub(crate) fn of(&self, holder: &Responder) -> bool {
        match self.responder_id {
            Some(id) => holder.id == id,
            None => holder.retired_at.is_none(),
        }
    }

    /// Whether it is listed: of what lapses, what was taken away does not count. Such days sort as they follow.
    pub(crate) fn admits(&self, held: &Credential) -> bool {
        self.valid_until_before.as_ref().is_none_or(|before| {
            held.revoked_at.is_none()
                && held
                    .valid_until
                    .as_ref()
                    .is_some_and(|last_day| last_day < before)
        })
    }
}

/// ListCredentials; days are of this zone.
pub(crate) fn list_credentials(
    request: &pb::ListCredentialsRequest,
    zone: &str,
) -> Result<(CredentialFilter, Page), Refusal> {
    let pb::ListCredentialsRequest {
        responder_id,
        page_size,
        page_token,
        valid_until_before,
    } = request;
    let filter = pb::ListCredentialsRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let responder_id = faults.take("responder_id", optional_id(responder_id));
    let day = Some(valid_until_before.as_str()).filter(|day| !day.is_empty());
    let valid_until_before = faults.take_if("valid_until_before", day, |day| {
        end(day, zone).map(|_| day.to_owned())
    });
    let page = faults.page("credentials", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = CredentialFilter {
            responder_id: responder_id?,
            valid_until_before: valid_until_before?,
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
