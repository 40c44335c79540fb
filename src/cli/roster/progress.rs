//! How far long work has come: a bar on a terminal, plain lines in a pipe. On standard error, beside what it is for.

use std::io::{IsTerminal, Write as _, stderr};
use std::sync::{Mutex, PoisonError};

/// How wide a bar is, characters.
const WIDTH: usize = 40;

/// How far it has come. Shared by whoever does a part of it.
pub(super) struct Progress {
    what: &'static str,
    whole: usize,
    terminal: bool,
    told: Mutex<Option<usize>>,
}

impl Progress {
    /// Nothing of `whole` bytes is done.
    pub(super) fn new(what: &'static str, whole: usize) -> Progress {
        Progress {
            what,
            whole,
            terminal: stderr().is_terminal(),
            told: Mutex::new(None),
        }
    }

    /// So many are done.
    pub(super) fn at(&self, done: usize) {
        let percent = (done * 100).checked_div(self.whole).unwrap_or(100).min(100);
        let step = if self.terminal { percent } else { percent / 25 * 25 };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told == Some(step) {
            return;
        }
        *told = Some(step);
        // Whoever has closed standard error does not want to know.
        let _ = stderr().write_all(line(self.what, step, self.terminal).as_bytes());
    }

    /// Says what comes next, in place of the bar.
    pub(super) fn next(&self, what: &str) {
        let start = if self.terminal { "\r\x1b[2K" } else { "" };
        let end = if self.terminal { "" } else { "\n" };
        let _ = stderr().write_all(format!("{start}{what}{end}").as_bytes());
        let _ = stderr().flush();
    }

    /// Leaves a clean line.
    pub(super) fn end(&self) {
        if self.terminal {
            let _ = stderr().write_all(b"\r\x1b[2K");
        }
    }
}

fn line(what: &str, percent: usize, terminal: bool) -> String {
    if !terminal {
        return format!("{what}: {percent} %\n");
    }
    let full = percent * WIDTH / 100;
    let (done, rest) = ("#".repeat(full), "-".repeat(WIDTH - full));
    format!("\r{what} [{done}{rest}] {percent:3} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_a_bar_and_a_pipe_lines() {
        assert_eq!(line("sending", 25, false), "sending: 25 %\n");
        let bar = line("sending", 50, true);
        assert_eq!(
            bar,
            format!("\rsending [{}{}]  50 %", "#".repeat(20), "-".repeat(20))
        );
    }
}
