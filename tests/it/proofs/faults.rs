//! The checks can fail: with each fault that `sabotage` knows put into the servers, the proofs find it and call it by its
//! name, within a minute. Built with `--features faults`; `tests/prove-faults` runs it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tandem::board::{Policy, Role};
use tandem::cli::demo::Chance;
use tandem::grpc::pb;
use tokio::sync::watch;

use super::dispatcher::{Dispatcher, Habits};
use super::follower::{Follower, Manner, Word, token_for};
use super::programme::{Programme, Size};
use super::{chance, one_at_a_time, pass, servers_on};
use crate::harness::town::st_louis;
use crate::harness::{Database, on_each_database_to_damage, on_postgres_to_damage};
use crate::history::Rule;
use crate::history::subscriber::rules::Rule as Promise;
use crate::history::subscriber::{self, Journal, Subscriber};

const DISPATCHERS: usize = 16;
const FOLLOWERS: u32 = 4;
/// A fault is found within this time.
const WITHIN: Duration = Duration::from_secs(60);
/// No dispatcher comes so far in one slice.
const ROUNDS: u64 = 100_000;
/// The load is judged this often.
const SLICE: Duration = Duration::from_secs(4);

/// A programme with a fault in it.
struct Trial<'a> {
    fault: &'a str,
    programme: Programme<'a>,
    chance: Chance,
    began: Instant,
    /// Each slice of the load goes on where the one before it ended.
    rounds: std::cell::Cell<u64>,
    /// Calls to join: when there are any, dispatchers do nothing else.
    calls: Vec<String>,
}

impl<'a> Trial<'a> {
    async fn open(database: &'a Database, fault: &'a str, of_joins: bool) -> Trial<'a> {
        let size = Size {
            servers: servers_on(database),
            dispatchers: DISPATCHERS,
            clinicians: 5,
            officers: 5,
        };
        let policy = Policy {
            offer_seconds: 1,
            hold_seconds: 1,
            filing_seconds: 60,
            ..Policy::default()
        };
        let mut trial = Trial {
            fault,
            programme: Programme::open(database, size, policy).await,
            chance: chance(),
            began: Instant::now(),
            rounds: std::cell::Cell::new(1),
            calls: Vec::new(),
        };
        if of_joins {
            trial.open_calls().await;
        }
        if fault == "revision-from-sequence" {
            let next = database.texts("SELECT (revision + 1)::text FROM heads").await;
            let sequence = format!("CREATE SEQUENCE drawn_revision START {}", next[0]);
            database.execute(&sequence).await.unwrap();
        }
        trial.kill_and_start().await;
        trial.began = Instant::now();
        trial
    }

    /// Every server is killed, and begins again with the fault in it.
    async fn kill_and_start(&self) {
        let fault = [("TANDEM_FAULT".to_owned(), self.fault.to_owned())];
        for server in 0..self.programme.servers() {
            self.programme.kill(server);
        }
        for server in 0..self.programme.servers() {
            self.programme.start_with(server, &fault).await.unwrap();
        }
    }

    /// Calls that are opened before the fault is put in, so that people can join them: nodes that do not know of each
    /// other's calls are stopped by the first number that they give twice.
    async fn open_calls(&mut self) {
        for number in 0..DISPATCHERS {
            let dispatcher = Dispatcher::new(&self.programme, number, self.chance, Habits::default());
            self.calls.push(dispatcher.open_a_call(0).await.unwrap());
        }
    }

    /// Dispatchers work until `meanwhile` has come to its end.
    async fn work<T>(&self, habits: Habits, meanwhile: impl Future<Output = T>) -> T {
        let over = AtomicBool::new(false);
        let first = self.rounds.get();
        let worked = (0..DISPATCHERS).map(async |number| {
            let dispatcher = Dispatcher::new(&self.programme, number, self.chance, habits);
            let mut round = first;
            while !over.load(Ordering::Relaxed) {
                // What a broken server answers is for the judge.
                let _ = if self.calls.is_empty() {
                    dispatcher.serve_a_call(round).await
                } else {
                    dispatcher.send_someone_to(&self.calls, round).await
                };
                round += 1;
            }
        });
        let mut work = std::pin::pin!(futures_util::future::join_all(worked));
        let came = tokio::select! {
            came = meanwhile => came,
            _ = &mut work => panic!("they work until they are told"),
        };
        over.store(true, Ordering::Relaxed);
        // One who waits for a server that is broken for good is left alone: what he asked is unknown.
        let _ = tokio::time::timeout(SLICE, work).await;
        self.rounds.set(first + ROUNDS);
        came
    }

    /// Tries until the fault is found; fails if it is not.
    async fn caught_by(&self, name: &str, mut attempt: impl AsyncFnMut() -> Option<String>) {
        while self.began.elapsed() < WITHIN {
            if let Some(what) = attempt().await {
                let (fault, took) = (self.fault, self.began.elapsed());
                println!("{fault}: found by {name} after {took:.1?}: {what}");
                assert!(took < WITHIN, "{fault} was found after {took:?}");
                return;
            }
        }
        panic!("{} was not found by {name} within {WITHIN:?}", self.fault);
    }

    /// Works in slices and asks the judge of the history after each.
    async fn caught_by_the_judge(&self, rule: Rule, habits: Habits) {
        self.caught_by(&format!("{rule:?}"), async || {
            self.work(habits, pass(SLICE)).await;
            let found = self.programme.judged().await;
            found.into_iter().find(|one| one.rule == rule).map(|one| one.what)
        })
        .await;
    }

    /// Works in slices with subscribers, and holds what they saw against the journal.
    async fn caught_by_subscribers(&self, promises: &[Promise]) {
        let store = self.programme.database.store().await;
        let mut followers = Vec::new();
        for number in 0..FOLLOWERS {
            let name = format!("follower-{number}");
            let (_, header) = token_for(&store, number, Role::Dispatcher, &name, (None, None)).await;
            followers.push(Follower {
                programme: &self.programme,
                store: &store,
                subscriber: Subscriber {
                    name,
                    role: Role::Dispatcher,
                    responder_id: None,
                    agency_id: None,
                    filter: pb::EventFilter::default(),
                    silence: None,
                },
                header,
                manner: Manner {
                    life: (1_000, 3_000),
                    thinks: None,
                },
                chance: self.chance,
                began: self.began,
            });
        }
        self.caught_by(&format!("{promises:?}"), async || {
            let (word, told) = watch::channel(Word::Follow);
            let follow = followers.iter().map(|follower| follower.follow(told.clone()));
            let work = async {
                self.work(Habits::default(), pass(SLICE)).await;
                word.send_replace(Word::Finish(0));
            };
            let ((), logs) = futures_util::future::join(work, futures_util::future::join_all(follow)).await;
            let journal = Journal::read(self.programme.database, 0).await;
            let mut found = followers
                .iter()
                .zip(&logs)
                .flat_map(|(follower, log)| subscriber::judge(&follower.subscriber, log, &journal, 0));
            let named = found.find(|one| promises.contains(&one.rule));
            named.map(|one| format!("{:?}: {}", one.rule, one.why))
        })
        .await;
        store.close().await.unwrap();
    }
}

/// Looks again and again until there is something to see, at most until a fault must have been found.
async fn look<T>(look: impl AsyncFn() -> Option<T>) -> Option<T> {
    let mut pace = tokio::time::interval(Duration::from_millis(250));
    let looked = async {
        loop {
            pace.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    };
    tokio::time::timeout(WITHIN, looked).await.ok()
}

#[test]
fn without_the_head_lock_the_unique_index_refuses() {
    let _one_at_a_time = one_at_a_time();
    on_postgres_to_damage(async |database| {
        let trial = Trial::open(database, "no-head-lock", true).await;
        trial
            .caught_by("the index members_one_active", async || {
                let seen = look(async || {
                    let log = std::fs::read_to_string(trial.programme.history.servers_log()).unwrap();
                    let refused = log.lines().find(|line| line.contains("members_one_active"));
                    refused.map(str::to_owned)
                });
                trial.work(Habits::default(), seen).await
            })
            .await;
        let found = trial.programme.judged().await;
        let twice = found.iter().find(|one| one.rule == Rule::NobodyTwice);
        assert_eq!(twice, None, "the second wall holds");
    });
}

#[test]
fn without_the_head_lock_and_the_index_the_check_names_the_responder() {
    let _one_at_a_time = one_at_a_time();
    on_postgres_to_damage(async |database| {
        database.execute("DROP INDEX members_one_active").await.unwrap();
        let trial = Trial::open(database, "no-head-lock", true).await;
        let store = database.store().await;
        trial
            .caught_by("tandem check", async || {
                let seen = look(async || {
                    let found = store.check(&st_louis()).await.unwrap().differences;
                    found
                        .into_iter()
                        .find(|one| one.contains("has two active memberships"))
                });
                trial.work(Habits::default(), seen).await
            })
            .await;
        store.close().await.unwrap();
    });
}

#[test]
fn revisions_from_a_sequence_are_not_reliable() {
    let _one_at_a_time = one_at_a_time();
    on_postgres_to_damage(async |database| {
        let trial = Trial::open(database, "revision-from-sequence", true).await;
        trial.caught_by_subscribers(&[Promise::Reliable]).await;
    });
}

#[test]
fn an_answer_before_its_commit_is_found_after_a_kill() {
    let _one_at_a_time = one_at_a_time();
    on_each_database_to_damage(async |database| {
        let trial = Trial::open(database, "answer-before-commit", false).await;
        let programme = &trial.programme;
        trial
            .caught_by("AcknowledgedIsThere", async || {
                let killed = async {
                    pass(Duration::from_secs(1)).await;
                    trial.kill_and_start().await;
                };
                trial.work(Habits::default(), killed).await;
                let found = programme.judged().await.into_iter();
                let mut lost = found.filter(|one| one.rule == Rule::AcknowledgedIsThere);
                lost.next().map(|one| one.what)
            })
            .await;
    });
}

#[test]
fn what_is_published_before_a_commit_that_fails_is_found_by_subscribers() {
    let _one_at_a_time = one_at_a_time();
    on_each_database_to_damage(async |database| {
        let trial = Trial::open(database, "publish-before-commit", false).await;
        trial
            .caught_by_subscribers(&[Promise::Ordered, Promise::Unique, Promise::Reliable])
            .await;
    });
}

#[test]
fn an_offer_accepted_after_its_deadline_is_found() {
    let _one_at_a_time = one_at_a_time();
    on_each_database_to_damage(async |database| {
        let habits = Habits {
            last_moment: 100,
            ..Habits::default()
        };
        let trial = Trial::open(database, "no-expiry-check", false).await;
        trial.caught_by_the_judge(Rule::NoneAcceptedLate, habits).await;
    });
}

#[test]
fn a_request_that_is_done_twice_is_found() {
    let _one_at_a_time = one_at_a_time();
    on_each_database_to_damage(async |database| {
        let habits = Habits {
            twice: 20,
            ..Habits::default()
        };
        let trial = Trial::open(database, "no-dedupe", false).await;
        trial.caught_by_the_judge(Rule::OneEffect, habits).await;
    });
}

#[test]
fn a_checkpoint_that_runs_ahead_is_found_by_subscribers() {
    let _one_at_a_time = one_at_a_time();
    on_each_database_to_damage(async |database| {
        let trial = Trial::open(database, "checkpoint-ahead", false).await;
        trial.caught_by_subscribers(&[Promise::Bookmarkable]).await;
    });
}
