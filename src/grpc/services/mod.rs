//! The handlers: parse, ask, render. Whatever takes more than a few lines belongs to the desk or to the wire.

mod admin;
mod answer;
mod assignment;
mod availability;
mod coverage;
mod dispatch;
mod hours;
mod on_call;
mod outlet;
mod pattern;
mod planning;
mod request;
mod roster;
mod schedule;
mod streaming;
mod transfer;

use std::str::FromStr;
use std::sync::Arc;

use tonic::transport::server::Router;
use tonic::{Request, Status, Streaming};

use super::server::MESSAGE_BYTES;
use super::wire::parse::{Stamp, page::Page};
use super::wire::render::Render;
use super::{pb, status::status};
use crate::desk::{Answer, Caller, Center, Command, Desk, internal};
use crate::id::JurisdictionId;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};

/// What every service has at hand.
#[derive(Clone)]
struct Services {
    desk: Desk,
}

/// A caller at the center of his jurisdiction.
struct Session {
    caller: Caller,
    center: Arc<Center>,
    desk: Desk,
}

/// Adds every service of the contract.
pub(super) fn add<L: Clone>(router: Router<L>, desk: &Desk) -> Router<L> {
    macro_rules! add_each {
        ($router:ident, $($module:ident :: $server:ident),+ $(,)?) => {
            $router$(.add_service(
                pb::$module::$server::new(Services { desk: desk.clone() })
                    .max_decoding_message_size(MESSAGE_BYTES),
            ))+
        };
    }
    add_each!(
        router,
        admin_service_server::AdminServiceServer,
        roster_service_server::RosterServiceServer,
        schedule_service_server::ScheduleServiceServer,
        on_call_service_server::OnCallServiceServer,
        pattern_service_server::PatternServiceServer,
        hours_service_server::HoursServiceServer,
        planning_service_server::PlanningServiceServer,
        request_service_server::RequestServiceServer,
        coverage_service_server::CoverageServiceServer,
        availability_service_server::AvailabilityServiceServer,
        dispatch_service_server::DispatchServiceServer,
        assignment_service_server::AssignmentServiceServer,
        streaming_service_server::StreamingServiceServer,
        transfer_service_server::TransferServiceServer,
    )
}

/// Who asks; the gate has let him in.
fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or_else(|| status(Refusal::new(Reason::Unauthenticated, "no token")))
}

impl Services {
    /// The caller at the center that his token is for.
    async fn session<T>(&self, request: &Request<T>) -> Result<Session, Status> {
        let caller = caller(request)?;
        let center = self.desk.center(caller.jurisdiction_id()?).await?;
        center.still_has(&caller)?;
        Ok(Session {
            caller,
            center,
            desk: self.desk.clone(),
        })
    }

    /// The caller at the center that he names: his own, or any for one who administers the installation.
    async fn session_at<T>(&self, request: &Request<T>, named: &JurisdictionId) -> Result<Session, Status> {
        let caller = caller(request)?;
        if caller.jurisdiction_id.as_ref().is_some_and(|own| own != named) {
            return Err(status(Refusal::not_found("jurisdiction", named)));
        }
        let center = self.desk.center(named).await?;
        Ok(Session {
            caller,
            center,
            desk: self.desk.clone(),
        })
    }
}

impl Session {
    async fn ask(&self, stamp: Stamp, command: impl Into<Command>) -> Result<Answer, Refusal> {
        self.center.ask(stamp.by(&self.caller), command).await
    }

    /// The next message of what he sends. Sending ends when the server does, and with the right to send.
    async fn next<T>(&self, messages: &mut Streaming<T>) -> Result<Option<T>, Status> {
        let message = tokio::select! {
            () = self.desk.told_to_close() => {
                let told = "the server is going down; send the rest elsewhere";
                return Err(Refusal::new(Reason::ShuttingDown, told).into());
            }
            message = messages.message() => message?,
        };
        self.desk.still_allowed(&self.caller, &self.center)?;
        Ok(message)
    }

    fn now(&self) -> Moment {
        self.desk.clock().now()
    }

    /// Renders at the board as it stands. Its lock is held meanwhile.
    fn show<T>(&self, look: impl FnOnce(&Render<'_>) -> T) -> T {
        let board = self.center.board();
        look(&Render::new(&board, self.caller.viewer(), self.now()))
    }

    /// Renders as of the moment when the answer was decided, so that the same request gets the same answer.
    fn show_answer<T>(&self, answer: &Answer, look: impl FnOnce(&Render<'_>) -> T) -> T {
        let board = self.center.board();
        look(&Render::new(&board, self.caller.viewer(), answer.at).naming(&answer.names))
    }
}

/// The recorder answered with something else than this command answers with.
fn unexpected(answer: &Answer) -> Refusal {
    internal(&format!("unexpected answer at revision {}", answer.revision))
}

/// The sort key of a row: a moment and an id.
fn key<I: ToString>(at: Moment, id: I) -> String {
    format!("{}/{}", at.micros(), id.to_string())
}

/// Where the page before ended. A token that was made here has such a key.
fn after<I: FromStr>(page: &Page) -> Option<(Moment, I)> {
    let (micros, id) = page.after.as_deref()?.split_once('/')?;
    Some((Moment::from_micros(micros.parse().ok()?), id.parse().ok()?))
}

/// A page of what the board holds by id: what comes after the last id of the page before.
fn page_of<T>(page: &Page, all: impl Iterator<Item = T>, id: impl Fn(&T) -> String) -> (Vec<T>, String) {
    let mut rows: Vec<T> = all
        .filter(|row| page.after.as_ref().is_none_or(|after| id(row) > *after))
        .take(page.size + 1)
        .collect();
    let next = page.cut(&mut rows, id);
    (rows, next)
}
