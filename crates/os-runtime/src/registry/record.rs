//! A row of the registry as its record.

use super::sql::Row;
use crate::{Code, Result};
use os_api::runtime::registry::PackageRecord;
use serde_json::value::RawValue;

/// Returns about how much memory the texts of a record take, in bytes.
pub fn size(record: &PackageRecord) -> usize {
    record.manifest.get().len() + record.metadata.get().len() + 512
}

/// Reads a row.
///
/// # Errors
/// `MARKETPLACE_STORAGE_FAILED` for a row that holds no JSON.
pub fn read(row: Row) -> Result<PackageRecord> {
    let Row { id, version, manifest, metadata, hash, created_at, updated_at } = row;
    let json = |text: String, what: &str| {
        RawValue::from_string(text).map_err(|error| {
            Code::StorageFailed.error(format!(
                "the {what} of {id}@{version} in `sys_packages` is damaged ({error}); publish it again, or delete it"
            ))
        })
    };
    let manifest = json(manifest, "manifest")?;
    let metadata = json(metadata, "metadata")?;
    Ok(PackageRecord { id, version, manifest, metadata, hash, created_at, updated_at })
}
