//! What a hostile client does, at a rate that is said.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::frames::{
    INITIAL_WINDOW, Kind, LARGEST, PREFACE, empty_message, frame, opening, request, request_without_end,
};

const WATCH: &str = "/tandem.v1.StreamingService/WatchAssignments";
const BOARD: &str = "/tandem.v1.AvailabilityService/GetBoard";
const POSITIONS: &str = "/tandem.v1.AvailabilityService/ReportPositions";
const AREA: &str = "/tandem.v1.AdminService/PutServiceArea";
/// How often a flood swells.
const TICK: Duration = Duration::from_millis(5);
/// Whoever does not take what is poured for so long is left, and a new connection is made.
const STUCK: Duration = Duration::from_millis(500);

/// One way to attack. The rates are those of one attacker beside the load; a machine of two cores serves both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assault {
    /// 500 sockets that say nothing.
    Silence,
    /// 500 sockets that say half of the preface.
    HalfAPreface,
    /// HTTP/1.1, TLS and noise, 200 connections a second.
    OtherProtocols,
    /// 2,000 connections that are properly opened, and idle.
    IdleConnections,
    /// 500 connections that say the preface and nothing after it.
    PrefaceAlone,
    /// 20,000 DATA frames a second without a byte in them.
    EmptyData,
    /// 10,000 requests a second, each taken back at once.
    RapidReset,
    /// 16 MiB a second of headers that do not end.
    Continuations,
    /// 20,000 pings a second, and no answer is read.
    Pings,
    /// 20,000 settings a second, and no answer is read.
    Settings,
    /// 4 subscribers and 4 readers of the board that take no byte. No more: what they ask for is rendered all the same, as it
    /// is for those who take it, and the window is to be felt, not the asking.
    NoWindow,
    /// 200 uploads that promise much and send one byte.
    StalledUploads,
}

impl Assault {
    pub(super) const ALL: [Assault; 12] = [
        Assault::NoWindow,
        Assault::Silence,
        Assault::HalfAPreface,
        Assault::OtherProtocols,
        Assault::IdleConnections,
        Assault::PrefaceAlone,
        Assault::EmptyData,
        Assault::RapidReset,
        Assault::Continuations,
        Assault::Pings,
        Assault::Settings,
        Assault::StalledUploads,
    ];

    /// At least so many frames, bytes or connections, or it was no attack.
    pub(super) fn least(self) -> u64 {
        match self {
            Assault::Silence | Assault::HalfAPreface | Assault::PrefaceAlone => 500,
            Assault::OtherProtocols => 50,
            Assault::IdleConnections => 2000,
            Assault::EmptyData | Assault::Pings | Assault::Settings => 5000,
            Assault::RapidReset => 3000,
            Assault::Continuations => 4 * 1024 * 1024,
            Assault::NoWindow => 8,
            Assault::StalledUploads => 200,
        }
    }
}

/// Whom it is for, what token is shown, and whether it is over.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) authorization: String,
    pub(super) over: watch::Receiver<bool>,
}

impl Assault {
    /// Goes on until it is over, and tells how much was sent.
    pub(super) async fn wage(self, target: Target) -> u64 {
        match self {
            Assault::Silence => hold(target, 500, |_| Vec::new()).await,
            Assault::HalfAPreface => hold(target, 500, |_| PREFACE[..12].to_vec()).await,
            Assault::IdleConnections => hold(target, 2000, |_| opening(&[])).await,
            Assault::PrefaceAlone => hold(target, 500, |_| PREFACE.to_vec()).await,
            Assault::OtherProtocols => other_protocols(target).await,
            Assault::EmptyData => {
                let empty = frame(Kind::Data, 0, 1, &[]).repeat(100);
                let begun = |target: &Target| begun(&[], POSITIONS, target);
                flood(target, true, begun, |_, _| (empty.clone(), 100)).await
            }
            Assault::RapidReset => {
                let begun = |_: &Target| opening(&[]);
                flood(target, true, begun, |target, burst| (resets(target, burst), 50)).await
            }
            Assault::Continuations => {
                let more = frame(Kind::Continuation, 0, 1, &[0; LARGEST]).repeat(5);
                let begun = |target: &Target| {
                    let head = request_without_end(1, BOARD, &target.authorization);
                    [opening(&[]), head].concat()
                };
                let bytes = more.len() as u64;
                flood(target, true, begun, |_, _| (more.clone(), bytes)).await
            }
            Assault::Pings => {
                let pings = frame(Kind::Ping, 0, 0, &[7; 8]).repeat(100);
                flood(target, false, |_| opening(&[]), |_, _| (pings.clone(), 100)).await
            }
            Assault::Settings => {
                let settings = frame(Kind::Settings, 0, 0, &[]).repeat(100);
                flood(target, false, |_| opening(&[]), |_, _| (settings.clone(), 100)).await
            }
            Assault::NoWindow => {
                let asked = |target: &Target| {
                    let asked = (0..4_u32).flat_map(|place| {
                        let path = if place % 2 == 0 { WATCH } else { BOARD };
                        let stream = place * 2 + 1;
                        let head = request(stream, path, &target.authorization);
                        head.into_iter().chain(empty_message(stream))
                    });
                    opening(&[(INITIAL_WINDOW, 0)]).into_iter().chain(asked).collect()
                };
                4 * hold(target, 2, asked).await
            }
            Assault::StalledUploads => {
                let asked = |target: &Target| {
                    let asked = (0..50_u32).flat_map(|place| {
                        let stream = place * 2 + 1;
                        let path = if place % 2 == 0 { AREA } else { POSITIONS };
                        let head = request(stream, path, &target.authorization);
                        let promise = frame(Kind::Data, 0, stream, &[0, 0, 3, 0xff, 0xff, 0x0a]);
                        head.into_iter().chain(promise)
                    });
                    opening(&[]).into_iter().chain(asked).collect()
                };
                50 * hold(target, 4, asked).await
            }
        }
    }
}

/// A connection on which one request has begun.
fn begun(settings: &[(u16, u32)], path: &str, target: &Target) -> Vec<u8> {
    [opening(settings), request(1, path, &target.authorization)].concat()
}

/// Fifty requests, each taken back at once.
fn resets(target: &Target, burst: u32) -> Vec<u8> {
    let numbers = (0..50).map(|place| (burst * 50 + place) * 2 + 1);
    let taken_back = numbers.flat_map(|stream| {
        let head = request(stream, BOARD, &target.authorization);
        let reset = frame(Kind::Reset, 0, stream, &8_u32.to_be_bytes());
        head.into_iter().chain(reset)
    });
    taken_back.collect()
}

/// Holds so many connections open, each of which has said this much, until it is over.
async fn hold(mut target: Target, count: usize, said: impl Fn(&Target) -> Vec<u8>) -> u64 {
    let said = said(&target);
    let mut held = Vec::with_capacity(count);
    while held.len() < count {
        let next = (count - held.len()).min(100);
        let connected = (0..next).map(|_| async {
            let mut tcp = TcpStream::connect(target.address).await.unwrap();
            tcp.write_all(&said).await.unwrap();
            tcp
        });
        held.extend(join_all(connected).await);
    }
    // The sender never goes before it says that it is over.
    let _ = target.over.wait_for(|over| *over).await;
    held.len() as u64
}

/// Pours bursts, one a tick, over connections that begin like this, until it is over. A server that has had enough
/// closes; then there is another connection.
async fn flood(
    mut target: Target,
    reads: bool,
    begun: impl Fn(&Target) -> Vec<u8>,
    burst: impl Fn(&Target, u32) -> (Vec<u8>, u64),
) -> u64 {
    let mut sent = 0;
    let mut tick = interval(TICK);
    // Lost time is made up, so that the rate holds on a busy machine.
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while !*target.over.borrow_and_update() {
        let tcp = TcpStream::connect(target.address).await.unwrap();
        let (reading, mut writing) = tcp.into_split();
        let drained = reads.then(|| tokio::spawn(drain(reading)));
        let mut alive = writing.write_all(&begun(&target)).await.is_ok();
        let mut bursts = 0;
        while alive && !*target.over.borrow_and_update() {
            tick.tick().await;
            let (bytes, counted) = burst(&target, bursts);
            alive = matches!(timeout(STUCK, writing.write_all(&bytes)).await, Ok(Ok(())));
            bursts += 1;
            sent += counted;
        }
        if let Some(drained) = drained {
            drained.abort();
        }
    }
    sent
}

/// Reads whatever comes, until nothing does.
async fn drain(mut reading: tokio::net::tcp::OwnedReadHalf) {
    let mut read = [0; 4096];
    while matches!(reading.read(&mut read).await, Ok(1..)) {}
}

/// Speaks everything but HTTP/2.
async fn other_protocols(mut target: Target) -> u64 {
    let hello = [&[0x16, 3, 1, 0, 200, 1][..], &[0x5a; 199]].concat();
    let spoken: [Vec<u8>; 5] = [
        b"GET /metrics HTTP/1.1\r\nhost: tandem\r\nupgrade: h2c\r\n\r\n".to_vec(),
        hello,
        (0..4096_u32)
            .map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect(),
        [PREFACE, &[0xff; 64]].concat(),
        [opening(&[]), frame(Kind::Ping, 0, 0, &[7; 7])].concat(),
    ];
    let mut tick = interval(TICK);
    let mut made = 0;
    let mut held = std::collections::VecDeque::new();
    for bytes in spoken.iter().cycle() {
        tick.tick().await;
        if *target.over.borrow_and_update() {
            break;
        }
        let mut tcp = TcpStream::connect(target.address).await.unwrap();
        // Whoever is cut in the middle may find that he cannot write.
        let _ = tcp.write_all(bytes).await;
        held.push_back(tcp);
        made += 1;
        // No more than this stay open at this end.
        if held.len() > 500 {
            held.pop_front();
        }
    }
    made
}
