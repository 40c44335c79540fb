//! The dispatcher: opens calls, follows everything, asks why, acknowledges alerts, and tells the story.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;
use super::client::Client;
use super::following::Following;
use super::incident::Incident;
use super::responder::{is_active, moment};
use super::tally::{self, Tally};
use super::telling;
use crate::board::MARCUS_ALERT;
use crate::grpc::pb;
use crate::moment::Moment;
use pb::EventKind;
use pb::event::After;

/// A dispatcher looks at an alert after it has been escalated once, seconds.
const LOOKS_AFTER_SECONDS: i64 = 90;

/// A dispatcher at his screen.
pub(super) struct Dispatcher {
    client: Client,
    following: Following,
    seen: u64,
    /// Where its list of events goes on.
    bookmark: String,
    pub(super) calls: BTreeMap<String, pb::Call>,
    pub(super) assignments: BTreeMap<String, pb::Assignment>,
    alerts: BTreeMap<String, pb::Alert>,
    explained: BTreeSet<String>,
    pub(super) tally: Tally,
    /// What has been told and not been shown yet.
    pub(super) told: Vec<String>,
}

impl Dispatcher {
    pub(super) async fn open(client: Client) -> Result<Dispatcher, Fault> {
        let (snapshot, following) = Following::open(&client, "the dispatcher").await?;
        Ok(Dispatcher {
            client,
            following,
            seen: snapshot.revision,
            bookmark: String::new(),
            calls: BTreeMap::new(),
            assignments: BTreeMap::new(),
            alerts: BTreeMap::new(),
            explained: BTreeSet::new(),
            tally: Tally::default(),
            told: Vec::new(),
        })
    }

    /// Opens a call as its caller describes it.
    pub(super) async fn open_call(&mut self, incident: &Incident) -> Result<(), Fault> {
        let request = pb::OpenCallRequest {
            request_id: self.client.request_id(),
            source: "911".to_owned(),
            incident_type: incident.incident_type.to_owned(),
            acuity: Some(pb::Acuity {
                scheme: MARCUS_ALERT.to_owned(),
                level: incident.level,
            }),
            hazards: incident.hazard.map(str::to_owned).into_iter().collect(),
            location: Some(pb::Location {
                latitude: incident.latitude,
                longitude: incident.longitude,
            }),
            channel: pb::Channel::Phone.into(),
            ..pb::OpenCallRequest::default()
        };
        self.client.dispatch().open_call(request).await?;
        Ok(())
    }

    /// The revision at which the journal stands, asked of a list of events that nothing here is of.
    pub(super) async fn revision(&mut self) -> Result<u64, Fault> {
        let request = pb::ListEventsRequest {
            resume_token: std::mem::take(&mut self.bookmark),
            filter: Some(pb::EventFilter {
                kinds: vec![EventKind::JurisdictionChanged.into()],
                ..pb::EventFilter::default()
            }),
            page_size: 1,
        };
        let listed = self.client.streaming().list_events(request).await?.into_inner();
        self.bookmark = listed.resume_token;
        Ok(listed.revision)
    }

    /// Takes from the stream everything up to a revision, and returns for whom of the responders something stands there,
    /// and where last.
    pub(super) async fn hear_up_to(&mut self, revision: u64) -> Result<BTreeMap<String, u64>, Fault> {
        let mut concerned = BTreeMap::new();
        while let Some(update) = self.following.next_up_to(self.seen, revision).await? {
            self.seen = update.revision;
            for event in &update.events {
                for responder_id in concerns(event) {
                    concerned.insert(responder_id, update.revision);
                }
            }
            self.hear(update).await?;
        }
        Ok(concerned)
    }

    async fn hear(&mut self, update: pb::Update) -> Result<(), Fault> {
        let at = moment(update.recorded_at).ok_or("an update without its time")?;
        let mut to_explain = BTreeSet::new();
        for event in &update.events {
            let kind = event.kind();
            self.tally.event(kind);
            match &event.after {
                Some(After::Call(call)) => {
                    self.calls.insert(call.call_id.clone(), call.clone());
                    self.tally.call(call);
                    if kind == EventKind::CallOpened {
                        self.tell(at, call.number, &telling::opened(call));
                    }
                    if kind == EventKind::CallFiled {
                        self.calls.remove(&call.call_id);
                        self.assignments
                            .retain(|_, assignment| assignment.call_id != call.call_id);
                    }
                    if kind == EventKind::CallClosed {
                        self.tell(at, call.number, "CLOSED");
                    }
                    if kind == EventKind::CallWaiting {
                        to_explain.insert(call.call_id.clone());
                    }
                }
                Some(After::Assignment(assignment)) => {
                    self.assignments
                        .insert(assignment.assignment_id.clone(), assignment.clone());
                    self.tally.assignment(assignment);
                    if kind == EventKind::OfferMade || kind == EventKind::OrderGiven {
                        to_explain.insert(assignment.call_id.clone());
                    }
                    if let Some(text) = telling::member(event, assignment) {
                        self.tell(at, self.number(&assignment.call_id), &text);
                    }
                }
                Some(After::Alert(alert)) => {
                    if alert.ended_at.is_some() {
                        self.alerts.remove(&alert.alert_id);
                    } else {
                        self.alerts.insert(alert.alert_id.clone(), alert.clone());
                    }
                    if let Some(text) = telling::alert(event, alert) {
                        self.tell(at, self.number(&alert.call_id), &text);
                    }
                }
                Some(
                    After::Jurisdiction(_)
                    | After::Agency(_)
                    | After::ServiceArea(_)
                    | After::Responder(_)
                    | After::Shift(_)
                    | After::Pattern(_)
                    | After::ShiftRequest(_)
                    | After::Timesheet(_)
                    | After::OnCallList(_)
                    | After::OffShift(_)
                    | After::DutyStatus(_),
                )
                | None => {}
            }
        }
        for call_id in to_explain {
            self.explain(at, &call_id).await?;
        }
        Ok(())
    }

    /// Asks why, and tells it once for each match.
    async fn explain(&mut self, at: Moment, call_id: &str) -> Result<(), Fault> {
        let request = pb::ExplainMatchRequest {
            call_id: call_id.to_owned(),
            ..pb::ExplainMatchRequest::default()
        };
        let explained = self.client.dispatch().explain_match(request).await?.into_inner();
        if !self.explained.insert(explained.match_id) {
            return Ok(());
        }
        self.tally.matched(explained.replayed_identically);
        if let (Some(report), Some(call)) = (&explained.report, self.calls.get(call_id)) {
            let number = call.number;
            for text in telling::report(report, call) {
                self.tell(at, number, &text);
            }
        }
        Ok(())
    }

    /// Acknowledges the alert he has let wait longest, if it has waited long enough.
    pub(super) async fn look_at_alerts(&mut self, now: Moment) -> Result<bool, Fault> {
        let due = self
            .alerts
            .values()
            .find(|alert| looks_at(alert).is_some_and(|at| at <= now));
        let Some(alert_id) = due.map(|alert| alert.alert_id.clone()) else {
            return Ok(false);
        };
        let request = pb::AcknowledgeAlertRequest {
            request_id: self.client.request_id(),
            alert_id: alert_id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        match self.client.dispatch().acknowledge_alert(request).await {
            Ok(_) => {}
            // Its cause went away a moment ago: the stream will say so.
            Err(status) if status.code() == tonic::Code::NotFound => {}
            Err(status) => return Err(format!("the dispatcher: {}", status.message()).into()),
        }
        self.alerts.remove(&alert_id);
        Ok(true)
    }

    /// When something is due that nobody has to ask for: the end of an offer or a hold, a check-in, an escalation, or a
    /// look at an alert.
    pub(super) fn next_deadline(&self) -> Option<Moment> {
        let of_members = self.assignments.values().flat_map(|assignment| {
            let active = assignment
                .members
                .iter()
                .filter(|member| is_active(member.state()));
            let members =
                active.flat_map(|member| [moment(member.answer_by), moment(member.next_check_in_at)]);
            members.chain([moment(assignment.held_until)])
        });
        let of_alerts = self
            .alerts
            .values()
            .flat_map(|alert| [moment(alert.escalates_at), looks_at(alert)]);
        of_members.chain(of_alerts).flatten().min()
    }

    /// The calls that are not over, by number.
    pub(super) fn open_calls(&self) -> BTreeSet<u32> {
        tally::open(&self.calls)
    }

    fn number(&self, call_id: &str) -> u32 {
        self.calls.get(call_id).map_or(0, |call| call.number)
    }

    fn tell(&mut self, at: Moment, number: u32, text: &str) {
        self.told.push(telling::line(at, number, text));
    }
}

fn looks_at(alert: &pb::Alert) -> Option<Moment> {
    Some(moment(alert.raised_at)?.plus_seconds(LOOKS_AFTER_SECONDS))
}

/// Whose streams have this event: the one it happened to, and everyone who is active in the assignment.
fn concerns(event: &pb::Event) -> BTreeSet<String> {
    let mut concerned = BTreeSet::new();
    if !event.responder_id.is_empty() {
        concerned.insert(event.responder_id.clone());
    }
    if let Some(After::Assignment(assignment)) = &event.after {
        let active = assignment
            .members
            .iter()
            .filter(|member| is_active(member.state()));
        concerned.extend(active.filter_map(|member| Some(member.responder.as_ref()?.responder_id.clone())));
    }
    concerned
}
