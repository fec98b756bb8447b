//! The meaning of errors of the database.

use crate::Error;
use std::io::{self, ErrorKind};

/// The message of an error that [`is_overdue`] recognises.
#[derive(Debug)]
pub(crate) struct Overdue;

impl std::fmt::Display for Overdue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the statement was ended at its deadline")
    }
}

impl std::error::Error for Overdue {}

pub(crate) fn overdue() -> Error {
    Error::Io(io::Error::new(ErrorKind::TimedOut, Overdue))
}

/// Returns whether a statement failed on a foreign key: another row refers to this one,
/// or the row it refers to does not exist.
pub fn is_foreign_key(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_foreign_key_violation())
}

/// Returns whether a statement failed on a unique key.
pub fn is_duplicate(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

/// Returns whether a statement failed on a value: it violates a constraint, does not
/// fit its type, or is too long for an index.
pub fn is_bad_value(error: &Error) -> bool {
    let Some(code) = error.as_database_error().and_then(|error| error.code()) else { return false };
    // SQLSTATEs have five characters; SQLite's numbers have fewer, with details in the
    // upper bytes.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 18..=20),
        _ => ["22", "23", "54"].iter().any(|class| code.starts_with(class)),
    }
}

/// Returns whether the disk is full.
pub fn is_full(error: &Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // SQLITE_FULL and SQLITE_IOERR_SHMSIZE; PostgreSQL's disk_full.
    code.is_some_and(|code| matches!(&*code, "13" | "4874" | "53100"))
}

/// Returns whether a statement was ended: at its deadline, or because the database closes.
pub fn is_overdue(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.get_ref().is_some_and(|inner| inner.is::<Overdue>()),
        // SQLITE_INTERRUPT; PostgreSQL's query_canceled.
        Error::Database(error) => error.code().is_some_and(|code| code == "9" || code == "57014"),
        _ => false,
    }
}

/// Returns whether the database could not be reached, or another process holds its lock.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_) => !is_overdue(error),
        Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        Error::Database(error) => error.code().is_some_and(|code| is_away(&code)),
        _ => false,
    }
}

/// Returns whether a code of an error says that the database is locked or away.
fn is_away(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLITE_BUSY, _LOCKED and _CANTOPEN, with details in the upper bytes.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 14),
        // PostgreSQL is starting up or shutting down; a lock was not available.
        _ => code.starts_with("57P") || code == "55P03",
    }
}
