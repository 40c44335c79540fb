//! A caller with a token at a server's address.

use std::path::PathBuf;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};
use tonic::{Request, Status};

use crate::cli::failure::Failure;
use crate::grpc::pb::transfer_service_client::TransferServiceClient;

/// Where the server is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub(super) struct Server {
    /// Its address; https needs --ca
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:50051")]
    address: String,
    /// The certificate of the authority that signed the server's, PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The token; better in the variable
    #[arg(long, env = "TANDEM_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: String,
}

/// Shows the token with each request.
#[derive(Clone)]
pub(super) struct Badge(MetadataValue<Ascii>);

impl Interceptor for Badge {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// A connection that shows the token.
pub(super) type Wire = InterceptedService<Channel, Badge>;
/// A client of the service of tables.
pub(super) type Client = TransferServiceClient<Wire>;

impl Server {
    pub(super) async fn connect(&self) -> Result<Wire, Failure> {
        let asked = |why: &str| Failure::Asked(why.to_owned());
        let badge = format!("Bearer {}", self.token.trim());
        let badge = badge.parse().map_err(|_| asked("--token: not a token"))?;
        let endpoint = Channel::from_shared(self.address.clone());
        let mut endpoint =
            endpoint.map_err(|_| asked("--address: not a URL such as http://127.0.0.1:50051"))?;
        if let Some(path) = &self.ca {
            let pem = std::fs::read(path).map_err(|why| super::file(path, why))?;
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem));
            endpoint = endpoint
                .tls_config(tls)
                .map_err(|_| asked("--ca: not a certificate"))?;
        }
        let channel = endpoint.connect().await.map_err(|_| {
            Failure::Refused(format!("no server answers at {}; is it running?", self.address))
        })?;
        Ok(InterceptedService::new(channel, Badge(badge)))
    }
}

/// Why the server did not do it, in its own words.
pub(super) fn refused(status: &Status) -> Failure {
    use tonic_types::StatusExt;
    let reason = status.get_details_error_info().map(|info| info.reason);
    let blamed = status.get_details_bad_request().map(|bad| bad.field_violations);
    let mut told = status.message().to_owned();
    if let Some(reason) = reason {
        told = format!("{reason}: {told}");
    }
    for violation in blamed.into_iter().flatten() {
        told.push_str(&format!("\n  {}: {}", violation.field, violation.description));
    }
    Failure::Refused(told)
}
