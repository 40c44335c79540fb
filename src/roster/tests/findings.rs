//! What is found about a paper, how it is renewed, and how its end is announced.

use super::fault;
use crate::board::testing::{Town, kinds, local, noon, paper};
use crate::board::{EventKind, Role};
use crate::dispatch::command::MeetDeadlines;
use crate::dispatch::decide::deadline::{meet_deadlines, next_deadline};
use crate::id::{CredentialId, ResponderId};
use crate::moment::Moment;
use crate::refusal::Reason;
use crate::roster::command::{RevokeCredential, SetCredentialVerification, UpdateCredential};
use crate::roster::decide::{
    grant_credential, revoke_credential, set_credential_verification, update_credential,
};
use crate::roster::{Credential, Verification};

/// The end of his licence's last day, and the days before it at the same hour.
const LAPSE: &str = "2027-03-01T00:00";

/// A clinician with a licence through February 2027.
fn licensed(town: &mut Town) -> (ResponderId, CredentialId) {
    let him = town.clinician("C1");
    let mut command = paper(him, "LCSW");
    command.valid_until = Some(("2027-02-28".to_owned(), local(LAPSE)));
    town.decide(grant_credential, &command).expect("granted");
    let id = *town.him(him).credentials.keys().next().expect("a paper");
    (him, id)
}

fn found(
    town: &Town,
    (him, id): (ResponderId, CredentialId),
    what: Verification,
) -> SetCredentialVerification {
    SetCredentialVerification {
        responder_id: him,
        credential_id: id,
        expected_version: town.him(him).version,
        verification: what,
        reason: "board_order".to_owned(),
    }
}

fn renewal(town: &Town, (him, id): (ResponderId, CredentialId), until: (&str, &str)) -> UpdateCredential {
    UpdateCredential {
        responder_id: him,
        credential_id: id,
        expected_version: town.him(him).version,
        number: None,
        issuer: None,
        valid_from: None,
        valid_until: Some(Some((until.0.to_owned(), local(until.1)))),
    }
}

fn held(town: &Town, (him, id): (ResponderId, CredentialId)) -> &Credential {
    &town.him(him).credentials[&id]
}

fn is_qualified(town: &Town, him: ResponderId) -> bool {
    let held = town.him(him).qualifications(town.board.policy(), town.at);
    held.contains_key("BEHAVIORAL_HEALTH")
}

fn days_before(days: i64) -> Moment {
    local(LAPSE).plus_seconds(-days * 86_400)
}

/// What is announced at this moment, and how many days before the lapse it says it is.
fn announced(town: &mut Town, of: (ResponderId, CredentialId), at: Moment) -> (Vec<EventKind>, Option<u32>) {
    town.at = at;
    let (_, events) = town.decide(meet_deadlines, &MeetDeadlines).expect("met");
    for event in &events {
        assert_eq!((event.subject, event.credential_id), (Some(of.0), Some(of.1)));
        assert_eq!(event.audience, [of.0].into(), "he is told himself");
    }
    (kinds(&events), held(town, of).noticed_days)
}

#[test]
fn a_suspended_licence_qualifies_for_nothing_until_it_is_reinstated() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    assert!(is_qualified(&town, licence.0), "unverified ones count by default");
    for (what, counts) in [
        (Verification::Verified, true),
        (Verification::Suspended, false),
        (Verification::Verified, true),
        (Verification::Unverified, true),
    ] {
        let command = found(&town, licence, what);
        let (_, events) = town.decide(set_credential_verification, &command).expect("found");
        assert_eq!(kinds(&events), [EventKind::CredentialJudged]);
        assert_eq!(is_qualified(&town, licence.0), counts, "{what:?}");
        let finding = held(&town, licence).finding.clone().expect("a finding");
        assert_eq!((finding.verification, finding.at), (what, noon()));
        assert_eq!(
            (finding.reporter.subject.as_str(), finding.reporter.role),
            ("test", Role::Hr)
        );
    }
}

#[test]
fn where_the_policy_says_so_an_unverified_licence_does_not_count() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    town.board.jurisdiction.policy.unverified_credentials_count = false;
    assert!(!is_qualified(&town, licence.0));
    let command = found(&town, licence, Verification::Verified);
    town.decide(set_credential_verification, &command).expect("found");
    assert!(is_qualified(&town, licence.0));
}

#[test]
fn of_a_paper_that_was_taken_away_nothing_more_is_found_and_it_is_not_renewed() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    let revoke = RevokeCredential {
        responder_id: licence.0,
        credential_id: licence.1,
    };
    town.decide(revoke_credential, &revoke).expect("revoked");
    assert_eq!(held(&town, licence).verification(), Verification::Revoked);
    let finding = held(&town, licence).finding.clone().expect("by whom");
    assert_eq!(finding.reporter.subject, "test");
    let refused = [
        town.decide(
            set_credential_verification,
            &found(&town, licence, Verification::Verified),
        ),
        town.decide(
            update_credential,
            &renewal(&town, licence, ("2029-02-28", "2029-03-01T00:00")),
        ),
    ];
    for refusal in refused {
        assert_eq!(refusal.expect_err("revoked").reason, Reason::NotInThisState);
    }
    assert_eq!(next_deadline(&town.board), None, "its end is nobody's business");
}

#[test]
fn what_is_said_of_a_paper_is_said_of_the_version_that_was_read() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    let mut late = found(&town, licence, Verification::Verified);
    late.expected_version -= 1;
    let refusal = town.decide(set_credential_verification, &late).expect_err("late");
    assert_eq!(refusal.reason, Reason::StaleVersion);
    let mut late = renewal(&town, licence, ("2029-02-28", "2029-03-01T00:00"));
    late.expected_version -= 1;
    let refusal = town.decide(update_credential, &late).expect_err("late");
    assert_eq!(refusal.reason, Reason::StaleVersion);
}

#[test]
fn a_paper_does_not_end_before_it_begins() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    let first_day = Some(("2027-03-01".to_owned(), local(LAPSE)));
    let mut command = paper(licence.0, "LPC");
    command.valid_from.clone_from(&first_day);
    command.valid_until = Some(("2027-02-28".to_owned(), local(LAPSE)));
    let refusal = town.decide(grant_credential, &command).expect_err("backwards");
    assert_eq!(fault(refusal), (Reason::InvalidWindow, "valid_until".to_owned()));
    let mut command = renewal(&town, licence, ("2027-02-28", LAPSE));
    command.valid_from = Some(first_day);
    let refusal = town.decide(update_credential, &command).expect_err("backwards");
    assert_eq!(
        fault(refusal),
        (Reason::InvalidWindow, "credential.valid_until".to_owned())
    );
}

#[test]
fn an_end_is_announced_60_30_and_7_days_before_and_when_it_comes_once_each() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    let version = town.him(licence.0).version;
    for days in [60, 30, 7, 0] {
        assert_eq!(next_deadline(&town.board), Some(days_before(days)));
        let before = announced(&mut town, licence, days_before(days).plus_seconds(-1));
        assert_eq!(before.0, [], "not a second early");
        let expected = if days == 0 {
            EventKind::CredentialLapsed
        } else {
            EventKind::CredentialExpiring
        };
        let told = announced(&mut town, licence, days_before(days));
        assert_eq!(told, (vec![expected], u32::try_from(days).ok()));
        assert_eq!(announced(&mut town, licence, days_before(days)).0, [], "once");
    }
    assert_eq!(next_deadline(&town.board), None);
    assert_eq!(town.him(licence.0).version, version, "nobody has changed him");
}

#[test]
fn of_announcements_that_were_missed_only_the_latest_is_made() {
    for (days, expected, next) in [
        (40, EventKind::CredentialExpiring, Some(30)),
        (1, EventKind::CredentialExpiring, Some(0)),
        (-20, EventKind::CredentialLapsed, None),
    ] {
        let mut town = Town::new();
        let licence = licensed(&mut town);
        let (told, _) = announced(&mut town, licence, days_before(days));
        assert_eq!(told, [expected], "{days} days before");
        assert_eq!(next_deadline(&town.board), next.map(days_before));
    }
}

#[test]
fn a_renewal_is_announced_anew_and_whoever_grants_knows_what_is_due_already() {
    let mut town = Town::new();
    let licence = licensed(&mut town);
    announced(&mut town, licence, days_before(7));
    let command = renewal(&town, licence, ("2029-02-28", "2029-03-01T00:00"));
    let (_, events) = town.decide(update_credential, &command).expect("renewed");
    assert_eq!(kinds(&events), [EventKind::CredentialUpdated]);
    let renewed = held(&town, licence);
    assert_eq!(renewed.valid_until.as_deref(), Some("2029-02-28"));
    let sixty = local("2029-03-01T00:00").plus_seconds(-60 * 86_400);
    assert_eq!(
        (renewed.noticed_days, next_deadline(&town.board)),
        (None, Some(sixty))
    );

    let command = renewal(&town, licence, ("2027-03-20", "2027-03-21T00:00"));
    town.decide(update_credential, &command).expect("shortened");
    assert_eq!(held(&town, licence).noticed_days, Some(30));
}
