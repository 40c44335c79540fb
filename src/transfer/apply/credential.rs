//! One row about a paper: granted, or renewed in place. What was revoked by hand stays revoked.

use super::index::Index;
use super::{Applied, Outcome};
use crate::board::{Draft, EventKind};
use crate::id::CredentialId;
use crate::refusal::Reason;
use crate::roster::decide::{put_credential as put, unannounced};
use crate::roster::{Credential, Responder, dates_fault};
use crate::transfer::credential::CredentialRow;
use crate::transfer::{HeldRow, Import, Row};

pub(super) fn apply(
    draft: &mut Draft<'_>,
    index: &Index,
    import: &Import,
    row: &Row<CredentialRow>,
) -> Applied {
    let says = &row.says;
    let fault = |reason, detail: &str| Err(vec![import.fault(row.number, "responder", reason, detail)]);
    let whose = index
        .meant(&says.whose)
        .and_then(|id| draft.board().responders.get(&id));
    let Some(before) = whose.cloned() else {
        return fault(Reason::NotFound, "no such responder");
    };
    if before.retired_at.is_some() {
        return fault(Reason::Retired, "he is retired");
    }
    if import
        .bound_to
        .as_ref()
        .is_some_and(|bound| *bound != before.agency_id)
    {
        return fault(Reason::NotYours, "this token keeps the roster of another agency");
    }
    let same = |paper: &&Credential| paper.code == says.code && paper.number == says.number;
    let papers = || before.papers().filter(same);
    let standing = papers().find(|paper| paper.revoked_at.is_none());
    if let (None, Some(revoked)) = (standing, papers().next()) {
        return Ok((
            Outcome::Unchanged,
            vec![stays_revoked(row.number, &before, revoked)],
        ));
    }
    let (paper, outcome) = match standing {
        Some(paper) => (changed(paper, says), Outcome::Updated),
        None => (granted(draft, says), Outcome::Created),
    };
    if standing == Some(&paper) {
        return Ok((Outcome::Unchanged, Vec::new()));
    }
    if let Some(told) = dates_fault(paper.starts_at, paper.lapses_at) {
        let fault = import.fault(row.number, "valid_until", Reason::InvalidWindow, told);
        return Err(vec![fault]);
    }
    let (kind, paper) = match standing {
        Some(standing) if standing.lapses_at == paper.lapses_at => (EventKind::CredentialUpdated, paper),
        Some(_) => (EventKind::CredentialUpdated, unannounced(paper, draft)),
        None => (EventKind::CredentialGranted, unannounced(paper, draft)),
    };
    put(draft, kind, before, paper);
    Ok((outcome, Vec::new()))
}

fn changed(paper: &Credential, says: &CredentialRow) -> Credential {
    let mut paper = paper.clone();
    if let Some(issuer) = &says.issuer {
        paper.issuer.clone_from(issuer);
    }
    if let Some(valid_from) = &says.valid_from {
        (paper.valid_from, paper.starts_at) = valid_from.clone().unzip();
    }
    if let Some(valid_until) = &says.valid_until {
        (paper.valid_until, paper.lapses_at) = valid_until.clone().unzip();
    }
    paper
}

fn granted(draft: &mut Draft<'_>, says: &CredentialRow) -> Credential {
    let (valid_from, starts_at) = says.valid_from.clone().flatten().unzip();
    let (valid_until, lapses_at) = says.valid_until.clone().flatten().unzip();
    Credential {
        id: CredentialId::next(draft.ids, draft.at),
        code: says.code.clone(),
        number: says.number.clone(),
        issuer: says.issuer.clone().unwrap_or_default(),
        valid_from,
        starts_at,
        valid_until,
        lapses_at,
        revoked_at: None,
        finding: None,
        noticed_days: None,
    }
}

/// Who revoked it stands in the journal and in the audit; the paper itself knows when.
fn stays_revoked(row: u32, whose: &Responder, paper: &Credential) -> HeldRow {
    HeldRow {
        row,
        whose: format!("{} {} {}", whose.call_sign, paper.code, paper.number)
            .trim_end()
            .to_owned(),
        field: "revoked".to_owned(),
        since: paper.revoked_at,
        by: String::new(),
    }
}
