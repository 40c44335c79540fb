//! The mutations that the proofs ask for, seen alike.

use prost::Message;
use tandem::grpc::pb;
use tonic::{Response, Status};

use super::dispatcher::Dispatcher;
use crate::harness::town::Client;

/// A request that changes something.
pub(super) trait Mutation: Message + Clone + Into<Remembered> {
    /// What it answers with.
    type Answer: Message + Clone + PartialEq;
    /// Its method.
    const METHOD: &'static str;

    /// Its `request_id`.
    fn request_id(&self) -> &str;

    /// The same `request_id` over another body.
    fn with_another_body(&self) -> Self;

    /// Sends it.
    async fn send(self, by: &Client) -> Result<Response<Self::Answer>, Status>;
}

macro_rules! mutations {
    ($($method:literal: $request:ident -> $answer:ident by $service:ident . $call:ident),+ $(,)?) => {
        /// A request that is sent again much later.
        #[expect(clippy::enum_variant_names, reason = "each is called as its message")]
        pub(super) enum Remembered { $($request(pb::$request)),+ }

        impl Dispatcher<'_> {
            /// Sends it again; the judge compares the answers.
            pub(super) async fn send_again(&self, server: usize, remembered: &Remembered) {
                match remembered {
                    $(Remembered::$request(request) => drop(self.send(server, request).await)),+
                }
            }
        }
    $(
        impl From<pb::$request> for Remembered {
            fn from(request: pb::$request) -> Remembered {
                Remembered::$request(request)
            }
        }

        impl Mutation for pb::$request {
            type Answer = pb::$answer;
            const METHOD: &'static str = $method;

            fn request_id(&self) -> &str {
                &self.request_id
            }

            fn with_another_body(&self) -> Self {
                let channel = pb::Channel::Phone.into();
                Self { channel, ..self.clone() }
            }

            async fn send(self, by: &Client) -> Result<Response<Self::Answer>, Status> {
                by.$service().$call(self).await
            }
        }
    )+};
}

mutations! {
    "OpenCall": OpenCallRequest -> OpenCallResponse by dispatch.open_call,
    "CancelCall": CancelCallRequest -> CancelCallResponse by dispatch.cancel_call,
    "MergeCalls": MergeCallsRequest -> MergeCallsResponse by dispatch.merge_calls,
    "LinkCalls": LinkCallsRequest -> LinkCallsResponse by dispatch.link_calls,
    "SplitCall": SplitCallRequest -> SplitCallResponse by dispatch.split_call,
    "ReopenCall": ReopenCallRequest -> ReopenCallResponse by dispatch.reopen_call,
    "Reassign": ReassignRequest -> ReassignResponse by dispatch.reassign,
    "AmendTimes": AmendTimesRequest -> AmendTimesResponse by dispatch.amend_times,
    "JoinCall": JoinCallRequest -> JoinCallResponse by dispatch.join_call,
    "AcceptOffer": AcceptOfferRequest -> AcceptOfferResponse by assignment.accept_offer,
    "DeclineOffer": DeclineOfferRequest -> DeclineOfferResponse by assignment.decline_offer,
    "ReportProgress": ReportProgressRequest -> ReportProgressResponse by assignment.report_progress,
    "ClearAssignment": ClearAssignmentRequest -> ClearAssignmentResponse by assignment.clear_assignment,
}
