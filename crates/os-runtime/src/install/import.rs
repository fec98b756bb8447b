//! Importing what the TypeScript runtime had installed: a file for each package in
//! `installed-packages`, and the disabled packages in `package-state`
//! (docs/wire/runtime-install.md#imported-files; docs/wire/runtime-install.md#imported-files).
//!
//! **Invariant:** a file is imported once, and never replaces an entry of the ledger. A file
//! that cannot be read is named at each start, and keeps nothing from loading.

use crate::Result;
use crate::kernel::{Package, Quarantined, Read, Receipt};
use crate::ledger::{self, Entry};
use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use os_db::{Db, Tx, now};
use os_package::{Checksum, ManifestId, StoredSettings, VersionNumber};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A ledger file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    package_id: Option<String>,
    version_id: Option<String>,
    manifest_id: String,
    version: String,
    manifest: Value,
    installed_at: Option<DateTime<Utc>>,
    installed_by: Option<String>,
    #[serde(default)]
    with_sample_data: bool,
    #[serde(default)]
    sample_data_purged: bool,
}

/// Imports new files of the home folder; returns those that could not be read.
///
/// # Errors
/// When the database fails.
pub async fn import_files(db: &Db, home: &Path) -> Result<Vec<Quarantined>> {
    let files = json_files(&home.join("installed-packages"));
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let disabled = disabled(&home.join("package-state"));
    let mut quarantined = Vec::new();
    let mut tx = db.write_install().await?;
    ledger::lock(&mut tx).await?;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ledger::was_imported(&mut tx, &name).await? {
            continue;
        }
        match read(&path) {
            Ok(file) => {
                save(&mut tx, file, &disabled).await?;
                ledger::set_imported(&mut tx, &name).await?;
                tracing::info!(file = name, "imported from the ledger files");
            }
            Err(error) => {
                let reason =
                    format!("the ledger file {} cannot be used: {error:#}", path.display());
                quarantined.push(Quarantined { manifest_id: name, reason });
            }
        }
    }
    tx.commit().await?;
    Ok(quarantined)
}

/// Returns the JSON files of a folder, by name; none without the folder.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.sort();
    paths
}

/// Returns the packages that a state file disables.
fn disabled(folder: &Path) -> HashSet<String> {
    #[derive(Deserialize)]
    struct State {
        disabled: Vec<String>,
    }
    let texts = json_files(folder).into_iter().filter_map(|path| std::fs::read(path).ok());
    let states = texts.filter_map(|text| serde_json::from_slice::<State>(&text).ok());
    states.flat_map(|state| state.disabled).collect()
}

/// A file that can be loaded.
struct Readable {
    file: File,
    id: ManifestId,
    version: VersionNumber,
    artifact: String,
}

fn read(path: &Path) -> anyhow::Result<Readable> {
    let text = std::fs::read(path).context("it cannot be read")?;
    let file: File = serde_json::from_slice(&text).context("it is damaged")?;
    let id: ManifestId = file.manifest_id.parse().map_err(|error| anyhow!("its id {error}"))?;
    let version: VersionNumber =
        file.version.parse().map_err(|error| anyhow!("its version {error}"))?;
    let Read { flat, .. } =
        Package::read_stored(&file.manifest, &id, &version).map_err(|error| anyhow!("{error}"))?;
    Ok(Readable { artifact: flat.to_string(), file, id, version })
}

async fn save(tx: &mut Tx, readable: Readable, disabled: &HashSet<String>) -> Result<()> {
    let Readable { file, id, version, artifact } = readable;
    if ledger::artifact(tx, id.as_str()).await?.is_some() {
        return Ok(());
    }
    let receipt = Receipt {
        package_id: file.package_id.unwrap_or_else(|| id.to_string()),
        version_id: file.version_id.unwrap_or_else(|| version.to_string()),
        previous_version: None,
        settings: StoredSettings::none(),
        enabled: !disabled.contains(id.as_str()),
        with_sample_data: file.with_sample_data,
        sample_data_purged: file.sample_data_purged,
        installed_by: file.installed_by,
        installed_at: file.installed_at.unwrap_or_else(now),
        updated_at: now(),
    };
    let checksum = Checksum::of(artifact.as_bytes());
    let entry = Entry {
        manifest_id: &id,
        version: &version,
        artifact: &artifact,
        checksum: &checksum,
        receipt: &receipt,
    };
    Ok(ledger::save(tx, &entry).await?)
}
