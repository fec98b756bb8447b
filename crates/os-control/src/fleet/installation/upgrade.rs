//! Moving an installation to another version (docs/wire/installations.md#upgrade).
//!
//! **Invariant:** the pointer moves in one statement, and only from where it was seen.

use super::change::{Action, Change, Step};
use super::rules::{self, Allow, DesiredVersion, SettingsCheck};
use super::target::{self, VersionSelector};
use super::verdict::{self, Verdict};
use super::{Installation, sql};
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result, VersionId};
use os_db::{Tx, now};

/// A request to upgrade an installation.
#[derive(Clone, Default)]
pub struct UpgradeRequest {
    /// A version number or a row id; `None` for the latest.
    pub version: Option<String>,
    pub allow: Allow,
    /// The version that must be installed for the request to be carried out.
    pub expected: Option<VersionId>,
    /// The outcome of the check of the settings, where it was made before.
    pub verdict: Option<Verdict>,
}

/// A request to roll an installation back.
#[derive(Clone)]
pub struct RollbackRequest {
    /// A version number or a row id.
    pub version: String,
    /// The version that must be installed for the request to be carried out.
    pub expected: Option<VersionId>,
    /// The outcome of the check of the settings, where it was made before.
    pub verdict: Option<Verdict>,
}

/// An installation after a change.
#[derive(Debug)]
pub struct ChangeOutcome {
    pub installation: Installation,
    pub warnings: Vec<String>,
    /// A note when there was nothing to change.
    pub message: Option<String>,
}

/// Upgrades an installation. Changes and records nothing when it has the version already.
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
) -> Result<ChangeOutcome> {
    let mut change = Change::begin(tx, access).await?;
    let installed = change.installed().await?;
    let current = super::pick(&installed, package)?;
    expect(current, request.expected)?;
    let selector = VersionSelector { version: request.version, allow_draft: request.allow.draft };
    let destination = change.destination();
    let target = target::find_newer(change.tx, destination, current, &selector).await?;
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
    let (target, verdict) = (&target, request.verdict.as_ref());
    let step = PointerMove { action: Action::Upgrade, current, target, allow, verdict };
    move_to(&mut change, config, step, &installed).await
}

/// Rolls an installation back to an older version. Deprecated versions are admitted, and outside
/// production drafts and pre-releases.
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
) -> Result<ChangeOutcome> {
    let mut change = Change::begin(tx, access).await?;
    let installed = change.installed().await?;
    let current = super::pick(&installed, package)?;
    expect(current, request.expected)?;
    let destination = change.destination();
    let target = target::find_older(change.tx, destination, current, &request.version).await?;
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
    let (target, verdict) = (&target, request.verdict.as_ref());
    let step = PointerMove { action: Action::Rollback, current, target, allow, verdict };
    move_to(&mut change, config, step, &installed).await
}

/// A move of the pointer to another version, before it is admitted.
struct PointerMove<'a> {
    action: Action,
    current: &'a Installation,
    target: &'a Installable,
    allow: Allow,
    verdict: Option<&'a Verdict>,
}

async fn move_to(
    change: &mut Change<'_>,
    config: &Config,
    PointerMove { action, current, target, allow, verdict }: PointerMove<'_>,
    installed: &[Installation],
) -> Result<ChangeOutcome> {
    let environment = change.locked().environment_type();
    let desired = DesiredVersion { version: target, allow };
    let warnings = rules::admit(config, environment, desired, Some(&rules::facts(installed)?))?;
    let wanted = SettingsCheck::of_installation(target, current)?;
    verdict::settings(verdict, change.destination(), target, wanted).await?;

    let at = now();
    let installation = current.moved_to(target, at)?;
    let step = sql::PointerUpdate {
        id: current.id,
        from: current.package_version_id,
        to: target.id,
        settings: installation.settings.clone(),
        at,
    };
    match sql::move_pointer(change.tx, step).await {
        Ok(true) => {}
        Ok(false) => return Err(unexpected_version(current)),
        Err(error) if os_db::is_foreign_key(&error) => {
            return Err(Code::VersionNotFound
                .error("the version was deleted just now; reload and try again"));
        }
        Err(error) => return Err(error.into()),
    }
    let is_it = |it: &Installation| it.id == current.id;
    let after = installed.iter().map(|it| if is_it(it) { &installation } else { it });
    let after: Vec<_> = after.cloned().collect();
    let step = Step { action, before: Some(current), after: Some(&installation) };
    change.finish_with(step, &after).await?;
    Ok(ChangeOutcome { installation, warnings, message: None })
}

/// Refuses while the runtime has yet to report an earlier change. A rollback is not refused: it
/// supersedes that change (docs/wire/runtime-connection.md#desired-and-observed-state).
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

fn already_there(installation: Installation) -> ChangeOutcome {
    let message = Some("Already at target version".to_owned());
    ChangeOutcome { installation, warnings: Vec::new(), message }
}

/// Checks that the version the caller expects is installed.
///
/// # Errors
/// `CONCURRENT_MODIFICATION`.
fn expect(current: &Installation, expected: Option<VersionId>) -> Result<()> {
    match expected {
        Some(expected) if expected != current.package_version_id => {
            Err(unexpected_version(current))
        }
        _ => Ok(()),
    }
}

fn unexpected_version(current: &Installation) -> Error {
    Code::ConcurrentModification.error(format!(
        "{} {} is installed, which is not the version you expected; reload and try again",
        current.manifest_id, current.version
    ))
}
