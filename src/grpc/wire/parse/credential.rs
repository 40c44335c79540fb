//! Credentials, and what lapses.

use super::faults::{Fault, Faults};
use super::field::{NAME, id, known, line, optional_code, optional_id, paper, required};
use super::page::Page;
use super::{Stamped, desk_work, pb};
use crate::id::{AgencyId, ResponderId};
use crate::moment::Moment;
use crate::printable::NUMBER;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{
    GrantCredential, RevokeCredential, SetCredentialVerification, UpdateCredential,
};
use crate::roster::{Credential, Responder, Verification};
use crate::shift::civil::{CivilFault, end_of_day, start_of_day};

/// Within how many days something lapses, when nobody says.
const USUAL_DAYS: u32 = 60;
/// Within how many days at most.
const MOST_DAYS: u32 = 730;

/// A civil day, and the moment at which it starts or ends.
type Day = (String, Moment);

/// GrantCredential; its days are of this zone.
pub(crate) fn grant_credential(request: &pb::GrantCredentialRequest, zone: &str) -> Stamped<GrantCredential> {
    let pb::GrantCredentialRequest {
        request_id,
        responder_id,
        code: kind,
        number,
        issuer,
        valid_until,
        valid_from,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let kind = faults.take("code", paper(kind));
    let number = faults.take("number", line(number, NUMBER));
    let issuer = faults.take("issuer", line(issuer, NAME));
    let valid_from = faults.take("valid_from", first_day(valid_from, zone));
    let valid_until = faults.take("valid_until", last_day(valid_until, zone));
    faults.end(|| {
        let grant = GrantCredential {
            responder_id: responder_id?,
            code: kind?,
            number: number?,
            issuer: issuer?,
            valid_from: valid_from?,
            valid_until: valid_until?,
        };
        Some((stamp?, grant))
    })
}

/// UpdateCredential; its days are of this zone. What it is in the message beside the mask is not looked at.
pub(crate) fn update_credential(
    request: &pb::UpdateCredentialRequest,
    zone: &str,
) -> Stamped<UpdateCredential> {
    let pb::UpdateCredentialRequest {
        request_id,
        responder_id,
        credential,
        update_mask,
        expected_version,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let paths = ["number", "issuer", "valid_from", "valid_until"];
    let mask = faults.mask(update_mask.as_ref(), &paths, true);
    let asks = |path: &str| mask.contains(path);
    let given = faults
        .take("credential", required(credential.as_ref()))
        .cloned()
        .unwrap_or_default();
    let credential_id = credential
        .is_some()
        .then(|| faults.take("credential.credential_id", id(&given.credential_id)))
        .flatten();
    let number = faults.when(asks("number"), "credential.number", || {
        line(&given.number, NUMBER)
    });
    let issuer = faults.when(asks("issuer"), "credential.issuer", || line(&given.issuer, NAME));
    let valid_from = faults.when(asks("valid_from"), "credential.valid_from", || {
        first_day(&given.valid_from, zone)
    });
    let valid_until = faults.when(asks("valid_until"), "credential.valid_until", || {
        last_day(&given.valid_until, zone)
    });
    faults.end(|| {
        let update = UpdateCredential {
            responder_id: responder_id?,
            credential_id: credential_id?,
            expected_version: *expected_version,
            number: number?,
            issuer: issuer?,
            valid_from: valid_from?,
            valid_until: valid_until?,
        };
        Some((stamp?, update))
    })
}

/// SetCredentialVerification.
pub(crate) fn set_credential_verification(
    request: &pb::SetCredentialVerificationRequest,
) -> Stamped<SetCredentialVerification> {
    let pb::SetCredentialVerificationRequest {
        request_id,
        responder_id,
        credential_id,
        expected_version,
        verification: found,
        reason,
    } = request;
    let mut faults = Faults::default();
    let stamp = desk_work(&mut faults, request, request_id);
    let responder_id = faults.take("responder_id", id(responder_id));
    let credential_id = faults.take("credential_id", id(credential_id));
    let found = faults.take("verification", verification(*found));
    let reason = faults.take("reason", optional_code(reason));
    faults.end(|| {
        let set = SetCredentialVerification {
            responder_id: responder_id?,
            credential_id: credential_id?,
            expected_version: *expected_version,
            verification: found?,
            reason: reason?,
        };
        Some((stamp?, set))
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

/// Which of those that lapse to list.
#[derive(Debug)]
pub(crate) struct ExpiringFilter {
    within_days: u32,
    agency_id: Option<AgencyId>,
}

impl ExpiringFilter {
    /// The last moment that is looked at.
    pub(crate) fn until(&self, now: Moment) -> Moment {
        now.plus_seconds(i64::from(self.within_days) * 86_400)
    }

    /// Whether his are listed.
    pub(crate) fn of(&self, holder: &Responder) -> bool {
        self.agency_id
            .as_ref()
            .is_none_or(|agency| *agency == holder.agency_id)
    }
}

/// ListExpiring.
pub(crate) fn list_expiring(request: &pb::ListExpiringRequest) -> Result<(ExpiringFilter, Page), Refusal> {
    let pb::ListExpiringRequest {
        within_days,
        agency_id,
        page_size,
        page_token,
    } = request;
    let filter = pb::ListExpiringRequest {
        page_size: 0,
        page_token: String::new(),
        ..request.clone()
    };
    let mut faults = Faults::default();
    let within_days = faults.take("within_days", days_ahead(*within_days));
    let agency_id = faults.take("agency_id", optional_id(agency_id));
    let page = faults.page("expiring", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = ExpiringFilter {
            within_days: within_days?,
            agency_id: agency_id?,
        };
        Some((filter, page?))
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
    let before = faults.take("valid_until_before", last_day(valid_until_before, zone));
    let page = faults.page("credentials", &filter, *page_size, page_token);
    faults.end(|| {
        let filter = CredentialFilter {
            responder_id: responder_id?,
            valid_until_before: before?.map(|(day, _)| day),
        };
        Some((filter, page?))
    })
}

fn days_ahead(within_days: u32) -> Result<u32, Fault> {
    match within_days {
        0 => Ok(USUAL_DAYS),
        1..=MOST_DAYS => Ok(within_days),
        _ => Err(Fault::new(
            Reason::OutOfRange,
            format!("at most {MOST_DAYS} days"),
        )),
    }
}

/// What may be found about a credential: that it is revoked is said by taking it away.
fn verification(value: i32) -> Result<Verification, Fault> {
    match known::<pb::Verification>(value, "verification")? {
        pb::Verification::Unverified => Ok(Verification::Unverified),
        pb::Verification::Verified => Ok(Verification::Verified),
        pb::Verification::Suspended => Ok(Verification::Suspended),
        pb::Verification::Revoked => Err(Fault::new(
            Reason::InvalidEnum,
            "RevokeCredential takes a credential away",
        )),
        pb::Verification::Unspecified => Err(Fault::new(Reason::InvalidEnum, "not a known verification")),
    }
}

/// A day that may be empty, and its first moment in this zone.
fn first_day(day: &str, zone: &str) -> Result<Option<Day>, Fault> {
    dated(day, |day| start_of_day(day, zone))
}

/// A day that may be empty, and the first moment after it in this zone.
fn last_day(day: &str, zone: &str) -> Result<Option<Day>, Fault> {
    dated(day, |day| end_of_day(day, zone))
}

fn dated(day: &str, moment: impl Fn(&str) -> Result<Moment, CivilFault>) -> Result<Option<Day>, Fault> {
    if day.is_empty() {
        return Ok(None);
    }
    let at = moment(day).map_err(|fault| match fault {
        CivilFault::UnknownZone => Fault::new(Reason::UnknownZone, fault.to_string()),
        CivilFault::Malformed | CivilFault::Skipped | CivilFault::Ambiguous => Fault::new(
            Reason::InvalidTime,
            "not a day `YYYY-MM-DD` between 1970 and 2100",
        ),
    })?;
    Ok(Some((day.to_owned(), at)))
}
