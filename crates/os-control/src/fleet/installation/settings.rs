//! How an installation is configured (contract §4.7).
//!
//! **Invariant:** what is stored is what was given, secrets included, so that
//! going back to an older version finds it as it was. What is shown has the
//! defaults of the version, and no secrets.

use super::record::{Action, record};
use super::{Installation, rules, sql};
use crate::fleet::environment;
use crate::http::guards::EnvironmentAccess;
use crate::{Code, Result};
use anyhow::{Context, anyhow};
use os_db::Tx;
use os_package::SettingsSchema;
use serde_json::{Map, Value};

/// The largest settings, as JSON.
const LARGEST: usize = 256 * 1024;

/// Refuses settings that are too large, before anything is opened.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub fn check_size(settings: &Map<String, Value>) -> Result<()> {
    if Value::Object(settings.clone()).to_string().len() > LARGEST {
        return Err(Code::ValidationError.error("`settings` must have at most 256 KiB as JSON"));
    }
    Ok(())
}

/// Replaces the settings. Secrets that are left out stay, as nobody was shown them.
///
/// # Errors
/// `SETTINGS_INVALID`.
pub async fn change(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    settings: Map<String, Value>,
) -> Result<Installation> {
    let mut locked = environment::lock_for_people(tx, access).await?;
    let before = super::get(tx, locked.id, package).await?;
    let schema = schema(before.configuration_schema.as_deref())?;
    let stored = before.settings()?;
    let mut settings = Value::Object(settings);
    if let Some(compiled) = schema.as_ref().map(compile).transpose()? {
        keep_secrets(&stored, &compiled.redact(&stored), &mut settings);
    }
    rules::settings(locked.environment_type, &before.installed()?, schema.as_ref(), &settings)?;
    if settings == stored {
        return Ok(before);
    }
    let (enabled, sample_data) = (before.enabled, before.with_sample_data);
    sql::set_state(tx, before.id, enabled, settings.to_string(), sample_data).await?;
    let subject = (before.manifest_id.as_str(), Some(&before));
    record(tx, access, &mut locked, Action::Settings, subject).await
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

fn schema(text: Option<&str>) -> Result<Option<Value>> {
    let parsed = text.map(serde_json::from_str).transpose();
    Ok(parsed.context("a stored configuration schema")?)
}

fn compile(schema: &Value) -> Result<SettingsSchema> {
    // It was checked when its version was made.
    let compiled = SettingsSchema::parse(schema);
    Ok(compiled.map_err(|error| anyhow!("a stored configuration schema: {error}"))?)
}

/// Puts back what was hidden from who sends new settings. `null` removes a secret.
fn keep_secrets(stored: &Value, shown: &Value, new: &mut Value) {
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
            (Some(shown), Some(new)) => keep_secrets(value, shown, new),
        }
    }
}
