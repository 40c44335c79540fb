//! Credentials: granted, renewed, judged and taken away; and the announcing of their ends.

use super::responder::present;
use crate::board::{After, Draft, EventKind, Happening, Reply};
use crate::id::{CredentialId, ResponderId};
use crate::refusal::{Reason, Refusal};
use crate::roster::command::{
    GrantCredential, RevokeCredential, SetCredentialVerification, UpdateCredential,
};
use crate::roster::{Credential, Finding, Responder, Verification, dates_fault};

/// Grants a credential. The same paper is not granted twice.
pub fn grant_credential(draft: &mut Draft<'_>, command: &GrantCredential) -> Result<Reply, Refusal> {
    let responder = present(draft, command.responder_id, None)?;
    let (valid_from, starts_at) = command.valid_from.clone().unzip();
    let (valid_until, lapses_at) = command.valid_until.clone().unzip();
    let credential = Credential {
        id: CredentialId::next(draft.ids, draft.at),
        code: command.code.clone(),
        number: command.number.clone(),
        issuer: command.issuer.clone(),
        valid_from,
        starts_at,
        valid_until,
        lapses_at,
        revoked_at: None,
        finding: None,
        noticed_days: None,
    };
    check(&responder, &credential, "", "code")?;
    Ok(put_credential(
        draft,
        EventKind::CredentialGranted,
        responder,
        unannounced(credential, draft),
    ))
}

/// Changes or renews a credential. What has been found about it stays: whoever has seen the new paper says so.
pub fn update_credential(draft: &mut Draft<'_>, command: &UpdateCredential) -> Result<Reply, Refusal> {
    let responder = present(draft, command.responder_id, Some(command.expected_version))?;
    let mut credential = standing(&responder, command.credential_id)?;
    let UpdateCredential {
        responder_id: _,
        credential_id: _,
        expected_version: _,
        number,
        issuer,
        valid_from,
        valid_until,
    } = command.clone();
    let renewed = valid_until.is_some();
    credential.number = number.unwrap_or(credential.number);
    credential.issuer = issuer.unwrap_or(credential.issuer);
    if let Some(valid_from) = valid_from {
        (credential.valid_from, credential.starts_at) = valid_from.unzip();
    }
    if let Some(valid_until) = valid_until {
        (credential.valid_until, credential.lapses_at) = valid_until.unzip();
    }
    check(&responder, &credential, "credential.", "credential.number")?;
    if renewed {
        credential = unannounced(credential, draft);
    }
    Ok(put_credential(
        draft,
        EventKind::CredentialUpdated,
        responder,
        credential,
    ))
}

/// Verifies, suspends or reinstates a credential.
pub fn set_credential_verification(
    draft: &mut Draft<'_>,
    command: &SetCredentialVerification,
) -> Result<Reply, Refusal> {
    let responder = present(draft, command.responder_id, Some(command.expected_version))?;
    let mut credential = standing(&responder, command.credential_id)?;
    credential.finding = Some(finding(draft, command.verification, &command.reason));
    Ok(put_credential(
        draft,
        EventKind::CredentialJudged,
        responder,
        credential,
    ))
}

/// Takes a credential away, at once.
pub fn revoke_credential(draft: &mut Draft<'_>, command: &RevokeCredential) -> Result<Reply, Refusal> {
    let responder = present(draft, command.responder_id, None)?;
    let mut credential = standing(&responder, command.credential_id)?;
    credential.revoked_at = Some(draft.at);
    credential.finding = Some(finding(draft, Verification::Revoked, ""));
    Ok(put_credential(
        draft,
        EventKind::CredentialRevoked,
        responder,
        credential,
    ))
}

/// Announces the end of a credential that has come due. It is no change of anybody's, so the responder's version stays.
pub fn announce_lapse(draft: &mut Draft<'_>, responder_id: ResponderId, credential_id: CredentialId) {
    let at = draft.at;
    let Some(mut responder) = draft.board().responders.get(&responder_id).cloned() else {
        return;
    };
    let Some(credential) = responder.credentials.get_mut(&credential_id) else {
        return;
    };
    credential.noticed_days = credential.notice_due(at);
    let kind = match credential.noticed_days {
        Some(0) => EventKind::CredentialLapsed,
        Some(_) | None => EventKind::CredentialExpiring,
    };
    emit(draft, kind, Box::new(responder), credential_id);
}

/// What is granted or renewed is before the eyes of whoever does it: notices that are due already are not given.
pub(crate) fn unannounced(mut credential: Credential, draft: &Draft<'_>) -> Credential {
    credential.noticed_days = credential.notice_due(draft.at);
    credential
}

fn finding(draft: &Draft<'_>, verification: Verification, reason: &str) -> Finding {
    Finding {
        verification,
        reason: reason.to_owned(),
        reporter: draft.reporter.clone(),
        at: draft.at,
    }
}

/// His credential, unless it was taken away.
fn standing(responder: &Responder, credential_id: CredentialId) -> Result<Credential, Refusal> {
    let credential = responder
        .credentials
        .get(&credential_id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("credential", credential_id))?;
    if credential.revoked_at.is_some() {
        return Err(Refusal::state("it was revoked before", "REVOKED"));
    }
    Ok(*credential)
}

/// He holds no other paper of this code and number, and it starts before it ends. `at` is where its fields stand in the
/// request, `named` the field by which it is recognised.
fn check(responder: &Responder, credential: &Credential, at: &str, named: &str) -> Result<(), Refusal> {
    let same = |held: &Credential| {
        held.id != credential.id
            && held.code == credential.code
            && held.number == credential.number
            && held.revoked_at.is_none()
    };
    if responder.papers().any(same) {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            named,
            "he holds this credential already, by code and number",
        ));
    }
    match dates_fault(credential.starts_at, credential.lapses_at) {
        Some(told) => {
            let field = format!("{at}valid_until");
            Err(Refusal::field(Reason::InvalidWindow, field, told))
        }
        None => Ok(()),
    }
}

/// Puts the credential among his others.
pub(crate) fn put_credential(
    draft: &mut Draft<'_>,
    kind: EventKind,
    mut responder: Responder,
    credential: Credential,
) -> Reply {
    let id = credential.id;
    responder.credentials.insert(id, Box::new(credential));
    responder.version += 1;
    let boxed = Box::new(responder);
    emit(draft, kind, boxed.clone(), id);
    Reply::Credential(boxed, id)
}

fn emit(draft: &mut Draft<'_>, kind: EventKind, responder: Box<Responder>, credential_id: CredentialId) {
    let him = responder.id;
    let happening = Happening::new(kind, After::Responder(responder));
    draft.emit(happening.to(him).about(credential_id));
}
