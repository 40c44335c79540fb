//! The demonstration: the same seed is the same play, and its client half needs no server of its own.

use std::process::Command;
use std::sync::{Arc, Mutex};

use tandem::cli::demo::hand::Gate;
use tandem::cli::demo::plan::Plan;
use tandem::cli::demo::play::Play;
use tandem::cli::demo::screen::Screen;
use tandem::cli::demo::seed::{Requests, seed};
use tandem::cli::demo::timekeeper::Timekeeper;
use tandem::clock::Clock;

use crate::harness::on_each_database;
use crate::harness::process::Served;

fn played(seed: &str, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .args(["demo", "--calls", "6", "--log", "error", "--seed", seed])
        .args(more)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_same_seed_is_the_same_play_at_any_speed() {
    let once = played("7", &[]);
    assert_eq!(once, played("7", &["--speed", "1000000"]));
    assert_ne!(once, played("8", &[]));
    assert!(once.contains("\ncalls                   6\n"), "{once}");
}

/// What is shown, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn its_clients_play_at_a_server_that_they_did_not_start() {
    on_each_database(async |database| {
        let served = Served::start(database.url(), &[]);
        let store = database.store().await;
        let clock = Clock::process();
        // Two calls, everything a thousand times as fast as in the world.
        let plan = Plan::from_now(clock.now(), 2, 1, 1000);
        let gate = Gate::at(store.clone(), served.address, plan.start).await.unwrap();
        let mut requests = Requests::default();
        let world = seed(&gate, &plan, &mut requests).await.unwrap();
        let time = Timekeeper::Real(clock);
        let kept = Kept::default();
        let screen = Screen::new(Box::new(kept.clone()), false);
        let mut play = Play::begin(&world, &plan, 1, &time, requests, screen)
            .await
            .unwrap();
        play.run().await.unwrap();
        play.screen.end().unwrap();
        let shown = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(shown.contains("\ncalls                   2\n"), "{shown}");
        served.kill();
        store.close().await.unwrap();
    });
}
