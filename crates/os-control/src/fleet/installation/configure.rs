//! Changing the settings of an installation (docs/wire/manifest.md#settings).
//!
//! **Invariant:** settings are stored as the request gave them, secrets included, so
//! that a rollback to an older version finds them unchanged.

use super::change::{Action, Change};
use super::{Installation, rules, sql};
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use crate::fleet::settings;
use os_db::Tx;
use serde_json::{Map, Value};

/// Replaces the settings. Secrets that the request leaves out stay, because responses never show
/// them.
///
/// # Errors
/// `SETTINGS_INVALID`.
pub async fn change_settings(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    new: Map<String, Value>,
) -> Result<Installation> {
    let mut change = Change::begin(tx, access).await?;
    let before = super::get(change.tx, access, package).await?;
    let (schema, stored) = (before.configuration_schema.as_deref(), before.settings()?);
    let mut new = Value::Object(new);
    settings::keep_secrets(schema, &stored, &mut new)?;
    let schema = settings::schema(schema)?;
    let environment = change.locked().environment_type();
    rules::settings(environment, &before.installed()?, schema.as_ref(), &new)?;
    if new == stored {
        return Ok(before);
    }
    let state = sql::State { settings: new.to_string(), ..sql::State::of(&before) };
    sql::set_state(change.tx, before.id, state).await?;
    change.finish(Action::Settings, &before.manifest_id, Some(&before)).await
}
