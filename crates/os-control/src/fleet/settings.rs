//! How packages are configured (docs/wire/manifest.md#settings): checking settings, and what of
//! them people see.
//!
//! **Invariant:** what is shown has the defaults of the version, and no secrets.

use crate::{Code, Result};
use anyhow::{Context, anyhow};
use os_package::SettingsSchema;
use serde_json::{Map, Value};

/// The most that settings may have, as JSON.
const MAX_SETTINGS_BYTES: usize = 256 * 1024;

/// Refuses settings that are too large, before anything is opened.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn check_size(settings: &Map<String, Value>) -> Result<()> {
    if Value::Object(settings.clone()).to_string().len() > MAX_SETTINGS_BYTES {
        return Err(Code::ValidationError.error("`settings` must have at most 256 KiB as JSON"));
    }
    Ok(())
}

/// Settings as people see them: with defaults, without secrets.
pub fn shown(schema: Option<&str>, settings: Value) -> Result<Value> {
    match self::schema(schema)? {
        Some(schema) => {
            let schema = compile(&schema)?;
            Ok(schema.redact(&schema.with_defaults(settings)))
        }
        None => Ok(settings),
    }
}

/// The schema that a version keeps for its settings.
pub fn schema(text: Option<&str>) -> Result<Option<Value>> {
    let parsed = text.map(serde_json::from_str).transpose();
    Ok(parsed.context("a stored configuration schema")?)
}

fn compile(schema: &Value) -> Result<SettingsSchema> {
    // It was checked when its version was made.
    let compiled = SettingsSchema::parse(schema);
    Ok(compiled.map_err(|error| anyhow!("a stored configuration schema: {error}"))?)
}

/// Puts secrets of `stored` back into new settings that leave them out, as no
/// one was shown them. `null` removes a secret.
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
