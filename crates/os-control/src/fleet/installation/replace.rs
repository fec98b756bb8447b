//! Replacing everything that an environment runs by a list, in one step.

use super::change::{Action, Change, Step};
use super::rules::{self, Allow, DesiredVersion};
use super::{Installation, sql, target};
use crate::fleet::generation::Entry;
use crate::fleet::settings::SettingsRow;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, PackageId, Result, VersionId};
use os_db::{Tx, now};
use os_package::Installed;
use serde_json::Value;

/// Replaces everything that is installed by the list `target`. The caller has moved the lock on to
/// the generation that this becomes, and records it; `note` goes into the history.
///
/// # Errors
/// Those of an installation, for the list as a whole: production rule, platform,
/// dependencies. Deprecated versions are admitted. `INVALID_STATE` when a draft has changed or was
/// deleted since.
pub(super) async fn replace(
    change: &mut Change<'_>,
    config: &Config,
    target: &[Entry],
    note: &str,
) -> Result<()> {
    let current = change.installed().await?;
    check(change, config, &current, target).await?;
    for gone in &current {
        if !target.iter().any(|entry| entry.package_row_id == gone.package_id.0) {
            sql::delete(change.tx, gone.id).await?;
            let step = Step { action: Action::Uninstall, before: Some(gone), after: None };
            change.append_history(step, Some(note)).await?;
        }
    }
    for entry in target {
        match current.iter().find(|it| it.package_id.0 == entry.package_row_id) {
            None => add(change, entry, note).await?,
            Some(before) => update(change, before, entry, note).await?,
        }
    }
    Ok(())
}

/// Checks whether the list can be installed as a whole.
async fn check(
    change: &mut Change<'_>,
    config: &Config,
    current: &[Installation],
    target: &[Entry],
) -> Result<()> {
    let mut set = Vec::with_capacity(target.len());
    for entry in target {
        let version = version_of(change.tx, entry).await?;
        if !current.iter().any(|it| it.package_id == version.package) {
            let (package, name) = (version.package, &entry.package_id);
            let organization = change.locked().organization();
            target::visible(change.tx, organization, package, name).await?;
        }
        let desired = DesiredVersion { version: &version, allow: Allow::ALL };
        rules::admit(config, change.locked().environment_type(), desired, None)?;
        set.push(Installed {
            package: version.manifest_id,
            version: version.version,
            enabled: entry.enabled,
            dependencies: version.dependencies,
        });
    }
    for it in set.iter().filter(|it| it.enabled) {
        rules::dependencies(change.locked().environment_type(), it, &set)?;
    }
    Ok(())
}

/// Returns the version of an entry.
///
/// # Errors
/// `INVALID_STATE` when it was deleted or changed.
async fn version_of(tx: &mut Tx, entry: &Entry) -> Result<Installable> {
    let found = target::find_by_id(tx, VersionId(entry.package_version_id)).await?;
    let found = found.ok_or_else(|| no_longer(entry, "was deleted"))?;
    if found.checksum.as_ref().is_some_and(|checksum| *checksum != entry.checksum) {
        return Err(no_longer(entry, "was changed"));
    }
    Ok(found)
}

fn no_longer(entry: &Entry, what: &str) -> Error {
    Code::InvalidState.error(format!(
        "the draft {} {} {what} since, so this list of packages cannot be installed again",
        entry.package_id, entry.version
    ))
}

async fn add(change: &mut Change<'_>, entry: &Entry, note: &str) -> Result<()> {
    let new = sql::Insert {
        environment: change.locked().environment(),
        package: PackageId(entry.package_row_id),
        version: VersionId(entry.package_version_id),
        enabled: entry.enabled,
        with_sample_data: entry.with_sample_data,
        settings: SettingsRow::of(&entry.settings),
        settings_needed: needed(entry),
        by: change.access().actor().label(),
    };
    sql::insert(change.tx, new).await?;
    let after = super::get(change.tx, change.access(), &entry.package_id).await?;
    let step = Step { action: Action::Install, before: None, after: Some(&after) };
    change.append_history(step, Some(note)).await
}

async fn update(
    change: &mut Change<'_>,
    before: &Installation,
    entry: &Entry,
    note: &str,
) -> Result<()> {
    let to = VersionId(entry.package_version_id);
    if before.package_version_id != to {
        let step = sql::PointerUpdate {
            id: before.id,
            from: before.package_version_id,
            to,
            settings: SettingsRow::of(&entry.settings),
            at: now(),
        };
        if !sql::move_pointer(change.tx, step).await? {
            return Err(Code::ConcurrentModification
                .error("an installation was changed just now; reload and try again"));
        }
    }
    let state = sql::State {
        enabled: entry.enabled,
        settings: SettingsRow::of(&entry.settings),
        settings_needed: needed(entry),
        with_sample_data: entry.with_sample_data,
    };
    sql::set_state(change.tx, before.id, state).await?;
    let after = super::get(change.tx, change.access(), &entry.package_id).await?;
    for action in actions(before, entry)? {
        let step = Step { action, before: Some(before), after: Some(&after) };
        change.append_history(step, Some(note)).await?;
    }
    Ok(())
}

/// Returns the column `settings_needed` of an entry.
fn needed(entry: &Entry) -> Option<String> {
    let needed = &entry.settings_needed;
    (!needed.is_empty()).then(|| Value::from(needed.clone()).to_string())
}

/// Returns the changes that lead from an installation to an entry.
fn actions(before: &Installation, entry: &Entry) -> Result<Vec<Action>> {
    let mut actions = Vec::new();
    if before.package_version_id.0 != entry.package_version_id {
        let is_newer =
            entry.version.parse().is_ok_and(|to| before.number().is_ok_and(|it| it < to));
        actions.push(if is_newer { Action::Upgrade } else { Action::Rollback });
    }
    if before.enabled != entry.enabled {
        actions.push(if entry.enabled { Action::Enable } else { Action::Disable });
    }
    let sample_data_differs = before.with_sample_data != entry.with_sample_data;
    let settings_differ = !before.settings()?.has_same_values(&entry.settings);
    if settings_differ || sample_data_differs {
        actions.push(Action::Settings);
    }
    Ok(actions)
}
