//! Putting a package into an environment (docs/wire/installations.md#install).

use super::change::{Action, Change};
use super::rules::{self, Allow, DesiredVersion};
use super::target::{self, VersionSelector};
use super::{Installation, sql};
use crate::fleet::environment::EnvironmentAccess;
use crate::registry::package::PackageAccess;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result, VersionId};
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
/// Those of docs/wire/installations.md#install; then nothing was changed.
pub async fn install(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    request: InstallRequest,
) -> Result<(Installation, Vec<String>)> {
    let mut change = Change::begin_install(tx, access).await?;
    let target = choose(&mut change, &request).await?;
    let name = target.manifest_id.as_str();
    if super::find(change.tx, access, name).await?.is_some() {
        return Err(already_installed(name));
    }
    let warnings = check(&mut change, config, &target, &request).await?;
    let new = sql::Insert {
        environment: change.locked.id,
        package: target.package,
        version: target.id,
        enabled: request.enable,
        with_sample_data: request.with_sample_data,
        settings: Value::Object(request.settings).to_string(),
        by: access.actor().label(),
    };
    sql::insert(change.tx, new).await.map_err(|error| refuse(error, name))?;
    let installation = change.finish(Action::Install, name, None).await?;
    Ok((installation, warnings))
}

/// The version that is meant, which the actor and the organization of the
/// environment may both see.
async fn choose(change: &mut Change<'_>, request: &InstallRequest) -> Result<Installable> {
    let (package, version) = match &request.named {
        Named::Version(id) => {
            let found = target::find_by_id(change.tx, *id).await?;
            let found = found.ok_or_else(|| unknown_version(*id))?;
            (found.package.to_string(), Some(id.to_string()))
        }
        Named::Package { package, version } => (package.clone(), version.clone()),
    };
    let seen = PackageAccess::find(change.tx, change.access.actor(), &package).await;
    let seen = seen.map_err(|error| match &request.named {
        Named::Version(id) if error.code() == Code::PackageNotFound => unknown_version(*id),
        _ => error,
    })?;
    let (package, name) = (seen.package(), seen.manifest_id());
    let to_actor = seen.visible_versions(change.tx).await?;
    let to_organization = target::visible(change.tx, &change.locked, package, name).await?;
    let which = VersionSelector { version, allow_draft: request.allow.draft };
    let visible = to_actor.and(to_organization);
    target::find(change.tx, &change.locked, package, &which, visible).await
}

async fn check(
    change: &mut Change<'_>,
    config: &Config,
    target: &Installable,
    request: &InstallRequest,
) -> Result<Vec<String>> {
    let installed = rules::facts(&change.installed().await?)?;
    let settings = Value::Object(request.settings.clone());
    let wish = DesiredVersion {
        version: target,
        allow: request.allow,
        settings: Some((&settings, false)),
    };
    rules::admit(config, change.locked.environment_type, wish, Some(&installed))
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
        Code::VersionNotFound.error("the version was deleted just now; reload and try again")
    } else {
        error.into()
    }
}
