//! Making an environment run exactly what a list says, in one step.

use super::record::{Action, Change, history};
use super::rules::{self, Allow, Wish};
use super::{Installation, install, sql, target};
use crate::fleet::environment::Locked;
use crate::fleet::generation::Entry;
use crate::http::guards::EnvironmentAccess;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, PackageId, Result, VersionId};
use os_db::{Tx, now};
use os_package::Installed;

/// Replaces everything that is installed. The caller has moved `locked` on to
/// the generation that this becomes, and records it; `note` goes into history.
///
/// # Errors
/// Those of an installation, for the list as a whole: production rule, platform,
/// dependencies. Deprecated versions will do. `INVALID_STATE` when a draft is no
/// longer what it was.
pub async fn replace(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    locked: &Locked,
    (target, note): (&[Entry], &str),
) -> Result<()> {
    let current = super::list(tx, locked.id).await?;
    check(tx, config, locked, &current, target).await?;
    for gone in &current {
        if !target.iter().any(|entry| entry.package_row_id == gone.package_id.0) {
            sql::delete(tx, gone.id).await?;
            let change = Change { action: Action::Uninstall, before: Some(gone), after: None };
            history(tx, access, locked, change, Some(note.to_owned())).await?;
        }
    }
    for entry in target {
        match current.iter().find(|it| it.package_id.0 == entry.package_row_id) {
            None => add(tx, access, locked, (entry, note)).await?,
            Some(before) => change(tx, access, locked, before, (entry, note)).await?,
        }
    }
    Ok(())
}

/// Whether the list could be installed, taken as a whole.
async fn check(
    tx: &mut Tx,
    config: &Config,
    locked: &Locked,
    current: &[Installation],
    target: &[Entry],
) -> Result<()> {
    let mut set = Vec::with_capacity(target.len());
    for entry in target {
        let version = version_of(tx, entry).await?;
        if !current.iter().any(|it| it.package_id == version.package) {
            install::may_come_back(tx, locked, version.package, &entry.package_id).await?;
        }
        let wish = Wish { version: &version, allow: Allow::ALL, settings: None };
        rules::admit(config, locked.environment_type, wish, None)?;
        set.push(Installed {
            package: version.manifest_id,
            version: version.version,
            enabled: entry.enabled,
            dependencies: version.dependencies,
        });
    }
    for it in set.iter().filter(|it| it.enabled) {
        rules::dependencies(locked.environment_type, it, &set)?;
    }
    Ok(())
}

/// The version of an entry, if it still is what it was.
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
        "the draft {} {} {what} meanwhile, so this list cannot run again as it was",
        entry.package_id, entry.version
    ))
}

async fn add(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &Locked,
    (entry, note): (&Entry, &str),
) -> Result<()> {
    let new = sql::Insert {
        environment: locked.id,
        package: PackageId(entry.package_row_id),
        version: VersionId(entry.package_version_id),
        enabled: entry.enabled,
        with_sample_data: entry.with_sample_data,
        settings: entry.settings.to_string(),
        by: access.actor.label(),
    };
    sql::insert(tx, new).await?;
    let after = super::get(tx, locked.id, &entry.package_id).await?;
    let change = Change { action: Action::Install, before: None, after: Some(&after) };
    history(tx, access, locked, change, Some(note.to_owned())).await
}

async fn change(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &Locked,
    before: &Installation,
    (entry, note): (&Entry, &str),
) -> Result<()> {
    let to = VersionId(entry.package_version_id);
    let mut actions = Vec::new();
    if before.package_version_id != to {
        if !sql::move_pointer(tx, before.id, (before.package_version_id, to), now()).await? {
            return Err(Code::ConcurrentModification.error("an installation changed; look again"));
        }
        let is_newer =
            entry.version.parse().is_ok_and(|to| before.number().is_ok_and(|it| it < to));
        actions.push(if is_newer { Action::Upgrade } else { Action::Rollback });
    }
    if before.enabled != entry.enabled {
        actions.push(if entry.enabled { Action::Enable } else { Action::Disable });
    }
    let sample_data_differs = before.with_sample_data != entry.with_sample_data;
    if before.settings()? != entry.settings || sample_data_differs {
        actions.push(Action::Settings);
    }
    let settings = entry.settings.to_string();
    sql::set_state(tx, before.id, entry.enabled, settings, entry.with_sample_data).await?;
    let after = super::get(tx, locked.id, &entry.package_id).await?;
    for action in actions {
        let change = Change { action, before: Some(before), after: Some(&after) };
        history(tx, access, locked, change, Some(note.to_owned())).await?;
    }
    Ok(())
}
