//! Files that only their owner may read.

use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Makes a folder, and those above it; a new one is for its owner alone.
pub fn create_private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("could not create the folder {}", path.display()))
}

/// Makes an empty file for its owner alone, unless it exists.
pub fn create_private_file(path: &Path) -> Result<fs::File> {
    options()
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("could not write {}", path.display()))
}

/// Replaces a file in one step: nobody sees half of it, or can read it.
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
