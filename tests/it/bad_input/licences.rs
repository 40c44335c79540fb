//! Credentials that are renewed and judged, their kinds, and who is put on a shift.

use tandem::grpc::pb;
use tonic::Code;

use super::many::policy;
use super::{NOBODY, Row, World, asks, invalid, mask, refused};

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = credentials(world).await;
    rows.extend(shifts(world).await);
    rows.extend(kinds(world));
    rows
}

async fn credentials<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let anna = &town.clinicians[0];
    let get = pb::GetResponderRequest {
        responder_id: anna.id.clone(),
    };
    let known = town.admin.roster().get_responder(get).await.unwrap();
    let known = known.into_inner().responder.unwrap();
    let grant = |valid_from: &str, valid_until: &str| {
        let request = pb::GrantCredentialRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            code: "LANG_ES".to_owned(),
            valid_from: valid_from.to_owned(),
            valid_until: valid_until.to_owned(),
            ..Default::default()
        };
        asks!(town.admin, roster.grant_credential, request)
    };
    let update = |path: &str, spoil: &dyn Fn(&mut pb::UpdateCredentialRequest)| {
        let mut request = pb::UpdateCredentialRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            credential: known.credentials.first().cloned(),
            update_mask: mask(path),
            expected_version: known.version,
        };
        spoil(&mut request);
        asks!(town.admin, roster.update_credential, request)
    };
    let found = |spoil: &dyn Fn(&mut pb::SetCredentialVerificationRequest)| {
        let mut request = pb::SetCredentialVerificationRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            credential_id: known.credentials[0].credential_id.clone(),
            expected_version: known.version,
            verification: pb::Verification::Suspended.into(),
            reason: String::new(),
        };
        spoil(&mut request);
        asks!(town.admin, roster.set_credential_verification, request)
    };
    let ahead = pb::ListExpiringRequest {
        within_days: 731,
        ..Default::default()
    };
    vec![
        invalid(
            "GrantCredential: from some day",
            "INVALID_TIME",
            "valid_from",
            grant("June", ""),
        ),
        invalid(
            "GrantCredential: it ends before it begins",
            "INVALID_WINDOW",
            "valid_until",
            grant("2026-07-01", "2026-06-30"),
        ),
        invalid(
            "UpdateCredential: an unknown path",
            "INVALID_MASK",
            "update_mask",
            update("code", &|_| ()),
        ),
        invalid(
            "UpdateCredential: until the 31st of June",
            "INVALID_TIME",
            "credential.valid_until",
            update("valid_until", &|it| {
                it.credential.as_mut().unwrap().valid_until = "2027-06-31".to_owned();
            }),
        ),
        refused(
            "UpdateCredential: no such credential",
            Code::NotFound,
            "NOT_FOUND",
            "",
            update("number", &|it| {
                it.credential.as_mut().unwrap().credential_id = NOBODY.to_owned();
            }),
        ),
        refused(
            "UpdateCredential: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            update("number", &|it| it.expected_version = 0),
        ),
        invalid(
            "SetCredentialVerification: nothing",
            "INVALID_ENUM",
            "verification",
            found(&|it| it.verification = 0),
        ),
        invalid(
            "SetCredentialVerification: revoked",
            "INVALID_ENUM",
            "verification",
            found(&|it| it.verification = pb::Verification::Revoked.into()),
        ),
        invalid(
            "SetCredentialVerification: a story for a reason",
            "INVALID_TEXT",
            "reason",
            found(&|it| it.reason = "he told me so".to_owned()),
        ),
        refused(
            "SetCredentialVerification: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            found(&|it| it.expected_version = 0),
        ),
        refused(
            "SetCredentialVerification: nobody's",
            Code::NotFound,
            "NOT_FOUND",
            "",
            found(&|it| it.credential_id = NOBODY.to_owned()),
        ),
        invalid(
            "ListExpiring: beyond two years",
            "VALUE_OUT_OF_RANGE",
            "within_days",
            asks!(town.admin, roster.list_expiring, ahead),
        ),
    ]
}

async fn shifts<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let (anna, officer) = (&*town.clinicians[0].id, &*town.officers[0].id);
    let hers = pb::ListShiftsRequest {
        responder_id: anna.to_owned(),
        ..Default::default()
    };
    let listed = town.admin.schedule().list_shifts(hers).await.unwrap();
    let hers = listed.into_inner().shifts.remove(0);
    let assign = |spoil: &dyn Fn(&mut pb::AssignShiftRequest)| {
        let mut request = pb::AssignShiftRequest {
            request_id: town.request_id(),
            shift_id: hers.shift_id.clone(),
            expected_version: hers.version,
            ..Default::default()
        };
        spoil(&mut request);
        asks!(town.admin, schedule.assign_shift, request)
    };
    let required = |codes: Vec<String>| {
        let local = |local: &str| {
            Some(pb::LocalTime {
                local: local.to_owned(),
                occurrence: 0,
            })
        };
        let request = pb::CreateShiftRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            responder_id: anna.to_owned(),
            local_start: local("2026-06-03T09:00"),
            local_end: local("2026-06-03T17:00"),
            required_qualifications: codes,
            ..Default::default()
        };
        asks!(town.admin, schedule.create_shift, request)
    };
    vec![
        invalid(
            "AssignShift: a name for an id",
            "INVALID_ID",
            "responder_id",
            assign(&|it| it.responder_id = "Anna".to_owned()),
        ),
        refused(
            "AssignShift: no such shift",
            Code::NotFound,
            "NOT_FOUND",
            "",
            assign(&|it| it.shift_id = NOBODY.to_owned()),
        ),
        refused(
            "AssignShift: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            assign(&|it| it.expected_version = 0),
        ),
        refused(
            "AssignShift: who works it already",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            assign(&|it| it.responder_id = anna.to_owned()),
        ),
        refused(
            "AssignShift: another agency's officer",
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            assign(&|it| it.responder_id = officer.to_owned()),
        ),
        refused(
            "AssignShift: an override by no supervisor",
            Code::PermissionDenied,
            "ROLE_FORBIDDEN",
            "override_reason",
            assign(&|it| it.override_reason = "sole_cover".to_owned()),
        ),
        refused(
            "CreateShift: what she does not hold",
            Code::FailedPrecondition,
            "NOT_QUALIFIED",
            "responder_id",
            required(vec!["spanish".to_owned()]),
        ),
        invalid(
            "CreateShift: too much is required",
            "TOO_MANY",
            "required_qualifications",
            required(vec!["SPANISH".to_owned(); 21]),
        ),
        invalid(
            "CreateShift: words for what is required",
            "INVALID_TEXT",
            "required_qualifications[0]",
            required(vec!["speaks Spanish".to_owned()]),
        ),
    ]
}

fn kinds<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let root = &world.town.admin;
    let kind = pb::CredentialKind {
        code: "LCSW".to_owned(),
        title: "Licensed clinical social worker".to_owned(),
        ..Default::default()
    };
    let update = |kinds: Vec<pb::CredentialKind>| {
        let all = pb::Policy {
            credential_kinds: kinds,
            ..Default::default()
        };
        let request = policy(world, &["credential_kinds"], all);
        asks!(root, admin.update_jurisdiction, request)
    };
    let without_code = pb::CredentialKind {
        code: String::new(),
        ..kind.clone()
    };
    let for_ever = pb::CredentialKind {
        renewal_months: 121,
        ..kind.clone()
    };
    vec![
        invalid(
            "UpdateJurisdiction: a kind without a code",
            "REQUIRED",
            "jurisdiction.policy.credential_kinds[0].code",
            update(vec![without_code]),
        ),
        invalid(
            "UpdateJurisdiction: a kind twice",
            "INVALID_POLICY",
            "jurisdiction.policy.credential_kinds[1].code",
            update(vec![kind.clone(), kind]),
        ),
        invalid(
            "UpdateJurisdiction: a kind renewed for ten years and more",
            "INVALID_POLICY",
            "jurisdiction.policy.credential_kinds[0].renewal_months",
            update(vec![for_ever]),
        ),
    ]
}
