//! Attacks on the port of a server in a process of its own: it lives, its memory is bounded, others hardly feel it, and it
//! never panics.
//!
//! How it is measured, on a machine that does other things too: each attack is waged in turn against a sink, which reads
//! and forgets, and against the server, while the same steady load runs on the server. The sink costs the machine what the
//! attacker costs it, so what is left is what the attack costs the server. Two windows that follow each other are a pair;
//! the median over the pairs, of how much longer the 99th percentile takes, is what others feel. An attack that seems to be
//! felt is looked at again: noise passes, what an attack costs does not.

mod assault;
mod frames;
mod others;

use std::net::SocketAddr;
use std::time::Duration;

use tandem::board::{Jurisdiction, Policy, Role};
use tandem::desk::token::Shown;
use tandem::grpc::pb;
use tandem::id::{Ids, TokenId};
use tandem::moment::Moment;
use tandem::store::{Store, Token};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::harness::on_sqlite;
use crate::harness::process::{Overheard, Served};
use crate::harness::town::{Client, reason, st_louis};
use crate::proofs::one_at_a_time;
use assault::{Assault, Target};
use others::{Felt, Others, median};

/// How many windows of each kind at first, and at most.
const WINDOWS: usize = 3;
const MOST_WINDOWS: usize = 15;
/// A server under attack has at most so much more than it had before, KiB: 2,000 connections at 32 KiB, and as much as the
/// store and the allocator may keep.
const MOST_MORE_KIB: u64 = 96 * 1024;

/// A server of its own process, its others, and what it writes to its standard error.
struct Stage {
    served: Served,
    overheard: Overheard,
    others: Others,
    authorization: String,
}

impl Stage {
    async fn set(database: &str, store: &Store) -> Stage {
        let now =
            Moment::from_seconds(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap());
        let jurisdiction = Jurisdiction {
            id: st_louis(),
            name: "St. Louis".to_owned(),
            zone: "America/Chicago".to_owned(),
            policy: Policy::default(),
            version: 1,
        };
        store.create_jurisdiction(&jurisdiction, now, &[]).await.unwrap();
        let shown = Shown::new(TokenId::next(&mut Ids::new([6; 16]), now), [6; 32]);
        let token = Token {
            jurisdiction_id: Some(st_louis()),
            ..shown.kept(Role::Dispatcher, "dana".to_owned(), now, now.plus_seconds(86_400))
        };
        store.insert_token(&token).await.unwrap();
        let authorization = format!("Bearer {}", shown.text());
        let (served, overheard) = Served::start_overheard(database);
        let asking = Client::connect(served.address, &authorization).await;
        let dispatching = Client::connect(served.address, &authorization).await;
        let others = Others::new(asking, dispatching, served.pid());
        Stage {
            served,
            overheard,
            others,
            authorization,
        }
    }

    /// One window of the load, with an attack on this address meanwhile.
    async fn window_beside(&self, assault: Assault, address: SocketAddr) -> Felt {
        let (end, over) = watch::channel(false);
        let target = Target {
            address,
            authorization: self.authorization.clone(),
            over,
        };
        let waged = tokio::spawn(assault.wage(target));
        let felt = self.others.window().await;
        end.send(true).unwrap();
        let sent = waged.await.unwrap();
        assert!(sent >= assault.least(), "{assault:?}: only {sent}");
        felt
    }
}

/// Takes connections, reads what comes and forgets it.
async fn sink() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut tcp, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut read = vec![0; 16 * 1024];
                while matches!(tcp.read(&mut read).await, Ok(1..)) {}
            });
        }
    });
    address
}

#[test]
fn attacks_on_the_port_are_outlived_and_hardly_felt() {
    // The proofs load the machine, and this measures.
    let _one_at_a_time = one_at_a_time();
    on_sqlite(async |database| {
        let store = database.store().await;
        let stage = Stage::set(database.url(), &store).await;
        let sink = sink().await;
        let quiet = median([stage.others.window().await.p99, stage.others.window().await.p99]);
        let before = stage.others.memory_kib();
        eprintln!("nobody attacks: p99 {quiet:?}, {before} KiB");
        for assault in Assault::ALL {
            let mut pairs = Vec::new();
            let most_kib = loop {
                for _ in 0..WINDOWS {
                    let beside = stage.window_beside(assault, sink).await;
                    pairs.push((beside, stage.window_beside(assault, stage.served.address).await));
                }
                let slower = median(pairs.iter().map(|(beside, under)| under.percent_of(beside)));
                let most_kib = pairs.iter().map(|(_, under)| under.most_kib).max().unwrap();
                let beside = median(pairs.iter().map(|(beside, _)| beside.p99));
                let under = median(pairs.iter().map(|(_, under)| under.p99));
                eprintln!(
                    "{assault:?}: p99 {under:.0?}, beside a sink {beside:.0?}: {slower} %, {} pairs; at most {most_kib} KiB",
                    pairs.len()
                );
                if slower <= 200 {
                    break most_kib;
                }
                assert!(pairs.len() < MOST_WINDOWS, "{assault:?}: {slower} %: {pairs:#?}");
            };
            assert!(
                most_kib <= before + MOST_MORE_KIB,
                "{assault:?}: {most_kib} KiB after {before} KiB"
            );
        }
        let newcomer = Client::connect(stage.served.address, &stage.authorization).await;
        newcomer
            .availability()
            .get_board(pb::GetBoardRequest {})
            .await
            .unwrap();
        let stranger = Client::connect(stage.served.address, "Bearer none").await;
        let refused = stranger
            .availability()
            .get_board(pb::GetBoardRequest {})
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "UNAUTHENTICATED");
        stage.served.kill();
        let said = stage.overheard.all();
        let panics: Vec<_> = said.iter().filter(|line| line.contains("panicked")).collect();
        assert!(panics.is_empty(), "{panics:#?}");
        store.close().await.unwrap();
    });
}

#[test]
fn a_socket_that_says_nothing_usable_is_let_go() {
    on_sqlite(async |database| {
        let store = database.store().await;
        let stage = Stage::set(database.url(), &store).await;
        let mut held = Vec::new();
        for said in [&b""[..], &frames::PREFACE[..12], b"\x16\x03\x01\x02\x00"] {
            for _ in 0..20 {
                let mut tcp = TcpStream::connect(stage.served.address).await.unwrap();
                tokio::io::AsyncWriteExt::write_all(&mut tcp, said).await.unwrap();
                held.push(tcp);
            }
        }
        let let_go = held.into_iter().map(async |mut tcp| {
            let mut rest = Vec::new();
            // Closed or reset: either way the server has let go.
            let _ = tcp.read_to_end(&mut rest).await;
            rest
        });
        // Five seconds of patience, and a machine that is busy.
        let patience = Duration::from_secs(30);
        let heard = tokio::time::timeout(patience, futures_util::future::join_all(let_go)).await;
        assert!(
            heard.unwrap().iter().all(Vec::is_empty),
            "nothing was said to them"
        );
        stage.served.kill();
        assert!(!stage.overheard.all().iter().any(|line| line.contains("panicked")));
        store.close().await.unwrap();
    });
}
