//! What can become of a call beside its usual course.

use tandem::grpc::pb;
use tonic::Code;

use super::{NOBODY, Row, World, asks, at, invalid, refused};

pub(super) fn rows<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let mut rows = merging(world);
    rows.extend(linking(world));
    rows.extend(reopening(world));
    rows.extend(splitting(world));
    rows.extend(reassigning(world));
    rows.extend(amending(world));
    rows
}

fn merging<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let (busy, waiting) = (&*world.busy.call_id, &*world.waiting.call_id);
    let merge = |merged: &[&str], survivor: &str, members: i32, reason: &str| {
        let request = pb::MergeCallsRequest {
            request_id: world.town.request_id(),
            call_id: survivor.to_owned(),
            merged_call_ids: merged.iter().map(|id| (*id).to_owned()).collect(),
            members,
            reason: reason.to_owned(),
            channel: pb::Channel::Phone.into(),
            ..Default::default()
        };
        asks!(world.town.dispatcher, dispatch.merge_calls, request)
    };
    let follow = pb::MergedMembers::Follow.into();
    vec![
        invalid(
            "MergeCalls: into itself",
            "SAME_CALL",
            "merged_call_ids[0]",
            merge(&[busy], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: one twice",
            "SAME_CALL",
            "merged_call_ids[1]",
            merge(&[busy, busy], waiting, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: none",
            "REQUIRED",
            "merged_call_ids",
            merge(&[], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: eleven",
            "TOO_MANY",
            "merged_call_ids",
            merge(&[NOBODY; 11], busy, follow, "duplicate"),
        ),
        invalid(
            "MergeCalls: members of 3",
            "INVALID_ENUM",
            "members",
            merge(&[waiting], busy, 3, "duplicate"),
        ),
        invalid(
            "MergeCalls: no reason",
            "REQUIRED",
            "reason",
            merge(&[waiting], busy, follow, ""),
        ),
        refused(
            "MergeCalls: an unknown call",
            Code::NotFound,
            "NOT_FOUND",
            "merged_call_ids[0]",
            merge(&[NOBODY], busy, follow, "duplicate"),
        ),
        refused(
            "MergeCalls: into an unknown call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            merge(&[busy], NOBODY, follow, "duplicate"),
        ),
        refused(
            "MergeCalls: members, and no word of them",
            Code::FailedPrecondition,
            "MEMBERS_UNDECIDED",
            "",
            merge(&[busy], waiting, 0, "duplicate"),
        ),
    ]
}

fn linking<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let link = |one: &str, other: &str, reason: &str| {
        let request = pb::LinkCallsRequest {
            request_id: world.town.request_id(),
            call_id: one.to_owned(),
            other_call_id: other.to_owned(),
            reason: reason.to_owned(),
            remove: false,
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        asks!(world.town.dispatcher, dispatch.link_calls, request)
    };
    let (busy, waiting) = (&*world.busy.call_id, &*world.waiting.call_id);
    vec![
        invalid(
            "LinkCalls: with itself",
            "SAME_CALL",
            "other_call_id",
            link(busy, busy, "same_person"),
        ),
        invalid(
            "LinkCalls: no reason",
            "REQUIRED",
            "reason",
            link(busy, waiting, ""),
        ),
        invalid(
            "LinkCalls: a reason in words",
            "INVALID_TEXT",
            "reason",
            link(busy, waiting, "the same man"),
        ),
        invalid(
            "LinkCalls: no id",
            "INVALID_ID",
            "other_call_id",
            link(busy, "17", "same_person"),
        ),
        refused(
            "LinkCalls: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            link(busy, NOBODY, "same_person"),
        ),
    ]
}

fn reopening<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let reopen = |call_id: &str, note: &str| {
        let request = pb::ReopenCallRequest {
            request_id: world.town.request_id(),
            call_id: call_id.to_owned(),
            note: note.to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        asks!(world.town.dispatcher, dispatch.reopen_call, request)
    };
    vec![
        refused(
            "ReopenCall: one that is open",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "",
            reopen(&world.waiting.call_id, ""),
        ),
        refused(
            "ReopenCall: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            reopen(NOBODY, ""),
        ),
        invalid(
            "ReopenCall: too many words",
            "INVALID_TEXT",
            "note",
            reopen(&world.waiting.call_id, &"n".repeat(1001)),
        ),
    ]
}

fn splitting<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let good = || pb::SplitCallRequest {
        request_id: world.town.request_id(),
        call_id: world.busy.call_id.clone(),
        acuity: world.busy.acuity.clone(),
        reason: "second_person".to_owned(),
        channel: pb::Channel::Phone.into(),
        ..Default::default()
    };
    let spoilt = |spoil: &dyn Fn(&mut pb::SplitCallRequest)| {
        let mut request = good();
        spoil(&mut request);
        asks!(world.town.dispatcher, dispatch.split_call, request)
    };
    vec![
        invalid(
            "SplitCall: no acuity",
            "REQUIRED",
            "acuity",
            spoilt(&|it| it.acuity = None),
        ),
        invalid(
            "SplitCall: a level of the tea leaves",
            "UNKNOWN_ACUITY",
            "acuity",
            spoilt(&|it| it.acuity.as_mut().unwrap().scheme = "tea_leaves".to_owned()),
        ),
        invalid(
            "SplitCall: no reason",
            "REQUIRED",
            "reason",
            spoilt(&|it| it.reason.clear()),
        ),
        invalid(
            "SplitCall: eleven members",
            "TOO_MANY",
            "responder_ids",
            spoilt(&|it| it.responder_ids = vec![NOBODY.to_owned(); 11]),
        ),
        refused(
            "SplitCall: one who is not on the call",
            Code::FailedPrecondition,
            "NOT_A_MEMBER",
            "responder_ids[0]",
            spoilt(&|it| it.responder_ids = vec![world.town.officers[1].id.clone()]),
        ),
        refused(
            "SplitCall: another's reference",
            Code::NotFound,
            "NOT_FOUND",
            "external_references",
            spoilt(&|it| it.external_references = vec![super::reference("78")]),
        ),
        refused(
            "SplitCall: a person whom it is not about",
            Code::NotFound,
            "NOT_FOUND",
            "person_references",
            spoilt(&|it| it.person_references = vec!["p-9".to_owned()]),
        ),
        refused(
            "SplitCall: a stale version",
            Code::Aborted,
            "STALE_VERSION",
            "",
            spoilt(&|it| it.expected_version = Some(1)),
        ),
    ]
}

fn reassigning<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let reassign = |call_id: &str, old: &str, new: &str, reason: &str| {
        let request = pb::ReassignRequest {
            request_id: town.request_id(),
            call_id: call_id.to_owned(),
            responder_id: old.to_owned(),
            replacement_responder_id: new.to_owned(),
            reason: reason.to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        asks!(town.dispatcher, dispatch.reassign, request)
    };
    let busy = &*world.busy.call_id;
    let (anna, next) = (&*town.clinicians[0].id, &*town.clinicians[1].id);
    let idle = &*town.officers[1].id;
    vec![
        invalid(
            "Reassign: no reason",
            "REQUIRED",
            "reason",
            reassign(busy, anna, next, ""),
        ),
        invalid(
            "Reassign: no id",
            "INVALID_ID",
            "replacement_responder_id",
            reassign(busy, anna, "the next", "shift_ends"),
        ),
        invalid(
            "Reassign: one in his place, and nobody",
            "VALUE_OUT_OF_RANGE",
            "no_replacement",
            {
                let request = pb::ReassignRequest {
                    request_id: town.request_id(),
                    call_id: busy.to_owned(),
                    responder_id: anna.to_owned(),
                    replacement_responder_id: next.to_owned(),
                    reason: "shift_ends".to_owned(),
                    no_replacement: true,
                    channel: pb::Channel::Radio.into(),
                    ..Default::default()
                };
                asks!(town.dispatcher, dispatch.reassign, request)
            },
        ),
        refused(
            "Reassign: one who is not on the call",
            Code::FailedPrecondition,
            "NOT_A_MEMBER",
            "",
            reassign(busy, idle, "", "shift_ends"),
        ),
        refused(
            "Reassign: one who is on scene",
            Code::FailedPrecondition,
            "MEMBER_ON_SCENE",
            "",
            reassign(busy, anna, next, "shift_ends"),
        ),
        refused(
            "Reassign: no such call",
            Code::NotFound,
            "NOT_FOUND",
            "",
            reassign(NOBODY, anna, "", "shift_ends"),
        ),
    ]
}

fn amending<'a>(world: &World<'a>) -> Vec<Row<'a>> {
    let town = world.town;
    let now = town.clock.now().micros() / 1_000_000;
    let good = || pb::AmendTimesRequest {
        request_id: town.request_id(),
        call_id: world.busy.call_id.clone(),
        steps: vec![pb::AmendedStep {
            assignment_id: world.busy_assignment_id.clone(),
            responder_id: town.officers[0].id.clone(),
            state: pb::MemberState::OnScene.into(),
            occurred_at: at(now - 10, 0),
        }],
        reason: "misheard".to_owned(),
        channel: pb::Channel::Radio.into(),
        ..Default::default()
    };
    let spoilt = |spoil: &dyn Fn(&mut pb::AmendTimesRequest)| {
        let mut request = good();
        spoil(&mut request);
        asks!(town.dispatcher, dispatch.amend_times, request)
    };
    vec![
        invalid(
            "AmendTimes: nothing",
            "REQUIRED",
            "steps",
            spoilt(&|it| it.steps.clear()),
        ),
        invalid(
            "AmendTimes: fifty-one steps",
            "TOO_MANY",
            "steps",
            spoilt(&|it| it.steps = vec![pb::AmendedStep::default(); 51]),
        ),
        invalid(
            "AmendTimes: a state of 0",
            "INVALID_ENUM",
            "steps[0].state",
            spoilt(&|it| it.steps[0].state = 0),
        ),
        invalid(
            "AmendTimes: no time",
            "REQUIRED",
            "steps[0].occurred_at",
            spoilt(&|it| it.steps[0].occurred_at = None),
        ),
        invalid(
            "AmendTimes: a time that is none",
            "INVALID_TIME",
            "opened_at",
            spoilt(&|it| it.opened_at = at(0, -1)),
        ),
        invalid(
            "AmendTimes: a step that lies ahead",
            "INVALID_TIME",
            "steps[0].occurred_at",
            spoilt(&|it| it.steps[0].occurred_at = at(now + 61, 0)),
        ),
        invalid(
            "AmendTimes: on scene before the offer",
            "STEPS_OUT_OF_ORDER",
            "steps[0].occurred_at",
            spoilt(&|it| it.steps[0].occurred_at = at(now - 3600, 0)),
        ),
        invalid(
            "AmendTimes: opened after the first step",
            "STEPS_OUT_OF_ORDER",
            "opened_at",
            spoilt(&|it| it.opened_at = at(now, 0)),
        ),
        refused(
            "AmendTimes: closed while it is open",
            Code::FailedPrecondition,
            "NOT_IN_THIS_STATE",
            "closed_at",
            spoilt(&|it| it.closed_at = at(now, 0)),
        ),
        refused(
            "AmendTimes: a step not taken",
            Code::NotFound,
            "NOT_FOUND",
            "steps[0].state",
            spoilt(&|it| it.steps[0].state = pb::MemberState::Transporting.into()),
        ),
        refused(
            "AmendTimes: another call's assignment",
            Code::NotFound,
            "NOT_FOUND",
            "steps[0].assignment_id",
            spoilt(&|it| it.steps[0].assignment_id = world.expired_assignment_id.clone()),
        ),
        refused(
            "AmendTimes: one who has no part in it",
            Code::NotFound,
            "NOT_FOUND",
            "steps[0].responder_id",
            spoilt(&|it| it.steps[0].responder_id = NOBODY.to_owned()),
        ),
    ]
}
