//! Changing the settings of an installation (docs/wire/manifest.md#settings).
//!
//! **Invariant:** settings are stored as the request gave them, secrets included, so
//! that a rollback to an older version finds them unchanged.

use super::change::{Action, Change};
use super::rules::{self, SettingsCheck};
use super::verdict::Verdict;
use super::{Installation, sql};
use crate::Result;
use crate::fleet::environment::EnvironmentAccess;
use crate::fleet::settings::{self, SettingsRow};
use os_db::Tx;
use serde_json::{Map, Value};

/// New settings of an installation, after their check.
pub struct NewSettings {
    pub values: Map<String, Value>,
    pub(super) verdict: Option<Verdict>,
}

/// Replaces the settings. Secrets that the request leaves out stay, because responses never show
/// them.
///
/// # Errors
/// `SETTINGS_INVALID`, `SETTINGS_TOO_COMPLEX`.
pub async fn change_settings(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    new: NewSettings,
) -> Result<Installation> {
    let mut change = Change::begin(tx, access).await?;
    let before = super::get(change.tx, access, package).await?;
    let (stored, wanted) = (before.settings()?, wanted(&before, new.values)?);
    let verdict = new.verdict.and_then(|it| it.about(before.package_version_id, &wanted.settings));
    let new = wanted.settings.clone();
    let environment = change.locked().environment_type();
    match verdict {
        Some(outcome) => outcome?,
        None => rules::settings(environment, &before.installed()?, wanted).await?,
    }
    if new == stored && before.settings_needed.is_none() {
        return Ok(before);
    }
    let state = sql::State {
        settings: SettingsRow::of(&new),
        settings_needed: None,
        ..sql::State::of(&before)
    };
    sql::set_state(change.tx, before.id, state).await?;
    change.finish(Action::Settings, &before.manifest_id, Some(&before)).await
}

/// Returns new settings of an installation, with the secrets that they lack, to be checked.
pub(super) fn wanted(before: &Installation, new: Map<String, Value>) -> Result<SettingsCheck> {
    let schema = settings::schema(before.configuration_schema.as_deref())?;
    let compiled = settings::compile(schema.as_ref())?;
    let settings = before.settings()?.replaced_by(Value::Object(new), compiled.as_ref());
    Ok(SettingsCheck { schema, settings, are_stored: false })
}
