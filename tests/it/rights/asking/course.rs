//! What can become of a call beside its usual course.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};

impl Stage<'_> {
    /// On a call on which only the subject is asked.
    pub(super) async fn course(&self, method: &str, call: &pb::Call) -> Option<Ask> {
        let request_id = self.request_id();
        let call_id = call.call_id.clone();
        let channel = pb::Channel::Phone.into();
        let occurred_at = None;
        Some(match method {
            "MergeCalls" => {
                let duplicate = self.another_call().await;
                ask!(
                    dispatch.merge_calls,
                    pb::MergeCallsRequest {
                        request_id,
                        call_id,
                        merged_call_ids: vec![duplicate],
                        members: pb::MergedMembers::Follow.into(),
                        reason: "duplicate".to_owned(),
                        channel,
                        ..Default::default()
                    },
                    |answer| answer.call.unwrap().version > 2
                )
            }
            "LinkCalls" => {
                let other_call_id = self.another_call().await;
                ask!(
                    dispatch.link_calls,
                    pb::LinkCallsRequest {
                        request_id,
                        call_id,
                        other_call_id,
                        reason: "same_address".to_owned(),
                        remove: false,
                        channel,
                        occurred_at,
                    },
                    |answer| answer.call.unwrap().links.len() == 1
                )
            }
            "SplitCall" => ask!(
                dispatch.split_call,
                pb::SplitCallRequest {
                    request_id,
                    call_id,
                    acuity: call.acuity.clone(),
                    reason: "second_person".to_owned(),
                    channel,
                    ..Default::default()
                },
                |answer| answer.call.unwrap().links.len() == 1
            ),
            "Reassign" => {
                let next = self.town.clinicians[1].id.clone();
                ask!(
                    dispatch.reassign,
                    pb::ReassignRequest {
                        request_id,
                        call_id,
                        responder_id: self.subject.id.clone(),
                        replacement_responder_id: next,
                        reason: "shift_ends".to_owned(),
                        channel,
                        ..Default::default()
                    },
                    |answer| answer.assignment.unwrap().members.len() == 2
                )
            }
            "AmendTimes" => {
                let minute_ago = Some(prost_types::Timestamp {
                    seconds: self.town.clock.now().plus_seconds(-60).micros() / 1_000_000,
                    nanos: 0,
                });
                let step = pb::AmendedStep {
                    assignment_id: call.assignment_id.clone(),
                    responder_id: self.subject.id.clone(),
                    state: pb::MemberState::Offered.into(),
                    occurred_at: minute_ago,
                };
                ask!(
                    dispatch.amend_times,
                    pb::AmendTimesRequest {
                        request_id,
                        call_id,
                        steps: vec![step],
                        opened_at: minute_ago,
                        reason: "misheard".to_owned(),
                        channel,
                        ..Default::default()
                    },
                    |answer| !answer.assignment.unwrap().members[0].steps[0]
                        .amendments
                        .is_empty()
                )
            }
            "ReopenCall" => {
                self.cancelled(&call_id).await;
                ask!(
                    dispatch.reopen_call,
                    pb::ReopenCallRequest {
                        request_id,
                        call_id,
                        note: String::new(),
                        channel,
                        occurred_at,
                    },
                    |answer| answer.call.unwrap().closed_at.is_none() && answer.report.is_some()
                )
            }
            _ => return None,
        })
    }

    /// A second call.
    async fn another_call(&self) -> String {
        self.town.open_call(2).await.call.unwrap().call_id
    }

    async fn cancelled(&self, call_id: &str) {
        let request = pb::CancelCallRequest {
            request_id: self.request_id(),
            call_id: call_id.to_owned(),
            reason: "mistaken".to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        };
        self.town
            .dispatcher
            .dispatch()
            .cancel_call(request)
            .await
            .unwrap();
    }
}
