//! What a kind of papers makes of its holder.

use std::collections::BTreeSet;

use crate::board::testing::{Town, joining, local, noon, paper, window};
use crate::board::{Policy, missouri};
use crate::roster::decide::grant_credential;
use crate::roster::{Attendance, Lapse, expiring};
use crate::triage::{CLINICIAN, Code, OFFICER};

fn codes<const N: usize>(codes: [&str; N]) -> BTreeSet<Code> {
    codes.map(str::to_owned).into()
}

fn granted(discipline: &str, code: &str) -> BTreeSet<Code> {
    let mut town = Town::new();
    let him = town.responder(&joining("bhr", discipline, "X1"));
    town.grant(him, code);
    let held = town.him(him).qualifications(&Policy::default(), noon());
    held.into_keys().collect()
}

#[test]
fn missouris_kinds_grant_what_the_state_and_the_programme_say() {
    for treats in [
        "LCSW",
        "LMSW",
        "LPC",
        "PLPC",
        "LMFT",
        "PLMFT",
        "PSYCHOLOGIST",
        "QMHP",
        "LMHP",
    ] {
        assert_eq!(granted(CLINICIAN, treats), codes([treats, "BEHAVIORAL_HEALTH"]));
    }
    assert_eq!(granted(CLINICIAN, "QAP"), codes(["QAP", "SUBSTANCE_USE"]));
    assert_eq!(granted(CLINICIAN, "PEER"), codes(["PEER", "PEER_SUPPORT"]));
    assert_eq!(granted(OFFICER, "POST"), codes(["POST", "CUSTODY"]));
    assert_eq!(granted(OFFICER, "CIT"), codes(["CIT"]));
    for anyone in [CLINICIAN, OFFICER] {
        assert_eq!(granted(anyone, "LANG_ES"), codes(["LANG_ES", "SPANISH"]));
        assert_eq!(granted(anyone, "HOLD"), codes(["HOLD", "HOLD_APPLICATION"]));
    }
    let all: BTreeSet<Code> = missouri().into_iter().map(|kind| kind.code).collect();
    assert_eq!(all.len(), missouri().len(), "each code once");
}

#[test]
fn a_kind_grants_in_its_own_discipline_alone() {
    assert_eq!(granted(OFFICER, "LCSW"), codes(["LCSW"]));
    assert_eq!(granted(CLINICIAN, "POST"), codes(["POST"]));
}

#[test]
fn who_rests_on_provisional_papers_alone_works_under_supervision() {
    let required = codes(["BEHAVIORAL_HEALTH"]);
    let attendance = |papers: &[&str], required: &BTreeSet<Code>| {
        let mut town = Town::new();
        let him = town.clinician("C1");
        for code in papers {
            town.grant(him, code);
        }
        town.him(him).attendance(&Policy::default(), required, noon())
    };
    let supervised = Attendance {
        supervision: true,
        on_call_consult: false,
    };
    assert_eq!(attendance(&["PLPC"], &required), supervised);
    assert_eq!(attendance(&["PLPC", "LCSW"], &required), Attendance::default());
    assert_eq!(attendance(&[], &required), Attendance::default());
    let consulting = Attendance {
        supervision: false,
        on_call_consult: true,
    };
    assert_eq!(attendance(&["QAP"], &codes(["SUBSTANCE_USE"])), consulting);
    assert_eq!(attendance(&["QAP"], &required), Attendance::default());
}

#[test]
fn what_lapses_inside_a_window_is_told_from_what_was_never_held() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let mut command = paper(him, "LCSW");
    command.valid_until = Some(("2026-11-24".to_owned(), local("2026-11-25T00:00")));
    town.decide(grant_credential, &command).expect("granted");
    let lapses = |end: &str| {
        let planned = window("2026-11-24T22:00", end);
        let required = codes(["BEHAVIORAL_HEALTH", "SPANISH"]);
        town.him(him).lapses(&Policy::default(), &required, &planned)
    };
    let lapse = |qualification: &str, at: Option<&str>| Lapse {
        qualification: qualification.to_owned(),
        lapses_at: at.map(local),
    };
    let never = lapse("SPANISH", None);
    assert_eq!(lapses("2026-11-25T00:00"), std::slice::from_ref(&never));
    let tonight = lapse("BEHAVIORAL_HEALTH", Some("2026-11-25T00:00"));
    assert_eq!(lapses("2026-11-25T00:01"), [tonight, never]);
}

#[test]
fn what_lapses_takes_what_no_other_paper_grants_and_touches_the_shifts_beyond_it() {
    let mut town = Town::new();
    let him = town.clinician("C1");
    let until = |town: &mut Town, code: &str, day: &str, end: &str| {
        let mut command = paper(him, code);
        command.valid_until = Some((day.to_owned(), local(end)));
        town.decide(grant_credential, &command).expect("granted");
    };
    until(&mut town, "LPC", "2026-11-30", "2026-12-01T00:00");
    until(&mut town, "LCSW", "2026-12-31", "2027-01-01T00:00");
    let across = town.on_shift(him, window("2026-11-30T22:00", "2026-12-01T06:00"));
    town.on_shift(him, window("2026-11-30T08:00", "2026-11-30T16:00"));
    town.drafted(him, window("2026-12-02T08:00", "2026-12-02T16:00"));
    let (from, to) = (noon(), local("2027-01-01T00:00"));
    let told = |town: &Town| {
        let found = expiring(&town.board, from, to, |_| true);
        let told = found.into_iter().map(|one| {
            let one = one.with_shifts(&town.board);
            let shifts: Vec<_> = one.shifts.iter().map(|shift| shift.id).collect();
            (one.credential.code.clone(), one.lost, shifts)
        });
        told.collect::<Vec<_>>()
    };
    let lpc = ("LPC".to_owned(), codes(["LPC"]), vec![across]);
    let lcsw = (
        "LCSW".to_owned(),
        codes(["BEHAVIORAL_HEALTH", "LCSW"]),
        Vec::new(),
    );
    assert_eq!(told(&town), [lpc, lcsw], "by when they lapse");
    assert_eq!(
        expiring(&town.board, from, to.plus_seconds(-1), |_| true).len(),
        1
    );
    assert_eq!(expiring(&town.board, to, to.plus_seconds(9), |_| true), []);
    assert_eq!(expiring(&town.board, from, to, |_| false), []);
}
