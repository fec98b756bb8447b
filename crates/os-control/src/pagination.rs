//! Pages of lists: limits, offsets and cursors.
//!
//! **Invariant:** a cursor is the key of the last row, so that a page is found
//! by its index however far it is, and rows that come or go between two pages
//! neither repeat nor hide others. A cursor that was edited is refused.

use crate::{Code, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use os_api::limits::{MAX_OFFSET_ROWS, MAX_PAGE_ROWS};
use sha2::{Digest, Sha256};

const DEFAULT_LIMIT_ROWS: i64 = 50;
const CHECK_BYTES: usize = 8;

/// Reads the number of rows of a page; 50 by default.
///
/// # Errors
/// `VALIDATION_ERROR` outside 1 to 100.
pub fn read_limit(requested: Option<i64>) -> Result<i64> {
    match requested {
        None => Ok(DEFAULT_LIMIT_ROWS),
        Some(limit) if (1..=MAX_PAGE_ROWS).contains(&limit) => Ok(limit),
        Some(_) => Err(Code::ValidationError.error("`limit` must be between 1 and 100")),
    }
}

/// Reads the number of rows to skip; 0 by default.
///
/// # Errors
/// `VALIDATION_ERROR` outside 0 to 1,000,000.
pub fn read_offset(requested: Option<i64>) -> Result<i64> {
    match requested {
        None => Ok(0),
        Some(offset) if (0..=MAX_OFFSET_ROWS).contains(&offset) => Ok(offset),
        Some(_) => Err(Code::ValidationError
            .error("`offset` must be between 0 and 1000000; use `cursor` to go further")),
    }
}

/// Truncates rows to a page. `rows` holds one row more than `limit` when there is a next page; the
/// last row of this page is returned then.
pub fn cut_page<T>(rows: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last()
}

/// Writes the cursor of the page after a row, from the key of the row. `list` names the list, so
/// that the cursor of another list is refused.
pub fn write_cursor(list: &str, key: &[u8]) -> String {
    let mut bytes = check(list, key).to_vec();
    bytes.extend_from_slice(key);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads the key in a cursor of this list.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn read_cursor(list: &str, cursor: &str) -> Result<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    match bytes.split_at_checked(CHECK_BYTES) {
        Some((sum, key)) if sum == check(list, key) => Ok(key.to_vec()),
        _ => Err(Code::InvalidCursor
            .error("`cursor` is not one that this list gave out; start again without it")),
    }
}

fn check(list: &str, key: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new().chain_update(list).chain_update([0]).chain_update(key).finalize();
    let mut sum = [0; CHECK_BYTES];
    sum.copy_from_slice(&digest[..CHECK_BYTES]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_an_edited_one_is_refused() {
        let given = write_cursor("packages", b"acme\0id");
        assert_eq!(read_cursor("packages", &given).unwrap(), b"acme\0id");
        for edited in ["", "AAAA", "!", &given[1..], &format!("{given}AA")] {
            assert_eq!(
                read_cursor("packages", edited).unwrap_err().code(),
                Code::InvalidCursor,
                "{edited}"
            );
        }
        assert!(read_cursor("versions", &given).is_err());
    }
}
