use super::fault;
use crate::board::testing::{Town, kinds, local, noon, paper};
use crate::board::{EventKind, Reply};
use crate::id::CredentialId;
use crate::refusal::Reason;
use crate::roster::command::RevokeCredential;
use crate::roster::decide::{grant_credential, revoke_credential};

#[test]
fn the_same_paper_is_granted_once_until_it_is_taken_away() {
    let mut town = Town::new();
    let him = town.officer("2A1");
    let (reply, events) = town
        .decide(grant_credential, &paper(him, "CIT"))
        .expect("granted");
    assert_eq!(kinds(&events), [EventKind::CredentialGranted]);
    let again = town
        .decide(grant_credential, &paper(him, "CIT"))
        .expect_err("twice");
    assert_eq!(fault(again), (Reason::AlreadyExists, "code".to_owned()));
    let mut renewed = paper(him, "CIT");
    renewed.number = "2".to_owned();
    town.decide(grant_credential, &renewed).expect("another number");

    let Reply::Credential(_, credential_id) = reply else {
        panic!("not a credential: {reply:?}")
    };
    let revoke = RevokeCredential {
        responder_id: him,
        credential_id,
    };
    town.decide(revoke_credential, &revoke).expect("revoked");
    assert_eq!(town.him(him).credentials[&credential_id].revoked_at, Some(noon()));
    town.decide(grant_credential, &paper(him, "CIT"))
        .expect("granted anew");
    assert_eq!(town.him(him).version, 5);
}

#[test]
fn a_paper_is_taken_away_once_and_from_its_holder() {
    let mut town = Town::new();
    let (him, other) = (town.officer("2A1"), town.officer("2A2"));
    town.grant(him, "CIT");
    let credential_id = *town.him(him).credentials.keys().next().expect("a paper");
    let revoke = |responder_id, credential_id: CredentialId| RevokeCredential {
        responder_id,
        credential_id,
    };
    let not_his = town.decide(revoke_credential, &revoke(other, credential_id));
    assert_eq!(not_his.expect_err("not his").reason, Reason::NotFound);
    town.decide(revoke_credential, &revoke(him, credential_id))
        .expect("revoked");
    let twice = town.decide(revoke_credential, &revoke(him, credential_id));
    assert_eq!(twice.expect_err("twice").reason, Reason::NotInThisState);
}

#[test]
fn a_paper_keeps_its_last_day_and_the_moment_at_which_that_ends() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let mut command = paper(him, "LCSW");
    let lapses_at = local("2027-01-01T00:00");
    command.valid_until = Some(("2026-12-31".to_owned(), lapses_at));
    town.decide(grant_credential, &command).expect("granted");
    let held = town.him(him).credentials.values().next().expect("a paper");
    assert_eq!(held.valid_until.as_deref(), Some("2026-12-31"));
    assert_eq!(held.lapses_at, Some(lapses_at));
}
