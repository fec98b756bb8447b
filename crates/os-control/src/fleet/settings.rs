//! Settings of installations (docs/wire/manifest.md#settings): their checks, and the part of them
//! that people see.
//!
//! **Invariant:** settings are shown with the defaults of the version and without secrets.

use crate::{Code, Result};
use anyhow::{Context, anyhow};
use os_package::SettingsSchema;
use serde_json::{Map, Value};

/// The size limit of settings as JSON.
const MAX_SETTINGS_BYTES: usize = 256 * 1024;

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
pub fn shown(schema: Option<&str>, settings: Value) -> Result<Value> {
    match self::schema(schema)? {
        Some(schema) => {
            let schema = compile(&schema)?;
            Ok(schema.redact(&schema.with_defaults(settings)))
        }
        None => Ok(settings),
    }
}

/// Parses the stored settings schema of a version.
pub fn schema(text: Option<&str>) -> Result<Option<Value>> {
    let parsed = text.map(serde_json::from_str).transpose();
    Ok(parsed.context("a stored configuration schema")?)
}

fn compile(schema: &Value) -> Result<SettingsSchema> {
    // It was checked when its version was made.
    let compiled = SettingsSchema::parse(schema);
    Ok(compiled.map_err(|error| anyhow!("a stored configuration schema: {error}"))?)
}

/// Copies the secrets of `stored` into new settings that lack them, because responses never show
/// them. `null` removes a secret.
pub fn keep_secrets(schema: Option<&str>, stored: &Value, new: &mut Value) -> Result<()> {
    if let Some(schema) = self::schema(schema)? {
        put_back(stored, &compile(&schema)?.redact(stored), new);
    }
    Ok(())
}

fn put_back(stored: &Value, shown: &Value, new: &mut Value) {
    let (Value::Object(stored), Value::Object(shown), Value::Object(new)) = (stored, shown, new)
    else {
        return;
    };
    for (key, value) in stored {
        match (shown.get(key), new.get_mut(key)) {
            (None, None) => {
                new.insert(key.clone(), value.clone());
            }
            (None, Some(Value::Null)) => {
                new.remove(key);
            }
            (None, Some(_)) | (Some(_), None) => {}
            (Some(shown), Some(new)) => put_back(value, shown, new),
        }
    }
}
