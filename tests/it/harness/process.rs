//! A server in a process of its own, to be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

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
        Served::start_with(database, more, Stdio::inherit())
    }

    /// The same, and listens to what it says of its troubles.
    pub(crate) fn start_overheard(database: &str) -> (Served, Overheard) {
        let mut served = Served::start_with(database, &[], Stdio::piped());
        let said = BufReader::new(served.child.stderr.take().unwrap());
        let overheard = std::thread::spawn(move || {
            let lines = said.lines().map_while(Result::ok);
            lines.inspect(|line| eprintln!("{line}")).collect()
        });
        (served, Overheard(overheard))
    }

    fn start_with(database: &str, more: &[(&str, &str)], stderr: Stdio) -> Served {
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
            .stderr(stderr)
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let line = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("it says where it listens");
        Served {
            child,
            address: line.trim().parse().unwrap(),
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
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
