//! Files that only their owner can read.

use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Creates a folder and its parents; new ones are private to their owner.
pub fn create_private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("could not create the folder {}", path.display()))
}

/// Creates an empty file, private to its owner, unless it exists.
pub fn create_private_file(path: &Path) -> Result<fs::File> {
    options()
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("could not write {}", path.display()))
}

/// Replaces a file atomically; only its owner can read it.
pub fn write_private(path: &Path, content: &str) -> Result<()> {
    let next = path.with_extension(format!("{}.tmp", std::process::id()));
    let write = || {
        let mut file = options().create_new(true).open(&next)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()?;
        fs::rename(&next, path)
    };
    write()
        .inspect_err(|_| drop(fs::remove_file(&next)))
        .with_context(|| format!("could not write {}", path.display()))
}

fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
