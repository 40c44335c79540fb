//! Someone at the other end of the wire.

use std::net::SocketAddr;

use tandem::board::Role;
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::id::{Ids, TokenId};
use tandem::moment::Moment;
use tandem::store::Store;
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Shows a token with every request.
#[derive(Clone)]
pub(crate) struct Bearer(pub(super) Option<MetadataValue<tonic::metadata::Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(shown) = &self.0 {
            request.metadata_mut().insert("authorization", shown.clone());
        }
        Ok(request)
    }
}

pub(crate) type Wire = InterceptedService<Channel, Bearer>;

/// Someone with a token and a connection.
#[derive(Clone)]
pub(crate) struct Client {
    pub(super) channel: Channel,
    pub(super) bearer: Bearer,
}

impl Client {
    /// Someone who shows this in his authorization header, at this address.
    pub(crate) async fn connect(address: SocketAddr, header: &str) -> Client {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        Client::over(channel.connect().await.unwrap(), header)
    }

    /// The same, if anyone answers there.
    pub(crate) async fn try_connect(address: SocketAddr, header: &str) -> Option<Client> {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        channel
            .connect()
            .await
            .ok()
            .map(|wire| Client::over(wire, header))
    }

    /// Someone who shows this in his authorization header, over a connection that he may share.
    pub(crate) fn over(channel: Channel, header: &str) -> Client {
        Client {
            channel,
            bearer: Bearer(Some(header.parse().unwrap())),
        }
    }
}

macro_rules! services {
    ($($name:ident => $module:ident :: $client:ident),+ $(,)?) => {
        impl Client {
            $(pub(crate) fn $name(&self) -> pb::$module::$client<Wire> {
                pb::$module::$client::with_interceptor(self.channel.clone(), self.bearer.clone())
            })+
        }
    };
}

services! {
    admin => admin_service_client::AdminServiceClient,
    roster => roster_service_client::RosterServiceClient,
    on_call => on_call_service_client::OnCallServiceClient,
    pattern => pattern_service_client::PatternServiceClient,
    planning => planning_service_client::PlanningServiceClient,
    request => request_service_client::RequestServiceClient,
    coverage => coverage_service_client::CoverageServiceClient,
    schedule => schedule_service_client::ScheduleServiceClient,
    hours => hours_service_client::HoursServiceClient,
    availability => availability_service_client::AvailabilityServiceClient,
    dispatch => dispatch_service_client::DispatchServiceClient,
    assignment => assignment_service_client::AssignmentServiceClient,
    streaming => streaming_service_client::StreamingServiceClient,
    transfer => transfer_service_client::TransferServiceClient,
}

/// Keeps a token for the whole installation, in force for a day of real time, and gives the header that shows it.
pub(crate) async fn admin_token(store: &Store, role: Role) -> String {
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let now = Moment::from_seconds(now);
    let shown = Shown::new(TokenId::next(&mut Ids::new([8; 16]), now), [8; 32]);
    let token = shown.kept(role, role.as_str().to_owned(), now, now.plus_seconds(86_400));
    store.insert_token(&token).await.unwrap();
    format!("Bearer {}", shown.text())
}

/// Where his stream stands.
pub(crate) async fn token_of(of: &Client) -> String {
    let start = pb::ListEventsRequest::default();
    let listed = of.streaming().list_events(start).await.unwrap();
    listed.into_inner().resume_token
}

/// What somebody has heard of since this token.
pub(crate) async fn heard_since(of: &Client, resume_token: &str) -> Vec<pb::Event> {
    let request = pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let listed = of.streaming().list_events(request).await.unwrap().into_inner();
    listed
        .updates
        .into_iter()
        .flat_map(|update| update.events)
        .collect()
}

/// The reason that a status carries.
pub(crate) fn reason(status: &Status) -> String {
    use tonic_types::StatusExt;
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// The fields that a status blames.
pub(crate) fn fields(status: &Status) -> Vec<String> {
    use tonic_types::StatusExt;
    let blamed = status.get_details_bad_request().map(|bad| bad.field_violations);
    blamed
        .into_iter()
        .flatten()
        .map(|violation| violation.field)
        .collect()
}

pub(crate) fn point(latitude: f64, longitude: f64) -> pb::Location {
    pb::Location { latitude, longitude }
}

/// Where calls are, unless a test says otherwise.
pub(crate) fn scene() -> pb::Location {
    point(38.63, -90.20)
}

/// Whom to call back.
pub(crate) fn contact(phone: &str, name: &str) -> Option<pb::Contact> {
    Some(pb::Contact {
        phone: phone.to_owned(),
        name: name.to_owned(),
    })
}

/// A call, by its id.
pub(crate) fn by_id(call_id: &str) -> Option<pb::CallKey> {
    let key = pb::call_key::Key::CallId(call_id.to_owned());
    Some(pb::CallKey { key: Some(key) })
}
