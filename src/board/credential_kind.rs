//! Kinds of credentials: what a paper makes of its holder. They are a jurisdiction's own data; the default is Missouri's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::triage::{CLINICIAN, Code, OFFICER};

/// A kind of credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialKind {
    /// The code that credentials of this kind have, such as `LCSW`.
    pub code: Code,
    /// What it is called.
    pub title: String,
    /// The discipline in which it grants its qualifications; empty means any. A holder of another discipline holds the
    /// code and nothing more by it: a sworn officer who is a counsellor too is not sent as one.
    pub discipline: Code,
    /// What it grants beside its own code.
    pub qualifications: BTreeSet<Code>,
    /// How long it is renewed for, months of the calendar; 0 when it is not renewed.
    pub renewal_months: u32,
    /// Whether its holder works under supervision.
    pub needs_supervision: bool,
    /// Whether its holder needs someone on call to consult.
    pub needs_on_call_consult: bool,
}

impl Policy {
    /// The kind of the credentials with this code.
    pub fn credential_kind(&self, code: &str) -> Option<&CredentialKind> {
        self.credential_kinds.iter().find(|kind| kind.code == code)
    }
}

/// How a kind is worked in: alone, under supervision, or with someone on call.
enum Practice {
    Independent,
    Supervised,
    Consulting,
}

/// Missouri's kinds.
///
/// Who may treat: licensed social workers (RSMo 337.600 to 337.689), professional counsellors (337.500 to 337.540),
/// marital and family therapists (337.700 to 337.739) and psychologists (337.010 to 337.093). The provisional ones of
/// these chapters, and master social workers where they do clinical work, practise under supervision. The state's
/// definitions of the qualified and the licensed mental health professional, of the qualified addiction professional
/// and of peers are those of 9 CSR 10-7.140. Addiction professionals and peers do not answer for a behavioural-health
/// assessment, so they do not grant `BEHAVIORAL_HEALTH`, and have someone on call.
///
/// Who may take into custody: peace officers, licensed under RSMo chapter 590 (POST), for a 96-hour hold by RSMo
/// 632.305; who applies for one is designated by the programme (mental health coordinators, RSMo 632.300), hence a kind
/// of its own. CIT is the 40-hour course of crisis intervention, which is not renewed by law.
///
/// Licences are renewed for two years by Missouri's Division of Professional Registration; POST counts continuing
/// education by the year. Languages and specialties are the programme's own words.
pub fn missouri() -> Vec<CredentialKind> {
    use Practice::{Consulting, Independent, Supervised};
    let treats: &[&str] = &["BEHAVIORAL_HEALTH"];
    let clinical = [
        ("LCSW", "Licensed clinical social worker", treats, 24, Independent),
        ("LMSW", "Licensed master social worker", treats, 24, Supervised),
        ("LPC", "Licensed professional counselor", treats, 24, Independent),
        (
            "PLPC",
            "Provisional licensed professional counselor",
            treats,
            24,
            Supervised,
        ),
        (
            "LMFT",
            "Licensed marital and family therapist",
            treats,
            24,
            Independent,
        ),
        (
            "PLMFT",
            "Provisional licensed marital and family therapist",
            treats,
            24,
            Supervised,
        ),
        ("PSYCHOLOGIST", "Licensed psychologist", treats, 24, Independent),
        (
            "QMHP",
            "Qualified mental health professional",
            treats,
            0,
            Independent,
        ),
        (
            "LMHP",
            "Licensed mental health professional",
            treats,
            24,
            Independent,
        ),
        (
            "QAP",
            "Qualified addiction professional",
            &["SUBSTANCE_USE"],
            24,
            Consulting,
        ),
        (
            "PEER",
            "Certified peer specialist",
            &["PEER_SUPPORT"],
            24,
            Consulting,
        ),
    ];
    let sworn = [
        ("POST", "Peace officer licence", &["CUSTODY"][..], 12, Independent),
        (
            "CIT",
            "Crisis intervention training, 40 hours",
            &[],
            0,
            Independent,
        ),
    ];
    let anyones = [
        ("HOLD", "Applies for a 96-hour hold", "HOLD_APPLICATION"),
        ("LANG_ES", "Speaks Spanish", "SPANISH"),
        ("LANG_BS", "Speaks Bosnian", "BOSNIAN"),
        ("LANG_VI", "Speaks Vietnamese", "VIETNAMESE"),
        ("LANG_ASE", "Signs American Sign Language", "SIGN_LANGUAGE"),
        ("SPEC_YOUTH", "Works with youth", "YOUTH"),
        ("SPEC_VETERANS", "Works with veterans", "VETERANS"),
        ("SPEC_SUBSTANCE_USE", "Works with substance use", "SUBSTANCE_USE"),
        ("SPEC_PERINATAL", "Works with the perinatal", "PERINATAL"),
    ];
    let clinical = clinical
        .into_iter()
        .map(|(code, title, grants, months, practice)| {
            kind(code, title, CLINICIAN, grants, months, &practice)
        });
    let sworn = sworn
        .into_iter()
        .map(|(code, title, grants, months, practice)| kind(code, title, OFFICER, grants, months, &practice));
    let anyones = anyones
        .into_iter()
        .map(|(code, title, grants)| kind(code, title, "", &[grants], 0, &Independent));
    clinical.chain(sworn).chain(anyones).collect()
}

fn kind(
    code: &str,
    title: &str,
    discipline: &str,
    grants: &[&str],
    renewal_months: u32,
    practice: &Practice,
) -> CredentialKind {
    CredentialKind {
        code: code.to_owned(),
        title: title.to_owned(),
        discipline: discipline.to_owned(),
        qualifications: grants.iter().map(|grant| (*grant).to_owned()).collect(),
        renewal_months,
        needs_supervision: matches!(practice, Practice::Supervised),
        needs_on_call_consult: matches!(practice, Practice::Consulting),
    }
}
