//! Moving an installation to another version (contract §4.21).
//!
//! **Invariant:** the pointer moves in one statement, and only from where it was seen.

use super::record::{Action, Change, record_of};
use super::rules::{self, Allow, Wish};
use super::target::{self, Which};
use super::{Installation, sql};
use crate::fleet::environment::{self, Locked};
use crate::http::guards::EnvironmentAccess;
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

/// What came of it.
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
/// Those of contract §3.5 P7; `INVALID_STATE` for an older version;
/// `INSTALLATION_BUSY`, `CONCURRENT_MODIFICATION`.
pub async fn upgrade(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    package: &str,
    request: UpgradeRequest,
) -> Result<Moved> {
    let mut locked = environment::lock_for_people(tx, access).await?;
    let installed = super::list(tx, locked.id).await?;
    let current = super::pick(&installed, package)?;
    expect(current, request.expected)?;
    let sight = target::sight_of(tx, &locked, current).await?;
    let which = Which { version: request.version, allow_draft: request.allow.draft };
    let target = target::find(tx, &locked, current.package_id, &which, sight).await?;
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
    let step = Step { action: Action::Upgrade, current, target: &target, allow: request.allow };
    move_to(tx, access, config, &mut locked, (step, &installed)).await
}

/// Goes back to an older version. Deprecated ones will do, and outside
/// production drafts and pre-releases: they ran here.
///
/// # Errors
/// Those of contract §3.5 P8; `INVALID_STATE` for a newer version; `CONCURRENT_MODIFICATION`.
pub async fn roll_back(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    package: &str,
    (to, expected): (&str, Option<VersionId>),
) -> Result<Moved> {
    let mut locked = environment::lock_for_people(tx, access).await?;
    let installed = super::list(tx, locked.id).await?;
    let current = super::pick(&installed, package)?;
    expect(current, expected)?;
    let target = target::find_older(tx, &locked, current, to).await?;
    if target.id == current.package_version_id {
        return Ok(already_there(current.clone()));
    }
    if target.version > current.number()? {
        return Err(Code::InvalidState.error(format!(
            "{} is newer than the installed {}; use POST …/upgrade to go there",
            target.version, current.version
        )));
    }
    let step = Step { action: Action::Rollback, current, target: &target, allow: Allow::ALL };
    move_to(tx, access, config, &mut locked, (step, &installed)).await
}

/// The change of an installation from one version to another.
struct Step<'a> {
    action: Action,
    current: &'a Installation,
    target: &'a Installable,
    allow: Allow,
}

async fn move_to(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    locked: &mut Locked,
    (step, installed): (Step<'_>, &[Installation]),
) -> Result<Moved> {
    let Step { action, current, target, allow } = step;
    let (facts, settings) = (rules::facts(installed)?, current.settings()?);
    let wish = Wish { version: target, allow, settings: Some((&settings, true)) };
    let warnings = rules::admit(config, locked.environment_type, wish, Some(&facts))?;

    let (id, from, at) = (current.id, current.package_version_id, now());
    match sql::move_pointer(tx, id, (from, target.id), at).await {
        Ok(true) => {}
        Ok(false) => return Err(changed_meanwhile(current)),
        Err(error) if os_db::is_foreign_key(&error) => {
            return Err(Code::VersionNotFound.error("the version was deleted just now; look again"));
        }
        Err(error) => return Err(error.into()),
    }
    let installation = current.moved_to(target, at)?;
    let is_it = |it: &Installation| it.id == current.id;
    let after = installed.iter().map(|it| if is_it(it) { &installation } else { it });
    let after: Vec<_> = after.cloned().collect();
    let change = Change { action, before: Some(current), after: Some(&installation) };
    record_of(tx, access, locked, change, &after).await?;
    Ok(Moved { installation, warnings, message: None })
}

/// Refuses while the runtime is about to make an earlier change. Rolling back is
/// allowed: it supersedes (design §8.5).
fn not_busy(current: &Installation) -> Result<()> {
    let status = current.status().name;
    if matches!(status, "installing" | "upgrading") {
        return Err(Code::InstallationBusy.error(format!(
            "{} is {status}: its runtime has not reported yet; try again in a moment, or roll back",
            current.manifest_id
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
        "{} {} is installed by now, not what you expected; look again",
        current.manifest_id, current.version
    ))
}
