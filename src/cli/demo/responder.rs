//! One responder as his phone has him: his stream, his shift, where he is, and what he means to do next.

use super::Fault;
use super::client::Client;
use super::following::Following;
use super::habits::{Habits, Reply};
use super::world::Person;
use crate::grpc::pb;
use crate::moment::Moment;
use crate::triage::OFFICER;
use pb::MemberState;

/// A moving responder reports where he is so often, seconds.
const MOVING_SECONDS: i64 = 15;
/// A standing one so often: while his position is fresh.
const STANDING_SECONDS: i64 = 100;

/// Latitude and longitude.
pub(super) type Place = (f64, f64);

/// A responder at work.
pub(super) struct Responder {
    pub(super) person: Person,
    pub(super) id: String,
    pub(super) client: Client,
    pub(super) habits: Habits,
    following: Following,
    seen: u64,
    pub(super) place: Place,
    pub(super) reported_at: Option<Moment>,
    pub(super) shift: Option<(Moment, Moment)>,
    /// When he asks again for his shift, having none.
    pub(super) asks_again: Option<Moment>,
    pub(super) signed_on: bool,
    pub(super) task: Option<Task>,
    pub(super) papers: Vec<Paper>,
}

/// What he is on.
pub(super) struct Task {
    pub(super) assignment_id: String,
    /// The number of the call: what he will do depends on it.
    pub(super) call: u32,
    pub(super) scene: Option<Place>,
    pub(super) expected_seconds: u32,
    pub(super) staged: bool,
    pub(super) stage: Stage,
    pub(super) check_in: Option<Moment>,
}

/// How far he is with it.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    /// Offered; his phone has not said that it has it.
    Arriving { reply: Reply, answer_at: Moment },
    /// Offered; he has not answered.
    Pondering { reply: Reply, answer_at: Moment },
    /// His phone is off.
    Unaware,
    /// Said yes.
    GettingReady { ready_at: Moment },
    /// On the way.
    Driving {
        from: Place,
        left_at: Moment,
        there_at: Moment,
    },
    /// Waiting at a distance until the scene is safe.
    Staged { enter_at: Moment },
    /// There.
    OnScene { clear_at: Moment },
}

/// A disposition that he has not written yet.
pub(super) struct Paper {
    pub(super) write_at: Moment,
    pub(super) assignment_id: String,
    pub(super) call: u32,
}

impl Responder {
    /// He comes to work: opens his stream and asks who he is.
    pub(super) async fn open(
        person: Person,
        id: String,
        client: Client,
        habits: Habits,
    ) -> Result<Responder, Fault> {
        let (snapshot, following) = Following::open(&client, &person.call_sign).await?;
        let place = (person.station.latitude, person.station.longitude);
        let mut responder = Responder {
            person,
            id,
            client,
            habits,
            following,
            seen: snapshot.revision,
            place,
            reported_at: None,
            shift: None,
            asks_again: None,
            signed_on: false,
            task: None,
            papers: Vec::new(),
        };
        responder.look_up_shift().await?;
        Ok(responder)
    }

    /// Asks for the shift he is on, or the next one.
    pub(super) async fn look_up_shift(&mut self) -> Result<(), Fault> {
        let me = self
            .client
            .availability()
            .get_me(pb::GetMeRequest {})
            .await?
            .into_inner();
        let bounds = |shift: pb::Shift| Some((moment(shift.planned_start)?, moment(shift.planned_end)?));
        self.shift = me.shift.and_then(bounds);
        let now = moment(me.server_time);
        self.asks_again = now
            .filter(|_| self.shift.is_none())
            .map(|now| now.plus_seconds(3600));
        Ok(())
    }

    /// Takes from his stream everything up to a revision at which something for him is known to stand.
    pub(super) async fn hear_up_to(&mut self, revision: u64, now: Moment) -> Result<(), Fault> {
        while let Some(update) = self.following.next_up_to(self.seen, revision).await? {
            self.seen = update.revision;
            for event in update.events {
                if let Some(pb::event::After::Assignment(assignment)) = event.after {
                    self.hear(&assignment, now).await?;
                }
            }
        }
        Ok(())
    }

    async fn hear(&mut self, assignment: &pb::Assignment, now: Moment) -> Result<(), Fault> {
        let Some(own) = assignment
            .members
            .iter()
            .rev()
            .find(|member| is(member, &self.id))
        else {
            return Ok(());
        };
        let on_this = self
            .task
            .as_ref()
            .is_some_and(|task| task.assignment_id == assignment.assignment_id);
        if !is_active(own.state()) {
            if on_this {
                self.place = self.place_at(now);
                self.task = None;
            }
            return Ok(());
        }
        if !on_this && own.state() == MemberState::Offered {
            self.take_offer(assignment, own, now).await?;
        }
        let partner_there = assignment.members.iter().any(|member| {
            member.discipline == OFFICER && !is(member, &self.id) && member.state() == MemberState::OnScene
        });
        let (habits, person) = (self.habits, &self.person);
        let Some(task) = &mut self.task else {
            return Ok(());
        };
        let due = own.safety() == pb::SafetyState::Due || own.safety() == pb::SafetyState::Overdue;
        if due && task.check_in.is_none() {
            task.check_in = Some(habits.after(now, habits.check_in_seconds(person, task.call)));
        }
        if let Stage::Staged { enter_at } = &mut task.stage
            && partner_there
        {
            let safe_at = habits.after(now, habits.staging_seconds(person, task.call));
            *enter_at = (*enter_at).min(safe_at);
        }
        Ok(())
    }

    /// Reads what the call is, as an app does when its alert rings.
    async fn take_offer(
        &mut self,
        assignment: &pb::Assignment,
        own: &pb::Member,
        now: Moment,
    ) -> Result<(), Fault> {
        let me = self
            .client
            .availability()
            .get_me(pb::GetMeRequest {})
            .await?
            .into_inner();
        let still = me
            .assignment
            .is_some_and(|current| current.assignment_id == assignment.assignment_id);
        let Some(call) = me.call.filter(|_| still) else {
            return Ok(());
        };
        let (habits, person) = (self.habits, &self.person);
        let reply = habits.reply(person, call.number);
        let answer_at = habits.after(now, habits.answer_seconds(person, call.number));
        let stage = match reply {
            Reply::Silence => Stage::Unaware,
            Reply::Accept | Reply::Decline(_) => Stage::Arriving { reply, answer_at },
        };
        self.task = Some(Task {
            assignment_id: assignment.assignment_id.clone(),
            call: call.number,
            scene: call
                .location
                .map(|location| (location.latitude, location.longitude)),
            expected_seconds: own.eta_seconds.unwrap_or(0),
            staged: own.staged,
            stage,
            check_in: None,
        });
        Ok(())
    }

    /// Where he is: on the straight line while he drives.
    pub(super) fn place_at(&self, now: Moment) -> Place {
        let Some(task) = &self.task else {
            return self.place;
        };
        match (task.stage, task.scene) {
            (
                Stage::Driving {
                    from,
                    left_at,
                    there_at,
                },
                Some(scene),
            ) => {
                let part = share(left_at, now, there_at);
                (
                    from.0 + (scene.0 - from.0) * part,
                    from.1 + (scene.1 - from.1) * part,
                )
            }
            (Stage::Staged { .. } | Stage::OnScene { .. }, Some(scene)) if !self.person.telephone => scene,
            (
                Stage::Arriving { .. }
                | Stage::Pondering { .. }
                | Stage::Unaware
                | Stage::GettingReady { .. }
                | Stage::Driving { .. }
                | Stage::Staged { .. }
                | Stage::OnScene { .. },
                Some(_) | None,
            ) => self.place,
        }
    }

    /// Whether he is driving.
    pub(super) fn is_driving(&self) -> bool {
        self.task
            .as_ref()
            .is_some_and(|task| matches!(task.stage, Stage::Driving { .. }))
    }

    /// When he will do something next.
    pub(super) fn next_act(&self) -> Option<Moment> {
        let duty = match self.shift {
            Some((_, end)) if self.signed_on => Some(end).filter(|_| self.task.is_none()),
            Some((start, _)) => Some(start),
            None => self.asks_again,
        };
        let driving = self.reported_at.filter(|_| self.is_driving());
        let report = driving.map(|at| self.next_report(at));
        let task = self.task.as_ref().and_then(|task| match task.stage {
            Stage::Arriving { .. } => Some(Moment::from_micros(0)),
            Stage::Pondering { answer_at, .. } => Some(answer_at),
            Stage::Unaware => None,
            Stage::GettingReady { ready_at } => Some(ready_at),
            Stage::Driving { there_at, .. } => Some(there_at),
            Stage::Staged { enter_at } => Some(enter_at),
            Stage::OnScene { clear_at } => Some(clear_at),
        });
        let check_in = self.task.as_ref().and_then(|task| task.check_in);
        let papers = self.papers.iter().map(|paper| paper.write_at);
        duty.into_iter()
            .chain(report)
            .chain(task)
            .chain(check_in)
            .chain(papers)
            .min()
    }

    /// When he reports his place after having reported it at `at`. Never more than once a second, in however much of a
    /// hurry this world is.
    pub(super) fn next_report(&self, at: Moment) -> Moment {
        let seconds = if self.is_driving() {
            MOVING_SECONDS
        } else {
            STANDING_SECONDS
        };
        self.habits.after(at, seconds).max(at.plus_seconds(1))
    }
}

/// Which part of the way lies behind him.
#[expect(clippy::cast_precision_loss, reason = "a place on a line, within metres")]
fn share(from: Moment, now: Moment, to: Moment) -> f64 {
    let whole = to.micros().saturating_sub(from.micros());
    if whole <= 0 {
        return 1.0;
    }
    (now.micros().saturating_sub(from.micros()) as f64 / whole as f64).clamp(0.0, 1.0)
}

fn is(member: &pb::Member, responder_id: &str) -> bool {
    member
        .responder
        .as_ref()
        .is_some_and(|partner| partner.responder_id == responder_id)
}

/// Whether a member in this state cannot be sent elsewhere.
pub(super) fn is_active(state: MemberState) -> bool {
    match state {
        MemberState::Offered
        | MemberState::Accepted
        | MemberState::EnRoute
        | MemberState::Staged
        | MemberState::OnScene
        | MemberState::Transporting
        | MemberState::AtDestination => true,
        MemberState::Unspecified
        | MemberState::Cleared
        | MemberState::Declined
        | MemberState::TimedOut
        | MemberState::Cancelled
        | MemberState::Preempted
        | MemberState::Reassigned => false,
    }
}

/// An instant of the wire.
pub(super) fn moment(timestamp: Option<prost_types::Timestamp>) -> Option<Moment> {
    let timestamp = timestamp?;
    let micros = timestamp.seconds.checked_mul(1_000_000)?;
    Some(Moment::from_micros(
        micros.checked_add(i64::from(timestamp.nanos / 1000))?,
    ))
}
