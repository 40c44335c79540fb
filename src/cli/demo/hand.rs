//! A connection with a token: all that the demonstration has of the server.

use std::net::SocketAddr;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::Trouble;
use crate::board::Role;
use crate::desk::token::Shown;
use crate::grpc::pb;
use crate::id::{Ids, JurisdictionId, ResponderId, TokenId};
use crate::moment::Moment;
use crate::store::{Store, Token};

/// Shows the token with every request.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// Someone with a token at a server.
#[derive(Clone)]
pub struct Hand {
    channel: Channel,
    bearer: Bearer,
}

macro_rules! services {
    ($($name:ident => $module:ident :: $client:ident),+ $(,)?) => {
        impl Hand {
            $(pub(super) fn $name(&self) -> pb::$module::$client<InterceptedService<Channel, Bearer>> {
                pb::$module::$client::with_interceptor(self.channel.clone(), self.bearer.clone())
            })+
        }
    };
}

services! {
    admin => admin_service_client::AdminServiceClient,
    roster => roster_service_client::RosterServiceClient,
    schedule => schedule_service_client::ScheduleServiceClient,
    availability => availability_service_client::AvailabilityServiceClient,
    dispatch => dispatch_service_client::DispatchServiceClient,
    assignment => assignment_service_client::AssignmentServiceClient,
    streaming => streaming_service_client::StreamingServiceClient,
}

/// Makes tokens as the command line does, on the server's database, and takes them to the server.
pub struct Gate {
    store: Store,
    channel: Channel,
    at: Moment,
}

/// Who a token is for.
#[derive(Clone)]
pub struct Holder {
    /// What he is.
    pub role: Role,
    /// Who he is.
    pub subject: String,
    /// Where; none for the installation.
    pub jurisdiction_id: Option<JurisdictionId>,
    /// Which responder.
    pub responder_id: Option<ResponderId>,
}

impl Gate {
    /// The gate of the server at this address, over this database, at this time.
    pub async fn at(store: Store, address: SocketAddr, at: Moment) -> Result<Gate, Trouble> {
        let channel = Channel::from_shared(format!("http://{address}"))?
            .connect()
            .await?;
        Ok(Gate { store, channel, at })
    }

    /// A token for him, and him with it at the server. Good for a year: the world's clock may turn far.
    pub async fn admit(&self, holder: Holder) -> Result<(Hand, String), Trouble> {
        let (mut seed, mut secret) = ([0; 16], [0; 32]);
        for bits in [&mut seed[..], &mut secret[..]] {
            getrandom::fill(bits).map_err(|error| format!("no random bits: {error}"))?;
        }
        let shown = Shown::new(TokenId::next(&mut Ids::new(seed), self.at), secret);
        let token = Token {
            id: shown.id,
            secret_hash: shown.secret_hash(),
            role: holder.role,
            subject: holder.subject,
            jurisdiction_id: holder.jurisdiction_id,
            agency_id: None,
            responder_id: holder.responder_id,
            device_id: None,
            created_at: self.at,
            expires_at: self.at.plus_seconds(366 * 86_400),
            revoked_at: None,
        };
        self.store.insert_token(&token).await?;
        let bearer = Bearer(format!("Bearer {}", shown.text()).parse()?);
        let hand = Hand {
            channel: self.channel.clone(),
            bearer,
        };
        Ok((hand, shown.text()))
    }
}
