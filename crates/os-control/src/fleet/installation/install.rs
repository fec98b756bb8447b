//! Putting a package into an environment (contract §3.5, P2).

use super::record::{Action, record};
use super::rules::{self, Allow, Wish};
use super::target::{self, Which};
use super::{Installation, sql};
use crate::fleet::environment::{self, Locked};
use crate::http::guards;
use crate::http::guards::EnvironmentAccess;
use crate::registry::package;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, PackageId, Result, VersionId};
use os_db::Tx;
use serde_json::{Map, Value};

/// What is to be installed, and how.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    pub named: Named,
    pub allow: Allow,
    /// As given: defaults are filled in when they are read.
    pub settings: Map<String, Value>,
    pub with_sample_data: bool,
    pub enable: bool,
}

/// How a version is named.
#[derive(Debug, Clone)]
pub enum Named {
    /// By its row.
    Version(VersionId),
    /// By its package (manifest id or row id), and its number; the latest without one.
    Package { package: String, version: Option<String> },
}

/// Installs a version. Answers what one should know although it was done.
///
/// # Errors
/// Those of contract §3.5 P2; then nothing was changed.
pub async fn install(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    request: InstallRequest,
) -> Result<(Installation, Vec<String>)> {
    let mut locked = environment::lock(tx, access).await?;
    let target = choose(tx, access, &locked, &request).await?;
    let name = target.manifest_id.as_str();
    if super::find(tx, locked.id, name).await?.is_some() {
        return Err(already_installed(name));
    }
    let warnings = check(tx, config, &locked, &target, &request).await?;
    let new = sql::Insert {
        environment: locked.id,
        package: target.package,
        version: target.id,
        enabled: request.enable,
        with_sample_data: request.with_sample_data,
        settings: Value::Object(request.settings).to_string(),
        by: access.actor.label(),
    };
    sql::insert(tx, new).await.map_err(|error| refuse(error, name))?;
    let installation = record(tx, access, &mut locked, Action::Install, (name, None)).await?;
    Ok((installation, warnings))
}

/// The version that is meant, which the actor and the organization of the
/// environment may both see.
async fn choose(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    locked: &Locked,
    request: &InstallRequest,
) -> Result<Installable> {
    let (package, version) = match &request.named {
        Named::Version(id) => {
            let found = target::find_by_id(tx, *id).await?.ok_or_else(|| unknown_version(*id))?;
            (found.package.to_string(), Some(id.to_string()))
        }
        Named::Package { package, version } => (package.clone(), version.clone()),
    };
    let seen =
        guards::package(tx, &access.actor, &package).await.map_err(|error| {
            match &request.named {
                Named::Version(id) if error.code() == Code::PackageNotFound => unknown_version(*id),
                _ => error,
            }
        })?;
    let sight = target::narrower(
        package::sight(tx, &seen).await?,
        target::sight(tx, locked, seen.package, &seen.manifest_id).await?,
    );
    let which = Which { version, allow_draft: request.allow.draft };
    target::find(tx, locked, seen.package, &which, sight).await
}

async fn check(
    tx: &mut Tx,
    config: &Config,
    locked: &Locked,
    target: &Installable,
    request: &InstallRequest,
) -> Result<Vec<String>> {
    let installed = rules::installed(tx, locked.id).await?;
    let settings = Value::Object(request.settings.clone());
    let wish = Wish { version: target, allow: request.allow, settings: Some((&settings, false)) };
    rules::admit(config, locked.environment_type, wish, Some(&installed))
}

fn already_installed(manifest_id: &str) -> Error {
    Code::PackageAlreadyInstalled.error(format!(
        "{manifest_id} is installed in this environment; upgrade it to move to another version"
    ))
}

fn unknown_version(id: VersionId) -> Error {
    Code::VersionNotFound
        .error(format!("`package_version_id`: there is no version `{id}` that you may see"))
}

fn refuse(error: os_db::Error, manifest_id: &str) -> Error {
    if os_db::is_duplicate(&error) {
        already_installed(manifest_id)
    } else if os_db::is_foreign_key(&error) {
        Code::VersionNotFound.error("the version was deleted just now; look again")
    } else {
        error.into()
    }
}

/// The organization-wide check of [`choose`] for a package that comes back with a generation.
pub async fn may_come_back(tx: &mut Tx, locked: &Locked, id: PackageId, name: &str) -> Result<()> {
    target::sight(tx, locked, id, name).await.map(drop)
}
