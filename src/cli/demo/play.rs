//! The play: calls come, people are offered, answer, drive, arrive, clear. One step after the other, so that the same seed
//! is the same play, whatever the speed.

use std::collections::BTreeMap;

use super::Trouble;
use super::ears::Ear;
use super::plan::Plan;
use super::screen::Screen;
use super::seed::{Requests, World};
use super::temper::{self, Answer};
use super::timekeeper::Timekeeper;
use super::world::JURISDICTION_ID;
use crate::grpc::pb;
use crate::moment::Moment;

/// How long after the last call the play goes on at most, seconds.
const EPILOGUE_SECONDS: i64 = 8 * 3600;
/// How often those who stand still are heard, seconds.
const FEED_SECONDS: i64 = 60;

/// Something that someone will do.
#[derive(Clone, Debug, PartialEq)]
enum Deed {
    SignOn(usize),
    SignOff(usize),
    Call(usize),
    Accept(usize, String),
    Decline(usize, String),
    Arrive(usize, String),
    Clear(usize, String),
}

/// Where someone is, and where he drives.
#[derive(Clone, Copy)]
struct Whereabouts {
    at: (f64, f64),
    drive: Option<Drive>,
}

#[derive(Clone, Copy)]
struct Drive {
    from: (f64, f64),
    to: (f64, f64),
    start: Moment,
    seconds: i64,
}

/// A play under way.
pub struct Play<'p> {
    world: &'p World,
    plan: &'p Plan,
    seed: u64,
    time: &'p Timekeeper,
    requests: Requests,
    now: Moment,
    dispatcher: Ear,
    ears: Vec<Ear>,
    agenda: BTreeMap<(Moment, u64), Deed>,
    deeds: u64,
    whereabouts: Vec<Whereabouts>,
    calls: BTreeMap<String, pb::Call>,
    fed_at: Option<Moment>,
    /// What has been seen, for those who watch.
    pub screen: Screen,
}

impl<'p> Play<'p> {
    /// Everyone in place, every stream open.
    pub async fn begin(
        world: &'p World,
        plan: &'p Plan,
        seed: u64,
        time: &'p Timekeeper,
        requests: Requests,
        screen: Screen,
    ) -> Result<Play<'p>, Trouble> {
        let mut ears = Vec::with_capacity(world.members.len());
        for member in &world.members {
            ears.push(Ear::open(&member.hand).await?);
        }
        let whereabouts = world.members.iter().map(|member| Whereabouts {
            at: (member.person.station.latitude, member.person.station.longitude),
            drive: None,
        });
        let mut play = Play {
            world,
            plan,
            seed,
            time,
            requests,
            now: plan.start,
            dispatcher: Ear::open(&world.dispatcher).await?,
            ears,
            agenda: BTreeMap::new(),
            deeds: 0,
            whereabouts: whereabouts.collect(),
            calls: BTreeMap::new(),
            fed_at: None,
            screen,
        };
        for (who, member) in world.members.iter().enumerate() {
            for (start, end) in plan.windows(member.person.tour)? {
                if end > plan.start {
                    play.will(start.max(plan.start), Deed::SignOn(who));
                    play.will(end, Deed::SignOff(who));
                }
            }
        }
        for (place, (at, _)) in plan.incidents.iter().enumerate() {
            play.will(*at, Deed::Call(place));
        }
        Ok(play)
    }

    /// Plays to the end: every call is over, or the epilogue is.
    pub async fn run(&mut self) -> Result<(), Trouble> {
        let last = self.plan.incidents.last().map_or(self.plan.start, |(at, _)| *at);
        let curtain = last.plus_seconds(self.plan.seconds(EPILOGUE_SECONDS));
        while let Some(((next, _), _)) = self.agenda.first_key_value() {
            let all_came = self.calls.len() >= self.plan.incidents.len();
            if self.now >= curtain || (all_came && !self.any_live()) {
                break;
            }
            let step = self.now.plus_seconds(self.plan.step_seconds);
            let to = if self.any_live() { (*next).min(step) } else { *next };
            self.now = to.max(self.now);
            self.time.turn(self.now).await?;
            self.listen().await?;
            self.drive().await?;
            while let Some(entry) = self
                .agenda
                .first_entry()
                .filter(|entry| entry.key().0 <= self.now)
            {
                let deed = entry.remove();
                self.act(deed).await?;
                self.time.settle().await?;
                self.listen().await?;
            }
        }
        Ok(())
    }

    fn any_live(&self) -> bool {
        let over = [
            pb::CallState::Closed,
            pb::CallState::Cancelled,
            pb::CallState::Merged,
        ];
        self.calls.values().any(|call| !over.contains(&call.state()))
    }

    fn will(&mut self, at: Moment, deed: Deed) {
        self.deeds += 1;
        self.agenda.insert((at, self.deeds), deed);
    }

    fn after(&mut self, world_seconds: i64, deed: Deed) {
        let at = self.now.plus_seconds(self.plan.seconds(world_seconds));
        self.will(at, deed);
    }

    /// Hears everything up to now: first the dispatcher, then each responder whom something concerned.
    async fn listen(&mut self) -> Result<(), Trouble> {
        let request = pb::GetJurisdictionRequest {
            jurisdiction_id: JURISDICTION_ID.to_owned(),
        };
        let head = self
            .world
            .dispatcher
            .admin()
            .get_jurisdiction(request)
            .await?
            .into_inner();
        let updates = self.dispatcher.up_to(head.revision).await?;
        let mut concerned = BTreeMap::new();
        for event in updates
            .iter()
            .flat_map(|update| update.events.iter().map(|event| (update.revision, event)))
        {
            let (revision, event) = event;
            let whom = self
                .world
                .members
                .iter()
                .position(|member| member.id == event.responder_id);
            if let Some(who) = whom {
                concerned.insert(who, revision);
            }
            if let Some(pb::event::After::Call(call)) = &event.after {
                self.calls.insert(call.call_id.clone(), call.clone());
            }
        }
        for update in &updates {
            self.screen.show(update, &self.calls);
        }
        for (who, revision) in concerned {
            for update in self.ears[who].up_to(revision).await? {
                self.hear(who, &update).await?;
            }
        }
        Ok(())
    }

    /// A responder hears what concerns him, and makes up his mind.
    async fn hear(&mut self, who: usize, update: &pb::Update) -> Result<(), Trouble> {
        let me = &self.world.members[who];
        for event in update.events.iter().filter(|event| event.responder_id == me.id) {
            let Some(pb::event::After::Assignment(assignment)) = &event.after else {
                continue;
            };
            let id = assignment.assignment_id.clone();
            match event.kind() {
                pb::EventKind::OfferMade | pb::EventKind::OrderGiven => {
                    let number = self.calls.get(&assignment.call_id).map_or(0, |call| call.number);
                    self.receipt(who, &id).await?;
                    match temper::answer(self.seed, &me.person.call_sign, number) {
                        Answer::Accept(delay) => self.after(delay, Deed::Accept(who, id)),
                        Answer::Decline(delay) => self.after(delay, Deed::Decline(who, id)),
                        Answer::Silence => {}
                    }
                }
                pb::EventKind::OfferTimedOut
                | pb::EventKind::MemberCancelled
                | pb::EventKind::MemberPreempted
                | pb::EventKind::MemberReassigned => self.forget(who, &id),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whatever he was about to do on this assignment, he does not do any more.
    fn forget(&mut self, who: usize, assignment_id: &str) {
        self.agenda.retain(|_, deed| match deed {
            Deed::Accept(him, id) | Deed::Decline(him, id) | Deed::Arrive(him, id) | Deed::Clear(him, id) => {
                *him != who || id != assignment_id
            }
            Deed::SignOn(_) | Deed::SignOff(_) | Deed::Call(_) => true,
        });
        self.whereabouts[who].drive = None;
    }

    async fn receipt(&mut self, who: usize, assignment_id: &str) -> Result<(), Trouble> {
        let receipt = pb::AcknowledgeReceiptRequest {
            request_id: self.requests.new_id(),
            assignment_id: assignment_id.to_owned(),
            responder_id: self.world.members[who].id.clone(),
            seen: true,
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        self.world.members[who]
            .hand
            .assignment()
            .acknowledge_receipt(receipt)
            .await?;
        Ok(())
    }

    async fn act(&mut self, deed: Deed) -> Result<(), Trouble> {
        match deed {
            Deed::SignOn(who) => self.duty(who, pb::Duty::Available).await,
            Deed::SignOff(who) => self.duty(who, pb::Duty::NotAvailable).await,
            Deed::Call(place) => self.call(place).await,
            Deed::Accept(who, id) => self.accept(who, id).await,
            Deed::Decline(who, id) => self.decline(who, id).await,
            Deed::Arrive(who, id) => self.arrive(who, id).await,
            Deed::Clear(who, id) => self.clear(who, id).await,
        }
    }

    async fn duty(&mut self, who: usize, primary: pb::Duty) -> Result<(), Trouble> {
        let member = &self.world.members[who];
        let at_telephone = member.person.telephone && primary == pb::Duty::Available;
        let change = pb::DutyChange {
            responder_id: member.id.clone(),
            primary: primary.into(),
            secondary: if at_telephone { "telephone" } else { "" }.to_owned(),
            ..Default::default()
        };
        let request = pb::SetDutyStatusRequest {
            request_id: self.requests.new_id(),
            changes: vec![change],
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        member.hand.availability().set_duty_status(request).await?;
        self.fed_at = None;
        Ok(())
    }

    async fn call(&mut self, place: usize) -> Result<(), Trouble> {
        self.feed().await?;
        let incident = &self.plan.incidents[place].1;
        let request = pb::OpenCallRequest {
            request_id: self.requests.new_id(),
            source: "911".to_owned(),
            requested_by: "dispatcher".to_owned(),
            incident_type: incident.incident_type.to_owned(),
            acuity: Some(pb::Acuity {
                scheme: "marcus_alert".to_owned(),
                level: incident.level,
            }),
            hazards: incident.hazard.map(str::to_owned).into_iter().collect(),
            location: Some(pb::Location {
                latitude: incident.latitude,
                longitude: incident.longitude,
            }),
            channel: pb::Channel::Cad.into(),
            ..Default::default()
        };
        let opened = self
            .world
            .dispatcher
            .dispatch()
            .open_call(request)
            .await?
            .into_inner();
        self.screen.opened(&opened);
        if let Some(call) = opened.call {
            self.calls.insert(call.call_id.clone(), call);
        }
        Ok(())
    }

    async fn accept(&mut self, who: usize, id: String) -> Result<(), Trouble> {
        let member = &self.world.members[who];
        let request = pb::AcceptOfferRequest {
            request_id: self.requests.new_id(),
            assignment_id: id.clone(),
            responder_id: member.id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let accepted = match member.hand.assignment().accept_offer(request).await {
            Ok(accepted) => accepted.into_inner().assignment.unwrap_or_default(),
            // The offer came to its deadline in this very tick: an answer like another.
            Err(refused) if refused.code() == tonic::Code::FailedPrecondition => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        let mine = |one: &&pb::Member| {
            one.responder
                .as_ref()
                .is_some_and(|him| him.responder_id == member.id)
        };
        let eta = accepted
            .members
            .iter()
            .rev()
            .find(mine)
            .and_then(|one| one.eta_seconds)
            .unwrap_or(0);
        let place = self.calls.get(&accepted.call_id).and_then(|call| call.location);
        if let Some(place) = place.filter(|_| eta > 0) {
            let whereabouts = &mut self.whereabouts[who];
            whereabouts.drive = Some(Drive {
                from: whereabouts.at,
                to: (place.latitude, place.longitude),
                start: self.now,
                seconds: self.plan.seconds(i64::from(eta)),
            });
            self.progress(who, &id, pb::Progress::EnRoute).await?;
        }
        self.after(i64::from(eta), Deed::Arrive(who, id));
        Ok(())
    }

    async fn decline(&mut self, who: usize, id: String) -> Result<(), Trouble> {
        let member = &self.world.members[who];
        let request = pb::DeclineOfferRequest {
            request_id: self.requests.new_id(),
            assignment_id: id,
            responder_id: member.id.clone(),
            reason: "busy".to_owned(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        match member.hand.assignment().decline_offer(request).await {
            Ok(_) => Ok(()),
            Err(refused) if refused.code() == tonic::Code::FailedPrecondition => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    async fn arrive(&mut self, who: usize, id: String) -> Result<(), Trouble> {
        if let Some(drive) = self.whereabouts[who].drive.take() {
            self.whereabouts[who].at = drive.to;
        }
        let assignment = self.progress(who, &id, pb::Progress::OnScene).await?;
        let number = self.calls.get(&assignment.call_id).map_or(0, |call| call.number);
        let stays = temper::seconds_on_scene(self.seed, number);
        self.after(stays, Deed::Clear(who, id));
        Ok(())
    }

    async fn progress(
        &mut self,
        who: usize,
        id: &str,
        step: pb::Progress,
    ) -> Result<pb::Assignment, Trouble> {
        let member = &self.world.members[who];
        let request = pb::ReportProgressRequest {
            request_id: self.requests.new_id(),
            assignment_id: id.to_owned(),
            responder_id: member.id.clone(),
            progress: step.into(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let answer = member.hand.assignment().report_progress(request).await?;
        Ok(answer.into_inner().assignment.unwrap_or_default())
    }

    async fn clear(&mut self, who: usize, id: String) -> Result<(), Trouble> {
        let member = &self.world.members[who];
        let number = self.number_of(&id);
        let (code, behavioral_outcome) = temper::disposition(self.seed, number);
        let request = pb::ClearAssignmentRequest {
            request_id: self.requests.new_id(),
            assignment_id: id,
            responder_id: member.id.clone(),
            disposition: Some(pb::Disposition {
                code: code.to_owned(),
                behavioral_outcome: behavioral_outcome.to_owned(),
                answers: Vec::new(),
            }),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        member.hand.assignment().clear_assignment(request).await?;
        Ok(())
    }

    fn number_of(&self, assignment_id: &str) -> u32 {
        let of = |call: &&pb::Call| call.assignment_id == assignment_id;
        self.calls.values().find(of).map_or(0, |call| call.number)
    }

    /// Whoever drives is where he is by now, and his device says so.
    async fn drive(&mut self) -> Result<(), Trouble> {
        for who in 0..self.whereabouts.len() {
            let Some(drive) = self.whereabouts[who].drive else {
                continue;
            };
            self.whereabouts[who].at = drive.by(self.now);
            let request = pb::ReportPositionRequest {
                positions: vec![self.position(who, false)],
            };
            self.world.members[who]
                .hand
                .availability()
                .report_position(request)
                .await?;
        }
        let stale = self
            .fed_at
            .is_none_or(|fed| fed.plus_seconds(FEED_SECONDS) <= self.now);
        if stale && self.any_live() {
            self.feed().await?;
        }
        Ok(())
    }

    /// The location feed says where everyone else is.
    async fn feed(&mut self) -> Result<(), Trouble> {
        let still = (0..self.whereabouts.len()).filter(|who| self.whereabouts[*who].drive.is_none());
        let request = pb::ReportPositionRequest {
            positions: still.map(|who| self.position(who, true)).collect(),
        };
        if !request.positions.is_empty() {
            self.world.feed.availability().report_position(request).await?;
        }
        self.fed_at = Some(self.now);
        Ok(())
    }

    fn position(&self, who: usize, stationary: bool) -> pb::ReportedPosition {
        let (latitude, longitude) = self.whereabouts[who].at;
        pb::ReportedPosition {
            responder_id: self.world.members[who].id.clone(),
            location: Some(pb::Location { latitude, longitude }),
            occurred_at: None,
            accuracy_meters: Some(10),
            stationary,
        }
    }
}

impl Drive {
    fn by(&self, now: Moment) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a drive")]
        let part = (self.start.seconds_until(now) as f64 / self.seconds as f64).clamp(0.0, 1.0);
        let between = |from: f64, to: f64| from + (to - from) * part;
        (between(self.from.0, self.to.0), between(self.from.1, self.to.1))
    }
}
