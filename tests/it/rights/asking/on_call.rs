//! On-call lists, and who is called by them.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::on_call::{list, open, planning};

impl Stage<'_> {
    /// A list on which the subject alone is.
    async fn listed(&self) -> pb::OnCallList {
        let name = format!("list {}", self.next());
        list(self.town, &name, &[self.subject]).await
    }

    /// The same, and he is on call by it.
    async fn on_call_now(&self) -> pb::OnCallList {
        let listed = self.listed().await;
        let request = planning(self.town, &listed, self.subject, 10, (6, 18));
        let planned = self.town.admin.on_call().plan_on_call(request).await.unwrap();
        planned.into_inner().on_call_list.unwrap()
    }

    pub(super) async fn on_call(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let responder_id = self.subject.id.clone();
        Some(match method {
            "CreateOnCallList" => ask!(
                on_call.create_on_call_list,
                pb::CreateOnCallListRequest {
                    request_id,
                    agency_id: "bhr".to_owned(),
                    name: format!("list {}", self.next()),
                    discipline: "clinician".to_owned(),
                    area_id: String::new(),
                    responder_ids: vec![responder_id],
                },
                |answer| answer.on_call_list.is_some()
            ),
            "UpdateOnCallList" => {
                let listed = self.listed().await;
                ask!(
                    on_call.update_on_call_list,
                    pb::UpdateOnCallListRequest {
                        request_id,
                        expected_version: listed.version,
                        on_call_list: Some(pb::OnCallList {
                            responder_ids: Vec::new(),
                            ..listed
                        }),
                        update_mask: Some(prost_types::FieldMask {
                            paths: vec!["responder_ids".to_owned()],
                        }),
                    },
                    |answer| answer.on_call_list.unwrap().responder_ids.is_empty()
                )
            }
            "RetireOnCallList" => {
                let listed = self.listed().await;
                ask!(
                    on_call.retire_on_call_list,
                    pb::RetireOnCallListRequest {
                        request_id,
                        on_call_list_id: listed.on_call_list_id,
                        expected_version: listed.version,
                    },
                    |answer| answer.on_call_list.unwrap().retired_at.is_some()
                )
            }
            "ListOnCallLists" => {
                self.on_call_now().await;
                ask!(
                    on_call.list_on_call_lists,
                    pb::ListOnCallListsRequest::default(),
                    |answer| !answer.on_call_lists.is_empty()
                )
            }
            "PlanOnCall" => {
                let listed = self.listed().await;
                ask!(
                    on_call.plan_on_call,
                    planning(self.town, &listed, self.subject, 10, (6, 18)),
                    |answer| answer.on_call_list.unwrap().stints.len() == 1
                )
            }
            "CancelOnCall" => {
                let listed = self.on_call_now().await;
                ask!(
                    on_call.cancel_on_call,
                    pb::CancelOnCallRequest {
                        request_id,
                        on_call_list_id: listed.on_call_list_id.clone(),
                        expected_version: listed.version,
                        responder_id,
                        start: listed.stints[0].start,
                        end: listed.stints[0].end,
                    },
                    |answer| answer.on_call_list.unwrap().stints.is_empty()
                )
            }
            "RecordCallBackAttempt" => ask!(
                on_call.record_call_back_attempt,
                self.attempt(&self.listed().await).await,
                |answer| answer.on_call_list.unwrap().attempts.len() == 1
            ),
            "ListCallBackAttempts" => {
                let listed = self.listed().await;
                let attempt = self.attempt(&listed).await;
                let mut desk = self.town.dispatcher.on_call();
                desk.record_call_back_attempt(attempt).await.unwrap();
                ask!(
                    on_call.list_call_back_attempts,
                    pb::ListCallBackAttemptsRequest {
                        on_call_list_id: listed.on_call_list_id,
                        ..Default::default()
                    },
                    |answer| answer.attempts.len() == 1
                )
            }
            _ => return None,
        })
    }

    async fn attempt(&self, listed: &pb::OnCallList) -> pb::RecordCallBackAttemptRequest {
        pb::RecordCallBackAttemptRequest {
            request_id: self.request_id(),
            on_call_list_id: listed.on_call_list_id.clone(),
            shift_id: open(self.town).await.shift_id,
            responder_id: self.subject.id.clone(),
            outcome: pb::CallBackOutcome::NoAnswer.into(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        }
    }
}
