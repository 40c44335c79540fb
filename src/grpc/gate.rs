//! The gate: every request of the contract shows a bearer token, and its role must be listed for the method.
//!
//! It stands before the services, so a method that forgets to ask is still guarded. Health and reflection are the only
//! services outside it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use super::status::status;
use crate::desk::{Caller, Desk, rights};
use crate::refusal::{Reason, Refusal};

const PACKAGE: &str = "/tandem.v1.";

/// Puts the gate before a service.
#[derive(Clone)]
pub(super) struct GateLayer(Desk);

/// A service behind the gate.
#[derive(Clone)]
pub(super) struct Gate<S> {
    desk: Desk,
    inner: S,
}

impl GateLayer {
    /// A gate that asks this desk.
    pub(super) fn new(desk: Desk) -> GateLayer {
        GateLayer(desk)
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            desk: self.0.clone(),
            inner,
        }
    }
}

impl<S> Service<Request<Body>> for Gate<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let desk = self.desk.clone();
        // The clone that was polled ready goes with the request.
        let waiting = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, waiting);
        Box::pin(async move {
            if let Some(method) = request.uri().path().strip_prefix(PACKAGE) {
                match admit(&desk, request.headers(), method).await {
                    Ok(caller) => request.extensions_mut().insert(caller),
                    Err(refusal) => return Ok(status(refusal).into_http()),
                };
            }
            inner.call(request).await
        })
    }
}

async fn admit(desk: &Desk, headers: &HeaderMap, method: &str) -> Result<Caller, Refusal> {
    let caller = desk.admit(bearer(headers)?).await?;
    if !rights::is_listed(method) {
        return Err(Refusal::new(Reason::UnknownMethod, "no such method"));
    }
    if rights::may_call(caller.role, method) {
        Ok(caller)
    } else {
        Err(Refusal::new(
            Reason::RoleForbidden,
            format!(
                "the role {} may not call {method}; a token of one of these may: {}",
                caller.role.as_str(),
                rights::roles_of(method)
            ),
        ))
    }
}

/// Exactly one authorization header, and it is a bearer token.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let refused = |detail: &str| Refusal::new(Reason::Unauthenticated, detail);
    let mut shown = headers.get_all(AUTHORIZATION).iter();
    let first = shown.next().ok_or_else(|| refused("no authorization header"))?;
    if shown.next().is_some() {
        return Err(refused("more than one authorization header"));
    }
    first
        .to_str()
        .ok()
        .and_then(|text| {
            text.strip_prefix("Bearer ")
                .or_else(|| text.strip_prefix("bearer "))
        })
        .ok_or_else(|| refused("the authorization header is not `Bearer <token>`"))
}
