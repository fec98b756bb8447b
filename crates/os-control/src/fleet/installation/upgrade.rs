//! Moving an installation to another version (docs/wire/installations.md#upgrade).
//!
//! **Invariant:** the pointer moves in one statement, and only from where it was seen.

use super::change::{Action, Change, Step};
use super::rules::{self, Allow, DesiredVersion};
use super::target::{self, VersionSelector};
use super::{Installation, sql};
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result, VersionId};
use os_db::{Tx, now};

/// Where to upgrade to.
#[derive(Debug, Clone, Default)]
pub struct UpgradeRequest {
    /// A number or a row id; the latest without one.
    pub version: Option<String>,
    pub allow: Allow,
    /// What the caller believes installed.
    pub expected: Option<VersionId>,
}

/// VersionSelector version to go back to.
#[derive(Debug, Clone)]
pub struct RollbackRequest {
    /// A number or a row id.
    pub version: String,
    /// What the caller believes installed.
    pub expected: Option<VersionId>,
}

/// The installation after an upgrade or a rollback.
#[derive(Debug)]
pub struct Moved {
    pub installation: Installation,
    pub warnings: Vec<String>,
    /// Why nothing was done.
    pub message: Option<String>,
}

/// Upgrades an installation. Nothing happens, and nothing is recorded, when it
/// is at the version already.
///
/// # Errors
/// Those of docs/wire/installations.md#upgrade; `INVALID_STATE` for an older version;
/// `INSTALLATION_BUSY`, `CONCURRENT_MODIFICATION`.
pub async fn upgrade(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    package: &str,
    request: UpgradeRequest,
) -> Result<Moved> {
    let mut change = Change::begin(tx, access).await?;
    let installed = change.installed().await?;
    let current = super::pick(&installed, package)?;
    expect(current, request.expected)?;
    let visible = target::visible_of(change.tx, &change.locked, current).await?;
    let which = VersionSelector { version: request.version, allow_draft: request.allow.draft };
    let package = current.package_id;
    let target = target::find(change.tx, &change.locked, package, &which, visible).await?;
    if target.id == current.package_version_id {
        return Ok(already_there(current.clone()));
    }
    not_busy(current)?;
    if target.version < current.number()? {
        return Err(Code::InvalidState.error(format!(
            "{} is older than the installed {}; use POST …/rollback to go back",
            target.version, current.version
        )));
    }
    let allow = request.allow;
    let step = PointerMove { action: Action::Upgrade, current, target: &target, allow };
    move_to(&mut change, config, step, &installed).await
}

/// Goes back to an older version. Deprecated ones will do, and outside
/// production drafts and pre-releases: they ran here.
///
/// # Errors
/// Those of docs/wire/installations.md#rollback; `INVALID_STATE` for a newer version;
/// `CONCURRENT_MODIFICATION`.
pub async fn roll_back(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    package: &str,
    request: RollbackRequest,
) -> Result<Moved> {
    let mut change = Change::begin(tx, access).await?;
    let installed = change.installed().await?;
    let current = super::pick(&installed, package)?;
    expect(current, request.expected)?;
    let (to, locked) = (&request.version, &change.locked);
    let target = target::find_older(change.tx, locked, current, to).await?;
    if target.id == current.package_version_id {
        return Ok(already_there(current.clone()));
    }
    if target.version > current.number()? {
        return Err(Code::InvalidState.error(format!(
            "{} is newer than the installed {}; use POST …/upgrade to go there",
            target.version, current.version
        )));
    }
    let allow = Allow::ALL;
    let step = PointerMove { action: Action::Rollback, current, target: &target, allow };
    move_to(&mut change, config, step, &installed).await
}

/// A move of the pointer to another version.
struct PointerMove<'a> {
    action: Action,
    current: &'a Installation,
    target: &'a Installable,
    allow: Allow,
}

async fn move_to(
    change: &mut Change<'_>,
    config: &Config,
    PointerMove { action, current, target, allow }: PointerMove<'_>,
    installed: &[Installation],
) -> Result<Moved> {
    let (facts, settings) = (rules::facts(installed)?, current.settings()?);
    let wish = DesiredVersion { version: target, allow, settings: Some((&settings, true)) };
    let warnings = rules::admit(config, change.locked.environment_type, wish, Some(&facts))?;

    let (id, from, at) = (current.id, current.package_version_id, now());
    match sql::move_pointer(change.tx, id, from, target.id, at).await {
        Ok(true) => {}
        Ok(false) => return Err(changed_meanwhile(current)),
        Err(error) if os_db::is_foreign_key(&error) => {
            return Err(Code::VersionNotFound
                .error("the version was deleted just now; reload and try again"));
        }
        Err(error) => return Err(error.into()),
    }
    let installation = current.moved_to(target, at)?;
    let is_it = |it: &Installation| it.id == current.id;
    let after = installed.iter().map(|it| if is_it(it) { &installation } else { it });
    let after: Vec<_> = after.cloned().collect();
    let step = Step { action, before: Some(current), after: Some(&installation) };
    change.finish_with(step, &after).await?;
    Ok(Moved { installation, warnings, message: None })
}

/// Refuses while the runtime is about to make an earlier change. Rolling back is
/// allowed: it supersedes (docs/wire/runtime-connection.md#desired-and-observed-state).
fn not_busy(current: &Installation) -> Result<()> {
    let state = current.status().state;
    if state.is_in_progress() {
        return Err(Code::InstallationBusy.error(format!(
            "{} is {}: its runtime has not reported yet; try again in a moment, or roll back",
            current.manifest_id,
            state.as_str()
        )));
    }
    Ok(())
}

fn already_there(installation: Installation) -> Moved {
    let message = Some("Already at target version".to_owned());
    Moved { installation, warnings: Vec::new(), message }
}

/// Refuses when something else is installed than the caller believes.
///
/// # Errors
/// `CONCURRENT_MODIFICATION`.
fn expect(current: &Installation, expected: Option<VersionId>) -> Result<()> {
    match expected {
        Some(expected) if expected != current.package_version_id => Err(changed_meanwhile(current)),
        _ => Ok(()),
    }
}

fn changed_meanwhile(current: &Installation) -> Error {
    Code::ConcurrentModification.error(format!(
        "{} {} is installed, which is not the version you expected; reload and try again",
        current.manifest_id, current.version
    ))
}
