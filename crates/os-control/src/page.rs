//! Pages of lists: how many rows, and where the next page starts.
//!
//! **Invariant:** a cursor is the key of the last row, so that a page is found
//! by its index however far it is, and rows that come or go between two pages
//! neither repeat nor hide others. A cursor that was edited is refused.

use crate::{Code, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const DEFAULT_LIMIT: i64 = 50;
const LARGEST_LIMIT: i64 = 100;
const LARGEST_OFFSET: i64 = 1_000_000;
const CHECK: usize = 8;

/// How many rows a page has.
///
/// # Errors
/// `VALIDATION_ERROR` outside 1 to 100.
pub fn limit(asked: Option<i64>) -> Result<i64> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit) if (1..=LARGEST_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(Code::ValidationError.error("`limit` must be between 1 and 100")),
    }
}

/// How many rows are skipped.
///
/// # Errors
/// `VALIDATION_ERROR` outside 0 to 1,000,000.
pub fn offset(asked: Option<i64>) -> Result<i64> {
    match asked {
        None => Ok(0),
        Some(offset) if (0..=LARGEST_OFFSET).contains(&offset) => Ok(offset),
        Some(_) => Err(Code::ValidationError
            .error("`offset` must be between 0 and 1000000; use `cursor` to go further")),
    }
}

/// Cuts what was read down to a page. `rows` holds one more than `limit` where
/// there is a next page; then the last row of this one is answered.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last()
}

/// The cursor of a list, from the key of the last row. `list` names the list,
/// so that the cursor of another one is refused.
pub fn cursor(list: &str, key: &[u8]) -> String {
    let mut bytes = check(list, key).to_vec();
    bytes.extend_from_slice(key);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key in a cursor of this list.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn key(list: &str, cursor: &str) -> Result<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    match bytes.split_at_checked(CHECK) {
        Some((sum, key)) if sum == check(list, key) => Ok(key.to_vec()),
        _ => Err(Code::InvalidCursor
            .error("`cursor` is not one that this list gave out; start again without it")),
    }
}

fn check(list: &str, key: &[u8]) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(list).chain_update([0]).chain_update(key).finalize();
    let mut sum = [0; CHECK];
    sum.copy_from_slice(&digest[..CHECK]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_an_edited_one_is_refused() {
        let given = cursor("packages", b"acme\0id");
        assert_eq!(key("packages", &given).unwrap(), b"acme\0id");
        for edited in ["", "AAAA", "!", &given[1..], &format!("{given}AA")] {
            assert_eq!(
                key("packages", edited).unwrap_err().code(),
                Code::InvalidCursor,
                "{edited}"
            );
        }
        assert!(key("versions", &given).is_err());
    }
}
