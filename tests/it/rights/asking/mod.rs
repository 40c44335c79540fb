//! How each method is called, so that a caller who may call it changes something, or reads something.

mod course;
mod coverage;
mod field;
mod hours;
mod office;
mod on_call;
mod pattern;
mod planning;
mod request;
mod transfer;

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

use tandem::grpc::pb;
use tonic::Status;

use crate::harness::town::{Client, Member, Town, point, st_louis};

type Answered = Pin<Box<dyn Future<Output = Result<bool, Status>>>>;

/// A request made ready. Whoever sends it, it is the same.
pub(crate) struct Ask(Box<dyn Fn(Client) -> Answered>);

impl Ask {
    /// Sends it. `true`: the answer says something.
    pub(crate) async fn by(&self, client: &Client) -> Result<bool, Status> {
        (self.0)(client.clone()).await
    }
}

/// A request, how it is sent, and what of its answer says something.
macro_rules! ask {
    ($service:ident.$method:ident, $request:expr, |$answer:ident| $told:expr) => {{
        let request = $request;
        Ask(Box::new(move |client: $crate::harness::town::Client| {
            let request = request.clone();
            Box::pin(async move {
                let $answer = client.$service().$method(request).await?.into_inner();
                Ok($told)
            })
        }))
    }};
    (sends $service:ident.$method:ident, $request:expr, |$answer:ident| $told:expr) => {{
        let request = $request;
        Ask(Box::new(move |client: $crate::harness::town::Client| {
            let parts = tokio_stream::iter([request.clone()]);
            Box::pin(async move {
                let $answer = client.$service().$method(parts).await?.into_inner();
                Ok($told)
            })
        }))
    }};
    (follows $service:ident.$method:ident, $request:expr) => {{
        let request = $request;
        Ask(Box::new(move |client: $crate::harness::town::Client| {
            let request = request.clone();
            Box::pin(async move {
                let mut stream = client.$service().$method(request).await?.into_inner();
                let first = stream.message().await?;
                Ok(first.is_some_and(|first| first.heard.is_some()))
            })
        }))
    }};
}
use ask;

/// Where requests are made ready: a town, and the clinician whom they are about.
pub(crate) struct Stage<'a> {
    pub(crate) town: &'a Town,
    pub(crate) subject: &'a Member,
    counted: Cell<u32>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(town: &'a Town) -> Stage<'a> {
        Stage {
            town,
            subject: &town.clinicians[0],
            counted: Cell::new(0),
        }
    }

    /// Makes ready a request of this method, given as `Service/Method`.
    pub(crate) async fn ready(&self, method: &str) -> Ask {
        let ask = match method.split_once('/') {
            Some(("AdminService", method)) => self.admin(method).await,
            Some(("RosterService", method)) => self.roster(method).await,
            Some(("ScheduleService", method)) => self.schedule(method).await,
            Some(("OnCallService", method)) => self.on_call(method).await,
            Some(("PatternService", method)) => self.pattern(method).await,
            Some(("HoursService", method)) => self.hours(method).await,
            Some(("PlanningService", method)) => self.planning(method).await,
            Some(("RequestService", method)) => self.request(method).await,
            Some(("CoverageService", method)) => self.coverage(method),
            Some(("AvailabilityService", method)) => self.availability(method).await,
            Some(("DispatchService", method)) => self.dispatch(method).await,
            Some(("AssignmentService", method)) => self.assignment(method).await,
            Some(("TransferService", method)) => self.transfer(method).await,
            Some(("StreamingService", method)) => self.streaming(method),
            Some(_) | None => None,
        };
        ask.unwrap_or_else(|| panic!("{method}: say in this folder how it is called"))
    }

    fn request_id(&self) -> String {
        self.town.request_id()
    }

    /// A number that was not given before.
    fn next(&self) -> u32 {
        self.counted.set(self.counted.get() + 1);
        self.counted.get()
    }

    /// A place near the scene where nobody was before.
    fn elsewhere(&self) -> pb::Location {
        point(38.64 + f64::from(self.next()) * 1e-5, -90.2)
    }

    fn disposition() -> Option<pb::Disposition> {
        Some(pb::Disposition {
            code: "15".to_owned(),
            ..Default::default()
        })
    }

    /// A call on which only the subject is asked.
    async fn opened(&self) -> (pb::Call, String) {
        let opened = self.town.open_call(2).await;
        let assignment = opened.assignment.unwrap();
        let asked = &assignment.members[0].responder.as_ref().unwrap().responder_id;
        assert_eq!((assignment.members.len(), asked), (1, &self.subject.id));
        (opened.call.unwrap(), assignment.assignment_id)
    }

    /// Ends what this stage began: the next request starts from the same picture.
    pub(crate) async fn put_away(&self) {
        let town = self.town;
        town.settle().await;
        let mut desk = town.dispatcher.availability();
        let board = desk
            .get_board(pb::GetBoardRequest {})
            .await
            .unwrap()
            .into_inner()
            .board;
        let board = board.unwrap();
        for alert in board.alerts.iter().filter(|alert| alert.ended_at.is_none()) {
            let request = pb::AcknowledgeAlertRequest {
                request_id: self.request_id(),
                alert_id: alert.alert_id.clone(),
                channel: pb::Channel::Phone.into(),
                occurred_at: None,
            };
            town.dispatcher
                .dispatch()
                .acknowledge_alert(request)
                .await
                .unwrap();
        }
        use pb::CallState::{Assigned, Offered, Open, Waiting};
        for call in &board.calls {
            if [Open, Waiting, Offered, Assigned].contains(&call.state()) {
                let request = pb::CancelCallRequest {
                    request_id: self.request_id(),
                    call_id: call.call_id.clone(),
                    reason: "over".to_owned(),
                    channel: pb::Channel::Phone.into(),
                    occurred_at: None,
                };
                town.dispatcher.dispatch().cancel_call(request).await.unwrap();
            }
        }
        let at_home = |one: &&pb::BoardResponder| {
            let of_subject = one.responder.as_ref().unwrap().responder_id == self.subject.id;
            of_subject && one.duty_status.as_ref().unwrap().primary() != pb::Duty::Available
        };
        if board.responders.iter().any(|one| at_home(&one)) {
            town.sign_on(self.subject).await;
            town.place(self.subject, 0).await;
        }
        town.settle().await;
    }
}

/// What a request could change: the journal, positions, which jurisdictions there are, and at which addresses calendars are.
#[derive(Debug, PartialEq)]
pub(crate) struct Standing {
    revision: u64,
    positions: tandem::travel::Positions,
    jurisdictions: usize,
    calendar_addresses: usize,
}

impl Standing {
    pub(crate) async fn of(town: &Town) -> Standing {
        Standing {
            revision: town.store.head(&st_louis()).await.unwrap().revision,
            positions: town.desk.center(&st_louis()).await.unwrap().positions(),
            jurisdictions: town.store.jurisdictions().await.unwrap().len(),
            calendar_addresses: town.store.calendar_addresses(&st_louis()).await.unwrap().len(),
        }
    }
}
