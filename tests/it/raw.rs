//! What no proper client sends: bytes that are no message, messages too large, methods that are not there, and bytes that
//! are no HTTP/2 at all. Each is told in the contract's own words, and nobody else feels it.

use std::net::SocketAddr;

use http::{HeaderMap, Request};
use prost::Message as _;
use prost::bytes::Bytes;
use tandem::board::Role;
use tandem::grpc::pb;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tonic::{Code, Status};
use tonic_types::{ErrorDetail, StatusExt as _};

use crate::harness::town::{Client, in_each_town, st_louis};

const OPEN_CALL: &str = "/tandem.v1.DispatchService/OpenCall";
const PUT_AREA: &str = "/tandem.v1.AdminService/PutServiceArea";
/// One byte more than a message may have.
const TOO_LARGE: usize = 256 * 1024 + 1;

/// How a request ends: the code and the reason.
type Ending = (Code, &'static str);

/// A message as gRPC frames it: a flag, its length, its bytes.
fn framed(flag: u8, declared: usize, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(declared).unwrap().to_be_bytes();
    [&[flag][..], &length, bytes].concat()
}

fn message(bytes: &[u8]) -> Vec<u8> {
    framed(0, bytes.len(), bytes)
}

/// Sends these bytes as the body of a request, on a connection of its own, and gives back how it ended.
async fn sent(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Status {
    let tcp = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(tcp).await.unwrap();
    let driving = tokio::spawn(connection);
    let mut request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut client = client.ready().await.unwrap();
    let (answered, mut stream) = client.send_request(request.body(()).unwrap(), false).unwrap();
    // A server that has heard enough ends the stream before it has heard all.
    let _ = stream.send_data(Bytes::from(body), true);
    let answer = answered.await.unwrap();
    let headers = answer.headers().clone();
    let mut body = answer.into_body();
    while let Some(part) = body.data().await {
        let length = part.unwrap().len();
        body.flow_control().release_capacity(length).unwrap();
    }
    let trailers = body.trailers().await.unwrap().unwrap_or_default();
    driving.abort();
    status_in(&headers).or_else(|| status_in(&trailers)).unwrap()
}

fn status_in(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}

/// The reason, of which there is exactly one.
fn only_reason(status: &Status) -> String {
    let mut reasons = Vec::new();
    for detail in status.get_error_details_vec() {
        if let ErrorDetail::ErrorInfo(info) = detail {
            assert_eq!(info.domain, "tandem");
            reasons.push(info.reason);
        }
    }
    assert_eq!(reasons.len(), 1, "{status:?}");
    reasons.remove(0)
}

#[test]
fn what_is_no_message_is_told_in_the_contracts_own_words() {
    in_each_town(1, 1, async |town| {
        let token = town.token(Role::Dispatcher, "raw", None, Some(st_louis()));
        let dispatcher = town.header_of(token).await;
        let token = town.token(Role::Admin, "raw-admin", None, Some(st_louis()));
        let admin = town.header_of(token).await;
        let before = town.store.head(&st_louis()).await.unwrap();
        let good = town.call(3).encode_to_vec();
        // Field 2, a text, with bytes that are no UTF-8.
        let no_text = [0x12, 2, 0xff, 0xfe];
        let part = pb::PutServiceAreaRequest::default().encode_to_vec();
        let broken_off = [message(&part), framed(0, 100, b"{")].concat();
        let malformed = (Code::InvalidArgument, "MALFORMED_MESSAGE");
        let large = (Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
        let unknown = (Code::Unimplemented, "UNKNOWN_METHOD");
        let nothing = "/tandem.v1.DispatchService/Nothing";
        let rows: Vec<(&str, &str, Vec<u8>, Ending)> = vec![
            ("rubbish", OPEN_CALL, message(&[0xff; 40]), malformed),
            ("a text that is none", OPEN_CALL, message(&no_text), malformed),
            (
                "half a message",
                OPEN_CALL,
                message(&good[..good.len() - 3]),
                malformed,
            ),
            (
                "a message cut short",
                OPEN_CALL,
                framed(0, good.len() + 9, &good),
                malformed,
            ),
            ("half a frame", OPEN_CALL, vec![0, 0, 0], malformed),
            ("nothing", OPEN_CALL, Vec::new(), malformed),
            ("a flag of 7", OPEN_CALL, framed(7, good.len(), &good), malformed),
            (
                "compressed, by nothing",
                OPEN_CALL,
                framed(1, good.len(), &good),
                malformed,
            ),
            (
                "a second part of rubbish",
                PUT_AREA,
                [message(&part), message(&[0xff; 9])].concat(),
                malformed,
            ),
            ("a part cut short", PUT_AREA, broken_off, malformed),
            ("a large message", OPEN_CALL, message(&vec![0; TOO_LARGE]), large),
            (
                "a large promise",
                OPEN_CALL,
                framed(0, u32::MAX as usize, b"x"),
                large,
            ),
            ("a large part", PUT_AREA, message(&vec![0; TOO_LARGE]), large),
            ("no such method", nothing, message(&good), unknown),
            (
                "no such service",
                "/tandem.v1.NothingService/Get",
                message(&good),
                unknown,
            ),
            (
                "no such version",
                "/tandem.v9.DispatchService/OpenCall",
                message(&good),
                unknown,
            ),
        ];
        for (name, path, body, expected) in rows {
            let header = if path == PUT_AREA { &admin } else { &dispatcher };
            let status = sent(town.address, path, &[("authorization", header)], body).await;
            assert_eq!(
                (status.code(), &*only_reason(&status)),
                expected,
                "{name}: {status:?}"
            );
        }
        let packed = [("authorization", &*dispatcher), ("grpc-encoding", "gzip")];
        let status = sent(town.address, OPEN_CALL, &packed, framed(1, good.len(), &good)).await;
        assert_eq!((status.code(), &*only_reason(&status)), malformed, "{status:?}");
        let status = sent(town.address, OPEN_CALL, &[], message(&[0xff; 40])).await;
        assert_eq!(
            only_reason(&status),
            "UNAUTHENTICATED",
            "who shows no token is not read at all"
        );
        assert_eq!(town.store.head(&st_louis()).await.unwrap(), before);
        let status = sent(
            town.address,
            OPEN_CALL,
            &[("authorization", &dispatcher)],
            message(&good),
        )
        .await;
        assert_eq!(
            status.code(),
            Code::Ok,
            "the same hand can send a good one: {status:?}"
        );
    });
}

/// Bytes that look like chance, the same in every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn noise_and_silence_on_the_port_harm_nobody_else() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    in_each_town(1, 1, async |town| {
        let watch = pb::WatchAssignmentsRequest::default();
        let mut streaming = town.dispatcher.streaming();
        let mut stream = streaming.watch_assignments(watch).await.unwrap().into_inner();
        stream.message().await.unwrap().unwrap();
        let mut held = Vec::new();
        for seed in 0..16 {
            let after_preface = [PREFACE, &noise(seed, 4096)].concat();
            for bytes in [
                noise(seed, 4096),
                after_preface,
                PREFACE[..12].to_vec(),
                PREFACE.to_vec(),
                b"GET / HTTP/1.1\r\nhost: tandem\r\n\r\n".to_vec(),
                Vec::new(),
            ] {
                let mut tcp = TcpStream::connect(town.address).await.unwrap();
                // Whoever is cut in the middle of his noise may find that he cannot write.
                let _ = tcp.write_all(&bytes).await;
                held.push(tcp);
            }
        }
        let opened = town.open_call(3).await;
        let heard = stream.message().await.unwrap().unwrap().heard.unwrap();
        let pb::watch_assignments_response::Heard::Update(update) = heard else {
            panic!("{heard:?}");
        };
        assert_eq!(update.revision, opened.revision);
        let token = town.token(Role::Dispatcher, "late", None, Some(st_louis()));
        let newcomer = Client::connect(town.address, &town.header_of(token).await).await;
        newcomer
            .availability()
            .get_board(pb::GetBoardRequest {})
            .await
            .unwrap();
    });
}
