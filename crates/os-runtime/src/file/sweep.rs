//! Removes bytes that no row names.
//!
//! **Invariant:** bytes that a row names stay. While bytes are removed, none get their name.

use super::store::{INCOMING_FOLDER, OWN_PREFIX};
use super::{Files, sql};
use crate::Result;
use anyhow::Context;
use chrono::Duration;
use os_db::now;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The time after which an incomplete upload is deleted.
const INCOMPLETE_UPLOAD_TTL: Duration = Duration::hours(24);

impl Files {
    /// Removes what incomplete uploads and crashes left behind. Runs once, before the port opens.
    ///
    /// # Errors
    /// When the database fails. A file that cannot be removed is only logged.
    pub async fn sweep(&self) -> Result<()> {
        let _gate = self.gate.write().await;
        let mut tx = self.db.write().await?;
        sql::delete_abandoned(&mut tx, now() - INCOMPLETE_UPLOAD_TTL).await?;
        tx.commit().await?;
        let found = blocking(self, |files| files.shelves()).await?;
        let mut tx = self.db.autocommit().await?;
        for (shelf, checksums) in found {
            let named = sql::named(&mut tx, &shelf, &format!("{shelf}g")).await?;
            let named: HashSet<&str> = named.iter().map(|(checksum,)| checksum.as_str()).collect();
            let unnamed: Vec<String> =
                checksums.into_iter().filter(|it| !named.contains(it.as_str())).collect();
            if !unnamed.is_empty() {
                tracing::info!(count = unnamed.len(), "removing files that nothing refers to");
                blocking(self, move |files| files.remove(&unnamed)).await?;
            }
        }
        Ok(())
    }

    /// Removes those of these bytes that no row names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_unnamed(&self, checksums: Vec<String>) -> Result<()> {
        let _gate = self.gate.write().await;
        let mut tx = self.db.autocommit().await?;
        let mut unnamed = Vec::new();
        for checksum in checksums {
            if sql::named(&mut tx, &checksum, &checksum).await?.is_empty() {
                unnamed.push(checksum);
            }
        }
        blocking(self, move |files| files.remove(&unnamed)).await
    }
}

async fn blocking<T: Send + 'static>(
    files: &Files,
    work: impl FnOnce(Files) -> T + Send + 'static,
) -> Result<T> {
    let files = files.clone();
    Ok(tokio::task::spawn_blocking(move || work(files)).await.context("removing files")?)
}

impl Files {
    /// Removes incoming bytes of earlier processes, and lists all checksums by their first two digits.
    fn shelves(&self) -> Vec<(String, Vec<String>)> {
        let is_received = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(OWN_PREFIX.as_str()))
        };
        let incoming = entries(&self.folder.join(INCOMING_FOLDER)).into_iter();
        for path in incoming.filter(|path| !is_received(path)) {
            log_failure(&path, fs::remove_file(&path));
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
            log_failure(&path, fs::remove_file(&path));
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
}

fn log_failure(path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "cannot remove a file");
        }
        _ => {}
    }
}
