use super::sql::Row;
use crate::{Code, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// A version of a package, as the registry keeps it.
#[derive(Debug, Clone, Serialize)]
pub struct PackageRecord {
    /// What the manifest calls it.
    pub id: String,
    pub version: String,
    /// JSON text; [`PackageRecord::manifest`] reads it into a type.
    pub manifest: Box<RawValue>,
    /// JSON text; [`PackageRecord::metadata`] reads it into a type.
    pub metadata: Box<RawValue>,
    /// The SHA-256 of both, hex.
    pub hash: String,
    /// When this version was published first, `2026-01-31 12:00:00.000000` in UTC.
    /// No two versions have the same, and later ones are greater.
    pub created_at: String,
    /// When it was published last.
    pub updated_at: String,
}

impl PackageRecord {
    /// The manifest, read into a type of the caller: a [`serde_json::Value`], or
    /// only the fields they need.
    ///
    /// # Errors
    /// Where the manifest has another shape.
    pub fn manifest<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.manifest.get())
    }

    /// The metadata, read into a type of the caller.
    ///
    /// # Errors
    /// Where the metadata has another shape.
    pub fn metadata<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.metadata.get())
    }

    /// How much memory its texts take, about.
    pub(super) fn size(&self) -> usize {
        self.manifest.get().len() + self.metadata.get().len() + 512
    }

    /// # Errors
    /// `MARKETPLACE_STORAGE_FAILED` for a row that holds no JSON.
    pub(super) fn read(row: Row) -> Result<Self> {
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
        Ok(Self { id, version, manifest, metadata, hash, created_at, updated_at })
    }
}
