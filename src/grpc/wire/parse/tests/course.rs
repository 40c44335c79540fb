//! What can become of a call: a good message with one part spoilt has one fault.

use super::*;

#[test]
fn what_becomes_of_calls_is_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        call_course::merge_calls,
        pb::MergeCallsRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            merged_call_ids: vec![ID.into(); 10],
            members: 0,
            reason: "duplicate".into(),
            note: "n".repeat(1000),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.merged_call_ids.clear() => "merged_call_ids", Required;
        |asked| asked.merged_call_ids.push(ID.into()) => "merged_call_ids", TooMany;
        |asked| asked.merged_call_ids[3] = "17".into() => "merged_call_ids[3]", InvalidId;
        |asked| asked.members = 3 => "members", InvalidEnum;
        |asked| asked.reason.clear() => "reason", Required;
        |asked| asked.note.push('n') => "note", InvalidText;
    );
    spoilt!(
        call_course::link_calls,
        pb::LinkCallsRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            other_call_id: ID.into(),
            reason: "same_person".into(),
            remove: false,
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.other_call_id.clear() => "other_call_id", Required;
        |asked| asked.reason.clear() => "reason", Required;
        |asked| asked.reason = "one man".into() => "reason", InvalidText;
    );
    spoilt!(
        call_course::split_call,
        pb::SplitCallRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            acuity: Some(pb::Acuity { scheme: "marcus_alert".into(), level: 255 }),
            responder_ids: vec![ID.into(); 10],
            reason: "second_person".into(),
            channel: channel(),
            ..Default::default()
        },
        |asked| asked.acuity = None => "acuity", Required;
        |asked| asked.responder_ids.push(ID.into()) => "responder_ids", TooMany;
        |asked| asked.responder_ids[2] = "2C14".into() => "responder_ids[2]", InvalidId;
        |asked| asked.person_references = vec!["Ann Lee".into()] => "person_references[0]", InvalidText;
        |asked| asked.external_references = vec![pb::ExternalReference::default(); 21]
            => "external_references", TooMany;
        |asked| asked.incident_type = "a man".into() => "incident_type", InvalidText;
    );
    spoilt!(
        call_course::reopen_call,
        pb::ReopenCallRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            note: String::new(),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.note = "\n".into() => "note", InvalidText;
        |asked| asked.channel = 5 => "channel", InvalidEnum;
    );
}

#[test]
fn corrections_are_refused_for_each_part_that_is_at_fault() {
    spoilt!(
        call_course::reassign,
        pb::ReassignRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            responder_id: ID.into(),
            replacement_responder_id: String::new(),
            reason: "shift_ends".into(),
            release_anyway: true,
            no_replacement: false,
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.responder_id.clear() => "responder_id", Required;
        |asked| asked.replacement_responder_id = "next".into() => "replacement_responder_id", InvalidId;
        |asked| asked.reason.clear() => "reason", Required;
    );
    let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    spoilt!(
        call_course::amend_times,
        pb::AmendTimesRequest {
            request_id: "r-1".into(),
            call_id: ID.into(),
            steps: vec![
                pb::AmendedStep {
                    assignment_id: ID.into(),
                    responder_id: ID.into(),
                    state: pb::MemberState::Reassigned.into(),
                    occurred_at: at(1),
                };
                50
            ],
            opened_at: at(1),
            closed_at: at(2),
            reason: "misheard".into(),
            channel: channel(),
            occurred_at: None,
        },
        |asked| asked.steps.push(pb::AmendedStep::default()) => "steps", TooMany;
        |asked| asked.steps[1].assignment_id.clear() => "steps[1].assignment_id", Required;
        |asked| asked.steps[1].responder_id = "me".into() => "steps[1].responder_id", InvalidId;
        |asked| asked.steps[1].state = 0 => "steps[1].state", InvalidEnum;
        |asked| asked.steps[1].state = 14 => "steps[1].state", InvalidEnum;
        |asked| asked.steps[1].occurred_at = None => "steps[1].occurred_at", Required;
        |asked| asked.opened_at = at(i64::MAX) => "opened_at", InvalidTime;
        |asked| asked.closed_at = at(i64::MIN) => "closed_at", InvalidTime;
        |asked| asked.reason.clear() => "reason", Required;
    );
    let nothing = pb::AmendTimesRequest {
        request_id: "r-1".into(),
        call_id: ID.into(),
        reason: "misheard".into(),
        channel: channel(),
        ..Default::default()
    };
    check(call_course::amend_times(&nothing), "steps", Reason::Required);
}
