//! Days of real decisions, drawn from a seed: after every one, the tables show the board that the decisions made.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tandem::board::{After, Channel, Decided, Draft, EventKind, Reply, Reporter, Role};
use tandem::dispatch::command::{
    AcceptOffer, AddRemark, CancelCall, CheckIn, ClearAssignment, DeclineOffer, DutyChange, GivenDisposition,
    JoinCall, MatchCall, MeetDeadlines, RaiseEmergency, RecordDisposition, ReportProgress, SetDutyStatus,
};
use tandem::dispatch::lifecycle::Progress;
use tandem::dispatch::{CallKey, Named, PositionBasis, TextClass, decide};
use tandem::id::{AssignmentId, CallId, OperationId, ResponderId};
use tandem::moment::Window;
use tandem::refusal::Refusal;
use tandem::store::{Batch, KeptReply};
use tandem::travel::{Leg, TravelTimes};

use super::course::MESSY;
use super::values::{self, event, hired, jurisdiction_id, key, reference};
use super::world::World;
use crate::harness::on_each_database;

const STEPS: u32 = 250;

#[test]
fn the_tables_follow_whatever_is_decided() {
    let told = RefCell::new((BTreeSet::new(), 0, 0));
    for seed in [1, 2] {
        on_each_database(async |database| {
            println!("seed {seed}");
            let mut story = Story::begin(World::create(database.store().await).await, seed).await;
            for step in 0..STEPS {
                story.step(step).await;
                let (_, board) = story.world.store.load(&jurisdiction_id()).await.unwrap();
                assert_eq!(board, story.world.board, "seed {seed}, step {step}");
            }
            assert!(story.kinds.len() > 22, "{:?}", story.kinds);
            let (kinds, recalled, revived) = &mut *told.borrow_mut();
            kinds.extend(story.kinds);
            *recalled += story.recalled;
            *revived += story.revived;
        });
    }
    // The story is worth telling: much happened, and much of it to what had left the board.
    let (kinds, recalled, revived) = told.into_inner();
    for kind in MESSY.into_iter().chain([EventKind::CallFiled]) {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }
    assert!(recalled > 20 && revived > 1, "{recalled} {revived}");
}

pub(super) struct Story {
    pub(super) world: World,
    drawn: u64,
    people: Vec<ResponderId>,
    calls: Vec<CallId>,
    assignments: Vec<AssignmentId>,
    kinds: BTreeSet<EventKind>,
    /// How often something was taken from the tables, and how often it came back to life.
    recalled: u32,
    revived: u32,
}

impl Story {
    async fn begin(mut world: World, seed: u64) -> Story {
        let mut people = Vec::new();
        let mut events = vec![event(EventKind::AgencyCreated, After::Agency(values::agency()))];
        let mut policy = world.board.jurisdiction.clone();
        policy.policy.required_qualifications.clear();
        policy.policy.filing_seconds = 240;
        policy.version += 1;
        events.push(event(
            EventKind::JurisdictionChanged,
            After::Jurisdiction(Box::new(policy)),
        ));
        for discipline in ["clinician", "clinician", "officer", "officer", "officer"] {
            let mut responder = world.responder();
            responder.discipline = discipline.to_owned();
            responder.area_ids.clear();
            responder.must_not_meet.clear();
            let mut shift = world.shift(Some(responder.id));
            shift.planned = Window {
                start: world.at,
                end: world.at.plus_seconds(400_000),
            };
            people.push(responder.id);
            events.push(hired(responder));
            events.push(event(EventKind::ShiftPublished, After::Shift(Box::new(shift))));
        }
        world.record(events).await.unwrap();
        let mut story = Story {
            world,
            drawn: seed,
            people,
            calls: Vec::new(),
            assignments: Vec::new(),
            kinds: BTreeSet::new(),
            recalled: 0,
            revived: 0,
        };
        for who in story.people.clone() {
            let available = story.duty(who, "");
            story
                .decide(None, |draft| decide::duty::set_duty_status(draft, &available))
                .await;
        }
        story
    }

    /// A number below `below`, from the seed.
    pub(super) fn draw(&mut self, below: usize) -> usize {
        self.drawn = self
            .drawn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.drawn >> 33).unwrap() % below
    }

    fn one_of<T: Copy>(&mut self, all: impl Fn(&Story) -> &Vec<T>) -> Option<T> {
        let among = all(self).len().max(1);
        let place = self.draw(among);
        all(self).get(place).copied()
    }

    fn duty(&self, responder_id: ResponderId, active_on: &str) -> SetDutyStatus {
        SetDutyStatus {
            changes: vec![DutyChange {
                responder_id,
                primary: tandem::board::Duty::Available,
                secondary: String::new(),
                expires_at: None,
                active_on: (!active_on.is_empty()).then(|| reference("cad", active_on)),
            }],
        }
    }

    fn travel(&self) -> TravelTimes {
        let legs = (1..).zip(&self.people).map(|(place, who)| {
            let leg = Leg {
                seconds: place * 60,
                meters: place * 500,
                basis: PositionBasis::Live,
                age_seconds: Some(4),
            };
            (*who, Some(leg))
        });
        TravelTimes {
            at: Some(self.world.at),
            legs: legs.collect::<BTreeMap<_, _>>(),
        }
    }

    async fn step(&mut self, step: u32) {
        let seconds = [1, 2, 5, 10, 20, 300][self.draw(6)];
        self.world.at = self.world.at.plus_seconds(seconds);
        let who = self.one_of(|story| &story.people).unwrap();
        let (call_id, assignment_id) = (
            self.one_of(|story| &story.calls),
            self.one_of(|story| &story.assignments),
        );
        let travel = self.travel();
        let progress = Progress::ALL[self.draw(5)];
        let given = GivenDisposition {
            code: "15".to_owned(),
            behavioral_outcome: String::new(),
            answers: Vec::new(),
        };
        if step % 4 == 3
            && let Some(call_id) = call_id
        {
            let second = self.one_of(|story| &story.calls).unwrap_or(call_id);
            return self.messy(call_id, second, assignment_id, who, travel).await;
        }
        match (self.draw(14), call_id, assignment_id) {
            (0 | 1, _, _) | (_, None, _) => {
                let level = u8::try_from(1 + self.draw(4)).unwrap();
                let command = values::open_call(step, level, travel);
                self.decide(None, |draft| decide::call::open_call(draft, &command))
                    .await;
            }
            (2, _, _) => {
                self.decide(None, |draft| {
                    decide::deadline::meet_deadlines(draft, &MeetDeadlines)
                })
                .await
            }
            (3, Some(call_id), _) => {
                let command = MatchCall { call_id, travel };
                self.decide(None, |draft| decide::sending::match_open_slots(draft, &command))
                    .await;
            }
            (4, Some(call_id), _) => {
                let command = AddRemark {
                    call_id,
                    class: TextClass::Operational,
                    body: "fictional".to_owned(),
                };
                let named = Some(Named::Call(call_id));
                self.decide(named, |draft| decide::call::add_remark(draft, &command))
                    .await;
            }
            (5, Some(call_id), _) => {
                let command = JoinCall {
                    call: CallKey::Id(call_id),
                    responder_id: who,
                    progress,
                };
                let named = Some(Named::Call(call_id));
                self.decide(named, |draft| decide::member::join_call(draft, &command))
                    .await;
            }
            (6, Some(call_id), _) if step.is_multiple_of(3) => {
                let command = CancelCall {
                    call_id,
                    reason: "unfounded".to_owned(),
                };
                let named = Some(Named::Call(call_id));
                self.decide(named, |draft| decide::call::cancel_call(draft, &command))
                    .await;
            }
            (7, _, _) => {
                let command = self.duty(who, if step.is_multiple_of(2) { "24-1" } else { "" });
                self.decide(None, |draft| decide::duty::set_duty_status(draft, &command))
                    .await;
            }
            (8, _, _) if step.is_multiple_of(2) => {
                let command = CheckIn { responder_id: who };
                self.decide(None, |draft| decide::safety::check_in(draft, &command))
                    .await;
            }
            (8, _, _) => {
                let command = RaiseEmergency { responder_id: who };
                self.decide(None, |draft| decide::safety::raise_emergency(draft, &command))
                    .await;
            }
            (verb, Some(_), Some(assignment_id)) => {
                let named = Some(Named::Assignment(assignment_id));
                // Mostly by one who is on it.
                let of_it = self.world.board.assignments.get(&assignment_id);
                let on_it = of_it.and_then(|a| a.active_responders().into_iter().next());
                let who = on_it.unwrap_or(who);
                self.report(verb, named, assignment_id, who, progress, given)
                    .await;
            }
            (_, Some(_), None) => {}
        }
    }

    async fn report(
        &mut self,
        verb: usize,
        named: Option<Named>,
        assignment_id: AssignmentId,
        responder_id: ResponderId,
        progress: Progress,
        given: GivenDisposition,
    ) {
        match verb {
            9 => {
                let command = AcceptOffer {
                    assignment_id,
                    responder_id,
                };
                self.decide(named, |draft| decide::member::accept_offer(draft, &command))
                    .await;
            }
            10 => {
                let command = DeclineOffer {
                    assignment_id,
                    responder_id,
                    reason: "busy".to_owned(),
                };
                self.decide(named, |draft| decide::member::decline_offer(draft, &command))
                    .await;
            }
            11 => {
                let command = ReportProgress {
                    assignment_id,
                    responder_id,
                    progress,
                };
                self.decide(named, |draft| decide::member::report_progress(draft, &command))
                    .await;
            }
            12 => {
                let command = RecordDisposition {
                    assignment_id,
                    responder_id,
                    disposition: given,
                };
                self.decide(named, |draft| decide::member::record_disposition(draft, &command))
                    .await;
            }
            _ => {
                let command = ClearAssignment {
                    assignment_id,
                    responder_id,
                    disposition: Some(given),
                };
                self.decide(named, |draft| decide::member::clear_assignment(draft, &command))
                    .await;
            }
        }
    }

    /// One command through the door: recalled, decided, recorded. What is refused changes nothing.
    pub(super) async fn decide(
        &mut self,
        named: impl IntoIterator<Item = Named>,
        decision: impl FnOnce(&mut Draft<'_>) -> Result<Reply, Refusal>,
    ) {
        let world = &mut self.world;
        let mut writing = world.store.begin(&jurisdiction_id()).await.unwrap();
        let mut recalled = Vec::new();
        let mut names: Vec<Named> = named.into_iter().collect();
        let mut place = 0;
        while let Some(named) = names.get(place).cloned() {
            place += 1;
            if !world.board.has(&named) {
                let found = writing.recall(&named).await.unwrap().unwrap();
                world.board.recall(&found);
                recalled.push(found);
            }
            let next = world.board.goes_on_as(&named);
            names.extend(
                next.into_iter()
                    .filter(|next| !names.contains(next))
                    .collect::<Vec<_>>(),
            );
        }
        let reporter = Reporter {
            subject: "dispatch-7".to_owned(),
            role: Role::Dispatcher,
            channel: Channel::Radio,
        };
        let mut draft = Draft::new(&mut world.board, &mut world.ids, world.at, reporter, None);
        let decided = decision(&mut draft).map(|reply| (reply, draft.finish().0));
        for one in &recalled {
            world.board.put_away(one);
        }
        let Ok((
            reply,
            Decided {
                events,
                texts,
                notes,
                matches,
            },
        )) = decided
        else {
            return writing.rollback().await.unwrap();
        };
        for call in recalled.into_iter().filter_map(|recalled| recalled.call) {
            self.recalled += 1;
            self.revived += u32::from(call.filed && world.board.calls.contains_key(&call.id));
        }
        if events.is_empty() {
            return writing.rollback().await.unwrap();
        }
        for event in &events {
            self.kinds.insert(event.kind);
            if let After::Call(call) = &event.after
                && !self.calls.contains(&call.id)
            {
                self.calls.push(call.id);
            }
            if let After::Assignment(assignment) = &event.after
                && !self.assignments.contains(&assignment.id)
            {
                self.assignments.push(assignment.id);
            }
        }
        let entry = tandem::board::Entry {
            revision: world.board.revision + 1,
            at: world.at,
            operation_id: OperationId::next(&mut world.ids, world.at),
            request_id: format!("r-{}", world.board.revision),
            cause: tandem::board::Cause {
                subject: "dispatch-7".to_owned(),
                role: Role::Dispatcher,
                method: "Story".to_owned(),
            },
            events,
        };
        (world.board.revision, world.board.at) = (entry.revision, entry.at);
        let kept = KeptReply {
            key: key(&entry.request_id),
            fingerprint: String::new(),
            revision: entry.revision,
            at: entry.at,
            names: reply.names(&world.board),
            reply,
        };
        let batch = Batch {
            entries: &[entry],
            board: &world.board,
            texts: &texts,
            notes: &notes,
            matches: &matches,
            replies: &[kept],
        };
        writing.append(&batch).await.unwrap();
        writing.commit().await.unwrap();
    }
}
