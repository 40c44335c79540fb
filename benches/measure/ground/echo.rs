//! The bare thing beside a request: a tonic server that gives the message back.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::uri::PathAndQuery;
use http::{Request, Response};
use tandem::grpc::pb::OpenCallRequest;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Status, client};
use tonic_prost::ProstCodec;

/// What this program is called with to be the echo.
pub(crate) const NAME: &str = "echo";
const PATH: &str = "/bare.Echo/Echo";

#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "bare.Echo";
}

impl UnaryService<OpenCallRequest> for Echo {
    type Response = OpenCallRequest;
    type Future = Ready<Result<tonic::Response<OpenCallRequest>, Status>>;

    fn call(&mut self, request: tonic::Request<OpenCallRequest>) -> Self::Future {
        ready(Ok(tonic::Response::new(request.into_inner())))
    }
}

impl tower::Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            let codec = ProstCodec::<OpenCallRequest, OpenCallRequest>::default();
            Ok(Grpc::new(codec).unary(Echo, request).await)
        })
    }
}

/// Serves this and the bare streams until the process is killed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on {}", listener.local_addr().unwrap());
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        Server::builder()
            .add_service(Echo)
            .add_service(super::spread::service())
            .serve_with_incoming(incoming)
            .await
            .unwrap();
    });
}

/// Sends the message and takes it back.
pub(crate) async fn ask(channel: &Channel, message: OpenCallRequest) -> OpenCallRequest {
    let mut wire = client::Grpc::new(channel.clone());
    wire.ready().await.unwrap();
    let codec = ProstCodec::<OpenCallRequest, OpenCallRequest>::default();
    let path = PathAndQuery::from_static(PATH);
    wire.unary(tonic::Request::new(message), path, codec)
        .await
        .unwrap()
        .into_inner()
}
