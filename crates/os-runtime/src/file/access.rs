//! The owner of a file.

use super::{File, Files, no_file, sql};
use crate::Result;
use os_identity::UserPrincipal;

/// Finds a file whose bytes are there; the caller of this function has proved a right to it.
///
/// # Errors
/// `FILE_NOT_FOUND`.
pub async fn stored(files: &Files, id: &str) -> Result<File> {
    let file = sql::get(&mut files.db.autocommit().await?, id).await?;
    file.filter(File::is_stored).ok_or_else(|| no_file(id))
}

/// Finds a file that the caller uploaded.
///
/// # Errors
/// `FILE_NOT_FOUND`.
pub async fn own(files: &Files, caller: &UserPrincipal, id: &str) -> Result<File> {
    let file = sql::get(&mut files.db.autocommit().await?, id).await?;
    file.filter(|file| is_owned_by(file, caller)).ok_or_else(|| no_file(id))
}

/// Returns whether the caller uploaded the file, or owns the runtime.
pub fn is_owned_by(file: &File, caller: &UserPrincipal) -> bool {
    caller.is_platform_admin() || file.owner_id == caller.id().to_string()
}
