//! What a responder does, by his own token, one request at a time.

use tonic::{Code, Response, Status};

use super::Fault;
use super::habits::Reply;
use super::responder::{Paper, Responder, Stage, Task};
use crate::grpc::pb;
use crate::moment::Moment;

const CHANNEL: i32 = pb::Channel::App as i32;

impl Responder {
    /// Reports where he is, if it is time.
    pub(super) async fn report_place(&mut self, now: Moment) -> Result<(), Fault> {
        let due = self.reported_at.is_none_or(|at| self.next_report(at) <= now);
        if !self.signed_on || self.person.telephone || !due {
            return Ok(());
        }
        let (latitude, longitude) = self.place_at(now);
        let position = pb::ReportedPosition {
            responder_id: self.id.clone(),
            location: Some(pb::Location { latitude, longitude }),
            stationary: !self.is_driving(),
            ..pb::ReportedPosition::default()
        };
        let request = pb::ReportPositionRequest {
            positions: vec![position],
        };
        self.client.availability().report_position(request).await?;
        self.reported_at = Some(now);
        Ok(())
    }

    /// Does the one thing that is most due, and says whether there was one.
    pub(super) async fn act(&mut self, now: Moment) -> Result<bool, Fault> {
        if self.go_on_or_off(now).await? || self.write_a_paper(now).await? {
            return Ok(true);
        }
        let place = self.place;
        let Some(task) = &mut self.task else {
            return Ok(false);
        };
        if task.check_in.is_some_and(|due| due <= now) {
            task.check_in = None;
            self.check_in().await?;
            return Ok(true);
        }
        match task.stage {
            Stage::Arriving { reply, answer_at } => self.say_received(reply, answer_at).await?,
            Stage::Pondering { reply, answer_at } if answer_at <= now => self.answer(reply, now).await?,
            Stage::GettingReady { ready_at } if ready_at <= now => self.leave(place, now).await?,
            Stage::Driving { there_at, .. } if there_at <= now => self.arrive(now).await?,
            Stage::Staged { enter_at } if enter_at <= now => self.enter(now).await?,
            Stage::OnScene { clear_at } if clear_at <= now => self.clear(now).await?,
            Stage::Pondering { .. }
            | Stage::Unaware
            | Stage::GettingReady { .. }
            | Stage::Driving { .. }
            | Stage::Staged { .. }
            | Stage::OnScene { .. } => return Ok(false),
        }
        Ok(true)
    }

    async fn go_on_or_off(&mut self, now: Moment) -> Result<bool, Fault> {
        match self.shift {
            Some((start, end)) if !self.signed_on && start <= now && now < end => {
                let seat = if self.person.telephone { "telephone" } else { "" };
                self.set_duty(pb::Duty::Available, seat).await?;
                self.signed_on = true;
                Ok(true)
            }
            Some((_, end)) if end <= now && self.task.is_none() => {
                if self.signed_on {
                    self.set_duty(pb::Duty::NotAvailable, "off_shift").await?;
                }
                self.signed_on = false;
                self.reported_at = None;
                self.place = (self.person.station.latitude, self.person.station.longitude);
                self.look_up_shift().await?;
                Ok(true)
            }
            None if self.asks_again.is_some_and(|at| at <= now) => {
                self.look_up_shift().await?;
                Ok(true)
            }
            Some(_) | None => Ok(false),
        }
    }

    async fn set_duty(&mut self, primary: pb::Duty, secondary: &str) -> Result<(), Fault> {
        let request = pb::SetDutyStatusRequest {
            request_id: self.client.request_id(),
            changes: vec![pb::DutyChange {
                responder_id: self.id.clone(),
                primary: primary.into(),
                secondary: secondary.to_owned(),
                ..pb::DutyChange::default()
            }],
            channel: CHANNEL,
            occurred_at: None,
        };
        self.client.availability().set_duty_status(request).await?;
        Ok(())
    }

    async fn say_received(&mut self, reply: Reply, answer_at: Moment) -> Result<(), Fault> {
        let request = pb::AcknowledgeReceiptRequest {
            request_id: self.client.request_id(),
            assignment_id: self.assignment_id(),
            responder_id: self.id.clone(),
            seen: false,
            channel: CHANNEL,
            occurred_at: None,
        };
        let asked = self.client.assignment().acknowledge_receipt(request).await;
        self.go_on(asked, Stage::Pondering { reply, answer_at })
    }

    async fn answer(&mut self, reply: Reply, now: Moment) -> Result<(), Fault> {
        let (request_id, assignment_id) = (self.client.request_id(), self.assignment_id());
        let responder_id = self.id.clone();
        let mut desk = self.client.assignment();
        match reply {
            Reply::Decline(reason) => {
                let request = pb::DeclineOfferRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    reason: reason.to_owned(),
                    channel: CHANNEL,
                    occurred_at: None,
                };
                let asked = desk.decline_offer(request).await;
                self.go_on(asked, Stage::Unaware)
            }
            Reply::Accept | Reply::Silence => {
                let request = pb::AcceptOfferRequest {
                    request_id,
                    assignment_id,
                    responder_id,
                    channel: CHANNEL,
                    occurred_at: None,
                };
                let asked = desk.accept_offer(request).await;
                let seconds = self.habits.turnout_seconds(&self.person, self.call());
                let ready_at = self.habits.after(now, seconds);
                self.go_on(asked, Stage::GettingReady { ready_at })
            }
        }
    }

    async fn leave(&mut self, from: (f64, f64), now: Moment) -> Result<(), Fault> {
        if self.person.telephone {
            return self.enter(now).await;
        }
        let expected = self.task.as_ref().map_or(0, |task| task.expected_seconds);
        let seconds = self.habits.driving_seconds(&self.person, self.call(), expected);
        let asked = self.report_progress(pb::Progress::EnRoute).await;
        let stage = Stage::Driving {
            from,
            left_at: now,
            there_at: self.habits.after(now, seconds),
        };
        self.go_on(asked, stage)
    }

    async fn arrive(&mut self, now: Moment) -> Result<(), Fault> {
        self.place = self.place_at(now);
        if !self.task.as_ref().is_some_and(|task| task.staged) {
            return self.enter(now).await;
        }
        let asked = self.report_progress(pb::Progress::Staged).await;
        // The officer may be there already: what he hears next, or a long wait, lets him in.
        let enter_at = self.habits.after(now, 900);
        self.go_on(asked, Stage::Staged { enter_at })
    }

    async fn enter(&mut self, now: Moment) -> Result<(), Fault> {
        let asked = self.report_progress(pb::Progress::OnScene).await;
        let seconds = self.habits.scene_seconds(&self.person, self.call());
        let clear_at = self.habits.after(now, seconds);
        self.go_on(asked, Stage::OnScene { clear_at })
    }

    async fn report_progress(
        &mut self,
        progress: pb::Progress,
    ) -> Result<Response<pb::ReportProgressResponse>, Status> {
        let request = pb::ReportProgressRequest {
            request_id: self.client.request_id(),
            assignment_id: self.assignment_id(),
            responder_id: self.id.clone(),
            progress: progress.into(),
            channel: CHANNEL,
            occurred_at: None,
        };
        self.client.assignment().report_progress(request).await
    }

    async fn clear(&mut self, now: Moment) -> Result<(), Fault> {
        let Some(task) = self.task.take() else {
            return Ok(());
        };
        let paper = self.habits.paper_seconds(&self.person, task.call);
        let request = pb::ClearAssignmentRequest {
            request_id: self.client.request_id(),
            assignment_id: task.assignment_id.clone(),
            responder_id: self.id.clone(),
            disposition: paper.is_none().then(|| self.disposition(task.call)),
            channel: CHANNEL,
            occurred_at: None,
        };
        self.client.assignment().clear_assignment(request).await?;
        self.papers.extend(paper.map(|seconds| Paper {
            write_at: self.habits.after(now, seconds),
            assignment_id: task.assignment_id,
            call: task.call,
        }));
        Ok(())
    }

    async fn write_a_paper(&mut self, now: Moment) -> Result<bool, Fault> {
        let Some(place) = self.papers.iter().position(|paper| paper.write_at <= now) else {
            return Ok(false);
        };
        let paper = self.papers.remove(place);
        let request = pb::RecordDispositionRequest {
            request_id: self.client.request_id(),
            assignment_id: paper.assignment_id,
            responder_id: self.id.clone(),
            disposition: Some(self.disposition(paper.call)),
            channel: CHANNEL,
            occurred_at: None,
        };
        self.client.assignment().record_disposition(request).await?;
        Ok(true)
    }

    async fn check_in(&mut self) -> Result<(), Fault> {
        let request = pb::CheckInRequest {
            request_id: self.client.request_id(),
            responder_id: self.id.clone(),
            channel: CHANNEL,
            occurred_at: None,
        };
        match self.client.dispatch().check_in(request).await {
            Ok(_) => Ok(()),
            // He has left the call a moment ago.
            Err(status) if status.code() == Code::FailedPrecondition => Ok(()),
            Err(status) => Err(format!("{}: {}", self.person.call_sign, status.message()).into()),
        }
    }

    fn disposition(&self, call: u32) -> pb::Disposition {
        let (code, outcome) = self.habits.ending(&self.person, call);
        pb::Disposition {
            code: code.to_owned(),
            behavioral_outcome: outcome.to_owned(),
            answers: Vec::new(),
        }
    }

    /// Goes on to the next stage. Whoever was too late (the offer had ended, the call was called off) drops it: what
    /// became of it stands on his stream.
    fn go_on<T>(&mut self, asked: Result<Response<T>, Status>, stage: Stage) -> Result<(), Fault> {
        match asked {
            Ok(_) => {
                if let Some(task) = &mut self.task {
                    task.stage = stage;
                }
                Ok(())
            }
            Err(status) if status.code() == Code::FailedPrecondition => {
                self.task = None;
                Ok(())
            }
            Err(status) => Err(format!("{}: {}", self.person.call_sign, status.message()).into()),
        }
    }

    fn assignment_id(&self) -> String {
        self.task
            .as_ref()
            .map(|task| task.assignment_id.clone())
            .unwrap_or_default()
    }

    fn call(&self) -> u32 {
        self.task.as_ref().map_or(0, |task: &Task| task.call)
    }
}
