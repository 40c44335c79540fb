//! One door for every write of a jurisdiction.
//!
//! The recorder drains what waits (a batch), takes the head row, decides each command on its working board, writes the
//! whole batch in one transaction, and only then publishes and answers. A client that hangs up changes nothing: the
//! transaction lives here, not in his request.

mod door;
mod history;
#[cfg(feature = "faults")]
mod naive;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::caller::Answer;
use super::center::Shown;
use super::command::Command;
use super::fault::{internal, refused};
use super::feed::Recorded;
use super::told_to_close;
use super::vital::vital;
use crate::board::{Board, Cause, Decided, Draft, Entry, Recalled, Reply};
use crate::clock::Clock;
use crate::id::{Ids, JurisdictionId, OperationId};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::sabotage::{Fault, put_in};
use crate::store::{Backend, Batch, Head, KeptReply, ReplyKey, Store, StoreError, Writing};
pub(super) use door::Door;
use door::{Job, Lanes, Verdict, door};

/// How often another node's commits are looked for.
const POLL: Duration = Duration::from_millis(250);

/// The only writer of one jurisdiction in this process.
pub(super) struct Recorder {
    pub(super) id: JurisdictionId,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    pub(super) head: Head,
    pub(super) working: Board,
    pub(super) shown: Arc<Shown>,
}

/// A batch that has been decided and not yet written.
#[derive(Default)]
struct Decisions {
    entries: Vec<Entry>,
    /// The running hash at each of those that have been written.
    hashes: Vec<String>,
    decided: Decided,
    replies: Vec<KeptReply>,
    verdicts: Vec<Verdict>,
    written: Written,
}

impl Decisions {
    /// Takes out what has been written, as subscribers hear of it.
    fn recorded(&mut self) -> Vec<Recorded> {
        let entries = std::mem::take(&mut self.entries);
        let hashes = std::mem::take(&mut self.hashes);
        entries.into_iter().zip(hashes).map(Recorded::from).collect()
    }
}

/// How much of the decisions has been written.
#[derive(Clone, Copy, Default)]
struct Written {
    entries: usize,
    texts: usize,
    notes: usize,
    matches: usize,
    replies: usize,
}

impl Recorder {
    /// Starts the recorder; it ends when it is told to close and has answered what waited.
    pub(super) fn start(self, closing: watch::Receiver<bool>) -> (Door, tokio::task::JoinHandle<()>) {
        let (door, lanes) = door();
        (door, vital("recorder", self.run(lanes, closing)))
    }

    async fn run(mut self, mut lanes: Lanes, mut closing: watch::Receiver<bool>) {
        let shared = self.store.backend() == Backend::Postgres;
        let mut open = true;
        loop {
            tokio::select! {
                biased;
                () = told_to_close(&mut closing), if open => {
                    open = false;
                    lanes.close();
                }
                job = lanes.first() => match job {
                    Some(first) => {
                        let batch = lanes.drain(first);
                        self.record(batch).await;
                    }
                    None => break,
                },
                () = tokio::time::sleep(POLL), if shared && open => self.look_around().await,
            }
        }
    }

    /// Records a batch. When the database refuses something in it, each command is tried alone, so that only the guilty
    /// one is turned away.
    async fn record(&mut self, batch: Vec<Job>) {
        let verdicts = self.attempt(&batch).await;
        match verdicts {
            Ok(verdicts) => answer(batch, verdicts),
            Err(StoreError::Conflict(_) | StoreError::Corrupt(_)) if batch.len() > 1 => {
                for job in batch {
                    let alone = vec![job];
                    let verdicts = self.attempt(&alone).await;
                    answer_or_refuse(alone, verdicts);
                }
            }
            Err(error) => answer_or_refuse(batch, Err(error)),
        }
    }

    async fn attempt(&mut self, batch: &[Job]) -> Result<Vec<Verdict>, StoreError> {
        let outcome = self.write(batch).await;
        if outcome.is_err() {
            // Nothing of this is so: the working board is what the readers see.
            self.working = self.shown.board().clone();
        }
        outcome
    }

    async fn write(&mut self, batch: &[Job]) -> Result<Vec<Verdict>, StoreError> {
        let mut writing = self.caught_up().await?;
        let (at, suspect) = self.time(&writing).await?;
        let keys: Vec<ReplyKey> = batch.iter().filter_map(reply_key).collect();
        let kept = writing.replies(&keys).await?;
        let mut decisions = Decisions::default();
        for job in batch {
            let recalled = self.recall(&mut writing, &job.command, &mut decisions).await?;
            self.judge(job, &kept, at, suspect, &mut decisions);
            for one in &recalled {
                self.working.put_away(one);
            }
        }
        if decisions.entries.is_empty() && decisions.replies.is_empty() {
            writing.rollback().await?;
            return Ok(decisions.verdicts);
        }
        self.append(&mut writing, &mut decisions).await?;
        if put_in(Fault::PublishBeforeCommit) && self.head.revision.is_multiple_of(20) {
            self.shown.publish(decisions.recorded());
            writing.rollback().await?;
            return Err(StoreError::Unavailable("the commit fails on purpose".to_owned()));
        }
        let head = match writing.commit().await {
            Ok(head) => head,
            Err(StoreError::UnknownOutcome(text)) => self.find_out(&decisions, text).await?,
            Err(error) => return Err(error),
        };
        self.head = head;
        self.shown.publish(decisions.recorded());
        Ok(decisions.verdicts)
    }

    /// Our time for this batch: never before the last entry's. The flag says that our clock was behind it.
    async fn time(&self, writing: &Writing) -> Result<(Moment, bool), StoreError> {
        if self.clock.follows_database()
            && let Some(at) = writing.database_time().await?
        {
            self.clock.set_right(at);
        }
        let last = writing.head().last_at;
        let suspect = self.clock.not_before(last);
        Ok((self.clock.now().max(last), suspect))
    }

    /// Writes what has been decided and is not yet written.
    async fn append(&mut self, writing: &mut Writing, decisions: &mut Decisions) -> Result<(), StoreError> {
        #[cfg(feature = "faults")]
        if put_in(Fault::RevisionFromSequence) {
            self.renumber(writing, decisions).await?;
        }
        let Written {
            entries,
            texts,
            notes,
            matches,
            replies,
        } = decisions.written;
        let decided = &decisions.decided;
        let hashes = writing
            .append(&Batch {
                entries: &decisions.entries[entries..],
                board: &self.working,
                texts: &decided.texts[texts..],
                notes: &decided.notes[notes..],
                matches: &decided.matches[matches..],
                replies: &decisions.replies[replies..],
            })
            .await?;
        decisions.hashes.extend(hashes);
        decisions.written = Written {
            entries: decisions.entries.len(),
            texts: decided.texts.len(),
            notes: decided.notes.len(),
            matches: decided.matches.len(),
            replies: decisions.replies.len(),
        };
        Ok(())
    }

    /// Lays on the board what the command names, or what that went on as, and the board no longer has. It may have left
    /// the board in this very batch, so what was decided before is written first.
    async fn recall(
        &mut self,
        writing: &mut Writing,
        command: &Command,
        decisions: &mut Decisions,
    ) -> Result<Vec<Recalled>, StoreError> {
        let mut recalled = Vec::new();
        let mut names = command.names();
        let mut place = 0;
        while let Some(named) = names.get(place).cloned() {
            place += 1;
            if !self.working.has(&named) {
                self.append(writing, decisions).await?;
                if let Some(found) = writing.recall(&named).await? {
                    self.working.recall(&found);
                    recalled.push(found);
                }
            }
            for next in self.working.goes_on_as(&named) {
                if !names.contains(&next) {
                    names.push(next);
                }
            }
        }
        Ok(recalled)
    }

    /// Decides one command, or finds the answer that it was given before.
    fn judge(
        &mut self,
        job: &Job,
        kept: &BTreeMap<ReplyKey, KeptReply>,
        at: Moment,
        suspect: bool,
        decisions: &mut Decisions,
    ) {
        let key = reply_key(job);
        let before = key.as_ref().and_then(|key| {
            let of_batch = decisions.replies.iter().find(|reply| reply.key == *key);
            of_batch.or_else(|| kept.get(key))
        });
        if let Some(before) = before {
            decisions.verdicts.push(Answer::again(before, &job.asked));
            return;
        }
        let decided = self.decide(job, at, suspect);
        let verdict = decided.map(|(reply, decided)| self.enter(job, at, reply, decided, decisions));
        if let (Ok(answer), Some(key)) = (&verdict, key) {
            decisions.replies.push(answer.kept(key, &job.asked));
        }
        decisions.verdicts.push(verdict);
    }

    /// Decides one command on the working board. A panic refuses that command alone: its draft takes itself back.
    fn decide(&mut self, job: &Job, at: Moment, suspect: bool) -> Result<(Reply, Decided), Refusal> {
        let reporter = job.asked.reporter();
        let (working, ids) = (&mut self.working, &mut self.ids);
        let decision = AssertUnwindSafe(|| {
            let mut draft = Draft::new(working, ids, at, reporter, job.asked.occurred_at);
            if suspect {
                draft.suspect_clock();
            }
            let reply = job.command.decide(&mut draft)?;
            let (decided, _) = draft.finish();
            Ok((reply, decided))
        });
        catch_unwind(decision)
            .unwrap_or_else(|_| Err(internal(&format!("{} panicked", job.command.method()))))
    }

    /// Makes an entry of what was decided.
    fn enter(
        &mut self,
        job: &Job,
        at: Moment,
        reply: Reply,
        decided: Decided,
        decisions: &mut Decisions,
    ) -> Answer {
        let Decided {
            events,
            texts,
            notes,
            matches,
        } = decided;
        decisions.decided.texts.extend(texts);
        decisions.decided.notes.extend(notes);
        decisions.decided.matches.extend(matches);
        if !events.is_empty() {
            self.working.revision += 1;
            self.working.at = at;
            decisions.entries.push(Entry {
                revision: self.working.revision,
                at,
                operation_id: OperationId::next(&mut self.ids, at),
                request_id: job.asked.request_id.clone(),
                cause: Cause {
                    subject: job.asked.subject.clone(),
                    role: job.asked.role,
                    method: job.command.method().to_owned(),
                },
                events,
            });
        }
        Answer {
            revision: self.working.revision,
            at,
            names: reply.names(&self.working),
            reply,
        }
    }
}

fn reply_key(job: &Job) -> Option<ReplyKey> {
    job.asked.reply_key(job.command.method())
}

/// A caller who has gone does not hear his answer; it is kept under his `request_id`.
fn answer(batch: Vec<Job>, verdicts: Vec<Verdict>) {
    for (job, verdict) in batch.into_iter().zip(verdicts) {
        let _ = job.answer.send(verdict);
    }
}

fn answer_or_refuse(batch: Vec<Job>, verdicts: Result<Vec<Verdict>, StoreError>) {
    match verdicts {
        Ok(verdicts) => answer(batch, verdicts),
        Err(error) => {
            let refusal = refused(error);
            for job in batch {
                let _ = job.answer.send(Err(refusal.clone()));
            }
        }
    }
}
