//! A programme on real time, with servers in processes of their own that can be killed and started again.

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tandem::board::{Jurisdiction, Policy, Role};
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::id::{Ids, TokenId};
use tandem::store::{Store, Token};
use tokio::sync::watch;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::hiring::hire;
use super::now;
use crate::harness::Database;
use crate::harness::process::Served;
use crate::harness::town::{Client, st_louis};
use crate::history::{Finding, History, Tables, judge};

/// How many connections clients share to each server.
const CONNECTIONS: usize = 8;

/// An offer that someone could accept.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) assignment_id: String,
    pub(super) responder_id: String,
}

/// Someone who can be sent.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) responder_id: String,
    pub(super) credential_id: String,
    pub(super) shift_id: String,
}

/// What a programme has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) servers: usize,
    pub(super) dispatchers: usize,
    pub(super) clinicians: usize,
    pub(super) officers: usize,
}

/// The programme.
pub(super) struct Programme<'a> {
    pub(super) database: &'a Database,
    pub(super) history: History,
    pub(super) responders: Vec<Person>,
    /// The header of one who administers it.
    admin: String,
    /// Offers made lately, for whoever wants to answer one that is not his.
    pub(super) offers: Mutex<Vec<Offer>>,
    /// Attempts to open, accept or join.
    pub(super) tries: AtomicU64,
    dispatchers: Vec<(String, String)>,
    servers: Vec<Server>,
}

struct Server {
    process: Mutex<Option<Served>>,
    /// The connections to it; none while it is down.
    wires: watch::Sender<Option<Vec<Channel>>>,
}

async fn token(store: &Store, role: Role, subject: &str, number: u8) -> String {
    let id = TokenId::next(&mut Ids::new([number; 16]), now());
    let shown = Shown::new(id, [number; 32]);
    let token = Token {
        jurisdiction_id: Some(st_louis()),
        ..shown.kept(role, subject.to_owned(), now(), now().plus_seconds(7 * 86_400))
    };
    store.insert_token(&token).await.unwrap();
    format!("Bearer {}", shown.text())
}

impl<'a> Programme<'a> {
    /// Opens one, with everyone on shift at one base.
    pub(super) async fn open(database: &'a Database, size: Size, policy: Policy) -> Programme<'a> {
        let store = database.store().await;
        let jurisdiction = Jurisdiction {
            id: st_louis(),
            name: "St. Louis".to_owned(),
            zone: "UTC".to_owned(),
            policy,
            version: 1,
        };
        store
            .create_jurisdiction(&jurisdiction, now(), &[])
            .await
            .unwrap();
        let admin = token(&store, Role::Admin, "admin", 255).await;
        let radio = token(&store, Role::Dispatcher, "radio", 254).await;
        let mut dispatchers = Vec::new();
        for number in 0..size.dispatchers {
            let subject = format!("dispatcher-{number}");
            let header = token(&store, Role::Dispatcher, &subject, u8::try_from(number).unwrap()).await;
            dispatchers.push((subject, header));
        }
        store.close().await.unwrap();
        let mut programme = Programme {
            database,
            history: History::begin(),
            responders: Vec::new(),
            admin: admin.clone(),
            offers: Mutex::default(),
            tries: AtomicU64::new(0),
            dispatchers,
            servers: (0..size.servers)
                .map(|_| Server {
                    process: Mutex::new(None),
                    wires: watch::Sender::new(None),
                })
                .collect(),
        };
        for server in 0..size.servers {
            programme.start(server).await;
        }
        programme.found(&admin, &radio, size).await;
        programme
    }

    /// Starts a server, and gives how long it took until it said SERVING.
    pub(super) async fn start(&self, server: usize) -> Duration {
        self.start_with(server, &[]).await.expect("it starts")
    }

    /// The same with more in its environment. None: it ended before it served.
    pub(super) async fn start_with(&self, server: usize, more: &[(String, String)]) -> Option<Duration> {
        let began = Instant::now();
        let (url, more) = (self.database.url().to_owned(), more.to_owned());
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.history.servers_log())
            .unwrap();
        let served = tokio::task::spawn_blocking(move || {
            let more: Vec<_> = more
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            Served::try_start(&url, &more, log)
        });
        let served = served.await.unwrap()?;
        let endpoint = Channel::from_shared(format!("http://{}", served.address)).unwrap();
        let mut health = HealthClient::new(endpoint.connect().await.ok()?);
        let asked = HealthCheckRequest::default();
        let serving = health.check(asked).await.ok()?.into_inner().status();
        assert_eq!(serving, ServingStatus::Serving);
        let took = began.elapsed();
        let wires = (0..CONNECTIONS).map(|_| endpoint.connect_lazy()).collect();
        *self.process(server) = Some(served);
        self.servers[server].wires.send_replace(Some(wires));
        Some(took)
    }

    /// Sends a signal to a server.
    pub(super) fn signal(&self, server: usize, name: &str) {
        if let Some(served) = self.process(server).as_ref() {
            served.signal(name);
        }
    }

    /// Waits until a server has ended by itself, at most so long. `false`: it has not.
    pub(super) async fn ends_within(&self, server: usize, most: Duration) -> bool {
        let mut look = tokio::time::interval(Duration::from_millis(5));
        let ended = async {
            loop {
                let gone = self.process(server).as_mut().is_none_or(Served::has_ended);
                if gone {
                    return;
                }
                look.tick().await;
            }
        };
        tokio::time::timeout(most, ended).await.is_ok()
    }

    /// Where a server listens; none while it is down.
    pub(super) fn address(&self, server: usize) -> Option<SocketAddr> {
        self.process(server).as_ref().map(|served| served.address)
    }

    /// Takes a server out of the programme, to be ended in some other way than by a kill.
    pub(super) fn take(&self, server: usize) -> Option<Served> {
        self.servers[server].wires.send_replace(None);
        self.process(server).take()
    }

    /// SIGKILL, under whatever it is doing.
    pub(super) fn kill(&self, server: usize) {
        self.servers[server].wires.send_replace(None);
        if let Some(served) = self.process(server).take() {
            served.kill();
        }
    }

    fn process(&self, server: usize) -> std::sync::MutexGuard<'_, Option<Served>> {
        let process = self.servers[server].process.lock();
        process.unwrap_or_else(PoisonError::into_inner)
    }

    /// How many servers there are, also those that are down.
    pub(super) fn servers(&self) -> usize {
        self.servers.len()
    }

    /// The dispatcher's subject.
    pub(super) fn subject(&self, dispatcher: usize) -> &str {
        &self.dispatchers[dispatcher].0
    }

    /// The dispatcher at this server, or at the next one if it is down; waits while none is up.
    pub(super) async fn reach(&self, dispatcher: usize, server: usize) -> (usize, Client) {
        let header = &self.dispatchers[dispatcher].1;
        let count = self.servers();
        loop {
            let any = (0..count).map(|step| (server + step) % count).find_map(|server| {
                let wires = self.servers[server].wires.borrow();
                let wire = wires
                    .as_ref()
                    .map(|wires| wires[dispatcher % CONNECTIONS].clone());
                wire.map(|wire| (server, Client::over(wire, header)))
            });
            if let Some(found) = any {
                return found;
            }
            let mut back = self.servers[server].wires.subscribe();
            // The sender lives as long as the programme.
            let _ = back.wait_for(Option::is_some).await;
        }
    }

    /// Judges what has happened so far.
    pub(super) async fn judged(&self) -> Vec<Finding> {
        let tables = Tables::read(self.database, &st_louis(), now()).await;
        judge(&self.history.lines(), &tables)
    }

    /// The tables as a crash has left them tell one story, before any server has mended anything.
    pub(super) async fn judge_what_is_left(&self) {
        let store = self.database.store().await;
        let differences = store.check(&st_louis()).await.unwrap().differences;
        store.close().await.unwrap();
        assert_eq!(differences, Vec::<String>::new());
    }

    /// Judges, and fails with the rules that do not hold.
    pub(super) async fn holds(self) {
        let found = self.judged().await;
        if !found.is_empty() {
            let path = self.history.keep();
            let few: Vec<_> = found.iter().take(20).collect();
            panic!(
                "{} findings, the first {few:#?}; the history is {}",
                found.len(),
                path.display()
            );
        }
    }

    /// Someone with this header, at the first server.
    fn at_the_first(&self, header: &str) -> Client {
        let wires = self.servers[0].wires.borrow();
        let wire = wires.as_ref().map(|wires| wires[0].clone());
        Client::over(wire.unwrap(), header)
    }

    /// Every responder is called differently, has lost his credential and his shift, and the policy is another.
    pub(super) async fn change_everything(&self) {
        let admin = self.at_the_first(&self.admin);
        for (number, person) in self.responders.iter().enumerate() {
            let request_id = |what: &str| format!("{what}-{number}");
            let found = pb::GetResponderRequest {
                responder_id: person.responder_id.clone(),
            };
            let found = admin.roster().get_responder(found).await.unwrap().into_inner();
            let known = found.responder.unwrap();
            let renamed = pb::UpdateResponderRequest {
                request_id: request_id("rename"),
                expected_version: known.version,
                responder: Some(pb::Responder {
                    name: request_id("another"),
                    call_sign: request_id("other"),
                    ..known
                }),
                update_mask: mask(&["name", "call_sign"]),
            };
            admin.roster().update_responder(renamed).await.unwrap();
            let revoked = pb::RevokeCredentialRequest {
                request_id: request_id("revoke"),
                responder_id: person.responder_id.clone(),
                credential_id: person.credential_id.clone(),
            };
            admin.roster().revoke_credential(revoked).await.unwrap();
            // Signing on has told when it really began.
            let found = pb::GetShiftRequest {
                shift_id: person.shift_id.clone(),
            };
            let found = admin.schedule().get_shift(found).await.unwrap().into_inner();
            let cancelled = pb::CancelShiftRequest {
                request_id: request_id("cancel"),
                shift_id: person.shift_id.clone(),
                expected_version: found.shift.unwrap().version,
            };
            admin.schedule().cancel_shift(cancelled).await.unwrap();
        }
        let policy = pb::Policy {
            travel_speed_kilometers_per_hour: 80,
            runners_up: 1,
            ..Default::default()
        };
        let policy = pb::UpdateJurisdictionRequest {
            request_id: "policy".to_owned(),
            jurisdiction: Some(pb::Jurisdiction {
                jurisdiction_id: st_louis().to_string(),
                policy: Some(policy),
                ..Default::default()
            }),
            update_mask: mask(&["policy.travel_speed_kilometers_per_hour", "policy.runners_up"]),
            expected_version: 1,
        };
        admin.admin().update_jurisdiction(policy).await.unwrap();
    }

    async fn found(&mut self, admin: &str, radio: &str, size: Size) {
        let (admin, radio) = (self.at_the_first(admin), self.at_the_first(radio));
        for agency_id in ["clinician", "officer"] {
            let agency = pb::CreateAgencyRequest {
                request_id: agency_id.to_owned(),
                jurisdiction_id: st_louis().to_string(),
                agency_id: agency_id.to_owned(),
                name: agency_id.to_owned(),
            };
            admin.admin().create_agency(agency).await.unwrap();
        }
        let clinicians = (0..size.clinicians).map(|place| ("clinician", "LCSW", place));
        let officers = (0..size.officers).map(|place| ("officer", "CIT", place));
        for (discipline, code, place) in clinicians.chain(officers) {
            let person = hire(&admin, &radio, place, discipline, code).await;
            self.responders.push(person);
        }
    }
}

fn mask(paths: &[&str]) -> Option<prost_types::FieldMask> {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    Some(prost_types::FieldMask { paths })
}
