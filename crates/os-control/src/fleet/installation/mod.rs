//! A package in an environment: *desired* state.
//!
//! **Invariant:** one version of a package per environment; upgrading and
//! rolling back move one pointer, in one statement. Every change is made under
//! the environment's lock ([`environment::lock`](super::environment::lock)), makes one generation,
//! one row of history and one event, and leaves no enabled package without its
//! dependencies, unless it was forced to.
//!
//! A file for each verb, and `restore` and `replace` for many packages at once;
//! [`rules`] has the checks of all of them, `change` their common begin and end.

mod change;
mod checked;
mod configure;
mod enable;
mod install;
mod observed;
mod replace;
mod restore;
pub mod rules;
mod sql;
mod target;
mod targets;
mod uninstall;
mod upgrade;
mod verdict;
mod wire;

pub use change::Action;
pub use configure::NewSettings;
pub use configure::change_settings;
pub use enable::{disable, enable};
pub use install::{InstallRequest, VersionRef, install};
pub use observed::{
    DesiredInstallation, LEASE, Observed, ObservedPackage, State, Status, forget_observed, observe,
};
pub use restore::{LeftOut, copy, restore};
pub use rules::Allow;
pub use targets::{Direction, MoveTargets, RefusedTarget, targets};
pub use uninstall::uninstall;
pub use upgrade::{ChangeOutcome, RollbackRequest, UpgradeRequest, roll_back, upgrade};
pub use verdict::Verdict;
pub use wire::{read_expected, read_install, read_rollback, read_upgrade};

use crate::fleet::environment::admission::runs_in;
use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole};
use crate::fleet::generation::Entry;
use crate::fleet::settings::{self, SettingsRow};
use crate::registry::catalog::{self, offers::Offer};
use crate::registry::package::{self, PackageAccess, Viewer};
use crate::registry::version::{self, Installable, Version, VersionStatus};
use crate::{Code, EnvironmentId, Error, InstallationId, PackageId, Result, VersionId};
use anyhow::Context;
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::{Actor, OrganizationId, Scope};
use os_package::{Installed, StoredSettings, VersionNumber};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The note on installations of an environment that no runtime follows.
const NO_RUNTIME: &str =
    "no runtime is connected to this environment; it will be applied when one connects";

/// An installation with the columns of its package and version that rules and pages read.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Installation {
    pub id: InstallationId,
    pub environment_id: EnvironmentId,
    pub package_id: PackageId,
    pub package_version_id: VersionId,
    pub enabled: bool,
    pub with_sample_data: bool,
    /// As the request gave them: without defaults, with secrets.
    #[row(flatten)]
    pub settings: SettingsRow,
    /// A JSON array of JSON pointers: settings that a copy left out, without which the version does
    /// not run.
    pub settings_needed: Option<String>,
    pub installed_at: DateTime<Utc>,
    pub installed_by: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub manifest_id: String,
    pub owner_org_id: OrganizationId,
    pub display_name: String,
    pub icon_url: Option<String>,
    pub version: String,
    pub version_status: VersionStatus,
    pub is_pre_release: bool,
    pub scope: String,
    pub checksum: String,
    pub dependencies: String,
    pub configuration_schema: Option<String>,
    /// The highest version that the organization could install.
    pub latest_version: Option<String>,
    #[row(flatten)]
    pub observed: Observed,
}

impl Installation {
    pub fn number(&self) -> Result<VersionNumber> {
        let parsed = self.version.parse().with_context(|| format!("version {}", self.id));
        Ok(parsed?)
    }

    /// Returns the settings, which only the environment's runtime sees whole.
    pub fn settings(&self) -> Result<StoredSettings> {
        self.settings.read(self.configuration_schema.as_deref())
    }

    /// Returns JSON pointers to the settings without which the version does not run.
    pub fn settings_needed(&self) -> Result<Vec<String>> {
        let parsed = self.settings_needed.as_deref().map(serde_json::from_str).transpose();
        Ok(parsed.context("sys_package_installation.settings_needed")?.unwrap_or_default())
    }

    /// Returns the status by the reports of the runtime (docs/wire/installations.md#status,
    /// docs/wire/runtime-connection.md#desired-and-observed-state).
    pub fn status(&self) -> Status {
        if let Some(needed) = &self.settings_needed {
            return Status::needing_settings(needed);
        }
        let (checksum, enabled, since) = (self.checksum.as_str(), self.enabled, self.updated_at);
        self.observed.status(DesiredInstallation { checksum, enabled, since }, now())
    }

    /// Returns what the status does not tell: that nothing runs, where no runtime follows the
    /// environment (docs/wire/installations.md#without-a-runtime).
    pub fn status_note(&self) -> Option<&'static str> {
        let is_waiting = !self.observed.has_runtime() && self.status().error.is_none();
        is_waiting.then_some(NO_RUNTIME)
    }

    /// Returns whether the latest version is higher, by semver.
    pub fn is_outdated(&self) -> Result<bool> {
        let Some(latest) = &self.latest_version else { return Ok(false) };
        let latest: VersionNumber = latest.parse().context("latest version")?;
        Ok(latest > self.number()?)
    }

    /// Returns the facts that admission reads.
    pub fn installed(&self) -> Result<Installed> {
        let about = || format!("package of installation {}", self.id);
        Ok(Installed {
            package: self.manifest_id.parse().with_context(about)?,
            version: self.number()?,
            enabled: self.enabled,
            dependencies: serde_json::from_str(&self.dependencies).with_context(about)?,
        })
    }

    /// Returns the settings for another version: what this one hides stays hidden.
    fn settings_for(&self, target: &Installable) -> Result<StoredSettings> {
        let schema = settings::compile(target.configuration_schema.as_ref())?;
        Ok(self.settings()?.under(schema.as_ref()))
    }

    /// Returns the row after its pointer was moved.
    fn moved_to(&self, target: &Installable, at: DateTime<Utc>) -> Result<Self> {
        let schema = target.configuration_schema.as_ref();
        Ok(Self {
            package_version_id: target.id,
            updated_at: at,
            version: target.version.to_string(),
            version_status: target.status,
            is_pre_release: target.is_pre_release,
            scope: target.scope.as_str().to_owned(),
            checksum: target.checksum.clone().unwrap_or_default(),
            dependencies: serde_json::to_string(&target.dependencies).context("dependencies")?,
            configuration_schema: schema.map(Value::to_string),
            observed: Observed { error: None, ..self.observed.clone() },
            settings: SettingsRow::of(&self.settings_for(target)?),
            settings_needed: None,
            ..self.clone()
        })
    }

    /// Returns the installation as a generation stores it.
    pub fn entry(&self) -> Result<Entry> {
        Ok(Entry {
            package_id: self.manifest_id.clone(),
            package_row_id: self.package_id.0,
            package_version_id: self.package_version_id.0,
            version: self.version.clone(),
            checksum: self.checksum.clone(),
            enabled: self.enabled,
            with_sample_data: self.with_sample_data,
            settings: self.settings()?,
            settings_needed: self.settings_needed()?,
        })
    }

    /// Returns the fields that events keep: names of settings, no values.
    pub fn facts(&self) -> Result<Value> {
        Ok(json!({
            "version": self.version,
            "package_version_id": self.package_version_id.to_string(),
            "enabled": self.enabled,
            "with_sample_data": self.with_sample_data,
            "settings": self.settings()?.names(),
        }))
    }
}

/// Lists everything that is installed, by manifest id.
pub async fn list(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Vec<Installation>> {
    Ok(sql::list(tx, access.environment()).await?)
}

/// Finds the installation of a package by manifest id or row id.
pub async fn find(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
) -> Result<Option<Installation>> {
    let environment = access.environment();
    Ok(match package.parse::<PackageId>() {
        Ok(id) => sql::find_by_package(tx, environment, id).await?,
        Err(_) => sql::find_by_manifest_id(tx, environment, package).await?,
    })
}

/// Returns the installation of a package by manifest id or row id.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED`.
pub async fn get(tx: &mut Tx, access: &EnvironmentAccess, package: &str) -> Result<Installation> {
    find(tx, access, package).await?.ok_or_else(|| not_installed(package))
}

/// Returns the installation of a package out of everything that is installed.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED`.
fn pick<'a>(installed: &'a [Installation], package: &str) -> Result<&'a Installation> {
    let row = package.parse::<PackageId>().ok();
    installed
        .iter()
        .find(|it| row.map_or(it.manifest_id == package, |id| it.package_id == id))
        .ok_or_else(|| not_installed(package))
}

fn not_installed(package: &str) -> Error {
    Code::PackageNotInstalled
        .error(format!("the package `{package}` is not installed in this environment"))
}

/// Checks that the actor may install in the environment of an installation.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED` for an installation that does not exist or that the actor may not see,
/// `PERMISSION_DENIED` for too low a role or scope.
pub async fn find_access(tx: &mut Tx, actor: &Actor, id: &str) -> Result<EnvironmentAccess> {
    let unknown = || {
        Code::PackageNotInstalled.error(format!("there is no installation `{id}` that you may see"))
    };
    let id = id.parse::<InstallationId>().map_err(|_| unknown())?;
    let environment = sql::environment_of(tx, id).await?.ok_or_else(unknown)?.to_string();
    let (role, scope) = (EnvironmentRole::Maker, Scope::Install);
    EnvironmentAccess::find(tx, actor, &environment, role, scope)
        .await
        .map_err(|error| if error.code() == Code::EnvironmentNotFound { unknown() } else { error })
}

/// Lists the packages that the organization of the environment can install, by name. Returns the
/// cursor of the next page with them.
///
/// # Errors
/// `INVALID_CURSOR`.
pub async fn offers(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    cursor: Option<&str>,
) -> Result<(Vec<Offer>, Option<String>)> {
    catalog::offers::offers_to(tx, access.organization(), cursor).await
}

/// Returns the viewer who sees what the organization of the environment can install.
pub fn viewer(access: &EnvironmentAccess) -> Viewer {
    Viewer::of_organization_id(access.organization())
}

/// Lists the versions of a package that the organization of the environment sees, the highest
/// first, with the admission facts of those whose stage the environment's type admits.
pub async fn candidates(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &PackageAccess,
    allow: Allow,
) -> Result<Vec<(Version, Installable)>> {
    let organization = access.organization();
    let visible = package::visible_to_organization(tx, organization, package.package()).await?;
    let Some(visible) = visible else { return Ok(Vec::new()) };
    let versions = version::list(tx, visible, None, MAX_CANDIDATES).await?;
    let found = version::installables(tx, &versions).await?;
    let mut found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
    let fits =
        |it: &Installable| runs_in(access.environment_type(), it.status, it.is_pre_release, allow);
    let pairs = versions.into_iter().filter_map(|it| Some((found.remove(&it.id)?, it)));
    Ok(pairs.filter(|(facts, _)| fits(facts)).map(|(facts, it)| (it, facts)).collect())
}

/// The most versions of a package that [`candidates`] lists.
const MAX_CANDIDATES: i64 = 100;

/// Lists the packages of the environment as a generation stores them.
pub async fn entries(tx: &mut Tx, access: &EnvironmentAccess) -> Result<Vec<Entry>> {
    entries_of(&list(tx, access).await?)
}

fn entries_of(installed: &[Installation]) -> Result<Vec<Entry>> {
    installed.iter().map(Installation::entry).collect()
}

/// One change of an installation, as its history keeps it.
#[derive(Debug, os_db::FromRow)]
pub struct HistoryEntry {
    pub id: Uuid,
    pub installation_id: InstallationId,
    pub environment_id: EnvironmentId,
    pub manifest_id: String,
    pub action: String,
    pub from_version_id: Option<VersionId>,
    pub from_version: Option<String>,
    pub to_version_id: Option<VersionId>,
    pub to_version: Option<String>,
    pub generation: i64,
    pub performed_by: String,
    pub performed_at: DateTime<Utc>,
    pub note: Option<String>,
}

/// Lists the history of a package in an environment before one of its entries, newest first.
///
/// # Errors
/// `PACKAGE_NOT_INSTALLED` when it was never installed.
pub async fn history(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    package: &str,
    before: Uuid,
    limit: i64,
) -> Result<Vec<HistoryEntry>> {
    let environment = access.environment();
    let unknown = || {
        Code::PackageNotInstalled
            .error(format!("the package `{package}` was never installed in this environment"))
    };
    let found = package::find_unchecked(tx, package).await?.ok_or_else(unknown)?;
    if !sql::has_history(tx, environment, found.id).await? {
        return Err(unknown());
    }
    Ok(sql::history(tx, environment, found.id, before, limit).await?)
}
