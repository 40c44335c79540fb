//! HTTP/2 by hand (RFC 9113): a proper client cannot be made to say these things.

/// What every connection begins with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The largest frame that a server takes unless it says otherwise.
pub(super) const LARGEST: usize = 16_384;
/// The setting that says how much of each answer is taken before it is asked for more.
pub(super) const INITIAL_WINDOW: u16 = 4;

const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

/// The kinds of frames that are used here.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    Continuation = 9,
}

pub(super) fn frame(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind as u8, flags], &stream.to_be_bytes(), payload].concat()
}

/// The preface and the settings that follow it.
pub(super) fn opening(settings: &[(u16, u32)]) -> Vec<u8> {
    let pairs = settings.iter().flat_map(|(name, value)| {
        let (name, value) = (name.to_be_bytes(), value.to_be_bytes());
        name.into_iter().chain(value)
    });
    let settings = frame(Kind::Settings, 0, 0, &pairs.collect::<Vec<u8>>());
    [PREFACE, &settings].concat()
}

/// One header, as a literal that nobody shall remember (RFC 7541, 6.2.2).
fn header(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| {
        u8::try_from(text.len())
            .ok()
            .filter(|length| *length < 127)
            .unwrap()
    };
    [
        &[0, length(name)],
        name.as_bytes(),
        &[length(value)],
        value.as_bytes(),
    ]
    .concat()
}

/// The head of a request, compressed as little as can be.
fn head(path: &str, authorization: &str) -> Vec<u8> {
    [
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":path", path),
        header(":authority", "tandem"),
        header("content-type", "application/grpc"),
        header("te", "trailers"),
        header("authorization", authorization),
    ]
    .concat()
}

/// Begins a request; its body is still to come.
pub(super) fn request(stream: u32, path: &str, authorization: &str) -> Vec<u8> {
    frame(Kind::Headers, END_HEADERS, stream, &head(path, authorization))
}

/// Begins a request whose headers are still to come.
pub(super) fn request_without_end(stream: u32, path: &str, authorization: &str) -> Vec<u8> {
    frame(Kind::Headers, 0, stream, &head(path, authorization))
}

/// A message without a field, and the end of the request.
pub(super) fn empty_message(stream: u32) -> Vec<u8> {
    frame(Kind::Data, END_STREAM, stream, &[0; 5])
}

#[test]
fn a_frame_is_length_kind_flags_stream_and_payload() {
    let pinged = frame(Kind::Ping, 0, 0, &[7; 8]);
    assert_eq!(pinged[..9], [0, 0, 8, 6, 0, 0, 0, 0, 0]);
    assert_eq!(
        opening(&[(INITIAL_WINDOW, 0)])[24..],
        [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]
    );
}
