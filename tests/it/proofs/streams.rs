//! Streams: fifty subscribers, cut at random moments while a programme works and the journal's floor moves. Each of the
//! six promises is kept to each of them, and together they have seen the journal.

use std::time::{Duration, Instant};

use tandem::board::{Policy, Role};
use tandem::cli::demo::Chance;
use tandem::grpc::pb;
use tandem::store::Store;
use tokio::sync::watch;

use super::dispatcher::{Dispatcher, Habits};
use super::follower::{Follower, Manner, Word, token_for};
use super::programme::{Programme, Size};
use super::{chance, now, prove, scale, servers_on};
use crate::harness::Database;
use crate::harness::town::{Client, st_louis};
use crate::harness::verbs::opening;
use crate::history::subscriber::{End, Keeper, Line, Subscriber, judge, union_is_the_journal};

const SUBSCRIBERS: usize = 50;
const DISPATCHERS: usize = 6;
/// How long the programme works.
const WORK: Duration = Duration::from_secs(24);
/// How often each dispatcher begins a call.
const PACE: Duration = Duration::from_millis(400);
/// How far back the journal reaches while its floor moves, seconds.
const REACH_SECONDS: i64 = 5;
/// How long those who are told to rest are away before a server is ended.
const ABSENCE: Duration = Duration::from_secs(2);
/// A checkpoint comes every 15 s; a loaded machine may be late by as much.
const SILENCE: Duration = Duration::from_secs(30);

#[test]
fn fifty_subscribers_cut_while_the_floor_moves_miss_nothing() {
    prove(async |database| {
        let size = Size {
            servers: servers_on(database),
            dispatchers: DISPATCHERS,
            clinicians: 6,
            officers: 6,
        };
        let policy = Policy {
            offer_seconds: 2,
            hold_seconds: 2,
            filing_seconds: 10,
            ..Policy::default()
        };
        let chance = chance();
        let programme = Programme::open(database, size, policy).await;
        let store = database.store().await;
        let began = Instant::now();
        let hardly = a_call_that_hardly_moves(&programme).await;
        let mut followers = Vec::new();
        for number in 0..SUBSCRIBERS {
            followers.push(follower(&programme, &store, (number, &hardly), chance, began).await);
        }
        let (everyone, told) = watch::channel(Word::Follow);
        let (to_old, told_old) = watch::channel(Word::Follow);
        let (to_left, told_left) = watch::channel(Word::Follow);
        let words = Words {
            everyone,
            old: to_old,
            left: to_left,
        };
        let work = work(&programme, &store, chance, &words);
        let follow = followers.iter().enumerate().map(|(number, follower)| {
            let word = match number {
                OLD => &told_old,
                LEFT => &told_left,
                _ => &told,
            };
            follower.follow(word.clone())
        });
        let (worked, logs) = futures_util::future::join(work, futures_util::future::join_all(follow)).await;

        let journal = worked.keeper.whole(database).await;
        let mut found = Vec::new();
        for (follower, log) in followers.iter().zip(&logs) {
            found.extend(judge(&follower.subscriber, log, &journal, worked.head));
        }
        let (few, count) = (&found[..found.len().min(20)], found.len());
        assert!(found.is_empty(), "{count} findings, the first {few:#?}");
        let from = logs
            .iter()
            .filter_map(|log| log.iter().find_map(Line::position))
            .max();
        let all: Vec<&[Line]> = logs.iter().map(Vec::as_slice).collect();
        assert_eq!(
            union_is_the_journal(&all, &journal, from.unwrap(), worked.head),
            [""; 0]
        );
        said(database, &all, worked.head, worked.floor);
        read_from_the_journal(&logs[OLD], worked.restarted_at);
        store.close().await.unwrap();
    });
}

/// A call for a telephone seat, and there is none: it waits.
async fn a_call_that_hardly_moves(programme: &Programme<'_>) -> String {
    let waits = pb::OpenCallRequest {
        location: None,
        ..opening("hardly-moves".to_owned(), 1)
    };
    let (_, client) = programme.reach(0, 0).await;
    let opened = client.dispatch().open_call(waits).await.unwrap();
    opened.into_inner().call.unwrap().call_id
}

/// The subscriber whose token is older than what a server keeps in memory.
const OLD: usize = SUBSCRIBERS - 1;
/// The subscriber who is away until the journal no longer reaches back to his token.
const LEFT: usize = OLD - 1;

/// What the followers are told.
struct Words {
    everyone: watch::Sender<Word>,
    old: watch::Sender<Word>,
    left: watch::Sender<Word>,
}

async fn follower<'a>(
    programme: &'a Programme<'a>,
    store: &'a Store,
    (number, call_id): (usize, &str),
    chance: Chance,
    began: Instant,
) -> Follower<'a> {
    let kinds = |kinds: &[pb::EventKind]| pb::EventFilter {
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        ..pb::EventFilter::default()
    };
    let someone = programme.responders[number % programme.responders.len()]
        .responder_id
        .clone();
    let agency = if number.is_multiple_of(2) {
        "clinician"
    } else {
        "officer"
    };
    let all = pb::EventFilter::default();
    let hides = [
        kinds(&[pb::EventKind::AreaRemoved]),
        kinds(&[pb::EventKind::Escalated, pb::EventKind::AgencyCreated]),
        kinds(&[pb::EventKind::OfferDeclined]),
        pb::EventFilter {
            call_ids: vec![call_id.to_owned()],
            ..pb::EventFilter::default()
        },
        pb::EventFilter {
            responder_ids: vec![someone.clone()],
            agency_ids: vec![agency.to_owned()],
            ..kinds(&[pb::EventKind::MemberCleared, pb::EventKind::OfferTimedOut])
        },
    ];
    let quick = Manner {
        life: (100, 4_000),
        thinks: None,
    };
    let patient = Manner {
        life: (1_000, 22_000),
        thinks: None,
    };
    let slow = Manner {
        life: (2_000, 9_000),
        thinks: Some(Duration::from_millis(40)),
    };
    let (role, manner, filter, (agency_id, responder_id)) = match number {
        0..16 => (Role::Dispatcher, quick, all, (None, None)),
        16..20 => (Role::Dispatcher, slow, all, (None, None)),
        20 => (Role::Supervisor, quick, all, (None, None)),
        21 => (Role::Auditor, quick, all, (None, None)),
        22 => (Role::System, patient, all, (None, None)),
        23..35 => (
            Role::Responder,
            quick,
            all,
            (Some(agency), Some(someone.as_str())),
        ),
        35..37 => (Role::Hr, patient, all, (None, None)),
        37..39 => (Role::Hr, patient, all, (Some(agency), None)),
        39..LEFT => (
            Role::Dispatcher,
            patient,
            hides[number % hides.len()].clone(),
            (None, None),
        ),
        _ => (Role::Dispatcher, patient, all, (None, None)),
    };
    let name = match responder_id {
        Some(responder_id) => responder_id.to_owned(),
        None => format!("{}-{number}", role.as_str()),
    };
    let (_, header) = token_for(
        store,
        u32::try_from(number).unwrap(),
        role,
        &name,
        (agency_id, responder_id),
    )
    .await;
    let subscriber = Subscriber {
        name,
        role,
        responder_id: responder_id.map(str::to_owned),
        agency_id: agency_id.map(str::to_owned),
        filter,
        silence: manner.thinks.is_none().then_some(SILENCE),
    };
    Follower {
        programme,
        store,
        subscriber,
        header,
        manner,
        chance,
        began,
    }
}

/// What was done meanwhile.
struct Worked {
    keeper: Keeper,
    head: u64,
    floor: u64,
    /// The head when the first server began to serve again.
    restarted_at: u64,
}

/// Work, a floor that moves, and servers that are ended and started again.
async fn work(programme: &Programme<'_>, store: &Store, chance: Chance, words: &Words) -> Worked {
    let until = Instant::now() + WORK * u32::try_from(scale()).unwrap();
    let habits = Habits {
        messy: 20,
        ..Habits::default()
    };
    let calls = futures_util::future::join_all((0..DISPATCHERS).map(async |number| {
        let dispatcher = Dispatcher::new(programme, number, chance, habits);
        let mut pace = tokio::time::interval(PACE);
        for round in 0.. {
            pace.tick().await;
            if Instant::now() > until {
                break;
            }
            dispatcher.serve_a_call(round).await.unwrap();
        }
    }));
    let roster = async {
        let (_, header) = token_for(store, 1_000, Role::Admin, "clerk", (None, None)).await;
        let mut pace = tokio::time::interval(PACE);
        for round in 0_u32.. {
            pace.tick().await;
            if Instant::now() > until {
                break;
            }
            keep_the_roster(programme, &header, round).await;
        }
    };
    let floor = async {
        let mut keeper = Keeper::default();
        let mut pace = tokio::time::interval(Duration::from_millis(500));
        while Instant::now() < until {
            pace.tick().await;
            let before = now().plus_seconds(-REACH_SECONDS);
            keeper.look(programme.database).await;
            store.prune(&st_louis(), before).await.unwrap();
        }
        keeper
    };
    let restarts = restarts(programme, store, words);
    let (((_, ()), keeper), restarted_at) = futures_util::future::join(
        futures_util::future::join(futures_util::future::join(calls, roster), floor),
        restarts,
    )
    .await;
    let head = store.head(&st_louis()).await.unwrap();
    for word in [&words.everyone, &words.old, &words.left] {
        word.send_replace(Word::Finish(head.revision));
    }
    Worked {
        keeper,
        head: head.revision,
        floor: head.floor_revision,
        restarted_at,
    }
}

/// Each server is ended and started again, the first one last; says what the head was then. Whoever was left behind goes
/// on when no server remembers what follows his token, and the journal does not either.
async fn restarts(programme: &Programme<'_>, store: &Store, words: &Words) -> u64 {
    let head = async || store.head(&st_louis()).await.unwrap();
    let mut pace = tokio::time::interval(ABSENCE);
    let mut ticks = async |count: usize| {
        for _ in 0..count {
            pace.tick().await;
        }
    };
    // The first comes at once.
    ticks(4).await;
    words.left.send_replace(Word::Rest);
    ticks(1).await;
    let left_at = head().await.revision;
    for server in 1..programme.servers() {
        restart(programme, server).await;
    }
    ticks(2).await;
    words.old.send_replace(Word::Rest);
    ticks(1).await;
    let restarted_at = head().await.revision;
    restart(programme, 0).await;
    words.old.send_replace(Word::Follow);
    while head().await.floor_revision <= left_at {
        ticks(1).await;
    }
    words.left.send_replace(Word::Follow);
    restarted_at
}

async fn restart(programme: &Programme<'_>, server: usize) {
    let mut served = programme.take(server).unwrap();
    served.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || served.ended_within(Duration::from_secs(10)));
    assert!(ended.await.unwrap().is_some_and(|status| status.success()));
    programme.start(server).await;
}

/// Something for those who watch the roster.
async fn keep_the_roster(programme: &Programme<'_>, header: &str, round: u32) {
    let server = usize::try_from(round).unwrap() % programme.servers();
    let Some(address) = programme.address(server) else {
        return;
    };
    let agency_id = if round.is_multiple_of(2) {
        "clinician"
    } else {
        "officer"
    };
    let responder = pb::CreateResponderRequest {
        request_id: format!("new-{round}"),
        agency_id: agency_id.to_owned(),
        discipline: agency_id.to_owned(),
        name: format!("new {round}"),
        call_sign: format!("new-{round}"),
        ..Default::default()
    };
    let clerk = Client::try_connect(address, header).await;
    if let Some(clerk) = clerk {
        // While a server goes down it may refuse.
        let _ = clerk.roster().create_responder(responder).await;
    }
}

/// One line for whoever reads the run, and the least that must have happened.
fn said(database: &Database, logs: &[&[Line]], head: u64, floor: u64) {
    let count =
        |wanted: &dyn Fn(&Line) -> bool| logs.iter().copied().flatten().filter(|line| wanted(line)).count();
    let updates = count(&|line| matches!(line, Line::Update { .. }));
    let checkpoints = count(&|line| matches!(line, Line::Checkpoint { .. }));
    let resumed = count(&|line| matches!(line, Line::Began { after: Some(_), .. }));
    let cuts = count(&|line| matches!(line, Line::Ended { how: End::Cut, .. }));
    let told = |wanted: &str| {
        count(&|line| matches!(line, Line::Ended { how: End::Told { reason, .. }, .. } if reason == wanted))
    };
    let (too_old, shutting) = (told("RESUME_TOKEN_TOO_OLD"), told("SHUTTING_DOWN"));
    say!(
        "{:?}: head {head}, floor {floor}, {updates} updates, {checkpoints} checkpoints, {cuts} cuts, {resumed} \
         resumed, {too_old} too old, {shutting} told that the server goes down",
        database.backend()
    );
    assert!(floor > 0 && resumed > SUBSCRIBERS && too_old > 0 && shutting > 0 && checkpoints > 0);
}

/// His token was older than what the server that had just been started keeps in memory, and it went on all the same.
fn read_from_the_journal(log: &[Line], restarted_at: u64) {
    let resumed = log.windows(2).any(|pair| match pair {
        [
            Line::Began {
                after: Some(after), ..
            },
            Line::Update { revision, .. },
        ] => *after < restarted_at && *revision <= restarted_at,
        _ => false,
    });
    assert!(resumed, "nobody went on from before {restarted_at}");
}
