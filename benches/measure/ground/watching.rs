//! Subscribers by the thousand: streams over a hundred connections, each a task that notes when it heard what.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tandem::clock::Clock;
use tandem::grpc::pb::streaming_service_client::StreamingServiceClient;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tandem::grpc::pb::{EventFilter, WatchAssignmentsRequest, WatchAssignmentsResponse};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::transport::Channel;
use tonic::{Code, Streaming};

use super::caller::{Header, connections, showing};
use super::figures::Latencies;

/// Over how many connections.
pub(crate) const CONNECTIONS: usize = 100;
/// Longer than this no measurement waits.
const PATIENCE: Duration = Duration::from_secs(180);

/// Open streams.
pub(crate) struct Watchers {
    tasks: JoinSet<(usize, String, Latencies)>,
    seen: Arc<Seen>,
    over: watch::Sender<bool>,
    many: usize,
}

/// What all of them together have heard.
#[derive(Default)]
struct Seen {
    begun: AtomicUsize,
    updates: AtomicUsize,
    /// How many stand at the revision that is waited for, or beyond.
    arrived: AtomicUsize,
    turned_away: AtomicUsize,
    goal: AtomicU64,
}

impl Watchers {
    /// Opens a stream for each header, and waits until each has its first message. With tokens they resume, and the
    /// first message may be an update.
    pub(crate) async fn open(
        address: SocketAddr,
        headers: &[Header],
        tokens: Option<Vec<String>>,
        filter: Option<EventFilter>,
        goal: u64,
    ) -> Watchers {
        let (over, told) = watch::channel(false);
        let seen = Arc::new(Seen::default());
        seen.goal.store(goal, Ordering::SeqCst);
        let channels = connections(address, CONNECTIONS.min(headers.len())).await;
        let clock = Clock::process();
        let mut tasks = JoinSet::new();
        for (n, header) in headers.iter().enumerate() {
            let request = WatchAssignmentsRequest {
                resume_token: tokens
                    .as_ref()
                    .map_or_else(String::new, |tokens| tokens[n].clone()),
                checkpoint_seconds: 300,
                filter: filter.clone(),
            };
            let channel = channels[n % channels.len()].clone();
            let (seen, told, clock) = (Arc::clone(&seen), told.clone(), clock.clone());
            let header = header.clone();
            tasks.spawn(async move {
                let (token, latencies) = follow(channel, header, request, seen, told, clock).await;
                (n, token, latencies)
            });
        }
        let watchers = Watchers {
            tasks,
            seen,
            over,
            many: headers.len(),
        };
        if tokens.is_none() {
            watchers.wait(|seen| seen.begun.load(Ordering::SeqCst)).await;
        }
        watchers
    }

    /// Waits until each of them has heard so many updates.
    pub(crate) async fn all_heard(&self, updates: usize) {
        self.wait(|seen| seen.updates.load(Ordering::SeqCst) / updates.max(1))
            .await;
    }

    /// Waits until each of them has reached the revision of the goal.
    pub(crate) async fn all_arrived(&self) {
        self.wait(|seen| seen.arrived.load(Ordering::SeqCst)).await;
    }

    /// How often one was turned away and asked again.
    pub(crate) fn turned_away(&self) -> usize {
        self.seen.turned_away.load(Ordering::SeqCst)
    }

    async fn wait(&self, how_many: impl Fn(&Seen) -> usize) {
        let started = Instant::now();
        let mut pace = tokio::time::interval(Duration::from_millis(2));
        while how_many(&self.seen) < self.many {
            pace.tick().await;
            let (so_far, waited) = (how_many(&self.seen), started.elapsed());
            assert!(
                waited < PATIENCE,
                "after {waited:?} only {so_far} of {} are there",
                self.many
            );
        }
    }

    /// Ends every stream; gives each one's last token, in the order of the headers, and all latencies: from the moment in the door, before the
    /// commit, to the message in hand.
    pub(crate) async fn close(mut self) -> (Vec<String>, Latencies) {
        self.over.send_replace(true);
        let (mut tokens, mut latencies) = (Vec::new(), Latencies::default());
        while let Some(ended) = self.tasks.join_next().await {
            let (n, token, some) = ended.unwrap();
            tokens.push((n, token));
            latencies.join(some);
        }
        tokens.sort_unstable();
        (tokens.into_iter().map(|(_, token)| token).collect(), latencies)
    }
}

async fn follow(
    channel: Channel,
    header: Header,
    request: WatchAssignmentsRequest,
    seen: Arc<Seen>,
    mut told: watch::Receiver<bool>,
    clock: Clock,
) -> (String, Latencies) {
    let mut token = request.resume_token.clone();
    let mut latencies = Latencies::default();
    let goal = seen.goal.load(Ordering::SeqCst);
    let mut arrived = false;
    let mut stream = begin(channel, &header, request, &seen).await;
    loop {
        let message = tokio::select! {
            message = stream.message() => message.unwrap().expect("a stream has no end of its own"),
            _ = told.wait_for(|over| *over) => return (token, latencies),
        };
        let revision = match message.heard.unwrap() {
            Heard::Snapshot(snapshot) => {
                token = snapshot.resume_token;
                seen.begun.fetch_add(1, Ordering::SeqCst);
                snapshot.revision
            }
            Heard::Update(update) => {
                let recorded_at = update.recorded_at.unwrap();
                let recorded_at = recorded_at.seconds * 1_000_000 + i64::from(recorded_at.nanos) / 1_000;
                let micros = (clock.now().micros() - recorded_at).max(0).unsigned_abs();
                latencies.add(Duration::from_micros(micros));
                token = update.resume_token;
                seen.updates.fetch_add(1, Ordering::SeqCst);
                update.revision
            }
            Heard::Checkpoint(checkpoint) => {
                token = checkpoint.resume_token;
                checkpoint.revision
            }
        };
        if revision >= goal && !arrived {
            arrived = true;
            seen.arrived.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Opens the stream; a server that is too busy for it is asked again a second later, as its answer says.
async fn begin(
    channel: Channel,
    header: &Header,
    request: WatchAssignmentsRequest,
    seen: &Seen,
) -> Streaming<WatchAssignmentsResponse> {
    let mut streaming = StreamingServiceClient::new(channel);
    loop {
        match streaming
            .watch_assignments(showing(header, request.clone()))
            .await
        {
            Ok(opened) => return opened.into_inner(),
            Err(status) if status.code() == Code::Unavailable => {
                seen.turned_away.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(status) => panic!("{status}"),
        }
    }
}
