//! Someone who follows a stream, is cut off, and goes on with his token at whichever server he finds.

use std::time::{Duration, Instant};

use tandem::board::Role;
use tandem::cli::demo::Chance;
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tandem::id::{Ids, TokenId};
use tandem::store::{Store, Token};
use tokio::sync::watch;
use tonic::Status;
use tonic::transport::Channel;

use super::now;
use super::programme::Programme;
use crate::harness::town::{Client, reason, st_louis};
use crate::history::subscriber::{End, Happening, Line, Subscriber};

/// What a follower is told while he follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Go on.
    Follow,
    /// Let go, and wait.
    Rest,
    /// It is over, and this was the head: catch up, and come to an end.
    Finish(u64),
}

/// How a follower behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// How long his streams live before they are cut, milliseconds: at least and at most.
    pub(super) life: (i64, i64),
    /// How long he thinks about each message.
    pub(super) thinks: Option<Duration>,
}

/// A follower.
pub(super) struct Follower<'a> {
    pub(super) programme: &'a Programme<'a>,
    pub(super) store: &'a Store,
    pub(super) subscriber: Subscriber,
    pub(super) header: String,
    pub(super) manner: Manner,
    pub(super) chance: Chance,
    pub(super) began: Instant,
}

/// How long he tries to reach the end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The token he holds, and the revision that it stands for.
type Held = Option<(u64, String)>;

/// Keeps a token for someone and gives the header that shows it.
pub(super) async fn token_for(
    store: &Store,
    number: u32,
    role: Role,
    subject: &str,
    (agency_id, responder_id): (Option<&str>, Option<&str>),
) -> (TokenId, String) {
    let mut seed = [0xee; 16];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    let id = TokenId::next(&mut Ids::new(seed), now());
    let shown = Shown::new(id, [0xee; 32]);
    let token = Token {
        jurisdiction_id: Some(st_louis()),
        agency_id: agency_id.map(|id| id.parse().unwrap()),
        responder_id: responder_id.map(|id| id.parse().unwrap()),
        ..shown.kept(role, subject.to_owned(), now(), now().plus_seconds(86_400))
    };
    store.insert_token(&token).await.unwrap();
    (id, format!("Bearer {}", shown.text()))
}

impl Follower<'_> {
    /// Follows until it is over, and gives the log.
    pub(super) async fn follow(&self, mut word: watch::Receiver<Word>) -> Vec<Line> {
        let mut log = Vec::new();
        let mut held: Held = None;
        let mut finishing: Option<Instant> = None;
        for stream in 0_u64.. {
            let said = *word.borrow_and_update();
            match said {
                Word::Follow => self.one_stream(stream, &mut log, &mut held, &mut word).await,
                Word::Rest => word.changed().await.unwrap(),
                Word::Finish(head) => {
                    let reached = held.as_ref().map_or(0, |(revision, _)| *revision) >= head;
                    // Whoever does not get there is found by Reliable.
                    let since = *finishing.get_or_insert_with(Instant::now);
                    if reached || since.elapsed() > PATIENCE {
                        break;
                    }
                    self.catch_up(stream, &mut log, &mut held).await;
                }
            }
        }
        log
    }

    fn at(&self) -> Duration {
        self.began.elapsed()
    }

    fn drawn(&self, low: i64, high: i64, stream: u64, what: &str) -> i64 {
        let asked = [self.subscriber.name.as_str(), &stream.to_string(), what];
        self.chance.between(low, high, &asked)
    }

    /// A connection of his own to one of the servers, and which.
    async fn connect(&self, stream: u64) -> (usize, Option<Client>) {
        let wished = usize::try_from(self.drawn(0, 63, stream, "server")).unwrap();
        let server = wished % self.programme.servers();
        let Some(address) = self.programme.address(server) else {
            return (server, None);
        };
        let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
        let wire = endpoint.connect().await.ok();
        (server, wire.map(|wire| Client::over(wire, &self.header)))
    }

    async fn begin(&self, stream: u64, log: &mut Vec<Line>, held: &Held) -> Option<Client> {
        let (server, client) = self.connect(stream).await;
        if client.is_none() {
            // It is down: a moment later it may be up, or another is.
            let mut breath = tokio::time::interval(Duration::from_millis(20));
            breath.tick().await;
            breath.tick().await;
            return None;
        }
        log.push(Line::Began {
            server,
            after: held.as_ref().map(|(revision, _)| *revision),
            at: self.at(),
        });
        client
    }

    async fn one_stream(
        &self,
        stream: u64,
        log: &mut Vec<Line>,
        held: &mut Held,
        word: &mut watch::Receiver<Word>,
    ) {
        let Some(client) = self.begin(stream, log, held).await else {
            return;
        };
        let (least, most) = self.manner.life;
        let life = Duration::from_millis(self.drawn(least, most, stream, "life").unsigned_abs());
        let followed = tokio::select! {
            ended = self.listen(&client, log, held) => Some(ended),
            () = expired(life) => None,
            _ = word.changed() => None,
        };
        let how = match followed {
            Some(status) => self.told(&status, held).await,
            None => End::Cut,
        };
        log.push(Line::Ended { how, at: self.at() });
    }

    /// Writes down what he hears, until the server ends it.
    async fn listen(&self, client: &Client, log: &mut Vec<Line>, held: &mut Held) -> Status {
        let request = pb::WatchAssignmentsRequest {
            resume_token: token_of(held),
            checkpoint_seconds: 15,
            filter: Some(self.subscriber.filter.clone()),
        };
        let mut streaming = client.streaming();
        let mut stream = match streaming.watch_assignments(request).await {
            Ok(stream) => stream.into_inner(),
            Err(status) => return status,
        };
        let mut thinking = self.manner.thinks.map(tokio::time::interval);
        loop {
            let message = match stream.message().await {
                Ok(Some(message)) => message,
                Ok(None) => return Status::unknown("it ended without a word"),
                Err(status) => return status,
            };
            let token = match message.heard.unwrap() {
                Heard::Snapshot(snapshot) => {
                    let revision = snapshot.revision;
                    log.push(Line::Snapshot {
                        revision,
                        at: self.at(),
                    });
                    snapshot.resume_token
                }
                Heard::Update(update) => {
                    self.write_update(&update, log);
                    update.resume_token
                }
                Heard::Checkpoint(checkpoint) => {
                    let revision = checkpoint.revision;
                    log.push(Line::Checkpoint {
                        revision,
                        at: self.at(),
                    });
                    checkpoint.resume_token
                }
            };
            *held = log
                .last()
                .and_then(Line::position)
                .map(|revision| (revision, token));
            if let Some(thinking) = &mut thinking {
                thinking.tick().await;
            }
        }
    }

    fn write_update(&self, update: &pb::Update, log: &mut Vec<Line>) {
        log.push(Line::Update {
            revision: update.revision,
            previous: update.previous_revision,
            operation_id: update.operation_id.clone(),
            events: update.events.iter().map(Happening::heard).collect(),
            at: self.at(),
        });
    }

    /// What the end means for his token.
    async fn told(&self, status: &Status, held: &mut Held) -> End {
        let reason = reason(status);
        if reason.is_empty() {
            return End::Broken;
        }
        let floor = self.store.head(&st_louis()).await.unwrap().floor_revision;
        if reason.starts_with("RESUME_TOKEN") || reason == "INVALID_RESUME_TOKEN" {
            *held = None;
        }
        End::Told { reason, floor }
    }

    /// By the unary twin, page by page, until nothing more is there.
    async fn catch_up(&self, stream: u64, log: &mut Vec<Line>, held: &mut Held) {
        let Some(client) = self.begin(stream, log, held).await else {
            return;
        };
        let how = loop {
            let request = pb::ListEventsRequest {
                resume_token: token_of(held),
                filter: Some(self.subscriber.filter.clone()),
                page_size: 100,
            };
            let page = match client.streaming().list_events(request).await {
                Ok(page) => page.into_inner(),
                Err(status) => break self.told(&status, held).await,
            };
            let fresh = held.is_none();
            let (revision, at) = (page.revision, self.at());
            if fresh {
                log.push(Line::Snapshot { revision, at });
            }
            page.updates
                .iter()
                .for_each(|update| self.write_update(update, log));
            if !fresh {
                log.push(Line::Checkpoint { revision, at });
            }
            *held = Some((revision, page.resume_token));
            if page.caught_up {
                break End::Cut;
            }
        };
        log.push(Line::Ended { how, at: self.at() });
    }
}

fn token_of(held: &Held) -> String {
    held.as_ref().map(|(_, token)| token.clone()).unwrap_or_default()
}

async fn expired(life: Duration) {
    let mut life = tokio::time::interval_at(tokio::time::Instant::now() + life, Duration::from_secs(1));
    life.tick().await;
}
