//! The office: the jurisdiction, the roster, the schedule.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::harness::town::st_louis;

/// A square around the town.
const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;

fn mask(path: &str) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask {
        paths: vec![path.to_owned()],
    })
}

impl Stage<'_> {
    pub(super) async fn admin(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let jurisdiction_id = st_louis().to_string();
        let name = format!("number {}", self.next());
        Some(match method {
            "CreateJurisdiction" => ask!(
                admin.create_jurisdiction,
                pb::CreateJurisdictionRequest {
                    request_id,
                    jurisdiction_id: format!("town-{}", self.next()),
                    name,
                    zone: "America/Chicago".to_owned(),
                },
                |answer| answer.jurisdiction.is_some()
            ),
            "GetJurisdiction" => ask!(
                admin.get_jurisdiction,
                pb::GetJurisdictionRequest { jurisdiction_id },
                |answer| answer.jurisdiction.unwrap().policy.is_some()
            ),
            "ListJurisdictions" => ask!(
                admin.list_jurisdictions,
                pb::ListJurisdictionsRequest::default(),
                |answer| !answer.jurisdictions.is_empty()
            ),
            "UpdateJurisdiction" => {
                let get = pb::GetJurisdictionRequest {
                    jurisdiction_id: jurisdiction_id.clone(),
                };
                let known = self.town.admin.admin().get_jurisdiction(get).await.unwrap();
                let jurisdiction = pb::Jurisdiction {
                    jurisdiction_id,
                    name,
                    ..Default::default()
                };
                ask!(
                    admin.update_jurisdiction,
                    pb::UpdateJurisdictionRequest {
                        request_id,
                        jurisdiction: Some(jurisdiction),
                        update_mask: mask("name"),
                        expected_version: known.into_inner().jurisdiction.unwrap().version,
                    },
                    |answer| answer.jurisdiction.is_some()
                )
            }
            "CreateAgency" => ask!(
                admin.create_agency,
                pb::CreateAgencyRequest {
                    request_id,
                    jurisdiction_id,
                    agency_id: format!("agency-{}", self.next()),
                    name,
                },
                |answer| answer.agency.is_some()
            ),
            "ListAgencies" => ask!(
                admin.list_agencies,
                pb::ListAgenciesRequest {
                    jurisdiction_id,
                    ..Default::default()
                },
                |answer| answer.agencies.len() >= 2
            ),
            "PutServiceArea" => ask!(
                sends admin.put_service_area,
                self.area(name),
                |answer| answer.service_area.is_some()
            ),
            "ListServiceAreas" => {
                self.put_area(name).await;
                ask!(
                    admin.list_service_areas,
                    pb::ListServiceAreasRequest {
                        jurisdiction_id,
                        ..Default::default()
                    },
                    |answer| !answer.service_areas.is_empty()
                )
            }
            "RemoveServiceArea" => ask!(
                admin.remove_service_area,
                pb::RemoveServiceAreaRequest {
                    request_id,
                    jurisdiction_id,
                    area_id: self.put_area(name).await,
                },
                |answer| answer.revision > 0
            ),
            "GetServerInfo" => ask!(admin.get_server_info, pb::GetServerInfoRequest {}, |answer| {
                answer.limits.is_some()
            }),
            _ => return None,
        })
    }

    fn area(&self, name: String) -> pb::PutServiceAreaRequest {
        pb::PutServiceAreaRequest {
            request_id: self.request_id(),
            jurisdiction_id: st_louis().to_string(),
            name,
            geojson_chunk: SQUARE.to_owned(),
            zone: String::new(),
        }
    }

    async fn put_area(&self, name: String) -> String {
        let parts = tokio_stream::iter([self.area(name)]);
        let put = self.town.admin.admin().put_service_area(parts).await.unwrap();
        put.into_inner().service_area.unwrap().area_id
    }

    /// Someone new of the clinicians' agency.
    fn newcomer(&self) -> pb::CreateResponderRequest {
        let number = self.next();
        pb::CreateResponderRequest {
            request_id: self.request_id(),
            agency_id: "bhr".to_owned(),
            discipline: "clinician".to_owned(),
            name: format!("newcomer {number}"),
            call_sign: format!("newcomer-{number}"),
            ..Default::default()
        }
    }

    pub(super) async fn joined(&self) -> pb::Responder {
        let mut roster = self.town.admin.roster();
        let created = roster.create_responder(self.newcomer()).await.unwrap();
        created.into_inner().responder.unwrap()
    }

    /// A paper for the subject that he does not hold yet.
    fn paper(&self) -> pb::GrantCredentialRequest {
        pb::GrantCredentialRequest {
            request_id: self.request_id(),
            responder_id: self.subject.id.clone(),
            code: "SPANISH".to_owned(),
            number: self.next().to_string(),
            ..Default::default()
        }
    }

    async fn granted(&self) -> pb::GrantCredentialResponse {
        let mut roster = self.town.admin.roster();
        roster.grant_credential(self.paper()).await.unwrap().into_inner()
    }

    pub(super) async fn roster(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        let responder_id = self.subject.id.clone();
        Some(match method {
            "CreateResponder" => ask!(roster.create_responder, self.newcomer(), |answer| answer
                .responder
                .is_some()),
            "GetResponder" => ask!(
                roster.get_responder,
                pb::GetResponderRequest { responder_id },
                |answer| answer.responder.is_some()
            ),
            "ListResponders" => ask!(
                roster.list_responders,
                pb::ListRespondersRequest::default(),
                |answer| answer.responders.len() >= 3
            ),
            "UpdateResponder" => {
                let joined = self.joined().await;
                let responder = pb::Responder {
                    name: "another name".to_owned(),
                    ..joined.clone()
                };
                ask!(
                    roster.update_responder,
                    pb::UpdateResponderRequest {
                        request_id,
                        responder: Some(responder),
                        update_mask: mask("name"),
                        expected_version: joined.version,
                    },
                    |answer| answer.responder.unwrap().name == "another name"
                )
            }
            "RetireResponder" => {
                let joined = self.joined().await;
                ask!(
                    roster.retire_responder,
                    pb::RetireResponderRequest {
                        request_id,
                        responder_id: joined.responder_id,
                        expected_version: joined.version,
                    },
                    |answer| answer.responder.unwrap().retired_at.is_some()
                )
            }
            "RehireResponder" => {
                let joined = self.joined().await;
                let retire = pb::RetireResponderRequest {
                    request_id: self.request_id(),
                    responder_id: joined.responder_id,
                    expected_version: joined.version,
                };
                let left = self.town.admin.roster().retire_responder(retire).await;
                let left = left.unwrap().into_inner().responder.unwrap();
                ask!(
                    roster.rehire_responder,
                    pb::RehireResponderRequest {
                        request_id,
                        responder_id: left.responder_id,
                        expected_version: left.version,
                        call_sign: String::new(),
                    },
                    |answer| answer.responder.unwrap().retired_at.is_none()
                )
            }
            "GrantCredential" => ask!(roster.grant_credential, self.paper(), |answer| answer
                .credential
                .is_some()),
            "RevokeCredential" => {
                let mut roster = self.town.admin.roster();
                let granted = roster.grant_credential(self.paper()).await.unwrap();
                ask!(
                    roster.revoke_credential,
                    pb::RevokeCredentialRequest {
                        request_id,
                        responder_id,
                        credential_id: granted.into_inner().credential.unwrap().credential_id,
                    },
                    |answer| answer.credential.unwrap().revoked_at.is_some()
                )
            }
            "UpdateCredential" => {
                let granted = self.granted().await;
                let credential = pb::Credential {
                    valid_until: "2027-06-30".to_owned(),
                    ..granted.credential.unwrap()
                };
                ask!(
                    roster.update_credential,
                    pb::UpdateCredentialRequest {
                        request_id,
                        responder_id,
                        credential: Some(credential),
                        update_mask: mask("valid_until"),
                        expected_version: granted.responder.unwrap().version,
                    },
                    |answer| answer.credential.unwrap().valid_until == "2027-06-30"
                )
            }
            "SetCredentialVerification" => {
                let granted = self.granted().await;
                ask!(
                    roster.set_credential_verification,
                    pb::SetCredentialVerificationRequest {
                        request_id,
                        responder_id,
                        credential_id: granted.credential.unwrap().credential_id,
                        expected_version: granted.responder.unwrap().version,
                        verification: pb::Verification::Verified.into(),
                        reason: String::new(),
                    },
                    |answer| answer.credential.unwrap().verified_at.is_some()
                )
            }
            "ListExpiring" => {
                let paper = pb::GrantCredentialRequest {
                    valid_until: "2026-06-20".to_owned(),
                    ..self.paper()
                };
                self.town.admin.roster().grant_credential(paper).await.unwrap();
                ask!(
                    roster.list_expiring,
                    pb::ListExpiringRequest::default(),
                    |answer| !answer.credentials.is_empty()
                )
            }
            "ListCredentials" => ask!(
                roster.list_credentials,
                pb::ListCredentialsRequest {
                    responder_id,
                    ..Default::default()
                },
                |answer| !answer.credentials.is_empty()
            ),
            _ => return None,
        })
    }

    /// A shift of the clinicians' agency that nobody has yet.
    fn plan(&self) -> pb::CreateShiftRequest {
        let local = |local: &str| {
            Some(pb::LocalTime {
                local: local.to_owned(),
                occurrence: 0,
            })
        };
        pb::CreateShiftRequest {
            request_id: self.request_id(),
            agency_id: "bhr".to_owned(),
            local_start: local("2026-06-02T09:00"),
            local_end: local("2026-06-02T17:00"),
            ..Default::default()
        }
    }

    async fn planned(&self) -> pb::Shift {
        let mut schedule = self.town.admin.schedule();
        let created = schedule.create_shift(self.plan()).await.unwrap();
        created.into_inner().shift.unwrap()
    }

    pub(super) async fn schedule(&self, method: &str) -> Option<Ask> {
        let request_id = self.request_id();
        Some(match method {
            "CreateShift" => ask!(schedule.create_shift, self.plan(), |answer| answer
                .shift
                .is_some()),
            "PublishShift" => {
                let planned = self.planned().await;
                ask!(
                    schedule.publish_shift,
                    pb::PublishShiftRequest {
                        request_id,
                        shift_id: planned.shift_id,
                        expected_version: planned.version,
                        ..Default::default()
                    },
                    |answer| answer.shift.unwrap().state() == pb::ShiftState::Published
                )
            }
            "AssignShift" => {
                let planned = self.planned().await;
                ask!(
                    schedule.assign_shift,
                    pb::AssignShiftRequest {
                        request_id,
                        shift_id: planned.shift_id,
                        expected_version: planned.version,
                        responder_id: self.joined().await.responder_id,
                        override_reason: String::new(),
                    },
                    |answer| !answer.shift.unwrap().responder_id.is_empty()
                )
            }
            "CancelShift" => {
                let planned = self.planned().await;
                ask!(
                    schedule.cancel_shift,
                    pb::CancelShiftRequest {
                        request_id,
                        shift_id: planned.shift_id,
                        expected_version: planned.version,
                    },
                    |answer| answer.shift.unwrap().state() == pb::ShiftState::Cancelled
                )
            }
            "AcknowledgeShift" => {
                let shift = self.given_to(self.subject).await;
                ask!(
                    schedule.acknowledge_shift,
                    pb::AcknowledgeShiftRequest {
                        request_id,
                        shift_id: shift.shift_id,
                        responder_id: self.subject.id.clone(),
                        expected_version: shift.version,
                        channel: pb::Channel::Phone.into(),
                        occurred_at: None,
                    },
                    |answer| answer.shift.unwrap().acknowledged_at.is_some()
                )
            }
            "HoldOver" => {
                let shift = self.given_to(self.subject).await;
                let until = shift.planned_end.unwrap().seconds + 3600;
                ask!(
                    schedule.hold_over,
                    pb::HoldOverRequest {
                        request_id,
                        shift_id: shift.shift_id,
                        expected_version: shift.version,
                        until: Some(prost_types::Timestamp {
                            seconds: until,
                            nanos: 0,
                        }),
                        reason: "short_staffed".to_owned(),
                    },
                    |answer| answer.shift.unwrap().held_over.is_some()
                )
            }
            "ReportSick" => {
                let shift = self.given_to(self.subject).await;
                ask!(
                    schedule.report_sick,
                    pb::ReportSickRequest {
                        request_id,
                        shift_id: shift.shift_id,
                        responder_id: self.subject.id.clone(),
                        kind: String::new(),
                        channel: pb::Channel::Phone.into(),
                        occurred_at: None,
                    },
                    |answer| answer.shift.unwrap().responder_id.is_empty()
                )
            }
            "GetCallBacks" => ask!(
                schedule.get_call_backs,
                pb::GetCallBacksRequest {
                    shift_id: self.planned().await.shift_id,
                },
                |answer| !answer.call_backs.is_empty()
            ),
            "GetShift" => ask!(
                schedule.get_shift,
                pb::GetShiftRequest {
                    shift_id: self.planned().await.shift_id,
                },
                |answer| answer.shift.is_some()
            ),
            "ListShifts" => ask!(
                schedule.list_shifts,
                pb::ListShiftsRequest::default(),
                // A responder's own, and everyone's to the others.
                |answer| !answer.shifts.is_empty()
            ),
            _ => return None,
        })
    }
}
