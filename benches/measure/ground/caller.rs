//! Someone at the other end of the wire: tokens, connections, and what is asked.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use tandem::board::{MARCUS_ALERT, Role};
use tandem::desk::token::Shown;
use tandem::grpc::pb::{self, dispatch_service_client::DispatchServiceClient};
use tandem::id::{Ids, JurisdictionId, ResponderId, TokenId};
use tandem::moment::Moment;
use tandem::store::{Store, Token};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;

/// A token's header, as it is shown.
pub(crate) type Header = MetadataValue<Ascii>;

/// Tokens of dispatchers of a jurisdiction, in force for a day: each watches or asks as someone of his own.
pub(crate) async fn dispatchers(store: &Store, at: &JurisdictionId, now: Moment, many: usize) -> Vec<Header> {
    let mut ids = Ids::new([8; 16]);
    let mut headers = Vec::with_capacity(many);
    for n in 0..many {
        let shown = Shown::new(TokenId::next(&mut ids, now), [8; 32]);
        let token = Token {
            jurisdiction_id: Some(at.clone()),
            ..shown.kept(
                Role::Dispatcher,
                format!("dispatcher-{n}"),
                now,
                now.plus_seconds(86_400),
            )
        };
        store.insert_token(&token).await.unwrap();
        headers.push(format!("Bearer {}", shown.text()).parse().unwrap());
    }
    headers
}

/// Connections, with windows wide enough that one of them can carry a hundred streams.
pub(crate) async fn connections(address: SocketAddr, many: usize) -> Vec<Channel> {
    let mut channels = Vec::with_capacity(many);
    for _ in 0..many {
        let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
        let endpoint = endpoint
            .initial_connection_window_size(4 * 1024 * 1024)
            .initial_stream_window_size(256 * 1024);
        channels.push(endpoint.connect().await.unwrap());
    }
    channels
}

/// A request that shows a token.
pub(crate) fn showing<T>(header: &Header, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", header.clone());
    request
}

/// A `request_id` that nobody has used in this process.
pub(crate) fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!(
        "measure-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A call for a pair, as a CAD would write it.
pub(crate) fn a_call() -> pb::OpenCallRequest {
    pb::OpenCallRequest {
        request_id: request_id(),
        source: "911".to_owned(),
        requested_by: "dispatcher".to_owned(),
        incident_type: "EDP".to_owned(),
        acuity: Some(pb::Acuity {
            scheme: MARCUS_ALERT.to_owned(),
            level: 3,
        }),
        location: Some(pb::Location {
            latitude: 38.63,
            longitude: -90.20,
        }),
        channel: pb::Channel::Cad.into(),
        ..Default::default()
    }
}

/// Opens a call that a pair can be sent to.
pub(crate) async fn open(
    channel: &Channel,
    header: &Header,
    call: pb::OpenCallRequest,
) -> pb::OpenCallResponse {
    let mut dispatch = DispatchServiceClient::new(channel.clone());
    let answer = dispatch.open_call(showing(header, call)).await.unwrap();
    answer.into_inner()
}

/// Cancels it, which frees them.
pub(crate) async fn cancel(channel: &Channel, header: &Header, opened: &pb::OpenCallResponse) {
    let request = pb::CancelCallRequest {
        request_id: request_id(),
        call_id: opened.call.as_ref().unwrap().call_id.clone(),
        reason: "duplicate".to_owned(),
        channel: pb::Channel::Cad.into(),
        occurred_at: None,
    };
    let mut dispatch = DispatchServiceClient::new(channel.clone());
    dispatch.cancel_call(showing(header, request)).await.unwrap();
}

/// Says of a responder what he already is: one entry, seen by every dispatcher.
pub(crate) async fn set_duty(channel: &Channel, header: &Header, responder_id: ResponderId) {
    let change = pb::DutyChange {
        responder_id: responder_id.to_string(),
        primary: pb::Duty::Available.into(),
        ..Default::default()
    };
    let request = pb::SetDutyStatusRequest {
        request_id: request_id(),
        changes: vec![change],
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    let mut availability = pb::availability_service_client::AvailabilityServiceClient::new(channel.clone());
    availability
        .set_duty_status(showing(header, request))
        .await
        .unwrap();
}
