//! A table of the roster on its way through the door, part by part. How nothing is half-applied: [`crate::transfer`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::caller::{Answer, Asked};
use super::center::Center;
use super::fault::{internal, refused};
use crate::board::Reply;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::transfer::apply::{ImportPart, Part, Tally, parts, rehearse};
use crate::transfer::{Import, MOST_NAMED, Reading, RowFault};

/// The method under whose name every part is kept.
const METHOD: &str = "ImportRoster";

/// What a caller wishes of an import.
#[derive(Clone, Copy, Debug)]
pub struct Wished {
    /// Report only.
    pub dry_run: bool,
    /// Apply the good rows beside bad ones.
    pub apply_good_rows: bool,
}

/// What became of an import.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Whether it was applied.
    pub applied: bool,
    /// All rows of the file.
    pub row_count: u32,
    /// What became of them, or would have.
    pub tally: Tally,
    /// The revision of its last part.
    pub revision: u64,
    /// When that was decided.
    pub at: Moment,
}

impl Center {
    /// Takes a table in. Once begun it goes on, also when whoever asked has gone.
    pub async fn import(
        self: &Arc<Self>,
        asked: Asked,
        reading: Reading,
        wished: Wished,
    ) -> Result<Imported, Refusal> {
        let center = Arc::clone(self);
        let importing = async move { center.import_whole(&asked, reading, wished).await };
        tokio::spawn(importing).await.map_err(|gone| internal(&gone))?
    }

    async fn import_whole(
        &self,
        asked: &Asked,
        reading: Reading,
        wished: Wished,
    ) -> Result<Imported, Refusal> {
        // Other roster work waits: what is rehearsed is what is applied.
        let _alone = self.planning.write().await;
        let row_count = reading.row_count;
        if !wished.dry_run
            && let Some(before) = self.imported_before(asked, row_count).await?
        {
            return Ok(before);
        }
        let Reading {
            mut import, faults, ..
        } = reading;
        let unread = of_faults(faults);
        let (board, at) = (self.board().clone(), self.clock.now());
        let revision = board.revision;
        let whole = Arc::new(import.clone());
        // Thousands of rows take a while; nobody else waits for that.
        let rehearsal = tokio::task::spawn_blocking(move || rehearse(board, &whole, at));
        let mut rehearsed = rehearsal.await.map_err(|gone| internal(&gone))?;
        let good = rehearsed.bad_rows == 0 && unread.bad_rows == 0;
        let goes_on = good || wished.apply_good_rows || self.has_begun(asked).await?;
        if wished.dry_run || !goes_on {
            rehearsed.add(unread);
            return Ok(Imported {
                applied: false,
                row_count,
                tally: in_order(rehearsed),
                revision,
                at,
            });
        }
        import.left_out = std::mem::take(&mut rehearsed.unfit);
        let mut tally = unread;
        tally.add(Tally {
            bad_rows: rehearsed.bad_rows,
            faults: rehearsed.faults,
            ..Tally::default()
        });
        self.apply_parts(asked, Arc::new(import), &mut tally).await?;
        let end = self.close(asked, in_order(tally)).await?;
        told(end, row_count)
    }

    /// Every part, one after the other. Those that were done before answer what they answered then.
    async fn apply_parts(
        &self,
        asked: &Asked,
        import: Arc<Import>,
        tally: &mut Tally,
    ) -> Result<(), Refusal> {
        let mut number = 0;
        while import.replace.is_some() {
            number += 1;
            let vacated = self.apply_part(asked, &import, number, Part::Vacate).await?;
            let more = vacated.more;
            tally.add(vacated);
            if !more {
                break;
            }
        }
        for part in parts(&import) {
            number += 1;
            tally.add(self.apply_part(asked, &import, number, part).await?);
        }
        Ok(())
    }

    async fn apply_part(
        &self,
        asked: &Asked,
        import: &Arc<Import>,
        number: u32,
        part: Part,
    ) -> Result<Tally, Refusal> {
        let command = ImportPart {
            import: Arc::clone(import),
            part,
        };
        let done = self.door.ask(numbered(asked, number), command.into()).await?;
        tally_of(done).map(|(tally, _, _)| tally)
    }

    /// The end of it, kept under the request's own id.
    async fn close(&self, asked: &Asked, tally: Tally) -> Result<Answer, Refusal> {
        let nothing = Import::nothing();
        let command = ImportPart {
            import: Arc::new(nothing),
            part: Part::Close(Box::new(tally)),
        };
        self.door.ask(asked.clone(), command.into()).await
    }

    /// Whether the same request was cut in the middle: what has begun is brought to its end.
    async fn has_begun(&self, asked: &Asked) -> Result<bool, Refusal> {
        let Some(key) = numbered(asked, 1).reply_key(METHOD) else {
            return Ok(false);
        };
        let first = self.store.kept_reply(self.id(), key).await.map_err(refused)?;
        Ok(first.is_some_and(|first| first.fingerprint == asked.fingerprint))
    }

    /// What the same request was answered before.
    async fn imported_before(&self, asked: &Asked, row_count: u32) -> Result<Option<Imported>, Refusal> {
        let Some(key) = asked.reply_key(METHOD) else {
            return Ok(None);
        };
        let kept = self.store.kept_reply(self.id(), key).await.map_err(refused)?;
        let again = kept.map(|kept| Answer::again(&kept, asked)).transpose()?;
        again.map(|answer| told(answer, row_count)).transpose()
    }
}

/// Asked as the part of this number.
fn numbered(asked: &Asked, number: u32) -> Asked {
    Asked {
        request_id: format!("{}/{number}", asked.request_id),
        ..asked.clone()
    }
}

fn tally_of(answer: Answer) -> Result<(Tally, u64, Moment), Refusal> {
    let Reply::Imported(tally) = answer.reply else {
        return Err(internal(&format!(
            "unexpected answer at revision {}",
            answer.revision
        )));
    };
    Ok((*tally, answer.revision, answer.at))
}

fn told(answer: Answer, row_count: u32) -> Result<Imported, Refusal> {
    let (tally, revision, at) = tally_of(answer)?;
    Ok(Imported {
        applied: true,
        row_count,
        tally,
        revision,
        at,
    })
}

/// The faults of rows that could not be read.
fn of_faults(faults: Vec<RowFault>) -> Tally {
    let rows: BTreeSet<u32> = faults.iter().map(|fault| fault.row).collect();
    Tally {
        bad_rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        faults: faults.into_iter().take(MOST_NAMED).collect(),
        ..Tally::default()
    }
}

fn in_order(mut tally: Tally) -> Tally {
    tally.faults.sort_by_key(|fault| fault.row);
    tally
}
