//! Why a command of the command line was not done.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::ConfigFaults;
use crate::refusal::Refusal;
use crate::store::StoreError;

/// Why it was not done, in words for the one who typed it: he runs the server, so the driver's own words are for him.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The settings are wrong.
    #[error(transparent)]
    Configuration(#[from] ConfigFaults),
    /// A file cannot be read.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// What was asked makes no sense.
    #[error("{0}")]
    Asked(String),
    /// The tables are older than the program.
    #[error("{0} migrations are pending: run `tandem migrate` (or `tandem serve`, which does it first)")]
    NotMigrated(usize),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The desk could not be opened.
    #[error("{}", .0.detail)]
    Desk(Refusal),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1} (--listen 127.0.0.1:0 takes a free port)")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The server ended badly.
    #[error("the server ended: {0}")]
    Server(Box<dyn std::error::Error + Send + Sync>),
    /// The demonstration ended badly.
    #[error("the demonstration ended: {0}")]
    Demo(Box<dyn std::error::Error + Send + Sync>),
    /// The system has no random bits.
    #[error("no random bits: {0}")]
    Random(getrandom::Error),
    /// A check found something.
    #[error("{0} differences found")]
    Differences(usize),
    /// A replay found something.
    #[error("{0} matches gave another answer than is stored")]
    OtherAnswers(usize),
    /// The server did not do it, in its words.
    #[error("{0}")]
    Refused(String),
    /// Rows of a table are bad.
    #[error("{0} rows are bad")]
    BadRows(u32),
    /// Nothing was there to revoke.
    #[error("no such token, or it was revoked before")]
    NotRevoked,
}

impl Failure {
    /// 2 when the one who asked must ask differently, 1 otherwise.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Configuration(_) | Failure::File { .. } | Failure::Asked(_) => ExitCode::from(2),
            Failure::NotMigrated(_)
            | Failure::Store(_)
            | Failure::Desk(_)
            | Failure::Listen(..)
            | Failure::Server(_)
            | Failure::Demo(_)
            | Failure::Random(_)
            | Failure::Differences(_)
            | Failure::OtherAnswers(_)
            | Failure::Refused(_)
            | Failure::BadRows(_)
            | Failure::NotRevoked => ExitCode::from(1),
        }
    }
}
