//! One server: the services behind the gate, health beside it, an end that comes.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tonic::transport::{Identity, Server, ServerTlsConfig};

use super::gate::GateLayer;
use super::listener::{Manners, connections};
use super::outer::OuterLayer;
use super::{DESCRIPTORS, services};
use crate::desk::Desk;

/// The largest message, bytes; what is larger comes as a client stream.
pub const MESSAGE_BYTES: usize = 256 * 1024;
const STREAM_WINDOW: u32 = 256 * 1024;
/// One stalled upload must not starve the others of its connection.
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;
const STREAMS_OF_A_CONNECTION: u32 = 256;

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Certificate chain and key, PEM.
    pub tls: Option<(Vec<u8>, Vec<u8>)>,
    /// Whether to serve reflection.
    pub reflection: bool,
    /// How many connections at once.
    pub max_connections: usize,
    /// How long open streams may take to end.
    pub shutdown: Duration,
}

/// Serves until `stop` ends, and then until every stream has ended or the time is up.
pub async fn serve(
    desk: Desk,
    listener: TcpListener,
    setup: Setup,
    stop: impl Future<Output = ()>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let manners = Manners {
        most: setup.max_connections,
        patience: Duration::from_secs(5),
        tls: setup.tls.is_some(),
    };
    let mut builder = Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(STREAMS_OF_A_CONNECTION)
        .http2_max_header_list_size(16 * 1024);
    if let Some((certificate, key)) = &setup.tls {
        builder = builder.tls_config(
            ServerTlsConfig::new()
                .identity(Identity::from_pem(certificate, key))
                .timeout(Duration::from_secs(5)),
        )?;
    }
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status("", tonic_health::ServingStatus::Serving)
        .await;
    let mut router = builder
        .layer(OuterLayer)
        .layer(GateLayer::new(desk.clone()))
        .add_service(health_service);
    if setup.reflection {
        let builders = || {
            tonic_reflection::server::Builder::configure().register_encoded_file_descriptor_set(DESCRIPTORS)
        };
        router = router
            .add_service(builders().build_v1()?)
            .add_service(builders().build_v1alpha()?);
    }
    let router = services::add(router, &desk);
    let (ending, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = router.serve_with_incoming_shutdown(connections(listener, manners), async {
        // A sender that is gone ends the server as well.
        let _ = ended.await;
    });
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        served = &mut serving => return Ok(served?),
        () = stop => {}
    }
    tracing::info!("shutting down: streams are told to resume elsewhere");
    health
        .set_service_status("", tonic_health::ServingStatus::NotServing)
        .await;
    desk.close();
    drop(ending);
    if tokio::time::timeout(setup.shutdown, &mut serving).await.is_err() {
        tracing::warn!("some connections did not end in time; they are cut");
    }
    desk.closed().await;
    Ok(())
}

/// Binds the address, so that the port is known before anything is served.
pub async fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(listen).await
}
