//! `OpenCall` over gRPC, beside a bare tonic echo of the same message: requests a second and latencies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tandem::clock::Clock;
use tandem::grpc::pb::OpenCallRequest;
use tandem::store::Backend;
use tonic::transport::Channel;

use crate::ground::caller::{Header, a_call, cancel, connections, dispatchers, open};
use crate::ground::city::{city, found};
use crate::ground::count;
use crate::ground::databases::on_each;
use crate::ground::echo;
use crate::ground::figures::{self, Latencies, aim, median, millis, ratio, whole};
use crate::ground::process::Process;
use crate::ground::sheet::Sheet;
use crate::harness::Database;

const CONNECTIONS: usize = 8;
const CALLERS: usize = 64;
/// Of both disciplines together: enough for a pair for each caller.
const ON_SHIFT: u32 = 160;

/// Whom the load is for.
#[derive(Clone)]
enum Server {
    Echo,
    Tandem(Arc<[Header]>),
}

pub(crate) fn measure() {
    let (lasting, rounds) = (lasting(), rounds());
    let mut sheet = Sheet::new(
        &format!(
            "`OpenCall` over gRPC ({CALLERS} callers, {rounds} rounds of {lasting:?}; idle: one caller, paced)"
        ),
        [
            "server",
            "requests/s",
            "of the echo",
            "p50",
            "p99",
            "idle p50",
            "idle p99",
            "aim",
        ],
    );
    for row in on_each(over) {
        sheet.row(row);
    }
    sheet.note(format!(
        "{ON_SHIFT} on shift. Each caller opens a call for a pair (matched, committed, offered) and cancels it; both are \
         requests, latencies are those of `OpenCall`. Servers are processes of their own; the load shares the machine.",
    ));
    sheet.print();
}

fn lasting() -> Duration {
    count(Duration::from_secs(4), Duration::from_millis(300))
}

fn rounds() -> usize {
    count(3, 1)
}

async fn over(database: &Database) -> Vec<[String; 8]> {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let town = city(ON_SHIFT, now);
    found(&store, &town, now).await;
    let headers: Arc<[Header]> = dispatchers(&store, &town.board.jurisdiction.id, now, CALLERS)
        .await
        .into();
    let tandem = Server::Tandem(headers);
    let (bare, ours) = (Process::echo(), Process::tandem(database.url()));
    let to_bare = connections(bare.address, CONNECTIONS).await;
    let to_ours = connections(ours.address, CONNECTIONS).await;
    let mut echoed = idle(&to_bare[0], &Server::Echo).await;
    let mut opened = idle(&to_ours[0], &tandem).await;
    let (mut bare_rates, mut our_rates) = (Vec::new(), Vec::new());
    let (mut bare_busy, mut our_busy) = (Latencies::default(), Latencies::default());
    for _ in 0..rounds() {
        let (rate, latencies) = load(&to_bare, &Server::Echo).await;
        bare_rates.push(rate);
        bare_busy.join(latencies);
        let (rate, latencies) = load(&to_ours, &tandem).await;
        our_rates.push(rate);
        our_busy.join(latencies);
    }
    let (bare_rate, our_rate) = (median(bare_rates), median(our_rates));
    let share = our_rate / bare_rate;
    let row = |name: String, rate: f64, busy: &mut Latencies, idle: &mut Latencies, aim: String| {
        [
            name,
            whole(rate),
            ratio(rate / bare_rate),
            millis(busy.percentile(50)),
            millis(busy.percentile(99)),
            millis(idle.percentile(50)),
            millis(idle.percentile(99)),
            aim,
        ]
    };
    let backend = database.backend();
    let idle_aim = match backend {
        Backend::Sqlite => aim(
            "; idle p99 under 10 ms",
            opened.percentile(99) < Duration::from_millis(10),
        ),
        Backend::Postgres => String::new(),
    };
    let wanted = format!("{}{idle_aim}", aim("at least 0.20x", share >= 0.2));
    let rows = vec![
        row(
            "bare tonic echo".to_owned(),
            bare_rate,
            &mut bare_busy,
            &mut echoed,
            String::new(),
        ),
        row(
            format!("tandem, {backend:?}"),
            our_rate,
            &mut our_busy,
            &mut opened,
            wanted,
        ),
    ];
    store.close().await.unwrap();
    rows
}

/// One caller who waits a little between his calls: what a dispatcher feels.
async fn idle(channel: &Channel, server: &Server) -> Latencies {
    let mut latencies = Latencies::default();
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..count(500, 20) {
        pace.tick().await;
        latencies.add(one(channel, server, 0).await);
    }
    latencies
}

/// Many callers at once, each as fast as he is answered.
async fn load(channels: &[Channel], server: &Server) -> (f64, Latencies) {
    let started = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|n| {
            let (channel, server) = (channels[n % channels.len()].clone(), server.clone());
            tokio::spawn(async move {
                let mut latencies = Latencies::default();
                while started.elapsed() < lasting() {
                    latencies.add(one(&channel, &server, n).await);
                }
                latencies
            })
        })
        .collect();
    let mut all = Latencies::default();
    for caller in callers {
        all.join(caller.await.unwrap());
    }
    let requests = figures::count(all.count()) * f64::from(server.requests());
    (requests / started.elapsed().as_secs_f64(), all)
}

impl Server {
    /// How many requests one turn of a caller is.
    fn requests(&self) -> u32 {
        match self {
            Server::Echo => 1,
            Server::Tandem(_) => 2,
        }
    }
}

/// One turn of a caller; gives how long the message took there and back.
async fn one(channel: &Channel, server: &Server, caller: usize) -> Duration {
    let call: OpenCallRequest = a_call();
    let started = Instant::now();
    match server {
        Server::Echo => {
            let echoed = echo::ask(channel, call).await;
            assert!(!echoed.request_id.is_empty());
            started.elapsed()
        }
        Server::Tandem(headers) => {
            let header = &headers[caller % headers.len()];
            let opened = open(channel, header, call).await;
            let took = started.elapsed();
            assert!(opened.assignment.is_some(), "a pair is sent");
            cancel(channel, header, &opened).await;
            took
        }
    }
}
