//! Credentials: granted and taken away.

use super::responder::{present, put};
use crate::board::{Draft, EventKind, Reply};
use crate::id::CredentialId;
use crate::refusal::{Reason, Refusal};
use crate::roster::Credential;
use crate::roster::command::{GrantCredential, RevokeCredential};

/// Grants a credential. The same paper is not granted twice.
pub fn grant_credential(draft: &mut Draft<'_>, command: &GrantCredential) -> Result<Reply, Refusal> {
    let mut responder = present(draft, command.responder_id, None)?;
    let same = |held: &Credential| {
        held.code == command.code && held.number == command.number && held.revoked_at.is_none()
    };
    if responder.credentials.values().any(same) {
        return Err(Refusal::field(
            Reason::AlreadyExists,
            "code",
            "he holds this credential already, by code and number",
        ));
    }
    let (valid_until, lapses_at) = command.valid_until.clone().unzip();
    let credential = Credential {
        id: CredentialId::next(draft.ids, draft.at),
        code: command.code.clone(),
        number: command.number.clone(),
        issuer: command.issuer.clone(),
        valid_until,
        lapses_at,
        revoked_at: None,
    };
    let id = credential.id;
    responder.credentials.insert(id, credential);
    responder.version += 1;
    put(draft, EventKind::CredentialGranted, responder.clone());
    Ok(Reply::Credential(Box::new(responder), id))
}

/// Takes a credential away, at once.
pub fn revoke_credential(draft: &mut Draft<'_>, command: &RevokeCredential) -> Result<Reply, Refusal> {
    let mut responder = present(draft, command.responder_id, None)?;
    let credential = responder
        .credentials
        .get_mut(&command.credential_id)
        .ok_or_else(|| Refusal::not_found("credential", command.credential_id))?;
    if credential.revoked_at.is_some() {
        return Err(Refusal::state("it was revoked before", "REVOKED"));
    }
    credential.revoked_at = Some(draft.at);
    responder.version += 1;
    put(draft, EventKind::CredentialRevoked, responder.clone());
    Ok(Reply::Credential(Box::new(responder), command.credential_id))
}
