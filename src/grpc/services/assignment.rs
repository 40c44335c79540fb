//! `AssignmentService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, assignment_service_server::AssignmentService};
use super::super::wire::parse::assignment as parse;
use super::{Services, after, key};

macro_rules! said_by_a_member {
    ($($name:ident: $request:ident -> $response:ident);+ $(;)?) => {
        #[tonic::async_trait]
        impl AssignmentService for Services {
            $(async fn $name(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                let session = self.session(&request).await?;
                let (stamp, command) = parse::$name(request.get_ref())?;
                session.caller.act_for(command.responder_id)?;
                let answer = session.of_assignment(&session.ask(stamp, command).await?)?;
                Ok(Response::new(pb::$response {
                    assignment: answer.value,
                    revision: answer.revision,
                    server_time: answer.server_time,
                }))
            })+

            async fn get_assignment(
                &self,
                request: Request<pb::GetAssignmentRequest>,
            ) -> Result<Response<pb::GetAssignmentResponse>, Status> {
                let session = self.session(&request).await?;
                let assignment_id = parse::get_assignment(request.get_ref())?;
                let assignment = session.center.assignment(&session.caller, assignment_id).await?;
                Ok(Response::new(pb::GetAssignmentResponse {
                    assignment: Some(session.show(|render| render.assignment(&assignment))),
                    revision: session.center.board().revision,
                }))
            }

            async fn list_assignments(
                &self,
                request: Request<pb::ListAssignmentsRequest>,
            ) -> Result<Response<pb::ListAssignmentsResponse>, Status> {
                let session = self.session(&request).await?;
                let (filter, page) = parse::list_assignments(request.get_ref())?;
                let (from, limit) = (after(&page), page.rows_to_read());
                let mut rows = session.center.assignments(&session.caller, filter, from, limit).await?;
                let next_page_token = page.cut(&mut rows, |row| key(row.made_at, row.id));
                Ok(Response::new(pb::ListAssignmentsResponse {
                    assignments: session.show(|render| rows.iter().map(|row| render.assignment(row)).collect()),
                    next_page_token,
                }))
            }
        }
    };
}

said_by_a_member! {
    accept_offer: AcceptOfferRequest -> AcceptOfferResponse;
    decline_offer: DeclineOfferRequest -> DeclineOfferResponse;
    acknowledge_receipt: AcknowledgeReceiptRequest -> AcknowledgeReceiptResponse;
    report_progress: ReportProgressRequest -> ReportProgressResponse;
    clear_assignment: ClearAssignmentRequest -> ClearAssignmentResponse;
    record_disposition: RecordDispositionRequest -> RecordDispositionResponse;
}
