//! The part of a list that a request asks for, as consoles read rows
//! (docs/wire/installations.md#reads-for-consoles).

use crate::{Code, Result};
use os_api::limits::MAX_RECORD_ROWS;
use os_api::record::Records;
use serde::Deserialize;

/// Rows of one response: by default, and at most.
const DEFAULT_LIMIT: i64 = 50;

/// The query string of a list; filters and sorting are not offered.
#[derive(Debug, Default, Deserialize)]
pub struct PaginationQuery {
    limit: Option<i64>,
    offset: Option<i64>,
}

/// A part of a list, checked.
#[derive(Debug, Clone, Copy)]
pub struct Pagination {
    pub limit: i64,
    pub offset: i64,
}

impl PaginationQuery {
    /// Checks the query string.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` that names the limits.
    pub fn checked(&self) -> Result<Pagination> {
        Pagination::new(self.limit, self.offset)
    }
}

impl Pagination {
    /// Checks a part of a list.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` that names the limits.
    pub fn new(limit: Option<i64>, offset: Option<i64>) -> Result<Self> {
        let (limit, offset) = (limit.unwrap_or(DEFAULT_LIMIT), offset.unwrap_or(0));
        if !(1..=MAX_RECORD_ROWS).contains(&limit) {
            return Err(Code::ValidationError
                .error(format!("`limit` must be between 1 and {MAX_RECORD_ROWS}")));
        }
        if offset < 0 {
            return Err(Code::ValidationError.error("`offset` must not be negative"));
        }
        Ok(Self { limit, offset })
    }

    /// The response: these rows out of `total`.
    pub fn of<T>(self, object: &str, records: Vec<T>, total: i64) -> Records<T> {
        let seen = self.offset + records.len() as i64;
        Records { object: object.to_owned(), records, total, has_more: seen < total }
    }
}
