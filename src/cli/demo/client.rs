//! A caller over the wire: a connection, a token, and the generated clients. Nothing in this folder but the maker of the
//! server reaches into it by another way.

use std::net::SocketAddr;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::Fault;
use crate::grpc::pb;

/// Shows the token with each request.
#[derive(Clone)]
pub(super) struct Badge(MetadataValue<Ascii>);

impl Interceptor for Badge {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

type Line = InterceptedService<Channel, Badge>;

/// One caller. Counts his requests, so that each has a name of its own.
pub(super) struct Client {
    channel: Channel,
    badge: Badge,
    name: String,
    asked: u64,
}

impl Client {
    /// A caller named `name` with this token. Callers share the connection.
    pub(super) fn new(channel: &Channel, name: &str, token: &str) -> Result<Client, Fault> {
        Ok(Client {
            channel: channel.clone(),
            badge: Badge(format!("Bearer {token}").parse()?),
            name: name.to_owned(),
            asked: 0,
        })
    }

    /// The name of his next request.
    pub(super) fn request_id(&mut self) -> String {
        self.asked += 1;
        format!("{}-{}", self.name, self.asked)
    }

    fn line(&self) -> (Channel, Badge) {
        (self.channel.clone(), self.badge.clone())
    }
}

/// A connection to a server in plaintext, as on loopback.
pub(super) async fn connect(address: SocketAddr) -> Result<Channel, Fault> {
    Ok(Channel::from_shared(format!("http://{address}"))?
        .connect()
        .await?)
}

macro_rules! services {
    ($($name:ident: $module:ident, $client:ident;)+) => {
        impl Client {
            $(pub(super) fn $name(&self) -> pb::$module::$client<Line> {
                let (channel, badge) = self.line();
                pb::$module::$client::with_interceptor(channel, badge)
            })+
        }
    };
}

services! {
    admin: admin_service_client, AdminServiceClient;
    roster: roster_service_client, RosterServiceClient;
    schedule: schedule_service_client, ScheduleServiceClient;
    availability: availability_service_client, AvailabilityServiceClient;
    dispatch: dispatch_service_client, DispatchServiceClient;
    assignment: assignment_service_client, AssignmentServiceClient;
    streaming: streaming_service_client, StreamingServiceClient;
}
