//! What people of the town say.

use tandem::grpc::pb;
use tonic::Status;

use super::town::{Member, Town, by_id, scene, st_louis};

/// Opens a call of this level at the scene.
pub(crate) fn opening(request_id: String, level: u32) -> pb::OpenCallRequest {
    pb::OpenCallRequest {
        request_id,
        source: "911".to_owned(),
        incident_type: "EDP".to_owned(),
        acuity: Some(pb::Acuity {
            scheme: "marcus_alert".to_owned(),
            level,
        }),
        location: Some(scene()),
        channel: pb::Channel::Cad.into(),
        ..Default::default()
    }
}

impl Town {
    /// A call of this level at the scene.
    pub(crate) fn call(&self, level: u32) -> pb::OpenCallRequest {
        opening(self.request_id(), level)
    }

    pub(crate) async fn open_call(&self, level: u32) -> pb::OpenCallResponse {
        let request = self.call(level);
        self.dispatcher
            .dispatch()
            .open_call(request)
            .await
            .unwrap()
            .into_inner()
    }

    pub(crate) async fn accept(
        &self,
        member: &Member,
        assignment_id: &str,
    ) -> Result<pb::Assignment, Status> {
        let request = pb::AcceptOfferRequest {
            request_id: self.request_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: member.id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let answer = member.client.assignment().accept_offer(request).await?;
        Ok(answer.into_inner().assignment.unwrap())
    }

    pub(crate) async fn decline(
        &self,
        member: &Member,
        assignment_id: &str,
    ) -> Result<pb::Assignment, Status> {
        let request = pb::DeclineOfferRequest {
            request_id: self.request_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: member.id.clone(),
            reason: "busy".to_owned(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let answer = member.client.assignment().decline_offer(request).await?;
        Ok(answer.into_inner().assignment.unwrap())
    }

    pub(crate) async fn progress(
        &self,
        member: &Member,
        assignment_id: &str,
        step: pb::Progress,
    ) -> pb::Assignment {
        let request = pb::ReportProgressRequest {
            request_id: self.request_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: member.id.clone(),
            progress: step.into(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let answer = member.client.assignment().report_progress(request).await.unwrap();
        answer.into_inner().assignment.unwrap()
    }

    pub(crate) async fn clear(&self, member: &Member, assignment_id: &str, code: &str) -> pb::Assignment {
        let request = pb::ClearAssignmentRequest {
            request_id: self.request_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: member.id.clone(),
            disposition: Some(pb::Disposition {
                code: code.to_owned(),
                ..Default::default()
            }),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let answer = member
            .client
            .assignment()
            .clear_assignment(request)
            .await
            .unwrap();
        answer.into_inner().assignment.unwrap()
    }

    pub(crate) async fn get_call(&self, call_id: &str) -> pb::GetCallResponse {
        let request = pb::GetCallRequest { call: by_id(call_id) };
        self.dispatcher
            .dispatch()
            .get_call(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// Changes this part of the policy.
    pub(crate) async fn set_policy(&self, path: &str, policy: pb::Policy) {
        let mut admin = self.admin.admin();
        let asked = pb::GetJurisdictionRequest {
            jurisdiction_id: st_louis().to_string(),
        };
        let standing = admin.get_jurisdiction(asked).await.unwrap().into_inner();
        let mut jurisdiction = standing.jurisdiction.unwrap();
        let expected_version = jurisdiction.version;
        jurisdiction.policy = Some(policy);
        let request = pb::UpdateJurisdictionRequest {
            request_id: self.request_id(),
            jurisdiction: Some(jurisdiction),
            update_mask: Some(prost_types::FieldMask {
                paths: vec![format!("policy.{path}")],
            }),
            expected_version,
        };
        admin.update_jurisdiction(request).await.unwrap();
    }
}
