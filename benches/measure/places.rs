//! Positions taken in a second, by one core of the server, and what a dispatch feels of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tandem::clock::Clock;
use tandem::desk::{Desk, PositionReport};
use tandem::grpc::pb::{self, availability_service_client::AvailabilityServiceClient};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use crate::ground::caller::{Header, a_call, cancel, connections, dispatchers, open, showing};
use crate::ground::city::{city, found};
use crate::ground::count;
use crate::ground::databases::on_sqlite;
use crate::ground::figures::{Latencies, aim, median, millis, ratio, whole};
use crate::ground::process::Process;
use crate::ground::sheet::Sheet;
use crate::harness::Database;
use crate::town::{id, north};

/// How many are on shift and report.
const PEOPLE: u32 = 1_000;
/// Over how many streams, each on a connection of its own.
const STREAMS: u32 = 8;
/// How many positions one unary request carries.
const BATCH: u32 = 100;
/// What is to be taken in a second.
const AIM: u32 = 50_000;

pub(crate) fn measure() {
    for sheet in on_sqlite(over) {
        sheet.print();
    }
}

async fn over(database: &Database) -> Vec<Sheet<5>> {
    let store = database.store().await;
    let now = Clock::process().now().plus_seconds(-5);
    let town = city(PEOPLE, now);
    found(&store, &town, now).await;
    let header = dispatchers(&store, &town.board.jurisdiction.id, now, 1)
        .await
        .remove(0);
    let mut sheet = Sheet::new(
        &format!("Positions taken in ({PEOPLE} on shift)"),
        [
            "way",
            "positions/s",
            "cores of the server",
            "positions/s a core",
            "aim",
        ],
    );
    {
        let desk = Desk::open(store.clone(), Clock::process(), [1; 16], 72)
            .await
            .unwrap();
        let center = desk.center(&town.board.jurisdiction.id).await.unwrap();
        let runs = (0..5).map(|_| {
            let started = Instant::now();
            let many = count(200_000, 2_000);
            for n in 0..many {
                let report = PositionReport {
                    responder_id: id(n % PEOPLE + 1),
                    point: north(i32::try_from(n % 5_000).unwrap()),
                    occurred_at: None,
                    accuracy_meters: None,
                    stationary: false,
                };
                center.report_position(report).unwrap();
            }
            f64::from(many) / started.elapsed().as_secs_f64()
        });
        let rate = median(runs.collect());
        sheet.row([
            "at the desk, no wire".to_owned(),
            whole(rate),
            "1.00".to_owned(),
            whole(rate),
            String::new(),
        ]);
        desk.close();
        desk.closed().await;
    }
    let server = Process::tandem(database.url());
    let channels = connections(server.address, usize::try_from(STREAMS).unwrap()).await;
    let lasting = count(Duration::from_secs(5), Duration::from_millis(300));
    for way in [Way::Stream, Way::Batch] {
        let mut rates = Vec::new();
        let mut cores = Vec::new();
        for _ in 0..count(3, 1) {
            let (used, started) = (server.processor_seconds(), Instant::now());
            let taken = report(&channels, &header, way, lasting, None).await;
            let elapsed = started.elapsed().as_secs_f64();
            rates.push(taken / elapsed);
            cores.push((server.processor_seconds() - used) / elapsed);
        }
        let (rate, cores) = (median(rates), median(cores));
        let a_core = rate / cores.max(0.01);
        let aim = aim(
            &format!("{} a core", whole(f64::from(AIM))),
            a_core >= f64::from(AIM),
        );
        sheet.row([
            format!("{way:?}"),
            whole(rate),
            format!("{cores:.2}"),
            whole(a_core),
            aim,
        ]);
    }
    sheet.note(format!(
        "Stream: `ReportPositions`, a message a position. Batch: `ReportPosition`, {BATCH} a request. {STREAMS} at once, as \
         fast as they are taken; cores are the server's processor time a second.",
    ));
    let beside = beside_dispatch(&server, &channels, &header).await;
    store.close().await.unwrap();
    vec![sheet, beside]
}

/// What one dispatcher waits for a match, without and with positions coming in.
async fn beside_dispatch(server: &Process, channels: &[Channel], header: &Header) -> Sheet<5> {
    let mut sheet = Sheet::new(
        "A dispatch while positions come in (one caller, `OpenCall`)",
        ["positions/s", "p50", "p99", "p50 of quiet", "aim"],
    );
    let to = connections(server.address, 1).await.remove(0);
    let mut quiet = dispatch(&to, header).await;
    let p50_quiet = quiet.percentile(50);
    sheet.row([
        "none".to_owned(),
        millis(p50_quiet),
        millis(quiet.percentile(99)),
        ratio(1.0),
        String::new(),
    ]);
    for way in [Way::Batch, Way::Stream] {
        let over = Arc::new(AtomicBool::new(false));
        let started = Instant::now();
        let reporting = tokio::spawn({
            let (channels, header, over) = (channels.to_vec(), header.clone(), Arc::clone(&over));
            async move { report(&channels, &header, way, Duration::from_secs(120), Some(over)).await }
        });
        let mut busy = dispatch(&to, header).await;
        over.store(true, Ordering::SeqCst);
        let rate = reporting.await.unwrap() / started.elapsed().as_secs_f64();
        let slower = busy.percentile(50).as_secs_f64() / p50_quiet.as_secs_f64();
        sheet.row([
            format!("{} ({way:?})", whole(rate)),
            millis(busy.percentile(50)),
            millis(busy.percentile(99)),
            ratio(slower),
            aim("at most 1.20x", slower <= 1.2),
        ]);
    }
    sheet.note(format!(
        "Positions are paced at {} a second; fewer mean that the machine, which carries the load as well, gave no more.",
        whole(f64::from(AIM))
    ));
    sheet
}

async fn dispatch(to: &Channel, header: &Header) -> Latencies {
    let mut latencies = Latencies::default();
    let mut pace = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..count(500, 10) {
        pace.tick().await;
        let started = Instant::now();
        let opened = open(to, header, a_call()).await;
        latencies.add(started.elapsed());
        cancel(to, header, &opened).await;
    }
    latencies
}

/// How positions are reported.
#[derive(Clone, Copy, Debug)]
enum Way {
    Stream,
    Batch,
}

/// Reports over each connection for so long; paced when it is to stop at a sign. Gives how many were taken.
async fn report(
    channels: &[Channel],
    header: &Header,
    way: Way,
    lasting: Duration,
    over: Option<Arc<AtomicBool>>,
) -> f64 {
    let tasks: Vec<_> = channels
        .iter()
        .zip(0..)
        .map(|(channel, stream)| {
            let (channel, header, over) = (channel.clone(), header.clone(), over.clone());
            tokio::spawn(async move {
                let turns = Turns::new(stream, lasting, over);
                match way {
                    Way::Stream => stream_of(channel, &header, turns).await,
                    Way::Batch => batches_of(channel, &header, turns).await,
                }
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += task.await.unwrap();
    }
    f64::from(taken)
}

/// Hands out positions a batch at a time, at the pace that is wanted.
struct Turns {
    next: u32,
    ends: Instant,
    over: Option<Arc<AtomicBool>>,
    pace: tokio::time::Interval,
}

impl Turns {
    fn new(stream: u32, lasting: Duration, over: Option<Arc<AtomicBool>>) -> Turns {
        let period = Duration::from_secs(1) * BATCH * STREAMS / AIM;
        Turns {
            next: stream * 125,
            ends: Instant::now() + lasting,
            over,
            pace: tokio::time::interval(period),
        }
    }

    async fn batch(&mut self) -> Option<Vec<pb::ReportedPosition>> {
        if let Some(over) = &self.over {
            self.pace.tick().await;
            if over.load(Ordering::SeqCst) {
                return None;
            }
        }
        if Instant::now() >= self.ends {
            return None;
        }
        let batch = (0..BATCH).map(|_| {
            self.next += 1;
            let n = self.next % PEOPLE + 1;
            let step = f64::from(self.next % 1_000) * 0.000_01;
            pb::ReportedPosition {
                responder_id: id(n).to_string(),
                location: Some(pb::Location {
                    latitude: 38.63 + step,
                    longitude: -90.20,
                }),
                ..Default::default()
            }
        });
        Some(batch.collect())
    }
}

async fn stream_of(channel: Channel, header: &Header, mut turns: Turns) -> u32 {
    let (to, messages) = tokio::sync::mpsc::channel(1_024);
    let sending = tokio::spawn(async move {
        while let Some(batch) = turns.batch().await {
            for position in batch {
                let message = pb::ReportPositionsRequest {
                    position: Some(position),
                };
                if to.send(message).await.is_err() {
                    return;
                }
            }
        }
    });
    let request = showing(header, ReceiverStream::new(messages));
    let mut availability = AvailabilityServiceClient::new(channel);
    let answer = availability.report_positions(request).await.unwrap().into_inner();
    sending.await.unwrap();
    answer.accepted_count
}

async fn batches_of(channel: Channel, header: &Header, mut turns: Turns) -> u32 {
    let mut availability = AvailabilityServiceClient::new(channel);
    let mut taken = 0;
    while let Some(positions) = turns.batch().await {
        let request = showing(header, pb::ReportPositionRequest { positions });
        taken += availability
            .report_position(request)
            .await
            .unwrap()
            .into_inner()
            .accepted_count;
    }
    taken
}
