//! Restoring an older generation as a new one, and copying the current one of another environment.

use super::change::Change;
use super::replace::replace;
use super::rules::{self, SettingsCheck};
use super::target;
use crate::events::{Event, Kind};
use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::generation::{self, Cause, Entry, Generation, diff};
use crate::{Code, Config, Result, VersionId};
use anyhow::Context;
use os_api::environment as wire;
use os_db::Tx;
use os_identity::Scope;
use serde_json::{Value, json};

/// Restores all packages of a generation. Returns the generation that is current afterwards, with
/// a message when it was current already.
///
/// # Errors
/// `CONCURRENT_MODIFICATION` when the current generation is not `expected`, and those of an installation, for the list as a whole.
pub async fn restore(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    number: i64,
    expected: Option<i64>,
) -> Result<(Generation, Option<String>)> {
    let mut change = Change::begin(tx, access).await?;
    let current = change.locked().generation();
    if expected.is_some_and(|expected| expected != current) {
        return Err(Code::ConcurrentModification.error(format!(
            "`expected_current`: generation {current} is current; reload and try again"
        )));
    }
    let target = generation::get(change.tx, access, number).await?;
    let before = super::entries(change.tx, access).await?;
    if before.len() == target.packages.len()
        && before.iter().zip(&target.packages).all(|(a, b)| a.runs_like(b))
    {
        let message = format!("Already as in generation {number}");
        return Ok((generation::get(change.tx, access, current).await?, Some(message)));
    }
    change.advance().await?;
    let text = format!("restore generation {number}");
    replace(&mut change, config, &target.packages, &text).await?;
    let now = super::entries(change.tx, access).await?;
    let cause = Cause { text, restored_from: Some(number) };
    change.record_generation(cause, &now).await?;
    let changes = serde_json::to_value(diff(&before, &target.packages)).context("a diff")?;
    let made = change.locked().generation();
    let after = json!({ "generation": made, "restored_from": number, "changes": changes });
    event(access, json!({ "generation": current }), after)
        .record(change.tx, access.actor())
        .await?;
    Ok((generation::get(change.tx, access, made).await?, None))
}

/// Secret settings of a package that a copy left out, as JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub manifest_id: String,
    pub settings: Vec<String>,
}

impl LeftOut {
    /// Says which settings are missing.
    pub fn warning(&self) -> String {
        let names: Vec<_> = self.settings.iter().map(|it| it.trim_start_matches('/')).collect();
        format!(
            "{}: secret settings are not copied into another organization; set them there: {}",
            self.manifest_id,
            names.join(", ")
        )
    }
}

impl From<LeftOut> for wire::SettingsLeftOut {
    fn from(it: LeftOut) -> Self {
        Self { package_id: it.manifest_id, settings: it.settings }
    }
}

/// Installs the packages of an environment in a new one, as one generation. Secrets of settings stay
/// in their organization; returns those that were left out.
///
/// # Errors
/// `PERMISSION_DENIED` for those who do not administrate the source, because the copy tells its
/// runtime the secrets; those of an installation, for the list as a whole.
pub async fn copy(
    tx: &mut Tx,
    config: &Config,
    from: &EnvironmentAccess,
    to: &EnvironmentAccess,
) -> Result<Vec<LeftOut>> {
    from.require(EnvironmentRole::Admin, Scope::Admin)?;
    let mut list = super::entries(tx, from).await?;
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let mut left_out = Vec::new();
    if from.organization() != to.organization() {
        for entry in &mut list {
            left_out.extend(strip(tx, to, entry).await?);
        }
    }
    let mut change = Change::begin_install(tx, to).await?;
    change.advance().await?;
    let text = format!("copy of environment {}", from.environment());
    replace(&mut change, config, &list, &text).await?;
    let now = super::entries(change.tx, to).await?;
    let cause = Cause { text, restored_from: None };
    change.record_generation(cause, &now).await?;
    let changes = serde_json::to_value(diff(&[], &list)).context("a diff")?;
    let after = json!({
        "generation": change.locked().generation(), "copied_from": from.environment().to_string(),
        "changes": changes,
    });
    event(to, Value::Null, after).record(change.tx, to.actor()).await?;
    Ok(left_out)
}

/// Takes the secrets out of the settings of a package. Those that it needs are noted in the entry.
async fn strip(tx: &mut Tx, to: &EnvironmentAccess, entry: &mut Entry) -> Result<Option<LeftOut>> {
    let (rest, left_out) = entry.settings.without_secrets();
    if left_out.is_empty() {
        return Ok(None);
    }
    entry.settings = rest;
    let version = target::find_by_id(tx, VersionId(entry.package_version_id)).await?;
    if let Some(version) = version {
        let wanted = SettingsCheck::of_request(&version, &entry.settings);
        let checked = rules::settings(to.environment_type(), &rules::fact(&version), wanted).await;
        if checked.is_err() {
            entry.settings_needed.clone_from(&left_out);
        }
    }
    Ok(Some(LeftOut { manifest_id: entry.package_id.clone(), settings: left_out }))
}

fn event(access: &EnvironmentAccess, before: Value, after: Value) -> Event {
    let subject = json!({ "environment_id": access.environment().to_string() });
    Event::new(Kind::GenerationRestored, subject)
        .organization(access.organization())
        .environment(access.environment())
        .change(before, after)
}
