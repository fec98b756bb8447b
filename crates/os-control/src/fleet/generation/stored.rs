//! The list of a generation as its row holds it.

use super::Entry;
use crate::fleet::settings;
use crate::registry::version;
use crate::{Code, Result, VersionId};
use anyhow::Context;
use os_db::Tx;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// An entry. The spelling is stored for ever.
#[derive(Serialize, Deserialize)]
struct StoredEntry {
    package_id: String,
    package_row_id: Uuid,
    package_version_id: Uuid,
    version: String,
    checksum: String,
    enabled: bool,
    with_sample_data: bool,
    settings: Value,
    /// Absent in generations that were made before it was remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settings_secrets: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    settings_needed: Vec<String>,
}

pub(super) fn write(entries: &[Entry]) -> Result<String> {
    let stored = entries.iter().map(|it| StoredEntry {
        package_id: it.package_id.clone(),
        package_row_id: it.package_row_id,
        package_version_id: it.package_version_id,
        version: it.version.clone(),
        checksum: it.checksum.clone(),
        enabled: it.enabled,
        with_sample_data: it.with_sample_data,
        settings: it.settings.reveal().clone(),
        settings_secrets: Some(it.settings.secrets().map(str::to_owned).collect()),
        settings_needed: it.settings_needed.clone(),
    });
    Ok(serde_json::to_string(&stored.collect::<Vec<_>>()).context("a generation")?)
}

pub(super) async fn read(tx: &mut Tx, text: &str) -> Result<Vec<Entry>> {
    let stored: Vec<StoredEntry> = serde_json::from_str(text).context("a stored list")?;
    let mut entries = Vec::with_capacity(stored.len());
    for it in stored {
        let schema = match it.settings_secrets {
            Some(_) => None,
            None => schema(tx, VersionId(it.package_version_id)).await?,
        };
        entries.push(Entry {
            settings: settings::stored(it.settings, it.settings_secrets, schema.as_deref())?,
            package_id: it.package_id,
            package_row_id: it.package_row_id,
            package_version_id: it.package_version_id,
            version: it.version,
            checksum: it.checksum,
            enabled: it.enabled,
            with_sample_data: it.with_sample_data,
            settings_needed: it.settings_needed,
        });
    }
    Ok(entries)
}

/// Returns the schema of a version; `None` without one, and for a version that is gone.
pub(super) async fn schema(tx: &mut Tx, version: VersionId) -> Result<Option<String>> {
    match version::get_installable(tx, version).await {
        Ok(version) => Ok(version.configuration_schema.map(|it| it.to_string())),
        Err(error) if error.code() == Code::VersionNotFound => Ok(None),
        Err(error) => Err(error),
    }
}
