//! A process of its own that serves: its address, memory and processor time.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The clock ticks that Linux counts processor time in, a second.
const TICKS: f64 = 100.0;

/// A serving process. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// `tandem serve` over this database.
    pub(crate) fn tandem(database: &str) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "warn",
            "--database",
            database,
        ]);
        Process::start(command)
    }

    /// The bare echo: this program again, by another name.
    pub(crate) fn echo() -> Process {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(super::echo::NAME);
        Process::start(command)
    }

    fn start(mut command: Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let line = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("it says where it listens");
        Process {
            child,
            address: line.trim().parse().unwrap(),
        }
    }

    /// The memory it holds, KiB.
    pub(crate) fn resident_kib(&self) -> u32 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").trim().parse().unwrap()
    }

    /// The processor time it has used, seconds.
    pub(crate) fn processor_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name of the program, in brackets, may hold spaces; the times are the 12th and 13th words behind it.
        let (_, rest) = stat.rsplit_once(") ").unwrap();
        let ticks = rest.split(' ').skip(11).take(2);
        ticks.map(|word| word.parse::<f64>().unwrap()).sum::<f64>() / TICKS
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
