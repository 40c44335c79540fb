//! Calendars over plain HTTP, for phones that subscribe: `GET /calendar/<address>.ics` and nothing else.
//!
//! Whoever knows the address may read that one calendar; an address that was never made, or was taken back, is not found.
//! Paths are secrets and never logged. Connections are few, short and read one small request at a time. TLS is for
//! what stands before it.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::desk::Desk;

/// How many connections at once.
const CONNECTIONS: usize = 256;
/// How long one may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one may live.
const LIFE: Duration = Duration::from_secs(60);
/// How much may stand before a request's end, bytes.
const HEAD_BYTES: usize = 16 * 1024;

/// Serves calendars until `stop` ends.
pub async fn serve(desk: Desk, listener: TcpListener, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, say: others will be free in a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        // Whoever finds no room is hung up on at once.
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            continue;
        };
        let desk = desk.clone();
        tokio::spawn(async move {
            let _place = place;
            let _ = tokio::time::timeout(LIFE, answer(desk, stream)).await;
        });
    }
}

async fn answer(desk: Desk, stream: TcpStream) {
    let service = service_fn(move |request: Request<Incoming>| {
        let desk = desk.clone();
        async move { Ok::<_, Infallible>(respond(&desk, &request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a subscriber of a calendar has gone");
    }
}

async fn respond(desk: &Desk, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return told(StatusCode::METHOD_NOT_ALLOWED, "read it with GET\n");
    }
    let address = request
        .uri()
        .path()
        .strip_prefix("/calendar/")
        .and_then(|rest| rest.strip_suffix(".ics"));
    let Some(address) = address else {
        return told(StatusCode::NOT_FOUND, "no such calendar\n");
    };
    match desk.calendar_at(address).await {
        Ok(Some(text)) => {
            let mut response = Response::new(Full::new(Bytes::from(text)));
            let headers = response.headers_mut();
            let calendar = header::HeaderValue::from_static("text/calendar; charset=utf-8");
            headers.insert(header::CONTENT_TYPE, calendar);
            let private = header::HeaderValue::from_static("private, max-age=300");
            headers.insert(header::CACHE_CONTROL, private);
            let quiet = header::HeaderValue::from_static("no-referrer");
            headers.insert(header::REFERRER_POLICY, quiet);
            response
        }
        Ok(None) => told(StatusCode::NOT_FOUND, "no such calendar\n"),
        Err(refusal) => {
            tracing::warn!(reason = refusal.reason.as_str(), "a calendar cannot be given");
            told(StatusCode::SERVICE_UNAVAILABLE, "not now; try again later\n")
        }
    }
}

fn told(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}
