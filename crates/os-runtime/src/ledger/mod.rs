//! The ledger: what is installed, in a table.
//!
//! **Invariant:** an entry is written in the transaction that creates its tables
//! and seeds; its artifact is what is loaded at the next start, to the byte of its
//! checksum.

mod sql;

use crate::kernel::{Package, Read, Receipt, settings_schema};
use os_package::{Checksum, Manifest, ManifestId, StoredSettings, VersionNumber};
use serde_json::Value;

pub use sql::{
    configure, delete, lock, save, set_enabled, set_imported, set_sample_data, was_imported,
};

/// An entry to write.
pub struct Entry<'e> {
    pub manifest_id: &'e ManifestId,
    pub version: &'e VersionNumber,
    /// Flat JSON.
    pub artifact: &'e str,
    pub checksum: &'e Checksum,
    pub receipt: &'e Receipt,
}

/// An entry that was read.
pub struct LedgerPackage {
    pub package: Package,
    pub receipt: Receipt,
}

/// Reads the whole ledger. An entry that cannot be read has its id and the reason.
///
/// # Errors
/// Those of the database.
pub async fn read_all(
    tx: &mut os_db::Tx,
) -> os_db::Result<Vec<Result<LedgerPackage, (String, String)>>> {
    let rows = sql::all(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = row.manifest_id.clone();
            parse(row).map_err(|reason| (id, reason))
        })
        .collect())
}

/// Returns the artifact of an installed package, if it is what was installed.
///
/// # Errors
/// `MARKETPLACE_STORAGE_FAILED` for a damaged entry.
pub async fn artifact(tx: &mut os_db::Tx, id: &str) -> crate::Result<Option<Value>> {
    let Some((artifact, checksum)) = sql::artifact(tx, id).await? else { return Ok(None) };
    let value = checked(&artifact, &checksum).map_err(|reason| {
        crate::Code::StorageFailed
            .error(format!("the ledger entry of {id} is damaged: {reason}; install it again"))
    })?;
    Ok(Some(value))
}

fn checked(artifact: &str, checksum: &str) -> Result<Value, String> {
    if Checksum::of(artifact.as_bytes()).as_str() != checksum {
        return Err("its artifact is not the one that was installed (checksum)".to_owned());
    }
    serde_json::from_str(artifact).map_err(|error| format!("its artifact is not JSON: {error}"))
}

fn parse(row: sql::Row) -> Result<LedgerPackage, String> {
    let artifact = checked(&row.artifact, &row.checksum)?;
    let id: ManifestId = row.manifest_id.parse().map_err(|error| format!("{error}"))?;
    let version: VersionNumber = row.version.parse().map_err(|error| format!("{error}"))?;
    let Read { package, .. } =
        Package::read_stored(&artifact, &id, &version).map_err(|error| error.to_string())?;
    let settings = settings(&row, &package.manifest).map_err(|error| error.to_string())?;
    let receipt = Receipt {
        package_id: row.package_id,
        version_id: row.version_id,
        previous_version: row.previous_version,
        settings,
        enabled: row.enabled,
        with_sample_data: row.with_sample_data,
        sample_data_purged: row.sample_data_purged,
        installed_by: row.installed_by,
        installed_at: row.installed_at,
        updated_at: row.updated_at,
    };
    Ok(LedgerPackage { package, receipt })
}

/// Reads the settings of a row. What the version marks is secret, too: the row may be older than
/// the memory for secrets.
fn settings(row: &sql::Row, manifest: &Manifest) -> serde_json::Result<StoredSettings> {
    let values = serde_json::from_str(&row.settings)?;
    let schema = settings_schema(manifest);
    Ok(match &row.settings_secrets {
        Some(secrets) => {
            let secrets: Vec<String> = serde_json::from_str(secrets)?;
            StoredSettings::stored(values, secrets).under(schema.as_ref())
        }
        None => StoredSettings::stored_without_paths(values, schema.as_ref()),
    })
}
