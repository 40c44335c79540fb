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
        let ours = request.uri().path().starts_with("/tandem.");
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
    let (reason, detail) = match foreign.code() {
        Code::Unimplemented => (Reason::UnknownMethod, "no such method"),
        Code::OutOfRange | Code::ResourceExhausted => {
            (Reason::MessageTooLarge, "the message is larger than the limit")
        }
        Code::Internal | Code::InvalidArgument | Code::Unknown if is_undecodable(foreign.message()) => (
            Reason::MalformedMessage,
            "the bytes are no message of this method",
        ),
        Code::Cancelled | Code::DeadlineExceeded => {
            (Reason::DeadlineExceeded, "the deadline of the request passed")
        }
        _ => {
            tracing::error!(code = ?foreign.code(), message = foreign.message(), "a status without a reason");
            (Reason::Internal, "a fault of the server")
        }
    };
    status(Refusal::new(reason, detail))
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
