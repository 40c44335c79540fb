//! A server in a process of its own, to be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running `tandem serve`. It is killed when it is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// What a server says on its standard error, while it is passed on to ours.
pub(crate) struct Overheard(JoinHandle<Vec<String>>);

impl Overheard {
    /// All of it, once the server has ended.
    pub(crate) fn all(self) -> Vec<String> {
        self.0.join().unwrap()
    }
}

impl Served {
    /// Starts one over this database, and waits until it says where it listens.
    pub(crate) fn start(database: &str, more: &[(&str, &str)]) -> Served {
        Served::try_start(database, more, Stdio::inherit()).expect("it says where it listens")
    }

    /// The same, and listens to what it says of its troubles.
    pub(crate) fn start_overheard(database: &str) -> (Served, Overheard) {
        let mut served = Served::try_start(database, &[], Stdio::piped()).expect("it says where it listens");
        let said = BufReader::new(served.child.stderr.take().unwrap());
        let overheard = std::thread::spawn(move || {
            let lines = said.lines().map_while(Result::ok);
            lines.inspect(|line| eprintln!("{line}")).collect()
        });
        (served, Overheard(overheard))
    }

    /// The same as the first, with its log going elsewhere. None: it ended without saying so.
    pub(crate) fn try_start(database: &str, more: &[(&str, &str)], log: impl Into<Stdio>) -> Option<Served> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tandem"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--database",
                database,
                "--log",
                "warn",
            ])
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let line = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let Some(line) = line else {
            child.wait().unwrap();
            return None;
        };
        Some(Served {
            child,
            address: line.trim().parse().unwrap(),
        })
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its number, for signals.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success(), "{name} to {pid}");
    }

    /// Waits until it has ended by itself, at most so long.
    pub(crate) fn ended_within(&mut self, most: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            if began.elapsed() > most {
                return None;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// SIGKILL: no goodbye.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
