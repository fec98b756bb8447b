//! The storage endpoints: uploading, downloading and deleting files.
//!
//! **Invariant:** a file may be read by those who may read a record that holds it, by the user
//! who uploaded it, and by the owner of the runtime.

pub mod http;

use crate::Result;
use crate::file::{self, File, Files};
use crate::kernel::Kernel;
use crate::records::files::may_read;
use os_db::Db;
use os_identity::UserPrincipal;

/// Finds a file that the caller may read.
///
/// # Errors
/// `FILE_NOT_FOUND`, also for a file that the caller may not read.
async fn readable(
    db: &Db,
    files: &Files,
    kernel: &Kernel,
    caller: &UserPrincipal,
    id: &str,
) -> Result<File> {
    let file = file::stored(files, id).await?;
    if file::is_owned_by(&file, caller) {
        return Ok(file);
    }
    let may_read = may_read(&mut db.read().await?, kernel, caller, &file).await?;
    if may_read { Ok(file) } else { Err(file::no_file(id)) }
}
