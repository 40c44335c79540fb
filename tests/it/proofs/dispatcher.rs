//! A dispatcher who never stops: opens a call, lets people join and answer their offers, clears, and begins anew. What
//! he does follows from the seed, his number and the round.

use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tandem::cli::demo::Chance;
use tandem::grpc::pb;
use tonic::{Code, Status};

use super::mutation::{Mutation, Remembered};
use super::programme::{Offer, Programme};
use super::{now, pass};
use crate::harness::town::{by_id, reason};
use crate::harness::verbs::opening;
use crate::history::Attempt;

/// How many offers are remembered for those who answer what is not theirs.
const OFFERS: usize = 64;

/// What he does beside his work, in percent of what he sends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// He sends it twice.
    pub(super) twice: i64,
    /// He sends it again with another body.
    pub(super) other_body: i64,
    /// He remembers it, to send it again much later.
    pub(super) remembered: i64,
    /// A call: he merges, splits or mends it while it runs, and takes it up again when it is over.
    pub(super) messy: i64,
    /// An offer: he answers it in the moment in which it ends.
    pub(super) last_moment: i64,
}

/// A dispatcher.
pub(super) struct Dispatcher<'a> {
    pub(super) programme: &'a Programme<'a>,
    pub(super) number: usize,
    pub(super) chance: Chance,
    pub(super) habits: Habits,
    /// What he remembers.
    pub(super) remembered: Mutex<Vec<Remembered>>,
}

/// One round of his.
pub(super) struct Round<'a> {
    pub(super) dispatcher: &'a Dispatcher<'a>,
    round: u64,
}

impl<'a> Dispatcher<'a> {
    pub(super) fn new(
        programme: &'a Programme<'a>,
        number: usize,
        chance: Chance,
        habits: Habits,
    ) -> Dispatcher<'a> {
        Dispatcher {
            programme,
            number,
            chance,
            habits,
            remembered: Mutex::default(),
        }
    }

    /// Opens a call and leaves it at that; gives its id.
    #[cfg(feature = "faults")]
    pub(super) async fn open_a_call(&self, round: u64) -> Result<String, String> {
        let round = Round {
            dispatcher: self,
            round,
        };
        match round.ask("open", round.opening()).await? {
            Told::Done(opened) => Ok(opened.call.unwrap_or_default().call_id),
            Told::Refused => Err("a call was refused".to_owned()),
        }
    }

    /// Someone joins one of these calls.
    #[cfg(feature = "faults")]
    pub(super) async fn send_someone_to(&self, calls: &[String], round: u64) -> Result<(), String> {
        let round = Round {
            dispatcher: self,
            round,
        };
        let last = i64::try_from(calls.len()).unwrap() - 1;
        let which = usize::try_from(round.between(0, last, "which call")).unwrap();
        round.ask("join", round.joining(&calls[which])).await?;
        Ok(())
    }

    /// Sends a request and writes down what was asked and heard.
    pub(super) async fn send<M: Mutation>(&self, server: usize, request: &M) -> Result<M::Answer, Status> {
        let Dispatcher {
            programme, number, ..
        } = self;
        let (server, client) = programme.reach(*number, server % programme.servers()).await;
        let attempt = Attempt {
            who: programme.subject(*number),
            method: M::METHOD,
            request_id: request.request_id(),
            server,
        };
        let sent = request.clone().send(&client);
        programme.history.ask(attempt, request, sent).await
    }

    /// One call from its beginning to its end. `Err`: what no client should hear.
    pub(super) async fn serve_a_call(&self, round: u64) -> Result<(), String> {
        let round = Round {
            dispatcher: self,
            round,
        };
        round.serve().await
    }
}

/// What became of a request.
pub(super) enum Told<A> {
    Done(A),
    Refused,
}

impl Round<'_> {
    async fn serve(&self) -> Result<(), String> {
        let Told::Done(opened) = self.ask("open", self.opening()).await? else {
            return Err("a call was refused".to_owned());
        };
        let call = opened.call.clone().unwrap_or_default();
        if opened.assignment.is_none() && call.state() != pb::CallState::Waiting {
            return Err(format!(
                "a loser has a place in the queue, not {:?}",
                call.state()
            ));
        }
        let mut assignment = opened.assignment;
        self.remember(assignment.as_ref());
        if self.in_a_hundred("joins") < 50 {
            let joined = self.ask("join", self.joining(&call.call_id)).await?;
            let Told::Done(joined) = joined else {
                return Err("a fact was refused".to_owned());
            };
            assignment = joined.assignment.or(assignment);
        }
        self.answer_anothers_offer().await?;
        for member in members(assignment.as_ref()) {
            if member.state() == pb::MemberState::Offered {
                let now = self.answer(&assignment, &member).await?;
                assignment = now.or(assignment);
            }
        }
        let messy = self.in_a_hundred("messy") < self.dispatcher.habits.messy;
        if messy {
            self.mess_up(&call).await?;
        }
        self.end(&call, assignment.as_ref()).await?;
        if messy {
            self.take_up_again(&call).await?;
        }
        Ok(())
    }

    /// Whoever is on it clears, and it is called off. Who came in the meantime is freed by the next who meets him.
    pub(super) async fn end(
        &self,
        call: &pb::Call,
        assignment: Option<&pb::Assignment>,
    ) -> Result<(), String> {
        for member in members(assignment) {
            self.ask("clear", self.clearing(assignment, &member)).await?;
        }
        self.ask("cancel", self.cancelling(&call.call_id)).await?;
        Ok(())
    }

    /// Offers are answered by whoever hears of them: many try the same one.
    async fn answer_anothers_offer(&self) -> Result<(), String> {
        let offer = {
            let offers = self.dispatcher.programme.offers.lock().unwrap();
            let last = i64::try_from(offers.len()).unwrap() - 1;
            let which = self.between(0, last.max(0), "which offer");
            offers.get(usize::try_from(which).unwrap()).cloned()
        };
        if let Some(offer) = offer {
            self.ask("another's", self.accepting(&offer)).await?;
        }
        Ok(())
    }

    async fn answer(
        &self,
        assignment: &Option<pb::Assignment>,
        member: &pb::Member,
    ) -> Result<Option<pb::Assignment>, String> {
        let offer = Offer {
            assignment_id: assignment_id(assignment.as_ref()),
            responder_id: responder_id(member),
        };
        if self.in_a_hundred("waits") < self.dispatcher.habits.last_moment {
            self.wait_for_the_last_moment(member).await;
        }
        let what = format!("answers {}", member.slot_id);
        let told = if self.in_a_hundred(&what) < 10 {
            match self.ask("decline", self.declining(&offer)).await? {
                Told::Done(answer) => answer.assignment,
                Told::Refused => None,
            }
        } else {
            match self.ask("accept", self.accepting(&offer)).await? {
                Told::Done(answer) => answer.assignment,
                Told::Refused => None,
            }
        };
        Ok(told)
    }

    /// Waits until the offer ends, give or take a few milliseconds.
    async fn wait_for_the_last_moment(&self, member: &pb::Member) {
        let answer_by = member.answer_by.unwrap_or_default();
        let micros = answer_by.seconds * 1_000_000 + i64::from(answer_by.nanos) / 1000;
        let aimed = micros + self.between(-5_000, 15_000, "aims") - now().micros();
        let wait = Duration::from_micros(u64::try_from(aimed).unwrap_or(0));
        pass(wait).await;
    }

    /// Asks, as often as it takes to know. A request may be sent twice, or again with another body.
    pub(super) async fn ask<M: Mutation>(&self, what: &str, request: M) -> Result<Told<M::Answer>, String> {
        if ["OpenCall", "AcceptOffer", "JoinCall"].contains(&M::METHOD) {
            self.dispatcher.programme.tries.fetch_add(1, Ordering::Relaxed);
        }
        let id = request.request_id().to_owned();
        let own = self.dispatcher.number % self.dispatcher.programme.servers();
        let habits = self.dispatcher.habits;
        let twice = self.in_a_hundred(&format!("{what} twice {id}"));
        let answered = if twice < habits.twice / 2 {
            // Both at once.
            let both = futures_util::future::join(
                self.dispatcher.send(own, &request),
                self.dispatcher.send(own + 1, &request),
            );
            match both.await {
                (Ok(answer), _) | (Err(_), Ok(answer)) => Ok(answer),
                (Err(status), Err(_)) => Err(status),
            }
        } else {
            self.dispatcher.send(own, &request).await
        };
        let told = match answered {
            Ok(answer) => Told::Done(answer),
            Err(status) => self.until_known(own, &request, status).await?,
        };
        if (habits.twice / 2..habits.twice).contains(&twice) {
            let other = usize::try_from(twice).unwrap();
            // The judge compares what it says.
            let _ = self.dispatcher.send(own + other, &request).await;
        }
        if self.in_a_hundred(&format!("{what} remembered {id}")) < habits.remembered {
            let mut remembered = self.dispatcher.remembered.lock().unwrap();
            remembered.push(request.clone().into());
        }
        if self.in_a_hundred(&format!("{what} changed {id}")) < habits.other_body {
            let _ = self.dispatcher.send(own + 1, &request.with_another_body()).await;
        }
        Ok(told)
    }

    /// Asks again with the same `request_id` while it is unknown whether it was done.
    async fn until_known<M: Mutation>(
        &self,
        own: usize,
        request: &M,
        mut status: Status,
    ) -> Result<Told<M::Answer>, String> {
        loop {
            let refused = [Code::FailedPrecondition, Code::Aborted, Code::NotFound];
            let unknown = reason(&status).is_empty() || status.code() == Code::Unavailable;
            if refused.contains(&status.code()) {
                return Ok(Told::Refused);
            } else if !unknown || status.code() == Code::Internal {
                return Err(format!("{}: {status}", M::METHOD));
            }
            tokio::task::yield_now().await;
            match self.dispatcher.send(own, request).await {
                Ok(answer) => return Ok(Told::Done(answer)),
                Err(again) => status = again,
            }
        }
    }

    fn remember(&self, assignment: Option<&pb::Assignment>) {
        let mut offers = self.dispatcher.programme.offers.lock().unwrap();
        for member in members(assignment) {
            let offer = Offer {
                assignment_id: assignment_id(assignment),
                responder_id: responder_id(&member),
            };
            if offers.len() < OFFERS {
                offers.push(offer);
            } else {
                let place = self.between(0, 63, &format!("forgets {}", member.slot_id));
                offers[usize::try_from(place).unwrap()] = offer;
            }
        }
    }

    fn in_a_hundred(&self, what: &str) -> i64 {
        self.between(0, 99, what)
    }

    pub(super) fn between(&self, low: i64, high: i64, what: &str) -> i64 {
        let (number, round) = (self.dispatcher.number.to_string(), self.round.to_string());
        self.dispatcher
            .chance
            .between(low, high, &[&number, &round, what])
    }

    pub(super) fn request_id(&self, what: &str) -> String {
        format!("{what}-{}", self.round)
    }

    pub(super) fn opening(&self) -> pb::OpenCallRequest {
        let level = if self.in_a_hundred("level") < 75 { 3 } else { 2 };
        opening(self.request_id("open"), level)
    }

    fn joining(&self, call_id: &str) -> pb::JoinCallRequest {
        let everyone = &self.dispatcher.programme.responders;
        let last = i64::try_from(everyone.len()).unwrap() - 1;
        let who = usize::try_from(self.between(0, last, "who joins")).unwrap();
        pb::JoinCallRequest {
            request_id: self.request_id("join"),
            call: by_id(call_id),
            responder_id: everyone[who].responder_id.clone(),
            progress: pb::Progress::OnScene.into(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }

    fn accepting(&self, offer: &Offer) -> pb::AcceptOfferRequest {
        pb::AcceptOfferRequest {
            request_id: self.request_id(&format!("accept-{}", offer.short())),
            assignment_id: offer.assignment_id.clone(),
            responder_id: offer.responder_id.clone(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }

    fn declining(&self, offer: &Offer) -> pb::DeclineOfferRequest {
        pb::DeclineOfferRequest {
            request_id: self.request_id(&format!("decline-{}", offer.short())),
            assignment_id: offer.assignment_id.clone(),
            responder_id: offer.responder_id.clone(),
            reason: "busy".to_owned(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }

    pub(super) fn clearing(
        &self,
        assignment: Option<&pb::Assignment>,
        member: &pb::Member,
    ) -> pb::ClearAssignmentRequest {
        pb::ClearAssignmentRequest {
            request_id: self.request_id(&format!(
                "clear-{}-{}",
                end(&assignment_id(assignment)),
                end(&responder_id(member))
            )),
            assignment_id: assignment_id(assignment),
            responder_id: responder_id(member),
            disposition: Some(pb::Disposition {
                code: "15".to_owned(),
                ..Default::default()
            }),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }

    pub(super) fn cancelling(&self, call_id: &str) -> pb::CancelCallRequest {
        pb::CancelCallRequest {
            request_id: self.request_id(&format!("cancel-{}", end(call_id))),
            call_id: call_id.to_owned(),
            reason: "over".to_owned(),
            channel: pb::Channel::Radio.into(),
            occurred_at: None,
        }
    }
}

impl Offer {
    /// Enough of it to tell it from others.
    fn short(&self) -> String {
        format!("{}-{}", end(&self.assignment_id), end(&self.responder_id))
    }
}

/// The random end of an id.
fn end(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or_default()
}

pub(super) fn members(assignment: Option<&pb::Assignment>) -> Vec<pb::Member> {
    assignment.map(|one| one.members.clone()).unwrap_or_default()
}

pub(super) fn assignment_id(assignment: Option<&pb::Assignment>) -> String {
    assignment
        .map(|one| one.assignment_id.clone())
        .unwrap_or_default()
}

pub(super) fn responder_id(member: &pb::Member) -> String {
    let responder = member.responder.as_ref();
    responder.map(|one| one.responder_id.clone()).unwrap_or_default()
}
