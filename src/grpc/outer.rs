//! The outer layer: every status that reaches a client is one of ours.
//!
//! The library makes statuses of its own: for bytes that are no message, for messages that are too large, for methods that
//! it does not know. They carry no reason. This layer gives them one, whether they come in place of a response or behind
//! a body, in the trailers.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use super::status::status;
use crate::desk::internal;
use crate::refusal::{Reason, Refusal};

const DETAILS: &str = "grpc-status-details-bin";

/// Puts the outer layer around a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct OuterLayer;

/// A service whose statuses are all ours.
#[derive(Clone, Debug)]
pub(super) struct Outer<S>(S);

impl<S> Layer<S> for OuterLayer {
    type Service = Outer<S>;

    fn layer(&self, inner: S) -> Outer<S> {
        Outer(inner)
    }
}

impl<S, B> Service<Request<B>> for Outer<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Health and reflection answer in their own words.
        let ours = !request.uri().path().starts_with("/grpc.");
        let answered = self.0.call(request);
        Box::pin(async move {
            let response = answered.await?;
            Ok(if ours { rewritten(response) } else { response })
        })
    }
}

fn rewritten(response: Response<Body>) -> Response<Body> {
    if let Some(foreign) = foreign(response.headers()) {
        return ours(&foreign).into_http();
    }
    response.map(|body| Body::new(Trailing(body)))
}

/// A failure that does not carry our details.
fn foreign(headers: &HeaderMap) -> Option<Status> {
    let status = Status::from_header_map(headers)?;
    (status.code() != Code::Ok && !headers.contains_key(DETAILS)).then_some(status)
}

/// What the library meant, with a reason.
fn ours(foreign: &Status) -> Status {
    let refusal = match foreign.code() {
        // Compression that we do not speak is worded as UNIMPLEMENTED; the method is there all the same.
        Code::Internal | Code::InvalidArgument | Code::Unknown | Code::Unimplemented
            if is_undecodable(foreign.message()) =>
        {
            Refusal::new(
                Reason::MalformedMessage,
                "the bytes are no message of this method",
            )
        }
        Code::Unimplemented => Refusal::new(Reason::UnknownMethod, "no such method"),
        Code::OutOfRange | Code::ResourceExhausted => {
            Refusal::new(Reason::MessageTooLarge, "the message is larger than the limit")
        }
        Code::Cancelled | Code::DeadlineExceeded => {
            Refusal::new(Reason::DeadlineExceeded, "the deadline of the request passed")
        }
        Code::Ok
        | Code::Unknown
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss
        | Code::Unauthenticated => internal(&format!(
            "a status without a reason: {:?}: {}",
            foreign.code(),
            foreign.message()
        )),
    };
    status(refusal)
}

/// How the library words what it could not decode.
fn is_undecodable(message: &str) -> bool {
    let words = [
        "decode",
        "Missing request message",
        "compress",
        "Unexpected EOF",
        "protocol error",
        "flag",
    ];
    words.iter().any(|word| message.contains(word))
}

/// A body whose trailers are looked at.
struct Trailing(Body);

impl HttpBody for Trailing {
    type Data = <Body as HttpBody>::Data;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| match frame.into_trailers() {
                Ok(trailers) => Frame::trailers(rewritten_trailers(trailers)),
                Err(data) => data,
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn rewritten_trailers(trailers: HeaderMap) -> HeaderMap {
    let Some(foreign) = foreign(&trailers) else {
        return trailers;
    };
    let mut rewritten = HeaderMap::new();
    match ours(&foreign).add_header(&mut rewritten) {
        Ok(()) => rewritten,
        Err(_) => trailers,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;
    use std::future::poll_fn;

    use tonic_types::StatusExt;
    use tower::{ServiceExt, service_fn};

    use super::super::status::DOMAIN;
    use super::*;

    type Bytes = <Body as HttpBody>::Data;

    /// What the library says of its own, and what a client is told instead.
    const REWRITTEN: &[(Code, &str, Code, Reason)] = &[
        (
            Code::Internal,
            "failed to decode Protobuf message: OpenCallRequest.source: invalid wire type",
            Code::InvalidArgument,
            Reason::MalformedMessage,
        ),
        (
            Code::Internal,
            "Missing request message.",
            Code::InvalidArgument,
            Reason::MalformedMessage,
        ),
        (
            Code::Internal,
            "Unexpected EOF decoding stream.",
            Code::InvalidArgument,
            Reason::MalformedMessage,
        ),
        (
            Code::Internal,
            "protocol error: received message with invalid compression flag: 7 (valid flags are 0 and 1), while sending request",
            Code::InvalidArgument,
            Reason::MalformedMessage,
        ),
        (
            Code::Unimplemented,
            "Content is compressed with `gzip` which isn't supported",
            Code::InvalidArgument,
            Reason::MalformedMessage,
        ),
        (
            Code::OutOfRange,
            "Error, decoded message length too large: found 262145 bytes, the limit is: 262144 bytes",
            Code::ResourceExhausted,
            Reason::MessageTooLarge,
        ),
        (
            Code::Unimplemented,
            "",
            Code::Unimplemented,
            Reason::UnknownMethod,
        ),
        (
            Code::Cancelled,
            "Timeout expired",
            Code::DeadlineExceeded,
            Reason::DeadlineExceeded,
        ),
        (
            Code::Unknown,
            "h2 protocol: a secret of ours",
            Code::Internal,
            Reason::Internal,
        ),
        (
            Code::DataLoss,
            "a secret of ours",
            Code::Internal,
            Reason::Internal,
        ),
    ];

    /// A status as it stands on the wire: without details.
    fn said(code: Code, words: &str) -> Status {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-status", i32::from(code).into());
        headers.insert("grpc-message", words.parse().expect("plain text"));
        Status::from_header_map(&headers).expect("a status")
    }

    /// A body of these frames.
    struct Frames(VecDeque<Frame<Bytes>>);

    impl HttpBody for Frames {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            Poll::Ready(self.0.pop_front().map(Ok))
        }
    }

    /// As the library does it when nothing of a body has been sent.
    fn in_headers(status: &Status) -> Response<Body> {
        status.clone().into_http()
    }

    /// As the library does it behind a body.
    fn in_trailers(status: &Status) -> Response<Body> {
        let mut trailers = HeaderMap::new();
        status
            .add_header(&mut trailers)
            .expect("a status fits into trailers");
        let frames = [
            Frame::data(Bytes::from_static(b"a message")),
            Frame::trailers(trailers),
        ];
        Response::new(Body::new(Frames(frames.into())))
    }

    async fn through(path: &str, response: Response<Body>) -> Response<Body> {
        let mut response = Some(response);
        let inner = service_fn(move |_: Request<()>| {
            let response = response.take().expect("asked once");
            async { Ok::<_, Infallible>(response) }
        });
        let request = Request::builder().uri(path).body(()).expect("a request");
        OuterLayer.layer(inner).oneshot(request).await.expect("an answer")
    }

    /// What the client reads: how many bytes of messages, and the status wherever it stands.
    async fn read(response: Response<Body>) -> (usize, Option<Status>) {
        let mut status = Status::from_header_map(response.headers());
        let mut bytes = 0;
        let mut body = response.into_body();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            match frame.expect("a frame").into_data() {
                Ok(data) => bytes += data.len(),
                Err(frame) => status = frame.trailers_ref().and_then(Status::from_header_map),
            }
        }
        (bytes, status)
    }

    #[tokio::test]
    async fn what_the_library_says_gets_a_reason_of_ours_wherever_it_stands() {
        for (theirs, words, code, reason) in REWRITTEN {
            let foreign = said(*theirs, words);
            for (response, body) in [(in_headers(&foreign), 0), (in_trailers(&foreign), 9)] {
                let (bytes, status) =
                    read(through("/tandem.v1.DispatchService/OpenCall", response).await).await;
                let status = status.expect("a status");
                let info = status.get_details_error_info().expect("an ErrorInfo");
                assert_eq!(
                    (bytes, status.code(), info.reason.as_str(), info.domain.as_str()),
                    (body, *code, reason.as_str(), DOMAIN),
                    "{theirs:?}: {words}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_fault_of_ours_tells_an_incident_and_nothing_else() {
        let foreign = said(Code::Unknown, "h2 protocol: a secret of ours");
        let (_, status) =
            read(through("/tandem.v1.DispatchService/OpenCall", in_headers(&foreign)).await).await;
        let status = status.expect("a status");
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert!(info.metadata.contains_key("incident"), "{info:?}");
        assert!(!format!("{status:?}").contains("secret"), "{status:?}");
    }

    #[tokio::test]
    async fn a_refusal_of_ours_passes_as_it_is() {
        let refusal = Refusal::new(Reason::StaleVersion, "it has changed since you read it");
        let given = status(refusal.with("expected_version", 3));
        for response in [in_headers(&given), in_trailers(&given)] {
            let (_, read) = read(through("/tandem.v1.RosterService/UpdateResponder", response).await).await;
            let read = read.expect("a status");
            assert_eq!(
                (read.code(), read.message(), read.details()),
                (given.code(), given.message(), given.details())
            );
        }
    }

    #[tokio::test]
    async fn an_answer_passes_as_it_is() {
        let (bytes, status) = read(
            through(
                "/tandem.v1.AvailabilityService/GetMe",
                in_trailers(&Status::ok("")),
            )
            .await,
        )
        .await;
        assert_eq!((bytes, status.map(|status| status.code())), (9, Some(Code::Ok)));
    }

    #[tokio::test]
    async fn a_service_that_is_nowhere_is_told_with_a_reason() {
        let foreign = said(Code::Unimplemented, "");
        let (_, status) = read(through("/elsewhere.v1.Service/Method", in_headers(&foreign)).await).await;
        let info = status.and_then(|status| status.get_details_error_info());
        assert_eq!(
            info.map(|info| info.reason).as_deref(),
            Some(Reason::UnknownMethod.as_str())
        );
    }

    #[tokio::test]
    async fn health_answers_in_its_own_words() {
        let foreign = said(Code::NotFound, "service not registered");
        let (_, status) = read(through("/grpc.health.v1.Health/Check", in_headers(&foreign)).await).await;
        let status = status.expect("a status");
        assert_eq!((status.code(), status.details()), (Code::NotFound, &b""[..]));
    }
}
