//! Farewell: a server that is told to end does so in time, whoever hangs on to it, and everyone can go on elsewhere.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tandem::board::{Policy, Role};
use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};
use tonic::{Code, Streaming};

use super::follower::token_for;
use super::programme::{Programme, Size};
use super::prove;
use crate::harness::process::Served;
use crate::harness::town::{Client, reason};

const STREAMS: usize = 1_000;
const CONNECTIONS: usize = 10;
/// It has ended by then.
const IN_TIME: Duration = Duration::from_secs(10);

const ALONE: Size = Size {
    servers: 1,
    dispatchers: 1,
    clinicians: 1,
    officers: 1,
};

/// A stream, and the last token it gave.
struct Followed {
    stream: Streaming<pb::WatchAssignmentsResponse>,
    token: String,
}

#[test]
fn a_server_that_is_told_to_end_tells_a_thousand_streams_where_to_go_on() {
    prove(async |database| {
        let programme = Programme::open(database, ALONE, Policy::default()).await;
        let store = database.store().await;
        let (_, header) = token_for(&store, 0, Role::Dispatcher, "dana", (None, None)).await;
        let address = programme.address(0).unwrap();
        let mut followed = Vec::new();
        for _ in 0..CONNECTIONS {
            let client = Client::connect(address, &header).await;
            let opened = (0..STREAMS / CONNECTIONS).map(|_| begin(&client, ""));
            followed.extend(futures_util::future::join_all(opened).await);
        }
        // A silent socket, half a preface, and a whole one with nothing behind it.
        let mut hangers_on = Vec::new();
        for said in [&b""[..], b"PRI * HTTP/2.0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            hangers_on.push(says(address, said).await);
        }
        let served = programme.take(0).unwrap();
        let ended = told_to_end(served);
        let ends = futures_util::future::join_all(followed.into_iter().map(end));
        let (took, tokens) = futures_util::future::join(ended, ends).await;
        say!(
            "{:?}: {STREAMS} streams, ended after {took:?}",
            database.backend()
        );
        drop(hangers_on);
        assert_eq!(tokens.len(), STREAMS);

        programme.start(0).await;
        let client = Client::connect(programme.address(0).unwrap(), &header).await;
        for token in tokens.iter().step_by(STREAMS / CONNECTIONS) {
            client
                .streaming()
                .list_events(pb::ListEventsRequest {
                    resume_token: token.clone(),
                    ..pb::ListEventsRequest::default()
                })
                .await
                .expect("it goes on");
        }
        store.close().await.unwrap();
    });
}

#[test]
fn half_a_handshake_does_not_hold_a_server_that_is_told_to_end() {
    prove(async |database| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls");
        let (certificate, key) = (
            format!("{folder}/localhost.pem"),
            format!("{folder}/localhost.key"),
        );
        let programme = Programme::open(database, ALONE, Policy::default()).await;
        let store = database.store().await;
        let (_, header) = token_for(&store, 0, Role::Dispatcher, "dana", (None, None)).await;
        programme.kill(0);
        let served = Served::start(
            database.url(),
            &[("TANDEM_TLS_CERT", &certificate), ("TANDEM_TLS_KEY", &key)],
        );
        let address = served.address;
        let trusted = Certificate::from_pem(std::fs::read(&certificate).unwrap());
        let wire = Channel::from_shared(format!("https://{address}"))
            .unwrap()
            .tls_config(
                ClientTlsConfig::new()
                    .ca_certificate(trusted)
                    .domain_name("localhost"),
            )
            .unwrap();
        let client = Client::over(wire.connect().await.unwrap(), &header);
        let followed = begin(&client, "").await;
        // Nothing, and the beginning of a hello that announces 512 bytes more.
        let mut hangers_on = Vec::new();
        for said in [&b""[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
            hangers_on.push(says(address, said).await);
        }
        let (took, token) = futures_util::future::join(told_to_end(served), end(followed)).await;
        say!("{:?}: half a handshake, ended after {took:?}", database.backend());
        assert!(!token.is_empty());
        store.close().await.unwrap();
    });
}

async fn begin(client: &Client, token: &str) -> Followed {
    let request = pb::WatchAssignmentsRequest {
        resume_token: token.to_owned(),
        ..pb::WatchAssignmentsRequest::default()
    };
    let mut streaming = client.streaming();
    let mut stream = streaming.watch_assignments(request).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap().heard.unwrap();
    let Heard::Snapshot(snapshot) = first else {
        panic!("a snapshot comes first")
    };
    Followed {
        stream,
        token: snapshot.resume_token,
    }
}

/// Follows to the end, which is the server's farewell, and gives the token to go on with.
async fn end(mut followed: Followed) -> String {
    loop {
        match followed.stream.message().await {
            Ok(Some(message)) => match message.heard.unwrap() {
                Heard::Snapshot(_) => panic!("a snapshot comes first only"),
                Heard::Update(update) => followed.token = update.resume_token,
                Heard::Checkpoint(checkpoint) => followed.token = checkpoint.resume_token,
            },
            Ok(None) => panic!("it ends with its reason"),
            Err(status) => {
                assert_eq!(status.code(), Code::Unavailable, "{status:?}");
                assert_eq!(reason(&status), "SHUTTING_DOWN", "{status:?}");
                return followed.token;
            }
        }
    }
}

/// SIGTERM, and how long it took until it had ended well.
async fn told_to_end(mut served: Served) -> Duration {
    let began = Instant::now();
    served.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || served.ended_within(IN_TIME));
    let status = ended.await.unwrap().expect("it ends in time");
    assert!(status.success(), "{status:?}");
    began.elapsed()
}

/// A connection that says so much and no more.
async fn says(address: SocketAddr, said: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(said).await.unwrap();
    socket
}
