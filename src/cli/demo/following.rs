//! Following a stream to a revision.

use std::time::Duration;

use tokio::sync::mpsc;
use tonic::Streaming;

use super::Fault;
use super::client::Client;
use crate::grpc::pb;
use pb::watch_assignments_response::Heard;

/// Updates that may wait to be taken; whoever lets more wait slows only his own stream.
const AHEAD: usize = 4096;
/// A server that has committed a revision has shown it long before.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open stream. Its snapshot has been taken; what follows waits here.
pub(super) struct Following {
    whose: String,
    waiting: mpsc::Receiver<Result<pb::Update, String>>,
    /// Taken from the stream, and still ahead of what was asked for.
    ahead: Option<pb::Update>,
}

impl Following {
    /// Opens one. Checkpoints are as rare as can be: nobody resumes here.
    pub(super) async fn open(client: &Client, whose: &str) -> Result<(pb::Snapshot, Following), Fault> {
        let request = pb::WatchAssignmentsRequest {
            checkpoint_seconds: 300,
            ..pb::WatchAssignmentsRequest::default()
        };
        let mut stream = client.streaming().watch_assignments(request).await?.into_inner();
        let first = stream.message().await?.and_then(|message| message.heard);
        let Some(Heard::Snapshot(snapshot)) = first else {
            return Err(format!("the stream of {whose} does not begin with a snapshot").into());
        };
        let (to, waiting) = mpsc::channel(AHEAD);
        tokio::spawn(hand_on(stream, to));
        let following = Following {
            whose: whose.to_owned(),
            waiting,
            ahead: None,
        };
        Ok((snapshot, following))
    }

    /// The next update up to `revision`, where one with exactly that revision is known to come; none after it.
    pub(super) async fn next_up_to(&mut self, seen: u64, revision: u64) -> Result<Option<pb::Update>, Fault> {
        if seen >= revision {
            return Ok(None);
        }
        let update = match self.ahead.take() {
            Some(update) => update,
            None => self.take(revision).await?,
        };
        if update.revision > revision {
            self.ahead = Some(update);
            return Ok(None);
        }
        Ok(Some(update))
    }

    async fn take(&mut self, revision: u64) -> Result<pb::Update, Fault> {
        let whose = &self.whose;
        match tokio::time::timeout(PATIENCE, self.waiting.recv()).await {
            Ok(Some(Ok(update))) => Ok(update),
            Ok(Some(Err(why))) => Err(format!("the stream of {whose} ended: {why}").into()),
            Ok(None) => Err(format!("the stream of {whose} ended").into()),
            Err(_) => Err(format!("the stream of {whose} did not bring revision {revision}").into()),
        }
    }
}

/// Takes what comes, so that the server never waits for us; only updates matter.
async fn hand_on(
    mut stream: Streaming<pb::WatchAssignmentsResponse>,
    to: mpsc::Sender<Result<pb::Update, String>>,
) {
    loop {
        let heard = match stream.message().await {
            Ok(Some(message)) => message.heard.map(Ok),
            Ok(None) => Some(Err("the server closed it".to_owned())),
            Err(status) => Some(Err(status.message().to_owned())),
        };
        let over = matches!(heard, Some(Err(_)));
        let handed_on = match heard {
            Some(Ok(Heard::Update(update))) => to.send(Ok(update)).await,
            Some(Ok(Heard::Snapshot(_) | Heard::Checkpoint(_))) | None => Ok(()),
            Some(Err(why)) => to.send(Err(why)).await,
        };
        if over || handed_on.is_err() {
            return;
        }
    }
}
