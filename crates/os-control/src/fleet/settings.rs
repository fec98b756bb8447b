//! Settings of installations (docs/wire/manifest.md#settings): how they are stored, and the part of
//! them that people see.
//!
//! **Invariant:** settings are shown with the defaults of the version and without secrets. What was
//! secret when it was stored stays so, whatever version comes next.

use crate::{Code, Result};
use anyhow::{Context, anyhow};
use os_package::{SettingsSchema, ShownSettings, StoredSettings};
use serde_json::{Map, Value};

/// The size limit of settings as JSON.
const MAX_SETTINGS_BYTES: usize = 256 * 1024;

/// Settings as a row holds them. It cannot be printed.
#[derive(Clone, PartialEq, os_db::FromRow)]
pub struct SettingsRow {
    #[row(column = "settings")]
    values: String,
    /// A JSON array of JSON pointers. `None` in rows that were written before they were remembered.
    #[row(column = "settings_secrets")]
    secrets: Option<String>,
}

impl std::fmt::Debug for SettingsRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SettingsRow").field("secrets", &self.secrets).finish_non_exhaustive()
    }
}

impl SettingsRow {
    pub fn of(settings: &StoredSettings) -> Self {
        let secrets: Vec<&str> = settings.secrets().collect();
        Self {
            values: settings.reveal().to_string(),
            secrets: Some(Value::from(secrets).to_string()),
        }
    }

    /// Reads the settings; `schema` is that of the version they were stored for.
    pub fn read(&self, schema: Option<&str>) -> Result<StoredSettings> {
        let values = serde_json::from_str(&self.values).context("stored settings")?;
        let secrets = self.secrets.as_deref().map(serde_json::from_str).transpose();
        stored(values, secrets.context("stored paths of secrets")?, schema)
    }

    /// The columns `settings` and `settings_secrets`.
    pub fn into_columns(self) -> (String, Option<String>) {
        (self.values, self.secrets)
    }
}

/// Returns settings that were stored, with the paths of their secrets where these were remembered.
pub fn stored(
    values: Value,
    secrets: Option<Vec<String>>,
    schema: Option<&str>,
) -> Result<StoredSettings> {
    Ok(match secrets {
        Some(secrets) => StoredSettings::stored(values, secrets),
        None => StoredSettings::stored_without_paths(values, compiled(schema)?.as_ref()),
    })
}

/// Checks the size of settings, before a transaction.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn check_size(settings: &Map<String, Value>) -> Result<()> {
    if Value::Object(settings.clone()).to_string().len() > MAX_SETTINGS_BYTES {
        return Err(Code::ValidationError.error("`settings` must have at most 256 KiB as JSON"));
    }
    Ok(())
}

/// Returns settings as people see them: with defaults, without secrets.
pub fn shown(schema: Option<&str>, settings: &StoredSettings) -> Result<ShownSettings> {
    Ok(settings.shown(compiled(schema)?.as_ref()))
}

/// Parses the stored settings schema of a version.
pub fn schema(text: Option<&str>) -> Result<Option<Value>> {
    let parsed = text.map(serde_json::from_str).transpose();
    Ok(parsed.context("a stored configuration schema")?)
}

/// Compiles the stored settings schema of a version.
pub fn compiled(text: Option<&str>) -> Result<Option<SettingsSchema>> {
    compile(schema(text)?.as_ref())
}

/// Compiles the settings schema of a version.
pub fn compile(schema: Option<&Value>) -> Result<Option<SettingsSchema>> {
    // It was checked when its version was made.
    let compiled = schema.map(SettingsSchema::parse).transpose();
    Ok(compiled.map_err(|error| anyhow!("a stored configuration schema: {error}"))?)
}
