//! The checks of versions in environments: the facts for [`os_plan::admission`], and the codes of
//! its refusals.

use super::Installation;
use crate::fleet::environment::EnvironmentType;
use crate::fleet::environment::admission::{stage, target};
use crate::registry::version::Installable;
use crate::{Code, Config, Error, Result};
use anyhow::anyhow;
use os_package::{Installed, ManifestId, StoredSettings};
use os_plan::admission::{self, Candidate, Reason, Refusal, Settings, Subject, Target, UnmetKind};
use serde_json::Value;

pub use os_plan::admission::Allow;

/// A version that an environment should run.
#[derive(Debug, Clone, Copy)]
pub struct DesiredVersion<'a> {
    pub version: &'a Installable,
    pub allow: Allow,
}

/// Settings that a version is to run with.
pub struct SettingsCheck {
    pub schema: Option<Value>,
    pub settings: StoredSettings,
    /// True when the installation has them already.
    pub are_stored: bool,
}

impl SettingsCheck {
    /// Settings of a request to install a version.
    pub fn of_request(version: &Installable, settings: &StoredSettings) -> Self {
        let (schema, settings) = (version.configuration_schema.clone(), settings.clone());
        Self { schema, settings, are_stored: false }
    }

    /// Settings of an installation, for another version.
    pub fn of_installation(version: &Installable, installation: &Installation) -> Result<Self> {
        let (schema, settings) = (version.configuration_schema.clone(), installation.settings()?);
        Ok(Self { schema, settings, are_stored: true })
    }
}

/// Checks that a version may run in an environment of this type, but for its [`settings`]. Returns
/// warnings about what could not be checked. `installed` is `None` when dependencies are checked apart.
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`, `DRAFT_NOT_ALLOWED`, `VERSION_DEPRECATED`, `PLATFORM_INCOMPATIBLE`,
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub fn admit(
    config: &Config,
    environment: EnvironmentType,
    desired: DesiredVersion<'_>,
    installed: Option<&[Installed]>,
) -> Result<Vec<String>> {
    let DesiredVersion { version, allow } = desired;
    let target = Target {
        kind: target(environment),
        platform_version: &config.platform_version,
        protocol_major: config.protocol_major,
        installed,
    };
    let candidate = Candidate {
        id: &version.manifest_id,
        version: &version.version,
        stage: Some(stage(version.status, version.is_pre_release)),
        scope: version.scope,
        min_platform_version: version.min_platform_version.as_deref(),
        protocol_range: version.protocol_range.as_deref(),
        dependencies: &version.dependencies,
        settings: None,
    };
    admission::admit(&target, &candidate, allow).map_err(|refusal| refused(&refusal))
}

/// Maps a refusal to its code.
pub fn refused(refusal: &Refusal) -> Error {
    let code = match &refusal.reason {
        Reason::PlatformScoped => Code::PlatformScoped,
        Reason::Unstable { .. } => Code::DraftNotAllowed,
        Reason::Deprecated => Code::VersionDeprecated,
        Reason::PlatformTooOld { .. } | Reason::ProtocolMismatch { .. } => {
            Code::PlatformIncompatible
        }
        Reason::Dependencies(unmet) => match unmet.kind() {
            UnmetKind::Missing => Code::DependencyMissing,
            UnmetKind::Mismatch => Code::DependencyVersionMismatch,
            UnmetKind::Disabled => Code::DependencyDisabled,
            UnmetKind::Cycle => Code::DependencyCycle,
        },
        Reason::Dependents(_) => Code::DependentConflict,
        Reason::StillNeeded(_) => Code::DependentPackages,
        Reason::SettingsNoObject | Reason::Settings { .. } => Code::SettingsInvalid,
        Reason::SettingsTooComplex => Code::SettingsTooComplex,
        // It was checked when the version was created.
        Reason::SettingsSchema(error) => {
            return anyhow!("a stored configuration schema: {error}").into();
        }
        Reason::ReservedObject(_) | Reason::ReservedNamespace(_) => Code::ReservedName,
    };
    let error = code.error(refusal.message());
    match refusal.details() {
        Some(details) => error.with_details(details),
        None => error,
    }
}

/// Refuses to touch an installation that belongs to the server
/// (docs/wire/installations.md#installation-endpoints).
///
/// # Errors
/// `PLATFORM_SCOPED_PACKAGE`.
pub fn installed_scope(installation: &Installation) -> Result<()> {
    match installation.scope.as_str() {
        "platform" => {
            let id: ManifestId = installation.installed()?.package;
            Err(Code::PlatformScoped.error(admission::platform_scoped(&id)))
        }
        _ => Ok(()),
    }
}

/// Checks that the environment has what an installed version needs
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// `DEPENDENCY_…`, each with the spec's details.
pub fn dependencies(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_own_needs(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks the needs of an installed version, and those of others on it
/// (docs/wire/dependencies.md#resolution).
///
/// # Errors
/// `DEPENDENCY_…`, `DEPENDENT_CONFLICT`.
pub fn needs(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_needs(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// Checks the settings of a version (docs/wire/manifest.md#settings), on a thread that serves no
/// requests.
///
/// # Errors
/// `SETTINGS_INVALID`, with everything that is wrong in `details`; `SETTINGS_TOO_COMPLEX`.
pub async fn settings(
    environment: EnvironmentType,
    subject: &Installed,
    wanted: SettingsCheck,
) -> Result<()> {
    let (target, subject) = (target(environment), subject.clone());
    let checked = os_http::in_background(move || {
        let SettingsCheck { schema, settings, are_stored } = wanted;
        let settings = Settings { schema: schema.as_ref(), values: &settings, are_stored };
        admission::check_settings(target, Subject::from(&subject), settings)
    });
    checked.await?.map_err(|refusal| refused(&refusal))
}

/// Returns a version as admission sees it.
pub fn fact(version: &Installable) -> Installed {
    Installed {
        package: version.manifest_id.clone(),
        version: version.version.clone(),
        enabled: true,
        dependencies: version.dependencies.clone(),
    }
}

/// Checks that nobody needs an installed package (docs/wire/dependencies.md#dependents).
///
/// # Errors
/// `DEPENDENT_PACKAGES`.
pub fn nobody_depends(
    environment: EnvironmentType,
    subject: &Installed,
    installed: &[Installed],
) -> Result<()> {
    admission::check_removal(target(environment), Subject::from(subject), installed)
        .map_err(|refusal| refused(&refusal))
}

/// The installed packages of a list, as admission sees them.
pub fn facts(installed: &[Installation]) -> Result<Vec<Installed>> {
    installed.iter().map(Installation::installed).collect()
}
