//! What clients write: one line of JSON for each attempt, and one for each answer.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use prost::Message;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tandem::moment::Moment;
use tempfile::TempDir;
use tonic::{Code, Response, Status};

use crate::harness::town::reason;

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Line {
    /// Someone asks.
    Asked(Asked),
    /// He hears something. An attempt without such a line has heard nothing.
    Heard(Heard),
    /// After a time without any server, one serves again. Wall clock, microseconds.
    Serving {
        /// When.
        at: i64,
    },
}

/// An attempt. Times are microseconds since the history began, by the monotonic clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Which attempt, counted over the whole history.
    pub(crate) attempt: u64,
    /// The caller's subject.
    pub(crate) who: String,
    /// The method.
    pub(crate) method: String,
    /// The `request_id`.
    pub(crate) request_id: String,
    /// The digest of the body.
    pub(crate) body: String,
    /// Which server was asked.
    pub(crate) server: usize,
    /// When.
    pub(crate) at: u64,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// To which attempt.
    pub(crate) attempt: u64,
    /// What.
    pub(crate) outcome: Outcome,
    /// When.
    pub(crate) at: u64,
}

/// What an attempt has come to, as far as its client knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// It is done; the digest of the answer's bytes.
    Done(String),
    /// It is not done, for this reason.
    Refused(String),
    /// Nobody knows: the connection broke, or the server could not tell.
    Unknown(String),
}

/// The history of one run, in a file of its own.
pub(crate) struct History {
    file: Mutex<BufWriter<File>>,
    path: PathBuf,
    began: Instant,
    attempts: AtomicU64,
    folder: Option<TempDir>,
}

/// Who asks what of whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) who: &'a str,
    pub(crate) method: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) server: usize,
}

impl History {
    pub(crate) fn begin() -> History {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        History {
            file: Mutex::new(BufWriter::new(File::create(&path).unwrap())),
            path,
            began: Instant::now(),
            attempts: AtomicU64::new(0),
            folder: Some(folder),
        }
    }

    /// How many attempts there have been.
    pub(crate) fn attempts(&self) -> u64 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Asks, and writes down what was asked before it is sent and what was heard.
    pub(crate) async fn ask<Q: Message, A: Message>(
        &self,
        attempt: Attempt<'_>,
        request: &Q,
        sent: impl Future<Output = Result<Response<A>, Status>>,
    ) -> Result<A, Status> {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        self.write(&Line::Asked(Asked {
            attempt: number,
            who: attempt.who.to_owned(),
            method: attempt.method.to_owned(),
            request_id: attempt.request_id.to_owned(),
            body: fingerprint(request),
            server: attempt.server,
            at: self.now(),
        }));
        let answer = sent.await.map(Response::into_inner);
        let outcome = match &answer {
            Ok(answer) => Outcome::Done(fingerprint(answer)),
            Err(status) => outcome(status),
        };
        self.write(&Line::Heard(Heard {
            attempt: number,
            outcome,
            at: self.now(),
        }));
        answer
    }

    pub(crate) fn write(&self, line: &Line) {
        let mut text = serde_json::to_vec(line).unwrap();
        text.push(b'\n');
        self.file.lock().unwrap().write_all(&text).unwrap();
    }

    /// From now on there is a server again.
    pub(crate) fn serving(&self, at: Moment) {
        self.write(&Line::Serving { at: at.micros() });
    }

    /// Everything that has been written so far.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.file.lock().unwrap().flush().unwrap();
        read(&self.path)
    }

    /// Where servers write their logs, beside the history.
    pub(crate) fn servers_log(&self) -> PathBuf {
        self.path.with_file_name("servers.log")
    }

    /// Leaves the file behind for whoever wants to know more, and says where it is.
    pub(crate) fn keep(mut self) -> PathBuf {
        self.file.lock().unwrap().flush().unwrap();
        if let Some(folder) = self.folder.take() {
            let _ = folder.keep();
        }
        self.path
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap()
    }
}

fn read(path: &Path) -> Vec<Line> {
    BufReader::new(File::open(path).unwrap())
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect()
}

/// What a status says about whether it was done. Only a reason of Tandem's that means "decided, and no" says "no".
fn outcome(status: &Status) -> Outcome {
    let reason = reason(status);
    let undecided = matches!(
        status.code(),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::Unknown
    );
    if reason.is_empty() || undecided {
        Outcome::Unknown(format!("{:?} {reason} {}", status.code(), status.message()))
    } else {
        Outcome::Refused(reason)
    }
}

/// The digest of a message: 64 hexadecimal digits.
pub(crate) fn fingerprint<M: Message>(message: &M) -> String {
    let digest = Sha256::digest(message.encode_to_vec());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
