//! The facts about an installed package that stand beside its artifact.

use chrono::{DateTime, Utc};
use os_package::{Manifest, SettingsSchema, StoredSettings};

/// The entry of the ledger for a package, without its artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// As it was requested: a row id of the catalog, or the manifest id.
    pub package_id: String,
    /// As the catalog calls the version, or its number.
    pub version_id: String,
    pub previous_version: Option<String>,
    /// With the secrets that were remembered and those that the version marks.
    pub settings: StoredSettings,
    /// `true` if it is loaded (docs/wire/installations.md#enable-and-disable).
    pub enabled: bool,
    pub with_sample_data: bool,
    pub sample_data_purged: bool,
    pub installed_by: Option<String>,
    pub installed_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Returns the schema of a package's settings. One that cannot be read counts as none, so that
/// everything is secret.
pub fn settings_schema(manifest: &Manifest) -> Option<SettingsSchema> {
    SettingsSchema::parse(manifest.configuration_schema.as_ref()?).ok()
}
