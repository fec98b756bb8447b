//! The size limit of a list.

use crate::{Code, Error};

/// The most bytes of a list: of its strings, and of its JSON.
pub const MAX_LIST_BYTES: usize = 16 * 1024 * 1024;

/// Returns the refusal of a list with more than [`MAX_LIST_BYTES`].
pub fn too_large() -> Error {
    Code::PayloadTooLarge.error(format!(
        "the list is larger than {} MiB; ask for fewer records with `limit`, for fewer fields with `select`, or without `expand`",
        MAX_LIST_BYTES / (1024 * 1024)
    ))
}
