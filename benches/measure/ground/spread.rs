//! The bare thing beside a watched board: a tonic server that sends each of its streams the same update, made once.
//!
//! It has no journal, no rights and no filters: what it takes is what gRPC takes on this machine.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use tandem::clock::Clock;
use tandem::grpc::pb::streaming_service_client::StreamingServiceClient;
use tandem::grpc::pb::streaming_service_server::{StreamingService, StreamingServiceServer};
use tandem::grpc::pb::watch_assignments_response::Heard;
use tandem::grpc::pb::{self, ListEventsRequest, ListEventsResponse, WatchAssignmentsResponse};
use tokio::sync::broadcast;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

/// How many updates may wait for a stream: one is spread at a time.
const WAITING: usize = 16;

pub(crate) struct Spread {
    clock: Clock,
    updates: broadcast::Sender<WatchAssignmentsResponse>,
}

/// The bare server's service: its `ListEvents` sends an update to whoever watches.
pub(crate) fn service() -> StreamingServiceServer<Spread> {
    let (updates, _) = broadcast::channel(WAITING);
    let clock = Clock::process();
    StreamingServiceServer::new(Spread { clock, updates })
}

/// Has the bare server send an update.
pub(crate) async fn spread(to: &Channel) {
    let mut streaming = StreamingServiceClient::new(to.clone());
    streaming.list_events(ListEventsRequest::default()).await.unwrap();
}

#[tonic::async_trait]
impl StreamingService for Spread {
    type WatchAssignmentsStream =
        Pin<Box<dyn Stream<Item = Result<WatchAssignmentsResponse, Status>> + Send>>;

    async fn watch_assignments(
        &self,
        _: Request<pb::WatchAssignmentsRequest>,
    ) -> Result<Response<Self::WatchAssignmentsStream>, Status> {
        let first = wrap(Heard::Snapshot(pb::Snapshot::default()));
        let heard = self.updates.subscribe();
        let following = stream::unfold(heard, async |mut heard| {
            let update = heard.recv().await.ok()?;
            Some((Ok(update), heard))
        });
        let all = stream::iter([Ok(first)]).chain(following);
        Ok(Response::new(Box::pin(all)))
    }

    async fn list_events(
        &self,
        _: Request<ListEventsRequest>,
    ) -> Result<Response<ListEventsResponse>, Status> {
        // Nobody may be watching yet.
        let _ = self.updates.send(wrap(Heard::Update(update(&self.clock))));
        Ok(Response::new(ListEventsResponse::default()))
    }
}

fn wrap(heard: Heard) -> WatchAssignmentsResponse {
    WatchAssignmentsResponse { heard: Some(heard) }
}

/// As large as that of a duty status.
fn update(clock: &Clock) -> pb::Update {
    let micros = clock.now().micros();
    let at = prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap(),
    };
    let id = "0197a0b0-0000-7000-8000-000000000001".to_owned();
    let reporter = pb::Reporter {
        subject: "dispatcher-1".to_owned(),
        ..Default::default()
    };
    let duty = pb::DutyStatus {
        responder_id: id.clone(),
        since: Some(at),
        reporter: Some(reporter.clone()),
        ..Default::default()
    };
    let event = pb::Event {
        kind: pb::EventKind::DutyChanged.into(),
        responder_id: id.clone(),
        occurred_at: Some(at),
        reporter: Some(reporter),
        after: Some(pb::event::After::DutyStatus(duty)),
        ..Default::default()
    };
    pb::Update {
        revision: 1_000,
        previous_revision: 999,
        operation_id: id.clone(),
        request_id: id,
        recorded_at: Some(at),
        resume_token: "x".repeat(66),
        events: vec![event],
        ..Default::default()
    }
}
