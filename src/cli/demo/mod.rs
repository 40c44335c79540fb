//! The demonstration: a programme in St. Louis with fictional people at real places.
//!
//! One half is a real server in this process, on loopback, with an SQLite file of its own. The other half is its clients,
//! and knows the server only through gRPC; it plays as well against a server that it did not start. The demonstration
//! turns its server's clock itself, in lock-step: the next tick comes when every answer to the last has been seen.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a client passes over kinds and states that it does not know"
)]

mod ears;
pub mod hand;
pub mod incident;
pub mod plan;
pub mod play;
pub mod screen;
pub mod seed;
mod summary;
mod tell;
mod temper;
pub mod timekeeper;
pub mod world;

use std::io::{IsTerminal, stdout};
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use crate::clock::Clock;
use crate::desk::Desk;
use crate::grpc::server::{self, Setup};
use crate::store::Store;
use hand::Gate;
use plan::Plan;
use play::Play;
use screen::Screen;
use seed::{Requests, World, seed};
use timekeeper::Timekeeper;

/// Why the demonstration ended badly.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

const EXAMPLES: &str = "\
Examples:
  tandem demo                          40 calls; on a terminal a live table, in a pipe plain lines
  tandem demo --calls 10 --seed 7      other people, other answers; the same seed is the same play
  tandem demo --speed 600              ten minutes of the world in a second
  tandem demo --serve                  a world in real time, to build an app against; prints the tokens

All people are fictional. Places and hours of the calls are real, with credit in NOTICE; what they are about is invented.";

/// How the demonstration plays.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How many calls
    #[arg(long, value_name = "COUNT", default_value_t = 40)]
    calls: usize,
    /// The seed of ids and of how people behave
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// World seconds in a real one [default: 600 on a terminal, as fast as it goes in a pipe]
    #[arg(long, value_name = "FACTOR")]
    speed: Option<u32>,
    /// Keep a world running in real time, and print its address and tokens
    #[arg(long)]
    serve: bool,
    /// Where the demonstration's server listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

/// Plays.
pub(super) async fn demo(wanted: Arguments) -> Result<(), Trouble> {
    let folder = Folder::new()?;
    let store = Store::connect(&format!("sqlite:{}", folder.0.join("demo.db").display())).await?;
    store.migrate().await?;
    let (plan, clock) = if wanted.serve {
        let clock = Clock::process();
        // A year's worth of calls, one every two minutes.
        (Plan::from_now(clock.now(), 250_000, 120, 1), clock)
    } else {
        let plan = Plan::of_the_sample(wanted.calls)?;
        let clock = Clock::cranked(plan.start);
        (plan, clock)
    };
    let mut bits = [0; 16];
    bits[..8].copy_from_slice(&wanted.seed.to_be_bytes());
    let desk = Desk::open(store.clone(), clock.clone(), bits, 72).await?;
    let listener = server::bind(wanted.listen).await?;
    let address = listener.local_addr()?;
    let setup = Setup {
        tls: None,
        reflection: true,
        max_connections: 1000,
        shutdown: Duration::from_secs(10),
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(desk.clone(), listener, setup, async {
        // A sender that is gone ends the server as well.
        let _ = stopped.await;
    }));
    let gate = Gate::at(store.clone(), address, plan.start).await?;
    let mut requests = Requests::default();
    let world = seed(&gate, &plan, &mut requests).await?;
    let terminal = stdout().is_terminal();
    let time = if wanted.serve {
        print_tokens(address, &world);
        Timekeeper::Real(clock)
    } else {
        let speed = wanted
            .speed
            .or(terminal.then_some(600))
            .filter(|speed| *speed > 0);
        Timekeeper::Cranked { desk, speed }
    };
    let screen = Screen::new(Box::new(stdout()), terminal && !wanted.serve);
    let mut play = Play::begin(&world, &plan, wanted.seed, &time, requests, screen).await?;
    tokio::select! {
        played = play.run() => played?,
        _ = tokio::signal::ctrl_c() => {}
    }
    play.screen.end()?;
    drop(play);
    drop((world, gate, stop));
    serving.await??;
    store.close().await?;
    Ok(())
}

fn print_tokens(address: SocketAddr, world: &World) {
    println!("a world in real time at {address} (plaintext, reflection on); Ctrl-C ends it");
    println!("  dispatcher  {}", world.dispatcher_token);
    for (role, token) in &world.office_tokens {
        println!("  {role:<10}  {token}");
    }
    for member in &world.members {
        println!(
            "  {:<10}  {}  ({})",
            member.person.call_sign, member.token, member.id
        );
    }
}

/// A folder of its own, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Result<Folder, Trouble> {
        let mut bits = [0; 8];
        getrandom::fill(&mut bits).map_err(|error| format!("no random bits: {error}"))?;
        let name = format!("tandem-demo-{:016x}", u64::from_be_bytes(bits));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is in the system's own folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
