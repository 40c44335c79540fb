//! What a person sees: a live table on a terminal, plain lines anywhere else.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use super::responder::{Responder, is_active};
use super::telling::{named, wall};
use crate::grpc::pb;
use crate::moment::Moment;
use pb::{CallState, MemberState};

/// Lines of the story that stay in sight under the table.
const STORY: usize = 12;
/// Calls in sight.
const CALLS: usize = 6;

/// Where the story goes.
pub enum Screen {
    /// Plain lines to standard output.
    Lines,
    /// A table that is drawn again and again, with the end of the story under it.
    Table(VecDeque<String>),
    /// Nowhere but here.
    Kept(Vec<String>),
}

/// How things stand.
pub(super) struct Scene<'a> {
    pub(super) now: Moment,
    pub(super) calls: &'a BTreeMap<String, pb::Call>,
    pub(super) assignments: &'a BTreeMap<String, pb::Assignment>,
    pub(super) signed_on: Vec<&'a Responder>,
}

impl Screen {
    /// A table on a terminal, else lines.
    pub fn for_stdout() -> Screen {
        if io::stdout().is_terminal() {
            Screen::Table(VecDeque::new())
        } else {
            Screen::Lines
        }
    }

    /// Whether a person watches.
    pub fn is_watched(&self) -> bool {
        matches!(self, Screen::Table(_))
    }

    pub(super) fn tell(&mut self, line: &str) -> io::Result<()> {
        match self {
            Screen::Lines => writeln!(io::stdout(), "{line}"),
            Screen::Table(story) => {
                story.push_back(line.to_owned());
                while story.len() > STORY {
                    story.pop_front();
                }
                Ok(())
            }
            Screen::Kept(lines) => {
                lines.push(line.to_owned());
                Ok(())
            }
        }
    }

    pub(super) fn show(&self, scene: &Scene<'_>) -> io::Result<()> {
        let Screen::Table(story) = self else {
            return Ok(());
        };
        // From the upper left corner; each line ends by clearing its rest, the last by clearing what is below.
        let mut drawn = String::from("\x1b[H");
        for line in table(scene).iter().chain(story) {
            let _ = write!(drawn, "{line}\x1b[K\r\n");
        }
        drawn.push_str("\x1b[J");
        let mut out = io::stdout();
        out.write_all(drawn.as_bytes())?;
        out.flush()
    }

    /// Makes room for the table: nothing wraps, and no cursor jumps about.
    pub(super) fn begin(&self) -> io::Result<()> {
        self.control("\x1b[2J\x1b[?7l\x1b[?25l")
    }

    /// Gives the terminal back as it was.
    pub(super) fn end(&self) -> io::Result<()> {
        self.control("\x1b[?7h\x1b[?25h\n")
    }

    fn control(&self, sequence: &str) -> io::Result<()> {
        if self.is_watched() {
            io::stdout().write_all(sequence.as_bytes())?;
            io::stdout().flush()?;
        }
        Ok(())
    }
}

fn table(scene: &Scene<'_>) -> Vec<String> {
    let on_a_call = |responder: &&&Responder| responder.task.is_some();
    let free: Vec<_> = scene.signed_on.iter().filter(|one| !on_a_call(one)).collect();
    let mut lines = vec![
        format!(
            "\x1b[1mTandem, St. Louis (fictional people)   {}   {} on duty, {} free\x1b[0m",
            wall(scene.now),
            scene.signed_on.len(),
            free.len()
        ),
        format!(
            "free: {}",
            free.iter()
                .map(|one| one.person.call_sign.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        ),
        String::new(),
    ];
    let mut open: Vec<_> = scene.calls.values().filter(|call| is_open(call)).collect();
    open.sort_unstable_by_key(|call| call.number);
    let hidden = open.len().saturating_sub(CALLS);
    for call in open.iter().skip(hidden) {
        lines.push(row(call, scene));
    }
    lines.resize(3 + CALLS, String::new());
    lines.push(format!("\x1b[2m{}\x1b[0m", "-".repeat(100)));
    lines
}

fn row(call: &pb::Call, scene: &Scene<'_>) -> String {
    let assignment = scene.assignments.get(&call.assignment_id);
    let members = assignment.into_iter().flat_map(|assignment| &assignment.members);
    let active: Vec<_> = members
        .filter(|member| is_active(member.state()))
        .map(|member| format!("{} {}", named(member.responder.as_ref()), word(member.state())))
        .collect();
    let level = call.acuity.as_ref().map_or(0, |acuity| acuity.level);
    let colour = match call.state() {
        CallState::Waiting => "\x1b[31m",
        CallState::OnScene => "\x1b[32m",
        CallState::Unspecified
        | CallState::Open
        | CallState::Offered
        | CallState::Assigned
        | CallState::Clearing
        | CallState::Closed
        | CallState::Cancelled
        | CallState::Merged => "\x1b[33m",
    };
    format!(
        "#{:<3} {:<8} level {level}  {colour}{:<9}\x1b[0m {}",
        call.number,
        call.incident_type,
        call.state()
            .as_str_name()
            .trim_start_matches("CALL_STATE_")
            .to_lowercase(),
        active.join(", ")
    )
}

fn is_open(call: &pb::Call) -> bool {
    !matches!(
        call.state(),
        CallState::Closed | CallState::Cancelled | CallState::Merged
    )
}

fn word(state: MemberState) -> String {
    let name = state.as_str_name().trim_start_matches("MEMBER_STATE_");
    name.to_lowercase().replace('_', " ")
}
