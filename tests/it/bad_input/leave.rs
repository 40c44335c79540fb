//! Time off, and who comes back.

use tandem::grpc::pb;
use tonic::Code;

use super::request::Asked;
use super::{NOBODY, Row, World, asks, invalid, refused};
use crate::requests::{end_of, sign_up, vacation};

pub(super) async fn rows<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let mut rows = time_off(world, asked);
    rows.extend(returning(world).await);
    rows
}

fn time_off<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let town = world.town;
    let ann = &town.clinicians[0];
    let asking = |spoil: fn(&mut pb::RequestTimeOffRequest)| {
        let mut request = vacation(town, ann, 10, 12);
        spoil(&mut request);
        asks!(ann.client, request.request_time_off, request)
    };
    let name = |what: &str| format!("RequestTimeOff: {what}");
    let at = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            occurrence: 0,
        })
    };
    let backwards = pb::RequestTimeOffRequest {
        local_end: at("2026-06-09T00:00"),
        ..vacation(town, ann, 10, 12)
    };
    let again = vacation(town, ann, 27, 29);
    let no_leave = end_of(town, &asked.pending);
    let stale = pb::EndTimeOffRequest {
        expected_version: 9,
        ..end_of(town, &asked.leave)
    };
    let others = end_of(town, &asked.leave);
    let on_leave = sign_up(town, ann, &asked.free);
    let state = Code::FailedPrecondition;
    vec![
        invalid(
            &name("no start"),
            "REQUIRED",
            "local_start",
            asking(|it| it.local_start = None),
        ),
        invalid(
            &name("no kind of leave"),
            "REQUIRED",
            "leave_kind",
            asking(|it| it.leave_kind.clear()),
        ),
        invalid(
            &name("on Mars"),
            "UNKNOWN_ZONE",
            "zone",
            asking(|it| it.zone = "Mars/Olympus".to_owned()),
        ),
        invalid(
            &name("a vacation without end"),
            "REQUIRED",
            "local_end",
            asking(|it| it.local_end = None),
        ),
        invalid(
            &name("backwards"),
            "INVALID_WINDOW",
            "local_end",
            asks!(ann.client, request.request_time_off, backwards),
        ),
        refused(
            &name("a kind that is none"),
            Code::NotFound,
            "NOT_FOUND",
            "leave_kind",
            asking(|it| it.leave_kind = "hangover".to_owned()),
        ),
        refused(
            &name("while he is on leave"),
            state,
            "REQUESTS_CONTRADICT",
            "",
            asks!(ann.client, request.request_time_off, again),
        ),
        refused(
            "EndTimeOff: what is no leave",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(town.admin, request.end_time_off, no_leave),
        ),
        refused(
            "EndTimeOff: another version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            asks!(ann.client, request.end_time_off, stale),
        ),
        refused(
            "EndTimeOff: another's",
            Code::PermissionDenied,
            "NOT_YOURS",
            "",
            asks!(town.clinicians[1].client, request.end_time_off, others),
        ),
        refused(
            "SignUpForShift: a shift that he works",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(ann.client, request.sign_up_for_shift, on_leave),
        ),
    ]
}

async fn returning<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let root = &town.admin;
    let ann = pb::GetResponderRequest {
        responder_id: town.clinicians[0].id.clone(),
    };
    let ann = root
        .roster()
        .get_responder(ann)
        .await
        .unwrap()
        .into_inner()
        .responder
        .unwrap();
    let rehire = |spoil: fn(&mut pb::RehireResponderRequest)| {
        let mut request = pb::RehireResponderRequest {
            request_id: town.request_id(),
            responder_id: ann.responder_id.clone(),
            expected_version: ann.version,
            call_sign: String::new(),
        };
        spoil(&mut request);
        asks!(root, roster.rehire_responder, request)
    };
    let name = |what: &str| format!("RehireResponder: {what}");
    vec![
        invalid(
            &name("nobody"),
            "REQUIRED",
            "responder_id",
            rehire(|it| it.responder_id.clear()),
        ),
        invalid(
            &name("a call sign of two lines"),
            "INVALID_TEXT",
            "call_sign",
            rehire(|it| it.call_sign = "2\nA1".to_owned()),
        ),
        refused(
            &name("someone who is none"),
            Code::NotFound,
            "NOT_FOUND",
            "",
            rehire(|it| it.responder_id = NOBODY.to_owned()),
        ),
        refused(
            &name("another version"),
            Code::Aborted,
            "STALE_VERSION",
            "",
            rehire(|it| it.expected_version = 99),
        ),
        refused(
            &name("one who has not left"),
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            rehire(|_| {}),
        ),
    ]
}
