//! Installing a package in an environment (docs/wire/installations.md#install).

use super::change::{Action, Change, Destination};
use super::rules::{self, Allow, DesiredVersion, SettingsCheck};
use super::sql;
use super::target::{self, VersionSelector};
use super::upgrade::ChangeOutcome;
use super::verdict::{self, Verdict};
use crate::fleet::environment::EnvironmentAccess;
use crate::fleet::settings::{self, SettingsRow};
use crate::registry::package::PackageAccess;
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result, VersionId};
use os_db::Tx;
use os_identity::Actor;
use os_package::StoredSettings;
use serde_json::{Map, Value};

/// A request to install a package.
#[derive(Clone)]
pub struct InstallRequest {
    pub version: VersionRef,
    pub allow: Allow,
    /// The values of the request; defaults are added when they are read.
    pub settings: Map<String, Value>,
    pub with_sample_data: bool,
    pub enable: bool,
    /// The outcome of the check of the settings, where it was made before.
    pub verdict: Option<Verdict>,
}

/// The name of a version in a request to install it.
#[derive(Debug, Clone)]
pub enum VersionRef {
    /// The row id of the version.
    Row(VersionId),
    /// The manifest id or row id of the package, and the version number; `None` for the latest.
    Package { package: String, version: Option<String> },
}

/// Installs a version. Returns warnings about what could not be checked with the installation.
///
/// # Errors
/// Those of docs/wire/installations.md#install; nothing was changed then.
pub async fn install(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    request: InstallRequest,
) -> Result<ChangeOutcome> {
    let mut change = Change::begin_install(tx, access).await?;
    let destination = change.destination();
    let target = choose(change.tx, access.actor(), destination, &request).await?;
    let name = target.manifest_id.as_str();
    if super::find(change.tx, access, name).await?.is_some() {
        return Err(already_installed(name));
    }
    let settings = settings_of(&target, &request).await?;
    let warnings = check(&mut change, config, (&target, &settings), &request).await?;
    let new = sql::Insert {
        environment: change.locked().environment(),
        package: target.package,
        version: target.id,
        enabled: request.enable,
        with_sample_data: request.with_sample_data,
        settings: SettingsRow::of(&settings),
        settings_needed: None,
        by: access.actor().label(),
    };
    sql::insert(change.tx, new).await.map_err(|error| refuse(error, name))?;
    let installation = change.finish(Action::Install, name, None).await?;
    Ok(ChangeOutcome { installation, warnings, message: None })
}

/// Finds the version that the request names, among those that both the actor and the organization
/// of the environment see.
pub(super) async fn choose(
    tx: &mut Tx,
    actor: &Actor,
    destination: Destination,
    request: &InstallRequest,
) -> Result<Installable> {
    let (package, version) = match &request.version {
        VersionRef::Row(id) => {
            let found = target::find_by_id(tx, *id).await?;
            let found = found.ok_or_else(|| unknown_version(*id))?;
            (found.package.to_string(), Some(id.to_string()))
        }
        VersionRef::Package { package, version } => (package.clone(), version.clone()),
    };
    // A row that the actor does not see is one that is not there.
    let unseen = |error: Error| match &request.version {
        VersionRef::Row(id)
            if error.code().is_any_of(&[Code::PackageNotFound, Code::VersionNotFound]) =>
        {
            unknown_version(*id)
        }
        _ => error,
    };
    let seen = PackageAccess::find(tx, actor, &package).await.map_err(unseen)?;
    let (package, name) = (seen.package(), seen.manifest_id());
    let to_actor = seen.versions(tx).await?;
    let organization = destination.organization;
    let to_organization = target::visible(tx, organization, package, name).await?;
    let selector = VersionSelector { version, allow_draft: request.allow.draft };
    let access = to_actor.and(to_organization.visible());
    target::find(tx, destination, access, &selector).await.map_err(unseen)
}

/// Returns the settings of the request as they are stored for a version.
pub(super) async fn settings_of(
    version: &Installable,
    request: &InstallRequest,
) -> Result<StoredSettings> {
    if let Some(settings) = request.verdict.as_ref().and_then(|it| it.settings_of(version.id)) {
        return Ok(settings.clone());
    }
    let schema = version.configuration_schema.clone();
    let values = Value::Object(request.settings.clone());
    os_http::in_background(move || {
        let schema = settings::compile(schema.as_ref())?;
        Ok(StoredSettings::given(values, schema.as_ref()))
    })
    .await?
}

async fn check(
    change: &mut Change<'_>,
    config: &Config,
    (target, settings): (&Installable, &StoredSettings),
    request: &InstallRequest,
) -> Result<Vec<String>> {
    let installed = rules::facts(&change.installed().await?)?;
    let environment = change.locked().environment_type();
    let desired = DesiredVersion { version: target, allow: request.allow };
    let warnings = rules::admit(config, environment, desired, Some(&installed))?;
    let wanted = SettingsCheck::of_request(target, settings);
    verdict::settings(request.verdict.as_ref(), change.destination(), target, wanted).await?;
    Ok(warnings)
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
