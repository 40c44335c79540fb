//! Clock: a node's wall clock is an hour off, either way, while it works and when it starts. Facts and emergencies are
//! accepted, and an offer stands as long as it should.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use tandem::board::{Policy, Role};
use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tandem::moment::Moment;
use tandem::store::Backend;
use tonic::Streaming;

use super::follower::token_for;
use super::programme::{Programme, Size};
use super::{now, prove, servers_on};
use crate::harness::shim::shim;
use crate::harness::town::{Client, by_id};
use crate::harness::verbs::opening;

/// How long an offer stands.
const OFFER: Duration = Duration::from_secs(3);
/// By how much it may be early or late.
const TOLERANCE: Duration = Duration::from_secs(2);
const HOUR: i64 = 3600;
/// Offers of one call.
const OFFERS: usize = 2;

/// What is done to the node before it is looked at.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// Its wall clock is stepped while it works, seconds from the truth.
    Stepped(i64),
    /// It is killed, and starts by a wall clock that is so far from the truth.
    Started(i64),
}

#[test]
fn a_wall_clock_an_hour_off_moves_no_offer_and_turns_no_fact_away() {
    prove(async |database| {
        let size = Size {
            servers: servers_on(database),
            dispatchers: 1,
            clinicians: 4,
            officers: 4,
        };
        let policy = Policy {
            offer_seconds: 3,
            hold_seconds: 1,
            ..Policy::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let step = folder.path().join("step");
        std::fs::write(&step, 0_i64.to_ne_bytes()).unwrap();
        let step_file = File::options().write(true).open(&step).unwrap();
        let set = |seconds: i64| {
            let micros = (seconds * 1_000_000).to_ne_bytes();
            step_file.write_all_at(&micros, 0).unwrap();
        };
        let stepped = [
            ("LD_PRELOAD".to_owned(), shim("step_clock", folder.path())),
            ("TANDEM_CLOCK_STEP".to_owned(), step.to_str().unwrap().to_owned()),
        ];
        let programme = Programme::open(database, size, policy).await;
        let store = database.store().await;
        let (_, header) = token_for(&store, 0, Role::Dispatcher, "dana", (None, None)).await;
        programme.kill(0);
        programme.start_with(0, &stepped).await.unwrap();
        let turns = [
            Turn::Stepped(0),
            Turn::Stepped(HOUR),
            Turn::Stepped(-HOUR),
            Turn::Started(-HOUR),
            Turn::Started(HOUR),
            Turn::Started(0),
        ];
        // A process of its own believes the clock it starts by; where nodes share the database's, no start moves the time.
        let alone = database.backend() == Backend::Sqlite;
        let mut believes_an_hour = false;
        for (number, turn) in turns.into_iter().enumerate() {
            match turn {
                Turn::Stepped(seconds) => set(seconds),
                Turn::Started(seconds) => {
                    programme.kill(0);
                    set(seconds);
                    programme.start_with(0, &stepped).await.unwrap();
                    believes_an_hour |= alone && seconds == HOUR;
                }
            }
            let node = Client::connect(programme.address(0).unwrap(), &header).await;
            let seen = look(&programme, &node, number).await;
            say!("{:?} {turn:?}: {seen:?}", database.backend());
            for stood in &seen.offers_stood {
                assert!(
                    stood.abs_diff(OFFER) <= TOLERANCE,
                    "{turn:?}: an offer stood for {stood:?}"
                );
            }
            let off = seen.recorded_at_off - if believes_an_hour { HOUR } else { 0 };
            assert!(off.abs() <= 2, "{turn:?}: recorded {off} s from the truth");
        }
        let log = std::fs::read_to_string(programme.history.servers_log()).unwrap();
        let alarms = log.matches("the wall clock of this machine was set").count();
        assert_eq!(alarms, 2, "each step while it works is told once");
        store.close().await.unwrap();
    });
}

#[derive(Debug)]
struct Seen {
    offers_stood: Vec<Duration>,
    /// Seconds between what was written down and the truth.
    recorded_at_off: i64,
}

/// Opens a call and lets its offers run out; meanwhile someone arrives elsewhere, and cries for help.
async fn look(programme: &Programme<'_>, node: &Client, number: usize) -> Seen {
    let request = pb::WatchAssignmentsRequest::default();
    let mut stream = node
        .streaming()
        .watch_assignments(request)
        .await
        .unwrap()
        .into_inner();
    let id = |what: &str| format!("{what}-{number}");
    let call = |what: &str, level| opening(id(what), level);
    let opened = node
        .dispatch()
        .open_call(call("offered", 3))
        .await
        .unwrap()
        .into_inner();
    let offered = opened.assignment.expect("two are offered the call");
    assert_eq!(offered.members.len(), OFFERS);
    let busy: Vec<&str> = offered
        .members
        .iter()
        .map(|member| member.responder.as_ref().unwrap().responder_id.as_str())
        .collect();
    let free = programme
        .responders
        .iter()
        .rev()
        .find(|one| !busy.contains(&one.responder_id.as_str()))
        .unwrap();
    let taken = node
        .dispatch()
        .open_call(call("taken", 1))
        .await
        .unwrap()
        .into_inner();
    let join = pb::JoinCallRequest {
        request_id: id("join"),
        call: by_id(&taken.call.unwrap().call_id),
        responder_id: free.responder_id.clone(),
        progress: pb::Progress::OnScene.into(),
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    node.dispatch()
        .join_call(join)
        .await
        .expect("a fact is never refused");
    let raise = pb::RaiseEmergencyRequest {
        request_id: id("emergency"),
        responder_id: free.responder_id.clone(),
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    let raised = node.dispatch().raise_emergency(raise).await.unwrap().into_inner();
    assert!(raised.recorded, "an emergency is recorded");
    let watched = stood(&mut stream, &offered.assignment_id);
    let seen = tokio::time::timeout(Duration::from_secs(20), watched).await;
    let cancel = pb::CancelCallRequest {
        request_id: id("cancel"),
        call_id: opened.call.unwrap().call_id,
        reason: "over".to_owned(),
        channel: pb::Channel::Radio.into(),
        occurred_at: None,
    };
    node.dispatch().cancel_call(cancel).await.unwrap();
    seen.expect("offers run out")
}

/// How long each offer of this assignment stood, by this test's own clock.
async fn stood(stream: &mut Streaming<pb::WatchAssignmentsResponse>, assignment_id: &str) -> Seen {
    let mut made = BTreeMap::new();
    let mut seen = Seen {
        offers_stood: Vec::new(),
        recorded_at_off: 0,
    };
    while seen.offers_stood.len() < OFFERS {
        let Heard::Update(update) = stream.message().await.unwrap().unwrap().heard.unwrap() else {
            continue;
        };
        let recorded_at = Moment::from_seconds(update.recorded_at.unwrap().seconds);
        let off = (recorded_at.micros() - now().micros()) / 1_000_000;
        if off.abs() > seen.recorded_at_off.abs() {
            seen.recorded_at_off = off;
        }
        for event in &update.events {
            let Some(pb::event::After::Assignment(assignment)) = &event.after else {
                continue;
            };
            if assignment.assignment_id != assignment_id {
                continue;
            }
            let who = event.responder_id.clone();
            if event.kind() == pb::EventKind::OfferMade {
                made.insert(who, Instant::now());
            } else if event.kind() == pb::EventKind::OfferTimedOut {
                let made = made.remove(&who).expect("it was made");
                seen.offers_stood.push(made.elapsed());
            }
        }
    }
    seen
}
