//! The run: moment by moment, one request at a time.
//!
//! A step goes on to the next moment at which something is due, waits until the server has done what it does by itself,
//! and until every stream has brought what that was. Only then does anyone act, and after each act it waits again. So
//! nothing races, and what is decided follows from the seed alone, however fast the world turns.

use std::net::SocketAddr;

use super::Fault;
use super::client::{Client, connect};
use super::dispatcher::Dispatcher;
use super::habits::Habits;
use super::incident::Incident;
use super::responder::Responder;
use super::screen::{Scene, Screen};
use super::tally::Tally;
use super::timekeeper::Timekeeper;
use super::world::Person;
use crate::moment::Moment;

/// Nobody does so much at one moment: a bound that a fault would meet.
const ACTS_OF_A_MOMENT: usize = 10_000;
/// When nothing at all is due, look again after so many seconds.
const LOOK_AGAIN_SECONDS: i64 = 60;

/// Who plays, and against which server.
pub struct Cast {
    /// The server.
    pub address: SocketAddr,
    /// A dispatcher's token.
    pub dispatcher_token: String,
    /// Those who can be sent: who, his id, his token.
    pub responders: Vec<(Person, String, String)>,
}

/// A call that will be opened.
#[derive(Clone, Debug)]
pub struct Planned {
    /// When.
    pub at: Moment,
    /// What.
    pub incident: Incident,
}

/// Lets the cast serve the calls, in order, until the last one is over.
pub async fn play(
    cast: Cast,
    calls: Vec<Planned>,
    habits: Habits,
    timekeeper: &Timekeeper,
    screen: &mut Screen,
) -> Result<Tally, Fault> {
    let mut run = Run::open(cast, habits, timekeeper, screen).await?;
    let planned = calls.len();
    let mut coming = calls.into_iter().peekable();
    loop {
        let now = timekeeper.now();
        run.act(now).await?;
        while let Some(call) = coming.next_if(|call| call.at <= now) {
            run.open_call(&call.incident).await?;
        }
        run.act(now).await?;
        run.screen.show(&run.scene(now))?;
        let open = run.dispatcher.open_calls();
        let papers = run
            .responders
            .iter()
            .any(|responder| !responder.papers.is_empty());
        let idle = open.is_empty() && !papers;
        if idle && coming.peek().is_none() && run.dispatcher.tally.calls() >= planned {
            return Ok(run.dispatcher.tally);
        }
        let next = run.next_moment(now, coming.peek().map(|call| call.at));
        timekeeper.go_on_to(next, idle).await?;
        run.catch_up().await?;
        run.report_places(timekeeper.now()).await?;
    }
}

struct Run<'a> {
    dispatcher: Dispatcher,
    responders: Vec<Responder>,
    timekeeper: &'a Timekeeper,
    screen: &'a mut Screen,
}

impl<'a> Run<'a> {
    async fn open(
        cast: Cast,
        habits: Habits,
        timekeeper: &'a Timekeeper,
        screen: &'a mut Screen,
    ) -> Result<Run<'a>, Fault> {
        let channel = connect(cast.address).await?;
        let dispatcher = Client::new(&channel, "dispatcher", &cast.dispatcher_token)?;
        let dispatcher = Dispatcher::open(dispatcher).await?;
        let mut responders = Vec::new();
        for (person, id, token) in cast.responders {
            let client = Client::new(&channel, &person.call_sign, &token)?;
            responders.push(Responder::open(person, id, client, habits).await?);
        }
        Ok(Run {
            dispatcher,
            responders,
            timekeeper,
            screen,
        })
    }

    /// Waits until the server has done what is due, and until each stream has brought what stands in it up to there.
    async fn catch_up(&mut self) -> Result<(), Fault> {
        self.timekeeper.settle().await?;
        let revision = self.dispatcher.revision().await?;
        let concerned = self.dispatcher.hear_up_to(revision).await?;
        let now = self.timekeeper.now();
        for responder in &mut self.responders {
            if let Some(revision) = concerned.get(&responder.id) {
                responder.hear_up_to(*revision, now).await?;
            }
        }
        for line in self.dispatcher.told.drain(..) {
            self.screen.tell(&line)?;
        }
        Ok(())
    }

    /// Everyone does what is due now, one after another, until nobody has anything left to do.
    async fn act(&mut self, now: Moment) -> Result<(), Fault> {
        for _ in 0..ACTS_OF_A_MOMENT {
            let mut acted = false;
            for place in 0..self.responders.len() {
                while self.act_of(place, now).await? {
                    acted = true;
                }
            }
            while self.dispatcher.look_at_alerts(now).await? {
                acted = true;
                self.catch_up().await?;
            }
            if !acted {
                return Ok(());
            }
        }
        Err("one moment does not come to an end".into())
    }

    async fn act_of(&mut self, place: usize, now: Moment) -> Result<bool, Fault> {
        let Some(responder) = self.responders.get_mut(place) else {
            return Ok(false);
        };
        if responder.next_act().is_none_or(|due| due > now) {
            return Ok(false);
        }
        let acted = responder.act(now).await?;
        // What the act brings about is decided on where people were seen before it: the server must not be left to choose.
        self.catch_up().await?;
        if let Some(responder) = self.responders.get_mut(place) {
            responder.report_place(now).await?;
        }
        Ok(acted)
    }

    async fn report_places(&mut self, now: Moment) -> Result<(), Fault> {
        for responder in &mut self.responders {
            responder.report_place(now).await?;
        }
        self.timekeeper.settle().await
    }

    async fn open_call(&mut self, incident: &Incident) -> Result<(), Fault> {
        self.dispatcher.open_call(incident).await?;
        self.catch_up().await
    }

    /// The next moment at which something is due.
    fn next_moment(&self, now: Moment, next_call: Option<Moment>) -> Moment {
        let acts = self.responders.iter().filter_map(Responder::next_act);
        let due = acts.chain(self.dispatcher.next_deadline()).chain(next_call);
        let next = due.filter(|at| *at > now).min();
        next.unwrap_or_else(|| now.plus_seconds(LOOK_AGAIN_SECONDS))
    }

    fn scene(&self, now: Moment) -> Scene<'_> {
        Scene {
            now,
            calls: &self.dispatcher.calls,
            assignments: &self.dispatcher.assignments,
            signed_on: self
                .responders
                .iter()
                .filter(|responder| responder.signed_on)
                .collect(),
        }
    }
}
