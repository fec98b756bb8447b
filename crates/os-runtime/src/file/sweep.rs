//! Removes bytes that nobody can ask for any more.
//!
//! **Invariant:** what a row names stays. While something is removed, nothing
//! arrives.

use super::store::INCOMING;
use super::{Files, sql};
use crate::{Result, Runtime};
use anyhow::Context;
use chrono::Duration;
use os_db::now;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How long an upload waits to be completed.
const PATIENCE: Duration = Duration::hours(24);

/// Removes what uploads left behind that were never completed, and what a crash
/// did. Done once, before the port opens.
///
/// # Errors
/// Those of the database. What cannot be removed is only told to the log.
pub async fn sweep(runtime: &Runtime) -> Result<()> {
    let _gate = runtime.files.gate.write().await;
    let mut tx = runtime.db.write().await?;
    sql::delete_abandoned(&mut tx, now() - PATIENCE).await?;
    tx.commit().await?;
    let found = blocking(&runtime.files, |files| files.shelves()).await?;
    let mut tx = runtime.db.peek().await?;
    for (shelf, checksums) in found {
        let named = sql::named(&mut tx, &shelf, &format!("{shelf}g")).await?;
        let named: HashSet<&str> = named.iter().map(|(checksum,)| checksum.as_str()).collect();
        let unnamed: Vec<String> =
            checksums.into_iter().filter(|it| !named.contains(it.as_str())).collect();
        if !unnamed.is_empty() {
            tracing::info!(count = unnamed.len(), "removing files that nothing refers to");
            blocking(&runtime.files, move |files| files.remove(&unnamed)).await?;
        }
    }
    Ok(())
}

/// Removes those of these bytes that no row names.
///
/// # Errors
/// Those of the database.
pub async fn remove_unnamed(runtime: &Runtime, checksums: Vec<String>) -> Result<()> {
    let _gate = runtime.files.gate.write().await;
    let mut tx = runtime.db.peek().await?;
    let mut unnamed = Vec::new();
    for checksum in checksums {
        if sql::named(&mut tx, &checksum, &checksum).await?.is_empty() {
            unnamed.push(checksum);
        }
    }
    blocking(&runtime.files, move |files| files.remove(&unnamed)).await
}

async fn blocking<T: Send + 'static>(
    files: &Files,
    work: impl FnOnce(Files) -> T + Send + 'static,
) -> Result<T> {
    let files = files.clone();
    Ok(tokio::task::spawn_blocking(move || work(files)).await.context("removing files")?)
}

impl Files {
    /// Empties the folder of what is on its way, and lists all checksums by their
    /// first two digits.
    fn shelves(&self) -> Vec<(String, Vec<String>)> {
        for path in entries(&self.folder.join(INCOMING)) {
            told(&path, fs::remove_file(&path));
        }
        let is_hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        };
        let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.to_owned());
        let shelves = entries(&self.folder).into_iter().filter_map(|path| {
            let shelf = name(&path).filter(|name| is_hex(name, 2))?;
            let files = entries(&path).iter().filter_map(name).collect::<Vec<_>>();
            let files = files.into_iter().filter(|name| is_hex(name, 62));
            let checksums = files.map(|name| format!("{shelf}{name}")).collect();
            Some((shelf, checksums))
        });
        shelves.collect()
    }

    fn remove(&self, checksums: &[String]) {
        for checksum in checksums {
            let path = self.path(checksum);
            told(&path, fs::remove_file(&path));
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
}

fn told(path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "cannot remove a file");
        }
        _ => {}
    }
}
