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
const CREATE_RESPONDER: &str = "/tandem.v1.RosterService/CreateResponder";
const PUT_AREA: &str = "/tandem.v1.AdminService/PutServiceArea";
/// One byte more than a message may have.
const TOO_LARGE: usize = 256 * 1024 + 1;

/// Bytes that are no UTF-8, where a name should be.
const NO_TEXTS: [(&str, &[u8]); 7] = [
    ("a name that ends in the middle of a letter", b"Ann\xc3"),
    ("a name with a letter cut off", b"An\xe2\x82na"),
    ("a name with a letter longer than it needs", b"An\xc0\xafna"),
    ("a name with half a surrogate pair", b"An\xed\xa0\x80na"),
    ("a name beyond the last letter", b"An\xf4\x90\x80\x80na"),
    ("a name that starts in the middle of a letter", b"\x80Anna"),
    ("a name in Latin-1", b"M\xfcller"),
];

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
    let heads = answered(address, path, headers, body).await;
    heads.iter().find_map(Status::from_header_map).unwrap()
}

/// The same, and gives back the headers and the trailers of the answer.
async fn answered(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> [HeaderMap; 2] {
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
    [headers, trailers]
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
        // Groups of a field that is not there, each inside the one before.
        let groups = [0xa3, 0x06].repeat(1000);
        let mut rows: Vec<(&str, &str, Vec<u8>, Ending)> = vec![
            (
                "a thousand groups in each other",
                OPEN_CALL,
                message(&groups),
                malformed,
            ),
            (
                "a length beyond the message",
                OPEN_CALL,
                message(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
                malformed,
            ),
            (
                "a number without an end",
                OPEN_CALL,
                message(&[&[0x78][..], &[0xff; 11]].concat()),
                malformed,
            ),
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
        for (name, bytes) in NO_TEXTS {
            // Field 4 of a newcomer's is the name.
            let named = [&[0x22, u8::try_from(bytes.len()).unwrap()], bytes].concat();
            rows.push((name, CREATE_RESPONDER, message(&named), malformed));
        }
        for (name, path, body, expected) in rows {
            let header = if path == OPEN_CALL { &dispatcher } else { &admin };
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

#[test]
fn a_status_longer_than_four_kilobytes_never_leaves() {
    in_each_town(0, 0, async |town| {
        let token = town.token(Role::Admin, "raw-admin", None, Some(st_louis()));
        let admin = town.header_of(token).await;
        let token = town.token(Role::Dispatcher, "raw", None, Some(st_louis()));
        let dispatcher = town.header_of(token).await;
        let wrong = || "no code, but words; ".repeat(100);
        let rule = pb::CheckInRule {
            scheme: wrong(),
            level: 4711,
            discipline: wrong(),
            seconds: 0,
        };
        let policy = pb::Policy {
            check_ins: vec![rule; 50],
            ..Default::default()
        };
        let rules = pb::UpdateJurisdictionRequest {
            jurisdiction: Some(pb::Jurisdiction {
                jurisdiction_id: st_louis().to_string(),
                policy: Some(policy),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["policy.check_ins".to_owned()],
            }),
            ..Default::default()
        };
        let paths = pb::UpdateCallRequest {
            update_mask: Some(prost_types::FieldMask {
                paths: (0..500)
                    .map(|number| format!("ä{number}{}", "ö".repeat(100)))
                    .collect(),
            }),
            ..Default::default()
        };
        let hazards = pb::OpenCallRequest {
            hazards: vec![wrong(); 50],
            ..Default::default()
        };
        let one_field = pb::CreateJurisdictionRequest {
            zone: "ä/".repeat(60_000),
            ..Default::default()
        };
        let update = "/tandem.v1.AdminService/UpdateJurisdiction";
        let found = "/tandem.v1.AdminService/CreateJurisdiction";
        let update_call = "/tandem.v1.DispatchService/UpdateCall";
        let unknown = format!("/tandem.v1.DispatchService/{}", "n".repeat(4000));
        for (name, path, header, body) in [
            ("hundreds of rules", update, &admin, rules.encode_to_vec()),
            (
                "hundreds of paths",
                update_call,
                &dispatcher,
                paths.encode_to_vec(),
            ),
            (
                "dozens of hazards",
                OPEN_CALL,
                &dispatcher,
                hazards.encode_to_vec(),
            ),
            ("a zone without an end", found, &admin, one_field.encode_to_vec()),
            ("a method without an end", &unknown, &admin, Vec::new()),
        ] {
            let authorization = [("authorization", &**header)];
            let heads = answered(town.address, path, &authorization, message(&body)).await;
            let status = heads.iter().find_map(Status::from_header_map).unwrap();
            assert_ne!(status.code(), Code::Ok, "{name}");
            only_reason(&status);
            let mut size = 0;
            for part in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
                let values = heads.iter().flat_map(|head| head.get_all(part));
                size += values.map(http::HeaderValue::len).sum::<usize>();
            }
            assert!((1..=4096).contains(&size), "{name}: {size} bytes");
            let told = status
                .get_details_bad_request()
                .map_or(0, |bad| bad.field_violations.len());
            assert!(told <= 20, "{name}: {told} violations");
        }
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
