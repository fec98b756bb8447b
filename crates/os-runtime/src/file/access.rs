//! Who may read a file.

use super::{File, no_file, sql};
use crate::auth::Caller;
use crate::records::files;
use crate::{Result, Runtime};

/// A file that the caller may read.
///
/// # Errors
/// `FILE_NOT_FOUND`, also for a file that is not theirs to see.
pub async fn readable(runtime: &Runtime, caller: &Caller, id: &str) -> Result<File> {
    let file = stored(runtime, id).await?;
    if is_theirs(&file, caller) {
        return Ok(file);
    }
    let kernel = runtime.kernel();
    let may_read = files::may_read(&mut runtime.db.read().await?, &kernel, caller, &file).await?;
    if may_read { Ok(file) } else { Err(no_file(id)) }
}

/// A file that is there, for whoever proved that they may read it.
///
/// # Errors
/// `FILE_NOT_FOUND`.
pub async fn stored(runtime: &Runtime, id: &str) -> Result<File> {
    let file = sql::get(&mut runtime.db.peek().await?, id).await?;
    file.filter(File::is_stored).ok_or_else(|| no_file(id))
}

/// A file that the caller uploaded.
///
/// # Errors
/// `FILE_NOT_FOUND`.
pub async fn own(runtime: &Runtime, caller: &Caller, id: &str) -> Result<File> {
    let file = sql::get(&mut runtime.db.peek().await?, id).await?;
    file.filter(|file| is_theirs(file, caller)).ok_or_else(|| no_file(id))
}

fn is_theirs(file: &File, caller: &Caller) -> bool {
    caller.is_platform_admin() || file.owner_id == caller.id().to_string()
}
