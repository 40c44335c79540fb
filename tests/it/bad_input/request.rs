//! What people ask of the schedule.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, invalid, leave, refused};
use crate::harness::town::Member;
use crate::requests::{
    answer, decision, offer, open_shift, shift_of, sign_up, signed_up, time_off as off, withdrawal,
};

/// What stands of requests when the table is walked.
pub(super) struct Asked {
    /// Open, and asked for by the second clinician.
    open: pb::Shift,
    /// Open, at the same time.
    beside: pb::Shift,
    /// Open, at the time of a shift of the second clinician's.
    busy: pb::Shift,
    pub(super) pending: pb::ShiftRequest,
    declined: pb::ShiftRequest,
    /// The first clinician's, and offered to the second.
    given: pb::Shift,
    offered: pb::ShiftRequest,
    /// The first clinician's.
    pub(super) free: pb::Shift,
    /// A leave of the first clinician's.
    pub(super) leave: pb::ShiftRequest,
}

async fn asked(world: &World<'_>) -> Asked {
    let town = world.town;
    let ben = &town.clinicians[1];
    let open = open_shift(town, 20).await;
    let beside = open_shift(town, 20).await;
    let busy = open_shift(town, 21).await;
    shift_of(town, ben, 21).await;
    let other = open_shift(town, 22).await;
    let asked = signed_up(town, ben, &other).await.unwrap();
    let decline = decision(town, &asked, pb::Decision::Decline);
    let declined = town.admin.request().decide_request(decline).await.unwrap();
    let ann = &town.clinicians[0];
    let given = shift_of(town, ann, 24).await;
    let offer = offer(town, (ann, &given), ben, None);
    let offered = ann.client.request().offer_swap(offer).await.unwrap();
    let free = shift_of(town, ann, 25).await;
    let leave = off(town, ann, 27, 28).await.unwrap();
    let approve = decision(town, &leave.shift_request.unwrap(), pb::Decision::Approve);
    let leave = town.admin.request().decide_request(approve).await.unwrap();
    Asked {
        given,
        offered: offered.into_inner().shift_request.unwrap(),
        free,
        leave: leave.into_inner().shift_request.unwrap(),
        pending: signed_up(town, ben, &open).await.unwrap(),
        declined: declined.into_inner().shift_request.unwrap(),
        open,
        beside,
        busy,
    }
}

pub(super) async fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let asked = asked(world).await;
    let mut rows = signing_up(world, &asked);
    rows.extend(deciding(world, &asked));
    rows.extend(swapping(world, &asked));
    rows.extend(leave::rows(world, &asked).await);
    rows
}

fn signing_up<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let town = world.town;
    let [ann, ben] = &town.clinicians[..] else {
        panic!("two clinicians")
    };
    let state = Code::FailedPrecondition;
    let by = |member: &Member, request: pb::SignUpForShiftRequest| {
        asks!(member.client, request.sign_up_for_shift, request)
    };
    let good = || sign_up(town, ann, &asked.open);
    let nobody = pb::SignUpForShiftRequest {
        responder_id: NOBODY.to_owned(),
        ..good()
    };
    let by_hr = asks!(town.admin, request.sign_up_for_shift, nobody);
    let name = |what: &str| format!("SignUpForShift: {what}");
    let spoilt = |spoil: fn(&mut pb::SignUpForShiftRequest)| {
        let mut request = good();
        spoil(&mut request);
        by(ann, request)
    };
    let request_id = spoilt(|it| it.request_id.clear());
    let no_shift = spoilt(|it| it.shift_id.clear());
    let no_id = spoilt(|it| it.shift_id = "soon".to_owned());
    let channel = spoilt(|it| it.channel = 0);
    let unknown = spoilt(|it| it.shift_id = NOBODY.to_owned());
    let stale = spoilt(|it| it.expected_version = 0);
    vec![
        invalid(&name("no request_id"), "REQUIRED", "request_id", request_id),
        invalid(&name("no shift"), "REQUIRED", "shift_id", no_shift),
        invalid(&name("a word for a shift"), "INVALID_ID", "shift_id", no_id),
        invalid(&name("no channel"), "INVALID_ENUM", "channel", channel),
        refused(
            &name("a shift that is none"),
            Code::NotFound,
            "NOT_FOUND",
            "",
            unknown,
        ),
        refused(
            &name("another version"),
            Code::Aborted,
            "STALE_VERSION",
            "",
            stale,
        ),
        refused(
            &name("someone who is none"),
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            by_hr,
        ),
        refused(
            &name("for another"),
            Code::PermissionDenied,
            "NOT_YOURS",
            "",
            by(ben, good()),
        ),
        refused(
            &name("the same again"),
            state,
            "REQUESTS_CONTRADICT",
            "",
            by(ben, sign_up(town, ben, &asked.open)),
        ),
        refused(
            &name("two at one time"),
            state,
            "REQUESTS_CONTRADICT",
            "",
            by(ben, sign_up(town, ben, &asked.beside)),
        ),
        refused(
            &name("while he works"),
            state,
            "SHIFT_OVERLAPS",
            "",
            by(ben, sign_up(town, ben, &asked.busy)),
        ),
    ]
}

fn deciding<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let town = world.town;
    let root = &town.admin;
    let state = Code::FailedPrecondition;
    let decide = |spoil: fn(&mut pb::DecideRequestRequest)| {
        let mut request = decision(town, &asked.pending, pb::Decision::Approve);
        spoil(&mut request);
        asks!(root, request.decide_request, request)
    };
    let withdraw = |spoil: fn(&mut pb::WithdrawRequestRequest)| {
        let mut request = withdrawal(town, &asked.pending);
        spoil(&mut request);
        asks!(town.clinicians[1].client, request.withdraw_request, request)
    };
    let again = decision(town, &asked.declined, pb::Decision::Approve);
    let back = withdrawal(town, &asked.declined);
    let anothers = withdrawal(town, &asked.pending);
    let listed = pb::ListRequestsRequest {
        state: 999,
        ..Default::default()
    };
    let of_nobody = pb::ListOpenShiftsRequest {
        agency_id: "No Agency".to_owned(),
        ..Default::default()
    };
    vec![
        invalid(
            "DecideRequest: no decision",
            "INVALID_ENUM",
            "decision",
            decide(|it| it.decision = 0),
        ),
        invalid(
            "DecideRequest: a story for a reason",
            "INVALID_TEXT",
            "reason",
            decide(|it| it.reason = "because I say so".to_owned()),
        ),
        invalid(
            "DecideRequest: no request",
            "REQUIRED",
            "shift_request_id",
            decide(|it| it.shift_request_id.clear()),
        ),
        refused(
            "DecideRequest: a request that is none",
            Code::NotFound,
            "NOT_FOUND",
            "",
            decide(|it| it.shift_request_id = NOBODY.to_owned()),
        ),
        refused(
            "DecideRequest: another version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            decide(|it| it.expected_version = 7),
        ),
        refused(
            "DecideRequest: an override by another than a supervisor",
            Code::PermissionDenied,
            "ROLE_FORBIDDEN",
            "override_reason",
            decide(|it| it.override_reason = "sole_cover".to_owned()),
        ),
        refused(
            "DecideRequest: what was declined",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(root, request.decide_request, again),
        ),
        invalid(
            "WithdrawRequest: no channel",
            "INVALID_ENUM",
            "channel",
            withdraw(|it| it.channel = 0),
        ),
        invalid(
            "WithdrawRequest: a story for a reason",
            "INVALID_TEXT",
            "reason",
            withdraw(|it| it.reason = "no more".to_owned()),
        ),
        refused(
            "WithdrawRequest: a request that is none",
            Code::NotFound,
            "NOT_FOUND",
            "",
            withdraw(|it| it.shift_request_id = NOBODY.to_owned()),
        ),
        refused(
            "WithdrawRequest: another's",
            Code::PermissionDenied,
            "NOT_YOURS",
            "",
            asks!(town.clinicians[0].client, request.withdraw_request, anothers),
        ),
        refused(
            "WithdrawRequest: what was declined",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(root, request.withdraw_request, back),
        ),
        invalid(
            "ListRequests: a state of 999",
            "INVALID_ENUM",
            "state",
            asks!(root, request.list_requests, listed),
        ),
        invalid(
            "ListOpenShifts: an agency that is none",
            "INVALID_ID",
            "agency_id",
            asks!(root, request.list_open_shifts, of_nobody),
        ),
    ]
}

fn swapping<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let town = world.town;
    let [ann, ben] = &town.clinicians[..] else {
        panic!("two clinicians")
    };
    let state = Code::FailedPrecondition;
    let offering = |spoil: &dyn Fn(&mut pb::OfferSwapRequest)| {
        let mut request = offer(town, (ann, &asked.free), ben, None);
        spoil(&mut request);
        asks!(ann.client, request.offer_swap, request)
    };
    let answering = |spoil: fn(&mut pb::AnswerSwapRequest)| {
        let mut request = answer(town, &asked.offered, pb::SwapAnswer::Accept);
        spoil(&mut request);
        asks!(ben.client, request.answer_swap, request)
    };
    let open = asked.open.shift_id.clone();
    let own = ann.id.clone();
    let officer = town.officers[0].id.clone();
    let again = offer(town, (ann, &asked.given), ben, None);
    let no_swap = answer(town, &asked.declined, pb::SwapAnswer::Accept);
    let early = decision(town, &asked.offered, pb::Decision::Approve);
    let name = |what: &str| format!("OfferSwap: {what}");
    let mut rows = partners(world, asked);
    rows.extend([
        invalid(
            &name("to nobody"),
            "REQUIRED",
            "to_responder_id",
            offering(&|it| it.to_responder_id.clear()),
        ),
        invalid(
            &name("a word for what is returned"),
            "INVALID_ID",
            "return_shift_id",
            offering(&|it| it.return_shift_id = "his".to_owned()),
        ),
        refused(
            &name("to oneself"),
            Code::NotFound,
            "NOT_FOUND",
            "to_responder_id",
            offering(&|it| it.to_responder_id = own.clone()),
        ),
        refused(
            &name("to another agency's"),
            Code::NotFound,
            "NOT_FOUND",
            "responder_id",
            offering(&|it| it.to_responder_id = officer.clone()),
        ),
        refused(
            &name("for what is not the other's"),
            Code::NotFound,
            "NOT_FOUND",
            "return_shift_id",
            offering(&|it| it.return_shift_id = open.clone()),
        ),
        refused(
            &name("another version"),
            Code::Aborted,
            "STALE_VERSION",
            "",
            offering(&|it| it.expected_version = 9),
        ),
        refused(
            &name("the same shift again"),
            state,
            "REQUESTS_CONTRADICT",
            "",
            asks!(ann.client, request.offer_swap, again),
        ),
        invalid(
            "AnswerSwap: no answer",
            "INVALID_ENUM",
            "answer",
            answering(|it| it.answer = 0),
        ),
        invalid(
            "AnswerSwap: a story for a reason",
            "INVALID_TEXT",
            "reason",
            answering(|it| it.reason = "not on a Friday".to_owned()),
        ),
        refused(
            "AnswerSwap: another version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            answering(|it| it.expected_version = 9),
        ),
        refused(
            "AnswerSwap: what is no swap",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(ben.client, request.answer_swap, no_swap),
        ),
        refused(
            "DecideRequest: a swap that the other has not accepted",
            state,
            "NOT_IN_THIS_STATE",
            "",
            asks!(town.admin, request.decide_request, early),
        ),
    ]);
    rows
}

fn partners<'a>(world: &World<'a>, asked: &Asked) -> Vec<Row<'a>> {
    let [ann, ben] = &world.town.clinicians[..] else {
        panic!("two clinicians")
    };
    let of = |by: &Member, shift_id: &str| {
        let request = pb::GetSwapPartnersRequest {
            shift_id: shift_id.to_owned(),
        };
        asks!(by.client, request.get_swap_partners, request)
    };
    let name = |what: &str| format!("GetSwapPartners: {what}");
    let state = Code::FailedPrecondition;
    vec![
        invalid(&name("no shift"), "REQUIRED", "shift_id", of(ann, "")),
        invalid(
            &name("a word for a shift"),
            "INVALID_ID",
            "shift_id",
            of(ann, "mine"),
        ),
        refused(
            &name("a shift that is none"),
            Code::NotFound,
            "NOT_FOUND",
            "",
            of(ann, NOBODY),
        ),
        refused(
            &name("another's"),
            Code::PermissionDenied,
            "NOT_YOURS",
            "",
            of(ben, &asked.free.shift_id),
        ),
        refused(
            &name("what nobody works"),
            state,
            "NOT_IN_THIS_STATE",
            "",
            of(ann, &asked.open.shift_id),
        ),
        refused(
            &name("what is offered already"),
            state,
            "REQUESTS_CONTRADICT",
            "",
            of(ann, &asked.given.shift_id),
        ),
    ]
}
