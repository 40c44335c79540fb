//! A small town behind a real server: clinicians and officers on shift, signed on and near, a dispatcher, and a clock that
//! the test turns.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tandem::board::Role;
use tandem::clock::Clock;
use tandem::desk::Desk;
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::grpc::server::{Setup, bind, serve};
use tandem::id::{Ids, JurisdictionId, TokenId};
use tandem::moment::Moment;
use tandem::store::{Store, Token};
use tonic::transport::Channel;

use super::client::Bearer;
pub(crate) use super::client::{
    Client, admin_token, by_id, contact, fields, heard_since, point, reason, scene, token_of,
};
use super::{Database, on_each_database};

/// 2026-06-01T17:00:00Z: noon in St. Louis, a Monday.
pub(crate) const NOON: Moment = Moment::from_seconds(1_780_333_200);
/// The secret half of every token here.
const SECRET: [u8; 32] = [4; 32];

/// A responder with his own token.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) client: Client,
}

/// The town.
pub(crate) struct Town {
    pub(crate) store: Store,
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) address: SocketAddr,
    pub(crate) dispatcher: Client,
    pub(crate) admin: Client,
    pub(crate) clinicians: Vec<Member>,
    pub(crate) officers: Vec<Member>,
    channel: Channel,
    requests: AtomicU64,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
}

/// Runs a test in such a town, over each database.
pub(crate) fn in_each_town(clinicians: usize, officers: usize, test: impl AsyncFn(&Town)) {
    on_each_database(async |database| {
        let town = Town::open(database, clinicians, officers).await;
        test(&town).await;
        town.close().await;
    });
}

pub(crate) fn st_louis() -> JurisdictionId {
    "st-louis".parse().unwrap()
}

impl Town {
    pub(crate) async fn open(database: &Database, clinicians: usize, officers: usize) -> Town {
        let mut town = Town::empty(database).await;
        town.found().await;
        for place in 0..clinicians {
            let member = town.hire("clinician", "bhr", "LCSW", place).await;
            town.clinicians.push(member);
        }
        for place in 0..officers {
            let member = town.hire("officer", "slmpd", "CIT", place).await;
            town.officers.push(member);
        }
        town
    }

    /// A server over this database, and nobody in it.
    pub(crate) async fn empty(database: &Database) -> Town {
        let mut town = Town::serving(database, Clock::cranked(NOON), [3; 16]).await;
        town.admin = town.client(Role::Admin, "root", None).await;
        town.dispatcher = town.client(Role::Dispatcher, "dana", None).await;
        town
    }

    /// Another server over the same database, for the same people and under the same clock.
    pub(crate) async fn beside(database: &Database, first: &Town) -> Town {
        let mut town = Town::serving(database, first.clock.clone(), [5; 16]).await;
        let at_this_one = |client: &Client| Client {
            channel: town.channel.clone(),
            bearer: client.bearer.clone(),
        };
        let members = |members: &[Member]| {
            let here = members.iter().map(|member| Member {
                id: member.id.clone(),
                client: at_this_one(&member.client),
            });
            here.collect()
        };
        let (admin, dispatcher) = (at_this_one(&first.admin), at_this_one(&first.dispatcher));
        let (clinicians, officers) = (members(&first.clinicians), members(&first.officers));
        (town.admin, town.dispatcher) = (admin, dispatcher);
        (town.clinicians, town.officers) = (clinicians, officers);
        town
    }

    async fn serving(database: &Database, clock: Clock, seed: [u8; 16]) -> Town {
        let store = database.store().await;
        let desk = Desk::open(store.clone(), clock.clone(), seed, 72).await.unwrap();
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let setup = Setup {
            tls: None,
            reflection: true,
            max_connections: 1000,
            shutdown: Duration::from_secs(10),
        };
        let serving = serve(desk.clone(), listener, setup, async {
            let _ = stopped.await;
        });
        let served = tokio::spawn(async move { serving.await.unwrap() });
        let channel = Channel::from_shared(format!("http://{address}"))
            .unwrap()
            .connect()
            .await
            .unwrap();
        let nobody = Client {
            channel: channel.clone(),
            bearer: Bearer(None),
        };
        Town {
            store,
            desk,
            clock,
            address,
            dispatcher: nobody.clone(),
            admin: nobody,
            clinicians: Vec::new(),
            officers: Vec::new(),
            channel,
            requests: AtomicU64::new(0),
            stop: Some(stop),
            served: Some(served),
        }
    }

    /// The jurisdiction and its two agencies.
    async fn found(&self) {
        let mut admin = self.installer().await.admin();
        let jurisdiction = pb::CreateJurisdictionRequest {
            request_id: self.request_id(),
            jurisdiction_id: st_louis().to_string(),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
        };
        admin.create_jurisdiction(jurisdiction).await.unwrap();
        for agency_id in ["bhr", "slmpd"] {
            let agency = pb::CreateAgencyRequest {
                request_id: self.request_id(),
                jurisdiction_id: st_louis().to_string(),
                agency_id: agency_id.to_owned(),
                name: agency_id.to_owned(),
            };
            admin.create_agency(agency).await.unwrap();
        }
    }

    /// Someone on shift from morning to night, signed on, the nearer the lower his place.
    pub(crate) async fn hire(&self, discipline: &str, agency_id: &str, code: &str, place: usize) -> Member {
        let mut roster = self.admin.roster();
        let responder = pb::CreateResponderRequest {
            request_id: self.request_id(),
            agency_id: agency_id.to_owned(),
            discipline: discipline.to_owned(),
            name: format!("{discipline} {place}"),
            call_sign: format!("{discipline}-{place}"),
            ..Default::default()
        };
        let created = roster.create_responder(responder).await.unwrap().into_inner();
        let id = created.responder.unwrap().responder_id;
        let credential = pb::GrantCredentialRequest {
            request_id: self.request_id(),
            responder_id: id.clone(),
            code: code.to_owned(),
            ..Default::default()
        };
        roster.grant_credential(credential).await.unwrap();
        self.put_on_shift(agency_id, &id, "2026-06-01T06:00", "2026-06-01T23:00")
            .await;
        let subject = id.parse().unwrap();
        let client = self.client(Role::Responder, &id, Some(subject)).await;
        let member = Member { id, client };
        self.sign_on(&member).await;
        self.place(&member, place).await;
        member
    }

    /// A published shift of his, between these local times.
    pub(crate) async fn put_on_shift(
        &self,
        agency_id: &str,
        responder_id: &str,
        start: &str,
        end: &str,
    ) -> pb::Shift {
        let mut schedule = self.admin.schedule();
        let local = |local: &str| {
            Some(pb::LocalTime {
                local: local.to_owned(),
                occurrence: 0,
            })
        };
        let draft = pb::CreateShiftRequest {
            request_id: self.request_id(),
            agency_id: agency_id.to_owned(),
            responder_id: responder_id.to_owned(),
            local_start: local(start),
            local_end: local(end),
            ..Default::default()
        };
        let drafted = schedule.create_shift(draft).await.unwrap().into_inner();
        let drafted = drafted.shift.unwrap();
        let publish = pb::PublishShiftRequest {
            request_id: self.request_id(),
            shift_id: drafted.shift_id,
            expected_version: drafted.version,
            ..Default::default()
        };
        let published = schedule.publish_shift(publish).await.unwrap().into_inner();
        published.shift.unwrap()
    }

    pub(crate) async fn sign_on(&self, member: &Member) {
        self.set_duty(member, pb::Duty::Available, "").await;
    }

    pub(crate) async fn sign_off(&self, member: &Member) {
        self.set_duty(member, pb::Duty::NotAvailable, "off").await;
    }

    pub(crate) async fn set_duty(&self, member: &Member, primary: pb::Duty, secondary: &str) {
        let change = pb::DutyChange {
            responder_id: member.id.clone(),
            primary: primary.into(),
            secondary: secondary.to_owned(),
            ..Default::default()
        };
        let request = pb::SetDutyStatusRequest {
            request_id: self.request_id(),
            changes: vec![change],
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        member
            .client
            .availability()
            .set_duty_status(request)
            .await
            .unwrap();
    }

    /// Reports him so many steps of a kilometre or so away from the scene.
    pub(crate) async fn place(&self, member: &Member, steps: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
        let away = 0.01 * (steps as f64 + 1.0);
        let position = pb::ReportedPosition {
            responder_id: member.id.clone(),
            location: Some(point(scene().latitude + away, scene().longitude)),
            ..Default::default()
        };
        let request = pb::ReportPositionRequest {
            positions: vec![position],
        };
        member
            .client
            .availability()
            .report_position(request)
            .await
            .unwrap();
    }

    /// Someone with a token for this jurisdiction.
    pub(crate) async fn client(
        &self,
        role: Role,
        subject: &str,
        responder_id: Option<tandem::id::ResponderId>,
    ) -> Client {
        let token = self.token(role, subject, responder_id, Some(st_louis()));
        self.client_with(token).await
    }

    /// One who administers the installation.
    pub(crate) async fn installer(&self) -> Client {
        let token = self.token(Role::Admin, "installer", None, None);
        self.client_with(token).await
    }

    /// A token as the command line makes them, in force for a day.
    pub(crate) fn token(
        &self,
        role: Role,
        subject: &str,
        responder_id: Option<tandem::id::ResponderId>,
        jurisdiction_id: Option<JurisdictionId>,
    ) -> Token {
        let mut seed = [9; 16];
        seed[..8].copy_from_slice(&self.requests.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let shown = Shown::new(TokenId::next(&mut Ids::new(seed), NOON), SECRET);
        let now = self.clock.now();
        Token {
            jurisdiction_id,
            responder_id,
            ..shown.kept(role, subject.to_owned(), now, now.plus_seconds(86_400))
        }
    }

    /// Keeps the token and gives whoever holds it.
    pub(crate) async fn client_with(&self, token: Token) -> Client {
        let header = self.header_of(token).await;
        self.showing(&header)
    }

    /// Keeps the token and gives the header that shows it.
    pub(crate) async fn header_of(&self, token: Token) -> String {
        self.store.insert_token(&token).await.unwrap();
        format!("Bearer {}", Shown::new(token.id, SECRET).text())
    }

    /// Someone who shows this in his authorization header.
    pub(crate) fn showing(&self, header: &str) -> Client {
        Client {
            channel: self.channel.clone(),
            bearer: Bearer(Some(header.parse().unwrap())),
        }
    }

    /// Someone who shows nothing.
    pub(crate) fn stranger(&self) -> Client {
        Client {
            channel: self.channel.clone(),
            bearer: Bearer(None),
        }
    }

    pub(crate) fn request_id(&self) -> String {
        format!("r-{}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// The clock turns, and everything that is due by then is done.
    pub(crate) async fn turn(&self, seconds: i64) {
        self.clock.turn(self.clock.now().plus_seconds(seconds));
        self.desk.settle().await.unwrap();
    }

    /// Every position that was reported is in the tables: they are written apart, every other second.
    pub(crate) async fn positions_are_written(&self) {
        let reported = self.desk.center(&st_louis()).await.unwrap().positions();
        let mut look = tokio::time::interval(Duration::from_millis(20));
        let written = async {
            while self.store.positions(&st_louis()).await.unwrap() != reported {
                look.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), written)
            .await
            .unwrap();
    }

    /// What is due now is done.
    pub(crate) async fn settle(&self) {
        self.desk.settle().await.unwrap();
    }

    /// Ends the server, as a signal would.
    pub(crate) async fn close(mut self) {
        self.end().await;
        self.store.close().await.unwrap();
    }

    /// Ends the server; so much later another one starts over the same database, for the same people.
    pub(crate) async fn restart(mut self, database: &Database, seconds: i64) -> Town {
        self.end().await;
        self.clock.turn(self.clock.now().plus_seconds(seconds));
        let next = Town::beside(database, &self).await;
        self.store.close().await.unwrap();
        next
    }

    async fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(served) = self.served.take() {
            served.await.unwrap();
        }
    }
}
