//! What can go wrong with the database, told apart by what the caller may do about it.
//!
//! The texts inside come from the driver: they are for the operator's log and never reach a client.

use sea_orm::{DbErr, RuntimeErr};

use crate::id::JurisdictionId;

/// Why the store could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used as it is: the address is wrong, or SQLite is too old. Waiting does not help.
    #[error("unusable database: {0}")]
    Unusable(String),
    /// The database did not answer, or not in time. Nothing was done; it may be tried again as it is.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// What was to be written breaks a constraint of the tables: its name. Nothing was done.
    #[error("constraint broken: {0}")]
    Conflict(String),
    /// The connection was lost while the commit was under way: it was done once or not at all. Ask again by
    /// `request_id` on a new connection before anyone is answered.
    #[error("outcome unknown: {0}")]
    UnknownOutcome(String),
    /// What the tables hold is not what was written there.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// No such jurisdiction.
    #[error("no jurisdiction {0} (AdminService.CreateJurisdiction makes one)")]
    NoSuchJurisdiction(JurisdictionId),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> StoreError {
        if let Some(constraint) = broken_constraint(&error) {
            return StoreError::Conflict(constraint);
        }
        let text = error.to_string();
        if matches!(
            error,
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } | DbErr::ConvertFromU64(_)
        ) {
            StoreError::Corrupt(text)
        } else {
            StoreError::Unavailable(text)
        }
    }
}

impl StoreError {
    /// What an error of the COMMIT itself means. Only an answer that the database surely gave *instead* of committing
    /// says "not done"; a lost connection, a shutdown or a failed sync says "unknown".
    pub(super) fn of_commit(error: DbErr) -> StoreError {
        let refused = database_error(&error).is_some_and(|answer| {
            answer.code().is_some_and(|code| {
                let postgres = code.len() == 5 && ["22", "23", "25", "40", "53"].contains(&&code[..2]);
                // SQLite's primary result code is the low byte: busy, locked, full, constraint.
                let sqlite = code
                    .parse::<u32>()
                    .is_ok_and(|number| code.len() < 5 && [5, 6, 13, 19].contains(&(number & 0xff)));
                postgres || sqlite
            })
        });
        if refused {
            StoreError::from(error)
        } else {
            StoreError::UnknownOutcome(error.to_string())
        }
    }

    /// A stored value that cannot be read back.
    pub(super) fn corrupt(what: &str, why: impl std::fmt::Display) -> StoreError {
        StoreError::Corrupt(format!("{what}: {why}"))
    }
}

fn database_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    if let DbErr::Conn(RuntimeErr::SqlxError(inner))
    | DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner)) = error
    {
        inner.as_database_error()
    } else {
        None
    }
}

/// The constraint that a statement broke: PostgreSQL names it, SQLite names its columns. A value that a column cannot
/// hold (a NUL in a text) counts as well: it is the command's fault, and the same again would fail again.
fn broken_constraint(error: &DbErr) -> Option<String> {
    let answer = database_error(error)?;
    let code = answer.code()?;
    if let Some(name) = answer.constraint() {
        return Some(name.to_owned());
    }
    let of_data = code.len() == 5 && (code.starts_with("22") || code.starts_with("23"));
    let of_sqlite = code.len() < 5 && code.parse::<u32>().is_ok_and(|number| number & 0xff == 19);
    (of_data || of_sqlite).then(|| {
        let text = answer.message();
        text.rsplit(" failed: ").next().unwrap_or(text).to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_lost_at_commit_leaves_the_outcome_unknown() {
        let lost = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        for error in [sqlx::Error::Io(lost()), sqlx::Error::WorkerCrashed] {
            let error = DbErr::Query(RuntimeErr::SqlxError(std::sync::Arc::new(error)));
            assert!(matches!(
                StoreError::of_commit(error.clone()),
                StoreError::UnknownOutcome(_)
            ));
            assert!(matches!(StoreError::from(error), StoreError::Unavailable(_)));
        }
    }
}
