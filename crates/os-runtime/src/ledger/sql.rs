use super::Entry;
use crate::kernel::Receipt;
use chrono::{DateTime, Utc};
use os_db::{Result, Tx, now};
use os_package::StoredSettings;

/// A row as it lies in the table.
#[derive(os_db::FromRow)]
pub struct Row {
    pub manifest_id: String,
    pub version: String,
    pub artifact: String,
    pub checksum: String,
    pub package_id: String,
    pub version_id: String,
    pub previous_version: Option<String>,
    pub settings: String,
    pub settings_secrets: Option<String>,
    pub enabled: bool,
    pub with_sample_data: bool,
    pub sample_data_purged: bool,
    pub installed_by: Option<String>,
    pub installed_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The lock of the database that is held while the ledger changes.
const LEDGER_LOCK: i64 = 9;

/// Takes the lock of the ledger; waits for other changes, in other processes too.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    tx.lock(LEDGER_LOCK).await
}

pub async fn save(tx: &mut Tx, entry: &Entry<'_>) -> Result<()> {
    let Receipt {
        package_id,
        version_id,
        previous_version,
        settings,
        enabled,
        with_sample_data,
        sample_data_purged,
        installed_by,
        installed_at,
        updated_at,
    } = entry.receipt.clone();
    tx.query(
        "INSERT INTO sys_ledger (manifest_id, version, artifact, checksum, package_id, version_id,
             previous_version, settings, enabled, with_sample_data, sample_data_purged,
             installed_by, installed_at, updated_at, settings_secrets)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (manifest_id) DO UPDATE SET
             version = excluded.version, artifact = excluded.artifact,
             checksum = excluded.checksum, package_id = excluded.package_id,
             version_id = excluded.version_id, previous_version = excluded.previous_version,
             settings = excluded.settings, enabled = excluded.enabled,
             with_sample_data = excluded.with_sample_data,
             sample_data_purged = excluded.sample_data_purged,
             installed_by = excluded.installed_by, installed_at = excluded.installed_at,
             updated_at = excluded.updated_at, settings_secrets = excluded.settings_secrets",
    )
    .bind(entry.manifest_id.to_string())
    .bind(entry.version.to_string())
    .bind(entry.artifact.to_owned())
    .bind(entry.checksum.to_string())
    .bind(package_id)
    .bind(version_id)
    .bind(previous_version)
    .bind(settings.reveal().to_string())
    .bind(enabled)
    .bind(with_sample_data)
    .bind(sample_data_purged)
    .bind(installed_by)
    .bind(installed_at)
    .bind(updated_at)
    .bind(paths(&settings))
    .run()
    .await
    .map(drop)
}

pub async fn all(tx: &mut Tx) -> Result<Vec<Row>> {
    tx.query(
        "SELECT manifest_id, version, artifact, checksum, package_id, version_id, previous_version,
             settings, settings_secrets, enabled, with_sample_data, sample_data_purged,
             installed_by, installed_at, updated_at
         FROM sys_ledger ORDER BY manifest_id",
    )
    .all()
    .await
}

pub async fn artifact(tx: &mut Tx, manifest_id: &str) -> Result<Option<(String, String)>> {
    tx.query("SELECT artifact, checksum FROM sys_ledger WHERE manifest_id = $1")
        .bind(manifest_id.to_owned())
        .optional()
        .await
}

pub async fn delete(tx: &mut Tx, manifest_id: &str) -> Result<bool> {
    let deleted = tx
        .query("DELETE FROM sys_ledger WHERE manifest_id = $1")
        .bind(manifest_id.to_owned())
        .run()
        .await?;
    Ok(deleted > 0)
}

pub async fn set_enabled(tx: &mut Tx, manifest_id: &str, enabled: bool) -> Result<()> {
    tx.query("UPDATE sys_ledger SET enabled = $1, updated_at = $2 WHERE manifest_id = $3")
        .bind(enabled)
        .bind(now())
        .bind(manifest_id.to_owned())
        .run()
        .await
        .map(drop)
}

pub async fn configure(
    tx: &mut Tx,
    manifest_id: &str,
    enabled: bool,
    settings: &StoredSettings,
) -> Result<()> {
    tx.query(
        "UPDATE sys_ledger SET enabled = $1, settings = $2, settings_secrets = $5, updated_at = $3
          WHERE manifest_id = $4",
    )
    .bind(enabled)
    .bind(settings.reveal().to_string())
    .bind(now())
    .bind(manifest_id.to_owned())
    .bind(paths(settings))
    .run()
    .await
    .map(drop)
}

/// The column `settings_secrets`.
fn paths(settings: &StoredSettings) -> String {
    serde_json::Value::from(settings.secrets().collect::<Vec<_>>()).to_string()
}

pub async fn set_sample_data(
    tx: &mut Tx,
    manifest_id: &str,
    is_there: bool,
    is_purged: bool,
) -> Result<()> {
    tx.query(
        "UPDATE sys_ledger SET with_sample_data = $1, sample_data_purged = $2
         WHERE manifest_id = $3",
    )
    .bind(is_there)
    .bind(is_purged)
    .bind(manifest_id.to_owned())
    .run()
    .await
    .map(drop)
}

/// Returns whether a ledger file of the original was taken over.
pub async fn was_imported(tx: &mut Tx, file: &str) -> Result<bool> {
    let found: Option<(String,)> = tx
        .query("SELECT file FROM sys_ledger_import WHERE file = $1")
        .bind(file.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}

pub async fn set_imported(tx: &mut Tx, file: &str) -> Result<()> {
    tx.query("INSERT INTO sys_ledger_import (file, imported_at) VALUES ($1, $2)")
        .bind(file.to_owned())
        .bind(now())
        .run()
        .await
        .map(drop)
}
