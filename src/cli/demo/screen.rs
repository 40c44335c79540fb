//! What is shown: a line for everything that happens, or, on a terminal, a table of the calls above the latest lines.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};

use super::summary::Summary;
use super::tell;
use crate::grpc::pb;

/// How many lines stand below the table.
const LINES_BELOW: usize = 12;
/// How many calls stand in it.
const ROWS: usize = 14;

/// Where the play is shown.
pub struct Screen {
    out: Box<dyn Write + Send>,
    live: bool,
    lines: VecDeque<String>,
    rows: BTreeMap<u32, Row>,
    /// What the play comes to.
    summary: Summary,
}

#[derive(Default)]
struct Row {
    what: String,
    state: String,
    who: String,
}

impl Screen {
    /// Plain lines, or a live table.
    pub fn new(out: Box<dyn Write + Send>, live: bool) -> Screen {
        Screen {
            out,
            live,
            lines: VecDeque::new(),
            rows: BTreeMap::new(),
            summary: Summary::default(),
        }
    }

    /// A call has come, and this is whom Tandem sends.
    pub fn opened(&mut self, opened: &pb::OpenCallResponse) {
        let Some(call) = &opened.call else { return };
        self.summary.opened(opened);
        self.rows.insert(
            call.number,
            Row {
                what: tell::call(call),
                state: tell::state(call),
                who: opened.report.as_ref().map(tell::sent).unwrap_or_default(),
            },
        );
        for line in tell::opened(opened) {
            self.line(line);
        }
    }

    /// Something has happened.
    pub fn show(&mut self, update: &pb::Update, calls: &BTreeMap<String, pb::Call>) {
        self.summary.heard(update, calls);
        for event in &update.events {
            match &event.after {
                Some(pb::event::After::Call(call)) => {
                    if let Some(row) = self.rows.get_mut(&call.number) {
                        row.state = tell::state(call);
                    }
                }
                Some(pb::event::After::Assignment(assignment)) => {
                    let number = calls.get(&assignment.call_id).map(|call| call.number);
                    if let Some(row) = number.and_then(|number| self.rows.get_mut(&number)) {
                        row.who = tell::members(assignment);
                    }
                }
                _ => {}
            }
            if let Some(line) = tell::event(update, event, calls) {
                self.line(line);
            }
        }
    }

    /// A line of its own.
    pub fn line(&mut self, line: String) {
        if self.live {
            self.lines.push_back(line);
            if self.lines.len() > LINES_BELOW {
                self.lines.pop_front();
            }
            self.draw();
        } else {
            // A reader who has gone does not stop the play.
            let _ = writeln!(self.out, "{line}");
        }
    }

    fn draw(&mut self) {
        let mut page = String::from("\u{1b}[2J\u{1b}[H");
        page.push_str("  call  what                       state      who\n");
        let skip = self.rows.len().saturating_sub(ROWS);
        for (number, row) in self.rows.iter().skip(skip) {
            page.push_str(&format!(
                "{number:>6}  {:<25}  {:<9}  {}\n",
                row.what, row.state, row.who
            ));
        }
        page.push('\n');
        for line in &self.lines {
            page.push_str(line);
            page.push('\n');
        }
        let _ = self.out.write_all(page.as_bytes());
        let _ = self.out.flush();
    }

    /// The end: what it comes to.
    pub fn end(&mut self) -> io::Result<()> {
        write!(self.out, "{}", self.summary)?;
        self.out.flush()
    }
}
