//! The floor and the field: calls, assignments, duty, positions, streams.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::harness::town::{by_id, scene};

impl Stage<'_> {
    fn position(&self) -> pb::ReportedPosition {
        pb::ReportedPosition {
            responder_id: self.subject.id.clone(),
            location: Some(self.elsewhere()),
            ..Default::default()
        }
    }

    /// A note to the dispatcher, at the version that stands.
    async fn noted(&self, responder_id: String) -> pb::UpdateOffShiftRequest {
        let get = pb::GetOffShiftRequest {
            responder_id: responder_id.clone(),
        };
        let mut desk = self.town.dispatcher.availability();
        let known = desk.get_off_shift(get).await.unwrap().into_inner();
        pb::UpdateOffShiftRequest {
            request_id: self.request_id(),
            responder_id,
            off_shift: None,
            words: Some(pb::OffShiftWords {
                note: "ring twice".to_owned(),
                phone: String::new(),
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["note".to_owned()],
            }),
            expected_version: known.off_shift.unwrap().version,
        }
    }

    pub(super) async fn availability(&self, method: &str) -> Option<Ask> {
        let subject = self.subject.id.clone();
        Some(match method {
            "SetDutyStatus" => {
                let change = pb::DutyChange {
                    responder_id: subject,
                    primary: pb::Duty::Available.into(),
                    ..Default::default()
                };
                ask!(
                    availability.set_duty_status,
                    pb::SetDutyStatusRequest {
                        request_id: self.request_id(),
                        changes: vec![change],
                        channel: pb::Channel::Radio.into(),
                        occurred_at: None,
                    },
                    |answer| answer.duty_statuses.len() == 1
                )
            }
            "ReportPositions" => ask!(
                sends availability.report_positions,
                pb::ReportPositionsRequest {
                    position: Some(self.position()),
                },
                |answer| answer.accepted_count == 1
            ),
            "ReportPosition" => ask!(
                availability.report_position,
                pb::ReportPositionRequest {
                    positions: vec![self.position()],
                },
                |answer| answer.accepted_count == 1
            ),
            "ListAvailable" => ask!(
                availability.list_available,
                pb::ListAvailableRequest {
                    location: Some(scene()),
                    ..Default::default()
                },
                |answer| answer.responders.len() >= 3
            ),
            "GetBoard" => ask!(availability.get_board, pb::GetBoardRequest {}, |answer| answer
                .board
                .unwrap()
                .responders
                .len()
                >= 3),
            "WatchBoard" => ask!(follows availability.watch_board, pb::WatchBoardRequest::default()),
            "GetOffShift" => ask!(
                availability.get_off_shift,
                pb::GetOffShiftRequest {
                    responder_id: subject
                },
                |answer| answer.off_shift.is_some() && answer.words.is_some()
            ),
            "UpdateOffShift" => ask!(
                availability.update_off_shift,
                self.noted(subject).await,
                |answer| answer.off_shift.unwrap().has_note
            ),
            "DeclareArrival" => {
                self.town.sign_off(self.subject).await;
                let in_an_hour = self.town.clock.now().plus_seconds(3600);
                ask!(
                    availability.declare_arrival,
                    pb::DeclareArrivalRequest {
                        request_id: self.request_id(),
                        responder_id: subject.clone(),
                        expected_at: Some(prost_types::Timestamp {
                            seconds: in_an_hour.micros() / 1_000_000,
                            nanos: 0,
                        }),
                        channel: pb::Channel::Phone.into(),
                        ..Default::default()
                    },
                    |answer| answer.off_shift.unwrap().arrival.is_some()
                )
            }
            "GetMe" => ask!(availability.get_me, pb::GetMeRequest {}, |answer| answer
                .responder
                .is_some()),
            _ => return None,
        })
    }

    pub(super) async fn dispatch(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let responder_id = self.subject.id.clone();
        let channel = pb::Channel::Phone.into();
        let occurred_at = None;
        if let Some(ask) = self.without_a_call(method).await {
            return Some(ask);
        }
        let (call, assignment_id) = self.opened().await;
        if let Some(ask) = self.course(method, &call).await {
            return Some(ask);
        }
        let call_id = call.call_id;
        Some(match method {
            "GetCall" => ask!(
                dispatch.get_call,
                pb::GetCallRequest {
                    call: by_id(&call_id)
                },
                |answer| answer.call.is_some()
            ),
            "ListCalls" => ask!(dispatch.list_calls, pb::ListCallsRequest::default(), |answer| {
                !answer.calls.is_empty()
            }),
            "UpdateCall" => ask!(
                dispatch.update_call,
                pb::UpdateCallRequest {
                    request_id,
                    call_id,
                    update_mask: Some(prost_types::FieldMask {
                        paths: vec!["incident_type".to_owned()],
                    }),
                    expected_version: Some(call.version),
                    incident_type: "WELFARE".to_owned(),
                    channel,
                    ..Default::default()
                },
                |answer| answer.call.unwrap().incident_type == "WELFARE"
            ),
            "RetriageCall" => ask!(
                dispatch.retriage_call,
                pb::RetriageCallRequest {
                    request_id,
                    call_id,
                    acuity: Some(pb::Acuity {
                        scheme: "marcus_alert".to_owned(),
                        level: 3,
                    }),
                    channel,
                    ..Default::default()
                },
                |answer| answer.call.unwrap().acuity.unwrap().level == 3
            ),
            "CancelCall" => ask!(
                dispatch.cancel_call,
                pb::CancelCallRequest {
                    request_id,
                    call_id,
                    reason: "duplicate".to_owned(),
                    channel,
                    occurred_at,
                },
                |answer| answer.call.unwrap().state() == pb::CallState::Cancelled
            ),
            "AddRemark" => ask!(dispatch.add_remark, self.remark(&call_id), |answer| answer
                .call
                .unwrap()
                .remark_count
                == 1),
            "ListRemarks" => {
                let remark = self.remark(&call_id);
                self.town.dispatcher.dispatch().add_remark(remark).await.unwrap();
                ask!(
                    dispatch.list_remarks,
                    pb::ListRemarksRequest {
                        call_id,
                        ..Default::default()
                    },
                    |answer| answer.remarks.len() == 1
                )
            }
            "ExplainMatch" => ask!(
                dispatch.explain_match,
                pb::ExplainMatchRequest {
                    call_id,
                    ..Default::default()
                },
                |answer| answer.replayed_identically
            ),
            "AssignManually" => {
                let member = pb::NamedMember {
                    responder_id: self.town.clinicians[1].id.clone(),
                    slot_id: "clinician".to_owned(),
                };
                ask!(
                    dispatch.assign_manually,
                    pb::AssignManuallyRequest {
                        request_id,
                        call_id,
                        members: vec![member],
                        replace: true,
                        reason: "knows_him".to_owned(),
                        channel,
                        ..Default::default()
                    },
                    |answer| answer.assignment.unwrap().override_reason == "knows_him"
                )
            }
            "JoinCall" => {
                self.town.decline(self.subject, &assignment_id).await.unwrap();
                ask!(
                    dispatch.join_call,
                    pb::JoinCallRequest {
                        request_id,
                        call: by_id(&call_id),
                        responder_id,
                        progress: pb::Progress::EnRoute.into(),
                        channel,
                        occurred_at,
                    },
                    |answer| answer.assignment.is_some()
                )
            }
            "CheckIn" => ask!(
                dispatch.check_in,
                pb::CheckInRequest {
                    request_id,
                    responder_id,
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.is_some()
            ),
            _ => return None,
        })
    }

    async fn without_a_call(&self, method: &str) -> Option<Ask> {
        Some(match method {
            "OpenCall" => ask!(dispatch.open_call, self.town.call(2), |answer| answer
                .report
                .is_some()),
            "RaiseEmergency" => ask!(dispatch.raise_emergency, self.emergency(), |answer| answer
                .recorded),
            "AcknowledgeAlert" => {
                let mut dispatch = self.town.dispatcher.dispatch();
                let raised = dispatch.raise_emergency(self.emergency()).await.unwrap();
                ask!(
                    dispatch.acknowledge_alert,
                    pb::AcknowledgeAlertRequest {
                        request_id: self.request_id(),
                        alert_id: raised.get_ref().alert.as_ref().unwrap().alert_id.clone(),
                        channel: pb::Channel::Phone.into(),
                        occurred_at: None,
                    },
                    |answer| answer.alert.unwrap().acknowledged_by.is_some()
                )
            }
            _ => return None,
        })
    }

    fn emergency(&self) -> pb::RaiseEmergencyRequest {
        pb::RaiseEmergencyRequest {
            request_id: self.request_id(),
            responder_id: self.subject.id.clone(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }

    fn remark(&self, call_id: &str) -> pb::AddRemarkRequest {
        pb::AddRemarkRequest {
            request_id: self.request_id(),
            call_id: call_id.to_owned(),
            class: pb::RemarkClass::Operational.into(),
            body: "the bell is broken".to_owned(),
            channel: pb::Channel::Phone.into(),
            occurred_at: None,
        }
    }

    pub(super) async fn assignment(&self, method: &str) -> Option<Ask> {
        let (call, assignment_id) = self.opened().await;
        let request_id = self.request_id();
        let responder_id = self.subject.id.clone();
        let channel = pb::Channel::Radio.into();
        let occurred_at = None;
        Some(match method {
            "AcceptOffer" => ask!(
                assignment.accept_offer,
                pb::AcceptOfferRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].state() == pb::MemberState::Accepted
            ),
            "DeclineOffer" => ask!(
                assignment.decline_offer,
                pb::DeclineOfferRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    reason: "busy".to_owned(),
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].state() == pb::MemberState::Declined
            ),
            "AcknowledgeReceipt" => ask!(
                assignment.acknowledge_receipt,
                pb::AcknowledgeReceiptRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    seen: true,
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].seen_at.is_some()
            ),
            "ReportProgress" => ask!(
                assignment.report_progress,
                pb::ReportProgressRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    progress: pb::Progress::EnRoute.into(),
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].state() == pb::MemberState::EnRoute
            ),
            "ClearAssignment" => ask!(
                assignment.clear_assignment,
                pb::ClearAssignmentRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    disposition: Stage::disposition(),
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].state() == pb::MemberState::Cleared
            ),
            "RecordDisposition" => ask!(
                assignment.record_disposition,
                pb::RecordDispositionRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    disposition: Stage::disposition(),
                    channel,
                    occurred_at,
                },
                |answer| answer.assignment.unwrap().members[0].disposition.is_some()
            ),
            "GetAssignment" => ask!(
                assignment.get_assignment,
                pb::GetAssignmentRequest { assignment_id },
                |answer| answer.assignment.is_some()
            ),
            "ListAssignments" => ask!(
                assignment.list_assignments,
                pb::ListAssignmentsRequest {
                    call_id: call.call_id,
                    ..Default::default()
                },
                |answer| answer.assignments.len() == 1
            ),
            _ => return None,
        })
    }

    pub(super) fn streaming(&self, method: &str) -> Option<Ask> {
        Some(match method {
            "WatchAssignments" => {
                ask!(follows streaming.watch_assignments, pb::WatchAssignmentsRequest::default())
            }
            "ListEvents" => ask!(
                streaming.list_events,
                pb::ListEventsRequest::default(),
                |answer| answer.caught_up && answer.revision > 0
            ),
            _ => return None,
        })
    }
}
