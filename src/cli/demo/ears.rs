//! The streams: what the dispatcher sees, and what each responder hears.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tonic::Streaming;

use super::Trouble;
use super::hand::Hand;
use crate::grpc::pb;
use crate::grpc::pb::watch_assignments_response::Heard;

/// How often a stream says something when nothing happens, seconds.
const CHECKPOINT_SECONDS: u32 = 60;

/// A stream, read as it comes, and how far it has come. A stream that is open and not read would fill its connection.
pub(super) struct Ear {
    updates: Arc<Mutex<Vec<pb::Update>>>,
    revision: watch::Receiver<u64>,
}

impl Ear {
    /// Opens a stream from a snapshot.
    pub(super) async fn open(hand: &Hand) -> Result<Ear, Trouble> {
        let request = pb::WatchAssignmentsRequest {
            checkpoint_seconds: CHECKPOINT_SECONDS,
            ..Default::default()
        };
        let mut stream = hand.streaming().watch_assignments(request).await?.into_inner();
        let first = stream.message().await?.and_then(|message| message.heard);
        let Some(Heard::Snapshot(snapshot)) = first else {
            return Err("a snapshot comes first".into());
        };
        let updates = Arc::new(Mutex::new(Vec::new()));
        let (reached, revision) = watch::channel(snapshot.revision);
        tokio::spawn(read(stream, Arc::clone(&updates), reached));
        Ok(Ear { updates, revision })
    }

    /// Everything up to this revision, once the stream has come so far. It is only asked for what it will see.
    pub(super) async fn up_to(&mut self, revision: u64) -> Result<Vec<pb::Update>, Trouble> {
        let ended = |_| "the stream ended";
        self.revision
            .wait_for(|reached| *reached >= revision)
            .await
            .map_err(ended)?;
        let mut updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        let later = updates.partition_point(|update| update.revision <= revision);
        Ok(updates.drain(..later).collect())
    }
}

/// Reads to the end of the stream.
async fn read(
    mut stream: Streaming<pb::WatchAssignmentsResponse>,
    updates: Arc<Mutex<Vec<pb::Update>>>,
    reached: watch::Sender<u64>,
) {
    while let Ok(Some(message)) = stream.message().await {
        let revision = match message.heard {
            Some(Heard::Update(update)) => {
                let revision = update.revision;
                let mut updates = updates.lock().unwrap_or_else(PoisonError::into_inner);
                updates.push(update);
                revision
            }
            Some(Heard::Checkpoint(checkpoint)) => checkpoint.revision,
            Some(Heard::Snapshot(_)) | None => continue,
        };
        reached.send_modify(|reached| *reached = (*reached).max(revision));
    }
}
