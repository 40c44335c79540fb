//! The decisions of an import, a part at a time. They do not fail as a whole: a row that does not fit is left out whole,
//! and is told.

mod credential;
mod index;
mod origin;
mod pattern;
mod responder;
mod shift;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{HeldRow, Import, MOST_NAMED, ROWS_A_PART, Row, RowFault, Rows};
use crate::board::{Board, Channel, Draft, Reply, Reporter, Role};
use crate::id::Ids;
use crate::moment::Moment;
use crate::refusal::{Reason, Refusal};
use index::Index;

/// One part of an import.
#[derive(Clone, Debug)]
pub struct ImportPart {
    /// The whole of it.
    pub import: Arc<Import>,
    /// Which part.
    pub part: Part,
}

/// Which part of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Cancels some of the shifts that a replaced period has beside those of the file.
    Vacate,
    /// Applies these rows.
    Rows(Range<usize>),
    /// Of these rows, keeps apart who must not meet: everyone is there now.
    Apart(Range<usize>),
    /// The end: keeps what became of it all.
    Close(Box<Tally>),
}

/// What became of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many made something new.
    pub created: u32,
    /// How many changed something.
    pub updated: u32,
    /// How many said what stands already.
    pub unchanged: u32,
    /// How many shifts were cancelled that the file does not have.
    pub cancelled: u32,
    /// How many are of shifts long over: nothing is done with them.
    pub past: u32,
    /// How many fields are held by hand where the file says otherwise.
    pub held_count: u32,
    /// The first of them.
    pub held: Vec<HeldRow>,
    /// How many rows do not fit.
    pub bad_rows: u32,
    /// What is wrong with the first of them.
    pub faults: Vec<RowFault>,
    /// Whether the same part has more to do.
    pub more: bool,
    /// Every row that does not fit, by number.
    #[serde(skip)]
    pub unfit: BTreeSet<u32>,
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Created,
    Updated,
    Unchanged,
    Past,
}

/// What one row came to: its outcome and what is held against it, or what is wrong with it.
type Applied = Result<(Outcome, Vec<HeldRow>), Vec<RowFault>>;

impl Tally {
    fn count(&mut self, applied: Applied) {
        match applied {
            Ok((outcome, held)) => {
                match outcome {
                    Outcome::Created => self.created += 1,
                    Outcome::Updated => self.updated += 1,
                    Outcome::Unchanged => self.unchanged += 1,
                    Outcome::Past => self.past += 1,
                }
                self.hold(held);
            }
            Err(faults) => self.blame(faults),
        }
    }

    fn hold(&mut self, held: Vec<HeldRow>) {
        self.held_count += u32::try_from(held.len()).unwrap_or(u32::MAX);
        let room = MOST_NAMED.saturating_sub(self.held.len());
        self.held.extend(held.into_iter().take(room));
    }

    fn blame(&mut self, faults: Vec<RowFault>) {
        self.bad_rows += 1;
        self.unfit.extend(faults.iter().map(|fault| fault.row));
        let room = MOST_NAMED.saturating_sub(self.faults.len());
        self.faults.extend(faults.into_iter().take(room));
    }

    /// With what became of other rows.
    pub fn add(&mut self, other: Tally) {
        let Tally {
            created,
            updated,
            unchanged,
            cancelled,
            past,
            held_count,
            held,
            bad_rows,
            faults,
            more: _,
            unfit,
        } = other;
        self.unfit.extend(unfit);
        self.created += created;
        self.updated += updated;
        self.unchanged += unchanged;
        self.cancelled += cancelled;
        self.past += past;
        self.held_count += held_count;
        self.bad_rows += bad_rows;
        let room = MOST_NAMED.saturating_sub(self.held.len());
        self.held.extend(held.into_iter().take(room));
        let room = MOST_NAMED.saturating_sub(self.faults.len());
        self.faults.extend(faults.into_iter().take(room));
    }
}

/// The parts of an import after the first of vacating, in their order. A file always has the same.
pub fn parts(import: &Import) -> Vec<Part> {
    let ranges = || {
        let starts = (0..import.rows.len()).step_by(ROWS_A_PART);
        starts.map(|start| start..(start + ROWS_A_PART).min(import.rows.len()))
    };
    let mut parts: Vec<Part> = ranges().map(Part::Rows).collect();
    if let Rows::Responders(rows) = &import.rows
        && rows.iter().any(|row| row.says.must_not_meet.is_some())
    {
        parts.extend(ranges().map(Part::Apart));
    }
    parts
}

/// Decides one part.
pub fn import_part(draft: &mut Draft<'_>, command: &ImportPart) -> Result<Reply, Refusal> {
    let ImportPart { import, part } = command;
    let tally = match part {
        Part::Close(tally) => (**tally).clone(),
        Part::Vacate => shift::vacate(draft, import),
        Part::Rows(range) => apply_rows(draft, import, range),
        Part::Apart(range) => keep_apart(draft, import, range),
    };
    Ok(Reply::Imported(Box::new(tally)))
}

/// What an import would do on this board: every part of it, one after the other. The board is spoilt by that.
pub fn rehearse(mut board: Board, import: &Arc<Import>, at: Moment) -> Tally {
    // Ids of what is not recorded are nobody's.
    let mut ids = Ids::new([0; 16]);
    let reporter = Reporter {
        subject: String::new(),
        role: Role::System,
        channel: Channel::System,
    };
    let mut tally = Tally::default();
    let mut draft = Draft::new(&mut board, &mut ids, at, reporter, None);
    while import.replace.is_some() {
        let vacated = shift::vacate(&mut draft, import);
        let more = vacated.more;
        tally.add(vacated);
        if !more {
            break;
        }
    }
    let all = 0..import.rows.len();
    tally.add(apply_rows(&mut draft, import, &all));
    if parts(import).iter().any(|part| matches!(part, Part::Apart(_))) {
        tally.add(keep_apart(&mut draft, import, &all));
    }
    tally
}

fn apply_rows(draft: &mut Draft<'_>, import: &Import, range: &Range<usize>) -> Tally {
    let mut tally = Tally::default();
    let mut index = Index::of(draft.board());
    for place in range.clone() {
        let applied = match &import.rows {
            Rows::Responders(rows) => {
                let Some(row) = standing(rows, place, import) else {
                    continue;
                };
                responder::apply(draft, &mut index, import, place, row)
            }
            Rows::Credentials(rows) => {
                let Some(row) = standing(rows, place, import) else {
                    continue;
                };
                credential::apply(draft, &index, import, row)
            }
            Rows::Shifts(rows) => {
                let Some(row) = standing(rows, place, import) else {
                    continue;
                };
                shift::apply(draft, &mut index, import, place, row)
            }
            Rows::Patterns(rows) => {
                let Some(row) = standing(rows, place, import) else {
                    continue;
                };
                pattern::apply(draft, &mut index, import, row)
            }
        };
        tally.count(applied);
    }
    tally
}

fn keep_apart(draft: &mut Draft<'_>, import: &Import, range: &Range<usize>) -> Tally {
    let mut tally = Tally::default();
    let Rows::Responders(rows) = &import.rows else {
        return tally;
    };
    let index = Index::of(draft.board());
    for row in range.clone().filter_map(|place| standing(rows, place, import)) {
        match responder::keep_apart(draft, &index, import, row) {
            Ok(held) => tally.hold(held),
            Err(faults) => tally.blame(faults),
        }
    }
    tally
}

fn standing<'r, T>(rows: &'r [Row<T>], place: usize, import: &Import) -> Option<&'r Row<T>> {
    rows.get(place)
        .filter(|row| !import.left_out.contains(&row.number))
}

impl Import {
    /// A fault of one of its rows.
    fn fault(&self, row: u32, field: &'static str, reason: Reason, detail: impl Into<String>) -> RowFault {
        let called = self.columns.get(field).cloned();
        RowFault {
            row,
            column: called.unwrap_or_else(|| field.to_owned()),
            reason,
            detail: detail.into(),
        }
    }

    /// The field in which its rows say how another system calls them.
    fn name_field(&self) -> &'static str {
        let known = self.columns.contains_key("reference");
        if known { "reference" } else { "external_references" }
    }
}
